//! One scenario on one target, step by step.

mod await_;
mod condition;
mod judge;
mod lint;
mod never;
mod request;
mod set_up;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use url::Url;

pub(super) use self::await_::contains;
use self::condition::Holds;
use super::dates::Shift;
use super::ledger::Ledger;
use super::lint::Linter;
use super::plan::{Planned, PlannedStep};
use super::run::Shared;
use super::template::{FillError, Scope};
use crate::client::{Answer, Context};
use crate::event::{Judgement, Purpose, StepAnswer, Verdict};
use crate::scenario::{At, Role, Step};
use crate::target::CalendarUser;

/// A scenario while it runs.
pub(super) struct Story<'r> {
    pub(super) shared: &'r Shared,
    pub(super) planned: Arc<Planned>,
    round: u32,
    pub(super) cast: BTreeMap<Role, Actor>,
    /// The beginning of all its UIDs.
    pub(super) uid: String,
    scope: Scope,
    states: BTreeMap<String, State>,
    /// Why the steps that are left cannot be judged.
    halted: Option<String>,
    /// The content of the last message that an `await` has returned, by user and place.
    seen: HashMap<(usize, Url), u64>,
    /// Where objects were found, by user and UID.
    found: BTreeMap<(usize, String), Url>,
    pub(super) ledger: Ledger,
    linter: Linter,
    /// Users whose Inbox an `await` has found a message in since the last change.
    told: BTreeSet<usize>,
    /// The latest exchange of the last look into the Inbox of a user.
    latest: BTreeMap<usize, u64>,
    worst: Option<Verdict>,
    /// What failed in the set-up.
    reason: Option<String>,
    sentinels: u32,
    /// Why captures were not made, by name.
    missing: BTreeMap<String, String>,
    /// What the checks of each step looked at.
    pub(super) answers: Vec<StepAnswer>,
}

/// Who plays a role.
#[derive(Clone)]
pub(super) struct Actor {
    /// Index into the target's users; beyond them for a peer.
    pub index: usize,
    pub user: Arc<CalendarUser>,
    /// The calendar of the scenario, where `{role.calendar}` is used.
    pub calendar: Option<Url>,
}

impl Actor {
    /// Somebody outside of the target.
    fn peer(role: Role) -> Actor {
        Actor {
            index: usize::MAX,
            user: Arc::new(CalendarUser {
                name: role.to_string(),
                ..CalendarUser::default()
            }),
            calendar: None,
        }
    }
}

/// What a step came to, for the conditions of later ones.
#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// With the name of its outcome.
    Came(Option<String>),
    /// Its condition did not hold.
    Skipped,
    /// It was blocked, or it failed.
    Unknown,
}

impl Story<'_> {
    /// Makes the calendars and goes through the steps, as long as it is to go on; whether it came to the end. May be dropped
    /// at any time; clean-up comes after it.
    pub(super) async fn tell(&mut self, going_on: impl Fn() -> bool) -> bool {
        let planned = self.planned.clone();
        if let Err(why) = self.set_up().await {
            self.set_up_failed(why.clone());
            self.halted = Some(why);
        }
        for (step, cites) in planned.scenario.steps.iter().zip(&planned.steps) {
            if !going_on() {
                return false;
            }
            let state = self.step(step, cites).await;
            self.states.insert(step.id.value.clone(), state);
        }
        true
    }

    /// The verdict and what failed in the set-up.
    pub(super) fn verdict(&self) -> (Verdict, Option<String>) {
        (self.worst.unwrap_or(Verdict::NotApplicable), self.reason.clone())
    }

    async fn step(&mut self, step: &Step, cites: &PlannedStep) -> State {
        match self.condition(step.when.as_ref(), None) {
            Holds::Yes => {}
            Holds::No(why) => {
                self.all(cites, Judgement::NotApplicable, &why);
                return State::Skipped;
            }
            Holds::Unknown(why) => {
                self.all(cites, Judgement::Blocked, &why);
                return State::Unknown;
            }
        }
        if let Some(why) = self.halted.clone() {
            self.all(cites, Judgement::Blocked, &why);
            return State::Unknown;
        }
        if let Some(why) = self.unmet(step) {
            self.all(cites, Judgement::Blocked, &why);
            return State::Unknown;
        }
        if step.request.is_some() {
            self.request(step, cites).await
        } else if let Some(wait) = &step.wait {
            self.wait(step, wait, cites).await
        } else if let Some(never) = &step.never {
            self.never(step, never, cites).await
        } else {
            self.all(
                cites,
                Judgement::Error,
                "the step has neither request nor await nor never",
            );
            State::Unknown
        }
    }

    /// The step that this one comes `after` and that failed, unless the target is a stub.
    fn unmet(&self, step: &Step) -> Option<String> {
        let failed = |id: &&At<String>| self.states.get(&id.value) == Some(&State::Unknown);
        let unmet = step
            .after
            .iter()
            .find(failed)
            .filter(|_| !self.shared.target.stub)?;
        Some(format!("step {} did not come out as it should", unmet.value))
    }

    /// What is left is not worth trying, unless the target is a stub.
    fn halt(&mut self, why: String) {
        if !self.shared.target.stub && self.halted.is_none() {
            self.halted = Some(why);
        }
    }

    /// By how much the dates of the scenario are moved.
    pub(super) fn shift(&self) -> Shift {
        self.scope.shift()
    }

    /// Notes what a step came to see.
    fn answered(&mut self, step: &Step, answer: &Answer) {
        self.answers.push(StepAnswer {
            step: step.id.value.clone(),
            exchange: answer.exchange,
        });
    }

    /// Something that no requirement is cited for did not work.
    fn set_up_failed(&mut self, why: String) {
        self.worst = self.worst.into_iter().chain([Verdict::Error]).min();
        self.reason.get_or_insert(why);
    }

    /// A capture that came to nothing, also when an earlier step had made it.
    fn forget(&mut self, name: &str, why: String) {
        self.scope.forget(name);
        self.missing.insert(name.to_string(), why);
    }

    /// Why a place cannot be filled, with what is known of the capture that is missing.
    fn unfilled(&self, error: &FillError) -> String {
        let why = match error {
            FillError::Missing(name, _) => self.missing.get(name),
            FillError::Unknown(..) => None,
        };
        why.map_or_else(|| error.to_string(), |why| format!("{error}; {why}"))
    }

    fn actor(&self, role: Role) -> Result<Actor, String> {
        if role.is_peer() {
            return Ok(Actor::peer(role));
        }
        self.cast
            .get(&role)
            .cloned()
            .ok_or_else(|| format!("the scenario has no {role}"))
    }
}

/// What an exchange of this story belongs to.
fn context<'a>(scenario: &'a str, step: &'a str, purpose: Purpose, actor: &'a Actor) -> Context<'a> {
    Context {
        scenario: Some(scenario),
        step,
        purpose,
        user: Some(&actor.user.name),
    }
}
