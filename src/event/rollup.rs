//! From the records of a log to what checks, requirements, scenarios and the run came to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::expected::{self, News};
use super::model::{
    CheckResult, CitedRequirement, Event, Expectation, Expectations, Interruption, Linted, PlannedCheck,
    Record, RegisterTotals, RunStarted, ScenarioPlanned, Verdict,
};
use super::order::by_id;
use super::verdict::{Judgement, judge, worst};

/// Everything that follows from a log. Lists are ordered by id ([`by_id`]).
#[derive(Debug, Clone, Default)]
pub struct RollUp<'a> {
    /// What the lint found broken is among them; what it found kept is in `linted`.
    pub checks: Vec<CheckState<'a>>,
    pub linted: Vec<LintState<'a>>,
    pub requirements: Vec<RequirementState<'a>>,
    pub scenarios: Vec<ScenarioState<'a>>,
    /// Requirements by specification.
    pub specifications: BTreeMap<&'a str, SpecificationState>,
    /// Reason and cause, if the run was ended before its end.
    pub interrupted: Option<(&'a str, Interruption)>,
    /// The log has its end.
    pub finished: bool,
    /// Exchanges that got an answer, and those that could not even connect.
    pub answered: usize,
    pub unreachable: usize,
    pub expectations: Option<&'a Expectations>,
    /// What of the expectations did not come, in the order of their file.
    pub news: Vec<News<'a>>,
}

/// What one check came to over all rounds.
#[derive(Debug, Clone)]
pub struct CheckState<'a> {
    pub id: &'a str,
    pub requirement: &'a str,
    pub scenario: &'a str,
    /// What it is in the file; of what the lint found broken, a check of the same step, if it has one.
    pub planned: Option<&'a PlannedCheck>,
    /// In the order of the log.
    pub results: Vec<&'a CheckResult>,
    /// None is `untested`: the run did not come to it. Where that is because the target was lost, it is `error`.
    pub verdict: Option<Verdict>,
    /// Rounds differ.
    pub unstable: bool,
    /// Why there is a verdict without a result.
    pub reason: Option<&'a str>,
    /// What it came to is bad, and expected by this.
    pub expected: Option<&'a Expectation>,
}

impl<'a> CheckState<'a> {
    /// Whether it is what the lint found broken, not a check of the file.
    pub fn is_lint(&self) -> bool {
        self.planned.is_none_or(|planned| planned.id != self.id)
    }

    /// It failed or could not be found out, and nobody expected that.
    pub fn is_unexpected(&self) -> bool {
        matches!(self.verdict, Some(Verdict::Fail | Verdict::Error)) && self.expected.is_none()
    }

    /// The first of the results that made the verdict.
    pub fn decisive(&self) -> Option<&'a CheckResult> {
        self.results
            .iter()
            .copied()
            .find(|result| Some(result.verdict) == self.verdict)
    }
}

/// What the lint said of the messages and calendar objects that one step saw, over all rounds.
#[derive(Debug, Clone)]
pub struct LintState<'a> {
    pub id: &'a str,
    pub scenario: &'a str,
    /// A planned check of the step, if it has one.
    pub planned: Option<&'a PlannedCheck>,
    /// How many messages and objects were judged, in all rounds.
    pub count: usize,
    /// Requirements that all of them keep at least in one round, by id.
    pub kept: BTreeSet<&'a str>,
    /// Ids of the checks of what was broken at least in one round.
    pub broken: BTreeSet<&'a str>,
    /// The worst of them, else pass.
    pub verdict: Verdict,
}

/// What one requirement came to over all checks that cite it.
#[derive(Debug, Clone)]
pub struct RequirementState<'a> {
    pub id: &'a str,
    /// None when the log does not tell its text.
    pub cited: Option<&'a CitedRequirement>,
    /// None is `untested`.
    pub verdict: Option<Verdict>,
    pub unstable: bool,
    /// What makes the verdict bad is expected.
    pub expected: bool,
}

/// What one scenario (one row of it) came to over all rounds.
#[derive(Debug, Clone)]
pub struct ScenarioState<'a> {
    pub id: &'a str,
    pub planned: Option<&'a ScenarioPlanned>,
    /// Rounds that began and rounds that ended.
    pub started: usize,
    pub finished: usize,
    /// None is `untested`.
    pub verdict: Option<Verdict>,
    pub unstable: bool,
    /// Why it is n/a, what failed in its set-up, or where it stopped.
    pub reason: Option<&'a str>,
    /// It is worse than all its checks: its set-up failed, for instance.
    pub alone: bool,
    /// It is bad by itself, and expected by this.
    pub expected: Option<&'a Expectation>,
}

/// The requirements of one specification.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SpecificationState {
    pub tally: Tally,
    /// Requirements that at least one check has judged (pass, fail, warn, info).
    pub touched: usize,
    /// Requirements that could be tested, by the register; 0 when the log does not say.
    pub testable: usize,
}

/// How many of each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    counts: [usize; Verdict::ALL.len()],
    /// Those the run did not come to.
    pub untested: usize,
}

impl Tally {
    /// How many came to this verdict.
    pub fn of(&self, verdict: Verdict) -> usize {
        self.counts[verdict as usize]
    }

    /// All of them, the untested too.
    pub fn total(&self) -> usize {
        self.counts.iter().sum::<usize>() + self.untested
    }

    fn add(&mut self, verdict: Option<Verdict>) {
        match verdict {
            Some(verdict) => self.counts[verdict as usize] += 1,
            None => self.untested += 1,
        }
    }
}

impl FromIterator<Option<Verdict>> for Tally {
    fn from_iter<I: IntoIterator<Item = Option<Verdict>>>(verdicts: I) -> Self {
        let mut tally = Tally::default();
        verdicts.into_iter().for_each(|verdict| tally.add(verdict));
        tally
    }
}

impl ScenarioState<'_> {
    /// It failed or could not be found out, none of its checks says so, and nobody expected that.
    pub fn is_unexpected(&self) -> bool {
        self.alone && matches!(self.verdict, Some(Verdict::Fail | Verdict::Error)) && self.expected.is_none()
    }
}

impl<'a> RollUp<'a> {
    /// The requirement of this id as the log tells it.
    pub fn cited(&self, requirement: &str) -> Option<&'a CitedRequirement> {
        let states = &self.requirements;
        let found = states.binary_search_by(|state| by_id(state.id, requirement));
        found.ok().and_then(|at| states[at].cited)
    }

    /// The scenario of this id.
    pub fn scenario(&self, id: &str) -> Option<&ScenarioState<'a>> {
        let found = self.scenarios.binary_search_by(|state| by_id(state.id, id));
        found.ok().map(|at| &self.scenarios[at])
    }

    /// Verdicts of the checks.
    pub fn check_tally(&self) -> Tally {
        self.checks.iter().map(|check| check.verdict).collect()
    }

    /// Verdicts of the scenarios.
    pub fn scenario_tally(&self) -> Tally {
        self.scenarios.iter().map(|scenario| scenario.verdict).collect()
    }
}

/// Rolls up the records of a log, complete or not.
///
/// A planned check without a result is n/a where its scenario is; `blocked` where its scenario began, since
/// what it needs did not happen; and untested where its scenario never began.
pub fn roll_up(records: &[Record]) -> RollUp<'_> {
    let header = records.first().and_then(|record| match &record.event {
        Event::RunStarted(started) => started.expectations.as_ref(),
        _ => None,
    });
    roll_up_expecting(records, header)
}

/// As [`roll_up`], with these expectations instead of those that the run had.
pub fn roll_up_expecting<'a>(records: &'a [Record], expectations: Option<&'a Expectations>) -> RollUp<'a> {
    let mut gathered = Gathered::default();
    for record in records {
        gathered.take(record);
    }
    let header = gathered.header;
    let mut rolled = gathered.settle();
    rolled.expectations = expectations;
    if let (Some(header), Some(expectations)) = (header, expectations) {
        rolled.news = expected::apply(&mut rolled, header, expectations);
    }
    rolled
}

#[derive(Default)]
struct Gathered<'a> {
    header: Option<&'a RunStarted>,
    scenarios: BTreeMap<&'a str, Rounds<'a>>,
    results: HashMap<&'a str, (&'a str, Vec<&'a CheckResult>)>,
    linted: BTreeMap<&'a str, (&'a str, Vec<&'a Linted>)>,
    rules: HashMap<&'a str, &'a [String]>,
    cited: BTreeMap<&'a str, &'a CitedRequirement>,
    totals: Option<&'a RegisterTotals>,
    rolled: RollUp<'a>,
}

#[derive(Default)]
struct Rounds<'a> {
    planned: Option<&'a ScenarioPlanned>,
    started: usize,
    finished: Vec<Verdict>,
    reason: Option<&'a str>,
}

impl<'a> Gathered<'a> {
    fn take(&mut self, record: &'a Record) {
        let scenario = record.scenario.as_deref().unwrap_or_default();
        match &record.event {
            Event::Register(totals) => self.totals = Some(totals),
            Event::Requirement(requirement) => {
                self.cited.insert(&requirement.id, requirement);
            }
            Event::ScenarioPlanned(planned) => {
                self.scenarios.entry(scenario).or_default().planned = Some(planned);
            }
            Event::ScenarioStarted(_) => self.scenarios.entry(scenario).or_default().started += 1,
            Event::ScenarioFinished(finished) => {
                let rounds = self.scenarios.entry(scenario).or_default();
                let worse = rounds.finished.iter().all(|earlier| finished.verdict < *earlier);
                if worse || rounds.reason.is_none() {
                    rounds.reason = finished.reason.as_deref();
                }
                rounds.finished.push(finished.verdict);
            }
            Event::Exchange(exchange) => {
                use super::model::FailureKind::Unreachable;
                if exchange.response.is_some() {
                    self.rolled.answered += 1;
                } else if exchange
                    .failure
                    .as_ref()
                    .is_some_and(|failure| failure.kind == Unreachable)
                {
                    self.rolled.unreachable += 1;
                }
            }
            Event::Check(result) => {
                self.results
                    .entry(&result.id)
                    .or_insert((scenario, Vec::new()))
                    .1
                    .push(result);
            }
            Event::Rules(set) => {
                self.rules.insert(&set.id, &set.requirements);
            }
            Event::Linted(linted) => {
                let (_, all) = self.linted.entry(&linted.id).or_insert((scenario, Vec::new()));
                all.push(linted);
            }
            Event::Interrupted { reason, cause } => self.rolled.interrupted = Some((reason, *cause)),
            Event::RunFinished(_) => self.rolled.finished = true,
            Event::RunStarted(started) => self.header = Some(started),
            Event::Capability(_)
            | Event::CalendarUser(_)
            | Event::Body(_)
            | Event::Message(_)
            | Event::Outcome(_)
            | Event::Undo(_)
            | Event::Undone(_)
            | Event::Residue(_)
            | Event::Differs(_) => {}
        }
    }

    fn settle(mut self) -> RollUp<'a> {
        let mut rolled = std::mem::take(&mut self.rolled);
        let lost = match rolled.interrupted {
            Some((reason, Interruption::TargetLost)) => Some(reason),
            _ => None,
        };
        let mut seen = BTreeSet::new();
        for (&scenario, rounds) in &self.scenarios {
            for planned in rounds.planned.iter().flat_map(|planned| &planned.checks) {
                if seen.insert(planned.id.as_str()) {
                    let results = self.results.remove(planned.id.as_str());
                    let results = results.map_or_else(Vec::new, |(_, results)| results);
                    rolled
                        .checks
                        .push(planned_check(scenario, planned, results, rounds, lost));
                }
            }
        }
        let plans: HashMap<&str, &PlannedCheck> = rolled
            .checks
            .iter()
            .filter_map(|check| Some((check.id, check.planned?)))
            .collect();
        let mut parts = Vec::new();
        for (id, (scenario, results)) in self.results {
            let requirement = results[0].requirement.as_str();
            let verdict = worst(results.iter().map(|result| result.verdict));
            let unstable = differ(results.iter().map(|result| result.verdict));
            let whole = results[0].part_of.as_deref();
            parts.push(CheckState {
                id,
                requirement,
                scenario,
                planned: whole.and_then(|whole| plans.get(whole).copied()),
                results,
                verdict,
                unstable,
                reason: None,
                expected: None,
            });
        }
        rolled.checks.extend(parts);
        rolled.checks.sort_by(|a, b| by_id(a.id, b.id));
        rolled.linted = linted(&self.linted, &self.rules, &plans, &mut rolled.checks);
        rolled.requirements = requirements(&rolled.checks, &rolled.linted, &self.cited);
        rolled.scenarios = scenarios(&rolled.checks, &self.scenarios, lost);
        rolled.specifications = specifications(&rolled.requirements, self.totals);
        rolled
    }
}

fn planned_check<'a>(
    scenario: &'a str,
    planned: &'a PlannedCheck,
    results: Vec<&'a CheckResult>,
    rounds: &Rounds<'a>,
    lost: Option<&'a str>,
) -> CheckState<'a> {
    let (verdict, reason) = if !results.is_empty() {
        (worst(results.iter().map(|result| result.verdict)), None)
    } else if let Some(reason) = rounds
        .planned
        .and_then(|planned| planned.not_applicable.as_deref())
    {
        (Some(Verdict::NotApplicable), Some(reason))
    } else if let Some(reason) = lost {
        (Some(Verdict::Error), Some(reason))
    } else if rounds.started == 0 && rounds.finished.is_empty() {
        (None, None)
    } else {
        let reason = match (rounds.reason, rounds.finished.len() < rounds.started) {
            (Some(reason), _) => reason,
            (None, true) => "the run stopped before this check",
            (None, false) => "the scenario ended without coming to this check",
        };
        (Some(Verdict::Blocked), Some(reason))
    };
    CheckState {
        id: &planned.id,
        requirement: &planned.requirement,
        scenario,
        planned: Some(planned),
        unstable: differ(results.iter().map(|result| result.verdict)),
        results,
        verdict,
        reason,
        expected: None,
    }
}

/// What was broken in one round and kept in another is unstable.
fn linted<'a>(
    linted: &BTreeMap<&'a str, (&'a str, Vec<&'a Linted>)>,
    rules: &HashMap<&'a str, &'a [String]>,
    plans: &HashMap<&'a str, &'a PlannedCheck>,
    checks: &mut [CheckState<'a>],
) -> Vec<LintState<'a>> {
    let places: HashMap<&str, usize> = checks.iter().map(|check| check.id).zip(0..).collect();
    let states = linted.iter().map(|(&id, (scenario, rounds))| {
        let whole = rounds.iter().find_map(|linted| linted.part_of.as_deref());
        let sets = rounds.iter().filter_map(|linted| rules.get(linted.kept.as_str()));
        let kept: BTreeSet<&str> = sets.flat_map(|set| set.iter()).map(String::as_str).collect();
        let broken = rounds
            .iter()
            .flat_map(|linted| &linted.broken)
            .map(String::as_str);
        let mut state = LintState {
            id,
            scenario,
            planned: whole.and_then(|whole| plans.get(whole).copied()),
            count: rounds.iter().map(|linted| linted.count).sum(),
            kept,
            broken: broken.collect(),
            verdict: Verdict::Pass,
        };
        for id in &state.broken {
            let Some(check) = places.get(id).and_then(|place| checks.get_mut(*place)) else {
                continue;
            };
            check.unstable |= state.kept.contains(check.requirement);
            state.verdict = state.verdict.min(check.verdict.unwrap_or(state.verdict));
        }
        state
    });
    let mut states: Vec<_> = states.collect();
    states.sort_by(|a, b| by_id(a.id, b.id));
    states
}

fn requirements<'a>(
    checks: &[CheckState<'a>],
    linted: &[LintState<'a>],
    cited: &BTreeMap<&'a str, &'a CitedRequirement>,
) -> Vec<RequirementState<'a>> {
    let mut states: HashMap<&'a str, RequirementState<'a>> = HashMap::new();
    let state = |id| RequirementState {
        id,
        cited: cited.get(id).copied(),
        verdict: None,
        unstable: false,
        expected: false,
    };
    for id in cited.keys() {
        states.insert(id, state(id));
    }
    for check in checks {
        let requirement = states
            .entry(check.requirement)
            .or_insert_with(|| state(check.requirement));
        requirement.verdict = worst(requirement.verdict.into_iter().chain(check.verdict));
        requirement.unstable |= check.unstable;
    }
    let kept: BTreeSet<&str> = linted
        .iter()
        .flat_map(|linted| linted.kept.iter().copied())
        .collect();
    for id in kept {
        let requirement = states.entry(id).or_insert_with(|| state(id));
        let verdict = requirement
            .cited
            .map_or(Verdict::Pass, |cited| judge(cited, Judgement::Holds).verdict);
        requirement.verdict = worst(requirement.verdict.into_iter().chain([verdict]));
    }
    let mut states: Vec<_> = states.into_values().collect();
    states.sort_by(|a, b| by_id(a.id, b.id));
    states
}

fn scenarios<'a>(
    checks: &[CheckState<'a>],
    scenarios: &BTreeMap<&'a str, Rounds<'a>>,
    lost: Option<&'a str>,
) -> Vec<ScenarioState<'a>> {
    let mut of_checks: HashMap<&str, (Option<Verdict>, bool)> = HashMap::new();
    for check in checks {
        let (verdict, unstable) = of_checks.entry(check.scenario).or_default();
        *verdict = worst((*verdict).into_iter().chain(check.verdict));
        *unstable |= check.unstable;
    }
    let mut states: Vec<_> = scenarios
        .iter()
        .map(|(&id, rounds)| {
            let (from_checks, unstable) = of_checks.get(id).copied().unwrap_or_default();
            let not_applicable = rounds
                .planned
                .and_then(|planned| planned.not_applicable.as_deref());
            let stopped = rounds.finished.len() < rounds.started;
            let of_scenario = if not_applicable.is_some() && rounds.finished.is_empty() {
                Some(Verdict::NotApplicable)
            } else {
                let unfinished = match lost {
                    Some(_) if stopped || rounds.finished.is_empty() => Some(Verdict::Error),
                    _ => stopped.then_some(Verdict::Blocked),
                };
                worst(rounds.finished.iter().copied().chain(unfinished))
            };
            let reason = match (not_applicable, rounds.reason) {
                (Some(reason), _) | (None, Some(reason)) => Some(reason),
                (None, None) if rounds.finished.is_empty() && lost.is_some() => lost,
                (None, None) => stopped.then_some("the run stopped in its middle"),
            };
            ScenarioState {
                id,
                planned: rounds.planned,
                started: rounds.started,
                finished: rounds.finished.len(),
                verdict: worst(from_checks.into_iter().chain(of_scenario)),
                unstable: unstable || differ(rounds.finished.iter().copied()),
                reason,
                alone: of_scenario
                    .is_some_and(|verdict| from_checks.is_none_or(|from_checks| verdict < from_checks)),
                expected: None,
            }
        })
        .collect();
    states.sort_by(|a, b| by_id(a.id, b.id));
    states
}

fn specifications<'a>(
    requirements: &[RequirementState<'a>],
    totals: Option<&'a RegisterTotals>,
) -> BTreeMap<&'a str, SpecificationState> {
    let mut states: BTreeMap<&str, SpecificationState> = BTreeMap::new();
    for requirement in requirements {
        let state = states
            .entry(requirement.cited.map_or("", |cited| &cited.specification))
            .or_default();
        state.tally.add(requirement.verdict);
        state.touched += usize::from(requirement.verdict.is_some_and(Verdict::is_judged));
    }
    for (specification, levels) in totals.iter().flat_map(|totals| &totals.specifications) {
        states.entry(specification).or_default().testable = levels.values().sum();
    }
    states
}

fn differ(verdicts: impl IntoIterator<Item = Verdict>) -> bool {
    let mut verdicts = verdicts.into_iter();
    let first = verdicts.next();
    verdicts.any(|verdict| Some(verdict) != first)
}
