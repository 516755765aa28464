//! What a path selects in iCalendar data.

use super::super::template::FillError;
use super::natures::{parameter_default, parameter_values, property_default, values};
use super::value::{Nature, Selection, Slot, Value};
use super::{Scope, show};
use crate::ical::zone::Zones;
use crate::ical::{Component, Item, Property};
use crate::scenario::{ComponentSelector, IcalPath};

/// A path whose selectors are filled.
pub(in crate::run) struct Selector {
    pub components: Vec<(String, ComponentSelector)>,
    pub property: Option<(String, Option<String>)>,
    pub parameter: Option<String>,
}

impl Selector {
    pub fn new(path: &IcalPath, scope: &Scope) -> Result<Selector, FillError> {
        let components = path.components.iter().map(|step| {
            let selector = match &step.selector {
                ComponentSelector::RecurrenceId(date) => ComponentSelector::RecurrenceId(scope.fill(date)?),
                other => other.clone(),
            };
            Ok((step.name.clone(), selector))
        });
        let property = match &path.property {
            None => None,
            Some(step) => Some((
                step.name.clone(),
                step.value.as_ref().map(|value| scope.fill(value)).transpose()?,
            )),
        };
        Ok(Selector {
            components: components.collect::<Result<_, _>>()?,
            property,
            parameter: path.parameter.clone(),
        })
    }

    /// The path up to the property.
    pub fn without_parameter(&self) -> Selector {
        Selector {
            components: self.components.clone(),
            property: self.property.clone(),
            parameter: None,
        }
    }

    /// The path up to the components; none for the VCALENDAR itself.
    pub fn components_only(&self) -> Option<Selector> {
        let components = self.components.clone();
        (!components.is_empty()).then_some(Selector {
            components,
            property: None,
            parameter: None,
        })
    }

    /// The path in words.
    pub fn what(&self) -> String {
        let components: Vec<String> = self
            .components
            .iter()
            .map(|(name, selector)| shown(name, selector))
            .collect();
        let mut what = match &self.property {
            None => components.join("/"),
            Some((name, None)) => [components, vec![name.clone()]].concat().join("/"),
            Some((name, Some(value))) => [components, vec![format!("{name}[{}]", show::plain(value))]]
                .concat()
                .join("/"),
        };
        if let Some(parameter) = &self.parameter {
            what = format!("{what};{parameter}");
        }
        if what.is_empty() {
            "VCALENDAR".to_string()
        } else {
            what
        }
    }

    /// The values in a VCALENDAR, by what carries them.
    pub fn select(&self, calendar: &Component) -> Selection {
        let what = self.what();
        let zones = Zones::of(calendar);
        let Some((property, wanted)) = &self.property else {
            return self.select_components(calendar, what);
        };
        let mut selection = Selection::new(what, Vec::new());
        let parents = match self.parents(calendar, &self.components, &zones) {
            Ok(parents) => parents,
            Err(missing) => {
                selection.no_parent = missing;
                return selection;
            }
        };
        let several = parents.len() > 1;
        for component in &parents {
            let matching = matching(component, property, wanted.as_deref(), &zones);
            let place = if several {
                describe(component, calendar)
            } else {
                String::new()
            };
            let Some(parameter) = &self.parameter else {
                let mut slot = Slot::new(place, Vec::new());
                slot.values = matching.into_iter().map(|(_, value)| value).collect();
                slot.none = others(component, property, wanted.as_deref());
                slot.default = property_default(property).filter(|_| wanted.is_none());
                selection.slots.push(slot);
                continue;
            };
            let mut carriers: Vec<(&Property, Value)> = matching;
            carriers.dedup_by(|(next, _), (before, _)| std::ptr::eq(*next, *before));
            for (carrier, value) in carriers {
                let place = format!("{property} {}, line {}", show::value(&value.text), carrier.line());
                let mut slot = Slot::new(place, parameter_values(carrier, parameter));
                slot.none = format!("no {parameter}");
                slot.default = parameter_default(parameter);
                selection.slots.push(slot);
            }
        }
        if selection.slots.is_empty() {
            let missing: Vec<String> = parents
                .iter()
                .map(|component| others(component, property, wanted.as_deref()))
                .collect();
            selection.no_parent = show::join(&missing, "and");
        }
        selection
    }

    fn select_components(&self, calendar: &Component, what: String) -> Selection {
        let zones = Zones::of(calendar);
        let Some(((name, selector), before)) = self.components.split_last() else {
            return Selection::new(
                what,
                vec![Slot::new(
                    String::new(),
                    vec![Value::new("VCALENDAR", Nature::Exact)],
                )],
            );
        };
        let parents = match self.parents(calendar, before, &zones) {
            Ok(parents) => parents,
            Err(missing) => {
                let mut selection = Selection::new(what, Vec::new());
                selection.no_parent = missing;
                return selection;
            }
        };
        let several = parents.len() > 1;
        let slots = parents.iter().map(|parent| {
            let found = parent
                .components()
                .filter(|component| selects(name, selector, component, &zones));
            let values = found.map(|component| Value::new(describe(component, calendar), Nature::Exact));
            let place = if several {
                describe(parent, calendar)
            } else {
                String::new()
            };
            let mut slot = Slot::new(place, values.collect());
            let there: Vec<String> = parent
                .components()
                .map(|component| describe(component, calendar))
                .collect();
            slot.none = format!(
                "no {} (there: {})",
                shown(name, selector),
                show::join(&there, "and")
            );
            slot
        });
        Selection::new(what, slots.collect())
    }

    /// The components at the end of these steps, or which step selects none.
    fn parents<'a>(
        &self,
        calendar: &'a Component,
        steps: &[(String, ComponentSelector)],
        zones: &Zones,
    ) -> Result<Vec<&'a Component>, String> {
        let places = component_places(calendar, steps, zones)?;
        Ok(places
            .iter()
            .filter_map(|place| component_at(calendar, place))
            .collect())
    }
}

/// Where a component is: an index into the items of each component from the VCALENDAR on.
pub(in crate::run) type Place = Vec<usize>;

/// Where the components at the end of these steps are, or which step selects none.
pub(super) fn component_places(
    calendar: &Component,
    steps: &[(String, ComponentSelector)],
    zones: &Zones,
) -> Result<Vec<Place>, String> {
    let mut places = vec![Place::new()];
    for (name, selector) in steps {
        let mut there = Vec::new();
        let mut found = Vec::new();
        for place in &places {
            let Some(parent) = component_at(calendar, place) else {
                continue;
            };
            for (index, item) in parent.items.iter().enumerate() {
                let Item::Component(component) = item else {
                    continue;
                };
                there.push(describe(component, calendar));
                if selects(name, selector, component, zones) {
                    found.push([place.as_slice(), &[index]].concat());
                }
            }
        }
        if found.is_empty() {
            let there = if there.is_empty() {
                "nothing".to_string()
            } else {
                show::join(&there, "and")
            };
            return Err(format!("no {} (there: {there})", shown(name, selector)));
        }
        places = found;
    }
    Ok(places)
}

fn component_at<'a>(calendar: &'a Component, place: &[usize]) -> Option<&'a Component> {
    place
        .iter()
        .try_fold(calendar, |parent, index| parent.items.get(*index)?.as_component())
}

fn shown(name: &str, selector: &ComponentSelector) -> String {
    match selector {
        ComponentSelector::All => name.to_string(),
        ComponentSelector::Master => format!("{name}[master]"),
        ComponentSelector::RecurrenceId(date) => format!("{name}[{date}]"),
    }
}

fn describe(component: &Component, calendar: &Component) -> String {
    let name = show::plain(&component.name);
    match component.property("RECURRENCE-ID") {
        _ if std::ptr::eq(component, calendar) => name,
        Some(id) => format!(
            "{name} of RECURRENCE-ID {}, line {}",
            show::value(&id.value),
            component.line()
        ),
        None => format!("{name}, line {}", component.line()),
    }
}

pub(super) fn selects(
    name: &str,
    selector: &ComponentSelector,
    component: &Component,
    zones: &Zones,
) -> bool {
    let named = if name == "*" {
        !component.is("VTIMEZONE")
    } else {
        component.is(name)
    };
    named
        && match selector {
            ComponentSelector::All => true,
            ComponentSelector::Master => component.property("RECURRENCE-ID").is_none(),
            ComponentSelector::RecurrenceId(date) => component
                .property("RECURRENCE-ID")
                .is_some_and(|id| values(id, zones).iter().any(|value| value.equals(date))),
        }
}

/// The values of a component's properties of this name, those that equal `wanted` only.
fn matching<'a>(
    component: &'a Component,
    name: &str,
    wanted: Option<&str>,
    zones: &Zones,
) -> Vec<(&'a Property, Value)> {
    component
        .properties()
        .filter(|property| property.is(name))
        .flat_map(|property| {
            values(property, zones)
                .into_iter()
                .map(move |value| (property, value))
        })
        .filter(|(_, value)| wanted.is_none_or(|wanted| value.equals(wanted)))
        .collect()
}

/// What there is of a property where the wanted one is not.
fn others(component: &Component, name: &str, wanted: Option<&str>) -> String {
    let Some(wanted) = wanted else {
        return format!("no {name} in {}", show::plain(&component.name));
    };
    let there = component.properties().filter(|property| property.is(name));
    let there: Vec<String> = there.map(|property| show::value(&property.value)).collect();
    let there = if there.is_empty() {
        "none at all".to_string()
    } else {
        show::join(&there, "and")
    };
    format!("no {name} {} (there: {there})", show::value(wanted))
}
