//! Which instances a recurring component has.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use crate::ical::Component;
use crate::ical::recur::RecurrenceSet;
use crate::ical::zone::Zones;

/// The component that describes a series, with the time zones of its message.
#[derive(Debug, Clone)]
pub(super) struct Series {
    /// A VCALENDAR with the time zones and the component.
    calendar: Component,
    is_recurring: bool,
}

impl Series {
    pub fn of(calendar: &Component, master: &Component) -> Series {
        let mut own = Component::new("VCALENDAR");
        for zone in calendar.components_named("VTIMEZONE") {
            own.push_component(zone.clone());
        }
        own.push_component(master.clone());
        let repeats = |name| master.property(name).is_some();
        Series {
            calendar: own,
            is_recurring: repeats("RRULE") || repeats("RDATE"),
        }
    }

    pub fn is_recurring(&self) -> bool {
        self.is_recurring
    }

    /// The starts of the instances up to and with this one; none where they cannot be told.
    pub fn starts(&self, last: Timestamp) -> Option<HashSet<Timestamp>> {
        let zones = Zones::of(&self.calendar);
        let master = self
            .calendar
            .components()
            .find(|component| !component.is("VTIMEZONE"))?;
        let set = RecurrenceSet::of([master], &zones).ok()?;
        let to = last.checked_add(SignedDuration::from_secs(1)).ok()?;
        let instances = set.instances(Timestamp::MIN, to).ok()?;
        Some(instances.iter().map(|instance| instance.start).collect())
    }
}
