//! Requirements as the log and the verdicts need them.

use super::CitedRequirement;
use crate::spec::{Register, Requirement};

impl CitedRequirement {
    /// What cards and verdicts need to know of a requirement of this register.
    pub fn of(register: &Register, requirement: &Requirement) -> Self {
        let contested: Vec<String> = register
            .contested(requirement)
            .map(|reading| reading.id.clone())
            .collect();
        let readings = requirement
            .readings
            .iter()
            .filter(|id| !contested.contains(id))
            .cloned()
            .collect();
        CitedRequirement {
            id: requirement.id.clone(),
            specification: requirement.specification().as_str().to_string(),
            section: requirement.section.as_str().to_string(),
            title: requirement.title.clone(),
            level: requirement.level,
            text: requirement.text.clone(),
            rfc6638: requirement
                .rfc6638
                .as_ref()
                .map(|successor| successor.section.as_str().to_string()),
            implied: requirement.implied,
            confirmed: requirement.confirmed.is_some(),
            contested,
            readings,
        }
    }
}
