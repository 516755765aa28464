use calconform::dav::{RecipientResponse, ScheduleResponse};
use rstest::rstest;

use crate::support::{Answer, NAMESPACES, Site, calendar, event, home, inbox, mine, outbox};

const TYPE: (&str, &str) = ("content-type", "text/calendar; charset=utf-8");

fn request(lines: &str) -> String {
    calendar(&format!(
        "METHOD:REQUEST|BEGIN:VFREEBUSY|UID:fb|DTSTAMP:20260101T000000Z|DTSTART:20260601T000000Z|DTEND:20260602T000000Z\
         |ORGANIZER:mailto:user02@example.com|{lines}|END:VFREEBUSY"
    ))
}

async fn post(site: &Site, body: &str) -> Answer {
    site.send("user02", "POST", &outbox("user02"), &[TYPE], body)
        .await
}

fn responses(answer: &Answer) -> Vec<RecipientResponse> {
    assert_eq!(answer.status, 200, "{answer:?}");
    ScheduleResponse::read(&answer.xml()).unwrap().responses
}

#[tokio::test]
async fn each_attendee_is_answered() {
    let site = Site::start();
    site.put("user01", &mine("a.ics"), &event("a", "")).await;
    site.put(
        "user01",
        &mine("b.ics"),
        &event("b", "TRANSP:TRANSPARENT")
            .replace("T09", "T12")
            .replace("T10", "T13"),
    )
    .await;
    let body = request(
        "ATTENDEE;CN=One:mailto:USER01@example.com|ATTENDEE:mailto:user03@example.com\
         |ATTENDEE:mailto:nobody@example.invalid|ATTENDEE:mailto:user03@example.com",
    );
    let found = responses(&post(&site, &body).await);
    let statuses: Vec<(&str, &str)> = found
        .iter()
        .map(|one| (one.recipient.as_str(), one.request_status.as_str()))
        .collect();
    assert_eq!(
        statuses,
        [
            ("mailto:USER01@example.com", "2.0;Success"),
            ("mailto:user03@example.com", "2.0;Success"),
            ("mailto:nobody@example.invalid", "3.7;Invalid calendar user"),
        ]
    );
    assert!(found[2].calendar_data.is_none());
    let data = found[0].calendar_data.as_deref().unwrap();
    for line in [
        "METHOD:REPLY",
        "UID:fb",
        "DTSTART:20260601T000000Z",
        "DTEND:20260602T000000Z",
        "ORGANIZER:mailto:user02@example.com",
        "ATTENDEE;CN=One:mailto:USER01@example.com",
        "FREEBUSY;FBTYPE=BUSY:20260601T090000Z/20260601T100000Z",
    ] {
        assert!(data.lines().any(|found| found == line), "no {line} in {data}");
    }
    assert_eq!(data.matches("FREEBUSY;").count(), 1);
    assert!(!found[1].calendar_data.as_deref().unwrap().contains("FREEBUSY;"));
}

#[tokio::test]
async fn transparent_calendars_do_not_count() {
    let site = Site::start();
    site.put("user01", &mine("a.ics"), &event("a", "")).await;
    let body = format!(
        "<D:propertyupdate {NAMESPACES}><D:set><D:prop><C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>\
         </D:prop></D:set></D:propertyupdate>"
    );
    site.send("user01", "PROPPATCH", &mine(""), &[], &body).await;
    let found = responses(&post(&site, &request("ATTENDEE:mailto:user01@example.com")).await);
    assert!(!found[0].calendar_data.as_deref().unwrap().contains("FREEBUSY;"));
}

#[rstest]
#[case::not_icalendar("hello", 400, "C:valid-calendar-data")]
#[case::no_prodid(&request("ATTENDEE:mailto:a@b.invalid").replace("PRODID", "X-PRODID"), 400, "C:valid-calendar-data")]
#[case::no_attendee(&request("COMMENT:x"), 400, "C:valid-scheduling-message")]
#[case::no_method(
    &request("ATTENDEE:mailto:a@b.invalid").replace("METHOD:REQUEST\r\n", ""), 400, "C:valid-scheduling-message")]
#[case::other_method(
    &request("ATTENDEE:mailto:a@b.invalid").replace("METHOD:REQUEST", "METHOD:PUBLISH"), 400, "C:valid-scheduling-message")]
#[case::an_event(
    &event("a", "ORGANIZER:mailto:user02@example.com|ATTENDEE:mailto:a@b.invalid")
        .replace("VERSION:2.0", "VERSION:2.0\r\nMETHOD:REQUEST"), 400, "C:valid-scheduling-message")]
#[case::no_end(
    &request("ATTENDEE:mailto:a@b.invalid").replace("DTEND:20260602T000000Z\r\n", ""), 400, "C:valid-scheduling-message")]
#[case::no_organizer(
    &request("ATTENDEE:mailto:a@b.invalid").replace("ORGANIZER", "X-ORGANIZER"), 400, "C:valid-scheduling-message")]
#[case::local_time(
    &request("ATTENDEE:mailto:a@b.invalid").replace("DTEND:20260602T000000Z", "DTEND:20260602T000000"),
    400, "C:valid-scheduling-message")]
#[case::backwards(
    &request("ATTENDEE:mailto:a@b.invalid").replace("DTEND:2026", "DTEND:2025"), 400, "C:valid-scheduling-message")]
#[case::busy_already(
    &request("ATTENDEE:mailto:a@b.invalid|FREEBUSY:20260601T000000Z/PT1H"), 400, "C:valid-scheduling-message")]
#[case::foreign_organizer(
    &request("ATTENDEE:mailto:a@b.invalid").replace("ORGANIZER:mailto:user02", "ORGANIZER:mailto:user01"),
    403, "C:valid-organizer")]
#[case::too_large(
    &request(&format!("ATTENDEE:mailto:a@b.invalid|COMMENT:{}", "x".repeat(256 << 10))), 403, "C:max-resource-size")]
#[case::too_many(
    &request(&["ATTENDEE:mailto:x@example.invalid"; 101].join("|")), 400, "C:max-attendees-per-instance")]
#[tokio::test]
async fn what_is_no_busy_time_request_is_refused(
    #[case] body: &str,
    #[case] status: u16,
    #[case] condition: &str,
) {
    post(&Site::start(), body).await.refuses(status, condition);
}

#[tokio::test]
async fn the_place_and_the_type_must_be_right() {
    let site = Site::start();
    let body = request("ATTENDEE:mailto:user01@example.com");
    for path in [
        inbox("user02"),
        home("user02"),
        "/caldav/principals/user02/".to_owned(),
    ] {
        site.send("user02", "POST", &path, &[TYPE], &body)
            .await
            .refuses(400, "C:supported-collection");
    }
    let plain = [("content-type", "text/plain")];
    site.send("user02", "POST", &outbox("user02"), &plain, &body)
        .await
        .refuses(400, "C:supported-calendar-data");
    let error = site
        .send("user02", "POST", &outbox("user01"), &[TYPE], &body)
        .await
        .refuses(403, "D:need-privileges");
    let resource = error.elements().next().unwrap();
    assert_eq!(resource.href(), Some(outbox("user01")));
}
