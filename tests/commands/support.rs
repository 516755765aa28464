//! The command, a server with users, and what these have on it.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use calconform::event::{RunLog, read_log};

/// How long anything is waited for: no test takes so long, unless it fails.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// `calconform`, to be run in a directory, with nothing of this process's environment that it looks at.
pub fn calconform(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_calconform"));
    command
        .current_dir(directory)
        .env_remove("CALCONFORM_PASSWORD")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// What came of a command.
pub struct Outcome {
    pub code: Option<i32>,
    pub text: String,
}

pub fn done(child: Child) -> Outcome {
    let done = child.wait_with_output().expect("it ends");
    let text = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    Outcome {
        code: done.status.code(),
        text,
    }
}

pub fn run(command: &mut Command) -> Outcome {
    done(command.spawn().expect("calconform starts"))
}

/// Writes a target file with user01 to user05 and short deadlines.
pub fn target_file(directory: &Path, url: &str) {
    let mut text = format!("url = \"{url}\"\n[deadlines]\nheader = 1.0\nexchange = 1.0\ndelivery = 2.0\n");
    for number in 1..=5 {
        let _ = write!(
            text,
            "[[users]]\nname = \"user0{number}\"\npassword = \"user0{number}\"\n"
        );
    }
    std::fs::write(directory.join("target.toml"), text).expect("a file");
}

/// Waits until something is so.
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "{what}");
        sleep(Duration::from_millis(5));
    }
}

/// What a run has written so far, if that is a log yet.
pub fn log(directory: &Path) -> Option<RunLog> {
    read_log(&directory.join("out/run.jsonl")).ok()
}

/// One request; the body of the answer.
pub fn ask(server: &str, user: &str, method: &str, path: &str, body: &str) -> String {
    let host = server.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = TcpStream::connect(host).expect("a connection");
    let secret = BASE64.encode(format!("{user}:{user}"));
    let kind = match body.starts_with("BEGIN") {
        true => "text/calendar",
        false => "application/xml",
    };
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic {secret}\r\nDepth: 1\r\n\
         Content-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream
        .write_all(request.as_bytes())
        .expect("it takes the request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a header and a body");
    assert!(head.starts_with("HTTP/1.1 2"), "{method} {path}: {answer}");
    body.to_owned()
}

const PROPFIND: &str = "<D:propfind xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><D:prop><D:resourcetype/>\
    <D:getetag/><D:displayname/><C:schedule-default-calendar-URL/><C:schedule-calendar-transp/></D:prop></D:propfind>";

/// Everything that user01 to user05 have, to be compared.
pub fn belongings(server: &str) -> Vec<String> {
    let mut all = Vec::new();
    for number in 1..=5 {
        let user = format!("user0{number}");
        for place in ["", "inbox/", "default/", "calconform-notes/"] {
            let path = format!("/caldav/calendars/{user}/{place}");
            if place == "calconform-notes/" && user != "user01" {
                continue;
            }
            all.push(ask(server, &user, "PROPFIND", &path, PROPFIND));
        }
    }
    all
}

/// Gives users things of their own whose names are much like those of the suite: a calendar, events, messages.
pub fn furnish(server: &str) {
    let home = "/caldav/calendars/user01/";
    ask(
        server,
        "user01",
        "MKCALENDAR",
        &format!("{home}calconform-notes/"),
        "",
    );
    let event = |uid: &str, more: &str| {
        format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
             DTSTAMP:20260101T000000Z\r\nDTSTART:20300101T100000Z\r\nDTEND:20300101T110000Z\r\n\
             SUMMARY:calconform-0123456789ab-00000\r\n{more}END:VEVENT\r\nEND:VCALENDAR\r\n"
        )
    };
    let invitation = "ORGANIZER:mailto:user01@example.com\r\nATTENDEE:mailto:user01@example.com\r\n\
        ATTENDEE:mailto:user02@example.com\r\nATTENDEE:mailto:user03@example.com\r\n";
    for (place, uid, more) in [
        ("default/mine.ics", "calconform-meeting@example.com", ""),
        ("default/0.ics", "calconform-0123456789ab", ""),
        ("calconform-notes/calconform-1.ics", "calconform", ""),
        (
            "default/invitation.ics",
            "calconform-lunch@example.com",
            invitation,
        ),
    ] {
        ask(
            server,
            "user01",
            "PUT",
            &format!("{home}{place}"),
            &event(uid, more),
        );
    }
}
