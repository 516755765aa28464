//! `xml`: elements of an XML answer, by path.

use super::value::{Nature, Selection, Slot, Value, judge};
use super::{Finding, Scope, Subject, answer};
use crate::dav::Element;
use crate::scenario::{XmlMatcher, XmlPath, XmlStep};

pub(super) fn evaluate(matcher: &XmlMatcher, subject: &Subject, scope: &Scope) -> Finding {
    let path = match XmlPath::parse(&matcher.at) {
        Ok(path) => path,
        Err(why) => return Finding::blocked("", why),
    };
    match answer::xml(subject) {
        Ok(root) => {
            let selection = select(&path, &root, matcher.at.value.clone());
            judge(matcher.expectation(), &selection, scope)
        }
        Err(why) => Finding::unreadable(format!("XML with {}", matcher.at.value), why),
    }
}

/// The elements at this path, by their parents, as values.
pub(super) fn select(path: &XmlPath, root: &Element, what: String) -> Selection {
    let groups = match groups(path, root) {
        Ok(groups) => groups,
        Err(missing) => {
            let mut selection = Selection::new(what, Vec::new());
            selection.no_parent = format!("no {} (the root is {})", missing.name, root.qname());
            return selection;
        }
    };
    let several = groups.len() > 1;
    let slots = groups.into_iter().map(|group| {
        let place = match group.parent {
            Some(parent) if several => format!("line {}", parent.line),
            _ => String::new(),
        };
        Slot::of(place, group.found)
    });
    Selection::new(what, slots.collect())
}

/// What a path selects below one parent; the document's root has none.
pub(super) struct Group<'a> {
    pub parent: Option<&'a Element>,
    pub found: Vec<&'a Element>,
}

/// The elements at this path, by their parents, or the step that selects no parent.
pub(super) fn groups<'a, 'p>(path: &'p XmlPath, root: &'a Element) -> Result<Vec<Group<'a>>, &'p XmlStep> {
    let Some((last, before)) = path.steps.split_last() else {
        return Ok(Vec::new());
    };
    let Some((first, middle)) = before.split_first() else {
        return Ok(vec![Group {
            parent: None,
            found: in_document(last, root),
        }]);
    };
    let mut parents = in_document(first, root);
    let mut step = first;
    for next in middle {
        if parents.is_empty() {
            break;
        }
        step = next;
        parents = parents
            .into_iter()
            .flat_map(|parent| below(next, parent))
            .collect();
    }
    if parents.is_empty() {
        return Err(step);
    }
    Ok(parents
        .into_iter()
        .map(|parent| Group {
            parent: Some(parent),
            found: below(last, parent),
        })
        .collect())
}

fn in_document<'a>(step: &XmlStep, root: &'a Element) -> Vec<&'a Element> {
    let candidates = if step.deep { root.descendants() } else { vec![root] };
    candidates
        .into_iter()
        .filter(|element| is_meant(step, element))
        .collect()
}

fn is_meant(step: &XmlStep, element: &Element) -> bool {
    element.is(&step.name) && step.having.as_ref().is_none_or(|path| has(&path.steps, element))
}

fn has(steps: &[XmlStep], parent: &Element) -> bool {
    let Some((step, rest)) = steps.split_first() else {
        return true;
    };
    below(step, parent).into_iter().any(|element| has(rest, element))
}

fn below<'a>(step: &XmlStep, parent: &'a Element) -> Vec<&'a Element> {
    let candidates = if step.deep {
        parent.descendants().into_iter().skip(1).collect()
    } else {
        answer::children(parent, &step.name)
    };
    candidates
        .into_iter()
        .filter(|element| is_meant(step, element))
        .collect()
}

impl Slot {
    /// The texts of these elements.
    pub(super) fn of(place: String, elements: Vec<&Element>) -> Slot {
        Slot::new(place, elements.into_iter().map(value).collect())
    }
}

/// The text of an element, and whether it is empty.
fn value(element: &Element) -> Value {
    let mut value = Value::new(element.trimmed(), Nature::ByShape);
    value.empty = value.text.is_empty() && element.elements().next().is_none();
    if value.text.is_empty() && !value.empty {
        let children: Vec<String> = element
            .elements()
            .map(|child| child.qname().to_string())
            .collect();
        value.note = format!("with {}", super::show::join(&children, "and"));
    }
    value
}
