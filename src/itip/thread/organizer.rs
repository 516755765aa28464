//! What the organizer says: PUBLISH, REQUEST, ADD, CANCEL, DECLINECOUNTER.

use std::collections::HashSet;

use super::super::finding::{Breach, Sink, Spot, shown};
use super::super::kind::{Kind, Method};
use super::super::rule::{self, Rule};
use super::revision::{Attendees, Key, Revision, TRIGGERS};
use super::series::Series;
use super::{Conversation, Turn};

impl Conversation {
    pub(super) fn organizer_speaks(&mut self, turns: &[Turn<'_>], known: bool, sink: &mut Sink) {
        let Some(first) = turns.first() else { return };
        let method = first.method;
        if method == Method::DeclineCounter {
            self.instances(turns, sink);
            turns.iter().for_each(|turn| self.declines(turn, sink));
            return;
        }
        if known && self.method == Some(Method::Publish) {
            sink.applies(match first.kind {
                Kind::Todo => rule::TODO_AFTER_PUBLISH,
                Kind::Journal => rule::JOURNAL_AFTER_PUBLISH,
                _ => rule::AFTER_PUBLISH,
            });
        }
        for turn in turns {
            match method {
                Method::Publish | Method::Request => self.updates(turn, known, sink),
                Method::Add | Method::Cancel => self.raises(turn, sink),
                _ => {}
            }
            self.has_organizer(turn, sink);
            if method == Method::Cancel {
                self.cancels(turn, sink);
            }
        }
        if method == Method::Request {
            self.goes_on(turns, sink);
        }
        self.remember_series(turns);
        self.instances(turns, sink);
        self.remember(turns);
    }

    /// PUBLISH and REQUEST: how SEQUENCE and DTSTAMP go on (sections 2.1.4 and 2.1.5).
    fn updates(&self, turn: &Turn<'_>, known: bool, sink: &mut Sink) {
        let now = &turn.revision;
        let rules = [turn.rules("revision"), vec![rule::HIGHEST_WINS, rule::AS_NUMBER]].concat();
        let Some(before) = self.revisions.get(&turn.key) else {
            let lowest = self.revisions.get(&Key::All).map_or(0, |all| all.sequence);
            turn.judge(&rules, sink, now.sequence < lowest, || lower(turn, lowest));
            if !known && turn.method == Method::Request && now.sequence == 0 {
                first_invitation(turn, sink);
            }
            return;
        };
        turn.judge(&rules, sink, now.sequence < before.sequence, || {
            lower(turn, before.sequence)
        });
        if now.sequence < before.sequence {
            return;
        }
        // Two messages at the same second may be one message to several attendees.
        let stale = now.sequence == before.sequence && now.dtstamp.is_some() && now.dtstamp < before.dtstamp;
        turn.judge(&[rule::LATEST_WINS], sink, stale, || {
            Breach::new(
                turn.spot("DTSTAMP"),
                format!(
                    "older than the DTSTAMP of the {} before it with the same SEQUENCE, which therefore goes for the later one",
                    before.method
                ),
            )
        });
        if before.method != Method::Cancel && !stale {
            triggers(turn, before, sink);
            self.keeps(turn, before, sink);
        }
    }

    /// What an update keeps: the organizer's place, the answers, and SEQUENCE where it only asks again.
    fn keeps(&self, turn: &Turn<'_>, before: &Revision, sink: &mut Sink) {
        let now = &turn.revision;
        if now.organizer != before.organizer && before.organizer.is_some() && now.organizer.is_some() {
            turn.judge(
                &[rule::NEW_ORGANIZER],
                sink,
                now.sequence == before.sequence,
                || Breach::new(turn.spot("ORGANIZER"), "another organizer, but the same SEQUENCE"),
            );
        }
        if turn.method == Method::Publish {
            let again = now.sequence == before.sequence && now.says != before.says;
            turn.judge(&[rule::REPUBLISHED], sink, again, || {
                Breach::new(
                    turn.spot("SEQUENCE"),
                    "published again with changes, but with the same SEQUENCE",
                )
            });
            return;
        }
        self.polls(turn, before, sink);
        if now.sequence > before.sequence {
            return;
        }
        let rule = if turn.kind == Kind::Todo {
            rule::TODO_UPDATE_KEEPS
        } else {
            rule::UPDATE_KEEPS
        };
        for attendee in now.attendees.iter() {
            let answer = self.replies.get(&(turn.key.clone(), attendee.address.clone()));
            let Some(answer) = answer.filter(|answer| answer.sequence == now.sequence) else {
                continue;
            };
            // To ask again with NEEDS-ACTION is one way of asking again.
            let asks = attendee.partstat == "NEEDS-ACTION" && attendee.rsvp;
            turn.judge(
                &[rule],
                sink,
                attendee.partstat != answer.partstat && !asks,
                || {
                    Breach::new(
                        turn.spot_of(&attendee.address),
                        format!(
                            "PARTSTAT is {}, but the attendee has answered {}",
                            attendee.partstat, answer.partstat
                        ),
                    )
                },
            );
        }
    }

    /// A REQUEST that differs from the one before in RSVP only.
    fn polls(&self, turn: &Turn<'_>, before: &Revision, sink: &mut Sink) {
        let now = &turn.revision;
        let asks = |address: &str| before.attendee(address).is_some_and(|had| !had.rsvp);
        let asked = now
            .attendees
            .iter()
            .any(|attendee| attendee.rsvp && asks(&attendee.address));
        let same_users = now.attendees.len() == before.attendees.len();
        if before.method == Method::Request && asked && same_users && now.says == before.says {
            let rule = if turn.kind == Kind::Todo {
                rule::TODO_POLL
            } else {
                rule::POLL
            };
            turn.judge(&[rule], sink, now.sequence != before.sequence, || {
                Breach::new(
                    turn.spot("SEQUENCE"),
                    "raised, though the message only asks for answers",
                )
            });
        }
    }

    /// ADD and CANCEL: a higher SEQUENCE. One CANCEL may go out as several messages, to each attendee.
    fn raises(&self, turn: &Turn<'_>, sink: &mut Sink) {
        let Some(highest) = self.sequence else { return };
        let before = self.before(&turn.key);
        let last = before.map_or(highest, |before| before.sequence);
        let same_cancel = turn.method == Method::Cancel
            && turn.revision.sequence == last
            && (before.is_some_and(|before| before.method == Method::Cancel)
                || self.method == Some(Method::Cancel));
        let low = turn.revision.sequence <= last && !same_cancel;
        turn.judge(&turn.rules("raised"), sink, low, || {
            Breach::new(
                turn.spot("SEQUENCE"),
                format!(
                    "SEQUENCE is {}, that of the organizer's message before it {last}: {} raises it",
                    turn.revision.sequence, turn.method
                ),
            )
        });
    }

    /// The organizer stays who it was.
    pub(super) fn has_organizer(&self, turn: &Turn<'_>, sink: &mut Sink) {
        if let (Some(before), Some(now)) = (&self.organizer, &turn.revision.organizer) {
            turn.judge(&turn.rules("organizer"), sink, before != now, || {
                another(turn, before)
            });
        }
    }

    /// Whether this address was invited to what is cancelled. All of a series is also cancelled for who was invited to
    /// single instances.
    fn was_invited(&self, turn: &Turn<'_>, before: &Revision, address: &str) -> bool {
        before.attendee(address).is_some()
            || turn.key == Key::All
                && self
                    .revisions
                    .values()
                    .any(|revision| revision.attendee(address).is_some())
    }

    fn cancels(&mut self, turn: &Turn<'_>, sink: &mut Sink) {
        let Some(before) = self.before(&turn.key).cloned() else {
            return;
        };
        let invited = turn.rules("invited");
        let scheduled = before.method != Method::Publish && !before.attendees.is_empty();
        let named = &turn.revision.attendees;
        turn.judge(&invited, sink, scheduled && named.is_empty(), || {
            Breach::absent(
                Spot::component(turn.component),
                "the CANCEL of what attendees were invited to names none of them",
            )
        });
        for attendee in named.iter().filter(|_| before.method == Method::Request) {
            turn.judge(
                &invited,
                sink,
                !self.was_invited(turn, &before, &attendee.address),
                || {
                    Breach::new(
                        turn.spot_of(&attendee.address),
                        format!("{} was not invited", shown(&attendee.address)),
                    )
                },
            );
        }
        let others = before.attendees.len() - usize::from(before.has_organizer_as_attendee());
        let removed: HashSet<&str> = named
            .iter()
            .map(|attendee| attendee.address.as_str())
            .filter(|address| {
                before.attendee(address).is_some() && before.organizer.as_deref() != Some(*address)
            })
            .collect();
        let all = others > 0 && removed.len() == others;
        let has_status = turn.component.property("STATUS").is_some();
        if turn.key == Key::All && scheduled && all {
            turn.judge(&turn.rules("cancels"), sink, !has_status, || {
                Breach::absent(
                    Spot::component(turn.component),
                    "all attendees are told that it is cancelled, without STATUS:CANCELLED",
                )
            });
        } else if turn.key == Key::All && others > 0 && scheduled {
            let rule = turn.rules("uninvites").first().copied();
            rule.into_iter().for_each(|rule| sink.applies(rule));
            if has_status {
                let addresses = named.iter().map(|attendee| (attendee.address.clone(), rule));
                self.uninvited_with_status.extend(addresses);
            }
        }
    }

    /// A REQUEST after a CANCEL shows that the CANCEL only removed attendees; and after a COUNTER it may accept that.
    fn goes_on(&mut self, turns: &[Turn<'_>], sink: &mut Sink) {
        for turn in turns {
            if turn.key == Key::All {
                for (address, rule) in std::mem::take(&mut self.uninvited_with_status) {
                    if turn.revision.attendee(&address).is_none() {
                        turn.judge(rule.as_slice(), sink, true, || {
                            Breach::new(
                                turn.spot("UID"),
                                format!("it goes on; the CANCEL to {} had a STATUS", shown(&address)),
                            )
                        });
                    }
                }
            }
            let Some(counter) = self.counters.remove(&turn.key) else {
                continue;
            };
            let accepts = counter.start == turn.revision.start && counter.end == turn.revision.end;
            let differs = self
                .before(&turn.key)
                .is_some_and(|before| before.start != counter.start || before.end != counter.end);
            if accepts && differs {
                let rules: &[Rule] = match turn.kind {
                    Kind::Todo => &[rule::TODO_ACCEPTED_COUNTER],
                    _ => &[rule::ACCEPTED_COUNTER, rule::ACCEPTED_COUNTER_EXAMPLE],
                };
                turn.judge(rules, sink, turn.revision.sequence <= counter.sequence, || {
                    Breach::new(
                        turn.spot("SEQUENCE"),
                        "the counter proposal is accepted, but SEQUENCE is not raised",
                    )
                });
            }
        }
    }

    fn declines(&self, turn: &Turn<'_>, sink: &mut Sink) {
        let countered = self.counters.get(&turn.key).or_else(|| self.before(&turn.key));
        if let Some(countered) = countered {
            let (now, then) = (turn.revision.sequence, countered.sequence);
            turn.judge(&turn.rules("echo"), sink, now != then, || {
                Breach::new(
                    turn.spot("SEQUENCE"),
                    format!("SEQUENCE is {now}, that of what it refuses {then}"),
                )
            });
        }
    }

    fn remember_series(&mut self, turns: &[Turn<'_>]) {
        for turn in turns {
            match turn.method {
                Method::Publish | Method::Request if turn.key == Key::All => {
                    self.series_before = self.series.take();
                    self.series = Some(Series::of(turn.object.calendar, turn.component));
                }
                Method::Add => self.added.extend(turn.revision.start),
                _ => {}
            }
        }
    }

    fn remember(&mut self, turns: &[Turn<'_>]) {
        // A REQUEST for all of a series replaces what was said about instances.
        let of_all = |turn: &Turn<'_>| turn.key == Key::All && turn.method != Method::Cancel;
        if turns.iter().any(of_all) {
            let kept: HashSet<&Key> = turns.iter().map(|turn| &turn.key).collect();
            self.revisions
                .retain(|key, _| *key == Key::All || kept.contains(key));
        }
        for turn in turns {
            let now = turn.revision.clone();
            self.sequence = self.sequence.max(Some(now.sequence));
            self.sequences.insert(now.sequence);
            if turn.method != Method::Add {
                self.organizer = now.organizer.clone().or(self.organizer.take());
            }
            self.method = Some(turn.method);
            let older = self
                .revisions
                .get(&turn.key)
                .filter(|before| before.sequence > now.sequence);
            let key = match turn.method {
                Method::Add => now.start.map(Key::At),
                _ => Some(turn.key.clone()),
            };
            match (older, key, turn.method) {
                (Some(_), ..) | (_, None, _) => {}
                (None, Some(key), Method::Cancel) => self.remember_cancel(key, now),
                (None, Some(key), _) => {
                    self.revisions.insert(key, now);
                }
            }
        }
    }

    /// A CANCEL raises SEQUENCE and takes attendees away; what was agreed with the others stays.
    fn remember_cancel(&mut self, key: Key, cancel: Revision) {
        let own = self.revisions.remove(&key);
        let Some(mut before) = own.or_else(|| self.revisions.get(&Key::All).cloned()) else {
            self.revisions.insert(key, cancel);
            return;
        };
        let mut attendees = Attendees::default();
        if !cancel.attendees.is_empty() {
            attendees = std::mem::take(&mut before.attendees).without(&cancel.attendees, key == Key::All);
        }
        let organizer = before
            .organizer
            .as_deref()
            .and_then(|address| attendees.get(address));
        let others = attendees.len() > usize::from(organizer.is_some());
        let revision = Revision {
            method: if others { before.method } else { Method::Cancel },
            sequence: cancel.sequence,
            dtstamp: cancel.dtstamp.or(before.dtstamp),
            attendees,
            ..before
        };
        self.revisions.insert(key, revision);
    }
}

fn lower(turn: &Turn<'_>, before: i64) -> Breach {
    Breach::new(
        turn.spot("SEQUENCE"),
        format!(
            "SEQUENCE is {}, and was {before} in the organizer's message before it",
            turn.revision.sequence
        ),
    )
}

fn another(turn: &Turn<'_>, before: &str) -> Breach {
    Breach::new(
        turn.spot("ORGANIZER"),
        format!("the organizer of the messages before was {}", shown(before)),
    )
}

/// Nobody has answered yet (section 2.1.1).
fn first_invitation(turn: &Turn<'_>, sink: &mut Sink) {
    for attendee in turn.revision.attendees.iter() {
        let is_organizer = turn.revision.organizer.as_ref() == Some(&attendee.address);
        let answered = !is_organizer && attendee.partstat != "NEEDS-ACTION";
        turn.judge(&[rule::FIRST_NEEDS_ACTION], sink, answered, || {
            Breach::new(
                turn.spot_of(&attendee.address),
                format!("PARTSTAT is {} in the first invitation", attendee.partstat),
            )
        });
    }
}

/// Changes that raise SEQUENCE (section 2.1.4).
fn triggers(turn: &Turn<'_>, before: &Revision, sink: &mut Sink) {
    const RULES: [Rule; 8] = [
        rule::TRIGGER_DTSTART,
        rule::TRIGGER_DTEND,
        rule::TRIGGER_DURATION,
        rule::TRIGGER_DUE,
        rule::TRIGGER_RRULE,
        rule::TRIGGER_RDATE,
        rule::TRIGGER_EXDATE,
        rule::TRIGGER_STATUS,
    ];
    let now = &turn.revision;
    let raised = now.sequence > before.sequence;
    let mut changed = false;
    for (name, rule) in TRIGGERS.into_iter().zip(RULES) {
        // An absent STATUS stands for no value; that somebody begins or ceases to state it changes nothing.
        let stated = name != "STATUS" || (now.says.contains_key(name) && before.says.contains_key(name));
        if now.agrees(before, name) || !stated {
            continue;
        }
        changed = true;
        turn.judge(&[rule, rule::RAISED_BY_RULE], sink, !raised, || {
            let what = match (now.says.contains_key(name), before.says.contains_key(name)) {
                (false, true) => "is not there any more",
                (true, false) => "was not there before",
                _ => "has changed",
            };
            Breach::new(
                turn.spot(name),
                format!("{name} {what}, but SEQUENCE is not raised"),
            )
        });
    }
    if raised && !changed {
        sink.applies(rule::RAISED_FOR_OTHERS);
    }
}
