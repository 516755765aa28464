use rstest::rstest;

use super::world::{World, attendee, attendee_lines, calendar, component, event, meeting, sent, to};
use crate::ical::Document;
use crate::reference::policy::{Policy, Variant};
use crate::reference::scheduling::{Method, Precondition};

/// Tables of 5.2.1.1 and 5.2.1.2: old agent, new agent, what A is sent, and SCHEDULE-STATUS after it.
#[rstest]
#[case::created("", "a", &["a REQUEST"])]
#[case::created_server("", ";SCHEDULE-AGENT=SERVER a", &["a REQUEST"])]
#[case::created_client("", ";SCHEDULE-AGENT=CLIENT a", &[])]
#[case::created_none("", ";SCHEDULE-AGENT=NONE a", &[])]
#[case::created_unknown("", ";SCHEDULE-AGENT=X-FOO a", &[])]
#[case::removed("a", "b", &["a CANCEL", "b REQUEST"])]
#[case::to_client("a", ";SCHEDULE-AGENT=CLIENT a", &["a CANCEL"])]
#[case::to_none("a", ";SCHEDULE-AGENT=NONE a", &["a CANCEL"])]
#[case::client_removed(";SCHEDULE-AGENT=CLIENT a", "b", &["b REQUEST"])]
#[case::client_to_server(";SCHEDULE-AGENT=CLIENT a", "a", &["a REQUEST"])]
#[case::client_to_none(";SCHEDULE-AGENT=CLIENT a", ";SCHEDULE-AGENT=NONE a", &[])]
#[case::none_removed(";SCHEDULE-AGENT=NONE a", "b", &["b REQUEST"])]
#[case::none_to_server(";SCHEDULE-AGENT=NONE a", "a", &["a REQUEST"])]
#[case::none_to_client(";SCHEDULE-AGENT=NONE a", ";SCHEDULE-AGENT=CLIENT a", &[])]
fn agents(#[case] old: &str, #[case] new: &str, #[case] expected: &[&str]) {
    let mut world = World::new();
    if !old.is_empty() {
        world.put("o", meeting(&["o", old])).unwrap();
    }
    let messages = world.put("o", meeting(&["o", new])).unwrap();
    assert_eq!(sent(&messages), expected);
    let o = world.component("o", None);
    for attendee in o.properties_named("ATTENDEE") {
        let told = sent(&messages)
            .iter()
            .any(|line| attendee.value.contains(&format!(":{}@", &line[..1])));
        assert_eq!(
            attendee.param("SCHEDULE-STATUS"),
            told.then_some("1.2"),
            "{}",
            attendee.value
        );
    }
}

/// Table of 5.2.1.3.
#[rstest]
#[case("a", &["a CANCEL"])]
#[case(";SCHEDULE-AGENT=CLIENT a", &[])]
#[case(";SCHEDULE-AGENT=NONE a", &[])]
fn removal(#[case] who: &str, #[case] expected: &[&str]) {
    let mut world = World::new();
    world.put("o", meeting(&["o", who])).unwrap();
    let messages = world.delete("o");
    assert_eq!(sent(&messages), expected);
    if let Some(cancel) = messages.first() {
        let component = component(&cancel.document, None).unwrap();
        assert_eq!(component.text("SEQUENCE").as_deref(), Some("1"));
        assert_eq!(component.text("STATUS").as_deref(), Some("CANCELLED"));
        assert_eq!(
            world.component("a", None).text("STATUS").as_deref(),
            Some("CANCELLED")
        );
    }
}

#[test]
fn put_of_a_plain_object_is_a_removal() {
    let mut world = World::new();
    world.put("o", meeting(&["o", "a"])).unwrap();
    let plain =
        calendar("BEGIN:VEVENT\nUID:1\nDTSTAMP:20300101T000000Z\nDTSTART:20300601T100000Z\nEND:VEVENT");
    assert_eq!(sent(&world.put("o", plain).unwrap()), ["a CANCEL"]);
}

#[test]
fn messages_carry_nothing_of_the_servers_bookkeeping() {
    let mut world = World::new();
    let mut invitation = meeting(&[
        "o",
        ";SCHEDULE-AGENT=SERVER;SCHEDULE-FORCE-SEND=REQUEST a",
        ";SCHEDULE-AGENT=CLIENT b",
    ]);
    let alarm = crate::ical::Component::new("VALARM");
    invitation
        .calendar_mut()
        .unwrap()
        .components_mut()
        .next()
        .unwrap()
        .push_component(alarm);
    let messages = world.put("o", invitation).unwrap();
    let text = String::from_utf8(messages[0].document.to_bytes()).unwrap();
    assert!(!text.contains("SCHEDULE-") && !text.contains("VALARM"), "{text}");
    assert!(
        text.contains("METHOD:REQUEST\r\n") && text.contains("DTSTAMP:20300102T000100Z\r\n"),
        "{text}"
    );
    let stored = world.text("o");
    assert!(
        !stored.contains("FORCE-SEND") && stored.contains("VALARM"),
        "{stored}"
    );
    assert!(!world.text("a").contains("METHOD"));
}

#[test]
fn unknown_users_are_told_apart() {
    let mut world = World::new();
    world.put("o", meeting(&["o", "a", "nobody"])).unwrap();
    assert_eq!(world.status("o", "a"), "1.2");
    assert_eq!(world.status("o", "nobody"), "3.7");
    assert_eq!(world.status("o", "o"), "");
}

#[rstest]
#[case::unchanged(&[], &[], "0")]
#[case::summary(&[("Lunch", "Dinner")], &["a REQUEST"], "0")]
#[case::start(&[("T100000Z", "T090000Z")], &["a REQUEST"], "1")]
#[case::end(&[("T110000Z", "T120000Z")], &["a REQUEST"], "1")]
#[case::raised_by_the_client(&[("T110000Z", "T120000Z\nSEQUENCE:7")], &["a REQUEST"], "7")]
#[case::status(&[("SUMMARY", "STATUS:TENTATIVE\nSUMMARY")], &["a REQUEST"], "1")]
#[case::cancelled_by_status(&[("SUMMARY", "STATUS:CANCELLED\nSUMMARY")], &["a CANCEL"], "1")]
#[case::stamp(&[("DTSTAMP:20300101", "DTSTAMP:20300109")], &[], "0")]
#[case::location(&[("SUMMARY", "LOCATION:There\nSUMMARY")], &["a REQUEST"], "0")]
fn modifying(#[case] changes: &[(&str, &str)], #[case] expected: &[&str], #[case] sequence: &str) {
    let mut world = World::new();
    world.put("o", meeting(&["o", "a"])).unwrap();
    let messages = world.put("o", world.edited("o", changes)).unwrap();
    assert_eq!(sent(&messages), expected);
    for document in messages
        .iter()
        .map(|message| &message.document)
        .chain([&world.document("o")])
    {
        let component = component(document, None).unwrap();
        assert_eq!(component.text("SEQUENCE").unwrap_or("0".to_owned()), sequence);
    }
}

/// Section 9.1: what asks the attendees anew.
#[rstest]
#[case::start(&[("T100000Z", "T090000Z")], "NEEDS-ACTION", "ACCEPTED")]
#[case::end(&[("T110000Z", "T120000Z")], "NEEDS-ACTION", "ACCEPTED")]
#[case::duration(&[("DTEND:20300601T110000Z", "DURATION:PT3H")], "NEEDS-ACTION", "ACCEPTED")]
#[case::longer(&[("COUNT=5", "COUNT=6")], "NEEDS-ACTION", "ACCEPTED")]
#[case::shorter(&[("COUNT=5", "COUNT=4")], "ACCEPTED", "ACCEPTED")]
#[case::other_days(&[("FREQ=DAILY", "FREQ=WEEKLY")], "NEEDS-ACTION", "ACCEPTED")]
#[case::rdate(&[("SUMMARY", "RDATE:20300710T100000Z\nSUMMARY")], "NEEDS-ACTION", "ACCEPTED")]
#[case::exdate_added(&[("EXDATE:20300603T100000Z", "EXDATE:20300603T100000Z,20300604T100000Z")], "ACCEPTED", "ACCEPTED")]
#[case::exdate_removed(&[("EXDATE:20300603T100000Z\n", "")], "NEEDS-ACTION", "ACCEPTED")]
#[case::summary(&[("Lunch", "Dinner")], "ACCEPTED", "ACCEPTED")]
fn rescheduling(#[case] changes: &[(&str, &str)], #[case] server: &str, #[case] client: &str) {
    let mut world = World::new();
    let who = attendee_lines(&["o", "a", ";PARTSTAT=ACCEPTED;SCHEDULE-AGENT=CLIENT c"]);
    let rule = "RRULE:FREQ=DAILY;COUNT=5\nEXDATE:20300603T100000Z";
    let series = format!("DTSTART:20300601T100000Z\nDTEND:20300601T110000Z\n{rule}\nSUMMARY:Lunch\n{who}");
    world.put("o", calendar(&event(&series))).unwrap();
    world
        .put(
            "a",
            world.edited(
                "a",
                &[("ATTENDEE:mailto:a", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a")],
            ),
        )
        .unwrap();
    assert_eq!(world.partstat("o", None, "a"), "ACCEPTED");
    world.put("o", world.edited("o", changes)).unwrap();
    assert_eq!(world.partstat("o", None, "a"), server);
    assert_eq!(world.partstat("a", None, "a"), server);
    assert_eq!(world.partstat("o", None, "c"), client);
}

#[test]
fn nobody_answers_for_others() {
    let mut world = World::new();
    let refusal = world
        .put("o", meeting(&["o", ";PARTSTAT=ACCEPTED a"]))
        .unwrap_err();
    assert_eq!(
        refusal.precondition,
        Precondition::AllowedOrganizerSchedulingObjectChange
    );
    world
        .put(
            "o",
            meeting(&[
                ";PARTSTAT=ACCEPTED o",
                ";PARTSTAT=ACCEPTED;SCHEDULE-AGENT=CLIENT b",
                "a",
            ]),
        )
        .unwrap();
    let forged = world.edited(
        "o",
        &[(
            "ATTENDEE;SCHEDULE-STATUS=1.2:mailto:a",
            "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a",
        )],
    );
    world.put("o", forged.clone()).unwrap();
    assert_eq!(world.partstat("o", None, "a"), "NEEDS-ACTION");
    world.policy = Policy::default().with(Variant::RefusePartstatOnModify);
    let refusal = world.put("o", forged).unwrap_err();
    assert_eq!(
        refusal.precondition,
        Precondition::AllowedOrganizerSchedulingObjectChange
    );
}

#[test]
fn one_attendee_has_one_agent() {
    let one = event(&format!(
        "DTSTART:20300601T100000Z\nRRULE:FREQ=DAILY\n{}",
        attendee_lines(&["a"])
    ));
    let two = event(&format!(
        "RECURRENCE-ID:20300602T100000Z\nDTSTART:20300602T100000Z\n{}",
        attendee_lines(&[";SCHEDULE-AGENT=NONE a"])
    ));
    let refusal = World::new()
        .put("o", calendar(&format!("{one}\n{two}")))
        .unwrap_err();
    assert_eq!(
        refusal.precondition,
        Precondition::AllowedOrganizerSchedulingObjectChange
    );
}

/// Sections 5.2.7 and 10.2.
#[rstest]
#[case::forced("REQUEST", &["a REQUEST"], "1.2")]
#[case::not_the_organizers_to_force("REPLY", &[], "1.2")]
#[case::unknown("DECLINECOUNTER", &[], "2.3")]
fn forcing(#[case] value: &str, #[case] expected: &[&str], #[case] status: &str) {
    let mut world = World::new();
    world.put("o", meeting(&["o", "a", "b"])).unwrap();
    let with = format!("ATTENDEE;SCHEDULE-FORCE-SEND={value}:mailto:a");
    let forced = world.edited("o", &[("ATTENDEE;SCHEDULE-STATUS=1.2:mailto:a", &with)]);
    assert_eq!(sent(&world.put("o", forced).unwrap()), expected);
    assert_eq!(world.status("o", "a"), status);
    assert!(!world.text("o").contains("FORCE-SEND"));
}

/// Section 8.1: what came in meanwhile stays.
#[test]
fn answers_are_merged_into_a_stale_write() {
    let mut world = World::new();
    world.put("o", meeting(&["o", "a", "b"])).unwrap();
    let stale = world.edited("o", &[("Lunch", "Dinner")]);
    accept(&mut world, "a");
    let tags = world.tags["o"];
    world.put_merged("o", stale.clone()).unwrap();
    assert_eq!(world.partstat("o", None, "a"), "ACCEPTED");
    assert_eq!(world.status("o", "a"), "1.2");
    assert!(world.text("o").contains("Dinner"));
    assert_eq!(world.tags["o"], tags + 1);
    assert_eq!(world.partstat("a", None, "a"), "ACCEPTED");
    // A reschedule asks anew, whatever came in (9.1).
    let moved = world.edited("o", &[("T100000Z", "T090000Z")]);
    accept(&mut world, "b");
    world.put_merged("o", moved).unwrap();
    assert_eq!(world.partstat("o", None, "a"), "NEEDS-ACTION");
    assert_eq!(world.partstat("o", None, "b"), "NEEDS-ACTION");
}

#[test]
fn the_organizer_may_ask_anew() {
    let mut world = World::new();
    world.put("o", meeting(&["o", "a"])).unwrap();
    accept(&mut world, "a");
    let anew = world.edited("o", &[("PARTSTAT=ACCEPTED", "PARTSTAT=NEEDS-ACTION")]);
    // With a Schedule-Tag the answer would be merged in: nobody knows whether the client has seen it.
    let messages = world.put("o", anew).unwrap();
    assert_eq!(sent(&messages), ["a REQUEST"]);
    assert_eq!(world.partstat("a", None, "a"), "NEEDS-ACTION");
}

#[test]
fn the_removed_are_told_by_a_cancel_of_their_own() {
    let mut world = World::new();
    world.put("o", meeting(&["o", "a", "b"])).unwrap();
    let messages = world.put("o", meeting(&["o", "a"])).unwrap();
    assert_eq!(sent(&messages), ["a REQUEST", "b CANCEL"]);
    let cancel = component(&to(&messages, "b", Method::Cancel).document, None).unwrap();
    assert_eq!(cancel.text("SEQUENCE").as_deref(), Some("1"));
    assert_eq!(cancel.text("STATUS"), None);
    assert_eq!(cancel.properties_named("ATTENDEE").count(), 1);
    attendee(&cancel, "b");
    assert_eq!(world.component("o", None).text("SEQUENCE").as_deref(), Some("1"));
    // And back again.
    assert_eq!(
        sent(&world.put("o", meeting(&["o", "a", "b"])).unwrap()),
        ["a REQUEST", "b REQUEST"]
    );
    assert_eq!(world.component("b", None).text("STATUS"), None);
}

#[test]
fn an_object_can_be_made_anew_after_its_removal() {
    let mut world = World::new();
    world.put("o", meeting(&["o", "a"])).unwrap();
    world.delete("o");
    world.put("o", meeting(&["o", "a"])).unwrap();
    assert_eq!(world.component("a", None).text("STATUS"), None);
}

/// VTODO goes by the same rules (section 1.1).
#[test]
fn tasks() {
    let mut world = World::new();
    let who = attendee_lines(&["o", "a"]);
    let base = "UID:1\nDTSTAMP:20300101T000000Z\nORGANIZER:mailto:o@example.com\nDTSTART:20300601T100000Z";
    let task = calendar(&format!(
        "BEGIN:VTODO\n{base}\nDUE:20300602T100000Z\nSUMMARY:Write\n{who}\nEND:VTODO"
    ));
    let messages = world.put("o", task).unwrap();
    let request = component(&messages[0].document, None).unwrap();
    assert_eq!(request.text("PRIORITY").as_deref(), Some("0"));
    let done = world.edited(
        "a",
        &[
            ("ATTENDEE:mailto:a", "ATTENDEE;PARTSTAT=COMPLETED:mailto:a"),
            (
                "SUMMARY",
                "STATUS:COMPLETED\nCOMPLETED:20300601T120000Z\nPERCENT-COMPLETE:100\nSUMMARY",
            ),
        ],
    );
    let messages = world.put("a", done).unwrap();
    assert_eq!(sent(&messages), ["o REPLY"]);
    assert_eq!(world.partstat("o", None, "a"), "COMPLETED");
    let messages = world
        .put("o", world.edited("o", &[("DUE:20300602", "DUE:20300603")]))
        .unwrap();
    assert_eq!(sent(&messages), ["a REQUEST"]);
    assert_eq!(world.partstat("a", None, "a"), "NEEDS-ACTION");
    assert_eq!(
        world.component("a", None).text("PERCENT-COMPLETE").as_deref(),
        Some("100")
    );
    let cancel = component(&world.delete("o")[0].document, None).unwrap();
    assert_eq!(
        (cancel.text("SUMMARY"), cancel.text("STATUS").as_deref()),
        (None, Some("CANCELLED"))
    );
}

pub fn accept(world: &mut World, who: &str) {
    let edited: Document = world.edited(
        who,
        &[(
            &format!("ATTENDEE:mailto:{who}"),
            &format!("ATTENDEE;PARTSTAT=ACCEPTED:mailto:{who}"),
        )],
    );
    world.put(who, edited).unwrap();
}
