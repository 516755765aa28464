//! Delegation (RFC 5546, sections 3.2.2.3, 3.4.2.3 and 4.2.5).

use std::collections::HashSet;

use super::finding::{Breach, Sink, Spot, shown};
use super::kind::{Kind, Method};
use super::object::Object;
use super::rule::{self, Rule};
use crate::ical::address::normalize;
use crate::ical::{Component, Property};

/// Whether all attendees but one are tied to another one of the component by DELEGATED-TO or DELEGATED-FROM.
pub(super) fn ties_all(component: &Component) -> bool {
    let attendees = || component.properties_named("ATTENDEE");
    let listed: HashSet<String> = attendees().map(|attendee| normalize(&attendee.value)).collect();
    let named: HashSet<String> = attendees()
        .flat_map(|attendee| addresses(attendee, "DELEGATED-TO").chain(addresses(attendee, "DELEGATED-FROM")))
        .map(|(_, address)| normalize(address))
        .collect();
    let untied = attendees().filter(|attendee| {
        let names_another = addresses(attendee, "DELEGATED-TO")
            .chain(addresses(attendee, "DELEGATED-FROM"))
            .any(|(_, address)| listed.contains(&normalize(address)));
        !names_another && !named.contains(&normalize(&attendee.value))
    });
    untied.count() == 0
}

/// The addresses of a parameter, each with its place among the parameters.
pub(super) fn addresses<'a>(
    attendee: &'a Property,
    name: &'a str,
) -> impl Iterator<Item = ((usize, usize), &'a str)> {
    let params = attendee
        .params
        .iter()
        .enumerate()
        .filter(move |(_, param)| param.is(name));
    params.flat_map(|(index, param)| {
        let values = param.values.iter().enumerate();
        values.map(move |(place, value)| ((index, place), value.text.as_str()))
    })
}

/// Whether PARTSTAT is this.
pub(super) fn is(attendee: &Property, partstat: &str) -> bool {
    attendee
        .param("PARTSTAT")
        .is_some_and(|found| found.eq_ignore_ascii_case(partstat))
}

/// Looks at the delegations of a REQUEST or a REPLY.
pub(super) fn message(object: &Object<'_>, sink: &mut Sink) {
    let todo = match object.kind {
        Some(Kind::Event) => false,
        Some(Kind::Todo) => true,
        _ => return,
    };
    for component in object.scheduled() {
        match object.method {
            Some(Method::Request) => request(component, todo, sink),
            Some(Method::Reply) => reply(component, todo, sink),
            _ => return,
        }
    }
}

fn request(component: &Component, todo: bool, sink: &mut Sink) {
    let rule = if todo {
        rule::TODO_DELEGATE_INVITED
    } else {
        rule::DELEGATE_INVITED
    };
    delegates_listed(component, rule, &[], None, sink);
}

/// Each address of a DELEGATED-TO is an attendee too.
fn delegates_listed(
    component: &Component,
    rule: Rule,
    also: &[Rule],
    reading: Option<&'static str>,
    sink: &mut Sink,
) {
    let delegators = || {
        component
            .properties_named("ATTENDEE")
            .filter(|attendee| attendee.find_param("DELEGATED-TO").is_some())
    };
    if delegators().next().is_none() {
        return;
    }
    sink.applies(rule);
    let listed: HashSet<String> = component
        .properties_named("ATTENDEE")
        .map(|attendee| normalize(&attendee.value))
        .collect();
    for attendee in delegators() {
        let mut several = 0;
        for ((index, place), address) in addresses(attendee, "DELEGATED-TO") {
            several += 1;
            if !listed.contains(&normalize(address)) {
                sink.breach_by(rule, also, reading, || {
                    Breach::absent(
                        Spot::param_value(component, attendee, index, place),
                        format!("the delegate {} is no ATTENDEE", shown(address)),
                    )
                });
            }
        }
        if several > 1 {
            sink.applies(rule::SEVERAL_DELEGATES);
        }
    }
}

fn reply(component: &Component, todo: bool, sink: &mut Sink) {
    let (to, also): (Rule, &[Rule]) = if todo {
        (rule::TODO_DELEGATED_TO, &[rule::TODO_DELEGATED_TO_TOO])
    } else {
        (
            rule::DELEGATED_TO,
            &[rule::DELEGATED_TO_SHOULD, rule::DELEGATED_TO_EXAMPLE],
        )
    };
    for attendee in component.properties_named("ATTENDEE") {
        let names = attendee.find_param("DELEGATED-TO").is_some();
        let delegated = is(attendee, "DELEGATED");
        if !names && !delegated {
            continue;
        }
        [&[to, rule::DELEGATED_PARTSTAT], also]
            .concat()
            .into_iter()
            .for_each(|rule| sink.applies(rule));
        if !names {
            sink.breach_by(to, also, None, || {
                Breach::absent(
                    Spot::property(component, attendee),
                    "PARTSTAT=DELEGATED without DELEGATED-TO",
                )
            });
        }
        if !delegated {
            sink.breach(rule::DELEGATED_PARTSTAT, || {
                Breach::new(
                    Spot::property(component, attendee),
                    "DELEGATED-TO without PARTSTAT=DELEGATED",
                )
            });
        }
    }
    if !todo {
        let also = [rule::DELEGATE_LISTED_EXAMPLE];
        delegates_listed(component, rule::DELEGATE_LISTED, &also, Some("P1"), sink);
    }
}
