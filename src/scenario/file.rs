//! A scenario with the file that it was read from.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::{Problem, Row, Scenario, Surroundings, read};

/// One file of scenarios: what it says, or what is wrong with it.
///
/// One that was embedded is taken apart when it is first asked for.
#[derive(Debug, Clone)]
pub struct ScenarioFile {
    /// The path below `scenarios/` without `.yaml`, with slashes.
    pub id: String,
    /// The path to show: `scenarios/caldav-sched-10/organizer/create.yaml`.
    pub path: String,
    /// The text of the file.
    pub source: Cow<'static, str>,
    packed: &'static [u8],
    scenario: OnceLock<Result<Box<Scenario>, Vec<Problem>>>,
}

#[derive(Serialize, Deserialize)]
struct Packed<'a> {
    id: &'a str,
    path: &'a str,
    source: &'a str,
    scenario: &'a [u8],
}

impl ScenarioFile {
    /// Reads and validates the text of a file.
    pub fn read(id: String, path: String, source: String, around: Surroundings<'_>) -> ScenarioFile {
        let scenario = read(&source, around);
        ScenarioFile::new(id, path, source, scenario)
    }

    /// A file that is broken before its text can be looked at.
    pub fn unreadable(id: String, path: String, problem: String) -> ScenarioFile {
        let problem = Problem {
            line: 1,
            column: 1,
            length: 1,
            message: problem,
            help: None,
        };
        ScenarioFile::new(id, path, String::new(), Err(vec![problem]))
    }

    fn new(
        id: String,
        path: String,
        source: String,
        scenario: Result<Scenario, Vec<Problem>>,
    ) -> ScenarioFile {
        ScenarioFile {
            id,
            path,
            source: Cow::Owned(source),
            packed: &[],
            scenario: OnceLock::from(scenario.map(Box::new)),
        }
    }

    /// What the file says. Broken files fail alone: they stand beside the others, with their problems.
    #[expect(clippy::expect_used, reason = "the build wrote it with the same types")]
    pub fn scenario(&self) -> Result<&Scenario, &[Problem]> {
        let scenario = self.scenario.get_or_init(|| {
            postcard::from_bytes(self.packed).expect("the build wrote it with the same types")
        });
        match scenario {
            Ok(scenario) => Ok(scenario),
            Err(problems) => Err(problems),
        }
    }

    /// What is wrong with the file; nothing for one that is right.
    pub fn problems(&self) -> &[Problem] {
        self.scenario().err().unwrap_or_default()
    }

    /// The embedded form of files.
    ///
    /// # Errors
    /// None that these types can cause.
    pub fn pack(files: &[ScenarioFile]) -> Result<Vec<u8>, postcard::Error> {
        let scenarios: Vec<Vec<u8>> = files
            .iter()
            .map(|file| postcard::to_allocvec(&file.scenario()))
            .collect::<Result<_, _>>()?;
        let packed = files.iter().zip(&scenarios).map(|(file, scenario)| Packed {
            id: &file.id,
            path: &file.path,
            source: &file.source,
            scenario,
        });
        postcard::to_allocvec(&packed.collect::<Vec<_>>())
    }

    /// What [`ScenarioFile::pack`] made.
    ///
    /// # Errors
    /// When it is something else.
    pub fn unpack(octets: &'static [u8]) -> Result<Vec<ScenarioFile>, postcard::Error> {
        let packed: Vec<Packed<'static>> = postcard::from_bytes(octets)?;
        let file = |packed: Packed<'static>| ScenarioFile {
            id: packed.id.to_owned(),
            path: packed.path.to_owned(),
            source: Cow::Borrowed(packed.source),
            packed: packed.scenario,
            scenario: OnceLock::new(),
        };
        Ok(packed.into_iter().map(file).collect())
    }

    /// The lines that state the item of a list (a step, a check) in which this line stands, without their indentation.
    pub fn snippet(&self, line: u32) -> String {
        let lines: Vec<&str> = self.source.lines().collect();
        let at = (line as usize)
            .saturating_sub(1)
            .min(lines.len().saturating_sub(1));
        let indentation = |line: &str| line.len() - line.trim_start().len();
        let is_item = |line: &str| line.trim_start().starts_with("- ");
        let Some(first) = (0..=at)
            .rev()
            .find(|&index| lines.get(index).is_some_and(|line| is_item(line)))
        else {
            return lines
                .get(at)
                .map(|line| line.trim().to_owned())
                .unwrap_or_default();
        };
        let indent = indentation(lines[first]);
        let rest = lines[first + 1..].iter();
        let more = rest
            .take_while(|line| !line.trim().is_empty() && indentation(line) > indent)
            .count();
        let item = lines[first..=first + more].iter();
        item.map(|line| line.get(indent..).unwrap_or_default().trim_end())
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// The id of a scenario in one of its rows: `organizer/create[client]`.
pub fn row_id(id: &str, row: Option<&Row>) -> String {
    match row.and_then(Row::name) {
        Some(name) => format!("{id}[{}]", name.value),
        None => id.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_is_the_whole_item() {
        let source = "steps:\n  - id: a\n    checks:\n      - status: [201]\n        cites: [x]\n      - status: [2xx]\n";
        let file = ScenarioFile::new("x".into(), "x.yaml".into(), source.into(), Err(Vec::new()));
        assert_eq!(file.snippet(5), "- status: [201]\n  cites: [x]");
        assert_eq!(file.snippet(6), "- status: [2xx]");
        assert_eq!(file.snippet(2).lines().count(), 5);
        assert_eq!(file.snippet(1), "steps:");
        assert_eq!(file.snippet(99), "- status: [2xx]");
    }
}
