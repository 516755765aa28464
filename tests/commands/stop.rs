//! Runs that are stopped by a signal, or whose target dies.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use calconform::event::{Event, Verdict, roll_up};
use calconform::reference::{Config, Server};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::relay::Relay;
use crate::support::{belongings, calconform, done, furnish, log, run, target_file, until};

fn start(directory: &Path, selection: &[&str]) -> Child {
    calconform(directory)
        .args(["run", "--target", "target.toml", "--out", "out", "--jobs", "4"])
        .args(selection)
        .spawn()
        .expect("calconform starts")
}

fn send(child: &Child, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(child.id()).expect("a process id"));
    kill(pid, signal).expect("it runs");
}

/// How many scenarios have ended.
fn finished(directory: &Path) -> usize {
    log(directory).map_or(0, |log| {
        let ends = log.records.iter();
        ends.filter(|record| matches!(record.event, Event::ScenarioFinished(_)))
            .count()
    })
}

#[test]
fn interrupted_it_cleans_up_and_reports() {
    let server = Server::start(Config::default()).expect("a server");
    furnish(&server.base_url);
    let before = belongings(&server.base_url);
    let directory = tempfile::tempdir().expect("a directory");
    target_file(directory.path(), &server.base_url);
    let child = start(directory.path(), &[]);
    until("scenarios run", || finished(directory.path()) > 5);
    send(&child, Signal::SIGINT);
    let outcome = done(child);
    assert_eq!(outcome.code, Some(1), "{}", outcome.text);
    assert!(outcome.text.contains("stopped by SIGINT"), "{}", outcome.text);
    assert_eq!(belongings(&server.base_url), before);
    let log = log(directory.path()).expect("a log");
    assert!(log.is_complete());
    let left = |event: &Event| matches!(event, Event::Residue(_) | Event::Differs(_));
    assert!(
        !log.records.iter().any(|record| left(&record.event)),
        "{}",
        outcome.text
    );
}

#[test]
fn interrupted_twice_it_leaves_at_once_and_says_how_to_clean() {
    let server = Server::start(Config::default()).expect("a server");
    furnish(&server.base_url);
    let before = belongings(&server.base_url);
    let relay = Relay::to(&server.base_url);
    let directory = tempfile::tempdir().expect("a directory");
    target_file(directory.path(), &relay.url());
    relay.shut_after("PUT");
    let mut child = start(directory.path(), &["caldav-sched-10/organizer"]);
    until("something is stored", || relay.is_shut());
    send(&child, Signal::SIGINT);
    // The first has been heard: now it waits for an answer that does not come.
    let mut said = BufReader::new(child.stderr.take().expect("a pipe"))
        .lines()
        .map_while(Result::ok);
    assert!(said.any(|line| line.contains("once more to leave at once")));
    send(&child, Signal::SIGINT);
    let command = "calconform clean --target target.toml out";
    assert!(said.any(|line| line.contains(command)));
    assert_eq!(done(child).code, Some(130));
    relay.open_again();
    assert_ne!(belongings(&server.base_url), before, "something to clean");
    let cleaned = run(calconform(directory.path()).args(command.split(' ').skip(1)));
    assert_eq!(cleaned.code, Some(0), "{}", cleaned.text);
    assert_eq!(belongings(&server.base_url), before);
}

#[test]
fn a_target_that_dies_ends_the_run_soon_and_what_is_left_is_in_error() {
    let server = Server::start(Config::default()).expect("a server");
    furnish(&server.base_url);
    let before = belongings(&server.base_url);
    let mut relay = Relay::to(&server.base_url);
    let directory = tempfile::tempdir().expect("a directory");
    target_file(directory.path(), &relay.url());
    let child = start(directory.path(), &[]);
    until("scenarios run", || finished(directory.path()) > 10);
    relay.die();
    let died = Instant::now();
    let outcome = done(child);
    assert_eq!(outcome.code, Some(3), "{}", outcome.text);
    assert!(died.elapsed() < Duration::from_secs(30), "{:?}", died.elapsed());
    let log = log(directory.path()).expect("a log");
    assert!(log.is_complete());
    let rolled = roll_up(&log.records);
    let count = |wanted| {
        let scenarios = rolled.scenarios.iter();
        scenarios.filter(|scenario| scenario.verdict == wanted).count()
    };
    assert_eq!(count(None), 0, "untested");
    assert!(count(Some(Verdict::Error)) > 100);
    assert_eq!(count(Some(Verdict::Fail)), 0, "{}", outcome.text);
    assert!(rolled.checks.iter().all(|check| check.verdict.is_some()));
    for file in ["index.html", "junit.xml", "report.md", "results.json"] {
        let text = std::fs::read_to_string(directory.path().join("out").join(file)).expect(file);
        assert!(text.contains("cannot be reached any more"), "{file}");
    }
    assert!(
        outcome.text.contains("calconform clean --target target.toml out"),
        "{}",
        outcome.text
    );

    relay.come_back();
    let cleaned = run(calconform(directory.path()).args(["clean", "--target", "target.toml", "out"]));
    assert_eq!(cleaned.code, Some(0), "{}", cleaned.text);
    assert_eq!(belongings(&server.base_url), before);
}
