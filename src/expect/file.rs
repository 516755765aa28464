//! Reading `expect.yaml`.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use schemars::JsonSchema;
use serde::Deserialize;

use super::verdicts::{Verdicts, Word};
use crate::event::{Expectation, Expectations};
use crate::scenario::{At, Problem, parse_yaml};

/// A verdict that is expected of the target.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// A check (`scenario#step.requirement`); a scenario (what it comes to where none of its checks says so, because its set-up
    /// fails, for instance); a requirement (any check that cites it); or one of these with `*` for any characters.
    check: At<String>,
    verdict: At<Verdicts>,
    /// Why it is so, for whoever reads it next.
    reason: At<String>,
    /// Where more is to be read: a URL, or a file.
    #[serde(default)]
    link: Option<At<String>>,
    /// The last day on which it is expected, `2027-01-31`; compared with the day of the run, in UTC.
    #[serde(default)]
    expires: Option<At<String>>,
}

/// A file of expectations with its text.
#[derive(Debug, Clone)]
pub struct File {
    pub expectations: Expectations,
    pub(super) source: String,
    /// Of each entry: line and column of `check` and of the verdict.
    pub(super) places: Vec<Places>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Places {
    pub(super) check: (u32, u32),
    pub(super) verdict: (u32, u32),
}

/// Why there are no expectations to be had.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("cannot read {path}: {source}")]
    Unreadable {
        path: Utf8PathBuf,
        source: std::io::Error,
    },
    #[error("{path}:{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Wrong {
        path: Utf8PathBuf,
        text: String,
        problems: Vec<Problem>,
    },
}

impl File {
    /// A file without entries: one that is not there yet.
    pub fn empty(path: &Utf8Path) -> File {
        File {
            expectations: Expectations {
                file: path.to_string(),
                entries: Vec::new(),
            },
            source: String::new(),
            places: Vec::new(),
        }
    }

    /// The text as it was read.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read; or everything that is wrong with it, each with its place.
    pub fn load(path: &Utf8Path) -> Result<File, ReadError> {
        let text = std::fs::read_to_string(path).map_err(|source| ReadError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        File::read(path, text)
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// As [`File::load`].
    pub fn read(path: &Utf8Path, text: String) -> Result<File, ReadError> {
        let wrong = |text, problems| ReadError::Wrong {
            path: path.to_owned(),
            text,
            problems,
        };
        let entries: Vec<Entry> = match is_empty(&text) {
            true => Vec::new(),
            false => match parse_yaml(&text, "a list of expectations") {
                Ok(entries) => entries,
                Err(problem) => return Err(wrong(text, vec![problem])),
            },
        };
        let problems = problems(&entries);
        if !problems.is_empty() {
            return Err(wrong(text, problems));
        }
        let mut file = File::empty(path);
        file.places = entries.iter().map(Entry::places).collect();
        file.expectations.entries = entries.into_iter().map(Entry::expectation).collect();
        file.source = text;
        Ok(file)
    }
}

impl Entry {
    fn expectation(self) -> Expectation {
        Expectation {
            line: self.check.line,
            check: self.check.value,
            verdicts: self.verdict.value.words.into_iter().map(Into::into).collect(),
            reason: self.reason.value.trim().to_owned(),
            link: self.link.map(|link| link.value),
            expires: self.expires.map(|expires| expires.value),
        }
    }

    fn places(&self) -> Places {
        Places {
            check: (self.check.line, self.check.column),
            verdict: (self.verdict.line, self.verdict.column),
        }
    }
}

/// Nothing but comments, and perhaps the beginning of a document.
fn is_empty(text: &str) -> bool {
    text.lines()
        .map(|line| line.trim_start_matches('\u{feff}').trim())
        .all(|line| line.is_empty() || line.starts_with('#') || line == "---")
}

fn problems(entries: &[Entry]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut wrong = |place: (u32, u32), length: usize, message: String, help: &str| {
        problems.push(Problem {
            line: place.0,
            column: place.1,
            length: u32::try_from(length).unwrap_or(u32::MAX).max(1),
            message,
            help: Some(help.to_owned()),
        });
    };
    let at = |text: &At<String>| ((text.line, text.column), text.value.chars().count());
    let mut known: BTreeMap<&str, u32> = BTreeMap::new();
    for entry in entries {
        let (place, length) = at(&entry.check);
        let check = entry.check.value.as_str();
        if let Some(line) = known.insert(check, place.0) {
            let message = format!("line {line} says already what is expected of `{check}`");
            wrong(place, length, message, "one of them has to go");
        }
        if check.is_empty() || check.contains(char::is_whitespace) {
            let help = "such as caldav-sched-10/organizer/create#create.caldav-sched-10-8-7";
            wrong(place, length, format!("`{check}` is no name of a check"), help);
        }
        let Verdicts { words, unknown } = &entry.verdict.value;
        let place = (entry.verdict.line, entry.verdict.column);
        let help = "expected fail, warn, error, or several such as [fail, pass]";
        if let Some(unknown) = unknown {
            let message = format!("`{unknown}` is no verdict that can be expected");
            wrong(place, unknown.chars().count(), message, help);
        } else if words.iter().all(|word| *word == Word::Pass) {
            let message = "a pass alone is expected of everything".to_owned();
            wrong(place, 1, message, help);
        }
        let (place, length) = at(&entry.reason);
        if entry.reason.value.trim().is_empty() {
            wrong(
                place,
                length,
                "there is no reason".to_owned(),
                "say why it is expected",
            );
        }
        if let Some(link) = &entry.link {
            let (place, length) = at(link);
            if !is_link(&link.value) {
                let help = "expected http:// or https://, or a file such as findings.md#tags";
                wrong(place, length, format!("`{}` is no link", link.value), help);
            }
        }
        if let Some(expires) = &entry.expires {
            let (place, length) = at(expires);
            if !is_day(&expires.value) {
                let message = format!("`{}` is no day", expires.value);
                wrong(place, length, message, "expected one such as 2027-01-31");
            }
        }
    }
    problems
}

fn is_link(text: &str) -> bool {
    let scheme = text
        .split(['/', '#', '?'])
        .next()
        .and_then(|start| start.split_once(':'));
    let known = scheme.is_none_or(|(scheme, _)| matches!(scheme, "http" | "https"));
    known
        && !text.is_empty()
        && !text.contains(|character: char| character.is_whitespace() || character.is_control())
}

fn is_day(text: &str) -> bool {
    text.len() == "2027-01-31".len() && text.parse::<jiff::civil::Date>().is_ok()
}

/// The JSON Schema of `expect.yaml`, as it is committed at `src/expect/expect.schema.json`.
pub fn json_schema() -> String {
    let mut schema = schemars::generate::SchemaSettings::draft07()
        .into_generator()
        .into_root_schema_for::<Vec<Entry>>();
    schema.insert("title".to_owned(), "calconform expectations".into());
    let about = "Verdicts that are expected of a target, so that a run is as expected although they are bad.";
    schema.insert("description".to_owned(), about.into());
    format!("{:#}\n", schema.to_value())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::event::Verdict::{Error, Fail, Pass};

    fn read(text: &str) -> Result<File, ReadError> {
        File::read(Utf8Path::new("expect.yaml"), text.to_owned())
    }

    #[test]
    fn everything_that_can_be_said() {
        let text = "# Of Example 2.1
- check: a/b#c.caldav-sched-10-8-9
  verdict: fail
  reason: >
    The tag changes
    with each reply.
  link: findings.md#tags
  expires: 2027-01-31
- {check: caldav-sched-10-8-7, verdict: [error, pass], reason: \"now: and then\", link: \"https://example.com/7\"}
";
        let entries = read(text).expect("it is right").expectations.entries;
        let [first, second] = &entries[..] else {
            panic!("two entries: {entries:?}")
        };
        assert_eq!(
            (first.line, first.check.as_str()),
            (2, "a/b#c.caldav-sched-10-8-9")
        );
        assert_eq!(first.verdicts, [Fail]);
        assert_eq!(first.reason, "The tag changes with each reply.");
        assert_eq!(first.link.as_deref(), Some("findings.md#tags"));
        assert_eq!(first.expires.as_deref(), Some("2027-01-31"));
        assert_eq!((second.line, &second.verdicts[..]), (9, &[Error, Pass][..]));
        assert_eq!(second.expires, None);
    }

    #[rstest]
    #[case("")]
    #[case("# nothing yet\n")]
    #[case("---\n# nothing yet\n\n")]
    #[case("[]\n")]
    fn a_file_may_expect_nothing(#[case] text: &str) {
        assert_eq!(read(text).expect("it is right").expectations.entries, []);
    }

    #[rstest]
    #[case::unknown_key(
        "- {check: a, verdict: fail, reason: r, because: x}",
        1,
        40,
        "unknown key `because`"
    )]
    #[case::missing_reason("- check: a\n  verdict: fail\n", 2, 3, "the key `reason` is missing")]
    #[case::unknown_verdict("- check: a\n  verdict: bad\n  reason: r\n", 2, 12, "`bad` is no verdict")]
    #[case::unknown_in_a_list(
        "- check: a\n  verdict: [fail, n/a]\n  reason: r\n",
        2,
        19,
        "`n/a` is not known here"
    )]
    #[case::verdict_of_another_kind(
        "- check: a\n  verdict: {fail: 1}\n  reason: r\n",
        2,
        12,
        "fail, warn, error, or a list"
    )]
    #[case::pass_alone("- check: a\n  verdict: [pass]\n  reason: r\n", 2, 12, "a pass alone")]
    #[case::no_verdict("- check: a\n  verdict: []\n  reason: r\n", 2, 12, "a pass alone")]
    #[case::blank_reason("- check: a\n  verdict: fail\n  reason: \" \"\n", 3, 11, "there is no reason")]
    #[case::a_name_with_spaces("- check: a b\n  verdict: fail\n  reason: r\n", 1, 10, "`a b` is no name")]
    #[case::no_link(
        "- check: a\n  verdict: fail\n  reason: r\n  link: javascript:x\n",
        4,
        9,
        "is no link"
    )]
    #[case::no_day(
        "- check: a\n  verdict: fail\n  reason: r\n  expires: 2027-02-30\n",
        4,
        12,
        "is no day"
    )]
    #[case::twice(
        "- {check: a, verdict: fail, reason: r}\n- {check: a, verdict: warn, reason: r}",
        2,
        11,
        "line 1 says already"
    )]
    #[case::not_a_list("check: a\n", 1, 1, "expected a list")]
    fn what_is_wrong_has_a_place(
        #[case] text: &str,
        #[case] line: u32,
        #[case] column: u32,
        #[case] message: &str,
    ) {
        let Err(ReadError::Wrong { problems, .. }) = read(text) else {
            panic!("it is wrong")
        };
        let problem = &problems[0];
        assert!(problem.to_string().contains(message), "{problem}");
        assert_eq!((problem.line, problem.column), (line, column), "{problem}");
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let Err(ReadError::Wrong { problems, .. }) =
            read("- {check: a b, verdict: [], reason: \"\", expires: soon}")
        else {
            panic!("it is wrong")
        };
        assert_eq!(problems.len(), 4, "{problems:?}");
    }

    #[test]
    fn the_committed_schema_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/expect/expect.schema.json");
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            committed == json_schema(),
            "the schema is stale: cargo run -- schema expectations > src/expect/expect.schema.json"
        );
    }
}
