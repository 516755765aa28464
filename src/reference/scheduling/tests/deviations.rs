//! Every deviation of the engine shows.

use std::fmt::Write as _;

use super::world::{World, attendee_lines, calendar, document, event, meeting, owner, sent};
use crate::ical::Document;
use crate::reference::policy::{Deviation, Policy};
use crate::reference::scheduling::{Message, identify};

/// Those that are consulted here; the others are the server's.
const ENGINE: &[Deviation] = &[
    Deviation::ScheduleTagChangesOnReply,
    Deviation::ScheduleTagChangesOnStatus,
    Deviation::ScheduleTagStale,
    Deviation::ScheduleTagStaleOnUpdate,
    Deviation::NoMergeOnScheduleTag,
    Deviation::FirstAddressOnly,
    Deviation::AnyoneOrganizes,
    Deviation::AgentIgnored,
    Deviation::UnknownAgentIsServer,
    Deviation::OrganizerInvitesItself,
    Deviation::NoCancelToRemoved,
    Deviation::NoCancelOnAgentChange,
    Deviation::NoCancelOnDelete,
    Deviation::PutToPlainSilent,
    Deviation::CancelSentAgain,
    Deviation::NoReplyOnPartstat,
    Deviation::ReplyOnEveryChange,
    Deviation::NoReplyOnExdate,
    Deviation::NoReplyOnRemoval,
    Deviation::AttendeeDeleteKeeps,
    Deviation::ReplyToSentBy,
    Deviation::ReplyListsEveryone,
    Deviation::AlarmLeaks,
    Deviation::ParametersLeak,
    Deviation::ForceSendLeaks,
    Deviation::InstancesLeak,
    Deviation::ExcludedInstanceNotTold,
    Deviation::DtstampOfClient,
    Deviation::SequenceNotRaised,
    Deviation::ForceSendIgnored,
    Deviation::UnknownForceSendSilent,
    Deviation::PartstatForged,
    Deviation::NoScheduleStatus,
    Deviation::StatusStaysPending,
    Deviation::StatusOnEveryone,
    Deviation::NoOrganizerStatus,
    Deviation::UnknownUserDelivered,
    Deviation::ForceSendStored,
    Deviation::PartstatKeptOnReschedule,
    Deviation::PartstatResetForAll,
    Deviation::OrganizersMayDiffer,
    Deviation::AttendeeChangesSpread,
    Deviation::AttendeeAlarmRefused,
    Deviation::AttendeeTranspRefused,
    Deviation::AttendeeExdateRefused,
    Deviation::AttendeeOverrideRefused,
    Deviation::InboxOnly,
    Deviation::CalendarOnly,
    Deviation::ReplyNotApplied,
    Deviation::ReplyCreatesEvent,
    Deviation::ReplyToAllInstances,
    Deviation::MethodStored,
    Deviation::UpdateNotApplied,
    Deviation::AnswerOutranksUpdate,
    Deviation::CancelNotApplied,
    Deviation::CancelRangeIgnored,
    Deviation::SequenceAsText,
    Deviation::AlarmLostOnUpdate,
    Deviation::OthersNotTold,
];

#[test]
fn each_changes_the_tour() {
    let lawful = tour(&Policy::default());
    assert_eq!(lawful, tour(&Policy::default()));
    let silent: Vec<&str> = ENGINE
        .iter()
        .filter(|deviation| tour(&Policy::default().deviating(**deviation)) == lawful)
        .map(|deviation| deviation.name())
        .collect();
    assert!(silent.is_empty(), "without effect: {silent:?}");
}

#[test]
fn what_they_break_is_in_the_register() {
    let read = |name: &str| {
        let path = format!(
            "{}/scenarios/{name}/requirements.yaml",
            env!("CARGO_MANIFEST_DIR")
        );
        std::fs::read_to_string(path).unwrap()
    };
    let register = ["caldav-sched-10", "rfc6638", "rfc5546", "rfc4791"]
        .map(read)
        .concat();
    for deviation in Deviation::ALL {
        for id in deviation.breaks() {
            assert!(
                register.contains(&format!("- id: {id}\n")),
                "{}: {id}",
                deviation.name()
            );
        }
    }
}

/// Everything the engine does, once, as text.
fn tour(policy: &Policy) -> String {
    let stops = [one_event, series, refusals, elsewhere];
    stops
        .iter()
        .map(|stop| stop(World::with(policy.clone())))
        .collect()
}

struct Tour {
    world: World,
    told: String,
}

impl Tour {
    fn put(&mut self, user: &str, new: Document) {
        let told = match self.world.put(user, new) {
            Ok(messages) => sent(&messages).join(", "),
            Err(refusal) => refusal.to_string(),
        };
        self.tell(user, &told);
    }

    fn edit(&mut self, user: &str, changes: &[(&str, &str)]) {
        let Some(stored) = self.world.objects.get(user) else {
            return;
        };
        let mut text = String::from_utf8(stored.document.to_bytes())
            .unwrap()
            .replace("\r\n ", "")
            .replace("\r\n", "\n");
        for (from, to) in changes {
            text = text.replace(from, to);
        }
        self.put(user, document(&text));
    }

    fn tell(&mut self, user: &str, told: &str) {
        writeln!(self.told, "{user}: {told} {:?}", self.world.tags).unwrap();
        for (user, stored) in &self.world.objects {
            writeln!(
                self.told,
                "{user}\n{}",
                String::from_utf8_lossy(&stored.document.to_bytes())
            )
            .unwrap();
        }
        for (user, inbox) in &self.world.inboxes {
            for message in inbox {
                writeln!(
                    self.told,
                    "{user} got\n{}",
                    String::from_utf8_lossy(&message.document.to_bytes())
                )
                .unwrap();
            }
        }
    }
}

fn one_event(world: World) -> String {
    let mut tour = Tour {
        world,
        told: String::new(),
    };
    let agents = [
        "o",
        ";SCHEDULE-AGENT=SERVER;SCHEDULE-FORCE-SEND=REQUEST a",
        "b",
        ";PARTSTAT=ACCEPTED;SCHEDULE-AGENT=CLIENT c",
        ";SCHEDULE-AGENT=X-FOO d",
        "nobody",
    ];
    let mut invitation = meeting(&agents);
    let event = invitation
        .calendar_mut()
        .unwrap()
        .components_mut()
        .next()
        .unwrap();
    event
        .property_mut("ORGANIZER")
        .unwrap()
        .set_param("SENT-BY", "mailto:c@example.com");
    tour.put("o", invitation);
    let alarm = "BEGIN:VALARM\nTRIGGER:-PT15M\nEND:VALARM\nEND:VEVENT";
    let stale = tour
        .world
        .objects
        .get("o")
        .map_or_else(|| meeting(&["o", "a"]), |stored| stored.document.clone());
    tour.edit("a", &[("END:VEVENT", alarm)]);
    tour.edit(
        "a",
        &[
            ("SUMMARY:Lunch", "SUMMARY:Supper"),
            ("ATTENDEE:mailto:a", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a"),
        ],
    );
    tour.edit(
        "a",
        &[
            ("ATTENDEE:mailto:a", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a"),
            ("SUMMARY", "TRANSP:OPAQUE\nSUMMARY"),
        ],
    );
    let merged = tour
        .world
        .put_merged("o", stale)
        .map(|messages| sent(&messages).join(", "));
    tour.tell("o", &format!("{merged:?}"));
    tour.edit(
        "o",
        &[
            ("mailto:b@", "mailto:b.alias@"),
            ("SUMMARY:Lunch", "SUMMARY:Dinner"),
        ],
    );
    tour.edit("o", &[("T100000Z", "T090000Z")]);
    tour.edit(
        "o",
        &[(":mailto:b.alias", ";SCHEDULE-AGENT=CLIENT:mailto:b.alias")],
    );
    tour.edit(
        "o",
        &[(
            "ATTENDEE;SCHEDULE-AGENT=SERVER",
            "ATTENDEE;SCHEDULE-AGENT=SERVER;SCHEDULE-FORCE-SEND=REQUEST",
        )],
    );
    tour.edit(
        "o",
        &[(
            "ATTENDEE;SCHEDULE-AGENT=SERVER",
            "ATTENDEE;SCHEDULE-AGENT=SERVER;SCHEDULE-FORCE-SEND=X-FOO",
        )],
    );
    let told = sent(&tour.world.delete_silently("a")).join(", ");
    tour.tell("a", &told);
    let plain =
        calendar("BEGIN:VEVENT\nUID:1\nDTSTAMP:20300101T000000Z\nDTSTART:20300601T100000Z\nEND:VEVENT");
    tour.put("o", plain);
    tour.put("o", meeting(&["o", "a", "b"]));
    tour.put("o", meeting(&["o", "a"]));
    let told = sent(&tour.world.delete("a")).join(", ");
    tour.tell("a", &told);
    let told = sent(&tour.world.delete("o")).join(", ");
    tour.tell("o", &told);
    tour.told
}

fn series(world: World) -> String {
    let mut tour = Tour {
        world,
        told: String::new(),
    };
    let master = format!(
        "DTSTART:20300601T100000Z\nRRULE:FREQ=DAILY;COUNT=5\nSUMMARY:Standup\n{}",
        attendee_lines(&["o", "a", "b"])
    );
    let one = |id: &str, attendees: &[&str]| {
        event(&format!(
            "RECURRENCE-ID:{id}\nDTSTART:{id}\nSUMMARY:Standup\n{}",
            attendee_lines(attendees)
        ))
    };
    let second = one("20300602T100000Z", &["o", "a", "c"]);
    tour.put("o", calendar(&format!("{}\n{second}", event(&master))));
    let own = one("20300604T100000Z", &["o", ";PARTSTAT=TENTATIVE b", "a"]);
    tour.edit("b", &[("END:VCALENDAR", &format!("{own}\nEND:VCALENDAR"))]);
    tour.edit(
        "b",
        &[("SUMMARY:Standup\n", "EXDATE:20300605T100000Z\nSUMMARY:Standup\n")],
    );
    tour.told
}

fn refusals(world: World) -> String {
    let mut tour = Tour {
        world,
        told: String::new(),
    };
    tour.put("o", meeting(&["o", ";PARTSTAT=ACCEPTED a"]));
    let by_alias = String::from_utf8(meeting(&["a"]).to_bytes())
        .unwrap()
        .replace("mailto:o@", "mailto:o.alias@");
    let role = identify(&document(&by_alias), &owner("o"), &tour.world.policy);
    let other =
        "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20300602T100000Z\nORGANIZER:mailto:a@example.com\nEND:VEVENT";
    let two = calendar(&format!("{}\n{other}", event("DTSTART:20300601T100000Z")));
    let foreign = identify(&meeting(&["a"]), &owner("b"), &tour.world.policy);
    tour.tell("o", &format!("{foreign:?}"));
    let roles = identify(&two, &owner("o"), &tour.world.policy);
    tour.tell("o", &format!("{role:?} {roles:?}"));
    tour.told
}

fn elsewhere(world: World) -> String {
    let mut tour = Tour {
        world,
        told: String::new(),
    };
    let body = "DTSTART:20300601T100000Z\nATTENDEE:mailto:a@example.com\nSUMMARY:Lunch ";
    for sequence in ["9", "10"] {
        let mut request = calendar(&event(&format!("SEQUENCE:{sequence}\n{body}{sequence}")));
        request.calendar_mut().unwrap().set("METHOD", "REQUEST");
        let message =
            Message::from_document(request, "mailto:o@example.com", "mailto:a@example.com").unwrap();
        tour.world.receive("a", &message);
    }
    let rest =
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20300603T100000Z\nSEQUENCE:11\nATTENDEE:mailto:a@example.com";
    for (method, lines) in [
        ("REQUEST", format!("SEQUENCE:10\nRRULE:FREQ=DAILY\n{body}")),
        ("CANCEL", rest.to_owned()),
    ] {
        let mut message = calendar(&event(&lines));
        message.calendar_mut().unwrap().set("METHOD", method);
        let message =
            Message::from_document(message, "mailto:o@example.com", "mailto:a@example.com").unwrap();
        tour.world.receive("a", &message);
    }
    tour.put("o", meeting(&["o", "a"]));
    tour.world.receive("b", &answer());
    tour.world.receive("o", &answer());
    tour.tell("o", "");
    tour.told
}

/// A accepts.
fn answer() -> Message {
    let said = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@example.com\nREQUEST-STATUS:2.4;Ignored";
    let mut reply = calendar(&event(said));
    reply.calendar_mut().unwrap().set("METHOD", "REPLY");
    Message::from_document(reply, "mailto:a@example.com", "mailto:o@example.com").unwrap()
}
