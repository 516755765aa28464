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
    /// The addresses of the ATTENDEEs of each component.
    by_component: Vec<Vec<String>>,
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
        let attendees = first.properties_named("ATTENDEE").take(NAMED).map(|attendee| {
            let partstat = attendee.param("PARTSTAT").unwrap_or("NEEDS-ACTION");
            (attendee.value.trim().to_string(), partstat.to_string())
        });
        let by_component = components.iter().map(|component| {
            component
                .properties_named("ATTENDEE")
                .map(|attendee| attendee.value.trim().to_string())
                .collect()
        });
        Ok(Head {
            uid: first.text("UID").unwrap_or_default().trim().to_string(),
            method: calendar
                .text("METHOD")
                .map(|method| method.trim().to_ascii_uppercase()),
            sequence: value("SEQUENCE").and_then(|text| text.parse().ok()),
            dtstamp: value("DTSTAMP"),
            organizer: value("ORGANIZER"),
            attendees: attendees.collect(),
            by_component: by_component.collect(),
        })
    }

    /// Whether this calendar user is an ATTENDEE of every component.
    pub fn is_of(&self, attendee: &str) -> bool {
        !self.by_component.is_empty()
            && self
                .by_component
                .iter()
                .all(|attendees| attendees.iter().any(|found| address::address_eq(found, attendee)))
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
