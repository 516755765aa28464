//! Removing what a run made, in the order that sends nobody new mail.

use std::collections::BTreeSet;
use std::time::Duration;

use url::Url;

use super::execute::{Actor, Story, contains};
use super::ledger::Kind;
use super::objects;
use super::run::Shared;
use super::shelf::Item;
use crate::client::{Context, Request};
use crate::event::{Event, Purpose, Residue};
use crate::scenario::Capability;
use crate::target::CalendarUser;

/// How often the users' collections are looked through at the end, while there still is something.
const SWEEPS: u32 = 8;

/// A user's index and a URL that this user is to remove.
type Entry = (usize, Url);

impl Story<'_> {
    /// Removes what the scenario made: attendee copies (with `Schedule-Reply: F`), the organizer's objects, Inbox items,
    /// collections. Puts back properties that it changed. What cannot be removed goes to the log.
    pub(super) async fn clean_up(&self) {
        if !self.ledger.wrote && self.ledger.made(Kind::Collection).next().is_none() {
            return;
        }
        let mut broom = Broom {
            shared: self.shared,
            scenario: Some(&self.planned.id),
            uid: &self.uid,
            components: self.components(),
            left: Vec::new(),
        };
        for (index, before) in self.ledger.changed() {
            if let Some(user) = self.shared.discovered.users.get(*index) {
                // A failure shows in the log as an exchange.
                let _ = before
                    .put_back(&self.shared.client, broom.place(user), user.credentials.as_ref())
                    .await;
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
        let mut broom = Broom {
            shared: self,
            scenario: None,
            uid: &self.uid,
            components: if self.discovered.capabilities.has(Capability::Vtodo) {
                &["VEVENT", "VTODO"]
            } else {
                &["VEVENT"]
            },
            left: Vec::new(),
        };
        for sweep in 0..SWEEPS {
            if sweep > 0 {
                tokio::time::sleep(Duration::from_millis(50 << sweep.min(4))).await;
            }
            broom.left.clear();
            let mut there = 0;
            for &index in users {
                let Some(user) = self.discovered.users.get(index) else {
                    continue;
                };
                let actor = Actor {
                    index,
                    user: user.clone(),
                    calendar: None,
                };
                let mut found = Found::default();
                broom.find(&actor, &user.all_calendars(), &mut found).await;
                let items = broom.messages_of(index, user).await;
                there += found.copies.len() + found.originals.len() + items.len();
                broom.remove(&found.copies, true).await;
                broom.remove(&found.originals, false).await;
                broom.remove(&items, false).await;
            }
            // Nothing there, or nothing that can be removed.
            if there == broom.left.len() {
                break;
            }
        }
        broom.report();
    }
}

/// Objects of ours.
#[derive(Default)]
struct Found {
    copies: Vec<Entry>,
    originals: Vec<Entry>,
}

/// Finds and removes what has UIDs that begin with `uid`.
struct Broom<'s> {
    shared: &'s Shared,
    scenario: Option<&'s str>,
    uid: &'s str,
    components: &'static [&'static str],
    /// What could not be removed.
    left: Vec<Entry>,
}

impl Broom<'_> {
    fn place<'a>(&'a self, user: &'a CalendarUser) -> Context<'a> {
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
            for object in objects.unwrap_or_default() {
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
    async fn messages_of(&self, index: usize, user: &CalendarUser) -> Vec<Entry> {
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
            Ok(head) => head.uid.starts_with(self.uid),
            Err(_) => contains(&item.answer.body, self.uid.as_bytes()),
        };
        shelf
            .items()
            .filter(is_ours)
            .map(|item| (index, item.url.clone()))
            .collect()
    }

    async fn remove(&mut self, list: &[Entry], silently: bool) {
        for (index, url) in list {
            if !self.delete(*index, url, silently).await {
                self.left.push((*index, url.clone()));
            }
        }
    }

    /// What is in a collection goes with it.
    async fn remove_collections(&mut self, list: &[Entry]) {
        for (index, url) in list {
            if self.delete(*index, url, false).await {
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
        // When nobody is there any more, trying only takes time.
        if self.shared.recorder().lost_in_a_row() >= 3 {
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
