use rstest::rstest;

use super::{Answer, assert_judged, judge};

#[rstest]
#[case("status: [201, 204]", 204, 'h')]
#[case("status: [201, 204]", 200, 'w')]
#[case("status: [2xx]", 207, 'h')]
#[case("status: [4xx, 501]", 501, 'h')]
#[case("status: [4xx]", 500, 'w')]
fn statuses(#[case] yaml: &str, #[case] status: u16, #[case] wanted: char) {
    assert_judged(yaml, &Answer::new(status, &[], ""), wanted);
}

#[test]
fn a_status_is_told_with_its_name() {
    let finding = judge("status: [201, 204]", &Answer::new(403, &[], ""));
    assert_eq!(
        (finding.expected.as_str(), finding.actual.as_str()),
        ("status 201 Created or 204 No Content", "status 403 Forbidden")
    );
}

#[rstest]
#[case("opaque-tag", "\"1\"", 'h')]
#[case("opaque-tag", "\"\"", 'h')]
#[case("opaque-tag", "\"a b\"", 'h')]
#[case("opaque-tag", "\"a\\\"b\"", 'h')]
#[case("opaque-tag", "\"a\\\"", 'h')]
#[case("opaque-tag", "\"é\"", 'h')]
#[case("opaque-tag", "1", 'w')]
#[case("opaque-tag", "\"", 'w')]
#[case("opaque-tag", "", 'w')]
#[case("opaque-tag", "W/\"1\"", 'w')]
#[case("opaque-tag", "\"a\"b\"", 'w')]
#[case("opaque-tag", "\"1\", \"2\"", 'w')]
#[case("strong-etag", "\"1\"", 'h')]
#[case("strong-etag", "W/\"1\"", 'w')]
#[case("present", "", 'h')]
#[case("absent", "x", 'w')]
#[case("empty", "", 'h')]
#[case("empty", "x", 'w')]
#[case("href", "/dav/%7B", 'h')]
#[case("href", "urn:uuid:1", 'h')]
#[case("href", "dav/x", 'w')]
#[case("href", "/dav/a b", 'w')]
#[case("utc-date-time", "20260601T090000Z", 'h')]
#[case("utc-date-time", "20260601T090000", 'w')]
fn kinds(#[case] kind: &str, #[case] value: &str, #[case] wanted: char) {
    let answer = Answer::new(200, &[("schedule-tag", value)], "");
    assert_judged(
        &format!("header: {{name: Schedule-Tag, is: {kind}}}"),
        &answer,
        wanted,
    );
}

#[rstest]
#[case("is: present", 'a')]
#[case("is: absent", 'h')]
#[case("is: opaque-tag", 'a')]
#[case("equals: x", 'a')]
#[case("not: x", 'a')]
#[case("count: 0", 'h')]
#[case("count: 1", 'a')]
fn a_header_that_is_not_there(#[case] expectation: &str, #[case] wanted: char) {
    let yaml = format!("header: {{name: Schedule-Tag, {expectation}}}");
    assert_judged(&yaml, &Answer::new(200, &[("ETag", "\"1\"")], ""), wanted);
}

#[rstest]
#[case("count: 1", 'w')]
#[case("count: 2", 'h')]
#[case("equals: '\"1\"'", 'w')]
#[case("{equals: '\"1\"', of: any}", 'h')]
#[case("{equals: '\"1\"', of: one}", 'h')]
#[case("{is: opaque-tag, of: one}", 'w')]
#[case("{is: opaque-tag, of: all}", 'h')]
fn a_header_sent_twice(#[case] expectation: &str, #[case] wanted: char) {
    let expectation = expectation.trim_matches(['{', '}']);
    let answer = Answer::new(200, &[("Schedule-Tag", "\"1\""), ("schedule-tag", "\"2\"")], "");
    assert_judged(
        &format!("header: {{name: Schedule-Tag, {expectation}}}"),
        &answer,
        wanted,
    );
}

#[rstest]
// Tokens, not substrings, however the list is sent.
#[case("name: DAV, contains: calendar-auto-schedule, of: all", 'h')]
#[case("name: DAV, contains: auto-schedule", 'w')]
#[case("name: DAV, contains: calendar-schedule", 'w')]
#[case("name: Allow, equals: 'PUT, GET'", 'h')]
#[case("name: Allow, equals: GET", 'w')]
// By meaning.
#[case("name: Location, equals: /dav/u1/a b.ics", 'h')]
#[case("name: Location, equals: 'https://cal.example.com/dav/u1/a%20b.ics'", 'h')]
#[case("name: Content-Location, equals: 'https://other.example.com/dav/u1/'", 'w')]
#[case("name: Content-Type, equals: text/calendar", 'h')]
#[case("name: Content-Type, equals: text/calendar; method=REQUEST", 'h')]
#[case("name: Content-Type, equals: text/calendar; method=REPLY", 'w')]
#[case("name: Content-Type, starts-with: text/calendar", 'h')]
#[case("name: Content-Type, not: text/html", 'h')]
#[case("name: Content-Type, one-of: [text/html, text/calendar]", 'h')]
#[case("name: ETag, equals: '\"aa\"'", 'w')]
fn meaning(#[case] matcher: &str, #[case] wanted: char) {
    let answer = Answer::new(
        200,
        &[
            ("DAV", "1, 2, calendar-access"),
            ("DAV", "Calendar-Auto-Schedule"),
            ("Allow", "GET,PUT"),
            ("Location", "/dav/u1/a%20b.ics"),
            ("Content-Type", "Text/Calendar; charset=utf-8; METHOD=\"REQUEST\""),
            ("Content-Location", "https://cal.example.com/dav/u1/"),
            ("ETag", "\"AA\""),
        ],
        "",
    );
    assert_judged(&format!("header: {{{matcher}}}"), &answer, wanted);
}

#[test]
fn a_value_is_shown_escaped_and_shortened() {
    let value = format!("\u{1b}[2J\u{202e}{}", "x".repeat(500));
    let finding = judge(
        "header: {name: ETag, is: strong-etag}",
        &Answer::new(200, &[("ETag", &value)], ""),
    );
    assert!(
        finding.actual.starts_with("`\\u{1b}[2J\\u{202e}xxx"),
        "{}",
        finding.actual
    );
    assert!(finding.actual.chars().count() < 200, "{}", finding.actual);
}

#[test]
fn what_cannot_be_filled_blocks() {
    assert_judged(
        "header: {name: ETag, equals: '{tag}'}",
        &Answer::new(200, &[("ETag", "x")], ""),
        'b',
    );
}
