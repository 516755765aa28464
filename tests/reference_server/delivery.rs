use std::time::{Duration, Instant};

use calconform::reference::{Deviation, Policy, Variant};

use crate::story::{has, invitation, methods, objects};
use crate::support::{NAMESPACES, Site, event, home, inbox, mine, outbox, qname};

#[tokio::test]
async fn without_a_calendar_nothing_is_delivered() {
    let site = Site::with_policy(Policy::default().deviating(Deviation::DefaultCalendarDeletable));
    site.delete("user02", &format!("{}default/", home("user02")))
        .await;
    site.put("user01", &mine("lunch.ics"), &invitation("lunch")).await;
    let body = site.get("user01", &mine("lunch.ics")).await.body;
    has(&body, "ATTENDEE;SCHEDULE-STATUS=5.3:mailto:user02@example.com");
    assert_eq!(methods(&site, "user02").await.len(), 0);
}

#[tokio::test]
async fn new_objects_go_to_the_default_calendar() {
    let site = Site::start();
    let other = format!("{}other/", home("user02"));
    site.send("user02", "MKCALENDAR", &other, &[], "").await;
    let body = format!(
        "<D:propertyupdate {NAMESPACES}><D:set><D:prop><C:schedule-default-calendar-URL><D:href>{other}</D:href>\
         </C:schedule-default-calendar-URL></D:prop></D:set></D:propertyupdate>"
    );
    site.send("user02", "PROPPATCH", &inbox("user02"), &[], &body)
        .await;
    site.put("user01", &mine("lunch.ics"), &invitation("lunch")).await;
    assert_eq!(objects(&site, "user02").await.len(), 0);
    assert_eq!(
        site.propfind("user02", &other, "1", "C:schedule-tag")
            .await
            .responses
            .len(),
        2
    );
}

#[tokio::test]
async fn delivery_can_be_denied() {
    let site = Site::start();
    let acl = format!(
        "<D:acl {NAMESPACES}><D:ace><D:principal><D:authenticated/></D:principal><D:grant><D:privilege>\
         <C:schedule-query-freebusy/></D:privilege></D:grant></D:ace></D:acl>"
    );
    assert_eq!(
        site.send("user02", "ACL", &inbox("user02"), &[], &acl)
            .await
            .status,
        200
    );
    site.put("user01", &mine("lunch.ics"), &invitation("lunch")).await;
    let body = site.get("user01", &mine("lunch.ics")).await.body;
    has(&body, "ATTENDEE;SCHEDULE-STATUS=3.8:mailto:user02@example.com");
    has(&body, "ATTENDEE;SCHEDULE-STATUS=1.2:mailto:user03@example.com");
    assert_eq!(objects(&site, "user02").await.len(), 0);
}

#[tokio::test]
async fn a_delegate_needs_the_right_to_send() {
    let site = Site::start();
    let grant = |privileges: &[&str]| {
        let privileges: String = privileges
            .iter()
            .map(|name| format!("<D:privilege><{name}/></D:privilege>"))
            .collect();
        format!(
            "<D:acl {NAMESPACES}><D:ace><D:principal><D:href>/caldav/principals/user04/</D:href></D:principal>\
             <D:grant>{privileges}</D:grant></D:ace></D:acl>"
        )
    };
    site.send("user01", "ACL", &mine(""), &[], &grant(&["D:read", "D:write"]))
        .await;
    // Authorization comes before whatever else is wrong.
    let broken = invitation("lunch").replace("END:VEVENT", "METHOD-LIKE:x\r\nDURATION:PT1H\r\nEND:VEVENT");
    for body in [invitation("lunch"), broken] {
        let error = site
            .put("user04", &mine("lunch.ics"), &body)
            .await
            .refuses(403, "D:need-privileges");
        let resource = error.elements().next().unwrap();
        assert_eq!(resource.href(), Some(outbox("user01")));
        assert!(
            resource
                .first(&qname("D:privilege"))
                .unwrap()
                .has(&qname("C:schedule-send-invite"))
        );
    }
    assert_eq!(
        site.put("user04", &mine("plain.ics"), &event("plain", ""))
            .await
            .status,
        201
    );
    site.send(
        "user01",
        "ACL",
        &outbox("user01"),
        &[],
        &grant(&["C:schedule-send-invite"]),
    )
    .await;
    assert_eq!(
        site.put("user04", &mine("lunch.ics"), &invitation("lunch"))
            .await
            .status,
        201
    );
    assert_eq!(methods(&site, "user02").await, ["REQUEST"]);
}

#[tokio::test]
async fn delivery_can_take_a_while() {
    let site = Site::with_policy(Policy::default().with(Variant::AsynchronousDelivery));
    let put = site.put("user01", &mine("lunch.ics"), &invitation("lunch")).await;
    let deadline = Instant::now() + Duration::from_secs(20);
    let mut seen = Vec::new();
    loop {
        let get = site.get("user01", &mine("lunch.ics")).await;
        assert_eq!(get.header("schedule-tag"), put.header("schedule-tag"));
        let status = ["1.0", "1.2"].into_iter().find(|code| {
            get.body
                .contains(&format!("ATTENDEE;SCHEDULE-STATUS={code}:mailto:user03"))
        });
        let status = status.unwrap_or_else(|| panic!("{}", get.body));
        if seen.last() != Some(&status) {
            seen.push(status);
        }
        if status == "1.2" {
            break;
        }
        assert!(Instant::now() < deadline, "nothing was delivered");
    }
    assert_eq!(methods(&site, "user03").await, ["REQUEST"]);
    assert_eq!(seen.last(), Some(&"1.2"));
}

#[tokio::test]
async fn inbox_items_can_replace_each_other() {
    let site = Site::with_policy(Policy::default().with(Variant::OneInboxNamePerUid));
    site.put("user01", &mine("lunch.ics"), &invitation("lunch")).await;
    let moved = invitation("lunch").replace("T09", "T08");
    site.put("user01", &mine("lunch.ics"), &moved).await;
    assert_eq!(
        site.inbox("user02").await,
        [format!("{}lunch.ics", inbox("user02"))]
    );
}

#[tokio::test]
async fn a_uid_can_be_kept_to_one_calendar() {
    let site = Site::with_policy(Policy::default().with(Variant::RefuseDuplicateUid));
    let other = format!("{}other/", home("user01"));
    site.send("user01", "MKCALENDAR", &other, &[], "").await;
    site.put("user01", &mine("lunch.ics"), &invitation("lunch")).await;
    let to = format!("{other}lunch.ics");
    let put = site.put("user01", &to, &invitation("lunch")).await;
    assert_eq!(
        put.refuses(403, "C:unique-scheduling-object-resource").href(),
        Some(mine("lunch.ics"))
    );
    let copy = site
        .send("user01", "COPY", &mine("lunch.ics"), &[("destination", &to)], "")
        .await;
    copy.refuses(403, "C:unique-scheduling-object-resource");
    let moved = site
        .send("user01", "MOVE", &mine("lunch.ics"), &[("destination", &to)], "")
        .await;
    assert_eq!(moved.status, 201);
}
