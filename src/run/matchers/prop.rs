//! `prop`: a property that a multistatus reports of a resource.

use super::answer::{self, Reported, Unreported};
use super::value::{Selection, Slot, judge};
use super::{Finding, Scope, Subject, show, xml};
use crate::dav::{Element, QName};
use crate::scenario::{PropMatcher, XmlPath};

pub(super) fn evaluate(matcher: &PropMatcher, subject: &Subject, scope: &Scope) -> Finding {
    let (name, below) = match parse(&matcher.name) {
        Ok(path) => path,
        Err(why) => return Finding::blocked("", why),
    };
    let url = match &matcher.of_resource {
        None => subject.url.to_string(),
        Some(url) => match scope.fill(url) {
            Ok(url) => url,
            Err(error) => return Finding::unfilled(&error),
        },
    };
    let expected = || {
        format!(
            "a multistatus with property {} of {}",
            matcher.name.value,
            show::value(&url)
        )
    };
    let root = match answer::xml(subject) {
        Ok(root) => root,
        Err(why) => return Finding::unreadable(expected(), why),
    };
    match Reported::of(&root, &url) {
        Ok(reported) => {
            let selection = select(&matcher.name, &name, below.as_ref(), &reported);
            judge(matcher.expectation(), &selection, scope)
        }
        Err(Unreported::Unreadable(why)) => Finding::unreadable(expected(), why),
        Err(Unreported::Missing(why)) => {
            let mut nothing = Selection::new(format!("property {}", matcher.name.value), Vec::new());
            nothing.no_parent = why;
            judge(matcher.expectation(), &nothing, scope)
        }
    }
}

/// The property's name, and the path of what is looked for below it.
pub(super) fn parse(text: &str) -> Result<(QName, Option<XmlPath>), String> {
    let path = XmlPath::parse(text)?;
    let name = path.steps[0].name.clone();
    let below = (path.steps.len() > 1).then_some(path);
    Ok((name, below))
}

fn select(text: &str, name: &QName, below: Option<&XmlPath>, reported: &Reported) -> Selection {
    let what = format!("property {text}");
    let missing = missing(name, reported);
    // Only a 404 says that there is none: with another status (401, 500) it is not known.
    let unknown = reported.found(name).is_none() && reported.status(name).is_some_and(|status| status != 404);
    match (reported.found(name), below) {
        (Some(property), Some(path)) => xml::select(path, property, what),
        (None, below) if unknown || below.is_some() => Selection {
            what,
            slots: Vec::new(),
            no_parent: missing,
        },
        (found, _) => {
            let elements: Vec<&Element> = found.into_iter().collect();
            let mut slot = Slot::of(String::new(), elements);
            slot.none = missing;
            Selection::new(what, vec![slot])
        }
    }
}

/// Why a property is not there.
fn missing(name: &QName, reported: &Reported) -> String {
    match (reported.status(name), reported.similar(name)) {
        (Some(status), _) => format!("{name} is reported with {}", show::status(status)),
        (None, Some(similar)) => format!("no {name}, but {similar}"),
        (None, None) => format!("{name} is not reported"),
    }
}
