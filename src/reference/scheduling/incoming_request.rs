//! REQUEST and ADD at an attendee (section 6.1; RFC 5546, sections 3.2.2, 3.2.4 and their like for VTODO).

use std::collections::BTreeSet;

use crate::ical::time::DateValue;
use crate::ical::{Component, Document};
use crate::reference::policy::{Deviation, Variant};

use super::attendee::own_address;
use super::canonical::{canonical, drop_bookkeeping};
use super::engine::{Context, Stored, Tag};
use super::incoming::{Change, Outcome};
use super::memory::{Memory, Revision};
use super::message::Message;
use super::parts;
use super::personal;
use super::series::{Key, Series};
use super::status::Delivery;

/// Creates the attendee's object, or brings it up to date.
pub(super) fn request(context: &Context<'_>, message: &Message, existing: Option<&Stored>) -> Outcome {
    let notice = Series::of(&message.document);
    let mut components = notice.components();
    if !components.any(|(_, component)| own_address(context, component).is_some()) {
        return Outcome::ignored(Delivery::UnknownUser);
    }
    drop(components);
    let Some(existing) = existing else {
        return create(context, message, &notice);
    };
    let old = Series::of(&existing.document);
    if context.policy.deviates(Deviation::AnswerOutranksUpdate)
        && !message.participation_only
        && notice
            .components()
            .any(|(key, new)| is_outranked(context, &old, &key, new))
    {
        return Outcome::delivered(Change::Nothing, Tag::Keep);
    }
    let was_cancelled = old
        .components()
        .all(|(_, component)| parts::is_cancelled(component));
    let mut memory = existing.memory.clone();
    let whole = notice.master.is_some() || was_cancelled;
    let mut notice = notice;
    if whole {
        let first = notice
            .components()
            .next()
            .map(|(key, component)| (key, component.clone()));
        if first
            .is_some_and(|(key, component)| is_late(context, &memory, &old, &key, &component, was_cancelled))
        {
            return Outcome::ignored(Delivery::Delivered);
        }
    } else {
        let late = |id: &_, component: &Component| {
            is_late(context, &memory, &old, &Some(Clone::clone(id)), component, false)
        };
        notice.overrides.retain(|id, component| !late(id, component));
        if notice.is_empty() {
            return Outcome::ignored(Delivery::Delivered);
        }
    }
    for (key, component) in notice.components() {
        memory.receive(&key, Revision::of(component));
    }

    let sent = memory.sent.as_ref().map(Series::of);
    let new = if was_cancelled {
        notice.clone()
    } else {
        updated(context, &old, sent.as_ref(), &notice, whole)
    };
    let tag = tag_after(context, &old, &new);
    let mut document = existing.document.clone();
    take_zones(&mut document, &message.document);
    new.write_into(&mut document);
    memory.sent = Some(as_sent(&memory, message, &notice, whole));
    if tag == Tag::New {
        memory.tagged = Some(document.clone());
    }

    let mut outcome = Outcome::delivered(Change::Nothing, tag);
    if context.policy.deviates(Deviation::UpdateNotApplied) {
        return outcome;
    }
    outcome.inbox = !message.participation_only || context.policy.varies(Variant::ParticipationInInbox);
    outcome.change = Change::Store(Box::new(Stored { document, memory }));
    outcome
}

/// Adds the instances to the attendee's object, as if by RDATE (RFC 5546, section 3.2.4).
pub(super) fn add(context: &Context<'_>, message: &Message, existing: Option<&Stored>) -> Outcome {
    let notice = Series::of(&message.document);
    // What the instance is added to has to be known; asking for it with REFRESH is outside the draft (1.3).
    let (Some(existing), Some(added)) = (existing, &notice.master) else {
        return Outcome::ignored(Delivery::Rejected);
    };
    let mut series = Series::of(&existing.document);
    let Some(Ok(start)) = added.property("DTSTART").map(DateValue::of) else {
        return Outcome::ignored(Delivery::Rejected);
    };
    let Some(master) = &mut series.master else {
        return Outcome::ignored(Delivery::Rejected);
    };
    let known = existing
        .memory
        .received(&None)
        .cloned()
        .unwrap_or_else(|| Revision::of(master));
    if Revision::of(added).is_before(&known, context.policy) {
        return Outcome::ignored(Delivery::Delivered);
    }
    let id = series.zones.id(start.clone());
    let mut memory = existing.memory.clone();
    memory.receive(&Some(id.clone()), Revision::of(added));
    parts::set_sequence(master, parts::sequence(added));
    master.push(start.to_property("RDATE"));
    let mut instance = added.clone();
    instance.push(start.to_property("RECURRENCE-ID"));
    series.overrides.insert(id, instance);
    let mut document = existing.document.clone();
    take_zones(&mut document, &message.document);
    series.write_into(&mut document);
    memory.tagged = Some(document.clone());
    Outcome::delivered(Change::Store(Box::new(Stored { document, memory })), Tag::New)
}

/// Makes the recipient's object.
pub(super) fn create(context: &Context<'_>, message: &Message, notice: &Series) -> Outcome {
    let mut document = message.document.clone();
    if let Some(calendar) = document.calendar_mut()
        && !context.policy.deviates(Deviation::MethodStored)
    {
        calendar.remove_properties("METHOD");
    }
    let mut memory = Memory::default();
    memory.sent = Some(document.clone());
    memory.tagged = Some(document.clone());
    for (key, component) in notice.components() {
        memory.receive(&key, Revision::of(component));
    }
    Outcome::delivered(Change::Store(Box::new(Stored { document, memory })), Tag::New)
}

/// Whether the component comes too late.
fn is_late(
    context: &Context<'_>,
    memory: &Memory,
    old: &Series,
    key: &Key,
    component: &Component,
    was_cancelled: bool,
) -> bool {
    let new = Revision::of(component);
    match memory.received(key) {
        Some(known) if was_cancelled => new.is_overtaken_by(known, context.policy),
        Some(known) => new.is_before(known, context.policy),
        None => {
            !was_cancelled
                && old
                    .get(key)
                    .is_some_and(|known| parts::sequence(component) < parts::sequence(known))
        }
    }
}

/// [`Deviation::AnswerOutranksUpdate`].
fn is_outranked(context: &Context<'_>, old: &Series, key: &Key, new: &Component) -> bool {
    old.get(key).is_some_and(|known| {
        let who = own_address(context, known);
        let own = who.as_deref().and_then(|who| parts::attendee(known, who));
        own.is_some_and(|own| parts::partstat(own) != "NEEDS-ACTION")
            && ["DTSTART", "DTEND", "DUE", "DURATION", "RRULE", "RDATE", "EXDATE"]
                .iter()
                .all(|name| known.text(name) == new.text(name))
    })
}

/// The attendee's object with what the organizer sent, and with what the attendee made of it.
fn updated(
    context: &Context<'_>,
    old: &Series,
    sent: Option<&Series>,
    notice: &Series,
    whole: bool,
) -> Series {
    let mut new = if whole { notice.clone() } else { old.clone() };
    if !whole {
        for (id, component) in &notice.overrides {
            new.readmit(id);
            new.overrides.insert(id.clone(), component.clone());
        }
    }
    let fresh: Vec<Key> = notice.components().map(|(key, _)| key).collect();
    for key in fresh {
        let was_sent = sent.and_then(|sent| sent.effective(&key));
        if let (Some(before), Some(component)) = (old.effective(&key), new.get_mut(&key)) {
            personal::carry_over(context, &before, was_sent.as_ref(), component);
        }
    }
    if whole {
        keep_own_instances(context, old, sent, &mut new);
    }
    new
}

/// Instances that the attendee overrode, or took out, and the organizer did not.
fn keep_own_instances(context: &Context<'_>, old: &Series, sent: Option<&Series>, new: &mut Series) {
    for (id, component) in &old.overrides {
        if context.policy.deviates(Deviation::OverrideOutlivesReschedule)
            && !new.overrides.contains_key(id)
            && !parts::is_cancelled(component)
        {
            new.overrides.insert(id.clone(), component.clone());
            continue;
        }
        let own =
            sent.is_some_and(|sent| !sent.overrides.contains_key(id)) && !parts::is_cancelled(component);
        if !own || new.overrides.contains_key(id) {
            continue;
        }
        if let Some(mut instance) = new.effective(&Some(id.clone())) {
            let was_sent = sent.and_then(|sent| sent.derive(id));
            personal::carry_over(context, component, was_sent.as_ref(), &mut instance);
            new.overrides.insert(id.clone(), instance);
        }
    }
    let excluded = old.excluded();
    let organizers = sent.map(Series::excluded).unwrap_or_default();
    for id in excluded.difference(&organizers) {
        let declined = new.effective(&Some(id.clone())).is_some_and(|instance| {
            let who = own_address(context, &instance);
            let own = who.as_deref().and_then(|who| parts::attendee(&instance, who));
            own.is_some_and(|own| parts::partstat(own) == "DECLINED")
        });
        if declined {
            new.exclude(id);
        }
    }
}

/// The Schedule-Tag changes unless nothing changed but how others take part (section 8).
fn tag_after(context: &Context<'_>, old: &Series, new: &Series) -> Tag {
    let keys: BTreeSet<Key> = old
        .components()
        .chain(new.components())
        .map(|(key, _)| key)
        .collect();
    let gist = |component: &Component| {
        let lines = canonical(component, |property| {
            if property.is("ATTENDEE") && !context.owner.has(&property.value) {
                property.remove_param("PARTSTAT");
            }
            drop_bookkeeping(property) && !property.is("EXDATE") && !property.is("RECURRENCE-ID")
        });
        (lines, parts::sequence(component))
    };
    let same = old.excluded() == new.excluded()
        && keys
            .iter()
            .all(|key| old.effective(key).as_ref().map(gist) == new.effective(key).as_ref().map(gist));
    let deviation = if same {
        Deviation::ScheduleTagChangesOnStatus
    } else {
        Deviation::ScheduleTagStaleOnUpdate
    };
    if same != context.policy.deviates(deviation) {
        Tag::Keep
    } else {
        Tag::New
    }
}

/// What the organizer has sent of the object so far.
fn as_sent(memory: &Memory, message: &Message, notice: &Series, whole: bool) -> Document {
    let Some(sent) = memory.sent.as_ref().filter(|_| !whole) else {
        return message.document.clone();
    };
    let mut series = Series::of(sent);
    for (id, component) in &notice.overrides {
        series.readmit(id);
        series.overrides.insert(id.clone(), component.clone());
    }
    let mut document = sent.clone();
    series.write_into(&mut document);
    document
}

/// Takes over the definitions of time zones that come with the message.
fn take_zones(document: &mut Document, message: &Document) {
    let Some(calendar) = document.calendar_mut() else {
        return;
    };
    for zone in message
        .calendar()
        .into_iter()
        .flat_map(|calendar| calendar.components_named("VTIMEZONE"))
    {
        let id = zone.text("TZID");
        calendar.retain_components(|known| !known.is("VTIMEZONE") || known.text("TZID") != id);
        calendar.push_component(zone.clone());
    }
}
