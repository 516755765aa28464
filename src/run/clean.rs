//! Bringing back what was, after runs that could not clean up themselves.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use url::Url;

use super::cleanup::{Broom, Entry};
use super::restore::{is_accepted, put_back};
use super::run::{Options, Shared};
use super::session::RunError;
use super::{inventory, mark};
use crate::client::{Client, Recorder, Redactor};
use crate::dav::{caldav, dav};
use crate::event::{LogWriter, Undo};
use crate::scenario::Capability;
use crate::target::propfind::{Listing, propfind};
use crate::target::{CalendarUser, Leases, Target, discover};

/// How long other runs of this machine on the same users are waited for.
const TURN: Duration = Duration::from_secs(10);

/// What there was of ours, and what became of it.
#[derive(Debug, Default)]
pub struct Cleaned {
    /// What was removed or put back; in a dry run, what would be.
    pub done: Vec<Thing>,
    /// What could not be.
    pub left: Vec<Thing>,
    /// What could not be looked at, in words.
    pub problems: Vec<String>,
}

/// Something that a run has left.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Thing {
    pub user: String,
    pub kind: ThingKind,
    pub url: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ThingKind {
    Object,
    /// In an Inbox.
    Message,
    Collection,
    /// Of a resource, changed by a run.
    Properties,
}

impl ThingKind {
    /// The word for one of them, and for several.
    pub fn words(self) -> [&'static str; 2] {
        match self {
            ThingKind::Object => ["calendar object", "calendar objects"],
            ThingKind::Message => ["Inbox item", "Inbox items"],
            ThingKind::Collection => ["collection", "collections"],
            ThingKind::Properties => ["properties", "properties"],
        }
    }
}

/// Removes what any run has left of all users of a target, in the order that sends nobody new mail, and puts back the
/// properties that a log tells to undo. What has no UID and no name of a run stays as it is.
///
/// # Errors
/// When the target cannot be reached, or another run tests with its users.
pub async fn clean(mut target: Target, undo: Vec<Undo>, dry_run: bool) -> Result<Cleaned, RunError> {
    // Nothing is tried out, and no reset.
    target.capabilities = Some(vec![Capability::Vtodo]);
    let redactor = Redactor::new(target.users.iter().filter_map(|user| user.credentials.as_ref()));
    let recorder = Recorder::new(Arc::new(LogWriter::new(std::io::sink())), redactor);
    let client = Client::new(target.client_config(), Arc::new(recorder)).map_err(RunError::Configuration)?;
    let client = Arc::new(client);
    let discovered = discover(&client, &target).await?;
    let names = target.users.iter().map(|user| user.name.as_str());
    let leases = Leases::new(&target.base, names).map_err(|(path, error)| {
        RunError::Configuration(format!(
            "cannot lock calendar users with {}: {error}",
            path.display()
        ))
    })?;
    let all: Vec<usize> = (0..discovered.users.len()).collect();
    let _lease = timeout(TURN, leases.acquire(all.len(), &all))
        .await
        .map_err(|_| {
            let why = "another run on this machine tests with these users: clean when it has ended";
            RunError::Configuration(why.to_owned())
        })?;
    let shared = Shared::new(client, target, discovered, leases.clone(), &Options::default());
    let mut cleaning = Cleaning {
        broom: Broom::of_any_run(&shared),
        shared: &shared,
        dry_run,
        cleaned: Cleaned::default(),
    };
    cleaning.properties(undo).await;
    cleaning.objects().await;
    cleaning.collections().await;
    Ok(cleaning.end())
}

struct Cleaning<'s> {
    shared: &'s Shared,
    broom: Broom<'s>,
    dry_run: bool,
    cleaned: Cleaned,
}

impl Cleaning<'_> {
    fn users(&self) -> Vec<(usize, Arc<CalendarUser>)> {
        (0..).zip(self.shared.discovered.users.iter().cloned()).collect()
    }

    async fn properties(&mut self, undo: Vec<Undo>) {
        for undo in undo {
            let thing = Thing {
                user: undo.user.clone(),
                kind: ThingKind::Properties,
                url: undo.url.clone(),
            };
            let users = &self.shared.discovered.users;
            let Some(user) = users.iter().find(|user| user.name == undo.user) else {
                let why = format!("the log tells of {}, who is no user of the target", undo.user);
                self.cleaned.problems.push(why);
                continue;
            };
            let is_done = self.dry_run || {
                let (client, place) = (&self.shared.client, self.broom.place(user));
                let answer = put_back(client, place, user.credentials.as_ref(), &undo).await;
                answer.is_ok_and(|answer| is_accepted(&answer))
            };
            if is_done {
                self.cleaned.done.push(thing);
            } else {
                self.cleaned.left.push(thing);
            }
        }
    }

    async fn objects(&mut self) {
        if self.dry_run {
            for (index, user) in self.users() {
                let found = self.broom.found_of(index, &user).await;
                let items = self.broom.messages_of(index, &user).await;
                self.broom.removed.extend(found.copies);
                self.broom.removed.extend(found.originals);
                self.broom.removed.extend(items);
            }
        } else {
            let all: BTreeSet<usize> = self.users().into_iter().map(|(index, _)| index).collect();
            self.broom.sweep(&all).await;
        }
    }

    /// What has a name of ours in a home: what was in it has gone by then.
    async fn collections(&mut self) {
        let mut found: Vec<Entry> = Vec::new();
        for (index, user) in self.users() {
            let Some(home) = &user.home else { continue };
            match named_ones(self.shared, &self.broom, &user, home).await {
                Ok(urls) => found.extend(urls.into_iter().map(|url| (index, url))),
                Err(why) => self.cleaned.problems.push(why),
            }
        }
        let found: Vec<Entry> = found
            .into_iter()
            .filter(|entry| !self.broom.removed.contains(entry))
            .collect();
        for (index, url) in &found {
            let thing = self.thing(*index, url, ThingKind::Collection);
            self.cleaned.done.push(thing);
        }
        if !self.dry_run {
            self.broom.remove_collections(&found).await;
        }
    }

    fn thing(&self, index: usize, url: &Url, kind: ThingKind) -> Thing {
        let user = self.shared.discovered.users.get(index);
        Thing {
            user: user.map_or_else(String::new, |user| user.name.clone()),
            kind,
            url: url.to_string(),
        }
    }

    fn end(mut self) -> Cleaned {
        let inboxes: HashMap<usize, String> = self
            .users()
            .into_iter()
            .filter_map(|(index, user)| Some((index, inventory::path(user.inbox.as_ref()?))))
            .collect();
        let kind = |index: usize, url: &Url| {
            let in_inbox = inboxes.get(&index).is_some_and(|inbox| {
                let path = inventory::path(url);
                path.strip_prefix(inbox.as_str())
                    .is_some_and(|rest| rest.starts_with('/'))
            });
            if in_inbox {
                ThingKind::Message
            } else {
                ThingKind::Object
            }
        };
        let left: Vec<Thing> = (self.broom.left.iter())
            .map(|(index, url)| {
                let known = self.cleaned.done.iter().find(|thing| thing.url == url.as_str());
                self.thing(
                    *index,
                    url,
                    known.map_or_else(|| kind(*index, url), |thing| thing.kind),
                )
            })
            .collect();
        self.cleaned.done.retain(|thing| !left.contains(thing));
        let known: BTreeSet<String> = self.cleaned.done.iter().map(|thing| thing.url.clone()).collect();
        let removed: Vec<Thing> = (self.broom.removed.iter())
            .filter(|(_, url)| !known.contains(url.as_str()))
            .map(|(index, url)| self.thing(*index, url, kind(*index, url)))
            .collect();
        self.cleaned.done.extend(removed);
        self.cleaned.left.extend(left);
        self.cleaned.done.sort();
        self.cleaned
    }
}

/// The members of a home that have a name of ours.
async fn named_ones(
    shared: &Shared,
    broom: &Broom<'_>,
    user: &CalendarUser,
    home: &Url,
) -> Result<Vec<Url>, String> {
    let credentials = user.credentials.as_ref();
    let properties = [dav("resourcetype")];
    let listing = propfind(
        &shared.client,
        broom.place(user),
        credentials,
        home,
        "1",
        &properties,
    )
    .await;
    let resources = match listing {
        Ok(Listing::Found(resources)) => resources,
        Ok(Listing::Refused { why, .. }) => return Err(why),
        Err(failure) => return Err(failure.message),
    };
    let home = inventory::path(home);
    let ours = resources.into_iter().filter(|resource| {
        let path = inventory::path(&resource.url);
        let name = path
            .strip_prefix(home.as_str())
            .and_then(|rest| rest.strip_prefix('/'));
        let fixed = ["schedule-inbox", "schedule-outbox"];
        !fixed.iter().any(|kind| resource.is_a(&caldav(kind)))
            && name.is_some_and(|name| !name.contains('/') && mark::is_collection_of_a_run(name))
    });
    Ok(ours.map(|resource| resource.url).collect())
}
