//! A whole run: which scenario when, with which users; stopping; the end.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex as StdMutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::execute::Story;
use super::inventory::Inventory;
use super::objects::Shelves;
use super::observer::Observer;
use super::plan::{Plan, Planned};
use super::shelf::Shelf;
use crate::client::{Client, Context, Recorder};
use crate::event::{
    CitedRequirement, Differs, Event, Expectations, Interruption, Purpose, RuleSet, ScenarioFinished,
    ScenarioStarted, Shard, Verdict,
};
use crate::itip::Rule;
use crate::target::{Discovered, Leases, Target};

/// How a run is done.
pub struct Options {
    /// Scenarios at once, at most; the users are another limit.
    pub jobs: usize,
    pub repeat: u32,
    /// Shuffles the scenarios; 0 leaves them in the order of their ids.
    pub seed: u64,
    /// Only the scenarios of this part.
    pub shard: Option<Shard>,
    /// Leaves everything where it is.
    pub keep: bool,
    /// For the log: what is expected changes nothing in what is done.
    pub expectations: Option<Expectations>,
    pub observer: Option<Arc<dyn Observer>>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            jobs: 4,
            repeat: 1,
            seed: 0,
            shard: None,
            keep: false,
            expectations: None,
            observer: None,
        }
    }
}

/// How many exchanges in a row nobody has to answer before the target counts as lost.
const LOST: u32 = 5;
/// How long the step that a stop has come upon may go on: what is on its way to the target is better answered.
const GRACE: Duration = Duration::from_secs(2);
/// How long a user that another process tests with is waited for, to be compared.
const TURN: Duration = Duration::from_secs(2);

/// Why a run is to end before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    pub reason: String,
    pub cause: Interruption,
}

/// What all scenarios of a run share.
pub(super) struct Shared {
    pub client: Arc<Client>,
    pub target: Target,
    pub discovered: Discovered,
    /// Of each user; leased together with the user, so nobody waits here.
    pub inboxes: Vec<Option<Mutex<Shelf>>>,
    pub calendars: Vec<Mutex<Shelves>>,
    pub observer: Option<Arc<dyn Observer>>,
    /// The beginning of all UIDs of the run.
    pub uid: String,
    keep: bool,
    leases: Leases,
    stories: AtomicU32,
    /// What each user that took part had before.
    before: StdMutex<BTreeMap<usize, Inventory>>,
    /// Requirements that only answers brought up, by rule, as they are in the log.
    told: StdMutex<BTreeMap<Rule, Arc<CitedRequirement>>>,
    /// Ids of the sets of rules that are in the log.
    rules: StdMutex<BTreeMap<Vec<Rule>, String>>,
}

impl Shared {
    pub fn recorder(&self) -> &Recorder {
        self.client.recorder()
    }

    /// The requirement of a rule, which the log is told of the first time.
    pub fn told(&self, rule: Rule) -> Arc<CitedRequirement> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let requirement = told.entry(rule).or_insert_with(|| {
            let requirement = rule.cited().clone();
            self.recorder()
                .write(None, Event::Requirement(requirement.clone()));
            Arc::new(requirement)
        });
        requirement.clone()
    }

    /// The id of a set of rules, which the log is told of the first time.
    pub fn rules(&self, rules: Vec<Rule>) -> String {
        let mut known = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        let next = known.len() + 1;
        let id = known.entry(rules).or_insert_with_key(|rules| {
            let set = RuleSet {
                id: format!("rules-{next}"),
                requirements: rules.iter().map(|rule| self.told(*rule).id.clone()).collect(),
            };
            let id = set.id.clone();
            self.recorder().write(None, Event::Rules(set));
            id
        });
        id.clone()
    }
}

impl Shared {
    pub(super) fn new(
        client: Arc<Client>,
        target: Target,
        discovered: Discovered,
        leases: Leases,
        options: &Options,
    ) -> Shared {
        let inboxes = discovered
            .users
            .iter()
            .map(|user| user.inbox.clone().map(|url| Mutex::new(Shelf::new(url))));
        Shared {
            inboxes: inboxes.collect(),
            calendars: discovered.users.iter().map(|_| Mutex::default()).collect(),
            client,
            target,
            discovered,
            observer: options.observer.clone(),
            uid: run_uid(options.seed),
            keep: options.keep,
            leases,
            stories: AtomicU32::new(0),
            before: StdMutex::default(),
            told: StdMutex::default(),
            rules: StdMutex::default(),
        }
    }

    fn before(&self) -> MutexGuard<'_, BTreeMap<usize, Inventory>> {
        self.before.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nobody answers any more.
    pub(super) fn is_lost(&self) -> bool {
        self.recorder().lost_in_a_row() >= LOST
    }

    /// What a leased user has now.
    async fn inventory(&self, index: usize) -> Option<Inventory> {
        let user = self.discovered.users.get(index)?;
        let context = Context {
            scenario: None,
            step: "(inventory)",
            purpose: Purpose::CleanUp,
            user: Some(&user.name),
        };
        Some(Inventory::take(&self.client, context, user).await)
    }

    /// Looks at leased users that no scenario has been played with yet.
    async fn look_before(&self, users: &[usize]) {
        for &index in users {
            if !self.before().contains_key(&index)
                && let Some(inventory) = self.inventory(index).await
            {
                self.before().insert(index, inventory);
            }
        }
    }

    /// Tells the log how what users have differs from what they had.
    async fn compare(&self) {
        let before = std::mem::take(&mut *self.before());
        for (index, before) in before {
            let Some(user) = self.discovered.users.get(index) else {
                continue;
            };
            let cannot = |why: &str| {
                vec![Differs {
                    user: user.name.clone(),
                    problem: Some(why.to_owned()),
                    ..Differs::default()
                }]
            };
            let differs = if self.is_lost() {
                cannot("the target cannot be reached any more")
            } else if let Ok(_lease) = timeout(TURN, self.leases.acquire(1, &[index])).await {
                match self.inventory(index).await {
                    Some(after) => after.since(&before, &user.name),
                    None => Vec::new(),
                }
            } else {
                cannot("another run tests with this user")
            };
            for differs in differs {
                self.recorder().write(None, Event::Differs(differs));
            }
        }
    }
}

/// Runs a plan to its end, or until `stop` says something. Clean-up is done in either case.
///
/// Everything that happens goes to the log of the client's recorder; the return value says whether and why the run was
/// stopped. The caller writes the events around it: `RunStarted` before, `RunFinished` after.
pub async fn run(
    client: Arc<Client>,
    target: Target,
    discovered: Discovered,
    plan: &Plan,
    leases: Leases,
    options: Options,
    mut stop: watch::Receiver<Option<Stop>>,
) -> Option<Stop> {
    let shared = Arc::new(Shared::new(client, target, discovered, leases, &options));
    let mut waiting = order(plan, options.repeat, options.seed).into_iter();
    let mut running = JoinSet::new();
    let mut stopped = None;
    loop {
        while stopped.is_none() && running.len() < options.jobs.max(1) {
            let Some((planned, round)) = waiting.next() else {
                break;
            };
            running.spawn(scenario(shared.clone(), planned, round, stop.clone()));
        }
        tokio::select! {
            reason = stopping(&mut stop), if stopped.is_none() => stopped = Some(reason),
            done = running.join_next() => match done {
                None => break,
                Some(done) => {
                    done.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
                    if stopped.is_none() {
                        stopped = lost(&shared);
                    }
                }
            }
        }
    }
    let used: BTreeSet<usize> = shared.before().keys().copied().collect();
    if !shared.keep && !shared.is_lost() {
        shared.sweep(&used).await;
    }
    shared.compare().await;
    stopped
}

async fn stopping(stop: &mut watch::Receiver<Option<Stop>>) -> Stop {
    let reason = stop
        .wait_for(Option::is_some)
        .await
        .ok()
        .and_then(|reason| reason.clone());
    match reason {
        Some(reason) => reason,
        // Nobody can stop it any more.
        None => std::future::pending().await,
    }
}

fn lost(shared: &Shared) -> Option<Stop> {
    if shared.recorder().broken() {
        let reason = "the log cannot be written any more".to_string();
        return Some(Stop {
            reason,
            cause: Interruption::Stopped,
        });
    }
    shared.is_lost().then(|| Stop {
        reason: format!("{} cannot be reached any more", shared.target.base),
        cause: Interruption::TargetLost,
    })
}

async fn scenario(
    shared: Arc<Shared>,
    planned: Arc<Planned>,
    round: u32,
    mut stop: watch::Receiver<Option<Stop>>,
) {
    let roles = planned.scenario.users.len();
    let lease = tokio::select! {
        lease = shared.leases.acquire(roles, &planned.among) => lease,
        _ = stopping(&mut stop) => return,
    };
    shared.look_before(lease.users()).await;
    let number = shared.stories.fetch_add(1, Ordering::Relaxed);
    let uid = format!("{}-{number:05}", shared.uid);
    let mut story = Story::new(&shared, planned.clone(), round, lease.users(), uid);
    let users = story
        .cast
        .iter()
        .map(|(role, actor)| (role.to_string(), actor.user.name.clone()))
        .collect();
    let log = |event| shared.recorder().write(Some(&planned.id), event);
    log(Event::ScenarioStarted(ScenarioStarted {
        users,
        round,
        uid: story.uid.clone(),
        weeks: story.shift().weeks(),
    }));
    let complete = {
        let going_on = {
            let stop = stop.clone();
            let shared = &shared;
            move || stop.borrow().is_none() && !shared.is_lost()
        };
        let mut telling = pin!(story.tell(going_on));
        tokio::select! {
            complete = &mut telling => complete,
            _ = stopping(&mut stop) => timeout(GRACE, telling).await.unwrap_or(false),
        }
    };
    let (verdict, reason) = match (complete, story.verdict()) {
        (true, verdict) => verdict,
        (false, (verdict, reason)) if shared.is_lost() => (
            verdict.min(Verdict::Error),
            reason.or_else(|| Some("the target was lost".into())),
        ),
        (false, (verdict, reason)) => (
            verdict.min(Verdict::Blocked),
            reason.or_else(|| Some("the run was stopped".into())),
        ),
    };
    if !shared.keep {
        story.clean_up().await;
    }
    let answers = complete.then(|| std::mem::take(&mut story.answers));
    log(Event::ScenarioFinished(ScenarioFinished {
        verdict,
        round,
        reason,
        answers,
    }));
}

/// What is run, in which order: rounds one after the other. What may cost a user the Inbox comes last.
fn order(plan: &Plan, repeat: u32, seed: u64) -> Vec<(Arc<Planned>, u32)> {
    let mut random = seed;
    let mut order = Vec::new();
    for round in 1..=repeat.max(1) {
        let mut scenarios: Vec<_> = plan
            .scenarios
            .iter()
            .filter(|planned| planned.not_applicable.is_none())
            .cloned()
            .collect();
        if seed != 0 {
            for last in (1..scenarios.len()).rev() {
                let at = next(&mut random) % (last as u64 + 1);
                scenarios.swap(last, usize::try_from(at).unwrap_or_default());
            }
        }
        scenarios.sort_by_key(|planned| planned.is_destructive());
        order.extend(scenarios.into_iter().map(|planned| (planned, round)));
    }
    order
}

/// SplitMix64.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Unlike that of any other run.
fn run_uid(seed: u64) -> String {
    let now = jiff::Timestamp::now().as_nanosecond();
    let mut state = seed
        ^ u64::try_from(now & i128::from(u64::MAX)).unwrap_or_default()
        ^ (u64::from(std::process::id()) << 40);
    format!("calconform-{:012x}", next(&mut state) & 0xffff_ffff_ffff)
}
