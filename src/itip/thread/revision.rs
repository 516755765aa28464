//! What later messages are held against: one component of a message.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::super::delegation::addresses;
use super::super::kind::{Kind, Method};
use super::super::object::time_of;
use crate::ical::address::normalize;
use crate::ical::recur::period_of;
use crate::ical::time::{DateValue, Duration, ListValue, list};
use crate::ical::zone::Zones;
use crate::ical::{Component, Property};

/// Properties whose change raises SEQUENCE (RFC 5546, section 2.1.4).
pub(super) const TRIGGERS: [&str; 8] = [
    "DTSTART", "DTEND", "DURATION", "DUE", "RRULE", "RDATE", "EXDATE", "STATUS",
];

/// Which component of a series.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Key {
    /// The one without RECURRENCE-ID.
    All,
    At(Timestamp),
    /// A RECURRENCE-ID that tells no instant.
    Unreadable(String),
}

impl Key {
    pub fn of(component: &Component, zones: &Zones) -> Key {
        let Some(id) = component.property("RECURRENCE-ID") else {
            return Key::All;
        };
        let instant = DateValue::of(id).ok().and_then(|id| zones.instant_of(&id).ok());
        instant.map_or_else(|| Key::Unreadable(id.value.clone()), Key::At)
    }
}

/// One ATTENDEE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attendee {
    /// In the form for comparing.
    pub address: String,
    /// In capital letters; NEEDS-ACTION where it is not said.
    pub partstat: String,
    pub rsvp: bool,
    pub is_group: bool,
    pub has_member: bool,
    pub delegated_to: Vec<String>,
    pub delegated_from: Vec<String>,
}

impl Attendee {
    fn of(property: &Property) -> Attendee {
        let is = |name, value: &str| {
            property
                .param(name)
                .is_some_and(|found: &str| found.eq_ignore_ascii_case(value))
        };
        let all = |name| {
            addresses(property, name)
                .map(|(_, address)| normalize(address))
                .collect()
        };
        Attendee {
            address: normalize(&property.value),
            partstat: property
                .param("PARTSTAT")
                .unwrap_or("NEEDS-ACTION")
                .to_ascii_uppercase(),
            rsvp: is("RSVP", "TRUE"),
            is_group: is("CUTYPE", "GROUP"),
            has_member: property.find_param("MEMBER").is_some(),
            delegated_to: all("DELEGATED-TO"),
            delegated_from: all("DELEGATED-FROM"),
        }
    }
}

/// One component, as far as others are held against it.
#[derive(Debug, Clone)]
pub(super) struct Revision {
    pub method: Method,
    /// 0 where there is none.
    pub sequence: i64,
    pub dtstamp: Option<Timestamp>,
    pub start: Option<Timestamp>,
    pub end: Option<Timestamp>,
    pub organizer: Option<String>,
    pub attendees: Attendees,
    /// What other properties say, in a form for comparing, by name.
    pub says: Arc<BTreeMap<String, BTreeSet<String>>>,
}

/// The attendees of a component. Revisions share them, as each of many instances may have those of the series.
#[derive(Debug, Clone, Default)]
pub(super) struct Attendees {
    all: Arc<Vec<Attendee>>,
    places: Arc<HashMap<String, usize>>,
    /// Taken away by a CANCEL.
    removed: Arc<HashSet<usize>>,
    pub have_group: bool,
}

impl Attendees {
    fn of(component: &Component) -> Attendees {
        Attendees::new(component.properties_named("ATTENDEE").map(Attendee::of).collect())
    }

    fn new(all: Vec<Attendee>) -> Attendees {
        let mut places = HashMap::with_capacity(all.len());
        for (place, attendee) in all.iter().enumerate() {
            places.entry(attendee.address.clone()).or_insert(place);
        }
        Attendees {
            have_group: all.iter().any(|attendee| attendee.is_group),
            all: Arc::new(all),
            places: Arc::new(places),
            removed: Arc::default(),
        }
    }

    pub fn get(&self, address: &str) -> Option<&Attendee> {
        let place = self
            .places
            .get(address)
            .filter(|place| !self.removed.contains(place))?;
        self.all.get(*place)
    }

    /// In order, and again where one stands twice.
    pub fn iter(&self) -> impl Iterator<Item = &Attendee> {
        let present = |(place, _): &(usize, &Attendee)| !self.removed.contains(place);
        self.all
            .iter()
            .enumerate()
            .filter(present)
            .map(|(_, attendee)| attendee)
    }

    /// How many different ones there are.
    pub fn len(&self) -> usize {
        self.places.len() - self.removed.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Without those; `anew` as a list of its own, which spares those who take more away from copies of what was.
    pub fn without(mut self, others: &Attendees, anew: bool) -> Attendees {
        let removed = Arc::make_mut(&mut self.removed);
        removed.extend(
            others
                .iter()
                .filter_map(|attendee| self.places.get(&attendee.address)),
        );
        if anew {
            Attendees::new(self.iter().cloned().collect())
        } else {
            self
        }
    }
}

impl Revision {
    pub fn of(method: Method, component: &Component, zones: &Zones) -> Revision {
        let instant = |name| zones.instant_of(&time_of(component, name)?).ok();
        let start = instant("DTSTART");
        let lasts = || {
            let duration = Duration::parse(&component.property("DURATION")?.value).ok()?;
            let seconds = duration.nominal_days() * 86_400 + duration.exact_seconds();
            start?.checked_add(jiff::SignedDuration::from_secs(seconds)).ok()
        };
        Revision {
            method,
            sequence: sequence_of(component),
            dtstamp: instant("DTSTAMP"),
            start,
            end: instant("DTEND").or_else(|| instant("DUE")).or_else(lasts),
            organizer: component
                .property("ORGANIZER")
                .map(|organizer| normalize(&organizer.value)),
            attendees: Attendees::of(component),
            says: Arc::new(says(component, zones)),
        }
    }

    pub fn attendee(&self, address: &str) -> Option<&Attendee> {
        self.attendees.get(address)
    }

    pub fn has_organizer_as_attendee(&self) -> bool {
        self.organizer
            .as_deref()
            .is_some_and(|address| self.attendee(address).is_some())
    }

    /// Whether both say the same by this property. A DURATION and a DTEND that come to the same are the same.
    pub fn agrees(&self, other: &Revision, name: &str) -> bool {
        let ends = ["DTEND", "DUE", "DURATION"].contains(&name);
        self.says.get(name) == other.says.get(name) || (ends && self.end.is_some() && self.end == other.end)
    }
}

pub(super) fn sequence_of(component: &Component) -> i64 {
    let sequence = component.property("SEQUENCE");
    sequence
        .and_then(|sequence| sequence.value.trim().parse().ok())
        .unwrap_or(0)
}

/// What the properties say, but for those that have fields of their own or name the component.
fn says(component: &Component, zones: &Zones) -> BTreeMap<String, BTreeSet<String>> {
    const OWN: [&str; 6] = [
        "ATTENDEE",
        "ORGANIZER",
        "SEQUENCE",
        "DTSTAMP",
        "UID",
        "RECURRENCE-ID",
    ];
    let mut says: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for property in component.properties() {
        let name = property.name.to_ascii_uppercase();
        if OWN.contains(&name.as_str()) {
            continue;
        }
        let values = values(property, &name, zones);
        says.entry(name).or_default().extend(values);
    }
    says
}

fn values(property: &Property, name: &str, zones: &Zones) -> Vec<String> {
    let raw = || vec![property.value.clone()];
    match name {
        "DTSTART" | "DTEND" | "DUE" => {
            let told = DateValue::of(property).ok().and_then(|value| {
                let instant = zones.instant_of(&value).ok()?;
                Some(vec![format!("{instant} {}", value.is_date())])
            });
            told.unwrap_or_else(raw)
        }
        "RDATE" | "EXDATE" => {
            let told: Option<Vec<String>> = list(property)
                .map(|value| match value.ok()? {
                    ListValue::Date(date) => Some(zones.instant_of(&date).ok()?.to_string()),
                    ListValue::Period(period) => {
                        let (start, end) = period_of(&period, zones).ok()?;
                        Some(format!("{start}/{end}"))
                    }
                })
                .collect();
            told.unwrap_or_else(raw)
        }
        "RRULE" => {
            let mut parts: Vec<String> = property.value.split(';').map(str::to_ascii_uppercase).collect();
            // What is meant where it is not said.
            parts.retain(|part| !["INTERVAL=1", "WKST=MO", ""].contains(&part.as_str()));
            for part in &mut parts {
                if let Some((name, list)) = part.clone().split_once('=') {
                    let mut list: Vec<&str> = list.split(',').collect();
                    list.sort_unstable();
                    *part = format!("{name}={}", list.join(","));
                }
            }
            parts.sort_unstable();
            vec![parts.join(";")]
        }
        "STATUS" | "CLASS" | "TRANSP" => vec![property.value.to_ascii_uppercase()],
        _ => raw(),
    }
}

/// Whether a property can be held against another one: what RFC 5545 defines, and the time of the reply aside.
pub(super) fn is_comparable(name: &str, kind: Kind) -> bool {
    let of_the_message = ["COMMENT", "REQUEST-STATUS", "CREATED", "LAST-MODIFIED"];
    let of_the_task = ["PERCENT-COMPLETE", "COMPLETED"];
    super::super::catalog::property(name).is_some_and(|known| !known.is_extension())
        && !of_the_message.contains(&name)
        && !(kind == Kind::Todo && of_the_task.contains(&name))
}
