use rstest::rstest;

use super::organizer::accept;
use super::world::{World, calendar, component, event, meeting};
use crate::reference::policy::{Policy, Variant};
use crate::reference::scheduling::{Delivery, Message};

/// A message about the meeting from elsewhere.
fn message(method: &str, from: &str, to: &str, lines: &str) -> Message {
    let mut document = calendar(&event(lines));
    document.calendar_mut().unwrap().set("METHOD", method);
    let address = |user: &str| format!("mailto:{user}@example.com");
    Message::from_document(document, &address(from), &address(to)).unwrap()
}

const BODY: &str = "DTSTART:20300601T100000Z\nDTEND:20300601T110000Z\nSUMMARY:Lunch\n\
    ATTENDEE:mailto:o@example.com\nATTENDEE:mailto:a@example.com";

/// Section 6.2: SCHEDULE-STATUS after a reply.
#[rstest]
#[case::none("", "2.0")]
#[case::one(
    "\nREQUEST-STATUS:2.4;Success, unknown, non-standard property ignored.",
    "2.4"
)]
#[case::two("\nREQUEST-STATUS:2.0;Success\nREQUEST-STATUS:2.4;Unknown", "2.0,2.4")]
fn status_of_a_reply(#[case] lines: &str, #[case] expected: &str) {
    let mut world = World::new();
    world.put("o", meeting(&["o", "a", "b"])).unwrap();
    let said = "DTSTART:20300601T100000Z\nATTENDEE;PARTSTAT=ACCEPTED:mailto:a@example.com";
    let (status, more) = world.receive("o", &message("REPLY", "a", "o", &format!("{said}{lines}")));
    assert_eq!(status, Delivery::Delivered);
    assert_eq!(more.len(), 1);
    assert_eq!(world.status("o", "a"), expected);
    let quoted = format!("SCHEDULE-STATUS=\"{expected}\"");
    assert_eq!(
        world.text("o").contains(&quoted),
        expected.contains(','),
        "{}",
        world.text("o")
    );
}

#[rstest]
#[case::older_than_the_answer_known("20300101T000000Z", "0", false)]
#[case::later("20300105T000000Z", "0", true)]
#[case::later_revision("20300101T000000Z", "1", true)]
fn late_replies(#[case] stamp: &str, #[case] sequence: &str, #[case] taken: bool) {
    let mut world = World::new();
    world.put("o", meeting(&["o", "a"])).unwrap();
    accept(&mut world, "a");
    let lines = format!("SEQUENCE:{sequence}\nATTENDEE;PARTSTAT=DECLINED:mailto:a@example.com");
    let mut late = message("REPLY", "a", "o", &lines);
    let calendar = late.document.calendar_mut().unwrap();
    calendar.components_mut().next().unwrap().set("DTSTAMP", stamp);
    world.receive("o", &late);
    assert_eq!(
        world.partstat("o", None, "a"),
        if taken { "DECLINED" } else { "ACCEPTED" }
    );
}

#[test]
fn an_answer_to_what_was_before_comes_too_late() {
    let mut world = World::new();
    world.put("o", meeting(&["o", "a"])).unwrap();
    world
        .put("o", world.edited("o", &[("T100000Z", "T090000Z")]))
        .unwrap();
    let lines = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@example.com";
    world.receive("o", &message("REPLY", "a", "o", lines));
    assert_eq!(world.partstat("o", None, "a"), "NEEDS-ACTION");
}

#[rstest]
#[case::uninvited(
    "DTSTART:20300601T100000Z\nATTENDEE;PARTSTAT=ACCEPTED:mailto:d@example.com",
    true
)]
#[case::no_attendee("DTSTART:20300601T100000Z", false)]
fn replies_that_fit_nothing_change_nothing(#[case] lines: &str, #[case] arrives: bool) {
    let mut world = World::new();
    world.put("o", meeting(&["o", "a"])).unwrap();
    let before = world.text("o");
    world.receive("o", &message("REPLY", "d", "o", lines));
    assert_eq!(world.text("o"), before);
    assert_eq!(world.inboxes.contains_key("o"), arrives);
    // RFC 6638, section 4.2: no object to match.
    world.delete("o");
    world.receive("o", &message("REPLY", "a", "o", lines));
    assert!(!world.objects.contains_key("o"));
}

/// RFC 5546, section 2.1.5, at the attendee.
#[rstest]
#[case::lower_sequence("8", "20300105T000000Z", "Lunch")]
#[case::same_older("9", "20300101T000000Z", "Lunch")]
#[case::same_newer("9", "20300105T000000Z", "Dinner")]
#[case::higher_as_number("10", "20300101T000000Z", "Dinner")]
fn late_requests(#[case] sequence: &str, #[case] stamp: &str, #[case] expected: &str) {
    let mut world = World::new();
    let first = message("REQUEST", "o", "a", &format!("SEQUENCE:9\n{BODY}"));
    world.receive("a", &stamped(first, "20300102T000000Z"));
    let next = message(
        "REQUEST",
        "o",
        "a",
        &format!("SEQUENCE:{sequence}\n{}", BODY.replace("Lunch", "Dinner")),
    );
    world.receive("a", &stamped(next, stamp));
    assert_eq!(
        world.component("a", None).text("SUMMARY").as_deref(),
        Some(expected)
    );
}

/// Section 6.1: the attendee's own stays over an update; section 8: when the tag changes.
#[rstest]
#[case::summary(&[("Lunch", "Dinner")], "ACCEPTED", 1)]
#[case::start(&[("T100000Z", "T090000Z")], "NEEDS-ACTION", 1)]
#[case::participation(&[], "ACCEPTED", 0)]
fn updates(#[case] changes: &[(&str, &str)], #[case] partstat: &str, #[case] tag_changes: u32) {
    let mut world = World::new();
    world.put("o", meeting(&["o", "a", "b"])).unwrap();
    let mine = "TRANSP:TRANSPARENT\nX-MINE:1\nBEGIN:VALARM\nDESCRIPTION:Mine\nEND:VALARM\nEND:VEVENT";
    let own = [
        ("ATTENDEE:mailto:a", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a"),
        ("END:VEVENT", mine),
    ];
    world.put("a", world.edited("a", &own)).unwrap();
    let tags = world.tags["a"];
    if changes.is_empty() {
        accept(&mut world, "b");
        assert_eq!(world.partstat("a", None, "b"), "ACCEPTED");
    } else {
        world.put("o", world.edited("o", changes)).unwrap();
    }
    assert_eq!(world.tags["a"], tags + tag_changes);
    assert_eq!(world.partstat("a", None, "a"), partstat);
    let text = world.text("a");
    assert!(
        text.contains("DESCRIPTION:Mine") && text.contains("TRANSP:TRANSPARENT") && text.contains("X-MINE:1")
    );
    assert!(!world.text("o").contains("Mine") && !world.text("b").contains("Mine"));
    for (_, new) in changes {
        assert!(text.contains(new), "{text}");
    }
}

#[test]
fn what_the_attendee_never_touched_follows_the_organizer() {
    let mut world = World::new();
    world.put("o", meeting(&["o", "a"])).unwrap();
    world
        .put(
            "o",
            world.edited("o", &[("SUMMARY", "TRANSP:TRANSPARENT\nSUMMARY")]),
        )
        .unwrap();
    assert!(world.text("a").contains("TRANSP:TRANSPARENT"));
    world
        .put("o", world.edited("o", &[("TRANSP:TRANSPARENT", "TRANSP:OPAQUE")]))
        .unwrap();
    assert!(world.text("a").contains("TRANSP:OPAQUE"));
}

#[rstest]
#[case::to_someone_else("b", Delivery::UnknownUser)]
#[case::to_the_organizer("o", Delivery::Delivered)]
fn requests_that_are_not_for_the_recipient(#[case] user: &str, #[case] expected: Delivery) {
    let mut world = World::new();
    let (status, _) = world.receive(user, &message("REQUEST", "o", user, BODY));
    assert_eq!(status, expected);
    assert!(world.objects.is_empty());
    assert_eq!(world.inboxes.is_empty(), status.has_failed());
}

#[test]
fn nobody_takes_an_object_over_by_its_uid() {
    let mut world = World::new();
    world.put("o", meeting(&["o", "a"])).unwrap();
    let mut foreign = message("REQUEST", "d", "a", &format!("SEQUENCE:5\n{BODY}"));
    let calendar = foreign.document.calendar_mut().unwrap();
    calendar
        .components_mut()
        .next()
        .unwrap()
        .set("ORGANIZER", "mailto:d@example.com");
    let before = world.text("a");
    assert_eq!(world.receive("a", &foreign).0, Delivery::Rejected);
    assert_eq!(world.text("a"), before);
}

#[test]
fn cancels_mark_or_remove() {
    for policy in [
        Policy::default(),
        Policy::default().with(Variant::CancelledRemoved),
    ] {
        let remove = policy.varies(Variant::CancelledRemoved);
        let mut world = World::with(policy);
        // Nothing there: ignored (RFC 5546, section 5.2.1).
        world.receive(
            "a",
            &message("CANCEL", "o", "a", "SEQUENCE:1\nATTENDEE:mailto:a@example.com"),
        );
        assert!(world.objects.is_empty());
        world.put("o", meeting(&["o", "a"])).unwrap();
        world.delete("o");
        assert_eq!(world.objects.contains_key("a"), !remove);
        assert_eq!(world.inboxes["a"].len(), 2);
    }
}

#[test]
fn an_added_instance() {
    let mut world = World::new();
    let series = BODY.replace("SUMMARY", "RRULE:FREQ=DAILY;COUNT=2\nSUMMARY");
    world.receive("a", &message("REQUEST", "o", "a", &series));
    let extra = format!("SEQUENCE:1\n{}", BODY.replace("20300601", "20300610"));
    let (status, _) = world.receive("a", &message("ADD", "o", "a", &extra));
    assert_eq!(status, Delivery::Delivered);
    assert!(world.text("a").contains("RDATE:20300610T100000Z"));
    assert!(component(&world.document("a"), Some("20300610T100000Z")).is_some());
}

/// RFC 5546, section 3.2.5 (a): the instance and all after it.
#[rstest]
#[case::times("20300603T100000Z", "COUNT=5", Some("FREQ=DAILY;UNTIL=20300603T095959Z"))]
#[case::sooner_than_the_end(
    "20300603T100000Z",
    "UNTIL=20300610T000000Z",
    Some("FREQ=DAILY;UNTIL=20300603T095959Z")
)]
#[case::no_instance("20300603T110000Z", "COUNT=5", Some("FREQ=DAILY;COUNT=5"))]
#[case::the_first("20300601T100000Z", "COUNT=5", None)]
fn a_cancel_of_what_is_left(#[case] from: &str, #[case] end: &str, #[case] rule: Option<&str>) {
    let mut world = World::new();
    let series = BODY.replace(
        "SUMMARY",
        &format!("RRULE:FREQ=DAILY;{end}\nRDATE:20300602T180000Z,20300620T100000Z\nSUMMARY"),
    );
    world.receive("a", &message("REQUEST", "o", "a", &series));
    let moved = BODY.replace("SUMMARY", "RECURRENCE-ID:20300604T100000Z\nSUMMARY");
    world.receive("a", &message("REQUEST", "o", "a", &moved));
    let lines = format!(
        "RECURRENCE-ID;RANGE=THISANDFUTURE:{from}\nSEQUENCE:1\nSTATUS:CANCELLED\nATTENDEE:mailto:a@example.com"
    );
    world.receive("a", &message("CANCEL", "o", "a", &lines));
    let Some(rule) = rule else {
        return assert!(world.objects.is_empty());
    };
    let master = world.component("a", None);
    assert_eq!(master.property("RRULE").unwrap().value, rule);
    assert_eq!(master.property("RDATE").unwrap().value, "20300602T180000Z");
    assert!(component(&world.document("a"), Some("20300604T100000Z")).is_none());
}

fn stamped(mut message: Message, stamp: &str) -> Message {
    let calendar = message.document.calendar_mut().unwrap();
    calendar.components_mut().next().unwrap().set("DTSTAMP", stamp);
    message
}
