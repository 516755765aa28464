//! What a calendar object says at a glance: for finding messages, and for the story of a scenario.

use crate::event::{Direction, Message};
use crate::ical::{self, Component, address};

/// The head of an iCalendar object.
#[derive(Debug, Clone, Default)]
pub(super) struct Head {
    pub uid: String,
    pub method: Option<String>,
    pub sequence: Option<u64>,
    pub dtstamp: Option<String>,
    pub organizer: Option<String>,
    /// Calendar address and PARTSTAT of each ATTENDEE of the first component.
    pub attendees: Vec<(String, String)>,
    /// Calendar address and PARTSTAT of each ATTENDEE of each component.
    by_component: Vec<Vec<(String, String)>>,
}

/// How many attendees the story names.
const NAMED: usize = 20;

impl Head {
    /// Reads it; the error is for a person.
    pub fn read(octets: &[u8]) -> Result<Head, String> {
        let document = ical::read(octets).map_err(|error| error.to_string())?;
        let calendar = document.calendar().ok_or("no VCALENDAR")?;
        let components: Vec<&Component> = calendar
            .components()
            .filter(|component| !component.is("VTIMEZONE"))
            .collect();
        let first = components.first().ok_or("a VCALENDAR without a component")?;
        let value = |name: &str| {
            first
                .property(name)
                .map(|property| property.value.trim().to_string())
        };
        let by_component: Vec<Vec<_>> = components
            .iter()
            .map(|component| {
                component
                    .properties_named("ATTENDEE")
                    .map(|attendee| {
                        let partstat = attendee.param("PARTSTAT").unwrap_or("NEEDS-ACTION");
                        (attendee.value.trim().to_string(), partstat.to_string())
                    })
                    .collect()
            })
            .collect();
        Ok(Head {
            uid: first.text("UID").unwrap_or_default().trim().to_string(),
            method: calendar
                .text("METHOD")
                .map(|method| method.trim().to_ascii_uppercase()),
            sequence: value("SEQUENCE").and_then(|text| text.parse().ok()),
            dtstamp: value("DTSTAMP"),
            organizer: value("ORGANIZER"),
            attendees: by_component[0].iter().take(NAMED).cloned().collect(),
            by_component,
        })
    }

    /// Whether it is of this calendar user, as a reply is of who answers: an ATTENDEE of every component that has any,
    /// and the only one there, or with an answer. Some servers name the others, too, who have not answered.
    pub fn is_of(&self, attendee: &str) -> bool {
        let mut components = self
            .by_component
            .iter()
            .filter(|attendees| !attendees.is_empty())
            .peekable();
        components.peek().is_some()
            && components.all(|attendees| {
                attendees.iter().any(|(address, partstat)| {
                    address::address_eq(address, attendee)
                        && (attendees.len() == 1 || !partstat.eq_ignore_ascii_case("NEEDS-ACTION"))
                })
            })
    }

    /// Whether one of these addresses is its ORGANIZER; an object without one is nobody's copy.
    pub fn is_organized_by(&self, addresses: &[String]) -> bool {
        self.organizer.as_ref().is_none_or(|organizer| {
            addresses
                .iter()
                .any(|address| address::address_eq(address, organizer))
        })
    }

    /// For the story. `method` is METHOD for what was found or a peer has sent, the HTTP method for what was written.
    pub fn message(
        &self,
        step: &str,
        user: &str,
        direction: Direction,
        method: &str,
        exchange: Option<u64>,
    ) -> Message {
        Message {
            step: step.to_string(),
            user: user.to_string(),
            direction,
            method: method.to_string(),
            uid: self.uid.clone(),
            sequence: self.sequence,
            attendees: self.attendees.clone(),
            exchange,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINE: &str = "mailto:user04@example.com";
    const OTHER: &str = "mailto:user05@example.com";

    /// A reply, its components with these ATTENDEEs.
    fn reply(components: &[&[&str]]) -> Head {
        let components: String = components
            .iter()
            .map(|attendees| {
                let attendees: String = attendees
                    .iter()
                    .map(|attendee| format!("ATTENDEE{attendee}\r\n"))
                    .collect();
                format!("BEGIN:VEVENT\r\nUID:1\r\n{attendees}END:VEVENT\r\n")
            })
            .collect();
        let text = format!("BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n{components}END:VCALENDAR\r\n");
        Head::read(text.as_bytes()).expect("iCalendar")
    }

    #[test]
    fn a_reply_is_of_who_answers() {
        let alone = reply(&[&[":mailto:user04@example.com"]]);
        assert!(alone.is_of(MINE));
        assert!(!alone.is_of(OTHER));
        assert!(!reply(&[&[]]).is_of(MINE));
    }

    /// As DAViCal 1.1.12 answers for one instance: the component of the series has no ATTENDEE.
    #[test]
    fn components_without_attendees_are_of_nobody() {
        let instance = reply(&[&[], &[";PARTSTAT=ACCEPTED:mailto:user04@example.com"]]);
        assert!(instance.is_of(MINE));
        let two = reply(&[
            &[";PARTSTAT=ACCEPTED:mailto:user05@example.com"],
            &[";PARTSTAT=ACCEPTED:mailto:user04@example.com"],
        ]);
        assert!(!two.is_of(MINE));
    }

    /// As DAViCal 1.1.12 answers for one of two attendees.
    #[test]
    fn those_who_have_not_answered_do_not_reply() {
        let both = reply(&[&[
            ";PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:user04@example.com",
            ";PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE;SCHEDULE-STATUS=1.2:mailto:user05@example.com",
        ]]);
        assert!(both.is_of(MINE));
        assert!(!both.is_of(OTHER));
    }
}
