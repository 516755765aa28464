//! `report.md`: the summary of a job, for a forge that renders Markdown.

use std::fmt::Write;

use super::cards::{Card, Cause, Place, cards};
use super::console::counts;
use super::expected::Foreseen;
use super::index::Index;
use super::residue;
use super::text::{one_line, visible};
use crate::event::{CheckResult, RollUp, RunLog, Tally, Verdict, roll_up};
use crate::spec::Specification;

/// Cards that are written out; a job summary holds a megabyte at most.
const CARDS: usize = 60;
const SHOWN: usize = 600;
const PLACES: usize = 10;

/// The report of a run: totals, then what failed, could not be found out, or is a warning.
pub fn markdown(log: &RunLog) -> String {
    let rolled = roll_up(&log.records);
    let mut text = String::new();
    heading(&mut text, log, &rolled);
    table(&mut text, &rolled);
    let foreseen = Foreseen::of(&rolled);
    if let Some(foreseen) = &foreseen {
        news(&mut text, foreseen, &rolled);
    }
    let cards = cards(&rolled);
    let cards = cards.iter().filter(|card| !card.expected);
    let (warnings, faults): (Vec<_>, Vec<_>) = cards.partition(|card| card.verdict == Verdict::Warn);
    section(&mut text, &rolled, "Fails and errors", &faults);
    section(&mut text, &rolled, "Warnings", &warnings);
    if let Some(foreseen) = &foreseen {
        met(&mut text, foreseen);
    }
    residues(&mut text, &Index::of(&log.records));
    text
}

/// What the run has left on the target.
fn residues(text: &mut String, index: &Index<'_>) {
    let urls = index.residues.iter().flat_map(|residue| {
        let line = |url| format!("clean-up could not remove {url} of {}", residue.user);
        residue.urls.iter().map(line)
    });
    let lines: Vec<String> = urls.chain(residue::lines(index)).collect();
    if lines.is_empty() {
        return;
    }
    let title = if index.keeps { "Kept" } else { "Residue" };
    let _ = writeln!(text, "\n## {title}\n");
    for line in lines.iter().take(CARDS) {
        let _ = writeln!(text, "- {}", code(line));
    }
    if lines.len() > CARDS {
        let _ = writeln!(text, "- … and {} more in `results.json`", lines.len() - CARDS);
    }
}

fn heading(text: &mut String, log: &RunLog, rolled: &RollUp<'_>) {
    let header = log.header();
    let target = header.map_or("", |header| header.target.as_str());
    let _ = writeln!(text, "# calconform: {}\n", code(target));
    let _ = writeln!(
        text,
        "**{}** of {} checks",
        counts(&rolled.check_tally()),
        rolled.checks.len()
    );
    if let Some(foreseen) = Foreseen::of(rolled) {
        let _ = writeln!(text, "{}  ", escaped(&foreseen.summary()));
    }
    if let Some(header) = header {
        let _ = writeln!(
            text,
            "by calconform {} on {}, as {}",
            code(&header.version),
            code(&header.started),
            code(&header.specification)
        );
    }
    if !log.is_complete() {
        text.push_str("\nThe log is incomplete: what is missing is blocked or untested.\n");
    }
    if let Some((reason, _)) = rolled.interrupted {
        let _ = writeln!(text, "\nThe run was stopped: {}", code(reason));
    }
    text.push('\n');
}

fn table(text: &mut String, rolled: &RollUp<'_>) {
    text.push_str("| |");
    let words = Verdict::ALL.map(Verdict::word);
    for word in words.iter().chain(&["untested", "judged"]) {
        let _ = write!(text, " {word} |");
    }
    text.push_str("\n|---|");
    text.push_str(&"--:|".repeat(words.len() + 2));
    text.push('\n');
    let rows = rolled.specifications.iter();
    for (name, state) in rows.filter(|(_, state)| state.tally.total() > 0) {
        let judged = match state.testable {
            0 => state.touched.to_string(),
            testable => format!("{} of {testable}", state.touched),
        };
        row(text, &code(name), &state.tally, &judged);
    }
    row(text, "checks", &rolled.check_tally(), "");
    row(text, "scenarios", &rolled.scenario_tally(), "");
}

fn row(text: &mut String, name: &str, tally: &Tally, judged: &str) {
    let _ = write!(text, "| {name} |");
    let numbers = Verdict::ALL.map(|verdict| tally.of(verdict));
    for number in numbers.into_iter().chain([tally.untested]) {
        match number {
            0 => text.push_str(" |"),
            _ => {
                let _ = write!(text, " {number} |");
            }
        }
    }
    let _ = writeln!(text, " {judged} |");
}

/// What of the expectations somebody has to look at.
fn news(text: &mut String, foreseen: &Foreseen<'_>, rolled: &RollUp<'_>) {
    if rolled.news.is_empty() {
        return;
    }
    text.push_str("\n## Not as expected\n\n");
    for news in rolled.news.iter().take(CARDS) {
        let place = format!("{}:{}", foreseen.file.file, news.entry.line);
        let _ = writeln!(
            text,
            "- **{}** {}: {} ({})",
            news.title(),
            code(&place),
            escaped(&news.text()),
            escaped(&news.entry.reason)
        );
    }
    if rolled.news.len() > CARDS {
        let _ = writeln!(text, "- … and {} more", rolled.news.len() - CARDS);
    }
}

/// What came as it was expected, one row for each entry.
fn met(text: &mut String, foreseen: &Foreseen<'_>) {
    let entries = foreseen.entries();
    if entries.is_empty() {
        return;
    }
    text.push_str("\n## As expected\n\n| line | what | verdict | checks | reason |\n|--:|---|---|--:|---|\n");
    for (entry, verdicts) in entries.iter().take(CARDS) {
        let mut words: Vec<_> = verdicts.iter().map(|verdict| verdict.word()).collect();
        words.sort_unstable();
        words.dedup();
        let link = match entry.link.as_deref() {
            Some(link) if link.starts_with("http") => format!(" [more]({})", escaped_link(link)),
            Some(link) => format!(" {}", code(link)),
            None => String::new(),
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {}{link} |",
            entry.line,
            code(&entry.check),
            words.join(", "),
            verdicts.len(),
            escaped(&entry.reason)
        );
    }
    if entries.len() > CARDS {
        let _ = writeln!(text, "\n… and {} more in `index.html`", entries.len() - CARDS);
    }
}

/// A URL that cannot end the link it stands in.
fn escaped_link(url: &str) -> String {
    let plain =
        |character: char| character.is_ascii_alphanumeric() || "-._~:/?#@!$&'*+,;=%".contains(character);
    let octets = |character: char| {
        let mut buffer = [0; 4];
        let octets = character.encode_utf8(&mut buffer).bytes();
        octets.map(|octet| format!("%{octet:02X}")).collect::<String>()
    };
    url.chars()
        .take(SHOWN)
        .map(|character| match plain(character) {
            true => character.to_string(),
            false => octets(character),
        })
        .collect()
}

fn section(text: &mut String, rolled: &RollUp<'_>, title: &str, cards: &[&Card<'_>]) {
    if cards.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n## {title}");
    for card in cards.iter().take(CARDS) {
        self::card(text, rolled, card);
    }
    if cards.len() > CARDS {
        let _ = writeln!(text, "\n… and {} more in `index.html`", cards.len() - CARDS);
    }
}

fn card(text: &mut String, rolled: &RollUp<'_>, card: &Card<'_>) {
    let word = card.verdict.word().to_uppercase();
    match &card.cause {
        Cause::Checks(places) => {
            let Some((first, others)) = places.split_first() else {
                return;
            };
            checks(text, rolled, &word, first);
            let others = others.iter().map(|place| place.worst().id);
            also(text, &others.collect::<Vec<_>>());
        }
        Cause::Scenarios { reason, scenarios } => {
            let Some((first, others)) = scenarios.split_first() else {
                return;
            };
            let _ = writeln!(text, "\n### {word} {}\n", code(first.id));
            fenced(text, &[("reason", *reason)]);
            also(
                text,
                &others.iter().map(|scenario| scenario.id).collect::<Vec<_>>(),
            );
        }
    }
}

fn checks(text: &mut String, rolled: &RollUp<'_>, word: &str, place: &Place<'_>) {
    let check = place.worst();
    let _ = writeln!(text, "\n### {word} {}\n", code(check.requirement));
    for check in &place.checks {
        let Some(cited) = rolled.cited(check.requirement) else {
            continue;
        };
        let section = format!("section {}", one_line(&cited.section, 40));
        let url = cited.specification.parse::<Specification>().ok();
        let section = match url.and_then(|known| known.url(&cited.section)) {
            Some(url) => format!("[{}]({url})", escaped(&section)),
            None => escaped(&section),
        };
        let _ = writeln!(
            text,
            "{} **{}**, {section} {}: {}  ",
            code(check.requirement),
            cited.level,
            escaped(&cited.title),
            escaped(&cited.text)
        );
    }
    let CheckResult {
        expected,
        actual,
        notes,
        ..
    } = place.result;
    let mut lines = vec![("expected", expected.as_str()), ("actual", actual.as_str())];
    lines.extend(notes.iter().map(|note| ("note", note.as_str())));
    fenced(text, &lines);
    let scenario = rolled.scenario(check.scenario).and_then(|state| state.planned);
    if let (Some(planned), Some(scenario)) = (check.planned, scenario) {
        let file = format!("{}:{}", scenario.file, planned.line);
        let _ = writeln!(text, "\n{} {}", code(&file), escaped(&scenario.title));
    }
}

fn also(text: &mut String, others: &[&str]) {
    if others.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "\n<details><summary>the same in {} more</summary>\n",
        others.len()
    );
    for id in others.iter().take(PLACES) {
        let _ = writeln!(text, "- {}", code(id));
    }
    if others.len() > PLACES {
        let _ = writeln!(text, "- … and {}", others.len() - PLACES);
    }
    text.push_str("\n</details>\n");
}

/// A block in which nothing is markup, one line for each text that is not empty.
fn fenced(text: &mut String, fields: &[(&str, &str)]) {
    let told = fields.iter().filter(|(_, said)| !said.is_empty());
    let lines: Vec<_> = told
        .map(|(label, said)| format!("{label:9} {}", one_line(said, SHOWN)))
        .collect();
    if lines.is_empty() {
        return;
    }
    let fence = "`".repeat(longest_run(&lines.concat()).max(2) + 1);
    let _ = writeln!(text, "\n{fence}text\n{}\n{fence}", lines.join("\n"));
}

/// A span in which nothing is markup.
pub(super) fn code(text: &str) -> String {
    let line = one_line(text, SHOWN);
    if line.trim().is_empty() {
        return String::new();
    }
    // A bar would end the cell of a table even here.
    let line = line.replace('|', "¦");
    let ticks = "`".repeat(longest_run(&line) + 1);
    if line.starts_with('`') || line.ends_with('`') {
        format!("{ticks} {line} {ticks}")
    } else {
        format!("{ticks}{line}{ticks}")
    }
}

/// Text on one line whose characters mean nothing to Markdown, to HTML or to the forge.
pub(super) fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in visible(text.trim()).replace('\n', " ").chars().take(SHOWN) {
        match character {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            // Nobody is to be notified because a server has named them.
            '@' => shown.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                shown.push('\\');
                shown.push(character);
            }
            _ => shown.push(character),
        }
    }
    // A bare address would become a link.
    shown.replace("://", ":&#47;&#47;").replace("www.", "www&#46;")
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|character| character != '`').map(str::len);
    runs.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("a|b", "`a¦b`")]
    #[case("`x``", "``` `x`` ```")]
    #[case("line\nend", "`line␊end`")]
    #[case(" ", "")]
    fn spans_cannot_be_left(#[case] text: &str, #[case] span: &str) {
        assert_eq!(code(text), span);
    }

    #[test]
    fn text_is_no_markup() {
        assert_eq!(
            escaped("<img src=x> [a](javascript:x) @team http://h ##"),
            "&lt;img src=x&gt; \\[a\\](javascript:x) &#64;team http:&#47;&#47;h \\#\\#"
        );
    }

    #[test]
    fn a_fence_is_longer_than_what_it_holds() {
        let mut text = String::new();
        fenced(&mut text, &[("actual", "```\n<b>")]);
        assert_eq!(text, "\n````text\nactual    ```␊<b>\n````\n");
    }
}
