//! `relation`: how iCalendar data relates to what an earlier step captured.

use std::cmp::Ordering;

use super::ical::{self, NoData};
use super::natures::values;
use super::{Finding, Scope, Subject, answer, show};
use crate::ical::Component;
use crate::ical::zone::Zones;
use crate::scenario::{At, Relation, RelationMatcher};

pub(super) fn evaluate(matcher: &RelationMatcher, subject: &Subject, scope: &Scope) -> Finding {
    let name = matcher.to.value.as_str();
    let Some(earlier) = scope.captured(name) else {
        return Finding::blocked("", format!("nothing was captured as `{name}`"));
    };
    let aspects: [(Aspect, &Option<At<Relation>>); 3] = [
        (Aspect::Uid, &matcher.uid),
        (Aspect::Dtstamp, &matcher.dtstamp),
        (Aspect::Sequence, &matcher.sequence),
    ];
    if let Err(why) = answer::whole(subject) {
        return Finding::unreadable(format!("a message to compare with {name}"), why);
    }
    let mut holding = None;
    if let Some(relation) = &matcher.body {
        let same = subject.body == earlier.as_bytes();
        let finding = body(**relation, same, name);
        if !finding.holds() {
            return finding;
        }
        holding = Some(finding);
    }
    if aspects.iter().any(|(_, relation)| relation.is_some()) {
        let before = match ical::read(earlier.as_bytes()) {
            Ok(document) => document,
            Err(NoData::Unreadable(why) | NoData::Missing(why)) => {
                return Finding::blocked("", format!("`{name}` is no iCalendar data: {why}"));
            }
        };
        let now = match ical::read(subject.body) {
            Ok(document) => document,
            Err(NoData::Unreadable(why) | NoData::Missing(why)) => {
                return Finding::unreadable(format!("iCalendar data to compare with {name}"), why);
            }
        };
        let (Some(before), Some(now)) = (before.calendar(), now.calendar()) else {
            return Finding::unreadable("", "no VCALENDAR");
        };
        if ical::scheduled(now).next().is_none() {
            return Finding::absent(
                format!("a component to compare with {name}"),
                "no component but VTIMEZONE",
            );
        }
        for (aspect, relation) in aspects {
            let Some(relation) = relation else { continue };
            for (before, now) in pairs(before, now) {
                let finding = aspect.judge(**relation, before, now, name);
                if !finding.holds() {
                    return finding;
                }
                holding = Some(finding);
            }
        }
    }
    holding.unwrap_or_else(|| Finding::blocked("", "there is nothing to compare"))
}

fn body(relation: Relation, same: bool, name: &str) -> Finding {
    let expected = match relation {
        Relation::Same | Relation::NotOlder => format!("the same octets as {name}"),
        Relation::Different | Relation::Newer => format!("other octets than {name}"),
    };
    let holds = same == matches!(relation, Relation::Same | Relation::NotOlder);
    Finding::of(
        holds,
        expected,
        if same { "the same octets" } else { "other octets" },
    )
}

/// Components of the same instance; where there are none, every new one with the first of the old.
pub(super) fn pairs<'a>(before: &'a Component, now: &'a Component) -> Vec<(&'a Component, &'a Component)> {
    let zones = (Zones::of(before), Zones::of(now));
    let old: Vec<&Component> = ical::scheduled(before).collect();
    let all = ical::scheduled(now);
    let same: Vec<_> = all
        .filter_map(|now| {
            old.iter()
                .find(|before| same_instance(before, now, &zones))
                .map(|before| (*before, now))
        })
        .collect();
    if !same.is_empty() {
        return same;
    }
    let first = old.first().copied();
    ical::scheduled(now)
        .filter_map(|now| Some((first?, now)))
        .collect()
}

fn same_instance(a: &Component, b: &Component, zones_of: &(Zones, Zones)) -> bool {
    match (a.property("RECURRENCE-ID"), b.property("RECURRENCE-ID")) {
        (None, None) => true,
        (Some(a), Some(b)) => values(a, &zones_of.0)
            .iter()
            .zip(values(b, &zones_of.1))
            .all(|(a, b)| a.same_date(&b)),
        _ => false,
    }
}

#[derive(Clone, Copy)]
enum Aspect {
    Uid,
    Dtstamp,
    Sequence,
}

impl Aspect {
    fn judge(self, relation: Relation, before: &Component, now: &Component, name: &str) -> Finding {
        let property = match self {
            Aspect::Uid => "UID",
            Aspect::Dtstamp => "DTSTAMP",
            Aspect::Sequence => "SEQUENCE",
        };
        let raw = |component: &Component| {
            component
                .property(property)
                .map(|found| found.value.trim().to_string())
        };
        let (old, new) = (raw(before), raw(now));
        let told = |value: &Option<String>| value.as_deref().map_or("none".to_string(), show::value);
        let wanted = match (relation, self) {
            (Relation::Same, _) => format!("the same as in {name}"),
            (Relation::Different, _) => format!("another than in {name}"),
            (Relation::Newer, Aspect::Sequence) => format!("greater than in {name}"),
            (Relation::Newer, _) => format!("later than in {name}"),
            (Relation::NotOlder, Aspect::Sequence) => format!("not less than in {name}"),
            (Relation::NotOlder, _) => format!("not earlier than in {name}"),
        };
        let expected = format!("{property} {wanted}, {}", told(&old));
        let actual = format!("{property} {} (line {})", told(&new), now.line());
        if !matches!(self, Aspect::Sequence) {
            if new.is_none() {
                return Finding::absent(
                    expected,
                    format!("no {property} (component of line {})", now.line()),
                );
            }
            if old.is_none() {
                return Finding::blocked(expected, format!("there is no {property} in {name}"));
            }
        }
        match self.compare(before, now) {
            Ok(order) => Finding::of(holds(relation, order), expected, actual),
            Err((why, true)) => Finding::blocked(expected, why),
            Err((why, false)) => Finding::of(false, expected, why),
        }
    }

    /// How the new value compares with the old one; or what is no value, and whether that is the old one.
    fn compare(self, before: &Component, now: &Component) -> Result<Ordering, (String, bool)> {
        let value = |component: &Component, property: &str, is_old| -> Result<i128, (String, bool)> {
            let Some(found) = component.property(property) else {
                return Ok(0);
            };
            let raw = found.value.trim();
            let number = match self {
                Aspect::Sequence => raw.parse().ok(),
                _ => ical::utc_of(component, property).map(|instant| instant.as_nanosecond()),
            };
            let kind = if matches!(self, Aspect::Sequence) {
                "number"
            } else {
                "date-time in UTC"
            };
            number.ok_or_else(|| {
                (
                    format!(
                        "{property} {} is no {kind} (line {})",
                        show::value(raw),
                        found.line()
                    ),
                    is_old,
                )
            })
        };
        match self {
            Aspect::Uid => {
                let same = before.text("UID").map(trimmed) == now.text("UID").map(trimmed);
                Ok(if same { Ordering::Equal } else { Ordering::Greater })
            }
            Aspect::Dtstamp => Ok(value(now, "DTSTAMP", false)?.cmp(&value(before, "DTSTAMP", true)?)),
            Aspect::Sequence => Ok(value(now, "SEQUENCE", false)?.cmp(&value(before, "SEQUENCE", true)?)),
        }
    }
}

fn trimmed(text: String) -> String {
    text.trim().to_string()
}

fn holds(relation: Relation, new_to_old: Ordering) -> bool {
    match relation {
        Relation::Same => new_to_old.is_eq(),
        Relation::Different => new_to_old.is_ne(),
        Relation::Newer => new_to_old.is_gt(),
        Relation::NotOlder => new_to_old.is_ge(),
    }
}
