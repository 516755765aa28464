//! Dates as the scenario prints them, whenever it was run.

use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::run::Shift;
use crate::scenario::is_date;

/// The dates of one answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dates {
    back: Shift,
    /// When the answer came.
    now: Timestamp,
}

/// So many hours before the answer something may have been made, or the target's clock may be slow.
const PAST: i64 = 26;
/// Clocks that are fast. The dates of scenarios are farther ahead in every zone.
const FAST: i64 = 2;
/// The dates of scenarios are not farther ahead.
const YEARS: i64 = 12;

impl Dates {
    /// `weeks` is by how much the scenario's dates were moved.
    pub fn new(weeks: i64, now: Timestamp) -> Dates {
        Dates {
            back: Shift::by_weeks(-weeks),
            now,
        }
    }

    /// The text with each `20270601` or `20270601T180000Z` as the scenario has it; the time of the answer is `[now]`.
    pub fn fill(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
            let word = &rest[start..];
            let end = word
                .find(|c: char| !c.is_ascii_alphanumeric())
                .unwrap_or(word.len());
            out += &rest[..start];
            match self.shown(&word[..end]) {
                Some(date) => out += &date,
                None => out += &word[..end],
            }
            rest = &word[end..];
        }
        out += rest;
        out
    }

    fn shown(&self, text: &str) -> Option<String> {
        if !is_date(text) {
            return None;
        }
        let now = self.now.to_zoned(TimeZone::UTC).datetime();
        let is_ahead = if text.ends_with('Z') {
            let time = DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
            let (past, fast) = (now.saturating_sub(PAST.hours()), now.saturating_add(FAST.hours()));
            if (past..=fast).contains(&time) {
                return Some("[now]".to_owned());
            }
            time > fast
        } else {
            Date::strptime("%Y%m%d", &text[..8]).ok()? > now.date()
        };
        let date = Date::strptime("%Y%m%d", &text[..8]).ok()?;
        let last = now.date().saturating_add(YEARS.years());
        (is_ahead && date < last).then(|| self.back.apply(text)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("20270601T180000Z", "20090602T180000Z")]
    #[case(
        "20270601T140000/PT1H,20270601T140000/20270601T150000",
        "20090602T140000/PT1H,20090602T140000/20090602T150000"
    )]
    #[case("FREQ=DAILY;UNTIL=20270608", "FREQ=DAILY;UNTIL=20090609")]
    #[case("20261120T120000Z", "[now]")]
    #[case("20261119T110000Z", "[now]")]
    #[case("20261118T110000Z", "20261118T110000Z")] // the day before yesterday: nobody's doing
    #[case("20261122T000000Z", "20081123T000000Z")] // the day after tomorrow: the earliest that a scenario has
    #[case("19700101T000000 19671029T020000", "19700101T000000 19671029T020000")]
    #[case("99991231T235959Z", "99991231T235959Z")]
    #[case("20270230", "20270230")] // no such day
    #[case("a20270601 202706011 20270601T18", "a20270601 202706011 20270601T18")]
    #[case("é20270601é", "é20090602é")]
    fn moved_back(#[case] text: &str, #[case] shown: &str) {
        let now = "2026-11-20T12:30:00Z".parse().expect("a timestamp");
        let there = "20090602";
        let weeks = Shift::of_texts(["{20090602}"], now).weeks();
        assert_eq!(Shift::by_weeks(weeks).apply(there).as_deref(), Some("20270601"));
        assert_eq!(Dates::new(weeks, now).fill(text), shown);
    }
}
