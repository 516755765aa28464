//! Checks that nothing has been seen to fail.

use std::collections::BTreeSet;

use super::deviation;
use super::mutation;
use super::trial::TrialError;
use crate::reference::Deviation;

/// Ids of the planned checks, without their rows, that neither a deviation nor a mutation fails.
///
/// # Errors
/// When a server could not be started or nothing could be run.
pub async fn unproven() -> Result<Vec<String>, TrialError> {
    let mutated = mutation::survey().await?;
    let mut proven: BTreeSet<String> = mutated.proven().map(without_row).collect();
    for deviation in Deviation::ALL {
        let exposure = deviation::expose_to_all(*deviation).await?;
        proven.extend(exposure.failed.iter().map(|id| without_row(id)));
    }
    let planned: BTreeSet<String> = mutated.planned.iter().map(|id| without_row(id)).collect();
    Ok(planned.difference(&proven).cloned().collect())
}

/// `a/b[row]#step.requirement` is the check of every row.
fn without_row(id: &str) -> String {
    match (id.find('['), id.find(']')) {
        (Some(begin), Some(end)) if begin < end => format!("{}{}", &id[..begin], &id[end + 1..]),
        _ => id.to_owned(),
    }
}
