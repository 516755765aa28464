//! What was expected of a target, in words that the reports share.

use crate::event::{CheckState, Expectation, Expectations, RollUp, ScenarioState, Verdict};

/// What the expectations of a run came to.
pub(super) struct Foreseen<'a> {
    pub(super) file: &'a Expectations,
    /// Checks, and scenarios by themselves, that came to a bad verdict that was expected.
    met: Vec<(Verdict, &'a Expectation)>,
    /// Those that failed or could not be found out without being expected to.
    unexpected: usize,
    news: usize,
}

impl<'a> Foreseen<'a> {
    /// None where nothing was expected.
    pub(super) fn of(rolled: &RollUp<'a>) -> Option<Foreseen<'a>> {
        let file = rolled.expectations.filter(|file| !file.entries.is_empty())?;
        let checks = rolled.checks.iter().map(|check| (check.verdict, check.expected));
        let scenarios = rolled
            .scenarios
            .iter()
            .map(|scenario| (scenario.verdict, scenario.expected));
        let met = checks
            .chain(scenarios)
            .filter_map(|(verdict, entry)| verdict.zip(entry));
        Some(Foreseen {
            file,
            met: met.collect(),
            unexpected: unexpected(rolled).count(),
            news: rolled.news.len(),
        })
    }

    pub(super) fn is_met(&self) -> bool {
        !self.met.is_empty()
    }

    /// `12 fail, 1 error as expected (expect.yaml), 1 unexpected`.
    pub(super) fn summary(&self) -> String {
        let count = |verdict| self.met.iter().filter(|(met, _)| *met == verdict).count();
        let met: Vec<String> = [Verdict::Fail, Verdict::Error, Verdict::Warn]
            .into_iter()
            .map(|verdict| (count(verdict), verdict.word()))
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        let met = match met.is_empty() {
            true => "nothing".to_owned(),
            false => met.join(", "),
        };
        let mut text = format!("{met} as expected ({})", self.file.file);
        let others = self.unexpected + self.news;
        if others > 0 {
            text += &format!(", {others} unexpected");
        }
        let unwritten = self.file.entries.iter().filter(|entry| is_unwritten(entry));
        let lines: Vec<String> = unwritten.map(|entry| entry.line.to_string()).collect();
        match lines.as_slice() {
            [] => {}
            [line] => text += &format!("; the reason in line {line} is still to be written"),
            lines => {
                text += &format!(
                    "; {} reasons are still to be written (lines {}{})",
                    lines.len(),
                    lines[..lines.len().min(LINES)].join(", "),
                    if lines.len() > LINES { ", …" } else { "" }
                );
            }
        }
        text
    }

    /// Each entry that was met, with the verdicts that it met, in the order of the file.
    pub(super) fn entries(&self) -> Vec<(&'a Expectation, Vec<Verdict>)> {
        let met = |entry: &Expectation| {
            let mine = self.met.iter().filter(|(_, met)| met.line == entry.line);
            mine.map(|(verdict, _)| *verdict).collect::<Vec<_>>()
        };
        let entries = self.file.entries.iter().map(|entry| (entry, met(entry)));
        entries.filter(|(_, verdicts)| !verdicts.is_empty()).collect()
    }
}

/// How many lines are named whose reasons are missing.
const LINES: usize = 8;

fn is_unwritten(entry: &Expectation) -> bool {
    entry.reason.split([' ', ':']).next() == Some("TODO")
}

/// The verdicts that nobody expected: of checks, and of scenarios where none of their checks says so.
pub(super) fn unexpected(rolled: &RollUp<'_>) -> impl Iterator<Item = Verdict> {
    let checks = rolled.checks.iter().filter(|check| check.is_unexpected());
    let scenarios = rolled
        .scenarios
        .iter()
        .filter(|scenario| scenario.is_unexpected());
    let checks = checks.filter_map(|check: &CheckState<'_>| check.verdict);
    checks.chain(scenarios.filter_map(|scenario: &ScenarioState<'_>| scenario.verdict))
}
