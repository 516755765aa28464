//! SELECTION arguments: which scenarios, and which of their rows.

use super::file::row_id;
use super::problem::nearest;
use super::{Row, Scenario, ScenarioFile};
use crate::spec::{CheckedBy, Register, Requirement, SectionRef, Specification};

/// What one argument selects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// A scenario, or all below a directory, by whole path components; perhaps one row of it.
    Path { path: String, row: Option<String> },
    /// What cites this requirement.
    Requirement(String),
    /// What cites a requirement of this section or of one below it.
    Section(SectionRef),
    /// What cites a requirement of this document, or stands in its directory.
    Specification(Specification),
}

/// Why an argument selects nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{argument}` selects nothing: {help}")]
pub struct SelectionError {
    pub argument: String,
    pub help: String,
}

/// A scenario that was selected, in one of its rows.
#[derive(Debug, Clone)]
pub struct Pick<'a> {
    /// With the row: `organizer/create[client]`.
    pub id: String,
    pub file: &'a ScenarioFile,
    pub scenario: &'a Scenario,
    pub row: Option<&'a Row>,
}

/// What the arguments selected, in the order of the ids.
#[derive(Debug, Clone, Default)]
pub struct Picks<'a> {
    pub scenarios: Vec<Pick<'a>>,
    /// Selected by their path, but broken.
    pub broken: Vec<&'a ScenarioFile>,
}

impl Selector {
    /// Reads one argument: a requirement, a section, a specification, else a path.
    pub fn parse(argument: &str, register: &Register) -> Selector {
        if register.requirement(argument).is_some() {
            return Selector::Requirement(argument.to_owned());
        }
        if let Some(section) = SectionRef::parse(argument) {
            return Selector::Section(section);
        }
        if let Ok(specification) = argument.parse() {
            return Selector::Specification(specification);
        }
        let path = argument.strip_prefix("scenarios/").unwrap_or(argument);
        let (path, row) = match path.strip_suffix(']').and_then(|path| path.split_once('[')) {
            Some((path, row)) => (path, Some(row.to_owned())),
            None => (path, None),
        };
        let path = path.trim_end_matches('/');
        Selector::Path {
            path: path.strip_suffix(".yaml").unwrap_or(path).to_owned(),
            row,
        }
    }

    fn selects_file(&self, id: &str) -> bool {
        match self {
            Selector::Path { path, .. } => is_below(id, path),
            Selector::Specification(specification) => is_below(id, specification.as_str()),
            Selector::Requirement(_) | Selector::Section(_) => false,
        }
    }

    fn selects(&self, id: &str, scenario: &Scenario, row: Option<&Row>, register: &Register) -> bool {
        self.selects_cited(id, scenario, row) || (scenario.is_linted() && self.selects_linted(register))
    }

    /// Whether something is meant that the lint judges in messages.
    fn selects_linted(&self, register: &Register) -> bool {
        let linted = |entry: &Requirement| {
            matches!(
                entry.checked_by,
                Some(CheckedBy::MessageLint | CheckedBy::MessagePair)
            )
        };
        match self {
            Selector::Path { .. } => false,
            Selector::Requirement(id) => register.requirement(id).is_some_and(linted),
            Selector::Section(section) => register.of_section(section).any(linted),
            Selector::Specification(specification) => register.of_specification(*specification).any(linted),
        }
    }

    fn selects_cited(&self, id: &str, scenario: &Scenario, row: Option<&Row>) -> bool {
        match self {
            Selector::Path {
                row: Some(wanted), ..
            } => self.selects_file(id) && row.and_then(Row::name).is_some_and(|name| name.value == *wanted),
            Selector::Path { .. } => self.selects_file(id),
            Selector::Requirement(requirement) => scenario.cited(row).contains(requirement),
            Selector::Section(section) => scenario
                .cited(row)
                .iter()
                .any(|cited| section.has_requirement(cited)),
            Selector::Specification(specification) => {
                let of = |cited: &String| {
                    Specification::split(cited).is_some_and(|(found, _)| found == *specification)
                };
                self.selects_file(id) || scenario.cited(row).iter().any(of)
            }
        }
    }
}

/// Selects scenarios; all where there are no arguments.
///
/// # Errors
/// The first argument that selects nothing, neither scenario nor broken file.
pub fn select<'a>(
    arguments: &[String],
    files: &'a [ScenarioFile],
    register: &Register,
) -> Result<Picks<'a>, SelectionError> {
    let selectors: Vec<Selector> = arguments
        .iter()
        .map(|argument| Selector::parse(argument, register))
        .collect();
    let mut used = vec![false; selectors.len()];
    let mut wanted = |chosen: &dyn Fn(&Selector) -> bool| {
        let mut any = selectors.is_empty();
        for (selector, used) in selectors.iter().zip(&mut used) {
            if chosen(selector) {
                *used = true;
                any = true;
            }
        }
        any
    };
    let mut picks = Picks::default();
    let by_path = !selectors.is_empty()
        && selectors
            .iter()
            .all(|selector| matches!(selector, Selector::Path { .. }));
    for file in files {
        if by_path && !selectors.iter().any(|selector| selector.selects_file(&file.id)) {
            continue;
        }
        match file.scenario() {
            Err(_) => {
                if wanted(&|selector| selector.selects_file(&file.id)) {
                    picks.broken.push(file);
                }
            }
            Ok(scenario) => {
                for row in scenario.instances() {
                    if wanted(&|selector| selector.selects(&file.id, scenario, row, register)) {
                        let id = row_id(&file.id, row);
                        picks.scenarios.push(Pick {
                            id,
                            file,
                            scenario,
                            row,
                        });
                    }
                }
            }
        }
    }
    match used.iter().position(|used| !used) {
        Some(index) => Err(SelectionError {
            argument: arguments[index].clone(),
            help: help(&selectors[index], files, register),
        }),
        None => Ok(picks),
    }
}

/// Does `id` equal `path` or lie below it, by whole components?
fn is_below(id: &str, path: &str) -> bool {
    match id.strip_prefix(path) {
        Some(rest) => rest.is_empty() || path.is_empty() || rest.starts_with('/'),
        None => false,
    }
}

fn help(selector: &Selector, files: &[ScenarioFile], register: &Register) -> String {
    match selector {
        Selector::Requirement(_) => "no scenario cites this requirement".to_owned(),
        Selector::Specification(specification) => format!("no scenario cites {specification}"),
        Selector::Section(section) => match register.of_section(section).next() {
            Some(_) => "no scenario cites a requirement of this section".to_owned(),
            None => "the register has no requirement of this section".to_owned(),
        },
        Selector::Path { path, row } => {
            if let (Some(row), Some(Ok(scenario))) = (
                row,
                files
                    .iter()
                    .find(|file| file.id == *path)
                    .map(ScenarioFile::scenario),
            ) {
                let rows: Vec<&str> = scenario
                    .rows
                    .iter()
                    .filter_map(|row| row.name())
                    .map(|name| name.as_str())
                    .collect();
                return match rows.as_slice() {
                    [] => "this scenario has no rows".to_owned(),
                    rows => format!("`{row}` is none of its rows ({})", rows.join(", ")),
                };
            }
            let known = files.iter().map(|file| file.id.as_str());
            let requirements = register.ids();
            match nearest(path, known.chain(requirements)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "it is no scenario, directory, requirement, section or specification".to_owned(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rstest::rstest;

    use super::*;
    use crate::scenario::Surroundings;

    fn files() -> Vec<ScenarioFile> {
        let register = Register::embedded();
        let file = |id: &str, rows: &str, cite: &str| {
            let source = format!(
                "title: T\nusers: [organizer]\n{rows}steps:\n  - id: a\n    as: organizer\n    request: GET {{organizer.inbox}}\n    checks: [{{status: [200], cites: [{cite}]}}]\n"
            );
            let around = Surroundings {
                register,
                bodies: &BTreeMap::new(),
            };
            ScenarioFile::read(id.to_owned(), format!("{id}.yaml"), source, around)
        };
        let rows = "rows: [{name: one, id: caldav-sched-10-8-6}, {name: two, id: caldav-sched-10-8.1-2}]\n";
        vec![
            file("caldav-sched-10/organizer/broken", "", "nothing"),
            file("caldav-sched-10/organizer/create", "", "caldav-sched-10-5.2.1-1"),
            file(
                "caldav-sched-10/organizer/create-more",
                "",
                "caldav-sched-10-5.2.1.1-1",
            ),
            file("caldav-sched-10/tags", rows, "\"{row.id}\""),
            file("other/inbox", "", "rfc5546-1.4-2"),
        ]
    }

    #[rstest]
    #[case("", "broken create create-more tags[one] tags[two] inbox")]
    #[case("caldav-sched-10/organizer", "broken create create-more")]
    #[case("scenarios/caldav-sched-10/organizer/", "broken create create-more")]
    #[case("caldav-sched-10/organizer/create", "create")]
    #[case("scenarios/caldav-sched-10/organizer/create.yaml", "create")]
    #[case("caldav-sched-10/tags", "tags[one] tags[two]")]
    #[case("caldav-sched-10/tags[two]", "tags[two]")]
    #[case("caldav-sched-10-8", "tags[one] tags[two]")]
    #[case("caldav-sched-10-8.1", "tags[two]")]
    #[case("caldav-sched-10-8-6", "tags[one]")]
    #[case("caldav-sched-10-5.2.1", "create create-more")]
    #[case("caldav-sched-10", "broken create create-more tags[one] tags[two]")]
    #[case("rfc5546", "inbox")]
    #[case("rfc5546 caldav-sched-10-8-6", "tags[one] inbox")]
    fn selects(#[case] arguments: &str, #[case] expected: &str) {
        let files = files();
        let arguments: Vec<String> = arguments.split_whitespace().map(str::to_owned).collect();
        let picks = select(&arguments, &files, Register::embedded()).expect("it selects something");
        let short = |id: &str| id.rsplit('/').next().unwrap_or_default().to_owned();
        let broken = picks.broken.iter().map(|file| short(&file.id));
        let found: Vec<String> = broken
            .chain(picks.scenarios.iter().map(|pick| short(&pick.id)))
            .collect();
        assert_eq!(found.join(" "), expected);
    }

    #[rstest]
    #[case(
        "caldav-sched-10/organizer/creat",
        "did you mean `caldav-sched-10/organizer/create`?"
    )]
    #[case(
        "elsewhere",
        "it is no scenario, directory, requirement, section or specification"
    )]
    #[case("caldav-sched-10/tags[three]", "`three` is none of its rows (one, two)")]
    #[case("caldav-sched-10-5.2.1-11", "did you mean `caldav-sched-10-5.2.1-1`?")]
    #[case("caldav-sched-10-99", "the register has no requirement of this section")]
    #[case("caldav-sched-10-9", "no scenario cites a requirement of this section")]
    #[case("caldav-sched-10-8-7", "no scenario cites this requirement")]
    #[case("ischedule", "no scenario cites ischedule")]
    fn says_why_nothing_is_selected(#[case] argument: &str, #[case] help: &str) {
        let arguments = ["rfc5546".to_owned(), argument.to_owned()];
        let error = select(&arguments, &files(), Register::embedded()).expect_err("it selects nothing");
        assert_eq!((error.argument.as_str(), error.help.as_str()), (argument, help));
    }
}
