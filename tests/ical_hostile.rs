//! Values from anywhere: no panic, no endless work, and the same times as the library names.

use calconform::ical::address::{address_eq, normalize};
use calconform::ical::recur::RecurrenceSet;
use calconform::ical::rule::Rule;
use calconform::ical::time::{DateTime, DateValue, Duration, Period, UtcOffset, list, parse_date};
use calconform::ical::zone::Zones;
use calconform::ical::{Property, read};
use ical::recur::expand::IcalRecurExpand;
use ical::recur::{IcalRecurDateTime, IcalRecurRule};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::select;

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        select(vec![
            "20250101",
            "T000000",
            "Z",
            "P",
            "T",
            "1",
            "-",
            "+",
            "D",
            "H",
            "W",
            "/",
            ",",
            ";",
            "=",
            "FREQ=",
            "DAILY",
            "BYDAY=",
            "MO",
            "UNTIL=",
            "COUNT=",
            "mailto:",
            "http://",
            "urn:",
            "uuid:",
            "@",
            "%",
            "%41",
            "ü",
            "€",
            ":",
            "9999",
            "4294967296",
            "0000",
            "[",
            "]",
            "?",
        ])
        .prop_map(str::to_owned),
        ".{0,3}",
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// A rule of parts that may or may not go together.
fn rule() -> impl Strategy<Value = String> {
    let freq = select(vec![
        "YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY",
    ]);
    let part = select(vec![
        "INTERVAL=2",
        "INTERVAL=5",
        "INTERVAL=4294967295",
        "COUNT=1",
        "COUNT=7",
        "COUNT=100000",
        "BYMONTH=3",
        "BYMONTH=2,3,11",
        "BYMONTHDAY=31",
        "BYMONTHDAY=1,-1",
        "BYDAY=MO",
        "BYDAY=-1SU,2TU",
        "BYDAY=53MO",
        "BYYEARDAY=1,60,-1",
        "BYWEEKNO=1,53",
        "BYHOUR=2,3",
        "BYMINUTE=30",
        "BYSECOND=0,60",
        "BYSETPOS=1",
        "BYSETPOS=-2,300",
        "WKST=SU",
        "SKIP=FORWARD",
        "UNTIL=20250601T000000Z",
        "UNTIL=20250601",
        "UNTIL=20250601T000000",
    ]);
    (freq, proptest::collection::vec(part, 0..4)).prop_map(|(freq, parts)| {
        let mut rule = format!("FREQ={freq}");
        for part in parts {
            rule.push(';');
            rule.push_str(part);
        }
        rule
    })
}

fn start() -> impl Strategy<Value = &'static str> {
    select(vec![
        "20250302T023000",
        "20250331T120000",
        "20240229T000000",
        "20251026T023000",
        "19000101T000000",
        "99991231T235959",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_value_panics(text in text(), other in text()) {
        let _ = parse_date(&text);
        let _ = DateValue::parse_either(&text);
        let _ = UtcOffset::parse(&text);
        let _ = Rule::parse(&text);
        let _ = address_eq(&text, &other);
        prop_assert_eq!(normalize(&text), normalize(&text.clone()));
        if let Ok(duration) = Duration::parse(&text) {
            let (days, seconds) = (duration.nominal_days(), duration.exact_seconds());
            let again = Duration::parse(&duration.to_string()).unwrap();
            prop_assert_eq!((again.nominal_days(), again.exact_seconds()), (days, seconds));
        }
        if let Ok(time) = DateTime::parse(&text, Some(&other)) {
            let _ = Zones::default().instant(&time);
            prop_assert_eq!(DateTime::parse(&time.to_string(), Some(&other)).unwrap(), time);
        }
        if let Ok(period) = Period::parse(&text, None) {
            prop_assert!(Period::parse(&period.to_string(), None).is_ok());
        }
        for name in ["EXDATE", "FREEBUSY"] {
            let property = Property::new(name, text.clone());
            for error in list(&property).filter_map(Result::err) {
                prop_assert!(error.offset <= text.len());
            }
        }
    }

    #[test]
    fn the_times_are_those_of_the_library(rule in rule(), start in start()) {
        prop_assume!(Rule::parse(&rule).is_ok() );
        let text = format!("BEGIN:VEVENT\nDTSTART:{start}Z\nRRULE:{rule}\nEND:VEVENT\n");
        let document = read(text.as_bytes()).unwrap();
        let zones = Zones::default();
        let set = RecurrenceSet::of(document.components(), &zones).unwrap();
        let end = "2025-12-31T00:00:00Z".parse::<Timestamp>().unwrap();
        if let Ok(instances) = set.instances(Timestamp::MIN, end) {
            let library = IcalRecurExpand::new(IcalRecurRule::parse(&rule).unwrap(), IcalRecurDateTime::parse(start).unwrap());
            let instant = |time: IcalRecurDateTime| Timestamp::from_second(time.seconds()).unwrap_or(Timestamp::MAX);
            let times = library.map(|time| instant(IcalRecurDateTime { second: time.second.min(59), ..time }));
            let mut times: Vec<_> = times.take_while(|time| *time < end).collect();
            times.extend(Some(instant(IcalRecurDateTime::parse(start).unwrap())).filter(|start| *start < end));
            times.sort();
            times.dedup();
            let until_day = rule.contains("UNTIL=20250601;") || rule.ends_with("UNTIL=20250601");
            if !until_day {
                prop_assert_eq!(instances.iter().map(|instance| instance.start).collect::<Vec<_>>(), times);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_set_panics(rule in rule(), onset in rule(), start in start(), offset in select(vec!["+0100", "-1200", "+2359", "-2359"])) {
        let text = format!(
            "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Z\nBEGIN:STANDARD\nDTSTART:{start}\nTZOFFSETFROM:{offset}\nTZOFFSETTO:+0000\n\
             RRULE:{onset}\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:20250302T023000\nTZOFFSETFROM:+0000\nTZOFFSETTO:{offset}\n\
             RRULE:FREQ=YEARLY\nEND:DAYLIGHT\nEND:VTIMEZONE\n\
             BEGIN:VEVENT\nDTSTART;TZID=Z:{start}\nDURATION:P4294967295W\nRRULE:{rule}\nEND:VEVENT\n\
             BEGIN:VEVENT\nRECURRENCE-ID;TZID=Z;RANGE=THISANDFUTURE:20250302T023000\nDTSTART:00010101T000000Z\nEND:VEVENT\nEND:VCALENDAR\n"
        );
        let document = read(text.as_bytes()).unwrap();
        let calendar = document.calendar().unwrap();
        let zones = Zones::of(calendar);
        if let Ok(set) = RecurrenceSet::of(calendar.components_named("VEVENT"), &zones) {
            let day = "2025-03-02T02:30:00Z".parse::<Timestamp>().unwrap();
            let _ = set.instances(Timestamp::MIN, day);
            let _ = set.instances(day, day);
            let _ = set.contains(&DateValue::parse_either("20250302T023000Z").unwrap());
        }
    }
}
