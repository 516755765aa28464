//! Requirements as the log and the verdicts need them.

use crate::event::{CitedRequirement, Level, RegisterTotals};
use crate::spec::{self, Register, Requirement};

/// What cards and verdicts need to know of a requirement.
pub(super) fn cited(register: &Register, requirement: &Requirement) -> CitedRequirement {
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
        level: level(requirement.level),
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

/// How many requirements there are to test.
pub(super) fn totals(register: &Register) -> RegisterTotals {
    let specifications = register.denominators().iter().map(|(specification, levels)| {
        let levels = levels
            .iter()
            .map(|(level, count)| (level.as_str().to_string(), *count))
            .collect();
        (specification.as_str().to_string(), levels)
    });
    RegisterTotals {
        specifications: specifications.collect(),
    }
}

fn level(level: spec::Level) -> Level {
    match level {
        spec::Level::Must => Level::Must,
        spec::Level::MustNot => Level::MustNot,
        spec::Level::Should => Level::Should,
        spec::Level::ShouldNot => Level::ShouldNot,
        spec::Level::May => Level::May,
        spec::Level::Precondition => Level::Precondition,
        spec::Level::ElementDefinition => Level::ElementDefinition,
        spec::Level::Table => Level::Table,
        spec::Level::Example => Level::Example,
    }
}
