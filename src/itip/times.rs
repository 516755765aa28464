//! How the times of a component fit one another (RFC 5545, sections 3.3.10, 3.6.1, 3.6.2 and 3.8.2).

use std::cmp::Ordering;
use std::collections::HashMap;

use super::finding::{Breach, Sink, Spot};
use super::kind::Kind;
use super::object::{Object, time_of};
use super::rule::{self, Rule};
use super::syntax::recur_part;
use crate::ical::rule::Rule as Recurrence;
use crate::ical::time::{DateTime, DateValue, Duration, Zone};
use crate::ical::{Component, Property};

/// Looks at the times of a component.
pub(super) fn component(object: &Object<'_>, component: &Component, kind: Kind, sink: &mut Sink) {
    match kind {
        Kind::Event => {
            ends(
                object,
                component,
                "DTEND",
                (rule::DTEND_TYPE, rule::DTEND_LATER),
                sink,
            );
            event(object, component, sink);
        }
        Kind::Todo => {
            ends(object, component, "DUE", (rule::DUE_TYPE, rule::DUE_LATER), sink);
            todo(object, component, sink);
        }
        Kind::FreeBusy => ends(
            object,
            component,
            "DTEND",
            (rule::DTEND_TYPE, rule::DTEND_LATER),
            sink,
        ),
        Kind::Journal | Kind::Observance => {}
        _ => return,
    }
    if component.property("RRULE").is_some() {
        rules(component, kind, sink);
    }
}

/// RECURRENCE-ID of the overrides against DTSTART of what they override (section 3.8.4.4).
pub(super) fn overrides(object: &Object<'_>, sink: &mut Sink) {
    let mut masters = HashMap::new();
    for component in object.scheduled() {
        if component.property("RECURRENCE-ID").is_none()
            && let (Some(uid), Some(start)) = (component.property("UID"), time_of(component, "DTSTART"))
        {
            masters.insert(uid.value.as_str(), start.is_date());
        }
    }
    for component in object.scheduled() {
        let (Some(uid), Some(property)) = (component.property("UID"), component.property("RECURRENCE-ID"))
        else {
            continue;
        };
        let (Some(of_master), Ok(id)) = (masters.get(uid.value.as_str()), DateValue::of(property)) else {
            continue;
        };
        sink.applies(rule::RECURRENCE_ID_TYPE);
        if id.is_date() != *of_master {
            sink.breach(rule::RECURRENCE_ID_TYPE, || {
                let what = |date| if date { "a DATE" } else { "a DATE-TIME" };
                Breach::new(
                    Spot::value(component, property),
                    format!(
                        "RECURRENCE-ID is {}, but DTSTART of the series is {}",
                        what(id.is_date()),
                        what(*of_master)
                    ),
                )
            });
        }
    }
}

/// DTEND and DUE against DTSTART.
fn ends(
    object: &Object<'_>,
    component: &Component,
    name: &'static str,
    (of_type, later): (Rule, Rule),
    sink: &mut Sink,
) {
    let Some(property) = component.property(name) else {
        return;
    };
    let (Some(start), Ok(end)) = (time_of(component, "DTSTART"), DateValue::of(property)) else {
        return;
    };
    sink.applies(later);
    // Messages about busy time need UTC for both, by their tables.
    let by_table = object.kind == Some(Kind::FreeBusy) && object.table.is_some();
    if by_table && is_floating(&start) != is_floating(&end) {
        return;
    }
    sink.applies(of_type);
    if start.is_date() != end.is_date() || is_floating(&start) != is_floating(&end) {
        sink.breach(of_type, || {
            let of = |value: &DateValue| match value {
                DateValue::Date(_) => "a DATE",
                value if is_floating(value) => "a floating time",
                DateValue::DateTime(_) => "a time of a zone",
            };
            Breach::new(
                Spot::value(component, property),
                format!("{name} is {}, but DTSTART is {}", of(&end), of(&start)),
            )
        });
        return;
    }
    let (what, reading) = match object.compare(&end, &start) {
        Some(Ordering::Less) => ("before", None),
        Some(Ordering::Equal) => ("the same as", Some("P25")),
        _ => return,
    };
    sink.breach_by(later, &[], reading, || {
        Breach::new(
            Spot::value(component, property),
            format!("{name} is {what} DTSTART"),
        )
    });
}

fn is_floating(value: &DateValue) -> bool {
    matches!(
        value,
        DateValue::DateTime(DateTime {
            zone: Zone::Floating,
            ..
        })
    )
}

fn event(object: &Object<'_>, component: &Component, sink: &mut Sink) {
    if object.method_name.is_none() {
        sink.applies(rule::EVENT_START);
        if component.property("DTSTART").is_none() {
            sink.breach(rule::EVENT_START, || {
                Breach::absent(Spot::component(component), "DTSTART is missing")
            });
        }
    }
    if object.table.is_none() {
        excludes(component, "DTEND", rule::EVENT_END, sink);
    }
    if let Some(property) = component.property("DURATION")
        && time_of(component, "DTSTART").is_some_and(|start| start.is_date())
        && let Ok(duration) = Duration::parse(&property.value)
    {
        sink.applies(rule::DAY_DURATION);
        if duration.exact_seconds() != 0 || property.value.contains('T') {
            sink.breach(rule::DAY_DURATION, || {
                Breach::new(
                    Spot::value(component, property),
                    "DURATION is in days or weeks where DTSTART is a DATE",
                )
            });
        }
    }
}

fn todo(object: &Object<'_>, component: &Component, sink: &mut Sink) {
    if object.table.is_none() {
        excludes(component, "DUE", rule::TODO_END, sink);
    }
    if let Some(duration) = component.property("DURATION") {
        sink.applies(rule::TODO_END);
        if component.property("DTSTART").is_none() {
            sink.breach(rule::TODO_END, || {
                Breach::absent(Spot::property(component, duration), "DURATION without DTSTART")
            });
        }
    }
}

/// DURATION not beside this one. In messages the comments of the tables say the same.
fn excludes(component: &Component, other: &'static str, rule: Rule, sink: &mut Sink) {
    if let Some(duration) = component.property("DURATION") {
        sink.applies(rule);
        if component.property(other).is_some() {
            sink.breach(rule, || {
                Breach::new(
                    Spot::property(component, duration),
                    format!("DURATION beside {other}"),
                )
            });
        }
    }
}

/// How RRULE fits DTSTART.
fn rules(component: &Component, kind: Kind, sink: &mut Sink) {
    let Some(start) = time_of(component, "DTSTART") else {
        return;
    };
    for property in component.properties_named("RRULE") {
        let Ok(rule) = Recurrence::parse(&property.value) else {
            continue;
        };
        if let Some(until) = &rule.until {
            judge_until(component, kind, property, &start, until, sink);
        }
        if start.is_date() {
            sink.applies(rule::BY_TIME);
            for name in ["BYHOUR", "BYMINUTE", "BYSECOND"] {
                if let Some((_, offset, length)) = recur_part(&property.value, name) {
                    sink.breach(rule::BY_TIME, || {
                        Breach::new(
                            Spot::part(component, property, offset, length),
                            format!("{name} where DTSTART is a DATE"),
                        )
                    });
                }
            }
        }
        if kind != Kind::Observance {
            sink.applies(rule::RRULE_START);
            if rule.names(start.local()) == Some(false) {
                sink.breach(rule::RRULE_START, || {
                    Breach::new(
                        Spot::value(component, property),
                        "DTSTART is no instance of the recurrence rule",
                    )
                });
            }
        }
    }
}

fn judge_until(
    component: &Component,
    kind: Kind,
    property: &Property,
    start: &DateValue,
    until: &DateValue,
    sink: &mut Sink,
) {
    let spot = || {
        let (offset, length) = recur_part(&property.value, "UNTIL").map_or((0, 1), |part| (part.1, part.2));
        Spot::part(component, property, offset, length)
    };
    let is_utc = matches!(until, DateValue::DateTime(DateTime { zone: Zone::Utc, .. }));
    if kind == Kind::Observance {
        sink.applies(rule::OBSERVANCE_UNTIL);
        if !is_utc {
            sink.breach(rule::OBSERVANCE_UNTIL, || {
                Breach::new(
                    spot(),
                    format!("UNTIL in {} is in UTC, with Z at the end", component.name),
                )
            });
        }
        return;
    }
    sink.applies(rule::UNTIL_TYPE);
    if until.is_date() != start.is_date() {
        sink.breach(rule::UNTIL_TYPE, || {
            let what = if until.is_date() { "a DATE" } else { "a DATE-TIME" };
            Breach::new(spot(), format!("UNTIL is {what}, and DTSTART is not"))
        });
    } else if !start.is_date() {
        sink.applies(rule::UNTIL_ZONE);
        if is_floating(start) == is_utc {
            sink.breach(rule::UNTIL_ZONE, || {
                Breach::new(
                    spot(),
                    if is_utc {
                        "UNTIL is in UTC, and DTSTART is a floating time"
                    } else {
                        "UNTIL is in UTC, with Z at the end, where DTSTART is of a time zone or in UTC"
                    },
                )
            });
        }
    }
}
