//! The lint of single messages: what is found, where, and by which requirement.

use calconform::event::Verdict;
use calconform::itip::{Mode, Report, lint};
use rstest::rstest;

use crate::{crlf, told};

const REQUEST: &str = "BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//Test//EN
METHOD:REQUEST
BEGIN:VEVENT
UID:1@example.com
DTSTAMP:20260101T090000Z
DTSTART:20260601T090000Z
DTEND:20260601T100000Z
SUMMARY:Lunch
SEQUENCE:0
ORGANIZER:mailto:a@example.com
ATTENDEE:mailto:b@example.com
END:VEVENT
END:VCALENDAR
";

/// The invitation with a line replaced or, where `line` has several, by those.
fn with(old: &str, new: &str) -> String {
    let line = REQUEST
        .lines()
        .find(|line| line.starts_with(old))
        .unwrap_or_else(|| panic!("no line {old}"));
    REQUEST.replace(line, new)
}

fn report(text: &str) -> Report {
    lint(&crlf(text), Mode::Message).unwrap()
}

#[test]
fn an_invitation_in_order_has_no_findings() {
    let report = report(REQUEST);
    assert_eq!(report.findings, []);
    assert_eq!(report.worst(), None);
    let applied: Vec<&str> = report.applied.iter().map(|rule| rule.id()).collect();
    assert!(
        applied.contains(&"rfc5546-3.2.2-6") && applied.contains(&"rfc5546-3-3"),
        "{applied:?}"
    );
}

#[rstest]
#[case("UID", "X-NO-UID:1", "5:1 fail rfc5546-3.2.2-6")]
#[case("UID", "UID:1\nUID:2", "7:1 fail rfc5546-3.2.2-6")]
#[case("METHOD", "X-A:1", "1:1 fail rfc5546-3-2")]
#[case("METHOD", "METHOD:INVITE", "4:8 warn rfc5546-7.2-1")]
#[case("VERSION", "VERSION:1.0", "2:9 fail rfc5546-3.1.1-2")]
#[case("DTSTART", "DTSTART:20260631T090000Z", "8:15 fail rfc5545-3.3.5-1")]
#[case("DTSTART", "DTSTART:20260601", "8:9 fail rfc5545-3.2.20-1")]
#[case(
    "DTSTART",
    "DTSTART;TZID=Europe/Berlin:20260601T090000",
    "8:9 fail rfc5546-3.2.2-12"
)]
#[case("DTEND", "DTEND:20260601T080000Z", "9:7 fail rfc5545-3.8.2.2-2")]
#[case("DTEND", "DTEND:20260601T090000Z", "9:7 warn rfc5545-3.8.2.2-2")]
#[case("DTEND", "DTEND:20260601T100000Z\nDURATION:PT1H", "10:1 fail rfc5546-3.2.2-9")]
#[case("DTSTAMP", "DTSTAMP:20260101T090000", "7:9 fail rfc5545-3.8.7.2-1")]
#[case("SUMMARY", "SUMMARY:a, b", "10:10 fail rfc5545-3.3.11-1")]
#[case("SUMMARY", "SUMMARY:a\\: b", "10:10 fail rfc5545-3.3.11-2")]
#[case("SUMMARY", "SUMMARY:a\u{7}", "10:10 fail rfc5545-3.1-6")]
#[case("SUMMARY", "SUM_MARY:a\nSUMMARY:b", "10:1 fail rfc5545-3.1-5")]
#[case("SUMMARY", "SUMMARY:a\nb c", "11:1 fail rfc5545-3.1-3")]
#[case("SUMMARY", "SUMMARY:a\nCOLOUR:red", "11:1 warn rfc5545-3.8.8.1-1")]
#[case("SUMMARY", "SUMMARY:a\nDUE:20260601T090000Z", "11:1 warn rfc5545-3.8-1")]
#[case("SUMMARY", "SUMMARY:a\nSTATUS:COMPLETED", "11:8 fail rfc5545-3.8.1.11-1")]
#[case(
    "SUMMARY",
    "SUMMARY:a\nRRULE:FREQ=DAILY;COUNT=0",
    "11:24 fail rfc5545-3.3.10-1"
)]
#[case(
    "SUMMARY",
    "SUMMARY:a\nRRULE:FREQ=DAILY;UNTIL=20260701",
    "11:18 fail rfc5545-3.3.10-3"
)]
#[case(
    "SUMMARY",
    "SUMMARY:a\nRRULE:FREQ=WEEKLY;BYDAY=1MO",
    "11:19 fail rfc5545-3.3.10-6"
)]
#[case(
    "SUMMARY",
    "SUMMARY:a\nRRULE:FREQ=WEEKLY;BYDAY=TU",
    "11:7 warn rfc5545-3.8.5.3-1"
)]
#[case("SUMMARY", "SUMMARY:a\nGEO:91;0", "11:5 fail rfc5545-3.8.1.6-1")]
#[case("SUMMARY", "SUMMARY:a\nURL:nowhere", "11:5 fail rfc5545-3.3.13-1")]
#[case("SUMMARY", "SUMMARY:a\nPRIORITY:10", "11:10 fail rfc5545-3.8.1.9-1")]
#[case(
    "SUMMARY",
    "SUMMARY:a\nREQUEST-STATUS:2.0;Success",
    "11:1 fail rfc5546-3.2.2-6"
)]
#[case("SUMMARY", "SUMMARY:a\nEXRULE:FREQ=DAILY", "11:1 warn rfc5546-A.2-1")]
#[case("SEQUENCE", "SEQUENCE:-1", "11:10 fail rfc5545-3.8.7.4-1")]
#[case("ATTENDEE", "X-A:1", "5:1 fail rfc5546-3.2.2-6")]
#[case("ATTENDEE", "ATTENDEE:b@example.com", "13:10 fail rfc5545-3.3.3-1")]
#[case(
    "ATTENDEE",
    "ATTENDEE;RSVP=YES:mailto:b@example.com",
    "13:15 fail rfc5545-3.2.17-1"
)]
#[case(
    "ATTENDEE",
    "ATTENDEE;PARTSTAT=COMPLETED:mailto:b@example.com",
    "13:19 fail rfc5545-3.2.12-1"
)]
#[case(
    "ATTENDEE",
    "ATTENDEE;ROLE=BOSS:mailto:b@example.com",
    "13:15 warn rfc5545-3.2-6"
)]
#[case(
    "ATTENDEE",
    "ATTENDEE;CN=A;CN=B:mailto:b@example.com",
    "13:15 fail rfc5545-3.2-3"
)]
#[case(
    "ATTENDEE",
    "ATTENDEE;CN=A \"B\":mailto:b@example.com",
    "13:13 fail rfc5545-3.2-1"
)]
#[case(
    "ATTENDEE",
    "ATTENDEE;STATUS=ACCEPTED:mailto:b@example.com",
    "13:10 warn rfc5545-3.2-4"
)]
#[case(
    "ATTENDEE",
    "ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:b@example.com",
    "13:10 fail caldav-sched-10-10.1-4"
)]
#[case(
    "ATTENDEE",
    "ATTENDEE;DELEGATED-TO=\"mailto:c@example.com\":mailto:b@example.com",
    "13:24 fail rfc5546-3.2.2.3-3"
)]
#[case(
    "END:VEVENT",
    "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT5M\nEND:VALARM\nEND:VEVENT",
    "14:1 fail rfc5545-3.6.6-2"
)]
#[case(
    "END:VEVENT",
    "BEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT5M\nREPEAT:2\nEND:VALARM\nEND:VEVENT",
    "14:1 fail rfc5546-3.1.3-2"
)]
#[case("END:VEVENT", "END:VEVNT", "14:1 fail rfc5545-3.6-3")]
#[case(
    "END:VCALENDAR",
    "BEGIN:VTODO\nEND:VTODO\nEND:VCALENDAR",
    "15:1 fail rfc5546-3.2.2-6"
)]
fn one_fault_is_one_finding(#[case] old: &str, #[case] new: &str, #[case] expected: &str) {
    let report = report(&with(old, new));
    let own: Vec<String> = told(&report);
    assert!(own.iter().any(|found| found == expected), "{own:#?}");
    // A VTODO without anything lacks more than this.
    if !new.contains("VTODO") {
        assert_eq!(own.len(), 1, "{own:#?}");
    }
}

#[rstest]
#[case("SUMMARY", "SUMMARY:")]
#[case("SUMMARY", "SUMMARY:a\\, b\\; c\\n\\\\ d: e")]
#[case("SUMMARY", "SUMMARY;LANGUAGE=de-CH;ALTREP=\"cid:1@example.com\":a")]
#[case("SUMMARY", "summary:a\nX-FOO;X-BAR=2:a, b; c")]
#[case("SUMMARY", "SUMMARY:a\nCATEGORIES:A,B\\,C\nRESOURCES:X,Y")]
#[case(
    "SUMMARY",
    "SUMMARY:a\nCOLOR:red\nIMAGE;VALUE=URI;DISPLAY=BADGE:https://example.com/a.png"
)]
#[case(
    "SUMMARY",
    "SUMMARY:a\nRDATE;VALUE=PERIOD:20260701T090000Z/PT1H\nEXDATE:20260701T090000Z"
)]
#[case(
    "SUMMARY",
    "SUMMARY:a\nATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY:QQ=="
)]
#[case(
    "SUMMARY",
    "SUMMARY:a\nGEO:48.85299;-2.36885\nURL:https://example.com/?q=1,2;3"
)]
#[case(
    "ATTENDEE",
    "ATTENDEE;CN=\"A; B: C\";PARTSTAT=NEEDS-ACTION;RSVP=true:MAILTO:b@example.com"
)]
#[case("ATTENDEE", "ATTENDEE;CN=George ^'Babe^' Ruth^^:mailto:b@example.com")]
#[case("ATTENDEE", "ATTENDEE;EMAIL=b@example.com:urn:uuid:a")]
#[case(
    "ATTENDEE",
    "ATTENDEE;MEMBER=\"mailto:x@example.com\",\"mailto:y@example.com\":\n mailto:b@example.com"
)]
#[case(
    "ATTENDEE",
    "ATTENDEE;DELEGATED-TO=\"mailto:c@example.com\";PARTSTAT=DELEGATED:\n mailto:b@example.com\nATTENDEE;DELEGATED-FROM=\"mailto:b@example.com\":mailto:c@example.com"
)]
fn what_is_allowed_is_not_found(#[case] old: &str, #[case] new: &str) {
    let report = report(&with(old, new));
    assert_eq!(told(&report), [""; 0]);
}

#[test]
fn line_ends_are_one_warning() {
    let report = lint(REQUEST.as_bytes(), Mode::Message).unwrap();
    assert_eq!(told(&report), ["1:1 warn rfc5545-3.1-1"]);
    assert_eq!(
        report.findings[0].message,
        "15 of 15 lines end in LF instead of CRLF"
    );
}

#[test]
fn long_lines_are_one_warning() {
    let report = report(&with(
        "SUMMARY",
        &format!("SUMMARY:{0}\nCOMMENT:{0}", "x".repeat(80)),
    ));
    assert_eq!(told(&report), ["10:76 warn rfc5545-3.1-2"]);
}

#[test]
fn places_are_those_of_the_folded_text() {
    let report = report(&with("SUMMARY", "SUMMARY:Grüße aus\n  Bern, Schweiz"));
    assert_eq!(told(&report), ["11:7 fail rfc5545-3.3.11-1"]);
    assert_eq!(
        (report.findings[0].length, report.findings[0].component.as_str()),
        (1, "VEVENT")
    );
    assert_eq!(report.findings[0].property.as_deref(), Some("SUMMARY"));
}

#[test]
fn octets_that_are_no_utf8_are_found_and_folds_within_characters() {
    let latin = [&with("SUMMARY", "SUMMARY:Gr").replace('\n', "\r\n")[..]]
        .concat()
        .into_bytes();
    let place = latin.windows(2).position(|two| two == b"Gr").unwrap() + 2;
    let insert = |octets: &[u8]| {
        let mut text = latin.clone();
        text.splice(place..place, octets.iter().copied());
        told(&lint(&text, Mode::Message).unwrap())
    };
    assert_eq!(insert(b"\xFC\xDFe"), ["10:1 fail rfc5545-3.1.4-1"]);
    assert_eq!(insert(b"\xC3\r\n \xBC"), ["11:1 warn rfc5545-3.1-4"]);
}

#[rstest]
#[case("", "1:1 fail rfc5545-3.4-1")]
#[case("BEGIN:VCALENDAR\nEND:VCALENDAR\n", "1:1 fail rfc5545-3.6-2")]
#[case("BEGIN:VEVENT\nEND:VEVENT\n", "1:1 fail rfc5545-3.4-1")]
#[case("END:VCALENDAR\n", "1:1 fail rfc5545-3.6-3")]
#[case("BEGIN:VCALENDAR\n", "1:1 fail rfc5545-3.6-3")]
fn what_is_no_object_says_so(#[case] text: &str, #[case] expected: &str) {
    let report = report(text);
    assert!(
        told(&report).iter().any(|found| found == expected),
        "{:?}",
        told(&report)
    );
}

#[test]
fn of_many_alike_some_are_told() {
    let report = report(&with("SUMMARY", &format!("SUMMARY:{}", ",".repeat(1000))));
    let commas = report.of("rfc5545-3.3.11-1").count();
    assert_eq!((commas, report.omitted), (100, 900));
    assert_eq!(report.worst(), Some(Verdict::Fail));
}

#[test]
fn a_stored_object_is_judged_by_caldav() {
    let stored = |text: &str| told(&lint(&crlf(text), Mode::Stored).unwrap());
    assert_eq!(stored(REQUEST), ["4:1 fail rfc4791-4.1-3"]);
    let plain = REQUEST.replace("METHOD:REQUEST\n", "");
    assert_eq!(stored(&plain), [""; 0]);
    let agents = plain.replace("ATTENDEE:", "ATTENDEE;SCHEDULE-AGENT=WHO;SCHEDULE-STATUS=1.2,x:");
    assert_eq!(
        stored(&agents),
        [
            "12:10 warn caldav-sched-10-10.1-1",
            "12:45 warn caldav-sched-10-10.3-1"
        ]
    );
    let forced = plain.replace(
        "ATTENDEE:",
        "ATTENDEE;SCHEDULE-FORCE-SEND=REQUEST;SCHEDULE-STATUS=\"1.2,2.0\":\n ",
    );
    assert_eq!(stored(&forced), ["12:10 fail caldav-sched-10-10.2-5"]);
    let event = &plain[plain.find("BEGIN:VEVENT").unwrap()..plain.find("END:VCALENDAR").unwrap()];
    let second = |from: &str, to: &str| {
        stored(&plain.replace(
            "END:VCALENDAR",
            &format!("{}END:VCALENDAR", event.replace(from, to)),
        ))
    };
    assert_eq!(second("", ""), ["14:1 warn rfc4791-4.1-5"]);
    assert_eq!(
        second("UID:1@", "RECURRENCE-ID:20260601T090000Z\nUID:2@"),
        ["16:5 fail rfc4791-4.1-4"]
    );
    assert_eq!(
        second(
            "ORGANIZER:mailto:a@",
            "RECURRENCE-ID:20260601T090000Z\nORGANIZER:mailto:c@"
        ),
        ["22:11 fail caldav-sched-10-5.2.4.2-1"]
    );
    assert_eq!(
        second("VEVENT", "VTODO"),
        ["14:1 fail rfc4791-4.1-1", "18:1 warn rfc5545-3.8-1"]
    );
}

/// Mail software adds them (reading P31).
#[test]
fn an_empty_line_outside_of_the_object_is_a_warning() {
    let outside = report(&format!("{REQUEST}\n"));
    assert_eq!(told(&outside), ["16:1 warn rfc5545-3.1-3"]);
    let within = report(&REQUEST.replace("BEGIN:VEVENT", "\nBEGIN:VEVENT"));
    assert_eq!(told(&within), ["5:1 fail rfc5545-3.1-3"]);
}
