use calconform::reference::{Config, Limits};
use rstest::rstest;

use crate::support::{NAMESPACES, Site, calendar, event, find, home, mine, qname};

#[tokio::test]
async fn what_was_put_can_be_had_again() {
    let site = Site::start();
    let body = event("a", "SUMMARY:Folded |X-ODD;X=\"a,b\":kept");
    let put = site.put("user01", &mine("a.ics"), &body).await;
    assert_eq!(put.status, 201);
    let get = site.get("user01", &mine("a.ics")).await;
    assert_eq!((get.status, get.body.as_str()), (200, body.as_str()));
    assert!(get.header("content-type").unwrap().starts_with("text/calendar"));
    assert_eq!(get.header("etag"), put.header("etag"));
    assert!(get.header("schedule-tag").is_none());
    let head = site.send("user01", "HEAD", &mine("a.ics"), &[], "").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(
        head.header("content-length"),
        Some(body.len().to_string().as_str())
    );
    let again = site
        .put("user01", &mine("a.ics"), &event("a", "SUMMARY:Other"))
        .await;
    assert_eq!(again.status, 204);
    assert_ne!(again.header("etag"), put.header("etag"));
    assert_eq!(site.delete("user01", &mine("a.ics")).await.status, 204);
    assert_eq!(site.get("user01", &mine("a.ics")).await.status, 404);
}

#[tokio::test]
async fn conditional_requests_hold() {
    let site = Site::start();
    let body = event("a", "");
    let etag = site
        .put("user01", &mine("a.ics"), &body)
        .await
        .header("etag")
        .unwrap()
        .to_owned();
    let weak = format!("W/{etag}");
    let list = format!("\"x\", {etag}");
    let calendar = ("content-type", "text/calendar");
    for (method, path, name, value, status) in [
        ("PUT", "a.ics", "if-none-match", "*", 412),
        ("PUT", "a.ics", "if-match", "\"x\"", 412),
        ("PUT", "a.ics", "if-match", weak.as_str(), 412),
        ("PUT", "b.ics", "if-match", "*", 412),
        ("GET", "a.ics", "if-none-match", etag.as_str(), 304),
        ("GET", "a.ics", "if-none-match", weak.as_str(), 304),
        ("GET", "a.ics", "if-match", "\"x\"", 412),
        ("DELETE", "a.ics", "if-match", "\"x\"", 412),
        // The object is no scheduling object, so it has no schedule tag.
        ("PUT", "a.ics", "if-schedule-tag-match", "\"x\"", 412),
        ("PUT", "a.ics", "if-schedule-tag-match", "x", 400),
        ("PUT", "b.ics", "if-none-match", "*", 201),
    ] {
        let body = if path == "b.ics" {
            event("b", "")
        } else {
            body.clone()
        };
        let body = if method == "PUT" { body.as_str() } else { "" };
        let answer = site
            .send("user01", method, &mine(path), &[calendar, (name, value)], body)
            .await;
        assert_eq!(answer.status, status, "{method} {path} {name}: {value}");
    }
    let answer = site
        .send(
            "user01",
            "PUT",
            &mine("a.ics"),
            &[calendar, ("if-match", &list)],
            &body,
        )
        .await;
    assert_eq!(answer.status, 204);
    let answer = site
        .send("user01", "DELETE", &mine("a.ics"), &[("if-match", &etag)], "")
        .await;
    assert_eq!(answer.status, 412);
}

#[rstest]
#[case::not_icalendar("hello", "C:valid-calendar-data")]
#[case::unclosed("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "C:valid-calendar-data")]
#[case::crossed(
    &event("a", "").replace("END:VEVENT", "END:VTODO"), "C:valid-calendar-data")]
#[case::no_version(&event("a", "").replace("VERSION:2.0\r\n", ""), "C:valid-calendar-data")]
#[case::old_version(&event("a", "").replace("VERSION:2.0", "VERSION:1.0"), "C:valid-calendar-data")]
#[case::no_dtstamp(&event("a", "").replace("DTSTAMP:20260101T000000Z\r\n", ""), "C:valid-calendar-data")]
#[case::no_uid(&event("a", "").replace("UID:a\r\n", ""), "C:valid-calendar-data")]
#[case::no_start(&event("a", "").replace("DTSTART:20260601T090000Z\r\n", ""), "C:valid-calendar-data")]
#[case::bad_date(&event("a", "").replace("20260601T090000Z", "20260641T090000Z"), "C:valid-calendar-data")]
#[case::end_and_duration(&event("a", "DURATION:PT1H"), "C:valid-calendar-data")]
#[case::two_summaries(&event("a", "SUMMARY:x|SUMMARY:y"), "C:valid-calendar-data")]
#[case::method(
    &event("a", "").replace("VERSION:2.0", "VERSION:2.0\r\nMETHOD:REQUEST"), "C:valid-calendar-object-resource")]
#[case::two_uids(
    &event("a", "END:VEVENT|BEGIN:VEVENT|UID:b|DTSTAMP:20260101T000000Z|DTSTART:20260601T090000Z"),
    "C:valid-calendar-object-resource")]
#[case::two_kinds(
    &event("a", "END:VEVENT|BEGIN:VTODO|UID:a|DTSTAMP:20260101T000000Z|END:VTODO|BEGIN:VEVENT|UID:a\
                 |DTSTAMP:20260101T000000Z|DTSTART:20260601T090000Z|RECURRENCE-ID:20260601T090000Z"),
    "C:valid-calendar-object-resource")]
#[case::two_masters(
    &event("a", "END:VEVENT|BEGIN:VEVENT|UID:a|DTSTAMP:20260101T000000Z|DTSTART:20260601T090000Z"),
    "C:valid-calendar-object-resource")]
#[case::unknown_zone(
    &event("a", "").replace("DTSTART:20260601T090000Z", "DTSTART;TZID=Europe/Berlin:20260601T090000"),
    "C:valid-calendar-object-resource")]
#[case::zones_only(
    &calendar("BEGIN:VTIMEZONE|TZID:X|BEGIN:STANDARD|DTSTART:19700101T000000|TZOFFSETFROM:+0000|TZOFFSETTO:+0000\
               |END:STANDARD|END:VTIMEZONE"),
    "C:valid-calendar-object-resource")]
#[case::journal(
    &calendar("BEGIN:VJOURNAL|UID:a|DTSTAMP:20260101T000000Z|END:VJOURNAL"), "C:supported-calendar-component")]
#[case::too_early(&event("a", "").replace("20260601T09", "18990601T09"), "C:min-date-time")]
#[case::too_late(&event("a", "").replace("20260601T10", "21990601T10"), "C:max-date-time")]
#[case::too_many(&event("a", &["ATTENDEE:mailto:x@example.invalid"; 101].join("|")), "C:max-attendees-per-instance")]
#[case::too_large(&event("a", &format!("SUMMARY:{}", "x".repeat(256 << 10))), "C:max-resource-size")]
#[tokio::test]
async fn what_a_calendar_does_not_take_is_refused(#[case] body: &str, #[case] condition: &str) {
    let site = Site::start();
    site.put("user01", &mine("a.ics"), body)
        .await
        .refuses(403, condition);
    assert_eq!(site.get("user01", &mine("a.ics")).await.status, 404);
}

#[tokio::test]
async fn more_instances_than_allowed_are_refused() {
    let limits = Limits {
        instances: Some(10),
        ..Limits::default()
    };
    let site = Site::with(Config {
        limits,
        ..Config::default()
    });
    assert_eq!(
        site.put("user01", &mine("a.ics"), &event("a", "RRULE:FREQ=DAILY;COUNT=10"))
            .await
            .status,
        201
    );
    for rule in ["RRULE:FREQ=DAILY;COUNT=11", "RRULE:FREQ=DAILY"] {
        site.put("user01", &mine("a.ics"), &event("a", rule))
            .await
            .refuses(403, "C:max-instances");
    }
    let property = site.prop("user01", &mine(""), "C:max-instances").await.unwrap();
    assert_eq!(property.text(), "10");
}

#[rstest]
#[case("text/plain")]
#[case("text/calendar; version=1.0")]
#[case("text/calendar; charset=iso-8859-1")]
#[tokio::test]
async fn other_media_types_are_refused(#[case] kind: &str) {
    let site = Site::start();
    let answer = site
        .send(
            "user01",
            "PUT",
            &mine("a.ics"),
            &[("content-type", kind)],
            &event("a", ""),
        )
        .await;
    answer.refuses(403, "C:supported-calendar-data");
}

#[tokio::test]
async fn a_uid_is_unique_in_its_calendar() {
    let site = Site::start();
    site.put("user01", &mine("a.ics"), &event("a", "")).await;
    let error = site
        .put("user01", &mine("b.ics"), &event("a", ""))
        .await
        .refuses(403, "C:no-uid-conflict");
    assert_eq!(error.href(), Some(mine("a.ics")));
    site.put("user01", &mine("a.ics"), &event("c", ""))
        .await
        .refuses(403, "C:no-uid-conflict");
    let other = format!("{}other/", home("user01"));
    assert_eq!(
        site.send("user01", "MKCALENDAR", &other, &[], "").await.status,
        201
    );
    assert_eq!(
        site.put("user01", &format!("{other}a.ics"), &event("a", ""))
            .await
            .status,
        201
    );
}

#[tokio::test]
async fn calendars_are_made_with_their_properties_or_not_at_all() {
    let site = Site::start();
    let path = format!("{}new%20one/", home("user01"));
    let body = |props: &str| {
        format!("<C:mkcalendar {NAMESPACES}><D:set><D:prop>{props}</D:prop></D:set></C:mkcalendar>")
    };
    let good = "<D:displayname>Töpfern</D:displayname><C:supported-calendar-component-set><C:comp name='VTODO'/>\
                </C:supported-calendar-component-set><C:calendar-description xml:lang='de'>x</C:calendar-description>";
    let bad = format!("{good}<D:getetag>x</D:getetag>");
    let answer = site
        .send("user01", "MKCALENDAR", &path, &[], &body(&bad))
        .await
        .multistatus();
    let statuses: Vec<(u16, usize)> = answer.responses[0]
        .propstats
        .iter()
        .map(|propstat| (propstat.status, propstat.props.len()))
        .collect();
    assert_eq!(statuses, [(424, 3), (403, 1)]);
    assert_eq!(site.get("user01", &path).await.status, 404);

    let answer = site.send("user01", "MKCALENDAR", &path, &[], &body(good)).await;
    assert_eq!(
        (answer.status, answer.header("cache-control")),
        (201, Some("no-cache"))
    );
    let found = site
        .propfind(
            "user01",
            &path,
            "0",
            "D:displayname C:calendar-description C:supported-calendar-component-set",
        )
        .await;
    let response = find(&found, "/new%20one/");
    assert_eq!(response.prop(&qname("D:displayname")).unwrap().text(), "Töpfern");
    assert_eq!(
        response.prop(&qname("C:calendar-description")).unwrap().lang(),
        Some("de")
    );
    site.put("user01", &format!("{path}a.ics"), &event("a", ""))
        .await
        .refuses(403, "C:supported-calendar-component");
    site.send("user01", "MKCALENDAR", &path, &[], "")
        .await
        .refuses(403, "D:resource-must-be-null");
    site.send("user01", "MKCALENDAR", &format!("{path}in/"), &[], "")
        .await
        .refuses(403, "C:calendar-collection-location-ok");
    let orphan = format!("{}none/x/", home("user01"));
    assert_eq!(
        site.send("user01", "MKCALENDAR", &orphan, &[], "").await.status,
        409
    );
    assert_eq!(
        site.send("user01", "MKCALENDAR", &orphan, &[], "<broken")
            .await
            .status,
        400
    );
    assert_eq!(site.delete("user01", &path).await.status, 204);
    assert_eq!(site.get("user01", &path).await.status, 404);
}

#[tokio::test]
async fn extended_mkcol_makes_calendars_too() {
    let site = Site::start();
    let path = format!("{}new/", home("user01"));
    let body = |kind: &str| {
        format!(
            "<D:mkcol {NAMESPACES}><D:set><D:prop><D:resourcetype><D:collection/>{kind}</D:resourcetype>\
             <D:displayname>N</D:displayname></D:prop></D:set></D:mkcol>"
        )
    };
    let answer = site
        .send("user01", "MKCOL", &path, &[], &body("<C:other/>"))
        .await;
    assert_eq!(answer.status, 403);
    let root = answer.xml();
    assert!(root.is(&qname("D:mkcol-response")));
    assert!(answer.body.contains("valid-resourcetype"));
    assert_eq!(
        site.send("user01", "MKCOL", &path, &[], &body("<C:calendar/>"))
            .await
            .status,
        201
    );
    assert_eq!(
        site.put("user01", &format!("{path}a.ics"), &event("a", ""))
            .await
            .status,
        201
    );
    assert_eq!(site.send("user01", "MKCOL", &path, &[], "").await.status, 405);
    assert_eq!(
        site.send("user01", "MKCOL", &format!("{}z/", home("user01")), &[], "no xml")
            .await
            .status,
        415
    );
}

#[tokio::test]
async fn the_default_calendar_stays() {
    let site = Site::start();
    site.delete("user01", &mine(""))
        .await
        .refuses(403, "C:default-calendar-needed");
    let other = format!("{}other/", home("user01"));
    site.send("user01", "MKCALENDAR", &other, &[], "").await;
    let patch = |value: &str| {
        format!(
            "<D:propertyupdate {NAMESPACES}><D:set><D:prop><C:schedule-default-calendar-URL>{value}\
             </C:schedule-default-calendar-URL></D:prop></D:set></D:propertyupdate>"
        )
    };
    let inbox = crate::support::inbox("user01");
    let set = async |value: &str| {
        let answer = site
            .send("user01", "PROPPATCH", &inbox, &[], &patch(value))
            .await
            .multistatus();
        let propstat = answer.responses[0].propstats[0].clone();
        (
            propstat.status,
            propstat
                .error
                .map(|error| error.elements().next().unwrap().qname().to_string()),
        )
    };
    let refused = (403, Some("C:valid-schedule-default-calendar-URL".to_owned()));
    for wrong in [
        "<D:href>/caldav/calendars/user01/inbox/</D:href>",
        "<D:href>/caldav/calendars/user01/none/</D:href>",
        "<D:href>/caldav/calendars/user02/default/</D:href>",
        "",
    ] {
        assert_eq!(set(wrong).await, refused, "{wrong}");
    }
    assert_eq!(set(&format!("<D:href>{other}</D:href>")).await, (200, None));
    assert_eq!(
        site.prop("user01", &inbox, "C:schedule-default-calendar-URL")
            .await
            .unwrap()
            .href(),
        Some(other.clone())
    );
    site.delete("user01", &other)
        .await
        .refuses(403, "C:default-calendar-needed");
    assert_eq!(site.delete("user01", &mine("")).await.status, 204);
    let remove = format!(
        "<D:propertyupdate {NAMESPACES}><D:remove><D:prop><C:schedule-default-calendar-URL/></D:prop></D:remove>\
         </D:propertyupdate>"
    );
    let answer = site.send("user01", "PROPPATCH", &inbox, &[], &remove).await;
    assert!(answer.body.contains("default-calendar-needed"), "{answer:?}");
}
