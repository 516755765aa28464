//! From runs to cells.

use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use crate::event::read_log_from;

/// What a run says of a requirement: its id and the verdicts of its checks, `none` where it does not come to them.
type Said<'a> = (&'a str, &'a [&'a str]);

/// A run with one scenario, in which each check is of a step of its own.
fn run(header: Value, requirements: &[Said<'_>]) -> RunLog {
    let mut events = vec![json!({
        "event": "run-started", "schema": 2, "version": "0.1.0", "started": "2026-11-02T09:00:00Z", "target": "t",
        "base_url": "http://127.0.0.1/", "specification": "caldav-sched-10", "selection": [], "seed": 0, "jobs": 1, "repeat": 1,
    })];
    if let (Some(Value::Object(event)), Value::Object(more)) = (events.first_mut(), header) {
        event.extend(more);
    }
    let mut planned = Vec::new();
    let mut results = Vec::new();
    for (id, verdicts) in requirements {
        let level = if id.contains("may") { "MAY" } else { "MUST" };
        events.push(json!({
            "event": "requirement", "id": id, "specification": "caldav-sched-10", "section": "8", "title": "Tags",
            "level": level, "text": format!("the text of {id}"),
        }));
        for (number, verdict) in verdicts.iter().enumerate() {
            let check = format!("s#step{number}.{id}");
            planned.push(json!({"id": check, "requirement": id, "line": 1, "snippet": ""}));
            let (verdict, notes) = match *verdict {
                "none" => continue,
                "not taken" => ("info", vec![crate::event::OPTION_NOT_TAKEN]),
                verdict => (verdict, Vec::new()),
            };
            results.push(json!({
                "event": "check", "scenario": "s", "id": check, "requirement": id, "verdict": verdict,
                "actual": format!("found by step{number}"), "notes": notes, "round": 1,
            }));
        }
    }
    events.push(
        json!({"event": "scenario-planned", "scenario": "s", "title": "", "file": "", "checks": planned}),
    );
    if !results.is_empty() {
        events.push(json!({"event": "scenario-started", "scenario": "s", "users": {}, "round": 1}));
    }
    events.extend(results);
    events.push(json!({"event": "run-finished", "exchanges": 0, "wall_ms": 1}));
    let mut lines = String::new();
    for (seq, mut event) in events.into_iter().enumerate() {
        event["seq"] = seq.into();
        event["ms"] = 0.into();
        lines += &format!("{event}\n");
    }
    read_log_from(lines.as_bytes(), "log").unwrap()
}

fn named(target: &str, requirements: &[Said<'_>]) -> RunLog {
    run(json!({ "target": target }), requirements)
}

/// Each row: its id, the words in its cells, and whether it differs.
fn rows(matrix: &Matrix<'_>) -> Vec<(String, Vec<&'static str>, bool)> {
    let words = |row: &Row<'_>| {
        row.cells
            .iter()
            .map(|cell| cell.as_ref().map_or("", |cell| cell.verdict.as_str()))
            .collect()
    };
    matrix
        .requirements
        .iter()
        .map(|row| (row.id.to_owned(), words(row), row.differs))
        .collect()
}

#[test]
fn rows_are_those_of_all_runs_and_cells_the_worst_of_each() {
    let logs = [
        named(
            "a",
            &[("x-8-2", &["pass", "fail", "blocked"]), ("x-8-10", &["pass"])],
        ),
        named("b", &[("x-8-1", &["n/a"])]),
        named("c", &[("x-8-10", &["none"])]),
    ];
    let matrix = Matrix::of(&logs);
    assert_eq!(
        rows(&matrix),
        [
            ("x-8-1".to_owned(), vec!["", "n/a", ""], false),
            ("x-8-2".to_owned(), vec!["fail", "", ""], false),
            ("x-8-10".to_owned(), vec!["pass", "", "untested"], false),
        ]
    );
    let cell = matrix.requirements[1].cells[0].as_ref().unwrap();
    assert_eq!(
        (cell.check, cell.finding),
        (Some("s#step1.x-8-2"), Some("found by step1"))
    );
    assert_eq!(matrix.requirements[2].cells[0].as_ref().unwrap().check, None);
}

#[rstest]
#[case::same(&["pass", "pass"], false)]
#[case::other(&["pass", "pass", "fail"], true)]
#[case::warning(&["pass", "warn"], true)]
#[case::not_judged(&["pass", "n/a", "blocked", "error", "none"], false)]
#[case::options(&["info", "not taken"], true)]
#[case::same_option(&["not taken", "not taken"], false)]
fn what_differs(#[case] verdicts: &[&str], #[case] expected: bool) {
    let one = |verdict: &&str| named("t", &[("x-may-1", &[*verdict])]);
    let logs: Vec<RunLog> = verdicts.iter().map(one).collect();
    assert_eq!(Matrix::of(&logs).requirements[0].differs, expected);
}

#[test]
fn an_option_is_taken_where_one_check_saw_it_taken() {
    let logs = [named(
        "a",
        &[
            ("x-may-1", &["not taken", "info"]),
            ("x-may-2", &["not taken", "not taken"]),
        ],
    )];
    let matrix = Matrix::of(&logs);
    let not_taken = |row: &Row<'_>| row.cells[0].as_ref().is_some_and(|cell| cell.not_taken);
    assert_eq!(
        matrix.requirements.iter().map(not_taken).collect::<Vec<_>>(),
        [false, true]
    );
}

#[test]
fn the_markdown_has_everything_that_was_judged_and_nothing_that_is_markup() {
    let logs = [
        run(
            json!({"target": "ours", "product": "Our | server", "product_version": "2.0`"}),
            &[("x-8-1", &["pass"]), ("x-8-2", &["fail"]), ("x-8-3", &["n/a"])],
        ),
        run(
            json!({"target": "[theirs](javascript:x)", "version": "0.2.0", "selection": ["x-8"]}),
            &[("x-8-1", &["warn"]), ("x-may-4", &["not taken"])],
        ),
    ];
    insta::assert_snapshot!(Matrix::of(&logs).markdown());
}

#[test]
fn a_finding_of_any_length_is_cut() {
    let mut log = named("a", &[("x-8-1", &["fail"])]);
    for record in &mut log.records {
        if let crate::event::Event::Check(check) = &mut record.event {
            check.actual = "é".repeat(100_000);
        }
    }
    let logs = [log];
    assert!(Matrix::of(&logs).json().len() < 5_000);
}

#[test]
fn the_committed_schema_is_current() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/report/matrix/matrix.schema.json"
    );
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == matrix_schema(),
        "the schema is stale: cargo run -- schema matrix > src/report/matrix/matrix.schema.json"
    );
}
