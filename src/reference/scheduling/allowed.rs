//! What an attendee may change (section 5.2.2.1).

use crate::ical::{Component, Property};
use crate::reference::policy::{Deviation, Policy, Variant};

use super::canonical::{canonical, line};
use super::engine::Context;
use super::message;
use super::parts;
use super::refusal::{Precondition, Refusal};
use super::series::{Key, Series};

/// Properties that are the attendee's own to add, change and remove.
const OWN: [&str; 6] = [
    "TRANSP",
    "PERCENT-COMPLETE",
    "COMPLETED",
    "CREATED",
    "DTSTAMP",
    "LAST-MODIFIED",
];

/// Refuses a change that attendees may not make. Beyond what section 5.2.2.1 lists, this server lets them have X-
/// properties, COMMENT and RSVP, STATUS of a VTODO, which goes with PERCENT-COMPLETE and COMPLETED, and delegate (RFC
/// 5546, section 3.2.2.3).
///
/// CALSCALE, PRODID and the time zone definitions are not looked at.
pub(super) fn check(context: &Context<'_>, before: &Series, after: &Series) -> Result<(), Refusal> {
    if after.master.is_some() != before.master.is_some() {
        return Err(refusal("the recurring component itself was added or removed"));
    }
    for (key, new) in after.components() {
        let Some(old) = before.effective(&key) else {
            return Err(refusal("an instance was added that the organizer did not make"));
        };
        let added = before.get(&key).is_none();
        if added && context.policy.deviates(Deviation::AttendeeOverrideRefused) {
            return Err(refusal("an instance was overridden"));
        }
        compare(context, &old, new)?;
    }
    if !before.excluded().is_subset(&after.excluded()) {
        return Err(refusal("an EXDATE was removed"));
    }
    if after.excluded() != before.excluded() && context.policy.deviates(Deviation::AttendeeExdateRefused) {
        return Err(refusal("an EXDATE was added"));
    }
    for (id, old) in &before.overrides {
        let key: Key = Some(id.clone());
        // Without a master, leaving an instance out is the only way to drop it.
        if after.get(&key).is_some() || after.master.is_none() {
            continue;
        }
        if let Some(new) = after.effective(&key) {
            compare(context, old, &new)?;
        }
    }
    Ok(())
}

fn compare(context: &Context<'_>, old: &Component, new: &Component) -> Result<(), Refusal> {
    let delegates = new_delegates(context, old, new);
    let delegating = !delegates.is_empty();
    let gist = |component: &Component| {
        canonical(component, |property| {
            !(property.is("ATTENDEE") && delegates.contains(&property.value))
                && keep(context, component, property, delegating)
        })
    };
    let (old_lines, new_lines) = (gist(old), gist(new));
    let differs = new_lines.iter().find(|line| !old_lines.contains(line));
    let differs = differs.or_else(|| old_lines.iter().find(|line| !new_lines.contains(line)));
    if let Some(line) = differs {
        let name = line.split([';', ':']).next().unwrap_or_default();
        return Err(refusal(format!("an attendee may not change {name}")));
    }
    if context.policy.deviates(Deviation::AttendeeAlarmRefused) && alarms(old) != alarms(new) {
        return Err(refusal("an attendee may not change VALARM"));
    }
    if context.policy.deviates(Deviation::AttendeeTranspRefused)
        && old.property("TRANSP").map(line) != new.property("TRANSP").map(line)
    {
        return Err(refusal("an attendee may not change TRANSP"));
    }
    Ok(())
}

/// Leaves out what an attendee may change, and the parameters an attendee may change.
fn keep(context: &Context<'_>, component: &Component, property: &mut Property, delegating: bool) -> bool {
    let name = property.name.to_ascii_uppercase();
    if OWN.contains(&name.as_str())
        || name.starts_with("X-")
        || ["EXDATE", "COMMENT"].contains(&name.as_str())
    {
        return false;
    }
    if name == "STATUS" && component.is("VTODO") && !parts::is_cancelled(component) {
        return false;
    }
    if name == "SEQUENCE" {
        return property.value.trim() != "0";
    }
    property
        .params
        .retain(|param| !param.name.to_ascii_uppercase().starts_with("X-"));
    match name.as_str() {
        "ORGANIZER" => {
            for param in parts::SCHEDULE_PARAMETERS {
                property.remove_param(param);
            }
        }
        "ATTENDEE" => relax_attendee(context, property, delegating),
        "RECURRENCE-ID" => return false,
        "SUMMARY" if summary_spreads(context.policy) => return false,
        _ => {}
    }
    true
}

/// Whether an attendee may change the SUMMARY, for everyone.
pub(super) fn summary_spreads(policy: &Policy) -> bool {
    policy.deviates(Deviation::AttendeeChangesSpread)
}

/// The addresses of attendees that were not there and that the owner delegates to.
fn new_delegates(context: &Context<'_>, old: &Component, new: &Component) -> Vec<String> {
    if context.policy.varies(Variant::DelegationRefused) {
        return Vec::new();
    }
    let is_own = |attendee: &&Property| context.owner.has(&attendee.value);
    let own = new.properties_named("ATTENDEE").filter(is_own);
    own.flat_map(|own| message::delegates(new, own))
        .filter(|delegate| parts::attendee(old, &delegate.value).is_none())
        .map(|delegate| delegate.value.clone())
        .collect()
}

fn relax_attendee(context: &Context<'_>, attendee: &mut Property, delegating: bool) {
    if context.owner.has(&attendee.value) {
        attendee.remove_param("PARTSTAT");
        attendee.remove_param("RSVP");
        if !context.policy.varies(Variant::DelegationRefused) {
            attendee.remove_param("DELEGATED-TO");
        }
        // Who sends somebody else may step down to NON-PARTICIPANT.
        if delegating {
            attendee.remove_param("ROLE");
        }
    }
    // Where the server schedules it is the server's in any case, and elsewhere it is the client's.
    if !context.policy.deviates(Deviation::AttendeeStatusRefused) {
        attendee.remove_param("SCHEDULE-STATUS");
    }
}

fn alarms(component: &Component) -> usize {
    component.components_named("VALARM").count()
}

fn refusal(reason: impl Into<String>) -> Refusal {
    Refusal::new(Precondition::AllowedAttendeeSchedulingObjectChange, reason)
}
