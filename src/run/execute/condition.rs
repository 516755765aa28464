//! `when`.

use super::{State, Story};
use crate::scenario::{At, When, in_row};

/// Whether a condition holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Yes,
    /// Why not.
    No(String),
    /// What it hangs on did not come to anything.
    Unknown(String),
}

impl Story<'_> {
    /// Judges a condition. `this` is the step at hand with its outcome, for the conditions of its checks.
    pub(super) fn condition(&self, when: Option<&At<String>>, this: Option<(&str, Option<&str>)>) -> Holds {
        let Some(when) = when else { return Holds::Yes };
        match When::parse(&when.value) {
            Ok(When::Row { .. }) if in_row(Some(when), self.planned.row) => Holds::Yes,
            Ok(When::Row { .. }) => Holds::No(format!("not in this row (only when {})", when.value)),
            Ok(When::Outcome { step, outcome }) => {
                let not = || Holds::No(format!("only when {}", when.value));
                let came = |found: Option<&str>| if found == Some(outcome) { Holds::Yes } else { not() };
                match this {
                    Some((this, found)) if this == step => came(found),
                    _ => match self.states.get(step) {
                        Some(State::Came(found)) => came(found.as_deref()),
                        Some(State::Skipped) => not(),
                        Some(State::Unknown) | None => {
                            Holds::Unknown(format!("it is not known how step {step} came out"))
                        }
                    },
                }
            }
            Err(why) => Holds::Unknown(why),
        }
    }
}
