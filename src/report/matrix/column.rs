//! What a matrix says of one run.

use std::collections::{HashMap, HashSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::event::{CheckResult, CheckState, OPTION_NOT_TAKEN, RollUp, Tally, Verdict};
use crate::report::results::{Counts, Run};

/// One target, as one run has found it.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Column<'a> {
    /// Where its own report and its log are, beside the matrix.
    pub(super) directory: String,
    pub(super) run: Run<'a>,
    /// Scenarios that began, each round of them.
    pub(super) scenarios: usize,
    /// How many requirements came to each verdict.
    pub(super) requirements: Counts,
    pub(super) checks: Counts,
}

impl<'a> Column<'a> {
    pub(super) fn of(run: Run<'a>, directory: String, rolled: &RollUp<'a>) -> Column<'a> {
        let requirements: Tally = rolled.requirements.iter().map(|state| state.verdict).collect();
        Column {
            directory,
            run,
            scenarios: rolled.scenarios.iter().map(|scenario| scenario.started).sum(),
            requirements: (&requirements).into(),
            checks: (&rolled.check_tally()).into(),
        }
    }

    /// What the target is called: the product, where somebody said what it is.
    pub(super) fn name(&self) -> &'a str {
        self.run.product.unwrap_or(self.run.target)
    }

    /// When the run started, without the time.
    pub(super) fn day(&self) -> &'a str {
        self.run.started.get(..10).unwrap_or(self.run.started)
    }

    /// What a reader has to know before comparing it with others.
    pub(super) fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if !self.run.selection.is_empty() {
            remarks.push(format!("only {} was selected", self.run.selection.join(", ")));
        }
        if let Some(reason) = self.run.interrupted {
            remarks.push(format!("the run was stopped: {reason}"));
        } else if !self.run.complete {
            remarks.push("the log is incomplete: what is missing is blocked or untested".to_owned());
        }
        remarks
    }

    /// From the start of the run to its end.
    pub(super) fn wall_time(&self) -> String {
        match self.run.duration {
            ms @ 0..10_000 => format!("{:.1} s", ms as f64 / 1000.0),
            ms => format!("{} s", ms / 1000),
        }
    }

    /// Requests for each scenario that began, discovery and clean-up included.
    pub(super) fn requests_per_scenario(&self) -> Option<f64> {
        (self.scenarios > 0).then(|| self.run.exchanges as f64 / self.scenarios as f64)
    }
}

/// What a run's checks say of one requirement.
pub(super) struct Tested<'a> {
    verdict: Option<Verdict>,
    /// The first with the worst verdict.
    pub(super) check: &'a str,
    pub(super) finding: Option<&'a str>,
    /// Each result says that the target does not take this option.
    pub(super) not_taken: bool,
}

pub(super) fn tested<'a>(rolled: &RollUp<'a>) -> HashMap<&'a str, Tested<'a>> {
    let mut all: HashMap<&'a str, Tested<'a>> = HashMap::new();
    // What the lint found kept was taken, where it is optional.
    let kept = rolled.linted.iter().flat_map(|linted| &linted.kept);
    let kept: HashSet<&str> = kept.copied().collect();
    for check in &rolled.checks {
        let Tested { verdict, .. } = all.entry(check.requirement).or_insert_with(|| Tested {
            verdict: check.verdict,
            check: check.id,
            finding: finding(check),
            not_taken: !kept.contains(check.requirement),
        });
        // As `worst` does, what the run did not come to counts for nothing.
        let worse = check
            .verdict
            .is_some_and(|own| verdict.is_none_or(|known| own < known));
        let not_taken = check.results.iter().all(|result| {
            result.verdict != Verdict::Info || result.notes.iter().any(|note| note == OPTION_NOT_TAKEN)
        });
        if let Some(known) = all.get_mut(check.requirement) {
            known.not_taken &= not_taken;
            if worse {
                known.verdict = check.verdict;
                known.check = check.id;
                known.finding = finding(check);
            }
        }
    }
    all
}

/// Characters of a finding; the target's own report has all of it.
const FINDING: usize = 400;

fn finding<'a>(check: &CheckState<'a>) -> Option<&'a str> {
    let told = |result: &'a CheckResult| {
        let actual = Some(result.actual.as_str()).filter(|actual| !actual.is_empty());
        actual.or_else(|| result.notes.first().map(String::as_str))
    };
    let text = check.decisive().and_then(told).or(check.reason)?;
    let end = text
        .char_indices()
        .nth(FINDING)
        .map_or(text.len(), |(end, _)| end);
    Some(&text[..end])
}
