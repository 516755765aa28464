//! Recurrence sets: which instances a component has, by the clock of its own time zones, at a bounded cost.

use std::time::{Duration, Instant};

use calconform::ical::recur::{RecurrenceError, RecurrenceSet};
use calconform::ical::rule::Rule;
use calconform::ical::time::{DateTime, DateValue};
use calconform::ical::zone::Zones;
use calconform::ical::{Document, read};
use jiff::Timestamp;
use rstest::rstest;

const ZONE: &str = "BEGIN:VTIMEZONE\nTZID:Home\n\
    BEGIN:STANDARD\nDTSTART:19961027T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\n\
    BEGIN:DAYLIGHT\nDTSTART:19960331T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:DAYLIGHT\n\
    END:VTIMEZONE\n";

/// A calendar of VEVENTs whose properties are separated by spaces.
fn calendar(events: &[&str]) -> Document {
    let events: String = events
        .iter()
        .map(|event| format!("BEGIN:VEVENT\n{}\nEND:VEVENT\n", event.replace(' ', "\n")))
        .collect();
    read(format!("BEGIN:VCALENDAR\n{ZONE}{events}END:VCALENDAR\n").as_bytes()).unwrap()
}

fn utc(value: &str) -> Timestamp {
    Zones::default()
        .instant(&DateTime::parse(value, None).unwrap())
        .unwrap()
}

/// `start/end` of the instances in 2025 and 2026, or in the range given.
fn instances_in(events: &[&str], from: &str, to: &str) -> Result<Vec<String>, RecurrenceError> {
    let document = calendar(events);
    let calendar = document.calendar().unwrap();
    let zones = Zones::of(calendar);
    let set = RecurrenceSet::of(calendar.components_named("VEVENT"), &zones)?;
    let show = |instant| DateTime::from_instant(instant).to_string();
    let instances = set.instances(utc(from), utc(to))?;
    Ok(instances
        .iter()
        .map(|instance| format!("{}/{}", show(instance.start), show(instance.end)))
        .collect())
}

fn starts(events: &[&str]) -> Vec<String> {
    let instances = instances_in(events, "20250101T000000Z", "20270101T000000Z").unwrap();
    instances
        .iter()
        .map(|instance| instance.split('/').next().unwrap().to_owned())
        .collect()
}

#[rstest]
#[case::no_rule(&["DTSTART:20250110T090000Z"], &["20250110T090000Z"])]
#[case::count(&["DTSTART:20250110T090000Z RRULE:FREQ=DAILY;COUNT=3"], &["20250110T090000Z", "20250111T090000Z", "20250112T090000Z"])]
#[case::until_utc_with_tzid_includes_the_last(
    &["DTSTART;TZID=Home:20250110T090000 RRULE:FREQ=WEEKLY;UNTIL=20250124T080000Z"],
    &["20250110T080000Z", "20250117T080000Z", "20250124T080000Z"]
)]
#[case::until_just_before_the_last(
    &["DTSTART;TZID=Home:20250110T090000 RRULE:FREQ=WEEKLY;UNTIL=20250124T075959Z"],
    &["20250110T080000Z", "20250117T080000Z"]
)]
#[case::until_date_for_a_time(
    &["DTSTART;TZID=Home:20250110T090000 RRULE:FREQ=DAILY;UNTIL=20250111"],
    &["20250110T080000Z", "20250111T080000Z"]
)]
#[case::until_utc_for_a_date(
    &["DTSTART;VALUE=DATE:20250110 RRULE:FREQ=DAILY;UNTIL=20250111T000000Z"],
    &["20250110T000000Z", "20250111T000000Z"]
)]
#[case::over_a_change_of_the_clock(
    &["DTSTART;TZID=Home:20250328T090000 RRULE:FREQ=DAILY;COUNT=4"],
    &["20250328T080000Z", "20250329T080000Z", "20250330T070000Z", "20250331T070000Z"]
)]
#[case::an_instance_in_a_gap_does_not_count(
    &["DTSTART;TZID=Home:20250329T023000 RRULE:FREQ=DAILY;COUNT=3"],
    &["20250329T013000Z", "20250331T003000Z", "20250401T003000Z"]
)]
#[case::a_time_in_a_fold_is_the_first(
    &["DTSTART;TZID=Home:20251025T023000 RRULE:FREQ=DAILY;COUNT=3"],
    &["20251025T003000Z", "20251026T003000Z", "20251027T013000Z"]
)]
#[case::by_iana_name(
    &["DTSTART;TZID=America/New_York:20250307T090000 RRULE:FREQ=WEEKLY;COUNT=2"],
    &["20250307T140000Z", "20250314T130000Z"]
)]
#[case::exdate_in_utc(
    &["DTSTART;TZID=Home:20250110T090000 RRULE:FREQ=DAILY;COUNT=3 EXDATE:20250111T080000Z"],
    &["20250110T080000Z", "20250112T080000Z"]
)]
#[case::exdate_of_dtstart(
    &["DTSTART:20250110T090000Z RRULE:FREQ=DAILY;COUNT=2 EXDATE:20250110T090000Z,20250111T090000Z RDATE:20250201T000000Z"],
    &["20250201T000000Z"]
)]
#[case::rdate_twice(
    &["DTSTART:20250110T090000Z RDATE:20250112T090000Z,20250111T090000Z RDATE:20250112T090000Z"],
    &["20250110T090000Z", "20250111T090000Z", "20250112T090000Z"]
)]
#[case::dtstart_that_the_rule_does_not_make(
    &["DTSTART:20250110T090000Z RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=1"],
    &["20250110T090000Z", "20250113T090000Z"]
)]
#[case::exrule(
    &["DTSTART:20250110T090000Z RRULE:FREQ=DAILY;COUNT=4 EXRULE:FREQ=DAILY;INTERVAL=2"],
    &["20250111T090000Z", "20250113T090000Z"]
)]
#[case::time_parts_are_nothing_to_a_date(
    &["DTSTART;VALUE=DATE:20250110 RRULE:FREQ=DAILY;BYHOUR=9,10;COUNT=2"],
    &["20250110T000000Z", "20250111T000000Z"]
)]
fn sets(#[case] events: &[&str], #[case] expected: &[&str]) {
    assert_eq!(starts(events), expected);
}

#[rstest]
#[case::dtend_is_exact(
    "DTSTART;TZID=Home:20250329T120000 DTEND;TZID=Home:20250330T120000",
    "20250329T110000Z/20250330T100000Z"
)]
#[case::duration_is_nominal(
    "DTSTART;TZID=Home:20250329T120000 DURATION:P1DT1H",
    "20250329T110000Z/20250330T110000Z"
)]
#[case::hours_are_exact(
    "DTSTART;TZID=Home:20250329T120000 DURATION:PT24H",
    "20250329T110000Z/20250330T110000Z"
)]
#[case::a_date_is_a_day("DTSTART;VALUE=DATE:20250329", "20250329T000000Z/20250330T000000Z")]
#[case::dates(
    "DTSTART;VALUE=DATE:20250329 DTEND;VALUE=DATE:20250401",
    "20250329T000000Z/20250401T000000Z"
)]
#[case::a_time_has_no_length("DTSTART:20250329T120000Z", "20250329T120000Z/20250329T120000Z")]
#[case::an_end_before_the_start(
    "DTSTART:20250329T120000Z DTEND:20250329T110000Z",
    "20250329T120000Z/20250329T120000Z"
)]
fn lengths(#[case] event: &str, #[case] expected: &str) {
    assert_eq!(
        instances_in(&[event], "20250101T000000Z", "20260101T000000Z").unwrap(),
        [expected]
    );
}

#[test]
fn the_exact_length_of_dtend_holds_for_all() {
    let event = "DTSTART;TZID=Home:20250322T120000 DTEND;TZID=Home:20250323T120000 RRULE:FREQ=WEEKLY;COUNT=2";
    let found = instances_in(&[event], "20250101T000000Z", "20260101T000000Z").unwrap();
    assert_eq!(
        found,
        [
            "20250322T110000Z/20250323T110000Z",
            "20250329T110000Z/20250330T110000Z"
        ]
    );
}

#[test]
fn a_period_has_its_own_length() {
    let event = "DTSTART:20250101T090000Z DURATION:PT1H RDATE;VALUE=PERIOD:20250102T090000Z/PT3H,20250103T090000Z/20250103T093000Z";
    let found = instances_in(&[event], "20250101T000000Z", "20260101T000000Z").unwrap();
    assert_eq!(
        found[1..],
        [
            "20250102T090000Z/20250102T120000Z",
            "20250103T090000Z/20250103T093000Z"
        ]
    );
}

#[rstest]
#[case("20250110T090000Z", "20250110T100000Z", 1)]
#[case("20250110T100000Z", "20250110T110000Z", 0)]
#[case("20250110T080000Z", "20250110T090000Z", 0)]
#[case("20250110T095959Z", "20250110T100000Z", 1)]
#[case("20250110T000000Z", "20250113T000000Z", 3)]
fn the_range_is_half_open(#[case] from: &str, #[case] to: &str, #[case] count: usize) {
    let event = "DTSTART:20250110T090000Z DURATION:PT1H RRULE:FREQ=DAILY";
    assert_eq!(instances_in(&[event], from, to).unwrap().len(), count);
}

#[test]
fn overrides_replace_move_and_stand_alone() {
    let master = "UID:1 DTSTART;TZID=Home:20250110T090000 DURATION:PT1H RRULE:FREQ=DAILY;COUNT=3";
    let moved = "UID:1 RECURRENCE-ID:20250111T080000Z DTSTART;TZID=Home:20250301T090000 DURATION:PT2H";
    let expected = ["20250110T080000Z", "20250112T080000Z", "20250301T080000Z"];
    assert_eq!(starts(&[master, moved]), expected);
    assert_eq!(starts(&[moved, master]), expected);
    assert_eq!(starts(&[moved]), ["20250301T080000Z"]);
    let into_range = "RECURRENCE-ID;TZID=Home:20300101T090000 DTSTART:20250601T000000Z";
    assert_eq!(starts(&[master, into_range])[3..], ["20250601T000000Z"]);
}

#[test]
fn an_excluded_override_is_out() {
    let master = "DTSTART:20250110T090000Z RRULE:FREQ=DAILY;COUNT=2 EXDATE:20250111T090000Z";
    let over = "RECURRENCE-ID:20250111T090000Z DTSTART:20250111T100000Z";
    assert_eq!(starts(&[master, over]), ["20250110T090000Z"]);
}

#[test]
fn this_and_future_moves_the_later_ones() {
    let master = "DTSTART;TZID=Home:20250327T090000 DURATION:PT1H RRULE:FREQ=DAILY;COUNT=5";
    let from_then = "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Home:20250329T090000 DTSTART;TZID=Home:20250329T083000 DURATION:PT2H";
    let one = "RECURRENCE-ID;TZID=Home:20250331T090000 DTSTART;TZID=Home:20250331T120000 DURATION:PT5M";
    let found = instances_in(&[master, from_then, one], "20250101T000000Z", "20260101T000000Z").unwrap();
    assert_eq!(
        found,
        [
            "20250327T080000Z/20250327T090000Z",
            "20250328T080000Z/20250328T090000Z",
            "20250329T073000Z/20250329T093000Z",
            "20250330T063000Z/20250330T083000Z",
            "20250331T100000Z/20250331T100500Z",
        ]
    );
    let edge = instances_in(&[master, from_then], "20250330T063000Z", "20250330T064500Z").unwrap();
    assert_eq!(edge.len(), 1);
}

#[test]
fn instances_carry_their_identifier_and_component() {
    let document = calendar(&[
        "SUMMARY:all DTSTART;TZID=Home:20250110T090000 RRULE:FREQ=DAILY;COUNT=2",
        "SUMMARY:one RECURRENCE-ID:20250111T080000Z DTSTART;TZID=Home:20250111T100000",
    ]);
    let calendar = document.calendar().unwrap();
    let zones = Zones::of(calendar);
    let set = RecurrenceSet::of(calendar.components_named("VEVENT"), &zones).unwrap();
    let found = set
        .instances(utc("20250101T000000Z"), utc("20260101T000000Z"))
        .unwrap();
    assert_eq!(found[0].component.text("SUMMARY").as_deref(), Some("all"));
    let id = found[0].recurrence_id.to_property("RECURRENCE-ID");
    assert_eq!(id.to_bytes(), b"RECURRENCE-ID;TZID=Home:20250110T090000\r\n");
    assert_eq!(found[1].component.text("SUMMARY").as_deref(), Some("one"));
    assert!(set.is_recurring());
}

#[rstest]
#[case("20250110T080000Z", true)]
#[case("20250111T080000Z", true)]
#[case("20250111T090000Z", false)]
#[case("20250112T080000Z", false)]
#[case("20250201T120000Z", true)]
#[case("20250113T080000Z", true)]
#[case("20250114T080000Z", false)]
#[case("20250109T080000Z", false)]
#[case("20250110", false)]
fn recurrence_ids_are_in_the_set_or_not(#[case] id: &str, #[case] expected: bool) {
    let document = calendar(&[
        "DTSTART;TZID=Home:20250110T090000 RRULE:FREQ=DAILY;UNTIL=20250113T080000Z EXDATE;TZID=Home:20250112T090000 RDATE:20250201T120000Z",
        "RECURRENCE-ID:20250111T090000Z DTSTART:20250111T100000Z",
    ]);
    let calendar = document.calendar().unwrap();
    let zones = Zones::of(calendar);
    let set = RecurrenceSet::of(calendar.components_named("VEVENT"), &zones).unwrap();
    assert_eq!(set.contains(&DateValue::parse_either(id).unwrap()), Ok(expected));
}

#[test]
fn a_todo_may_be_due_without_beginning() {
    let text = b"BEGIN:VCALENDAR\nBEGIN:VTODO\nDUE:20250110T090000Z\nEND:VTODO\nBEGIN:VTODO\nEND:VTODO\nEND:VCALENDAR\n";
    let document = read(text).unwrap();
    let zones = Zones::default();
    let set = RecurrenceSet::of(document.calendar().unwrap().components(), &zones).unwrap();
    assert_eq!(set.instances(Timestamp::MIN, Timestamp::MAX).unwrap().len(), 1);
}

#[rstest]
#[case(
    "DTSTART:20250110",
    "DTSTART: expected T between date and time at octet 8 of the value",
    13,
    17
)]
#[case(
    "DTSTART;TZID=Nowhere:20250110T090000",
    "DTSTART: time zone \"Nowhere\" is neither defined by a VTIMEZONE nor known by its name",
    13,
    22
)]
#[case(
    "DTSTART;VALUE=DATE:20250110 RRULE:FREQ=HOURLY",
    "RRULE: a rule that repeats within a day, where DTSTART is a DATE",
    14,
    7
)]
#[case(
    "DTSTART:20250110T090000Z RRULE:FREQ=DAILY;BYDAY=8X",
    "RRULE: expected a weekday, SU to SA, with or without a number from 1 to 53 before it at octet 17 of the value",
    14,
    24
)]
#[case(
    "DTSTART:20250110T090000Z EXDATE:20250110T090000Z,2025",
    "EXDATE: expected a month from 01 to 12 at octet 21 of the value",
    14,
    29
)]
fn what_is_wrong_is_said_with_its_place(
    #[case] event: &str,
    #[case] message: &str,
    #[case] line: u32,
    #[case] column: u32,
) {
    let error = instances_in(&[event], "20250101T000000Z", "20260101T000000Z").unwrap_err();
    assert_eq!(error.to_string(), message);
    let RecurrenceError::Property { position, .. } = error else {
        panic!("a property is wrong");
    };
    let position = position.unwrap();
    assert_eq!((position.line, position.column), (line + 5, column));
}

#[rstest]
#[case("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")]
#[case("FREQ=SECONDLY;BYSETPOS=2")]
#[case("FREQ=MINUTELY;BYSECOND=0,1;BYSETPOS=3")]
#[case("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30")]
#[case("FREQ=SECONDLY")]
#[case("FREQ=SECONDLY;INTERVAL=4294967295")]
#[case("FREQ=YEARLY;INTERVAL=4294967295")]
#[case("FREQ=DAILY;COUNT=4294967295")]
#[case(
    "FREQ=YEARLY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE=EACH;BYSECOND=EACH;BYSETPOS=-1"
)]
#[case("FREQ=MONTHLY;BYMINUTE=EACH;BYSECOND=EACH;BYSETPOS=LONG")]
#[case("FREQ=HOURLY;BYMINUTE=EACH;BYSECOND=EACH;BYSETPOS=LONG")]
#[case("FREQ=YEARLY;BYYEARDAY=LONG;BYMONTHDAY=31;BYMONTH=2")]
fn no_rule_takes_long(#[case] rule: &str) {
    let list = |numbers: std::ops::Range<u32>| {
        numbers
            .map(|number| number.to_string())
            .collect::<Vec<_>>()
            .join(",")
    };
    let rule = rule.replace("EACH", &list(0..60)).replace("LONG", &list(1..367));
    let event = format!("DTSTART:00010101T000000Z RRULE:{rule}");
    let start = Instant::now();
    let _ = instances_in(&[&event], "00010101T000000Z", "99991231T000000Z");
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn too_many_instances_are_an_error() {
    let event = "DTSTART:20250101T000000Z RRULE:FREQ=MINUTELY";
    let error = instances_in(&[event], "20250101T000000Z", "20260101T000000Z").unwrap_err();
    assert!(
        error.to_string().contains("would take too long") || error == RecurrenceError::TooMany,
        "{error}"
    );
}

#[rstest]
#[case("FREQ=DAILY", None)]
#[case("freq=daily;interval=2;wkst=su", None)]
#[case("BYDAY=+1MO,-53SU,TU;FREQ=YEARLY", None)]
#[case("FREQ=YEARLY;RSCALE=GREGORIAN;SKIP=FORWARD", None)]
#[case("", Some(0))]
#[case("FREQ=DAILY;", Some(11))]
#[case("FREQ=DAILY;;COUNT=1", Some(11))]
#[case("INTERVAL=2", Some(0))]
#[case("FREQ=FORTNIGHTLY", Some(5))]
#[case("FREQ=DAILY;INTERVAL=0", Some(20))]
#[case("FREQ=DAILY;COUNT=0", Some(17))]
#[case("FREQ=DAILY;COUNT=+1", Some(17))]
#[case("FREQ=DAILY;COUNT=1;UNTIL=20250101", Some(19))]
#[case("FREQ=DAILY;UNTIL=2025010", Some(24))]
#[case("FREQ=DAILY;BYHOUR=24", Some(18))]
#[case("FREQ=DAILY;BYHOUR=1,+2", Some(20))]
#[case("FREQ=DAILY;BYMONTHDAY=1,0", Some(24))]
#[case("FREQ=DAILY;BYMONTHDAY=--1", Some(22))]
#[case("FREQ=DAILY;BYDAY=M", Some(17))]
#[case("FREQ=DAILY;BYDAY=€", Some(17))]
#[case("FREQ=DAILY;BYDAY=54MO", Some(17))]
#[case("FREQ=DAILY;FREQ=DAILY", Some(11))]
#[case("FREQ=DAILY;X-PART=1", Some(11))]
#[case("FREQ=DAILY; COUNT=1", Some(11))]
fn rules_have_an_exact_form(#[case] value: &str, #[case] wrong_at: Option<usize>) {
    assert_eq!(Rule::parse(value).err().map(|error| error.offset), wrong_at);
}
