//! Parameters (RFC 5545, section 3.2).

use super::super::catalog::{self, Form, KnownParam};
use super::super::finding::{Breach, Sink, Spot, shown};
use super::super::kind::Kind;
use super::super::rule;
use super::property::{Here, is_name};
use super::value::{is_address, is_uri};
use crate::ical::Param;

/// About participation: not in VFREEBUSY and VALARM (RFC 5545, section 3.8.4.1).
const PARTICIPATION: [&str; 10] = [
    "CN",
    "ROLE",
    "PARTSTAT",
    "RSVP",
    "CUTYPE",
    "MEMBER",
    "DELEGATED-TO",
    "DELEGATED-FROM",
    "SENT-BY",
    "DIR",
];

/// Looks at the parameters of a property.
pub(super) fn params(here: Here<'_>, sink: &mut Sink) {
    for rule in [
        rule::PARAM_FORM,
        rule::PARAM_QUOTE,
        rule::PARAM_TWICE,
        rule::PARAM_PLACE,
        rule::PARAM_UNKNOWN,
    ] {
        sink.applies(rule);
    }
    for (index, param) in here.property.params.iter().enumerate() {
        let Some(known) = catalog::param(&param.name) else {
            unknown(here, index, param, sink);
            well_formed(here, index, param, sink);
            continue;
        };
        // Of hostile text there may be many; then it is enough to look at some.
        let before = &here.property.params[index.saturating_sub(64)..index];
        if before.iter().any(|other| other.is(known.name)) {
            sink.breach(rule::PARAM_TWICE, || {
                Breach::new(
                    Spot::param(here.component, here.property, index),
                    format!("{} is there twice", known.name),
                )
            });
        }
        if well_formed(here, index, param, sink) {
            value(here, index, param, known, sink);
        }
        place(here, index, known, sink);
    }
}

fn unknown(here: Here<'_>, index: usize, param: &Param, sink: &mut Sink) {
    let spot = || Spot::param(here.component, here.property, index);
    if !is_name(&param.name) {
        sink.breach(rule::NAME, || {
            Breach::new(
                spot(),
                format!("{} is no name of a parameter", shown(&param.name)),
            )
        });
    } else if !catalog::is_experimental(&param.name) && !param.values.is_empty() {
        sink.breach(rule::PARAM_UNKNOWN, || {
            Breach::new(
                spot(),
                format!(
                    "{} is no registered parameter and does not begin with X-",
                    param.name
                ),
            )
        });
    }
}

fn well_formed(here: Here<'_>, index: usize, param: &Param, sink: &mut Sink) -> bool {
    if param.values.is_empty() {
        sink.breach(rule::PARAM_FORM, || {
            Breach::new(
                Spot::param(here.component, here.property, index),
                format!(
                    "the parameter {} has no equals sign and no value",
                    shown(&param.name)
                ),
            )
        });
        return false;
    }
    for (place, value) in param.values.iter().enumerate() {
        if value.text.contains('"') {
            sink.breach(rule::PARAM_QUOTE, || {
                Breach::new(
                    Spot::param_value(here.component, here.property, index, place),
                    format!(
                        "a double quote within the value of {} (RFC 6868 writes it ^')",
                        param.name
                    ),
                )
            });
        }
    }
    true
}

fn value(here: Here<'_>, index: usize, param: &Param, known: &KnownParam, sink: &mut Sink) {
    let Some(rule) = known.rule else { return };
    sink.applies(rule);
    let spot = |place| Spot::param_value(here.component, here.property, index, place);
    let name = known.name;
    if let Form::Words { words, open } = &known.form {
        let text = param.value().unwrap_or_default();
        let is_known = words.iter().any(|word| word.eq_ignore_ascii_case(text));
        if !(is_known || *open && catalog::is_experimental(text)) {
            sink.breach(rule, || {
                let what = if *open { "is not registered" } else { "is no value" };
                Breach::new(
                    spot(0),
                    format!("{} {what} of {name} ({})", shown(text), words.join(", ")),
                )
            });
        } else if is_known && name == "PARTSTAT" {
            partstat(here, index, text, sink);
        }
        return;
    }
    for (place, value) in param.values.iter().enumerate() {
        let (fits, what) = match known.form {
            Form::Uri => (is_uri(&value.text), "a URI"),
            Form::Addresses => (is_address(&value.text), "a calendar user address"),
            Form::Mailto => (
                is_address(&value.text)
                    && value
                        .text
                        .get(..7)
                        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:")),
                "a mailto URI",
            ),
            Form::Text | Form::Words { .. } => continue,
        };
        if !(fits && value.quoted) {
            sink.breach(rule, || {
                Breach::new(
                    spot(place),
                    format!("{name} is {what} in quotes, not {}", shown(&value.text)),
                )
            });
        }
    }
}

/// Section 3.2.12: the values of an event, a to-do and a journal entry differ.
fn partstat(here: Here<'_>, index: usize, text: &str, sink: &mut Sink) {
    let allowed: &[&str] = match here.kind {
        Kind::Event => &["NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED"],
        Kind::Journal => &["NEEDS-ACTION", "ACCEPTED", "DECLINED"],
        _ => return,
    };
    sink.applies(rule::PARTSTAT);
    if !allowed.iter().any(|word| word.eq_ignore_ascii_case(text)) {
        sink.breach(rule::PARTSTAT, || {
            Breach::new(
                Spot::param_value(here.component, here.property, index, 0),
                format!(
                    "PARTSTAT={text} is not of a {} ({})",
                    here.kind.name(),
                    allowed.join(", ")
                ),
            )
        });
    }
}

fn place(here: Here<'_>, index: usize, known: &KnownParam, sink: &mut Sink) {
    let Some(property) = here.known.filter(|property| !property.is_extension()) else {
        return;
    };
    let spot = || Spot::param(here.component, here.property, index);
    if !known.stands_on(property) {
        sink.breach(rule::PARAM_PLACE, || {
            Breach::new(
                spot(),
                format!("{} has no parameter {}", property.name, known.name),
            )
        });
    }
    if property.name != "ATTENDEE" || !matches!(here.kind, Kind::FreeBusy | Kind::Alarm) {
        return;
    }
    sink.applies(rule::ATTENDEE_PARAMS);
    if PARTICIPATION.contains(&known.name) {
        sink.breach(rule::ATTENDEE_PARAMS, || {
            Breach::new(
                spot(),
                format!(
                    "ATTENDEE of a {} has no parameter {}",
                    here.kind.name(),
                    known.name
                ),
            )
        });
    }
}
