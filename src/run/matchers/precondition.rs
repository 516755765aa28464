//! `precondition`: the element in a DAV:error body that says why a request was refused.

use super::answer::children;
use super::{Finding, Subject, answer, show};
use crate::dav::names::ISCHEDULE;
use crate::dav::{Element, QName, dav};
use crate::scenario::PreconditionMatcher;

pub(super) fn evaluate(matcher: &PreconditionMatcher, subject: &Subject) -> Finding {
    let wanted: Vec<QName> = match matcher.any_of.iter().map(|name| name.parse()).collect() {
        Ok(wanted) => wanted,
        Err(error) => return Finding::blocked("", format!("{error}")),
    };
    let names: Vec<String> = wanted.iter().map(QName::to_string).collect();
    let expected = format!(
        "a refusal with a D:error body that has {} in it",
        show::join(&names, "or")
    );
    let status = show::status(subject.status);
    if subject.status / 100 != 4 && subject.status != 207 {
        return Finding::blocked(expected, format!("the request was not refused: {status}"));
    }
    if let Err(why) = answer::whole(subject) {
        return Finding::unreadable(expected, why);
    }
    let lacking = |found: String| {
        let found = format!("{status}, {found}");
        if matcher.empty {
            Finding::blocked(expected.clone(), found)
        } else {
            Finding::absent(expected.clone(), found)
        }
    };
    let root = match answer::xml(subject) {
        Ok(root) => root,
        Err(_) if !claims_xml(subject) => return lacking(show::body(subject.body)),
        Err(why) => return Finding::unreadable(expected, why),
    };
    if subject.status == 207 && !refuses_something(&root) {
        return Finding::blocked(expected, "nothing was refused: no failure in the D:multistatus");
    }
    let errors = errors(&root);
    let conditions: Vec<&Element> = errors.iter().flat_map(|error| error.elements()).collect();
    if let Some(found) = conditions
        .iter()
        .find(|condition| wanted.iter().any(|name| condition.is(name)))
    {
        if matcher.empty {
            let is_empty = found.elements().next().is_none() && found.trimmed().is_empty();
            let content = if is_empty { "empty" } else { "with content" };
            return Finding::of(
                is_empty,
                format!("an empty {}", found.qname()),
                format!("{status}, {} {content}", found.qname()),
            );
        }
        return Finding::of(true, expected, format!("{status}, {}", found.qname()));
    }
    lacking(match errors.first() {
        None => format!("no D:error, but {}", root.qname()),
        Some(error) => describe(error),
    })
}

/// What the answer says beside its status, if it has a DAV:error.
pub(super) fn reason(subject: &Subject) -> Option<String> {
    let root = answer::xml(subject).ok()?;
    errors(&root).first().map(|error| describe(error))
}

fn describe(error: &Element) -> String {
    let description = dav("responsedescription");
    let conditions = error.elements().filter(|condition| !condition.is(&description));
    let conditions: Vec<String> = conditions
        .map(|condition| condition.qname().to_string())
        .collect();
    let found = if conditions.is_empty() {
        "no element in it".to_string()
    } else {
        show::join(&conditions, "and")
    };
    let described = error
        .first(&description)
        .map(|text| format!(" ({})", show::value(&text.trimmed())));
    format!("D:error with {found}{}", described.unwrap_or_default())
}

/// An empty body, a text or an HTML page is an answer without the element; XML that cannot be read is none at all.
fn claims_xml(subject: &Subject) -> bool {
    let start = subject.body.trim_ascii_start();
    if start.starts_with(b"<?xml") || start.starts_with(b"\xEF\xBB\xBF<?xml") {
        return true;
    }
    let kind = subject
        .headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let kind = kind
        .map(|(_, value)| value.to_ascii_lowercase())
        .unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    !start.is_empty() && (kind.ends_with("/xml") || kind.ends_with("+xml") && kind != "application/xhtml+xml")
}

/// Is there a status of a failure in a multistatus?
fn refuses_something(root: &Element) -> bool {
    let status = dav("status");
    let mut statuses = root
        .descendants()
        .into_iter()
        .filter(|element| element.is(&status))
        .map(Element::trimmed);
    statuses.any(|line| {
        line.split_ascii_whitespace()
            .nth(1)
            .is_some_and(|code| code.starts_with(['4', '5']))
    })
}

/// The root where it is an error; in a multistatus, the errors of responses and propstats (RFC 4918 section 14.22).
pub(super) fn errors(root: &Element) -> Vec<&Element> {
    if root.is(&dav("error")) || root.is(&QName::new(ISCHEDULE, "error")) {
        return vec![root];
    }
    if !root.is(&dav("multistatus")) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for response in children(root, &dav("response")) {
        found.extend(children(response, &dav("error")));
        for propstat in children(response, &dav("propstat")) {
            found.extend(children(propstat, &dav("error")));
        }
    }
    found
}
