//! Why a write was refused.

use std::fmt;

/// A precondition of section 5.2.4, each an element in the CalDAV namespace, used with 403.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Precondition {
    /// Another scheduling object resource of the owner has this UID; its URL goes into a DAV:href (5.2.4.1).
    UniqueSchedulingObjectResource { href: String },
    /// 5.2.4.2
    SameOrganizerInAllComponents,
    /// 5.2.4.3
    AllowedOrganizerSchedulingObjectChange,
    /// 5.2.4.4
    AllowedAttendeeSchedulingObjectChange,
}

impl Precondition {
    /// The name of its element.
    pub fn name(&self) -> &'static str {
        match self {
            Precondition::UniqueSchedulingObjectResource { .. } => "unique-scheduling-object-resource",
            Precondition::SameOrganizerInAllComponents => "same-organizer-in-all-components",
            Precondition::AllowedOrganizerSchedulingObjectChange => {
                "allowed-organizer-scheduling-object-change"
            }
            Precondition::AllowedAttendeeSchedulingObjectChange => {
                "allowed-attendee-scheduling-object-change"
            }
        }
    }
}

/// A write that was refused: nothing is stored and nothing sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub precondition: Precondition,
    /// For people: what exactly was wrong.
    pub reason: String,
}

impl Refusal {
    pub(super) fn new(precondition: Precondition, reason: impl Into<String>) -> Self {
        Refusal {
            precondition,
            reason: reason.into(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.precondition.name(), self.reason)
    }
}

impl std::error::Error for Refusal {}
