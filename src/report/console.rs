//! The report for a person: failure cards, then the summary.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use anstyle::Style;

use super::card::CardWriter;
use super::cards::cards;
use super::curl::without_userinfo;
use super::expected::{Foreseen, unexpected};
use super::index::Index;
use super::page::Page;
use super::residue;
use super::style::Styles;
use crate::event::{Ending, RollUp, RunLog, ScenarioState, Tally, Verdict, ending, roll_up};

/// How the report looks.
#[derive(Debug, Clone, Copy)]
pub struct ConsoleOptions {
    /// A line for each scenario, and warnings with their exchanges.
    pub verbose: bool,
    pub styles: Styles,
    /// Columns.
    pub width: usize,
}

/// The report of a run.
pub fn console(log: &RunLog, options: ConsoleOptions) -> String {
    let rolled = roll_up(&log.records);
    let index = Index::of(&log.records);
    let mut page = Page::new(options.styles, options.width);
    header(&mut page, log);
    if options.verbose {
        scenario_list(&mut page, &rolled);
    }
    let mut cards = cards(&rolled);
    cards.retain(|card| options.verbose || !card.expected);
    let mut writer = CardWriter {
        page: &mut page,
        index: &index,
        rolled: &rolled,
        verbose: options.verbose,
    };
    for card in &cards {
        writer.card(card);
    }
    table(&mut page, &rolled);
    lint(&mut page, &rolled);
    remarks(&mut page, log, &rolled, &index);
    expectations(&mut page, &rolled);
    conclusion(&mut page, &rolled, &index);
    page.into_text()
}

fn header(page: &mut Page, log: &RunLog) {
    let Some(header) = log.header() else { return };
    let (bold, dim, place) = (page.styles.bold(), page.styles.dim(), page.styles.place());
    let version = format!("calconform {}  ", header.version);
    page.line(&[
        (dim, &version),
        (bold, &header.target),
        (dim, "  "),
        (place, &without_userinfo(&header.base_url)),
        (dim, "  "),
        (Style::new(), &header.specification),
    ]);
    if !header.selection.is_empty() {
        page.line(&[(dim, "selected: "), (Style::new(), &header.selection.join(", "))]);
    }
    page.blank();
}

fn scenario_list(page: &mut Page, rolled: &RollUp<'_>) {
    let longest = rolled
        .scenarios
        .iter()
        .map(|scenario| scenario.id.chars().count())
        .max()
        .unwrap_or(0);
    let column = longest.min(page.width / 2);
    for scenario in &rolled.scenarios {
        let checks = rolled.checks.iter().filter(|check| check.scenario == scenario.id);
        let tally: Tally = checks.map(|check| check.verdict).collect();
        scenario_line(page, scenario, &tally, column);
    }
    page.blank();
}

fn scenario_line(page: &mut Page, scenario: &ScenarioState<'_>, tally: &Tally, column: usize) {
    let (dim, plain) = (page.styles.dim(), Style::new());
    let (style, word) = match scenario.verdict {
        Some(verdict) => (page.styles.verdict(verdict), verdict.word()),
        None => (dim, "untested"),
    };
    let title = scenario.planned.map_or("", |planned| planned.title.as_str());
    let detail = match scenario.reason {
        Some(reason) => reason.to_owned(),
        None => counts(tally),
    };
    let unstable = if scenario.unstable { "unstable, " } else { "" };
    page.line(&[
        (style, &format!("{word:8} ")),
        (plain, &format!("{:column$}  ", scenario.id)),
        (dim, unstable),
        (dim, &detail),
        (dim, "  "),
        (plain, title),
    ]);
}

/// `3 pass, 1 warn`.
pub(super) fn counts(tally: &Tally) -> String {
    let mut parts: Vec<String> = Verdict::ALL
        .into_iter()
        .map(|verdict| (tally.of(verdict), verdict.word()))
        .chain([(tally.untested, "untested")])
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    if parts.is_empty() {
        parts.push("no checks".into());
    }
    parts.join(", ")
}

/// In the order in which a reader looks for them.
const COLUMNS: [Verdict; 7] = [
    Verdict::Pass,
    Verdict::Fail,
    Verdict::Warn,
    Verdict::Info,
    Verdict::NotApplicable,
    Verdict::Blocked,
    Verdict::Error,
];
const COLUMN: usize = 9;

fn table(page: &mut Page, rolled: &RollUp<'_>) {
    let dim = page.styles.dim();
    let rows: Vec<_> = rolled
        .specifications
        .iter()
        .filter(|(_, state)| state.tally.total() > 0)
        .collect();
    let names = rows
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or(0);
    let first = names.clamp(12, 24) + 2;
    let any_untested = rows.iter().any(|(_, state)| state.tally.untested > 0)
        || rolled.check_tally().untested + rolled.scenario_tally().untested > 0;

    let mut heads: Vec<(Style, String)> = vec![(dim, format!("{:first$}", "requirements"))];
    heads.extend(COLUMNS.map(|verdict| (dim, format!("{:>COLUMN$}", verdict.word()))));
    if any_untested {
        heads.push((dim, format!("{:>COLUMN$}", "untested")));
    }
    heads.push((dim, "  judged".into()));
    write_row(page, &heads);
    for (name, state) in rows {
        let name = if name.is_empty() { "(unknown)" } else { name };
        let mut row = tally_row(page.styles, name, first, &state.tally, any_untested);
        let judged = match state.testable {
            0 => format!("  {}", state.touched),
            testable => format!("  {} of {testable}", state.touched),
        };
        row.push((Style::new(), judged));
        write_row(page, &row);
    }
    for (name, tally) in [
        ("checks", rolled.check_tally()),
        ("scenarios", rolled.scenario_tally()),
    ] {
        let row = tally_row(page.styles, name, first, &tally, any_untested);
        write_row(page, &row);
    }
}

fn tally_row(
    styles: Styles,
    name: &str,
    first: usize,
    tally: &Tally,
    untested: bool,
) -> Vec<(Style, String)> {
    let cell = |count: usize, style: Style| match count {
        0 => (styles.dim(), format!("{:>COLUMN$}", "·")),
        _ => (style, format!("{count:>COLUMN$}")),
    };
    let mut row = vec![(Style::new(), format!("{name:first$}"))];
    row.extend(COLUMNS.map(|verdict| cell(tally.of(verdict), styles.verdict(verdict))));
    if untested {
        row.push(cell(tally.untested, Style::new()));
    }
    row
}

fn write_row(page: &mut Page, row: &[(Style, String)]) {
    let pieces: Vec<_> = row.iter().map(|(style, text)| (*style, text.as_str())).collect();
    page.line(&pieces);
}

/// How much the lint has judged. What it found broken has cards, and is among the checks.
fn lint(page: &mut Page, rolled: &RollUp<'_>) {
    if rolled.linted.is_empty() {
        return;
    }
    let count: usize = rolled.linted.iter().map(|linted| linted.count).sum();
    let kept: BTreeSet<&str> = rolled
        .linted
        .iter()
        .flat_map(|linted| linted.kept.iter().copied())
        .collect();
    let broken = rolled
        .linted
        .iter()
        .filter(|linted| linted.verdict < Verdict::Pass)
        .count();
    let found = match broken {
        0 => "all keep what applies to them".to_owned(),
        1 => "those of one step break a rule".to_owned(),
        steps => format!("those of {steps} steps break a rule"),
    };
    let text = format!(
        "{count} messages and calendar objects, {} rules: {found}",
        kept.len()
    );
    page.blank();
    page.field(0, (page.styles.dim(), "linted"), (Style::new(), &text));
}

const LISTED: usize = 10;

fn remarks(page: &mut Page, log: &RunLog, rolled: &RollUp<'_>, index: &Index<'_>) {
    let warn = page.styles.verdict(Verdict::Warn);
    let plain = Style::new();
    page.blank();
    if let Some(line) = log.cut_in_line {
        let text =
            format!("the log stops in the middle of line {line}; what is missing is blocked or untested");
        page.field(0, (warn, "incomplete "), (plain, &text));
    } else if !log.is_complete() {
        let text = "the log has no end; what is missing is blocked or untested";
        page.field(0, (warn, "incomplete "), (plain, text));
    }
    if let Some((reason, _)) = rolled.interrupted {
        page.field(0, (warn, "stopped    "), (plain, reason));
    }
    let unstable: Vec<_> = rolled.checks.iter().filter(|check| check.unstable).collect();
    for check in unstable.iter().take(LISTED) {
        let rounds: Vec<_> = check.results.iter().map(|result| result.verdict.word()).collect();
        page.field(
            0,
            (warn, "unstable"),
            (plain, &format!("{}: {}", check.id, rounds.join(", "))),
        );
    }
    if unstable.len() > LISTED {
        let text = format!("… and {} more checks", unstable.len() - LISTED);
        page.field(0, (warn, "unstable   "), (plain, &text));
    }
    if matches!(ending(rolled), Ending::NothingJudged) {
        reasons(page, rolled);
    }
    let left: Vec<_> = index
        .residues
        .iter()
        .flat_map(|residue| residue.urls.iter().map(|url| format!("{url} ({})", residue.user)))
        .collect();
    for url in left.iter().take(LISTED) {
        page.field(0, (warn, "left behind"), (plain, url));
    }
    if left.len() > LISTED {
        let text = format!("… and {} more resources", left.len() - LISTED);
        page.field(0, (warn, "left behind"), (plain, &text));
    }
    let (title, lines) = (residue::title(index), residue::lines(index));
    for line in lines.iter().take(LISTED) {
        page.field(0, (warn, title), (plain, line));
    }
    if lines.len() > LISTED {
        let text = format!("… and {} more (results.json has them)", lines.len() - LISTED);
        page.field(0, (warn, title), (plain, &text));
    }
}

/// Why nothing was judged: each reason once.
fn reasons(page: &mut Page, rolled: &RollUp<'_>) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for reason in rolled.scenarios.iter().filter_map(|scenario| scenario.reason) {
        *counts.entry(reason).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| Reverse(*count));
    let (dim, plain) = (page.styles.dim(), Style::new());
    for (reason, count) in counts.iter().take(LISTED) {
        page.field(0, (dim, &format!("{count} not run")), (plain, reason));
    }
}

/// What was foreseen, and what came otherwise.
fn expectations(page: &mut Page, rolled: &RollUp<'_>) {
    let Some(foreseen) = Foreseen::of(rolled) else {
        return;
    };
    let file = &foreseen.file.file;
    let (dim, plain, warn) = (
        page.styles.dim(),
        Style::new(),
        page.styles.verdict(Verdict::Warn),
    );
    for news in rolled.news.iter().take(LISTED) {
        let text = format!(
            "{file}:{}: {} ({})",
            news.entry.line,
            news.text(),
            news.entry.reason
        );
        page.field(0, (warn, news.title()), (plain, &text));
    }
    if rolled.news.len() > LISTED {
        let text = format!("… and {} more of {file}", rolled.news.len() - LISTED);
        page.field(0, (warn, "unexpected"), (plain, &text));
    }
    page.field(0, (dim, "expected"), (plain, &foreseen.summary()));
}

fn conclusion(page: &mut Page, rolled: &RollUp<'_>, index: &Index<'_>) {
    let styles = page.styles;
    let requirements: Tally = rolled.requirements.iter().map(|state| state.verdict).collect();
    let foreseen = Foreseen::of(rolled).is_some_and(|foreseen| foreseen.is_met());
    let unexpected = |verdict| unexpected(rolled).any(|found| found == verdict);
    let (style, word) = match ending(rolled) {
        Ending::Expected if foreseen => (styles.verdict(Verdict::Pass), "as expected"),
        Ending::Expected if requirements.of(Verdict::Warn) > 0 => {
            (styles.verdict(Verdict::Warn), "passed with warnings")
        }
        Ending::Expected => (styles.verdict(Verdict::Pass), "passed"),
        Ending::Unexpected if unexpected(Verdict::Fail) => (styles.verdict(Verdict::Fail), "failed"),
        Ending::Unexpected if rolled.interrupted.is_some() || !rolled.finished => {
            (styles.verdict(Verdict::Error), "incomplete")
        }
        Ending::Unexpected if unexpected(Verdict::Error) => (styles.verdict(Verdict::Error), "errors"),
        Ending::Unexpected => (styles.verdict(Verdict::Fail), "not as expected"),
        Ending::TargetLost => (styles.verdict(Verdict::Error), "target not reachable"),
        Ending::NothingJudged => (styles.verdict(Verdict::Error), "nothing could be judged"),
    };
    let exchanges = index
        .finished
        .map_or(rolled.answered as u64, |finished| finished.exchanges);
    let wall = index.finished.map_or(index.ms, |finished| finished.wall_ms);
    let mut found = String::new();
    for (verdict, noun) in [
        (Verdict::Fail, "broken"),
        (Verdict::Warn, "with warnings"),
        (Verdict::Error, "in error"),
    ] {
        let count = requirements.of(verdict);
        if count > 0 {
            let separator = if found.is_empty() {
                "  requirements: "
            } else {
                ", "
            };
            found += &format!("{separator}{count} {noun}");
        }
    }
    let scenarios = rolled.scenarios.len();
    let cost = format!(
        "  {scenarios} scenarios, {exchanges} exchanges, {:.1} s",
        wall as f64 / 1000.0
    );
    page.line(&[(style, word), (Style::new(), &found), (styles.dim(), &cost)]);
}
