//! Damages of messages and calendar objects that some rule forbids, whatever they are about.

use super::super::ical::Source;
use super::super::{Scope, Subject};
use super::Damaged;
use super::lines::replaced;
use crate::ical::{Component, Document, Property};
use crate::scenario::{ItipMatcher, Lint};

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

pub(super) fn itip(matcher: &ItipMatcher, subject: &Subject, scope: &Scope) -> Vec<Damaged> {
    let Ok(source) = Source::new(&matcher.of_recipient, &matcher.of_resource, scope) else {
        return Vec::new();
    };
    let Ok(original) = source.document(subject) else {
        return Vec::new();
    };
    let own: &[Change] = match matcher.lint.value {
        Lint::Message | Lint::FreeBusyReply => &OF_MESSAGES,
        Lint::Stored => &OF_OBJECTS,
    };
    let damaged = OF_ALL.iter().chain(own).filter_map(|(what, change)| {
        let mut document: Document = original.clone();
        change(document.calendar_mut()?);
        let altered = replaced(subject, &source, &original, &document)?;
        Some(((*what).to_owned(), altered))
    });
    damaged.collect()
}
