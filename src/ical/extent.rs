//! When a component begins and how long it is.

use jiff::{SignedDuration, Timestamp, civil};

use super::component::Component;
use super::recur::{RecurrenceError, wrong};
use super::time::{DateValue, Duration, Period, PeriodEnd};
use super::zone::{Clock, TimeError, Zones, later};

/// How long instances are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Length {
    /// From DTEND or DUE: the same exact duration for all (RFC 5545, section 3.8.5.3).
    Exact(i64),
    /// From DURATION, or between dates.
    Nominal(Duration),
}

impl Length {
    /// When something of this length ends that begins then; `local` is the same on the clock.
    pub fn end(
        self,
        start: Timestamp,
        local: civil::DateTime,
        clock: &Clock,
    ) -> Result<Timestamp, TimeError> {
        let duration = match self {
            Length::Exact(seconds) => return later(start, seconds),
            Length::Nominal(duration) => duration,
        };
        let mut instant = start;
        if duration.nominal_days() != 0 {
            let days = SignedDuration::from_hours(duration.nominal_days() * 24);
            let day = local.checked_add(days).map_err(|_| TimeError::OutOfRange)?;
            instant = clock.resolve(day)?.instant();
        }
        later(instant, duration.exact_seconds())
    }
}

/// When the component begins, and how long it is (RFC 5545, section 3.6.1). A VTODO without DTSTART is due at a moment.
pub(super) fn extent(
    component: &Component,
    zones: &Zones,
) -> Result<Option<(DateValue, Length)>, RecurrenceError> {
    let value = |name: &str| {
        let Some(property) = component.property(name) else {
            return Ok(None);
        };
        let value = DateValue::of(property).map_err(|error| wrong(property, error.into()))?;
        zones
            .instant_of(&value)
            .map_err(|error| wrong(property, error.into()))?;
        Ok::<_, RecurrenceError>(Some(value))
    };
    let end = if component.is("VTODO") {
        value("DUE")?
    } else {
        value("DTEND")?
    };
    let (start, end) = match (value("DTSTART")?, end) {
        (Some(start), end) => (start, end),
        (None, Some(due)) if component.is("VTODO") => return Ok(Some((due, Length::Exact(0)))),
        (None, _) => return Ok(None),
    };
    let days = |days| Duration {
        days,
        ..Duration::default()
    };
    let length = match (&start, end, component.property("DURATION")) {
        (DateValue::Date(start), Some(DateValue::Date(end)), _) => {
            let hours = end.duration_since(*start).as_hours().max(0);
            Length::Nominal(days(u32::try_from(hours / 24).unwrap_or(u32::MAX)))
        }
        (_, Some(end), _) => {
            let exact = zones.instant_of(&end)?.duration_since(zones.instant_of(&start)?);
            Length::Exact(exact.as_secs().max(0))
        }
        (_, None, Some(property)) => {
            let duration = Duration::parse(&property.value).map_err(|error| wrong(property, error.into()))?;
            Length::Nominal(duration)
        }
        (DateValue::Date(_), None, None) => Length::Nominal(days(1)),
        (DateValue::DateTime(_), None, None) => Length::Exact(0),
    };
    Ok(Some((start, length)))
}

/// When the period begins and ends.
pub fn period_of(period: &Period, zones: &Zones) -> Result<(Timestamp, Timestamp), TimeError> {
    let start = zones.instant(&period.start)?;
    let end = match &period.end {
        PeriodEnd::At(end) => zones.instant(end)?,
        PeriodEnd::After(duration) => {
            let clock = zones.clock(&period.start.zone)?;
            Length::Nominal(*duration).end(start, period.start.local(), &clock)?
        }
    };
    Ok((start, end.max(start)))
}
