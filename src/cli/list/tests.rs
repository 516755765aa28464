use std::fs;
use std::path::Path;

use super::*;
use crate::corpus::Corpus;

const LAYOUT: Layout = Layout {
    styles: Styles::plain(),
    width: 80,
};

fn corpus(directory: &Path) -> Corpus {
    let root = directory.join("mine");
    fs::create_dir_all(&root).expect("a directory");
    let one = "title: A tag in GET and in PUT
users: [organizer]
rows: [{name: get, method: GET}, {name: head, method: HEAD}]
steps:
  - id: look
    as: organizer
    request: \"{row.method} {organizer.calendar}{uid}.ics\"
    checks:
      - header: {name: Schedule-Tag, is: opaque-tag}
        cites: [caldav-sched-10-8-6, caldav-sched-10-11.2-1]
  - id: wait
    as: organizer
    await: {calendar: {uid: \"{uid}\"}}
    cites: [caldav-sched-10-8-6]
";
    fs::write(root.join("tags.yaml"), one).expect("a file");
    fs::write(root.join("broken.yaml"), "title: T\n").expect("a file");
    let mut corpus = Corpus::from_directory(&root).expect("the directory can be read");
    corpus.shorten_paths(directory);
    corpus
}

#[test]
fn scenarios_with_counts() {
    let directory = tempfile::tempdir().expect("a directory");
    let corpus = corpus(directory.path());
    let all = scenarios::text(&corpus, &[], LAYOUT).expect("they are listed");
    let row = scenarios::text(&corpus, &["tags[head]".to_owned()], LAYOUT).expect("it is listed");
    insta::assert_snapshot!(format!("{all}---\n{row}"));
    insta::assert_json_snapshot!(scenarios::json(&corpus, &[]).expect("they are listed"));
}

#[test]
fn requirements_with_what_tests_them() {
    let directory = tempfile::tempdir().expect("a directory");
    let corpus = corpus(directory.path());
    let selection = [
        "caldav-sched-10-8.2".to_owned(),
        "caldav-sched-10-8-6".to_owned(),
        "caldav-sched-06-1.2-5".to_owned(),
    ];
    let all = requirements::text(&corpus, &selection, false, LAYOUT).expect("they are listed");
    let untested = requirements::text(&corpus, &selection, true, LAYOUT).expect("they are listed");
    insta::assert_snapshot!(format!("{all}---\n{untested}"));
    let one = ["caldav-sched-10-8-6".to_owned()];
    insta::assert_json_snapshot!(requirements::json(&corpus, &one, false).expect("it is listed"));
}

#[test]
fn requirements_are_selected_by_section_not_by_path() {
    for argument in ["tags", "caldav-sched-10-99", "caldav-sched-1"] {
        let selection = [argument.to_owned()];
        let error = requirements::text(Corpus::embedded(), &selection, false, LAYOUT);
        assert!(matches!(error, Err(CliError::Selection(_))), "{argument}");
    }
}
