//! What tests a requirement.

use std::collections::{BTreeMap, BTreeSet};

use super::Corpus;
use crate::scenario::{row_filled, row_id};

/// A step of a scenario that cites a requirement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Citation {
    /// With the row, where the scenario has rows.
    pub scenario: String,
    pub step: String,
    /// Of the scenario's file, from 1.
    pub line: u32,
}

impl std::fmt::Display for Citation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}#{}", self.scenario, self.step)
    }
}

impl Corpus {
    /// The steps that cite each requirement; the first citation where a step cites it several times. Broken scenarios
    /// cite nothing.
    pub fn citations(&self) -> BTreeMap<String, BTreeSet<Citation>> {
        let mut citations: BTreeMap<String, BTreeSet<Citation>> = BTreeMap::new();
        for file in self.scenarios() {
            let Ok(scenario) = file.scenario() else { continue };
            for row in scenario.instances() {
                let id = row_id(&file.id, row);
                for step in &scenario.steps {
                    let mut seen = BTreeSet::new();
                    for cite in step.citations(row) {
                        let requirement = row_filled(cite, row);
                        if seen.insert(requirement.clone()) {
                            citations.entry(requirement).or_default().insert(Citation {
                                scenario: id.clone(),
                                step: step.id.value.clone(),
                                line: cite.line,
                            });
                        }
                    }
                }
            }
        }
        citations
    }
}
