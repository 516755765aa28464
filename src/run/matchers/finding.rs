//! What a matcher answers.

use super::super::template::FillError;

/// What a matcher found, in words for the person who has to fix the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub judgement: Judgement,
    /// What is wanted here.
    pub expected: String,
    /// What is there.
    pub actual: String,
}

/// Whether an answer is as a check wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    Holds,
    /// It is not so. `absent`: what was asked for is not there at all, rather than there with another value.
    Broken {
        absent: bool,
    },
    /// The check does not apply to what came: its parent is missing, or a value from an earlier step.
    Blocked(String),
    /// The answer cannot be read as what it must be.
    Unreadable(String),
}

impl Finding {
    pub fn holds(&self) -> bool {
        self.judgement == Judgement::Holds
    }

    pub(in crate::run) fn new(
        judgement: Judgement,
        expected: impl Into<String>,
        actual: impl Into<String>,
    ) -> Finding {
        Finding {
            judgement,
            expected: expected.into(),
            actual: actual.into(),
        }
    }

    pub(super) fn of(holds: bool, expected: impl Into<String>, actual: impl Into<String>) -> Finding {
        let judgement = if holds {
            Judgement::Holds
        } else {
            Judgement::Broken { absent: false }
        };
        Finding::new(judgement, expected, actual)
    }

    pub(super) fn absent(expected: impl Into<String>, actual: impl Into<String>) -> Finding {
        Finding::new(Judgement::Broken { absent: true }, expected, actual)
    }

    pub(super) fn blocked(expected: impl Into<String>, why: impl Into<String>) -> Finding {
        let why = why.into();
        Finding::new(Judgement::Blocked(why.clone()), expected, why)
    }

    pub(super) fn unreadable(expected: impl Into<String>, why: impl Into<String>) -> Finding {
        let why = why.into();
        Finding::new(Judgement::Unreadable(why.clone()), expected, why)
    }

    /// A place in the check that could not be filled.
    pub(super) fn unfilled(error: &FillError) -> Finding {
        Finding::blocked("", error.to_string())
    }
}
