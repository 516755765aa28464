//! Messages as a conversation (RFC 5546, sections 2.1.4 and 2.1.5, and what section 3 says of answers and updates).
//!
//! The messages come in the order in which they were sent. Each is held against the last one of the organizer about the
//! same component, and against what was answered since. What a message of an attendee says does not change what the
//! organizer's next one is held against.

mod attendee;
mod organizer;
mod revision;
mod series;

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;

use self::revision::{Key, Revision};
use self::series::Series;
use super::finding::{Breach, Report, Sink, Spot, shown};
use super::kind::{Kind, Method};
use super::object::{Mode, Object};
use super::rule::{self, Rule};
use super::table::Comment;
use crate::ical::{Component, Document};

/// What was said so far, by UID. Busy time is apart: a client may ask for it under the UID of the event that it plans.
#[derive(Debug, Default)]
pub struct Thread {
    by_uid: HashMap<(bool, String), Conversation>,
}

/// What was said about one UID.
#[derive(Debug, Default)]
struct Conversation {
    /// The last word of the organizer on each component.
    revisions: HashMap<Key, Revision>,
    /// The highest SEQUENCE of the organizer, and all of them.
    sequence: Option<i64>,
    sequences: BTreeSet<i64>,
    /// The organizer's last method.
    method: Option<Method>,
    organizer: Option<String>,
    /// The series as it is and as it was before the last change.
    series: Option<Series>,
    series_before: Option<Series>,
    /// Instances that ADD added.
    added: HashSet<Timestamp>,
    /// The last answer of each attendee to each component.
    replies: HashMap<(Key, String), Reply>,
    /// By the address of a delegate: who delegated.
    delegators: HashMap<String, Vec<String>>,
    counters: HashMap<Key, Revision>,
    /// Attendees that a CANCEL with STATUS removed, while others were still invited.
    uninvited_with_status: Vec<(String, Option<Rule>)>,
}

#[derive(Debug, Clone)]
struct Reply {
    sequence: i64,
    dtstamp: Option<Timestamp>,
    partstat: String,
}

/// A component of a message, and what it is held against.
struct Turn<'a> {
    object: &'a Object<'a>,
    kind: Kind,
    method: Method,
    component: &'a Component,
    key: Key,
    revision: Revision,
}

impl Turn<'_> {
    /// The rules of the comments with this name, for this method and component.
    fn rules(&self, name: &str) -> Vec<Rule> {
        self.comments(name).map(|(_, rule)| rule).collect()
    }

    fn comments(&self, name: &str) -> impl Iterator<Item = (&'static Comment, Rule)> {
        let table = self.object.table.into_iter();
        let comments: Vec<_> = table.flat_map(|table| table.comments_of(name)).collect();
        comments.into_iter()
    }

    /// The value of a property, or the component where it is missing.
    fn spot(&self, name: &str) -> Spot {
        match self.component.property(name) {
            Some(property) => Spot::value(self.component, property),
            None => Spot::component(self.component),
        }
    }

    /// The ATTENDEE with this address.
    fn spot_of(&self, address: &str) -> Spot {
        let mut attendees = self.component.properties_named("ATTENDEE");
        let found = attendees.find(|attendee| crate::ical::address::normalize(&attendee.value) == address);
        found.map_or_else(
            || Spot::component(self.component),
            |attendee| Spot::property(self.component, attendee),
        )
    }

    /// A breach of several requirements that say the same; those that apply are noted in any case.
    fn judge(&self, rules: &[Rule], sink: &mut Sink, broken: bool, breach: impl FnOnce() -> Breach) {
        let [first, also @ ..] = rules else { return };
        rules.iter().for_each(|rule| sink.applies(*rule));
        if broken {
            sink.breach_by(*first, also, None, breach);
        }
    }
}

impl Thread {
    /// Judges the next message by those before it. What it says by itself is for [`super::lint_document`].
    pub fn next(&mut self, document: &Document) -> Report {
        let mut sink = Sink::default();
        for calendar in document
            .components()
            .filter(|component| component.is("VCALENDAR"))
        {
            let object = Object::new(calendar, Mode::Message);
            if let (Some(kind), Some(method)) = (object.kind, object.method) {
                self.message(&object, kind, method, &mut sink);
            }
        }
        sink.report()
    }

    fn message(&mut self, object: &Object<'_>, kind: Kind, method: Method, sink: &mut Sink) {
        let mut by_uid: Vec<(&str, Vec<&Component>)> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for component in object.scheduled() {
            let Some(uid) = component.property("UID") else {
                continue;
            };
            let place = *places.entry(&uid.value).or_insert_with(|| {
                by_uid.push((&uid.value, Vec::new()));
                by_uid.len() - 1
            });
            by_uid[place].1.push(component);
        }
        for (uid, components) in by_uid {
            let key = (kind == Kind::FreeBusy, uid.to_owned());
            let known = self.by_uid.contains_key(&key);
            let conversation = self.by_uid.entry(key).or_default();
            let turns: Vec<Turn<'_>> = components
                .into_iter()
                .map(|component| Turn {
                    object,
                    kind,
                    method,
                    component,
                    key: Key::of(component, object.zones()),
                    revision: Revision::of(method, component, object.zones()),
                })
                .collect();
            let delegation = method == Method::Request && conversation.is_delegation(&turns);
            for turn in &turns {
                turn.judge(&turn.rules("known-uid"), sink, !known, || {
                    Breach::new(
                        turn.spot("UID"),
                        format!("no message before had the UID {}", shown(uid)),
                    )
                });
            }
            if method.is_of_organizer() && !delegation {
                conversation.organizer_speaks(&turns, known, sink);
            } else {
                conversation.attendee_speaks(&turns, delegation, sink);
            }
        }
    }
}

impl Conversation {
    /// The last word of the organizer on what a component is about: on the instance, else on the series.
    fn before(&self, key: &Key) -> Option<&Revision> {
        self.revisions.get(key).or_else(|| self.revisions.get(&Key::All))
    }

    /// Whether a REQUEST delegates: somebody has a delegate who had none in the organizer's last one, and SEQUENCE is
    /// not raised.
    fn is_delegation(&self, turns: &[Turn<'_>]) -> bool {
        turns.iter().any(|turn| {
            let Some(before) = self.before(&turn.key) else {
                return false;
            };
            turn.revision.sequence <= before.sequence
                && turn.revision.attendees.iter().any(|attendee| {
                    let had = before.attendee(&attendee.address);
                    attendee.partstat == "DELEGATED"
                        && had.is_some_and(|had| had.delegated_to != attendee.delegated_to)
                })
        })
    }

    /// Where instances begin that do not begin at their RECURRENCE-ID, and that.
    fn moved(&self) -> HashMap<Timestamp, Timestamp> {
        let moved = self.revisions.iter().filter_map(|(key, revision)| match key {
            Key::At(id) if revision.start != Some(*id) => Some((revision.start?, *id)),
            _ => None,
        });
        moved.collect()
    }

    /// RECURRENCE-ID names an instance of the series (the comments of that row, and section 3.7.1).
    fn instances(&self, turns: &[Turn<'_>], sink: &mut Sink) {
        let last = turns.iter().filter_map(|turn| match turn.key {
            Key::At(instant) => Some(instant),
            _ => None,
        });
        let (Some(last), Some(series)) = (last.max(), &self.series) else {
            return;
        };
        let Some(starts) = series.starts(last) else { return };
        let before = self.series_before.as_ref().and_then(|series| series.starts(last));
        let moved: OnceCell<HashMap<Timestamp, Timestamp>> = OnceCell::new();
        let moved = || moved.get_or_init(|| self.moved());
        for turn in turns {
            let Key::At(id) = turn.key else { continue };
            let rules = turn.rules("instance");
            sink.applies(rule::ORIGINAL_START);
            let known = starts.contains(&id)
                || self.added.contains(&id)
                || before.as_ref().is_some_and(|before| before.contains(&id));
            if known && (series.is_recurring() || !self.added.is_empty()) {
                turn.judge(&rules, sink, false, || {
                    Breach::new(turn.spot("RECURRENCE-ID"), "")
                });
            } else if let Some(original) = moved().get(&id) {
                sink.breach(rule::ORIGINAL_START, || {
                    Breach::new(
                        turn.spot("RECURRENCE-ID"),
                        format!("the instance was moved to here; its RECURRENCE-ID stays {original}"),
                    )
                });
            } else {
                turn.judge(&rules, sink, true, || {
                    let what = if series.is_recurring() {
                        "RECURRENCE-ID names no instance of the series"
                    } else {
                        "RECURRENCE-ID, but the component does not recur"
                    };
                    Breach::new(turn.spot("RECURRENCE-ID"), what)
                });
            }
        }
    }
}
