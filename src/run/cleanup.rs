//! Removing what a run made, in the order that sends nobody new mail.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::execute::{Actor, Story, contains};
use super::ledger::Kind;
use super::run::Shared;
use super::shelf::Item;
use super::{mark, objects, restore};
use crate::client::{Context, Request};
use crate::event::{Event, Purpose, Residue, Undone};
use crate::scenario::Capability;
use crate::target::CalendarUser;

/// How often the users' collections are looked through at the end, while there still is something.
const SWEEPS: u32 = 8;
/// Exchanges in a row without an answer after which no more are tried: it only takes time.
const GONE: u32 = 3;

/// A user's index and a URL that this user is to remove.
pub(super) type Entry = (usize, Url);

impl Story<'_> {
    /// Removes what the scenario made: attendee copies (with `Schedule-Reply: F`), the organizer's objects, Inbox items,
    /// collections. Puts back properties that it changed. What cannot be removed goes to the log.
    pub(super) async fn clean_up(&self) {
        if !self.ledger.wrote && self.ledger.made(Kind::Collection).next().is_none() {
            return;
        }
        let scenario = self.planned.id.as_str();
        let mut broom = Broom::new(self.shared, Some(scenario), &self.uid, self.components());
        for (index, before) in self.ledger.changed() {
            let Some(user) = self.shared.discovered.users.get(*index) else {
                continue;
            };
            if broom.is_alone() {
                break;
            }
            let undo = before.undo(&user.name);
            let client = &self.shared.client;
            let answer = restore::put_back(client, broom.place(user), user.credentials.as_ref(), &undo).await;
            // What is refused now could not be changed before.
            if answer.is_ok_and(|answer| answer.status < 500) {
                let undone = Undone {
                    user: undo.user,
                    url: undo.url,
                };
                client.recorder().write(Some(scenario), Event::Undone(undone));
            }
        }
        let mut found = Found::default();
        if self.ledger.wrote {
            for actor in self.cast.values() {
                // The scenario's own calendars have only what it put there, unless it made one of them the default.
                let calendars = match self.ledger.changed().next() {
                    None => actor.user.all_calendars(),
                    Some(_) => self.calendars_of(actor),
                };
                broom.find(actor, &calendars, &mut found).await;
            }
        }
        for made in self.ledger.made(Kind::Object) {
            let entry = (made.user, made.url.clone());
            if !found.copies.contains(&entry) && !found.originals.contains(&entry) {
                let list = if made.is_copy {
                    &mut found.copies
                } else {
                    &mut found.originals
                };
                list.push(entry);
            }
        }
        broom.remove(&found.copies, true).await;
        broom.remove(&found.originals, false).await;
        if self.ledger.wrote {
            for actor in self.cast.values() {
                let items = broom.messages_of(actor.index, &actor.user).await;
                broom.remove(&items, false).await;
            }
        }
        let collections = self.ledger.made(Kind::Collection).rev();
        let collections: Vec<Entry> = collections.map(|made| (made.user, made.url.clone())).collect();
        broom.remove_collections(&collections).await;
        broom.report();
    }
}

impl Shared {
    /// At the end of a run: what asynchronous deliveries have left since, for the users that took part.
    pub(super) async fn sweep(&self, users: &BTreeSet<usize>) {
        let mut broom = Broom::new(self, None, &self.uid, self.components());
        broom.sweep(users).await;
        broom.report();
    }

    /// The component types that objects may have.
    fn components(&self) -> &'static [&'static str] {
        if self.discovered.capabilities.has(Capability::Vtodo) {
            &["VEVENT", "VTODO"]
        } else {
            &["VEVENT"]
        }
    }
}

/// Objects of ours.
#[derive(Default)]
pub(super) struct Found {
    pub copies: Vec<Entry>,
    pub originals: Vec<Entry>,
}

/// Finds and removes what has UIDs that begin with `uid`.
pub(super) struct Broom<'s> {
    shared: &'s Shared,
    scenario: Option<&'s str>,
    uid: &'s str,
    components: &'static [&'static str],
    /// What was removed, and what could not be.
    pub removed: BTreeSet<Entry>,
    pub left: Vec<Entry>,
}

impl<'s> Broom<'s> {
    fn new(
        shared: &'s Shared,
        scenario: Option<&'s str>,
        uid: &'s str,
        components: &'static [&'static str],
    ) -> Broom<'s> {
        Broom {
            shared,
            scenario,
            uid,
            components,
            removed: BTreeSet::new(),
            left: Vec::new(),
        }
    }

    /// For what any run has left.
    pub fn of_any_run(shared: &'s Shared) -> Broom<'s> {
        Broom::new(shared, None, mark::PREFIX, shared.components())
    }

    /// Removes objects and messages until there are none any more, or none that can be removed.
    pub async fn sweep(&mut self, users: &BTreeSet<usize>) {
        for sweep in 0..SWEEPS {
            if sweep > 0 {
                tokio::time::sleep(Duration::from_millis(50 << sweep.min(4))).await;
            }
            self.left.clear();
            let mut there = 0;
            for &index in users {
                let Some(user) = self.shared.discovered.users.get(index).cloned() else {
                    continue;
                };
                let found = self.found_of(index, &user).await;
                let items = self.messages_of(index, &user).await;
                there += found.copies.len() + found.originals.len() + items.len();
                self.remove(&found.copies, true).await;
                self.remove(&found.originals, false).await;
                self.remove(&items, false).await;
            }
            if there == self.left.len() || self.is_alone() {
                break;
            }
        }
    }

    /// The objects in a user's calendars.
    pub async fn found_of(&self, index: usize, user: &Arc<CalendarUser>) -> Found {
        let actor = Actor {
            index,
            user: user.clone(),
            calendar: None,
        };
        let mut found = Found::default();
        self.find(&actor, &user.all_calendars(), &mut found).await;
        found
    }

    /// Nobody is there any more.
    fn is_alone(&self) -> bool {
        self.shared.recorder().lost_in_a_row() >= GONE
    }

    /// A UID that was found by its beginning.
    fn is_ours(&self, uid: &str) -> bool {
        uid.starts_with(self.uid) && mark::is_of_a_run(uid)
    }

    pub fn place<'a>(&'a self, user: &'a CalendarUser) -> Context<'a> {
        Context {
            scenario: self.scenario,
            step: "(clean-up)",
            purpose: Purpose::CleanUp,
            user: Some(&user.name),
        }
    }

    /// The user's objects, the organizer's own told from copies.
    async fn find(&self, actor: &Actor, calendars: &[Url], found: &mut Found) {
        let Some(shelves) = self.shared.calendars.get(actor.index) else {
            return;
        };
        let shelves = &mut *shelves.lock().await;
        for calendar in calendars {
            if self.is_alone() {
                return;
            }
            let (client, credentials) = (&self.shared.client, actor.user.credentials.as_ref());
            let place = self.place(&actor.user);
            let objects = objects::by_uid(
                shelves,
                client,
                place,
                credentials,
                calendar,
                self.components,
                self.uid,
            )
            .await;
            // What is known to have been made is removed even if it cannot be searched for.
            let objects = objects.unwrap_or_default().into_iter();
            for object in objects.filter(|object| self.is_ours(&object.head.uid)) {
                let list = if object.head.is_organized_by(&actor.user.addresses) {
                    &mut found.originals
                } else {
                    &mut found.copies
                };
                list.push((actor.index, object.url));
            }
        }
    }

    /// The messages in a user's Inbox.
    pub async fn messages_of(&self, index: usize, user: &CalendarUser) -> Vec<Entry> {
        if self.is_alone() {
            return Vec::new();
        }
        let Some(shelf) = self.shared.inboxes.get(index).and_then(Option::as_ref) else {
            return Vec::new();
        };
        let mut shelf = shelf.lock().await;
        let look = shelf
            .look(&self.shared.client, self.place(user), user.credentials.as_ref())
            .await;
        if look.is_err() {
            return Vec::new();
        }
        let is_ours = |item: &&Item| match &item.head {
            Ok(head) => self.is_ours(&head.uid),
            Err(_) => contains(&item.answer.body, self.uid.as_bytes()) && mark::stands_in(&item.answer.body),
        };
        shelf
            .items()
            .filter(is_ours)
            .map(|item| (index, item.url.clone()))
            .collect()
    }

    async fn remove(&mut self, list: &[Entry], silently: bool) {
        for (index, url) in list {
            if self.delete(*index, url, silently).await {
                self.removed.insert((*index, url.clone()));
            } else {
                self.left.push((*index, url.clone()));
            }
        }
    }

    /// What is in a collection goes with it.
    pub async fn remove_collections(&mut self, list: &[Entry]) {
        for (index, url) in list {
            if self.delete(*index, url, false).await {
                self.removed.insert((*index, url.clone()));
                self.left
                    .retain(|(_, left)| !left.as_str().starts_with(url.as_str()));
            } else {
                self.left.push((*index, url.clone()));
            }
        }
    }

    async fn delete(&self, index: usize, url: &Url, silently: bool) -> bool {
        let Some(user) = self.shared.discovered.users.get(index) else {
            return false;
        };
        if self.is_alone() {
            return false;
        }
        let mut request = Request::new("DELETE", url.clone());
        if silently {
            request = request.header("Schedule-Reply", "F");
        }
        let answer = self
            .shared
            .client
            .send(self.place(user), user.credentials.as_ref(), request)
            .await;
        answer.is_ok_and(|answer| answer.is_success() || matches!(answer.status, 404 | 410))
    }

    fn report(self) {
        let users: BTreeSet<usize> = self.left.iter().map(|(index, _)| *index).collect();
        for index in users {
            let urls = self.left.iter().filter(|(of, _)| *of == index);
            let residue = Residue {
                user: self
                    .shared
                    .discovered
                    .users
                    .get(index)
                    .map_or_else(String::new, |user| user.name.clone()),
                urls: urls.map(|(_, url)| url.to_string()).collect(),
            };
            self.shared
                .recorder()
                .write(self.scenario, Event::Residue(residue));
        }
    }
}
