//! The values of iCalendar properties and parameters, and how each compares.

use super::value::{Nature, Value};
use super::{instant, show};
use crate::ical::zone::Zones;
use crate::ical::{Property, text};

const ADDRESSES: [&str; 2] = ["ATTENDEE", "ORGANIZER"];
const DATES: [&str; 10] = [
    "DTSTART",
    "DTEND",
    "DUE",
    "RECURRENCE-ID",
    "EXDATE",
    "RDATE",
    "DTSTAMP",
    "COMPLETED",
    "CREATED",
    "LAST-MODIFIED",
];
/// Properties with several dates in one value.
pub(super) const DATE_LISTS: [&str; 2] = ["EXDATE", "RDATE"];
/// Enumerated values: their case does not matter (RFC 5545 section 2).
const TOKENS: [&str; 7] = [
    "METHOD", "STATUS", "TRANSP", "CLASS", "ACTION", "CALSCALE", "BUSYTYPE",
];
const INTEGERS: [&str; 4] = ["SEQUENCE", "PRIORITY", "PERCENT-COMPLETE", "REPEAT"];
const PARAMETER_ADDRESSES: [&str; 4] = ["DELEGATED-TO", "DELEGATED-FROM", "SENT-BY", "MEMBER"];
const PARAMETER_TEXTS: [&str; 5] = ["CN", "TZID", "ALTREP", "DIR", "SCHEDULE-STATUS"];

/// What it means that a property is not there (RFC 5545 sections 3.8.1.3, 3.8.1.9, 3.8.2.7, 3.8.7.4).
const DEFAULTS: [(&str, &str); 4] = [
    ("CLASS", "PUBLIC"),
    ("PRIORITY", "0"),
    ("TRANSP", "OPAQUE"),
    ("SEQUENCE", "0"),
];
/// The same for parameters (RFC 5545 sections 3.2.3, 3.2.12, 3.2.16, 3.2.17; RFC 6638 section 7.1).
const PARAMETER_DEFAULTS: [(&str, &str); 5] = [
    ("CUTYPE", "INDIVIDUAL"),
    ("PARTSTAT", "NEEDS-ACTION"),
    ("ROLE", "REQ-PARTICIPANT"),
    ("RSVP", "FALSE"),
    ("SCHEDULE-AGENT", "SERVER"),
];

/// The value that a property has which is not there.
pub(super) fn property_default(name: &str) -> Option<&'static str> {
    default(&DEFAULTS, name)
}

/// The value that a parameter has which is not there.
pub(super) fn parameter_default(name: &str) -> Option<&'static str> {
    default(&PARAMETER_DEFAULTS, name)
}

fn default(defaults: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    defaults
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, default)| *default)
}

/// The values of a property: one, or one for each date of a list.
pub(super) fn values(property: &Property, zones: &Zones) -> Vec<Value> {
    let is_one_of = |names: &[&str]| names.iter().any(|name| property.is(name));
    let raw = property.value.trim();
    if is_one_of(&DATE_LISTS) {
        return raw
            .split(',')
            .map(|part| date(part.trim(), property, zones))
            .collect();
    }
    vec![if is_one_of(&DATES) {
        date(raw, property, zones)
    } else if is_one_of(&ADDRESSES) {
        Value::new(raw, Nature::Address)
    } else if is_one_of(&TOKENS) {
        Value::new(raw, Nature::Token)
    } else if is_one_of(&INTEGERS) {
        Value::new(raw, Nature::Integer)
    } else {
        Value::new(text::unescape(&property.value), Nature::Exact)
    }]
}

fn date(raw: &str, property: &Property, zones: &Zones) -> Value {
    let instant = instant::in_zone(raw, property.param("TZID"), zones);
    let mut value = Value::new(raw, Nature::Date(instant));
    if let Some(zone) = property.param("TZID") {
        value.note = format!("in {}", show::value(zone));
    }
    value
}

/// The values of a parameter; several are separated by commas, inside or outside of quotes.
pub(super) fn parameter_values(property: &Property, name: &str) -> Vec<Value> {
    let nature = if PARAMETER_ADDRESSES.contains(&name) {
        Nature::Address
    } else if PARAMETER_TEXTS.contains(&name) {
        Nature::Exact
    } else {
        Nature::Token
    };
    let mut found = Vec::new();
    for parameter in property.params.iter().filter(|parameter| parameter.is(name)) {
        for value in &parameter.values {
            // -10 section 10.3 puts several status codes into one pair of quotes.
            let parts: Vec<&str> = if name == "SCHEDULE-STATUS" {
                value.text.split(',').collect()
            } else {
                vec![&value.text]
            };
            found.extend(
                parts
                    .into_iter()
                    .map(|part| Value::new(text::decode_param(part.trim()), nature.clone())),
            );
        }
        if parameter.values.is_empty() {
            found.push(Value::new("", nature.clone()));
        }
    }
    found
}
