//! Reports from hand-written logs: what they say, and that nothing hostile gets through.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use calconform::event::{
    Ending, Event, Expectation, Expectations, LogWriter, RunLog, Verdict, ending, read_log, read_log_from,
    roll_up,
};
use calconform::report::{
    ConsoleOptions, DiffForm, ProgressOptions, Styles, console, diff, github, html, junit, markdown,
    progress, results, sarif,
};
use rstest::rstest;
use serde_json::Value;

fn fixture() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/logs/every-verdict.jsonl")
}

fn every_verdict() -> RunLog {
    read_log(&fixture()).unwrap()
}

const PUT: &str = "caldav-sched-10/tags/put#create.caldav-sched-10-8-1";

/// Some of it expected, and something that did not come.
fn expecting(mut log: RunLog, hostile: &str) -> RunLog {
    let entries = [
        (PUT, Verdict::Fail, None),
        ("caldav-sched-10-5.2.1.1-1", Verdict::Fail, None),
        ("caldav-sched-10/move/between", Verdict::Error, Some("2026-11-02")),
        ("caldav-sched-10/tags/put#copy.*", Verdict::Warn, None),
        (
            "caldav-sched-10/collections/inbox-type#type.caldav-sched-10-4.2-3",
            Verdict::Fail,
            None,
        ),
        (
            "caldav-sched-10/no-such#a.caldav-sched-10-8-1",
            Verdict::Fail,
            None,
        ),
        (
            "caldav-sched-10/organizer/foreign#*",
            Verdict::Error,
            Some("2026-11-01"),
        ),
    ];
    let entries = entries.into_iter().zip(1..);
    let entries = entries.map(|((check, verdict, expires), number)| Expectation {
        line: number * 3,
        check: check.to_owned(),
        verdicts: vec![verdict],
        reason: format!("The server's known bug {number}.{hostile}"),
        link: Some(format!("https://bugs.example.com/{number}{hostile}")),
        expires: expires.map(str::to_owned),
    });
    if let Some(Event::RunStarted(header)) = log.records.first_mut().map(|record| &mut record.event) {
        header.expectations = Some(Expectations {
            file: format!("expect.yaml{hostile}"),
            entries: entries.collect(),
        });
    }
    log
}

fn plain(verbose: bool, width: usize) -> ConsoleOptions {
    ConsoleOptions {
        verbose,
        styles: Styles::plain(),
        width,
    }
}

#[test]
fn console_shows_every_verdict() {
    insta::assert_snapshot!("console", console(&every_verdict(), plain(false, 100)));
}

#[test]
fn console_shows_more_when_asked() {
    insta::assert_snapshot!("console-verbose", console(&every_verdict(), plain(true, 100)));
}

#[rstest]
#[case(40)]
#[case(80)]
#[case(120)]
fn console_keeps_to_its_width(#[case] width: usize) {
    let text = console(&every_verdict(), plain(true, width));
    let to_be_copied = |line: &&str| {
        line.starts_with("curl")
            || line.starts_with("  -")
            || line.starts_with("  http")
            || line.contains(':')
    };
    for line in text.lines().filter(|line| !to_be_copied(line)) {
        assert!(line.chars().count() <= width, "{line}");
    }
}

#[test]
fn a_plain_report_of_a_run_without_faults_has_no_escapes() {
    let mut log = every_verdict();
    let faults = ["fail", "warn", "error", "blocked"].map(|verdict| format!("\"verdict\":\"{verdict}\""));
    log.records.retain(|record| {
        let text = serde_json::to_string(record).unwrap();
        !faults.iter().any(|fault| text.contains(fault.as_str()))
    });
    let text = console(&log, plain(false, 100));
    assert!(text.contains("passed"), "{text}");
    assert!(!text.contains('\u{1b}'), "{text:?}");
}

#[test]
fn a_run_that_judged_nothing_says_why() {
    let mut log = every_verdict();
    let judges = ["\"check\"", "\"scenario-finished\""].map(|event| format!("\"event\":{event}"));
    log.records.retain(|record| {
        let text = serde_json::to_string(record).unwrap();
        !judges.iter().any(|judge| text.contains(judge.as_str()))
    });
    let text = console(&log, plain(false, 100));
    assert!(
        text.contains("1 not run  not advertised: calendar-schedule"),
        "{text}"
    );
    assert!(text.contains("nothing could be judged"), "{text}");
}

#[test]
fn colour_changes_nothing_but_colour() {
    let options = ConsoleOptions {
        styles: Styles::colored(),
        ..plain(true, 100)
    };
    let colored = console(&every_verdict(), options);
    assert!(colored.contains("\u{1b}[1m\u{1b}[31mFAIL"), "{colored}");
    let mut bare = String::new();
    for part in colored.split('\u{1b}') {
        bare.push_str(
            match part.strip_prefix('[').and_then(|part| part.split_once('m')) {
                Some((_, text)) => text,
                None => part,
            },
        );
    }
    let trimmed = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_eq!(
        trimmed(&bare),
        trimmed(&console(&every_verdict(), plain(true, 100)))
    );
}

#[test]
fn junit_has_a_suite_for_each_scenario_and_a_case_for_each_check() {
    let log = every_verdict();
    let rolled = roll_up(&log.records);
    let text = junit(&log);
    let document = roxmltree::Document::parse(&text).unwrap();
    let suites: Vec<_> = document
        .root_element()
        .children()
        .filter(|node| node.is_element())
        .collect();
    let names: Vec<_> = suites
        .iter()
        .map(|suite| suite.attribute("name").unwrap())
        .collect();
    let scenarios: Vec<_> = rolled.scenarios.iter().map(|scenario| scenario.id).collect();
    assert_eq!(names, scenarios);
    for check in &rolled.checks {
        let case = document
            .descendants()
            .find(|node| node.attribute("name") == Some(check.id))
            .unwrap();
        assert_eq!(case.attribute("classname"), Some(check.scenario));
        let outcome = case
            .children()
            .find(|node| node.is_element())
            .map(|node| node.tag_name().name());
        let expected = match check.verdict.map_or("untested", |verdict| verdict.word()) {
            "pass" | "info" => None,
            "warn" => Some("system-out"),
            "fail" => Some("failure"),
            "error" => Some("error"),
            _ => Some("skipped"),
        };
        assert_eq!(outcome, expected, "{}", check.id);
    }
    let skipped = |reason: &str| text.contains(&format!("<skipped message=\"{reason}\""));
    assert!(skipped("n/a: not advertised: calendar-schedule"));
    assert!(skipped("blocked: blocked by step delivered"));
    let scenario = document
        .descendants()
        .find(|node| node.attribute("name") == Some("(scenario)"))
        .unwrap();
    assert_eq!(
        scenario.attribute("classname"),
        Some("caldav-sched-10/move/between")
    );
}

#[test]
fn markdown_has_totals_and_causes() {
    insta::assert_snapshot!("markdown", markdown(&every_verdict()));
}

#[test]
fn what_was_expected_is_told_apart() {
    let log = expecting(every_verdict(), "");
    assert_eq!(ending(&roll_up(&log.records)), Ending::Unexpected);
    insta::assert_snapshot!("console-expecting", console(&log, plain(false, 100)));
    insta::assert_snapshot!("markdown-expecting", markdown(&log));
    insta::assert_snapshot!("github-expecting", github(&log));
}

#[test]
fn junit_skips_what_was_expected_and_fails_what_was_not() {
    let text = junit(&expecting(every_verdict(), ""));
    let document = roxmltree::Document::parse(&text).unwrap();
    let outcome = |suite: &str, name: &str| {
        let case = document
            .descendants()
            .find(|node| node.attribute("name") == Some(name) && node.attribute("classname") == Some(suite));
        let child = case
            .unwrap()
            .children()
            .find(|node| node.has_attribute("type"))
            .unwrap();
        (
            child.tag_name().name().to_owned(),
            child.attribute("type").unwrap().to_owned(),
        )
    };
    let is = |tag: &str, kind: &str| (tag.to_owned(), kind.to_owned());
    assert_eq!(
        outcome("caldav-sched-10/tags/put", PUT),
        is("skipped", "expected fail")
    );
    assert_eq!(
        outcome("caldav-sched-10/move/between", "(scenario)"),
        is("skipped", "expected error")
    );
    let passed = "caldav-sched-10/collections/inbox-type#type.caldav-sched-10-4.2-3";
    assert_eq!(
        outcome("caldav-sched-10/collections/inbox-type", passed),
        is("failure", "unexpected pass")
    );
    let unused = "caldav-sched-10/no-such#a.caldav-sched-10-8-1";
    assert_eq!(
        outcome("expect.yaml", unused),
        is("failure", "unused expectation")
    );
    let expired = "caldav-sched-10/organizer/foreign#*";
    assert_eq!(
        outcome("expect.yaml", expired),
        is("failure", "expired expectation")
    );
    let reason = "expected fail: The server&apos;s known bug 1.";
    assert!(
        text.contains(reason) || text.contains(&reason.replace("&apos;", "'")),
        "{text}"
    );
}

#[test]
fn programs_are_told_what_was_expected() {
    let log = expecting(every_verdict(), "");
    let results: Value = serde_json::from_str(&results(&log)).unwrap();
    let checks = results["checks"].as_array().unwrap();
    let put = checks.iter().find(|check| check["id"] == PUT).unwrap();
    assert_eq!(put["expected"], 3);
    let news = results["expectations"]["news"].as_array().unwrap();
    let kinds: Vec<_> = news.iter().map(|news| news["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["better", "unused", "expired"]);
    let sarif: Value = serde_json::from_str(&sarif(&log)).unwrap();
    let suppressed = sarif["runs"][0]["results"].as_array().unwrap().iter();
    let suppressed: Vec<_> = suppressed
        .filter(|result| result.get("suppressions").is_some())
        .map(|result| result["properties"]["verdict"].as_str().unwrap())
        .collect();
    assert_eq!(suppressed, ["fail", "fail", "warn", "fail"]);
}

#[test]
fn a_difference_has_versions_places_and_what_was_expected() {
    const TYPE: &str = "caldav-sched-10/collections/inbox-type#type.caldav-sched-10-4.2-3";
    let old = every_verdict();
    let mut new = old.clone();
    for record in &mut new.records {
        match &mut record.event {
            Event::RunStarted(header) => header.version = "9.0.0".into(),
            Event::Check(check) if check.id == TYPE => check.verdict = Verdict::Fail,
            Event::Check(check) if check.id == PUT => check.verdict = Verdict::Pass,
            _ => {}
        }
    }
    let (text, bad) = diff(&old, &new, DiffForm::Github);
    assert!(bad);
    for line in [
        "::notice title=the runs differ::calconform: 0.1.0 → 9.0.0",
        "::error file=scenarios/caldav-sched-10/collections/inbox-type.yaml,line=",
        ",title=worse::pass → fail: caldav-sched-10/collections/inbox-type#type",
        ",title=better::fail → pass: caldav-sched-10/tags/put#create",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(!diff(&new, &new, DiffForm::Markdown).1);

    let (text, bad) = diff(&old, &expecting(new, ""), DiffForm::Github);
    assert!(!bad, "{text}");
    assert!(
        text.contains("known bug 5.)") && !text.contains("::error"),
        "{text}"
    );
}

#[test]
fn github_gets_a_line_for_each_cause() {
    insta::assert_snapshot!("github", github(&every_verdict()));
}

#[test]
fn results_have_everything_that_was_rolled_up() {
    let log = every_verdict();
    let rolled = roll_up(&log.records);
    let results: Value = serde_json::from_str(&results(&log)).unwrap();
    let listed = |list: &str| -> Vec<(String, String)> {
        let items = results[list].as_array().unwrap().iter();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        items
            .map(|item| (text(&item["id"]), text(&item["verdict"])))
            .collect()
    };
    let word = |verdict: Option<Verdict>| verdict.map_or("untested", Verdict::word).to_owned();
    let checks = rolled.checks.iter();
    let checks: Vec<_> = checks
        .map(|check| (check.id.to_owned(), word(check.verdict)))
        .collect();
    assert_eq!(listed("checks"), checks);
    let scenarios = rolled.scenarios.iter();
    let scenarios: Vec<_> = scenarios
        .map(|scenario| (scenario.id.to_owned(), word(scenario.verdict)))
        .collect();
    assert_eq!(listed("scenarios"), scenarios);
    let judged = &results["specifications"][0];
    assert_eq!(judged["id"], "caldav-sched-10");
    assert_eq!(judged["testable"], 301);
    assert_eq!(results["run"]["ending"], "unexpected");
}

#[test]
fn sarif_has_a_result_for_each_fail_warn_and_error() {
    let log = every_verdict();
    let rolled = roll_up(&log.records);
    let sarif: Value = serde_json::from_str(&sarif(&log)).unwrap();
    let run = &sarif["runs"][0];
    let bad = rolled.checks.iter().filter(|check| {
        matches!(
            check.verdict,
            Some(Verdict::Fail | Verdict::Warn | Verdict::Error)
        )
    });
    let bad: Vec<_> = bad.map(|check| check.requirement).collect();
    let cited: Vec<_> = run["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result["ruleId"].as_str().unwrap())
        .collect();
    assert_eq!(cited, bad);
    let line = &run["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"];
    assert!(line.as_u64().unwrap() > 1);
}

#[test]
fn reports_do_not_depend_on_the_order_of_scenarios() {
    let log = every_verdict();
    let mut records = log.records.clone();
    // Round 1 of everything first, then the scenarios backwards, as parallel runs may interleave them.
    records[1..].sort_by_key(|record| std::cmp::Reverse(record.scenario.clone()));
    let shuffled = RunLog {
        records,
        ..log.clone()
    };
    let cards = |log: &RunLog| {
        let text = console(log, plain(false, 100));
        text.lines()
            .filter(|line| line.starts_with(char::is_uppercase))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(cards(&log), cards(&shuffled));
}

#[test]
fn a_log_cut_off_says_so_and_is_not_green() {
    let whole = std::fs::read(fixture()).unwrap();
    for end in [whole.len() / 3, whole.len() / 2, whole.len() - 40] {
        let log = read_log_from(&whole[..end], "run.jsonl").unwrap();
        let text = console(&log, plain(false, 100));
        assert!(text.contains("the log stops in the middle of line"), "{text}");
        assert_ne!(
            ending(&roll_up(&log.records)),
            calconform::event::Ending::Expected
        );
        roxmltree::Document::parse(&junit(&log)).unwrap();
    }
}

#[rstest]
#[case::escape_sequences("\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m")]
#[case::end_of_cdata("]]><x a='\"&amp;--></failure>")]
#[case::nul_and_friends("\0\u{1}\u{8}\u{7f}\u{fffe}\u{ffff}")]
#[case::line_ends("\r\nFAIL forged\n\rx\u{85}\u{2028}")]
#[case::bidi("\u{202e}\u{2066}\u{200f}\u{feff}")]
#[case::shell("'; rm -rf ~ #`$(x)`\nEND\n")]
fn hostile_strings_in_every_field(#[case] hostile: &str) {
    let log = expecting(poisoned(hostile), hostile);
    for verbose in [false, true] {
        let text = console(&log, plain(verbose, 80));
        let bad: Vec<_> = text
            .chars()
            .filter(|&character| is_dangerous(character))
            .collect();
        assert!(bad.is_empty(), "{bad:?}");
        assert!(!text.lines().any(|line| line == "FAIL forged"), "a forged line");
    }
    let text = junit(&log);
    let document = roxmltree::Document::parse(&text).unwrap();
    assert!(document.descendants().any(|node| node.has_tag_name("failure")));
    assert!(!text.chars().any(is_dangerous));

    let shown = watched(&log, true);
    assert!(!shown.chars().any(is_dangerous));

    let text = markdown(&log);
    assert!(!text.chars().any(is_dangerous), "{text:?}");
    assert_eq!(markup_of(&text), [""; 0]);
    let text = github(&log);
    assert!(!text.chars().any(is_dangerous), "{text:?}");
    assert!(
        text.lines().all(|line| line.starts_with("::")),
        "a forged line: {text}"
    );
    let text = html(&log);
    assert!(!text.chars().any(is_dangerous), "{text:?}");
    let data = text.split_once("type=\"application/json\">").unwrap().1;
    let (data, rest) = data.split_once("</script>").unwrap();
    assert!(!data.contains('<'));
    serde_json::from_str::<Value>(data).unwrap();
    assert!(
        rest.starts_with("<script type=\"module\">"),
        "the data ends where it should"
    );
    for text in [results(&log), sarif(&log)] {
        serde_json::from_str::<Value>(&text).unwrap();
    }
}

/// Lines outside of fences that hold tags, those of the report itself aside.
fn markup_of(markdown: &str) -> Vec<&str> {
    let mut fence = None;
    let mut lines = Vec::new();
    for line in markdown.lines() {
        match fence {
            Some(end) if line == end => fence = None,
            Some(_) => {}
            None if line.ends_with("```text") => fence = line.strip_suffix("text"),
            None => {
                let own = line.starts_with("<details>") || line == "</details>";
                // Every other piece is a span of code, however many ticks it has.
                let spans = line
                    .split('`')
                    .filter(|piece| !piece.is_empty())
                    .collect::<Vec<_>>();
                if !own && spans.iter().step_by(2).any(|piece| piece.contains('<')) && !line.starts_with('`')
                {
                    lines.push(line);
                }
            }
        }
    }
    lines
}

fn is_dangerous(character: char) -> bool {
    (character.is_control() && character != '\n')
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// The log with something hostile at the end of every text that is not a word of the format or an id.
fn poisoned(hostile: &str) -> RunLog {
    let words = [
        "event",
        "level",
        "verdict",
        "purpose",
        "kind",
        "direction",
        "cause",
        "id",
        "scenario",
    ];
    let words = [&words[..], &["requirement", "body", "started"]].concat();
    fn poison(value: &mut Value, words: &[&str], hostile: &str) {
        match value {
            Value::String(text) => text.push_str(hostile),
            Value::Array(items) => items.iter_mut().for_each(|item| poison(item, words, hostile)),
            Value::Object(fields) => fields
                .iter_mut()
                .filter(|(name, value)| !(words.contains(&name.as_str()) && value.is_string()))
                .for_each(|(_, value)| poison(value, words, hostile)),
            _ => {}
        }
    }
    let text = std::fs::read_to_string(fixture()).unwrap();
    let mut lines = String::new();
    for line in text.lines() {
        let mut value: Value = serde_json::from_str(line).unwrap();
        poison(&mut value, &words, hostile);
        lines += &format!("{value}\n");
    }
    // Ids too, all alike so that they still refer to each other.
    let escaped = serde_json::to_string(hostile).unwrap();
    let escaped = &escaped[1..escaped.len() - 1];
    for id in ["caldav-sched-10/tags/put", "0a01"] {
        lines = lines.replace(id, &format!("{id}{escaped}"));
    }
    read_log_from(lines.as_bytes(), "poisoned").unwrap()
}

/// What is shown while this log is written, without a terminal.
fn watched(log: &RunLog, verbose: bool) -> String {
    #[derive(Clone, Default)]
    struct Sink(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);
    impl std::io::Write for Sink {
        fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(octets);
            Ok(octets.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let sink = Sink::default();
    let options = ProgressOptions {
        quiet: false,
        verbose,
        interactive: false,
        styles: Styles::plain(),
        width: 80,
    };
    let writer = LogWriter::new(std::io::sink()).watched_by(progress(options, sink.clone()));
    for record in &log.records {
        writer.write(record.scenario.as_deref(), record.event.clone());
    }
    writer.finish().unwrap();
    String::from_utf8(sink.0.lock().unwrap().clone()).unwrap()
}

#[test]
fn progress_is_a_line_for_each_scenario() {
    insta::assert_snapshot!("progress", watched(&every_verdict(), false));
}

#[test]
fn progress_shows_each_exchange_when_asked() {
    let shown = watched(&every_verdict(), true);
    assert!(
        shown.contains(
            "  caldav-sched-10/move/between#second organizer MKCALENDAR /dav/calendars/user/user01/calconform-2/ → 507 (4.2 ms)"
        ),
        "{shown}"
    );
}

fn calconform(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_calconform"));
    command
        .args(arguments)
        .env_remove("NO_COLOR")
        .stdin(Stdio::null());
    command
}

#[test]
fn the_command_makes_the_reports_again() {
    let run = tempfile::tempdir().unwrap();
    std::fs::copy(fixture(), run.path().join("run.jsonl")).unwrap();
    let out = run.path().join("reports");
    let arguments = [
        "report",
        run.path().to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ];
    let done = calconform(&arguments).output().unwrap();
    assert_eq!(done.status.code(), Some(1), "the log has fails");
    let text = String::from_utf8(done.stdout).unwrap();
    assert!(text.contains("caldav-sched-10-8-1") && !text.contains('\u{1b}'));
    assert_eq!(
        std::fs::read_to_string(out.join("junit.xml")).unwrap(),
        junit(&every_verdict())
    );
    for file in ["index.html", "results.json", "report.md"] {
        assert!(out.join(file).is_file(), "{file}");
    }
    assert!(!out.join("results.sarif").exists(), "only when asked for");
}

#[test]
fn the_command_writes_and_prints_what_is_asked_for() {
    let out = tempfile::tempdir().unwrap();
    let done = calconform(&["report", fixture().to_str().unwrap(), "--format", "github"])
        .args(["--files", "sarif", "--out", out.path().to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(done.stdout).unwrap(), github(&every_verdict()));
    let files: Vec<_> = std::fs::read_dir(out.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(files, ["results.sarif"]);
}

#[rstest]
#[case("no-such-file.jsonl", "cannot read no-such-file.jsonl")]
#[case("Cargo.toml", "Cargo.toml:1:1: not an event of a run log")]
fn the_command_refuses_what_is_no_log(#[case] file: &str, #[case] message: &str) {
    let done = calconform(&["report", file])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(2));
    let text = String::from_utf8(done.stderr).unwrap();
    assert!(text.contains(message), "{text}");
}

#[test]
fn a_reader_that_goes_away_changes_nothing() {
    let mut child = calconform(&["report", fixture().to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let done = child.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&done.stderr), "");
}
