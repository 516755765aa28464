//! Recurrence rules by themselves (RFC 5545, section 3.3.10). How they fit DTSTART is looked at with the component.

use super::super::finding::{Breach, Sink, Spot, shown};
use super::super::rule::{self, Rule};
use super::property::Here;
use crate::ical::rule::Rule as Recurrence;

pub(super) fn recur(here: Here<'_>, sink: &mut Sink) {
    for rule in [
        rule::RECUR,
        rule::FREQ_FIRST,
        rule::BY_DAY,
        rule::BY_PLACE,
        rule::BY_SET_POS,
    ] {
        sink.applies(rule);
    }
    let value = here.property.value.as_str();
    if let Err(error) = Recurrence::parse(value) {
        sink.breach(rule::RECUR, || {
            let rest = value.get(error.offset..).unwrap_or_default();
            let part = rest.split(';').next().unwrap_or_default().len();
            Breach::new(
                Spot::part(here.component, here.property, error.offset, part.max(1)),
                format!("expected {}, in {}", error.expected, shown(value)),
            )
        });
        return;
    }
    let part = |name: &str| part(value, name);
    let broken = |rule: Rule, (_, offset, length): (&str, usize, usize), message: String, sink: &mut Sink| {
        sink.breach(rule, || {
            Breach::new(Spot::part(here.component, here.property, offset, length), message)
        });
    };
    let Some(freq) = part("FREQ") else { return };
    if freq.1 > 0 {
        broken(
            rule::FREQ_FIRST,
            freq,
            "FREQ is the first part of a recurrence rule".into(),
            sink,
        );
    }
    let is = |name: &str| freq.0.eq_ignore_ascii_case(name);
    let rule_name = || format!("a {} rule", freq.0.to_ascii_uppercase());
    if let Some(days) = part("BYDAY")
        && days.0.bytes().any(|octet| octet.is_ascii_digit())
    {
        if !is("MONTHLY") && !is("YEARLY") {
            let message = format!("BYDAY has no numbers in {}", rule_name());
            broken(rule::BY_DAY, days, message, sink);
        } else if is("YEARLY") && part("BYWEEKNO").is_some() {
            broken(
                rule::BY_DAY,
                days,
                "BYDAY has no numbers beside BYWEEKNO".into(),
                sink,
            );
        }
    }
    let places = [
        ("BYMONTHDAY", is("WEEKLY")),
        ("BYYEARDAY", is("DAILY") || is("WEEKLY") || is("MONTHLY")),
        ("BYWEEKNO", !is("YEARLY")),
    ];
    for (name, forbidden) in places {
        if let Some(found) = part(name).filter(|_| forbidden) {
            broken(
                rule::BY_PLACE,
                found,
                format!("{name} does not stand in {}", rule_name()),
                sink,
            );
        }
    }
    if let Some(positions) = part("BYSETPOS") {
        let others = value.split(';').filter(|part| {
            let name = part.split('=').next().unwrap_or_default();
            name.get(..2).is_some_and(|by| by.eq_ignore_ascii_case("BY"))
                && !name.eq_ignore_ascii_case("BYSETPOS")
        });
        if others.count() == 0 {
            broken(
                rule::BY_SET_POS,
                positions,
                "BYSETPOS stands beside another BY part".into(),
                sink,
            );
        }
    }
}

/// What a part has, the place where the part begins, and its length.
pub(in crate::itip) fn part<'a>(value: &'a str, wanted: &str) -> Option<(&'a str, usize, usize)> {
    let mut offset = 0;
    for part in value.split(';') {
        if let Some((name, content)) = part.split_once('=')
            && name.eq_ignore_ascii_case(wanted)
        {
            return Some((content, offset, part.len()));
        }
        offset += part.len() + 1;
    }
    None
}
