use rstest::rstest;

use super::{Answer, assert_judged, judge};

const MULTISTATUS: &str = "<D:multistatus>\
    <D:response><D:href>/dav/u1/other</D:href><D:propstat><D:prop><D:getetag>\"o\"</D:getetag><C:schedule-tag/></D:prop>\
        <D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>\
    <D:response><D:href>/dav/%751</D:href>\
      <D:propstat><D:prop><D:getetag>\"1\"</D:getetag><D:resourcetype><D:collection/><C:calendar/></D:resourcetype>\
        <C:schedule-inbox-URL><D:href>/dav/u1/inbox/</D:href></C:schedule-inbox-URL><D:schedule-outbox-URL/></D:prop>\
        <D:status>HTTP/1.1 200 OK</D:status></D:propstat>\
      <D:propstat><D:prop><C:schedule-tag/></D:prop><D:status>HTTP/1.1 404 Not Found</D:status></D:propstat>\
    </D:response>\
    <D:response><D:href>/dav/gone/</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response></D:multistatus>";

#[rstest]
#[case("name: D:getetag, equals: '\"1\"'", 'h')]
#[case("name: D:getetag, is: strong-etag", 'h')]
#[case("name: D:getetag, equals: '\"o\"'", 'w')]
#[case(
    "name: D:getetag, equals: '\"o\"', of-resource: '{organizer.calendar}other'",
    'h'
)]
#[case(
    "name: C:schedule-inbox-URL/D:href, equals: 'https://cal.example.com/dav/u1/inbox/'",
    'h'
)]
#[case("name: C:schedule-inbox-URL/D:href, count: 1", 'h')]
#[case("name: D:resourcetype/C:calendar, is: empty", 'h')]
#[case("name: D:resourcetype/C:schedule-inbox, is: absent", 'h')]
#[case("name: D:resourcetype/C:schedule-inbox, is: present", 'a')]
// Reported as not found, or not at all.
#[case("name: C:schedule-tag, is: present", 'a')]
#[case("name: C:schedule-tag, is: absent", 'h')]
#[case("name: C:none, is: absent", 'h')]
#[case("name: C:none/D:href, is: absent", 'b')]
#[case("name: C:none/D:href, is: present", 'a')]
#[case("name: C:schedule-outbox-URL, is: present", 'a')]
// The resource is not there.
#[case("name: D:getetag, is: present, of-resource: /dav/none", 'a')]
#[case("name: D:getetag, is: absent, of-resource: /dav/none", 'b')]
#[case("name: D:getetag, is: present, of-resource: /dav/gone", 'a')]
#[case("name: D:getetag, is: absent, of-resource: /dav/gone", 'b')]
fn properties(#[case] matcher: &str, #[case] wanted: char) {
    assert_judged(
        &format!("prop: {{{matcher}}}"),
        &Answer::xml(207, MULTISTATUS),
        wanted,
    );
}

#[test]
fn says_how_it_is_reported_or_what_could_be_meant() {
    let actual = |name: &str| {
        judge(
            &format!("prop: {{name: {name}, is: present}}"),
            &Answer::xml(207, MULTISTATUS),
        )
        .actual
    };
    assert_eq!(
        actual("C:schedule-tag"),
        "C:schedule-tag is reported with 404 Not Found"
    );
    assert_eq!(
        actual("C:schedule-outbox-URL"),
        "no C:schedule-outbox-URL, but D:schedule-outbox-URL"
    );
    assert_eq!(actual("C:none"), "C:none is not reported");
}

#[rstest]
#[case("is: absent", 'b')]
#[case("is: present", 'a')]
fn another_root(#[case] expectation: &str, #[case] wanted: char) {
    let yaml = format!("prop: {{name: D:getetag, {expectation}}}");
    assert_judged(&yaml, &Answer::xml(207, "<D:error/>"), wanted);
}

/// What the target would not show may well be there.
#[rstest]
#[case("is: absent", 'b')]
#[case("is: present", 'a')]
fn a_property_that_is_kept_back(#[case] expectation: &str, #[case] wanted: char) {
    let xml = MULTISTATUS.replace("404 Not Found", "403 Forbidden");
    assert_judged(
        &format!("prop: {{name: C:schedule-tag, {expectation}}}"),
        &Answer::xml(207, &xml),
        wanted,
    );
}

#[rstest]
#[case(
    "<D:multistatus><D:response><D:href>/dav/u1/</D:href><D:propstat><D:prop/></D:propstat></D:response></D:multistatus>"
)]
#[case(
    "<D:multistatus><D:response><D:href>/dav/u1/</D:href><D:propstat><D:prop/><D:status>200</D:status></D:propstat></D:response></D:multistatus>"
)]
fn what_is_no_multistatus_is_unreadable(#[case] xml: &str) {
    assert_judged("prop: {name: D:getetag, is: absent}", &Answer::xml(207, xml), 'u');
}
