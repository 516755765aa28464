//! Damages of messages and calendar objects that some rule forbids, whatever they are about.

use crate::ical::{self, Component, Document, Property};
use crate::itip::{Mode, Options, Report, lint_document};

/// One damage of a calendar.
type Change = (&'static str, fn(&mut Component));

/// What every component that a message is about has.
const OF_ALL: [Change; 7] = [
    ("VERSION dropped", |calendar| without(calendar, "VERSION")),
    ("UID dropped", |calendar| {
        of_first(calendar, |component| without(component, "UID"))
    }),
    ("UID doubled", |calendar| {
        of_first(calendar, |component| {
            component.push(Property::new("UID", "another"))
        })
    }),
    ("DTSTAMP dropped", |calendar| {
        of_first(calendar, |component| without(component, "DTSTAMP"))
    }),
    ("DTSTAMP without a date", |calendar| {
        of_first(calendar, |component| component.set("DTSTAMP", "today"))
    }),
    ("DTSTART without a date", |calendar| {
        of_first(calendar, |component| component.set("DTSTART", "today"))
    }),
    ("SEQUENCE without a number", |calendar| {
        of_first(calendar, |component| component.set("SEQUENCE", "first"))
    }),
];

const OF_MESSAGES: [Change; 3] = [
    ("METHOD dropped", |calendar| without(calendar, "METHOD")),
    ("METHOD that there is not", |calendar| {
        calendar.set("METHOD", "INVITE")
    }),
    ("ORGANIZER dropped", |calendar| {
        of_first(calendar, |component| without(component, "ORGANIZER"))
    }),
];

const OF_OBJECTS: [Change; 2] = [
    ("METHOD added", |calendar| calendar.set("METHOD", "REQUEST")),
    ("component of another type added", |calendar| {
        let mut journal = Component::new("VJOURNAL");
        journal.set("UID", "another");
        journal.set("DTSTAMP", "20260101T000000Z");
        calendar.push_component(journal);
    }),
];

fn of_first(calendar: &mut Component, change: impl FnOnce(&mut Component)) {
    if let Some(component) = calendar
        .components_mut()
        .find(|component| !component.is("VTIMEZONE"))
    {
        change(component);
    }
}

fn without(component: &mut Component, name: &str) {
    component.remove_properties(name);
}

/// How many damages were tried, and those that break no rule that was kept before, in words. Pure and offline.
pub fn unnoticed(document: &Document, mode: Mode) -> (usize, Vec<&'static str>) {
    let own: &[Change] = match mode {
        Mode::Message | Mode::FreeBusyReply => &OF_MESSAGES,
        Mode::Stored => &OF_OBJECTS,
    };
    let before = broken(document, mode);
    let mut tried = 0;
    let mut unnoticed = Vec::new();
    for (what, change) in OF_ALL.iter().chain(own) {
        let mut damaged = document.clone();
        let Some(calendar) = damaged.calendar_mut() else {
            continue;
        };
        change(calendar);
        tried += 1;
        let after = ical::read(&damaged.to_bytes()).map(|damaged| broken(&damaged, mode));
        if after.is_ok_and(|after| after.iter().all(|id| before.contains(id))) {
            unnoticed.push(*what);
        }
    }
    (tried, unnoticed)
}

fn broken(document: &Document, mode: Mode) -> Vec<&'static str> {
    let options = Options {
        mode,
        ..Options::default()
    };
    let Report { findings, .. } = lint_document(document, options);
    findings.iter().map(|finding| finding.requirement).collect()
}
