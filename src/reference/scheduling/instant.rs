//! Which instance of a recurring object is meant, and when it is.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::ical::recur::RecurrenceSet;
use crate::ical::time::{DateTime, DateValue, ListValue, Zone, list};
use crate::ical::zone;
use crate::ical::{Component, Document, Property};

/// How far recurrence sets are compared, in days: as far as it can be afforded.
const HORIZONS: [i64; 3] = [50 * 366, 5 * 366, 60];

/// An instance, by its RECURRENCE-ID. Two are equal when they mean the same time, however written.
#[derive(Debug, Clone)]
pub(super) struct InstanceId {
    key: String,
    value: DateValue,
}

impl InstanceId {
    /// As it was written.
    pub fn value(&self) -> &DateValue {
        &self.value
    }
}

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)
    }
}

impl PartialEq for InstanceId {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for InstanceId {}

impl Ord for InstanceId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}

impl PartialOrd for InstanceId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The time zones of an object.
#[derive(Debug, Clone)]
pub(super) struct Zones(Arc<zone::Zones>);

impl Zones {
    pub fn of(document: &Document) -> Zones {
        Zones(Arc::new(
            document.calendar().map(zone::Zones::of).unwrap_or_default(),
        ))
    }

    pub fn id(&self, value: DateValue) -> InstanceId {
        let instant = match &value {
            DateValue::DateTime(time) => self.0.instant(time).ok(),
            DateValue::Date(_) => None,
        };
        let key = match instant {
            Some(instant) => DateTime::from_instant(instant).to_string(),
            None => value.to_string(),
        };
        InstanceId { key, value }
    }

    /// The instances that EXDATE or RDATE properties name; a period by its start.
    pub fn ids(&self, property: &Property) -> Vec<InstanceId> {
        let values = list(property).filter_map(Result::ok);
        let starts = values.map(|value| match value {
            ListValue::Date(date) => date,
            ListValue::Period(period) => DateValue::DateTime(period.start),
        });
        starts.map(|value| self.id(value)).collect()
    }

    /// When the instance begins by the master, written as the master writes its times; `None` where its recurrence
    /// rule has no such instance. EXDATE is not looked at.
    pub fn instance_of(&self, master: &Component, id: &InstanceId) -> Option<DateValue> {
        let start = DateValue::of(master.property("DTSTART").or_else(|| master.property("DUE"))?).ok()?;
        let at = self.written_as(id.value(), &start)?;
        if self.id(start).key == id.key {
            return Some(at);
        }
        let mut full = master.clone();
        full.remove_properties("EXDATE");
        let set = RecurrenceSet::of([&full], &self.0).ok()?;
        set.contains(&at).ok()?.then_some(at)
    }

    /// The UNTIL of a rule that ends just before the instance.
    pub fn until_before(&self, id: &InstanceId) -> Option<String> {
        let time = match &id.value {
            DateValue::Date(date) => return Some(DateValue::Date(date.yesterday().ok()?).to_string()),
            DateValue::DateTime(time) => time,
        };
        let second = SignedDuration::from_secs(1);
        let last = match &time.zone {
            Zone::Floating => {
                let local = time.local().checked_sub(second).ok()?;
                DateTime {
                    date: local.date(),
                    time: local.time(),
                    zone: Zone::Floating,
                }
            }
            _ => DateTime::from_instant(self.0.instant(time).ok()?.checked_sub(second).ok()?),
        };
        Some(last.to_string())
    }

    /// The same time in the form and zone of another value.
    fn written_as(&self, value: &DateValue, form: &DateValue) -> Option<DateValue> {
        match (value, form) {
            (DateValue::Date(_), DateValue::Date(_)) => Some(value.clone()),
            (DateValue::DateTime(time), DateValue::DateTime(form)) if time.zone == form.zone => {
                Some(value.clone())
            }
            (DateValue::DateTime(time), DateValue::DateTime(form)) => self
                .at(self.0.instant(time).ok()?, &form.zone)
                .map(DateValue::DateTime),
            _ => None,
        }
    }

    fn at(&self, instant: Timestamp, zone: &Zone) -> Option<DateTime> {
        let local = self.0.local(instant, zone).ok()?;
        Some(DateTime {
            date: local.date(),
            time: local.time(),
            zone: zone.clone(),
        })
    }

    /// The end that belongs to a start which was moved: days stay days, times keep their exact distance (RFC 5545,
    /// section 3.8.5.3).
    pub fn end_after(&self, end: &DateValue, start: &DateValue, moved: &DateValue) -> Option<DateValue> {
        match end {
            DateValue::Date(date) => {
                let days = moved.local().duration_since(start.local());
                Some(DateValue::Date(date.checked_add(days).ok()?))
            }
            DateValue::DateTime(time) => {
                let length = self
                    .0
                    .instant(time)
                    .ok()?
                    .duration_since(self.0.instant_of(start).ok()?);
                let instant = self.0.instant_of(moved).ok()?.checked_add(length).ok()?;
                self.at(instant, &time.zone).map(DateValue::DateTime)
            }
        }
    }

    /// The starts of all instances of the master that EXDATE leaves, as far as `days` after its own; `None` when they
    /// cannot be told.
    fn starts(&self, master: &Component, days: i64) -> Option<BTreeSet<Timestamp>> {
        let set = RecurrenceSet::of([master], &self.0).ok()?;
        let start = DateValue::of(master.property("DTSTART").or_else(|| master.property("DUE"))?).ok()?;
        let from = self.0.instant_of(&start).ok()?;
        let to = from.checked_add(SignedDuration::from_hours(24 * days)).ok()?;
        Some(
            set.instances(from, to)
                .ok()?
                .into_iter()
                .map(|instance| instance.start)
                .collect(),
        )
    }
}

/// Whether a master with the same start now has instances that it had not; true when it cannot be told.
pub(super) fn gains(old: (&Component, &Zones), new: (&Component, &Zones)) -> bool {
    for days in HORIZONS {
        if let (Some(before), Some(after)) = (old.1.starts(old.0, days), new.1.starts(new.0, days)) {
            return !after.is_subset(&before);
        }
    }
    true
}
