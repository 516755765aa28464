use rstest::rstest;

use super::{Answer, assert_judged, judge};

const MULTISTATUS: &str = "<D:multistatus>\
    <D:response><D:href>/dav/u1/</D:href><D:x/></D:response>\
    <D:response><D:href> /dav/u1/a%20b.ics </D:href><C:x><D:y>t</D:y></C:x></D:response></D:multistatus>";

#[rstest]
#[case("at: D:multistatus, is: present", 'h')]
#[case("at: D:error, is: absent", 'h')]
#[case("at: D:error, is: present", 'a')]
#[case("at: D:multistatus/D:response, count: 2", 'h')]
#[case("at: D:multistatus/D:response, count: 1", 'w')]
#[case("at: D:multistatus/D:response/D:x, count: 1", 'h')]
#[case("at: D:multistatus/D:response/D:href, equals: /dav/u1/", 'w')]
#[case(
    "at: D:multistatus/D:response/D:href, equals: 'https://cal.example.com/dav/u1', of: one",
    'h'
)]
#[case("at: D:multistatus/D:response/D:href, equals: /dav/u1/a b.ics, of: any", 'h')]
#[case("at: D:multistatus/D:response/D:href, starts-with: /dav/, of: all", 'h')]
#[case("at: //D:href, count: 2", 'h')]
#[case("at: D:multistatus//D:y, equals: t", 'h')]
#[case("at: //D:y/C:none, is: absent", 'h')]
#[case("at: //D:y/C:none, count: 0", 'h')]
// The parent is missing.
#[case("at: //D:none/C:none, is: absent", 'b')]
#[case("at: //D:none/C:none, count: 0", 'b')]
#[case("at: //D:none/C:none, not: x", 'b')]
#[case("at: //D:none/C:none, is: present", 'a')]
// The namespace counts.
#[case("at: D:multistatus/D:response/D:x, is: present, of: any", 'h')]
#[case("at: D:multistatus/D:response/D:x, is: present, of: all", 'a')]
#[case("at: D:multistatus/D:response/I:x, is: present, of: any", 'a')]
#[case("at: D:multistatus/D:response/D:x, is: empty, of: any", 'h')]
#[case("at: D:multistatus/D:response/C:x, is: empty, of: any", 'w')]
fn paths(#[case] matcher: &str, #[case] wanted: char) {
    assert_judged(
        &format!("xml: {{{matcher}}}"),
        &Answer::xml(207, MULTISTATUS),
        wanted,
    );
}

#[test]
fn an_element_with_children_is_told_by_them() {
    let finding = judge("xml: {at: //C:x, is: empty}", &Answer::xml(207, MULTISTATUS));
    assert_eq!(finding.actual, "with D:y");
}

#[test]
fn a_calendar_address_compares_by_meaning() {
    let answer = Answer::xml(200, "<C:x><D:href>MAILTO:Bob@Example.COM</D:href></C:x>");
    assert_judged(
        "xml: {at: C:x/D:href, equals: '{attendee.address}'}",
        &answer,
        'h',
    );
    assert_judged(
        "xml: {at: C:x/D:href, equals: '{organizer.address}'}",
        &answer,
        'w',
    );
}
