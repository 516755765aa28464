//! One failure card on the page.

use super::cards::{Card, Cause, Place};
use super::index::Index;
use super::page::Page;
use super::text::one_line;
use crate::event::{CheckResult, CitedRequirement, Direction, Message, RollUp, ScenarioState, Verdict};

/// Writes cards from one log.
pub(super) struct CardWriter<'p, 'a> {
    pub(super) page: &'p mut Page,
    pub(super) index: &'p Index<'a>,
    pub(super) rolled: &'p RollUp<'a>,
    /// Warnings with their exchanges too.
    pub(super) verbose: bool,
}

const INDENT: usize = 2;
/// How many other places of the same cause are named.
const ALSO: usize = 5;
const STORY: usize = 8;
const SNIPPET: usize = 6;
impl<'a> CardWriter<'_, 'a> {
    pub(super) fn card(&mut self, card: &Card<'a>) {
        let rule = "─".repeat(self.page.width);
        self.page.line(&[(self.page.styles.dim(), &rule)]);
        match &card.cause {
            Cause::Checks(places) => self.checks(card.verdict, places),
            Cause::Scenarios { reason, scenarios } => self.scenarios(card.verdict, reason, scenarios),
        }
        self.page.blank();
    }

    fn checks(&mut self, verdict: Verdict, places: &[Place<'a>]) {
        let Some((first, others)) = places.split_first() else {
            return;
        };
        self.requirements(verdict, first);
        let (result, check) = (first.result, first.worst());
        let (dim, bold) = (self.page.styles.dim(), self.page.styles.bold());
        let plain = anstyle::Style::new();
        self.page.blank();
        if !result.expected.is_empty() {
            self.page
                .field(INDENT, (dim, "expected"), (plain, &result.expected));
        }
        if !result.actual.is_empty() {
            self.page.field(INDENT, (dim, "actual"), (bold, &result.actual));
        }
        for note in notes(first) {
            self.page.field(INDENT, (dim, "note"), (plain, note));
        }
        if let (Some(entry), Some(file)) = (check.expected, self.rolled.expectations) {
            let text = format!("{} ({}:{})", entry.reason, file.file, entry.line);
            self.page.field(INDENT, (dim, "known"), (plain, &text));
        }
        if check.unstable {
            let rounds: Vec<_> = check.results.iter().map(|result| result.verdict.word()).collect();
            let text = format!("{} ({} rounds)", rounds.join(", "), rounds.len());
            self.page.field(INDENT, (dim, "unstable"), (plain, &text));
        }
        let (scenario, planned) = (check.scenario, check.planned);
        self.place(check.id, scenario, planned.map(|planned| planned.line));
        let full = self.verbose || verdict != Verdict::Warn;
        if full {
            if let Some(planned) = planned {
                self.snippet(planned.line, &planned.snippet);
            }
            self.story(scenario, result);
            self.shown_by(check, result);
        }
        self.also(others);
    }

    fn requirements(&mut self, verdict: Verdict, place: &Place<'a>) {
        let mut checks: Vec<_> = place.checks.iter().collect();
        checks.sort_by(|a, b| a.verdict.cmp(&b.verdict).then(crate::event::by_id(a.id, b.id)));
        for (number, check) in checks.iter().enumerate() {
            let cited = self.rolled.cited(check.requirement);
            let word = if number == 0 {
                verdict
            } else {
                check.verdict.unwrap_or(verdict)
            };
            let style = self.page.styles.verdict(word);
            let bold = self.page.styles.bold();
            let word = format!("{:6}", word.word().to_uppercase());
            let about = cited.map(about).unwrap_or_default();
            self.page.line(&[
                (style, &word),
                (bold, check.requirement),
                (anstyle::Style::new(), "  "),
                (anstyle::Style::new(), &about),
            ]);
            if let Some(cited) = cited {
                self.page.paragraph(6, anstyle::Style::new(), &cited.text);
            }
        }
    }

    fn place(&mut self, check: &str, scenario: &str, line: Option<u32>) {
        let planned = self.rolled.scenario(scenario).and_then(|state| state.planned);
        let (dim, place) = (self.page.styles.dim(), self.page.styles.place());
        self.page.blank();
        if let Some(planned) = planned {
            let file = match line {
                Some(line) => format!("{}:{line}", planned.file),
                None => planned.file.clone(),
            };
            self.page
                .line(&[(dim, "  "), (place, &file), (dim, "  "), (dim, &planned.title)]);
        } else {
            self.page.line(&[(dim, "  "), (place, check)]);
        }
    }

    fn snippet(&mut self, line: u32, snippet: &str) {
        let lines: Vec<&str> = snippet.lines().collect();
        let indent = |line: &&&str| line.len() - line.trim_start_matches(' ').len();
        let common = lines
            .iter()
            .filter(|line| !line.trim().is_empty())
            .map(|line| indent(&line))
            .min();
        let dim = self.page.styles.dim();
        for (number, text) in (u64::from(line)..).zip(lines.iter().take(SNIPPET)) {
            let text = text.get(common.unwrap_or(0)..).unwrap_or_default();
            self.page
                .line(&[(dim, &format!("  {number:>4} │ ")), (anstyle::Style::new(), text)]);
        }
        if lines.len() > SNIPPET {
            self.page.line(&[(dim, "       │ …")]);
        }
    }

    pub(super) fn story(&mut self, scenario: &str, result: &CheckResult) {
        let messages = self.index.story(scenario, result);
        if messages.is_empty() {
            return;
        }
        let (dim, bold) = (self.page.styles.dim(), self.page.styles.bold());
        self.page.blank();
        self.page.line(&[(dim, "  the story so far")]);
        let skipped = messages.len().saturating_sub(STORY);
        if skipped > 0 {
            self.page.line(&[(dim, &format!("    … {skipped} earlier"))]);
        }
        for message in &messages[skipped..] {
            let who = self.index.who(scenario, result.round, &message.user);
            let what = self.told(scenario, result.round, message);
            self.page.line(&[
                (dim, "    "),
                (bold, &one_line(&who, 30)),
                (dim, verb(message.direction)),
                (anstyle::Style::new(), &what),
            ]);
        }
    }

    fn told(&self, scenario: &str, round: u32, message: &'a Message) -> String {
        let mut told = message.method.clone();
        if let Some(sequence) = message.sequence {
            told += &format!(", SEQUENCE {sequence}");
        }
        let attendees: Vec<_> = message
            .attendees
            .iter()
            .map(|(address, status)| format!("{} {status}", self.index.whose(scenario, round, address)))
            .collect();
        if !attendees.is_empty() {
            told += &format!(": {}", attendees.join(", "));
        }
        told
    }

    fn also(&mut self, others: &[Place<'a>]) {
        if others.is_empty() {
            return;
        }
        let (dim, plain) = (self.page.styles.dim(), anstyle::Style::new());
        self.page.blank();
        let count = format!("  the same in {} more:", others.len());
        self.page.line(&[(dim, &count)]);
        for other in others.iter().take(ALSO) {
            let check = other.worst();
            let word = format!("    {} ", check.verdict.map_or("", Verdict::word));
            self.page.line(&[(dim, &word), (plain, check.id)]);
        }
        if others.len() > ALSO {
            self.page
                .line(&[(dim, &format!("    … and {}", others.len() - ALSO))]);
        }
    }

    fn scenarios(&mut self, verdict: Verdict, reason: &str, scenarios: &[ScenarioState<'a>]) {
        let Some((first, others)) = scenarios.split_first() else {
            return;
        };
        let (dim, bold, plain) = (
            self.page.styles.dim(),
            self.page.styles.bold(),
            anstyle::Style::new(),
        );
        let word = format!("{:6}", verdict.word().to_uppercase());
        self.page
            .line(&[(self.page.styles.verdict(verdict), &word), (bold, first.id)]);
        self.page.paragraph(
            6,
            plain,
            if reason.is_empty() {
                "no reason is recorded"
            } else {
                reason
            },
        );
        self.place(first.id, first.id, None);
        let round = u32::try_from(first.finished.max(1)).unwrap_or(1);
        if let Some(exchange) = self.index.last_exchange(first.id, round) {
            self.exchange(first.id, round, exchange, &[]);
        }
        if others.is_empty() {
            return;
        }
        self.page.blank();
        self.page
            .line(&[(dim, &format!("  the same in {} more:", others.len()))]);
        for other in others.iter().take(ALSO) {
            self.page.line(&[(dim, "    "), (plain, other.id)]);
        }
        if others.len() > ALSO {
            self.page
                .line(&[(dim, &format!("    … and {}", others.len() - ALSO))]);
        }
    }
}

fn about(cited: &CitedRequirement) -> String {
    let rfc = cited
        .rfc6638
        .as_ref()
        .map(|section| format!(" (RFC 6638 section {section})"));
    format!(
        "{}  section {}{}  {}",
        cited.level.as_str(),
        cited.section,
        rfc.unwrap_or_default(),
        cited.title
    )
}

/// The notes of all checks of a place, each once.
fn notes<'r>(place: &Place<'r>) -> Vec<&'r str> {
    let mut notes = Vec::new();
    for note in place
        .checks
        .iter()
        .filter_map(|check| check.decisive())
        .flat_map(|result| &result.notes)
    {
        if !notes.contains(&note.as_str()) {
            notes.push(note.as_str());
        }
    }
    notes
}

fn verb(direction: Direction) -> &'static str {
    match direction {
        Direction::Wrote => " wrote ",
        Direction::Received => " received ",
    }
}
