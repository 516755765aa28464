//! Conversations: what a message breaks by those before it.

use calconform::event::Verdict;
use calconform::ical::read;
use calconform::itip::{Mode, Thread, lint};
use rstest::rstest;

use crate::crlf;

/// A message: its method, then properties that replace or add to those of an event with A as organizer and B, C invited.
/// `-NAME` leaves a property out.
fn message(spec: &str) -> String {
    let mut parts = spec.split('|');
    let head = parts.next().unwrap();
    let (method, kind) = head.split_once(' ').unwrap_or((head, "VEVENT"));
    let people: &[&str] = match method {
        "REPLY" | "REFRESH" => &["ATTENDEE;PARTSTAT=ACCEPTED:mailto:b@example.com"],
        "PUBLISH" => &[],
        _ => &[
            "ATTENDEE;RSVP=TRUE:mailto:b@example.com",
            "ATTENDEE;RSVP=TRUE:mailto:c@example.com",
        ],
    };
    let mut lines: Vec<String> = [
        "UID:1",
        "DTSTAMP:20260101T090000Z",
        "ORGANIZER:mailto:a@example.com",
    ]
    .map(String::from)
    .into();
    lines.extend(people.iter().map(|line| (*line).to_owned()));
    if !["REPLY", "REFRESH", "CANCEL", "DECLINECOUNTER"].contains(&method) {
        let end = if kind == "VTODO" { "DUE" } else { "DTEND" };
        lines.extend([
            "DTSTART:20260601T090000Z".to_owned(),
            format!("{end}:20260601T100000Z"),
            "SUMMARY:Lunch".into(),
        ]);
        lines.extend((kind == "VTODO").then(|| "PRIORITY:1".to_owned()));
    }
    let mut given = std::collections::BTreeSet::new();
    for part in parts {
        let name = part
            .trim_start_matches('-')
            .split([';', ':'])
            .next()
            .unwrap()
            .to_owned();
        if given.insert(name.clone()) {
            lines.retain(|line| line.split([';', ':']).next() != Some(&name));
        }
        if !part.starts_with('-') {
            lines.push(part.to_owned());
        }
    }
    format!(
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Test//EN\nMETHOD:{method}\nBEGIN:{kind}\n{}\nEND:{kind}\nEND:VCALENDAR\n",
        lines.join("\n")
    )
}

/// `n verdict requirement` for each finding of the thread about the nth message, also of the requirements beside it.
fn told(messages: &[&str]) -> Vec<String> {
    let mut thread = Thread::default();
    let mut all = Vec::new();
    for (index, spec) in messages.iter().enumerate() {
        let report = thread.next(&read(&crlf(&message(spec))).unwrap());
        for finding in report
            .findings
            .iter()
            .filter(|finding| finding.verdict != Verdict::Info)
        {
            let requirement = finding.requirement.trim_start_matches("rfc5546-");
            all.push(format!("{} {} {requirement}", index + 1, finding.verdict.word()));
        }
    }
    all
}

const SERIES: &str = "REQUEST|RRULE:FREQ=DAILY;COUNT=5";

#[rstest]
// SEQUENCE and what raises it.
#[case(&["REQUEST", "REQUEST|DTSTAMP:20260102T090000Z|LOCATION:Here"], &[])]
#[case(&["REQUEST", "REQUEST|SEQUENCE:1|DTSTART:20260602T090000Z|DTEND:20260602T100000Z"], &[])]
#[case(&["REQUEST", "REQUEST|DTSTART:20260601T083000Z"], &["2 fail 2.1.4-1"])]
#[case(&["REQUEST", "REQUEST|DTEND:20260601T103000Z"], &["2 fail 2.1.4-2"])]
#[case(&["REQUEST|-DTEND|DURATION:PT1H", "REQUEST|-DTEND|DURATION:PT2H"], &["2 fail 2.1.4-3"])]
#[case(&["REQUEST|-DTEND|DURATION:PT1H", "REQUEST"], &[])]
#[case(&["REQUEST VTODO", "REQUEST VTODO|DUE:20260603T100000Z"], &["2 fail 2.1.4-4"])]
#[case(&[SERIES, "REQUEST|RRULE:FREQ=DAILY;COUNT=6"], &["2 fail 2.1.4-5"])]
#[case(&[SERIES, "REQUEST|RRULE:COUNT=5;INTERVAL=1;FREQ=daily"], &[])]
#[case(&[SERIES, "REQUEST"], &["2 fail 2.1.4-5"])]
#[case(&[SERIES, "REQUEST|RRULE:FREQ=DAILY;COUNT=5|RDATE:20260701T090000Z"], &["2 fail 2.1.4-6"])]
#[case(&[SERIES, "REQUEST|RRULE:FREQ=DAILY;COUNT=5|EXDATE:20260602T090000Z"], &["2 fail 2.1.4-7"])]
#[case(&["REQUEST|STATUS:TENTATIVE", "REQUEST|STATUS:CONFIRMED"], &["2 fail 2.1.4-8"])]
#[case(&["REQUEST", "REQUEST|STATUS:CONFIRMED"], &[])]
#[case(&["REQUEST|SEQUENCE:9", "REQUEST|SEQUENCE:10|DTSTART:20260601T083000Z"], &[])]
#[case(&["REQUEST|SEQUENCE:10", "REQUEST|SEQUENCE:9"], &["2 fail 3.2.2-8"])]
#[case(&["PUBLISH|SEQUENCE:2", "PUBLISH"], &["2 fail 3.2.1-7"])]
#[case(&["PUBLISH", "PUBLISH|LOCATION:Here"], &["2 warn 4.1.2-1"])]
#[case(&["REQUEST|DTSTAMP:20260102T090000Z", "REQUEST"], &["2 warn 2.1.5-5"])]
#[case(&["REQUEST|SEQUENCE:1", "ADD|SEQUENCE:1|DTSTART:20260701T090000Z"], &["2 fail 2.1.4-12"])]
#[case(&["REQUEST", "ADD|SEQUENCE:1|DTSTART:20260701T090000Z"], &[])]
#[case(&["PUBLISH", "ADD|SEQUENCE:1|DTSTART:20260701T090000Z|-ATTENDEE"], &[])]
// UIDs.
#[case(&["REPLY"], &["1 fail 3.2.3-13"])]
#[case(&["REQUEST", "CANCEL|UID:2|SEQUENCE:1|STATUS:CANCELLED"], &["2 fail 3.2.5-11"])]
#[case(&["ADD|SEQUENCE:1"], &["1 fail 3.2.4-7"])]
// CANCEL.
#[case(&["REQUEST", "CANCEL|SEQUENCE:1|STATUS:CANCELLED"], &[])]
#[case(&["REQUEST", "CANCEL|STATUS:CANCELLED"], &["2 fail 3.2.5-7"])]
#[case(&["REQUEST", "CANCEL|SEQUENCE:1"], &["2 warn 3.2.5-14"])]
#[case(&["REQUEST", "CANCEL|SEQUENCE:1|-ATTENDEE|STATUS:CANCELLED"], &["2 fail 3.2.5-10"])]
#[case(&["REQUEST", "CANCEL|SEQUENCE:1|STATUS:CANCELLED|ATTENDEE:mailto:x@example.com"], &["2 fail 3.2.5-10"])]
#[case(&["PUBLISH", "CANCEL|SEQUENCE:1|STATUS:CANCELLED|-ATTENDEE"], &[])]
#[case(
    &["REQUEST", "CANCEL|SEQUENCE:1|STATUS:CANCELLED|ATTENDEE:mailto:b@example.com",
      "CANCEL|SEQUENCE:1|STATUS:CANCELLED|ATTENDEE:mailto:c@example.com"],
    &[]
)]
#[case(
    &["REQUEST", "CANCEL|SEQUENCE:1|ATTENDEE:mailto:b@example.com", "REQUEST|SEQUENCE:1|ATTENDEE:mailto:c@example.com"],
    &[]
)]
#[case(
    &["REQUEST", "CANCEL|SEQUENCE:1|STATUS:CANCELLED|ATTENDEE:mailto:b@example.com",
      "REQUEST|SEQUENCE:1|ATTENDEE:mailto:c@example.com"],
    &["3 warn 3.2.5-15"]
)]
#[case(&["REQUEST", "CANCEL|SEQUENCE:1|STATUS:CANCELLED", "REQUEST"], &["3 fail 3.2.2-8"])]
// Instances.
#[case(&[SERIES, "REQUEST|SEQUENCE:1|RECURRENCE-ID:20260603T090000Z|DTSTART:20260603T110000Z|DTEND:20260603T120000Z"], &[])]
#[case(&[SERIES, "CANCEL|SEQUENCE:1|RECURRENCE-ID:20260603T090000Z|STATUS:CANCELLED"], &[])]
#[case(&[SERIES, "CANCEL|SEQUENCE:1|RECURRENCE-ID:20260607T090000Z|STATUS:CANCELLED"], &["2 fail 3.2.5-13"])]
#[case(
    &[SERIES, "REQUEST|SEQUENCE:1|RECURRENCE-ID:20260603T090000Z|ATTENDEE:mailto:x@example.com",
      "CANCEL|SEQUENCE:2|STATUS:CANCELLED|ATTENDEE:mailto:b@example.com|ATTENDEE:mailto:c@example.com|ATTENDEE:mailto:x@example.com"],
    &[]
)]
#[case(&[SERIES, "REPLY|RECURRENCE-ID:20260604T090000Z"], &[])]
#[case(&[SERIES, "REPLY|RECURRENCE-ID:20260604T100000Z"], &["2 fail 3.2.3-12"])]
#[case(&["REQUEST", "REPLY|RECURRENCE-ID:20260601T090000Z"], &["2 fail 3.2.3-12"])]
#[case(&["REQUEST", "ADD|SEQUENCE:1|DTSTART:20260701T090000Z|DTEND:20260701T100000Z", "REPLY|SEQUENCE:1|RECURRENCE-ID:20260701T090000Z"], &[])]
#[case(
    &[SERIES, "REQUEST|SEQUENCE:1|RECURRENCE-ID:20260603T090000Z|DTSTART:20260603T110000Z|DTEND:20260603T120000Z",
      "CANCEL|SEQUENCE:2|RECURRENCE-ID:20260603T110000Z|STATUS:CANCELLED"],
    &["3 warn 3.7.1-8"]
)]
#[case(
    &[SERIES, "REQUEST|SEQUENCE:1|RRULE:FREQ=DAILY;COUNT=5|EXDATE:20260603T090000Z",
      "CANCEL|SEQUENCE:2|RECURRENCE-ID:20260603T090000Z|STATUS:CANCELLED"],
    &[]
)]
// Answers.
#[case(&["REQUEST|SEQUENCE:2", "REPLY|SEQUENCE:2"], &[])]
#[case(&["REQUEST|SEQUENCE:2", "REPLY"], &["2 fail 3.2.3-14"])]
#[case(&["REQUEST", "REPLY|SEQUENCE:1"], &["2 fail 3.2.3-14"])]
#[case(&["REQUEST", "REQUEST|SEQUENCE:1|DTSTART:20260601T083000Z", "REPLY"], &[])]
#[case(&["REQUEST", "REPLY|SUMMARY:Accepted: Lunch"], &["2 warn 3.2.3-7"])]
#[case(&["REQUEST", "REPLY|SUMMARY:Lunch|COMMENT:Yes|REQUEST-STATUS:2.0;Success"], &[])]
#[case(&["REQUEST", "REPLY|DTSTAMP:20260103T090000Z", "REPLY|DTSTAMP:20260102T090000Z"], &["3 warn 2.1.5-6"])]
#[case(
    &["REQUEST", "REPLY|DTSTAMP:20260103T090000Z",
      "REPLY|DTSTAMP:20260102T090000Z|ATTENDEE;PARTSTAT=DECLINED:mailto:c@example.com"],
    &[]
)]
#[case(&["REQUEST|ATTENDEE;CUTYPE=GROUP:mailto:g@example.com", "REPLY"], &["2 warn 3.7.2-5"])]
#[case(
    &["REQUEST|ATTENDEE;CUTYPE=GROUP:mailto:g@example.com",
      "REPLY|ATTENDEE;PARTSTAT=ACCEPTED;MEMBER=\"mailto:g@example.com\":mailto:b@example.com"],
    &[]
)]
#[case(&["REQUEST", "REPLY|ATTENDEE;PARTSTAT=ACCEPTED:mailto:crasher@example.com"], &[])]
#[case(&["REQUEST", "REPLY", "REQUEST"], &[])]
#[case(
    &["REQUEST", "REPLY", "REQUEST|ATTENDEE;PARTSTAT=DECLINED:mailto:b@example.com|ATTENDEE:mailto:c@example.com"],
    &["3 warn 3.2.2.2-1"]
)]
#[case(
    &["REQUEST|ATTENDEE:mailto:b@example.com", "REQUEST|SEQUENCE:1|ATTENDEE;RSVP=TRUE:mailto:b@example.com"],
    &["2 warn 3.2.2.7-1"]
)]
#[case(&["REQUEST", "REFRESH"], &[])]
#[case(&["REQUEST", "REFRESH|ATTENDEE:mailto:x@example.com"], &["2 fail 3.2.6-5"])]
#[case(&["REQUEST|ATTENDEE;PARTSTAT=ACCEPTED:mailto:b@example.com"], &["1 warn 2.1.1-2"])]
#[case(&["REQUEST", "REQUEST|ORGANIZER:mailto:b@example.com"], &["2 fail 4.2.11-1"])]
// Counter proposals.
#[case(&["REQUEST", "COUNTER|SEQUENCE:0|DTSTART:20260601T110000Z|DTEND:20260601T120000Z"], &[])]
#[case(&["REQUEST", "COUNTER|SEQUENCE:1|DTSTART:20260601T110000Z|DTEND:20260601T120000Z"], &["2 fail 3.2.7-8"])]
#[case(&["REQUEST", "COUNTER|SEQUENCE:0|ORGANIZER:mailto:b@example.com"], &["2 fail 3.2.7-7"])]
#[case(&["REQUEST|LOCATION:Here", "COUNTER|SEQUENCE:0"], &["2 warn 3.2.7-2"])]
#[case(
    &["REQUEST", "COUNTER|SEQUENCE:0|DTSTART:20260601T110000Z|DTEND:20260601T120000Z",
      "REQUEST|DTSTART:20260601T110000Z|DTEND:20260601T120000Z"],
    &["3 fail 2.1.4-1", "3 fail 2.1.4-2", "3 warn 3.2.7-4"]
)]
#[case(
    &["REQUEST", "COUNTER|SEQUENCE:0|DTSTART:20260601T110000Z|DTEND:20260601T120000Z", "DECLINECOUNTER|SEQUENCE:1"],
    &["3 fail 3.2.8-5"]
)]
// Delegation.
#[case(
    &["REQUEST", "REPLY|ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:d@example.com\":mailto:b@example.com",
      "REPLY|ATTENDEE;PARTSTAT=ACCEPTED:mailto:d@example.com"],
    &["3 warn 3.2.2.3-8"]
)]
#[case(
    &["REQUEST", "REPLY|ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:d@example.com\":mailto:b@example.com",
      "REPLY|ATTENDEE;PARTSTAT=ACCEPTED;DELEGATED-FROM=\"mailto:b@example.com\":mailto:d@example.com"],
    &[]
)]
#[case(
    &["REQUEST",
      "REQUEST|ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:d@example.com\":mailto:b@example.com|\
       ATTENDEE:mailto:c@example.com|ATTENDEE;DELEGATED-FROM=\"mailto:b@example.com\":mailto:d@example.com"],
    &[]
)]
#[case(
    &["REQUEST|X-KEEP:1",
      "REQUEST|SUMMARY:Other|ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:d@example.com\":mailto:b@example.com|\
       ATTENDEE;DELEGATED-FROM=\"mailto:b@example.com\":mailto:d@example.com"],
    &["2 fail 4.2.5-6", "2 fail 4.2.5-6", "2 warn 3.7.3-4"]
)]
#[case(
    &["REQUEST VTODO",
      "REQUEST VTODO|ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:d@example.com\":mailto:b@example.com|\
       ATTENDEE:mailto:c@example.com|ATTENDEE;DELEGATED-FROM=\"mailto:b@example.com\":mailto:d@example.com"],
    &["2 fail 3.4.2.3-8"]
)]
// Busy time.
#[case(&["REQUEST VFREEBUSY", "REPLY VFREEBUSY"], &[])]
#[case(&["REQUEST VFREEBUSY", "REPLY VFREEBUSY|UID:2"], &["2 fail 3.3.3-9"])]
#[case(&["REQUEST VFREEBUSY", "REPLY VFREEBUSY|ORGANIZER:mailto:x@example.com"], &["2 fail 3.3.3-8"])]
#[case(&["REQUEST VFREEBUSY", "REPLY VFREEBUSY|ATTENDEE:mailto:x@example.com"], &["2 fail 3.3.3-4"])]
fn conversations(#[case] messages: &[&str], #[case] expected: &[&str]) {
    let mut told = told(messages);
    told.sort();
    assert_eq!(
        told,
        expected,
        "{}",
        messages.iter().map(|spec| message(spec)).collect::<String>()
    );
}

/// Requirements that say the same are named beside the first one.
#[test]
fn what_says_the_same_is_named_too() {
    let mut thread = Thread::default();
    thread.next(&read(&crlf(&message("REQUEST|SEQUENCE:1"))).unwrap());
    let report = thread.next(&read(&crlf(&message("CANCEL|SEQUENCE:1|STATUS:CANCELLED"))).unwrap());
    let raised: Vec<_> = report.of("rfc5546-2.1.4-13").collect();
    assert_eq!(raised.len(), 1, "{report:?}");
    assert_eq!(raised[0].also, ["rfc5546-2.1.4-13"]);
}

/// Times of a time zone that only the message defines.
#[test]
fn recurrence_goes_by_the_vtimezone_of_the_message() {
    let zone = "BEGIN:VTIMEZONE\nTZID:Moon\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0700\nTZOFFSETTO:+0700\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT";
    let request = message("REQUEST|DTSTART;TZID=Moon:20260601T090000|-DTEND|RRULE:FREQ=DAILY;COUNT=5")
        .replace("BEGIN:VEVENT", zone);
    for (id, broken) in [("20260602T020000Z", 0), ("20260602T090000Z", 1)] {
        let mut thread = Thread::default();
        assert_eq!(thread.next(&read(&crlf(&request)).unwrap()).findings, []);
        let reply = message(&format!("REPLY|RECURRENCE-ID:{id}"));
        let report = thread.next(&read(&crlf(&reply)).unwrap());
        assert_eq!(report.of("rfc5546-3.2.3-12").count(), broken, "{id}");
    }
}

#[test]
fn the_messages_of_the_tests_are_in_order_by_themselves() {
    for spec in [
        "REQUEST",
        "PUBLISH",
        "REPLY",
        "CANCEL|SEQUENCE:1|STATUS:CANCELLED",
        "ADD|SEQUENCE:1",
        "COUNTER|SEQUENCE:0",
        "REQUEST VTODO",
        "REFRESH",
    ] {
        let report = lint(&crlf(&message(spec)), Mode::Message).unwrap();
        let fails: Vec<_> = report
            .findings
            .iter()
            .filter(|finding| finding.verdict == Verdict::Fail)
            .collect();
        assert!(fails.is_empty(), "{spec}: {fails:#?}");
    }
}
