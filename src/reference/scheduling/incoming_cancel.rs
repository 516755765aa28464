//! CANCEL at an attendee (section 6.1; RFC 5546, sections 3.2.5 and 3.4.5).

use crate::ical::{Component, Document};
use crate::reference::policy::{Deviation, Policy, Variant};

use super::engine::{Context, Stored, Tag};
use super::incoming::{Change, Outcome};
use super::memory::{Memory, Revision};
use super::message::Message;
use super::parts;
use super::series::{Key, Series};
use super::status::Delivery;

/// What was cancelled is marked, or removed, as the policy says. One for an object that is not there is ignored
/// (RFC 5546, section 5.2.1), and so is one that a later revision has overtaken.
pub(super) fn cancel(context: &Context<'_>, message: &Message, existing: Option<&Stored>) -> Outcome {
    let Some(existing) = existing else {
        return Outcome::ignored(Delivery::Delivered);
    };
    if context.policy.deviates(Deviation::CancelNotApplied) {
        return Outcome::delivered(Change::Nothing, Tag::Keep);
    }
    let remove = context.policy.varies(Variant::CancelledRemoved);
    let notice = Series::of(&message.document);
    let mut series = Series::of(&existing.document);
    let mut memory = existing.memory.clone();
    let mut touched = false;
    for (key, cancelled) in notice.components() {
        if is_late(&memory, &series, &key, cancelled, context) {
            continue;
        }
        touched = true;
        remember(&mut memory, &key, cancelled);
        let key = key.filter(|_| !context.policy.deviates(Deviation::InstanceCancelTakesAll));
        match key {
            None if remove => return Outcome::delivered(Change::Remove, Tag::Absent),
            None => {
                for (_, component) in series.components_mut() {
                    mark(component, cancelled);
                }
            }
            Some(id) if takes_what_follows(cancelled, context.policy) => series.end_before(&id),
            Some(id) if remove => series.exclude(&id),
            Some(id) => {
                if let Some(mut instance) = series.effective(&Some(id.clone())) {
                    mark(&mut instance, cancelled);
                    series.overrides.insert(id, instance);
                }
            }
        }
    }
    if !touched {
        return Outcome::ignored(Delivery::Delivered);
    }
    if series.is_empty() {
        return Outcome::delivered(Change::Remove, Tag::Absent);
    }
    let mut document: Document = existing.document.clone();
    series.write_into(&mut document);
    memory.tagged = Some(document.clone());
    Outcome::delivered(Change::Store(Box::new(Stored { document, memory })), Tag::New)
}

/// Whether the instance is cancelled with all after it (RFC 5546, sections 3.2.5 and 3.4.5).
fn takes_what_follows(notice: &Component, policy: &Policy) -> bool {
    let id = notice.property("RECURRENCE-ID");
    let range = id.and_then(|id| id.param("RANGE"));
    range.is_some_and(|range| range.eq_ignore_ascii_case("THISANDFUTURE"))
        && !policy.deviates(Deviation::CancelRangeIgnored)
}

fn is_late(memory: &Memory, series: &Series, key: &Key, notice: &Component, context: &Context<'_>) -> bool {
    let late = |known: &Revision| Revision::of(notice).is_before(known, context.policy);
    match memory.received(key) {
        Some(known) => late(known),
        None => series
            .get(key)
            .is_some_and(|known| parts::sequence(notice) < parts::sequence(known)),
    }
}

fn remember(memory: &mut Memory, key: &Key, notice: &Component) {
    memory.receive(key, Revision::of(notice));
}

fn mark(component: &mut Component, notice: &Component) {
    component.set("STATUS", "CANCELLED");
    parts::set_sequence(component, parts::sequence(notice).max(parts::sequence(component)));
    if let Some(stamp) = notice.property("DTSTAMP") {
        component.set("DTSTAMP", stamp.value.clone());
    }
}
