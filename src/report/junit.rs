//! JUnit XML for continuous integration: a suite for each scenario, a case for each check, and one for what the lint says
//! of the messages and objects of a step.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::card::CardWriter;
use super::expected::Foreseen;
use super::index::Index;
use super::page::Page;
use super::style::Styles;
use super::text::{one_line, visible};
use crate::event::{
    CheckResult, CheckState, Expectation, LintState, NewsKind, RollUp, RunLog, ScenarioState, Verdict,
    roll_up,
};

/// The report of a run as a JUnit document.
///
/// pass, info and warn pass (a warning tells itself in system-out), fail is a failure, error an error; n/a,
/// blocked and untested are skipped with their reason. A scenario that is worse than all its checks has a case
/// `(scenario)` of its own. A fail or error that was expected is skipped, as `expected fail`, with the reason; what passed
/// unexpectedly is a failure, and so is each expectation that is unused or expired, in a suite with the name of their file.
pub fn junit(log: &RunLog) -> String {
    let rolled = roll_up(&log.records);
    let index = Index::of(&log.records);
    let target = log.header().map_or("", |header| header.target.as_str());
    let mut report = Report::new(visible(&format!("calconform {target}")));
    for scenario in &rolled.scenarios {
        report.add_test_suite(suite(scenario, &rolled, &index, log));
    }
    if let Some(foreseen) = Foreseen::of(&rolled) {
        report.add_test_suites(news(&foreseen, &rolled));
    }
    report.set_time(Duration::from_millis(
        index.finished.map_or(index.ms, |finished| finished.wall_ms),
    ));
    // Writing into memory does not fail, and the document has no parts that could be refused.
    report.to_string().unwrap_or_default()
}

fn suite(scenario: &ScenarioState<'_>, rolled: &RollUp<'_>, index: &Index<'_>, log: &RunLog) -> TestSuite {
    let mut suite = TestSuite::new(visible(scenario.id));
    if let Some(header) = log.header() {
        suite.add_property(("target", header.target.as_str()).map_visible());
        suite.add_property(("base-url", header.base_url.as_str()).map_visible());
    }
    if let Some(planned) = scenario.planned {
        suite.add_property(("file", planned.file.as_str()).map_visible());
        suite.add_property(("title", planned.title.as_str()).map_visible());
    }
    let rounds =
        (1..=u32::try_from(scenario.started).unwrap_or(u32::MAX)).map_while(|n| index.round(scenario.id, n));
    let spent: u64 = rounds.map(|round| round.ended.saturating_sub(round.began)).sum();
    suite.set_time(Duration::from_millis(spent));
    let mut worst = None;
    for check in rolled.checks.iter().filter(|check| check.scenario == scenario.id) {
        worst = worst.into_iter().chain(check.verdict).min();
        suite.add_test_case(case(check, scenario, rolled, index));
    }
    for linted in rolled
        .linted
        .iter()
        .filter(|linted| linted.scenario == scenario.id)
    {
        suite.add_test_case(lint(linted));
    }
    if worst.is_none_or(|worst| scenario.verdict.is_some_and(|verdict| verdict < worst)) {
        let status = match (scenario.expected, scenario.verdict) {
            (Some(entry), Some(verdict)) => expected(verdict, entry),
            _ => status(scenario.verdict, scenario.reason.unwrap_or_default(), ""),
        };
        let mut case = TestCase::new("(scenario)", status);
        case.set_classname(visible(scenario.id));
        suite.add_test_case(case);
    }
    suite
}

fn case<'a>(
    check: &CheckState<'a>,
    scenario: &ScenarioState<'a>,
    rolled: &RollUp<'a>,
    index: &Index<'a>,
) -> TestCase {
    let mut text = description(check, scenario, rolled);
    if let (true, Some(result)) = (check.is_unexpected(), check.decisive()) {
        text += &evidence(check, result, rolled, index);
    }
    let result = check.decisive();
    let message = match (result, check.reason) {
        (Some(result), _) if !result.actual.is_empty() => &result.actual,
        (Some(result), _) => result.notes.first().map_or("", |note| note.as_str()),
        (None, Some(reason)) => reason,
        (None, None) => "the run did not come to it",
    };
    let passed = rolled.news.iter().find(|news| is_about(&news.kind, check));
    let status = match (check.expected, check.verdict, passed) {
        (Some(entry), Some(verdict @ (Verdict::Fail | Verdict::Error)), _) => expected(verdict, entry),
        (.., Some(news)) => failure(
            news.title(),
            &format!("{}: {}", news.text(), news.entry.reason),
            &text,
        ),
        _ => status(check.verdict, message, &text),
    };
    let mut case = TestCase::new(visible(check.id), status);
    case.set_classname(visible(check.scenario));
    if let (Some(entry), Some(verdict)) = (check.expected, check.verdict) {
        let because = format!("expected {}: {}", verdict.word(), entry.reason);
        case.set_system_out(visible(&format!("{because}\n{text}")));
    } else if check.verdict == Some(Verdict::Warn) {
        case.set_system_out(visible(&format!("warn: {text}")));
    } else if check.unstable && matches!(check.verdict, Some(Verdict::Pass | Verdict::Info)) {
        case.set_system_out(visible(&text));
    }
    case
}

fn is_about(news: &NewsKind<'_>, check: &CheckState<'_>) -> bool {
    matches!(news, NewsKind::Better { check: id, .. } if *id == check.id)
}

/// What came as somebody had said it would. Readers of JUnit know it as skipped.
fn expected(verdict: Verdict, entry: &Expectation) -> TestCaseStatus {
    let kind = format!("expected {}", verdict.word());
    let mut status = TestCaseStatus::skipped();
    status
        .set_message(format!("{kind}: {}", one_line(&entry.reason, MESSAGE)))
        .set_type(kind);
    status
}

fn failure(kind: &str, message: &str, text: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status
        .set_message(one_line(message, MESSAGE))
        .set_type(kind)
        .set_description(visible(text));
    status
}

/// The expectations that no case of a check is about.
fn news(foreseen: &Foreseen<'_>, rolled: &RollUp<'_>) -> Option<TestSuite> {
    let file = visible(&foreseen.file.file);
    let mut suite = TestSuite::new(file.clone());
    for news in &rolled.news {
        if rolled.checks.iter().any(|check| is_about(&news.kind, check)) {
            continue;
        }
        let place = format!("{file}:{}", news.entry.line);
        let status = failure(
            news.title(),
            &format!("{}: {}", news.text(), news.entry.reason),
            &place,
        );
        let mut case = TestCase::new(visible(&news.entry.check), status);
        case.set_classname(file.clone());
        suite.add_test_case(case);
    }
    (!suite.test_cases.is_empty()).then_some(suite)
}

/// What is kept, in one case; what is broken has cases of its own.
fn lint(linted: &LintState<'_>) -> TestCase {
    let mut case = TestCase::new(visible(linted.id), TestCaseStatus::success());
    case.set_classname(visible(linted.scenario));
    case.add_property(("rules-kept", linted.kept.len().to_string().as_str()).map_visible());
    case
}

const MESSAGE: usize = 300;

fn status(verdict: Option<Verdict>, message: &str, text: &str) -> TestCaseStatus {
    let (mut status, kind) = match verdict {
        Some(Verdict::Pass | Verdict::Info | Verdict::Warn) => return TestCaseStatus::success(),
        Some(Verdict::Fail) => (TestCaseStatus::non_success(NonSuccessKind::Failure), "fail"),
        Some(Verdict::Error) => (TestCaseStatus::non_success(NonSuccessKind::Error), "error"),
        Some(Verdict::Blocked) => (TestCaseStatus::skipped(), "blocked"),
        Some(Verdict::NotApplicable) => (TestCaseStatus::skipped(), "n/a"),
        None => (TestCaseStatus::skipped(), "untested"),
    };
    let message = one_line(message, MESSAGE);
    match verdict {
        Some(Verdict::Fail | Verdict::Error) => {
            status
                .set_message(message)
                .set_type(kind)
                .set_description(visible(text));
        }
        // Not every reader of JUnit shows the type of what was skipped.
        _ => {
            status.set_message(format!("{kind}: {message}")).set_type(kind);
        }
    }
    status
}

fn description(check: &CheckState<'_>, scenario: &ScenarioState<'_>, rolled: &RollUp<'_>) -> String {
    let mut lines = Vec::new();
    if let Some(cited) = rolled.cited(check.requirement) {
        let level = cited.level.as_str();
        lines.push(format!(
            "{} {level}, section {} {}",
            cited.id, cited.section, cited.title
        ));
        lines.push(cited.text.clone());
    }
    if let (Some(planned), Some(file)) = (check.planned, scenario.planned) {
        lines.push(format!("{}:{}", file.file, planned.line));
    }
    if let Some(result) = check.decisive() {
        let fields = [("expected", &result.expected), ("actual", &result.actual)];
        let told = fields.into_iter().filter(|(_, text)| !text.is_empty());
        lines.extend(told.map(|(label, text)| format!("{label}: {text}")));
        lines.extend(result.notes.iter().map(|note| format!("note: {note}")));
    }
    if check.unstable {
        let rounds: Vec<_> = check.results.iter().map(|result| result.verdict.word()).collect();
        lines.push(format!("unstable: {}", rounds.join(", ")));
    }
    lines.join("\n")
}

const WIDTH: usize = 120;

/// The story and the exchange, as on a failure card.
fn evidence<'a>(
    check: &CheckState<'a>,
    result: &CheckResult,
    rolled: &RollUp<'a>,
    index: &Index<'a>,
) -> String {
    let mut page = Page::new(Styles::plain(), WIDTH);
    page.blank();
    let mut writer = CardWriter {
        page: &mut page,
        index,
        rolled,
        verbose: true,
    };
    writer.story(check.scenario, result);
    writer.shown_by(check, result);
    page.into_text()
}

trait MapVisible {
    fn map_visible(self) -> (String, String);
}

impl MapVisible for (&str, &str) {
    fn map_visible(self) -> (String, String) {
        (self.0.to_owned(), visible(self.1).into_owned())
    }
}
