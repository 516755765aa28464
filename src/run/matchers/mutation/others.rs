//! Damages for the matchers that are no value matchers: status, precondition, schedule-response, relation.

use super::super::ical::{self, scheduled};
use super::super::instant::Period;
use super::super::precondition::errors;
use super::super::recipient::Recipients;
use super::super::relation::pairs;
use super::super::schedule_response::is_negative;
use super::super::{Scope, Subject, answer};
use super::altered::changed;
use super::elements::other_namespace;
use super::{Altered, Damaged};
use crate::dav::{Element, Node, QName};
use crate::ical::{Component, Document, Item, Property};
use crate::scenario::{
    At, PreconditionMatcher, Presence, Relation, RelationMatcher, ScheduleResponseMatcher, StatusPattern,
};

/// Statuses that servers send, some of each class.
const STATUSES: [u16; 18] = [
    200, 201, 202, 204, 207, 302, 304, 400, 401, 403, 404, 405, 409, 412, 415, 500, 501, 507,
];

pub(super) fn status(wanted: &[At<StatusPattern>], subject: &Subject) -> Vec<Damaged> {
    let accepted = |status: u16| wanted.iter().any(|pattern| pattern.matches(status));
    let damage = |status: u16| {
        (
            format!("status {status}"),
            Altered {
                status,
                ..Altered::copy(subject)
            },
        )
    };
    STATUSES
        .into_iter()
        .filter(|status| !accepted(*status))
        .map(damage)
        .collect()
}

pub(super) fn precondition(matcher: &PreconditionMatcher, subject: &Subject) -> Vec<Damaged> {
    let wanted: Vec<QName> = matcher
        .any_of
        .iter()
        .filter_map(|name| name.parse().ok())
        .collect();
    let Ok(root) = answer::xml(subject) else {
        return Vec::new();
    };
    let errors = errors(&root);
    let conditions: Vec<&Element> = errors
        .iter()
        .flat_map(|error| error.elements())
        .filter(|condition| wanted.iter().any(|name| condition.is(name)))
        .collect();
    let renamed = |element: &mut Element| {
        element.name = format!("{}-x", element.name).into();
        true
    };
    let damage = |what: &str, root: Element| (format!("precondition {what}"), Altered::xml(subject, &root));
    if matcher.empty {
        let filled = changed(&root, &conditions, |element| {
            element.push(Element::new(QName::new("urn:x", "x")));
            true
        });
        return vec![damage("element given content", filled)];
    }
    vec![
        damage("element renamed", changed(&root, &conditions, renamed)),
        damage(
            "element moved to another namespace",
            changed(&root, &conditions, |element| {
                element.ns = other_namespace(element).into();
                true
            }),
        ),
        damage("element dropped", changed(&root, &conditions, |_| false)),
        damage(
            "element nested deeper",
            changed(&root, &conditions, |element| {
                let inner = std::mem::replace(element, Element::new(QName::new("urn:x", "x")));
                element.push(inner);
                true
            }),
        ),
        damage("error element renamed", changed(&root, &errors, renamed)),
    ]
}

pub(super) fn schedule_response(
    matcher: &ScheduleResponseMatcher,
    subject: &Subject,
    scope: &Scope,
) -> Vec<Damaged> {
    let (Ok(recipient), Ok(root)) = (scope.fill(&matcher.recipient), answer::xml(subject)) else {
        return Vec::new();
    };
    let Ok(recipients) = Recipients::read(&root) else {
        return Vec::new();
    };
    let responses: Vec<&Element> = recipients
        .of(&recipient)
        .iter()
        .map(|response| response.element)
        .collect();
    let mut damaged: Vec<Damaged> = Vec::new();
    let mut damage = |what: &str, root: &Element| {
        damaged.push((format!("schedule-response: {what}"), Altered::xml(subject, root)));
    };
    let wants_none = matcher.count.as_ref().is_some_and(|count| **count == 0);
    if wants_none {
        let response = Element::new(QName {
            ns: root.ns.clone(),
            name: "response".into(),
        });
        let address = Element::new(QName {
            ns: root.ns.clone(),
            name: "recipient".into(),
        })
        .with_text(&recipient);
        damage("recipient added", &root.clone().child(response.child(address)));
        return damaged;
    }
    if !is_negative(matcher) {
        damage("recipient dropped", &changed(&root, &responses, |_| false));
        damage(
            "recipient changed",
            &changed(&root, &responses, |response| {
                set_text(
                    response,
                    "recipient",
                    Some("mailto:somebody.else@example.invalid"),
                );
                true
            }),
        );
    }
    if matcher.count.is_some() {
        let again = responses
            .iter()
            .take(1)
            .map(|response| Node::Element((*response).clone()));
        let mut copy = root.clone();
        copy.children.extend(again);
        damage("response repeated", &copy);
    }
    if !matcher.request_status.is_empty() {
        for (what, text) in [("dropped", None), ("changed to 9.9", Some("9.9;Damaged"))] {
            let root = changed(&root, &responses, |response| {
                set_text(response, "request-status", text);
                true
            });
            damage(&format!("request-status {what}"), &root);
        }
    }
    let without_data = || {
        changed(&root, &responses, |response| {
            set_text(response, "calendar-data", None);
            true
        })
    };
    match matcher.calendar_data.as_deref() {
        Some(Presence::Present) => damage("calendar-data dropped", &without_data()),
        Some(Presence::Absent) => {
            let root = changed(&root, &responses, |response| {
                let data = QName {
                    ns: response.ns.clone(),
                    name: "calendar-data".into(),
                };
                response.push(Element::new(data).with_text("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"));
                true
            });
            damage("calendar-data added", &root);
        }
        None => {}
    }
    if !matcher.busy.is_empty() {
        damage("calendar-data dropped", &without_data());
        let root = with_busy_time(&root, &responses, |busy| {
            busy.remove_properties("FREEBUSY");
        });
        damage("FREEBUSY dropped", &root);
        let root = with_busy_time(&root, &responses, |busy| {
            for property in busy.properties_named_mut("FREEBUSY") {
                property.set_param("FBTYPE", "FREE");
            }
        });
        damage("FREEBUSY made FREE", &root);
    }
    for period in matcher.free.iter().filter_map(|text| scope.fill(text).ok()) {
        if Period::parse(&period).is_none() {
            continue;
        }
        let root = with_busy_time(&root, &responses, |busy| {
            busy.push(Property::new("FREEBUSY", period.as_str()))
        });
        damage(&format!("FREEBUSY {period} added"), &root);
    }
    damaged
}

/// Gives the child of this name a text, or takes it away.
fn set_text(response: &mut Element, name: &str, text: Option<&str>) {
    let is_meant = |node: &Node| matches!(node, Node::Element(child) if child.name == name);
    match text {
        None => response.children.retain(|node| !is_meant(node)),
        Some(text) => {
            for node in &mut response.children {
                if let Node::Element(child) = node
                    && child.name == name
                {
                    child.children = vec![Node::Text(text.to_string())];
                }
            }
        }
    }
}

/// A copy in which every VFREEBUSY of these responses is changed.
fn with_busy_time(root: &Element, responses: &[&Element], change: impl Fn(&mut Component)) -> Element {
    changed(root, responses, |response| {
        for node in &mut response.children {
            let Node::Element(data) = node else { continue };
            let Ok(mut document) = ical::read(data.text().as_bytes()) else {
                continue;
            };
            if let Some(calendar) = document.calendar_mut() {
                calendar.components_named_mut("VFREEBUSY").for_each(&change);
            }
            let text = String::from_utf8_lossy(&document.to_bytes()).into_owned();
            data.children = vec![Node::Text(text)];
        }
        true
    })
}

pub(super) fn relation(matcher: &RelationMatcher, subject: &Subject, scope: &Scope) -> Vec<Damaged> {
    let Some(earlier) = scope.captured(&matcher.to) else {
        return Vec::new();
    };
    let mut damaged = Vec::new();
    if let Some(relation) = &matcher.body {
        let body = match **relation {
            Relation::Same | Relation::NotOlder => [subject.body, b"\r\n"].concat(),
            Relation::Different | Relation::Newer => earlier.as_bytes().to_vec(),
        };
        damaged.push(("body changed".to_string(), Altered::body(subject, body)));
    }
    let (Ok(before), Ok(now)) = (ical::read(earlier.as_bytes()), ical::read(subject.body)) else {
        return damaged;
    };
    let aspects = [
        ("UID", &matcher.uid),
        ("DTSTAMP", &matcher.dtstamp),
        ("SEQUENCE", &matcher.sequence),
    ];
    for (name, relation) in aspects {
        let Some(relation) = relation else { continue };
        for (how, document) in related(&before, &now, name, **relation) {
            damaged.push((
                format!("{name} {how}"),
                Altered::body(subject, document.to_bytes()),
            ));
        }
    }
    damaged
}

/// Messages that do not stand in this relation to the earlier one.
fn related(
    before: &Document,
    now: &Document,
    name: &str,
    relation: Relation,
) -> Vec<(&'static str, Document)> {
    let old = old_values(before, now, name);
    let number = |value: &Option<String>| value.as_deref().and_then(|text| text.trim().parse::<i64>().ok());
    let set = |value: &dyn Fn(&Option<String>) -> Option<String>| {
        let mut document = now.clone();
        let components = document
            .calendar_mut()
            .map(Component::components_mut)
            .into_iter()
            .flatten();
        let components = components.filter(|component| !component.is("VTIMEZONE"));
        for (component, old) in components.zip(&old) {
            match value(old) {
                Some(value) => component.set(name, value),
                None => drop(component.remove_properties(name)),
            }
        }
        document
    };
    let older = |old: &Option<String>| match name {
        "SEQUENCE" => Some((number(old).unwrap_or_default() - 1).to_string()),
        "DTSTAMP" => Some("19700101T000000Z".to_string()),
        _ => Some("calconform-damage".to_string()),
    };
    let other = |old: &Option<String>| match name {
        "SEQUENCE" => Some((number(old).unwrap_or_default() + 1).to_string()),
        _ => older(old),
    };
    let mut documents = match relation {
        Relation::Same => vec![("changed", set(&other))],
        Relation::Different => vec![("as before", set(&|old| old.clone()))],
        Relation::Newer => vec![("as before", set(&|old| old.clone())), ("older", set(&older))],
        Relation::NotOlder => vec![("older", set(&older))],
    };
    if name != "SEQUENCE" {
        documents.push(("dropped", set(&|_| None)));
    }
    documents
}

/// What each component of the later message is compared with.
fn old_values(before: &Document, now: &Document, name: &str) -> Vec<Option<String>> {
    let (Some(before), Some(now)) = (before.calendar(), now.calendar()) else {
        return Vec::new();
    };
    let pairs = pairs(before, now);
    scheduled(now)
        .map(|component| {
            let pair = pairs.iter().find(|(_, now)| std::ptr::eq(*now, component));
            let old = pair
                .map(|(old, _)| *old)
                .or_else(|| before.items.iter().find_map(Item::as_component));
            old.and_then(|old| old.property(name))
                .map(|property| property.value.clone())
        })
        .collect()
}
