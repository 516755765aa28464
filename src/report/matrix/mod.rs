//! Runs side by side: a target a column, a requirement a row.

mod column;
mod directory;
mod markdown;
mod page;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use self::column::{Column, Tested, tested};
use self::directory::directories;
use super::index::Index;
use super::results::{Requirement, Run, Word, schema};
use crate::event::{RequirementState, RunLog, Verdict, by_id, roll_up};
use crate::spec::Level;

/// Version of the format; raised with every change that an older reader could misread.
const FORMAT: u32 = 1;

/// What several targets came to, requirement by requirement. Texts are as the targets sent them, not escaped.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Matrix<'a> {
    /// Version of this format.
    format: u32,
    /// The columns, in the order in which the runs were given.
    targets: Vec<Column<'a>>,
    /// The rows, in the order of the specifications' names and of the statements in them.
    requirements: Vec<Row<'a>>,
}

/// A requirement that at least one of the runs knows.
#[derive(Debug, Serialize, JsonSchema)]
struct Row<'a> {
    id: &'a str,
    specification: &'a str,
    section: &'a str,
    /// Title of the section.
    title: &'a str,
    /// An RFC 2119 word, or what stands for one.
    level: &'a str,
    /// Who breaks it fails, unless the statement is implied or its reading contested: MUST, MUST NOT, a table of RFC 5546,
    /// a precondition.
    must: bool,
    /// The statement, in our words.
    text: &'a str,
    /// Where the section can be read.
    url: Option<String>,
    /// Section of RFC 6638, where the statement stands there.
    rfc6638: Option<&'a str>,
    rfc6638_url: Option<String>,
    /// Contested readings that it hangs on: never worse than a warning.
    contested: &'a [String],
    /// Two targets that were judged (pass, fail, warn, info) came to different verdicts, or took different options.
    differs: bool,
    /// One for each target; null where its run does not have the requirement: it was not selected, or that version of
    /// calconform has no check for it.
    cells: Vec<Option<Cell<'a>>>,
}

/// What a requirement came to on one target.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
struct Cell<'a> {
    verdict: Word,
    /// Rounds differ.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unstable: bool,
    /// It is bad, and expected of the target.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    expected: bool,
    /// It is optional, and the target does not do it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    not_taken: bool,
    /// The first of the checks that made the verdict, if it is not a pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    check: Option<&'a str>,
    /// What that check found, or why there is no result: its first 400 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    finding: Option<&'a str>,
}

impl<'a> Matrix<'a> {
    /// Puts runs side by side, in this order.
    pub fn of(logs: &'a [RunLog]) -> Matrix<'a> {
        let mut columns = Vec::new();
        let mut rows: Vec<Row<'a>> = Vec::new();
        let mut places: HashMap<&'a str, usize> = HashMap::new();
        let names = logs
            .iter()
            .map(|log| log.header().map_or("", |header| &header.target));
        for ((log, directory), number) in logs.iter().zip(directories(names)).zip(0..) {
            let rolled = roll_up(&log.records);
            let index = Index::of(&log.records);
            let tested = tested(&rolled);
            for state in &rolled.requirements {
                let place = *places.entry(state.id).or_insert_with(|| {
                    rows.push(Row::of(Requirement::of(state)));
                    rows.len() - 1
                });
                let row = &mut rows[place];
                // An older run may cite what it does not tell the text of.
                if row.text.is_empty() && state.cited.is_some() {
                    *row = Row {
                        cells: std::mem::take(&mut row.cells),
                        ..Row::of(Requirement::of(state))
                    };
                }
                row.cells.resize(number, None);
                row.cells.push(Some(Cell::of(state, tested.get(state.id))));
            }
            columns.push(Column::of(Run::of(log, &rolled, &index), directory, &rolled));
        }
        for row in &mut rows {
            row.cells.resize(columns.len(), None);
            row.differs = differs(&row.cells);
        }
        rows.sort_by(|a, b| {
            a.specification
                .cmp(b.specification)
                .then_with(|| by_id(a.id, b.id))
        });
        Matrix {
            format: FORMAT,
            targets: columns,
            requirements: rows,
        }
    }

    /// The directory beside the matrix in which each target's own report stands, in the order of the runs. Names are fit for
    /// any file system, and no two are the same.
    pub fn directories(&self) -> impl Iterator<Item = &str> {
        self.targets.iter().map(|target| target.directory.as_str())
    }

    /// `matrix.json`, as [`matrix_schema`] describes it.
    pub fn json(&self) -> String {
        // Texts, numbers and lists of them: nothing that JSON could refuse.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Versions of calconform, each once, in the order of the columns.
    fn versions(&self) -> Vec<&'a str> {
        let mut versions = Vec::new();
        for target in &self.targets {
            if !versions.contains(&target.run.version) {
                versions.push(target.run.version);
            }
        }
        versions
    }
}

/// The JSON Schema of `matrix.json`, as it is committed at `src/report/matrix/matrix.schema.json`.
pub fn matrix_schema() -> String {
    schema::<Matrix<'static>>("calconform matrix")
}

impl<'a> Row<'a> {
    fn of(requirement: Requirement<'a>) -> Row<'a> {
        let musts = [Level::Must, Level::MustNot, Level::Table, Level::Precondition];
        Row {
            id: requirement.id,
            specification: requirement.specification,
            section: requirement.section,
            title: requirement.title,
            level: requirement.level,
            must: musts.map(Level::as_str).contains(&requirement.level),
            text: requirement.text,
            url: requirement.url,
            rfc6638: requirement.rfc6638,
            rfc6638_url: requirement.rfc6638_url,
            contested: requirement.contested,
            differs: false,
            cells: Vec::new(),
        }
    }
}

impl<'a> Cell<'a> {
    fn of(state: &RequirementState<'a>, tested: Option<&Tested<'a>>) -> Cell<'a> {
        let verdict = state.verdict;
        let tested = tested.filter(|_| verdict != Some(Verdict::Pass));
        Cell {
            verdict: Word(verdict),
            unstable: state.unstable,
            expected: state.expected,
            not_taken: verdict == Some(Verdict::Info) && tested.is_some_and(|tested| tested.not_taken),
            check: tested.map(|tested| tested.check),
            finding: tested.and_then(|tested| tested.finding),
        }
    }
}

fn differs(cells: &[Option<Cell<'_>>]) -> bool {
    let judged = |cell: &&Cell<'_>| cell.verdict.0.is_some_and(Verdict::is_judged);
    let mut judged = cells.iter().flatten().filter(judged);
    let came_to = |cell: &Cell<'_>| (cell.verdict, cell.not_taken);
    let first = judged.next().map(came_to);
    judged.any(|cell| Some(came_to(cell)) != first)
}
