//! One iTIP message: what the comments of its restriction table and the prose say.

use std::collections::HashSet;

use super::catalog;
use super::finding::{Breach, Sink, Spot, shown};
use super::kind::{Kind, Method};
use super::object::{Mode, Object};
use super::rule::{self, Rule};
use super::syntax::statuses;
use super::table::{Comment, Table, tables};
use super::{busy, delegation, request_status, scheduling};
use crate::ical::address::address_eq;
use crate::ical::{Component, Property};

/// Looks at a message as a whole, after its components.
pub(super) fn message(object: &Object<'_>, sink: &mut Sink) {
    method(object, sink);
    version(object, sink);
    one_type(object, sink);
    rows(object, sink);
    delegation::message(object, sink);
    attendees(object, sink);
    request_status::message(object, sink);
    if object.kind == Some(Kind::FreeBusy) {
        busy::message(object, sink);
    }
    scheduling::sent(object, sink);
}

fn method(object: &Object<'_>, sink: &mut Sink) {
    sink.applies(rule::METHOD);
    let Some(name) = object.method_name else {
        return sink.breach(rule::METHOD, || {
            let hint = match object.mode {
                Mode::FreeBusyReply => "",
                _ => " (a stored object has none: --stored)",
            };
            Breach::absent(
                Spot::component(object.calendar),
                format!("METHOD is missing: a message has exactly one{hint}"),
            )
        });
    };
    sink.applies(rule::METHODS);
    let spot = || match object.calendar.property("METHOD") {
        Some(method) => Spot::value(object.calendar, method),
        None => Spot::component(object.calendar),
    };
    let Some(method) = object.method else {
        return sink.breach(rule::METHODS, || {
            let names: Vec<&str> = Method::ALL.iter().map(|method| method.name()).collect();
            Breach::new(
                spot(),
                format!("{} is no method ({})", shown(name), names.join(", ")),
            )
        });
    };
    sink.applies(rule::METHOD_DEFINED);
    let Some(kind) = object.kind else {
        return about_nothing(object, method, sink);
    };
    if object.table.is_none() {
        sink.breach(rule::METHOD_DEFINED, || {
            Breach::new(spot(), format!("there is no {method} of a {}", kind.name()))
        });
    }
    if object.mode == Mode::FreeBusyReply && (kind, method) != (Kind::FreeBusy, Method::Reply) {
        sink.breach(rule::METHOD_DEFINED, || {
            Breach::new(
                spot(),
                format!(
                    "expected a REPLY of a VFREEBUSY, not a {method} of a {}",
                    kind.name()
                ),
            )
        });
    }
}

/// Every table of the method has a component that the message is about.
fn about_nothing(object: &Object<'_>, method: Method, sink: &mut Sink) {
    let tables = tables().iter().filter(|table| table.method == Some(method));
    let mut rules: Vec<Rule> = tables.filter_map(Table::rule).collect();
    if object.calendar.components().next().is_none() {
        rules.push(rule::OBJECT_COMPONENTS);
    }
    if let [first, also @ ..] = rules.as_slice() {
        sink.breach_by(*first, also, None, || {
            Breach::absent(
                Spot::component(object.calendar),
                format!("the {method} is about nothing: VEVENT, VTODO, VJOURNAL or VFREEBUSY is missing"),
            )
        });
    }
}

fn version(object: &Object<'_>, sink: &mut Sink) {
    if let Some(version) = object.calendar.property("VERSION") {
        let rules = [rule::ITIP_VERSION, rule::VERSION];
        rules.into_iter().for_each(|rule| sink.applies(rule));
        if version.value != "2.0" {
            sink.breach_by(rules[0], &rules[1..], None, || {
                Breach::new(
                    Spot::value(object.calendar, version),
                    format!("VERSION is 2.0, not {}", shown(&version.value)),
                )
            });
        }
    }
}

fn one_type(object: &Object<'_>, sink: &mut Sink) {
    let Some(kind) = object.kind else { return };
    sink.applies(rule::ONE_TYPE);
    let mut others = object.calendar.components().filter(|component| {
        let other = Kind::of(&component.name);
        other.is_scheduled() && other != kind
    });
    // Most tables say so too, in rows of their own.
    let says = |other: &Component| {
        let name = Kind::of(&other.name).name();
        object
            .table
            .is_some_and(|table| table.presence("VCALENDAR", name).is_some())
    };
    if let Some(other) = others.find(|other| !says(other)) {
        sink.breach(rule::ONE_TYPE, || {
            Breach::new(
                Spot::component(other),
                format!("{} in a message about {}", other.name, kind.name()),
            )
        });
    }
}

/// The comments of the table.
fn rows(object: &Object<'_>, sink: &mut Sink) {
    let Some(table) = object.table else { return };
    sink.applies(rule::LEGEND);
    for comment in &table.comments {
        let Some(rule) = comment.requirement_rule() else {
            continue;
        };
        match comment.rule {
            "row" => sink.applies(rule),
            "same-uid" => same_uid(object, rule, sink),
            "values" => each(object, comment, rule, sink, values),
            "excludes" => each(object, comment, rule, sink, excludes),
            "above-zero" => each(object, comment, rule, sink, above_zero),
            "utc" => each(object, comment, rule, sink, utc),
            "partstat" => each(object, comment, rule, sink, partstat),
            "cancels" => each(object, comment, rule, sink, cancels),
            _ => {}
        }
    }
    extensions(object, sink);
}

fn each(
    object: &Object<'_>,
    comment: &Comment,
    rule: Rule,
    sink: &mut Sink,
    check: fn(&Component, &Comment, Rule, &mut Sink),
) {
    for component in object.scheduled() {
        check(component, comment, rule, sink);
    }
}

fn same_uid(object: &Object<'_>, rule: Rule, sink: &mut Sink) {
    sink.applies(rule);
    let mut uids = object
        .scheduled()
        .filter_map(|component| Some((component, component.property("UID")?)));
    let Some((_, first)) = uids.next() else { return };
    if let Some((component, other)) = uids.find(|(_, uid)| uid.value != first.value) {
        sink.breach(rule, || {
            Breach::new(
                Spot::value(component, other),
                format!(
                    "the UID is {}, that of the first {} {}",
                    shown(&other.value),
                    component.name,
                    shown(&first.value)
                ),
            )
        });
    }
}

fn values(component: &Component, comment: &Comment, rule: Rule, sink: &mut Sink) {
    let Some(property) = component.property(comment.row) else {
        return;
    };
    sink.applies(rule);
    let is_value = |words: &[&str]| {
        words
            .iter()
            .any(|word| word.eq_ignore_ascii_case(&property.value))
    };
    // What RFC 5545 does not have was found there.
    let known = statuses(Kind::of(&component.name)).is_none_or(is_value);
    if known && !is_value(&comment.arguments) {
        sink.breach(rule, || {
            Breach::new(
                Spot::value(component, property),
                format!(
                    "{} is not one of {}",
                    shown(&property.value),
                    comment.arguments.join(", ")
                ),
            )
        });
    }
}

fn excludes(component: &Component, comment: &Comment, rule: Rule, sink: &mut Sink) {
    let Some(property) = component.property(comment.row) else {
        return;
    };
    sink.applies(rule);
    for other in comment
        .arguments
        .iter()
        .filter_map(|name| component.property(name))
    {
        let own = match Kind::of(&component.name) {
            Kind::Event => Some(rule::EVENT_END),
            Kind::Todo => Some(rule::TODO_END),
            _ => None,
        };
        sink.breach_by(rule, own.as_slice(), None, || {
            Breach::new(
                Spot::property(component, other),
                format!("{} beside {}", other.name, property.name),
            )
        });
    }
}

fn above_zero(component: &Component, comment: &Comment, rule: Rule, sink: &mut Sink) {
    let Some(property) = component.property(comment.row) else {
        return;
    };
    sink.applies(rule);
    if property.value.trim().parse() == Ok(0) {
        sink.breach(rule, || {
            Breach::new(
                Spot::value(component, property),
                format!("{} is greater than 0", comment.row),
            )
        });
    }
}

fn utc(component: &Component, comment: &Comment, rule: Rule, sink: &mut Sink) {
    for property in comment
        .arguments
        .iter()
        .filter_map(|name| component.property(name))
    {
        sink.applies(rule);
        if !property.value.ends_with('Z') {
            sink.breach(rule, || {
                Breach::new(
                    Spot::value(component, property),
                    format!("{} is in UTC, with Z at the end", property.name),
                )
            });
        }
    }
}

/// Whether STATUS must be there depends on who was invited before, except for what was published: it has no attendees.
fn cancels(component: &Component, comment: &Comment, rule: Rule, sink: &mut Sink) {
    let has = |name| component.property(name).is_some();
    match component.property(comment.row) {
        Some(status) => {
            sink.applies(rule);
            if !status.value.eq_ignore_ascii_case("CANCELLED") {
                sink.breach(rule, || {
                    Breach::new(
                        Spot::value(component, status),
                        format!("STATUS of a CANCEL is CANCELLED, not {}", shown(&status.value)),
                    )
                });
            }
        }
        None if has("RECURRENCE-ID") || has("ATTENDEE") => {}
        None => sink.breach(rule, || {
            Breach::absent(
                Spot::component(component),
                format!(
                    "all of the {} is cancelled, without STATUS:CANCELLED",
                    component.name
                ),
            )
        }),
    }
}

/// Of a REPLY: of the attendee who replies. The others of a delegation have theirs from elsewhere.
fn partstat(component: &Component, comment: &Comment, rule: Rule, sink: &mut Sink) {
    let mut attendees = component.properties_named("ATTENDEE");
    let (Some(attendee), None) = (attendees.next(), attendees.next()) else {
        return;
    };
    sink.applies(rule);
    let found = attendee.param("PARTSTAT").unwrap_or("NEEDS-ACTION");
    if catalog::is_experimental(found)
        || comment
            .arguments
            .iter()
            .any(|word| word.eq_ignore_ascii_case(found))
    {
        return;
    }
    sink.breach(rule, || {
        let words = comment.arguments.join(", ");
        if attendee.param("PARTSTAT").is_none() {
            Breach::absent(
                Spot::property(component, attendee),
                format!("the attendee who replies has no PARTSTAT ({words})"),
            )
        } else {
            Breach::new(
                Spot::property(component, attendee),
                format!(
                    "PARTSTAT of the attendee who replies is {} ({words})",
                    shown(found)
                ),
            )
        }
    });
}

/// What may be there and is: extensions, and texts without a text.
fn extensions(object: &Object<'_>, sink: &mut Sink) {
    for property in object.scheduled().flat_map(Component::properties) {
        match catalog::property(&property.name) {
            Some(known) if property.value.is_empty() && ["SUMMARY", "DESCRIPTION"].contains(&known.name) => {
                sink.applies(rule::EMPTY_TEXT);
            }
            Some(known) if !known.is_extension() => {}
            _ => {
                sink.applies(rule::EXTENSIONS);
                if object.method == Some(Method::Reply) {
                    sink.applies(rule::REPLY_EXTENSIONS);
                }
            }
        }
    }
}

fn attendees(object: &Object<'_>, sink: &mut Sink) {
    if object.method != Some(Method::Request) {
        return;
    }
    for component in object.scheduled() {
        let organizer = component.property("ORGANIZER");
        let mut chairs = component
            .properties_named("ATTENDEE")
            .filter(|attendee| role(attendee, "CHAIR"));
        if organizer.is_some_and(|organizer| chairs.any(|chair| !address_eq(&chair.value, &organizer.value)))
        {
            sink.applies(rule::OTHER_CHAIR);
        }
        if object.kind == Some(Kind::Todo) && component.property("ATTENDEE").is_some() {
            sink.applies(rule::ASSIGNEES);
            let assigned = component
                .properties_named("ATTENDEE")
                .any(|attendee| attendee.param("ROLE").is_none() || role(attendee, "REQ-PARTICIPANT"));
            if !assigned {
                sink.breach(rule::ASSIGNEES, || {
                    Breach::absent(
                        Spot::component(component),
                        "the task is assigned to nobody: no ATTENDEE with ROLE=REQ-PARTICIPANT, the default",
                    )
                });
            }
        }
    }
}

fn role(attendee: &Property, role: &str) -> bool {
    attendee
        .param("ROLE")
        .is_some_and(|found| found.eq_ignore_ascii_case(role))
}

/// Looks at a VALARM (section 3.1.3), at what RFC 5546 dropped, and at what RFC 5545 has an ACTION need.
pub(super) fn component(object: &Object<'_>, component: &Component, kind: Kind, sink: &mut Sink) {
    if kind == Kind::Alarm {
        alarm(object, component, sink);
    }
    sink.applies(rule::NO_EXRULE);
    if let Some(exrule) = component.property("EXRULE") {
        sink.breach(rule::NO_EXRULE, || {
            Breach::new(Spot::property(component, exrule), "EXRULE is not used any more")
        });
    }
    if let Some(id) = component.property("RECURRENCE-ID")
        && let Some(range) = id.param("RANGE")
    {
        sink.applies(rule::NO_PRIOR);
        if range.eq_ignore_ascii_case("THISANDPRIOR") {
            sink.breach(rule::NO_PRIOR, || {
                Breach::new(
                    Spot::property(component, id),
                    "RANGE=THISANDPRIOR is not used any more",
                )
            });
        }
    }
}

fn alarm(object: &Object<'_>, component: &Component, sink: &mut Sink) {
    let has = |name: &str| component.property(name).is_some();
    let (rule, also) = if object.is_message() {
        (rule::ALARM_PAIR, vec![rule::ALARM_REPEAT])
    } else {
        (rule::ALARM_REPEAT, Vec::new())
    };
    sink.applies(rule);
    if has("DURATION") != has("REPEAT") {
        let (there, missing) = if has("REPEAT") {
            ("REPEAT", "DURATION")
        } else {
            ("DURATION", "REPEAT")
        };
        sink.breach_by(rule, &also, None, || {
            Breach::absent(Spot::component(component), format!("{there} without {missing}"))
        });
    }
    let Some(action) = component.property("ACTION") else {
        return;
    };
    let is = |name: &str| action.value.eq_ignore_ascii_case(name);
    sink.applies(rule::NO_PROCEDURE);
    if is("PROCEDURE") {
        sink.breach(rule::NO_PROCEDURE, || {
            Breach::new(
                Spot::value(component, action),
                "ACTION:PROCEDURE is not used any more",
            )
        });
    }
    let needs: &[&str] = if is("DISPLAY") {
        &["DESCRIPTION"]
    } else if is("EMAIL") {
        &["DESCRIPTION", "SUMMARY", "ATTENDEE"]
    } else {
        return;
    };
    sink.applies(rule::ALARM_ACTION);
    for name in needs.iter().filter(|name| !has(name)) {
        sink.breach(rule::ALARM_ACTION, || {
            Breach::absent(
                Spot::component(component),
                format!("{name} is missing: ACTION:{} needs it", action.value),
            )
        });
    }
}

/// Looks at the Content-Type that the message came with (section 3).
pub(super) fn content_type(object: &Object<'_>, content_type: &str, sink: &mut Sink) {
    let mut parts = content_type.split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default();
    sink.applies(rule::MEDIA_TYPE);
    if !media_type.eq_ignore_ascii_case("text/calendar") {
        sink.breach(rule::MEDIA_TYPE, || {
            Breach::new(
                Spot::component(object.calendar),
                format!("the Content-Type is {}, not text/calendar", shown(media_type)),
            )
        });
    }
    let method = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("method")
            .then(|| value.trim().trim_matches('"'))
    });
    let (Some(outside), Some(inside)) = (method, object.method_name) else {
        return;
    };
    if !outside.eq_ignore_ascii_case(inside) {
        sink.breach(rule::METHOD, || {
            Breach::new(
                Spot::component(object.calendar),
                format!(
                    "METHOD is {}, that of the Content-Type {}",
                    shown(inside),
                    shown(outside)
                ),
            )
        });
    }
}

/// UIDs of the components.
pub(super) fn uids<'a>(object: &Object<'a>) -> HashSet<&'a str> {
    object
        .scheduled()
        .filter_map(|component| Some(component.property("UID")?.value.as_str()))
        .collect()
}
