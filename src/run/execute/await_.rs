//! A step that waits for something.

use std::hash::{DefaultHasher, Hash, Hasher};

use url::Url;

use super::super::matchers::{Subject, evaluate};
use super::super::message::Head;
use super::super::objects;
use super::super::plan::PlannedStep;
use super::super::poll::Poll;
use super::super::shelf::{Item, Trouble};
use super::judge::{Answered, Said};
use super::{Actor, State, Story, context};
use crate::client::{Answer, Request};
use crate::event::{Direction, Event, Judgement, Purpose};
use crate::run::FillError;
use crate::scenario::{Await, CalendarQuery, Check, InboxQuery, ResourceQuery, Step};
use crate::target::calendars;

/// What one look came to.
pub(super) enum Look {
    Found(Option<Box<Sight>>),
    /// What there is instead.
    NotYet(String),
    /// It was not possible to look.
    Cannot(String),
}

/// What was waited for, as the answer to a GET.
pub(super) struct Sight {
    pub answer: Answer,
    pub url: Url,
}

/// An Inbox query with its places filled.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub uid: String,
    pub method: Option<String>,
    pub attendee: Option<String>,
}

impl std::fmt::Display for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "a {} with UID {}",
            self.method.as_deref().unwrap_or("message"),
            self.uid
        )?;
        match &self.attendee {
            Some(attendee) => write!(f, " of {attendee}"),
            None => Ok(()),
        }
    }
}

/// A query with its places filled.
enum Query<'s> {
    Inbox(Wanted, &'s [Check]),
    Calendar(String, &'s [Check]),
    Resource(Url, &'s [Check]),
    Removed(String),
}

impl Story<'_> {
    pub(super) async fn wait(&mut self, step: &Step, wait: &Await, cites: &PlannedStep) -> State {
        let id = step.id.value.as_str();
        let actor = match self.actor(step.role.value) {
            Ok(actor) => actor,
            Err(why) => {
                self.all(cites, Judgement::Error, &why);
                return State::Unknown;
            }
        };
        let query = match self.query(wait) {
            Ok(query) => query,
            Err(why) => {
                self.all(cites, Judgement::Blocked, &why);
                return State::Unknown;
            }
        };
        let mut poll = Poll::new(self.shared.target.delivery);
        let look = loop {
            let look = self.look(id, &actor, &query).await;
            if matches!(look, Look::Found(_)) || !poll.again().await {
                break look;
            }
        };
        let look = match look {
            // Reports that search may miss what is there.
            Look::NotYet(instead) => match self.last_look(id, &actor, &query).await {
                Some(sight) => Look::Found(Some(sight)),
                None => Look::NotYet(instead),
            },
            look => look,
        };
        let mut said = Said {
            expected: format!("{query} within {} s", self.shared.target.delivery.as_secs_f32()),
            ..Said::default()
        };
        match look {
            Look::Found(sight) => {
                said.actual = format!("there after {}", poll.tried());
                said.exchange = sight.as_ref().map(|sight| sight.answer.exchange);
                for cite in &cites.own {
                    self.say(cite, Judgement::Holds, said.clone());
                }
                self.seen_by_await(step, &actor, &query, cites, sight);
                State::Came(None)
            }
            Look::NotYet(instead) => {
                said.actual = instead;
                said.notes.push(format!("not so after {}", poll.tried()));
                for cite in &cites.own {
                    self.say(cite, Judgement::Broken { absent: true }, said.clone());
                }
                if cites.own.is_empty() {
                    self.set_up_failed(format!(
                        "step {id}: {} did not come: {}",
                        said.expected, said.actual
                    ));
                }
                self.missed(step, cites);
                State::Unknown
            }
            Look::Cannot(why) => {
                said.actual.clone_from(&why);
                for cite in &cites.own {
                    self.say(cite, Judgement::Error, said.clone());
                }
                if cites.own.is_empty() {
                    self.set_up_failed(format!("step {id}: {why}"));
                }
                self.missed(step, cites);
                State::Unknown
            }
        }
    }

    fn missed(&mut self, step: &Step, cites: &PlannedStep) {
        let why = format!("what step {} waited for did not come", step.id.value);
        self.all_checks(cites, Judgement::Blocked, &why);
        for name in step.capture.keys() {
            self.forget(name, why.clone());
        }
    }

    fn seen_by_await(
        &mut self,
        step: &Step,
        actor: &Actor,
        query: &Query<'_>,
        cites: &PlannedStep,
        sight: Option<Box<Sight>>,
    ) {
        let id = step.id.value.as_str();
        let Some(sight) = sight else {
            self.all_checks(cites, Judgement::Blocked, "there is nothing left to look at");
            return;
        };
        let Sight { answer, url } = *sight;
        self.answered(step, &answer);
        match query {
            Query::Inbox(..) => {
                self.have_seen(actor, &url, &answer);
                self.tell_of_message(id, actor, &answer);
                self.told.insert(actor.index);
            }
            Query::Calendar(uid, _) => {
                self.linter.is_at(&url, uid);
                self.found.insert((actor.index, uid.clone()), url.clone());
            }
            Query::Resource(..) | Query::Removed(_) => {}
        }
        let answered = Answered {
            answer: &answer,
            method: "GET",
            url: url.as_str(),
            failed: None,
        };
        self.checks(step, cites, &answered, None);
        match query {
            Query::Inbox(..) => self.lint_messages(step, cites, actor, &[&answer]),
            _ => self.lint_resource(step, cites, &url, &answer),
        }
        self.captures(id, step, &answered, Some(&url));
    }

    /// Adds to the story what was found in the Inbox of a user.
    pub(super) fn tell_of_message(&self, step: &str, actor: &Actor, answer: &Answer) {
        let Ok(head) = Head::read(&answer.body) else {
            return;
        };
        let method = head.method.clone().unwrap_or_default();
        let user = &actor.user.name;
        let message = head.message(step, user, Direction::Received, &method, Some(answer.exchange));
        self.shared
            .recorder()
            .write(Some(&self.planned.id), Event::Message(message));
    }

    fn query<'s>(&self, wait: &'s Await) -> Result<Query<'s>, String> {
        let words = |error: FillError| self.unfilled(&error);
        Ok(match wait {
            Await::Inbox(query) => Query::Inbox(self.wanted(query).map_err(words)?, &query.until),
            Await::Calendar(CalendarQuery { uid, until }) => {
                Query::Calendar(self.scope.fill(uid).map_err(words)?, until)
            }
            Await::Resource(ResourceQuery { url, until }) => {
                let href = self.scope.fill(url).map_err(words)?;
                let origins = self.shared.client.origins();
                let url = origins
                    .resolve(origins.base(), &href)
                    .map_err(|why| format!("{href} {why}"))?;
                Query::Resource(url, until)
            }
            Await::Removed(CalendarQuery { uid, .. }) => Query::Removed(self.scope.fill(uid).map_err(words)?),
        })
    }

    pub(super) fn wanted(&self, query: &InboxQuery) -> Result<Wanted, FillError> {
        let fill = |text: &Option<crate::scenario::At<String>>| {
            text.as_ref().map(|text| self.scope.fill(&text.value)).transpose()
        };
        Ok(Wanted {
            uid: self.scope.fill(&query.uid)?,
            method: fill(&query.method)?.map(|method| method.to_ascii_uppercase()),
            attendee: fill(&query.attendee)?,
        })
    }

    async fn look(&mut self, step: &str, actor: &Actor, query: &Query<'_>) -> Look {
        match query {
            Query::Inbox(wanted, until) => match self.look_into_inbox(step, Purpose::Poll, actor).await {
                Ok(items) => self.find_message(actor, wanted, until, &items),
                Err(trouble) => Look::Cannot(trouble.to_string()),
            },
            Query::Calendar(uid, until) => self.look_for_object(step, actor, uid, until).await,
            Query::Resource(url, until) => self.look_at(step, actor, url, until).await,
            Query::Removed(uid) => self.look_for_absence(step, actor, uid).await,
        }
    }

    /// The readable and unreadable items of the user's Inbox as they are now.
    pub(super) async fn look_into_inbox(
        &mut self,
        step: &str,
        purpose: Purpose,
        actor: &Actor,
    ) -> Result<Vec<Item>, Trouble> {
        let Some(shelf) = self.shared.inboxes.get(actor.index).and_then(Option::as_ref) else {
            return Err(Trouble::Answer(format!(
                "no Inbox of {} was found",
                actor.user.name
            )));
        };
        let mut shelf = shelf.lock().await;
        let place = context(&self.planned.id, step, purpose, actor);
        shelf
            .look(&self.shared.client, place, actor.user.credentials.as_ref())
            .await?;
        let items: Vec<Item> = shelf.items().cloned().collect();
        let latest = items.iter().map(|item| item.answer.exchange).max();
        self.latest.insert(actor.index, latest.unwrap_or_default());
        Ok(items)
    }

    /// The earliest message that is wanted and that no step has seen.
    fn find_message(&self, actor: &Actor, wanted: &Wanted, until: &[Check], items: &[Item]) -> Look {
        let mut fitting: Vec<&Item> = items
            .iter()
            .filter(|item| self.is_wanted(actor, wanted, item))
            .collect();
        fitting.sort_by_cached_key(|item| {
            let head = item.head.as_ref().ok();
            (
                head.and_then(|head| head.sequence),
                head.and_then(|head| head.dtstamp.clone()),
            )
        });
        let mut instead = String::new();
        for item in fitting {
            match self.all_hold(until, &item.answer, &item.url) {
                Ok(()) => {
                    let sight = Sight {
                        answer: item.answer.clone(),
                        url: item.url.clone(),
                    };
                    return Look::Found(Some(Box::new(sight)));
                }
                Err(why) => instead = why,
            }
        }
        if instead.is_empty() {
            instead = self.what_is_there(actor, wanted, items);
        }
        Look::NotYet(instead)
    }

    pub(super) fn is_wanted(&self, actor: &Actor, wanted: &Wanted, item: &Item) -> bool {
        let Ok(head) = &item.head else { return false };
        head.uid == wanted.uid
            && wanted
                .method
                .as_ref()
                .is_none_or(|method| head.method.as_ref() == Some(method))
            && wanted
                .attendee
                .as_ref()
                .is_none_or(|attendee| head.is_of(attendee))
            && !self.has_seen(actor, item)
    }

    /// Two messages with one content are two, where they have URLs of their own or where another was there in between.
    pub(super) fn has_seen(&self, actor: &Actor, item: &Item) -> bool {
        let content = content(&item.answer.body);
        self.seen.get(&(actor.index, item.url.clone())) == Some(&content)
    }

    /// From now on the message counts for no step any more.
    pub(super) fn have_seen(&mut self, actor: &Actor, url: &Url, answer: &Answer) {
        self.seen
            .insert((actor.index, url.clone()), content(&answer.body));
    }

    /// For the card: what has the UID, and what cannot be read.
    fn what_is_there(&self, actor: &Actor, wanted: &Wanted, items: &[Item]) -> String {
        let mut there = Vec::new();
        for item in items {
            match &item.head {
                Ok(head) if head.uid == wanted.uid => {
                    let method = head.method.as_deref().unwrap_or("an object without METHOD");
                    let seen = if self.has_seen(actor, item) {
                        " that an earlier step has seen"
                    } else {
                        ""
                    };
                    there.push(format!("{method}{seen}"));
                }
                Err(why) if contains(&item.answer.body, wanted.uid.as_bytes()) => {
                    there.push(format!("{} cannot be read: {why}", item.url.path()));
                }
                _ => {}
            }
        }
        if there.is_empty() {
            "nothing with this UID in the Inbox".into()
        } else {
            format!("only {}", there.join(", "))
        }
    }

    async fn look_for_object(&self, step: &str, actor: &Actor, uid: &str, until: &[Check]) -> Look {
        let Some(shelves) = self.shared.calendars.get(actor.index) else {
            return Look::Cannot("the target has no such user".into());
        };
        let mut trouble = None;
        for calendar in self.calendars_of(actor) {
            let place = context(&self.planned.id, step, Purpose::Poll, actor);
            let (client, credentials) = (&self.shared.client, actor.user.credentials.as_ref());
            let mut shelves = shelves.lock().await;
            let found = objects::by_uid(
                &mut shelves,
                client,
                place,
                credentials,
                &calendar,
                self.components(),
                uid,
            )
            .await;
            match found {
                Ok(found) => {
                    if let Some(object) = found.into_iter().find(|object| object.head.uid == uid) {
                        return self.look_at(step, actor, &object.url, until).await;
                    }
                }
                Err(why) => trouble = Some(why.to_string()),
            }
        }
        match trouble {
            Some(why) => Look::Cannot(why),
            None => Look::NotYet("no calendar of the user has an object with this UID".into()),
        }
    }

    async fn look_at(&self, step: &str, actor: &Actor, url: &Url, until: &[Check]) -> Look {
        let place = context(&self.planned.id, step, Purpose::Poll, actor);
        let request = Request::new("GET", url.clone());
        match self
            .shared
            .client
            .send(place, actor.user.credentials.as_ref(), request)
            .await
        {
            Err(failure) => Look::Cannot(failure.message),
            Ok(answer) => match self.all_hold(until, &answer, url) {
                Ok(()) if until.is_empty() && !answer.is_success() => {
                    Look::NotYet(format!("GET was answered with {}", answer.status))
                }
                Ok(()) => Look::Found(Some(Box::new(Sight {
                    answer,
                    url: url.clone(),
                }))),
                Err(why) => Look::NotYet(why),
            },
        }
    }

    async fn look_for_absence(&self, step: &str, actor: &Actor, uid: &str) -> Look {
        match self.look_for_object(step, actor, uid, &[]).await {
            Look::Found(sight) => {
                let place = sight.map(|sight| sight.url.to_string()).unwrap_or_default();
                return Look::NotYet(format!("it is still there: {place}"));
            }
            Look::Cannot(why) => return Look::Cannot(why),
            Look::NotYet(_) => {}
        }
        // Nothing is missing from what is no calendar.
        for calendar in self.calendars_of(actor) {
            let place = context(&self.planned.id, step, Purpose::Poll, actor);
            let credentials = actor.user.credentials.as_ref();
            if let Err(trouble) =
                objects::expect_calendar(&self.shared.client, place, credentials, &calendar).await
            {
                return Look::Cannot(trouble.to_string());
            }
        }
        let Some(url) = self.found.get(&(actor.index, uid.to_string())) else {
            return Look::Found(None);
        };
        match self.look_at(step, actor, url, &[]).await {
            Look::Found(_) => Look::NotYet(format!("it is still there: {url}")),
            Look::NotYet(_) => Look::Found(None),
            cannot @ Look::Cannot(_) => cannot,
        }
    }

    /// Before something is said to be missing: everything in the user's calendars, without the help of a report.
    async fn last_look(&self, step: &str, actor: &Actor, query: &Query<'_>) -> Option<Box<Sight>> {
        let Query::Calendar(uid, until) = query else {
            return None;
        };
        let (client, credentials) = (&self.shared.client, actor.user.credentials.as_ref());
        let place = context(&self.planned.id, step, Purpose::Poll, actor);
        let mut urls = self.calendars_of(actor);
        // A delivery may have made a calendar.
        if let Some(home) = &actor.user.home
            && let Ok(Ok(now)) = calendars(client, place, credentials, home).await
        {
            urls.extend(now.into_iter().map(|calendar| calendar.url));
            urls.sort();
            urls.dedup();
        }
        // What is fetched for this is not kept: reports go on to be asked.
        let mut shelves = objects::Shelves::new();
        for calendar in urls {
            let found = objects::by_looking(&mut shelves, client, place, credentials, &calendar, uid).await;
            let object = found
                .unwrap_or_default()
                .into_iter()
                .find(|object| object.head.uid == *uid);
            if let Some(object) = object
                && let Look::Found(sight) = self.look_at(step, actor, &object.url, until).await
            {
                return sight;
            }
        }
        None
    }

    /// Where objects of a user may be, the likeliest place first.
    pub(crate) fn calendars_of(&self, actor: &Actor) -> Vec<Url> {
        let mut urls = actor.user.all_calendars();
        urls.extend(self.ledger.collections_of(actor.index).cloned());
        urls
    }

    /// Whether all conditions hold, or the first that does not.
    pub(super) fn all_hold(&self, until: &[Check], answer: &Answer, url: &Url) -> Result<(), String> {
        let subject = Subject {
            method: "GET",
            url: url.as_str(),
            status: answer.status,
            headers: &answer.headers,
            body: &answer.body,
            cut: answer.cut,
        };
        for check in until {
            let finding = evaluate(check, &subject, &self.scope);
            if !finding.holds() {
                return Err(format!("expected {}, found {}", finding.expected, finding.actual));
            }
        }
        Ok(())
    }
}

impl std::fmt::Display for Query<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Query::Inbox(wanted, _) => write!(f, "{wanted} in the Inbox"),
            Query::Calendar(uid, _) => write!(f, "a calendar object with UID {uid}"),
            Query::Resource(url, _) => write!(f, "{} as wanted", url.path()),
            Query::Removed(uid) => write!(f, "no calendar object with UID {uid}"),
        }
    }
}

/// Messages are told apart by content: names may be reused.
pub(super) fn content(octets: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    octets.hash(&mut hasher);
    hasher.finish()
}

pub(crate) fn contains(octets: &[u8], text: &[u8]) -> bool {
    !text.is_empty() && octets.windows(text.len()).any(|window| window == text)
}
