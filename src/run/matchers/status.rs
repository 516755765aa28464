//! `status`: the HTTP status of the answer.

use super::{Finding, Subject, precondition, show};
use crate::scenario::{At, StatusPattern};

pub(super) fn evaluate(wanted: &[At<StatusPattern>], subject: &Subject) -> Finding {
    let patterns: Vec<String> = wanted.iter().map(|pattern| describe(**pattern)).collect();
    let expected = format!("status {}", show::join(&patterns, "or"));
    let holds = wanted.iter().any(|pattern| pattern.matches(subject.status));
    let mut actual = format!("status {}", show::status(subject.status));
    if !holds
        && subject.status >= 400
        && let Some(reason) = precondition::reason(subject)
    {
        actual = format!("{actual}, {reason}");
    }
    Finding::of(holds, expected, actual)
}

fn describe(pattern: StatusPattern) -> String {
    match pattern {
        StatusPattern::Code(code) => show::status(code),
        StatusPattern::Class(class) => format!("{class}xx"),
    }
}
