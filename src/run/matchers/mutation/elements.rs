//! Damages of XML: elements and properties renamed, moved to another namespace, emptied, dropped.

use super::super::answer::{self, children};
use super::super::meaning::same_path;
use super::super::value::Slot;
use super::super::xml::{Group, groups};
use super::super::{Change, Scope, Subject, prop as properties};
use super::altered::{changed, element_mut, place_of};
use super::values::{Editable, damages};
use super::{Altered, Damaged};
use crate::dav::names::{CALDAV, DAV};
use crate::dav::{Element, Node, QName, dav, status_line};
use crate::scenario::{PropMatcher, XmlMatcher, XmlPath};

pub(super) fn xml(matcher: &XmlMatcher, subject: &Subject, scope: &Scope) -> Vec<Damaged> {
    let (Ok(path), Ok(root)) = (XmlPath::parse(&matcher.at), answer::xml(subject)) else {
        return Vec::new();
    };
    let elements = Elements {
        what: &matcher.at,
        path: &path,
        root: &root,
        top: &root,
        subject,
    };
    damages(matcher.expectation(), scope, &elements)
}

/// What a path selects in an XML answer.
struct Elements<'a> {
    what: &'a str,
    path: &'a XmlPath,
    /// Of the answer.
    root: &'a Element,
    /// Where the path starts: the root, or a property.
    top: &'a Element,
    subject: &'a Subject<'a>,
}

impl Elements<'_> {
    fn groups(&self) -> Vec<Group<'_>> {
        groups(self.path, self.top).unwrap_or_default()
    }

    fn name(&self) -> Option<&QName> {
        self.path.steps.last().map(|step| &step.name)
    }
}

impl Editable for Elements<'_> {
    fn what(&self) -> String {
        self.what.to_string()
    }

    fn slots(&self) -> Vec<Slot> {
        let slot = |group: Group| Slot::of(String::new(), group.found);
        self.groups().into_iter().map(slot).collect()
    }

    fn changed(&self, slots: &[usize], index: Option<usize>, change: Change) -> Option<Altered> {
        let groups = self.groups();
        let groups = slots.iter().filter_map(|slot| groups.get(*slot));
        if let Change::Add(text) = change {
            let new = Element::new(self.name()?.clone()).with_text(text);
            let mut parents: Vec<&Element> = Vec::new();
            for group in groups {
                match group.parent {
                    Some(parent) => parents.push(parent),
                    // The root itself must not be this element.
                    None if self.path.steps[0].deep => parents.push(self.root),
                    None => return Some(Altered::xml(self.subject, &new)),
                }
            }
            let root = changed(self.root, &parents, |parent| {
                parent.push(new.clone());
                true
            });
            return Some(Altered::xml(self.subject, &root));
        }
        let chosen: Vec<&Element> = groups
            .flat_map(|group| match index {
                None => group.found.clone(),
                Some(index) => group.found.get(index).copied().into_iter().collect(),
            })
            .collect();
        if matches!(change, Change::Repeat) {
            return repeated(self.root, &chosen).map(|root| Altered::xml(self.subject, &root));
        }
        let root = changed(self.root, &chosen, |element| change_one(element, change));
        Some(Altered::xml(self.subject, &root))
    }

    fn losses(&self) -> Vec<Damaged> {
        let groups = self.groups();
        let all: Vec<&Element> = groups
            .iter()
            .flat_map(|group| group.found.iter().copied())
            .collect();
        lost(self.root, &all, self.what, self.subject)
    }
}

/// Changes an element; whether it stays. The root cannot go, so it gets another name.
fn change_one(element: &mut Element, change: Change) -> bool {
    match change {
        Change::Remove => {
            element.name = format!("{}-x", element.name).into();
            false
        }
        Change::Set(text) => {
            element.children = vec![Node::Text(text.to_string())];
            true
        }
        Change::Repeat | Change::Add(_) => true,
    }
}

fn repeated(root: &Element, chosen: &[&Element]) -> Option<Element> {
    let mut copy = root.clone();
    for element in chosen {
        let place = place_of(root, element)?;
        let (_, parent) = place.split_last()?;
        element_mut(&mut copy, parent)?.push((*element).clone());
    }
    Some(copy)
}

/// All these elements under another name, and in another namespace.
fn lost(root: &Element, elements: &[&Element], what: &str, subject: &Subject) -> Vec<Damaged> {
    if elements.is_empty() {
        return Vec::new();
    }
    let renamed = changed(root, elements, |element| {
        element.name = format!("{}-x", element.name).into();
        true
    });
    let moved = changed(root, elements, |element| {
        element.ns = other_namespace(element).into();
        true
    });
    vec![
        (format!("{what} renamed"), Altered::xml(subject, &renamed)),
        (
            format!("{what} moved to another namespace"),
            Altered::xml(subject, &moved),
        ),
    ]
}

/// The slip that is made most: DAV: for CalDAV and the other way round.
pub(super) fn other_namespace(element: &Element) -> &'static str {
    if element.ns == DAV { CALDAV } else { DAV }
}

pub(super) fn prop(matcher: &PropMatcher, subject: &Subject, scope: &Scope) -> Vec<Damaged> {
    let url = matcher
        .of_resource
        .as_ref()
        .map_or(Ok(subject.url.to_string()), |url| scope.fill(url));
    let (Ok((name, below)), Ok(url), Ok(root)) =
        (properties::parse(&matcher.name), url, answer::xml(subject))
    else {
        return Vec::new();
    };
    let property = Property {
        what: &matcher.name,
        name,
        url,
        root: &root,
        subject,
    };
    let Some(path) = below else {
        return damages(matcher.expectation(), scope, &property);
    };
    let Some(top) = property.found().into_iter().next() else {
        return Vec::new();
    };
    let elements = Elements {
        what: &matcher.name,
        path: &path,
        root: &root,
        top,
        subject,
    };
    let mut damaged = damages(matcher.expectation(), scope, &elements);
    let is_positive = elements.slots().iter().any(|slot| !slot.values.is_empty());
    if is_positive && !damaged.is_empty() {
        damaged.extend(property.losses());
    }
    damaged
}

/// A property of a resource in a multistatus.
struct Property<'a> {
    what: &'a str,
    name: QName,
    url: String,
    root: &'a Element,
    subject: &'a Subject<'a>,
}

impl Property<'_> {
    fn responses(&self) -> Vec<&Element> {
        let all = children(self.root, &dav("response")).into_iter();
        all.filter(|response| {
            children(response, &dav("href"))
                .into_iter()
                .any(|href| same_path(&href.trimmed(), &self.url))
        })
        .collect()
    }

    /// The DAV:prop elements of those with a status of the class 2xx.
    fn good(&self) -> Vec<&Element> {
        let propstats = self
            .responses()
            .into_iter()
            .flat_map(|response| children(response, &dav("propstat")));
        let good = propstats.filter(|propstat| {
            let status = propstat
                .first(&dav("status"))
                .map(Element::trimmed)
                .unwrap_or_default();
            status
                .split_ascii_whitespace()
                .nth(1)
                .is_some_and(|code| code.starts_with('2'))
        });
        good.flat_map(|propstat| children(propstat, &dav("prop")))
            .collect()
    }

    fn found(&self) -> Vec<&Element> {
        self.good()
            .into_iter()
            .flat_map(|prop| children(prop, &self.name))
            .collect()
    }

    /// With the property reported as not found.
    fn not_found(&self) -> Element {
        let mut root = changed(self.root, &self.found(), |element| {
            change_one(element, Change::Remove)
        });
        let place = self
            .responses()
            .first()
            .and_then(|response| place_of(self.root, response));
        // Only things inside the responses went, so they are where they were.
        if let Some(response) = place.and_then(|place| element_mut(&mut root, &place)) {
            response.push(
                Element::new(dav("propstat"))
                    .child(Element::new(dav("prop")).child(Element::new(self.name.clone())))
                    .child(Element::new(dav("status")).with_text(status_line(404))),
            );
        }
        root
    }
}

impl Editable for Property<'_> {
    fn what(&self) -> String {
        format!("property {}", self.what)
    }

    fn slots(&self) -> Vec<Slot> {
        vec![Slot::of(
            String::new(),
            self.found().into_iter().take(1).collect(),
        )]
    }

    fn changed(&self, _: &[usize], _: Option<usize>, change: Change) -> Option<Altered> {
        let found = self.found();
        let root = match change {
            Change::Add(text) => {
                let new = Element::new(self.name.clone()).with_text(text);
                let propstat = Element::new(dav("propstat"))
                    .child(Element::new(dav("prop")).child(new))
                    .child(Element::new(dav("status")).with_text(status_line(200)));
                changed(self.root, &self.responses(), |response| {
                    response.push(propstat.clone());
                    true
                })
            }
            // A property has one value: there is no second one to be counted.
            Change::Repeat => return None,
            change => changed(self.root, &found, |element| change_one(element, change)),
        };
        Some(Altered::xml(self.subject, &root))
    }

    fn losses(&self) -> Vec<Damaged> {
        let what = self.what();
        let mut losses = lost(self.root, &self.found(), &what, self.subject);
        losses.push((
            format!("{what} reported as not found"),
            Altered::xml(self.subject, &self.not_found()),
        ));
        let gone = changed(self.root, &self.responses(), |response| {
            change_one(response, Change::Remove)
        });
        losses.push((
            "D:response dropped".to_string(),
            Altered::xml(self.subject, &gone),
        ));
        losses
    }
}
