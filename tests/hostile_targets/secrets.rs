//! Passwords are in no output, however they were given and wherever the target repeats them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use calconform::reference::{Config, User};
use rstest::rstest;
use tempfile::TempDir;

use crate::proxy::{Manner, Proxy};

/// Scenarios in which messages are stored, delivered, read and refused.
const SELECTION: [&str; 2] = ["caldav-sched-10/examples", "caldav-sched-10/schedule-tag"];

/// How a person tells calconform the passwords.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Given {
    /// `--user NAME:PASSWORD`
    Argument,
    /// `CALCONFORM_PASSWORD`
    Environment,
    /// `password` in the target file
    File,
    /// `password-env` in the target file
    FileEnvironment,
    /// `password-command` in the target file
    FileCommand,
}

/// A password that no run before had: characters that every encoding escapes in its own way around some that none does.
struct Password {
    text: String,
    core: String,
}

impl Password {
    fn random() -> Password {
        let mut octets = [0; 12];
        getrandom(&mut octets);
        let core: String = octets.iter().map(|octet| char::from(b'a' + octet % 26)).collect();
        Password {
            text: format!("p&<\"'%41 +/ö\\{core};,}}$`end"),
            core,
        }
    }

    /// What may be nowhere: parts of the core as it is, and of the whole in base64 behind each length of what stands before.
    fn parts(&self) -> Vec<String> {
        let windows = |text: &str, length: usize| -> Vec<String> {
            let characters: Vec<char> = text.chars().collect();
            characters
                .windows(length)
                .map(|window| window.iter().collect())
                .collect()
        };
        let mut parts = windows(&self.core, 6);
        for before in ["", "x", "xx"] {
            let text = format!("{before}{}", self.text);
            for engine in [BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD] {
                parts.extend(windows(&engine.encode(&text)[4..], 12));
            }
        }
        parts
    }
}

/// Octets that differ from run to run.
fn getrandom(octets: &mut [u8]) {
    use std::hash::{BuildHasher, RandomState};
    for octet in octets {
        *octet = RandomState::new().hash_one(0).to_le_bytes()[0];
    }
}

struct Place {
    directory: TempDir,
    proxy: Proxy,
    password: Password,
    /// Of parts of the password.
    finder: AhoCorasick,
    given: Given,
}

impl Place {
    fn new(given: Given, manner: Manner) -> Place {
        let password = Password::random();
        let mut users = User::numbered(3);
        for user in &mut users {
            user.password.clone_from(&password.text);
        }
        let config = Config {
            users,
            ..Config::default()
        };
        Place {
            directory: tempfile::tempdir().expect("a directory"),
            proxy: Proxy::with(config, manner),
            finder: AhoCorasick::new(password.parts()).expect("some hundred short patterns"),
            password,
            given,
        }
    }

    fn out(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// `calconform COMMAND`, the target given in its way.
    fn with_target(&self, command: &[&str], out: &str) -> Output {
        let mut process = calconform(command);
        process.arg("--out").arg(self.out(out));
        let names = ["user01", "user02", "user03"];
        if matches!(self.given, Given::Argument | Given::Environment) {
            process.args(["--target", &self.proxy.url]);
            for name in names {
                match self.given {
                    Given::Argument => process
                        .arg("--user")
                        .arg(format!("{name}:{}", self.password.text)),
                    _ => process.args(["--user", name]),
                };
            }
            process.env("CALCONFORM_PASSWORD", &self.password.text);
        } else {
            let secret = self.out("secret");
            std::fs::write(&secret, &self.password.text).expect("a file");
            let line = match self.given {
                Given::File => format!("password = '''{}'''", self.password.text),
                Given::FileEnvironment => "password-env = \"ECHOED\"".to_owned(),
                _ => format!("password-command = [\"cat\", {secret:?}]"),
            };
            process.env("ECHOED", &self.password.text);
            let users: String = names
                .iter()
                .map(|name| format!("[[users]]\nname = \"{name}\"\n{line}\n"))
                .collect();
            let file = self.directory.path().join("target.toml");
            let text = format!(
                "url = \"{}\"\n[deadlines]\ndelivery = 1.0\n{users}",
                self.proxy.url
            );
            std::fs::write(&file, text).expect("a file");
            process.arg("--target").arg(file);
        }
        process.output().expect("calconform starts")
    }

    fn assert_silent(&self, name: &str, octets: &[u8]) {
        if let Some(hit) = self.finder.find(octets) {
            let from = hit.start().saturating_sub(200);
            let to = (hit.end() + 200).min(octets.len());
            let around = String::from_utf8_lossy(&octets[from..to]);
            panic!("{name} has a part of {}: {around}", self.password.text);
        }
    }

    fn assert_output_silent(&self, name: &str, output: &Output) {
        self.assert_silent(&format!("{name}: standard output"), &output.stdout);
        self.assert_silent(&format!("{name}: standard error"), &output.stderr);
    }

    fn assert_files_silent(&self, directory: &Path) {
        let mut files = 0;
        for entry in std::fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                self.assert_files_silent(&path);
            } else {
                self.assert_silent(
                    &path.display().to_string(),
                    &std::fs::read(&path).expect("a file"),
                );
                files += 1;
            }
        }
        assert!(files > 0, "{} is empty", directory.display());
    }
}

fn calconform(arguments: &[&str]) -> Command {
    let mut process = Command::new(env!("CARGO_BIN_EXE_calconform"));
    process
        .args(arguments)
        .env("RUST_BACKTRACE", "1")
        .env_remove("CALCONFORM_PASSWORD")
        .stdin(Stdio::null());
    process
}

const ALL_FILES: &str = "--files=html,json,junit,markdown,sarif";

#[rstest]
fn no_output_repeats_a_password(
    #[values(
        Given::Argument,
        Given::Environment,
        Given::File,
        Given::FileEnvironment,
        Given::FileCommand
    )]
    given: Given,
) {
    let place = Place::new(given, Manner::Repeat);
    let run = [&["run", "--verbose", ALL_FILES], &SELECTION[..]].concat();
    let done = place.with_target(&run, "out");
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert!(place.proxy.treated() > 20, "{said}");
    assert_eq!(
        done.status.code(),
        Some(1),
        "something is wrong with such answers: {said}"
    );
    assert!(
        said.contains("[secret removed]") && said.contains("curl"),
        "{said}"
    );
    place.assert_output_silent("run", &done);
    place.assert_files_silent(&place.out("out"));

    let log = place.out("out").join("run.jsonl");
    let recorded = std::fs::read_to_string(&log).expect("a log");
    for told in [
        "COMMENT:[secret removed]",
        "X-TOKEN:[secret removed]",
        "?who=[secret removed]&token=[secret removed]",
        "by=\\\"[secret removed]\\\"",
        "[\"x-pair\",\"[secret removed]\"]",
    ] {
        assert!(recorded.contains(told), "the target does not say {told}");
    }
    let log = log.to_str().expect("a path in UTF-8");
    for command in [
        &["report", "--verbose", log][..],
        &["report", "--format", "github", log],
        &["diff", log, log],
    ] {
        let output = calconform(command).output().expect("calconform starts");
        assert!(!output.stdout.is_empty());
        place.assert_output_silent(&command.join(" "), &output);
    }
}

/// Why a run cannot begin is told without them, too.
#[rstest]
#[case::lead_away(Manner::LeadAway, 2, "another origin")]
#[case::lead_round(Manner::LeadRound, 2, "redirects")]
fn no_error_repeats_a_password(#[case] manner: Manner, #[case] code: i32, #[case] why: &str) {
    let place = Place::new(Given::Environment, manner);
    let done = place.with_target(&["run"], "out");
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(code), "{said}");
    assert!(said.contains(why), "{said}");
    place.assert_output_silent("run", &done);
    place.assert_files_silent(&place.out("out"));
}

/// The file has the password in a line that is wrong.
#[rstest]
#[case("password = PASSWORD")]
#[case("password = [\"PASSWORD\"]")]
#[case("password = \"PASSWORD")]
#[case("password = \"PASSWORD\"\npassword = \"PASSWORD\"")]
#[case("[[users]]\nname = \"ann:PASSWORD\"")]
#[case("users = [\"ann:PASSWORD\"]")]
#[case("deadlines = \"PASSWORD\"")]
#[case("trusted-origins = [\"http://ann:PASSWORD@[/\"]")]
#[case("trusted-origins = [\"http://ann:PASSWORD@x/\"]")]
#[case("ischedule = \"http://ann:PASSWORD@[/\"")]
#[case("ischedule = \"http://ann:PASSWORD@x/\"")]
#[case("connect-to = \"ann:PASSWORD@x\"")]
fn no_complaint_about_a_target_file_repeats_a_password(#[case] line: &str) {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("target.toml");
    let text = format!(
        "url = \"http://127.0.0.1:9/\"\n{}\n",
        line.replace("PASSWORD", "hunter2hunter2")
    );
    std::fs::File::create(&file)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .expect("a file");
    let done = calconform(&["run", "--target"])
        .arg(&file)
        .arg("--out")
        .arg(directory.path().join("out"))
        .output()
        .expect("calconform starts");
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(2), "{said}");
    assert!(said.contains("target.toml:"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}
