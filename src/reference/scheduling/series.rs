//! A calendar object taken apart into its master component and its overridden instances.

use std::collections::{BTreeMap, BTreeSet};

use crate::ical::time::DateValue;
use crate::ical::{Component, Document};

use super::identify::{is_scheduled, scheduled};
use super::instant::{self, InstanceId, Zones};

/// The properties that make the recurrence set; an overridden instance has none of them.
const RECURRENCE: [&str; 4] = ["RRULE", "RDATE", "EXDATE", "EXRULE"];

/// Which component: the master (or only) one, or the instance with this RECURRENCE-ID.
pub(super) type Key = Option<InstanceId>;

/// The components of one object.
#[derive(Debug, Clone)]
pub(super) struct Series {
    /// Absent when someone takes part in single instances only (5.2.6).
    pub master: Option<Component>,
    pub overrides: BTreeMap<InstanceId, Component>,
    pub zones: Zones,
    /// A second master, or one with a RECURRENCE-ID that cannot be read: kept, and otherwise not looked at.
    unread: Vec<Component>,
}

impl Series {
    pub fn of(document: &Document) -> Series {
        let zones = Zones::of(document);
        let mut series = Series {
            master: None,
            overrides: BTreeMap::new(),
            zones,
            unread: Vec::new(),
        };
        for component in scheduled(document) {
            let id = component.property("RECURRENCE-ID").map(DateValue::of);
            match id {
                Some(Ok(id)) => {
                    series.overrides.insert(series.zones.id(id), component.clone());
                }
                None if series.master.is_none() => series.master = Some(component.clone()),
                None | Some(Err(_)) => series.unread.push(component.clone()),
            }
        }
        series
    }

    /// The components with their keys, the master first.
    pub fn components(&self) -> impl Iterator<Item = (Key, &Component)> {
        let overrides = self
            .overrides
            .iter()
            .map(|(id, component)| (Some(id.clone()), component));
        self.master.iter().map(|master| (None, master)).chain(overrides)
    }

    pub fn components_mut(&mut self) -> impl Iterator<Item = (Key, &mut Component)> {
        let overrides = self
            .overrides
            .iter_mut()
            .map(|(id, component)| (Some(id.clone()), component));
        self.master
            .iter_mut()
            .map(|master| (None, master))
            .chain(overrides)
    }

    pub fn is_empty(&self) -> bool {
        self.master.is_none() && self.overrides.is_empty()
    }

    /// The component of this key, if it is written out.
    pub fn get(&self, key: &Key) -> Option<&Component> {
        match key {
            None => self.master.as_ref(),
            Some(id) => self.overrides.get(id),
        }
    }

    pub fn get_mut(&mut self, key: &Key) -> Option<&mut Component> {
        match key {
            None => self.master.as_mut(),
            Some(id) => self.overrides.get_mut(id),
        }
    }

    /// The instances that EXDATE takes out.
    pub fn excluded(&self) -> BTreeSet<InstanceId> {
        self.dates("EXDATE")
    }

    /// The dates that EXDATE or RDATE of the master name.
    pub fn dates(&self, name: &str) -> BTreeSet<InstanceId> {
        let properties = self
            .master
            .iter()
            .flat_map(|master| master.properties_named(name));
        properties.flat_map(|property| self.zones.ids(property)).collect()
    }

    /// Whether EXDATE takes the instance out, also when it is still written out.
    pub fn excludes(&self, id: &InstanceId) -> bool {
        self.excluded().contains(id)
    }

    /// The component of this key as it is or, for an instance of the master, as it would be written out.
    pub fn effective(&self, key: &Key) -> Option<Component> {
        match key {
            None => self.master.clone(),
            Some(id) if self.excludes(id) => None,
            Some(id) => self.overrides.get(id).cloned().or_else(|| self.derive(id)),
        }
    }

    /// The instance of the master, written out; `None` where the master has no such instance.
    pub fn derive(&self, id: &InstanceId) -> Option<Component> {
        let master = self.master.as_ref()?;
        let start = DateValue::of(master.property("DTSTART").or_else(|| master.property("DUE"))?).ok()?;
        let at = self.zones.instance_of(master, id)?;
        let mut instance = master.clone();
        for name in RECURRENCE {
            instance.remove_properties(name);
        }
        if let Some(property) = instance.property_mut("DTSTART") {
            property.value = at.to_string();
        }
        for name in ["DTEND", "DUE"] {
            if let Some(property) = instance.property_mut(name) {
                let end = DateValue::of(property).ok()?;
                property.value = self.zones.end_after(&end, &start, &at)?.to_string();
            }
        }
        instance.push(at.to_property("RECURRENCE-ID"));
        Some(instance)
    }

    /// Takes an instance out of the master, and its override with it.
    pub fn exclude(&mut self, id: &InstanceId) {
        self.overrides.remove(id);
        if self.excluded().contains(id) {
            return;
        }
        if let Some(master) = &mut self.master {
            let at = self
                .zones
                .instance_of(master, id)
                .unwrap_or_else(|| id.value().clone());
            master.push(at.to_property("EXDATE"));
        }
    }

    /// Puts an instance back that EXDATE took out.
    pub fn readmit(&mut self, id: &InstanceId) {
        self.keep_dates("EXDATE", |excluded| excluded != id);
    }

    /// Takes an instance out, and all after it: nothing is left where it is the first.
    pub fn end_before(&mut self, id: &InstanceId) {
        self.overrides.retain(|key, _| key < id);
        self.keep_dates("RDATE", |date| date < id);
        let zones = &self.zones;
        let starts_before = |master: &Component| {
            let start = master
                .property("DTSTART")
                .and_then(|start| DateValue::of(start).ok());
            start.is_none_or(|start| zones.id(start) < *id)
        };
        self.master = self.master.take().filter(starts_before);
        let Some(master) = &mut self.master else { return };
        if let (Some(until), Some(_)) = (zones.until_before(id), zones.instance_of(master, id))
            && let Some(rule) = master.property_mut("RRULE")
        {
            let bounds = |part: &&str| {
                let name = part.split('=').next().unwrap_or_default().to_ascii_uppercase();
                name == "COUNT" || name == "UNTIL"
            };
            let mut parts: Vec<&str> = rule.value.split(';').filter(|part| !bounds(part)).collect();
            let until = format!("UNTIL={until}");
            parts.push(&until);
            rule.value = parts.join(";");
        }
    }

    /// Takes the other dates out of the EXDATE or RDATE properties of the master.
    fn keep_dates(&mut self, name: &str, keep: impl Fn(&InstanceId) -> bool) {
        let Some(master) = &mut self.master else { return };
        let zones = &self.zones;
        for property in master.properties_named_mut(name) {
            let ids = zones.ids(property);
            if ids.iter().all(&keep) {
                continue;
            }
            let kept = ids.iter().filter(|id| keep(id));
            let kept: Vec<String> = kept.map(|id| id.value().to_string()).collect();
            property.value = kept.join(",");
        }
        master.items.retain(|item| {
            item.as_property()
                .is_none_or(|property| !property.is(name) || !property.value.is_empty())
        });
    }

    /// Puts the components into the document in place of those that are there.
    pub fn write_into(self, document: &mut Document) {
        let Some(calendar) = document.calendar_mut() else {
            return;
        };
        calendar.retain_components(|component| !is_scheduled(component));
        for component in self
            .master
            .into_iter()
            .chain(self.overrides.into_values())
            .chain(self.unread)
        {
            calendar.push_component(component);
        }
    }

    /// Whether the recurrence set has instances that an earlier one had not; true when that cannot be told.
    pub fn gains_over(&self, before: &Series) -> bool {
        match (&before.master, &self.master) {
            (Some(old), Some(new)) => instant::gains((old, &before.zones), (new, &self.zones)),
            _ => false,
        }
    }
}
