//! Deviations: each is one plausible violation that the suite must see, and see as what it is.

use std::collections::BTreeSet;

use super::trial::{Trial, TrialError, reference, trial};
use crate::corpus::Corpus;
use crate::event::{CheckResult, CheckState, OPTION_NOT_TAKEN, RollUp, Verdict};
use crate::reference::{Deviation, Policy};

/// What the suite makes of one deviation.
#[derive(Debug)]
pub struct Exposure {
    pub deviation: Deviation,
    /// Requirements that it breaks, that these scenarios owe a failure, and that no check failed or warned of.
    pub unseen: Vec<&'static str>,
    /// Checks that failed, warned or erred though they cite nothing that it breaks, in words.
    pub stray: Vec<String>,
}

/// Which scenarios a deviation is tried with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breadth {
    /// Those that cite what it breaks, and one in sixteen of the others: other ones for each deviation.
    Sample,
    /// All.
    Whole,
}

/// One in so many of the scenarios that do not cite what a deviation breaks.
const SAMPLE: usize = 16;

/// Runs scenarios against a server that has the deviation.
///
/// # Errors
/// When nothing could be run.
pub async fn expose(deviation: Deviation, breadth: Breadth) -> Result<Exposure, TrialError> {
    let (selection, owed) = match breadth {
        Breadth::Whole => (Vec::new(), deviation.breaks().to_vec()),
        Breadth::Sample => sample(deviation),
    };
    let trial = run(
        Policy::default().deviating(deviation),
        Corpus::embedded(),
        selection,
    )
    .await?;
    Ok(judge(deviation, &owed, &trial))
}

/// Ids of scenarios, and what they owe: what one of them cites. The lint shows what none cites, but not in every scenario, so
/// it owes that only when it is all there is and looks at all of them.
fn sample(deviation: Deviation) -> (Vec<String>, Vec<&'static str>) {
    let files = Corpus::embedded().scenarios();
    let mut sample = Vec::new();
    let mut owed = BTreeSet::new();
    for file in files {
        let Ok(scenario) = file.scenario() else { continue };
        let cited = scenario.cited_at_all();
        let breaks = deviation.breaks().iter().copied();
        let shown: Vec<&str> = breaks.filter(|id| cited.contains(*id)).collect();
        if !shown.is_empty() {
            sample.push(file.id.clone());
            owed.extend(shown);
        }
    }
    if sample.is_empty() {
        owed.extend(deviation.breaks());
        sample.extend(deviation.breaks().iter().map(|id| (*id).to_owned()));
    }
    let others = files.iter().skip(deviation as usize % SAMPLE).step_by(SAMPLE);
    sample.extend(others.map(|file| file.id.clone()));
    (sample, owed.into_iter().collect())
}

/// Ids of the checks of these scenarios of a corpus that do not hold on a server with these switches.
///
/// # Errors
/// When nothing could be run.
pub async fn failed_by(
    policy: Policy,
    corpus: &'static Corpus,
    scenarios: Vec<String>,
) -> Result<Vec<String>, TrialError> {
    let trial = run(policy, corpus, scenarios).await?;
    let rolled = trial.rolled();
    let failed = rolled.checks.iter().filter(|check| is_unmet(check));
    Ok(failed.map(|check| check.id.to_owned()).collect())
}

async fn run(policy: Policy, corpus: &'static Corpus, selection: Vec<String>) -> Result<Trial, TrialError> {
    let (_server, target) = reference(policy)?;
    trial(target, corpus, selection, None).await
}

fn judge(deviation: Deviation, owed: &[&'static str], trial: &Trial) -> Exposure {
    let rolled = trial.rolled();
    let failed = rolled.checks.iter().filter(|check| is_unmet(check));
    let seen: BTreeSet<&str> = failed.map(|check| check.requirement).collect();
    let just = justified(&rolled, deviation.breaks());
    let stray = rolled
        .checks
        .iter()
        .filter(|check| broken(check.verdict) || check.verdict == Some(Verdict::Error))
        .filter(|check| {
            if check.is_lint() {
                return !deviation.breaks().contains(&check.requirement);
            }
            !just.contains(&place(check.scenario, check.planned.map(|planned| planned.line)))
        })
        .map(|check| {
            let word = check.verdict.map_or("", Verdict::word);
            let (expected, actual) = check.decisive().map_or(("", ""), |result| {
                (result.expected.as_str(), result.actual.as_str())
            });
            format!("{word} {}: expected {expected}, found {actual}", check.id)
        })
        .collect();
    Exposure {
        deviation,
        unseen: owed.iter().copied().filter(|id| !seen.contains(id)).collect(),
        stray,
    }
}

fn broken(verdict: Option<Verdict>) -> bool {
    matches!(verdict, Some(Verdict::Fail | Verdict::Warn))
}

/// Whether the check did not find what it looks for: a MAY then says that the option is not taken.
fn is_unmet(check: &CheckState<'_>) -> bool {
    let not_taken = |result: &CheckResult| result.notes.iter().any(|note| note == OPTION_NOT_TAKEN);
    broken(check.verdict) || check.decisive().is_some_and(not_taken)
}

/// Places of checks that cite something of `breaks`: a check may cite other requirements beside it.
fn justified<'a>(rolled: &RollUp<'a>, breaks: &[&str]) -> BTreeSet<(&'a str, u32)> {
    let cites = rolled
        .checks
        .iter()
        .filter(|check| breaks.contains(&check.requirement) && !check.is_lint());
    cites
        .map(|check| place(check.scenario, check.planned.map(|planned| planned.line)))
        .collect()
}

fn place(scenario: &str, line: Option<u32>) -> (&str, u32) {
    (scenario, line.unwrap_or_default())
}
