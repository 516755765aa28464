//! Damages of iCalendar data: components, properties and parameters dropped, changed, added.

use super::super::answer;
use super::super::ical::Source;
use super::super::value::Slot;
use super::super::{Change, Scope, Selector, Subject};
use super::altered::changed;
use super::values::{Editable, damages};
use super::{Altered, Damaged};
use crate::dav::{Element, Node};
use crate::ical::Document;
use crate::scenario::{IcalMatcher, IcalPath};

pub(super) fn ical(matcher: &IcalMatcher, subject: &Subject, scope: &Scope) -> Vec<Damaged> {
    let (Ok(path), Ok(source)) = (
        IcalPath::parse(&matcher.at),
        Source::new(&matcher.of_recipient, &matcher.of_resource, scope),
    ) else {
        return Vec::new();
    };
    let (Ok(selector), Ok(document)) = (Selector::new(&path, scope), source.document(subject)) else {
        return Vec::new();
    };
    let data = Data {
        selector,
        document,
        source,
        subject,
    };
    damages(matcher.expectation(), scope, &data)
}

struct Data<'a> {
    selector: Selector,
    document: Document,
    source: Source,
    subject: &'a Subject<'a>,
}

impl Data<'_> {
    fn with(&self, document: &Document) -> Option<Altered> {
        replaced(self.subject, &self.source, &self.document, document)
    }
}

/// The answer with other iCalendar data in the same place.
pub(super) fn replaced(
    subject: &Subject,
    source: &Source,
    original: &Document,
    document: &Document,
) -> Option<Altered> {
    let data = document.to_bytes();
    if let Source::Body = source {
        return Some(Altered::body(subject, data));
    }
    let root = answer::xml(subject).ok()?;
    let original = original.source()?;
    let all = root.descendants();
    let holding: Vec<&Element> = all
        .into_iter()
        .filter(|element| element.name == "calendar-data" && element.text().as_bytes() == original)
        .collect();
    let text = String::from_utf8(data).ok()?;
    let root = changed(&root, &holding, |element| {
        element.children = vec![Node::Text(text.clone())];
        true
    });
    Some(Altered::xml(subject, &root))
}

impl Editable for Data<'_> {
    fn what(&self) -> String {
        self.selector.what()
    }

    fn slots(&self) -> Vec<Slot> {
        let Some(calendar) = self.document.calendar() else {
            return Vec::new();
        };
        self.selector.select(calendar).slots
    }

    fn changed(&self, slots: &[usize], value: Option<usize>, change: Change) -> Option<Altered> {
        let mut document = self.document.clone();
        let calendar = document.calendar_mut()?;
        for slot in slots.iter().rev() {
            self.selector.change(calendar, *slot, value, change).ok()?;
        }
        self.with(&document)
    }

    fn losses(&self) -> Vec<Damaged> {
        let mut losses = Vec::new();
        if self.selector.components.is_empty() && self.selector.property.is_none() {
            let mut document = self.document.clone();
            if let Some(calendar) = document.calendar_mut() {
                calendar.name = "X-VCALENDAR".to_string();
                calendar.close();
            }
            losses.extend(
                self.with(&document)
                    .map(|altered| ("VCALENDAR renamed".to_string(), altered)),
            );
        }
        let mut lose = |what: String, selector: &Selector| {
            let mut document = self.document.clone();
            let Some(calendar) = document.calendar_mut() else {
                return;
            };
            let slots = selector.select(calendar).slots.len();
            let done = (0..slots)
                .rev()
                .all(|slot| selector.change(calendar, slot, None, Change::Remove).is_ok());
            if let Some(altered) = self.with(&document).filter(|_| done) {
                losses.push((what, altered));
            }
        };
        if self.selector.parameter.is_some() {
            let carrier = self.selector.without_parameter();
            lose(format!("{} dropped", carrier.what()), &carrier);
        }
        if self.selector.property.is_some()
            && let Some(component) = self.selector.components_only()
        {
            lose(format!("{} dropped", component.what()), &component);
        }
        losses
    }
}
