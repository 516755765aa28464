//! REPLY at the organizer (section 6.2; RFC 5546, sections 3.2.3 and 3.4.3).

use crate::ical::{Component, Document, Property};
use crate::reference::policy::{Deviation, Policy};

use super::agent::Agent;
use super::allowed;
use super::engine::{Context, Stored, Tag};
use super::incoming::{Change, Outcome};
use super::incoming_request;
use super::memory::Revision;
use super::message::{self, Message};
use super::organizer;
use super::parts;
use super::series::{Key, Series};
use super::status::Delivery;
use super::view::view;
use crate::ical::address;

/// Takes the answer over, instance by instance, and tells the other attendees. An answer to an object that is not
/// there (RFC 6638, section 4.2) or overtaken by a later one is ignored; one from somebody who was not asked is left to the
/// organizer to deal with (RFC 5546, section 3.2.2.6).
pub(super) fn reply(context: &Context<'_>, message: &Message, existing: Option<&Stored>) -> Outcome {
    let Some(existing) = existing else {
        if context.policy.deviates(Deviation::ReplyCreatesEvent) {
            return incoming_request::create(context, message, &Series::of(&message.document));
        }
        return Outcome::ignored(Delivery::Delivered);
    };
    if context.policy.deviates(Deviation::ReplyNotApplied) {
        return Outcome::delivered(Change::Nothing, Tag::Keep);
    }
    let answer = Series::of(&message.document);
    let before = Series::of(&existing.document);
    let mut after = before.clone();
    let mut memory = existing.memory.clone();
    let mut who = None;
    let mut taken = false;
    let mut uninvited = false;
    for (key, component) in answer.components() {
        // In one message everybody answers for themselves alone; a delegator names the delegate beside.
        let Some(attendee) = said_by(component, message, context.policy) else {
            continue;
        };
        who.get_or_insert_with(|| attendee.value.clone());
        let revision = Revision::of(component);
        let known = memory.answer(&attendee.value, &key);
        if known.is_some_and(|known| revision.is_before(known, context.policy)) {
            continue;
        }
        if context.policy.deviates(Deviation::FirstAnswerCounts)
            && known.is_some_and(|known| revision.is_another_of(known))
        {
            continue;
        }
        let to = if context.policy.deviates(Deviation::ReplyToAllInstances) {
            None
        } else {
            key.clone()
        };
        if apply(&mut after, &to, component, attendee, context.policy) {
            memory.answered(&attendee.value, &key, revision);
            taken = true;
        } else {
            uninvited = true;
        }
    }
    if uninvited && !taken {
        return Outcome::delivered(Change::Nothing, Tag::Keep);
    }
    let (true, Some(who)) = (taken, who) else {
        return Outcome::ignored(Delivery::Delivered);
    };
    let mut document: Document = existing.document.clone();
    after.clone().write_into(&mut document);
    let mut outcome = Outcome::delivered(Change::Nothing, Tag::Keep);
    if !context.policy.deviates(Deviation::OthersNotTold) {
        outcome.messages = news(context, &before, &after, &document, &who);
    }
    outcome.change = Change::Store(Box::new(Stored { document, memory }));
    if context.policy.deviates(Deviation::ScheduleTagChangesOnReply) {
        outcome.tag = Tag::New;
    }
    outcome
}

/// The ATTENDEE that the message is from.
fn said_by<'a>(component: &'a Component, message: &Message, policy: &Policy) -> Option<&'a Property> {
    let own = parts::attendee(component, &message.originator);
    own.or_else(|| {
        component
            .property("ATTENDEE")
            .filter(|_| policy.deviates(Deviation::OriginatorUnchecked))
    })
}

/// Takes over the answer for one component, which is written out for it if need be. Whether there was one to answer for.
fn apply(series: &mut Series, key: &Key, answer: &Component, said: &Property, policy: &Policy) -> bool {
    let Some(mut component) = series.effective(key) else {
        return false;
    };
    let Some(listed) = parts::attendee_mut(&mut component, &said.value) else {
        return false;
    };
    let before = parts::partstat(listed);
    listed.set_param("PARTSTAT", parts::partstat(said));
    parts::set_status(listed, Some(statuses(answer, policy)));
    delegate(&mut component, answer, said);
    if allowed::summary_spreads(policy)
        && let Some(summary) = answer.property("SUMMARY")
    {
        component.set("SUMMARY", summary.value.clone());
    }
    match (key, series.get_mut(key)) {
        (_, Some(place)) => *place = component,
        // The master says the same already.
        (Some(_), None) if before == parts::partstat(said) => {
            if let Some(listed) = series
                .master
                .as_mut()
                .and_then(|master| parts::attendee_mut(master, &said.value))
            {
                parts::set_status(listed, Some(statuses(answer, policy)));
            }
        }
        (Some(id), None) => {
            series.overrides.insert(id.clone(), component);
        }
        (None, None) => return false,
    }
    true
}

/// Lets whom the attendee delegates to take part (RFC 5546, section 3.2.2.3).
fn delegate(component: &mut Component, answer: &Component, said: &Property) {
    let new: Vec<&Property> = message::delegates(answer, said)
        .filter(|delegate| parts::attendee(component, &delegate.value).is_none())
        .collect();
    if let (Some(to), Some(listed)) = (
        said.find_param("DELEGATED-TO"),
        parts::attendee_mut(component, &said.value),
    ) {
        listed.remove_param("DELEGATED-TO");
        listed.params.push(to.clone());
    }
    for delegate in new {
        let mut attendee = Property::new("ATTENDEE", delegate.value.clone());
        attendee.set_param("DELEGATED-FROM", said.value.clone());
        attendee.set_param("PARTSTAT", "NEEDS-ACTION");
        attendee.set_param("RSVP", "TRUE");
        component.push(attendee);
    }
}

/// The codes of all REQUEST-STATUS, 2.0 without any (6.2).
fn statuses(answer: &Component, policy: &Policy) -> String {
    let codes: Vec<String> = answer
        .properties_named("REQUEST-STATUS")
        .filter_map(|status| status.value.split(';').next())
        .map(|code| {
            code.trim()
                .chars()
                .filter(|c| c.is_ascii_digit() || *c == '.')
                .collect::<String>()
        })
        .filter(|code| !code.is_empty())
        .collect();
    if codes.is_empty() || policy.deviates(Deviation::RequestStatusIgnored) {
        return "2.0".to_owned();
    }
    codes.join(",")
}

/// Tells the other attendees the server schedules, if what they may see has changed.
fn news(
    context: &Context<'_>,
    before: &Series,
    after: &Series,
    document: &Document,
    who: &str,
) -> Vec<Message> {
    let composer = context.composer(document);
    let asked = organizer::others(context, [before]);
    let mut messages = Vec::new();
    for other in organizer::others(context, [after]) {
        let served = after.components().any(|(_, component)| {
            parts::attendee(component, &other).is_some_and(|a| Agent::of(a, context.policy) == Agent::Server)
        });
        if !served || address::address_eq(&other, who) || !is_news(before, after, &other, who, context.policy)
        {
            continue;
        }
        if let Some(mut message) = organizer::request(&composer, after, &other) {
            // To a delegate it is an invitation.
            message.participation_only = asked.iter().any(|asked| address::address_eq(asked, &other));
            messages.push(message);
        }
    }
    messages
}

fn is_news(before: &Series, after: &Series, other: &str, who: &str, policy: &Policy) -> bool {
    let seen = view(after, other, policy);
    let answer = |component: &Component| parts::attendee(component, who).map(parts::partstat);
    seen.components()
        .any(|(key, component)| before.effective(&key).as_ref().and_then(answer) != answer(component))
}
