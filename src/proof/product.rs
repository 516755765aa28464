//! Everything with everything: the whole suite against each server whose verdicts are known beforehand.

use std::future::Future;
use std::io;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::deviation::{Breadth, expose};
use super::stub::{self, Canned};
use super::trial::TrialError;
use super::variant;
use crate::event::RollUp;
use crate::reference::{Deviation, Variant};

/// A server whose verdicts are known beforehand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Case {
    /// The reference server with these lawful choices (with none: the plain one).
    Lawful(Vec<Variant>),
    /// The reference server with one violation.
    Violation(Deviation),
    /// A server that has one answer to everything.
    Canned(Canned),
    /// A server that stores calendars and delivers nothing.
    Storing,
}

/// Of the checks that are evaluated against a stub, at most one in so many may pass.
const PASSED_BY_STUB: usize = 50;
/// Evaluating fewer checks than this against a stub proves nothing.
const LEAST_EVALUATED: usize = 80;

impl Case {
    /// The plain server, each variant, each pair of variants, each deviation, each stub.
    pub fn all() -> Vec<Case> {
        let alone = Variant::ALL.iter().map(|variant| vec![*variant]);
        let pairs = Variant::ALL
            .iter()
            .enumerate()
            .flat_map(|(at, one)| Variant::ALL[at + 1..].iter().map(|other| vec![*one, *other]));
        std::iter::once(Vec::new())
            .chain(alone)
            .chain(pairs)
            .map(Case::Lawful)
            .chain(Deviation::ALL.iter().copied().map(Case::Violation))
            .chain(Canned::ALL.iter().copied().map(Case::Canned))
            .chain([Case::Storing])
            .collect()
    }

    /// As on the command line of `serve`, or what the stub is.
    pub fn name(&self) -> String {
        match self {
            Case::Lawful(variants) if variants.is_empty() => "reference server".to_owned(),
            Case::Lawful(variants) => {
                let names: Vec<&str> = variants.iter().map(|variant| variant.name()).collect();
                format!("variant {}", names.join(" + "))
            }
            Case::Violation(deviation) => format!("deviation {}", deviation.name()),
            Case::Canned(answer) => format!("stub {}", answer.name()),
            Case::Storing => "stub storing".to_owned(),
        }
    }

    /// What the suite says of this server and should not, and what it does not say and should. A deviation is tried with
    /// as many scenarios as `breadth` says, everything else with all.
    ///
    /// # Errors
    /// When nothing could be run.
    pub async fn complaints(&self, breadth: Breadth) -> Result<Vec<String>, TrialError> {
        match self {
            Case::Lawful(variants) => {
                let trial = variant::with(variants).await?;
                let complaints = variant::complaints(&trial.rolled()).into_iter();
                // A choice may take away what a check needs.
                let meant = |complaint: &String| variants.is_empty() || !complaint.starts_with("blocked ");
                Ok(complaints.filter(meant).collect())
            }
            Case::Violation(deviation) => {
                let exposure = expose(*deviation, breadth).await?;
                let unseen = exposure.unseen.iter().map(|id| format!("nothing fails {id}"));
                Ok(unseen.chain(exposure.stray).collect())
            }
            Case::Canned(answer) => {
                let trial = stub::canned(*answer).await?;
                let rolled = trial.rolled();
                let mut complaints = too_many(stub::passed(&rolled));
                complaints.extend(credited(&rolled));
                Ok(complaints)
            }
            Case::Storing => {
                let trial = stub::storing().await?;
                let rolled = trial.rolled();
                let (evaluated, passed) = stub::passed(&rolled);
                let delivered = passed.into_iter().filter(|id| stub::is_delivery(id));
                let mut complaints: Vec<String> =
                    delivered.map(|id| format!("delivery passes: {id}")).collect();
                complaints.extend(too_few(evaluated));
                Ok(complaints)
            }
        }
    }
}

/// A canned answer is nothing that the lint could find good.
fn credited(rolled: &RollUp<'_>) -> impl Iterator<Item = String> {
    let linted = rolled.linted.iter();
    linted.map(|linted| format!("the lint finds {} rules kept: {}", linted.kept.len(), linted.id))
}

fn too_few(evaluated: usize) -> Option<String> {
    (evaluated < LEAST_EVALUATED).then(|| format!("only {evaluated} checks were evaluated"))
}

fn too_many((evaluated, passed): (usize, Vec<&str>)) -> Vec<String> {
    let mut complaints: Vec<String> = too_few(evaluated).into_iter().collect();
    if passed.len() * PASSED_BY_STUB > evaluated {
        complaints.push(format!(
            "{} of {evaluated} pass, which is more than one in {PASSED_BY_STUB}: {}",
            passed.len(),
            passed.join(" ")
        ));
    }
    complaints
}

/// Tries each case, some at once since most of a trial is waiting for what does not come, and says what is wrong, in the
/// order of the cases: each text starts with the name of the case. `told` hears how many have been tried, and what next.
pub fn prove(
    cases: &[Case],
    breadth: Breadth,
    at_once: usize,
    told: &(dyn Fn(usize, &str) + Sync),
) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..at_once.max(1) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(case) = cases.get(at) else { break };
                    told(at, &case.name());
                    let complaints = match block_on(case.complaints(breadth)) {
                        Ok(Ok(complaints)) => complaints,
                        Ok(Err(error)) => vec![error.to_string()],
                        Err(error) => vec![error.to_string()],
                    };
                    found
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push((at, complaints));
                }
            });
        }
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort_by_key(|(at, _)| *at);
    found
        .into_iter()
        .flat_map(|(at, complaints)| {
            let name = cases[at].name();
            complaints
                .into_iter()
                .map(move |complaint| format!("{name}: {complaint}"))
        })
        .collect()
}

fn block_on<T>(future: impl Future<Output = T>) -> io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    Ok(runtime.block_on(future))
}
