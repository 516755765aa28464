//! `status`: the HTTP status of the answer.

use super::{Finding, Subject, show};
use crate::scenario::{At, StatusPattern};

pub(super) fn evaluate(wanted: &[At<StatusPattern>], subject: &Subject) -> Finding {
    let patterns: Vec<String> = wanted.iter().map(|pattern| describe(**pattern)).collect();
    let expected = format!("status {}", show::join(&patterns, "or"));
    let holds = wanted.iter().any(|pattern| pattern.matches(subject.status));
    Finding::of(
        holds,
        expected,
        format!("status {}", show::status(subject.status)),
    )
}

fn describe(pattern: StatusPattern) -> String {
    match pattern {
        StatusPattern::Code(code) => show::status(code),
        StatusPattern::Class(class) => format!("{class}xx"),
    }
}
