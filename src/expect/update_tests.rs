use camino::Utf8Path;
use rstest::rstest;

use super::*;
use crate::event::testing::Log;
use crate::event::{Verdict::*, roll_up_expecting};

const PLAIN: Options = Options {
    warnings: false,
    by_requirement: false,
    prune: false,
    reason: String::new(),
};

fn options() -> Options {
    Options {
        reason: "TODO".to_owned(),
        ..PLAIN
    }
}

fn pruning() -> Options {
    Options {
        prune: true,
        ..self::options()
    }
}

/// Scenario `s/a` with checks `r-1`, `r-2` … in its step `a`.
fn run(verdicts: &[Verdict]) -> Vec<Record> {
    let names: Vec<String> = (1..=verdicts.len()).map(|number| format!("r-{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut log = Log::new().planned("s/a", &names).started("s/a", 1);
    for (requirement, verdict) in names.iter().zip(verdicts) {
        log = log.check("s/a", requirement, 1, *verdict);
    }
    let worst = verdicts.iter().min().copied().unwrap_or(Pass);
    log.finished("s/a", 1, worst).end().0
}

fn file(text: &str) -> File {
    File::read(Utf8Path::new("expect.yaml"), text.to_owned()).expect("it is right")
}

fn updated(text: &str, records: &[Record], options: &Options) -> Update {
    update(&file(text), records, options).expect("it can be edited")
}

/// A second time changes nothing.
fn settled(text: &str, records: &[Record], options: &Options) -> String {
    let first = updated(text, records, options);
    let second = updated(&first.text, records, options);
    assert_eq!(second.text, first.text);
    let is_change = |change: &Change| !matches!(change, Change::Stale { .. });
    assert!(!second.changes.iter().any(is_change), "{:?}", second.changes);
    first.text
}

#[test]
fn a_new_file_has_what_failed() {
    let records = run(&[Fail, Pass, Error, Warn]);
    let text = settled("", &records, &options());
    assert_eq!(
        text,
        "# Verdicts that are expected of this target; `calconform schema expectations` describes the format.

- check: s/a#a.r-1
  verdict: fail
  reason: TODO

- check: s/a#a.r-3
  verdict: error
  reason: TODO
"
    );
    let file = file(&text);
    let rolled = roll_up_expecting(&records, Some(&file.expectations));
    assert_eq!(crate::event::ending(&rolled), crate::event::Ending::Expected);
}

#[test]
fn warnings_and_requirements_when_asked_for() {
    let records = run(&[Fail, Warn]);
    let warnings = Options {
        warnings: true,
        by_requirement: true,
        ..self::options()
    };
    let text = settled("", &records, &warnings);
    let names: Vec<_> = text.lines().filter(|line| line.starts_with("- ")).collect();
    assert_eq!(names, ["- check: r-1", "- check: r-2"]);
}

const OWN: &str = "---
# Ours, 2026.

# The tag.
- check: s/a#a.r-1   # since 3.6
  verdict: fail      # always
  reason: >
    Written by hand:
    - with care

  link: findings.md#tags

# In the middle
- reason: Another one
  check: s/a#a.r-2
  verdict: [fail, error]
# The last one
- {check: \"s/a#a.r-3\", verdict: fail, reason: 'flow'}
# An end
";

#[test]
fn what_holds_stays_to_the_octet() {
    let records = run(&[Fail, Fail, Fail]);
    assert_eq!(settled(OWN, &records, &pruning()), OWN);
    let records = run(&[Fail, Fail, Fail, Fail]);
    let text = settled(OWN, &records, &options());
    let rest = text.strip_prefix(OWN).expect("the old text first");
    assert_eq!(rest, "\n- check: s/a#a.r-4\n  verdict: fail\n  reason: TODO\n");
}

#[test]
fn line_ends_are_those_of_the_file() {
    let text = OWN.replace('\n', "\r\n");
    let records = run(&[Fail, Fail, Fail, Fail]);
    let text = settled(&text, &records, &options());
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
}

#[test]
fn another_verdict_is_put_in_the_place_of_the_old() {
    let records = run(&[Error, Fail, Error]);
    let text = settled(OWN, &records, &options());
    assert!(text.contains("  verdict: error      # always\n"), "{text}");
    assert!(text.contains("verdict: error, reason: 'flow'"), "{text}");
    assert!(text.contains("  verdict: [fail, error]\n"), "{text}");
    assert_eq!(text.lines().count(), OWN.lines().count());
}

#[rstest]
#[case::first(&[Pass, Fail, Fail], "# The tag.", "# In the middle")]
#[case::middle(&[Fail, Pass, Fail], "# In the middle", "# The last one")]
#[case::last(&[Fail, Fail, Pass], "# The last one", "# An end")]
fn what_no_longer_holds_goes_only_when_asked(
    #[case] verdicts: &[Verdict],
    #[case] from: &str,
    #[case] to: &str,
) {
    let records = run(verdicts);
    assert_eq!(settled(OWN, &records, &options()), OWN);
    let update = updated(OWN, &records, &options());
    assert!(
        matches!(&update.changes[..], [Change::Stale { .. }]),
        "{update:?}"
    );
    assert_eq!(update.kept, 2);
    let (from, to) = (
        OWN.find(from).expect("it is there"),
        OWN.find(to).expect("it is there"),
    );
    let rest = format!("{}{}", &OWN[..from], &OWN[to..]);
    assert_eq!(settled(OWN, &records, &pruning()), rest);
}

#[test]
fn the_last_entry_may_go() {
    let text = "# Mine\n- check: s/a#a.r-1\n  verdict: fail\n  reason: r\n\n\n";
    assert_eq!(settled(text, &run(&[Pass]), &pruning()), "# Mine\n");
}

#[test]
fn what_has_expired_waits_for_a_person() {
    let text = "- check: s/a#a.r-1\n  verdict: fail\n  reason: r\n  expires: 2020-01-01\n";
    assert_eq!(settled(text, &run(&[Fail, Pass]), &pruning()), text);
    assert!(!settled(text, &run(&[Pass, Pass]), &pruning()).contains("check"));
}

#[test]
fn what_differs_between_rounds_may_pass() {
    let log = Log::new().planned("s/a", &["r-1"]).started("s/a", 1);
    let log = log
        .check("s/a", "r-1", 1, Pass)
        .finished("s/a", 1, Pass)
        .started("s/a", 2);
    let records = log.check("s/a", "r-1", 2, Fail).finished("s/a", 2, Fail).end().0;
    assert!(settled("", &records, &options()).contains("  verdict: [fail, pass]\n"));
}

#[test]
fn names_and_reasons_are_quoted_where_they_have_to_be() {
    let log = Log::new().planned("s/a[x: y]", &["r-1"]).started("s/a[x: y]", 1);
    let records = log
        .check("s/a[x: y]", "r-1", 1, Fail)
        .finished("s/a[x: y]", 1, Fail)
        .end()
        .0;
    let options = Options {
        by_requirement: true,
        reason: "\"it\": #1\n".to_owned(),
        ..self::options()
    };
    assert!(settled("", &records, &options).contains("  reason: \"\\\"it\\\": #1\"\n"));
}

#[test]
fn what_cannot_be_edited_is_left_alone() {
    let text = "[{check: s/a#a.r-1, verdict: fail, reason: r}]\n";
    let error = update(&file(text), &run(&[Fail, Fail]), &options()).expect_err("it has no lines of its own");
    assert!(error.to_string().contains("by hand"), "{error}");
    assert_eq!(settled(text, &run(&[Fail, Pass]), &options()), text);
}
