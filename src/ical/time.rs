//! Values that tell time: DATE, DATE-TIME, DURATION, PERIOD, UTC-OFFSET (RFC 5545, section 3.3), in their exact form,
//! with capital letters.
//!
//! Dates and times are checked against the calendar too: there is no 30 February. A second of 60 is read as 59, as
//! section 3.3.12 asks of those who do not know leap seconds.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{self, Date, Time};
use jiff::tz::Offset;

use super::property::Property;
use super::scan::Scan;
pub use super::span::{Duration, Period, PeriodEnd, UtcOffset};

/// A value that has not the form it must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} at octet {offset} of the value")]
pub struct ValueError {
    /// Octets from the start of the property's value; see [`Property::position_of`].
    pub offset: usize,
    /// What should have been there.
    pub expected: &'static str,
}

impl ValueError {
    pub(super) fn new(offset: usize, expected: &'static str) -> Self {
        ValueError { offset, expected }
    }

    /// The same error in a value that begins at `offset` of a longer one.
    #[must_use]
    pub fn within(self, offset: usize) -> Self {
        ValueError {
            offset: self.offset + offset,
            ..self
        }
    }
}

/// The clock a local time is told on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Zone {
    Utc,
    /// The same on every clock.
    Floating,
    /// The time zone of a TZID parameter.
    Tzid(String),
}

/// A DATE-TIME.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DateTime {
    pub date: Date,
    pub time: Time,
    pub zone: Zone,
}

/// A DATE or a DATE-TIME.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DateValue {
    Date(Date),
    DateTime(DateTime),
}

impl DateTime {
    /// Reads `YYYYMMDDTHHMMSS`, or with `Z` for UTC; without it the time is that of `tzid`, or floating.
    pub fn parse(value: &str, tzid: Option<&str>) -> Result<Self, ValueError> {
        let mut scan = Scan::new(value);
        let date = scan.date("a DATE-TIME (YYYYMMDDTHHMMSS)")?;
        scan.literal(b'T', "T between date and time")?;
        let time = scan.time()?;
        let zone = match (scan.take(b'Z'), tzid) {
            (true, _) => Zone::Utc,
            (false, Some(tzid)) => Zone::Tzid(tzid.to_owned()),
            (false, None) => Zone::Floating,
        };
        scan.end("the end of the DATE-TIME")?;
        Ok(DateTime { date, time, zone })
    }

    /// The instant as a DATE-TIME in UTC, whole seconds.
    pub fn from_instant(instant: Timestamp) -> Self {
        let local = Offset::UTC.to_datetime(instant);
        DateTime {
            date: local.date(),
            time: Time::constant(local.hour(), local.minute(), local.second(), 0),
            zone: Zone::Utc,
        }
    }

    /// Date and time without the zone.
    pub fn local(&self) -> civil::DateTime {
        self.date.to_datetime(self.time)
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_date(f, self.date)?;
        let (hour, minute, second) = (self.time.hour(), self.time.minute(), self.time.second());
        let utc = if self.zone == Zone::Utc { "Z" } else { "" };
        write!(f, "T{hour:02}{minute:02}{second:02}{utc}")
    }
}

impl DateValue {
    /// Reads the property's value as its VALUE parameter says, DATE-TIME without one, and with its TZID parameter.
    pub fn of(property: &Property) -> Result<Self, ValueError> {
        Self::parse(&property.value, property)
    }

    /// Reads a value that is one or the other, as in UNTIL.
    pub fn parse_either(value: &str) -> Result<Self, ValueError> {
        if value.len() <= 8 {
            parse_date(value).map(DateValue::Date)
        } else {
            DateTime::parse(value, None).map(DateValue::DateTime)
        }
    }

    fn parse(value: &str, property: &Property) -> Result<Self, ValueError> {
        match property.param("VALUE") {
            Some(kind) if kind.eq_ignore_ascii_case("DATE") => parse_date(value).map(DateValue::Date),
            _ => DateTime::parse(value, property.param("TZID")).map(DateValue::DateTime),
        }
    }

    /// Date and time without the zone; a DATE is its midnight.
    pub fn local(&self) -> civil::DateTime {
        match self {
            DateValue::Date(date) => date.to_datetime(Time::midnight()),
            DateValue::DateTime(time) => time.local(),
        }
    }

    /// Whether it is a DATE.
    pub fn is_date(&self) -> bool {
        matches!(self, DateValue::Date(_))
    }

    /// A property with this value, and the VALUE or TZID parameter it needs.
    pub fn to_property(&self, name: &str) -> Property {
        let mut property = Property::new(name, self.to_string());
        match self {
            DateValue::Date(_) => property.set_param("VALUE", "DATE"),
            DateValue::DateTime(DateTime {
                zone: Zone::Tzid(tzid),
                ..
            }) => property.set_param("TZID", tzid),
            DateValue::DateTime(_) => {}
        }
        property
    }
}

impl fmt::Display for DateValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DateValue::Date(date) => write_date(f, *date),
            DateValue::DateTime(time) => time.fmt(f),
        }
    }
}

fn write_date(f: &mut fmt::Formatter<'_>, date: Date) -> fmt::Result {
    write!(f, "{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

/// Reads a DATE: `YYYYMMDD`.
pub fn parse_date(value: &str) -> Result<Date, ValueError> {
    let mut scan = Scan::new(value);
    let date = scan.date("a DATE (YYYYMMDD)")?;
    scan.end("the end of the DATE")?;
    Ok(date)
}

/// One value of EXDATE, RDATE or FREEBUSY.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ListValue {
    Date(DateValue),
    Period(Period),
}

/// The values of an EXDATE, RDATE or FREEBUSY property, read as its VALUE parameter says (FREEBUSY: PERIOD without
/// one) and with its TZID parameter. The offsets of errors count from the start of the property's value.
pub fn list(property: &Property) -> impl Iterator<Item = Result<ListValue, ValueError>> {
    let kind = property.param("VALUE");
    let periods = kind.map_or(property.is("FREEBUSY"), |kind| {
        kind.eq_ignore_ascii_case("PERIOD")
    });
    let mut offset = 0;
    property.value.split(',').map(move |value| {
        let start = offset;
        offset += value.len() + 1;
        let read = if periods {
            Period::parse(value, property.param("TZID")).map(ListValue::Period)
        } else {
            DateValue::parse(value, property).map(ListValue::Date)
        };
        read.map_err(|error| error.within(start))
    })
}
