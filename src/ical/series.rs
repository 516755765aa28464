//! What the component without RECURRENCE-ID says about all instances: DTSTART, RRULE, RDATE, EXDATE, EXRULE.

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp, civil};

use super::component::Component;
use super::extent::{Length, extent, period_of};
use super::property::Property;
use super::recur::{Problem, RecurrenceError, wrong, zone_of};
use super::rule::{MOST_WORK, Rule, Visit};
use super::time::{DateTime, DateValue, ListValue, Zone, list};
use super::zone::{Clock, Resolved, TimeError, Zones};

/// The component without RECURRENCE-ID.
#[derive(Debug)]
pub(super) struct Master<'a> {
    pub component: &'a Component,
    pub start: DateValue,
    pub length: Length,
    pub clock: Clock<'a>,
    pub rules: Vec<(Rule, &'a Property)>,
    exrules: Vec<(Rule, &'a Property)>,
    pub dates: Vec<Identity>,
    /// By EXDATE, in order.
    pub excluded: Vec<Timestamp>,
}

/// How an instance is named: when it would begin if nothing moved it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Identity {
    pub instant: Timestamp,
    pub local: civil::DateTime,
    /// The end, where an RDATE gives a period.
    pub end: Option<Timestamp>,
}

impl<'a> Master<'a> {
    pub fn of(component: &'a Component, zones: &'a Zones) -> Result<Option<Self>, RecurrenceError> {
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
        master.excluded.sort_unstable();
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

    pub fn recurrence_id(&self, local: civil::DateTime) -> DateValue {
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
    pub fn identities(&self, last: Timestamp) -> Result<Vec<Identity>, RecurrenceError> {
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
