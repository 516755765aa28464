//! Times of calendar objects: instances, and how they overlap a time range (RFC 4791 section 9.9).

use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp};

use crate::dav::caldav;
use crate::ical::recur::{Instance, RecurrenceError, RecurrenceSet, period_of};
use crate::ical::time::{DateTime, DateValue, Duration, ListValue, Zone, list};
use crate::ical::zone::Zones;
use crate::ical::{self, Component, Document, Property};

use super::filter::{Range, Scope};
use super::object::parts;
use super::store::Collection;

/// Where a time range begins that was left open.
pub const FIRST: Timestamp = Timestamp::MIN;
/// Where one ends: 1 January 2200.
pub const LAST: Timestamp = Timestamp::constant(7_258_118_400, 0);

/// A UTC date-time.
pub fn utc(text: &str) -> Option<Timestamp> {
    let time = DateTime::parse(text, None)
        .ok()
        .filter(|time| time.zone == Zone::Utc)?;
    Zones::default().instant(&time).ok()
}

/// The time zone that a document defines, by its name; UTC if nobody knows the name.
pub fn zone_in(document: &Document) -> TimeZone {
    document
        .calendar()
        .and_then(|calendar| {
            calendar
                .components_named("VTIMEZONE")
                .find_map(|zone| zone.text("TZID"))
        })
        .and_then(|name| TimeZoneDatabase::bundled().get(name.trim_start_matches('/')).ok())
        .unwrap_or(TimeZone::UTC)
}

/// What floating times in a calendar or Inbox are on: CALDAV:calendar-timezone, else UTC (RFC 4791 section 7.3).
pub fn zone_of(collection: &Collection) -> TimeZone {
    collection
        .props
        .get(&caldav("calendar-timezone"))
        .and_then(|value| ical::read(value.text().trim_start().as_bytes()).ok())
        .map_or(TimeZone::UTC, |document| zone_in(&document))
}

/// The zones of a document, floating times in this one.
pub fn zones(document: &Document, floating: &TimeZone) -> Zones {
    document
        .calendar()
        .map(Zones::of)
        .unwrap_or_default()
        .with_floating(floating.clone())
}

/// The instances of a document's components that overlap the range.
///
/// # Errors
/// See [`RecurrenceSet::instances`].
pub fn instances<'a>(
    document: &'a Document,
    zones: &'a Zones,
    range: Range,
) -> Result<Vec<Instance<'a>>, RecurrenceError> {
    let Some(calendar) = document.calendar() else {
        return Ok(Vec::new());
    };
    RecurrenceSet::of(parts(calendar), zones)?.instances(range.start, range.end)
}

/// Has it more instances than that?
pub fn more_than(document: &Document, most: usize) -> bool {
    let zones = zones(document, &TimeZone::UTC);
    match instances(
        document,
        &zones,
        Range {
            start: FIRST,
            end: LAST,
        },
    ) {
        Ok(found) => found.len() > most,
        Err(error) => error == RecurrenceError::TooMany,
    }
}

/// The instant of a property with a date or date-time.
pub fn instant(document: &Document, floating: &TimeZone, property: &Property) -> Option<Timestamp> {
    zones(document, floating)
        .instant_of(&DateValue::of(property).ok()?)
        .ok()
}

/// Does the component overlap the range? `outer` is the component around it. What cannot be computed overlaps.
pub fn overlaps(scope: &Scope<'_>, component: &Component, outer: Option<&Component>, range: Range) -> bool {
    let has = |name: &str| component.property(name).is_some();
    let zones = zones(scope.document, scope.zone);
    let at = |name: &str| {
        component
            .property(name)
            .and_then(|property| DateValue::of(property).ok())
            .and_then(|at| zones.instant_of(&at).ok())
    };
    if component.is("VALARM") {
        return outer.is_some_and(|outer| alarm_overlaps(scope, component, outer, range));
    }
    if component.is("VFREEBUSY") {
        return match (at("DTSTART"), at("DTEND")) {
            (Some(start), Some(end)) => range.start <= end && range.end > start,
            _ => component
                .properties_named("FREEBUSY")
                .flat_map(|busy| periods(busy, &zones))
                .any(|(start, end)| range.start < end && range.end > start),
        };
    }
    if component.is("VTODO") {
        return todo_overlaps(scope, component, &zones, range, at);
    }
    if !has("DTSTART") {
        return component.is("VEVENT") && scope.is_inbox;
    }
    match instances(scope.document, &zones, range) {
        Ok(found) => found
            .iter()
            .any(|instance| std::ptr::eq(instance.component, component)),
        Err(_) => true,
    }
}

/// The table for VTODO.
fn todo_overlaps(
    scope: &Scope<'_>,
    component: &Component,
    zones: &Zones,
    range: Range,
    at: impl Fn(&str) -> Option<Timestamp>,
) -> bool {
    let has = |name: &str| component.property(name).is_some();
    let (from, to) = (range.start, range.end);
    if has("DTSTART") || has("DUE") {
        let around = Range {
            start: moved(from, -1),
            end: moved(to, 1),
        };
        let Ok(found) = instances(scope.document, zones, around) else {
            return true;
        };
        return found
            .iter()
            .filter(|instance| std::ptr::eq(instance.component, component))
            .map(|instance| (instance.start, instance.end))
            .any(
                |(start, end)| match (has("DTSTART"), has("DURATION"), has("DUE")) {
                    (true, true, _) => from <= end && (to > start || to >= end),
                    (true, false, true) => (from < end || from <= start) && (to > start || to >= end),
                    (true, false, false) => from <= start && to > start,
                    _ => from < end && to >= end,
                },
            );
    }
    match (at("COMPLETED"), at("CREATED")) {
        (Some(completed), Some(created)) => {
            (from <= created || from <= completed) && (to >= created || to >= completed)
        }
        (Some(completed), None) => from <= completed && to >= completed,
        (None, Some(created)) => to > created,
        (None, None) => true,
    }
}

fn alarm_overlaps(scope: &Scope<'_>, alarm: &Component, outer: &Component, range: Range) -> bool {
    let Some(trigger) = alarm.property("TRIGGER") else {
        return false;
    };
    let repeats: i64 = alarm
        .text("REPEAT")
        .and_then(|count| count.trim().parse().ok())
        .unwrap_or(0);
    let pause = alarm
        .property("DURATION")
        .and_then(|pause| Duration::parse(&pause.value).ok())
        .map_or(0, |pause| seconds(&pause));
    let rings = |first: Timestamp| {
        (0..=repeats.clamp(0, 1000)).any(|time| {
            let at = moved(first, time * pause);
            range.start <= at && range.end > at
        })
    };
    if trigger
        .param("VALUE")
        .is_some_and(|kind| kind.eq_ignore_ascii_case("DATE-TIME"))
    {
        return instant(scope.document, scope.zone, trigger).is_some_and(rings);
    }
    let Ok(before) = Duration::parse(&trigger.value) else {
        return false;
    };
    let zones = zones(scope.document, scope.zone);
    let by_end = trigger
        .param("RELATED")
        .is_some_and(|related| related.eq_ignore_ascii_case("END"));
    // Whatever rings in the range belongs to an instance not farther away than this.
    let reach = seconds(&before).abs() + repeats.clamp(0, 1000) * pause.abs() + 1;
    let around = Range {
        start: moved(range.start, -reach),
        end: moved(range.end, reach),
    };
    let Ok(found) = instances(scope.document, &zones, around) else {
        return true;
    };
    found
        .iter()
        .filter(|instance| std::ptr::eq(instance.component, outer))
        .any(|instance| {
            rings(moved(
                if by_end { instance.end } else { instance.start },
                seconds(&before),
            ))
        })
}

fn seconds(duration: &Duration) -> i64 {
    duration.nominal_days() * 86_400 + duration.exact_seconds()
}

fn moved(at: Timestamp, seconds: i64) -> Timestamp {
    let limit = if seconds < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    at.checked_add(SignedDuration::from_secs(seconds))
        .unwrap_or(limit)
}

/// The periods of a FREEBUSY property.
pub fn periods(property: &Property, zones: &Zones) -> Vec<(Timestamp, Timestamp)> {
    list(property)
        .filter_map(|value| match value {
            Ok(ListValue::Period(period)) => period_of(&period, zones).ok(),
            _ => None,
        })
        .collect()
}
