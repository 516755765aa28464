//! Writes to organizer scheduling object resources (section 5.2.1).

use std::collections::{BTreeMap, BTreeSet};

use crate::ical::{Component, Document, Property};
use crate::reference::policy::{Deviation, Variant};

use super::agent::{self, Action, Agent};
use super::answers::{guard_partstat, keep_statuses, reset};
use super::engine::{Context, Stored};
use super::forced::Forced;
use super::mailing::{Mailing, cancel, mailings};
use super::merge;
use super::message::{self, Composer, Message, Method};
use super::parts;
use super::refusal::{Precondition, Refusal};
use super::reschedule;
use super::series::{Key, Series};
use super::view::view;
use crate::ical::address;

/// What to store for an object that its organizer created or modified, and what to send.
pub(super) fn write(
    context: &Context<'_>,
    old: Option<&Stored>,
    mut document: Document,
) -> Result<(Stored, Vec<Message>), Refusal> {
    let before = old.map_or_else(
        || Series::of(&Document::default()),
        |old| Series::of(&old.document),
    );
    let mut after = Series::of(&document);
    one_agent_each(&after)?;
    let mut memory = old.map(|old| old.memory.clone()).unwrap_or_default();
    if context.tag_matched {
        merge::apply(context, &before, memory.tagged.as_ref(), &mut after);
    }
    let forced = Forced::of(&after, "ATTENDEE", "REQUEST", context.policy);
    guard_partstat(context, &before, &mut after)?;
    keep_statuses(context, &before, &mut after);
    forced.mark_unknown(&mut after);

    if context.policy.varies(Variant::RefuseUnraisedSequence)
        || context.policy.deviates(Deviation::SendsBeforeRefusing)
    {
        sequence_raised(context, &before, &after)?;
    }
    let asked = reset(context, &before, &mut after);
    let mailings = mailings(context, &before, &after, &forced);
    if !context.policy.deviates(Deviation::SequenceNotRaised) {
        raise_sequences(&before, &mut after, &mailings, &asked);
    }
    for (who, key) in &asked {
        let sequence = after.get(key).map_or(0, parts::sequence);
        memory.asked_anew(who, key, sequence);
    }

    let mut messages = Vec::new();
    if let Some(old) = old {
        let composer = context.composer(&old.document);
        let cancels = mailings.iter().filter(|mailing| !mailing.cancels.is_empty());
        messages.extend(cancels.map(|mailing| cancel(&composer, &before, &after, mailing)));
        if context.policy.deviates(Deviation::RemovalCancelsForAll)
            && let Some(first) = messages.first().cloned()
        {
            let spared = mailings.iter().filter(|mailing| mailing.cancels.is_empty());
            messages.extend(spared.map(|mailing| Message {
                recipient: mailing.who.clone(),
                ..first.clone()
            }));
        }
    }
    if context.policy.deviates(Deviation::CancelSentAgain) {
        let again = std::mem::replace(&mut memory.cancels, messages.clone());
        memory.cancels.extend(again.iter().cloned());
        messages.extend(again);
    }
    let composer = context.composer(&document);
    for mailing in mailings.iter().filter(|mailing| mailing.request) {
        messages.extend(request(&composer, &after, &mailing.who));
    }
    Forced::strip(&mut after, context.policy);
    after.write_into(&mut document);
    Ok((Stored { document, memory }, messages))
}

/// What to send for an object that its organizer removed (5.2.1.3).
pub(super) fn remove(context: &Context<'_>, old: &Stored) -> Vec<Message> {
    if !context.schedule_reply && context.policy.deviates(Deviation::ScheduleReplyForOrganizers) {
        return Vec::new();
    }
    let before = Series::of(&old.document);
    let composer = context.composer(&old.document);
    let mut messages = Vec::new();
    let instances_only =
        !before.overrides.is_empty() && context.policy.deviates(Deviation::SeriesCancelledByInstance);
    for who in others(context, [&before]) {
        let concerned: Vec<Component> = before
            .components()
            .filter(|(key, _)| key.is_some() || !instances_only)
            .filter(|(_, component)| {
                let agent =
                    parts::attendee(component, &who).map(|attendee| Agent::of(attendee, context.policy));
                agent.is_some_and(|agent| agent::on_remove(agent, context.policy) == Action::Cancel)
            })
            .map(|(key, component)| {
                (
                    key,
                    message::cancelled(component, parts::sequence(component) + 1, true, &who),
                )
            })
            .scan(false, |whole, (key, component)| {
                // The whole of it includes the instances.
                let wanted = !*whole;
                *whole |= key.is_none();
                wanted.then_some(component)
            })
            .collect();
        if let Some(first) = concerned.first() {
            let originator = organizer_of(first);
            messages.push(composer.compose(Method::Cancel, &originator, &who, concerned));
        }
    }
    if context.policy.deviates(Deviation::CancelToFirstOnly) {
        messages.truncate(1);
    }
    messages
}

/// The REQUEST that tells an attendee all they may know of the object (5.2.6).
pub(super) fn request(composer: &Composer<'_>, series: &Series, who: &str) -> Option<Message> {
    let seen = view(series, who, composer.policy);
    let components: Vec<Component> = seen
        .components()
        .map(|(_, component)| component.clone())
        .collect();
    let originator = organizer_of(components.first()?);
    Some(composer.compose(Method::Request, &originator, who, components))
}

/// All attendees but the organizer, each once.
pub(super) fn others<'a>(context: &Context<'_>, all: impl IntoIterator<Item = &'a Series>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for series in all {
        for (_, component) in series.components() {
            for attendee in component.properties_named("ATTENDEE") {
                let skip = is_organizer(context, component, attendee)
                    && !context.policy.deviates(Deviation::OrganizerInvitesItself);
                if !skip && seen.insert(address::normalize(&attendee.value)) {
                    found.push(attendee.value.clone());
                }
            }
        }
    }
    found
}

/// Whether the attendee is the organizer, by any of the owner's addresses.
pub(super) fn is_organizer(context: &Context<'_>, component: &Component, attendee: &Property) -> bool {
    context.owner.has(&attendee.value) || address::address_eq(&attendee.value, &organizer_of(component))
}

pub(super) fn organizer_of(component: &Component) -> String {
    component
        .property("ORGANIZER")
        .map(|organizer| organizer.value.clone())
        .unwrap_or_default()
}

/// The agent must be the same wherever an attendee is listed (10.1).
fn one_agent_each(series: &Series) -> Result<(), Refusal> {
    let mut agents = BTreeMap::new();
    for (_, component) in series.components() {
        for attendee in component.properties_named("ATTENDEE") {
            let agent = attendee
                .param("SCHEDULE-AGENT")
                .unwrap_or("SERVER")
                .to_ascii_uppercase();
            let known = agents
                .entry(address::normalize(&attendee.value))
                .or_insert_with(|| agent.clone());
            if *known != agent {
                return Err(Refusal::new(
                    Precondition::AllowedOrganizerSchedulingObjectChange,
                    format!("the components give {} different SCHEDULE-AGENTs", attendee.value),
                ));
            }
        }
    }
    Ok(())
}

/// [`Variant::RefuseUnraisedSequence`]: the client raises SEQUENCE of what it reschedules (5.2.5).
fn sequence_raised(context: &Context<'_>, before: &Series, after: &Series) -> Result<(), Refusal> {
    for (key, component) in after.components() {
        let known = before.effective(&key);
        if reschedule::is_rescheduled(before, after, &key, context.policy)
            && known.is_some_and(|known| parts::sequence(component) <= parts::sequence(&known))
        {
            return Err(Refusal::new(
                Precondition::AllowedOrganizerSchedulingObjectChange,
                "a reschedule needs a new SEQUENCE",
            ));
        }
    }
    Ok(())
}

/// Raises SEQUENCE where RFC 5546, section 2.1.4, asks for it and the client did not (5.2.5); it never falls.
fn raise_sequences(before: &Series, after: &mut Series, mailings: &[Mailing], asked: &[(String, Key)]) {
    let needed: BTreeSet<Key> = after
        .components()
        .map(|(key, _)| key)
        .filter(|key| {
            reschedule::needs_sequence(before, after, key)
                || mailings.iter().any(|mailing| mailing.cancels.contains(key))
                || asked.iter().any(|(_, asked)| asked == key)
        })
        .collect();
    for (key, component) in after.components_mut() {
        let Some(old) = before.effective(&key) else {
            continue;
        };
        let old = parts::sequence(&old);
        let least = if needed.contains(&key) { old + 1 } else { old };
        parts::set_sequence(component, parts::sequence(component).max(least));
    }
}
