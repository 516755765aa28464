//! `calconform discover`: its target files work as they are.

use std::path::Path;

use calconform::reference::{Config, Policy, Server, Variant};
use rstest::rstest;

use crate::support::{Outcome, calconform, run};

fn discover(directory: &Path, url: &str, more: &[&str]) -> Outcome {
    let users = ["--user", "user01:user01", "--user", "user02:user02"];
    run(calconform(directory)
        .args(["discover", url])
        .args(users)
        .args(more))
}

#[rstest]
#[case::plain(None)]
#[case::absolute(Some(Variant::AbsoluteHrefs))]
#[case::encoded(Some(Variant::EncodedHrefs))]
#[case::closed(Some(Variant::ConnectionClose))]
#[case::without_default(Some(Variant::NoDefaultCalendarProperty))]
#[case::without_mkcalendar(Some(Variant::NoMkcalendar))]
fn a_target_file_works_as_it_is(#[case] variant: Option<Variant>) {
    let policy = variant.map_or_else(Policy::default, |variant| Policy::default().with(variant));
    let server = Server::start(Config {
        policy,
        ..Config::default()
    })
    .expect("a server");
    let directory = tempfile::tempdir().expect("a directory");
    let found = discover(directory.path(), &server.base_url, &["--with-passwords"]);
    assert_eq!(found.code, Some(0), "{}", found.text);
    for expected in [
        "mailto:user02@example.com",
        "/caldav/calendars/user01/inbox/",
        "yes calendar-auto-schedule",
    ] {
        assert!(found.text.contains(expected), "{}", found.text);
    }
    let selection = "caldav-sched-10/schedule-tag/support";
    let outcome = run(calconform(directory.path()).args(["run", "--target", "target.toml", selection]));
    assert_eq!(outcome.code, Some(0), "{}", outcome.text);
}

#[test]
fn passwords_are_written_only_where_that_is_wanted() {
    let server = Server::start(Config::default()).expect("a server");
    let directory = tempfile::tempdir().expect("a directory");
    let found = discover(directory.path(), &server.base_url, &["-o", "plain.toml"]);
    assert_eq!(found.code, Some(0), "{}", found.text);
    assert!(
        found.text.contains("export CALCONFORM_PASSWORD_USER02=…"),
        "{}",
        found.text
    );
    let text = std::fs::read_to_string(directory.path().join("plain.toml")).expect("a file");
    assert!(!text.contains("password ="), "{text}");

    let arguments = [
        "run",
        "--target",
        "plain.toml",
        "caldav-sched-10/discovery/allprop",
    ];
    let without = run(calconform(directory.path()).args(arguments));
    assert_eq!(without.code, Some(2), "{}", without.text);
    assert!(
        without.text.contains("CALCONFORM_PASSWORD_USER01"),
        "{}",
        without.text
    );
    let mut command = calconform(directory.path());
    command
        .env("CALCONFORM_PASSWORD_USER01", "user01")
        .env("CALCONFORM_PASSWORD_USER02", "user02");
    let with = run(command.args(arguments));
    assert_eq!(with.code, Some(0), "{}", with.text);

    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        discover(directory.path(), &server.base_url, &["--with-passwords"]);
        let file = std::fs::metadata(directory.path().join("target.toml")).expect("a file");
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_file_that_is_there_is_kept_and_what_went_wrong_says_what_to_do() {
    let server = Server::start(Config::default()).expect("a server");
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("target.toml");
    std::fs::write(&file, "mine").expect("a file");
    let found = discover(directory.path(), &server.base_url, &[]);
    assert_eq!(found.code, Some(2));
    assert!(found.text.contains("--force"), "{}", found.text);
    assert_eq!(std::fs::read_to_string(&file).expect("a file"), "mine");
    let forced = discover(directory.path(), &server.base_url, &["--force"]);
    assert_eq!(forced.code, Some(0), "{}", forced.text);

    let wrong = [
        "discover",
        &server.base_url,
        "--user",
        "user01:no",
        "-o",
        "x.toml",
    ];
    let wrong = run(calconform(directory.path()).args(wrong));
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.text.contains("name and password"), "{}", wrong.text);
    let nobody = discover(directory.path(), "http://127.0.0.1:1/", &["-o", "x.toml"]);
    assert_eq!(nobody.code, Some(3), "{}", nobody.text);
    assert!(!directory.path().join("x.toml").exists());
}
