//! Ten times the text is ten times the work, counted in steps, not in seconds; and what is told stays bounded.

use std::fmt::Write;

use calconform::ical::read;
use calconform::itip::{MOST_ALIKE, Mode, Thread, lint};
use rstest::rstest;

use crate::crlf;

/// A message with so many of what `part` writes, `part` being told which.
fn many(head: &str, count: usize, part: impl Fn(usize) -> String, tail: &str) -> Vec<u8> {
    let mut text = format!("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Size//EN\n{head}");
    (0..count).for_each(|n| {
        let _ = write!(text, "{}", part(n));
    });
    crlf(&format!("{text}{tail}END:VCALENDAR\n"))
}

const EVENT: &str = "BEGIN:VEVENT\nUID:1\nDTSTAMP:20260101T090000Z\nDTSTART:20260601T090000Z\nSUMMARY:x\nORGANIZER:mailto:a@x\n";

/// An hour of the years after the event's start, as a date-time.
fn hour(n: usize) -> String {
    format!(
        "{}{:02}{:02}T{:02}0000Z",
        2026 + n / 8064,
        1 + n / 672 % 12,
        1 + n / 24 % 28,
        n % 24
    )
}

fn attendees(method: &str, count: usize) -> Vec<u8> {
    let head = format!("METHOD:{method}\n{EVENT}");
    many(
        &head,
        count,
        |n| format!("ATTENDEE;RSVP=TRUE;CN=U:mailto:u{n}@x\n"),
        "END:VEVENT\n",
    )
}

fn delegates(count: usize) -> Vec<u8> {
    let line = |n: usize| {
        let next = n + 1;
        format!(
            "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:u{next}@x\";DELEGATED-FROM=\"mailto:u{n}@x\":mailto:u{n}@x\n"
        )
    };
    many(&format!("METHOD:REQUEST\n{EVENT}"), count, line, "END:VEVENT\n")
}

fn overrides(method: &str, count: usize) -> Vec<u8> {
    let head = format!("METHOD:{method}\n{EVENT}ATTENDEE:mailto:b@x\nRRULE:FREQ=HOURLY\nEND:VEVENT\n");
    let part = |n: usize| {
        format!(
            "{EVENT}SEQUENCE:1\nATTENDEE:mailto:u{n}@x\nRECURRENCE-ID:{}\nEND:VEVENT\n",
            hour(n)
        )
    };
    many(&head, count, part, "")
}

fn in_event(count: usize, part: impl Fn(usize) -> String) -> Vec<u8> {
    many(
        &format!("METHOD:REQUEST\n{EVENT}ATTENDEE:mailto:b@x\n"),
        count,
        part,
        "END:VEVENT\n",
    )
}

fn busy(count: usize) -> Vec<u8> {
    let head = "METHOD:REPLY\nBEGIN:VFREEBUSY\nUID:1\nDTSTAMP:20260101T090000Z\nDTSTART:20260101T000000Z\nDTEND:20990101T000000Z\n\
                ORGANIZER:mailto:a@x\nATTENDEE:mailto:b@x\n";
    many(
        head,
        count,
        |n| format!("FREEBUSY;FBTYPE=BUSY:{}/P9D\n", hour(n)),
        "END:VFREEBUSY\n",
    )
}

fn zones(count: usize) -> Vec<u8> {
    let part = |n: usize| {
        format!(
            "BEGIN:VTIMEZONE\nTZID:Z{n}\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100\n\
             END:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nUID:1\nDTSTAMP:20260101T090000Z\nDTSTART;TZID=Z{n}:20260601T090000\n\
             RECURRENCE-ID:{}\nSUMMARY:x\nORGANIZER:mailto:a@x\nATTENDEE:mailto:b@x\nEND:VEVENT\n",
            hour(n)
        )
    };
    many("METHOD:REQUEST\n", count, part, "")
}

#[rstest]
#[case::attendees(|n| attendees("REQUEST", n))]
#[case::attendees_of_a_reply(|n| attendees("REPLY", n))]
#[case::delegates(delegates)]
#[case::overrides(|n| overrides("REQUEST", n))]
#[case::cancelled_instances(|n| overrides("CANCEL", n))]
#[case::dates(|n| in_event(n, |n| format!("RDATE:{}\n", hour(n))))]
#[case::dates_in_a_line(|n| in_event(1, |_| format!("EXDATE:{}\n", (0..n).map(hour).collect::<Vec<_>>().join(","))))]
#[case::parameters(|n| in_event(1, |_| format!("ATTENDEE{}:mailto:c@x\n", ";CN=x".repeat(n))))]
#[case::unknown_properties(|n| in_event(n, |n| format!("NAME{n};P{n}=1:x\n")))]
#[case::broken_lines(|n| in_event(n, |_| "no content\n".into()))]
#[case::text(|n| in_event(1, |_| format!("COMMENT:{}\n", "\\x;,".repeat(n))))]
#[case::folds(|n| in_event(1, |_| format!("COMMENT:x{}\n", "\n x".repeat(n))))]
#[case::statuses(|n| in_event(n, |n| format!("REQUEST-STATUS:2.{n};x\n")))]
#[case::busy_time(busy)]
#[case::zones(zones)]
#[case::alarms(|n| in_event(n, |_| "BEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT1M\nEND:VALARM\n".into()))]
#[case::unclosed(|n| in_event(n, |n| if n % 20 == 0 { "END:VEVENT\nBEGIN:VEVENT\n" } else { "BEGIN:X-A\n" }.into()))]
fn work_grows_as_the_text_does(#[case] text: fn(usize) -> Vec<u8>) {
    let invitation = read(&attendees("REQUEST", 300)).unwrap();
    let steps = |count: usize| {
        let text = text(count);
        let mut report = lint(&text, Mode::Message).unwrap();
        let document = read(&text).unwrap();
        let mut thread = Thread::default();
        thread.next(&invitation);
        report.merge(thread.next(&document));
        report.merge(thread.next(&document));
        let mut kinds: Vec<_> = report
            .findings
            .iter()
            .map(|finding| finding.requirement)
            .collect();
        kinds.sort_unstable();
        kinds.dedup();
        // Each look tells so many of a requirement, once for each reading.
        assert!(report.findings.len() <= 6 * MOST_ALIKE * kinds.len().max(1));
        report.steps
    };
    let (few, many) = (steps(400), steps(4000));
    // A tenth to spare: some rules begin to apply to the larger one only.
    assert!(many <= 11 * few, "{few} steps, then {many}");
}

/// Where a loop within a loop would take minutes.
#[test]
fn ten_thousand_attendees_and_overrides_are_judged() {
    for text in [
        attendees("REQUEST", 10_000),
        delegates(10_000),
        overrides("CANCEL", 10_000),
        busy(10_000),
    ] {
        let document = read(&text).unwrap();
        let mut thread = Thread::default();
        for _ in 0..2 {
            thread.next(&document);
        }
        assert!(lint(&text, Mode::Message).unwrap().steps > 10_000);
    }
}
