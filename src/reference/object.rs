//! What may be stored in a calendar: the preconditions of RFC 4791 section 5.3.2.1 that look at the object alone.

use std::collections::BTreeSet;

use crate::ical::time::list;
use crate::ical::{self, Component, Document, Item, Property};

use super::config::Limits;
use super::http::{MediaType, Refusal};
use super::instances;

/// The media type of what is stored.
pub const CALENDAR_TYPE: &str = "text/calendar; charset=utf-8";

/// Is it of a media type that calendars take?
///
/// # Errors
/// CALDAV:supported-calendar-data.
pub fn check_type(content_type: Option<MediaType>) -> Result<(), Refusal> {
    let refuse = |why: String| Err(Refusal::access("supported-calendar-data", why));
    let Some((kind, params)) = content_type else {
        return Ok(());
    };
    if kind != "text/calendar" {
        return refuse(format!("{kind} is not text/calendar"));
    }
    for (name, value) in params {
        match name.as_str() {
            "charset" if !["utf-8", "us-ascii"].contains(&value.to_ascii_lowercase().as_str()) => {
                return refuse(format!("the charset {value} is not supported"));
            }
            "version" if value != "2.0" => return refuse(format!("iCalendar {value} is not supported")),
            _ => {}
        }
    }
    Ok(())
}

/// A calendar object from its octets.
///
/// # Errors
/// CALDAV:max-resource-size, valid-calendar-data, valid-calendar-object-resource, supported-calendar-component,
/// min-date-time, max-date-time, max-attendees-per-instance, max-instances.
pub fn read(octets: &[u8], components: &[String], limits: &Limits) -> Result<Document, Refusal> {
    if octets.len() > limits.resource_octets {
        let why = format!("{} octets are more than {}", octets.len(), limits.resource_octets);
        return Err(Refusal::access("max-resource-size", why));
    }
    let document = valid_document(octets).map_err(|why| Refusal::access("valid-calendar-data", why))?;
    let calendar = document.calendar().ok_or_else(Refusal::not_found)?;
    check_resource(calendar).map_err(|why| Refusal::access("valid-calendar-object-resource", why))?;
    for component in parts(calendar) {
        if !components.iter().any(|name| component.is(name)) {
            let why = format!("this calendar takes no {}", component.name);
            return Err(Refusal::access("supported-calendar-component", why));
        }
    }
    check_limits(&document, calendar, limits)?;
    Ok(document)
}

/// Components that are no VTIMEZONE.
pub fn parts(calendar: &Component) -> impl Iterator<Item = &Component> {
    calendar
        .components()
        .filter(|component| !component.is("VTIMEZONE"))
}

/// One iCalendar object that follows RFC 5545 as far as a store has to care. Says what is wrong otherwise.
///
/// # Errors
/// The first fault, as a sentence.
pub fn valid_document(octets: &[u8]) -> Result<Document, String> {
    if std::str::from_utf8(octets).is_err() {
        return Err("it is not UTF-8".to_owned());
    }
    let document = ical::read(octets).map_err(|error| error.to_string())?;
    let [Item::Component(calendar)] = &document.items[..] else {
        return Err("it is not exactly one VCALENDAR".to_owned());
    };
    if !calendar.is("VCALENDAR") {
        return Err(format!("{} is no VCALENDAR", calendar.name));
    }
    check_lines(calendar)?;
    for (name, expected) in [("VERSION", Some("2.0")), ("PRODID", None)] {
        match &calendar.properties_named(name).collect::<Vec<_>>()[..] {
            [one] if expected.is_none_or(|value| one.value.trim() == value) => {}
            [_] => return Err(format!("{name} is not {}", expected.unwrap_or_default())),
            _ => return Err(format!("VCALENDAR must have exactly one {name}")),
        }
    }
    if calendar.components().next().is_none() {
        return Err("VCALENDAR holds no component".to_owned());
    }
    let has_method = calendar.property("METHOD").is_some();
    for component in calendar.components() {
        check_component(component, has_method)?;
    }
    Ok(document)
}

fn check_lines(component: &Component) -> Result<(), String> {
    if component.is_unclosed() {
        return Err(format!(
            "line {}: {} has no END",
            component.line(),
            component.name
        ));
    }
    if component.end_name().is_some_and(|name| !component.is(&name)) {
        return Err(format!(
            "line {}: {} is closed by another END",
            component.line(),
            component.name
        ));
    }
    for item in &component.items {
        match item {
            Item::Other(line) => return Err(format!("line {}: no content line", line.line())),
            Item::Component(inner) => check_lines(inner)?,
            Item::Property(_) => {}
        }
    }
    Ok(())
}

/// Properties that a component has at most once (RFC 5545 sections 3.6.1 to 3.6.4).
const ONCE: [&str; 20] = [
    "UID",
    "DTSTAMP",
    "DTSTART",
    "DTEND",
    "DUE",
    "DURATION",
    "RECURRENCE-ID",
    "ORGANIZER",
    "SEQUENCE",
    "STATUS",
    "SUMMARY",
    "TRANSP",
    "CLASS",
    "CREATED",
    "LAST-MODIFIED",
    "LOCATION",
    "PRIORITY",
    "URL",
    "RRULE",
    "COMPLETED",
];

const DATES: [&str; 10] = [
    "DTSTAMP",
    "DTSTART",
    "DTEND",
    "DUE",
    "RECURRENCE-ID",
    "CREATED",
    "LAST-MODIFIED",
    "COMPLETED",
    "EXDATE",
    "RDATE",
];

fn check_component(component: &Component, has_method: bool) -> Result<(), String> {
    let fail = |why: &str| Err(format!("line {}: {} {why}", component.line(), component.name));
    if component.is("VTIMEZONE") {
        let has_observance = component
            .components()
            .any(|part| part.is("STANDARD") || part.is("DAYLIGHT"));
        return match component.properties_named("TZID").count() == 1 && has_observance {
            true => Ok(()),
            false => fail("needs one TZID and a STANDARD or DAYLIGHT"),
        };
    }
    if !["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"]
        .iter()
        .any(|known| component.is(known))
    {
        return Ok(());
    }
    for name in ONCE {
        if component.properties_named(name).count() > 1 {
            return fail(&format!("has more than one {name}"));
        }
    }
    for name in ["UID", "DTSTAMP"] {
        if component
            .property(name)
            .is_none_or(|property| property.value.trim().is_empty())
        {
            return fail(&format!("has no {name}"));
        }
    }
    if component.is("VEVENT") && !has_method && component.property("DTSTART").is_none() {
        return fail("has no DTSTART");
    }
    let end = if component.is("VTODO") { "DUE" } else { "DTEND" };
    if !component.is("VFREEBUSY")
        && component.property(end).is_some()
        && component.property("DURATION").is_some()
    {
        return fail(&format!("has both {end} and DURATION"));
    }
    for property in component.properties() {
        if DATES.iter().any(|name| property.is(name)) && list(property).any(|value| value.is_err()) {
            return Err(format!("line {}: {} is no date", property.line(), property.name));
        }
    }
    Ok(())
}

/// RFC 4791 section 4.1.
fn check_resource(calendar: &Component) -> Result<(), String> {
    if calendar.property("METHOD").is_some() {
        return Err("it has a METHOD".to_owned());
    }
    let mut kinds = BTreeSet::new();
    let mut uids = BTreeSet::new();
    let mut instances = BTreeSet::new();
    for part in parts(calendar) {
        kinds.insert(part.name.to_ascii_uppercase());
        uids.insert(part.text("UID").unwrap_or_default());
        let id = part
            .property("RECURRENCE-ID")
            .map(|id| (id.param("TZID"), id.value.as_str()));
        if !instances.insert(id) {
            return Err("two components are about the same instance".to_owned());
        }
    }
    match kinds.len() {
        0 => return Err("it holds nothing but time zones".to_owned()),
        1 => {}
        _ => return Err("it holds components of different types".to_owned()),
    }
    if uids.len() != 1 || uids.contains("") {
        return Err("its components differ in UID or have none".to_owned());
    }
    let zones: BTreeSet<String> = calendar
        .components_named("VTIMEZONE")
        .filter_map(|zone| zone.text("TZID"))
        .collect();
    for part in parts(calendar) {
        for used in tzids(part) {
            if !zones.contains(&used) {
                return Err(format!("there is no VTIMEZONE for {used}"));
            }
        }
    }
    Ok(())
}

fn tzids(component: &Component) -> Vec<String> {
    let own = component
        .properties()
        .filter_map(|property| property.param("TZID"))
        .map(str::to_owned);
    own.chain(component.components().flat_map(tzids)).collect()
}

fn check_limits(document: &Document, calendar: &Component, limits: &Limits) -> Result<(), Refusal> {
    for part in parts(calendar) {
        let attendees = part.properties_named("ATTENDEE").count();
        if attendees > limits.attendees {
            let why = format!("{attendees} attendees are more than {}", limits.attendees);
            return Err(Refusal::access("max-attendees-per-instance", why));
        }
        for property in part.properties().filter(|property| is_bounded(property)) {
            for value in property.value.split([',', '/']).filter(|value| value.len() >= 8) {
                // Dates compare as texts.
                if value.starts_with('P') || value.starts_with('-') {
                    continue;
                }
                if value < limits.min_date_time.as_str() {
                    return Err(Refusal::access("min-date-time", format!("{value} is too early")));
                }
                if value > limits.max_date_time.as_str() {
                    return Err(Refusal::access("max-date-time", format!("{value} is too late")));
                }
            }
        }
    }
    match limits.instances {
        Some(most) if instances::more_than(document, most) => Err(Refusal::access(
            "max-instances",
            format!("it has more than {most} instances"),
        )),
        _ => Ok(()),
    }
}

fn is_bounded(property: &Property) -> bool {
    ["DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "RDATE", "EXDATE"]
        .iter()
        .any(|name| property.is(name))
}
