//! Changes of calendar objects with their scheduling: asks the engine, stores, delivers, notes what became of each message.

use bytes::Bytes;
use jiff::Timestamp;

use crate::dav::{Element, caldav};
use crate::ical::{self, Document, Property};

use super::access::{self, Privilege};
use super::http::Refusal;
use super::object::CALENDAR_TYPE;
use super::path::Spot;
use super::policy::{Deviation, Policy, Variant};
use super::props::href_element;
use super::scheduling::{
    self, Delivery, Incoming, Message, Operation, Precondition, Role, Stored, Tag, Write,
};
use super::store::{Kind, Object};
use super::world::World;

/// A direct change of one resource in a calendar.
#[derive(Debug)]
pub struct Change<'a> {
    pub spot: &'a Spot,
    /// What it becomes, with the octets as they were sent; `None` to remove it.
    pub new: Option<(Document, Bytes)>,
    pub tag_matched: bool,
    /// False with `Schedule-Reply: F`.
    pub schedule_reply: bool,
}

/// A message under way.
#[derive(Debug)]
pub struct Letter {
    message: Message,
    /// The user that it is from.
    sender: String,
}

/// How far messages that cause messages go: a reply causes news for others, which causes nothing.
const MAX_ROUNDS: u32 = 3;

/// Carries out a change in a calendar, with everything that scheduling makes of it.
///
/// # Errors
/// A precondition of -10 section 5.2.4, a missing privilege, or a removal whose reply could not be delivered (5.2.2.4).
pub fn write(world: &mut World, me: &str, change: Change<'_>) -> Result<(), Refusal> {
    let Change {
        spot,
        new,
        tag_matched,
        schedule_reply,
    } = change;
    let now = Timestamp::now();
    let old = world.store.object(spot).cloned();
    let owner = world.owner(&spot.user);
    let (document, sent) = new.unzip();
    let same_uid = document
        .as_ref()
        .and_then(|document| elsewhere(world, spot, document));
    let plan = scheduling::plan_write(Write {
        owner: &owner,
        old: old.as_ref().and_then(|old| old.calendar.as_ref()),
        new: document,
        tag_matched,
        schedule_reply,
        same_uid: same_uid.as_deref(),
        now,
        policy: &world.policy,
    })
    .map_err(|refusal| refused(&refusal))?;
    need_to_send(world, me, &spot.user, &plan.messages)?;
    if world.policy.deviates(Deviation::ForeignUidTold)
        && plan.operation == Operation::Create
        && plan.role == Some(Role::Organizer)
        && let Some(stored) = &plan.stored
    {
        refuse_foreign_uid(world, spot, &stored.document)?;
    }
    let tag = match plan.tag {
        Tag::New => Some(world.store.fresh()),
        Tag::Keep => old
            .as_ref()
            .and_then(|old| old.schedule_tag.clone())
            .or_else(|| Some(world.store.fresh())),
        Tag::Absent => None,
    };
    match plan.stored {
        Some(stored) => place(world, spot, old.as_ref(), stored, sent, tag, now),
        None => drop(world.store.remove(spot)),
    }
    let asynchronous = world.policy.varies(Variant::AsynchronousDelivery);
    for message in plan.messages {
        let delivery = if asynchronous && !plan.must_deliver {
            Delivery::Pending
        } else {
            deliver(world, &spot.user, &message, 0)
        };
        if plan.must_deliver
            && delivery.has_failed()
            && let Some(old) = &old
        {
            world.store.put(spot, old.clone());
            note(world, spot, &message, delivery);
            return Err(Refusal::new(
                403,
                format!("the reply could not be delivered ({})", delivery.code()),
            ));
        }
        note(world, spot, &message, delivery);
        if delivery == Delivery::Pending {
            world.letters.push_back(Letter {
                message,
                sender: spot.user.clone(),
            });
        }
    }
    Ok(())
}

/// What some deviations do: sends what a change would send, with nothing asked and nothing stored.
pub fn send(world: &mut World, spot: &Spot, new: Option<Document>) {
    let lenient = Policy::default()
        .deviating(Deviation::PartstatForged)
        .with(Variant::AttendeesMayChangeAnything);
    let plan = scheduling::plan_write(Write {
        owner: &world.owner(&spot.user),
        old: world.store.object(spot).and_then(|old| old.calendar.as_ref()),
        new,
        tag_matched: false,
        schedule_reply: true,
        same_uid: None,
        now: Timestamp::now(),
        policy: &lenient,
    });
    for message in plan.map(|plan| plan.messages).unwrap_or_default() {
        deliver(world, &spot.user, &message, 0);
    }
}

fn need_to_send(world: &World, me: &str, owner: &str, messages: &[Message]) -> Result<(), Refusal> {
    for message in messages {
        let needed = match message.method.is_reply() {
            true => Privilege::ScheduleSendReply,
            false => Privilege::ScheduleSendInvite,
        };
        access::need(world, me, &World::outbox(owner), needed)?;
    }
    Ok(())
}

/// May this user send what putting these octets into another's calendar would send? Asked before anything else is found
/// wrong with them (RFC 6638 section 11.4).
///
/// # Errors
/// 403 with DAV:need-privileges.
pub fn check_privileges(world: &World, me: &str, spot: &Spot, octets: &[u8]) -> Result<(), Refusal> {
    if me == spot.user {
        return Ok(());
    }
    let Ok(document) = ical::read(octets) else {
        return Ok(());
    };
    let plan = scheduling::plan_write(Write {
        owner: &world.owner(&spot.user),
        old: world.store.object(spot).and_then(|old| old.calendar.as_ref()),
        new: Some(document),
        tag_matched: false,
        schedule_reply: true,
        same_uid: None,
        now: Timestamp::now(),
        policy: &world.policy,
    });
    match plan {
        Ok(plan) => need_to_send(world, me, &spot.user, &plan.messages),
        Err(refusal) => {
            let needed = match refusal.precondition {
                Precondition::AllowedAttendeeSchedulingObjectChange => Privilege::ScheduleSendReply,
                _ => Privilege::ScheduleSendInvite,
            };
            access::need(world, me, &World::outbox(&spot.user), needed)
        }
    }
}

/// The name of the sender where it is no user of this server: its calendar service has been authenticated, and it has the
/// privileges of everybody who is.
const ELSEWHERE: &str = "";

/// Takes a message that comes from elsewhere to its recipient, at once or later.
pub fn receive(world: &mut World, message: Message) -> Delivery {
    if world.by_address(&message.recipient).is_some() && world.policy.varies(Variant::AsynchronousDelivery) {
        world.letters.push_back(Letter {
            message,
            sender: ELSEWHERE.to_owned(),
        });
        return Delivery::Pending;
    }
    deliver(world, ELSEWHERE, &message, 0)
}

/// Delivers the message that has waited longest, and notes it with the sender.
pub fn deliver_next(world: &mut World) {
    let Some(Letter { message, sender }) = world.letters.pop_front() else {
        return;
    };
    let delivery = deliver(world, &sender, &message, 0);
    if let Some(spot) = scheduling::uid(&message.document).and_then(|uid| locate(world, &sender, &uid)) {
        note(world, &spot, &message, delivery);
    }
}

/// [`Deviation::RefreshTellsAnybody`]: what the recipient has under the UID of this document.
pub fn known(world: &World, recipient: &str, document: &Document) -> Option<String> {
    let user = world.by_address(recipient)?;
    let spot = locate(world, &user.name, &scheduling::uid(document)?)?;
    let stored = world.store.object(&spot)?.calendar.as_ref()?;
    let whole = scheduling::whole(&stored.document, Timestamp::now(), &world.policy);
    String::from_utf8(whole.to_bytes()).ok()
}

/// [`Deviation::PublicationOverwrites`]: puts the document in place of what the recipient has under its UID.
pub fn overwrite(world: &mut World, recipient: &str, document: &Document) {
    let user = world.by_address(recipient).map(|user| user.name.clone());
    let spot = user
        .zip(scheduling::uid(document))
        .and_then(|(user, uid)| locate(world, &user, &uid));
    let Some(spot) = spot else { return };
    let mut document = document.clone();
    if let Some(calendar) = document.calendar_mut() {
        calendar.remove_properties("METHOD");
    }
    let old = world.store.object(&spot).cloned();
    let tag = Some(world.store.fresh());
    let stored = Stored::new(document);
    place(world, &spot, old.as_ref(), stored, None, tag, Timestamp::now());
}

/// Takes a message to its recipient, with everything that it causes there.
fn deliver(world: &mut World, sender: &str, message: &Message, round: u32) -> Delivery {
    let misread = world.policy.deviates(Deviation::SchemeCaseMatters)
        && message
            .recipient
            .starts_with(|first: char| first.is_ascii_uppercase());
    let recipient = world.by_address(&message.recipient).filter(|_| !misread);
    let Some(recipient) = recipient.map(|user| user.name.clone()) else {
        return Delivery::UnknownUser;
    };
    let inbox = World::inbox(&recipient);
    let needed = match message.method.is_reply() {
        true => Privilege::ScheduleDeliverReply,
        false => Privilege::ScheduleDeliverInvite,
    };
    if !access::holds(world, sender, &inbox, needed) {
        return Delivery::NoPrivilege;
    }
    let octets = message.document.to_bytes();
    if octets.len() > world.limits.resource_octets {
        return Delivery::Rejected;
    }
    let Some(uid) = scheduling::uid(&message.document) else {
        return Delivery::Rejected;
    };
    let existing = locate(world, &recipient, &uid);
    let Some(home) = existing
        .clone()
        .or_else(|| new_spot(world, &recipient, &message.document, &uid))
    else {
        return Delivery::Rejected;
    };
    let now = Timestamp::now();
    let old = existing
        .as_ref()
        .and_then(|spot| world.store.object(spot))
        .cloned();
    let outcome = scheduling::process(Incoming {
        recipient: &world.owner(&recipient),
        message,
        existing: old.as_ref().and_then(|old| old.calendar.as_ref()),
        cancelled: world.cancelled.get(&(recipient.clone(), uid.clone())),
        now,
        policy: &world.policy,
    });
    if let Some(cancellation) = outcome.cancellation {
        world
            .cancelled
            .insert((recipient.clone(), uid.clone()), cancellation);
    }
    match outcome.change {
        scheduling::Change::Nothing => {}
        scheduling::Change::Remove => drop(existing.as_ref().and_then(|spot| world.store.remove(spot))),
        scheduling::Change::Store(stored) => {
            let tag = match (outcome.tag, &old) {
                (
                    Tag::Keep,
                    Some(Object {
                        schedule_tag: Some(tag),
                        ..
                    }),
                ) => Some(tag.clone()),
                (Tag::Absent, _) => None,
                _ => Some(world.store.fresh()),
            };
            place(world, &home, old.as_ref(), *stored, None, tag, now);
            if let Some(old) = old
                && message.method.is_reply()
                && world.policy.deviates(Deviation::EtagKept)
                && let Some(object) = world.store.object_mut(&home)
            {
                object.etag = old.etag;
            }
        }
    }
    for caused in &outcome.messages {
        if round < MAX_ROUNDS {
            let delivery = deliver(world, &recipient, caused, round + 1);
            note(world, &home, caused, delivery);
        }
    }
    if outcome.inbox {
        let name = match world.policy.varies(Variant::OneInboxNamePerUid) {
            true => format!("{}.ics", uid.replace('/', "-")),
            false => format!("{}.ics", world.store.fresh()),
        };
        let mut item = Object::new(octets.into(), CALENDAR_TYPE, now);
        item.calendar = Some(Stored::new(message.document.clone()));
        item.etag = world.store.fresh();
        world.store.put(&inbox.child(&name), item);
    }
    outcome.status
}

/// Puts a calendar object where it belongs. `sent` are the octets that the client sent, kept if they say the same.
fn place(
    world: &mut World,
    spot: &Spot,
    old: Option<&Object>,
    mut stored: Stored,
    sent: Option<Bytes>,
    tag: Option<String>,
    now: Timestamp,
) {
    if world.policy.varies(Variant::RewrittenBodies) {
        rewrite(&mut stored.document);
    }
    let octets = Bytes::from(stored.document.to_bytes());
    let octets = sent.filter(|sent| *sent == octets).unwrap_or(octets);
    let mut object = Object::new(octets, CALENDAR_TYPE, now);
    if let Some(old) = old {
        object.created = old.created;
        object.props = old.props.clone();
    }
    object.calendar = Some(stored);
    object.schedule_tag = tag;
    object.etag = world.store.fresh();
    world.store.put(spot, object);
}

/// Notes in the sender's object what became of a message. Its schedule tag stays: this is no consequential change.
fn note(world: &mut World, spot: &Spot, message: &Message, delivery: Delivery) {
    if message.participation_only {
        return;
    }
    let Some(mut object) = world.store.object(spot).cloned() else {
        return;
    };
    let Some(stored) = &mut object.calendar else {
        return;
    };
    scheduling::record(&mut stored.document, message, delivery.code(), &world.policy);
    let octets = stored.document.to_bytes();
    if object.octets != octets {
        object.octets = octets.into();
        object.etag = world.store.fresh();
        object.modified = Timestamp::now();
        world.store.put(spot, object);
    }
}

/// [`Variant::RewrittenBodies`]: the same calendar in other octets.
fn rewrite(document: &mut Document) {
    const MARK: &str = "X-CALCONFORM-STORED";
    let Some(calendar) = document.calendar_mut() else {
        return;
    };
    calendar.set("PRODID", "-//calconform//reference server//EN");
    if calendar.property(MARK).is_none() {
        calendar.push(Property::new(MARK, "TRUE"));
    }
    // Whatever was folded in its own way is folded anew.
    for component in calendar.components_mut() {
        for property in component.properties_mut() {
            *property = Property::clone(property);
        }
    }
}

/// The user's scheduling object with this UID.
fn locate(world: &World, user: &str, uid: &str) -> Option<Spot> {
    world
        .store
        .calendars(user)
        .into_iter()
        .find_map(|(spot, calendar)| {
            calendar
                .objects()
                .find(|(_, object)| object.schedule_tag.is_some() && object.uid().as_deref() == Some(uid))
                .map(|(name, _)| spot.child(name))
        })
}

/// The href of another scheduling object with the UID of this document, in another calendar of the owner.
fn elsewhere(world: &World, spot: &Spot, document: &Document) -> Option<String> {
    let uid = scheduling::uid(document)?;
    let found = locate(world, &spot.user, &uid).filter(|found| found.parent() != spot.parent())?;
    Some(world.href(&found))
}

/// Where a new object of the user goes: into the default calendar, or else into any that takes its components (-10 section 6.4).
fn new_spot(world: &mut World, user: &str, document: &Document, uid: &str) -> Option<Spot> {
    let component = super::object::parts(document.calendar()?).next()?.name.clone();
    let default = match world
        .store
        .collection(&World::inbox(user))
        .map(|inbox| &inbox.kind)
    {
        Some(Kind::Inbox(Some(names))) => Some(Spot {
            user: user.to_owned(),
            names: names.clone(),
        }),
        _ => None,
    };
    let calendars = world.store.calendars(user);
    let suits = |spot: &Spot| {
        calendars.iter().any(|(at, calendar)| {
            let takes = match &calendar.kind {
                Kind::Calendar(names) => names.iter().any(|name| name.eq_ignore_ascii_case(&component)),
                _ => false,
            };
            at == spot
                && takes
                && calendar
                    .objects()
                    .all(|(_, object)| object.uid().as_deref() != Some(uid))
        })
    };
    let found = default
        .into_iter()
        .chain(calendars.iter().map(|(spot, _)| spot.clone()))
        .find(|spot| suits(spot))?;
    let name = format!("{}.ics", world.store.fresh());
    Some(found.child(&name))
}

/// [`Deviation::ForeignUidTold`].
fn refuse_foreign_uid(world: &World, spot: &Spot, document: &Document) -> Result<(), Refusal> {
    let uid = scheduling::uid(document).unwrap_or_default();
    let organizer = |document: &Document| {
        let part = super::object::parts(document.calendar()?).next()?;
        Some(part.property("ORGANIZER")?.value.clone())
    };
    let is_foreign = |found: &Spot| {
        let stored = world
            .store
            .object(found)
            .and_then(|object| object.calendar.as_ref());
        stored.is_some_and(|stored| organizer(&stored.document) != organizer(document))
    };
    let others = world.users.keys().filter(|user| **user != spot.user);
    let hrefs: Vec<Element> = others
        .filter_map(|user| locate(world, user, &uid))
        .filter(is_foreign)
        .map(|found| href_element(world.href(&found)))
        .collect();
    if hrefs.is_empty() {
        return Ok(());
    }
    let condition = Element::new(caldav("unique-scheduling-object-resource")).with_children(hrefs);
    Err(Refusal::element(403, condition, "another user has this UID"))
}

fn refused(refusal: &scheduling::Refusal) -> Refusal {
    let mut condition = Element::new(caldav(refusal.precondition.name()));
    if let Precondition::UniqueSchedulingObjectResource { href } = &refusal.precondition {
        condition.push(href_element(href));
    }
    Refusal::element(403, condition, &refusal.reason)
}
