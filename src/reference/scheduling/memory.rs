//! What is remembered of a scheduling object beyond its text.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::ical::{Component, Document};
use crate::reference::policy::{Deviation, Policy};

use super::message::Message;
use super::parts;
use super::series::Key;
use crate::ical::address;

/// What the engine has to remember of a scheduling object beyond its text. Opaque to the store, which keeps it with
/// the object, also when that is moved or copied, and drops it when the object stops being a scheduling object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory {
    /// The object when its Schedule-Tag last changed: what a client with that tag may have seen.
    pub(super) tagged: Option<Document>,
    /// At the organizer: the newest answer of each attendee for each component (RFC 5546, section 2.1.5). A reschedule
    /// counts as one, so that answers to what was before come too late.
    answers: BTreeMap<(String, Key), Revision>,
    /// At an attendee: the newest revision received of each component.
    received: BTreeMap<Key, Revision>,
    /// At an organizer with [`Deviation::CancelSentAgain`]: what was sent to those that were removed.
    pub(super) cancels: Vec<Message>,
    /// At an attendee: the object as the organizer last sent it.
    pub(super) sent: Option<Document>,
}

/// What orders messages about one component (RFC 5546, section 2.1.5).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Revision {
    sequence: u64,
    /// DTSTAMP in UTC; empty before any.
    stamp: String,
}

impl Revision {
    pub fn of(component: &Component) -> Revision {
        Revision {
            sequence: parts::sequence(component),
            stamp: component.text("DTSTAMP").unwrap_or_default().trim().to_owned(),
        }
    }

    /// Whether a message of this revision comes too late where the other one is known.
    pub fn is_before(&self, known: &Revision, policy: &Policy) -> bool {
        let by_sequence = if policy.deviates(Deviation::SequenceAsText) {
            self.sequence.to_string().cmp(&known.sequence.to_string())
        } else {
            self.sequence.cmp(&known.sequence)
        };
        match by_sequence {
            Ordering::Less => !policy.deviates(Deviation::SequenceIgnored),
            Ordering::Equal => {
                self.stamp < known.stamp
                    && !self.stamp.is_empty()
                    && !policy.deviates(Deviation::DtstampIgnored)
            }
            Ordering::Greater => false,
        }
    }

    /// Whether both are answers to the same revision.
    pub fn is_another_of(&self, answer: &Revision) -> bool {
        self.sequence == answer.sequence && !answer.stamp.is_empty()
    }

    /// Whether an invitation of this revision comes too late where this cancellation of it is known. What the organizer makes
    /// anew under the same UID may begin with any SEQUENCE; then it has a later DTSTAMP.
    pub fn is_overtaken_by(&self, cancelled: &Revision, policy: &Policy) -> bool {
        let late = self.sequence <= cancelled.sequence && self.stamp < cancelled.stamp;
        late && !policy.deviates(Deviation::CancelledComesBack)
    }
}

impl Memory {
    pub(super) fn answered(&mut self, who: &str, key: &Key, revision: Revision) {
        self.answers
            .insert((address::normalize(who), key.clone()), revision);
    }

    pub(super) fn answer(&self, who: &str, key: &Key) -> Option<&Revision> {
        self.answers.get(&(address::normalize(who), key.clone()))
    }

    /// From now on answers to earlier revisions come too late.
    pub(super) fn asked_anew(&mut self, who: &str, key: &Key, sequence: u64) {
        let revision = Revision {
            sequence,
            stamp: String::new(),
        };
        self.answered(who, key, revision);
    }

    pub(super) fn receive(&mut self, key: &Key, revision: Revision) {
        self.received.insert(key.clone(), revision);
    }

    pub(super) fn received(&self, key: &Key) -> Option<&Revision> {
        self.received.get(key)
    }
}
