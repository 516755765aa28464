//! Dates and times as the engine needs them: read, moved by a span of local time, written back.

use jiff::civil::{Date, DateTime, Time};

use crate::ical::Property;

/// How a date or time is bound to the world (RFC 5545, sections 3.3.4 and 3.3.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    Date,
    Floating,
    Utc,
    Zone(String),
}

/// A DATE or DATE-TIME value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct When {
    pub local: DateTime,
    pub form: Form,
}

impl When {
    /// The value of a property that has one.
    pub fn of(property: &Property) -> Option<When> {
        When::parse(&property.value, property.param("TZID"))
    }

    /// All values of EXDATE or RDATE; of a period, its start.
    pub fn list(property: &Property) -> impl Iterator<Item = When> {
        let zone = property.param("TZID");
        let starts = property.value.split(',').map(|value| value.split('/').next().unwrap_or(value));
        starts.filter_map(move |value| When::parse(value, zone))
    }

    fn parse(value: &str, zone: Option<&str>) -> Option<When> {
        let value = value.trim();
        let (date, time) = match value.split_once(['T', 't']) {
            None => (date(value)?, None),
            Some((day, time)) => (date(day)?, Some(time)),
        };
        let Some(time) = time else {
            return Some(When {
                local: date.to_datetime(Time::midnight()),
                form: Form::Date,
            });
        };
        let (digits, form) = match (time.strip_suffix(['Z', 'z']), zone) {
            (Some(digits), _) => (digits, Form::Utc),
            (None, Some(zone)) => (time, Form::Zone(zone.to_owned())),
            (None, None) => (time, Form::Floating),
        };
        Some(When {
            local: date.to_datetime(clock(digits)?),
            form,
        })
    }

    /// As a property of this name.
    pub fn property(&self, name: &str) -> Property {
        let property = Property::new(name, self.value());
        match &self.form {
            Form::Date => property.with_param("VALUE", "DATE"),
            Form::Zone(zone) => property.with_param("TZID", zone.as_str()),
            Form::Floating | Form::Utc => property,
        }
    }

    /// The raw value.
    pub fn value(&self) -> String {
        match self.form {
            Form::Date => self.local.strftime("%Y%m%d").to_string(),
            Form::Utc => self.local.strftime("%Y%m%dT%H%M%SZ").to_string(),
            Form::Floating | Form::Zone(_) => self.local.strftime("%Y%m%dT%H%M%S").to_string(),
        }
    }

    /// Moved in local time by what leads from one time to another.
    pub fn moved(&self, from: &When, to: &When) -> Option<When> {
        let local = self.local.checked_add(to.local.duration_since(from.local)).ok()?;
        Some(When {
            local,
            form: self.form.clone(),
        })
    }
}

fn date(digits: &str) -> Option<Date> {
    if digits.len() != 8 {
        return None;
    }
    let year = number(digits.get(..4)?)?;
    let month = number(digits.get(4..6)?)?;
    let day = number(digits.get(6..)?)?;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn clock(digits: &str) -> Option<Time> {
    if digits.len() != 6 {
        return None;
    }
    let part = |range| i8::try_from(number(digits.get(range)?)?).ok();
    // A leap second is the last second of its minute (RFC 5545, section 3.3.12).
    Time::new(part(0..2)?, part(2..4)?, part(4..6)?.min(59), 0).ok()
}

fn number(digits: &str) -> Option<i16> {
    digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok())?
}
