use rstest::rstest;

use crate::support::{Answer, NAMESPACES, Site, calendar, event, find, home, inbox, mine, qname};

const BERLIN: &str = "BEGIN:VTIMEZONE|TZID:Europe/Berlin|BEGIN:STANDARD|DTSTART:19701025T030000|TZOFFSETFROM:+0200\
    |TZOFFSETTO:+0100|RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU|END:STANDARD|BEGIN:DAYLIGHT|DTSTART:19700329T020000\
    |TZOFFSETFROM:+0100|TZOFFSETTO:+0200|RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU|END:DAYLIGHT|END:VTIMEZONE";

/// Weekly on Mondays at 9:00 in Berlin, from 25 May 2026; the one of 1 June is an hour later, that of 8 June does not happen.
fn weekly() -> String {
    calendar(&format!(
        "{BERLIN}|BEGIN:VEVENT|UID:weekly|DTSTAMP:20260101T000000Z|DTSTART;TZID=Europe/Berlin:20260525T090000\
         |DURATION:PT30M|RRULE:FREQ=WEEKLY;COUNT=4|EXDATE;TZID=Europe/Berlin:20260608T090000|SUMMARY:Week\
         |CATEGORIES:Work,ÄRGER|BEGIN:VALARM|ACTION:DISPLAY|DESCRIPTION:x|TRIGGER:-PT15M|END:VALARM|END:VEVENT\
         |BEGIN:VEVENT|UID:weekly|DTSTAMP:20260101T000000Z|RECURRENCE-ID;TZID=Europe/Berlin:20260601T090000\
         |DTSTART;TZID=Europe/Berlin:20260601T100000|DURATION:PT30M|SUMMARY:Later|STATUS:TENTATIVE|END:VEVENT"
    ))
}

async fn site() -> Site {
    let site = Site::start();
    site.put(
        "user01",
        &mine("once.ics"),
        &event(
            "once",
            "ATTENDEE;PARTSTAT=NEEDS-ACTION;CN=\"B, C\":mailto:b@example.invalid",
        ),
    )
    .await;
    site.put("user01", &mine("weekly.ics"), &weekly()).await;
    let todo = "BEGIN:VTODO|UID:todo|DTSTAMP:20260101T000000Z|DUE;VALUE=DATE:20260605|SUMMARY:Due|END:VTODO";
    assert_eq!(
        site.put("user01", &mine("todo.ics"), &calendar(todo))
            .await
            .status,
        201
    );
    site
}

async fn query(site: &Site, path: &str, data: &str, filter: &str) -> Answer {
    let body = format!(
        "<C:calendar-query {NAMESPACES}><D:prop><D:getetag/>{data}</D:prop><C:filter>{filter}</C:filter></C:calendar-query>"
    );
    site.send("user01", "REPORT", path, &[("depth", "1")], &body)
        .await
}

fn of(component: &str, inner: &str) -> String {
    format!(
        "<C:comp-filter name='VCALENDAR'><C:comp-filter name='{component}'>{inner}</C:comp-filter></C:comp-filter>"
    )
}

#[rstest]
#[case::all("<C:comp-filter name='VCALENDAR'/>", "once todo weekly")]
#[case::no_calendar("<C:comp-filter name='VCALENDAR'><C:is-not-defined/></C:comp-filter>", "")]
#[case::events(&of("VEVENT", ""), "once weekly")]
#[case::no_events(&of("VEVENT", "<C:is-not-defined/>"), "todo")]
#[case::before(&of("VEVENT", "<C:time-range end='20260525T070000Z'/>"), "")]
#[case::first(&of("VEVENT", "<C:time-range end='20260525T070001Z'/>"), "weekly")]
#[case::original_time(&of("VEVENT", "<C:time-range start='20260601T070000Z' end='20260601T073000Z'/>"), "")]
#[case::moved_time(&of("VEVENT", "<C:time-range start='20260601T080000Z' end='20260601T083000Z'/>"), "weekly")]
#[case::excluded(&of("VEVENT", "<C:time-range start='20260608T000000Z' end='20260609T000000Z'/>"), "")]
#[case::last(&of("VEVENT", "<C:time-range start='20260615T071500Z'/>"), "weekly")]
#[case::touching(&of("VEVENT", "<C:time-range start='20260601T100000Z' end='20260602T000000Z'/>"), "")]
#[case::due(&of("VTODO", "<C:time-range start='20260604T000000Z' end='20260605T000000Z'/>"), "todo")]
#[case::not_yet_due(&of("VTODO", "<C:time-range start='20260603T000000Z' end='20260604T000000Z'/>"), "")]
#[case::alarm(
    &of("VEVENT", "<C:comp-filter name='VALARM'><C:time-range start='20260615T064500Z' end='20260615T064501Z'/>\
                   </C:comp-filter>"), "weekly")]
#[case::no_alarm(
    &of("VEVENT", "<C:comp-filter name='VALARM'><C:time-range start='20260615T070000Z' end='20260615T070001Z'/>\
                   </C:comp-filter>"), "")]
#[case::has_property(&of("VEVENT", "<C:prop-filter name='CATEGORIES'/>"), "weekly")]
#[case::lacks_property(&of("VEVENT", "<C:prop-filter name='CATEGORIES'><C:is-not-defined/></C:prop-filter>"), "once weekly")]
#[case::text(&of("VEVENT", "<C:prop-filter name='SUMMARY'><C:text-match>WEEK</C:text-match></C:prop-filter>"), "weekly")]
#[case::octets(
    &of("VEVENT", "<C:prop-filter name='SUMMARY'><C:text-match collation='i;octet'>WEEK</C:text-match></C:prop-filter>"),
    "")]
#[case::ascii_only(
    &of("VEVENT", "<C:prop-filter name='CATEGORIES'><C:text-match>ärger</C:text-match></C:prop-filter>"), "")]
#[case::negated(
    &of("VTODO", "<C:prop-filter name='SUMMARY'><C:text-match negate-condition='yes'>x</C:text-match></C:prop-filter>"),
    "todo")]
#[case::parameter(
    &of("VEVENT", "<C:prop-filter name='ATTENDEE'><C:param-filter name='PARTSTAT'><C:text-match>needs-action\
                   </C:text-match></C:param-filter></C:prop-filter>"), "once")]
#[case::quoted_parameter(
    &of("VEVENT", "<C:prop-filter name='ATTENDEE'><C:param-filter name='CN'><C:text-match>B, C</C:text-match>\
                   </C:param-filter></C:prop-filter>"), "once")]
#[case::no_parameter(
    &of("VEVENT", "<C:prop-filter name='ATTENDEE'><C:param-filter name='ROLE'><C:is-not-defined/></C:param-filter>\
                   </C:prop-filter>"), "once")]
#[case::property_time(
    &of("VEVENT", "<C:prop-filter name='DTSTART'><C:time-range start='20260601T090000Z' end='20260601T090001Z'/>\
                   </C:prop-filter>"), "once")]
#[case::two_conditions(
    &of("VEVENT", "<C:prop-filter name='SUMMARY'><C:text-match>Later</C:text-match></C:prop-filter>\
                   <C:time-range start='20260615T000000Z'/>"), "")]
#[tokio::test]
async fn queries_find_what_matches(#[case] filter: &str, #[case] expected: &str) {
    let site = site().await;
    let answer = query(&site, &mine(""), "", filter).await.multistatus();
    let found: Vec<&str> = answer
        .responses
        .iter()
        .map(|response| {
            response
                .href()
                .rsplit('/')
                .next()
                .unwrap()
                .trim_end_matches(".ics")
        })
        .collect();
    assert_eq!(found.join(" "), expected);
}

#[rstest]
#[case("", "C:valid-filter")]
#[case("<C:comp-filter name='VEVENT'/>", "C:valid-filter")]
#[case(&of("VALARM", ""), "C:valid-filter")]
#[case(&of("VEVENT", "<C:comp-filter name='VTODO'/>"), "C:valid-filter")]
#[case(&of("VEVENT", "<C:time-range/>"), "C:valid-filter")]
#[case(&of("VEVENT", "<C:time-range start='20260601T000000'/>"), "C:valid-filter")]
#[case(&of("VEVENT", "<C:time-range start='20260602T000000Z' end='20260601T000000Z'/>"), "C:valid-filter")]
#[case(&of("VEVENT", "<C:prop-filter name='SUMMARY'><C:time-range start='20260601T000000Z'/></C:prop-filter>"),
    "C:valid-filter")]
#[case(&of("VEVENT", "<C:prop-filter name='SUMMARY'><C:text-match collation='i;x'>a</C:text-match></C:prop-filter>"),
    "C:supported-collation")]
#[case(&of("VEVENT", "<C:time-range start='18000101T000000Z'/>"), "C:min-date-time")]
#[case(&of("VEVENT", "<C:time-range end='22000101T000000Z'/>"), "C:max-date-time")]
#[tokio::test]
async fn other_filters_are_refused(#[case] filter: &str, #[case] condition: &str) {
    query(&Site::start(), &mine(""), "", filter)
        .await
        .refuses(403, condition);
}

async fn data(site: &Site, wanted: &str) -> String {
    let body = format!(
        "<C:calendar-multiget {NAMESPACES}><D:prop>{wanted}</D:prop><D:href>{}</D:href></C:calendar-multiget>",
        mine("weekly.ics")
    );
    let answer = site
        .send("user01", "REPORT", &mine(""), &[], &body)
        .await
        .multistatus();
    answer.responses[0]
        .prop(&qname("C:calendar-data"))
        .unwrap()
        .text()
}

#[tokio::test]
async fn calendar_data_can_be_cut() {
    let site = site().await;
    assert_eq!(data(&site, "<C:calendar-data/>").await, weekly());
    let some = data(
        &site,
        "<C:calendar-data><C:comp name='VCALENDAR'><C:prop name='VERSION'/><C:comp name='VEVENT'><C:prop name='UID'/>\
         <C:prop name='SUMMARY' novalue='yes'/></C:comp></C:comp></C:calendar-data>",
    )
    .await;
    assert_eq!(
        some,
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:weekly\r\nSUMMARY:\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\n\
         UID:weekly\r\nSUMMARY:\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    let limited = data(
        &site,
        "<C:calendar-data><C:limit-recurrence-set start='20260615T000000Z' end='20260616T000000Z'/></C:calendar-data>",
    )
    .await;
    assert!(
        limited.contains("RRULE") && !limited.contains("RECURRENCE-ID"),
        "{limited}"
    );
    let expanded = data(
        &site,
        "<C:calendar-data><C:expand start='20260501T000000Z' end='20260701T000000Z'/></C:calendar-data>",
    )
    .await;
    let starts: Vec<&str> = expanded
        .lines()
        .filter(|line| line.starts_with("DTSTART") || line.starts_with("RECURRENCE-ID"))
        .collect();
    assert_eq!(
        starts,
        [
            "DTSTART:20260525T070000Z",
            "RECURRENCE-ID:20260525T070000Z",
            "DTSTART:20260601T080000Z",
            "RECURRENCE-ID:20260601T070000Z",
            "DTSTART:20260615T070000Z",
            "RECURRENCE-ID:20260615T070000Z",
        ]
    );
    for gone in ["RRULE", "EXDATE", "TZID", "VTIMEZONE"] {
        assert!(!expanded.contains(gone), "{gone} in {expanded}");
    }
}

#[tokio::test]
async fn multiget_answers_for_every_href() {
    let site = site().await;
    let absolute = format!(
        "{}{}",
        site.server.base_url.trim_end_matches('/'),
        mine("todo.ics")
    );
    let foreign = format!("{}default/x.ics", home("user02"));
    let body = format!(
        "<C:calendar-multiget {NAMESPACES}><D:prop><C:calendar-data/><D:getetag/></D:prop><D:href>{}</D:href>\
         <D:href>{absolute}</D:href><D:href>{}</D:href><D:href>{foreign}</D:href></C:calendar-multiget>",
        mine("once.ics"),
        mine("none.ics")
    );
    let answer = site
        .send("user01", "REPORT", &mine(""), &[("depth", "0")], &body)
        .await
        .multistatus();
    let statuses: Vec<Option<u16>> = answer.responses.iter().map(|response| response.status).collect();
    assert_eq!(statuses, [None, None, Some(404), Some(404)]);
    assert_eq!(answer.responses[1].href(), absolute);
    assert!(
        answer.responses[0]
            .prop(&qname("C:calendar-data"))
            .unwrap()
            .text()
            .contains("UID:once")
    );
}

#[tokio::test]
async fn free_busy_query_follows_status_and_transparency() {
    let site = site().await;
    site.put("user01", &mine("free.ics"), &event("free", "TRANSP:TRANSPARENT"))
        .await;
    site.put("user01", &mine("off.ics"), &event("off", "STATUS:CANCELLED"))
        .await;
    site.put(
        "user01",
        &mine("day.ics"),
        &event("day", "").replace(
            "DTSTART:20260601T090000Z\r\nDTEND:20260601T100000Z",
            "DTSTART;VALUE=DATE:20260603",
        ),
    )
    .await;
    let body = format!(
        "<C:free-busy-query {NAMESPACES}><C:time-range start='20260601T000000Z' end='20260603T120000Z'/></C:free-busy-query>"
    );
    let busy = async |path: &str, depth: &str| {
        let answer = site
            .send("user01", "REPORT", path, &[("depth", depth)], &body)
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let lines = answer
            .body
            .lines()
            .filter(|line| line.starts_with("FREEBUSY"))
            .map(str::to_owned);
        lines.collect::<Vec<_>>()
    };
    let expected = [
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260601T080000Z/20260601T083000Z",
        "FREEBUSY;FBTYPE=BUSY:20260601T090000Z/20260601T100000Z",
        "FREEBUSY;FBTYPE=BUSY:20260603T000000Z/20260603T120000Z",
    ];
    assert_eq!(busy(&mine(""), "1").await, expected);
    assert_eq!(busy(&home("user01"), "infinity").await, expected);
    assert_eq!(busy(&mine(""), "0").await, Vec::<String>::new());
    assert_eq!(busy(&home("user01"), "1").await, Vec::<String>::new());
    for (path, status) in [
        (inbox("user01"), 403),
        (mine("once.ics"), 403),
        (home("user02"), 404),
    ] {
        assert_eq!(
            site.send("user01", "REPORT", &path, &[("depth", "1")], &body)
                .await
                .status,
            status,
            "{path}"
        );
    }
}

#[tokio::test]
async fn principals_are_found_by_name_and_address() {
    let site = Site::start();
    let search = async |prop: &str, text: &str| {
        let body = format!(
            "<D:principal-property-search {NAMESPACES}><D:property-search><D:prop><{prop}/></D:prop><D:match>{text}</D:match>\
             </D:property-search><D:prop><D:displayname/><C:schedule-inbox-URL/></D:prop></D:principal-property-search>"
        );
        let answer = site
            .send(
                "user01",
                "REPORT",
                "/caldav/principals/",
                &[("depth", "0")],
                &body,
            )
            .await
            .multistatus();
        answer
            .responses
            .iter()
            .map(|response| response.href().to_owned())
            .collect::<Vec<_>>()
    };
    let second = ["/caldav/principals/user02/".to_owned()];
    assert_eq!(
        search("C:calendar-user-address-set", "USER02@example").await,
        second
    );
    assert_eq!(search("D:displayname", "r 02").await, second);
    assert_eq!(search("C:calendar-user-type", "individual").await.len(), 5);
    assert_eq!(search("D:displayname", "nobody").await.len(), 0);
    assert_eq!(search("D:getetag", "a").await.len(), 0);
    let body = format!("<D:principal-search-property-set {NAMESPACES}/>");
    let answer = site
        .send("user01", "REPORT", "/caldav/principals/", &[], &body)
        .await;
    let root = answer.xml();
    assert!(root.is(&qname("D:principal-search-property-set")));
    assert!(answer.body.contains("calendar-user-address-set") && answer.body.contains("calendar-user-type"));
}

#[tokio::test]
async fn properties_are_expanded() {
    let site = Site::start();
    let body = format!(
        "<D:expand-property {NAMESPACES}><D:property name='current-user-principal'><D:property name='displayname'/>\
         <D:property name='none'/></D:property><D:property name='owner'/></D:expand-property>"
    );
    let answer = site
        .send("user01", "REPORT", &home("user01"), &[], &body)
        .await
        .multistatus();
    let principal = answer.responses[0]
        .prop(&qname("D:current-user-principal"))
        .unwrap();
    let inner = principal.first(&qname("D:response")).unwrap();
    assert_eq!(inner.href().as_deref(), Some("/caldav/principals/user01/"));
    assert!(
        answer.responses[0]
            .prop(&qname("D:owner"))
            .unwrap()
            .href()
            .is_some()
    );
}

#[tokio::test]
async fn changes_are_synchronized() {
    let site = site().await;
    let sync = async |token: &str| {
        let body = format!(
            "<D:sync-collection {NAMESPACES}><D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>\
             <D:prop><D:getetag/></D:prop></D:sync-collection>"
        );
        site.send("user01", "REPORT", &mine(""), &[("depth", "0")], &body)
            .await
    };
    let first = sync("").await.multistatus();
    assert_eq!(first.responses.len(), 3);
    site.delete("user01", &mine("once.ics")).await;
    site.put("user01", &mine("new.ics"), &event("new", "")).await;
    let second = sync(first.sync_token.as_deref().unwrap()).await.multistatus();
    assert_eq!(second.responses.len(), 2);
    assert_eq!(find(&second, "/once.ics").status, Some(404));
    assert!(find(&second, "/new.ics").prop(&qname("D:getetag")).is_some());
    assert_eq!(
        sync(second.sync_token.as_deref().unwrap())
            .await
            .multistatus()
            .responses
            .len(),
        0
    );
    sync("urn:other").await.refuses(403, "D:valid-sync-token");
}

#[tokio::test]
async fn unknown_reports_are_refused() {
    let site = Site::start();
    let body = format!("<C:other {NAMESPACES}/>");
    site.send("user01", "REPORT", &mine(""), &[], &body)
        .await
        .refuses(403, "D:supported-report");
    for body in ["", "<broken"] {
        assert_eq!(
            site.send("user01", "REPORT", &mine(""), &[], body).await.status,
            400
        );
    }
}
