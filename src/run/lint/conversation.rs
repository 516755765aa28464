//! The messages between an organizer and one attendee, in the order in which they were sent.
//!
//! A scenario does not see every message, and need not see them in order. A message is held against those before it only
//! where nothing can have come in between: at most one change by either of the two since the last message that was seen.

use super::excuse::{strike, with_method};
use crate::ical::{Component, Document};
use crate::itip::{Method, Report, Thread};

/// Who speaks with the organizer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Party {
    /// By index into the target's users.
    Player(usize),
    /// By address.
    Other(String),
}

/// What was said so far.
#[derive(Default)]
pub(super) struct Conversation {
    thread: Thread,
    earlier: Vec<Document>,
    /// The latest exchange of the look that found the last message: what it did not see came later.
    latest: u64,
    /// How many changes there were in the scenario when the last message was seen.
    pub writes: usize,
}

/// A message and what is known of how it came about.
pub(super) struct Turn<'a> {
    pub document: &'a Document,
    pub method: Method,
    pub exchange: u64,
    pub latest: u64,
    /// Changes in the scenario so far.
    pub writes: usize,
    /// There was one change in all: nobody can have answered.
    pub is_first: bool,
    /// Changes by either of the two since the last message.
    pub since: usize,
    /// One of them was by the sender of this one.
    pub by_sender: bool,
    /// One of them wrote the object.
    pub put: bool,
    /// The object as the sender wrote it last.
    pub body: Option<&'a Document>,
}

impl Conversation {
    /// Judges a message by those before it, if that can be told.
    pub fn next(&mut self, turn: &Turn<'_>) -> Option<Report> {
        let of_organizer = turn.method.is_of_organizer();
        let late = turn.exchange <= self.latest;
        if late || !(turn.by_sender || of_organizer) {
            return None;
        }
        if turn.since > 1 {
            *self = Conversation::default();
        }
        let begins = self.earlier.is_empty();
        let mut report = self.thread.next(turn.document);
        if !report.findings.is_empty() {
            self.excuse(turn, &mut report);
        }
        self.earlier.push(turn.document.clone());
        self.latest = turn.latest;
        self.writes = turn.writes;
        // A client that takes something out of its event leaves the rest as it is: SEQUENCE is what the client made it, and
        // what is cancelled is not all of the event.
        let removes = turn.method == Method::Cancel && turn.put;
        let judged = if begins {
            turn.is_first && of_organizer
        } else {
            !removes
        };
        judged.then_some(report)
    }

    /// Takes out what the client's own body would break in this place of the conversation.
    fn excuse(&self, turn: &Turn<'_>, report: &mut Report) {
        // What a CANCEL has to raise, the server raises: the client only removed something.
        let Some(body) = turn.body.filter(|_| turn.method != Method::Cancel) else {
            return;
        };
        let Some(message) = with_method(body, turn.method.name()) else {
            return;
        };
        let mut thread = Thread::default();
        for earlier in &self.earlier {
            thread.next(earlier);
        }
        let own = thread.next(&message);
        let is_own = |id: &str| {
            own.findings
                .iter()
                .any(|own| own.requirements().any(|own| own == id))
        };
        // The server adds what each attendee has to know; when SEQUENCE is raised, the client decides.
        let kept = sequence(body) == sequence(turn.document);
        strike(report, |finding| {
            finding
                .requirements()
                .any(|id| is_own(id) || (kept && id.starts_with("rfc5546-2.1.4-")))
        });
    }
}

/// The highest of its components.
fn sequence(document: &Document) -> Option<u64> {
    let calendar = document.calendar()?;
    let of = |component: &Component| component.property("SEQUENCE")?.value.trim().parse().ok();
    let highest = calendar.components().filter_map(of).max();
    Some(highest.unwrap_or(0))
}
