use std::fs;
use std::path::Path;

use super::*;

#[test]
fn every_scenario_is_valid() {
    let broken: Vec<String> = Corpus::embedded()
        .scenarios()
        .iter()
        .flat_map(|file| {
            file.problems()
                .iter()
                .map(move |problem| format!("{}: {problem}", file.path))
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn what_is_embedded_is_what_the_files_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let corpus = Corpus::from_directory(&root).expect("the scenarios are there");
    let embedded = Corpus::embedded();
    assert!(
        corpus
            .register()
            .requirements()
            .eq(embedded.register().requirements())
    );
    assert_eq!(corpus.register().readings(), embedded.register().readings());
    let ids = |corpus: &Corpus| {
        corpus
            .scenarios()
            .iter()
            .map(|file| file.id.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&corpus), ids(embedded));
    for file in corpus.scenarios() {
        let other = embedded.scenario(&file.id).expect("it is in both");
        assert_eq!(file.source, other.source);
        assert_eq!(
            format!("{:?}", file.scenario()),
            format!("{:?}", other.scenario()),
            "with every place"
        );
    }
}

#[test]
fn a_broken_file_hides_no_other() {
    let directory = tempfile::tempdir().expect("a directory");
    let root = directory.path().join("scenarios");
    fs::create_dir_all(root.join("mine/.hidden")).expect("directories");
    let good = "title: A\nusers: [organizer]\nsteps:\n  - {id: a, as: organizer, request: \"GET {organizer.inbox}\", body: own.ics}\n";
    let write = |name: &str, octets: &[u8]| fs::write(root.join(name), octets).expect("a file");
    write("mine/a-broken.yaml", b"title: [\n");
    write("mine/b-good.yaml", good.as_bytes());
    write("mine/c-no-text.yaml", b"title: \xff\n");
    write("mine/d.txt", b"no scenario");
    write("mine/.hidden/e.yaml", b"no scenario");
    fs::create_dir_all(directory.path().join("fixtures/ical")).expect("directories");
    fs::write(directory.path().join("fixtures/ical/own.ics"), "BEGIN:VCALENDAR").expect("a file");

    let corpus = Corpus::from_directory(&root).expect("the directory can be read");
    let found: Vec<_> = corpus
        .scenarios()
        .iter()
        .map(|file| (file.id.as_str(), file.scenario().is_ok()))
        .collect();
    assert_eq!(
        found,
        [
            ("mine/a-broken", false),
            ("mine/b-good", true),
            ("mine/c-no-text", false)
        ]
    );
    assert!(corpus.body("own.ics").is_some() && corpus.body("invitation.ics").is_some());
    assert!(
        corpus
            .register()
            .requirements()
            .eq(Register::embedded().requirements())
    );
    assert_eq!(corpus.register().readings(), Register::embedded().readings());
}

#[test]
fn a_register_with_a_mistake_is_none() {
    let directory = tempfile::tempdir().expect("a directory");
    let home = directory.path().join("ischedule");
    fs::create_dir_all(&home).expect("directories");
    let entry = "- {id: ischedule-4-1, section: '4', title: T, level: MUST, text: T}\n";
    let register_of = |text: String| {
        fs::write(home.join("requirements.yaml"), text).expect("a file");
        register(directory.path())
    };
    assert!(register_of(entry.to_owned()).is_ok_and(|register| register.is_some()));
    for (text, why) in [
        (format!("{entry}{entry}"), "`ischedule-4-1` occurs twice"),
        (
            entry.replace("ischedule-4-1", "ischedule-5-1"),
            "`ischedule-5-1` stands in ischedule",
        ),
        (
            entry.replace("text: T", "readings: [I1]"),
            "names the reading `I1`",
        ),
        (
            entry.replace("text: T", "same-as: ischedule-4-2"),
            "names the requirement `ischedule-4-2`",
        ),
        (entry.replace(", text: T", ""), "has no text"),
        (entry.replace("MUST", "must"), "line 1"),
    ] {
        let error = register_of(text).expect_err(why).to_string();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn no_directory_is_no_empty_corpus() {
    let error = Corpus::from_directory(Path::new("no/such/directory")).expect_err("it is not there");
    assert!(
        error.to_string().starts_with("cannot read no/such/directory"),
        "{error}"
    );
}
