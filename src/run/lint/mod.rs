//! The lint of everything that a scenario sees: messages, answers about busy time, and calendar objects as stored.
//!
//! The server is judged by what it made. What it merely hands back, octet by octet, shows nothing of it, and where a
//! client's own body breaks a rule in the same place, the rule is not judged ([`excuse`]). Messages are judged by those
//! before them too ([`conversation`]), as far as it is certain which those are.

mod conversation;
mod excuse;
pub mod mutation;
mod ruling;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use url::Url;

use self::conversation::{Conversation, Party};
pub(super) use self::ruling::Ruling;
use super::matchers::Finding;
use crate::ical::{self, Component, Document, Property, address};
use crate::itip::{self, Method, Mode, Options, Report, Rule, Rules, Thread};

/// A calendar user that plays in the scenario.
#[derive(Debug, Clone)]
pub(super) struct Player {
    /// Index into the target's users.
    pub index: usize,
    pub addresses: Vec<String>,
}

impl Player {
    fn is(&self, wanted: &str) -> bool {
        self.addresses
            .iter()
            .any(|address| address::address_eq(address, wanted))
    }
}

/// iCalendar data that a step saw.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sight<'a> {
    pub data: &'a [u8],
    pub mode: Mode,
    /// It comes out of XML: its line ends are not those that were sent.
    pub from_xml: bool,
    /// The user whose Inbox it is in, where it was found there by looking: index, and the latest exchange of that look.
    pub found: Option<(usize, u64)>,
    /// The request that it answers, of an answer about busy time.
    pub request: Option<&'a [u8]>,
    pub exchange: u64,
}

/// What the lint said of the sights of a step, taken together.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// How many were judged.
    pub count: usize,
    /// The first of them.
    pub exchange: u64,
    kept: Rules,
    pub broken: BTreeMap<Rule, (Ruling, u64)>,
}

impl Outcome {
    /// The rules that all of them keep.
    pub fn kept(&self) -> impl Iterator<Item = Rule> + '_ {
        self.kept.iter().filter(|rule| !self.broken.contains_key(rule))
    }

    fn add(&mut self, report: &Report, exchange: u64) {
        if self.count == 0 {
            self.exchange = exchange;
        }
        self.count += 1;
        for rule in report.applied.iter() {
            match ruling::ruling(rule, report) {
                None => {
                    self.kept.insert(rule);
                }
                Some(ruling) => {
                    self.broken.entry(rule).or_insert((ruling, exchange));
                }
            }
        }
    }
}

/// What a client wrote, as far as the lint has to know it.
struct Write {
    actor: usize,
    /// None where it is not known which objects it changed.
    uid: Option<String>,
    /// None where it removed or moved something.
    document: Option<Arc<Document>>,
}

/// What a scenario wrote and saw so far.
#[derive(Default)]
pub(super) struct Linter {
    players: Vec<Player>,
    /// Changes that were answered with success.
    writes: Vec<Write>,
    /// Bodies that clients sent, accepted or not, by UID.
    bodies: HashMap<String, Vec<Arc<Document>>>,
    /// Their octets.
    sent: HashSet<u64>,
    uids: HashMap<Url, String>,
    /// UIDs of messages that a client sent as such: what becomes of them is not the server's work alone.
    foreign: HashSet<String>,
    conversations: HashMap<(String, Party), Conversation>,
    judged: HashSet<(Mode, u64)>,
}

impl Linter {
    pub fn new(players: Vec<Player>) -> Linter {
        Linter {
            players,
            ..Linter::default()
        }
    }

    /// A client is about to send this body.
    pub fn sends(&mut self, method: &str, url: &Url, body: &[u8]) {
        let Ok(document) = ical::read(body) else { return };
        let uid = uid_of(&document);
        self.sent.insert(hash(body));
        match method {
            "PUT" => {
                self.uids.insert(url.clone(), uid.clone());
            }
            "POST" if method_of(&document).is_some() && !is_busy_time(&document) => {
                self.foreign.insert(uid.clone());
            }
            _ => {}
        }
        self.bodies.entry(uid).or_default().push(Arc::new(document));
    }

    /// A client has changed something.
    pub fn wrote(&mut self, actor: usize, method: &str, url: &Url) {
        if !["PUT", "DELETE", "MOVE", "COPY"].contains(&method) {
            return;
        }
        let uid = self.uids.get(url).cloned();
        let bodies = uid
            .as_ref()
            .filter(|_| method == "PUT")
            .and_then(|uid| self.bodies.get(uid));
        let document = bodies.and_then(|bodies| bodies.last()).cloned();
        self.writes.push(Write { actor, uid, document });
    }

    /// An object was found at this place.
    pub fn is_at(&mut self, url: &Url, uid: &str) {
        self.uids.insert(url.clone(), uid.to_owned());
    }

    /// Judges what a step saw, and returns what was judged. `beginning` is that of the scenario's UIDs: nothing else is
    /// its own.
    pub fn judge(&mut self, sights: &[Sight<'_>], beginning: &str) -> (Outcome, Vec<(Mode, Document)>) {
        let mut outcome = Outcome::default();
        let mut documents = Vec::new();
        for sight in sights {
            let Ok(document) = ical::read(sight.data) else {
                continue;
            };
            let complete = document
                .calendar()
                .is_some_and(|calendar| !calendar.is_unclosed());
            if !complete || !uid_of(&document).starts_with(beginning) || self.sent.contains(&hash(sight.data))
            {
                continue;
            }
            let by_others = self.by_others(sight, &document);
            if !self.judged.insert((sight.mode, hash(sight.data))) {
                continue;
            }
            let options = Options {
                mode: sight.mode,
                from_xml: sight.from_xml,
                content_type: None,
            };
            let mut report = itip::lint_document(&document, options);
            self.excuse(&document, &mut report);
            if let Some(by_others) = by_others {
                report.merge(by_others);
            }
            outcome.add(&report, sight.exchange);
            documents.push((sight.mode, document));
        }
        (outcome, documents)
    }

    /// What the messages before it say of a message.
    fn by_others(&mut self, sight: &Sight<'_>, document: &Document) -> Option<Report> {
        if let Some(request) = sight.request {
            let mut thread = Thread::default();
            thread.next(&ical::read(request).ok()?);
            return Some(thread.next(document));
        }
        let (receiver, latest) = sight.found?;
        let uid = uid_of(document);
        let method = method_of(document)?;
        if self.foreign.contains(&uid) {
            return None;
        }
        let party = self.party(receiver, method, document)?;
        let organizer = self.player(&property(document, "ORGANIZER")?);
        let sender = match party {
            _ if method.is_of_organizer() => organizer,
            Party::Player(index) => Some(index),
            Party::Other(_) => None,
        };
        let concerns = |write: &Write| {
            let of_it = write.uid.as_ref().is_none_or(|written| *written == uid);
            of_it && (Some(write.actor) == organizer || party == Party::Player(write.actor))
        };
        let has_body = |write: &Write| Some(write.actor) == sender && write.document.is_some();
        let known = self.conversations.get(&(uid.clone(), party.clone()));
        let before = known.map_or(0, |known| known.writes);
        let since: Vec<&Write> = self.writes[before..]
            .iter()
            .filter(|write| concerns(write))
            .collect();
        let turn = conversation::Turn {
            document,
            method,
            exchange: sight.exchange,
            latest,
            writes: self.writes.len(),
            is_first: self.writes.len() == 1,
            since: since.len(),
            by_sender: since.iter().any(|write| Some(write.actor) == sender),
            put: since.iter().any(|write| has_body(write)),
            body: self
                .writes
                .iter()
                .rfind(|write| concerns(write) && has_body(write))
                .and_then(|write| write.document.as_deref()),
        };
        self.conversations
            .entry((uid.clone(), party.clone()))
            .or_default()
            .next(&turn)
    }

    /// Who speaks with the organizer: the receiver of what the organizer sends, the sender of anything else.
    fn party(&self, receiver: usize, method: Method, document: &Document) -> Option<Party> {
        if method.is_of_organizer() {
            return Some(Party::Player(receiver));
        }
        // Of an answer that names others too, other than in a delegation, it is not known whose it is.
        let attendees: Vec<&Property> = first(document)?.properties_named("ATTENDEE").collect();
        let delegated = |attendee: &&Property| {
            attendee.param("DELEGATED-TO").is_some() || attendee.param("DELEGATED-FROM").is_some()
        };
        if attendees.len() > 2 || (attendees.len() == 2 && !attendees.iter().any(delegated)) {
            return None;
        }
        let attendee = attendees.first()?.value.trim().to_owned();
        Some(match self.player(&attendee) {
            Some(index) => Party::Player(index),
            None => Party::Other(address::normalize(&attendee)),
        })
    }

    fn player(&self, address: &str) -> Option<usize> {
        let player = self.players.iter().find(|player| player.is(address));
        player.map(|player| player.index)
    }

    /// Takes out what is broken in a client's own body too.
    fn excuse(&self, document: &Document, report: &mut Report) {
        if report.findings.is_empty() {
            return;
        }
        if let Some(bodies) = self.bodies.get(&uid_of(document)) {
            excuse::excuse(report, bodies);
        }
    }
}

/// The UID of the first component that is no time zone; empty where there is none.
fn uid_of(document: &Document) -> String {
    property(document, "UID").unwrap_or_default()
}

fn property(document: &Document, name: &str) -> Option<String> {
    let component = first(document)?;
    Some(component.property(name)?.value.trim().to_owned())
}

fn first(document: &Document) -> Option<&Component> {
    let calendar = document.calendar()?;
    calendar.components().find(|component| !component.is("VTIMEZONE"))
}

fn is_busy_time(document: &Document) -> bool {
    first(document).is_some_and(|component| component.is("VFREEBUSY"))
}

fn method_of(document: &Document) -> Option<Method> {
    Method::of(document.calendar()?.property("METHOD")?.value.trim())
}

fn hash(octets: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    octets.hash(&mut hasher);
    hasher.finish()
}
