//! `calconform clean`, after a run that had no time to clean up.

use std::path::Path;

use calconform::event::Event;
use calconform::reference::{Config, Server};

use crate::relay::Relay;
use crate::support::{Outcome, ask, belongings, calconform, done, furnish, log, run, target_file, until};

fn clean(directory: &Path, more: &[&str]) -> Outcome {
    run(calconform(directory)
        .args(["clean", "--target", "target.toml"])
        .args(more))
}

/// A run that is killed when the request after the first with this method is on its way.
fn killed_after(directory: &Path, relay: &Relay, method: &'static str, selection: &str) {
    target_file(directory, &relay.url());
    relay.shut_after(method);
    let mut child = calconform(directory)
        .args(["run", "--target", "target.toml", "--out", "out", selection])
        .spawn()
        .expect("calconform starts");
    until("the request is made", || relay.is_shut());
    child.kill().expect("it runs");
    done(child);
    relay.open_again();
}

#[test]
fn objects_of_a_run_go_and_those_of_others_stay() {
    let server = Server::start(Config::default()).expect("a server");
    furnish(&server.base_url);
    let before = belongings(&server.base_url);
    let relay = Relay::to(&server.base_url);
    let directory = tempfile::tempdir().expect("a directory");
    killed_after(directory.path(), &relay, "PUT", "caldav-sched-10/organizer");
    let after = belongings(&server.base_url);
    assert_ne!(after, before);

    let dry = clean(directory.path(), &["--dry-run"]);
    assert_eq!(dry.code, Some(0), "{}", dry.text);
    assert!(dry.text.contains("would remove collection"), "{}", dry.text);
    assert_eq!(belongings(&server.base_url), after);

    let cleaned = clean(directory.path(), &[]);
    assert_eq!(cleaned.code, Some(0), "{}", cleaned.text);
    assert_eq!(belongings(&server.base_url), before);
    let again = clean(directory.path(), &[]);
    assert_eq!(
        (again.code, again.text.as_str()),
        (Some(0), "nothing of calconform's is there\n")
    );
}

#[test]
fn properties_are_put_back_once() {
    let server = Server::start(Config::default()).expect("a server");
    let before = belongings_without_notes(&server.base_url);
    let relay = Relay::to(&server.base_url);
    let directory = tempfile::tempdir().expect("a directory");
    let scenario = "caldav-sched-10/collections/default-calendar-change";
    killed_after(directory.path(), &relay, "PROPPATCH", scenario);
    let undo = |event: &Event| match event {
        Event::Undo(undo) => Some(undo.url.clone()),
        _ => None,
    };
    let log = log(directory.path()).expect("a log");
    let changed: Vec<String> = log
        .records
        .iter()
        .filter_map(|record| undo(&record.event))
        .collect();
    assert_eq!(changed.len(), 1, "{changed:?}");
    assert_ne!(belongings_without_notes(&server.base_url), before);

    let cleaned = clean(directory.path(), &["out"]);
    assert_eq!(cleaned.code, Some(0), "{}", cleaned.text);
    assert!(cleaned.text.contains("put back properties"), "{}", cleaned.text);
    assert_eq!(belongings_without_notes(&server.base_url), before);

    // What the user has chosen since stays.
    let home = "/caldav/calendars/user01/";
    ask(
        &server.base_url,
        "user01",
        "MKCALENDAR",
        &format!("{home}mine/"),
        "",
    );
    let choose = format!(
        "<D:propertyupdate xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><D:set><D:prop>\
         <C:schedule-default-calendar-URL><D:href>{home}mine/</D:href></C:schedule-default-calendar-URL>\
         </D:prop></D:set></D:propertyupdate>"
    );
    ask(
        &server.base_url,
        "user01",
        "PROPPATCH",
        &format!("{home}inbox/"),
        &choose,
    );
    let chosen = belongings_without_notes(&server.base_url);
    let again = clean(directory.path(), &["out"]);
    assert_eq!(again.code, Some(0), "{}", again.text);
    assert_eq!(belongings_without_notes(&server.base_url), chosen);
}

fn belongings_without_notes(server: &str) -> Vec<String> {
    const PROPFIND: &str = "<D:propfind xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><D:prop>\
        <C:schedule-default-calendar-URL/><C:schedule-calendar-transp/></D:prop></D:propfind>";
    let homes = (1..=5).map(|number| format!("user0{number}"));
    homes
        .map(|user| {
            ask(
                server,
                &user,
                "PROPFIND",
                &format!("/caldav/calendars/{user}/"),
                PROPFIND,
            )
        })
        .collect()
}

#[test]
fn the_log_of_another_server_is_refused() {
    let (server, other) = (Server::start(Config::default()), Server::start(Config::default()));
    let (server, other) = (server.expect("a server"), other.expect("a server"));
    let directory = tempfile::tempdir().expect("a directory");
    target_file(directory.path(), &other.base_url);
    let arguments = [
        "run",
        "--target",
        "target.toml",
        "--out",
        "out",
        "caldav-sched-10/discovery/allprop",
    ];
    assert_eq!(run(calconform(directory.path()).args(arguments)).code, Some(0));
    target_file(directory.path(), &server.base_url);
    let refused = clean(directory.path(), &["out"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.text.contains(&other.base_url), "{}", refused.text);
    assert_eq!(run(calconform(directory.path()).arg("clean")).code, Some(2));
}
