//! How often things are there: the restriction tables, and RFC 5545 where they say nothing.

use super::catalog;
use super::delegation;
use super::finding::{Breach, Sink, Spot};
use super::kind::{Kind, Method};
use super::object::Object;
use super::rule::{self, Rule};
use super::table::{self, Presence, Table};
use crate::ical::Component;

/// Looks at the properties of a component.
pub(super) fn properties(
    object: &Object<'_>,
    component: &Component,
    kind: Kind,
    counts: &[u32],
    sink: &mut Sink,
) {
    let table = table_for(object, kind);
    let scope = table.and_then(|table| table.scope(&component.name));
    let table_rule = table.and_then(Table::rule);
    let own = rule_of(kind);
    table_rule
        .into_iter()
        .chain(own)
        .for_each(|rule| sink.applies(rule));
    // A row of the method's own table (see `calendar`).
    let elsewhere = if kind == Kind::Calendar && object.table.is_some() {
        "METHOD"
    } else {
        ""
    };
    for known in catalog::properties_by_index()
        .iter()
        .filter(|known| known.name != elsewhere)
    {
        let count = counts[known.index];
        let by_grammar = known.count(kind);
        let by_table = scope.and_then(|scope| scope.properties[known.index]);
        let broken = by_grammar.is_ok_and(|presence| !presence.allows(count));
        if let (Some(table), Some(rule), Some(presence)) = (table, table_rule, by_table) {
            if !presence.allows(count) && !is_delegation(object, component, known.name, count, presence) {
                let also = own.filter(|_| broken);
                row(
                    object,
                    component,
                    table,
                    rule,
                    (known.name, count, presence),
                    also,
                    sink,
                );
            }
            continue;
        }
        if by_grammar.is_err() && count > 0 {
            misplaced(component, kind, known.name, sink);
        } else if broken && let (Some(rule), Ok(presence)) = (own, by_grammar) {
            sink.breach(rule, || breach(object, component, known.name, count, presence));
        }
    }
}

/// The table that restricts the properties of this kind of component.
fn table_for(object: &Object<'_>, kind: Kind) -> Option<&'static Table> {
    if !object.is_message() {
        return None;
    }
    match kind {
        Kind::Calendar | Kind::Alarm | Kind::TimeZone => table::common(kind),
        Kind::Observance => table::common(Kind::TimeZone),
        _ if object.kind == Some(kind) => object.table,
        _ => None,
    }
}

/// The requirement of RFC 5545 for how often properties are in this kind of component.
fn rule_of(kind: Kind) -> Option<Rule> {
    Some(match kind {
        Kind::Calendar => rule::OBJECT_PROPERTIES,
        Kind::Event => rule::EVENT,
        Kind::Todo => rule::TODO,
        Kind::Journal => rule::JOURNAL,
        Kind::FreeBusy => rule::FREE_BUSY,
        Kind::Alarm => rule::ALARM,
        Kind::TimeZone | Kind::Observance => rule::TIME_ZONE,
        Kind::Extension => return None,
    })
}

/// Reading P1: further attendees of a REPLY that delegation ties to another one.
fn is_delegation(
    object: &Object<'_>,
    component: &Component,
    name: &str,
    count: u32,
    presence: Presence,
) -> bool {
    name == "ATTENDEE"
        && object.method == Some(Method::Reply)
        && presence.most == 1
        && count > 1
        && delegation::ties_all(component)
}

fn row(
    object: &Object<'_>,
    component: &Component,
    table: &'static Table,
    rule: Rule,
    (name, count, presence): (&'static str, u32, Presence),
    own: Option<Rule>,
    sink: &mut Sink,
) {
    let mut also: Vec<Rule> = table
        .comments_of("row")
        .filter(|(comment, _)| comment.row == name)
        .map(|(_, rule)| rule)
        .collect();
    also.extend(own);
    let missing = count < presence.least;
    sink.breach_by(rule, &also, table.reading(name, missing), || {
        breach(object, component, name, count, presence)
    });
}

fn breach(object: &Object<'_>, component: &Component, name: &str, count: u32, presence: Presence) -> Breach {
    let of = object.of_method(&component.name.to_ascii_uppercase());
    let first_too_many = component.properties_named(name).nth(presence.most as usize);
    let spot = first_too_many.map(|property| Spot::property(component, property));
    miscounted(&of, component, spot, (name, count, presence))
}

/// There is too little of something in `whole`, or too much, the first of it at `too_many`.
fn miscounted(
    of: &str,
    whole: &Component,
    too_many: Option<Spot>,
    (name, count, presence): (&str, u32, Presence),
) -> Breach {
    let allowed = presence.words();
    if count < presence.least {
        return Breach::absent(
            Spot::component(whole),
            format!("{name} is missing: {of} has {allowed}"),
        );
    }
    Breach::new(
        too_many.unwrap_or_else(|| Spot::component(whole)),
        if presence.most == 0 {
            format!("{of} has no {name}")
        } else {
            format!("{count} times {name}: {of} has {allowed}")
        },
    )
}

fn misplaced(component: &Component, kind: Kind, name: &'static str, sink: &mut Sink) {
    // Reported by its own requirement.
    if name == "EXRULE" {
        return;
    }
    sink.breach(rule::PROPERTY_PLACE, || {
        let property = component.property(name);
        let spot = property.map_or_else(
            || Spot::component(component),
            |property| Spot::property(component, property),
        );
        Breach::new(spot, format!("{name} does not stand in {}", kind.name()))
    });
}

/// Looks at the components of a message, by the rows for VCALENDAR, and at its METHOD.
pub(super) fn calendar(object: &Object<'_>, sink: &mut Sink) {
    let Some((table, rule, scope)) = object
        .table
        .and_then(|table| Some((table, table.rule()?, table.scope("VCALENDAR")?)))
    else {
        return;
    };
    for row in &scope.rows {
        let Some(presence) = row.presence else { continue };
        if row.name == "METHOD" {
            let count = object.calendar.properties_named("METHOD").count();
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            if !presence.allows(count) {
                sink.breach_by(rule, &[rule::OBJECT_PROPERTIES], None, || {
                    breach(object, object.calendar, "METHOD", count, presence)
                });
            }
            continue;
        }
        let kind = Kind::of(row.name);
        if kind == Kind::Extension {
            continue;
        }
        let mut count = object.of_kind(kind).count();
        if kind == Kind::TimeZone && presence.most == 1 && count > 1 {
            count = zones_that_count(object).max(1);
        }
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        if !presence.allows(count) {
            let missing = count < presence.least;
            sink.breach_by(rule, &[], table.reading(row.name, missing), || {
                component(object, kind, row.name, count, presence)
            });
        }
    }
    alarms(object, table, rule, sink);
}

/// Reading P2: as many VTIMEZONEs as are referred to count as one.
fn zones_that_count(object: &Object<'_>) -> usize {
    let used: std::collections::HashSet<&str> = super::zones::uses(object).map(|(_, _, tzid)| tzid).collect();
    let idle = object.of_kind(Kind::TimeZone).filter(|zone| {
        !zone
            .property("TZID")
            .is_some_and(|tzid| used.contains(tzid.value.as_str()))
    });
    1 + idle.count()
}

fn component(object: &Object<'_>, kind: Kind, name: &str, count: u32, presence: Presence) -> Breach {
    let of = object.method.map_or(String::new(), |method| {
        format!("a {method} of {}s", object.kind.map_or("", Kind::name))
    });
    let first_too_many = object.of_kind(kind).nth(presence.most as usize);
    let spot = first_too_many.map(Spot::component);
    miscounted(&of, object.calendar, spot, (name, count, presence))
}

/// VALARM is a row of the component's scope.
fn alarms(object: &Object<'_>, table: &'static Table, rule: Rule, sink: &mut Sink) {
    let Some(presence) = table.presence(table.kind.name(), "VALARM") else {
        return;
    };
    if presence.most == u32::MAX {
        return;
    }
    for component in object.scheduled() {
        if let Some(alarm) = component.components_named("VALARM").nth(presence.most as usize) {
            sink.breach_by(rule, &[], table.reading("VALARM", false), || {
                let of = object.of_method(&component.name.to_ascii_uppercase());
                Breach::new(Spot::component(alarm), format!("{of} has no VALARM"))
            });
        }
    }
}
