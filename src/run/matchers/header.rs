//! `header`: a header of the answer.

use super::value::{Nature, Selection, Slot, Value, judge};
use super::{Finding, Scope, Subject};
use crate::scenario::HeaderMatcher;

/// Headers whose value is a list: sent twice or once with a comma means the same (RFC 9110 section 5.3).
const LISTS: [&str; 10] = [
    "accept",
    "accept-ranges",
    "allow",
    "cache-control",
    "connection",
    "content-language",
    "dav",
    "public",
    "te",
    "vary",
];
const HREFS: [&str; 3] = ["location", "content-location", "destination"];

pub(super) fn evaluate(matcher: &HeaderMatcher, subject: &Subject, scope: &Scope) -> Finding {
    judge(matcher.expectation(), &select(&matcher.name, subject), scope)
}

/// The values of a header; its parent, the answer, is always there.
pub(super) fn select(name: &str, subject: &Subject) -> Selection {
    let lower = name.to_ascii_lowercase();
    let nature = if LISTS.contains(&lower.as_str()) {
        Nature::List
    } else if HREFS.contains(&lower.as_str()) {
        Nature::Href
    } else if lower == "content-type" {
        Nature::MediaType
    } else {
        Nature::Exact
    };
    let sent = subject
        .headers
        .iter()
        .filter(|(found, _)| found.eq_ignore_ascii_case(name));
    let mut texts: Vec<String> = sent.map(|(_, value)| value.trim().to_string()).collect();
    if matches!(nature, Nature::List) && texts.len() > 1 {
        texts = vec![texts.join(", ")];
    }
    let values = texts
        .into_iter()
        .map(|text| Value::new(text, nature.clone()))
        .collect();
    Selection::new(format!("header {name}"), vec![Slot::new(String::new(), values)])
}
