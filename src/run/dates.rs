//! Moving the dates of a scenario into the near future: same weekday, same season, same distances.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::scenario::{Piece, is_date, pieces};

/// By how many whole weeks every date of a scenario is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shift {
    weeks: i64,
}

/// The days that must lie between now and the earliest date, at least.
const LEAD_DAYS: i64 = 2;

impl Shift {
    /// The shift for a scenario with these dates. The earliest comes to lie on the first day that is at least two days
    /// ahead, on the same weekday, and at most three days from its day of the year, so that daylight saving matches; that
    /// is at most 54 weeks ahead.
    pub fn new(dates: impl IntoIterator<Item = Date>, now: Timestamp) -> Shift {
        let Some(earliest) = dates.into_iter().min() else {
            return Shift::default();
        };
        let today = now.to_zoned(TimeZone::UTC).date();
        let first = today.saturating_add(LEAD_DAYS.days());
        let weeks = (today.year()..=today.year().saturating_add(2))
            .filter_map(|year| weeks_to(earliest, year))
            .find(|weeks| {
                earliest
                    .checked_add(weeks.weeks())
                    .is_ok_and(|date| date >= first)
            });
        Shift {
            weeks: weeks.unwrap_or_default(),
        }
    }

    /// The shift for the dates that stand in braces in these texts.
    pub fn of_texts<'a>(texts: impl IntoIterator<Item = &'a str>, now: Timestamp) -> Shift {
        Shift::new(texts.into_iter().flat_map(dates_in), now)
    }

    /// By how many weeks.
    pub fn weeks(self) -> i64 {
        self.weeks
    }

    /// The shift by so many weeks.
    pub fn by_weeks(weeks: i64) -> Shift {
        Shift { weeks }
    }

    /// The moved date of `20090602`, `20090602T140000` or `20090602T180000Z`; `None` if it is no such date.
    pub fn apply(self, text: &str) -> Option<String> {
        let date = parse(text)?.checked_add(self.weeks.weeks()).ok()?;
        Some(format!(
            "{:04}{:02}{:02}{}",
            date.year(),
            date.month(),
            date.day(),
            &text[8..]
        ))
    }
}

/// Whole weeks from `date` to the day of `year` next to its anniversary that is the same weekday.
fn weeks_to(date: Date, year: i16) -> Option<i64> {
    let anniversary = Date::new(year, date.month(), date.day())
        .or_else(|_| Date::new(year, date.month(), 28))
        .ok()?;
    let days = i64::from(date.until((jiff::Unit::Day, anniversary)).ok()?.get_days());
    Some((days + 3).div_euclid(7))
}

/// The dates in braces of a text.
pub fn dates_in(text: &str) -> Vec<Date> {
    let places = pieces(text).into_iter();
    places
        .filter_map(|piece| match piece {
            Piece::Place(name) if is_date(name) => parse(name),
            _ => None,
        })
        .collect()
}

/// The day of a text for which [`is_date`] holds, if there is such a day and time.
fn parse(text: &str) -> Option<Date> {
    if !is_date(text) {
        return None;
    }
    let number = |from: usize, to: usize| text[from..to].parse::<i16>().ok();
    let small = |from: usize| number(from, from + 2).and_then(|n| i8::try_from(n).ok());
    if text.len() > 8 {
        let second = small(13)?.min(59);
        Time::new(small(9)?, small(11)?, second, 0).ok()?;
    }
    Date::new(number(0, 4)?, small(4)?, small(6)?).ok()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    // The same day of the year lies behind: next year's.
    #[case("20090602", "2026-11-20T00:00:00Z", "20270601")]
    // Tomorrow's anniversary is too near.
    #[case("20091121", "2026-11-20T00:00:00Z", "20271120")]
    #[case("20091123", "2026-11-20T00:00:00Z", "20261123")]
    // A leap day.
    #[case("20080229", "2026-11-20T00:00:00Z", "20270226")]
    // From the future, backwards.
    #[case("20500105", "2026-11-20T00:00:00Z", "20270106")]
    // Around New Year's Eve.
    #[case("20091231", "2026-12-30T00:00:00Z", "20271230")]
    fn the_earliest_comes_soon(#[case] date: &str, #[case] now: &str, #[case] moved: &str) {
        let now = now.parse().expect("a timestamp");
        let text = format!("{{{date}}}");
        assert_eq!(
            Shift::of_texts([text.as_str()], now).apply(date).as_deref(),
            Some(moved)
        );
    }

    #[test]
    fn every_day_keeps_weekday_and_season() {
        let mut day = Date::constant(2009, 1, 1);
        let now: Timestamp = "2026-11-20T23:59:59Z".parse().expect("a timestamp");
        let today = Date::constant(2026, 11, 20);
        for _ in 0..1500 {
            let text = format!("{}", day.strftime("%Y%m%d"));
            let moved = parse(&Shift::new([day], now).apply(&text).expect("moved")).expect("a date");
            assert_eq!(moved.weekday(), day.weekday());
            let ahead = (moved - today).get_days();
            assert!((2..=54 * 7).contains(&ahead), "{day} moved {ahead} days ahead");
            let apart = (moved.day_of_year() - day.day_of_year()).abs();
            assert!(apart <= 4 || apart >= 361, "{day} to {moved}");
            day = day.tomorrow().expect("a day");
        }
    }
}
