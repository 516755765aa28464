//! Changing what a path selects in iCalendar data: for edits of bodies, and for damages that a check must notice.

use super::natures::{DATE_LISTS, values};
use super::select::{Place, Selector, component_places, selects};
use crate::ical::zone::Zones;
use crate::ical::{Component, Item, ParamValue, Property, text};
use crate::scenario::ComponentSelector;

/// What to do with what is selected. Slots and values count as in [`Selector::select`].
#[derive(Debug, Clone, Copy)]
pub(in crate::run) enum Change<'a> {
    /// Takes it away.
    Remove,
    /// Gives it this value. Components have none.
    Set(&'a str),
    /// Adds the same once more.
    Repeat,
    /// Adds one with this value.
    Add(&'a str),
}

/// Properties whose value is one TEXT.
const TEXTS: [&str; 5] = ["SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "CONTACT"];

impl Selector {
    /// Changes the value at an index of a slot, or all values of the slot; how many values there were to change.
    ///
    /// # Errors
    /// Which part of the path selects nothing.
    pub fn change(
        &self,
        calendar: &mut Component,
        slot: usize,
        value: Option<usize>,
        change: Change,
    ) -> Result<usize, String> {
        let Some((name, wanted)) = &self.property else {
            return self.change_component(calendar, slot, value, change);
        };
        let zones = &Zones::of(calendar);
        let places = component_places(calendar, &self.components, zones)?;
        let Some(parameter) = &self.parameter else {
            let place = places.get(slot).ok_or("no such place")?;
            let component = component_mut(calendar, place).ok_or("no such component")?;
            return Ok(change_property(
                component,
                (name, wanted.as_deref()),
                value,
                change,
                zones,
            ));
        };
        let mut before = 0;
        for place in places {
            let component = component_mut(calendar, &place).ok_or("no such component")?;
            let carriers = component.properties_mut().filter(|property| {
                property.is(name)
                    && values(property, zones)
                        .iter()
                        .any(|value| wanted.as_ref().is_none_or(|w| value.equals(w)))
            });
            for carrier in carriers {
                if before == slot {
                    return Ok(change_parameter(carrier, parameter, value, change));
                }
                before += 1;
            }
        }
        Err(format!("no {}", self.what()))
    }

    /// Where the components are that the path ends at, or lead to its property.
    pub fn places(&self, calendar: &Component) -> Result<Vec<Place>, String> {
        component_places(calendar, &self.components, &Zones::of(calendar))
    }

    /// The component at such a place.
    pub fn component_mut<'a>(calendar: &'a mut Component, place: &[usize]) -> Option<&'a mut Component> {
        component_mut(calendar, place)
    }

    fn change_component(
        &self,
        calendar: &mut Component,
        slot: usize,
        value: Option<usize>,
        change: Change,
    ) -> Result<usize, String> {
        let ((name, selector), before) = self
            .components
            .split_last()
            .ok_or("the VCALENDAR itself cannot be changed")?;
        let zones = &Zones::of(calendar);
        let places = component_places(calendar, before, zones)?;
        let parent = places
            .get(slot)
            .and_then(|place| component_mut(calendar, place))
            .ok_or("no such component")?;
        let is_meant = |item: &Item| {
            item.as_component()
                .is_some_and(|component| selects(name, selector, component, zones))
        };
        let found: Vec<usize> = (0..parent.items.len())
            .filter(|index| is_meant(&parent.items[*index]))
            .collect();
        let meant: Vec<usize> = match value {
            None => found,
            Some(value) => found.get(value).copied().into_iter().collect(),
        };
        match change {
            Change::Remove => meant
                .iter()
                .rev()
                .for_each(|index| drop(parent.items.remove(*index))),
            Change::Repeat => {
                let again: Vec<Item> = meant.iter().map(|index| parent.items[*index].clone()).collect();
                parent.items.extend(again);
            }
            Change::Add(_) => parent.push_component(new_component(name, selector)),
            Change::Set(_) => {}
        }
        Ok(meant.len())
    }
}

fn new_component(name: &str, selector: &ComponentSelector) -> Component {
    let mut component = Component::new(if name == "*" { "VEVENT" } else { name });
    if let ComponentSelector::RecurrenceId(date) = selector {
        component.push(Property::new("RECURRENCE-ID", date));
    }
    component
}

fn component_mut<'a>(calendar: &'a mut Component, place: &[usize]) -> Option<&'a mut Component> {
    place.iter().try_fold(calendar, |parent, index| {
        parent.items.get_mut(*index)?.as_component_mut()
    })
}

fn change_property(
    component: &mut Component,
    (name, wanted): (&str, Option<&str>),
    value: Option<usize>,
    change: Change,
    zones: &Zones,
) -> usize {
    if let Change::Add(added) = change {
        component.push(Property::new(name, encoded(name, wanted.unwrap_or(added))));
        return 0;
    }
    let mut count = 0;
    let mut changed = 0;
    let mut items = Vec::with_capacity(component.items.len());
    for mut item in std::mem::take(&mut component.items) {
        let Some(property) = item.as_property_mut().filter(|property| property.is(name)) else {
            items.push(item);
            continue;
        };
        let found = values(property, zones);
        let is_list = DATE_LISTS.iter().any(|list| list.eq_ignore_ascii_case(name));
        let mut parts: Vec<String> = if is_list {
            property.value.split(',').map(str::to_string).collect()
        } else {
            vec![property.value.clone()]
        };
        let mut again = Vec::new();
        for (part, found) in parts.iter_mut().zip(found).collect::<Vec<_>>() {
            if !wanted.is_none_or(|wanted| found.equals(wanted)) {
                continue;
            }
            count += 1;
            if value.is_some_and(|value| value + 1 != count) {
                continue;
            }
            changed += 1;
            match change {
                Change::Remove => part.clear(),
                Change::Set(text) => *part = encoded(name, text),
                Change::Repeat | Change::Add(_) => {
                    let mut copy = property.clone();
                    copy.value.clone_from(part);
                    again.push(Item::Property(copy));
                }
            }
        }
        if matches!(change, Change::Remove) && changed > 0 {
            parts.retain(|part| !part.is_empty());
        }
        if !parts.is_empty() {
            let joined = parts.join(",");
            if joined != property.value {
                property.value = joined;
            }
            items.push(item);
        }
        items.extend(again);
    }
    component.items = items;
    changed
}

fn encoded(name: &str, value: &str) -> String {
    if TEXTS.iter().any(|text| text.eq_ignore_ascii_case(name)) {
        text::escape(value).into_owned()
    } else {
        value.to_string()
    }
}

fn change_parameter(carrier: &mut Property, name: &str, value: Option<usize>, change: Change) -> usize {
    let parameters = carrier.params.iter().filter(|parameter| parameter.is(name));
    let count: usize = parameters.map(|parameter| parameter.values.len().max(1)).sum();
    match (change, value) {
        (Change::Remove, _) => {
            carrier.remove_param(name);
        }
        (Change::Add(text), _) | (Change::Set(text), None) => carrier.set_param(name, text),
        (Change::Set(_) | Change::Repeat, _) => {
            let parameters = carrier.params.iter_mut().filter(|parameter| parameter.is(name));
            for parameter in parameters {
                match change {
                    Change::Set(text) => {
                        let index = value
                            .unwrap_or_default()
                            .min(parameter.values.len().saturating_sub(1));
                        parameter.values.splice(
                            index..(index + 1).min(parameter.values.len()),
                            [ParamValue::new(text)],
                        );
                    }
                    _ => parameter.values.extend(parameter.values.first().cloned()),
                }
            }
        }
    }
    count
}
