//! Removing what a run made, in the order that sends nobody new mail.

use std::collections::BTreeSet;

use url::Url;

use super::execute::{Actor, Story};
use super::ledger::Kind;
use super::objects::{self, Object};
use super::run::Shared;
use crate::client::{Context, Request};
use crate::event::{Event, Purpose, Residue};
use crate::ical::address::address_eq;
use crate::target::CalendarUser;

/// How often the whole target is looked through at the end, while there still is something.
const SWEEPS: u32 = 8;

/// What could not be removed, by user.
struct Left {
    user: usize,
    urls: Vec<String>,
}

impl Story<'_> {
    /// Removes what the scenario made: attendee copies (with `Schedule-Reply: F`), the organizer's objects, Inbox items,
    /// collections. Puts back properties that it changed. What cannot be removed goes to the log.
    pub(super) async fn clean_up(&self) {
        if !self.ledger.wrote && self.ledger.made(Kind::Collection).next().is_none() {
            return;
        }
        let actors: Vec<&Actor> = self.cast.values().collect();
        let mut copies: Vec<(usize, Url)> = Vec::new();
        let mut originals: Vec<(usize, Url)> = Vec::new();
        if self.ledger.wrote {
            for actor in &actors {
                for object in self.objects_of(actor).await {
                    let is_original = is_organized_by(&object, &actor.user);
                    let list = if is_original { &mut originals } else { &mut copies };
                    list.push((actor.index, object.url));
                }
            }
        }
        for made in self.ledger.made(Kind::Object) {
            let known = |list: &[(usize, Url)]| list.iter().any(|(_, url)| *url == made.url);
            if !known(&copies) && !known(&originals) {
                originals.push((made.user, made.url.clone()));
            }
        }
        for (index, before) in self.ledger.changed() {
            let Some(user) = self.shared.discovered.users.get(*index) else {
                continue;
            };
            // A failure shows in the log as an exchange.
            let _ = before
                .put_back(&self.shared.client, self.place(user), user.credentials.as_ref())
                .await;
        }
        let shared = self.shared;
        let mut left = Vec::new();
        shared
            .remove_all(Some(&self.planned.id), &copies, true, &mut left)
            .await;
        shared
            .remove_all(Some(&self.planned.id), &originals, false, &mut left)
            .await;
        if self.ledger.wrote {
            for actor in &actors {
                let items = shared
                    .messages_of(Some(&self.planned.id), actor.index, &self.uid)
                    .await;
                shared
                    .remove_all(Some(&self.planned.id), &items, false, &mut left)
                    .await;
            }
        }
        let collections: Vec<(usize, Url)> = self
            .ledger
            .made(Kind::Collection)
            .rev()
            .map(|made| (made.user, made.url.clone()))
            .collect();
        shared
            .remove_all(Some(&self.planned.id), &collections, false, &mut left)
            .await;
        shared.report(Some(&self.planned.id), left);
    }

    async fn objects_of(&self, actor: &Actor) -> Vec<Object> {
        let mut all: Vec<Object> = Vec::new();
        for calendar in self.calendars_of(actor) {
            let found = objects::by_uid(
                &self.shared.client,
                self.place(&actor.user),
                actor.user.credentials.as_ref(),
                &calendar,
                self.components(),
                &self.uid,
            )
            .await;
            // What the scenario is known to have made is removed all the same.
            all.extend(found.unwrap_or_default());
        }
        all
    }

    fn place<'a>(&'a self, user: &'a CalendarUser) -> Context<'a> {
        place(Some(&self.planned.id), user)
    }
}

impl Shared {
    /// At the end of a run: what asynchronous deliveries have left since, for the users that took part.
    pub(super) async fn sweep(&self, users: &BTreeSet<usize>) {
        let mut left = Vec::new();
        for sweep in 0..SWEEPS {
            if sweep > 0 {
                tokio::time::sleep(std::time::Duration::from_millis(50 << sweep.min(4))).await;
            }
            left.clear();
            let mut found = false;
            for &index in users {
                let mut copies = Vec::new();
                let mut originals = Vec::new();
                let Some(user) = self.discovered.users.get(index) else {
                    continue;
                };
                let calendars = user.default_calendar.iter().chain(&user.working_calendar);
                let calendars: BTreeSet<&Url> = calendars
                    .chain(user.calendars.iter().map(|calendar| &calendar.url))
                    .collect();
                for calendar in calendars {
                    let objects = objects::by_uid(
                        &self.client,
                        place(None, user),
                        user.credentials.as_ref(),
                        calendar,
                        &["VEVENT"],
                        &self.uid,
                    )
                    .await;
                    for object in objects.unwrap_or_default() {
                        let list = if is_organized_by(&object, user) {
                            &mut originals
                        } else {
                            &mut copies
                        };
                        list.push((index, object.url));
                    }
                }
                let items = self.messages_of(None, index, &self.uid).await;
                found |= !(copies.is_empty() && originals.is_empty() && items.is_empty());
                self.remove_all(None, &copies, true, &mut left).await;
                self.remove_all(None, &originals, false, &mut left).await;
                self.remove_all(None, &items, false, &mut left).await;
            }
            if !found {
                break;
            }
        }
        self.report(None, left);
    }

    /// The messages in a user's Inbox whose UID begins with this.
    async fn messages_of(&self, scenario: Option<&str>, index: usize, uid: &str) -> Vec<(usize, Url)> {
        let (Some(user), Some(shelf)) = (
            self.discovered.users.get(index),
            self.inboxes.get(index).and_then(Option::as_ref),
        ) else {
            return Vec::new();
        };
        let mut shelf = shelf.lock().await;
        if shelf
            .look(&self.client, place(scenario, user), user.credentials.as_ref())
            .await
            .is_err()
        {
            return Vec::new();
        }
        let is_ours = |item: &&super::shelf::Item| match &item.head {
            Ok(head) => head.uid.starts_with(uid),
            Err(_) => super::execute::contains(&item.answer.body, uid.as_bytes()),
        };
        shelf
            .items()
            .filter(is_ours)
            .map(|item| (index, item.url.clone()))
            .collect()
    }

    async fn remove_all(
        &self,
        scenario: Option<&str>,
        list: &[(usize, Url)],
        silently: bool,
        left: &mut Vec<Left>,
    ) {
        for (index, url) in list {
            let Some(user) = self.discovered.users.get(*index) else {
                continue;
            };
            let mut request = Request::new("DELETE", url.clone());
            if silently {
                request = request.header("Schedule-Reply", "F");
            }
            let answer = match self.recorder().lost_in_a_row() {
                // Nobody is there any more: it would only take time.
                3.. => None,
                _ => self
                    .client
                    .send(place(scenario, user), user.credentials.as_ref(), request)
                    .await
                    .ok(),
            };
            let gone = answer.is_some_and(|answer| answer.is_success() || matches!(answer.status, 404 | 410));
            if gone {
                continue;
            }
            match left.iter_mut().find(|left| left.user == *index) {
                Some(left) => left.urls.push(url.to_string()),
                None => left.push(Left {
                    user: *index,
                    urls: vec![url.to_string()],
                }),
            }
        }
    }

    fn report(&self, scenario: Option<&str>, left: Vec<Left>) {
        for Left { user, urls } in left {
            let user = self
                .discovered
                .users
                .get(user)
                .map(|user| user.name.clone())
                .unwrap_or_default();
            self.recorder()
                .write(scenario, Event::Residue(Residue { user, urls }));
        }
    }
}

fn place<'a>(scenario: Option<&'a str>, user: &'a CalendarUser) -> Context<'a> {
    Context {
        scenario,
        step: "(clean-up)",
        purpose: Purpose::CleanUp,
        user: Some(&user.name),
    }
}

/// An object without ORGANIZER is nobody's copy.
fn is_organized_by(object: &Object, user: &CalendarUser) -> bool {
    object.head.organizer.as_ref().is_none_or(|organizer| {
        user.addresses
            .iter()
            .any(|address| address_eq(address, organizer))
    })
}
