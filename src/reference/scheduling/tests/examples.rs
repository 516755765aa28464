//! The examples of appendix B, as far as they are about messages. Readings T4 to T10 say where they are not followed.

use super::world::document;
use crate::ical::Document;
use crate::reference::policy::Policy;
use crate::reference::scheduling::{
    Change, Delivery, Incoming, Message, Owner, Stored, Tag, Write, plan_write, process, record,
};

const ORGANIZER: &str = "ORGANIZER;CN=\"Cyrus Daboo\":mailto:cyrus@example.com";
const CYRUS: &str =
    "ATTENDEE;CN=\"Cyrus Daboo\";CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED:mailto:cyrus@example.com";

fn bernard(partstat: &str) -> String {
    format!(
        "ATTENDEE;CN=\"Bernard Desruisseaux\";CUTYPE=INDIVIDUAL;PARTSTAT={partstat};ROLE=REQ-PARTICIPANT;RSVP=TRUE:\
         mailto:bernard@example.net"
    )
}

fn wilfredo(partstat: &str) -> String {
    format!(
        "ATTENDEE;CN=\"Wilfredo Sanchez Vega\";CUTYPE=INDIVIDUAL;PARTSTAT={partstat};ROLE=REQ-PARTICIPANT;RSVP=TRUE:\
         mailto:wilfredo@example.com"
    )
}

fn lunch(wilfredo: &str, more: &str) -> Document {
    let mike = "ATTENDEE;CN=\"Mike Douglass\";CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:mike@example.org";
    document(&format!(
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Example Corp.//CalDAV Client//EN\nBEGIN:VEVENT\nUID:9263504FD3AD\n\
         SEQUENCE:0\nDTSTAMP:20090602T185254Z\nDTSTART:20090602T160000Z\nDTEND:20090602T170000Z\nTRANSP:OPAQUE\n\
         SUMMARY:Lunch\n{ORGANIZER}\n{CYRUS}\n{wilfredo}\n{}\n{mike}\n{more}END:VEVENT\nEND:VCALENDAR",
        bernard("NEEDS-ACTION")
    ))
}

struct Clock(Policy);

impl Clock {
    fn write(&self, owner: &str, old: Option<&Stored>, new: Document) -> (Stored, Vec<Message>, Tag) {
        let plan = plan_write(Write {
            owner: &Owner::new([owner]),
            old,
            new: Some(new),
            tag_matched: old.is_some(),
            schedule_reply: true,
            same_uid: None,
            now: "2009-06-02T18:52:54Z".parse().unwrap(),
            policy: &self.0,
        })
        .unwrap();
        (plan.stored.unwrap(), plan.messages, plan.tag)
    }

    fn receive(
        &self,
        owner: &str,
        existing: Option<&Stored>,
        message: &Message,
    ) -> (Stored, Tag, Vec<Message>) {
        let outcome = process(Incoming {
            recipient: &Owner::new([owner]),
            message,
            existing,
            cancelled: None,
            now: "2009-06-02T18:57:54Z".parse().unwrap(),
            policy: &self.0,
        });
        assert!(outcome.inbox);
        let Change::Store(stored) = outcome.change else {
            panic!("nothing stored")
        };
        (*stored, outcome.tag, outcome.messages)
    }
}

fn text(document: &Document) -> String {
    String::from_utf8(document.to_bytes())
        .unwrap()
        .replace("\r\n ", "")
        .replace("\r\n", "\n")
}

/// B.1 to B.4: three are invited, one accepts.
#[test]
fn inviting_and_accepting() {
    let clock = Clock(Policy::default());
    let (mut cyrus, messages, _) = clock.write(
        "mailto:cyrus@example.com",
        None,
        lunch(&wilfredo("NEEDS-ACTION"), ""),
    );
    let statuses = [Delivery::Delivered, Delivery::Pending, Delivery::UnknownUser];
    for (message, status) in messages.iter().zip(statuses) {
        record(&mut cyrus.document, message, status.code(), &clock.0);
    }
    insta::assert_snapshot!("b1-stored", text(&cyrus.document));
    insta::assert_snapshot!("b2-request", text(&messages[0].document));

    let (invited, ..) = clock.receive("mailto:wilfredo@example.com", None, &messages[0]);
    let alarm = "BEGIN:VALARM\nTRIGGER:-PT15M\nACTION:DISPLAY\nDESCRIPTION:Reminder\nEND:VALARM\n";
    let accepted = lunch(&wilfredo("ACCEPTED"), alarm);
    let (mut wilfredo, replies, tag) = clock.write("mailto:wilfredo@example.com", Some(&invited), accepted);
    assert_eq!((replies.len(), tag), (1, Tag::New));
    record(
        &mut wilfredo.document,
        &replies[0],
        Delivery::Delivered.code(),
        &clock.0,
    );
    insta::assert_snapshot!("b3-stored", text(&wilfredo.document));
    insta::assert_snapshot!("b4-reply", text(&replies[0].document));

    let (cyrus, tag, news) = clock.receive("mailto:cyrus@example.com", Some(&cyrus), &replies[0]);
    assert_eq!(tag, Tag::Keep);
    assert_eq!(
        news.iter().map(|m| m.recipient.as_str()).collect::<Vec<_>>(),
        ["mailto:bernard@example.net", "mailto:mike@example.org"]
    );
    insta::assert_snapshot!("b4-stored", text(&cyrus.document));
}

const MONTREAL: &str = "BEGIN:VTIMEZONE\nTZID:America/Montreal\nBEGIN:STANDARD\nDTSTART:20071104T020000\n\
    RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\nTZNAME:EST\nTZOFFSETFROM:-0400\nTZOFFSETTO:-0500\nEND:STANDARD\n\
    BEGIN:DAYLIGHT\nDTSTART:20070311T020000\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\nTZNAME:EDT\nTZOFFSETFROM:-0500\n\
    TZOFFSETTO:-0400\nEND:DAYLIGHT\nEND:VTIMEZONE";

fn review(exdate: &str, declined: bool) -> Document {
    let component = |times: &str, transp: &str, partstat: &str| {
        format!(
            "BEGIN:VEVENT\nUID:9263504FD3AE\nSEQUENCE:0\nDTSTAMP:20090602T185254Z\n{times}\nTRANSP:{transp}\n\
             SUMMARY:Review Internet-Draft\n{ORGANIZER}\n{CYRUS}\n{}\nEND:VEVENT\n",
            bernard(partstat)
        )
    };
    let all = "DTSTART;TZID=America/Montreal:20090601T150000\nDTEND;TZID=America/Montreal:20090601T160000\n\
        RRULE:FREQ=DAILY;INTERVAL=1;COUNT=5";
    let second = "RECURRENCE-ID;TZID=America/Montreal:20090602T150000\nDTSTART;TZID=America/Montreal:20090602T150000\n\
        DTEND;TZID=America/Montreal:20090602T160000";
    let mut components = component(&format!("{all}{exdate}"), "OPAQUE", "ACCEPTED");
    if declined {
        components += &component(second, "TRANSPARENT", "DECLINED");
    }
    document(&format!(
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Example Corp.//CalDAV Client//EN\n{MONTREAL}\n{components}END:VCALENDAR"
    ))
}

/// B.7 and B.8: one instance declined, another removed.
#[test]
fn declining_an_instance_and_removing_one() {
    let clock = Clock(Policy::default());
    let owner = "mailto:bernard@example.net";
    let invited = Stored::new(review("", false));
    let (declined, replies, _) = clock.write(owner, Some(&invited), review("", true));
    assert_eq!(replies.len(), 1);
    insta::assert_snapshot!("b7-reply", text(&replies[0].document));
    let exdate = "\nEXDATE;TZID=America/Montreal:20090603T150000";
    let (_, replies, _) = clock.write(owner, Some(&declined), review(exdate, true));
    assert_eq!(replies.len(), 1);
    insta::assert_snapshot!("b8-reply", text(&replies[0].document));
}
