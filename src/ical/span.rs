//! DURATION, PERIOD and UTC-OFFSET.

use std::fmt;

use super::scan::Scan;
use super::time::{DateTime, ValueError};

/// A DURATION. Weeks and days are nominal: a day may have 23 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Duration {
    pub negative: bool,
    pub weeks: u32,
    pub days: u32,
    pub hours: u32,
    pub minutes: u32,
    pub seconds: u32,
}

impl Duration {
    /// Reads a DURATION as section 3.3.6 has it: weeks stand alone, and no unit between two others may be left out.
    pub fn parse(value: &str) -> Result<Self, ValueError> {
        let mut scan = Scan::new(value);
        let negative = scan.take(b'-');
        if !negative {
            scan.take(b'+');
        }
        scan.literal(b'P', "a DURATION (P, then days and time, or weeks)")?;
        let mut duration = Duration {
            negative,
            ..Duration::default()
        };
        if scan.peek() != Some(b'T') {
            let number = scan.number("a number of days or weeks")?;
            if scan.take(b'W') {
                duration.weeks = number;
                scan.end("the end of the DURATION (weeks stand alone)")?;
                return Ok(duration);
            }
            scan.literal(b'D', "D or W after the number")?;
            duration.days = number;
        }
        if scan.take(b'T') {
            let number = scan.number("a number of hours, minutes or seconds")?;
            duration.time(&mut scan, number)?;
        }
        scan.end("the end of the DURATION")?;
        Ok(duration)
    }

    /// Reads the units after `T`; hours may be followed by minutes, minutes by seconds.
    fn time(&mut self, scan: &mut Scan, mut number: u32) -> Result<(), ValueError> {
        let units = [
            (b'H', &mut self.hours),
            (b'M', &mut self.minutes),
            (b'S', &mut self.seconds),
        ];
        let mut previous = None;
        for (letter, unit) in units {
            if scan.take(letter) {
                *unit = number;
                previous = Some(letter);
                if letter == b'S' || !scan.peek().is_some_and(|octet| octet.is_ascii_digit()) {
                    return Ok(());
                }
                number = scan.number("a number")?;
            } else if let Some(previous) = previous {
                return Err(scan.error(match previous {
                    b'H' => "M (only minutes follow hours)",
                    _ => "S (only seconds follow minutes)",
                }));
            }
        }
        Err(scan.error("H, M or S after the number"))
    }

    /// The nominal part, in days, with its sign.
    pub fn nominal_days(&self) -> i64 {
        let days = i64::from(self.weeks) * 7 + i64::from(self.days);
        if self.negative { -days } else { days }
    }

    /// The exact part, in seconds, with its sign.
    pub fn exact_seconds(&self) -> i64 {
        let seconds = (i64::from(self.hours) * 60 + i64::from(self.minutes)) * 60 + i64::from(self.seconds);
        if self.negative { -seconds } else { seconds }
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.negative { "-P" } else { "P" })?;
        if self.weeks > 0 && self.exact_seconds() == 0 && self.days == 0 {
            return write!(f, "{}W", self.weeks);
        }
        let days = self.nominal_days().abs();
        if days > 0 {
            write!(f, "{days}D")?;
        }
        let time = [(self.hours, 'H'), (self.minutes, 'M'), (self.seconds, 'S')];
        let Some(first) = time.iter().position(|(number, _)| *number > 0) else {
            return f.write_str(if days == 0 { "T0S" } else { "" });
        };
        let last = time.iter().rposition(|(number, _)| *number > 0).unwrap_or(first);
        f.write_str("T")?;
        time[first..=last]
            .iter()
            .try_for_each(|(number, unit)| write!(f, "{number}{unit}"))
    }
}

/// A PERIOD.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Period {
    pub start: DateTime,
    pub end: PeriodEnd,
}

/// How a PERIOD ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PeriodEnd {
    At(DateTime),
    After(Duration),
}

impl Period {
    /// Reads `start/end` or `start/duration`; the duration must not be negative.
    pub fn parse(value: &str, tzid: Option<&str>) -> Result<Self, ValueError> {
        let Some((start, end)) = value.split_once('/') else {
            return Err(ValueError::new(
                value.len(),
                "a PERIOD (start/end or start/duration)",
            ));
        };
        let offset = start.len() + 1;
        let start = DateTime::parse(start, tzid)?;
        let end = if end.starts_with(['P', '+', '-']) {
            let duration = Duration::parse(end).map_err(|error| error.within(offset))?;
            if duration.negative {
                return Err(ValueError::new(offset, "a positive duration"));
            }
            PeriodEnd::After(duration)
        } else {
            PeriodEnd::At(DateTime::parse(end, tzid).map_err(|error| error.within(offset))?)
        };
        Ok(Period { start, end })
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.end {
            PeriodEnd::At(end) => write!(f, "{}/{end}", self.start),
            PeriodEnd::After(duration) => write!(f, "{}/{duration}", self.start),
        }
    }
}

/// A UTC-OFFSET: seconds east of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UtcOffset {
    pub seconds: i32,
}

impl UtcOffset {
    /// Reads `+HHMM`, `-HHMM` or either with seconds; a negative zero is none (section 3.3.14).
    pub fn parse(value: &str) -> Result<Self, ValueError> {
        let mut scan = Scan::new(value);
        let negative = scan.take(b'-');
        if !negative {
            scan.literal(b'+', "a UTC-OFFSET (+HHMM or -HHMM)")?;
        }
        let hours = scan.two(0, 23, "hours from 00 to 23")?;
        let minutes = scan.two(0, 59, "minutes from 00 to 59")?;
        let seconds = match scan.peek() {
            Some(_) => scan.two(0, 59, "seconds from 00 to 59")?,
            None => 0,
        };
        scan.end("the end of the UTC-OFFSET")?;
        let seconds = (i32::from(hours) * 60 + i32::from(minutes)) * 60 + i32::from(seconds);
        if negative && seconds == 0 {
            return Err(ValueError::new(0, "+0000 (zero is positive)"));
        }
        Ok(UtcOffset {
            seconds: if negative { -seconds } else { seconds },
        })
    }
}

impl fmt::Display for UtcOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.seconds < 0 { '-' } else { '+' };
        let seconds = self.seconds.unsigned_abs();
        write!(f, "{sign}{:02}{:02}", seconds / 3600, seconds / 60 % 60)?;
        if seconds.is_multiple_of(60) {
            return Ok(());
        }
        write!(f, "{:02}", seconds % 60)
    }
}
