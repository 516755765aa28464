//! The 52 messages that RFC 5546 prints in its section 4, with the faults that they have: the lint and the register agree
//! on each, finding by finding. Their repaired versions are clean.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use calconform::event::Verdict;
use calconform::ical::read;
use calconform::itip::{Mode, Thread, lint};
use calconform::spec::{AsPrinted, EntryKind, Register, Requirement};
use serde::Deserialize;

/// What the register says of an example, and where the lint says it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Example {
    example: String,
    #[serde(default)]
    issues: Vec<Issue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Issue {
    /// As in the register.
    issue: String,
    /// `file line verdict requirement`
    #[serde(default)]
    found: Vec<String>,
    /// Why no message shows it.
    #[serde(default)]
    not_judged: Option<String>,
}

fn directory() -> &'static Path {
    Path::new("fixtures/itip/printed")
}

fn examples() -> Vec<&'static Requirement> {
    let entries = Register::embedded().requirements();
    entries
        .filter(|entry| entry.kind == Some(EntryKind::Example) && !entry.messages.is_empty())
        .filter(|entry| entry.id.starts_with("rfc5546-"))
        .collect()
}

/// The files of an example, in order.
fn files(example: &Requirement) -> Vec<String> {
    let section = example.section.as_str();
    match example.messages.len() {
        1 => vec![section.to_owned()],
        several => (1..=several).map(|n| format!("{section}-{n}")).collect(),
    }
}

fn text(name: &str) -> Vec<u8> {
    fs::read(directory().join(format!("{name}.ics"))).unwrap()
}

fn expected() -> Vec<Example> {
    serde_saphyr::from_str(&fs::read_to_string(directory().join("findings.yaml")).unwrap()).unwrap()
}

#[test]
fn all_messages_are_there() {
    let all: usize = examples().iter().map(|example| files(example).len()).sum();
    assert_eq!(all, 52);
    for name in examples().iter().flat_map(|example| files(example)) {
        let document = read(&text(&name)).unwrap();
        assert!(document.calendar().is_some(), "{name}");
    }
}

/// By file: what is found in the message alone, and after all those printed before it.
fn found() -> BTreeMap<String, BTreeSet<String>> {
    let mut thread = Thread::default();
    let mut all = BTreeMap::new();
    for name in examples().iter().flat_map(|example| files(example)) {
        let text = text(&name);
        let mut report = lint(&text, Mode::Message).unwrap();
        report.merge(thread.next(&read(&text).unwrap()));
        let found = report
            .findings
            .iter()
            .filter(|finding| finding.verdict != Verdict::Info);
        let found = found.map(|finding| {
            format!(
                "{name}.ics {} {} {}",
                finding.line,
                finding.verdict.word(),
                finding.requirement
            )
        });
        all.insert(name.clone(), found.collect());
    }
    all
}

#[test]
fn the_register_and_the_lint_agree() {
    let expected = expected();
    let found = found();
    let mut wrong = Vec::new();
    for (entry, example) in examples().into_iter().zip(&expected) {
        assert_eq!(entry.id, example.example);
        let issues: Vec<&str> = example.issues.iter().map(|issue| issue.issue.as_str()).collect();
        assert_eq!(entry.issues, issues, "{}", entry.id);
        let told: BTreeSet<String> = example
            .issues
            .iter()
            .flat_map(|issue| issue.found.clone())
            .collect();
        let there: BTreeSet<String> = files(entry).iter().flat_map(|name| found[name].clone()).collect();
        if told != there {
            let missing: Vec<_> = told.difference(&there).collect();
            let more: Vec<_> = there.difference(&told).collect();
            wrong.push(format!(
                "{}: not found {missing:#?}, not in findings.yaml {more:#?}",
                entry.id
            ));
        }
        for issue in &example.issues {
            assert!(
                issue.found.is_empty() == issue.not_judged.is_some(),
                "{}: {}: either found or not judged, with the reason",
                entry.id,
                issue.issue
            );
        }
        // What one message breaks by itself is a violation, what only the thread shows is not.
        let alone = files(entry).iter().any(|name| {
            let report = lint(&text(name), Mode::Message).unwrap();
            report
                .findings
                .iter()
                .any(|finding| finding.verdict != Verdict::Info)
        });
        assert_eq!(
            alone,
            entry.as_printed == Some(AsPrinted::Violates),
            "{}",
            entry.id
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(expected.len(), examples().len());
}

#[test]
fn repaired_versions_are_clean() {
    let repaired = directory().join("repaired");
    for name in examples().iter().flat_map(|example| files(example)) {
        let own: PathBuf = repaired.join(format!("{name}.ics"));
        let text = if own.exists() {
            fs::read(&own).unwrap()
        } else {
            text(&name)
        };
        let report = lint(&text, Mode::Message).unwrap();
        let found: Vec<_> = report
            .findings
            .iter()
            .filter(|finding| finding.verdict != Verdict::Info)
            .collect();
        assert!(found.is_empty(), "{name}: {found:#?}");
    }
    for entry in fs::read_dir(&repaired).unwrap() {
        let name = entry.unwrap().file_name();
        assert!(directory().join(&name).exists(), "{name:?} repairs nothing");
    }
}
