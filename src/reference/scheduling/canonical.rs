//! Components in a form in which two are equal when they mean the same.

use crate::ical::{Component, Property};

use super::parts::SCHEDULE_PARAMETERS;
use crate::ical::address;

/// Parameters whose default may be written or left out, and whose values have no case (RFC 5545, section 3.2).
const DEFAULTS: [(&str, &str); 6] = [
    ("PARTSTAT", "NEEDS-ACTION"),
    ("ROLE", "REQ-PARTICIPANT"),
    ("CUTYPE", "INDIVIDUAL"),
    ("RSVP", "FALSE"),
    ("SCHEDULE-AGENT", "SERVER"),
    ("VALUE", "DATE-TIME"),
];

/// The component's own properties in canonical form, sorted; `keep` edits them first, or leaves some out.
pub(super) fn canonical(component: &Component, keep: impl Fn(&mut Property) -> bool) -> Vec<String> {
    let mut lines: Vec<String> = component
        .properties()
        .filter_map(|property| {
            let mut property = property.clone();
            keep(&mut property).then(|| line(&property))
        })
        .collect();
    lines.sort();
    lines.dedup();
    lines
}

/// One property in canonical form.
pub(super) fn line(property: &Property) -> String {
    let mut params: Vec<String> = property
        .params
        .iter()
        .map(|param| (param.name.to_ascii_uppercase(), param))
        .filter_map(|(name, param)| {
            let values = param
                .values
                .iter()
                .map(|value| value.decoded().into_owned())
                .collect::<Vec<_>>()
                .join(",");
            let Some((_, default)) = DEFAULTS.iter().find(|(known, _)| *known == name) else {
                return Some(format!("{name}={values}"));
            };
            let values = values.to_ascii_uppercase();
            (values != *default).then(|| format!("{name}={values}"))
        })
        .collect();
    params.sort();
    let name = property.name.to_ascii_uppercase();
    let value = match name.as_str() {
        "ATTENDEE" | "ORGANIZER" => address::normalize(&property.value),
        "RRULE" | "EXRULE" => rule(&property.value),
        "EXDATE" | "RDATE" => sorted(&property.value, ','),
        _ => property.text().trim().to_owned(),
    };
    format!("{name};{}:{value}", params.join(";"))
}

/// A recurrence rule with its parts sorted.
fn rule(value: &str) -> String {
    let value = value.trim().to_ascii_uppercase();
    let parts = value
        .split(';')
        .filter(|part| *part != "INTERVAL=1")
        .collect::<Vec<_>>()
        .join(";");
    sorted(&parts, ';')
}

fn sorted(value: &str, separator: char) -> String {
    let mut parts: Vec<&str> = value.split(separator).map(str::trim).collect();
    parts.sort_unstable();
    parts.join(&separator.to_string())
}

/// What the server keeps for itself or writes anew each time: it is no news to anybody.
pub(super) fn drop_bookkeeping(property: &mut Property) -> bool {
    for name in SCHEDULE_PARAMETERS {
        property.remove_param(name);
    }
    ![
        "DTSTAMP",
        "LAST-MODIFIED",
        "CREATED",
        "SEQUENCE",
        "REQUEST-STATUS",
    ]
    .iter()
    .any(|name| property.is(name))
}
