use calconform::dav::ScheduleResponse;
use calconform::reference::{Deviation, Policy};

use crate::support::{Answer, NAMESPACES, Site, calendar, event, home, inbox, mine, outbox, qname};

fn with(deviation: Deviation) -> Site {
    Site::with_policy(Policy::default().deviating(deviation))
}

fn invitation(uid: &str) -> String {
    event(
        uid,
        "ORGANIZER:mailto:user01@example.com|ATTENDEE:mailto:user02@example.com|ATTENDEE:mailto:user03@example.com",
    )
}

async fn tag_property(site: &Site, name: &str) -> Option<String> {
    let found = site.prop("user01", &mine(name), "C:schedule-tag").await;
    found.map(|tag| tag.text())
}

#[tokio::test]
async fn schedule_tags_can_be_missing() {
    for deviation in [
        Deviation::NoScheduleTagOnGet,
        Deviation::NoScheduleTagOnPut,
        Deviation::NoScheduleTagOnMove,
        Deviation::NoScheduleTagProperty,
    ] {
        let site = with(deviation);
        let put = site.put("user01", &mine("a.ics"), &invitation("a")).await;
        let get = site.get("user01", &mine("a.ics")).await;
        let property = tag_property(&site, "a.ics").await;
        let to = mine("b.ics");
        let moved = site
            .send("user01", "MOVE", &mine("a.ics"), &[("destination", &to)], "")
            .await;
        let missing = [
            get.header("schedule-tag").is_none(),
            put.header("schedule-tag").is_none(),
            moved.header("schedule-tag").is_none(),
            property.is_none(),
        ];
        let expected = [
            deviation == Deviation::NoScheduleTagOnGet,
            deviation == Deviation::NoScheduleTagOnPut,
            deviation == Deviation::NoScheduleTagOnMove,
            deviation == Deviation::NoScheduleTagProperty,
        ];
        assert_eq!(missing, expected, "{}", deviation.name());
    }
}

#[tokio::test]
async fn schedule_tags_can_be_wrong() {
    let site = with(Deviation::ScheduleTagUnquoted);
    let put = site.put("user01", &mine("a.ics"), &invitation("a")).await;
    let tag = put.header("schedule-tag").unwrap();
    assert!(!tag.contains('"'));
    let headers = [("if-schedule-tag-match", tag)];
    assert_eq!(
        site.send("user01", "DELETE", &mine("a.ics"), &headers, "")
            .await
            .status,
        204
    );

    let site = with(Deviation::ScheduleTagWritable);
    site.put("user01", &mine("a.ics"), &invitation("a")).await;
    let body = format!(
        "<D:propertyupdate {NAMESPACES}><D:set><D:prop><C:schedule-tag>\"x\"</C:schedule-tag></D:prop></D:set></D:propertyupdate>"
    );
    let answer = site
        .send("user01", "PROPPATCH", &mine("a.ics"), &[], &body)
        .await
        .multistatus();
    assert_eq!(answer.responses[0].propstats[0].status, 200);
    assert_eq!(tag_property(&site, "a.ics").await.as_deref(), Some("\"x\""));

    let site = with(Deviation::IfScheduleTagMatchIgnored);
    site.put("user01", &mine("a.ics"), &invitation("a")).await;
    let headers = [("if-schedule-tag-match", "\"x\"")];
    assert_eq!(
        site.send("user01", "DELETE", &mine("a.ics"), &headers, "")
            .await
            .status,
        204
    );

    for (deviation, same) in [
        (Deviation::ScheduleTagStale, true),
        (Deviation::ScheduleTagChangesOnReply, false),
    ] {
        let site = with(deviation);
        site.put("user01", &mine("a.ics"), &invitation("a")).await;
        let before = tag_property(&site, "a.ics").await;
        site.put(
            "user01",
            &mine("a.ics"),
            &invitation("a").replace("END:VEVENT", "SUMMARY:x\r\nEND:VEVENT"),
        )
        .await;
        assert_eq!(
            tag_property(&site, "a.ics").await == before,
            same,
            "{}",
            deviation.name()
        );
    }
}

async fn reply_of_user02(site: &Site) {
    let item = site.inbox("user02").await.remove(0);
    let copies = site
        .propfind("user02", &format!("{}default/", home("user02")), "1", "D:getetag")
        .await;
    let href = copies.responses[1].href().to_owned();
    assert_ne!(item, href);
    let copy = site.get("user02", &href).await.body;
    let accepted = copy.replace(
        "ATTENDEE:mailto:user02",
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:user02",
    );
    assert_eq!(site.put("user02", &href, &accepted).await.status, 204);
}

#[tokio::test]
async fn tags_can_move_when_they_should_not_and_stay_when_they_should() {
    for (deviation, etag_changes, tag_changes) in [
        (None, true, false),
        (Some(Deviation::EtagKept), false, false),
        (Some(Deviation::ScheduleTagChangesOnReply), true, true),
    ] {
        let site =
            Site::with_policy(deviation.map_or(Policy::default(), |one| Policy::default().deviating(one)));
        site.put("user01", &mine("a.ics"), &invitation("a")).await;
        let before = site.get("user01", &mine("a.ics")).await;
        reply_of_user02(&site).await;
        let after = site.get("user01", &mine("a.ics")).await;
        assert_ne!(before.body, after.body);
        assert_eq!(
            before.header("etag") != after.header("etag"),
            etag_changes,
            "{deviation:?}"
        );
        assert_eq!(
            before.header("schedule-tag") != after.header("schedule-tag"),
            tag_changes,
            "{deviation:?}"
        );
    }
}

#[tokio::test]
async fn a_reply_can_be_sent_where_none_is_wanted() {
    let site = with(Deviation::ScheduleReplyIgnored);
    site.put("user01", &mine("a.ics"), &invitation("a")).await;
    let copies = site
        .propfind("user02", &format!("{}default/", home("user02")), "1", "D:getetag")
        .await;
    site.send(
        "user02",
        "DELETE",
        copies.responses[1].href(),
        &[("schedule-reply", "F")],
        "",
    )
    .await;
    assert_eq!(site.inbox("user01").await.len(), 1);

    let site = with(Deviation::MoveBetweenCalendarsCancels);
    site.put("user01", &mine("a.ics"), &invitation("a")).await;
    let other = format!("{}other/", home("user01"));
    site.send("user01", "MKCALENDAR", &other, &[], "").await;
    let to = format!("{other}a.ics");
    assert_eq!(
        site.send("user01", "MOVE", &mine("a.ics"), &[("destination", &to)], "")
            .await
            .status,
        201
    );
    assert_eq!(site.inbox("user02").await.len(), 3);
}

async fn post(site: &Site, kind: &str, change: (&str, &str)) -> Answer {
    let body = calendar(
        "METHOD:REQUEST|BEGIN:VFREEBUSY|UID:fb|DTSTAMP:20260101T000000Z|DTSTART:20260601T000000Z|DTEND:20260602T000000Z\
         |ORGANIZER:mailto:user02@example.com|ATTENDEE:mailto:user01@example.com|ATTENDEE:mailto:user03@example.com\
         |END:VFREEBUSY",
    );
    let body = body.replace(change.0, change.1);
    site.send(
        "user02",
        "POST",
        &outbox("user02"),
        &[("content-type", kind)],
        &body,
    )
    .await
}

#[tokio::test]
async fn busy_time_requests_can_be_treated_wrongly() {
    let (kind, none) = ("text/calendar", ("\0", ""));
    let answer = post(
        &with(Deviation::ValidOrganizerUnchecked),
        kind,
        ("ORGANIZER:mailto:user02", "ORGANIZER:mailto:user04"),
    )
    .await;
    assert_eq!(answer.status, 200);
    let answer = post(
        &with(Deviation::SchedulingMessageUnchecked),
        kind,
        ("METHOD:REQUEST", "METHOD:PUBLISH"),
    )
    .await;
    assert_eq!(answer.status, 200);
    let answer = post(&with(Deviation::CalendarDataUnchecked), "text/plain", none).await;
    assert_eq!(answer.status, 200);
    let answer = post(&with(Deviation::FirstRecipientOnly), kind, none).await;
    assert_eq!(ScheduleResponse::read(&answer.xml()).unwrap().responses.len(), 1);
    let answer = post(&with(Deviation::RecipientAsText), kind, none).await;
    let recipient = qname("C:recipient");
    let root = answer.xml();
    let found = root
        .descendants()
        .into_iter()
        .filter(|one| one.is(&recipient))
        .collect::<Vec<_>>();
    assert_eq!(found[0].text(), "mailto:user01@example.com");
    let answer = post(&with(Deviation::ScheduleResponseInDavNamespace), kind, none).await;
    assert!(answer.xml().is(&qname("D:schedule-response")));

    let site = with(Deviation::TransparentCalendarsBusy);
    site.put("user01", &mine("a.ics"), &event("a", "")).await;
    let body = format!(
        "<D:propertyupdate {NAMESPACES}><D:set><D:prop><C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>\
         </D:prop></D:set></D:propertyupdate>"
    );
    site.send("user01", "PROPPATCH", &mine(""), &[], &body).await;
    assert!(post(&site, kind, none).await.body.contains("FREEBUSY;"));
}

#[tokio::test]
async fn reports_can_be_wrong() {
    let report = async |site: &Site, user: &str, path: &str, body: &str| {
        site.send(
            user,
            "REPORT",
            path,
            &[("depth", "1")],
            &body.replace("NS", NAMESPACES),
        )
        .await
    };
    let site = with(Deviation::InboxNotQueried);
    site.put("user01", &mine("a.ics"), &invitation("a")).await;
    let query = "<C:calendar-query NS><D:prop/><C:filter><C:comp-filter name='VCALENDAR'/></C:filter></C:calendar-query>";
    assert_eq!(
        report(&site, "user02", &inbox("user02"), query)
            .await
            .multistatus()
            .responses
            .len(),
        0
    );
    assert_eq!(
        report(&site, "user01", &mine(""), query)
            .await
            .multistatus()
            .responses
            .len(),
        1
    );

    let busy = "<C:free-busy-query NS><C:time-range start='20260601T000000Z' end='20260602T000000Z'/></C:free-busy-query>";
    let site = with(Deviation::InboxFreeBusyQuery);
    assert_eq!(report(&site, "user02", &inbox("user02"), busy).await.status, 200);

    let site = with(Deviation::AddressNotSearchable);
    let search = "<D:principal-property-search NS><D:property-search><D:prop><C:calendar-user-address-set/></D:prop>\
                  <D:match>user02</D:match></D:property-search></D:principal-property-search>";
    let body = search.replace("NS", NAMESPACES);
    let answer = site
        .send("user01", "REPORT", "/caldav/principals/", &[], &body)
        .await;
    assert_eq!(answer.multistatus().responses.len(), 0);

    let site = with(Deviation::DefaultCalendarUnchecked);
    let body = format!(
        "<D:propertyupdate {NAMESPACES}><D:set><D:prop><C:schedule-default-calendar-URL><D:href>/none/</D:href>\
         </C:schedule-default-calendar-URL></D:prop></D:set></D:propertyupdate>"
    );
    let answer = site
        .send("user01", "PROPPATCH", &inbox("user01"), &[], &body)
        .await
        .multistatus();
    assert_eq!(answer.responses[0].propstats[0].status, 200);

    let site = with(Deviation::NoCalendarAccessToken);
    let answer = site.send("user01", "OPTIONS", &home("user01"), &[], "").await;
    assert!(!answer.header("dav").unwrap().contains("calendar-access"));
    let site = with(Deviation::PrivilegesAbstract);
    let set = site
        .prop("user01", &inbox("user01"), "D:supported-privilege-set")
        .await
        .unwrap();
    assert!(set.descendants().iter().any(|one| one.is(&qname("D:abstract"))));
}
