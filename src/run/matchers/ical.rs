//! `ical`: iCalendar data by component, property and parameter.

use super::answer::{self, Reported, Unreported};
use super::instant;
use super::recipient::Recipients;
use super::select::Selector;
use super::value::{Selection, judge};
use super::{Finding, Scope, Subject, show};
use crate::dav::caldav;
use crate::ical::{self, Component, Document};
use crate::scenario::{At, IcalMatcher, IcalPath};

pub(super) fn evaluate(matcher: &IcalMatcher, subject: &Subject, scope: &Scope) -> Finding {
    let selector = match IcalPath::parse(&matcher.at).map(|path| Selector::new(&path, scope)) {
        Ok(Ok(selector)) => selector,
        Ok(Err(error)) => return Finding::unfilled(&error),
        Err(why) => return Finding::blocked("", why),
    };
    let source = match Source::new(&matcher.of_recipient, &matcher.of_resource, scope) {
        Ok(source) => source,
        Err(error) => return Finding::unfilled(&error),
    };
    let document = match source.document(subject) {
        Ok(document) => document,
        Err(NoData::Unreadable(why)) => {
            return Finding::unreadable(format!("iCalendar data with {}", selector.what()), why);
        }
        Err(NoData::Missing(why)) => {
            let mut nothing = Selection::new(selector.what(), Vec::new());
            nothing.no_parent = why;
            return judge(matcher.expectation(), &nothing, scope);
        }
    };
    let Some(calendar) = document.calendar() else {
        return Finding::unreadable(selector.what(), "no VCALENDAR");
    };
    judge(matcher.expectation(), &selector.select(calendar), scope)
}

/// Where the iCalendar data is.
pub(super) enum Source {
    Body,
    OfRecipient(String),
    OfResource(String),
}

/// Why there is no iCalendar data.
pub(super) enum NoData {
    Unreadable(String),
    Missing(String),
}

impl Source {
    pub fn new(
        of_recipient: &Option<At<String>>,
        of_resource: &Option<At<String>>,
        scope: &Scope,
    ) -> Result<Source, super::super::FillError> {
        Ok(match (of_recipient, of_resource) {
            (Some(recipient), _) => Source::OfRecipient(scope.fill(recipient)?),
            (None, Some(url)) => Source::OfResource(scope.fill(url)?),
            (None, None) => Source::Body,
        })
    }

    /// A document that has a complete VCALENDAR.
    pub fn document(&self, subject: &Subject) -> Result<Document, NoData> {
        let unreadable = NoData::Unreadable;
        match self {
            Source::Body => {
                answer::whole(subject).map_err(unreadable)?;
                read(subject.body)
            }
            Source::OfRecipient(address) => {
                let root = answer::xml(subject).map_err(unreadable)?;
                let recipients = Recipients::read(&root).map_err(NoData::Missing)?;
                let of_it = recipients.of(address);
                if of_it.is_empty() {
                    return Err(NoData::Missing(recipients.none(address)));
                }
                let data = of_it
                    .iter()
                    .find_map(|response| response.calendar_data.as_deref());
                let data = data.ok_or_else(|| {
                    NoData::Missing(format!(
                        "no C:calendar-data in the response for {}",
                        show::value(address)
                    ))
                })?;
                read(data.as_bytes())
            }
            Source::OfResource(url) => {
                let root = answer::xml(subject).map_err(unreadable)?;
                let reported = Reported::of(&root, url).map_err(|unreported| match unreported {
                    Unreported::Unreadable(why) => NoData::Unreadable(why),
                    Unreported::Missing(why) => NoData::Missing(why),
                })?;
                let data = reported.found(&caldav("calendar-data")).ok_or_else(|| {
                    NoData::Missing(format!("no C:calendar-data reported of {}", show::value(url)))
                })?;
                read(data.text().as_bytes())
            }
        }
    }
}

/// Reads iCalendar data; it must have a VCALENDAR from BEGIN to END.
pub(super) fn read(octets: &[u8]) -> Result<Document, NoData> {
    let document = ical::read(octets)
        .map_err(|error| NoData::Unreadable(format!("iCalendar data beyond every bound: {error}")))?;
    match document.calendar() {
        None => Err(NoData::Unreadable(format!(
            "expected iCalendar data, got {}",
            show::body(octets)
        ))),
        Some(calendar) if calendar.is_unclosed() => {
            let line = calendar.line();
            Err(NoData::Unreadable(format!(
                "the VCALENDAR of line {line} has no END: the data is cut off"
            )))
        }
        Some(_) => Ok(document),
    }
}

/// The components that are not time zones.
pub(super) fn scheduled(calendar: &Component) -> impl Iterator<Item = &Component> {
    calendar
        .components()
        .filter(|component| !component.is("VTIMEZONE"))
}

/// The latest DTSTAMP and the like: the instant of a UTC property.
pub(super) fn utc_of(component: &Component, property: &str) -> Option<jiff::Timestamp> {
    instant::utc(component.property(property)?.value.trim())
}
