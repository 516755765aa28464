//! Mutations: good answers, damaged one way at a time, evaluated again without a server.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::trial::{TrialError, reference, trial};
use crate::corpus::Corpus;
use crate::ical::Document;
use crate::itip::Mode;
use crate::reference::Policy;
use crate::run::lint::mutation::unnoticed as damaged;
use crate::run::matchers::mutation::unnoticed;
use crate::run::{Evaluated, Observer};

/// What became of the damages to the answers for which one check held.
#[derive(Debug, Default, Clone)]
pub struct Damages {
    pub tried: usize,
    /// Those that the check did not notice, in words.
    pub unnoticed: Vec<String>,
}

/// What a run against the reference server showed, damaged.
#[derive(Debug)]
pub struct Survey {
    /// The requirements of all planned checks, by id of the check.
    pub planned: BTreeMap<String, String>,
    /// By id of the check.
    pub damages: BTreeMap<String, Damages>,
}

impl Survey {
    /// Checks that noticed all damage that was tried.
    pub fn proven(&self) -> impl Iterator<Item = &str> {
        let noticed = |damages: &Damages| damages.tried > 0 && damages.unnoticed.is_empty();
        self.damages
            .iter()
            .filter(move |(_, damages)| noticed(damages))
            .map(|(id, _)| id.as_str())
    }
}

#[derive(Default)]
struct Vandal(Mutex<BTreeMap<String, Damages>>);

impl Observer for Vandal {
    fn evaluated(&self, seen: &Evaluated<'_>) {
        if !seen.finding.holds() {
            return;
        }
        let attempt = unnoticed(seen.check, seen.subject, seen.scope);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for id in seen.ids {
            let damages = all.entry((*id).to_owned()).or_default();
            damages.tried += attempt.tried;
            damages
                .unnoticed
                .extend(attempt.unnoticed.iter().map(|damage| damage.what.clone()));
        }
    }

    fn linted(&self, id: &str, mode: Mode, document: &Document) {
        let (tried, unnoticed) = damaged(document, mode);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let damages = all.entry(id.to_owned()).or_default();
        damages.tried += tried;
        damages.unnoticed.extend(unnoticed.into_iter().map(str::to_owned));
    }
}

/// Runs what is selected of a corpus (everything, if nothing is) against a reference server and damages every answer for which a check held.
///
/// # Errors
/// When nothing could be run.
pub async fn survey(
    policy: Policy,
    corpus: &'static Corpus,
    selection: Vec<String>,
) -> Result<Survey, TrialError> {
    let (_server, target) = reference(policy)?;
    let vandal = Arc::new(Vandal::default());
    let trial = trial(target, corpus, selection, Some(vandal.clone())).await?;
    let rolled = trial.rolled();
    let checks = rolled.checks.iter().map(|check| (check.id, check.requirement));
    // What the lint says of a step is about no requirement in particular.
    let linted = rolled.linted.iter().map(|linted| (linted.id, ""));
    let planned = checks
        .chain(linted)
        .map(|(id, requirement)| (id.to_owned(), requirement.to_owned()))
        .collect();
    let damages = std::mem::take(&mut *vandal.0.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(Survey { planned, damages })
}
