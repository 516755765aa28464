use rstest::rstest;

use super::{Answer, assert_notices, calendar, check, letter, scope};
use crate::run::matchers::evaluate;

const BEFORE: &str = "BEGIN:VEVENT|UID:u1|DTSTAMP:20261120T100000Z|SEQUENCE:9|END:VEVENT\
    |BEGIN:VEVENT|UID:u1|RECURRENCE-ID:20270608T180000Z|DTSTAMP:20261120T100000Z|END:VEVENT";

#[rstest]
#[case("uid: same", 'h')]
#[case("uid: different", 'w')]
#[case("dtstamp: newer", 'h')]
#[case("dtstamp: not-older", 'h')]
#[case("dtstamp: different", 'h')]
#[case("dtstamp: same", 'w')]
#[case("sequence: newer", 'h')] // as numbers
#[case("sequence: same", 'w')]
#[case("body: different", 'h')]
#[case("body: same", 'w')]
fn newer(#[case] relation: &str, #[case] wanted: char) {
    let now = "BEGIN:VEVENT|UID:u1|DTSTAMP:20261120T100001Z|SEQUENCE:10|END:VEVENT";
    assert_related(relation, &calendar(now), wanted);
}

#[rstest]
#[case("uid: same", "RECURRENCE-ID:20270608T180000Z|UID:u2", 'w')]
#[case("uid: same", "RECURRENCE-ID:20270608T180000Z", 'a')]
#[case("dtstamp: newer", "UID:u1", 'a')]
#[case("dtstamp: newer", "DTSTAMP:20261120T100000", 'w')]
#[case("dtstamp: not-older", "DTSTAMP:20261120T095959Z", 'w')]
#[case("dtstamp: not-older", "DTSTAMP:20261120T100000Z", 'h')]
// No SEQUENCE is 0, and the instance is compared with itself.
#[case("sequence: same", "RECURRENCE-ID;TZID=Europe/Berlin:20270608T200000", 'h')]
#[case("sequence: newer", "RECURRENCE-ID:20270608T180000Z|SEQUENCE:1", 'h')]
#[case("sequence: not-older", "UID:u1", 'w')]
#[case("sequence: same", "SEQUENCE:nine", 'w')]
fn others(#[case] relation: &str, #[case] event: &str, #[case] wanted: char) {
    assert_related(
        relation,
        &calendar(&format!("BEGIN:VEVENT|{event}|END:VEVENT")),
        wanted,
    );
}

#[rstest]
#[case("uid: same", "BEGIN:VTIMEZONE|END:VTIMEZONE", 'a')]
#[case("body: same", BEFORE, 'h')]
fn whole_bodies(#[case] relation: &str, #[case] lines: &str, #[case] wanted: char) {
    assert_related(relation, &calendar(lines), wanted);
}

#[track_caller]
fn assert_related(relation: &str, now: &str, wanted: char) {
    let check = check(&format!("relation: {{to: before, {relation}}}"));
    let mut scope = scope();
    let answer = Answer::new(200, &[], now);
    assert_eq!(
        letter(&evaluate(&check, &answer.subject(), &scope)),
        'b',
        "nothing captured"
    );
    scope.capture("before", calendar(BEFORE));
    let finding = evaluate(&check, &answer.subject(), &scope);
    assert_eq!(letter(&finding), wanted, "{relation}: {finding:#?}");
    if wanted == 'h' {
        assert_notices(&check, &answer, &scope);
    }
}
