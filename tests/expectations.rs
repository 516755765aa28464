//! What is known of a server is written down, and a run says when it is no longer true.

use std::path::{Path, PathBuf};
use std::process::Command;

use calconform::reference::{Config, Deviation, Policy, Server, User};
use rstest::rstest;
use tempfile::TempDir;

const BROKEN: &str = "caldav-sched-10/methods/move";
const CHECK: &str = "caldav-sched-10/methods/move#move.caldav-sched-10-8-8";

/// A directory with a target file for a server of our own.
struct Place {
    directory: TempDir,
    _server: Server,
}

struct Outcome {
    code: Option<i32>,
    text: String,
}

impl Place {
    fn new(deviations: &[Deviation]) -> Place {
        Place::within(deviations, tempfile::tempdir().expect("a directory"))
    }

    fn within(deviations: &[Deviation], directory: TempDir) -> Place {
        let server = Server::start(Config {
            policy: deviations
                .iter()
                .copied()
                .fold(Policy::default(), Policy::deviating),
            users: User::numbered(5),
            ..Config::default()
        })
        .expect("a server");
        let users = server.users.iter().map(|user| {
            format!(
                "[[users]]\nname = \"{}\"\npassword = \"{}\"\n",
                user.name, user.password
            )
        });
        let text = format!(
            "name = \"ours\"\nurl = \"{}\"\n{}",
            server.base_url,
            users.collect::<String>()
        );
        std::fs::write(directory.path().join("target.toml"), text).expect("a file");
        Place {
            directory,
            _server: server,
        }
    }

    /// The same directory, and a server that was mended.
    fn mended(self) -> Place {
        Place::within(&[], self.directory)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn expect(&self, text: &str) {
        std::fs::write(self.path("expect.yaml"), text).expect("a file");
    }

    fn expected(&self) -> String {
        std::fs::read_to_string(self.path("expect.yaml")).expect("a file")
    }

    fn calconform(&self, arguments: &[&str]) -> Outcome {
        let done = Command::new(env!("CARGO_BIN_EXE_calconform"))
            .args(arguments)
            .current_dir(self.directory.path())
            .output()
            .expect("calconform starts");
        let text =
            String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
        Outcome {
            code: done.status.code(),
            text,
        }
    }

    fn run(&self, out: &str, more: &[&str]) -> Outcome {
        let arguments = ["run", "--target", "target.toml", "--out", out];
        self.calconform(&[&arguments[..], more].concat())
    }
}

fn entry(check: &str, more: &str) -> String {
    format!("- check: {check}\n  verdict: fail\n  reason: known\n{more}")
}

#[test]
fn from_a_failing_run_to_an_expected_one_and_to_one_that_is_mended() {
    let place = Place::new(&[Deviation::NoScheduleTagOnMove]);
    assert_eq!(place.run("first", &[BROKEN]).code, Some(1));
    let written = place.calconform(&["expect", "first"]);
    assert_eq!(written.code, Some(0), "{}", written.text);
    let text = place.expected();
    assert!(
        text.contains(&format!("- check: {CHECK}\n  verdict: fail\n")),
        "{text}"
    );

    let second = place.run("second", &[BROKEN]);
    assert_eq!(second.code, Some(0), "{}", second.text);
    assert!(
        second.text.contains("fail as expected (expect.yaml)"),
        "{}",
        second.text
    );
    assert!(
        !second.text.contains("FAIL"),
        "no cards for what is known: {}",
        second.text
    );
    assert_eq!(place.run("other", &["--no-expect", BROKEN]).code, Some(1));

    // The log alone says the same.
    std::fs::rename(place.path("expect.yaml"), place.path("aside")).expect("a file");
    let again = place.calconform(&["report", "second", "--out", "again"]);
    assert_eq!(again.code, Some(0), "{}", again.text);
    let read = |name: &str| std::fs::read_to_string(place.path(name)).expect("a report");
    assert_eq!(read("again/junit.xml"), read("second/junit.xml"));
    assert!(read("second/junit.xml").contains("expected fail: TODO"));
    std::fs::rename(place.path("aside"), place.path("expect.yaml")).expect("a file");

    // It is not written for nothing.
    let same = place.calconform(&["expect", "second"]);
    assert_eq!(
        (same.code, place.expected()),
        (Some(0), text.clone()),
        "{}",
        same.text
    );

    let place = place.mended();
    let third = place.run("third", &[BROKEN]);
    assert_eq!(third.code, Some(1), "{}", third.text);
    assert!(third.text.contains("unexpected pass"), "{}", third.text);
    assert!(third.text.contains("expect.yaml:"), "{}", third.text);
    assert!(!third.text.contains("unused"), "{}", third.text);
    let annotations = place.calconform(&["report", "third", "--format", "github"]);
    assert!(
        annotations.text.starts_with("::error file=expect.yaml,line="),
        "{}",
        annotations.text
    );
    let kept = place.calconform(&["expect", "third"]);
    assert_eq!((kept.code, place.expected()), (Some(0), text), "{}", kept.text);
    assert_eq!(place.calconform(&["expect", "third", "--prune"]).code, Some(0));
    assert!(!place.expected().contains("check:"), "{}", place.expected());
    assert_eq!(place.run("fourth", &[BROKEN]).code, Some(0));
}

#[rstest]
#[case::expired(entry(CHECK, "  expires: 2020-01-31\n"), "expired expectation")]
#[case::unused(
    entry("caldav-sched-10/methods/move#invited.caldav-sched-10-8-8", ""),
    "unused expectation"
)]
#[case::not_in_this_selection(entry("caldav-sched-10/methods/copy#copy.caldav-sched-10-8-8", ""), "")]
#[case::a_requirement_that_others_may_break(entry("caldav-sched-10-8-9", ""), "")]
fn what_is_news(#[case] more: String, #[case] news: &str) {
    let place = Place::new(&[Deviation::NoScheduleTagOnMove]);
    let known = entry("caldav-sched-10/methods/move#*", "  expires: 2999-12-31\n");
    place.expect(&(known + &more));
    let outcome = place.run("out", &[BROKEN]);
    let code = if news.is_empty() { 0 } else { 1 };
    assert_eq!(outcome.code, Some(code), "{}", outcome.text);
    assert!(outcome.text.contains(news), "{}", outcome.text);
}

#[test]
fn parts_of_a_run_expect_what_the_whole_expects() {
    let place = Place::new(&[Deviation::NoScheduleTagOnMove]);
    let selection = "caldav-sched-10/methods";
    place.expect(&entry("caldav-sched-10-8-8", ""));
    for (shard, out) in [("1/2", "one"), ("2/2", "two")] {
        let part = place.run(out, &["--shard", shard, selection]);
        assert_eq!(part.code, Some(0), "{}", part.text);
    }
    let whole = place.calconform(&["report", "one", "two"]);
    assert_eq!(whole.code, Some(0), "{}", whole.text);
    assert!(whole.text.contains("as expected"), "{}", whole.text);

    place.expect(&entry("caldav-sched-10/methods/*#*", ""));
    assert_eq!(place.run("two", &["--shard", "2/2", selection]).code, Some(0));
    let odd = place.calconform(&["report", "one", "two"]);
    assert_eq!(odd.code, Some(2), "{}", odd.text);
    assert!(odd.text.contains("what is expected is fail of"), "{}", odd.text);
}

#[rstest]
#[case::wrong(
    "- check: a\n  verdict: fail\n  reason: r\n  becuase: x\n",
    "[expect.yaml:4:3]"
)]
#[case::no_yaml("- check: [\n", "[expect.yaml:1:10]")]
fn a_file_that_is_wrong_is_refused_with_its_place(#[case] text: &str, #[case] place_of_it: &str) {
    let place = Place::new(&[]);
    place.expect(text);
    let outcome = place.run("out", &[BROKEN]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.text);
    assert!(outcome.text.contains(place_of_it), "{}", outcome.text);
    assert!(!place.path("out").exists(), "nothing was run");
}

#[test]
fn a_file_may_be_named() {
    let place = Place::new(&[Deviation::NoScheduleTagOnMove]);
    let text = entry("caldav-sched-10/methods/move#*", "");
    std::fs::write(place.path("known.yaml"), text).expect("a file");
    let named = place.run("out", &["--expect", "known.yaml", BROKEN]);
    assert_eq!(named.code, Some(0), "{}", named.text);
    let absent = place.run("out", &["--expect", "no-such.yaml", BROKEN]);
    assert_eq!(absent.code, Some(2), "{}", absent.text);
    assert!(absent.text.contains("no-such.yaml"), "{}", absent.text);

    let target = std::fs::read_to_string(place.path("target.toml")).expect("a file");
    for (name, code) in [("known.yaml", 0), ("no-such.yaml", 2)] {
        std::fs::write(
            place.path("target.toml"),
            format!("expect = \"{name}\"\n{target}"),
        )
        .expect("a file");
        let outcome = place.run("out", &[BROKEN]);
        assert_eq!(outcome.code, Some(code), "{}", outcome.text);
    }
}

#[test]
fn nothing_is_expected_of_a_server_that_is_not_there() {
    let place = Place::new(&[]);
    let log = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/logs/every-verdict.jsonl");
    let log = log.to_str().expect("a path in UTF-8");
    let nowhere = place.calconform(&["expect", log]);
    assert_eq!(nowhere.code, Some(2), "{}", nowhere.text);
    assert!(nowhere.text.contains("-o FILE"), "{}", nowhere.text);

    let lines: Vec<String> = std::fs::read_to_string(log)
        .expect("a log")
        .lines()
        .take(1)
        .map(str::to_owned)
        .collect();
    std::fs::write(place.path("empty.jsonl"), lines.concat() + "\n").expect("a file");
    let empty = place.calconform(&["expect", "empty.jsonl", "-o", "expect.yaml"]);
    assert_eq!(empty.code, Some(4), "{}", empty.text);
    assert!(!place.path("expect.yaml").exists());
}
