//! Components: BEGIN and END, names, what stands in what.

use super::super::catalog;
use super::super::finding::{Breach, Sink, Spot, shown};
use super::super::kind::Kind;
use super::super::rule;
use super::property;
use crate::ical::{Component, Document, Fault, Item, RawLine};

/// What is done at each component once its items were looked at.
pub(in crate::itip) trait Visit<'a> {
    /// `counts` has the number of properties by [`catalog::Known::index`].
    fn component(&mut self, component: &'a Component, kind: Kind, counts: &[u32], sink: &mut Sink);
    /// Before the items of an object are looked at.
    fn calendar(&mut self, calendar: &'a Component);
}

/// Components that were registered after RFC 5545.
const REGISTERED: [&str; 7] = [
    "VAVAILABILITY",
    "AVAILABLE",
    "PARTICIPANT",
    "VLOCATION",
    "VRESOURCE",
    "VPOLL",
    "VOTE",
];

/// Looks at everything in the document, in order.
pub(in crate::itip) fn walk<'a>(document: &'a Document, visit: &mut impl Visit<'a>, sink: &mut Sink) {
    for rule in [
        rule::OBJECT,
        rule::BEGIN_END,
        rule::NAME,
        rule::CONTENT_LINE,
        rule::NESTING,
        rule::COMPONENT_UNKNOWN,
        rule::PROPERTY_PLACE,
        rule::PROPERTY_UNKNOWN,
    ] {
        sink.applies(rule);
    }
    let mut outside = 0;
    for item in &document.items {
        match item {
            Item::Component(component) if component.is("VCALENDAR") => {
                visit.calendar(component);
                walk_component(component, Kind::Calendar, visit, sink);
            }
            Item::Component(component) => {
                sink.breach(rule::OBJECT, || {
                    Breach::new(
                        Spot::component(component),
                        format!("{} stands outside VCALENDAR", shown(&component.name)),
                    )
                });
                walk_component(component, Kind::of(&component.name), visit, sink);
            }
            Item::Property(property) => {
                outside += 1;
                sink.breach(rule::OBJECT, || {
                    let spot = Spot::at(property.position(), property.name.chars().count());
                    Breach::new(
                        spot,
                        format!("{} stands outside VCALENDAR", shown(&property.name)),
                    )
                });
            }
            Item::Other(line) => raw(line, None, outside > 0, sink),
        }
    }
    if document.calendar().is_none() {
        sink.breach(rule::OBJECT, || {
            Breach::absent(Spot::at(None, 1), "there is no BEGIN:VCALENDAR")
        });
    }
}

fn walk_component<'a>(component: &'a Component, kind: Kind, visit: &mut impl Visit<'a>, sink: &mut Sink) {
    delimiters(component, kind, sink);
    let mut counts = [0; 128];
    let mut after_property = false;
    for item in &component.items {
        match item {
            Item::Component(inner) => {
                let inner_kind = Kind::of(&inner.name);
                nesting(component, kind, inner, inner_kind, sink);
                walk_component(inner, inner_kind, visit, sink);
            }
            Item::Property(property) => {
                after_property = true;
                if let Some(index) = property::property(component, kind, property, sink) {
                    counts[index] += 1;
                }
            }
            Item::Other(line) => raw(line, Some(component), after_property, sink),
        }
    }
    visit.component(component, kind, &counts, sink);
}

fn delimiters(component: &Component, kind: Kind, sink: &mut Sink) {
    let name = &component.name;
    if kind == Kind::Extension {
        if !property::is_name(name) {
            sink.breach(rule::NAME, || {
                Breach::new(
                    Spot::component(component),
                    format!("{} is no name of a component", shown(name)),
                )
            });
        } else if !catalog::is_experimental(name)
            && !REGISTERED.iter().any(|known| known.eq_ignore_ascii_case(name))
        {
            sink.breach(rule::COMPONENT_UNKNOWN, || {
                Breach::new(
                    Spot::component(component),
                    format!("{name} is no registered component and does not begin with X-"),
                )
            });
        }
    }
    if component.is_unclosed() {
        sink.breach(rule::BEGIN_END, || {
            Breach::absent(
                Spot::component(component),
                format!("BEGIN:{name} has no END:{name}"),
            )
        });
    } else if component.end_raw().is_some_and(|end| !ends(end, name))
        && let Some(end) = component.end_name()
        && !end.eq_ignore_ascii_case(name)
    {
        sink.breach(rule::BEGIN_END, || {
            let length = "END:".len() + end.chars().count();
            Breach::new(
                Spot::at(component.end_position(), length).within(component),
                format!(
                    "END:{end} where END:{name} is expected (BEGIN is on line {})",
                    component.line()
                ),
            )
        });
    }
}

/// Whether the line is END of this name, as it nearly always is.
fn ends(line: &[u8], name: &str) -> bool {
    let line = line.trim_ascii_end();
    line.len() == name.len() + 4
        && line[..4].eq_ignore_ascii_case(b"END:")
        && line[4..].eq_ignore_ascii_case(name.as_bytes())
}

fn nesting(outer: &Component, outer_kind: Kind, inner: &Component, kind: Kind, sink: &mut Sink) {
    let fits = match kind {
        Kind::Extension => true,
        Kind::Calendar => false,
        Kind::Observance => outer_kind == Kind::TimeZone,
        Kind::Alarm => true,
        _ => matches!(outer_kind, Kind::Calendar | Kind::Extension),
    };
    if !fits {
        sink.breach(rule::NESTING, || {
            Breach::new(
                Spot::component(inner),
                format!("{} does not stand in {}", shown(&inner.name), shown(&outer.name)),
            )
        });
    }
    if kind == Kind::Alarm && !matches!(outer_kind, Kind::Event | Kind::Todo | Kind::Extension) {
        let reading = (outer_kind == Kind::Journal).then_some("P9");
        sink.breach_by(rule::ALARM_PLACE, &[], reading, || {
            Breach::new(
                Spot::component(inner),
                format!("VALARM stands in {}, not in VEVENT or VTODO", shown(&outer.name)),
            )
        });
    }
}

/// A line that is no content line.
fn raw(line: &RawLine, component: Option<&Component>, after_property: bool, sink: &mut Sink) {
    let rule = match line.fault() {
        Fault::StrayEnd => rule::BEGIN_END,
        Fault::BadName => rule::NAME,
        Fault::BadParameter => rule::PARAM_FORM,
        Fault::UnclosedQuote => rule::PARAM_QUOTE,
        Fault::Blank | Fault::NoColon => rule::CONTENT_LINE,
    };
    let reading = (line.fault() == Fault::Blank && component.is_none()).then_some("P31");
    sink.breach_by(rule, &[], reading, || {
        let hint = match line.fault() {
            Fault::NoColon | Fault::BadName if after_property => {
                "; if it belongs to the line before it, a space must come first"
            }
            _ => "",
        };
        let spot = match component {
            Some(component) => Spot::raw(line).within(component),
            None => Spot::raw(line),
        };
        Breach::new(spot, format!("{}{hint}", line.fault().describe()))
    });
}
