//! Time zones: each TZID has its VTIMEZONE, each VTIMEZONE is one of its own.

use std::collections::HashSet;

use super::finding::{Breach, Sink, Spot, shown};
use super::kind::Kind;
use super::object::{Mode, Object};
use super::rule::{self, Rule};
use crate::ical::{Component, Property};

/// The TZID parameters of the object's components, time zones aside.
pub(super) fn uses<'a>(
    object: &Object<'a>,
) -> impl Iterator<Item = (&'a Component, &'a Property, &'a str)> + use<'a> {
    let outer = object
        .calendar
        .components()
        .filter(|component| !component.is("VTIMEZONE"));
    let all = outer.flat_map(|component| std::iter::once(component).chain(component.components()));
    all.flat_map(|component| {
        let properties = component
            .properties()
            .filter(|property| !property.params.is_empty());
        properties.filter_map(move |property| Some((component, property, property.param("TZID")?)))
    })
}

/// Looks at the time zones of an object.
pub(super) fn zones(object: &Object<'_>, sink: &mut Sink) {
    defined(object, sink);
    let mut seen = HashSet::new();
    for zone in object.of_kind(Kind::TimeZone) {
        sink.applies(rule::TIME_ZONE_UNIQUE);
        let Some(tzid) = zone.property("TZID") else {
            continue;
        };
        if !seen.insert(tzid.value.as_str()) {
            sink.breach(rule::TIME_ZONE_UNIQUE, || {
                Breach::new(
                    Spot::value(zone, tzid),
                    format!("a second VTIMEZONE {}", shown(&tzid.value)),
                )
            });
        }
    }
}

/// Of each TZID that no VTIMEZONE defines, the first use.
fn defined(object: &Object<'_>, sink: &mut Sink) {
    let mut rules: Vec<Rule> = match object.table {
        Some(table) => table.comments_of("zones").map(|(_, rule)| rule).collect(),
        None => Vec::new(),
    };
    rules.push(match object.mode {
        Mode::Stored => rule::STORED_ZONES,
        _ => rule::ZONES,
    });
    rules.push(rule::TZID_DEFINED);
    let mut missing = HashSet::new();
    let mut any = false;
    for (component, property, tzid) in uses(object) {
        any = true;
        let known = object.defined.contains(tzid)
            || property
                .param_text("TZID")
                .is_some_and(|tzid| object.defined.contains(&tzid));
        if known || !missing.insert(tzid) {
            continue;
        }
        sink.breach_by(rules[0], &rules[1..], None, || {
            let index = property.params.iter().position(|param| param.is("TZID"));
            Breach::absent(
                Spot::param(component, property, index.unwrap_or(0)),
                format!("there is no VTIMEZONE for TZID={}", shown(tzid)),
            )
        });
    }
    if any {
        rules.into_iter().for_each(|rule| sink.applies(rule));
    }
}

/// Looks at a VTIMEZONE or at an observance of one.
pub(super) fn component(object: &Object<'_>, component: &Component, kind: Kind, sink: &mut Sink) {
    match kind {
        Kind::TimeZone => {
            let (rule, also) = by_mode(object, rule::ZONE_OBSERVANCE, rule::OBSERVANCE);
            sink.applies(rule);
            let mut inner = component.components().map(|inner| Kind::of(&inner.name));
            if !inner.any(|kind| kind == Kind::Observance) {
                sink.breach_by(rule, &also, None, || {
                    Breach::absent(
                        Spot::component(component),
                        "a VTIMEZONE has at least one STANDARD or DAYLIGHT",
                    )
                });
            }
        }
        Kind::Observance => observance(object, component, sink),
        _ => {}
    }
}

fn observance(object: &Object<'_>, component: &Component, sink: &mut Sink) {
    let (rule, also) = by_mode(object, rule::ZONE_START, rule::OBSERVANCE_START);
    if let Some(start) = component.property("DTSTART") {
        sink.applies(rule);
        if start.value.ends_with('Z')
            || start.param("TZID").is_some()
            || start
                .param("VALUE")
                .is_some_and(|kind| kind.eq_ignore_ascii_case("DATE"))
        {
            sink.breach_by(rule, &also, None, || {
                Breach::new(
                    Spot::value(component, start),
                    format!(
                        "DTSTART of {} is a local time, without TZID and without Z",
                        component.name
                    ),
                )
            });
        }
    }
    if object.is_message() && component.is("STANDARD") && component.property("RRULE").is_some() {
        sink.applies(rule::ZONE_RDATE);
        if let Some(rdate) = component.property("RDATE") {
            sink.breach(rule::ZONE_RDATE, || {
                Breach::new(
                    Spot::property(component, rdate),
                    "RDATE beside RRULE in a STANDARD",
                )
            });
        }
    }
}

/// The requirement of RFC 5546 for messages, with that of RFC 5545; for stored objects only the latter.
fn by_mode(object: &Object<'_>, message: Rule, any: Rule) -> (Rule, Vec<Rule>) {
    if object.is_message() {
        (message, vec![any])
    } else {
        (any, Vec::new())
    }
}
