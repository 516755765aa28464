//! `matrix.md`: for a forge that renders Markdown, and to be read as it is.

use std::fmt::Write;

use super::column::Column;
use super::{Cell, Matrix, Row};
use crate::event::Verdict;
use crate::report::markdown::{code, escaped};

impl Matrix<'_> {
    /// `matrix.md`: the targets, what testing them took, and each requirement that one of them was judged by.
    pub fn markdown(&self) -> String {
        let mut text = String::from("# Calendar scheduling, requirement by requirement\n\n");
        self.remarks(&mut text);
        self.targets(&mut text);
        self.costs(&mut text);
        self.requirements(&mut text);
        text
    }

    fn remarks(&self, text: &mut String) {
        let versions = self.versions();
        if versions.len() > 1 {
            let versions: Vec<_> = versions.into_iter().map(code).collect();
            let _ = writeln!(
                text,
                "The runs are of different versions of calconform ({}): where targets differ, it may be these.\n",
                versions.join(", ")
            );
        }
        for column in &self.targets {
            for remark in column.remarks() {
                let _ = writeln!(text, "{}: {}\n", escaped(column.name()), escaped(&remark));
            }
        }
    }

    fn targets(&self, text: &mut String) {
        let words: Vec<&str> = WORDS
            .into_iter()
            .filter(|word| {
                self.targets
                    .iter()
                    .any(|column| column.requirements.0.contains_key(word))
            })
            .collect();
        let mut names = vec!["requirements of", "version", "calconform", "on"];
        names.extend(&words);
        head(text, &names, 4);
        for column in &self.targets {
            let mut cells = vec![
                column.link(),
                code(column.run.product_version.unwrap_or_default()),
                code(column.run.version),
                code(column.day()),
            ];
            let count = |word: &&str| column.requirements.0.get(word).map(usize::to_string);
            cells.extend(words.iter().map(|word| count(word).unwrap_or_default()));
            row(text, &cells);
        }
    }

    fn costs(&self, text: &mut String) {
        text.push_str("\n## What it costs\n\n");
        head(
            text,
            &[
                "target",
                "scenarios",
                "requests",
                "requests per scenario",
                "wall time",
            ],
            1,
        );
        for column in &self.targets {
            let each = column.requests_per_scenario();
            row(
                text,
                &[
                    escaped(column.name()),
                    column.scenarios.to_string(),
                    column.run.exchanges.to_string(),
                    each.map_or_else(String::new, |each| format!("{each:.1}")),
                    column.wall_time(),
                ],
            );
        }
    }

    fn requirements(&self, text: &mut String) {
        let mut rest = &self.requirements[..];
        while let Some(first) = rest.first() {
            let own = rest
                .iter()
                .take_while(|row| row.specification == first.specification)
                .count();
            let (specification, others) = rest.split_at(own);
            rest = others;
            let _ = writeln!(text, "\n## {}\n", escaped(first.specification));
            let (told, silent): (Vec<&Row<'_>>, Vec<_>) = specification.iter().partition(|row| is_told(row));
            if !told.is_empty() {
                let names: Vec<String> = self.targets.iter().map(|column| escaped(column.name())).collect();
                let mut heads = vec!["requirement", "level"];
                heads.extend(names.iter().map(String::as_str));
                head(text, &heads, 2 + names.len());
                for requirement in told {
                    let mut cells = vec![code(requirement.id), requirement.level.to_owned()];
                    cells.extend(
                        requirement
                            .cells
                            .iter()
                            .map(|cell| cell.as_ref().map_or_else(String::new, word)),
                    );
                    row(text, &cells);
                }
                text.push('\n');
            }
            if !silent.is_empty() {
                let _ = writeln!(
                    text,
                    "{} more could be judged on none of the targets.",
                    silent.len()
                );
            }
        }
    }
}

/// In the order in which a reader looks for them.
const WORDS: [&str; 8] = [
    "fail", "warn", "error", "blocked", "pass", "info", "n/a", "untested",
];

/// Something was found out, or tried in vain.
fn is_told(row: &Row<'_>) -> bool {
    let told = |verdict: Verdict| verdict.is_judged() || verdict == Verdict::Error;
    row.cells
        .iter()
        .flatten()
        .filter_map(|cell| cell.verdict.0)
        .any(told)
}

fn word(cell: &Cell<'_>) -> String {
    let word = cell.verdict.as_str();
    match cell.verdict.0 {
        Some(Verdict::Fail) => format!("**{word}**"),
        Some(Verdict::Info) if cell.not_taken => "not taken".to_owned(),
        _ => word.to_owned(),
    }
}

/// The heads of a table whose columns from the `left`th on are numbers.
fn head(text: &mut String, names: &[&str], left: usize) {
    let _ = writeln!(text, "| {} |", names.join(" | "));
    let lines: Vec<&str> = (0..names.len())
        .map(|at| if at < left { "---" } else { "--:" })
        .collect();
    let _ = writeln!(text, "|{}|", lines.join("|"));
}

fn row(text: &mut String, cells: &[String]) {
    let _ = writeln!(text, "| {} |", cells.join(" | "));
}

impl Column<'_> {
    fn link(&self) -> String {
        format!("[{}]({}/index.html)", escaped(self.name()), self.directory)
    }
}
