//! Recurrence rules: the exact form (RFC 5545, section 3.3.10; RSCALE and SKIP of RFC 7529), and the walk through the
//! local times a rule names, at a bounded cost whatever the rule.

use ical::recur::expand::IcalRecurExpand;
use ical::recur::{IcalRecurDateTime, IcalRecurFreq, IcalRecurRule, IcalRecurSkip};
use jiff::{ToSpan, civil};

use super::time::{DateValue, ValueError};

/// Steps, of some 50 ns each, that all walks of one question may cost.
pub(super) const MOST_WORK: u64 = 20_000_000;
/// Steps that may pass without a time. The library gives up after so many periods.
const MOST_BARREN_WORK: u64 = 50_000_000;
const MOST_BARREN_PERIODS: u64 = 1_000_000;
/// Candidates of one period (a year, a month, ...).
const MOST_CANDIDATES: u64 = 1_000_000;
/// Times that one walk may name.
const MOST_TIMES: u32 = 300_000;

/// A recurrence rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The last time, inclusive.
    pub until: Option<DateValue>,
    /// How many times, DTSTART included.
    pub count: Option<u32>,
    /// The rest; `until` and `count` in it are empty.
    parts: IcalRecurRule,
}

/// A rule whose times cannot be named at a reasonable cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the recurrence rule would take too long to expand")]
pub struct TooCostly;

/// What a visitor makes of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visit {
    /// It counts.
    Take,
    /// It does not exist on the clock, and does not count.
    Skip,
    /// It is past the end.
    Stop,
}

impl Rule {
    /// Reads a RECUR value in its exact form: known parts, each once, in their ranges, FREQ among them, not both COUNT
    /// and UNTIL.
    pub fn parse(value: &str) -> Result<Rule, ValueError> {
        let mut seen: Vec<&str> = Vec::new();
        let (mut until, mut count) = (None, None);
        let mut offset = 0;
        for part in value.split(';') {
            let Some((name, content)) = part.split_once('=') else {
                return Err(ValueError::new(offset, "a part NAME=value of a recurrence rule"));
            };
            let start = offset + name.len() + 1;
            let Some((known, check)) = PARTS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))
            else {
                return Err(ValueError::new(offset, "the name of a part of a recurrence rule"));
            };
            if seen.contains(known) {
                return Err(ValueError::new(offset, "each part of a recurrence rule once"));
            }
            if (*known == "COUNT" && until.is_some()) || (*known == "UNTIL" && count.is_some()) {
                return Err(ValueError::new(offset, "either COUNT or UNTIL, not both"));
            }
            seen.push(known);
            check.content(content, start)?;
            match *known {
                "UNTIL" => {
                    until = Some(DateValue::parse_either(content).map_err(|error| error.within(start))?)
                }
                "COUNT" => count = content.parse().ok(),
                _ => {}
            }
            offset += part.len() + 1;
        }
        if !seen.contains(&"FREQ") {
            return Err(ValueError::new(0, "a recurrence rule with FREQ"));
        }
        let mut parts = IcalRecurRule::parse(value).map_err(|_| ValueError::new(0, "a recurrence rule"))?;
        (parts.until, parts.count) = (None, None);
        tidy(&mut parts.by_second);
        tidy(&mut parts.by_minute);
        tidy(&mut parts.by_hour);
        tidy(&mut parts.by_month_day);
        tidy(&mut parts.by_year_day);
        tidy(&mut parts.by_week_no);
        tidy(&mut parts.by_month);
        tidy(&mut parts.by_set_pos);
        parts
            .by_day
            .sort_unstable_by_key(|day| (day.ordinal, day.weekday));
        parts.by_day.dedup();
        Ok(Rule { until, count, parts })
    }

    /// Whether it repeats within a day.
    pub fn is_sub_daily(&self) -> bool {
        use IcalRecurFreq::{Hourly, Minutely, Secondly};
        matches!(self.parts.freq, Hourly | Minutely | Secondly)
    }

    /// Leaves the time of day to DTSTART: BYHOUR, BYMINUTE and BYSECOND are ignored where DTSTART is a DATE.
    pub(super) fn ignore_time(&mut self) {
        self.parts.by_hour.clear();
        self.parts.by_minute.clear();
        self.parts.by_second.clear();
    }

    /// Whether the rule itself names the time that it starts at; unknown for a rule so wide that it is not worth finding
    /// out.
    pub fn names(&self, start: civil::DateTime) -> Option<bool> {
        const MOST: u64 = 4_000;
        let mut budget = Costs::of(&self.parts).per_period;
        if budget > MOST {
            return None;
        }
        budget += 1;
        let mut named = false;
        let walked = self.walk(start, start, &mut budget, |time| {
            named = time == start;
            Visit::Stop
        });
        walked.is_ok().then_some(named)
    }

    /// Shows `visit` the local times from `start` to `horizon` that the rule names, in order, until COUNT is used up
    /// or `visit` stops. UNTIL is for `visit` to mind, since the clock is known there. What it costs is taken from
    /// `budget`.
    pub(super) fn walk(
        &self,
        start: civil::DateTime,
        horizon: civil::DateTime,
        budget: &mut u64,
        mut visit: impl FnMut(civil::DateTime) -> Visit,
    ) -> Result<(), TooCostly> {
        let day_after = |until: &DateValue| until.local().checked_add(2.days()).unwrap_or(horizon);
        let horizon = self
            .until
            .as_ref()
            .map_or(horizon, |until| horizon.min(day_after(until)));
        if horizon < start {
            return Ok(());
        }
        let mut parts = self.parts_from(start);
        let costs = Costs::of(&parts);
        let barren = costs.periods(start, horizon).min(MOST_BARREN_PERIODS);
        if costs.candidates > MOST_CANDIDATES || barren.saturating_mul(costs.per_period) > MOST_BARREN_WORK {
            return Err(TooCostly);
        }
        parts.until = Some(to_library(horizon));
        let mut times = IcalRecurExpand::new(parts, to_library(start));
        let (mut previous, mut named, mut counted) = (start, 0, 0);
        while self.count.is_none_or(|count| counted < count) {
            let time = times.next().and_then(from_library);
            let passed = costs
                .periods(previous, time.unwrap_or(horizon))
                .min(MOST_BARREN_PERIODS);
            *budget = budget.saturating_sub(passed.saturating_mul(costs.per_period));
            let Some(time) = time else { break };
            named += 1;
            if named > MOST_TIMES || *budget == 0 {
                return Err(TooCostly);
            }
            previous = time;
            match visit(time) {
                Visit::Take => counted += 1,
                Visit::Skip => {}
                Visit::Stop => break,
            }
        }
        Ok(())
    }

    /// A rule for one month of the year, as time zones have them, is the same as one for every twelfth month, and the
    /// library then looks at a twelfth of the days.
    fn parts_from(&self, start: civil::DateTime) -> IcalRecurRule {
        let mut parts = self.parts.clone();
        let one_month = parts.freq == IcalRecurFreq::Yearly && parts.by_month == [start.month() as u8];
        let plain =
            parts.by_year_day.is_empty() && parts.by_week_no.is_empty() && parts.skip == IcalRecurSkip::Omit;
        if let (true, Some(interval)) = (one_month && plain, parts.interval.checked_mul(12)) {
            parts.freq = IcalRecurFreq::Monthly;
            parts.interval = interval;
        }
        parts
    }
}

/// What looking at one period costs: each of its days is held against each value of a part, and each candidate against
/// each BYSETPOS.
struct Costs {
    /// Seconds from one period to the next.
    step: i64,
    candidates: u64,
    per_period: u64,
}

impl Costs {
    fn of(parts: &IcalRecurRule) -> Self {
        const DAY: i64 = 86_400;
        let (length, days) = match parts.freq {
            IcalRecurFreq::Secondly => (1, 1),
            IcalRecurFreq::Minutely => (60, 1),
            IcalRecurFreq::Hourly => (3600, 1),
            IcalRecurFreq::Daily => (DAY, 1),
            IcalRecurFreq::Weekly => (7 * DAY, 7),
            IcalRecurFreq::Monthly => (28 * DAY, 31),
            IcalRecurFreq::Yearly => (365 * DAY, 380),
        };
        let times = |list: &[u8], expands: bool| if expands { list.len().max(1) as u64 } else { 1 };
        let candidates = days
            * times(&parts.by_hour, length > 3600)
            * times(&parts.by_minute, length > 60)
            * times(&parts.by_second, length > 1);
        let lists = parts.by_day.len()
            + parts.by_month_day.len()
            + parts.by_year_day.len()
            + parts.by_week_no.len()
            + parts.by_month.len();
        Costs {
            step: length.saturating_mul(parts.interval.into()),
            candidates,
            per_period: days * (1 + lists as u64) + candidates * (1 + parts.by_set_pos.len() as u64),
        }
    }

    /// How many periods lie between these times, at least one.
    fn periods(&self, from: civil::DateTime, to: civil::DateTime) -> u64 {
        let seconds = to.duration_since(from).as_secs().max(0);
        seconds.unsigned_abs() / self.step.unsigned_abs().max(1) + 1
    }
}

/// What the content of a part must be.
enum Check {
    Frequency,
    Until,
    /// A number from 1.
    Number,
    /// A list of numbers in this range; signed if the last is true.
    Numbers(u32, u32, bool),
    Days,
    Weekday,
    Word(&'static [&'static str], &'static str),
}

const PARTS: [(&str, Check); 16] = [
    ("FREQ", Check::Frequency),
    ("UNTIL", Check::Until),
    ("COUNT", Check::Number),
    ("INTERVAL", Check::Number),
    ("BYSECOND", Check::Numbers(0, 60, false)),
    ("BYMINUTE", Check::Numbers(0, 59, false)),
    ("BYHOUR", Check::Numbers(0, 23, false)),
    ("BYDAY", Check::Days),
    ("BYMONTHDAY", Check::Numbers(1, 31, true)),
    ("BYYEARDAY", Check::Numbers(1, 366, true)),
    ("BYWEEKNO", Check::Numbers(1, 53, true)),
    ("BYMONTH", Check::Numbers(1, 12, false)),
    ("BYSETPOS", Check::Numbers(1, 366, true)),
    ("WKST", Check::Weekday),
    (
        "RSCALE",
        Check::Word(
            &["GREGORIAN"],
            "GREGORIAN (other calendar scales are not known here)",
        ),
    ),
    (
        "SKIP",
        Check::Word(&["OMIT", "BACKWARD", "FORWARD"], "OMIT, BACKWARD or FORWARD"),
    ),
];

const FREQUENCIES: [&str; 7] = [
    "SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY",
];
const WEEKDAYS: [&str; 7] = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

impl Check {
    fn content(&self, content: &str, offset: usize) -> Result<(), ValueError> {
        match self {
            Check::Frequency => one_of(content, &FREQUENCIES, offset, "a frequency, SECONDLY to YEARLY"),
            Check::Weekday => one_of(content, &WEEKDAYS, offset, "a weekday, SU to SA"),
            Check::Word(words, expected) => one_of(content, words, offset, expected),
            Check::Until => Ok(()),
            Check::Number if number(content).is_some_and(|number| number > 0) => Ok(()),
            Check::Number => Err(ValueError::new(offset, "a number from 1 to 4294967295")),
            Check::Numbers(least, most, signed) => each(content, offset, |item| {
                let digits = if *signed {
                    item.strip_prefix(['+', '-']).unwrap_or(item)
                } else {
                    item
                };
                let valid = number(digits).is_some_and(|number| (*least..=*most).contains(&number));
                valid.then_some(()).ok_or("a number in the range of this part")
            }),
            Check::Days => each(content, offset, |item| {
                let (ordinal, weekday) = item
                    .split_at_checked(item.len().saturating_sub(2))
                    .unwrap_or((item, ""));
                let digits = ordinal.strip_prefix(['+', '-']).unwrap_or(ordinal);
                let counted =
                    ordinal.is_empty() || number(digits).is_some_and(|number| (1..=53).contains(&number));
                let valid = counted && WEEKDAYS.iter().any(|known| known.eq_ignore_ascii_case(weekday));
                valid
                    .then_some(())
                    .ok_or("a weekday, SU to SA, with or without a number from 1 to 53 before it")
            }),
        }
    }
}

fn one_of(content: &str, known: &[&str], offset: usize, expected: &'static str) -> Result<(), ValueError> {
    let found = known.iter().any(|known| known.eq_ignore_ascii_case(content));
    found.then_some(()).ok_or(ValueError::new(offset, expected))
}

fn each(
    content: &str,
    mut offset: usize,
    check: impl Fn(&str) -> Result<(), &'static str>,
) -> Result<(), ValueError> {
    for item in content.split(',') {
        check(item).map_err(|expected| ValueError::new(offset, expected))?;
        offset += item.len() + 1;
    }
    Ok(())
}

/// A number of digits alone.
fn number(text: &str) -> Option<u32> {
    text.bytes()
        .all(|octet| octet.is_ascii_digit())
        .then(|| text.parse().ok())?
}

fn tidy<T: Ord>(list: &mut Vec<T>) {
    list.sort_unstable();
    list.dedup();
}

fn to_library(time: civil::DateTime) -> IcalRecurDateTime {
    IcalRecurDateTime {
        year: time.year().into(),
        month: time.month() as u8,
        day: time.day() as u8,
        hour: time.hour() as u8,
        minute: time.minute() as u8,
        second: time.second() as u8,
    }
}

fn from_library(time: IcalRecurDateTime) -> Option<civil::DateTime> {
    let (month, day) = (time.month as i8, time.day as i8);
    let (hour, minute, second) = (time.hour as i8, time.minute as i8, time.second.min(59) as i8);
    civil::DateTime::new(
        i16::try_from(time.year).ok()?,
        month,
        day,
        hour,
        minute,
        second,
        0,
    )
    .ok()
}
