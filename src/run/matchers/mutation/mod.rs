//! Mutation of recorded answers: does a check notice what it exists for?
//!
//! Each answer for which a check holds is damaged mechanically, only in what the check looks at, and the check is asked
//! again. A damage that it does not notice is a check that cannot fail, or a matcher with a hole.

mod altered;
mod elements;
mod lines;
mod others;
mod values;

use altered::Altered;

use super::{Judgement, Scope, Subject, evaluate};
use crate::scenario::Check;

/// What came of damaging one answer for one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The check held for the answer as it was. Nothing is tried where it did not.
    pub held: bool,
    /// How many damages were tried. None at all for a check that held is a finding too.
    pub tried: usize,
    /// Those for which the check holds (or is blocked) all the same.
    pub unnoticed: Vec<Damage>,
}

/// One change of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// What was done: `header Schedule-Tag dropped`.
    pub what: String,
}

/// Damages the answer in every way that this check exists to notice. Pure and offline.
pub fn unnoticed(check: &Check, subject: &Subject, scope: &Scope) -> Trial {
    let mut trial = Trial {
        held: evaluate(check, subject, scope).holds(),
        tried: 0,
        unnoticed: Vec::new(),
    };
    if !trial.held {
        return trial;
    }
    for (what, altered) in damages(check, subject, scope) {
        trial.tried += 1;
        let finding = evaluate(check, &altered.subject(subject), scope);
        if matches!(finding.judgement, Judgement::Holds | Judgement::Blocked(_)) {
            trial.unnoticed.push(Damage { what });
        }
    }
    trial
}

/// The matcher that a check has, by the name that scenarios use.
pub fn kind(check: &Check) -> &'static str {
    let kinds = [
        (check.status.is_some(), "status"),
        (check.header.is_some(), "header"),
        (check.xml.is_some(), "xml"),
        (check.prop.is_some(), "prop"),
        (check.precondition.is_some(), "precondition"),
        (check.ical.is_some(), "ical"),
        (check.schedule_response.is_some(), "schedule-response"),
        (check.relation.is_some(), "relation"),
    ];
    kinds
        .into_iter()
        .find(|(has, _)| *has)
        .map_or("none", |(_, name)| name)
}

/// A damaged answer and what was done to it.
type Damaged = (String, Altered);

fn damages(check: &Check, subject: &Subject, scope: &Scope) -> Vec<Damaged> {
    if let Some(wanted) = &check.status {
        return others::status(wanted, subject);
    }
    let mut damaged = if let Some(matcher) = &check.header {
        return values::header(matcher, subject, scope);
    } else if let Some(matcher) = &check.xml {
        elements::xml(matcher, subject, scope)
    } else if let Some(matcher) = &check.prop {
        elements::prop(matcher, subject, scope)
    } else if let Some(matcher) = &check.precondition {
        let damaged = others::precondition(matcher, subject);
        // Where the element is missing, its content is not judged.
        if matcher.empty {
            return damaged;
        }
        damaged
    } else if let Some(matcher) = &check.ical {
        lines::ical(matcher, subject, scope)
    } else if let Some(matcher) = &check.schedule_response {
        others::schedule_response(matcher, subject, scope)
    } else if let Some(matcher) = &check.relation {
        let damaged = others::relation(matcher, subject, scope);
        // Another body is what it may ask for.
        if matcher.body.is_some() {
            return damaged;
        }
        damaged
    } else {
        Vec::new()
    };
    if !damaged.is_empty() {
        damaged.push(("body dropped".to_string(), Altered::body(subject, Vec::new())));
        let page = b"<!DOCTYPE html><html><body><p>It works!<br></body></html>".to_vec();
        damaged.push((
            "body replaced by an HTML page".to_string(),
            Altered::body(subject, page),
        ));
    }
    damaged
}
