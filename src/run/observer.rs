//! Looking over the runner's shoulder.

use super::matchers::{Finding, Subject};
use super::template::Scope;
use crate::ical::Document;
use crate::itip::Mode;
use crate::scenario::Check;

/// One check as it was evaluated, with everything that its matcher saw.
pub struct Evaluated<'a> {
    /// The scenario with its row.
    pub scenario: &'a str,
    pub step: &'a str,
    pub check: &'a Check,
    /// Ids of the planned checks that it is: one for each requirement cited.
    pub ids: &'a [&'a str],
    pub subject: &'a Subject<'a>,
    pub scope: &'a Scope,
    pub finding: &'a Finding,
}

/// Is shown every check that a matcher was asked about: those of `checks`, and those of the outcome that a step took.
pub trait Observer: Send + Sync {
    fn evaluated(&self, seen: &Evaluated<'_>);

    /// Is shown every message and object that the lint judged, with the id of what it said.
    fn linted(&self, id: &str, mode: Mode, document: &Document);
}
