//! Calendar object resources (RFC 4791, section 4.1; draft -10, sections 5.2.4.2 and 10).

use std::collections::HashMap;

use super::finding::{Breach, Sink, Spot, shown};
use super::kind::Kind;
use super::object::Object;
use super::{message, rule, scheduling};
use crate::ical::address::address_eq;

/// Looks at a stored object as a whole, after its components.
pub(super) fn stored(object: &Object<'_>, sink: &mut Sink) {
    sink.applies(rule::STORED_METHOD);
    if let Some(method) = object.calendar.property("METHOD") {
        sink.breach(rule::STORED_METHOD, || {
            Breach::new(
                Spot::property(object.calendar, method),
                "a stored object has no METHOD",
            )
        });
    }
    if let Some(version) = object.calendar.property("VERSION") {
        sink.applies(rule::VERSION);
        if version.value != "2.0" {
            sink.breach(rule::VERSION, || {
                Breach::new(
                    Spot::value(object.calendar, version),
                    format!("VERSION is 2.0, not {}", shown(&version.value)),
                )
            });
        }
    }
    one_type(object, sink);
    one_uid(object, sink);
    instances(object, sink);
    organizer(object, sink);
    scheduling::stored(object, sink);
}

fn one_type(object: &Object<'_>, sink: &mut Sink) {
    let Some(kind) = object.kind else { return };
    sink.applies(rule::STORED_TYPE);
    let other = object.calendar.components().find(|component| {
        let other = Kind::of(&component.name);
        other.is_scheduled() && other != kind
    });
    if let Some(other) = other {
        sink.breach(rule::STORED_TYPE, || {
            Breach::new(
                Spot::component(other),
                format!("{} in a calendar object of {}", other.name, kind.name()),
            )
        });
    }
}

fn one_uid(object: &Object<'_>, sink: &mut Sink) {
    sink.applies(rule::STORED_UID);
    let uids = message::uids(object);
    if uids.len() < 2 {
        return;
    }
    let mut components = object.scheduled();
    let first = components.next().and_then(|first| first.property("UID"));
    let other = components.find_map(|component| {
        let uid = component.property("UID")?;
        (first.map(|first| &first.value) != Some(&uid.value)).then_some((component, uid))
    });
    if let Some((component, uid)) = other {
        sink.breach(rule::STORED_UID, || {
            Breach::new(
                Spot::value(component, uid),
                format!("a second UID, {}, in one calendar object", shown(&uid.value)),
            )
        });
    }
}

/// One component without RECURRENCE-ID, and one for each RECURRENCE-ID.
fn instances(object: &Object<'_>, sink: &mut Sink) {
    sink.applies(rule::STORED_INSTANCES);
    let mut seen: HashMap<Option<&str>, u32> = HashMap::new();
    for component in object.scheduled() {
        let id = component.property("RECURRENCE-ID");
        let key = id.map(|id| id.value.as_str());
        if let Some(line) = seen.get(&key) {
            sink.breach(rule::STORED_INSTANCES, || {
                let what = match key {
                    Some(id) => format!("a second component with RECURRENCE-ID {}", shown(id)),
                    None => "a second component without RECURRENCE-ID".to_owned(),
                };
                Breach::new(
                    Spot::component(component),
                    format!("{what} (the first is on line {line})"),
                )
            });
        } else {
            seen.insert(key, component.line());
        }
    }
}

fn organizer(object: &Object<'_>, sink: &mut Sink) {
    let mut organizers = object
        .scheduled()
        .filter_map(|component| Some((component, component.property("ORGANIZER")?)));
    let Some((_, first)) = organizers.next() else {
        return;
    };
    sink.applies(rule::SAME_ORGANIZER);
    if let Some((component, other)) = organizers.find(|(_, other)| !address_eq(&other.value, &first.value)) {
        sink.breach(rule::SAME_ORGANIZER, || {
            Breach::new(
                Spot::value(component, other),
                format!(
                    "ORGANIZER is {}, in another component {}",
                    shown(&other.value),
                    shown(&first.value)
                ),
            )
        });
    }
}
