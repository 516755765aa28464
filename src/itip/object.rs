//! One VCALENDAR that is looked at, and what its rules share.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashSet;

use super::kind::{Kind, Method};
use super::table::{self, Table};
use crate::ical::Component;
use crate::ical::text::unescape;
use crate::ical::time::{DateValue, Zone};
use crate::ical::zone::Zones;

/// What a text is to be judged as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mode {
    /// An iTIP message, as sent.
    #[default]
    Message,
    /// A calendar object resource of CalDAV, as stored.
    Stored,
    /// The answer about one recipient in a CALDAV:schedule-response.
    FreeBusyReply,
}

/// A VCALENDAR.
pub(super) struct Object<'a> {
    pub calendar: &'a Component,
    pub mode: Mode,
    /// The value of METHOD.
    pub method_name: Option<&'a str>,
    pub method: Option<Method>,
    /// The kind of its first component that a message can be about.
    pub kind: Option<Kind>,
    /// The restriction table for both.
    pub table: Option<&'static Table>,
    /// TZIDs of its VTIMEZONEs, as written and with the escapes of TEXT undone.
    pub defined: HashSet<Cow<'a, str>>,
    zones: OnceCell<Zones>,
}

impl<'a> Object<'a> {
    pub fn new(calendar: &'a Component, mode: Mode) -> Self {
        let method_name = calendar.property("METHOD").map(|method| method.value.trim());
        let method = method_name.and_then(Method::of);
        let kind = calendar
            .components()
            .map(|component| Kind::of(&component.name))
            .find(|kind| kind.is_scheduled());
        let table = match mode {
            Mode::Stored => None,
            _ => kind
                .zip(method)
                .and_then(|(kind, method)| table::table(kind, method)),
        };
        let zones = calendar.components_named("VTIMEZONE");
        Object {
            calendar,
            mode,
            method_name,
            method,
            kind,
            table,
            defined: zones
                .filter_map(|zone| Some(zone.property("TZID")?.value.as_str()))
                .flat_map(|tzid| [Cow::Borrowed(tzid), unescape(tzid)])
                .collect(),
            zones: OnceCell::new(),
        }
    }

    pub fn is_message(&self) -> bool {
        self.mode != Mode::Stored
    }

    /// The components of a kind, in order.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &'a Component> {
        self.calendar
            .components()
            .filter(move |component| Kind::of(&component.name) == kind)
    }

    /// The components that the message or resource is about.
    pub fn scheduled(&self) -> impl Iterator<Item = &'a Component> {
        let kind = self.kind;
        self.calendar
            .components()
            .filter(move |component| kind == Some(Kind::of(&component.name)))
    }

    pub fn zones(&self) -> &Zones {
        self.zones.get_or_init(|| Zones::of(self.calendar))
    }

    /// "the VEVENT of a REQUEST", for messages.
    pub fn of_method(&self, name: &str) -> String {
        match self.method {
            Some(method) if self.is_message() => format!("{name} of a {method}"),
            _ => name.to_owned(),
        }
    }

    /// Whether one time is before another, equal, or after it; none where that cannot be told.
    pub fn compare(&self, one: &DateValue, other: &DateValue) -> Option<std::cmp::Ordering> {
        let zone = |value: &DateValue| match value {
            DateValue::Date(_) => Zone::Floating,
            DateValue::DateTime(time) => time.zone.clone(),
        };
        if zone(one) == zone(other) {
            return Some(one.local().cmp(&other.local()));
        }
        let instant = |value| self.zones().instant_of(value).ok();
        Some(instant(one)?.cmp(&instant(other)?))
    }
}

/// The value of a property that tells a time, if it can be read.
pub(super) fn time_of(component: &Component, name: &str) -> Option<DateValue> {
    DateValue::of(component.property(name)?).ok()
}
