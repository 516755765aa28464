//! Which requirements a scenario cites.

use std::collections::BTreeSet;

use super::{At, Await, Row, Scenario, Step, in_row};

impl Scenario {
    /// The rows to run: one without a row where the scenario has none.
    pub fn instances(&self) -> Vec<Option<&Row>> {
        if self.rows.is_empty() {
            vec![None]
        } else {
            self.rows.iter().map(Some).collect()
        }
    }

    /// Ids of all requirements that the scenario cites in this row.
    pub fn cited(&self, row: Option<&Row>) -> BTreeSet<String> {
        self.steps
            .iter()
            .flat_map(|step| step.citations(row))
            .map(|cite| row_filled(cite, row))
            .collect()
    }

    /// Whether it waits for messages or calendar objects that the server makes: the lint judges all of them.
    pub fn is_linted(&self) -> bool {
        let waits = |step: &Step| matches!(step.wait, Some(Await::Inbox(_) | Await::Calendar(_)));
        self.steps.iter().any(waits)
    }

    /// Ids of all requirements that it cites in any row.
    pub fn cited_at_all(&self) -> BTreeSet<String> {
        self.instances()
            .into_iter()
            .flat_map(|row| self.cited(row))
            .collect()
    }
}

impl Step {
    /// Everything that the step cites in a row: by itself, by its outcomes and by its checks.
    pub fn citations(&self, row: Option<&Row>) -> impl Iterator<Item = &At<String>> {
        let steps = in_row(self.when.as_ref(), row).then_some(self);
        steps.into_iter().flat_map(move |step| {
            let outcomes = step.outcomes.iter().flat_map(|outcomes| &outcomes.cites);
            let checks = step.checks.iter();
            let checks = checks.filter(move |check| in_row(check.when.as_ref(), row));
            let checks = checks.flat_map(|check| &check.cites);
            step.cites.iter().chain(outcomes).chain(checks)
        })
    }
}

/// A citation with its `{row.KEY}` filled.
pub fn row_filled(cite: &str, row: Option<&Row>) -> String {
    let Some(row) = row.filter(|_| cite.contains('{')) else {
        return cite.to_owned();
    };
    row.0.iter().fold(cite.to_owned(), |text, (key, value)| {
        text.replace(&format!("{{row.{key}}}"), value)
    })
}
