//! Dates and periods of iCalendar data as instants.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A UTC date-time (form 2 of RFC 5545 section 3.3.5).
pub(super) fn utc(text: &str) -> Option<Timestamp> {
    local(text.strip_suffix('Z')?)?
        .to_zoned(TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}

/// A date-time in the zone of this TZID. Zones that are not in the time zone database are not known.
pub(super) fn in_zone(text: &str, tzid: &str) -> Option<Timestamp> {
    // Some write `/freeassociation.sourceforge.net/Europe/Berlin`.
    let name = match tzid.strip_prefix('/') {
        Some(path) => path.split_once('/').map_or(path, |(_, name)| name),
        None => tzid,
    };
    let zone = TimeZone::get(name).ok()?;
    local(text)?.to_zoned(zone).ok().map(|zoned| zoned.timestamp())
}

/// A date-time without its zone. A leap second counts as the second before it.
pub(super) fn local(text: &str) -> Option<DateTime> {
    let (day, clock) = text.split_once('T')?;
    let digits = |part: &str, count| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(day, 8) || !digits(clock, 6) {
        return None;
    }
    let small = |part: &str, from: usize| part[from..from + 2].parse::<i8>().ok();
    let date = Date::new(day[..4].parse().ok()?, small(day, 4)?, small(day, 6)?).ok()?;
    let second = small(clock, 4).filter(|second| *second <= 60)?.min(59);
    let time = Time::new(small(clock, 0)?, small(clock, 2)?, second, 0).ok()?;
    Some(date.to_datetime(time))
}

/// From begin to end, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Period {
    pub begin: Timestamp,
    pub end: Timestamp,
}

impl Period {
    /// `begin/end` or `begin/duration`, begin and end in UTC (RFC 5545 section 3.3.9); not one that ends before it begins.
    pub fn parse(text: &str) -> Option<Period> {
        let (begin, end) = text.trim().split_once('/')?;
        let begin = utc(begin)?;
        let end = match utc(end) {
            Some(end) => end,
            None => begin.checked_add(duration(end)?).ok()?,
        };
        (begin <= end).then_some(Period { begin, end })
    }
}

/// RFC 5545 section 3.3.6; days and weeks as so many hours, which is what they are in UTC.
fn duration(text: &str) -> Option<SignedDuration> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut rest = rest.strip_prefix('P')?;
    let mut seconds = 0i64;
    let mut in_time = false;
    let mut any = false;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('T') {
            (rest, in_time) = (after, true);
            continue;
        }
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..end].parse().ok()?;
        let unit = match (&rest[end..=end], in_time) {
            ("W", false) => 7 * 86_400,
            ("D", false) => 86_400,
            ("H", true) => 3_600,
            ("M", true) => 60,
            ("S", true) => 1,
            _ => return None,
        };
        seconds = seconds.checked_add(number.checked_mul(unit)?)?;
        rest = &rest[end + 1..];
        any = true;
    }
    any.then(|| SignedDuration::from_secs(if negative { -seconds } else { seconds }))
}

/// Sorted, with those that overlap or touch joined.
pub(super) fn joined(mut periods: Vec<Period>) -> Vec<Period> {
    periods.sort();
    let mut joined: Vec<Period> = Vec::new();
    for period in periods {
        match joined.last_mut() {
            Some(last) if period.begin <= last.end => last.end = last.end.max(period.end),
            _ => joined.push(period),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("20260601T090000Z/20260601T100000Z", Some(3600))]
    #[case("20260601T090000Z/PT1H30M", Some(5400))]
    #[case("20260601T090000Z/P1DT1S", Some(86_401))]
    #[case("20260601T090000Z/P2W", Some(14 * 86_400))]
    #[case("20260601T090000Z/PT0S", Some(0))]
    #[case("20260601T090000Z/-PT1H", None)]
    #[case("20260601T090000Z/P", None)]
    #[case("20260601T090000Z/PT99999999999999999999S", None)]
    #[case("20260601T090000Z/PTé", None)]
    #[case("20260601T100000Z/20260601T090000Z", None)]
    #[case("20260601T090000/PT1H", None)]
    #[case("", None)]
    fn periods(#[case] text: &str, #[case] seconds: Option<i64>) {
        let found = Period::parse(text).map(|period| period.end.duration_since(period.begin).as_secs());
        assert_eq!(found, seconds);
    }

    #[rstest]
    #[case("20260601T235960Z", true)]
    #[case("20260601T240000Z", false)]
    #[case("20260631T000000Z", false)]
    #[case("2026-06-01T00:00:00Z", false)]
    #[case("20260601T00000é", false)]
    #[case("20260601T000000", false)]
    fn utc_date_times(#[case] text: &str, #[case] is: bool) {
        assert_eq!(utc(text).is_some(), is);
    }
}
