//! Recurrence sets (RFC 5545, section 3.8.5): what a component and its overrides happen on, as instants.
//!
//! Instances are told apart by the instant of their recurrence identifier, so that a RECURRENCE-ID or EXDATE in UTC
//! names an instance of a zoned series. `RANGE=THISANDFUTURE` is followed: the override stands for the later instances
//! too, moved as far as it moved its own.

use jiff::Timestamp;

use super::component::Component;
pub use super::extent::period_of;
use super::extent::{Length, extent};
use super::place::Position;
use super::property::Property;
use super::rule::TooCostly;
use super::series::{Identity, Master};
use super::time::{DateValue, ValueError, Zone};
use super::zone::{TimeError, Zones, later};

/// Instances that [`RecurrenceSet::instances`] gives at most.
pub const MOST_INSTANCES: usize = 50_000;

/// Why a recurrence set cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecurrenceError {
    #[error("{property}: {problem}")]
    Property {
        property: String,
        /// Where in the text, if it was read from one.
        position: Option<Position>,
        problem: Problem,
    },
    #[error(transparent)]
    Time(#[from] TimeError),
    #[error("more than {MOST_INSTANCES} instances in the range")]
    TooMany,
}

/// What is wrong with a property.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error(transparent)]
    Value(#[from] ValueError),
    #[error(transparent)]
    Time(#[from] TimeError),
    #[error(transparent)]
    TooCostly(#[from] TooCostly),
    #[error("a rule that repeats within a day, where DTSTART is a DATE")]
    SubDaily,
}

/// One instance.
#[derive(Debug, Clone)]
pub struct Instance<'a> {
    /// The value that a RECURRENCE-ID would name it by: in the form and zone of DTSTART.
    pub recurrence_id: DateValue,
    pub start: Timestamp,
    /// Not before the start.
    pub end: Timestamp,
    /// The component that describes it: the override if there is one.
    pub component: &'a Component,
}

/// A component with its overrides.
#[derive(Debug)]
pub struct RecurrenceSet<'a> {
    zones: &'a Zones,
    master: Option<Master<'a>>,
    /// By the instant of their RECURRENCE-ID.
    overrides: Vec<Override<'a>>,
    /// Those of them that stand for later instances too, by place.
    this_and_future: Vec<usize>,
}

#[derive(Debug)]
struct Override<'a> {
    component: &'a Component,
    recurrence_id: DateValue,
    /// The instant of `recurrence_id`.
    id: Timestamp,
    start: Timestamp,
    end: Timestamp,
    length: Length,
    this_and_future: bool,
}

impl<'a> RecurrenceSet<'a> {
    /// The set of components with one UID: the one without RECURRENCE-ID, if there is one, and its overrides.
    /// Components that tell no time (no DTSTART and no DUE) take no part.
    pub fn of(
        components: impl IntoIterator<Item = &'a Component>,
        zones: &'a Zones,
    ) -> Result<RecurrenceSet<'a>, RecurrenceError> {
        let (mut master, mut overrides): (_, Vec<Override>) = (None, Vec::new());
        for component in components {
            match component.property("RECURRENCE-ID") {
                Some(id) => overrides.extend(Override::of(component, id, zones)?),
                None if master.is_none() => master = Master::of(component, zones)?,
                None => {}
            }
        }
        overrides.sort_by_key(|over| over.id);
        let this_and_future = (0..overrides.len()).filter(|place| overrides[*place].this_and_future);
        Ok(RecurrenceSet {
            this_and_future: this_and_future.collect(),
            zones,
            master,
            overrides,
        })
    }

    /// The instances that overlap the range, by start. Those without length overlap it where they begin in it (RFC
    /// 4791, section 9.9).
    pub fn instances(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Instance<'a>>, RecurrenceError> {
        let mut found = Vec::new();
        let mut add = |instance: Instance<'a>| {
            let begins = instance.start == instance.end && instance.start >= from;
            if instance.start < to && (instance.end > from || begins) {
                found.push(instance);
            }
            if found.len() > MOST_INSTANCES {
                Err(RecurrenceError::TooMany)
            } else {
                Ok(())
            }
        };
        for over in &self.overrides {
            let excluded = self
                .master
                .as_ref()
                .is_some_and(|master| master.excluded.binary_search(&over.id).is_ok());
            if !excluded {
                add(over.instance(over.recurrence_id.clone()))?;
            }
        }
        if let Some(master) = &self.master {
            let earliest = self
                .overrides
                .iter()
                .map(Override::moved_seconds)
                .min()
                .unwrap_or(0)
                .min(0);
            for identity in master.identities(later(to, -earliest).unwrap_or(Timestamp::MAX))? {
                if self
                    .overrides
                    .binary_search_by_key(&identity.instant, |over| over.id)
                    .is_err()
                {
                    add(self.instance(master, identity)?)?;
                }
            }
        }
        found.sort_by_key(|instance| instance.start);
        Ok(found)
    }

    /// Whether a RECURRENCE-ID of this value names an instance of the set: one that the component without
    /// RECURRENCE-ID describes, or, where that is missing, one that an override does.
    pub fn contains(&self, recurrence_id: &DateValue) -> Result<bool, RecurrenceError> {
        let id = self.zones.instant_of(recurrence_id)?;
        let Some(master) = &self.master else {
            return Ok(self.overrides.iter().any(|over| over.id == id));
        };
        if recurrence_id.is_date() != master.start.is_date() {
            return Ok(false);
        }
        Ok(master
            .identities(id)?
            .iter()
            .any(|identity| identity.instant == id))
    }

    /// Whether it has more instances than the one of DTSTART, or may have.
    pub fn is_recurring(&self) -> bool {
        let repeats = |master: &Master| !master.rules.is_empty() || !master.dates.is_empty();
        self.master.as_ref().is_some_and(repeats)
    }

    /// The instance of an identity that no override names itself.
    fn instance(&self, master: &Master<'a>, identity: Identity) -> Result<Instance<'a>, RecurrenceError> {
        let recurrence_id = master.recurrence_id(identity.local);
        let begun = |place: &usize| self.overrides[*place].id <= identity.instant;
        let before = self.this_and_future.partition_point(begun);
        let last = before.checked_sub(1).map(|last| self.this_and_future[last]);
        let Some(over) = last.map(|place| &self.overrides[place]) else {
            let end = match identity.end {
                Some(end) => end,
                None => master
                    .length
                    .end(identity.instant, identity.local, &master.clock)?,
            };
            return Ok(Instance {
                recurrence_id,
                start: identity.instant,
                end: end.max(identity.instant),
                component: master.component,
            });
        };
        let moved = master
            .clock
            .local(over.start)?
            .duration_since(master.clock.local(over.id)?);
        let local = identity
            .local
            .checked_add(moved)
            .map_err(|_| TimeError::OutOfRange)?;
        let start = master.clock.resolve(local)?.instant();
        Ok(Instance {
            recurrence_id,
            start,
            end: over.length.end(start, local, &master.clock)?.max(start),
            component: over.component,
        })
    }
}

impl<'a> Override<'a> {
    fn of(component: &'a Component, id: &Property, zones: &Zones) -> Result<Option<Self>, RecurrenceError> {
        let recurrence_id = DateValue::of(id).map_err(|error| wrong(id, error.into()))?;
        let instant = zones
            .instant_of(&recurrence_id)
            .map_err(|error| wrong(id, error.into()))?;
        let Some((start, length)) = extent(component, zones)? else {
            return Ok(None);
        };
        let clock = zones.clock(&zone_of(&start))?;
        let begins = zones.instant_of(&start)?;
        Ok(Some(Override {
            component,
            recurrence_id,
            id: instant,
            start: begins,
            end: length.end(begins, start.local(), &clock)?.max(begins),
            length,
            this_and_future: id
                .param("RANGE")
                .is_some_and(|range| range.eq_ignore_ascii_case("THISANDFUTURE")),
        }))
    }

    fn instance(&self, recurrence_id: DateValue) -> Instance<'a> {
        Instance {
            recurrence_id,
            start: self.start,
            end: self.end,
            component: self.component,
        }
    }

    /// How much later than its recurrence identifier it begins; for one that moves no others, 0. An hour more than
    /// that, since clocks change.
    fn moved_seconds(&self) -> i64 {
        let moved = self.start.as_second() - self.id.as_second();
        if self.this_and_future { moved - 3600 } else { 0 }
    }
}

pub(super) fn zone_of(value: &DateValue) -> Zone {
    match value {
        DateValue::Date(_) => Zone::Floating,
        DateValue::DateTime(time) => time.zone.clone(),
    }
}

pub(super) fn wrong(property: &Property, problem: Problem) -> RecurrenceError {
    let offset = match &problem {
        Problem::Value(error) => error.offset,
        _ => 0,
    };
    RecurrenceError::Property {
        property: property.name.to_ascii_uppercase(),
        position: property.position_of(offset),
        problem,
    }
}
