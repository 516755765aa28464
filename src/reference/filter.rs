//! CALDAV:filter (RFC 4791 section 9.7): reading and matching.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::dav::{Element, caldav};
use crate::ical::{Component, Document, Property};

use super::config::Limits;
use super::http::Refusal;
use super::instances;
use super::props::COLLATIONS;

/// The filter of a query.
#[derive(Debug)]
pub struct Filter(CompFilter);

/// What a filter is matched against.
#[derive(Debug)]
pub struct Scope<'a> {
    pub document: &'a Document,
    /// What floating times are on.
    pub zone: &'a TimeZone,
    /// A VEVENT without DTSTART matches every time range there (-10 section 4.3).
    pub is_inbox: bool,
}

/// A time range; the ends that were left open are far away.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    pub start: Timestamp,
    pub end: Timestamp,
}

#[derive(Debug)]
struct CompFilter {
    name: String,
    not_defined: bool,
    range: Option<Range>,
    props: Vec<PropFilter>,
    comps: Vec<CompFilter>,
}

#[derive(Debug)]
struct PropFilter {
    name: String,
    not_defined: bool,
    range: Option<Range>,
    text: Option<TextMatch>,
    params: Vec<ParamFilter>,
}

#[derive(Debug)]
struct ParamFilter {
    name: String,
    not_defined: bool,
    text: Option<TextMatch>,
}

#[derive(Debug)]
struct TextMatch {
    text: String,
    octets: bool,
    negated: bool,
}

fn invalid(element: &Element, why: &str) -> Refusal {
    Refusal::access("valid-filter", format!("line {}: {why}", element.line))
}

impl Filter {
    /// # Errors
    /// CALDAV:valid-filter, supported-collation, min-date-time, max-date-time.
    pub fn read(element: &Element, limits: &Limits) -> Result<Filter, Refusal> {
        let comp = caldav("comp-filter");
        let mut filters = element.all(&comp);
        match (filters.next(), filters.next()) {
            (Some(one), None) => {
                let filter = CompFilter::read(one, None, limits)?;
                if !filter.name.eq_ignore_ascii_case("VCALENDAR") {
                    return Err(invalid(one, "the outermost filter is about VCALENDAR"));
                }
                Ok(Filter(filter))
            }
            _ => Err(invalid(element, "CALDAV:filter holds one CALDAV:comp-filter")),
        }
    }

    pub fn matches(&self, scope: &Scope<'_>) -> bool {
        match scope.document.calendar() {
            Some(calendar) => !self.0.not_defined && self.0.fits(scope, calendar, None),
            None => self.0.not_defined,
        }
    }
}

impl Range {
    /// CALDAV:time-range, or another element with the attributes `start` and `end`.
    ///
    /// # Errors
    /// CALDAV:valid-filter, min-date-time, max-date-time.
    pub fn read(element: &Element, limits: &Limits) -> Result<Range, Refusal> {
        let end_of = |name: &str| -> Result<Option<Timestamp>, Refusal> {
            let Some(text) = element.attr(name) else {
                return Ok(None);
            };
            let instant = instances::utc(text)
                .ok_or_else(|| invalid(element, &format!("`{text}` is no UTC date-time")))?;
            if text < limits.min_date_time.as_str() {
                return Err(Refusal::access("min-date-time", format!("{text} is too early")));
            }
            if text > limits.max_date_time.as_str() {
                return Err(Refusal::access("max-date-time", format!("{text} is too late")));
            }
            Ok(Some(instant))
        };
        let (start, end) = (end_of("start")?, end_of("end")?);
        if start.is_none() && end.is_none() {
            return Err(invalid(element, "a time range has a start or an end"));
        }
        let range = Range {
            start: start.unwrap_or(instances::FIRST),
            end: end.unwrap_or(instances::LAST),
        };
        if range.start >= range.end {
            return Err(invalid(element, "a time range ends after its start"));
        }
        Ok(range)
    }

    /// The condition for a point in time (RFC 4791 section 9.9).
    fn has(self, instant: Timestamp) -> bool {
        self.start <= instant && self.end > instant
    }
}

impl CompFilter {
    fn read(element: &Element, parent: Option<&str>, limits: &Limits) -> Result<CompFilter, Refusal> {
        let name = element
            .attr("name")
            .ok_or_else(|| invalid(element, "a filter has a name"))?
            .to_ascii_uppercase();
        let fits = match parent {
            None => true,
            Some("VCALENDAR") => !["VCALENDAR", "VALARM", "STANDARD", "DAYLIGHT"].contains(&name.as_str()),
            Some("VEVENT" | "VTODO") => name == "VALARM" || name.starts_with("X-"),
            Some("VTIMEZONE") => ["STANDARD", "DAYLIGHT"].contains(&name.as_str()),
            Some(_) => name.starts_with("X-"),
        };
        if !fits {
            return Err(invalid(
                element,
                &format!("no {name} is in a {}", parent.unwrap_or_default()),
            ));
        }
        let range = element.first(&caldav("time-range"));
        if range.is_some() && !["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VALARM"].contains(&name.as_str())
        {
            return Err(invalid(element, &format!("{name} has no time range")));
        }
        Ok(CompFilter {
            not_defined: element.has(&caldav("is-not-defined")),
            range: range.map(|range| Range::read(range, limits)).transpose()?,
            props: element
                .all(&caldav("prop-filter"))
                .map(|one| PropFilter::read(one, limits))
                .collect::<Result<_, _>>()?,
            comps: element
                .all(&caldav("comp-filter"))
                .map(|one| CompFilter::read(one, Some(&name), limits))
                .collect::<Result<_, _>>()?,
            name,
        })
    }

    /// Does it match among the components in `outer`?
    fn matches(&self, scope: &Scope<'_>, outer: &Component) -> bool {
        let mut named = outer.components_named(&self.name);
        match self.not_defined {
            true => named.next().is_none(),
            false => named.any(|component| self.fits(scope, component, Some(outer))),
        }
    }

    fn fits(&self, scope: &Scope<'_>, component: &Component, outer: Option<&Component>) -> bool {
        self.range
            .is_none_or(|range| instances::overlaps(scope, component, outer, range))
            && self.props.iter().all(|filter| filter.matches(scope, component))
            && self.comps.iter().all(|filter| filter.matches(scope, component))
    }
}

impl PropFilter {
    fn read(element: &Element, limits: &Limits) -> Result<PropFilter, Refusal> {
        const DATES: [&str; 8] = [
            "COMPLETED",
            "CREATED",
            "DTEND",
            "DTSTAMP",
            "DTSTART",
            "DUE",
            "LAST-MODIFIED",
            "RECURRENCE-ID",
        ];
        let name = element
            .attr("name")
            .ok_or_else(|| invalid(element, "a filter has a name"))?
            .to_ascii_uppercase();
        let range = element.first(&caldav("time-range"));
        if range.is_some() && !DATES.contains(&name.as_str()) {
            return Err(invalid(element, &format!("{name} is no time")));
        }
        Ok(PropFilter {
            not_defined: element.has(&caldav("is-not-defined")),
            range: range.map(|range| Range::read(range, limits)).transpose()?,
            text: TextMatch::read(element)?,
            params: element
                .all(&caldav("param-filter"))
                .map(ParamFilter::read)
                .collect::<Result<_, _>>()?,
            name,
        })
    }

    fn matches(&self, scope: &Scope<'_>, component: &Component) -> bool {
        let mut named = component.properties_named(&self.name);
        if self.not_defined {
            return named.next().is_none();
        }
        named.any(|property| {
            self.range.is_none_or(|range| {
                instances::instant(scope.document, scope.zone, property).is_some_and(|at| range.has(at))
            }) && self
                .text
                .as_ref()
                .is_none_or(|text| text.matches(&property.text()))
                && self.params.iter().all(|filter| filter.matches(property))
        })
    }
}

impl ParamFilter {
    fn read(element: &Element) -> Result<ParamFilter, Refusal> {
        Ok(ParamFilter {
            name: element
                .attr("name")
                .ok_or_else(|| invalid(element, "a filter has a name"))?
                .to_owned(),
            not_defined: element.has(&caldav("is-not-defined")),
            text: TextMatch::read(element)?,
        })
    }

    fn matches(&self, property: &Property) -> bool {
        match property.find_param(&self.name) {
            None => self.not_defined,
            Some(_) if self.not_defined => false,
            Some(param) => self
                .text
                .as_ref()
                .is_none_or(|text| param.values.iter().any(|value| text.matches(&value.decoded()))),
        }
    }
}

impl TextMatch {
    fn read(parent: &Element) -> Result<Option<TextMatch>, Refusal> {
        let Some(element) = parent.first(&caldav("text-match")) else {
            return Ok(None);
        };
        let collation = match element.attr("collation") {
            None | Some("default") => COLLATIONS[0],
            Some(name) => name,
        };
        if !COLLATIONS.contains(&collation) {
            return Err(Refusal::access(
                "supported-collation",
                format!("{collation} is not supported"),
            ));
        }
        Ok(Some(TextMatch {
            text: element.text(),
            octets: collation == "i;octet",
            negated: element.attr("negate-condition") == Some("yes"),
        }))
    }

    fn matches(&self, text: &str) -> bool {
        let found = match self.octets {
            true => text.contains(&self.text),
            false => text
                .to_ascii_uppercase()
                .contains(&self.text.to_ascii_uppercase()),
        };
        found != self.negated
    }
}
