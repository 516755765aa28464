//! What one rule says, in the words of a check.

use super::Finding;
use crate::itip::{self, Report, Rule};
use crate::run::matchers::Judgement;

/// A rule that is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::run) struct Ruling {
    pub finding: Finding,
    /// The reading by which it is a warning at most.
    pub reading: Option<&'static str>,
}

/// None where the rule is kept.
pub(super) fn ruling(rule: Rule, report: &Report) -> Option<Ruling> {
    let mut broken: Vec<&itip::Finding> = report.of(rule.id()).collect();
    // Without a reading it is worse than with one.
    broken.sort_by_key(|finding| finding.reading.is_some());
    let first = broken.first()?;
    let more = match broken.len() - 1 {
        0 => String::new(),
        more => format!(" (and {more} more of the kind)"),
    };
    let told = format!(
        "{} (line {}, column {}){more}",
        first.message, first.line, first.column
    );
    let judgement = Judgement::Broken { absent: first.absent };
    Some(Ruling {
        finding: Finding::new(judgement, rule.cited().text.clone(), told),
        reading: first.reading,
    })
}
