//! Arbitrary octets: no panic, places within the text, and bounds on what is told.

use std::fs;

use calconform::ical::read;
use calconform::itip::{MOST_ALIKE, Mode, Thread, lint};
use proptest::collection::vec;
use proptest::prelude::*;

fn is_sound(text: &[u8]) {
    let lines = text.iter().filter(|octet| matches!(octet, b'\r' | b'\n')).count() + 1;
    for mode in [Mode::Message, Mode::Stored, Mode::FreeBusyReply] {
        let Ok(report) = lint(text, mode) else { continue };
        for finding in &report.findings {
            assert!(
                (1..=lines as u32).contains(&finding.line) && finding.column > 0,
                "{finding:?}"
            );
            assert!(
                !finding.message.is_empty() && finding.message.len() < 2000,
                "{finding:?}"
            );
            assert!(!finding.message.contains(char::is_control), "{finding:?}");
        }
        let all: std::collections::BTreeSet<_> = report
            .findings
            .iter()
            .map(|finding| finding.requirement)
            .collect();
        assert!(report.findings.len() <= 4 * MOST_ALIKE * all.len());
    }
    if let Ok(document) = read(text) {
        let mut thread = Thread::default();
        thread.next(&document);
        thread.next(&document);
    }
}

/// Lines that are nearly right.
fn line() -> impl Strategy<Value = String> {
    let names = prop::sample::select(vec![
        "BEGIN",
        "END",
        "UID",
        "DTSTART",
        "DTEND",
        "DUE",
        "DURATION",
        "RRULE",
        "RDATE",
        "EXDATE",
        "RECURRENCE-ID",
        "ATTENDEE",
        "ORGANIZER",
        "SEQUENCE",
        "DTSTAMP",
        "METHOD",
        "STATUS",
        "REQUEST-STATUS",
        "FREEBUSY",
        "TZID",
        "TZOFFSETFROM",
        "TRIGGER",
        "GEO",
        "ATTACH",
        "SUMMARY",
        "X-A",
    ]);
    let params = prop::sample::select(vec![
        "",
        "",
        "",
        ";TZID=A",
        ";TZID=Europe/Berlin",
        ";VALUE=DATE",
        ";VALUE=PERIOD",
        ";PARTSTAT=DELEGATED",
        ";DELEGATED-TO=\"mailto:b@x\"",
        ";ENCODING=BASE64;VALUE=BINARY",
        ";RANGE=THISANDFUTURE",
        ";CN",
        ";\"",
        ";=",
        ";SCHEDULE-STATUS=\"1.2,2\"",
    ]);
    let values = prop_oneof![
        prop::sample::select(vec![
            "VCALENDAR",
            "VEVENT",
            "VTODO",
            "VFREEBUSY",
            "VJOURNAL",
            "VTIMEZONE",
            "STANDARD",
            "VALARM",
            "REQUEST",
            "REPLY",
            "CANCEL",
            "COUNTER",
            "20260601T090000Z",
            "20260601T090000",
            "20260601",
            "00000101T000000",
            "99991231T235959Z",
            "20260601T090000Z/PT1H,20260601T090000Z/20260602T090000Z",
            "mailto:a@x",
            "1",
            "-1",
            "99999999999999999999",
            "FREQ=DAILY;COUNT=4294967295",
            "FREQ=YEARLY;BYDAY=1MO,-1SU;UNTIL=99991231T000000Z",
            "FREQ=SECONDLY;BYSETPOS=-1;BYMONTH=2;BYMONTHDAY=30",
            "P1D",
            "-PT999999999H",
            "2.0;Success",
            "+0100",
            "1;2",
            "a\\",
            "a,b;c\\x",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,12}",
    ];
    (names, params, values).prop_map(|(name, params, value)| format!("{name}{params}:{value}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_octets(text in vec(any::<u8>(), 0..400)) {
        is_sound(&text);
    }

    #[test]
    fn nearly_right_lines(lines in vec(line(), 0..40), end in prop::sample::select(vec!["\r\n", "\n", "\r", "\r\n "])) {
        is_sound(lines.join(end).as_bytes());
    }

    #[test]
    fn damaged_messages(which in 0_usize..1000, at in 0_usize..4000, octets in vec(any::<u8>(), 0..6), cut in 0_usize..40) {
        let mut files: Vec<_> = fs::read_dir("fixtures/itip/printed").unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| path.extension().is_some_and(|own| own == "ics"));
        files.sort();
        let mut text = fs::read(&files[which % files.len()]).unwrap();
        let at = at % text.len();
        let end = (at + cut).min(text.len());
        text.splice(at..end, octets);
        is_sound(&text);
    }
}

/// What the fuzzer found worth keeping.
#[test]
fn the_fuzzing_corpus_is_replayed() {
    let mut replayed = 0;
    for entry in fs::read_dir("fuzz/corpus/lint").unwrap() {
        is_sound(&fs::read(entry.unwrap().path()).unwrap());
        replayed += 1;
    }
    assert!(replayed > 20);
}
