//! What attendees say: REPLY, REFRESH, COUNTER, and REQUEST to delegate.

use super::super::catalog;
use super::super::finding::{Breach, Sink, Spot, shown};
use super::super::kind::{Kind, Method};
use super::super::rule::{self, Rule};
use super::revision::{Attendee, Revision, is_comparable};
use super::{Conversation, Reply, Turn};

impl Conversation {
    pub(super) fn attendee_speaks(&mut self, turns: &[Turn<'_>], delegation: bool, sink: &mut Sink) {
        self.instances(turns, sink);
        for turn in turns {
            if delegation {
                self.delegates(turn, sink);
                continue;
            }
            match turn.method {
                Method::Reply => self.replies_to(turn, sink),
                Method::Counter => self.counters_with(turn, sink),
                Method::Refresh => {
                    sink.applies(rule::REFRESH_KEEPS);
                    self.is_invited(turn, sink);
                }
                _ => {}
            }
        }
    }

    fn replies_to(&mut self, turn: &Turn<'_>, sink: &mut Sink) {
        if turn.kind == Kind::FreeBusy {
            self.has_organizer(turn, sink);
            return self.is_invited(turn, sink);
        }
        self.echoes(turn, sink);
        self.is_invited(turn, sink);
        self.names_delegator(turn, sink);
        if let Some(before) = self
            .before(&turn.key)
            .filter(|before| before.sequence == turn.revision.sequence)
        {
            unchanged(turn, before, sink);
        }
        for attendee in turn.revision.attendees.iter() {
            self.answers(turn, attendee, sink);
        }
    }

    /// The SEQUENCE of a message that was sent. It may be an older one: answers to a revision that is superseded come late.
    fn echoes(&self, turn: &Turn<'_>, sink: &mut Sink) {
        let now = turn.revision.sequence;
        let (Some(highest), rules) = (self.sequence, turn.rules("echo")) else {
            return;
        };
        turn.judge(&rules, sink, !self.sequences.contains(&now), || {
            Breach::new(
                turn.spot("SEQUENCE"),
                format!("SEQUENCE is {now}; the organizer's messages had none such, the last one {highest}"),
            )
        });
    }

    /// Whoever speaks was asked, as an attendee or as a delegate; or got it from somebody who was, which nobody can see.
    fn is_invited(&self, turn: &Turn<'_>, sink: &mut Sink) {
        let Some(before) = self.before(&turn.key) else {
            return;
        };
        let known = |attendee: &Attendee| {
            before.attendee(&attendee.address).is_some() || self.delegators.contains_key(&attendee.address)
        };
        let mut speakers = turn
            .revision
            .attendees
            .iter()
            .filter(|attendee| attendee.delegated_to.is_empty());
        let Some(speaker) = speakers.next() else { return };
        if known(speaker) {
            return turn.judge(&turn.rules("invited"), sink, false, || {
                Breach::new(turn.spot("ATTENDEE"), "")
            });
        }
        if turn.method == Method::Reply && before.attendees.have_group {
            sink.applies(rule::GROUP_MEMBER);
            if !speaker.has_member {
                sink.breach_by(rule::GROUP_MEMBER, &[], Some("P27"), || {
                    Breach::absent(
                        turn.spot_of(&speaker.address),
                        format!("{} answers for a group, without MEMBER", shown(&speaker.address)),
                    )
                });
            }
        } else if turn.kind == Kind::FreeBusy || turn.method == Method::Refresh {
            turn.judge(&turn.rules("invited"), sink, true, || {
                Breach::new(
                    turn.spot_of(&speaker.address),
                    format!("{} was not asked", shown(&speaker.address)),
                )
            });
        }
    }

    /// A delegate says who delegated (reading P15: a missing DELEGATED-FROM is a warning).
    fn names_delegator(&self, turn: &Turn<'_>, sink: &mut Sink) {
        let rules: [Rule; 2] = match turn.kind {
            Kind::Todo => [rule::TODO_DELEGATED_FROM, rule::TODO_DELEGATED_FROM_TOO],
            _ => [rule::DELEGATED_FROM, rule::DELEGATED_FROM_TOO],
        };
        for attendee in turn.revision.attendees.iter() {
            let Some(delegators) = self.delegators.get(&attendee.address) else {
                continue;
            };
            if attendee.partstat == "NEEDS-ACTION" && turn.revision.attendees.len() > 1 {
                continue;
            }
            rules.iter().for_each(|rule| sink.applies(*rule));
            if !attendee
                .delegated_from
                .iter()
                .any(|from| delegators.contains(from))
            {
                sink.breach_by(rules[0], &rules[1..], Some("P15"), || {
                    Breach::absent(
                        turn.spot_of(&attendee.address),
                        format!(
                            "a delegate answers without DELEGATED-FROM={}",
                            shown(&delegators.join(", "))
                        ),
                    )
                });
            }
        }
    }

    /// The answers of one attendee supersede one another by SEQUENCE, then by DTSTAMP (section 2.1.5).
    fn answers(&mut self, turn: &Turn<'_>, attendee: &Attendee, sink: &mut Sink) {
        let now = Reply {
            sequence: turn.revision.sequence,
            dtstamp: turn.revision.dtstamp,
            partstat: attendee.partstat.clone(),
        };
        for delegate in &attendee.delegated_to {
            let delegators = self.delegators.entry(delegate.clone()).or_default();
            if !delegators.contains(&attendee.address) {
                delegators.push(attendee.address.clone());
            }
        }
        let key = (turn.key.clone(), attendee.address.clone());
        if let Some(before) = self.replies.get(&key) {
            turn.judge(
                &[rule::REPLY_HIGHEST_WINS],
                sink,
                now.sequence < before.sequence,
                || {
                    Breach::new(
                        turn.spot("SEQUENCE"),
                        format!("the attendee has already answered SEQUENCE {}", before.sequence),
                    )
                },
            );
            let stale =
                now.sequence == before.sequence && now.dtstamp.is_some() && now.dtstamp < before.dtstamp;
            turn.judge(&[rule::REPLY_LATEST_WINS], sink, stale, || {
                Breach::new(
                    turn.spot("DTSTAMP"),
                    "older than that of the attendee's answer before it, which therefore goes for the later one",
                )
            });
            if stale || now.sequence < before.sequence {
                return;
            }
        }
        self.replies.insert(key, now);
    }

    fn counters_with(&mut self, turn: &Turn<'_>, sink: &mut Sink) {
        self.echoes(turn, sink);
        self.has_organizer(turn, sink);
        if let Some(before) = self.before(&turn.key) {
            let missing: Vec<&str> = NEEDED
                .into_iter()
                .filter(|name| before.says.contains_key(*name) && !turn.revision.says.contains_key(*name))
                .filter(|name| !turn.revision.agrees(before, name))
                .collect();
            turn.judge(&turn.rules("complete"), sink, !missing.is_empty(), || {
                Breach::absent(
                    Spot::component(turn.component),
                    format!(
                        "a counter proposal is complete; {} of the REQUEST is missing",
                        missing.join(", ")
                    ),
                )
            });
        }
        self.counters.insert(turn.key.clone(), turn.revision.clone());
    }

    /// A REQUEST to a delegate: the organizer's, with the delegation in it, and nothing else changed.
    fn delegates(&mut self, turn: &Turn<'_>, sink: &mut Sink) {
        let Some(before) = self.before(&turn.key).cloned() else {
            return;
        };
        let now = &turn.revision;
        turn.judge(
            &[rule::DELEGATION_KEEPS],
            sink,
            now.sequence != before.sequence,
            || {
                Breach::new(
                    turn.spot("SEQUENCE"),
                    format!(
                        "SEQUENCE is {}, that of the REQUEST that is delegated {}",
                        now.sequence, before.sequence
                    ),
                )
            },
        );
        let copy = if turn.kind == Kind::Todo {
            rule::TODO_DELEGATION_COPY
        } else {
            rule::DELEGATION_COPY
        };
        let mut differs: Vec<&str> = catalog::properties_by_index()
            .iter()
            .map(|known| known.name)
            .filter(|name| is_comparable(name, turn.kind) && !now.agrees(&before, name))
            .collect();
        differs.sort_unstable();
        turn.judge(&[copy], sink, !differs.is_empty(), || {
            let first = differs.first().copied().unwrap_or_default();
            Breach::new(
                turn.spot(first),
                format!(
                    "a delegated REQUEST is the organizer's; {} is not",
                    differs.join(", ")
                ),
            )
        });
        let left = before
            .attendees
            .iter()
            .find(|attendee| now.attendee(&attendee.address).is_none());
        turn.judge(&[copy], sink, left.is_some(), || {
            let who = left.map_or_else(String::new, |attendee| shown(&attendee.address));
            Breach::absent(
                Spot::component(turn.component),
                format!("a delegated REQUEST is the organizer's; the attendee {who} is missing"),
            )
        });
        let lost = before.says.keys().find(|name| {
            !now.says.contains_key(*name) && catalog::property(name).is_none_or(catalog::Known::is_extension)
        });
        turn.judge(&[rule::KEEPS_EXTENSIONS], sink, lost.is_some(), || {
            Breach::absent(
                Spot::component(turn.component),
                format!(
                    "a delegated REQUEST keeps extensions; {} is missing",
                    lost.map_or("", String::as_str)
                ),
            )
        });
        self.note_delegates(turn, &before, sink);
    }

    fn note_delegates(&mut self, turn: &Turn<'_>, before: &Revision, sink: &mut Sink) {
        for delegator in turn.revision.attendees.iter() {
            for delegate in &delegator.delegated_to {
                let delegators = self.delegators.entry(delegate.clone()).or_default();
                if !delegators.contains(&delegator.address) {
                    delegators.push(delegator.address.clone());
                }
                let (Some(now), Some(then)) = (
                    turn.revision.attendee(delegate),
                    before.attendee(&delegator.address),
                ) else {
                    continue;
                };
                if turn.kind == Kind::Todo {
                    turn.judge(&[rule::TODO_DELEGATE_RSVP], sink, now.rsvp != then.rsvp, || {
                        Breach::new(
                            turn.spot_of(delegate),
                            "the delegate's RSVP is not that of the delegator",
                        )
                    });
                }
            }
        }
    }
}

/// What a counter proposal needs of the REQUEST; the rest it may leave out as it may change it.
const NEEDED: [&str; 7] = [
    "DTSTART",
    "SUMMARY",
    "LOCATION",
    "DTEND",
    "DUE",
    "PRIORITY",
    "DESCRIPTION",
];

/// Optional properties of a REPLY are as in the REQUEST (section 3.2.3; reading P29).
fn unchanged(turn: &Turn<'_>, before: &Revision, sink: &mut Sink) {
    let rules = turn.rules("unchanged");
    if rules.is_empty() {
        return;
    }
    let differs: Vec<&str> = turn
        .revision
        .says
        .keys()
        .map(String::as_str)
        .filter(|name| is_comparable(name, turn.kind) && !turn.revision.agrees(before, name))
        .collect();
    turn.judge(&rules, sink, !differs.is_empty(), || {
        let first = differs.first().copied().unwrap_or_default();
        Breach::new(
            turn.spot(first),
            format!(
                "a REPLY does not change the event; {} differs from the REQUEST",
                differs.join(", ")
            ),
        )
    });
}
