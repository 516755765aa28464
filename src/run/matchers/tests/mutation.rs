//! What the tables of the other files do not show: checks that are blind, and that only what is looked at is damaged.

use rstest::rstest;

use super::{Answer, calendar, check, scope};
use crate::run::matchers::mutation::{kind, unnoticed};

#[rstest]
#[case("status: [1xx, 2xx, 3xx, 4xx, 5xx]", 0, 0)]
#[case("header: {name: ETag, contains: ''}", 3, 1)]
#[case("ical: {at: VEVENT/UID, starts-with: ''}", 6, 2)]
fn a_blind_check_is_found(#[case] yaml: &str, #[case] tried: usize, #[case] blind: usize) {
    let answer = Answer::new(
        200,
        &[("ETag", "\"1\"")],
        calendar("BEGIN:VEVENT|UID:1|END:VEVENT"),
    );
    let trial = unnoticed(&check(yaml), &answer.subject(), &scope());
    assert_eq!(
        (trial.held, trial.tried, trial.unnoticed.len()),
        (true, tried, blind),
        "{trial:#?}"
    );
}

#[test]
fn nothing_is_tried_where_the_check_did_not_hold() {
    let trial = unnoticed(
        &check("status: [201]"),
        &Answer::new(403, &[], "").subject(),
        &scope(),
    );
    assert!(!trial.held && trial.tried == 0);
}

#[rstest]
#[case("header: {name: ETag, is: present}", "header")]
#[case("schedule-response: {recipient: x}", "schedule-response")]
fn kinds(#[case] yaml: &str, #[case] wanted: &str) {
    assert_eq!(kind(&check(yaml)), wanted);
}
