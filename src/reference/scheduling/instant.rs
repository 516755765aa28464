//! Which instance of a recurring object is meant.

use std::cmp::Ordering;

use crate::ical::{Component, Document, Property};

use super::when::When;

/// An instance, by its RECURRENCE-ID. Two are equal when they mean the same time, however written.
#[derive(Debug, Clone)]
pub(super) struct InstanceId {
    key: String,
    when: When,
}

impl InstanceId {
    /// As it was written.
    pub fn when(&self) -> &When {
        &self.when
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
pub(super) struct Zones {}

impl Zones {
    pub fn of(document: &Document) -> Zones {
        let _ = document;
        Zones {}
    }

    pub fn id_of(&self, property: &Property) -> Option<InstanceId> {
        When::of(property).map(|when| self.id(when))
    }

    pub fn id(&self, when: When) -> InstanceId {
        InstanceId {
            key: when.value(),
            when,
        }
    }

    /// When the instance begins by the master, written as the master writes its times; `None` where it has none.
    pub fn instance_of(&self, master: &Component, id: &InstanceId) -> Option<When> {
        let start = When::of(master.property("DTSTART")?)?;
        let recurs = master.property("RRULE").is_some() || master.property("RDATE").is_some();
        (recurs || self.id(start).key == id.key).then(|| id.when.clone())
    }
}
