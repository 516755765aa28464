//! YAML to [`Scenario`]: what the parser says, in our words.

use serde::de::DeserializeOwned;
use serde_saphyr::{Error, Location};

use super::problem::{either, nearest};
use super::{Problem, Scenario};

/// Keys that only a check has: whoever misspells one of them has most likely misspelt a matcher.
pub(super) const MATCHERS: [&str; 8] = [
    "status",
    "header",
    "xml",
    "prop",
    "precondition",
    "ical",
    "schedule-response",
    "relation",
];

/// Reads the YAML of a scenario. What it means is not looked at.
pub fn parse(source: &str) -> Result<Scenario, Problem> {
    parse_yaml(source, "title, users and steps")
}

/// Reads YAML as these types; `wanted` is what a file holds that holds nothing.
///
/// # Errors
/// With the place, and what was expected there.
pub fn parse_yaml<T: DeserializeOwned>(source: &str, wanted: &str) -> Result<T, Problem> {
    serde_saphyr::from_str_with_options(source, serde_saphyr::options! { with_snippet: false })
        .map_err(|error| problem(&error, source, wanted))
}

fn problem(error: &Error, source: &str, wanted: &str) -> Problem {
    let location = error.location().unwrap_or(Location::UNKNOWN);
    let (message, help) = match error {
        Error::SerdeUnknownField { field, expected, .. } => {
            let what = if expected.contains(&"schedule-response") {
                "matcher or key of a check"
            } else {
                "key"
            };
            let known: Vec<&str> = match expected.contains(&"schedule-response") {
                true if nearest(field, expected.iter().copied()).is_none() => MATCHERS.into(),
                _ => expected.clone(),
            };
            (
                format!("unknown {what} `{field}`"),
                Some(expectation(field, &known)),
            )
        }
        Error::SerdeUnknownVariant {
            variant, expected, ..
        } => {
            let help = if expected.contains(&"organizer") && (variant.contains('.') || variant == "peer") {
                "roles of another target are not supported yet".to_owned()
            } else {
                expectation(variant, expected)
            };
            (format!("`{variant}` is not known here"), Some(help))
        }
        Error::SerdeMissingField { field, .. } => (format!("the key `{field}` is missing"), None),
        Error::DuplicateMappingKey { key, .. } => {
            let key = key.as_deref().unwrap_or("a key");
            (
                format!("`{key}` occurs twice"),
                Some("one of them has to go".to_owned()),
            )
        }
        Error::Unexpected { expected, .. } => wrong_kind(expected, source, location),
        Error::Message { msg, .. } => match msg.split_once(": expected ") {
            Some((message, expected)) => (message.to_owned(), Some(format!("expected {expected}"))),
            None => (msg.clone(), None),
        },
        Error::MultipleDocuments { .. } => (
            "a second YAML document".to_owned(),
            Some("one file holds one".to_owned()),
        ),
        Error::Eof { .. } => (
            "the file ends too early".to_owned(),
            Some(format!("expected {wanted}")),
        ),
        other => (without_place(&other.to_string()), None),
    };
    Problem {
        line: u32::try_from(location.line()).unwrap_or(0).max(1),
        column: u32::try_from(location.column()).unwrap_or(0).max(1),
        length: u32::try_from(location.span().len()).unwrap_or(1).max(1),
        message,
        help,
    }
}

fn expectation(word: &str, known: &[&str]) -> String {
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? known are {}", known.join(", ")),
        None => format!("expected {}", either(known)),
    }
}

fn wrong_kind(expected: &str, source: &str, location: Location) -> (String, Option<String>) {
    let line = usize::try_from(location.line()).unwrap_or(0);
    let column = usize::try_from(location.column()).unwrap_or(0);
    let rest: String = source
        .lines()
        .nth(line.saturating_sub(1))
        .map(|line| line.chars().skip(column.saturating_sub(1)).collect())
        .unwrap_or_default();
    match expected {
        "string scalar" if rest.starts_with('{') => (
            "expected a text".to_owned(),
            Some("a text that starts with `{` has to stand in quotation marks".to_owned()),
        ),
        "string scalar" => ("expected a text".to_owned(), None),
        "sequence start" => ("expected a list".to_owned(), Some("such as [a, b]".to_owned())),
        "mapping start" => (
            "expected keys with values".to_owned(),
            Some("such as {key: value}".to_owned()),
        ),
        other => (format!("expected {other}"), None),
    }
}

fn without_place(message: &str) -> String {
    match message.rfind(" at line ") {
        Some(at) => message[..at].to_owned(),
        None => message.to_owned(),
    }
}
