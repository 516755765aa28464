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

/// The elements at this path, by their parents.
pub(super) fn select(path: &XmlPath, root: &Element, what: String) -> Selection {
    let Some((last, before)) = path.steps.split_last() else {
        return Selection::new(what, Vec::new());
    };
    let Some((first, middle)) = before.split_first() else {
        return Selection::new(what, vec![Slot::of(String::new(), in_document(last, root))]);
    };
    let mut parents = in_document(first, root);
    let mut missing = first;
    for step in middle {
        if parents.is_empty() {
            break;
        }
        missing = step;
        parents = parents
            .into_iter()
            .flat_map(|parent| below(step, parent))
            .collect();
    }
    let several = parents.len() > 1;
    let place = |parent: &Element| {
        if several {
            format!("line {}", parent.line)
        } else {
            String::new()
        }
    };
    let slots = parents
        .iter()
        .map(|parent| Slot::of(place(parent), below(last, parent)))
        .collect();
    let mut selection = Selection::new(what, slots);
    selection.no_parent = format!("no {} (the root is {})", missing.name, root.qname());
    selection
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
