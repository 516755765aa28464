//! Writes to attendee scheduling object resources (section 5.2.2).

use std::collections::BTreeSet;

use crate::ical::{Component, Document, address};
use crate::reference::policy::{Deviation, Variant};

use super::agent::Agent;
use super::allowed;
use super::engine::{Context, Stored};
use super::forced::Forced;
use super::merge;
use super::message::{self, Message, Method};
use super::parts;
use super::refusal::{Precondition, Refusal};
use super::series::{Key, Series};

/// What to store for an object that an attendee created or modified, and the reply to send, if any.
pub(super) fn write(
    context: &Context<'_>,
    old: Option<&Stored>,
    mut document: Document,
) -> Result<(Stored, Vec<Message>), Refusal> {
    let mut after = Series::of(&document);
    let memory = old.map(|old| old.memory.clone()).unwrap_or_default();
    let agent = agent(context, &after)?;
    let forced = Forced::of(&after, "ORGANIZER", "REPLY", context.policy);
    let mut messages = Vec::new();
    if agent == Agent::Server {
        let before = old.map(|old| Series::of(&old.document));
        if let Some(before) = &before {
            if context.tag_matched {
                merge::apply(context, before, memory.tagged.as_ref(), &mut after);
            }
            if !context.policy.varies(Variant::AttendeesMayChangeAnything) {
                allowed::check(context, before, &after)?;
            }
            keep_statuses(context, before, &mut after);
        }
        forced.mark_unknown(&mut after);
        messages.extend(answer(context, before.as_ref(), &after, &document, forced.any()));
    }
    Forced::strip(&mut after, context.policy);
    after.write_into(&mut document);
    Ok((Stored { document, memory }, messages))
}

/// What to send for an object that an attendee removed (5.2.2.4): the attendee declines all of it.
pub(super) fn remove(context: &Context<'_>, old: &Stored) -> Vec<Message> {
    let before = Series::of(&old.document);
    let served = agent(context, &before).is_ok_and(|agent| agent == Agent::Server);
    let silent = context.policy.deviates(Deviation::NoReplyOnRemoval)
        || before.master.is_none() && context.policy.deviates(Deviation::NoReplyOnInstanceRemoval);
    if !context.schedule_reply || !served || silent {
        return Vec::new();
    }
    let components = before
        .components()
        .filter_map(|(_, component)| decline(context, component));
    compose(context, &old.document, components.collect())
        .into_iter()
        .collect()
}

/// The REPLY for what the attendee answered by this change.
fn answer(
    context: &Context<'_>,
    before: Option<&Series>,
    after: &Series,
    document: &Document,
    forced: bool,
) -> Vec<Message> {
    let mut keys: BTreeSet<Key> = after.components().map(|(key, _)| key).collect();
    let mut dropped: BTreeSet<Key> = BTreeSet::new();
    if let Some(before) = before {
        keys.extend(before.components().map(|(key, _)| key));
        let excluded = after.excluded();
        dropped.extend(excluded.difference(&before.excluded()).cloned().map(Some));
        // Who takes part in single instances only drops one by leaving it out.
        let gone = before
            .overrides
            .keys()
            .filter(|id| after.master.is_none() && !after.overrides.contains_key(id));
        dropped.extend(gone.cloned().map(Some));
    }
    let is_change = before.is_some();
    let mut components = Vec::new();
    for key in &keys {
        let Some(component) = after.effective(key) else {
            continue;
        };
        let Some(who) = own_address(context, &component) else {
            continue;
        };
        let Some(own) = parts::attendee(&component, &who) else {
            continue;
        };
        let new = parts::partstat(own);
        let before = before.and_then(|before| before.effective(key));
        let summary = |component: &Component| component.text("SUMMARY");
        let spreads = allowed::summary_spreads(context.policy)
            && before
                .as_ref()
                .is_some_and(|before| summary(before) != summary(&component));
        let old = before
            .and_then(|old| parts::attendee(&old, &who).map(parts::partstat))
            .unwrap_or_else(|| "NEEDS-ACTION".to_owned());
        let silent = [
            (true, Deviation::NoReplyOnPartstat),
            (
                ["IN-PROCESS", "COMPLETED"].contains(&new.as_str()),
                Deviation::ProgressSendsNoReply,
            ),
            (
                own.find_param("DELEGATED-FROM").is_some() && new != "DELEGATED",
                Deviation::DelegateSilent,
            ),
        ];
        let silent = silent
            .iter()
            .any(|(concerned, deviation)| *concerned && context.policy.deviates(*deviation));
        let changed = old != new && !silent;
        let always = is_change && context.policy.deviates(Deviation::ReplyOnEveryChange);
        if changed || always || spreads || forced && after.get(key).is_some() {
            components.push(message::reply(&component, &who, &new, context.policy));
        }
    }
    for key in dropped {
        if context.policy.deviates(Deviation::NoReplyOnExdate) {
            break;
        }
        let gone = before.and_then(|before| before.effective(&key));
        components.extend(gone.and_then(|component| decline(context, &component)));
    }
    compose(context, document, components)
}

fn decline(context: &Context<'_>, component: &Component) -> Option<Component> {
    let who = own_address(context, component)?;
    Some(message::reply(component, &who, "DECLINED", context.policy))
}

/// One REPLY for each address by which the owner is listed: usually one.
fn compose(context: &Context<'_>, source: &Document, components: Vec<Component>) -> Vec<Message> {
    let mut by_address: Vec<(String, Vec<Component>)> = Vec::new();
    for component in components {
        let Some(who) = own_address(context, &component) else {
            continue;
        };
        match by_address
            .iter_mut()
            .find(|(known, _)| address::address_eq(known, &who))
        {
            Some((_, all)) => all.push(component),
            None => by_address.push((who, vec![component])),
        }
    }
    let message = |(who, components): (String, Vec<Component>)| {
        let organizer = components.first()?.property("ORGANIZER")?;
        let sent_by = organizer
            .param("SENT-BY")
            .filter(|_| context.policy.deviates(Deviation::ReplyToSentBy));
        let recipient = sent_by.unwrap_or(&organizer.value).to_owned();
        Some(
            context
                .composer(source)
                .compose(Method::Reply, &who, &recipient, components),
        )
    };
    by_address.into_iter().filter_map(message).collect()
}

/// The address by which the owner is listed in the component.
pub(super) fn own_address(context: &Context<'_>, component: &Component) -> Option<String> {
    let mut attendees = component.properties_named("ATTENDEE");
    attendees
        .find(|attendee| context.owner.has(&attendee.value))
        .map(|attendee| attendee.value.clone())
}

/// The agent on ORGANIZER, which must be the same in all components (5.2.2.2).
fn agent(context: &Context<'_>, series: &Series) -> Result<Agent, Refusal> {
    let mut organizers = series
        .components()
        .filter_map(|(_, component)| component.property("ORGANIZER"));
    let Some(first) = organizers.next() else {
        return Ok(Agent::None);
    };
    let agent = Agent::of(first, context.policy);
    if organizers.any(|organizer| Agent::of(organizer, context.policy) != agent) {
        return Err(Refusal::new(
            Precondition::AllowedAttendeeSchedulingObjectChange,
            "the components give ORGANIZER different SCHEDULE-AGENTs",
        ));
    }
    Ok(agent)
}

/// SCHEDULE-STATUS is the server's on ORGANIZER, and the client's on attendees it schedules with itself (10.3).
fn keep_statuses(context: &Context<'_>, before: &Series, after: &mut Series) {
    for (key, component) in after.components_mut() {
        let Some(old) = before.effective(&key) else {
            continue;
        };
        let known = old.property("ORGANIZER").and_then(parts::status);
        if let Some(organizer) = component.property_mut("ORGANIZER") {
            parts::set_status(organizer, known);
        }
        for attendee in component.properties_named_mut("ATTENDEE") {
            if Agent::of(attendee, context.policy) == Agent::Server {
                let known = parts::attendee(&old, &attendee.value).and_then(parts::status);
                parts::set_status(attendee, known);
            }
        }
    }
}
