//! One property: its name, its parameters, and its value by its type.

use super::super::catalog::{self, Known, Type};
use super::super::finding::{Breach, Sink, Spot, shown};
use super::super::kind::Kind;
use super::super::rule;
use super::{param, value};
use crate::ical::{Component, Property};

/// A property and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Here<'a> {
    pub component: &'a Component,
    pub kind: Kind,
    pub property: &'a Property,
    pub known: Option<&'static Known>,
}

/// Looks at a property by itself; its index, if it is known.
pub(super) fn property(
    component: &Component,
    kind: Kind,
    property: &Property,
    sink: &mut Sink,
) -> Option<usize> {
    let known = catalog::property(&property.name);
    let here = Here {
        component,
        kind,
        property,
        known,
    };
    if !property.params.is_empty() {
        param::params(here, sink);
    }
    match known {
        Some(known) => typed(here, known, sink),
        None => unknown(here, sink),
    }
    known.map(|known| known.index)
}

fn unknown(here: Here<'_>, sink: &mut Sink) {
    let name = &here.property.name;
    let spot = || Spot::property(here.component, here.property);
    if !is_name(name) {
        sink.breach(rule::NAME, || {
            Breach::new(spot(), format!("{} is no name of a property", shown(name)))
        });
    } else if !catalog::is_experimental(name) && here.kind != Kind::Extension {
        sink.breach(rule::PROPERTY_UNKNOWN, || {
            Breach::new(
                spot(),
                format!("{name} is no registered property and does not begin with X-"),
            )
        });
    }
}

fn typed(here: Here<'_>, known: &Known, sink: &mut Sink) {
    let default = known.types.first().copied().unwrap_or(Type::Other);
    let Some(named) = here.property.param("VALUE") else {
        return value::value(here, default, known.list, sink);
    };
    sink.applies(rule::VALUE_TYPE);
    let named_type = Type::of(named);
    let fits = known.types.iter().find(|own| own.general() == named_type);
    match fits {
        Some(Type::Other) => {}
        Some(own) => value::value(here, *own, known.list, sink),
        None if known.is_extension() => {}
        None => sink.breach(rule::VALUE_TYPE, || {
            let index = here.property.params.iter().position(|param| param.is("VALUE"));
            let spot = Spot::param(here.component, here.property, index.unwrap_or(0));
            Breach::new(spot, format!("{} is never of type {}", known.name, shown(named)))
        }),
    }
}

/// A name in the grammar of section 3.1.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|octet| octet.is_ascii_alphanumeric() || octet == b'-')
}
