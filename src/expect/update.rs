//! Bringing the text of `expect.yaml` up to date from a run: what still holds stays as it is, to the octet.

use std::collections::BTreeMap;

use camino::Utf8Path;

use super::file::File;
use super::text::{self, Lines};
use crate::event::{
    CheckState, Expectation, NewsKind, Record, RollUp, ScenarioState, Verdict, by_id, roll_up_expecting,
};

/// How a run is written down.
#[derive(Debug, Clone)]
pub struct Options {
    /// Warnings too.
    pub warnings: bool,
    /// One entry for each requirement instead of one for each check.
    pub by_requirement: bool,
    /// Entries that no longer hold are removed.
    pub prune: bool,
    /// The reason of new entries.
    pub reason: String,
}

/// What happened to an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Added {
        check: String,
        verdict: String,
    },
    /// It had expected another verdict.
    Changed {
        check: String,
        verdict: String,
    },
    Removed {
        check: String,
        why: String,
    },
    /// It is kept although it does not hold: `why` says what came instead.
    Stale {
        check: String,
        why: String,
    },
}

/// The new text, and what is different in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    pub text: String,
    pub changes: Vec<Change>,
    /// How many entries are as they were.
    pub kept: usize,
}

/// Why a file cannot be brought up to date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UpdateError {
    #[error(
        "{file} is not written as a list of entries that each begin with a line `- …`: change it by hand, or write to another file"
    )]
    Form { file: String },
}

/// A verdict that nobody has expected yet.
#[derive(Default)]
struct Found {
    verdicts: Vec<Verdict>,
    about: Option<String>,
}

/// Brings a file up to date from the records of a run.
///
/// Checks that failed or could not be found out get entries, at the end and in the order of their ids. An entry for the same
/// check that expects another verdict gets the new one and keeps the rest. What has expired stays: whether it may last longer
/// is for a person to say.
///
/// # Errors
/// When the file is written in a way that cannot be edited without losing something.
pub fn update(file: &File, records: &[Record], options: &Options) -> Result<Update, UpdateError> {
    let rolled = roll_up_expecting(records, Some(&file.expectations));
    let entries = &file.expectations.entries;
    let mut changes = Vec::new();
    let mut wanted: Vec<Option<Expectation>> = entries.iter().cloned().map(Some).collect();
    let mut lines = Lines::of(&file.source);
    let mut added = Vec::new();
    for (check, found) in found(&rolled, options) {
        let verdict = text::verdicts(&found.verdicts);
        match entries.iter().position(|entry| entry.check == check) {
            Some(at) => {
                lines.replace(file.places[at].verdict, &verdict);
                if let Some(entry) = &mut wanted[at] {
                    entry.verdicts = found.verdicts;
                }
                changes.push(Change::Changed { check, verdict });
            }
            None => {
                let entry = Expectation {
                    line: 0,
                    check: check.clone(),
                    verdicts: found.verdicts,
                    reason: options.reason.trim().to_owned(),
                    link: None,
                    expires: None,
                };
                added.push((entry, found.about));
                changes.push(Change::Added { check, verdict });
            }
        }
    }
    for news in &rolled.news {
        let Some(at) = entries.iter().position(|entry| entry == news.entry) else {
            continue;
        };
        if wanted[at].as_ref() != Some(news.entry) {
            continue;
        }
        let (check, why) = (news.entry.check.clone(), news.text());
        if options.prune && !(news.kind == NewsKind::Expired && is_bad(&rolled, news.entry)) {
            lines.remove(file.places[at].check.0);
            wanted[at] = None;
            changes.push(Change::Removed { check, why });
        } else {
            changes.push(Change::Stale { check, why });
        }
    }
    let changed = changes
        .iter()
        .filter(|change| !matches!(change, Change::Added { .. }))
        .count();
    for (entry, about) in &added {
        lines.append(entry, about.as_deref());
    }
    wanted.extend(added.into_iter().map(|(entry, _)| Some(entry)));
    let text = lines.into_text();
    let is_right = File::read(Utf8Path::new(&file.expectations.file), text.clone())
        .is_ok_and(|read| same(&read.expectations.entries, wanted.iter().flatten()));
    match is_right {
        true => Ok(Update {
            text,
            changes,
            kept: entries.len() - changed,
        }),
        false => Err(UpdateError::Form {
            file: file.expectations.file.clone(),
        }),
    }
}

/// Lines apart.
fn same<'a>(read: &[Expectation], wanted: impl Iterator<Item = &'a Expectation>) -> bool {
    let read = read.iter().cloned();
    let wanted = wanted.cloned();
    let without_line = |entry: Expectation| Expectation { line: 0, ..entry };
    read.map(without_line).eq(wanted.map(without_line))
}

/// What is to be written down: by the name of the entry, in the order of the ids.
fn found(rolled: &RollUp<'_>, options: &Options) -> Vec<(String, Found)> {
    let counts = |verdict: Option<Verdict>| {
        matches!(verdict, Some(Verdict::Fail | Verdict::Error))
            || (options.warnings && verdict == Some(Verdict::Warn))
    };
    // Expired entries do not make anything expected; what they name is not for us to say again.
    let expired = || rolled.news.iter().filter(|news| news.kind == NewsKind::Expired);
    let mut found: BTreeMap<&str, Found> = BTreeMap::new();
    for check in rolled.checks.iter().filter(|check| counts(check.verdict)) {
        if check.expected.is_some() || expired().any(|news| news.entry.names_check(check)) {
            continue;
        }
        let name = match options.by_requirement {
            true => check.requirement,
            false => check.id,
        };
        let cited = rolled.cited(check.requirement);
        let entry = found.entry(name).or_default();
        entry.about = cited.map(|cited| format!("{}: {}", cited.level, cited.text));
        verdicts(check).for_each(|verdict| entry.take(verdict));
    }
    for scenario in rolled
        .scenarios
        .iter()
        .filter(|scenario| counts(scenario.verdict))
    {
        let old = || expired().any(|news| news.entry.names_scenario(scenario.id));
        if !scenario.alone || scenario.expected.is_some() || old() {
            continue;
        }
        let entry = found.entry(scenario.id).or_default();
        entry.about = scenario.reason.map(str::to_owned);
        scenario
            .verdict
            .into_iter()
            .for_each(|verdict| entry.take(verdict));
    }
    if options.by_requirement {
        // Of a requirement some checks may be as another verdict of the same entry says.
        for entry in rolled.expectations.iter().flat_map(|file| &file.entries) {
            if let Some(found) = found.get_mut(entry.check.as_str()) {
                entry.verdicts.iter().for_each(|verdict| found.take(*verdict));
            }
        }
    }
    let mut found: Vec<_> = found
        .into_iter()
        .map(|(name, found)| (name.to_owned(), found))
        .collect();
    found.sort_by(|(a, _), (b, _)| by_id(a, b));
    found
}

impl Found {
    fn take(&mut self, verdict: Verdict) {
        if !self.verdicts.contains(&verdict) {
            self.verdicts.push(verdict);
            self.verdicts.sort_unstable();
        }
    }
}

/// What a check came to; more than one where rounds differ.
fn verdicts(check: &CheckState<'_>) -> impl Iterator<Item = Verdict> {
    let rounds = check.results.iter().map(|result| result.verdict);
    let can_be_expected = |verdict: &Verdict| {
        matches!(
            verdict,
            Verdict::Fail | Verdict::Warn | Verdict::Error | Verdict::Pass
        )
    };
    check
        .verdict
        .into_iter()
        .chain(rounds.filter(move |_| check.unstable))
        .filter(can_be_expected)
}

/// Whether what an entry names is as bad as it says.
fn is_bad(rolled: &RollUp<'_>, entry: &Expectation) -> bool {
    let bad = |verdict: Option<Verdict>| verdict.is_some_and(|verdict| entry.verdicts.contains(&verdict));
    let check = |check: &CheckState<'_>| entry.names_check(check) && bad(check.verdict);
    let scenario = |scenario: &ScenarioState<'_>| entry.names_scenario(scenario.id) && bad(scenario.verdict);
    rolled.checks.iter().any(check) || rolled.scenarios.iter().any(scenario)
}

#[cfg(test)]
#[path = "update_tests.rs"]
mod tests;
