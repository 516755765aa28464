//! The conditions of `when`.

use super::template::is_name;
use super::{At, Row};

/// What `when` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When<'a> {
    /// `create.refused`: the step came out so.
    Outcome { step: &'a str, outcome: &'a str },
    /// `row.message=CANCEL`, `row.message!=none`: the row has, or has not, this text.
    Row {
        key: &'a str,
        value: &'a str,
        negated: bool,
    },
}

impl<'a> When<'a> {
    /// Reads a condition.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(text: &'a str) -> Result<When<'a>, String> {
        let wrong = || {
            Err(format!(
                "`{text}` is no condition: expected STEP.OUTCOME, row.KEY=TEXT or row.KEY!=TEXT"
            ))
        };
        if let Some((left, value)) = text.split_once('=') {
            let (left, negated) = match left.strip_suffix('!') {
                Some(left) => (left, true),
                None => (left, false),
            };
            return match left.trim().strip_prefix("row.") {
                Some(key) if is_name(key) => Ok(When::Row {
                    key,
                    value: value.trim(),
                    negated,
                }),
                _ => wrong(),
            };
        }
        match text.split_once('.') {
            Some((step, outcome)) if is_name(step) && is_name(outcome) && step != "row" => {
                Ok(When::Outcome { step, outcome })
            }
            _ => wrong(),
        }
    }
}

/// Whether what has this `when` takes place in a row. What hangs on an outcome may.
pub fn in_row(when: Option<&At<String>>, row: Option<&Row>) -> bool {
    match when.map(|when| When::parse(&when.value)) {
        Some(Ok(When::Row { key, value, negated })) => {
            let text = row.and_then(|row| row.0.get(key));
            (text.map_or("", |at| &at.value) == value) != negated
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("create.refused", When::Outcome { step: "create", outcome: "refused" })]
    #[case("row.message=CANCEL", When::Row { key: "message", value: "CANCEL", negated: false })]
    #[case("row.message != none", When::Row { key: "message", value: "none", negated: true })]
    #[case("row.agent=", When::Row { key: "agent", value: "", negated: false })]
    fn reads_conditions(#[case] text: &str, #[case] expected: When<'_>) {
        assert_eq!(When::parse(text), Ok(expected));
    }

    #[rstest]
    fn refuses_others(
        #[values("", "create", "row.message", "message=CANCEL", "a.b.c", "Create.refused")] text: &str,
    ) {
        assert!(When::parse(text).is_err());
    }
}
