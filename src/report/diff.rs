//! What changed between two runs, in words.

use std::fmt::Write;

use super::github::annotation;
use super::page::Page;
use super::style::Styles;
use super::text::one_line;
use crate::event::{Change, Diff, RollUp, RunLog, RunStarted, Verdict, roll_up};

/// How a diff is written.
#[derive(Debug, Clone, Copy)]
pub enum DiffForm {
    /// For a terminal, with so many columns.
    Console {
        styles: Styles,
        width: usize,
    },
    Markdown,
    /// Workflow commands of GitHub.
    Github,
}

/// Longest text of a requirement that is written.
const TEXT: usize = 160;

/// What changed, and whether somebody has to look at it.
pub fn diff(old: &RunLog, new: &RunLog, form: DiffForm) -> (String, bool) {
    let (rolled, later) = (roll_up(&old.records), roll_up(&new.records));
    let found = Diff::of(&rolled, &later);
    let bad = found.is_bad();
    let groups = Groups::of(&found);
    let differing = differing(old.header(), new.header());
    let text = match form {
        DiffForm::Console { styles, width } => console(&groups, &differing, &later, styles, width),
        DiffForm::Markdown => markdown(&groups, &differing, &later),
        DiffForm::Github => github(&groups, &differing, [&later, &rolled]),
    };
    (text, bad)
}

/// The lists with their headings.
struct Groups<'a>(Vec<(&'static str, &'a [Change<'a>])>);

impl<'a> Groups<'a> {
    fn of(diff: &'a Diff<'a>) -> Groups<'a> {
        let all = [
            ("worse", &diff.worse),
            ("no longer found out", &diff.silent),
            ("disappeared", &diff.disappeared),
            ("appeared", &diff.appeared),
            ("found out for the first time", &diff.found),
            ("better", &diff.better),
        ];
        let some = all.into_iter().filter(|(_, list)| !list.is_empty());
        Groups(some.map(|(title, list)| (title, list.as_slice())).collect())
    }
}

/// What of the two runs is not the same, so that verdicts may differ for it.
fn differing(old: Option<&RunStarted>, new: Option<&RunStarted>) -> Vec<String> {
    let (Some(old), Some(new)) = (old, new) else {
        return vec!["a log has no beginning".to_owned()];
    };
    let fields = [
        ("target", old.target.clone(), new.target.clone()),
        ("calconform", old.version.clone(), new.version.clone()),
        (
            "specification",
            old.specification.clone(),
            new.specification.clone(),
        ),
        ("selection", old.selection.join(" "), new.selection.join(" ")),
    ];
    let differ = fields.into_iter().filter(|(_, old, new)| old != new);
    differ
        .map(|(name, old, new)| format!("{name}: {} → {}", one_line(&old, TEXT), one_line(&new, TEXT)))
        .collect()
}

/// That the new run was expected to come to it, and why.
fn known(change: &Change<'_>) -> String {
    change.expected.map_or_else(String::new, |entry| {
        format!("  (expected: {})", one_line(&entry.reason, TEXT))
    })
}

fn word(verdict: Option<Verdict>) -> &'static str {
    verdict.map_or("–", Verdict::word)
}

fn text_of<'a>(rolled: &RollUp<'a>, change: &Change<'_>) -> &'a str {
    rolled
        .cited(change.requirement)
        .map_or("", |cited| cited.text.as_str())
}

fn console(
    groups: &Groups<'_>,
    differing: &[String],
    rolled: &RollUp<'_>,
    styles: Styles,
    width: usize,
) -> String {
    let mut page = Page::new(styles, width);
    let (bold, dim, place) = (page.styles.bold(), page.styles.dim(), page.styles.place());
    for line in differing {
        page.line(&[(dim, line)]);
    }
    for (title, changes) in &groups.0 {
        page.blank();
        page.line(&[(bold, title), (dim, &format!(" ({})", changes.len()))]);
        for change in *changes {
            let of = |verdict: Option<Verdict>| verdict.map_or(dim, |verdict| page.styles.verdict(verdict));
            let (old, new) = (of(change.old), of(change.new));
            let pieces = [
                (old, format!("  {:>7}", word(change.old))),
                (dim, " → ".to_owned()),
                (new, format!("{:<7}  ", word(change.new))),
                (place, change.check.to_owned()),
                (dim, known(change)),
                (dim, format!("  {}", one_line(text_of(rolled, change), TEXT))),
            ];
            let pieces: Vec<_> = pieces
                .iter()
                .map(|(style, text)| (*style, text.as_str()))
                .collect();
            page.line(&pieces);
        }
    }
    if groups.0.is_empty() {
        page.line(&[(bold, "every check came to what it came to before")]);
    }
    page.into_text()
}

fn markdown(groups: &Groups<'_>, differing: &[String], rolled: &RollUp<'_>) -> String {
    let mut text = String::from("# calconform: what changed\n\n");
    for line in differing {
        let _ = writeln!(text, "- `{}`", line.replace('`', "'"));
    }
    for (title, changes) in &groups.0 {
        let _ = writeln!(
            text,
            "\n## {title} ({})\n\n| before | now | check | requirement |\n|---|---|---|---|",
            changes.len()
        );
        for change in *changes {
            let cell = |text: &str| one_line(text, TEXT).replace('|', "\\|").replace('`', "'");
            let _ = writeln!(
                text,
                "| {} | {}{} | `{}` | `{}` |",
                word(change.old),
                word(change.new),
                change.expected.map_or("", |_| " (expected)"),
                cell(change.check),
                cell(text_of(rolled, change)),
            );
        }
    }
    if groups.0.is_empty() {
        text.push_str("\nEvery check came to what it came to before.\n");
    }
    text
}

/// Places are those of the later run where that knows the scenario.
fn github(groups: &Groups<'_>, differing: &[String], runs: [&RollUp<'_>; 2]) -> String {
    let mut text = String::new();
    for line in differing {
        let _ = writeln!(
            text,
            "{}",
            annotation(Verdict::Info, "", "", "the runs differ", line)
        );
    }
    for (title, changes) in &groups.0 {
        for change in *changes {
            let grave = match *title {
                _ if change.expected.is_some() => Verdict::Info,
                "better" | "found out for the first time" => Verdict::Info,
                "worse" => change.new.unwrap_or(Verdict::Warn),
                "appeared" => change.new.unwrap_or(Verdict::Info),
                _ => Verdict::Warn,
            };
            let message = format!(
                "{} → {}: {}{}",
                word(change.old),
                word(change.new),
                change.check,
                known(change)
            );
            let planned = runs.iter().find_map(|run| run.scenario(change.scenario)?.planned);
            let file = planned.map_or_else(String::new, |planned| one_line(&planned.file, 1000));
            let place = change
                .line
                .map_or_else(String::new, |line| format!("line={line}"));
            let _ = writeln!(
                text,
                "{}",
                annotation(grave, &file, &place, title, &one_line(&message, 1000))
            );
        }
    }
    text
}
