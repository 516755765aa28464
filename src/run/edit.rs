//! Edits of iCalendar bodies, as a client makes them that changes what it fetched.

use jiff::civil::DateTime;

use super::matchers::{Change, Selector};
use super::template::{FillError, Scope, to_icalendar};
use crate::ical::{self, Component, Document, Item, Property};
use crate::scenario::{Edit, IcalPath};

/// Why an edit could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    #[error(transparent)]
    Fill(#[from] FillError),
    /// The body, or what the path should select in it, is not as the scenario expects.
    #[error("{0}")]
    Body(String),
}

/// No body is made longer than this.
const MAX_OCTETS: usize = 1 << 20;

/// Makes the edits in order, in the first VCALENDAR of a body; what is not edited stays octet for octet.
///
/// # Errors
/// A place that cannot be filled, a body that is no iCalendar data, or an edit that finds nothing to change.
pub fn edit(body: &[u8], edits: &[Edit], scope: &Scope) -> Result<Vec<u8>, EditError> {
    if edits.is_empty() {
        return Ok(body.to_vec());
    }
    let mut document: Document = ical::read(body).map_err(|error| EditError::Body(error.to_string()))?;
    for edit in edits {
        let padding = match &edit.longer_than {
            Some(octets) => Some(padding(&document, &scope.fill(octets)?)?),
            None => None,
        };
        let calendar = document.calendar_mut();
        let calendar =
            calendar.ok_or_else(|| EditError::Body("the body to edit has no VCALENDAR".to_string()))?;
        apply(calendar, edit, padding, scope)?;
    }
    Ok(document.to_bytes())
}

/// A property that makes the document longer than `octets`.
fn padding(document: &Document, octets: &str) -> Result<Property, EditError> {
    let wanted: usize = octets
        .trim()
        .parse()
        .map_err(|_| EditError::Body(format!("`{octets}` is no number of octets")))?;
    if wanted > MAX_OCTETS {
        return Err(EditError::Body(format!(
            "{wanted} octets are more than a scenario sends"
        )));
    }
    let lacking = wanted.saturating_sub(document.to_bytes().len());
    Ok(Property::new("X-CALCONFORM-PADDING", "x".repeat(lacking)))
}

fn apply(
    calendar: &mut Component,
    edit: &Edit,
    padding: Option<Property>,
    scope: &Scope,
) -> Result<(), EditError> {
    let path = IcalPath::parse(&edit.at).map_err(EditError::Body)?;
    let selector = Selector::new(&path, scope)?;
    if let Some(padding) = padding {
        return for_components(calendar, &selector, |component| component.push(padding.clone()));
    }
    let nothing = |why: &str| EditError::Body(format!("nothing to edit at {}: {why}", selector.what()));
    if let Some(lines) = &edit.add {
        let items = content_lines(&scope.fill(lines)?)?;
        return for_components(calendar, &selector, |component| {
            for item in items.clone() {
                match item {
                    Item::Property(property) => component.push(property),
                    other => component.items.push(other),
                }
            }
        });
    }
    if let Some(start) = &edit.instance {
        let start = scope.fill(start)?;
        return add_instances(calendar, &selector, &start);
    }
    let slots: Vec<usize> = selector
        .select(calendar)
        .slots
        .iter()
        .map(|slot| slot.values.len())
        .collect();
    if let Some(value) = &edit.set {
        let value = scope.fill(value)?;
        if slots.is_empty() {
            return Err(nothing("no component or property that could carry it"));
        }
        for (slot, values) in slots.iter().enumerate() {
            let change = if *values == 0 {
                Change::Add(&value)
            } else {
                Change::Set(&value)
            };
            selector
                .change(calendar, slot, None, change)
                .map_err(|why| nothing(&why))?;
        }
    }
    if edit.remove.is_some() {
        // From the end: a component that goes must not move those that are still to come.
        for slot in (0..slots.len()).rev() {
            selector
                .change(calendar, slot, None, Change::Remove)
                .map_err(|why| nothing(&why))?;
        }
    }
    Ok(())
}

/// Does something with each component that a path selects; the VCALENDAR for the path of that name.
fn for_components(
    calendar: &mut Component,
    selector: &Selector,
    mut change: impl FnMut(&mut Component),
) -> Result<(), EditError> {
    if selector.property.is_some() {
        return Err(EditError::Body(format!("{} is no component", selector.what())));
    }
    let places = selector.places(calendar).map_err(EditError::Body)?;
    for place in places {
        if let Some(component) = Selector::component_mut(calendar, &place) {
            change(component);
        }
    }
    Ok(())
}

fn content_lines(lines: &str) -> Result<Vec<Item>, EditError> {
    let lines: String = lines.lines().map(|line| format!("{line}\n")).collect();
    let wrapped = to_icalendar(&format!("BEGIN:X\n{lines}END:X\n"));
    let document = ical::read(wrapped.as_bytes()).map_err(|error| EditError::Body(error.to_string()))?;
    let component = document.components().next().cloned();
    component
        .map(|component| component.items)
        .ok_or_else(|| EditError::Body("no content lines".to_string()))
}

fn add_instances(calendar: &mut Component, selector: &Selector, start: &str) -> Result<(), EditError> {
    let mut failure = None;
    let mut added = Vec::new();
    for_components(calendar, selector, |master| match instance(master, start) {
        Ok(instance) => added.push(instance),
        Err(why) => failure = Some(why),
    })?;
    if let Some(why) = failure {
        return Err(EditError::Body(why));
    }
    added
        .into_iter()
        .for_each(|instance| calendar.push_component(instance));
    Ok(())
}

/// The instance of a recurring component that starts at `start`, as an override that changes nothing yet.
fn instance(master: &Component, start: &str) -> Result<Component, String> {
    let first = master
        .property("DTSTART")
        .ok_or("the master component has no DTSTART")?;
    let mut instance = master.clone();
    instance.close();
    for name in ["RRULE", "RDATE", "EXDATE", "EXRULE"] {
        instance.remove_properties(name);
    }
    for name in ["DTEND", "DUE"] {
        let Some(end) = master.property(name) else {
            continue;
        };
        instance.set(name, moved(&end.value, &first.value, start)?);
    }
    let mut id = Property::new("RECURRENCE-ID", start);
    id.params.clone_from(&first.params);
    instance.set("DTSTART", start);
    instance.push(id);
    Ok(instance)
}

/// The end moved by as much as the start is, on the clock.
fn moved(end: &str, from: &str, to: &str) -> Result<String, String> {
    let clock = |text: &str| parse(text).ok_or_else(|| format!("`{text}` is no date or date-time"));
    let span = clock(to)?.duration_since(clock(from)?);
    let end_clock = clock(end)?.checked_add(span).map_err(|error| error.to_string())?;
    let zone = if end.ends_with('Z') { "Z" } else { "" };
    Ok(if end.contains('T') {
        format!("{}{zone}", end_clock.strftime("%Y%m%dT%H%M%S"))
    } else {
        end_clock.strftime("%Y%m%d").to_string()
    })
}

fn parse(text: &str) -> Option<DateTime> {
    let format = if text.contains('T') {
        "%Y%m%dT%H%M%S"
    } else {
        "%Y%m%d"
    };
    let text = text.trim_end_matches('Z');
    if text.contains('T') {
        DateTime::strptime(format, text).ok()
    } else {
        jiff::civil::Date::strptime(format, text).ok().map(DateTime::from)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::run::Shift;

    const BODY: &str = "BEGIN:VCALENDAR\r\nX-WR:a;b\r\nBEGIN:VEVENT\r\nDTSTART;TZID=Europe/Berlin:20270601T200000\r\n\
        DTEND;TZID=Europe/Berlin:20270601T213000\r\nRRULE:FREQ=WEEKLY\r\nEXDATE:20270608T180000Z,20270615T180000Z\r\n\
        attendee;CN=Bob:mailto:bob@example.com\r\nATTENDEE:mailto:carl@example.com\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    fn edited(yaml: &str) -> Result<String, EditError> {
        let now = "2026-11-20T10:00:00Z".parse().expect("a timestamp");
        let scope = Scope::new(now, Shift::of_texts(["{20090602T180000Z}"], now), "u1");
        let edit: Edit = serde_saphyr::from_str(yaml).expect(yaml);
        super::edit(BODY.as_bytes(), &[edit], &scope).map(|body| String::from_utf8(body).expect("UTF-8"))
    }

    #[rstest]
    #[case(
        "{at: 'VEVENT/ATTENDEE[mailto:bob@example.com];PARTSTAT', set: ACCEPTED}",
        "attendee;CN=Bob:",
        "attendee;CN=Bob;PARTSTAT=ACCEPTED:"
    )]
    #[case(
        "{at: 'VEVENT/ATTENDEE[mailto:bob@example.com];CN', set: 'a;b'}",
        "attendee;CN=Bob:",
        "attendee;CN=\"a;b\":"
    )]
    #[case(
        "{at: 'VEVENT/ATTENDEE[mailto:bob@example.com];CN', remove: whole}",
        "attendee;CN=Bob:",
        "attendee:"
    )]
    #[case(
        "{at: 'VEVENT/ATTENDEE[mailto:carl@example.com]', remove: whole}",
        "ATTENDEE:mailto:carl@example.com\r\n",
        ""
    )]
    #[case(
        "{at: 'VEVENT/EXDATE[{20090609T180000Z}]', remove: whole}",
        "20270608T180000Z,",
        ""
    )]
    #[case(
        "{at: VEVENT/SUMMARY, set: 'a, b'}",
        "END:VEVENT",
        "SUMMARY:a\\, b\r\nEND:VEVENT"
    )]
    #[case(
        "{at: VEVENT/RRULE, set: FREQ=DAILY;COUNT=3}",
        "FREQ=WEEKLY",
        "FREQ=DAILY;COUNT=3"
    )]
    #[case(
        "{at: VEVENT, add: \"X-A:1\\nX-B:2\\n\"}",
        "END:VEVENT",
        "X-A:1\r\nX-B:2\r\nEND:VEVENT"
    )]
    #[case(
        "{at: VCALENDAR, add: METHOD:REQUEST}",
        "BEGIN:VEVENT",
        "METHOD:REQUEST\r\nBEGIN:VEVENT"
    )]
    #[case("{at: VEVENT/NONE, remove: whole}", "", "")]
    #[case(
        "{at: VCALENDAR, longer-than: '1'}",
        "BEGIN:VEVENT",
        "X-CALCONFORM-PADDING:\r\nBEGIN:VEVENT"
    )]
    fn edits(#[case] yaml: &str, #[case] from: &str, #[case] to: &str) {
        assert_eq!(edited(yaml), Ok(BODY.replacen(from, to, 1)));
    }

    #[test]
    fn an_instance_is_a_copy_without_the_rule() {
        let body = edited("{at: 'VEVENT[master]', instance: '{20090609T200000}'}").expect("edited");
        let (master, instance) = body.split_once("END:VEVENT\r\n").expect("two components");
        assert!(BODY.starts_with(master), "{body}");
        assert_eq!(
            instance,
            "BEGIN:VEVENT\r\nDTSTART;TZID=Europe/Berlin:20270608T200000\r\nDTEND;TZID=Europe/Berlin:20270608T213000\r\n\
             attendee;CN=Bob:mailto:bob@example.com\r\nATTENDEE:mailto:carl@example.com\r\n\
             RECURRENCE-ID;TZID=Europe/Berlin:20270608T200000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        );
    }

    #[test]
    fn what_is_written_is_folded_and_nothing_else() {
        let (long, short) = ("x".repeat(100), format!("DESCRIPTION:{}", "y".repeat(100)));
        let body = BODY.replacen("RRULE", &format!("{short}\r\nRRULE"), 1);
        let scope = Scope::new(jiff::Timestamp::UNIX_EPOCH, Shift::default(), "u1");
        for yaml in [
            format!("{{at: VEVENT, add: 'X-LONG:{long}'}}"),
            format!("{{at: VEVENT/X-LONG, set: '{long}'}}"),
        ] {
            let edit: Edit = serde_saphyr::from_str(&yaml).expect("an edit");
            let edited = super::edit(body.as_bytes(), &[edit], &scope).expect("edited");
            let edited = String::from_utf8(edited).expect("UTF-8");
            let lines: Vec<&str> = edited.split("\r\n").filter(|line| line.len() > 75).collect();
            assert_eq!(lines, [short.as_str()], "{edited}");
            assert!(
                edited
                    .replace("\r\n ", "")
                    .contains(&format!("X-LONG:{long}\r\n")),
                "{edited}"
            );
        }
    }

    #[test]
    fn a_body_becomes_longer_than_a_number() {
        let body = edited("{at: VEVENT, longer-than: '2000'}").expect("edited");
        assert!((2001..2200).contains(&body.len()), "{}", body.len());
    }

    #[rstest]
    #[case("{at: 'VTODO/SUMMARY', set: x}")]
    #[case("{at: 'VEVENT/ATTENDEE[mailto:none@example.com];CN', set: x}")]
    #[case("{at: 'VTODO', add: 'X-A:1'}")]
    #[case("{at: 'VEVENT/SUMMARY', add: 'X-A:1'}")]
    #[case("{at: 'VEVENT', instance: tomorrow}")]
    #[case("{at: 'VEVENT/SUMMARY', set: '{organizer.address}'}")]
    #[case("{at: 'VEVENT', longer-than: many}")]
    #[case("{at: 'VEVENT', longer-than: '2000000'}")]
    fn says_what_it_cannot_edit(#[case] yaml: &str) {
        assert!(edited(yaml).is_err());
    }
}
