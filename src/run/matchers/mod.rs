//! Matchers: what one check says of one answer. One file for each kind.

mod answer;
mod capture;
mod change;
mod finding;
mod header;
mod ical;
mod instant;
mod meaning;
pub mod mutation;
mod natures;
mod precondition;
mod prop;
mod recipient;
mod relation;
mod schedule_response;
mod select;
mod show;
mod status;
mod value;
mod xml;

#[cfg(test)]
mod tests;

pub use capture::capture;
pub(in crate::run) use change::Change;
pub use finding::{Finding, Judgement};

pub(in crate::run) use select::Selector;

use super::template::Scope;
use crate::scenario::Check;

/// The answer that checks look at, with the request that it answers.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    pub method: &'a str,
    /// The absolute URL of the request.
    pub url: &'a str,
    pub status: u16,
    /// In the order in which they came; a header sent twice is there twice.
    pub headers: &'a [(String, String)],
    pub body: &'a [u8],
    /// The body was longer than what we read.
    pub cut: bool,
}

/// Judges an answer by the one matcher of a check. Pure; places in the check's texts are filled from the scope.
pub fn evaluate(check: &Check, subject: &Subject, scope: &Scope) -> Finding {
    if let Some(wanted) = &check.status {
        status::evaluate(wanted, subject)
    } else if let Some(matcher) = &check.header {
        header::evaluate(matcher, subject, scope)
    } else if let Some(matcher) = &check.xml {
        xml::evaluate(matcher, subject, scope)
    } else if let Some(matcher) = &check.prop {
        prop::evaluate(matcher, subject, scope)
    } else if let Some(matcher) = &check.precondition {
        precondition::evaluate(matcher, subject)
    } else if let Some(matcher) = &check.ical {
        ical::evaluate(matcher, subject, scope)
    } else if let Some(matcher) = &check.schedule_response {
        schedule_response::evaluate(matcher, subject, scope)
    } else if let Some(matcher) = &check.relation {
        relation::evaluate(matcher, subject, scope)
    } else {
        Finding::blocked("", "no matcher of ours")
    }
}
