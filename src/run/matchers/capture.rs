//! Values that an answer gives to later steps.

use super::ical::{self, NoData};
use super::select::Selector;
use super::value::Selection;
use super::{Scope, Subject, answer, header, xml};
use crate::scenario::{Capture, IcalPath, XmlPath};

/// The first value that a capture names, or why there is none. `None` for what only an `await` knows ([`Capture::Href`]).
///
/// # Errors
/// The value is not there, or the answer is not what it must be: a sentence for the person who reads the log.
pub fn capture(capture: &Capture, subject: &Subject, scope: &Scope) -> Option<Result<String, String>> {
    Some(match capture {
        Capture::Header(name) => first(header::select(name, subject)),
        Capture::Xml(path) => from_xml(path, subject),
        Capture::Ical(path) => from_icalendar(path, subject, scope),
        Capture::Body(_) => {
            answer::whole(subject).map(|()| String::from_utf8_lossy(subject.body).into_owned())
        }
        Capture::Href(_) => return None,
    })
}

fn from_xml(path: &str, subject: &Subject) -> Result<String, String> {
    let steps = XmlPath::parse(path)?;
    first(xml::select(&steps, &answer::xml(subject)?, path.to_string()))
}

fn from_icalendar(path: &str, subject: &Subject, scope: &Scope) -> Result<String, String> {
    let path = IcalPath::parse(path)?;
    let selector = Selector::new(&path, scope).map_err(|error| error.to_string())?;
    answer::whole(subject)?;
    let document = ical::read(subject.body).map_err(|error| match error {
        NoData::Unreadable(why) | NoData::Missing(why) => why,
    })?;
    let calendar = document.calendar().ok_or("no VCALENDAR")?;
    first(selector.select(calendar))
}

fn first(selection: Selection) -> Result<String, String> {
    let Selection {
        what,
        slots,
        no_parent,
    } = selection;
    if slots.is_empty() {
        return Err(no_parent);
    }
    let none = slots
        .iter()
        .map(|slot| slot.none.clone())
        .find(|none| !none.is_empty());
    let value = slots.into_iter().flat_map(|slot| slot.values).next();
    value
        .map(|value| value.text)
        .ok_or_else(|| none.unwrap_or_else(|| format!("no {what}")))
}
