//! Targets that lie, stall, flood and break off: the verdict is right, time and memory are bounded, nothing leaks.

mod proxy;
mod secrets;

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use calconform::event::{RunLog, Verdict, read_log, roll_up};
use proxy::{Manner, Proxy};
use rstest::rstest;
use tempfile::TempDir;

const SCENARIO: &str = "caldav-sched-10/schedule-tag/support";

struct Outcome {
    code: Option<i32>,
    text: String,
    out: TempDir,
}

impl Outcome {
    fn log(&self) -> RunLog {
        read_log(&self.out.path().join("run.jsonl")).expect("a readable log")
    }

    /// Verdicts of the scenario's checks that were reached.
    fn verdicts(&self) -> Vec<Verdict> {
        let log = self.log();
        let rolled = roll_up(&log.records);
        let checks = rolled.checks.iter().filter_map(|check| check.verdict);
        checks.filter(|verdict| *verdict != Verdict::Blocked).collect()
    }
}

/// Runs a scenario against this URL with deadlines of a second, as a process of its own.
fn run(url: &str, password: &str, scenario: &str) -> Outcome {
    let out = tempfile::tempdir().expect("a directory");
    let users: String = (1..=5)
        .map(|number| match number {
            1 => format!("[[users]]\nname = \"user01\"\npassword = \"{password}\"\n"),
            _ => format!("[[users]]\nname = \"user0{number}\"\npassword = \"user0{number}\"\n"),
        })
        .collect();
    let file = out.path().join("target.toml");
    let text = format!("url = \"{url}\"\n[deadlines]\nheader = 1.0\nexchange = 1.0\ndelivery = 1.0\n{users}");
    std::fs::write(&file, text).expect("a file");
    let done = Command::new(env!("CARGO_BIN_EXE_calconform"))
        .arg("run")
        .args([Path::new("--target"), &file, Path::new("--out"), out.path()])
        .arg(scenario)
        .output()
        .expect("calconform starts");
    let text = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    Outcome {
        code: done.status.code(),
        text,
        out,
    }
}

#[test]
fn refused_connections() {
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/", nobody.local_addr().expect("an address"));
    drop(nobody);
    let outcome = run(&url, "user01", SCENARIO);
    assert_eq!(outcome.code, Some(3), "{}", outcome.text);
    assert!(outcome.text.contains("cannot reach"), "{}", outcome.text);
}

#[test]
fn a_wrong_password() {
    let proxy = Proxy::start(Manner::Echo);
    let outcome = run(&proxy.url, "wrong", SCENARIO);
    assert_eq!(outcome.code, Some(2), "{}", outcome.text);
    assert!(outcome.text.contains("refuses user01"), "{}", outcome.text);
}

/// The suite could not tell: neither pass nor fail.
#[rstest]
#[case::breaks_off(Manner::BreakOff)]
#[case::drips(Manner::Drip)]
#[case::is_silent(Manner::Silence)]
fn who_does_not_answer_is_in_error(#[case] manner: Manner) {
    let proxy = Proxy::start(manner);
    let outcome = run(&proxy.url, "user01", SCENARIO);
    let verdicts = outcome.verdicts();
    assert!(proxy.treated() > 0);
    assert!(verdicts.contains(&Verdict::Error), "{verdicts:?}");
    assert!(
        verdicts.iter().all(|verdict| *verdict == Verdict::Error),
        "{verdicts:?}"
    );
    assert_eq!(outcome.code, Some(4), "nothing could be judged: {}", outcome.text);
}

fn deep_xml() -> Vec<u8> {
    ["<a>".repeat(10_000), "</a>".repeat(10_000)]
        .concat()
        .into_bytes()
}

fn entities() -> Vec<u8> {
    let mut text = "<!DOCTYPE a [<!ENTITY e0 \"aaaaaaaaaaaaaaaa\">".to_owned();
    for level in 1..20 {
        let inner = format!("&e{};", level - 1).repeat(16);
        text += &format!("<!ENTITY e{level} \"{inner}\">");
    }
    (text + "]><a>&e19;</a>").into_bytes()
}

fn deep_calendar() -> Vec<u8> {
    [
        "BEGIN:VCALENDAR\r\n".repeat(10_000),
        "END:VCALENDAR\r\n".repeat(10_000),
    ]
    .concat()
    .into_bytes()
}

/// Whatever stands in the bodies, the run comes to its end, reports what it could not read, and passes none of it.
#[rstest]
#[case::invalid_xml(|| b"<a><b></a>".to_vec())]
#[case::invalid_utf8(|| b"<a>\xff\xfe\xc0</a>".to_vec())]
#[case::deep_elements(deep_xml)]
#[case::deep_components(deep_calendar)]
#[case::entity_bomb(entities)]
#[case::terminal_escapes(|| b"\x1b[2J\x1b]0;owned\x07<a>\x1b[31m\x00</a>".to_vec())]
fn unreadable_bodies(#[case] body: fn() -> Vec<u8>) {
    let proxy = Proxy::start(Manner::Body(body));
    let outcome = run(&proxy.url, "user01", "caldav-sched-10/collections/inbox-type");
    assert!(proxy.treated() > 0);
    let verdicts = outcome.verdicts();
    // A status can be read whatever the body is.
    let passes = verdicts.iter().filter(|verdict| **verdict == Verdict::Pass);
    assert!(
        passes.count() <= 1 && verdicts.contains(&Verdict::Error),
        "{verdicts:?}"
    );
    assert_eq!(outcome.code, Some(1), "{}", outcome.text);
    assert!(
        !outcome.text.contains('\u{1b}') && !outcome.text.contains('\u{7}'),
        "{:?}",
        outcome.text
    );
    let junit = std::fs::read(outcome.out.path().join("junit.xml")).expect("a report");
    assert!(!junit.contains(&0x1b));
}

#[test]
fn a_gibibyte_is_not_kept() {
    let proxy = Proxy::start(Manner::Huge);
    let outcome = run(&proxy.url, "user01", "caldav-sched-10/collections/inbox-type");
    assert!(proxy.treated() > 0);
    assert!(!outcome.verdicts().contains(&Verdict::Pass), "{}", outcome.text);
    // The largest process this test has waited for, in KiB.
    let usage =
        nix::sys::resource::getrusage(nix::sys::resource::UsageWho::RUSAGE_CHILDREN).expect("a count");
    assert!(usage.max_rss() < 200 * 1024, "{} KiB", usage.max_rss());
}

#[rstest]
fn redirects_lead_nowhere(#[values(false, true)] away: bool) {
    let elsewhere = TcpListener::bind("127.0.0.1:0").expect("a free port");
    elsewhere.set_nonblocking(true).expect("a listener");
    let port = elsewhere.local_addr().expect("an address").port();
    let proxy = Proxy::start(if away { Manner::Away(port) } else { Manner::Circle });
    let outcome = run(&proxy.url, "user01", SCENARIO);
    assert!(proxy.treated() > 0);
    let verdicts = outcome.verdicts();
    assert!(!verdicts.contains(&Verdict::Pass), "{verdicts:?}");
    assert_eq!(outcome.code, Some(4), "nothing could be judged: {}", outcome.text);
    assert!(elsewhere.accept().is_err(), "another server was asked");
}

/// What a server may do, if not always pleasantly.
#[rstest]
#[case::hangs_up(Manner::HangUp)]
#[case::later(Manner::Later)]
#[case::wrong_clock(Manner::WrongClock)]
fn bad_manners_are_no_violation(#[case] manner: Manner) {
    let proxy = Proxy::start(manner);
    let outcome = run(&proxy.url, "user01", SCENARIO);
    assert!(proxy.treated() > 0);
    assert_eq!(outcome.code, Some(0), "{}", outcome.text);
    assert!(outcome.verdicts().contains(&Verdict::Pass), "{}", outcome.text);
}

#[test]
fn an_echoed_password_is_nowhere() {
    let proxy = Proxy::start(Manner::Echo);
    let outcome = run(&proxy.url, "user01", SCENARIO);
    assert!(proxy.treated() > 0);
    let log = std::fs::read_to_string(outcome.out.path().join("run.jsonl")).expect("a log");
    let junit = std::fs::read_to_string(outcome.out.path().join("junit.xml")).expect("a report");
    // `userNN:userNN` in base64.
    for number in 1..=5 {
        let secret = BASE64.encode(format!("user0{number}:user0{number}"));
        for (name, text) in [("console", &outcome.text), ("log", &log), ("junit", &junit)] {
            assert!(!text.contains(&secret), "{name} has {secret}");
        }
    }
}
