//! Where each requirement is judged, for lists of what is tested.

use super::catalog::lines;
use super::rule::Rule;
use super::table::tables;
use crate::spec::{EntryKind, Requirement};

/// Where a requirement is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// In every message by itself.
    Message,
    /// In a message by those before it.
    Thread,
    /// The RFC's own example is a fixture of the lint.
    Example,
}

impl Judged {
    /// As lists for programs have it.
    pub fn name(self) -> &'static str {
        match self {
            Judged::Message => "message",
            Judged::Thread => "thread",
            Judged::Example => "example",
        }
    }

    /// In words, for lists.
    pub fn words(self) -> &'static str {
        match self {
            Judged::Message => "lint of each message that a run sees",
            Judged::Thread => "lint of each conversation that a run sees",
            Judged::Example => "its messages are fixtures of the lint",
        }
    }
}

/// The rules of the comments that judge a message by itself; the others need those before it.
const ALONE: [&str; 10] = [
    "row",
    "values",
    "partstat",
    "excludes",
    "same-uid",
    "zones",
    "above-zero",
    "utc",
    "busy",
    "ascending",
];

/// Where the lint judges a requirement, if it does.
pub fn judged(requirement: &Requirement) -> Option<Judged> {
    let id = requirement.id.as_str();
    if requirement.kind == Some(EntryKind::Example) && !requirement.messages.is_empty() {
        return Some(Judged::Example);
    }
    let rule = Rule::of(id)?;
    let comments = || tables().iter().flat_map(|table| &table.comments);
    let of_comments = comments().any(|comment| comment.requirement == id && !ALONE.contains(&comment.rule));
    Some(if rule.needs_thread() || of_comments {
        Judged::Thread
    } else {
        Judged::Message
    })
}

/// Why no rule judges a requirement that messages could show.
pub fn why_not(id: &str) -> Option<&'static str> {
    lines(include_str!("tables/unjudged.txt"))
        .filter_map(|line| line.split_once(char::is_whitespace))
        .find(|(known, _)| id.strip_prefix("rfc5546-") == Some(*known))
        .map(|(_, why)| why.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{CheckedBy, Register, Specification};

    /// No entry that messages can show is forgotten, and no reason stands beside a rule.
    #[test]
    fn every_entry_is_judged_or_says_why_not() {
        let register = Register::embedded();
        let mut count = 0;
        for entry in register.of_specification(Specification::Rfc5546) {
            let by_messages = matches!(
                entry.checked_by,
                Some(CheckedBy::MessageLint | CheckedBy::MessagePair)
            );
            let (judged, why) = (judged(entry), why_not(&entry.id));
            assert!(
                !by_messages || judged.is_some() != why.is_some(),
                "{}: {judged:?}, {why:?}",
                entry.id
            );
            count += usize::from(by_messages);
        }
        assert_eq!(count, 297);
        for line in lines(include_str!("tables/unjudged.txt")) {
            let id = format!("rfc5546-{}", line.split_whitespace().next().unwrap());
            assert!(register.requirement(&id).is_some(), "{id}");
        }
    }
}
