//! What a write by an HTTP request does.

use jiff::Timestamp;

use crate::ical::Document;
use crate::reference::policy::{Deviation, Policy, Variant};

use super::identify::{Owner, Role, identify};
use super::memory::Memory;
use super::message::{Composer, Message};
use super::refusal::{Precondition, Refusal};
use super::{attendee, organizer};

/// A scheduling object (or plain calendar object) as the store has it.
#[derive(Debug, Clone)]
pub struct Stored {
    pub document: Document,
    pub memory: Memory,
}

impl Stored {
    /// An object nothing is remembered of.
    pub fn new(document: Document) -> Self {
        Stored {
            document,
            memory: Memory::default(),
        }
    }
}

/// A direct change by an HTTP request to one calendar object.
#[derive(Debug)]
pub struct Write<'a> {
    /// The owner of the calendar, who need not be who made the request.
    pub owner: &'a Owner,
    /// What is there.
    pub old: Option<&'a Stored>,
    /// What the request puts there; `None` to remove it.
    pub new: Option<Document>,
    /// The request had an If-Schedule-Tag-Match, and it matched.
    pub tag_matched: bool,
    /// False with `Schedule-Reply: F`.
    pub schedule_reply: bool,
    /// URL of a scheduling object with the same UID in another calendar of the owner.
    pub same_uid: Option<&'a str>,
    pub now: Timestamp,
    pub policy: &'a Policy,
}

/// What a write is for scheduling (5.2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    None,
    Create,
    Modify,
    Remove,
}

/// What becomes of the Schedule-Tag of a resource (section 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tag {
    /// It gets a new value.
    New,
    /// It keeps its value.
    Keep,
    /// It has none: the resource is no scheduling object.
    Absent,
}

/// What a write does.
#[derive(Debug)]
pub struct Plan {
    pub operation: Operation,
    /// What the owner was in the old object, and is in the new one.
    pub old_role: Option<Role>,
    pub role: Option<Role>,
    /// What to store; `None` to remove. [`record`](super::record) adds how the messages fared.
    pub stored: Option<Stored>,
    pub tag: Tag,
    /// In the order in which to deliver them.
    pub messages: Vec<Message>,
    /// The removal fails, with nothing removed, when a message cannot be delivered (5.2.2.4); [`record`](super::record)
    /// then goes into the object that stays.
    pub must_deliver: bool,
}

/// What all of the engine goes by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    /// Whose object it is.
    pub owner: &'a Owner,
    pub now: Timestamp,
    pub policy: &'a Policy,
    pub tag_matched: bool,
    pub schedule_reply: bool,
}

impl<'a> Context<'a> {
    /// Composes messages about this object.
    pub fn composer(&self, source: &'a Document) -> Composer<'a> {
        Composer {
            source,
            now: self.now,
            policy: self.policy,
        }
    }
}

/// What a write does: what it stores and which messages it sends.
///
/// # Errors
/// The write is refused by a precondition of section 5.2.4.
pub fn plan_write(write: Write<'_>) -> Result<Plan, Refusal> {
    let Write {
        owner,
        old,
        new,
        tag_matched,
        schedule_reply,
        same_uid,
        now,
        policy,
    } = write;
    let context = Context {
        owner,
        now,
        policy,
        tag_matched: tag_matched && !policy.deviates(Deviation::NoMergeOnScheduleTag),
        schedule_reply,
    };
    // What is there was let in; if it is faulty all the same it is no scheduling object.
    let old_role = old.and_then(|old| identify(&old.document, owner, policy).unwrap_or_default());
    let role = match &new {
        Some(new) => identify(new, owner, policy)?,
        None => None,
    };
    let operation = match (old_role, role) {
        (None, None) => Operation::None,
        (None, Some(_)) => Operation::Create,
        (Some(_), Some(_)) => Operation::Modify,
        (Some(_), None) => Operation::Remove,
    };
    if let (Operation::Create, Some(href)) = (operation, same_uid)
        && policy.varies(Variant::RefuseDuplicateUid)
    {
        return Err(duplicate(href));
    }

    let mut messages = Vec::new();
    let replaced = new.is_some();
    if let (Some(old), Some(old_role)) = (old, old_role)
        && role != Some(old_role)
        && !(replaced && policy.deviates(Deviation::PutToPlainSilent))
    {
        messages.extend(match old_role {
            Role::Organizer => organizer::remove(&context, old),
            Role::Attendee => attendee::remove(&context, old),
        });
    }
    let same = old.filter(|_| role == old_role);
    let stored = match (new, role) {
        (None, _) if old_role == Some(Role::Attendee) && policy.deviates(Deviation::AttendeeDeleteKeeps) => {
            old.cloned()
        }
        (None, _) => None,
        (Some(new), None) => Some(Stored::new(new)),
        (Some(new), Some(role)) => {
            let (mut stored, more) = match role {
                Role::Organizer => organizer::write(&context, same, new)?,
                Role::Attendee => attendee::write(&context, same, new)?,
            };
            messages.extend(more);
            stored.memory.tagged = Some(stored.document.clone());
            Some(stored)
        }
    };
    let tag = match role {
        None if old_role.is_some() && stored.is_some() && !replaced => Tag::Keep,
        None => Tag::Absent,
        Some(_) if old_role.is_some() && policy.deviates(Deviation::ScheduleTagStale) => Tag::Keep,
        Some(_) => Tag::New,
    };
    Ok(Plan {
        operation,
        old_role,
        role,
        must_deliver: !replaced
            && old_role == Some(Role::Attendee)
            && policy.varies(Variant::RemovalNeedsDelivery),
        stored,
        tag,
        messages,
    })
}

fn duplicate(href: &str) -> Refusal {
    Refusal::new(
        Precondition::UniqueSchedulingObjectResource {
            href: href.to_owned(),
        },
        "another calendar has a scheduling object with this UID",
    )
}
