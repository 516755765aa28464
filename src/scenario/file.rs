//! A scenario with the file that it was read from.

use serde::{Deserialize, Serialize};

use super::{Problem, Row, Scenario, Surroundings, read};

/// One file of scenarios: what it says, or what is wrong with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ScenarioFile {
    /// The path below `scenarios/` without `.yaml`, with slashes.
    pub id: String,
    /// The path to show: `scenarios/caldav-sched-10/organizer/create.yaml`.
    pub path: String,
    /// The text of the file.
    pub source: String,
    /// Broken files fail alone: they stand beside the others, with their problems.
    pub scenario: Result<Scenario, Vec<Problem>>,
}

impl ScenarioFile {
    /// Reads and validates the text of a file.
    pub fn read(id: String, path: String, source: String, around: Surroundings<'_>) -> ScenarioFile {
        let scenario = read(&source, around);
        ScenarioFile {
            id,
            path,
            source,
            scenario,
        }
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
        let file = ScenarioFile {
            id: "x".into(),
            path: "x.yaml".into(),
            source: source.into(),
            scenario: Err(Vec::new()),
        };
        assert_eq!(file.snippet(5), "- status: [201]\n  cites: [x]");
        assert_eq!(file.snippet(6), "- status: [2xx]");
        assert_eq!(file.snippet(2).lines().count(), 5);
        assert_eq!(file.snippet(1), "steps:");
        assert_eq!(file.snippet(99), "- status: [2xx]");
    }
}
