//! `xml`: elements of an XML answer, by path.

use super::value::{Nature, Selection, Slot, Value, judge};
use super::{Finding, Scope, Subject, answer};
use crate::dav::{Element, QName};
use crate::scenario::XmlMatcher;

pub(super) fn evaluate(matcher: &XmlMatcher, subject: &Subject, scope: &Scope) -> Finding {
    let path = match XmlPath::parse(&matcher.at) {
        Ok(path) => path,
        Err(why) => return Finding::blocked("", why),
    };
    match answer::xml(subject) {
        Ok(root) => judge(matcher.expectation(), &path.select(&root), scope),
        Err(why) => Finding::unreadable(format!("XML with {}", matcher.at.value), why),
    }
}

/// `D:multistatus/D:response/D:href`, `//C:recipient`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlPath {
    text: String,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    name: QName,
    /// At any depth below, rather than a child.
    deep: bool,
}

impl XmlPath {
    /// Reads a path; the first step is the root element unless the path starts with `//`.
    ///
    /// # Errors
    /// An empty step or a name that is none, in words.
    pub fn parse(text: &str) -> Result<XmlPath, String> {
        let mut steps = Vec::new();
        let mut deep = false;
        // `//` gives an empty part before the step it belongs to; a leading one gives two.
        for part in text.strip_prefix('/').unwrap_or(text).split('/') {
            if part.is_empty() && !deep {
                deep = true;
                continue;
            }
            let name = part
                .parse::<QName>()
                .map_err(|error| format!("`{text}`: {error}"))?;
            steps.push(Step { name, deep });
            deep = false;
        }
        if deep || steps.is_empty() || text.starts_with('/') && !text.starts_with("//") {
            return Err(format!(
                "`{text}` is no path such as `D:multistatus/D:response/D:href` or `//C:recipient`"
            ));
        }
        Ok(XmlPath {
            text: text.to_string(),
            steps,
        })
    }

    /// The element that the path names last.
    pub(super) fn last(&self) -> &QName {
        &self.steps[self.steps.len() - 1].name
    }

    /// The elements at this path.
    pub(super) fn elements<'a>(&self, root: &'a Element) -> Vec<&'a Element> {
        let (first, rest) = (&self.steps[0], &self.steps[1..]);
        let mut found = first.in_document(root);
        for step in rest {
            found = found.into_iter().flat_map(|parent| step.below(parent)).collect();
        }
        found
    }

    pub(super) fn select(&self, root: &Element) -> Selection {
        let what = self.text.clone();
        let (last, before) = (
            &self.steps[self.steps.len() - 1],
            &self.steps[..self.steps.len() - 1],
        );
        let Some((first, middle)) = before.split_first() else {
            return Selection::new(what, vec![Slot::of(String::new(), last.in_document(root))]);
        };
        let mut parents = first.in_document(root);
        let mut missing = first;
        for step in middle {
            if parents.is_empty() {
                break;
            }
            missing = step;
            parents = parents
                .into_iter()
                .flat_map(|parent| step.below(parent))
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
            .map(|parent| Slot::of(place(parent), last.below(parent)))
            .collect();
        let mut selection = Selection::new(what, slots);
        selection.no_parent = format!("no {} (the root is {})", missing.name, root.qname());
        selection
    }
}

impl Step {
    fn in_document<'a>(&self, root: &'a Element) -> Vec<&'a Element> {
        let candidates = if self.deep { root.descendants() } else { vec![root] };
        candidates
            .into_iter()
            .filter(|element| element.is(&self.name))
            .collect()
    }

    fn below<'a>(&self, parent: &'a Element) -> Vec<&'a Element> {
        if self.deep {
            let descendants = parent.descendants();
            descendants
                .into_iter()
                .skip(1)
                .filter(|element| element.is(&self.name))
                .collect()
        } else {
            parent
                .elements()
                .filter(|element| element.is(&self.name))
                .collect()
        }
    }
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
