//! Values that tell time: their exact form, and the instants they mean.

use calconform::ical::time::{
    DateTime, DateValue, Duration, ListValue, Period, UtcOffset, Zone, list, parse_date,
};
use calconform::ical::zone::{Resolved, TimeError, Zones};
use calconform::ical::{Document, Property, read};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rstest::rstest;

#[rstest]
#[case("20250131", None)]
#[case("20240229", None)]
#[case("20250229", Some(6))]
#[case("20251301", Some(4))]
#[case("20250100", Some(6))]
#[case("2025013", Some(7))]
#[case("2025-01-31", Some(4))]
#[case("20250131T", Some(8))]
#[case("", Some(0))]
#[case("２０２５", Some(0))]
fn dates(#[case] value: &str, #[case] wrong_at: Option<usize>) {
    assert_eq!(parse_date(value).err().map(|error| error.offset), wrong_at);
}

#[rstest]
#[case("20250131T235959", None)]
#[case("20250131T235960Z", None)]
#[case("20250131T240000", Some(9))]
#[case("20250131T236000", Some(11))]
#[case("20250131T235961", Some(13))]
#[case("20250131t000000", Some(8))]
#[case("20250131T0000", Some(13))]
#[case("20250131T000000z", Some(15))]
#[case("20250131T000000+0100", Some(15))]
#[case("20250131", Some(8))]
fn date_times(#[case] value: &str, #[case] wrong_at: Option<usize>) {
    assert_eq!(
        DateTime::parse(value, None).err().map(|error| error.offset),
        wrong_at
    );
}

#[test]
fn the_parameters_say_what_a_value_is() {
    let date = Property::new("DTSTART", "20250131").with_param("VALUE", "date");
    assert!(DateValue::of(&date).unwrap().is_date());
    let zoned = Property::new("DTSTART", "20250131T090000").with_param("TZID", "Europe/Berlin");
    let DateValue::DateTime(time) = DateValue::of(&zoned).unwrap() else {
        panic!("a DATE-TIME");
    };
    assert_eq!(time.zone, Zone::Tzid("Europe/Berlin".into()));
    assert_eq!(DateValue::DateTime(time).to_property("DTSTART"), zoned);
    let error = DateValue::of(&Property::new("DTSTART", "20250131")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected T between date and time at octet 8 of the value"
    );
    assert!(DateValue::of(&Property::new("DTSTART", "20250131T000000").with_param("VALUE", "DATE")).is_err());
}

#[rstest]
#[case("PT15M", "PT15M", 0, 900)]
#[case("-P1DT2H", "-P1DT2H", -1, -7200)]
#[case("+P15DT5H0M20S", "P15DT5H0M20S", 15, 18020)]
#[case("P7W", "P7W", 49, 0)]
#[case("PT0S", "PT0S", 0, 0)]
#[case("P0D", "PT0S", 0, 0)]
#[case("PT90M", "PT90M", 0, 5400)]
fn durations(#[case] value: &str, #[case] written: &str, #[case] days: i64, #[case] seconds: i64) {
    let duration = Duration::parse(value).unwrap();
    assert_eq!(
        (duration.nominal_days(), duration.exact_seconds()),
        (days, seconds)
    );
    assert_eq!(duration.to_string(), written);
}

#[rstest]
#[case("", 0)]
#[case("P", 1)]
#[case("PT", 2)]
#[case("1H", 0)]
#[case("PT1H30S", 6)]
#[case("PT1M1H", 5)]
#[case("P1W2D", 3)]
#[case("P1WT1H", 3)]
#[case("P1H", 2)]
#[case("PT1D", 3)]
#[case("PT1.5H", 3)]
#[case("--PT1H", 1)]
#[case("PT1H ", 4)]
#[case("PT99999999999S", 2)]
fn wrong_durations(#[case] value: &str, #[case] wrong_at: usize) {
    assert_eq!(Duration::parse(value).unwrap_err().offset, wrong_at);
}

#[rstest]
#[case("+0100", Some(3600))]
#[case("-0330", Some(-12600))]
#[case("+001132", Some(692))]
#[case("+0000", Some(0))]
#[case("-0000", None)]
#[case("-000000", None)]
#[case("0100", None)]
#[case("+01:00", None)]
#[case("+2400", None)]
#[case("+0160", None)]
#[case("+01003", None)]
fn utc_offsets(#[case] value: &str, #[case] seconds: Option<i32>) {
    let offset = UtcOffset::parse(value).ok();
    assert_eq!(offset.map(|offset| offset.seconds), seconds);
    if let Some(offset) = offset {
        assert_eq!(offset.to_string(), value);
    }
}

#[rstest]
#[case("20250101T090000Z/20250101T100000Z", None)]
#[case("20250101T090000Z/PT1H", None)]
#[case("20250101T090000Z", Some(16))]
#[case("20250101T090000Z/-PT1H", Some(17))]
#[case("20250101T090000Z/PT1X", Some(20))]
#[case("20250101/20250102", Some(8))]
fn periods(#[case] value: &str, #[case] wrong_at: Option<usize>) {
    match Period::parse(value, None) {
        Ok(period) => assert_eq!((period.to_string().as_str(), wrong_at), (value, None)),
        Err(error) => assert_eq!(Some(error.offset), wrong_at),
    }
}

#[test]
fn lists_say_where_they_are_wrong() {
    let property = Property::new("FREEBUSY", "20250101T090000Z/PT1H,20250101T090000Z/oops");
    let values: Vec<_> = list(&property).collect();
    assert!(matches!(values[0], Ok(ListValue::Period(_))));
    assert_eq!(values[1].as_ref().unwrap_err().offset, 39);
    let dates = Property::new("EXDATE", "20250101,20250102").with_param("VALUE", "DATE");
    assert_eq!(list(&dates).filter(Result::is_ok).count(), 2);
}

/// A zone that leaps an hour ahead on 30 March 2025 at 02:00 and back on 26 October at 03:00, every year, under a name
/// that says nothing. It began in 1996 with a longer offset.
const ZONE: &str = "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:Somewhere\r\n\
    BEGIN:STANDARD\r\nDTSTART:19961027T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\n\
    BEGIN:DAYLIGHT\r\nDTSTART:19960331T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\n\
    END:VTIMEZONE\r\nEND:VCALENDAR\r\n";

fn zones(text: &str) -> Zones {
    Zones::of(read(text.as_bytes()).unwrap().calendar().unwrap())
}

fn utc(value: &str) -> Timestamp {
    Zones::default()
        .instant(&DateTime::parse(value, None).unwrap())
        .unwrap()
}

#[rstest]
#[case("20250115T090000", "20250115T080000Z")]
#[case("20250715T090000", "20250715T070000Z")]
#[case("20250330T015959", "20250330T005959Z")]
#[case("20250330T023000", "20250330T013000Z")]
#[case("20250330T030000", "20250330T010000Z")]
#[case("20251026T015959", "20251025T235959Z")]
#[case("20251026T023000", "20251026T003000Z")]
#[case("20251026T030000", "20251026T020000Z")]
#[case("19900101T000000", "19891231T230000Z")]
#[case("99991230T120000", "99991230T110000Z")]
fn local_times_are_told_by_vtimezone_and_by_name_alike(#[case] local: &str, #[case] expected: &str) {
    for tzid in ["Somewhere", "Europe/Berlin", "/example.org/2025a/Europe/Berlin"] {
        let time = DateTime::parse(local, Some(tzid)).unwrap();
        let zones = zones(ZONE);
        let instant = zones.instant(&time).unwrap();
        assert_eq!(DateTime::from_instant(instant).to_string(), expected, "{tzid}");
        if local != "20250330T023000" {
            assert_eq!(zones.local(instant, &time.zone).unwrap(), time.local(), "{tzid}");
        }
    }
}

#[test]
fn gaps_and_folds_are_told() {
    let zones = zones(ZONE);
    for tzid in ["Somewhere", "Europe/Berlin"] {
        let resolve = |value| {
            let time = DateTime::parse(value, Some(tzid)).unwrap();
            zones.resolve(time.local(), &time.zone).unwrap()
        };
        assert_eq!(resolve("20250330T023000"), Resolved::Gap(utc("20250330T013000Z")));
        let fold = Resolved::Fold(utc("20251026T003000Z"), utc("20251026T013000Z"));
        assert_eq!(resolve("20251026T023000"), fold);
    }
}

#[test]
fn a_defined_zone_wins_over_a_known_name_unless_it_is_broken() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Europe/Berlin\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0500\n\
                TZOFFSETTO:+0500\nEND:STANDARD\nEND:VTIMEZONE\nEND:VCALENDAR\n";
    let nine = DateTime::parse("20250101T090000", Some("Europe/Berlin")).unwrap();
    assert_eq!(zones(text).instant(&nine), Ok(utc("20250101T040000Z")));
    assert_eq!(
        zones(&text.replace("+0500", "five")).instant(&nine),
        Ok(utc("20250101T080000Z"))
    );
}

#[rstest]
#[case("TZOFFSETFROM:+0100\n", "", "STANDARD without TZOFFSETFROM")]
#[case(
    "BYDAY=-1SU",
    "BYDAY=-1XX",
    "RRULE: expected a weekday, SU to SA, with or without a number from 1 to 53 before it at octet 28 of the value"
)]
#[case("FREQ=YEARLY", "FREQ=SECONDLY", "too many transitions")]
#[case(
    "DTSTART:19700329T020000",
    "DTSTART:19700329",
    "DTSTART: expected T between date and time at octet 8 of the value"
)]
#[case("STANDARD", "STUNDARD", "neither STANDARD nor DAYLIGHT")]
fn a_broken_zone_says_why(#[case] part: &str, #[case] replacement: &str, #[case] problem: &str) {
    let text = "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Home\nBEGIN:STANDARD\nDTSTART:19700329T020000\nTZOFFSETFROM:+0100\n\
                TZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:STANDARD\nEND:VTIMEZONE\nEND:VCALENDAR\n";
    let time = DateTime::parse("20250101T090000", Some("Home")).unwrap();
    assert!(zones(text).instant(&time).is_ok());
    let error = zones(&text.replace(part, replacement))
        .instant(&time)
        .unwrap_err();
    assert_eq!(error.to_string(), format!("VTIMEZONE \"Home\": {problem}"));
}

#[test]
fn a_zone_nobody_knows_is_an_error() {
    let time = DateTime::parse("20250101T090000", Some("Atlantis/Capital")).unwrap();
    let error = Zones::default().instant(&time).unwrap_err();
    assert_eq!(error, TimeError::UnknownZone("Atlantis/Capital".into()));
}

#[test]
fn the_last_days_of_9999_are_the_latest_instant() {
    for tzid in [None, Some("Somewhere"), Some("Europe/Berlin")] {
        let time = DateTime::parse("99991231T235959", tzid).unwrap();
        assert_eq!(zones(ZONE).instant(&time), Ok(Timestamp::MAX));
    }
}

#[test]
fn floating_times_are_told_in_the_zone_given() {
    let noon = DateTime::parse("20250701T120000", None).unwrap();
    let zones = Zones::default().with_floating(TimeZone::get("Europe/Berlin").unwrap());
    assert_eq!(zones.instant(&noon), Ok(utc("20250701T100000Z")));
    assert_eq!(Zones::default().instant(&noon), Ok(utc("20250701T120000Z")));
}

#[test]
fn a_zone_with_rdates_and_an_until_in_utc() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Z\n\
        BEGIN:DAYLIGHT\nDTSTART:20200329T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20220327T010000Z\nEND:DAYLIGHT\n\
        BEGIN:STANDARD\nDTSTART:20201025T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nRDATE:20211031T030000,20221030T030000\nEND:STANDARD\n\
        END:VTIMEZONE\nEND:VCALENDAR\n";
    let zones = zones(text);
    let instant = |value| {
        zones
            .instant(&DateTime::parse(value, Some("Z")).unwrap())
            .unwrap()
    };
    assert_eq!(instant("20220701T120000"), utc("20220701T100000Z"));
    assert_eq!(instant("20230701T120000"), utc("20230701T110000Z"));
    assert_eq!(instant("20211101T120000"), utc("20211101T110000Z"));
}

#[test]
fn documents_outlive_nothing() {
    fn shareable<T: Send + Sync>() {}
    shareable::<Document>();
    shareable::<Zones>();
}
