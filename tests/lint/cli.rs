//! `calconform lint`: output, exit codes, files, directories and standard input.

use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use rstest::rstest;
use serde_json::Value;

const GOOD: &str = "fixtures/itip/printed/4.1.1.ics";
const BAD: &str = "fixtures/itip/printed/4.2.1.ics";

fn lint(arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_calconform");
    Command::new(program)
        .arg("lint")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn people_get_the_line_and_a_caret() {
    let output = lint(&["--color", "never", BAD]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(out(&output));
}

#[test]
fn colour_is_for_terminals() {
    assert!(!out(&lint(&[BAD])).contains('\u{1b}'));
    assert!(out(&lint(&["--color", "always", BAD])).contains('\u{1b}'));
}

#[test]
fn programs_get_one_object_a_line() {
    let output = out(&lint(&["--format", "json", BAD, GOOD]));
    let findings: Vec<Value> = output
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(findings.len(), 2);
    let second = &findings[1];
    assert_eq!(second["file"], BAD);
    assert_eq!(
        (&second["line"], &second["column"], &second["length"]),
        (&15.into(), &22.into(), &2.into())
    );
    assert_eq!(second["requirement"], "rfc5545-3.3.5-1");
    assert_eq!(
        (&second["level"], &second["verdict"]),
        (&"MUST".into(), &"fail".into())
    );
    assert_eq!(
        (&second["component"], &second["property"]),
        (&"VEVENT".into(), &"DTEND".into())
    );
    assert!(second["message"].as_str().unwrap().contains("DATE-TIME"));
}

#[test]
fn github_gets_annotations() {
    let output = out(&lint(&["--format", "github", BAD]));
    let first = output.lines().next().unwrap();
    assert!(
        first.starts_with(&format!(
            "::error file={BAD},line=11,col=33,endColumn=53,title=rfc5545-3.3.3-1::expected a"
        )),
        "{first}"
    );
}

#[rstest]
#[case(&[GOOD], 0)]
#[case(&["fixtures/itip/printed/4.4.10-1.ics"], 0)]
#[case(&[BAD], 1)]
#[case(&[GOOD, BAD], 1)]
#[case(&[], 2)]
#[case(&["no-such.ics"], 2)]
#[case(&["no-such.ics", GOOD], 2)]
#[case(&["--stored", "--thread", GOOD], 2)]
#[case(&["--format", "xml", GOOD], 2)]
#[case(&["src/itip/tables"], 2)]
#[case(&["--stored", "fixtures/itip/stored/plain.ics"], 0)]
#[case(&["--stored", GOOD], 1)]
#[case(&["--thread", "fixtures/itip/threads/meeting"], 0)]
fn exit_codes(#[case] arguments: &[&str], #[case] code: i32) {
    let output = lint(arguments);
    assert_eq!(
        output.status.code(),
        Some(code),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let output = lint(&["no-such.ics", BAD, "also-not.ics"]);
    assert!(out(&output).contains("4.2.1.ics:15:22"));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(
        errors.contains("cannot read no-such.ics") && errors.contains("cannot read also-not.ics"),
        "{errors}"
    );
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn directories_are_searched_by_name() {
    let directory = tempfile::tempdir().unwrap();
    let inner = directory.path().join("inner");
    fs::create_dir(&inner).unwrap();
    fs::write(directory.path().join("b.ICS"), "BEGIN:X\r\n").unwrap();
    fs::write(inner.join("a.ics"), "BEGIN:X\r\n").unwrap();
    fs::write(directory.path().join("notes.txt"), "BEGIN:X\r\n").unwrap();
    let output = out(&lint(&["--format", "json", directory.path().to_str().unwrap()]));
    let mut files: Vec<String> = output
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["file"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    files.dedup();
    let names: Vec<&str> = files.iter().filter_map(|file| file.rsplit('/').next()).collect();
    assert_eq!(names, ["b.ICS", "a.ics"]);
}

#[test]
fn standard_input_is_read_too() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_calconform"))
        .args(["lint", "--format", "json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(&fs::read(BAD).unwrap())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        out(&output).starts_with("{\"file\":\"<stdin>\",\"line\":11"),
        "{}",
        out(&output)
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_hostile_message_does_nothing_to_the_terminal() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("hostile.ics");
    let text = "BEGIN:VCALENDAR\r\nMETHOD:\u{1b}[2J\u{202e}x\r\nX-\u{1b}]0;t\u{7}:1\r\nEND:VCALENDAR\r\n";
    fs::write(&file, text).unwrap();
    for format in ["human", "github", "json"] {
        let output = out(&lint(&[
            "--color",
            "never",
            "--format",
            format,
            file.to_str().unwrap(),
        ]));
        assert!(
            !output.contains(['\u{1b}', '\u{7}', '\u{202e}']),
            "{format}: {output:?}"
        );
    }
}
