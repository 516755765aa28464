//! Writes to organizer scheduling object resources (section 5.2.1).

use std::collections::{BTreeMap, BTreeSet};

use crate::ical::{Component, Document, Property};
use crate::reference::policy::{Deviation, Variant};

use super::agent::{self, Action, Agent};
use super::canonical::{canonical, drop_bookkeeping};
use super::engine::{Context, Stored};
use super::forced::Forced;
use super::merge;
use super::message::{self, Composer, Message, Method};
use super::parts;
use super::refusal::{Precondition, Refusal};
use super::reschedule;
use super::series::{Key, Series};
use super::view::{presence, view};
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
    let before = Series::of(&old.document);
    let composer = context.composer(&old.document);
    let mut messages = Vec::new();
    for who in others(context, [&before]) {
        let concerned: Vec<Component> = before
            .components()
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

/// What one attendee is sent.
#[derive(Debug)]
struct Mailing {
    who: String,
    cancels: BTreeSet<Key>,
    request: bool,
}

fn mailings(context: &Context<'_>, before: &Series, after: &Series, forced: &Forced) -> Vec<Mailing> {
    let keys: BTreeSet<Key> = [before, after]
        .into_iter()
        .flat_map(|series| {
            let written = series.components().map(|(key, _)| key);
            written
                .chain(series.excluded().into_iter().map(Some))
                .collect::<Vec<_>>()
        })
        .collect();
    let mailing = |who: String| {
        let action = |key: &Key| {
            let old = presence(before, key, &who, context.policy);
            let new = presence(after, key, &who, context.policy);
            agent::on_modify(old, new, context.policy)
        };
        let actions: BTreeMap<&Key, Action> = keys.iter().map(|key| (key, action(key))).collect();
        let having = |wanted: Action| {
            actions
                .iter()
                .filter(move |(_, action)| **action == wanted)
                .map(|(key, _)| *key)
        };
        let mut cancels: BTreeSet<Key> = having(Action::Cancel).cloned().collect();
        let stays = having(Action::Request).next().is_some();
        let mut request = having(Action::Invite).next().is_some();
        if cancels.contains(&None) {
            cancels = BTreeSet::from([None]);
            // That took everything from them; what is left to them is an invitation again.
            request |= stays;
        } else {
            let master_stays = actions
                .get(&None)
                .is_some_and(|action| *action == Action::Request);
            if master_stays && reschedule::pattern_differs(before, after) {
                // Instances that are gone with the old pattern go with the REQUEST for the new one.
                cancels.retain(|key| key.as_ref().is_some_and(|id| after.excluded().contains(id)));
            }
            request |= stays && differs_for(context, before, after, &who, &cancels);
            request |=
                stays && !cancels.is_empty() && context.policy.varies(Variant::RequestAfterInstanceCancel);
        }
        request |= stays && forced.has(&who);
        Mailing {
            who,
            cancels,
            request,
        }
    };
    others(context, [before, after])
        .into_iter()
        .map(mailing)
        .collect()
}

/// Whether the attendee would see another object than before, once the cancelled instances are gone.
fn differs_for(
    context: &Context<'_>,
    before: &Series,
    after: &Series,
    who: &str,
    cancelled: &BTreeSet<Key>,
) -> bool {
    let mut old = view(before, who, context.policy);
    for id in cancelled.iter().flatten() {
        old.exclude(id);
    }
    let new = view(after, who, context.policy);
    let gist = |series: &Series| -> BTreeMap<Key, Vec<String>> {
        let components = series.components();
        components
            .map(|(key, component)| {
                let mut lines = canonical(component, |property| {
                    drop_bookkeeping(property) && !property.is("EXDATE")
                });
                if key.is_none() {
                    lines.extend(series.excluded().iter().map(|id| format!("EXDATE {id}")));
                }
                (key, lines)
            })
            .collect()
    };
    gist(&old) != gist(&new)
}

fn cancel(composer: &Composer<'_>, before: &Series, after: &Series, mailing: &Mailing) -> Message {
    let newest = after.master.as_ref().map_or(0, parts::sequence);
    let components: Vec<Component> = mailing
        .cancels
        .iter()
        .filter_map(|key| {
            let old = before.effective(key)?;
            let left = after
                .effective(key)
                .filter(|component| !parts::is_cancelled(component));
            let sequence = match after.get(key) {
                Some(component) => parts::sequence(component),
                None => newest.max(parts::sequence(&old) + 1),
            };
            Some(message::cancelled(&old, sequence, left.is_none(), &mailing.who))
        })
        .collect();
    let originator = components.first().map(organizer_of).unwrap_or_default();
    composer.compose(Method::Cancel, &originator, &mailing.who, components)
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

/// Nobody but the attendee says how the attendee answers (5.2.1.1; RFC 6638, section 3.2.1).
fn guard_partstat(context: &Context<'_>, before: &Series, after: &mut Series) -> Result<(), Refusal> {
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
fn keep_statuses(context: &Context<'_>, before: &Series, after: &mut Series) {
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
fn reset(context: &Context<'_>, before: &Series, after: &mut Series) -> Vec<(String, Key)> {
    let moved: BTreeSet<Key> = after
        .components()
        .map(|(key, _)| key)
        .filter(|key| reschedule::is_rescheduled(before, after, key))
        .collect();
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
            if moved.contains(&key) && !context.policy.deviates(Deviation::PartstatKeptOnReschedule) {
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
