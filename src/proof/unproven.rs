//! Checks that nothing has been seen to fail.

use std::collections::BTreeSet;

use super::deviation;
use super::mutation;
use super::trial::TrialError;
use crate::reference::Deviation;

/// What is known of the checks of a selection.
#[derive(Debug)]
pub struct Account {
    /// How many checks there are; the rows of a scenario share theirs.
    pub checks: usize,
    /// Ids of those that neither a mutation nor a deviation fails.
    pub unproven: BTreeSet<String>,
}

/// Damages the answers of the reference server, then runs what is still unproven against one deviation after the other.
/// `told` hears the number of deviations tried, of those there are, and what is tried next.
///
/// # Errors
/// When a server could not be started or nothing could be run.
pub async fn unproven(
    selection: &[String],
    told: &mut dyn FnMut(usize, usize, &str),
) -> Result<Account, TrialError> {
    let total = Deviation::ALL.len();
    told(0, total, "mutations");
    let mutated = mutation::survey(selection).await?;
    let planned: BTreeSet<String> = mutated.planned.iter().map(|id| without_row(id)).collect();
    let mut unproven = planned.clone();
    for id in mutated.proven() {
        unproven.remove(&without_row(id));
    }
    for (number, deviation) in Deviation::ALL.iter().enumerate() {
        if unproven.is_empty() {
            break;
        }
        told(number + 1, total, deviation.name());
        for id in deviation::failed_by(*deviation, scenarios(&unproven)).await? {
            unproven.remove(&without_row(&id));
        }
    }
    Ok(Account {
        checks: planned.len(),
        unproven,
    })
}

/// The scenarios that these checks belong to.
fn scenarios(checks: &BTreeSet<String>) -> Vec<String> {
    let named: BTreeSet<&str> = checks
        .iter()
        .filter_map(|id| Some(id.split_once('#')?.0))
        .collect();
    named.into_iter().map(str::to_owned).collect()
}

/// `a/b[row]#step.requirement` is the check of every row.
fn without_row(id: &str) -> String {
    match (id.find('['), id.find(']')) {
        (Some(begin), Some(end)) if begin < end => format!("{}{}", &id[..begin], &id[end + 1..]),
        _ => id.to_owned(),
    }
}
