//! Privileges and who has them (RFC 3744, RFC 4791 section 6, -10 section 13).

use crate::dav::{Element, QName, caldav, dav};

use super::http::Refusal;
use super::path::{Place, Spot};
use super::policy::Variant;
use super::world::World;

/// A privilege, aggregate or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Privilege {
    All,
    Read,
    ReadFreeBusy,
    ReadAcl,
    ReadCurrentUserPrivilegeSet,
    Write,
    WriteProperties,
    WriteContent,
    Bind,
    Unbind,
    WriteAcl,
    ScheduleDeliver,
    ScheduleDeliverInvite,
    ScheduleDeliverReply,
    ScheduleQueryFreebusy,
    ScheduleSend,
    ScheduleSendInvite,
    ScheduleSendReply,
    ScheduleSendFreebusy,
}

use Privilege as P;

/// Name, and the privilege that it is part of.
static TABLE: [(Privilege, QName, Option<Privilege>); 19] = [
    (Privilege::All, dav("all"), None),
    (Privilege::Read, dav("read"), Some(Privilege::All)),
    (
        Privilege::ReadFreeBusy,
        caldav("read-free-busy"),
        Some(Privilege::Read),
    ),
    (Privilege::ReadAcl, dav("read-acl"), Some(Privilege::All)),
    (
        Privilege::ReadCurrentUserPrivilegeSet,
        dav("read-current-user-privilege-set"),
        Some(Privilege::All),
    ),
    (Privilege::Write, dav("write"), Some(Privilege::All)),
    (
        Privilege::WriteProperties,
        dav("write-properties"),
        Some(Privilege::Write),
    ),
    (
        Privilege::WriteContent,
        dav("write-content"),
        Some(Privilege::Write),
    ),
    (Privilege::Bind, dav("bind"), Some(Privilege::Write)),
    (Privilege::Unbind, dav("unbind"), Some(Privilege::Write)),
    (Privilege::WriteAcl, dav("write-acl"), Some(Privilege::All)),
    (
        Privilege::ScheduleDeliver,
        caldav("schedule-deliver"),
        Some(Privilege::All),
    ),
    (
        Privilege::ScheduleDeliverInvite,
        caldav("schedule-deliver-invite"),
        Some(Privilege::ScheduleDeliver),
    ),
    (
        Privilege::ScheduleDeliverReply,
        caldav("schedule-deliver-reply"),
        Some(Privilege::ScheduleDeliver),
    ),
    (
        Privilege::ScheduleQueryFreebusy,
        caldav("schedule-query-freebusy"),
        Some(Privilege::ScheduleDeliver),
    ),
    (
        Privilege::ScheduleSend,
        caldav("schedule-send"),
        Some(Privilege::All),
    ),
    (
        Privilege::ScheduleSendInvite,
        caldav("schedule-send-invite"),
        Some(Privilege::ScheduleSend),
    ),
    (
        Privilege::ScheduleSendReply,
        caldav("schedule-send-reply"),
        Some(Privilege::ScheduleSend),
    ),
    (
        Privilege::ScheduleSendFreebusy,
        caldav("schedule-send-freebusy"),
        Some(Privilege::ScheduleSend),
    ),
];

impl Privilege {
    pub fn all() -> impl Iterator<Item = Privilege> {
        TABLE.iter().map(|(privilege, _, _)| *privilege)
    }

    pub fn qname(self) -> QName {
        TABLE[self as usize].1.clone()
    }

    pub fn parent(self) -> Option<Privilege> {
        TABLE[self as usize].2
    }

    /// The DAV:privilege element with it.
    pub fn element(self) -> Element {
        Element::new(dav("privilege")).child(Element::new(self.qname()))
    }

    pub fn named(name: &QName) -> Option<Privilege> {
        TABLE
            .iter()
            .find(|(_, known, _)| known == name)
            .map(|(privilege, _, _)| *privilege)
    }

    /// Is the other one this one or part of it?
    pub fn contains(self, other: Privilege) -> bool {
        self == other || other.parent().is_some_and(|parent| self.contains(parent))
    }

    /// What it consists of in the end. DAV:read is more than CALDAV:read-free-busy, which is the one part it has.
    fn leaves(self) -> impl Iterator<Item = Privilege> {
        let is_leaf =
            |one: Privilege| one == P::Read || Privilege::all().all(|other| other.parent() != Some(one));
        Privilege::all().filter(move |leaf| self.contains(*leaf) && is_leaf(*leaf))
    }

    /// Scheduling privileges mean something on the collection that they are made for only.
    pub fn is_for_inbox(self) -> bool {
        P::ScheduleDeliver.contains(self)
    }

    pub fn is_for_outbox(self) -> bool {
        P::ScheduleSend.contains(self)
    }
}

/// Whom an access control entry is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    User(String),
    All,
    Authenticated,
    Unauthenticated,
    Owner,
}

/// An access control entry (RFC 3744 section 5.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ace {
    pub who: Who,
    pub grant: bool,
    pub privileges: Vec<Privilege>,
}

impl Ace {
    /// Everybody with an account may invite, reply and ask for busy time, until the owner says otherwise.
    pub fn inbox_defaults() -> Vec<Ace> {
        vec![Ace {
            who: Who::Authenticated,
            grant: true,
            privileges: vec![P::ScheduleDeliver],
        }]
    }

    fn is_about(&self, user: &str, owner: &str) -> bool {
        match &self.who {
            Who::User(name) => name == user,
            Who::All | Who::Authenticated => true,
            Who::Unauthenticated => false,
            Who::Owner => user == owner,
        }
    }
}

/// Has the user this privilege there? The owner has every one. Else the first entry that speaks of the user and of the
/// privilege decides, those of the resource before those of the collections around it.
pub fn holds(world: &World, user: &str, spot: &Spot, privilege: Privilege) -> bool {
    user == spot.user || privilege.leaves().all(|leaf| holds_leaf(world, user, spot, leaf))
}

fn holds_leaf(world: &World, user: &str, spot: &Spot, leaf: Privilege) -> bool {
    let mut around = Some(spot.clone());
    while let Some(spot) = around {
        if let Some(collection) = world.store.collection(&spot) {
            for ace in &collection.acl {
                if ace.is_about(user, &spot.user)
                    && ace.privileges.iter().any(|granted| granted.contains(leaf))
                {
                    return ace.grant;
                }
            }
        }
        around = spot.parent();
    }
    false
}

/// [`holds`], as a refusal.
///
/// # Errors
/// 403 with DAV:need-privileges; 404 where a server may hide what is not the user's.
pub fn need(world: &World, user: &str, spot: &Spot, privilege: Privilege) -> Result<(), Refusal> {
    if !world.users.contains_key(&spot.user) {
        return Err(Refusal::not_found());
    }
    if holds(world, user, spot, privilege) {
        return Ok(());
    }
    if world.policy.varies(Variant::HiddenAs404) && !holds(world, user, spot, P::Read) {
        return Err(Refusal::not_found());
    }
    let href = world
        .hrefs
        .of(&Place::Home(spot.clone()), world.store.collection(spot).is_some());
    let condition = Element::new(dav("need-privileges")).child(
        Element::new(dav("resource"))
            .child(Element::new(dav("href")).with_text(href))
            .child(privilege.element()),
    );
    Err(Refusal::element(
        403,
        condition,
        format!("{} is needed", privilege.qname()),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        for (index, privilege) in Privilege::all().enumerate() {
            assert_eq!(privilege as usize, index);
        }
    }

    #[test]
    fn aggregates_contain_their_parts() {
        assert!(P::All.contains(P::ScheduleSendFreebusy));
        assert!(P::ScheduleDeliver.contains(P::ScheduleQueryFreebusy));
        assert!(!P::ScheduleDeliver.contains(P::ScheduleSend));
        assert!(P::Read.contains(P::ReadFreeBusy) && !P::ReadFreeBusy.contains(P::Read));
        assert_eq!(P::ScheduleSend.leaves().count(), 3);
        assert_eq!(P::Read.leaves().collect::<Vec<_>>(), [P::Read, P::ReadFreeBusy]);
    }
}
