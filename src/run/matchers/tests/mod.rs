//! Tables of answers for which each matcher holds, and for which it does not.

mod any_body;
mod header;
mod ical;
mod meaning;
mod mutation;
mod precondition;
mod prop;
mod recorded;
mod relation;
mod schedule_response;
mod xml;

use crate::run::{Places, Scope, Shift};
use crate::scenario::{Check, Role};

use super::mutation::unnoticed;
use super::{Finding, Judgement, Subject, evaluate};

/// An answer to `PROPFIND https://cal.example.com/dav/u1/`.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn new(status: u16, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Answer {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect();
        Answer {
            status,
            headers,
            body: body.into(),
        }
    }

    pub fn xml(status: u16, body: &str) -> Answer {
        Answer::new(
            status,
            &[("Content-Type", "application/xml; charset=utf-8")],
            namespaced(body),
        )
    }

    pub fn ical(lines: &str) -> Answer {
        Answer::new(200, &[("Content-Type", "text/calendar")], calendar(lines))
    }

    pub fn subject(&self) -> Subject<'_> {
        Subject {
            method: "PROPFIND",
            url: "https://cal.example.com/dav/u1/",
            status: self.status,
            headers: &self.headers,
            body: &self.body,
            cut: false,
        }
    }
}

/// A VCALENDAR around these lines, which `|` separates.
pub fn calendar(lines: &str) -> String {
    let lines: String = lines
        .split('|')
        .map(|line| format!("{}\r\n", line.trim()))
        .collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{lines}END:VCALENDAR\r\n")
}

/// The XML with the usual prefixes bound in its root element.
pub fn namespaced(xml: &str) -> String {
    let end = xml.find(['>', '/', ' ']).unwrap_or(xml.len());
    let (root, rest) = xml.split_at(end);
    format!(
        "{root} xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\" \
         xmlns:I=\"urn:ietf:params:xml:ns:ischedule\"{rest}"
    )
}

pub fn check(yaml: &str) -> Check {
    serde_saphyr::from_str(yaml).unwrap_or_else(|error| panic!("{yaml}: {error}"))
}

pub fn scope() -> Scope {
    let now = "2026-11-20T10:00:00Z".parse().expect("a timestamp");
    let mut scope = Scope::new(now, Shift::of_texts(["{20090602T180000Z}"], now), "u1");
    let user = |address: &str| Places {
        addresses: vec![address.to_string()],
        calendar: Some("https://cal.example.com/dav/u1/".to_string()),
        ..Places::default()
    };
    scope.set_user(Role::Organizer, user("mailto:ann@example.com"));
    scope.set_user(Role::Attendee, user("mailto:bob@example.com"));
    scope
}

pub fn judge(yaml: &str, answer: &Answer) -> Finding {
    evaluate(&check(yaml), &answer.subject(), &scope())
}

/// One letter for each judgement: holds, wrong, absent, blocked, unreadable.
pub fn letter(finding: &Finding) -> char {
    match finding.judgement {
        Judgement::Holds => 'h',
        Judgement::Broken { absent: false } => 'w',
        Judgement::Broken { absent: true } => 'a',
        Judgement::Blocked(_) => 'b',
        Judgement::Unreadable(_) => 'u',
    }
}

#[track_caller]
pub fn assert_judged(yaml: &str, answer: &Answer, wanted: char) {
    let finding = judge(yaml, answer);
    assert_eq!(letter(&finding), wanted, "{yaml}: {finding:#?}");
    if wanted == 'h' {
        assert_notices(&check(yaml), answer, &scope());
    }
}

/// What holds must notice every damage, and there must be some.
#[track_caller]
pub fn assert_notices(check: &Check, answer: &Answer, scope: &Scope) {
    let trial = unnoticed(check, &answer.subject(), scope);
    assert!(trial.held && trial.tried > 0, "{check:?}: {trial:?}");
    assert!(trial.unnoticed.is_empty(), "{check:?}: {trial:#?}");
}
