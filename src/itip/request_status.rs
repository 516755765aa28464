//! REQUEST-STATUS (RFC 5546, section 3.6).

use super::finding::{Breach, Sink, Spot, shown};
use super::kind::Method;
use super::object::Object;
use super::rule;
use super::syntax::is_status_code;
use crate::ical::text::split;
use crate::ical::{Component, Property};

/// The codes of sections 3.6.1 to 3.6.32, and those that RFC 6638, section 3.2.9 adds.
const KNOWN: [&str; 35] = [
    "1.0", "1.1", "1.2", "2.0", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7", "2.8", "2.9", "2.10",
    "2.11", "3.0", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12",
    "3.13", "3.14", "4.0", "5.0", "5.1", "5.2", "5.3",
];

/// Looks at the codes of a message.
pub(super) fn message(object: &Object<'_>, sink: &mut Sink) {
    let answers = [Method::Reply, Method::Counter, Method::DeclineCounter];
    if !object.method.is_some_and(|method| answers.contains(&method)) {
        return;
    }
    let mut classes = Vec::new();
    for component in object.scheduled() {
        let class = component_class(component, sink);
        if class.is_none() && object.method == Some(Method::Reply) {
            sink.applies(rule::NO_STATUS);
        }
        classes.extend(class.map(|(class, property)| (class, component, property)));
    }
    let any = |wanted: u8| classes.iter().any(|(class, ..)| *class == wanted);
    let (rule, decisive) = if any(b'5') {
        (rule::CLASS_5, b'5')
    } else if any(b'3') {
        (rule::CLASS_3, b'3')
    } else {
        if any(b'2') && any(b'4') {
            sink.applies(rule::CLASSES_2_4);
        }
        return;
    };
    sink.applies(rule);
    for (class, component, property) in classes.iter().filter(|(class, ..)| *class != decisive) {
        sink.breach(rule, || {
            let (class, decisive) = (char::from(*class), char::from(decisive));
            Breach::new(
                Spot::value(component, property),
                format!("a code of class {class} where another component has one of class {decisive}"),
            )
        });
    }
}

/// The class of the codes of a component, with the first of them.
fn component_class<'a>(component: &'a Component, sink: &mut Sink) -> Option<(u8, &'a Property)> {
    let mut first = None;
    for property in component.properties_named("REQUEST-STATUS") {
        let mut parts = split(&property.value, ';');
        let code = parts.next().unwrap_or_default();
        let class = code.bytes().next().filter(|_| is_status_code(code));
        let Some(class) = class else { continue };
        for rule in [rule::STATUS_CODES, rule::CODES, rule::ONE_CLASS] {
            sink.applies(rule);
        }
        if parts.nth(1).is_some() {
            sink.applies(rule::STATUS_DATA);
        }
        if !KNOWN.contains(&code) {
            sink.applies(rule::FURTHER_CODES);
            sink.breach(rule::STATUS_CODES, || {
                Breach::new(
                    Spot::part(component, property, 0, code.len()),
                    format!(
                        "{} is no code of RFC 5546; it may have been registered since",
                        shown(code)
                    ),
                )
            });
        }
        match first {
            None => first = Some((class, property)),
            Some((known, _)) if known != class => sink.breach(rule::ONE_CLASS, || {
                Breach::new(
                    Spot::part(component, property, 0, code.len()),
                    format!(
                        "codes of class {} and {} in one component",
                        char::from(known),
                        char::from(class)
                    ),
                )
            }),
            Some(_) => {}
        }
    }
    first
}
