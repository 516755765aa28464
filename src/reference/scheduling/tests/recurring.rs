use super::world::{World, attendee, attendee_lines, calendar, component, event, sent, to};
use crate::ical::Document;
use crate::reference::policy::{Policy, Variant};
use crate::reference::scheduling::{Delivery, Method};

const ZONE: &str = "BEGIN:VTIMEZONE\nTZID:America/Montreal\nBEGIN:STANDARD\nDTSTART:20071104T020000\n\
    RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\nTZOFFSETFROM:-0400\nTZOFFSETTO:-0500\nEND:STANDARD\nBEGIN:DAYLIGHT\n\
    DTSTART:20070311T020000\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0400\n\
    END:DAYLIGHT\nEND:VTIMEZONE";
const SECOND: &str = "20300602T100000";
const THIRD: &str = "20300603T100000";

fn master(attendees: &[&str]) -> String {
    event(&format!(
        "DTSTART;TZID=America/Montreal:20300601T100000\nDTEND;TZID=America/Montreal:20300601T110000\n\
         RRULE:FREQ=DAILY;COUNT=5\nSUMMARY:Standup\n{}",
        attendee_lines(attendees)
    ))
}

fn instance(id: &str, attendees: &[&str]) -> String {
    let end = id.replace("T10", "T11");
    event(&format!(
        "RECURRENCE-ID;TZID=America/Montreal:{id}\nDTSTART;TZID=America/Montreal:{id}\n\
         DTEND;TZID=America/Montreal:{end}\nSUMMARY:Standup\n{}",
        attendee_lines(attendees)
    ))
}

fn series(components: &[String]) -> Document {
    calendar(&format!("{ZONE}\n{}", components.join("\n")))
}

fn text(document: &Document) -> String {
    String::from_utf8(document.to_bytes())
        .unwrap()
        .replace("\r\n ", "")
        .replace("\r\n", "\n")
}

/// The first example of 5.2.6: invited to one instance only.
#[test]
fn one_instance_only() {
    let mut world = World::new();
    let messages = world
        .put(
            "o",
            series(&[master(&["o", "a"]), instance(SECOND, &["o", "a", "b"])]),
        )
        .unwrap();
    let b = &to(&messages, "b", Method::Request).document;
    assert!(component(b, None).is_none());
    assert!(component(b, Some(SECOND)).is_some());
    assert_eq!(text(b).matches("BEGIN:VTIMEZONE").count(), 1);
    let a = &to(&messages, "a", Method::Request).document;
    assert!(component(a, None).is_some() && component(a, Some(SECOND)).is_some());
    // Their reply, and their leaving, are about that instance.
    let edited = world.edited(
        "b",
        &[("ATTENDEE:mailto:b", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:b")],
    );
    world.put("b", edited).unwrap();
    assert_eq!(world.partstat("o", Some(SECOND), "b"), "ACCEPTED");
    world.delete("b");
    assert_eq!(world.partstat("o", Some(SECOND), "b"), "DECLINED");
}

/// The second example of 5.2.6: left out of one instance.
#[test]
fn all_instances_but_one() {
    let mut world = World::new();
    let messages = world
        .put(
            "o",
            series(&[master(&["o", "a", "b"]), instance(SECOND, &["o", "a"])]),
        )
        .unwrap();
    let b = &to(&messages, "b", Method::Request).document;
    assert!(component(b, Some(SECOND)).is_none());
    assert!(
        text(b).contains("EXDATE;TZID=America/Montreal:20300602T100000\n"),
        "{}",
        text(b)
    );
    assert!(!text(&to(&messages, "a", Method::Request).document).contains("EXDATE"));
}

#[test]
fn left_out_of_an_instance_later() {
    let mut world = World::new();
    world.put("o", series(&[master(&["o", "a", "b"])])).unwrap();
    let messages = world
        .put(
            "o",
            series(&[master(&["o", "a", "b"]), instance(SECOND, &["o", "a"])]),
        )
        .unwrap();
    assert_eq!(sent(&messages), ["a REQUEST", "b CANCEL"]);
    let cancel = component(&to(&messages, "b", Method::Cancel).document, Some(SECOND)).unwrap();
    assert_eq!(cancel.text("SEQUENCE").as_deref(), Some("1"));
    assert_eq!(cancel.text("STATUS"), None);
    assert_eq!(cancel.properties_named("ATTENDEE").count(), 1);
    assert_eq!(
        world.component("b", Some(SECOND)).text("STATUS").as_deref(),
        Some("CANCELLED")
    );
    assert_eq!(
        world.component("o", Some(SECOND)).text("SEQUENCE").as_deref(),
        Some("1")
    );
    // And added to it again.
    let messages = world.put("o", series(&[master(&["o", "a", "b"])])).unwrap();
    assert_eq!(sent(&messages), ["a REQUEST", "b REQUEST"]);
    assert!(component(&world.document("b"), Some(SECOND)).is_none());
}

#[test]
fn an_instance_is_taken_out() {
    for policy in [
        Policy::default(),
        Policy::default().with(Variant::CancelledRemoved),
    ] {
        let remove = policy.varies(Variant::CancelledRemoved);
        let mut world = World::with(policy);
        world.put("o", series(&[master(&["o", "a"])])).unwrap();
        let exdate = format!("EXDATE;TZID=America/Montreal:{SECOND}\nSUMMARY");
        let messages = world
            .put("o", world.edited("o", &[("SUMMARY", &exdate)]))
            .unwrap();
        assert_eq!(sent(&messages), ["a CANCEL"]);
        let cancel = component(&messages[0].document, Some(SECOND)).unwrap();
        assert_eq!(cancel.text("STATUS").as_deref(), Some("CANCELLED"));
        assert_eq!(cancel.text("SEQUENCE").as_deref(), Some("1"));
        assert_eq!(cancel.text("DTSTART").as_deref(), Some(SECOND));
        assert_eq!(world.component("o", None).text("SEQUENCE").as_deref(), Some("1"));
        if remove {
            assert!(world.text("a").contains("EXDATE"));
        } else {
            assert_eq!(
                world.component("a", Some(SECOND)).text("STATUS").as_deref(),
                Some("CANCELLED")
            );
        }
        // The answer to what is left is not late, though its SEQUENCE is that of the first invitation.
        let who = "ATTENDEE:mailto:a";
        let master = world.edited("a", &[(who, "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a")]);
        world.put("a", master).unwrap();
        assert_eq!(world.partstat("o", None, "a"), "ACCEPTED");
    }
}

#[test]
fn a_new_pattern_goes_without_cancels() {
    let mut world = World::new();
    world
        .put("o", series(&[master(&["o", "a"]), instance(THIRD, &["o", "a"])]))
        .unwrap();
    let messages = world
        .put("o", series(&[master(&["o", "a"]).replace("COUNT=5", "COUNT=2")]))
        .unwrap();
    assert_eq!(sent(&messages), ["a REQUEST"]);
    assert!(component(&world.document("a"), Some(THIRD)).is_none());
}

#[test]
fn moving_one_instance_asks_for_that_one() {
    let mut world = World::new();
    world.put("o", series(&[master(&["o", "a"])])).unwrap();
    let who = "ATTENDEE:mailto:a";
    world
        .put(
            "a",
            world.edited("a", &[(who, "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a")]),
        )
        .unwrap();
    let mut moved = text(&world.document("o"));
    let accepted = instance(SECOND, &["o", ";PARTSTAT=ACCEPTED a"]).replace(
        &format!("DTSTART;TZID=America/Montreal:{SECOND}"),
        "DTSTART;TZID=America/Montreal:20300602T103000",
    );
    moved = moved.replace("END:VCALENDAR", &format!("{accepted}\nEND:VCALENDAR"));
    let messages = world.put("o", super::world::document(&moved)).unwrap();
    assert_eq!(sent(&messages), ["a REQUEST"]);
    assert_eq!(world.partstat("o", Some(SECOND), "a"), "NEEDS-ACTION");
    assert_eq!(world.partstat("o", None, "a"), "ACCEPTED");
    assert_eq!(world.partstat("a", Some(SECOND), "a"), "NEEDS-ACTION");
    assert_eq!(world.partstat("a", None, "a"), "ACCEPTED");
    assert_eq!(
        world.component("o", Some(SECOND)).text("SEQUENCE").as_deref(),
        Some("1")
    );
    assert_eq!(world.component("o", None).text("SEQUENCE"), None);
}

#[test]
fn replies_for_one_instance_write_it_out_for_the_organizer() {
    let mut world = World::new();
    world.put("o", series(&[master(&["o", "a", "b"])])).unwrap();
    let tags = (world.tags["o"], world.tags["b"]);
    let declined = instance(SECOND, &["o", ";PARTSTAT=DECLINED a", "b"]);
    let with = world.edited("a", &[("END:VCALENDAR", &format!("{declined}\nEND:VCALENDAR"))]);
    let messages = world.put("a", with).unwrap();
    let said = &to(&messages, "o", Method::Reply).document;
    assert!(component(said, None).is_none());
    assert_eq!(
        attendee(&component(said, Some(SECOND)).unwrap(), "a").param("PARTSTAT"),
        Some("DECLINED")
    );
    assert_eq!(world.partstat("o", Some(SECOND), "a"), "DECLINED");
    assert_eq!(world.partstat("o", None, "a"), "NEEDS-ACTION");
    let written = world.component("o", Some(SECOND));
    assert_eq!(written.text("DTEND").as_deref(), Some("20300602T110000"));
    assert_eq!(written.property("RRULE"), None);
    assert_eq!(world.partstat("b", Some(SECOND), "a"), "DECLINED");
    assert_eq!((world.tags["o"], world.tags["b"]), tags);
    // A stale write of the organizer keeps it.
    let stale = series(&[master(&["o", "a", "b"]).replace("Standup", "Sitdown")]);
    world.put_merged("o", stale).unwrap();
    assert_eq!(world.partstat("o", Some(SECOND), "a"), "DECLINED");
    assert_eq!(
        world.component("o", Some(SECOND)).text("SUMMARY").as_deref(),
        Some("Sitdown")
    );
    assert_eq!(world.partstat("a", Some(SECOND), "a"), "DECLINED");
}

/// Example B.8, and what becomes of it when the organizer changes something else.
#[test]
fn an_exdate_of_the_attendee_declines_and_stays() {
    let mut world = World::new();
    world.put("o", series(&[master(&["o", "a", "b"])])).unwrap();
    let exdate = format!("EXDATE;TZID=America/Montreal:{THIRD}\nSUMMARY");
    let messages = world
        .put("a", world.edited("a", &[("SUMMARY", &exdate)]))
        .unwrap();
    let said = component(&to(&messages, "o", Method::Reply).document, Some(THIRD)).unwrap();
    assert_eq!(attendee(&said, "a").param("PARTSTAT"), Some("DECLINED"));
    assert_eq!(said.text("DTSTART").as_deref(), Some(THIRD));
    assert_eq!(world.partstat("o", Some(THIRD), "a"), "DECLINED");
    let tags = world.tags["a"];
    super::organizer::accept(&mut world, "b");
    assert_eq!(world.tags["a"], tags);
    assert!(world.text("a").contains("EXDATE") && component(&world.document("a"), Some(THIRD)).is_none());
    world
        .put("o", world.edited("o", &[("Standup", "Sitdown")]))
        .unwrap();
    assert!(world.text("a").contains("EXDATE") && world.text("a").contains("Sitdown"));
    assert_eq!(world.tags["a"], tags + 1);
}

#[test]
fn declining_everything_declines_every_instance() {
    let mut world = World::new();
    world
        .put("o", series(&[master(&["o", "a"]), instance(SECOND, &["o", "a"])]))
        .unwrap();
    world.delete("a");
    assert_eq!(world.partstat("o", None, "a"), "DECLINED");
    assert_eq!(world.partstat("o", Some(SECOND), "a"), "DECLINED");
}

#[test]
fn an_attendee_cannot_make_instances_up() {
    let mut world = World::new();
    world.put("o", series(&[master(&["o", "a"])])).unwrap();
    let made_up = instance("20300702T100000", &["o", ";PARTSTAT=ACCEPTED a"]);
    let with = world.edited("a", &[("END:VCALENDAR", &format!("{made_up}\nEND:VCALENDAR"))]);
    world.put("a", with).unwrap_err();
    // Nor can a reply from elsewhere.
    let reply = calendar(&made_up.replace("ATTENDEE:mailto:o@example.com\n", ""));
    let mut reply = reply;
    reply.calendar_mut().unwrap().set("METHOD", "REPLY");
    let message = crate::reference::scheduling::Message::from_document(
        reply,
        "mailto:a@example.com",
        "mailto:o@example.com",
    );
    let before = world.text("o");
    let (status, _) = world.receive("o", &message.unwrap());
    assert_eq!(status, Delivery::Delivered);
    assert_eq!(world.text("o"), before);
}

#[test]
fn times_in_utc_name_the_same_instance() {
    let mut world = World::new();
    world.put("o", series(&[master(&["o", "a"])])).unwrap();
    let declined = instance(SECOND, &["o", ";PARTSTAT=DECLINED a"]).replace(
        "RECURRENCE-ID;TZID=America/Montreal:20300602T100000",
        "RECURRENCE-ID:20300602T140000Z",
    );
    let with = world.edited("a", &[("END:VCALENDAR", &format!("{declined}\nEND:VCALENDAR"))]);
    world.put("a", with).unwrap();
    assert_eq!(world.partstat("o", Some(SECOND), "a"), "DECLINED");
}
