//! What a change of times means: new SEQUENCE, PARTSTAT asked anew.

use std::collections::BTreeSet;

use crate::ical::Component;
use crate::reference::policy::{Deviation, Policy};

use super::canonical::line;
use super::series::{Key, Series};

/// The times of a component: any change to them is a reschedule (9.1).
const TIMES: [&str; 4] = ["DTSTART", "DTEND", "DURATION", "DUE"];
/// What makes the recurrence set, next to the start.
const PATTERN: [&str; 3] = ["DTSTART", "RRULE", "RDATE"];

/// Whether the change raises SEQUENCE (RFC 5546, section 2.1.4).
pub(super) fn needs_sequence(before: &Series, after: &Series, key: &Key) -> bool {
    let (Some(old), Some(new)) = (before.effective(key), after.get(key)) else {
        return false;
    };
    lines(&old, &TIMES) != lines(new, &TIMES)
        || lines(&old, &["STATUS"]) != lines(new, &["STATUS"])
        || key.is_none()
            && (lines(&old, &["RRULE"]) != lines(new, &["RRULE"])
                || before.dates("RDATE") != after.dates("RDATE")
                || before.excluded() != after.excluded())
}

/// Whether the change reschedules what the component stands for (9.1): other times, or more instances.
pub(super) fn is_rescheduled(before: &Series, after: &Series, key: &Key, policy: &Policy) -> bool {
    let Some(new) = after.get(key) else { return false };
    let Some(old) = before.effective(key) else {
        // An instance that is new, or was taken out and is back.
        return !before.is_empty();
    };
    let times = match policy.deviates(Deviation::DurationIsNoReschedule) {
        true => &TIMES[..2],
        false => &TIMES[..],
    };
    lines(&old, times) != lines(new, times) || key.is_none() && gains_instances(before, after)
}

/// Whether the recurrence set is made differently.
pub(super) fn pattern_differs(before: &Series, after: &Series) -> bool {
    match (&before.master, &after.master) {
        (Some(old), Some(new)) => lines(old, &PATTERN) != lines(new, &PATTERN),
        _ => false,
    }
}

fn gains_instances(before: &Series, after: &Series) -> bool {
    if !pattern_differs(before, after) && before.excluded().is_subset(&after.excluded()) {
        return false;
    }
    after.gains_over(before)
}

/// The properties of these names in canonical form.
fn lines(component: &Component, names: &[&str]) -> BTreeSet<String> {
    let wanted = component
        .properties()
        .filter(|property| names.iter().any(|name| property.is(name)));
    wanted.map(line).collect()
}
