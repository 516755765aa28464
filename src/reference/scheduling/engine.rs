//! The two entrances: what a write does, and what a message does.

use jiff::Timestamp;

use crate::ical::Document;
use crate::reference::policy::{Policy, Variant};

use super::identify::{Owner, Role, identify};
use super::message::Message;
use super::refusal::Refusal;
use super::status::Delivery;

/// What the engine has to remember of a scheduling object beyond its text. Opaque to the store, which keeps it with
/// the object, also when that is moved or copied, and drops it when the object stops being a scheduling object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory {}

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
    /// The removal fails, with nothing removed, when a message cannot be delivered (5.2.2.4).
    pub must_deliver: bool,
}

/// What a write does: what it stores and which messages it sends.
///
/// # Errors
/// The write is refused by a precondition of section 5.2.4.
pub fn plan_write(write: Write<'_>) -> Result<Plan, Refusal> {
    let old_role = match write.old {
        Some(old) => identify(&old.document, write.owner, write.policy).unwrap_or_default(),
        None => None,
    };
    let role = match &write.new {
        Some(new) => identify(new, write.owner, write.policy)?,
        None => None,
    };
    let operation = match (old_role, role) {
        (None, None) => Operation::None,
        (None, Some(_)) => Operation::Create,
        (Some(_), Some(_)) => Operation::Modify,
        (Some(_), None) => Operation::Remove,
    };
    Ok(Plan {
        operation,
        old_role,
        role,
        stored: write.new.map(Stored::new),
        tag: if role.is_some() { Tag::New } else { Tag::Absent },
        messages: Vec::new(),
        must_deliver: false,
    })
}

/// A message that arrived for a user of this server. Privileges and the size of the Inbox are the caller's to check.
#[derive(Debug)]
pub struct Incoming<'a> {
    /// Whose Inbox it arrives in.
    pub recipient: &'a Owner,
    pub message: &'a Message,
    /// The recipient's scheduling object of this UID, in whichever calendar.
    pub existing: Option<&'a Stored>,
    pub now: Timestamp,
    pub policy: &'a Policy,
}

/// What becomes of the recipient's object.
#[derive(Debug)]
pub enum Change {
    Nothing,
    /// Written where it was, or as a new resource in the default calendar.
    Store(Stored),
    Remove,
}

/// What a message does at its recipient. First the change, then the messages, last the Inbox (6.1, 6.2).
#[derive(Debug)]
pub struct Outcome {
    pub change: Change,
    pub tag: Tag,
    /// Whether the message is left in the Inbox.
    pub inbox: bool,
    /// What this makes the recipient send in turn: the news for the other attendees (6.2).
    pub messages: Vec<Message>,
    /// What the sender is told.
    pub status: Delivery,
}

/// What a message does at its recipient.
pub fn process(incoming: Incoming<'_>) -> Outcome {
    let _ = incoming;
    Outcome {
        change: Change::Nothing,
        tag: Tag::Keep,
        inbox: true,
        messages: Vec::new(),
        status: Delivery::Delivered,
    }
}

/// What a COPY or MOVE is for scheduling (5.2.3.2, 5.2.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transfer {
    /// Nothing is sent. A scheduling object takes its memory and, as the server likes, its Schedule-Tag along.
    Plain,
    /// The destination is treated as by PUT: [`plan_write`] with what was there.
    AsPut,
    /// The source is treated as by DELETE: [`plan_write`] without a new object.
    AsDelete,
    /// As `Plain`, unless another calendar has the UID already: refused with unique-scheduling-object-resource.
    MayRefuse,
}

/// What a COPY is, by whether its source and destination are in calendar collections (5.2.3.2).
pub fn copy_transfer(from_calendar: bool, to_calendar: bool, policy: &Policy) -> Transfer {
    match (from_calendar, to_calendar) {
        (false, false) | (true, false) => Transfer::Plain,
        (false, true) => Transfer::AsPut,
        (true, true) if policy.varies(Variant::RefuseDuplicateUid) => Transfer::MayRefuse,
        (true, true) => Transfer::Plain,
    }
}

/// What a MOVE is, by whether its source and destination are in calendar collections (5.2.3.3).
pub fn move_transfer(from_calendar: bool, to_calendar: bool) -> Transfer {
    match (from_calendar, to_calendar) {
        (false, false) | (true, true) => Transfer::Plain,
        (false, true) => Transfer::AsPut,
        (true, false) => Transfer::AsDelete,
    }
}
