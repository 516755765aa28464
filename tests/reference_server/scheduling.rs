use calconform::reference::{Deviation, Policy};

use crate::story::{INVITED, has, invitation, methods, object};
use crate::support::{NAMESPACES, Site, calendar, home, inbox, mine};

#[tokio::test]
async fn an_invitation_is_delivered_and_answered() {
    let site = Site::start();
    let put = site.put("user01", &mine("lunch.ics"), &invitation("lunch")).await;
    assert_eq!(put.status, 201);
    let tag = put.header("schedule-tag").unwrap().to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 2);
    // What is stored differs from what was sent, so no entity tag is claimed.
    assert!(put.header("etag").is_none());
    let get = site.get("user01", &mine("lunch.ics")).await;
    assert_eq!(get.header("schedule-tag"), Some(tag.as_str()));
    assert_eq!(
        site.prop("user01", &mine("lunch.ics"), "C:schedule-tag")
            .await
            .unwrap()
            .text(),
        tag
    );
    has(
        &get.body,
        "ATTENDEE;SCHEDULE-STATUS=1.2:mailto:user02@example.com",
    );
    has(&get.body, "ATTENDEE;PARTSTAT=ACCEPTED:mailto:user01@example.com");
    assert_eq!(methods(&site, "user01").await.len(), 0);

    assert_eq!(methods(&site, "user02").await, ["REQUEST"]);
    let item = site.inbox("user02").await.remove(0);
    let message = site.get("user02", &item).await;
    assert!(message.header("schedule-tag").is_none() && !message.body.contains("SCHEDULE-"));
    let (href, copy) = object(&site, "user02").await;
    assert!(copy.header("schedule-tag").is_some() && !copy.body.contains("METHOD"));

    let accepted = copy.body.replace(
        "ATTENDEE:mailto:user02",
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:user02",
    );
    assert_ne!(accepted, copy.body);
    assert_eq!(site.put("user02", &href, &accepted).await.status, 204);
    has(
        &site.get("user02", &href).await.body,
        "ORGANIZER;SCHEDULE-STATUS=1.2:mailto:user01@example.com",
    );
    assert_eq!(methods(&site, "user01").await, ["REPLY"]);
    let after = site.get("user01", &mine("lunch.ics")).await;
    has(
        &after.body,
        "ATTENDEE;SCHEDULE-STATUS=2.0;PARTSTAT=ACCEPTED:mailto:user02@example.com",
    );
    assert_eq!(after.header("schedule-tag"), Some(tag.as_str()));
    assert_ne!(after.header("etag"), get.header("etag"));
    let (_, other) = object(&site, "user03").await;
    assert!(
        other.body.contains("PARTSTAT=ACCEPTED:mailto:user02"),
        "{}",
        other.body
    );

    assert_eq!(site.delete("user02", &item).await.status, 204);
    assert_eq!(site.delete("user01", &mine("lunch.ics")).await.status, 204);
    assert_eq!(methods(&site, "user02").await, ["CANCEL"]);
}

#[tokio::test]
async fn a_matching_schedule_tag_merges() {
    let site = Site::start();
    let put = site.put("user01", &mine("lunch.ics"), &invitation("lunch")).await;
    let tag = put.header("schedule-tag").unwrap().to_owned();
    let stale = site.get("user01", &mine("lunch.ics")).await;
    let (href, copy) = object(&site, "user02").await;
    let accepted = copy.body.replace(
        "ATTENDEE:mailto:user02",
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:user02",
    );
    site.put("user02", &href, &accepted).await;

    let changed = stale.body.replace("SUMMARY:Lunch", "SUMMARY:Dinner");
    let send = async |name: &str, value: &str| {
        let headers = [("content-type", "text/calendar"), (name, value)];
        site.send("user01", "PUT", &mine("lunch.ics"), &headers, &changed)
            .await
    };
    assert_eq!(send("if-match", stale.header("etag").unwrap()).await.status, 412);
    assert_eq!(send("if-schedule-tag-match", "\"other\"").await.status, 412);
    let merged = send("if-schedule-tag-match", &tag).await;
    assert_eq!(merged.status, 204);
    assert_ne!(merged.header("schedule-tag"), Some(tag.as_str()));
    let after = site.get("user01", &mine("lunch.ics")).await.body;
    assert!(
        after.contains("SUMMARY:Dinner") && after.contains("PARTSTAT=ACCEPTED"),
        "{after}"
    );
    for method in ["DELETE", "MOVE", "COPY"] {
        let to = mine("moved.ics");
        let headers = [
            ("if-schedule-tag-match", tag.as_str()),
            ("destination", to.as_str()),
        ];
        assert_eq!(
            site.send("user01", method, &mine("lunch.ics"), &headers, "")
                .await
                .status,
            412,
            "{method}"
        );
    }
}

#[tokio::test]
async fn an_attendee_can_leave_with_and_without_a_word() {
    for (header, expected) in [(None, 1), (Some("T"), 1), (Some("F"), 0)] {
        let site = Site::start();
        site.put("user01", &mine("lunch.ics"), &invitation("lunch")).await;
        let (href, _) = object(&site, "user02").await;
        let headers: Vec<(&str, &str)> = header
            .map(|value| ("schedule-reply", value))
            .into_iter()
            .collect();
        assert_eq!(
            site.send("user02", "DELETE", &href, &headers, "").await.status,
            204
        );
        assert_eq!(methods(&site, "user01").await.len(), expected, "{header:?}");
        let body = site.get("user01", &mine("lunch.ics")).await.body;
        assert_eq!(body.contains("PARTSTAT=DECLINED"), expected == 1);
    }
}

#[tokio::test]
async fn what_attendees_may_not_change_is_refused() {
    let site = Site::start();
    site.put("user01", &mine("lunch.ics"), &invitation("lunch")).await;
    let (href, copy) = object(&site, "user02").await;
    let body = copy.body.replace("SUMMARY:Lunch", "SUMMARY:Other");
    site.put("user02", &href, &body)
        .await
        .refuses(403, "C:allowed-attendee-scheduling-object-change");
    assert_eq!(site.get("user02", &href).await.body, copy.body);
    assert_eq!(methods(&site, "user01").await.len(), 0);
}

#[tokio::test]
async fn removing_a_calendar_cancels_what_is_in_it() {
    for (policy, expected) in [
        (Policy::default(), 1),
        (
            Policy::default().deviating(Deviation::CollectionDeletedSilently),
            0,
        ),
    ] {
        let site = Site::with_policy(policy);
        let other = format!("{}other/", home("user01"));
        site.send("user01", "MKCALENDAR", &other, &[], "").await;
        site.put("user01", &format!("{other}lunch.ics"), &invitation("lunch"))
            .await;
        assert_eq!(site.delete("user01", &other).await.status, 204);
        let cancels = methods(&site, "user02")
            .await
            .iter()
            .filter(|method| *method == "CANCEL")
            .count();
        assert_eq!(cancels, expected);
    }
}

#[tokio::test]
async fn copy_and_move_follow_the_tables() {
    let site = Site::start();
    let path = |name: &str| format!("{}{name}", home("user01"));
    site.send("user01", "MKCALENDAR", &path("other/"), &[], "").await;
    site.send("user01", "MKCOL", &path("files/"), &[], "").await;
    let go = async |method: &str, from: &str, to: &str| {
        site.send("user01", method, from, &[("destination", to)], "")
            .await
    };
    let tag = site
        .put("user01", &mine("lunch.ics"), &invitation("lunch"))
        .await
        .header("schedule-tag")
        .unwrap()
        .to_owned();
    let moved = go("MOVE", &mine("lunch.ics"), &path("other/lunch.ics")).await;
    assert_eq!(
        (moved.status, moved.header("schedule-tag")),
        (201, Some(tag.as_str()))
    );
    let copied = go("COPY", &path("other/lunch.ics"), &path("files/lunch.ics")).await;
    assert_eq!((copied.status, copied.header("schedule-tag")), (201, None));
    assert!(
        site.prop("user01", &path("files/lunch.ics"), "C:schedule-tag")
            .await
            .is_none()
    );
    assert_eq!(methods(&site, "user02").await, ["REQUEST"]);

    assert_eq!(
        go("MOVE", &path("other/lunch.ics"), &path("files/lunch.ics"))
            .await
            .status,
        204
    );
    assert_eq!(methods(&site, "user02").await, ["CANCEL", "REQUEST"]);
    let back = go("COPY", &path("files/lunch.ics"), &mine("lunch.ics")).await;
    assert_eq!(back.status, 201);
    assert!(back.header("schedule-tag").is_some());
    assert_eq!(methods(&site, "user02").await, ["CANCEL", "REQUEST", "REQUEST"]);
    let item = site.inbox("user02").await.remove(0);
    let to = format!("{}default/x.ics", home("user02"));
    let copied = site
        .send("user02", "COPY", &item, &[("destination", &to)], "")
        .await;
    copied.refuses(403, "C:valid-calendar-object-resource");
}

#[tokio::test]
async fn tasks_are_scheduled_too() {
    let site = Site::start();
    let body = calendar(&format!(
        "BEGIN:VTODO|UID:todo|DTSTAMP:20260101T000000Z|DUE:20260601T090000Z|{INVITED}|END:VTODO"
    ));
    assert_eq!(site.put("user01", &mine("todo.ics"), &body).await.status, 201);
    let (_, copy) = object(&site, "user02").await;
    has(&copy.body, "BEGIN:VTODO");
}

#[tokio::test]
async fn messages_without_a_start_match_every_time_range() {
    let site = Site::start();
    site.put("user01", &mine("lunch.ics"), &invitation("lunch")).await;
    let query = async |range: &str| {
        let body = format!(
            "<C:calendar-query {NAMESPACES}><D:prop/><C:filter><C:comp-filter name='VCALENDAR'>\
             <C:comp-filter name='VEVENT'><C:time-range {range}/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"
        );
        site.send("user02", "REPORT", &inbox("user02"), &[("depth", "1")], &body)
            .await
            .multistatus()
            .responses
            .len()
    };
    assert_eq!(query("start='20260601T000000Z' end='20260602T000000Z'").await, 1);
    assert_eq!(query("start='20260701T000000Z' end='20260702T000000Z'").await, 0);
}
