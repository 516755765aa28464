//! Scheduling messages and how they are made.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::ical::{Component, Document, Param, Property};
use crate::reference::policy::{Deviation, Policy, Variant};

use super::identify::scheduled;
use super::parts::{self, SCHEDULE_PARAMETERS};
use crate::ical::address;

/// PRODID of the messages that this server makes.
const PRODUCT: &str = "-//calconform//Reference Server//EN";

/// The iTIP methods of automatic scheduling (section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    Request,
    Add,
    Cancel,
    Reply,
}

impl Method {
    pub fn parse(text: &str) -> Option<Method> {
        [Method::Request, Method::Add, Method::Cancel, Method::Reply]
            .into_iter()
            .find(|method| method.as_str().eq_ignore_ascii_case(text.trim()))
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Method::Request => "REQUEST",
            Method::Add => "ADD",
            Method::Cancel => "CANCEL",
            Method::Reply => "REPLY",
        }
    }

    /// Whether an attendee sends it: schedule-send-reply and schedule-deliver-reply are needed then, else
    /// schedule-send-invite and schedule-deliver-invite (appendix A).
    pub fn is_reply(self) -> bool {
        self == Method::Reply
    }
}

/// A scheduling message for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub method: Method,
    /// The calendar user address it is from: the ORGANIZER, or the ATTENDEE that replies.
    pub originator: String,
    /// The calendar user address it goes to.
    pub recipient: String,
    /// As it is delivered.
    pub document: Document,
    /// It only tells how other attendees answered (6.2): its delivery leaves no SCHEDULE-STATUS.
    pub participation_only: bool,
}

impl Message {
    /// A message that came from elsewhere, with its METHOD; `None` when that is not one of these.
    pub fn from_document(document: Document, originator: &str, recipient: &str) -> Option<Message> {
        let method = Method::parse(&document.calendar()?.text("METHOD")?)?;
        Some(Message {
            method,
            originator: originator.to_owned(),
            recipient: recipient.to_owned(),
            document,
            participation_only: false,
        })
    }
}

/// Puts messages together: what every message of this server has in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct Composer<'a> {
    /// The object the message is about: its CALSCALE and time zones are taken over.
    pub source: &'a Document,
    pub now: Timestamp,
    pub policy: &'a Policy,
}

impl Composer<'_> {
    /// A message of these components, which need not be clean yet.
    pub fn compose(
        &self,
        method: Method,
        originator: &str,
        recipient: &str,
        components: impl IntoIterator<Item = Component>,
    ) -> Message {
        let mut components: Vec<Component> = components.into_iter().collect();
        for component in &mut components {
            self.clean(component, method);
        }
        let mut calendar = Component::new("VCALENDAR");
        calendar.push(Property::new("VERSION", "2.0"));
        calendar.push(Property::new("PRODID", PRODUCT));
        let source = self.source.calendar();
        if let Some(scale) = source.and_then(|source| source.property("CALSCALE")) {
            calendar.push(scale.clone());
        }
        calendar.push(Property::new("METHOD", method.as_str()));
        let zones: BTreeSet<String> = components.iter().flat_map(zones_of).collect();
        let known = source
            .into_iter()
            .flat_map(|source| source.components_named("VTIMEZONE"));
        for zone in known.filter(|zone| zone.text("TZID").is_some_and(|id| zones.contains(&id))) {
            calendar.push_component(zone.clone());
        }
        for component in components {
            calendar.push_component(component);
        }
        Message {
            method,
            originator: originator.to_owned(),
            recipient: recipient.to_owned(),
            document: Document::new(calendar),
            participation_only: false,
        }
    }

    /// Takes out what is nobody else's business and what RFC 5546 does not allow, and puts in what it asks for.
    fn clean(&self, component: &mut Component, method: Method) {
        for property in component.properties_mut() {
            for name in SCHEDULE_PARAMETERS {
                let leaks = match name {
                    "SCHEDULE-FORCE-SEND" => self.policy.deviates(Deviation::ForceSendLeaks),
                    _ => self.policy.deviates(Deviation::ParametersLeak),
                };
                if !leaks {
                    property.remove_param(name);
                }
            }
        }
        // Alarms are the owner's own; no method needs them, and REPLY and CANCEL may not have them.
        if !(method == Method::Reply && self.policy.deviates(Deviation::AlarmLeaks)) {
            component.retain_components(|_| false);
        }
        if component.property("DTSTAMP").is_none() || !self.policy.deviates(Deviation::DtstampOfClient) {
            component.set("DTSTAMP", utc(self.now));
            only_first(component, "DTSTAMP");
        }
        if method != Method::Reply {
            component.remove_properties("REQUEST-STATUS");
        }
        if method == Method::Cancel && self.policy.deviates(Deviation::InstanceCancelsAll) {
            component.remove_properties("RECURRENCE-ID");
        }
        if self.policy.deviates(Deviation::Rfc7986Dropped) {
            for name in ["COLOR", "IMAGE", "CONFERENCE"] {
                component.remove_properties(name);
            }
        }
        if method == Method::Request {
            // Required, though they may be empty (RFC 5546, sections 3.2.2 and 3.4.2).
            if component.property("SUMMARY").is_none() {
                component.push(Property::new("SUMMARY", ""));
            }
            if component.is("VTODO") && component.property("PRIORITY").is_none() {
                component.push(Property::new("PRIORITY", "0"));
            }
        }
    }
}

/// All of an object as a REQUEST, for whoever it is.
pub fn whole(object: &Document, now: Timestamp, policy: &Policy) -> Document {
    let composer = Composer {
        source: object,
        now,
        policy,
    };
    composer
        .compose(Method::Request, "", "", scheduled(object).cloned())
        .document
}

/// What a CANCEL says of a component (RFC 5546, sections 3.2.5 and 3.4.5): only what identifies what is cancelled.
/// `everyone`: it is cancelled as such; else only `who` is no longer invited.
pub(super) fn cancelled(component: &Component, sequence: u64, everyone: bool, who: &str) -> Component {
    let mut cancel = Component::new(component.name.clone());
    copy_identity(component, &mut cancel);
    if component.is("VEVENT") {
        copy(component, &mut cancel, "SUMMARY");
    }
    cancel.set("SEQUENCE", sequence.to_string());
    if everyone {
        cancel.push(Property::new("STATUS", "CANCELLED"));
    }
    for attendee in component.properties_named("ATTENDEE") {
        if everyone || address::address_eq(&attendee.value, who) {
            cancel.push(attendee.clone());
        }
    }
    cancel
}

/// What a REPLY says of a component (RFC 5546, sections 3.2.3 and 3.4.3): one attendee, whom this one delegates to, and
/// no more than the organizer needs.
pub(super) fn reply(component: &Component, who: &str, partstat: &str, policy: &Policy) -> Component {
    let mut reply = Component::new(component.name.clone());
    copy_identity(component, &mut reply);
    for name in ["SUMMARY", "COMMENT", "PERCENT-COMPLETE", "COMPLETED"] {
        copy(component, &mut reply, name);
    }
    let is_own = |attendee: &&Property| address::address_eq(&attendee.value, who);
    if let Some(attendee) = component.properties_named("ATTENDEE").find(is_own) {
        let mut own = Property::new("ATTENDEE", attendee.value.clone());
        let kept = ["CN", "SENT-BY", "EMAIL", "DELEGATED-TO", "DELEGATED-FROM"];
        // By these a delegator says whether updates are wanted (RFC 5546, sections 3.2.2.3 and 4.2.5).
        let wishes = ["ROLE", "RSVP"].iter().filter(|_| partstat == "DELEGATED");
        let kept: Vec<&str> = kept.iter().chain(wishes).copied().collect();
        let kept = |param: &&Param| kept.iter().any(|name| param.is(name));
        own.params = attendee.params.iter().filter(kept).cloned().collect();
        own.set_param("PARTSTAT", partstat);
        if policy.deviates(Deviation::DelegateNotNamed) {
            own.remove_param("DELEGATED-TO");
        }
        let delegates: Vec<Property> = delegates(component, &own).cloned().collect();
        reply.push(own);
        for delegate in delegates {
            reply.push(delegate);
        }
    }
    if policy.deviates(Deviation::ReplyListsEveryone) {
        for attendee in component
            .properties_named("ATTENDEE")
            .filter(|attendee| !is_own(attendee))
        {
            reply.push(attendee.clone());
        }
    }
    if !policy.varies(Variant::NoRequestStatus) {
        reply.push(Property::new("REQUEST-STATUS", "2.0;Success"));
    }
    if policy.deviates(Deviation::AlarmLeaks) {
        for alarm in component.components() {
            reply.push_component(alarm.clone());
        }
    }
    reply
}

/// The attendees of the component to whom this one delegates (RFC 5546, section 3.2.2.3).
pub(super) fn delegates<'a>(
    component: &'a Component,
    delegator: &'a Property,
) -> impl Iterator<Item = &'a Property> {
    let to = delegator
        .find_param("DELEGATED-TO")
        .filter(|_| parts::partstat(delegator) == "DELEGATED");
    component.properties_named("ATTENDEE").filter(move |attendee| {
        to.is_some_and(|to| {
            to.values
                .iter()
                .any(|value| address::address_eq(&value.text, &attendee.value))
        })
    })
}

/// What says which component, and which revision of it, is meant. A second time zone is left out: REPLY, and CANCEL of
/// a VTODO, may have one VTIMEZONE.
fn copy_identity(from: &Component, to: &mut Component) {
    for name in [
        "UID",
        "SEQUENCE",
        "DTSTAMP",
        "RECURRENCE-ID",
        "DTSTART",
        "ORGANIZER",
    ] {
        copy(from, to, name);
    }
    let zone = |property: &Property| property.param("TZID").map(str::to_owned);
    let first = to.properties().find_map(zone);
    for name in ["DTEND", "DUE", "DURATION"] {
        for property in from.properties_named(name) {
            if first.is_none() || zone(property).is_none_or(|zone| Some(zone) == first) {
                to.push(property.clone());
            }
        }
    }
}

fn copy(from: &Component, to: &mut Component, name: &str) {
    for property in from.properties_named(name) {
        to.push(property.clone());
    }
}

/// Removes all but the first property of this name.
fn only_first(component: &mut Component, name: &str) {
    let mut seen = false;
    component.items.retain(|item| {
        let Some(property) = item.as_property().filter(|property| property.is(name)) else {
            return true;
        };
        let first = !seen;
        seen = property.is(name);
        first
    });
}

/// The TZIDs that a component refers to.
fn zones_of(component: &Component) -> Vec<String> {
    component
        .properties()
        .filter_map(|property| property.param("TZID").map(str::to_owned))
        .collect()
}

/// A time as DTSTAMP has it.
pub(super) fn utc(time: Timestamp) -> String {
    time.strftime("%Y%m%dT%H%M%SZ").to_string()
}
