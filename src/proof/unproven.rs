//! Checks that nothing has been seen to fail.

use std::collections::{BTreeMap, BTreeSet};

use super::deviation;
use super::mutation;
use super::trial::TrialError;
use crate::corpus::Corpus;
use crate::reference::{Deviation, Policy, Variant};

/// What is known of the checks of a selection.
#[derive(Debug)]
pub struct Account {
    /// How many checks there are; the rows of a scenario share theirs.
    pub checks: usize,
    /// Ids of those that neither a mutation nor a deviation fails.
    pub unproven: BTreeSet<String>,
}

/// Damages the answers of the reference server, then runs what is still unproven against the deviations that break what
/// it cites. For checks that are left then, because they judge a choice that the server does not make, the same in each
/// lawful variant. `told` hears the number of servers tried, of those there are, and what is tried next.
///
/// # Errors
/// When a server could not be started or nothing could be run.
pub async fn unproven(
    corpus: &'static Corpus,
    selection: &[String],
    told: &mut dyn FnMut(usize, usize, &str),
) -> Result<Account, TrialError> {
    let total = 1 + Deviation::ALL.len() + Variant::ALL.len();
    told(0, total, "mutations");
    let mutated = mutation::survey(Policy::default(), corpus, selection.to_vec()).await?;
    let planned: BTreeMap<String, String> = mutated
        .planned
        .iter()
        .map(|(id, requirement)| (without_row(id), requirement.clone()))
        .collect();
    let checks = planned.len();
    let mut left = Left {
        corpus,
        checks: planned,
    };
    left.remove(mutated.proven());
    for (tried, deviation) in Deviation::ALL.iter().enumerate() {
        told(1 + tried, total, deviation.name());
        left.try_deviation(&Policy::default(), *deviation).await?;
    }
    for (tried, variant) in Variant::ALL.iter().enumerate() {
        if left.checks.is_empty() {
            break;
        }
        told(1 + Deviation::ALL.len() + tried, total, variant.name());
        let policy = Policy::default().with(*variant);
        let all = left.scenarios(|_| true);
        left.remove(mutation::survey(policy.clone(), corpus, all).await?.proven());
        for deviation in Deviation::ALL {
            left.try_deviation(&policy, *deviation).await?;
        }
    }
    Ok(Account {
        checks,
        unproven: left.checks.into_keys().collect(),
    })
}

/// What is unproven so far.
struct Left {
    corpus: &'static Corpus,
    /// The checks, with what they cite.
    checks: BTreeMap<String, String>,
}

impl Left {
    fn remove(&mut self, proven: impl IntoIterator<Item = impl AsRef<str>>) {
        for id in proven {
            self.checks.remove(&without_row(id.as_ref()));
        }
    }

    /// Runs the scenarios in which something that is left cites what the deviation breaks.
    async fn try_deviation(&mut self, policy: &Policy, deviation: Deviation) -> Result<(), TrialError> {
        let scenarios = self.scenarios(|cited| deviation.breaks().contains(&cited));
        if !scenarios.is_empty() {
            let policy = policy.clone().deviating(deviation);
            self.remove(deviation::failed_by(policy, self.corpus, scenarios).await?);
        }
        Ok(())
    }

    /// The scenarios of the checks that cite such a requirement.
    fn scenarios(&self, wanted: impl Fn(&str) -> bool) -> Vec<String> {
        let checks = self.checks.iter().filter(|(_, cited)| wanted(cited));
        let named: BTreeSet<&str> = checks.filter_map(|(id, _)| Some(id.split_once('#')?.0)).collect();
        named.into_iter().map(str::to_owned).collect()
    }
}

/// `a/b[row]#step.requirement` is the check of every row.
fn without_row(id: &str) -> String {
    match (id.find('['), id.find(']')) {
        (Some(begin), Some(end)) if begin < end => format!("{}{}", &id[..begin], &id[end + 1..]),
        _ => id.to_owned(),
    }
}
