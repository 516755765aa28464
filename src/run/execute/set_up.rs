//! Before the first step: users for roles, a calendar of the scenario's own.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use url::Url;

use super::super::dates::Shift;
use super::super::ledger::Ledger;
use super::super::lint::{Linter, Player};
use super::super::plan::Planned;
use super::super::run::Shared;
use super::super::template::{Places, Scope};
use super::super::texts;
use super::{Actor, Story, context};
use crate::client::Request;
use crate::event::Purpose;
use crate::scenario::{Capability, Role};
use crate::target::CalendarUser;

impl<'r> Story<'r> {
    /// A story with these users for its roles, in their order. `uid` is the beginning of all its UIDs.
    pub(crate) fn new(
        shared: &'r Shared,
        planned: Arc<Planned>,
        round: u32,
        users: &[usize],
        uid: String,
    ) -> Story<'r> {
        let scenario = planned.scenario;
        let now = Timestamp::now();
        let mut dated = Vec::new();
        texts::each(
            scenario,
            planned.row,
            |name| planned.body(name),
            |text| dated.push(text),
        );
        let mut scope = Scope::new(now, Shift::of_texts(dated, now), uid.clone());
        if let Some(row) = planned.row {
            scope.set_row(row.0.iter().map(|(key, text)| (key.clone(), text.value.clone())));
        }
        let actors = scenario.users.iter().zip(users).filter_map(|(role, &index)| {
            let user = shared.discovered.users.get(index)?.clone();
            Some((
                role.value,
                Actor {
                    index,
                    user,
                    calendar: None,
                },
            ))
        });
        let cast: BTreeMap<Role, Actor> = actors.collect();
        for (role, address) in [Role::Peer, Role::Peer2].into_iter().zip(&shared.target.peers) {
            scope.set_user(role, peer_places(address));
        }
        scope.set_ischedule(shared.discovered.ischedule.as_ref().map(Url::to_string));
        let ledger = Ledger::new(&uid);
        let players = cast.values().map(|actor| Player {
            index: actor.index,
            addresses: actor.user.addresses.clone(),
        });
        let linter = Linter::new(players.collect());
        Story {
            shared,
            planned,
            round,
            cast,
            uid,
            scope,
            states: BTreeMap::new(),
            halted: None,
            seen: HashMap::new(),
            found: BTreeMap::new(),
            ledger,
            linter,
            told: BTreeSet::new(),
            latest: BTreeMap::new(),
            worst: None,
            reason: None,
            sentinels: 0,
            missing: BTreeMap::new(),
            answers: Vec::new(),
        }
    }

    /// Makes the calendars that the scenario uses and binds the roles.
    ///
    /// # Errors
    /// In words, when a calendar cannot be made although the target has MKCALENDAR.
    pub(super) async fn set_up(&mut self) -> Result<(), String> {
        for role in self.cast.keys().copied().collect::<Vec<_>>() {
            let Some(actor) = self.cast.get(&role).cloned() else {
                continue;
            };
            let calendar = if self.planned.calendars.contains(&role) {
                self.own_calendar(role, &actor).await?
            } else {
                None
            };
            self.scope.set_user(role, places(&actor.user, calendar.as_ref()));
            if let Some(actor) = self.cast.get_mut(&role) {
                actor.calendar = calendar;
            }
        }
        Ok(())
    }

    async fn own_calendar(&mut self, role: Role, actor: &Actor) -> Result<Option<Url>, String> {
        let (true, Some(home)) = (
            self.shared.discovered.capabilities.has(Capability::Mkcalendar),
            &actor.user.home,
        ) else {
            return Ok(actor.user.working_calendar.clone().map(as_collection));
        };
        let url = as_collection(home.clone())
            .join(&format!("{}-{role}/", self.uid))
            .map_err(|error| error.to_string())?;
        self.ledger.before(actor.index, "MKCALENDAR", &url);
        let place = context(&self.planned.id, "(set-up)", Purpose::SetUp, actor);
        let request = Request::new("MKCALENDAR", url.clone());
        let answer = self
            .shared
            .client
            .send(place, actor.user.credentials.as_ref(), request)
            .await;
        match answer {
            Ok(answer) if answer.is_success() => Ok(Some(url)),
            Ok(answer) => Err(format!("MKCALENDAR {url} was answered with {}", answer.status)),
            Err(failure) => Err(format!("MKCALENDAR {url} was not answered: {}", failure.message)),
        }
    }

    /// The component types that the scenario's objects may have.
    pub(crate) fn components(&self) -> &'static [&'static str] {
        let needs = &self.planned.scenario.needs;
        if needs.iter().any(|needed| needed.value == Capability::Vtodo) {
            &["VEVENT", "VTODO"]
        } else {
            &["VEVENT"]
        }
    }
}

fn places(user: &CalendarUser, calendar: Option<&Url>) -> Places {
    let text = |url: &Option<Url>| url.as_ref().map(Url::to_string);
    Places {
        principal: text(&user.principal),
        home: text(&user.home),
        calendar: calendar.map(Url::to_string),
        default_calendar: text(&user.default_calendar),
        inbox: text(&user.inbox),
        outbox: text(&user.outbox),
        addresses: user.addresses.clone(),
        name: user.display_name.clone().or_else(|| Some(user.name.clone())),
    }
}

fn peer_places(address: &str) -> Places {
    Places {
        addresses: vec![address.to_owned()],
        ..Places::default()
    }
}

fn as_collection(mut url: Url) -> Url {
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    url
}
