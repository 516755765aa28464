//! Whatever a target sends: no check that reads the body may hold or fall over.

use rstest::rstest;

use super::{Answer, check, letter, scope};
use crate::run::matchers::evaluate;

const CHECKS: [&str; 9] = [
    "xml: {at: D:multistatus/D:response, is: present}",
    "xml: {at: D:multistatus/D:response, is: absent}",
    "prop: {name: C:schedule-tag, is: absent}",
    "precondition: {any-of: [C:valid-organizer]}",
    "ical: {at: VEVENT/UID, is: absent}",
    "ical: {at: VEVENT/UID, is: present, of-recipient: mailto:x@example.com}",
    "ical: {at: VEVENT/UID, is: present, of-resource: /x}",
    "schedule-response: {recipient: mailto:x@example.com, count: 0}",
    "relation: {to: before, uid: different, body: different}",
];

#[rstest]
#[case::empty(vec![])]
#[case::html(b"<!DOCTYPE html><html><head><title>OK</title></head><body><p>OK<br></body></html>".to_vec())]
#[case::text(b"OK".to_vec())]
#[case::ill_formed_utf8(b"<\xff\xfe BEGIN:VCALENDAR\r\n\xc3\x28\r\n".to_vec())]
#[case::nul(vec![0; 4096])]
#[case::json(b"{\"error\": {}}".to_vec())]
#[case::deep_xml("<a>".repeat(10_000).into_bytes())]
#[case::deep_closed_xml(["<a>".repeat(10_000), "</a>".repeat(10_000)].concat().into_bytes())]
#[case::deepest_xml(["<a>".repeat(100_000), "</a>".repeat(100_000)].concat().into_bytes())]
#[case::deep_icalendar("BEGIN:VCALENDAR\r\n".repeat(10_000).into_bytes())]
#[case::deep_closed_icalendar(
    ["BEGIN:VCALENDAR\r\n".repeat(10_000), "END:VCALENDAR\r\n".repeat(10_000)].concat().into_bytes()
)]
#[case::entities(b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'bbbb'>]><a>&b;</a>".to_vec())]
#[case::long_line(["BEGIN:".to_string(), "X".repeat(2_000_000)].concat().into_bytes())]
fn holds_nothing(#[case] body: Vec<u8>) {
    let mut scope = scope();
    scope.capture("before", super::calendar("BEGIN:VEVENT|UID:1|END:VEVENT"));
    for yaml in CHECKS {
        for status in [200, 207, 403] {
            let answer = Answer::new(status, &[("content-type", "text/html")], body.clone());
            let finding = evaluate(&check(yaml), &answer.subject(), &scope);
            assert_ne!(letter(&finding), 'h', "{yaml}: {finding:#?}");
            assert!(
                finding.actual.len() < 1000 && !finding.actual.contains('\u{0}'),
                "{finding:#?}"
            );
        }
    }
}

#[test]
fn a_body_that_was_cut_tells_nothing() {
    let mut scope = scope();
    scope.capture("before", super::calendar("BEGIN:VEVENT|UID:1|END:VEVENT"));
    for yaml in CHECKS {
        let answer = Answer::xml(403, "<D:error><C:valid-organizer/></D:error>");
        let mut subject = answer.subject();
        subject.cut = true;
        let finding = evaluate(&check(yaml), &subject, &scope);
        assert_eq!(letter(&finding), 'u', "{yaml}: {finding:#?}");
    }
}
