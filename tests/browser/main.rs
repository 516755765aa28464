//! `index.html`, seen in a browser: a report of a run with failures, a matrix, and both full of hostile strings.
//!
//! Needs Chromium. Without one the tests are ignored, unless `CALCONFORM_BROWSER` is set: then they fail.
//! `CALCONFORM_SCREENSHOTS=DIR` keeps what the tests have seen; `CALCONFORM_LOG=run.jsonl` is the run whose report
//! `time_to_open` measures; `CALCONFORM_LOGS` has those of `time_to_open_the_matrix`.

mod chromium;
mod hostile;
mod matrix;
mod report;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::OnceLock;

use calconform::corpus::Corpus;
use calconform::event::RunLog;
use calconform::proof::{as_target, trial};
use calconform::reference::{Config, Deviation, Policy, Server};
use libtest_mimic::{Arguments, Failed, Trial};

use chromium::Chromium;

type Test = (&'static str, fn(&mut Chromium));

const TESTS: [Test; 18] = [
    ("a_run_with_failures_opens_without_complaints", report::opens),
    ("filters_work_and_stand_in_the_address", report::filters),
    ("sections_fold", report::folds),
    ("a_finding_tells_all_that_led_to_it", report::drills_down),
    ("every_kind_of_thing_can_be_linked_to", report::deep_links),
    ("everything_can_be_reached_by_keys", report::keys),
    ("a_phone_shows_it_without_scrolling_sideways", report::phone),
    ("what_was_expected_can_be_left_out", report::expected),
    ("time_to_open", report::time_to_open),
    ("hostile_strings_stay_text", hostile::stay_text),
    ("a_matrix_opens_without_complaints", matrix::opens),
    ("a_matrix_is_filtered", matrix::filters),
    ("rows_of_a_matrix_fold", matrix::folds),
    ("cells_lead_into_reports", matrix::leads_to_reports),
    ("everything_in_a_matrix_can_be_reached_by_keys", matrix::keys),
    ("a_phone_shows_a_matrix", matrix::phone),
    ("time_to_open_the_matrix", matrix::time_to_open),
    (
        "hostile_strings_stay_text_in_a_matrix",
        hostile::stay_text_in_a_matrix,
    ),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let program = chromium::find();
    let obligatory = std::env::var_os("CALCONFORM_BROWSER").is_some();
    if program.is_none() && !obligatory {
        eprintln!(
            "no Chromium in PATH: the browser tests are ignored (CALCONFORM_BROWSER=1 makes them fail)"
        );
    }
    let ignored = program.is_none() && !obligatory;
    let trials = TESTS.map(|(name, test)| {
        let program = program.clone();
        let run = move || {
            let program = program.ok_or_else(|| Failed::from("there is no Chromium in PATH"))?;
            test(&mut Chromium::start(&program));
            Ok(())
        };
        Trial::test(name, run).with_ignored_flag(ignored)
    });
    libtest_mimic::run(&arguments, trials.into()).exit_code()
}

/// A file of its own with the report of a log.
struct Page {
    _directory: tempfile::TempDir,
    file: PathBuf,
}

impl Page {
    fn of(log: &RunLog) -> Page {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("index.html");
        std::fs::write(&file, calconform::report::html(log)).expect("the report can be written");
        Page {
            _directory: directory,
            file,
        }
    }
}

/// A run against a server that breaks several things, made once.
fn failing_run() -> &'static RunLog {
    static LOG: OnceLock<RunLog> = OnceLock::new();
    LOG.get_or_init(|| {
        let policy = [
            Deviation::ScheduleReplyIgnored,
            Deviation::ScheduleTagUnquoted,
            Deviation::SequenceNotRaised,
            Deviation::PartstatForged,
        ];
        let policy = policy.into_iter().fold(Policy::default(), Policy::deviating);
        let server = Server::start(Config {
            policy,
            ..Config::default()
        })
        .expect("a server");
        let target = as_target(&server).expect("a target");
        let selection =
            ["organizer", "attendee", "schedule-tag"].map(|theme| format!("caldav-sched-10/{theme}"));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let trial = runtime
            .block_on(trial(target, Corpus::embedded(), selection.into(), None))
            .expect("a run");
        RunLog {
            records: trial.records,
            cut_in_line: None,
        }
    })
}

/// Keeps a picture where somebody asked for it.
fn picture(browser: &mut Chromium, name: &str) {
    if let Some(directory) = std::env::var_os("CALCONFORM_SCREENSHOTS") {
        let directory = Path::new(&directory);
        std::fs::create_dir_all(directory).expect("a directory for pictures");
        browser.screenshot(&directory.join(name));
    }
}
