//! Local times to instants and back: by the VTIMEZONE components of the object, else by the IANA name.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::civil;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp};

use super::component::Component;
use super::observance::{Observance, Transition};
use super::rule::MOST_WORK;
use super::time::{DateTime, DateValue, Zone};

/// Transitions that one VTIMEZONE may have.
pub(super) const MOST_TRANSITIONS: usize = 20_000;
/// Transitions that two days may have: each local time is held against those around it.
const MOST_WITHIN: usize = 32;
pub(super) const TOO_MANY: &str = "too many transitions";

/// A local time that cannot be told as an instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    #[error("time zone {0:?} is neither defined by a VTIMEZONE nor known by its name")]
    UnknownZone(String),
    #[error("VTIMEZONE {tzid:?}: {problem}")]
    BadZone { tzid: String, problem: String },
    #[error("the time is out of range")]
    OutOfRange,
}

/// What a local time comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolved {
    One(Timestamp),
    /// The clock jumps over it. By the offset before the jump it would be this instant, which is what a time stated by
    /// a property means (RFC 5545, section 3.3.5); one made by a rule does not exist (section 3.3.10).
    Gap(Timestamp),
    /// It happens twice. The first one is meant (section 3.3.5).
    Fold(Timestamp, Timestamp),
}

impl Resolved {
    /// The instant that a property with this local time means.
    pub fn instant(self) -> Timestamp {
        match self {
            Resolved::One(instant) | Resolved::Gap(instant) | Resolved::Fold(instant, _) => instant,
        }
    }
}

/// The time zones of an object.
#[derive(Debug)]
pub struct Zones {
    defined: Vec<Vtimezone>,
    floating: TimeZone,
}

impl Default for Zones {
    fn default() -> Self {
        Zones {
            defined: Vec::new(),
            floating: TimeZone::UTC,
        }
    }
}

impl Zones {
    /// The zones that this VCALENDAR defines.
    pub fn of(calendar: &Component) -> Self {
        let zones = calendar.components_named("VTIMEZONE");
        Zones {
            defined: zones.filter_map(Vtimezone::of).collect(),
            ..Zones::default()
        }
    }

    /// Tells floating times and dates in this zone; without it they are taken for UTC.
    #[must_use]
    pub fn with_floating(self, zone: TimeZone) -> Self {
        Zones {
            floating: zone,
            ..self
        }
    }

    /// What a local time of this zone comes to.
    pub fn resolve(&self, local: civil::DateTime, zone: &Zone) -> Result<Resolved, TimeError> {
        self.clock(zone)?.resolve(local)
    }

    /// The instant that the time means.
    pub fn instant(&self, time: &DateTime) -> Result<Timestamp, TimeError> {
        Ok(self.resolve(time.local(), &time.zone)?.instant())
    }

    /// The instant that the value means; for a DATE, that of its midnight as a floating time.
    pub fn instant_of(&self, value: &DateValue) -> Result<Timestamp, TimeError> {
        match value {
            DateValue::DateTime(time) => self.instant(time),
            DateValue::Date(_) => Ok(self.resolve(value.local(), &Zone::Floating)?.instant()),
        }
    }

    /// The local time of an instant.
    pub fn local(&self, instant: Timestamp, zone: &Zone) -> Result<civil::DateTime, TimeError> {
        self.clock(zone)?.local(instant)
    }

    /// A sound VTIMEZONE of that TZID comes first, then the IANA name, then the report of what is wrong.
    pub(super) fn clock(&self, zone: &Zone) -> Result<Clock<'_>, TimeError> {
        let tzid = match zone {
            Zone::Utc => return Ok(Clock::Named(TimeZone::UTC)),
            Zone::Floating => return Ok(Clock::Named(self.floating.clone())),
            Zone::Tzid(tzid) => tzid,
        };
        let defined = self.defined.iter().find(|zone| zone.tzid == *tzid);
        match defined.map(|zone| (zone, &zone.observances)) {
            Some((zone, Ok(observances))) => Ok(Clock::Defined(zone, observances)),
            broken => match (named(tzid), broken) {
                (Some(zone), _) => Ok(Clock::Named(zone)),
                (None, Some((_, Err(problem)))) => Err(TimeError::BadZone {
                    tzid: tzid.clone(),
                    problem: problem.clone(),
                }),
                (None, _) => Err(TimeError::UnknownZone(tzid.clone())),
            },
        }
    }
}

/// The zone of an IANA name, also at the end of a prefix, as in `/example.org/Europe/Berlin`. The names are those built
/// in, so that every machine knows the same.
fn named(tzid: &str) -> Option<TimeZone> {
    static NAMES: OnceLock<TimeZoneDatabase> = OnceLock::new();
    let names = NAMES.get_or_init(TimeZoneDatabase::bundled);
    let mut name = tzid;
    loop {
        if let Ok(zone) = names.get(name) {
            return Some(zone);
        }
        if !tzid.starts_with('/') {
            return None;
        }
        name = name.split_once('/')?.1;
    }
}

/// A clock that was found.
#[derive(Debug, Clone)]
pub(super) enum Clock<'a> {
    Named(TimeZone),
    Defined(&'a Vtimezone, &'a [Observance]),
}

impl Clock<'_> {
    pub fn resolve(&self, local: civil::DateTime) -> Result<Resolved, TimeError> {
        match self {
            Clock::Defined(zone, observances) => zone.resolve(observances, local),
            Clock::Named(zone) => {
                let by = |offset: Offset| offset.to_timestamp(local).unwrap_or(Timestamp::MAX);
                Ok(match zone.to_ambiguous_timestamp(local).offset() {
                    AmbiguousOffset::Unambiguous { offset } => Resolved::One(by(offset)),
                    AmbiguousOffset::Gap { before, .. } => Resolved::Gap(by(before)),
                    AmbiguousOffset::Fold { before, after } => Resolved::Fold(by(before), by(after)),
                })
            }
        }
    }

    pub fn local(&self, instant: Timestamp) -> Result<civil::DateTime, TimeError> {
        match self {
            Clock::Defined(zone, observances) => zone.local(observances, instant),
            Clock::Named(zone) => Ok(zone.to_datetime(instant)),
        }
    }
}

/// A VTIMEZONE. Its transitions are worked out as far as they are asked for.
#[derive(Debug)]
pub(super) struct Vtimezone {
    tzid: String,
    observances: Result<Vec<Observance>, String>,
    table: Mutex<Table>,
}

/// The transitions up to the end of a year, by instant.
#[derive(Debug, Clone, Default)]
struct Table {
    through: Option<i16>,
    transitions: Arc<[Transition]>,
}

impl Vtimezone {
    fn of(component: &Component) -> Option<Self> {
        let observances = component
            .components()
            .filter(|inner| inner.is("STANDARD") || inner.is("DAYLIGHT"));
        let observances: Result<Vec<_>, _> = observances.map(Observance::of).collect();
        Some(Vtimezone {
            tzid: component.text("TZID")?,
            observances: observances.and_then(|observances| match observances.len() {
                0 => Err("neither STANDARD nor DAYLIGHT".to_owned()),
                _ => Ok(observances),
            }),
            table: Mutex::default(),
        })
    }

    fn resolve(&self, observances: &[Observance], local: civil::DateTime) -> Result<Resolved, TimeError> {
        let transitions = self.transitions(observances, local.year())?;
        let seconds = seconds(local);
        // Offsets are less than a day: whatever is in force at this local time is in force in these two days.
        let first = transitions.partition_point(|transition| transition.at < seconds - 86_400);
        let after = transitions.partition_point(|transition| transition.at <= seconds + 86_400);
        let mut found = None;
        for place in first..=after {
            let (from, offset) = in_force(&transitions, place);
            let instant = seconds - i64::from(offset);
            let ends = transitions.get(place).is_some_and(|next| instant >= next.at);
            if ends || from.is_some_and(|from| instant < from) {
                continue;
            }
            match found {
                None => found = Some(instant),
                Some(first) => return Ok(Resolved::Fold(timestamp(first), timestamp(instant))),
            }
        }
        if let Some(instant) = found {
            return Ok(Resolved::One(timestamp(instant)));
        }
        // No offset fits, so one of these transitions jumps over it.
        for place in first..after {
            let (_, before) = in_force(&transitions, place);
            let instant = seconds - i64::from(before);
            let Transition { at, to, .. } = transitions[place];
            if instant >= at && seconds - i64::from(to) < at {
                return Ok(Resolved::Gap(timestamp(instant)));
            }
        }
        Err(TimeError::OutOfRange)
    }

    fn local(&self, observances: &[Observance], instant: Timestamp) -> Result<civil::DateTime, TimeError> {
        let year = Offset::UTC.to_datetime(instant).year();
        let transitions = self.transitions(observances, year)?;
        let place = transitions.partition_point(|transition| transition.at <= instant.as_second());
        let (_, offset) = in_force(&transitions, place);
        let offset = Offset::from_seconds(offset).map_err(|_| TimeError::OutOfRange)?;
        Ok(offset.to_datetime(instant))
    }

    /// The transitions through the year after this one at least.
    fn transitions(&self, observances: &[Observance], year: i16) -> Result<Arc<[Transition]>, TimeError> {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        if table.through.is_none_or(|through| year >= through) {
            let through = (year / 32 * 32 + 32).clamp(2048, 9999);
            let horizon = civil::date(through, 12, 31).at(23, 59, 59, 0);
            let mut transitions = Vec::new();
            let mut budget = MOST_WORK;
            for observance in observances {
                let worked = observance.transitions(horizon, &mut budget, &mut transitions);
                worked.map_err(|problem| self.bad(problem))?;
            }
            transitions.sort_unstable();
            transitions.dedup_by_key(|transition| transition.at);
            let crowded = |some: &[Transition]| some[MOST_WITHIN - 1].at - some[0].at < 2 * 86_400;
            if transitions.windows(MOST_WITHIN).any(crowded) {
                return Err(self.bad(TOO_MANY));
            }
            *table = Table {
                through: Some(if through == 9999 { i16::MAX } else { through }),
                transitions: transitions.into(),
            };
        }
        Ok(Arc::clone(&table.transitions))
    }

    fn bad(&self, problem: impl Into<String>) -> TimeError {
        TimeError::BadZone {
            tzid: self.tzid.clone(),
            problem: problem.into(),
        }
    }
}

/// The instant since when, and the offset, in force before the transition at this place.
fn in_force(transitions: &[Transition], place: usize) -> (Option<i64>, i32) {
    match place.checked_sub(1).map(|previous| transitions[previous]) {
        Some(previous) => (Some(previous.at), previous.to),
        None => (None, transitions.first().map_or(0, |first| first.from)),
    }
}

/// Seconds on the clock since 1970-01-01T00:00:00 on the same clock.
pub(super) fn seconds(local: civil::DateTime) -> i64 {
    local
        .duration_since(civil::date(1970, 1, 1).at(0, 0, 0, 0))
        .as_secs()
}

/// The last days of 9999 are beyond what an instant can be; they come to the latest one.
fn timestamp(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

/// The instant so many seconds later.
pub(super) fn later(instant: Timestamp, seconds: i64) -> Result<Timestamp, TimeError> {
    instant
        .checked_add(SignedDuration::from_secs(seconds))
        .map_err(|_| TimeError::OutOfRange)
}
