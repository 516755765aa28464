//! Recurrence sets (RFC 5545, section 3.8.5): what a component and its overrides happen on, as instants.
//!
//! Instances are told apart by the instant of their recurrence identifier, so that a RECURRENCE-ID or EXDATE in UTC
//! names an instance of a zoned series. `RANGE=THISANDFUTURE` is followed: the override stands for the later instances
//! too, moved as far as it moved its own.

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp, civil};

use super::component::Component;
pub use super::extent::period_of;
use super::extent::{Length, extent};
use super::place::Position;
use super::property::Property;
use super::rule::{MOST_WORK, Rule, TooCostly, Visit};
use super::time::{DateTime, DateValue, ListValue, ValueError, Zone, list};
use super::zone::{Clock, Resolved, TimeError, Zones, later};

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
    overrides: Vec<Override<'a>>,
}

#[derive(Debug)]
struct Master<'a> {
    component: &'a Component,
    start: DateValue,
    length: Length,
    clock: Clock<'a>,
    rules: Vec<(Rule, &'a Property)>,
    exrules: Vec<(Rule, &'a Property)>,
    dates: Vec<Identity>,
    excluded: Vec<Timestamp>,
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

/// How an instance is named: when it would begin if nothing moved it.
#[derive(Debug, Clone, Copy)]
struct Identity {
    instant: Timestamp,
    local: civil::DateTime,
    /// The end, where an RDATE gives a period.
    end: Option<Timestamp>,
}

impl<'a> RecurrenceSet<'a> {
    /// The set of components with one UID: the one without RECURRENCE-ID, if there is one, and its overrides.
    /// Components that tell no time (no DTSTART and no DUE) take no part.
    pub fn of(
        components: impl IntoIterator<Item = &'a Component>,
        zones: &'a Zones,
    ) -> Result<RecurrenceSet<'a>, RecurrenceError> {
        let (mut master, mut overrides) = (None, Vec::new());
        for component in components {
            match component.property("RECURRENCE-ID") {
                Some(id) => overrides.extend(Override::of(component, id, zones)?),
                None if master.is_none() => master = Master::of(component, zones)?,
                None => {}
            }
        }
        overrides.sort_by_key(|over| over.id);
        Ok(RecurrenceSet {
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
                .is_some_and(|master| master.excluded.contains(&over.id));
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
        let before = self.overrides.partition_point(|over| over.id <= identity.instant);
        let Some(over) = self.overrides[..before].iter().rfind(|over| over.this_and_future) else {
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

impl<'a> Master<'a> {
    fn of(component: &'a Component, zones: &'a Zones) -> Result<Option<Self>, RecurrenceError> {
        let Some((start, length)) = extent(component, zones)? else {
            return Ok(None);
        };
        let clock = zones.clock(&zone_of(&start))?;
        let rules = |name| {
            component.properties_named(name).map(|property| {
                let rule = Rule::parse(&property.value).map_err(|error| error.into());
                let rule = rule.and_then(|mut rule| {
                    if start.is_date() {
                        rule.ignore_time();
                    }
                    let fits = !(start.is_date() && rule.is_sub_daily());
                    if fits { Ok(rule) } else { Err(Problem::SubDaily) }
                });
                rule.map(|rule| (rule, property))
                    .map_err(|problem| wrong(property, problem))
            })
        };
        let mut master = Master {
            component,
            rules: rules("RRULE").collect::<Result<_, _>>()?,
            exrules: rules("EXRULE").collect::<Result<_, _>>()?,
            start,
            length,
            clock,
            dates: Vec::new(),
            excluded: Vec::new(),
        };
        for property in component.properties_named("RDATE") {
            for value in list(property) {
                let identity = value
                    .map_err(Problem::from)
                    .and_then(|value| Ok(master.date(value, zones)?));
                master
                    .dates
                    .push(identity.map_err(|problem| wrong(property, problem))?);
            }
        }
        for property in component.properties_named("EXDATE") {
            for value in list(property) {
                let identity = value
                    .map_err(Problem::from)
                    .and_then(|value| Ok(master.date(value, zones)?));
                master
                    .excluded
                    .push(identity.map_err(|problem| wrong(property, problem))?.instant);
            }
        }
        Ok(Some(master))
    }

    fn date(&self, value: ListValue, zones: &Zones) -> Result<Identity, TimeError> {
        let (instant, end) = match &value {
            ListValue::Date(date) => (zones.instant_of(date)?, None),
            ListValue::Period(period) => {
                let (start, end) = period_of(period, zones)?;
                (start, Some(end))
            }
        };
        let local = self.clock.local(instant)?;
        Ok(Identity { instant, local, end })
    }

    fn recurrence_id(&self, local: civil::DateTime) -> DateValue {
        match &self.start {
            DateValue::Date(_) => DateValue::Date(local.date()),
            DateValue::DateTime(start) => DateValue::DateTime(DateTime {
                date: local.date(),
                time: local.time(),
                zone: start.zone.clone(),
            }),
        }
    }

    /// What is in the set up to this instant, in order.
    fn identities(&self, last: Timestamp) -> Result<Vec<Identity>, RecurrenceError> {
        let start = Identity {
            instant: self.clock.resolve(self.start.local())?.instant(),
            local: self.start.local(),
            end: None,
        };
        let mut found = self.dates.clone();
        found.push(start);
        let mut budget = MOST_WORK;
        for rule in &self.rules {
            self.walk(rule, last, &mut budget, &mut found)?;
        }
        // Of two with one instant, the one with a period decides.
        found.sort_by_key(|identity| (identity.instant, identity.end.is_none()));
        found.dedup_by_key(|identity| identity.instant);
        let mut excluded: Vec<Identity> = Vec::new();
        for rule in &self.exrules {
            self.walk(rule, last, &mut budget, &mut excluded)?;
        }
        let mut excluded: Vec<_> = excluded.iter().map(|identity| identity.instant).collect();
        excluded.extend(&self.excluded);
        excluded.sort_unstable();
        found.retain(|identity| {
            identity.instant <= last && excluded.binary_search(&identity.instant).is_err()
        });
        Ok(found)
    }

    fn walk(
        &self,
        (rule, property): &(Rule, &Property),
        last: Timestamp,
        budget: &mut u64,
        into: &mut Vec<Identity>,
    ) -> Result<(), RecurrenceError> {
        // No clock is a day and a half away from UTC; asking the zone would work out its transitions up to then.
        let days = SignedDuration::from_hours(48);
        let horizon = Offset::UTC
            .to_datetime(last)
            .checked_add(days)
            .unwrap_or(civil::DateTime::MAX);
        let mut failed = None;
        let walked = rule.walk(self.start.local(), horizon, budget, |local| {
            match self.clock.resolve(local) {
                Err(error) => {
                    failed = Some(error);
                    Visit::Stop
                }
                Ok(resolved)
                    if rule
                        .until
                        .as_ref()
                        .is_some_and(|until| self.is_past(local, resolved, until)) =>
                {
                    Visit::Stop
                }
                Ok(Resolved::Gap(_)) => Visit::Skip,
                Ok(resolved) => {
                    into.push(Identity {
                        instant: resolved.instant(),
                        local,
                        end: None,
                    });
                    Visit::Take
                }
            }
        });
        let problem = match (walked, failed) {
            (_, Some(error)) => error.into(),
            (Err(error), None) => error.into(),
            (Ok(()), None) => return Ok(()),
        };
        Err(wrong(property, problem))
    }

    /// UNTIL has the type of DTSTART and is in UTC where DTSTART is zoned (RFC 5545, section 3.3.10). Where it is
    /// neither, it is taken for a time on the clock of DTSTART; a DATE is then its whole day.
    fn is_past(&self, local: civil::DateTime, resolved: Resolved, until: &DateValue) -> bool {
        match until {
            DateValue::DateTime(time) if self.start.is_date() => local.date() > time.date,
            DateValue::DateTime(time) if time.zone == Zone::Utc => {
                resolved.instant() > Offset::UTC.to_timestamp(time.local()).unwrap_or(Timestamp::MAX)
            }
            DateValue::DateTime(time) => local > time.local(),
            DateValue::Date(date) => local.date() > *date,
        }
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

fn zone_of(value: &DateValue) -> Zone {
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
