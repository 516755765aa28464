use rstest::rstest;

use super::organizer::accept;
use super::world::{World, attendee, attendee_lines, calendar, component, event, meeting, sent, to};
use crate::reference::policy::{Policy, Variant};
use crate::reference::scheduling::{Delivery, Method, Precondition};

const OWN: &str = "ATTENDEE:mailto:a";
const ACCEPTED: &str = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a";

/// Section 5.2.2.1, change by change; only what concerns participation is replied (5.2.2.3).
#[rstest]
#[case::partstat(&[(OWN, ACCEPTED)], &["b REQUEST", "o REPLY"])]
#[case::transp_added(&[("SUMMARY", "TRANSP:TRANSPARENT\nSUMMARY")], &[])]
#[case::percent_complete(&[("SUMMARY", "PERCENT-COMPLETE:10\nSUMMARY")], &[])]
#[case::completed(&[("SUMMARY", "COMPLETED:20300601T120000Z\nSUMMARY")], &[])]
#[case::alarm(&[("END:VEVENT", "BEGIN:VALARM\nTRIGGER:-PT15M\nEND:VALARM\nEND:VEVENT")], &[])]
#[case::calscale(&[("VERSION:2.0", "VERSION:2.0\nCALSCALE:GREGORIAN")], &[])]
#[case::prodid(&[("Reference Server", "Client")], &[])]
#[case::stamps(&[("SUMMARY", "CREATED:20300101T000000Z\nLAST-MODIFIED:20300101T000000Z\nSUMMARY"), ("DTSTAMP:2030", "DTSTAMP:2031")], &[])]
#[case::status_of_a_clients_attendee(&[("SCHEDULE-AGENT=CLIENT", "SCHEDULE-AGENT=CLIENT;SCHEDULE-STATUS=2.0")], &[])]
#[case::x_property(&[("SUMMARY", "X-MINE:1\nSUMMARY")], &[])]
#[case::defaults_written_out(&[(OWN, "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION:MAILTO:a")], &[])]
fn allowed(#[case] changes: &[(&str, &str)], #[case] expected: &[&str]) {
    let mut world = invited();
    let edited = world.edited("a", changes);
    let tags = world.tags["a"];
    assert_eq!(sent(&world.put("a", edited.clone()).unwrap()), expected);
    assert_eq!(world.tags["a"], tags + 1);
    for (_, new) in changes {
        assert!(world.text("a").contains(new), "{}", world.text("a"));
    }
}

#[rstest]
#[case::start(&[("T100000Z", "T090000Z")])]
#[case::summary(&[("Lunch", "Dinner")])]
#[case::location(&[("SUMMARY", "LOCATION:Elsewhere\nSUMMARY")])]
#[case::other_attendee(&[("ATTENDEE:mailto:b", "ATTENDEE;PARTSTAT=DECLINED:mailto:b")])]
#[case::attendee_added(&[(OWN, "ATTENDEE:mailto:d@example.com\nATTENDEE:mailto:a")])]
#[case::attendee_removed(&[("ATTENDEE:mailto:b@example.com\n", "")])]
#[case::rule(&[("SUMMARY", "RRULE:FREQ=DAILY\nSUMMARY")])]
#[case::sequence(&[("SUMMARY", "SEQUENCE:9\nSUMMARY")])]
#[case::own_role(&[(OWN, "ATTENDEE;ROLE=CHAIR:mailto:a")])]
fn refused(#[case] changes: &[(&str, &str)]) {
    let mut world = invited();
    let edited = world.edited("a", changes);
    let refusal = world.put("a", edited.clone()).unwrap_err();
    assert_eq!(
        refusal.precondition,
        Precondition::AllowedAttendeeSchedulingObjectChange,
        "{refusal}"
    );
    world.policy = Policy::default().with(Variant::AttendeesMayChangeAnything);
    let before = world.text("o");
    assert!(sent(&world.put("a", edited).unwrap()).is_empty());
    assert_eq!(world.text("o"), before);
}

#[test]
fn each_answer_is_replied_and_recorded() {
    let mut world = invited();
    let mut before = OWN.to_owned();
    for answer in ["ACCEPTED", "TENTATIVE", "DECLINED"] {
        let after = format!("ATTENDEE;PARTSTAT={answer}:mailto:a");
        let messages = world.put("a", world.edited("a", &[(&before, &after)])).unwrap();
        let reply = to(&messages, "o", Method::Reply);
        assert_eq!(reply.originator, "mailto:a@example.com");
        let said = component(&reply.document, None).unwrap();
        assert_eq!(attendee(&said, "a").param("PARTSTAT"), Some(answer));
        assert_eq!(said.properties_named("ATTENDEE").count(), 1);
        assert_eq!(world.partstat("o", None, "a"), answer);
        assert_eq!(world.status("o", "a"), "2.0");
        assert_eq!(world.partstat("b", None, "a"), answer);
        let organizer = world.component("a", None).property("ORGANIZER").cloned().unwrap();
        assert_eq!(organizer.param("SCHEDULE-STATUS"), Some("1.2"));
        before = after;
    }
}

/// Section 5.2.2.4.
#[test]
fn removal_declines() {
    let mut world = invited();
    let messages = world.delete("a");
    assert_eq!(sent(&messages), ["b REQUEST", "o REPLY"]);
    assert_eq!(world.partstat("o", None, "a"), "DECLINED");
    assert_eq!(world.partstat("b", None, "a"), "DECLINED");
}

#[test]
fn silent_removal_says_nothing() {
    let mut world = invited();
    assert!(world.delete_silently("a").is_empty());
    assert_eq!(world.partstat("o", None, "a"), "NEEDS-ACTION");
    assert!(!world.inboxes.contains_key("o"));
}

/// Section 5.2.2.2 and 5.2.2.3: with CLIENT or NONE on ORGANIZER the server does nothing.
#[rstest]
#[case("ORGANIZER", &["b REQUEST", "o REPLY"])]
#[case("ORGANIZER;SCHEDULE-AGENT=SERVER", &["b REQUEST", "o REPLY"])]
#[case("ORGANIZER;SCHEDULE-AGENT=CLIENT", &[])]
#[case("ORGANIZER;SCHEDULE-AGENT=NONE", &[])]
#[case("ORGANIZER;SCHEDULE-AGENT=X-FOO", &[])]
fn agent_of_the_organizer(#[case] organizer: &str, #[case] expected: &[&str]) {
    let mut world = invited();
    let copy = world.edited("a", &[("ORGANIZER", organizer)]);
    world.delete_silently("a");
    world.put("a", copy).unwrap();
    let messages = world.put("a", world.edited("a", &[(OWN, ACCEPTED)])).unwrap();
    assert_eq!(sent(&messages), expected);
    assert_eq!(sent(&world.delete("a")), expected);
}

#[test]
fn creating_with_an_answer_replies() {
    let mut world = invited();
    let copy = world.edited("a", &[(OWN, ACCEPTED)]);
    world.delete_silently("a");
    assert_eq!(sent(&world.put("a", copy).unwrap()), ["b REQUEST", "o REPLY"]);
    assert_eq!(world.partstat("o", None, "a"), "ACCEPTED");
}

#[test]
fn an_unreachable_organizer_shows_in_the_status() {
    let mut world = World::new();
    let text = "DTSTART:20300601T100000Z\nSUMMARY:Lunch\nATTENDEE;PARTSTAT=ACCEPTED:mailto:a@example.com";
    let foreign = event(text).replace("mailto:o@", "mailto:nobody@");
    world.put("a", calendar(&foreign)).unwrap();
    assert!(
        world.text("a").contains("ORGANIZER;SCHEDULE-STATUS=3.7:"),
        "{}",
        world.text("a")
    );
}

#[test]
fn one_agent_on_all_organizers() {
    let one = event(&format!(
        "DTSTART:20300601T100000Z\nRRULE:FREQ=DAILY\n{}",
        attendee_lines(&["a"])
    ));
    let two = event(&format!(
        "RECURRENCE-ID:20300602T100000Z\nDTSTART:20300602T100000Z\n{}",
        attendee_lines(&["a"])
    ))
    .replace("ORGANIZER", "ORGANIZER;SCHEDULE-AGENT=CLIENT");
    let refusal = World::new()
        .put("a", calendar(&format!("{one}\n{two}")))
        .unwrap_err();
    assert_eq!(
        refusal.precondition,
        Precondition::AllowedAttendeeSchedulingObjectChange
    );
}

#[rstest]
#[case("REPLY", &["o REPLY"], "1.2")]
#[case("REQUEST", &[], "")]
#[case("X-FOO", &[], "2.3")]
fn forcing(#[case] value: &str, #[case] expected: &[&str], #[case] status: &str) {
    let mut world = invited();
    let with = format!("ORGANIZER;SCHEDULE-FORCE-SEND={value}");
    let messages = world
        .put("a", world.edited("a", &[("ORGANIZER", &with)]))
        .unwrap();
    assert_eq!(sent(&messages), expected);
    let organizer = world.component("a", None).property("ORGANIZER").cloned().unwrap();
    assert_eq!(organizer.param("SCHEDULE-STATUS").unwrap_or_default(), status);
    assert!(!world.text("a").contains("FORCE-SEND"));
}

#[test]
fn a_stale_copy_is_merged() {
    let mut world = invited();
    let stale = world.edited("a", &[(OWN, ACCEPTED)]);
    accept(&mut world, "b");
    let tags = world.tags["a"];
    assert_eq!(world.partstat("a", None, "b"), "ACCEPTED");
    world.put_merged("a", stale.clone()).unwrap();
    assert_eq!(world.tags["a"], tags + 1);
    assert_eq!(world.partstat("a", None, "b"), "ACCEPTED");
    assert_eq!(world.partstat("o", None, "a"), "ACCEPTED");
}

#[test]
fn replies_go_to_the_organizer_whoever_sent_the_invitation() {
    let mut world = World::new();
    let text = event(&format!(
        "DTSTART:20300601T100000Z\nSUMMARY:Lunch\n{}",
        attendee_lines(&["o", "a"])
    ));
    let by_c = text.replace("ORGANIZER:", "ORGANIZER;SENT-BY=\"mailto:c@example.com\":");
    world.put("o", calendar(&by_c)).unwrap();
    let messages = world.put("a", world.edited("a", &[(OWN, ACCEPTED)])).unwrap();
    assert_eq!(sent(&messages), ["o REPLY"]);
}

#[test]
fn removing_what_was_cancelled_is_nothing_to_anybody() {
    let mut world = invited();
    world.delete("o");
    let messages = world.delete("a");
    assert_eq!(sent(&messages), ["o REPLY"]);
    let (status, _) = world.receive("o", &messages[0]);
    assert_eq!(status, Delivery::Delivered);
    assert!(!world.objects.contains_key("o") && !world.inboxes.contains_key("o"));
}

/// O invites A and B, and C by hand. SCHEDULE-AGENT does not travel, so A's copy gets it by hand, too.
fn invited() -> World {
    let mut world = World::new();
    world
        .put("o", meeting(&["o", "a", "b", ";SCHEDULE-AGENT=CLIENT c"]))
        .unwrap();
    let copy = world.edited(
        "a",
        &[("ATTENDEE:mailto:c", "ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:c")],
    );
    world.objects.get_mut("a").unwrap().document = copy;
    world.inboxes.clear();
    world
}
