//! No false alarms: messages in the shape that calendar software sends stay without a fail.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use calconform::event::Verdict;
use calconform::itip::{Mode, lint};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    file: String,
    sender: String,
    source: String,
    #[serde(default)]
    #[expect(dead_code, reason = "for readers of the manifest")]
    note: Option<String>,
    #[serde(default)]
    breaks: BTreeSet<String>,
}

fn manifest() -> Vec<Message> {
    serde_saphyr::from_str(include_str!("../../fixtures/itip/senders/manifest.yaml")).unwrap()
}

fn directory() -> &'static Path {
    Path::new("fixtures/itip/senders")
}

#[test]
fn what_software_sends_does_not_fail_unless_it_is_broken() {
    let mut wrong = Vec::new();
    for message in manifest() {
        let text = fs::read(directory().join(&message.file)).unwrap();
        let report = lint(&text, Mode::Message).unwrap();
        let fails = report
            .findings
            .iter()
            .filter(|finding| finding.verdict == Verdict::Fail);
        let broken: BTreeSet<String> = fails
            .clone()
            .map(|finding| finding.requirement.to_owned())
            .collect();
        if broken != message.breaks {
            let fails: Vec<String> = fails
                .map(|finding| format!("  {}: {} {}", finding.line, finding.requirement, finding.message))
                .collect();
            wrong.push(format!(
                "{} ({}), expected {:?}\n{}",
                message.file,
                message.sender,
                message.breaks,
                fails.join("\n")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_message_is_in_the_manifest_with_its_source() {
    let messages = manifest();
    let mut files: BTreeSet<String> = messages.iter().map(|message| message.file.clone()).collect();
    assert_eq!(files.len(), messages.len());
    assert!(
        messages
            .iter()
            .filter(|message| message.breaks.is_empty())
            .count()
            >= 40
    );
    for message in &messages {
        assert!(
            ["https://", "http://"]
                .iter()
                .any(|scheme| message.source.starts_with(scheme)),
            "{}",
            message.source
        );
        assert_eq!(
            message.file.starts_with("breaches/"),
            !message.breaks.is_empty(),
            "{}",
            message.file
        );
    }
    for below in ["", "breaches/"] {
        for entry in fs::read_dir(directory().join(below)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if name.ends_with(".ics") {
                assert!(
                    files.remove(&format!("{below}{name}")),
                    "{below}{name} is not in the manifest"
                );
            }
        }
    }
    assert_eq!(files, BTreeSet::new());
}
