//! What the engine reads from, and writes into, single components and properties.

use crate::ical::{Component, Property};

use crate::ical::address;

/// The parameters of sections 10.1 to 10.3, which no message may have.
pub(super) const SCHEDULE_PARAMETERS: [&str; 3] =
    ["SCHEDULE-AGENT", "SCHEDULE-STATUS", "SCHEDULE-FORCE-SEND"];

/// The ATTENDEE with this address.
pub(super) fn attendee<'a>(component: &'a Component, who: &str) -> Option<&'a Property> {
    component
        .properties_named("ATTENDEE")
        .find(|attendee| address::address_eq(&attendee.value, who))
}

pub(super) fn attendee_mut<'a>(component: &'a mut Component, who: &str) -> Option<&'a mut Property> {
    component
        .properties_named_mut("ATTENDEE")
        .find(|attendee| address::address_eq(&attendee.value, who))
}

/// PARTSTAT in upper case; NEEDS-ACTION where there is none.
pub(super) fn partstat(attendee: &Property) -> String {
    attendee
        .param("PARTSTAT")
        .unwrap_or("NEEDS-ACTION")
        .to_ascii_uppercase()
}

/// SEQUENCE; 0 where there is none or it is no number.
pub(super) fn sequence(component: &Component) -> u64 {
    component
        .property("SEQUENCE")
        .and_then(|sequence| sequence.value.trim().parse().ok())
        .unwrap_or(0)
}

pub(super) fn set_sequence(component: &mut Component, value: u64) {
    if sequence(component) != value || component.property("SEQUENCE").is_none() && value > 0 {
        component.set("SEQUENCE", value.to_string());
    }
}

pub(super) fn is_cancelled(component: &Component) -> bool {
    component
        .property("STATUS")
        .is_some_and(|status| status.value.trim().eq_ignore_ascii_case("CANCELLED"))
}

/// Gives the property this SCHEDULE-STATUS, or takes it away.
pub(super) fn set_status(property: &mut Property, status: Option<String>) {
    match status {
        Some(status) => property.set_param("SCHEDULE-STATUS", status),
        None => {
            property.remove_param("SCHEDULE-STATUS");
        }
    }
}

/// SCHEDULE-STATUS with all its codes, as in `2.0,2.4`.
pub(super) fn status(property: &Property) -> Option<String> {
    let param = property.find_param("SCHEDULE-STATUS")?;
    Some(
        param
            .values
            .iter()
            .map(|value| value.text.as_str())
            .collect::<Vec<_>>()
            .join(","),
    )
}
