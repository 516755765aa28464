//! Which calendar objects are scheduling object resources, and whose (section 5.1).

use crate::ical::{Component, Document};

use super::refusal::{Precondition, Refusal};
use crate::ical::address;
use crate::reference::policy::{Deviation, Policy};

/// The owner of a calendar, by all their calendar user addresses.
#[derive(Debug, Clone, Default)]
pub struct Owner {
    addresses: Vec<String>,
}

impl Owner {
    pub fn new(addresses: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Owner {
            addresses: addresses.into_iter().map(Into::into).collect(),
        }
    }

    /// Whether the address is one of theirs.
    pub fn has(&self, address: &str) -> bool {
        self.addresses.iter().any(|own| address::address_eq(own, address))
    }
}

/// What the owner of a scheduling object is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    Organizer,
    Attendee,
}

/// The UID of the object.
pub fn uid(document: &Document) -> Option<String> {
    scheduled(document).find_map(|component| component.text("UID"))
}

/// The components that scheduling is about: VEVENT and VTODO (section 1.1; VJOURNAL left the draft with -07).
pub(super) fn scheduled(document: &Document) -> impl Iterator<Item = &Component> {
    document
        .calendar()
        .into_iter()
        .flat_map(Component::components)
        .filter(|component| is_scheduled(component))
}

pub(super) fn is_scheduled(component: &Component) -> bool {
    component.is("VEVENT") || component.is("VTODO")
}

/// Whether all components that name an organizer name the same (5.2.4.2).
pub(super) fn has_one_organizer(document: &Document, policy: &Policy) -> bool {
    let mut organizers = scheduled(document).filter_map(|component| component.property("ORGANIZER"));
    let first = organizers.next();
    policy.deviates(Deviation::OrganizersMayDiffer)
        || organizers
            .all(|organizer| first.is_some_and(|first| address::address_eq(&organizer.value, &first.value)))
}

/// What the owner of the calendar is in this object: `None` when it is no scheduling object resource.
///
/// # Errors
/// The components of what would be a scheduling object name different organizers (5.2.4.2).
pub fn identify(document: &Document, owner: &Owner, policy: &Policy) -> Result<Option<Role>, Refusal> {
    if policy.only_stores() {
        return Ok(None);
    }
    let first_only;
    let owner = if policy.deviates(Deviation::FirstAddressOnly) {
        first_only = Owner::new(owner.addresses.first());
        &first_only
    } else {
        owner
    };
    let organizers: Vec<Option<&str>> = scheduled(document)
        .map(|component| {
            component
                .property("ORGANIZER")
                .map(|organizer| organizer.value.as_str())
        })
        .collect();
    let Some(first) = organizers.iter().flatten().next() else {
        return Ok(None);
    };
    let attends = scheduled(document)
        .flat_map(|component| component.properties_named("ATTENDEE"))
        .any(|attendee| owner.has(&attendee.value));
    let organizes = organizers.iter().flatten().any(|organizer| owner.has(organizer));
    let presumes = policy.deviates(Deviation::AnyoneOrganizes) && !attends;
    if !attends && !organizes && !presumes {
        return Ok(None);
    }
    if !has_one_organizer(document, policy) {
        return Err(Refusal::new(
            Precondition::SameOrganizerInAllComponents,
            "the components name different organizers",
        ));
    }
    if organizers.contains(&None) {
        return Ok(None);
    }
    Ok(Some(if owner.has(first) || presumes {
        Role::Organizer
    } else {
        Role::Attendee
    }))
}
