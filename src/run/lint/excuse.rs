//! What a client's own body breaks is not held against the server.

use std::collections::HashSet;
use std::sync::Arc;

use crate::ical::{Document, Property};
use crate::itip::{self, Finding, Mode, Options, Report};

/// Takes out the findings that one of these bodies of clients gives cause for as well.
///
/// A body is looked at as it is, as a stored object and as the REQUEST that a server would make of it: what a server has
/// to add or leave out for a REPLY or a CANCEL remains its own work.
pub(super) fn excuse(report: &mut Report, bodies: &[Arc<Document>]) {
    let own: Vec<Finding> = bodies.iter().flat_map(|body| findings(body)).collect();
    strike(report, |finding| own.iter().any(|own| is_same(finding, own)));
}

/// Takes out findings; a rule of which none is left is not judged at all.
pub(super) fn strike(report: &mut Report, excused: impl Fn(&Finding) -> bool) {
    let (struck, left): (Vec<Finding>, Vec<Finding>) = std::mem::take(&mut report.findings)
        .into_iter()
        .partition(excused);
    report.findings = left;
    if struck.is_empty() {
        return;
    }
    let struck: HashSet<&str> = struck.iter().flat_map(Finding::requirements).collect();
    let mut applied = itip::Rules::default();
    for rule in report.applied.iter() {
        if !struck.contains(rule.id()) || report.of(rule.id()).next().is_some() {
            applied.insert(rule);
        }
    }
    report.applied = applied;
}

fn findings(body: &Document) -> Vec<Finding> {
    let judged = |document: &Document, mode| {
        let options = Options {
            mode,
            ..Options::default()
        };
        itip::lint_document(document, options).findings
    };
    let has_method = body
        .calendar()
        .is_some_and(|calendar| calendar.property("METHOD").is_some());
    // Of a message, a server takes METHOD away to store it; to an object it adds one to send it.
    let mut other = body.clone();
    if let Some(calendar) = other.calendar_mut() {
        if has_method {
            calendar.remove_properties("METHOD");
        } else {
            calendar.push(Property::new("METHOD", "REQUEST"));
        }
    }
    let (message, stored) = if has_method {
        (body, &other)
    } else {
        (&other, body)
    };
    let mut findings = judged(stored, Mode::Stored);
    findings.extend(judged(message, Mode::Message));
    findings
}

/// The body as a message.
pub(super) fn with_method(body: &Document, method: &str) -> Option<Document> {
    let mut message = body.clone();
    message.calendar_mut()?.push(Property::new("METHOD", method));
    Some(message)
}

/// The same rule, or the same in other words, about the same kind of thing.
fn is_same(finding: &Finding, own: &Finding) -> bool {
    let place = |finding: &Finding| (finding.component.to_ascii_uppercase(), finding.property.clone());
    if place(finding) != place(own) {
        return false;
    }
    let same_words = gist(&finding.message) == gist(&own.message);
    let same_rule = own
        .requirements()
        .any(|id| finding.requirements().any(|other| other == id));
    // Lines have no component: a server may hand on those of a client as they are.
    let of_lines = finding.component.is_empty();
    same_words || (same_rule && (of_lines || finding.property.is_some()))
}

/// What is wrong, without what it is wrong with: `UID is missing: VEVENT of a REQUEST has exactly one`.
fn gist(message: &str) -> &str {
    message.split(':').next().unwrap_or(message)
}
