//! PARTSTAT and SCHEDULE-STATUS in what an organizer writes: they are the attendees' and the server's.

use std::collections::BTreeSet;

use crate::reference::policy::{Deviation, Variant};

use super::agent::Agent;
use super::engine::Context;
use super::organizer::is_organizer;
use super::parts;
use super::refusal::{Precondition, Refusal};
use super::reschedule;
use super::series::{Key, Series};

/// Nobody but the attendee says how the attendee answers (5.2.1.1; RFC 6638, section 3.2.1).
pub(super) fn guard_partstat(
    context: &Context<'_>,
    before: &Series,
    after: &mut Series,
) -> Result<(), Refusal> {
    let creating = before.is_empty();
    let refuse = if creating {
        !context.policy.deviates(Deviation::PartstatForged)
    } else {
        context.policy.varies(Variant::RefusePartstatOnModify)
    };
    for (key, component) in after.components_mut() {
        let old = before.effective(&key).or_else(|| before.master.clone());
        let copy = component.clone();
        for attendee in component.properties_named_mut("ATTENDEE") {
            if is_organizer(context, &copy, attendee) || Agent::of(attendee, context.policy) != Agent::Server
            {
                continue;
            }
            let known = old
                .as_ref()
                .and_then(|old| parts::attendee(old, &attendee.value))
                .map(parts::partstat);
            let known = known.unwrap_or_else(|| "NEEDS-ACTION".to_owned());
            let new = parts::partstat(attendee);
            if new == "NEEDS-ACTION" || new == known {
                continue;
            }
            if refuse {
                return Err(Refusal::new(
                    Precondition::AllowedOrganizerSchedulingObjectChange,
                    format!("only {} can set their PARTSTAT to {new}", attendee.value),
                ));
            }
            if !creating {
                attendee.set_param("PARTSTAT", known);
            }
        }
    }
    Ok(())
}

/// SCHEDULE-STATUS is the server's where the server schedules, and the client's elsewhere (10.3).
pub(super) fn keep_statuses(context: &Context<'_>, before: &Series, after: &mut Series) {
    for (key, component) in after.components_mut() {
        let old = before.effective(&key).or_else(|| before.master.clone());
        let copy = component.clone();
        for attendee in component.properties_named_mut("ATTENDEE") {
            if is_organizer(context, &copy, attendee) || Agent::of(attendee, context.policy) != Agent::Server
            {
                continue;
            }
            let known = old
                .as_ref()
                .and_then(|old| parts::attendee(old, &attendee.value))
                .and_then(parts::status);
            parts::set_status(attendee, known);
        }
    }
}

/// Asks all attendees anew where the organizer rescheduled (9.1), and finds those the organizer asks anew. Returns whom
/// and for what.
pub(super) fn reset(context: &Context<'_>, before: &Series, after: &mut Series) -> Vec<(String, Key)> {
    let moved: BTreeSet<Key> = after
        .components()
        .map(|(key, _)| key)
        .filter(|key| reschedule::is_rescheduled(before, after, key, context.policy))
        .collect();
    let always = !before.is_empty() && context.policy.deviates(Deviation::PartstatResetOnUpdate);
    let mut asked = Vec::new();
    for (key, component) in after.components_mut() {
        let old = before.effective(&key);
        let copy = component.clone();
        for attendee in component.properties_named_mut("ATTENDEE") {
            if is_organizer(context, &copy, attendee) {
                continue;
            }
            if Agent::of(attendee, context.policy) != Agent::Server
                && !context.policy.deviates(Deviation::PartstatResetForAll)
            {
                continue;
            }
            let known = old
                .as_ref()
                .and_then(|old| parts::attendee(old, &attendee.value))
                .map(parts::partstat);
            if (moved.contains(&key) || always)
                && !context.policy.deviates(Deviation::PartstatKeptOnReschedule)
            {
                attendee.set_param("PARTSTAT", "NEEDS-ACTION");
                asked.push((attendee.value.clone(), key.clone()));
            } else if parts::partstat(attendee) == "NEEDS-ACTION"
                && known.is_some_and(|known| known != "NEEDS-ACTION")
            {
                asked.push((attendee.value.clone(), key.clone()));
            }
        }
    }
    asked
}
