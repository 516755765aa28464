//! Looking things up in a log.

use std::collections::{BTreeMap, HashMap};

use crate::event::{
    Body, CheckResult, Differs, Event, Exchange, Message, Purpose, Record, Residue, RunFinished, by_id,
};

/// Where everything is that cards refer to.
#[derive(Default)]
pub(super) struct Index<'a> {
    /// In the order of the log, and where each number stands.
    exchanges: Vec<Placed<'a>>,
    numbers: HashMap<u64, usize>,
    bodies: HashMap<&'a str, &'a Body>,
    rounds: HashMap<&'a str, BTreeMap<u32, Round<'a>>>,
    results: HashMap<(&'a str, u32), u64>,
    /// Calendar address, in lower case, to the user's name.
    addresses: HashMap<String, &'a str>,
    pub(super) residues: Vec<&'a Residue>,
    pub(super) differs: Vec<&'a Differs>,
    /// The run was to leave everything where it is.
    pub(super) keeps: bool,
    pub(super) finished: Option<&'a RunFinished>,
    /// Milliseconds from start to the last event.
    pub(super) ms: u64,
}

/// An exchange and whose it is.
pub(super) struct Placed<'a> {
    pub(super) exchange: &'a Exchange,
    /// Empty for what belongs to no scenario.
    pub(super) scenario: &'a str,
    pub(super) round: u32,
}

/// One round of one scenario.
#[derive(Default)]
pub(super) struct Round<'a> {
    /// Role to name of the user.
    pub(super) users: Option<&'a BTreeMap<String, String>>,
    messages: Vec<(u64, &'a Message)>,
    /// The last exchange that is not clean-up.
    last_exchange: Option<u64>,
    /// When it began and ended, in milliseconds.
    pub(super) began: u64,
    pub(super) ended: u64,
}

impl<'a> Round<'a> {
    /// In the order of the log.
    pub(super) fn messages(&self) -> impl Iterator<Item = &'a Message> {
        self.messages.iter().map(|(_, message)| *message)
    }
}

impl<'a> Index<'a> {
    pub(super) fn of(records: &'a [Record]) -> Index<'a> {
        let mut index = Index::default();
        let mut rounds: HashMap<&str, u32> = HashMap::new();
        for record in records {
            index.ms = index.ms.max(record.ms);
            let scenario = record.scenario.as_deref().unwrap_or_default();
            if let Event::ScenarioStarted(started) = &record.event {
                rounds.insert(scenario, started.round);
            }
            let round = rounds.get(scenario).copied().unwrap_or(1);
            index.take(record, scenario, round);
        }
        index
    }

    fn take(&mut self, record: &'a Record, scenario: &'a str, round: u32) {
        match &record.event {
            Event::CalendarUser(user) => {
                for address in &user.addresses {
                    self.addresses.insert(address.to_lowercase(), &user.name);
                }
            }
            Event::ScenarioStarted(started) => {
                let round = self.round_mut(scenario, round);
                round.users = Some(&started.users);
                round.began = record.ms;
            }
            Event::ScenarioFinished(finished) => {
                self.round_mut(scenario, finished.round).ended = record.ms;
            }
            Event::Body(body) => {
                self.bodies.insert(&body.id, body);
            }
            Event::Exchange(exchange) => {
                self.numbers.insert(exchange.id, self.exchanges.len());
                self.exchanges.push(Placed {
                    exchange,
                    scenario,
                    round,
                });
                if exchange.purpose != Purpose::CleanUp {
                    self.round_mut(scenario, round).last_exchange = Some(exchange.id);
                }
            }
            Event::Message(message) => {
                self.round_mut(scenario, round)
                    .messages
                    .push((record.seq, message));
            }
            Event::Check(result) => {
                self.results.insert((&result.id, result.round), record.seq);
            }
            Event::RunStarted(started) => self.keeps = started.keep,
            Event::Residue(residue) => self.residues.push(residue),
            Event::Differs(differs) => self.differs.push(differs),
            Event::RunFinished(finished) => self.finished = Some(finished),
            _ => {}
        }
    }

    fn round_mut(&mut self, scenario: &'a str, round: u32) -> &mut Round<'a> {
        self.rounds.entry(scenario).or_default().entry(round).or_default()
    }

    pub(super) fn round(&self, scenario: &str, round: u32) -> Option<&Round<'a>> {
        self.rounds.get(scenario)?.get(&round)
    }

    pub(super) fn exchange(&self, id: u64) -> Option<&'a Exchange> {
        Some(self.exchanges[*self.numbers.get(&id)?].exchange)
    }

    /// In the order of the log.
    pub(super) fn exchanges(&self) -> std::slice::Iter<'_, Placed<'a>> {
        self.exchanges.iter()
    }

    /// Rounds of scenarios, in the order of their ids.
    pub(super) fn rounds(&self) -> impl Iterator<Item = (&'a str, u32)> {
        let mut scenarios: Vec<_> = self.rounds.iter().filter(|(id, _)| !id.is_empty()).collect();
        scenarios.sort_by(|(a, _), (b, _)| by_id(a, b));
        scenarios
            .into_iter()
            .flat_map(|(id, rounds)| rounds.keys().map(|round| (*id, *round)))
    }

    pub(super) fn body(&self, id: &str) -> Option<&'a Body> {
        self.bodies.get(id).copied()
    }

    /// The last exchange of a round, clean-up aside.
    pub(super) fn last_exchange(&self, scenario: &str, round: u32) -> Option<&'a Exchange> {
        self.exchange(self.round(scenario, round)?.last_exchange?)
    }

    /// The messages of the scenario until this check was judged.
    pub(super) fn story(&self, scenario: &str, result: &CheckResult) -> Vec<&'a Message> {
        let end = self
            .results
            .get(&(result.id.as_str(), result.round))
            .copied()
            .unwrap_or(u64::MAX);
        let Some(round) = self.round(scenario, result.round) else {
            return Vec::new();
        };
        round
            .messages
            .iter()
            .filter(|(seq, _)| *seq < end)
            .map(|(_, message)| *message)
            .collect()
    }

    /// `attendee (user02)`, as far as the log tells the role.
    pub(super) fn who(&self, scenario: &str, round: u32, user: &str) -> String {
        match self.role(scenario, round, user) {
            Some(role) => format!("{role} ({user})"),
            None => user.to_owned(),
        }
    }

    /// The role behind a calendar address, or the address itself.
    pub(super) fn whose(&self, scenario: &str, round: u32, address: &'a str) -> &'a str {
        let user = self.addresses.get(&address.to_lowercase()).copied();
        user.and_then(|user| self.role(scenario, round, user).or(Some(user)))
            .unwrap_or(address)
    }

    fn role(&self, scenario: &str, round: u32, user: &str) -> Option<&'a str> {
        let users = self.round(scenario, round)?.users?;
        users
            .iter()
            .find(|(_, name)| *name == user)
            .map(|(role, _)| role.as_str())
    }
}
