//! A message that arrives for a user of this server (section 6).

use jiff::Timestamp;

use crate::ical::Document;
use crate::reference::policy::{Deviation, Policy};

use super::cancellation::Cancellation;
use super::engine::{Context, Stored, Tag};
use super::identify::{Owner, has_one_organizer, scheduled, uid};
use super::message::{Message, Method};
use super::status::Delivery;
use super::{incoming_cancel, incoming_reply, incoming_request};
use crate::ical::{Component, address};

/// A message that arrived for a user of this server. Privileges and the size of the Inbox are the caller's to check.
#[derive(Debug)]
pub struct Incoming<'a> {
    /// Whose Inbox it arrives in.
    pub recipient: &'a Owner,
    pub message: &'a Message,
    /// The recipient's scheduling object of this UID, in whichever calendar.
    pub existing: Option<&'a Stored>,
    /// What was cancelled of this UID while it was not there, or so that it is not there any more.
    pub cancelled: Option<&'a Cancellation>,
    pub now: Timestamp,
    pub policy: &'a Policy,
}

/// What becomes of the recipient's object.
#[derive(Debug)]
pub enum Change {
    Nothing,
    /// Written where it was, or as a new resource in the default calendar.
    Store(Box<Stored>),
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
    /// To remember for messages that it has overtaken.
    pub cancellation: Option<Cancellation>,
    /// What the sender is told.
    pub status: Delivery,
}

impl Outcome {
    /// The message changes nothing and leaves no trace; the sender is told this.
    pub(super) fn ignored(status: Delivery) -> Outcome {
        Outcome {
            change: Change::Nothing,
            tag: Tag::Keep,
            inbox: false,
            messages: Vec::new(),
            cancellation: None,
            status,
        }
    }

    /// The message was delivered, and changes this.
    pub(super) fn delivered(change: Change, tag: Tag) -> Outcome {
        Outcome {
            change,
            tag,
            inbox: true,
            messages: Vec::new(),
            cancellation: None,
            status: Delivery::Delivered,
        }
    }
}

/// What a message does at its recipient.
pub fn process(incoming: Incoming<'_>) -> Outcome {
    let Incoming {
        recipient,
        message,
        existing,
        cancelled,
        now,
        policy,
    } = incoming;
    let context = Context {
        owner: recipient,
        now,
        policy,
        tag_matched: false,
        schedule_reply: true,
    };
    if !is_authentic(message, policy) || !has_one_organizer(&message.document, policy) {
        return Outcome::ignored(Delivery::Rejected);
    }
    if let Some(existing) = existing
        && !belongs(&message.document, &existing.document)
    {
        return Outcome::ignored(Delivery::Rejected);
    }
    let mut outcome = match message.method {
        Method::Request | Method::Add | Method::Cancel if policy.deviates(Deviation::InboxOnly) => {
            Outcome::delivered(Change::Nothing, Tag::Keep)
        }
        Method::Request
            if existing.is_none()
                && cancelled.is_some_and(|cancelled| cancelled.overtakes(message, policy)) =>
        {
            Outcome::ignored(Delivery::Delivered)
        }
        // From oneself there is nothing to learn.
        Method::Request | Method::Add | Method::Cancel if recipient.has(&message.originator) => {
            Outcome::delivered(Change::Nothing, Tag::Keep)
        }
        Method::Request => incoming_request::request(&context, message, existing),
        Method::Add => incoming_request::add(&context, message, existing),
        Method::Cancel => incoming_cancel::cancel(&context, message, existing),
        Method::Reply => incoming_reply::reply(&context, message, existing),
    };
    if existing.is_none() || matches!(outcome.change, Change::Remove) {
        outcome.cancellation = Cancellation::of(message);
    }
    if policy.deviates(Deviation::CalendarOnly) {
        outcome.inbox = false;
    }
    outcome
}

/// Whether the message is from whom it says: nobody answers, or organizes, in the name of another (RFC 6638, section
/// 11.5).
fn is_authentic(message: &Message, policy: &Policy) -> bool {
    if policy.deviates(Deviation::OriginatorUnchecked) {
        return true;
    }
    let names = |component: &Component, property: &str| {
        let mut named = component.properties_named(property);
        named.any(|property| address::address_eq(&property.value, &message.originator))
    };
    let mut components = scheduled(&message.document);
    match message.method.is_reply() {
        true => components.all(|component| names(component, "ATTENDEE")),
        // That there is one organizer is asked elsewhere.
        false => components.any(|component| names(component, "ORGANIZER")),
    }
}

/// Whether the message can be about this object: same UID, kind of component and organizer. No one takes an object over
/// by sending a message with its UID (RFC 5546, section 6.1.1).
fn belongs(message: &Document, existing: &Document) -> bool {
    let kind = |document| {
        scheduled(document)
            .next()
            .map(|component| component.name.to_ascii_uppercase())
    };
    let organizer = |document| {
        let organizer = scheduled(document).find_map(|component| component.property("ORGANIZER"));
        organizer.map(|organizer| address::normalize(&organizer.value))
    };
    uid(message) == uid(existing)
        && kind(message) == kind(existing)
        && organizer(message) == organizer(existing)
}
