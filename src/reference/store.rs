//! What is stored: a tree of collections and objects for each calendar home.

use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::Timestamp;

use crate::dav::{Element, QName};

use super::access::Ace;
use super::path::{DEFAULT_CALENDAR, INBOX, OUTBOX, Spot};
use super::scheduling::Stored;

/// All homes. Revisions count every change, over all of them.
#[derive(Debug, Default)]
pub struct Store {
    homes: BTreeMap<String, Collection>,
    revision: u64,
}

/// What kind of collection it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Home,
    /// With the component types that it takes.
    Calendar(Vec<String>),
    /// With the name of the default calendar in the same home, if there is one.
    Inbox(Option<Vec<String>>),
    Outbox,
    Plain,
}

#[derive(Debug, Clone)]
pub struct Collection {
    pub kind: Kind,
    /// Dead properties, and live ones that clients may set.
    pub props: BTreeMap<QName, Element>,
    /// What was set by ACL; owner and inherited entries are not among them.
    pub acl: Vec<Ace>,
    members: BTreeMap<String, Member>,
    /// Names of members that were removed, with the revision.
    removed: BTreeMap<String, u64>,
    pub revision: u64,
    pub created: Timestamp,
}

#[derive(Debug, Clone)]
pub enum Member {
    Collection(Collection),
    Object(Box<Object>),
}

/// A resource that is no collection.
#[derive(Debug, Clone)]
pub struct Object {
    pub octets: Bytes,
    pub content_type: String,
    /// What the octets say, of calendar objects and Inbox items.
    pub calendar: Option<Stored>,
    /// Without quotes.
    pub etag: String,
    /// Without quotes; scheduling objects only.
    pub schedule_tag: Option<String>,
    pub props: BTreeMap<QName, Element>,
    pub revision: u64,
    pub created: Timestamp,
    pub modified: Timestamp,
}

/// What is at a place.
#[derive(Debug, Clone, Copy)]
pub enum Found<'a> {
    Collection(&'a Collection),
    Object(&'a Object),
}

impl Object {
    pub fn new(octets: Bytes, content_type: &str, now: Timestamp) -> Object {
        Object {
            octets,
            content_type: content_type.to_owned(),
            calendar: None,
            etag: String::new(),
            schedule_tag: None,
            props: BTreeMap::new(),
            revision: 0,
            created: now,
            modified: now,
        }
    }

    /// The UID in it.
    pub fn uid(&self) -> Option<String> {
        super::scheduling::uid(&self.calendar.as_ref()?.document).or_else(|| {
            self.calendar
                .as_ref()?
                .document
                .calendar()?
                .components()
                .find_map(|part| part.text("UID"))
        })
    }
}

impl Collection {
    pub fn new(kind: Kind, now: Timestamp) -> Collection {
        Collection {
            kind,
            props: BTreeMap::new(),
            acl: Vec::new(),
            members: BTreeMap::new(),
            removed: BTreeMap::new(),
            revision: 0,
            created: now,
        }
    }

    pub fn is_calendar(&self) -> bool {
        matches!(self.kind, Kind::Calendar(_))
    }

    pub fn members(&self) -> impl Iterator<Item = (&str, Found<'_>)> {
        self.members
            .iter()
            .map(|(name, member)| (name.as_str(), member.found()))
    }

    pub fn objects(&self) -> impl Iterator<Item = (&str, &Object)> {
        self.members.iter().filter_map(|(name, member)| match member {
            Member::Object(object) => Some((name.as_str(), object.as_ref())),
            Member::Collection(_) => None,
        })
    }

    /// Names removed after that revision and not there again.
    pub fn removed_since(&self, revision: u64) -> impl Iterator<Item = &str> {
        self.removed
            .iter()
            .filter(move |(name, at)| **at > revision && !self.members.contains_key(*name))
            .map(|(name, _)| name.as_str())
    }

    /// Adds a member to a collection that is not in the store yet, as a home is built.
    fn adopt(&mut self, name: &str, collection: Collection) {
        self.members
            .insert(name.to_owned(), Member::Collection(collection));
    }
}

impl Member {
    fn found(&self) -> Found<'_> {
        match self {
            Member::Collection(collection) => Found::Collection(collection),
            Member::Object(object) => Found::Object(object),
        }
    }
}

impl<'a> Found<'a> {
    pub fn collection(self) -> Option<&'a Collection> {
        match self {
            Found::Collection(collection) => Some(collection),
            Found::Object(_) => None,
        }
    }

    pub fn object(self) -> Option<&'a Object> {
        match self {
            Found::Object(object) => Some(object),
            Found::Collection(_) => None,
        }
    }

    pub fn props(self) -> &'a BTreeMap<QName, Element> {
        match self {
            Found::Collection(collection) => &collection.props,
            Found::Object(object) => &object.props,
        }
    }
}

impl Store {
    /// A home with Inbox, Outbox and the default calendar.
    pub fn provision(&mut self, user: &str, now: Timestamp) {
        let mut home = Collection::new(Kind::Home, now);
        let mut inbox = Collection::new(Kind::Inbox(Some(vec![DEFAULT_CALENDAR.to_owned()])), now);
        inbox.acl = Ace::inbox_defaults();
        home.adopt(INBOX, inbox);
        home.adopt(OUTBOX, Collection::new(Kind::Outbox, now));
        let components = ["VEVENT", "VTODO"].map(str::to_owned).to_vec();
        home.adopt(DEFAULT_CALENDAR, Collection::new(Kind::Calendar(components), now));
        self.homes.insert(user.to_owned(), home);
    }

    /// The number of the last change.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    fn next(&mut self) -> u64 {
        self.revision += 1;
        self.revision
    }

    /// A new value for an entity tag, a schedule tag or a name: never the same twice.
    pub fn fresh(&mut self) -> String {
        // Spread over 64 bits, so that nobody takes tags for a sequence.
        format!("{:016x}", self.next().wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    pub fn find(&self, spot: &Spot) -> Option<Found<'_>> {
        let mut collection = self.homes.get(&spot.user)?;
        let Some((last, way)) = spot.names.split_last() else {
            return Some(Found::Collection(collection));
        };
        for name in way {
            collection = match collection.members.get(name)? {
                Member::Collection(inner) => inner,
                Member::Object(_) => return None,
            };
        }
        collection.members.get(last).map(Member::found)
    }

    pub fn collection(&self, spot: &Spot) -> Option<&Collection> {
        self.find(spot)?.collection()
    }

    pub fn object(&self, spot: &Spot) -> Option<&Object> {
        self.find(spot)?.object()
    }

    pub fn collection_mut(&mut self, spot: &Spot) -> Option<&mut Collection> {
        let mut collection = self.homes.get_mut(&spot.user)?;
        for name in &spot.names {
            collection = match collection.members.get_mut(name)? {
                Member::Collection(inner) => inner,
                Member::Object(_) => return None,
            };
        }
        Some(collection)
    }

    /// The object, to change what is neither its octets nor its tags.
    pub fn object_mut(&mut self, spot: &Spot) -> Option<&mut Object> {
        let parent = self.collection_mut(&spot.parent()?)?;
        match parent.members.get_mut(spot.name()?)? {
            Member::Object(object) => Some(object),
            Member::Collection(_) => None,
        }
    }

    /// Puts an object there, in place of what was there; nothing happens without a parent collection.
    /// The caller sets its tags.
    pub fn put(&mut self, spot: &Spot, mut object: Object) {
        let revision = self.next();
        object.revision = revision;
        self.insert(spot, Member::Object(Box::new(object)), revision);
    }

    pub fn put_collection(&mut self, spot: &Spot, mut collection: Collection) {
        let revision = self.next();
        collection.revision = revision;
        self.insert(spot, Member::Collection(collection), revision);
    }

    fn insert(&mut self, spot: &Spot, member: Member, revision: u64) {
        let (Some(parent), Some(name)) = (spot.parent(), spot.name()) else {
            return;
        };
        if let Some(collection) = self.collection_mut(&parent) {
            collection.members.insert(name.to_owned(), member);
            collection.revision = revision;
        }
    }

    /// A copy of a collection under another name, its objects with entity tags of their own.
    pub fn copy_collection(&mut self, from: &Spot, to: &Spot, with_members: bool) {
        let Some(mut copy) = self.collection(from).cloned() else {
            return;
        };
        copy.acl.clear();
        if !with_members {
            copy.members.clear();
        }
        let mut waiting = vec![&mut copy];
        while let Some(collection) = waiting.pop() {
            collection.removed.clear();
            for member in collection.members.values_mut() {
                match member {
                    Member::Object(object) => {
                        object.etag = self.fresh();
                        object.revision = self.revision;
                    }
                    Member::Collection(inner) => waiting.push(inner),
                }
            }
        }
        self.put_collection(to, copy);
    }

    /// Takes away what is there, with everything in it.
    pub fn remove(&mut self, spot: &Spot) -> Option<Member> {
        let revision = self.next();
        let collection = self.collection_mut(&spot.parent()?)?;
        let member = collection.members.remove(spot.name()?)?;
        collection.removed.insert(spot.name()?.to_owned(), revision);
        collection.revision = revision;
        Some(member)
    }

    /// A changed property or privilege of the collection itself.
    pub fn touch(&mut self, spot: &Spot) {
        let revision = self.next();
        if let Some(collection) = self.collection_mut(spot) {
            collection.revision = revision;
        }
    }

    /// Every calendar below the home, with its spot.
    pub fn calendars(&self, user: &str) -> Vec<(Spot, &Collection)> {
        let mut found = Vec::new();
        let mut waiting: Vec<(Spot, &Collection)> = self
            .homes
            .get(user)
            .map(|home| (Spot::new(user, &[]), home))
            .into_iter()
            .collect();
        while let Some((spot, collection)) = waiting.pop() {
            for (name, member) in collection.members() {
                if let Found::Collection(inner) = member {
                    waiting.push((spot.child(name), inner));
                }
            }
            if collection.is_calendar() {
                found.push((spot, collection));
            }
        }
        found.sort_by(|(a, _), (b, _)| a.cmp(b));
        found
    }
}
