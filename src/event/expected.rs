//! Which verdicts were expected of the target, and what came instead.

use std::collections::HashMap;

use super::model::{Expectation, Expectations, RunStarted, Verdict};
use super::rollup::{CheckState, RollUp, ScenarioState};

/// Something about an expectation that somebody has to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News<'a> {
    pub entry: &'a Expectation,
    pub kind: NewsKind<'a>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewsKind<'a> {
    /// The check came to something better than what is expected of it.
    Better { check: &'a str, verdict: Verdict },
    /// What was evaluated has nothing that comes to a verdict it expects.
    Unused { why: &'static str },
    /// It held until a day before the run.
    Expired,
}

impl Expectation {
    fn expects(&self, verdict: Verdict) -> bool {
        self.verdicts.contains(&verdict)
    }

    fn is_expired(&self, day: &str) -> bool {
        self.expires.as_deref().is_some_and(|last| last < day)
    }

    /// Whether it names one check or one scenario, rather than whatever a pattern or a requirement has.
    fn is_exact(&self) -> bool {
        !self.check.contains('*') && self.check.contains(['#', '/'])
    }

    /// Whether it is about this check, by its own name or by the requirement's.
    pub fn names_check(&self, check: &CheckState<'_>) -> bool {
        if self.check.contains('#') {
            matches(&self.check, check.id)
        } else {
            !self.check.contains('/') && matches(&self.check, check.requirement)
        }
    }

    /// Whether it is about this scenario itself.
    pub fn names_scenario(&self, scenario: &str) -> bool {
        self.check.contains('/') && !self.check.contains('#') && matches(&self.check, scenario)
    }
}

impl News<'_> {
    /// The kind in a word or two.
    pub fn title(&self) -> &'static str {
        match &self.kind {
            NewsKind::Better {
                verdict: Verdict::Warn,
                ..
            } => "unexpected warn",
            NewsKind::Better { .. } => "unexpected pass",
            NewsKind::Unused { .. } => "unused expectation",
            NewsKind::Expired => "expired expectation",
        }
    }

    /// What has happened, in words.
    pub fn text(&self) -> String {
        let entry = self.entry;
        let expected = entry.words();
        match &self.kind {
            NewsKind::Better { check, verdict } => {
                format!("{check} came to {}, expected is {expected}", verdict.word())
            }
            NewsKind::Unused { why } => format!("{}: {why} (expected is {expected})", entry.check),
            NewsKind::Expired => format!(
                "{} is expected to come to {expected} until {}, and the run was later",
                entry.check,
                entry.expires.as_deref().unwrap_or_default()
            ),
        }
    }
}

impl Expectation {
    /// `fail` or `fail or error`.
    pub fn words(&self) -> String {
        let words: Vec<&str> = self.verdicts.iter().map(|verdict| verdict.word()).collect();
        words.join(" or ")
    }
}

/// Whether a text is what the pattern says: `*` stands for any characters, also for none; everything else for itself.
fn matches(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(last) = pieces.next_back() else {
        return rest.is_empty();
    };
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Marks what came as it was expected, and returns what did not.
pub(super) fn apply<'a>(
    rolled: &mut RollUp<'a>,
    header: &'a RunStarted,
    expectations: &'a Expectations,
) -> Vec<News<'a>> {
    let day = header.started.get(..10).unwrap_or_default();
    let (expired, valid): (Vec<_>, Vec<_>) = expectations
        .entries
        .iter()
        .partition(|entry| entry.is_expired(day));
    mark(rolled, &valid);
    let whole = header.selection.is_empty()
        && header.shard.is_none()
        && rolled.finished
        && rolled.interrupted.is_none();
    let ground = Ground {
        checks: rolled.checks.iter().map(|check| (check.id, check)).collect(),
        rolled,
        whole,
    };
    let expired = expired
        .into_iter()
        .filter(|entry| ground.comes_to(entry))
        .map(|entry| (entry, Some(NewsKind::Expired)));
    let of_valid = valid.into_iter().map(|entry| (entry, ground.news(entry)));
    let mut news: Vec<News<'a>> = expired
        .chain(of_valid)
        .filter_map(|(entry, kind)| Some(News { entry, kind: kind? }))
        .collect();
    news.sort_by_key(|news| news.entry.line);
    news
}

/// An entry for one check goes before patterns, and these in the order of the file.
fn mark<'a>(rolled: &mut RollUp<'a>, entries: &[&'a Expectation]) {
    let (exact, patterns): (Vec<&Expectation>, Vec<&Expectation>) =
        entries.iter().copied().partition(|entry| entry.is_exact());
    let exact: HashMap<&str, &Expectation> = exact
        .into_iter()
        .map(|entry| (entry.check.as_str(), entry))
        .collect();
    let bad = |verdict: Option<Verdict>| {
        verdict.filter(|verdict| matches!(verdict, Verdict::Fail | Verdict::Warn | Verdict::Error))
    };
    for check in &mut rolled.checks {
        let Some(verdict) = bad(check.verdict) else {
            continue;
        };
        let own = exact.get(check.id).copied();
        let named = patterns.iter().copied().filter(|entry| entry.names_check(check));
        check.expected = own.into_iter().chain(named).find(|entry| entry.expects(verdict));
    }
    for scenario in rolled.scenarios.iter_mut().filter(|scenario| scenario.alone) {
        let Some(verdict) = bad(scenario.verdict) else {
            continue;
        };
        let own = exact.get(scenario.id).copied();
        let named = patterns
            .iter()
            .copied()
            .filter(|entry| entry.names_scenario(scenario.id));
        scenario.expected = own.into_iter().chain(named).find(|entry| entry.expects(verdict));
    }
    let mut unexpected: HashMap<&str, Verdict> = HashMap::new();
    for check in rolled.checks.iter().filter(|check| check.expected.is_none()) {
        let Some(verdict) = bad(check.verdict) else {
            continue;
        };
        let worst = unexpected.entry(check.requirement).or_insert(verdict);
        *worst = verdict.min(*worst);
    }
    for requirement in &mut rolled.requirements {
        requirement.expected = match (bad(requirement.verdict), unexpected.get(requirement.id)) {
            (None, _) => false,
            (Some(_), None) => true,
            // A warning beside an expected fail is no news.
            (Some(verdict), Some(other)) => verdict == Verdict::Fail && *other == Verdict::Warn,
        };
    }
}

/// What there is to hold expectations against.
struct Ground<'r, 'a> {
    rolled: &'r RollUp<'a>,
    checks: HashMap<&'a str, &'r CheckState<'a>>,
    /// Everything was selected, and the run came to its end.
    whole: bool,
}

impl<'a> Ground<'_, 'a> {
    fn news(&self, entry: &'a Expectation) -> Option<NewsKind<'a>> {
        match (entry.is_exact(), entry.check.split_once('#')) {
            (true, Some((scenario, _))) => self.check(entry, scenario),
            (true, None) => self.scenario(entry),
            (false, _) if self.whole => self.pattern(entry),
            // What it needs may be in the part that was not run.
            (false, _) => None,
        }
    }

    fn check(&self, entry: &'a Expectation, scenario: &str) -> Option<NewsKind<'a>> {
        if let Some(check) = self.checks.get(entry.check.as_str()) {
            let verdict = check.verdict.filter(|verdict| !entry.expects(*verdict))?;
            let better = matches!(verdict, Verdict::Pass | Verdict::Info | Verdict::Warn);
            let check = check.id;
            return better.then_some(NewsKind::Better { check, verdict });
        }
        let Some(state) = self.rolled.scenario(scenario) else {
            let why = "there is no such scenario";
            return self.whole.then_some(NewsKind::Unused { why });
        };
        if self.keeps(&entry.check) {
            let (check, verdict) = (entry.check.as_str(), Verdict::Pass);
            return (!entry.expects(verdict)).then_some(NewsKind::Better { check, verdict });
        }
        // The lint says nothing of a rule that did not apply this time.
        if entry.expects(Verdict::Pass) {
            return None;
        }
        let why = "its scenario has no such check";
        self.is_evaluated(&entry.check, state)
            .then_some(NewsKind::Unused { why })
    }

    /// Whether the lint found kept what this check, by its id, would be the breach of.
    fn keeps(&self, check: &str) -> bool {
        self.rolled.linted.iter().any(|linted| {
            let step = linted.id.strip_suffix("lint");
            let requirement = step.and_then(|step| check.strip_prefix(step));
            requirement.is_some_and(|requirement| {
                linted
                    .kept
                    .contains(requirement.split('~').next().unwrap_or_default())
            })
        })
    }

    fn scenario(&self, entry: &'a Expectation) -> Option<NewsKind<'a>> {
        let Some(state) = self.rolled.scenario(&entry.check) else {
            let why = "there is no such scenario";
            return self.whole.then_some(NewsKind::Unused { why });
        };
        let why = "its checks alone decide it now";
        let is_over = state.started > 0 && state.finished == state.started;
        (is_over && !state.alone).then_some(NewsKind::Unused { why })
    }

    fn pattern(&self, entry: &'a Expectation) -> Option<NewsKind<'a>> {
        let checks = self.rolled.checks.iter().filter(|check| entry.names_check(check));
        let scenarios = self
            .rolled
            .scenarios
            .iter()
            .filter(|scenario| entry.names_scenario(scenario.id));
        let mut verdicts = checks
            .map(|check| check.verdict)
            .chain(scenarios.map(|scenario| scenario.verdict))
            .peekable();
        if verdicts.peek().is_none() {
            let why = "nothing has this name";
            return Some(NewsKind::Unused { why });
        }
        let mut judged = false;
        for verdict in verdicts.flatten() {
            if entry.expects(verdict) {
                return None;
            }
            judged |= verdict.is_judged();
        }
        let why = "nothing of this name comes to it";
        judged.then_some(NewsKind::Unused { why })
    }

    /// Whether all of the step that a check belongs to was looked at: where something failed, the lint may have had nothing
    /// to look at. A step that nothing is known of counts as looked at where all of its scenario was.
    fn is_evaluated(&self, check: &str, scenario: &ScenarioState<'_>) -> bool {
        let (_, rest) = check.split_once('#').unwrap_or_default();
        let step = rest
            .find('.')
            .map_or("", |dot| &check[..=check.len() - rest.len() + dot]);
        let of_scenario = || {
            self.rolled
                .checks
                .iter()
                .filter(|check| check.scenario == scenario.id)
        };
        let (mut checks, of_step): (Vec<_>, Vec<_>) =
            of_scenario().partition(|check| !check.id.starts_with(step));
        if !of_step.is_empty() {
            checks = of_step;
        }
        let is_open = |check: &&CheckState<'_>| {
            matches!(
                check.verdict,
                None | Some(Verdict::Fail | Verdict::Error | Verdict::Blocked)
            )
        };
        let is_judged = |check: &&CheckState<'_>| check.verdict.is_some_and(Verdict::is_judged);
        !scenario.alone
            && scenario.started > 0
            && scenario.finished == scenario.started
            && !checks.iter().any(is_open)
            && checks.iter().any(is_judged)
    }

    /// Whether the run had what the entry names.
    fn comes_to(&self, entry: &Expectation) -> bool {
        self.whole
            || self.rolled.checks.iter().any(|check| entry.names_check(check))
            || self
                .rolled
                .scenarios
                .iter()
                .any(|scenario| entry.names_scenario(scenario.id))
    }
}

#[cfg(test)]
#[path = "expected_tests.rs"]
mod tests;
