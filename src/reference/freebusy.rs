//! Busy time (RFC 4791 section 7.10, -10 section 12.1).

use jiff::Timestamp;

use crate::dav::caldav;
use crate::ical::time::DateTime;
use crate::ical::{Component, Document, Property};

use super::filter::Range;
use super::instances;
use super::object::parts;
use super::policy::{Deviation, Policy};
use super::store::Collection;

/// A busy period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Busy {
    pub start: Timestamp,
    pub end: Timestamp,
    /// An FBTYPE other than FREE.
    pub kind: String,
}

/// Does the calendar count (CALDAV:schedule-calendar-transp)?
pub fn counts(calendar: &Collection, policy: &Policy) -> bool {
    let transp = calendar.props.get(&caldav("schedule-calendar-transp"));
    policy.deviates(Deviation::TransparentCalendarsBusy)
        || !transp.is_some_and(|value| value.has(&caldav("transparent")))
}

/// The busy periods of a calendar within the range, unsorted.
pub fn of_calendar(calendar: &Collection, range: Range, policy: &Policy) -> Vec<Busy> {
    let zone = instances::zone_of(calendar);
    let mut found = Vec::new();
    for (_, object) in calendar.objects() {
        let Some(stored) = &object.calendar else { continue };
        let zones = instances::zones(&stored.document, &zone);
        if let Ok(instances) = instances::instances(&stored.document, &zones, range) {
            for instance in instances {
                if let Some(kind) = kind_of_event(instance.component) {
                    found.push(Busy {
                        start: instance.start,
                        end: instance.end,
                        kind: kind.to_owned(),
                    });
                }
            }
        }
        let parts = stored.document.calendar().into_iter().flat_map(parts);
        for property in parts
            .filter(|part| part.is("VFREEBUSY"))
            .flat_map(|part| part.properties_named("FREEBUSY"))
        {
            let kind = property.param("FBTYPE").unwrap_or("BUSY").to_ascii_uppercase();
            if kind != "FREE" {
                let mut periods = instances::periods(property, &zones);
                if policy.deviates(Deviation::BusyListCut) {
                    periods.truncate(1);
                }
                found.extend(periods.into_iter().map(|(start, end)| Busy {
                    start,
                    end,
                    kind: kind.clone(),
                }));
            }
        }
    }
    found
}

/// The table of RFC 4791 section 7.10.
fn kind_of_event(component: &Component) -> Option<&'static str> {
    let is = |name: &str, value: &str| {
        component
            .text(name)
            .is_some_and(|text| text.trim().eq_ignore_ascii_case(value))
    };
    if !component.is("VEVENT") || is("TRANSP", "TRANSPARENT") || is("STATUS", "CANCELLED") {
        None
    } else if is("STATUS", "TENTATIVE") {
        Some("BUSY-TENTATIVE")
    } else {
        Some("BUSY")
    }
}

/// Cut to the range, sorted, and put together where periods of one type touch or overlap.
pub fn coalesce(busy: Vec<Busy>, range: Range) -> Vec<Busy> {
    let mut cut: Vec<Busy> = busy
        .into_iter()
        .map(|one| Busy {
            start: one.start.max(range.start),
            end: one.end.min(range.end),
            kind: one.kind,
        })
        .filter(|one| one.start < one.end)
        .collect();
    cut.sort_by(|a, b| (&a.kind, a.start, a.end).cmp(&(&b.kind, b.start, b.end)));
    let mut merged: Vec<Busy> = Vec::new();
    for one in cut {
        match merged.last_mut() {
            Some(last) if last.kind == one.kind && one.start <= last.end => last.end = last.end.max(one.end),
            _ => merged.push(one),
        }
    }
    merged.sort_by_key(|one| (one.start, one.end));
    merged
}

/// A VCALENDAR around a VFREEBUSY; `head` are the properties before the busy periods.
pub fn document(method: Option<&str>, head: Vec<Property>, busy: &[Busy]) -> Document {
    let mut freebusy = Component::new("VFREEBUSY");
    for property in head {
        freebusy.push(property);
    }
    for one in busy {
        let period = format!(
            "{}/{}",
            DateTime::from_instant(one.start),
            DateTime::from_instant(one.end)
        );
        freebusy.push(Property::new("FREEBUSY", period).with_param("FBTYPE", &one.kind));
    }
    let mut calendar = Component::new("VCALENDAR");
    calendar.push(Property::new("VERSION", "2.0"));
    calendar.push(Property::new("PRODID", "-//calconform//reference server//EN"));
    if let Some(method) = method {
        calendar.push(Property::new("METHOD", method));
    }
    calendar.push_component(freebusy);
    Document::new(calendar)
}

/// DTSTAMP of now.
pub fn stamp() -> Property {
    Property::new("DTSTAMP", DateTime::from_instant(Timestamp::now()).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn busy(start: i64, end: i64, kind: &str) -> Busy {
        let at = |second| Timestamp::from_second(second).unwrap();
        Busy {
            start: at(start),
            end: at(end),
            kind: kind.to_owned(),
        }
    }

    #[test]
    fn periods_of_a_type_are_put_together() {
        let range = Range {
            start: Timestamp::from_second(10).unwrap(),
            end: Timestamp::from_second(100).unwrap(),
        };
        let found = coalesce(
            vec![
                busy(40, 50, "BUSY"),
                busy(5, 20, "BUSY"),
                busy(20, 30, "BUSY"),
                busy(25, 28, "BUSY"),
                busy(15, 45, "BUSY-TENTATIVE"),
                busy(90, 200, "BUSY"),
                busy(60, 60, "BUSY"),
            ],
            range,
        );
        let expected = [
            busy(10, 30, "BUSY"),
            busy(15, 45, "BUSY-TENTATIVE"),
            busy(40, 50, "BUSY"),
            busy(90, 100, "BUSY"),
        ];
        assert_eq!(found, expected);
    }
}
