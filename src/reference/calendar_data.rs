//! CALDAV:calendar-data in a report (RFC 4791 section 9.6): which part of an object is returned.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::dav::{Element, caldav};
use crate::ical::recur::Instance;
use crate::ical::time::{DateTime, DateValue, Zone};
use crate::ical::{Component, Document, Item, Property};

use super::config::Limits;
use super::filter::Range;
use super::http::Refusal;
use super::instances;

/// What is to be returned.
#[derive(Debug)]
pub struct Selection {
    comp: Option<Comp>,
    expand: Option<Range>,
    limit: Option<Range>,
    limit_freebusy: Option<Range>,
}

#[derive(Debug)]
struct Comp {
    name: String,
    all_props: bool,
    /// With whether the value is left out.
    props: Vec<(String, bool)>,
    all_comps: bool,
    comps: Vec<Comp>,
}

impl Selection {
    /// # Errors
    /// CALDAV:supported-calendar-data; 400 or CALDAV:valid-filter for a range that is none.
    pub fn read(element: &Element) -> Result<Selection, Refusal> {
        let kind = element.attr("content-type").unwrap_or("text/calendar");
        let version = element.attr("version").unwrap_or("2.0");
        if !kind.eq_ignore_ascii_case("text/calendar") || version != "2.0" {
            return Err(Refusal::access(
                "supported-calendar-data",
                format!("{kind} {version} is not supported"),
            ));
        }
        let range = |name| {
            let found = element.first(&caldav(name));
            found
                .map(|range| match (range.attr("start"), range.attr("end")) {
                    (Some(_), Some(_)) => Range::read(range, &Limits::default()),
                    _ => Err(Refusal::new(
                        400,
                        format!("line {}: start and end are needed", range.line),
                    )),
                })
                .transpose()
        };
        Ok(Selection {
            comp: element.first(&caldav("comp")).map(Comp::read).transpose()?,
            expand: range("expand")?,
            limit: range("limit-recurrence-set")?,
            limit_freebusy: range("limit-freebusy-set")?,
        })
    }

    /// The text to return of this object; its own octets if all of it is wanted.
    pub fn apply(&self, document: &Document, octets: &[u8], zone: &TimeZone) -> String {
        let whole = || String::from_utf8_lossy(octets).into_owned();
        if self.comp.is_none()
            && self.expand.is_none()
            && self.limit.is_none()
            && self.limit_freebusy.is_none()
        {
            return whole();
        }
        let mut result = document.clone();
        if let Some(range) = self.expand {
            match expanded(document, zone, range) {
                Some(document) => result = document,
                None => return whole(),
            }
        } else if let Some(range) = self.limit {
            limit(&mut result, document, zone, range);
        }
        if let Some(range) = self.limit_freebusy {
            limit_freebusy(&mut result, zone, range);
        }
        if let (Some(comp), Some(calendar)) = (&self.comp, result.calendar_mut())
            && calendar.is(&comp.name)
        {
            comp.cut(calendar);
        }
        String::from_utf8_lossy(&result.to_bytes()).into_owned()
    }
}

impl Comp {
    fn read(element: &Element) -> Result<Comp, Refusal> {
        let name_of = |element: &Element| {
            element
                .attr("name")
                .map(str::to_owned)
                .ok_or_else(|| Refusal::new(400, format!("line {}: no name", element.line)))
        };
        let props: Vec<(String, bool)> = element
            .all(&caldav("prop"))
            .map(|prop| Ok((name_of(prop)?, prop.attr("novalue") == Some("yes"))))
            .collect::<Result<_, Refusal>>()?;
        let comps: Vec<Comp> = element
            .all(&caldav("comp"))
            .map(Comp::read)
            .collect::<Result<_, _>>()?;
        Ok(Comp {
            name: name_of(element)?,
            // A component without any of them is wanted as it is.
            all_props: element.has(&caldav("allprop")) || (props.is_empty() && comps.is_empty()),
            all_comps: element.has(&caldav("allcomp")) || (props.is_empty() && comps.is_empty()),
            props,
            comps,
        })
    }

    fn cut(&self, component: &mut Component) {
        let items = std::mem::take(&mut component.items);
        for mut item in items {
            let keep = match &mut item {
                Item::Property(property) => {
                    let wanted = self.props.iter().find(|(name, _)| property.is(name));
                    if let Some((_, true)) = wanted {
                        property.value.clear();
                    }
                    self.all_props || wanted.is_some()
                }
                Item::Component(inner) => {
                    let wanted = self.comps.iter().find(|comp| inner.is(&comp.name));
                    if let Some(comp) = wanted {
                        comp.cut(inner);
                    }
                    self.all_comps || wanted.is_some()
                }
                Item::Other(_) => false,
            };
            if keep {
                component.items.push(item);
            }
        }
    }
}

/// CALDAV:expand: each instance in the range by itself, in UTC. `None` if that cannot be computed.
fn expanded(document: &Document, zone: &TimeZone, range: Range) -> Option<Document> {
    let calendar = document.calendar()?;
    let zones = instances::zones(document, zone);
    let found = instances::instances(document, &zones, range).ok()?;
    let recurs = calendar.components().any(|part| {
        ["RRULE", "RDATE", "RECURRENCE-ID"]
            .iter()
            .any(|name| part.property(name).is_some())
    });
    let mut whole = Component::new("VCALENDAR");
    for property in calendar.properties() {
        whole.push(property.clone());
    }
    for instance in &found {
        whole.push_component(instance_of(instance, recurs, &zones));
    }
    Some(Document::new(whole))
}

fn instance_of(instance: &Instance<'_>, recurs: bool, zones: &crate::ical::zone::Zones) -> Component {
    let mut component = instance.component.clone();
    for name in ["RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID"] {
        component.remove_properties(name);
    }
    let replace = |component: &mut Component, name: &str, value: &DateValue| {
        let property = value.to_property(name);
        match component.property_mut(name) {
            Some(old) => *old = property,
            None => component.push(property),
        }
    };
    let like = |model: Option<&Property>, at: Timestamp| match model.map(DateValue::of) {
        Some(Ok(DateValue::Date(_))) => zones
            .local(at, &Zone::Floating)
            .ok()
            .map(|local| DateValue::Date(local.date())),
        Some(Ok(DateValue::DateTime(time))) if time.zone == Zone::Floating => {
            zones.local(at, &Zone::Floating).ok().map(|local| {
                DateValue::DateTime(DateTime {
                    date: local.date(),
                    time: local.time(),
                    zone: Zone::Floating,
                })
            })
        }
        _ => Some(DateValue::DateTime(DateTime::from_instant(at))),
    };
    for (name, at) in [
        ("DTSTART", instance.start),
        ("DTEND", instance.end),
        ("DUE", instance.end),
    ] {
        if component.property(name).is_some()
            && let Some(value) = like(instance.component.property(name), at)
        {
            replace(&mut component, name, &value);
        }
    }
    if recurs {
        let id = match &instance.recurrence_id {
            DateValue::DateTime(DateTime {
                zone: Zone::Tzid(_), ..
            }) => zones
                .instant_of(&instance.recurrence_id)
                .ok()
                .map(|at| DateValue::DateTime(DateTime::from_instant(at))),
            other => Some(other.clone()),
        };
        if let Some(id) = id {
            replace(&mut component, "RECURRENCE-ID", &id);
        }
    }
    component
}

/// CALDAV:limit-recurrence-set: overrides that are or were in the range.
fn limit(result: &mut Document, document: &Document, zone: &TimeZone, range: Range) {
    let zones = instances::zones(document, zone);
    let Ok(found) = instances::instances(document, &zones, range) else {
        return;
    };
    let current: BTreeSet<String> = found
        .iter()
        .map(|instance| instance.recurrence_id.to_string())
        .collect();
    let Some(calendar) = result.calendar_mut() else {
        return;
    };
    calendar.retain_components(|component| {
        let Some(id) = component.property("RECURRENCE-ID") else {
            return true;
        };
        let was_there =
            instances::instant(document, zone, id).is_some_and(|at| range.start <= at && range.end > at);
        id.param("RANGE").is_some()
            || was_there
            || DateValue::of(id).is_ok_and(|id| current.contains(&id.to_string()))
    });
}

fn limit_freebusy(result: &mut Document, zone: &TimeZone, range: Range) {
    let zones = instances::zones(result, zone);
    let Some(calendar) = result.calendar_mut() else {
        return;
    };
    for component in calendar.components_named_mut("VFREEBUSY") {
        component.items.retain_mut(|item| match item {
            Item::Property(property) if property.is("FREEBUSY") => {
                let kept: Vec<String> = property
                    .value
                    .split(',')
                    .filter(|value| {
                        let one = Property::new("FREEBUSY", *value);
                        instances::periods(&one, &zones)
                            .iter()
                            .any(|(start, end)| range.start < *end && range.end > *start)
                    })
                    .map(str::to_owned)
                    .collect();
                property.value = kept.join(",");
                !property.value.is_empty()
            }
            _ => true,
        });
    }
}
