//! Variants: lawful choices that no check may hold against a server.

use super::trial::{Trial, TrialError, reference, trial};
use crate::corpus::Corpus;
use crate::event::{RollUp, Verdict};
use crate::reference::{Policy, Variant};

/// Runs the whole suite against a reference server with these lawful choices; none is the plain server.
///
/// # Errors
/// When nothing could be run.
pub async fn with(variants: &[Variant]) -> Result<Trial, TrialError> {
    let policy = variants
        .iter()
        .fold(Policy::default(), |policy, variant| policy.with(*variant));
    let (_server, target) = reference(policy)?;
    trial(target, Corpus::embedded(), Vec::new(), None).await
}

/// What a lawful server must not get: every check that failed, warned, could not be read or was blocked, in words.
pub fn complaints(rolled: &RollUp<'_>) -> Vec<String> {
    let unlawful = |verdict| {
        matches!(
            verdict,
            Some(Verdict::Fail | Verdict::Warn | Verdict::Error | Verdict::Blocked)
        )
    };
    let checks = rolled
        .checks
        .iter()
        .filter(|check| unlawful(check.verdict))
        .map(|check| {
            let word = check.verdict.map_or("", Verdict::word);
            match check.decisive() {
                Some(result) => format!(
                    "{word} {}: expected {}, found {} {}",
                    check.id,
                    result.expected,
                    result.actual,
                    result.notes.join("; ")
                ),
                None => format!("{word} {}: {}", check.id, check.reason.unwrap_or_default()),
            }
        });
    let scenarios = rolled
        .scenarios
        .iter()
        .filter(|scenario| scenario.verdict == Some(Verdict::Error))
        .map(|scenario| format!("error {}: {}", scenario.id, scenario.reason.unwrap_or_default()));
    checks.chain(scenarios).collect()
}
