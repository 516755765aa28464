//! Busy time (RFC 5546, section 3.3).

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::finding::{Breach, Sink, Spot, shown};
use super::kind::Method;
use super::object::{Object, time_of};
use super::rule::{self, Rule};
use crate::ical::recur::period_of;
use crate::ical::time::{ListValue, list};
use crate::ical::{Component, Property};

/// One period of FREEBUSY.
struct Busy<'a> {
    property: &'a Property,
    /// Where it is in the value.
    offset: usize,
    length: usize,
    /// FBTYPE, in capital letters.
    kind: String,
    start: Timestamp,
    end: Timestamp,
}

/// Looks at the busy time of a message.
pub(super) fn message(object: &Object<'_>, sink: &mut Sink) {
    if object.method == Some(Method::Publish) {
        sink.applies(rule::ANYONE);
        if object.scheduled().count() > 1 {
            sink.applies(rule::SEVERAL_BUSY);
        }
    }
    for component in object.scheduled() {
        if component.property("FREEBUSY").is_some() {
            freebusy(object, component, sink);
        }
    }
}

fn freebusy(object: &Object<'_>, component: &Component, sink: &mut Sink) {
    let named = |rule: &'static str| {
        let comments = object
            .table
            .into_iter()
            .flat_map(move |table| table.comments_of(rule));
        comments.map(|(_, rule)| rule).collect::<Vec<_>>()
    };
    no_free(component, &named("busy"), sink);
    let periods = periods(object, component);
    in_order(component, &periods, &named("ascending"), sink);
    in_range(object, component, &periods, sink);
    overlaps(component, periods, sink);
}

fn no_free(component: &Component, table: &[Rule], sink: &mut Sink) {
    let rules = [table, &[rule::NO_FREE]].concat();
    rules.iter().for_each(|rule| sink.applies(*rule));
    for property in component.properties_named("FREEBUSY") {
        if property
            .param("FBTYPE")
            .is_some_and(|kind| kind.eq_ignore_ascii_case("FREE"))
        {
            sink.breach_by(rules[0], &rules[1..], None, || {
                Breach::new(
                    Spot::property(component, property),
                    "free time is not told: FBTYPE is another than FREE",
                )
            });
        }
    }
}

fn periods<'a>(object: &Object<'_>, component: &'a Component) -> Vec<Busy<'a>> {
    let mut periods = Vec::new();
    for property in component.properties_named("FREEBUSY") {
        let kind = property.param("FBTYPE").unwrap_or("BUSY").to_ascii_uppercase();
        let mut offset = 0;
        for (value, text) in list(property).zip(property.value.split(',')) {
            if let Ok(ListValue::Period(period)) = value
                && let Ok((start, end)) = period_of(&period, object.zones())
            {
                periods.push(Busy {
                    property,
                    offset,
                    length: text.len(),
                    kind: kind.clone(),
                    start,
                    end,
                });
            }
            offset += text.len() + 1;
        }
    }
    periods
}

fn spot(component: &Component, busy: &Busy<'_>) -> Spot {
    Spot::part(component, busy.property, busy.offset, busy.length)
}

fn text<'a>(busy: &Busy<'a>) -> &'a str {
    &busy.property.value[busy.offset..][..busy.length]
}

fn in_order(component: &Component, periods: &[Busy<'_>], table: &[Rule], sink: &mut Sink) {
    let rules = [table, &[rule::SORTED]].concat();
    rules.iter().for_each(|rule| sink.applies(*rule));
    let key = |busy: &Busy<'_>| (busy.start, busy.end);
    // Each FBTYPE has lines of its own, so order is that within a type.
    let mut last: HashMap<&str, &Busy<'_>> = HashMap::new();
    for busy in periods {
        let Some(before) = last
            .insert(&busy.kind, busy)
            .filter(|before| key(before) > key(busy))
        else {
            continue;
        };
        return sink.breach_by(rules[0], &rules[1..], None, || {
            Breach::new(
                spot(component, busy),
                format!("{} comes after {}", shown(text(busy)), shown(text(before))),
            )
        });
    }
}

fn in_range(object: &Object<'_>, component: &Component, periods: &[Busy<'_>], sink: &mut Sink) {
    let instant = |name| object.zones().instant_of(&time_of(component, name)?).ok();
    let (Some(from), Some(to)) = (instant("DTSTART"), instant("DTEND")) else {
        return;
    };
    sink.applies(rule::FREE_BUSY_RANGE);
    for busy in periods {
        if busy.end <= from || busy.start >= to {
            sink.breach(rule::FREE_BUSY_RANGE, || {
                Breach::new(
                    spot(component, busy),
                    format!("{} is not between DTSTART and DTEND", shown(text(busy))),
                )
            });
        }
    }
}

fn overlaps(component: &Component, mut periods: Vec<Busy<'_>>, sink: &mut Sink) {
    sink.applies(rule::NO_DUPLICATES);
    sink.applies(rule::OVERLAP_TYPES);
    let mut seen = HashSet::new();
    for busy in &periods {
        if !seen.insert((busy.kind.as_str(), busy.start, busy.end)) {
            sink.breach(rule::NO_DUPLICATES, || {
                Breach::new(
                    spot(component, busy),
                    format!("{} is listed twice", shown(text(busy))),
                )
            });
        }
    }
    periods.sort_by_key(|busy| (busy.start, busy.end));
    // Of those before, the one that ends last overlaps if any does.
    let mut latest: Option<&Busy<'_>> = None;
    for busy in &periods {
        if let Some(before) = latest.filter(|before| before.end > busy.start) {
            if before.kind == busy.kind {
                sink.applies(rule::OVERLAP);
            } else {
                sink.breach(rule::OVERLAP_TYPES, || {
                    Breach::new(
                        spot(component, busy),
                        format!(
                            "{} ({}) overlaps {} ({})",
                            text(busy),
                            busy.kind,
                            text(before),
                            before.kind
                        ),
                    )
                });
            }
        }
        if latest.is_none_or(|before| busy.end > before.end) {
            latest = Some(busy);
        }
    }
}
