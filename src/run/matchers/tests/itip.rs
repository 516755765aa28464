use rstest::rstest;

use super::{Answer, assert_judged, calendar, check, letter, namespaced, scope};
use crate::run::matchers::evaluate;
use crate::run::matchers::itip::rulings;

const EVENT: &str = "BEGIN:VEVENT|UID:u1|DTSTAMP:20261120T100000Z|DTSTART:20270601T160000Z|SUMMARY:Lunch|SEQUENCE:1\
    |ORGANIZER:mailto:ann@example.com|ATTENDEE:mailto:bob@example.com|END:VEVENT";

fn message(method: &str) -> String {
    calendar(&format!("PRODID:-//Test//EN|METHOD:{method}|{EVENT}"))
}

#[rstest]
#[case("message", message("REQUEST"), 'h')]
#[case("message", message("REQUEST").replace("SUMMARY:Lunch\r\n", ""), 'w')]
#[case("message", message("REQUEST").replace("Z\r\nSUMMARY", "\r\nSUMMARY"), 'h')]
#[case("message", message("INVITE"), 'w')]
#[case("message", message("REQUEST").replace("END:VCALENDAR\r\n", ""), 'u')]
#[case("message", String::new(), 'u')]
#[case("message", "<html>".to_owned(), 'u')]
#[case("stored", calendar(&format!("PRODID:-//Test//EN|{EVENT}")), 'h')]
#[case("stored", message("REQUEST"), 'w')]
#[case("free-busy-reply", message("REQUEST"), 'w')]
fn the_lint_judges_all_at_once(#[case] lint: &str, #[case] body: String, #[case] wanted: char) {
    let answer = Answer::new(200, &[], body);
    assert_judged(&format!("itip: {{lint: {lint}}}"), &answer, wanted);
}

#[test]
fn each_rule_that_applies_is_judged() {
    let check = check("itip: {lint: message}");
    let body = message("REQUEST").replace("SUMMARY:Lunch", "SUMMARY:Lunch\r\nPRIORITY:high");
    let answer = Answer::new(200, &[], body);
    let rulings = rulings(check.itip.as_ref().unwrap(), &answer.subject(), &scope()).unwrap();
    let broken: Vec<&str> = rulings
        .iter()
        .filter(|ruling| !ruling.finding.holds())
        .map(|ruling| ruling.rule.id())
        .collect();
    assert_eq!(broken, ["rfc5545-3.3.8-1"]);
    let kept = |id: &str| {
        rulings
            .iter()
            .any(|ruling| ruling.rule.id() == id && ruling.finding.holds())
    };
    for id in [
        "rfc5546-3-2",
        "rfc5546-3.2.2-6",
        "rfc5546-1.4-2",
        "rfc5545-3.3.5-1",
    ] {
        assert!(kept(id), "{id}");
    }
    assert!(!kept("rfc5546-3.2.3-6"), "there is no REPLY");
}

#[rstest]
#[case("REPLY", "", 'h')]
#[case("REPLY", "UID:u1", 'h')]
#[case("REPLY", "UID:u2", 'w')]
#[case("CANCEL", "SEQUENCE:1", 'w')]
#[case("CANCEL", "SEQUENCE:2", 'h')]
fn a_message_follows_those_before_it(#[case] method: &str, #[case] other: &str, #[case] wanted: char) {
    let attendee = if method == "REPLY" {
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@example.com"
    } else {
        "ATTENDEE:mailto:bob@example.com"
    };
    let mut event = EVENT.replace("ATTENDEE:mailto:bob@example.com", attendee);
    if method == "CANCEL" {
        event = event.replace("SUMMARY:Lunch", "STATUS:CANCELLED");
    }
    if let Some((name, _)) = other.split_once(':') {
        let from = event
            .split('|')
            .find(|line| line.starts_with(name))
            .unwrap()
            .to_owned();
        event = event.replace(&from, other);
    }
    let answer = Answer::new(
        200,
        &[],
        calendar(&format!("PRODID:-//Test//EN|METHOD:{method}|{event}")),
    );
    let check = check("itip: {lint: message, after: [invited]}");
    let mut scope = scope();
    assert_eq!(
        letter(&evaluate(&check, &answer.subject(), &scope)),
        'b',
        "nothing captured"
    );
    scope.capture("invited", message("REQUEST"));
    let finding = evaluate(&check, &answer.subject(), &scope);
    assert_eq!(letter(&finding), wanted, "{finding:#?}");
}

#[test]
fn an_answer_about_busy_time_is_found_by_its_recipient() {
    let data = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//T//EN\nMETHOD:REPLY\nBEGIN:VFREEBUSY\nUID:u1\nDTSTAMP:20261120T100000Z\n\
                DTSTART:20270601T000000Z\nDTEND:20270602T000000Z\nORGANIZER:mailto:ann@example.com\nATTENDEE:mailto:bob@example.com\n\
                END:VFREEBUSY\nEND:VCALENDAR\n";
    let body = |data: &str| {
        namespaced(&format!(
            "<C:schedule-response><C:response><C:recipient><D:href>mailto:bob@example.com</D:href></C:recipient>\
             <C:request-status>2.0;Success</C:request-status><C:calendar-data>{data}</C:calendar-data></C:response></C:schedule-response>"
        ))
    };
    let yaml = "itip: {lint: free-busy-reply, of-recipient: \"{attendee.address}\"}";
    assert_judged(yaml, &Answer::new(200, &[], body(data)), 'h');
    assert_judged(
        yaml,
        &Answer::new(200, &[], body(&data.replace("UID:u1\n", ""))),
        'w',
    );
    let other = body(data).replace("<D:href>mailto:bob", "<D:href>mailto:eve");
    assert_judged(yaml, &Answer::new(200, &[], other), 'b');
}
