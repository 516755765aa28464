//! SCHEDULE-STATUS (sections 9.2 and 10.3).

use crate::ical::{Component, Document};

use super::identify::is_scheduled;
use super::message::Message;
use super::parts;
use crate::ical::address;
use crate::reference::policy::{Deviation, Policy, Variant};

/// What became of a message (section 9.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// Still under way.
    Pending,
    /// Sent, and nothing more is known.
    Sent,
    Delivered,
    /// No calendar user has this address.
    UnknownUser,
    /// One of the two sides lacks a privilege.
    NoPrivilege,
    /// Not now.
    Failed,
    /// There is no way to get there.
    NoRoute,
    /// Scheduling with this recipient is not allowed.
    Rejected,
}

impl Delivery {
    /// The code for SCHEDULE-STATUS.
    pub fn code(self) -> &'static str {
        match self {
            Delivery::Pending => "1.0",
            Delivery::Sent => "1.1",
            Delivery::Delivered => "1.2",
            Delivery::UnknownUser => "3.7",
            Delivery::NoPrivilege => "3.8",
            Delivery::Failed => "5.1",
            Delivery::NoRoute => "5.2",
            Delivery::Rejected => "5.3",
        }
    }

    /// Whether it is certain that the message did not arrive.
    pub fn has_failed(self) -> bool {
        !matches!(self, Delivery::Pending | Delivery::Sent | Delivery::Delivered)
    }
}

/// Writes what became of the message into the object of its sender: SCHEDULE-STATUS on each ATTENDEE that it went
/// to, or on each ORGANIZER for a reply. `code` is a [`Delivery::code`], or a status code that another server gave.
pub fn record(document: &mut Document, message: &Message, code: &str, policy: &Policy) {
    if message.participation_only {
        return;
    }
    let name = if message.method.is_reply() {
        "ORGANIZER"
    } else {
        "ATTENDEE"
    };
    let missing = if message.method.is_reply() {
        Deviation::NoOrganizerStatus
    } else {
        Deviation::NoScheduleStatus
    };
    if policy.deviates(missing) {
        return;
    }
    let delivered = code == Delivery::Delivered.code();
    let code = if delivered && policy.deviates(Deviation::StatusStaysPending) {
        Delivery::Pending.code()
    } else if delivered && policy.varies(Variant::DeliveryNotKnown) {
        Delivery::Sent.code()
    } else {
        code
    };
    let lies = code == Delivery::UnknownUser.code() && policy.deviates(Deviation::UnknownUserDelivered);
    let code = if lies { Delivery::Delivered.code() } else { code };
    let everyone = name == "ATTENDEE" && policy.deviates(Deviation::StatusOnEveryone);
    let components = document
        .calendar_mut()
        .into_iter()
        .flat_map(Component::components_mut);
    for component in components.filter(|component| is_scheduled(component)) {
        for property in component.properties_mut().filter(|property| property.is(name)) {
            if everyone && parts::status(property).is_none()
                || address::address_eq(&property.value, &message.recipient)
                || message.method.is_reply()
            {
                parts::set_status(property, Some(code.to_owned()));
            }
        }
    }
}
