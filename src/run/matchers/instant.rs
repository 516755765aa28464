//! Dates and periods of iCalendar data as instants.

use jiff::{SignedDuration, Timestamp};

use crate::ical::time::{self, DateTime, PeriodEnd, Zone};
use crate::ical::zone::Zones;

/// A UTC date-time (form 2 of RFC 5545 section 3.3.5).
pub(super) fn utc(text: &str) -> Option<Timestamp> {
    let time = DateTime::parse(text, None).ok()?;
    (time.zone == Zone::Utc).then(|| Zones::default().instant(&time).ok())?
}

/// A date-time in UTC or in a zone of this TZID; a floating one is no instant.
pub(super) fn in_zone(text: &str, tzid: Option<&str>, zones: &Zones) -> Option<Timestamp> {
    let time = DateTime::parse(text, tzid).ok()?;
    (time.zone != Zone::Floating).then(|| zones.instant(&time).ok())?
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
        let period = time::Period::parse(text.trim(), None).ok()?;
        let instant =
            |time: &DateTime| (time.zone == Zone::Utc).then(|| Zones::default().instant(time).ok())?;
        let begin = instant(&period.start)?;
        let end = match &period.end {
            PeriodEnd::At(end) => instant(end)?,
            // In UTC every day has 24 hours.
            PeriodEnd::After(duration) => {
                let seconds = duration.nominal_days() * 86_400 + duration.exact_seconds();
                begin.checked_add(SignedDuration::from_secs(seconds)).ok()?
            }
        };
        (begin <= end).then_some(Period { begin, end })
    }
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
