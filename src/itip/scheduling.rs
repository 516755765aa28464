//! The parameters of CalDAV scheduling (draft -10, section 10; RFC 6638, section 7): in stored objects only, and there
//! of one mind.

use std::collections::HashMap;

use super::catalog;
use super::finding::{Breach, Sink, Spot, shown};
use super::kind::Method;
use super::object::Object;
use super::rule::{self, Rule};
use super::syntax::is_status_code;
use crate::ical::address::normalize;
use crate::ical::{Component, Property};

/// ORGANIZER and ATTENDEE of the components.
fn users<'a>(object: &Object<'a>) -> impl Iterator<Item = (&'a Component, &'a Property)> {
    object.scheduled().flat_map(|component| {
        let properties = component.properties();
        let users = properties.filter(|property| property.is("ATTENDEE") || property.is("ORGANIZER"));
        users.map(move |property| (component, property))
    })
}

/// None of the parameters is in a message that was sent.
pub(super) fn sent(object: &Object<'_>, sink: &mut Sink) {
    const SENT: [(&str, Rule); 3] = [
        ("SCHEDULE-AGENT", rule::AGENT_SENT),
        ("SCHEDULE-FORCE-SEND", rule::FORCE_SENT),
        ("SCHEDULE-STATUS", rule::SCHEDULE_STATUS_SENT),
    ];
    for (component, property) in users(object) {
        for (name, rule) in SENT {
            sink.applies(rule);
            if let Some(index) = property.params.iter().position(|param| param.is(name)) {
                sink.breach(rule, || {
                    Breach::new(
                        Spot::param(component, property, index),
                        format!("{name} is not in a message that is sent"),
                    )
                });
            }
        }
    }
}

/// Their form, and whether they agree, in a stored object.
pub(super) fn stored(object: &Object<'_>, sink: &mut Sink) {
    let mut of_organizer: Option<String> = None;
    let mut of_attendee: HashMap<String, String> = HashMap::new();
    for (component, property) in users(object) {
        for (index, param) in property.params.iter().enumerate() {
            if param.is("SCHEDULE-AGENT") {
                agent(component, property, index, sink);
            } else if param.is("SCHEDULE-FORCE-SEND") {
                force(component, property, index, sink);
            } else if param.is("SCHEDULE-STATUS") {
                status(component, property, index, sink);
            }
        }
        let agent = property
            .param("SCHEDULE-AGENT")
            .unwrap_or("SERVER")
            .to_ascii_uppercase();
        let (rule, known) = if property.is("ORGANIZER") {
            (
                rule::AGENT_OF_ORGANIZER,
                of_organizer.get_or_insert_with(|| agent.clone()),
            )
        } else {
            let known = of_attendee.entry(normalize(&property.value));
            (rule::AGENT_OF_ATTENDEE, known.or_insert_with(|| agent.clone()))
        };
        sink.applies(rule);
        if *known != agent {
            sink.breach(rule, || {
                Breach::new(
                    Spot::property(component, property),
                    format!(
                        "SCHEDULE-AGENT of {} is {agent} here and {known} in another component",
                        shown(&property.value)
                    ),
                )
            });
        }
    }
}

fn agent(component: &Component, property: &Property, index: usize, sink: &mut Sink) {
    sink.applies(rule::AGENT);
    let value = property.params[index].value().unwrap_or_default();
    let known = ["SERVER", "CLIENT", "NONE"]
        .iter()
        .any(|word| word.eq_ignore_ascii_case(value));
    if !known && !catalog::is_experimental(value) {
        sink.breach(rule::AGENT, || {
            Breach::new(
                Spot::param(component, property, index),
                format!(
                    "{} is no value of SCHEDULE-AGENT (SERVER, CLIENT, NONE)",
                    shown(value)
                ),
            )
        });
    }
}

fn force(component: &Component, property: &Property, index: usize, sink: &mut Sink) {
    sink.applies(rule::FORCE);
    sink.applies(rule::FORCE_STORED);
    let spot = || Spot::param(component, property, index);
    let value = property.params[index].value().unwrap_or_default();
    if Method::of(value).is_none() {
        sink.breach(rule::FORCE, || {
            Breach::new(
                spot(),
                format!(
                    "{} is no value of SCHEDULE-FORCE-SEND (REQUEST, REPLY)",
                    shown(value)
                ),
            )
        });
    }
    sink.breach(rule::FORCE_STORED, || {
        Breach::new(spot(), "SCHEDULE-FORCE-SEND is not kept in a stored object")
    });
    sink.applies(rule::FORCE_AGENT);
    if property
        .param("SCHEDULE-AGENT")
        .is_some_and(|agent| !agent.eq_ignore_ascii_case("SERVER"))
    {
        sink.breach(rule::FORCE_AGENT, || {
            Breach::new(
                spot(),
                "SCHEDULE-FORCE-SEND is for those whom the server schedules",
            )
        });
    }
}

fn status(component: &Component, property: &Property, index: usize, sink: &mut Sink) {
    sink.applies(rule::SCHEDULE_STATUS);
    let param = &property.params[index];
    for (place, value) in param.values.iter().enumerate() {
        let codes = value.text.split(',');
        let single = param.values.len() == 1 && (value.quoted || !value.text.contains(','));
        let formed = codes.clone().all(|code| is_status_code(code.trim()));
        if !formed || !single {
            sink.breach(rule::SCHEDULE_STATUS, || {
                Breach::new(
                    Spot::param_value(component, property, index, place),
                    format!(
                        "SCHEDULE-STATUS is a code or codes between commas in quotes, not {}",
                        shown(&value.text)
                    ),
                )
            });
            return;
        }
    }
}
