//! Messages and stored objects judged one by one.

use super::finding::{Breach, Report, Sink, Spot};
use super::kind::Kind;
use super::object::{Mode, Object};
use super::syntax::{self, Visit};
use super::{message, presence, rule, stored, times, zones};
use crate::ical::{Component, Document, ReadError, read};

/// How a text is to be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options<'a> {
    pub mode: Mode,
    /// The line ends are not those that were sent: the text comes out of XML.
    pub from_xml: bool,
    /// The Content-Type that it came with, if it is to be judged too.
    pub content_type: Option<&'a str>,
}

/// Judges a message, or whatever `mode` says the text is.
///
/// # Errors
/// Where the text exceeds the limits of the reader; anything else about it is a finding.
pub fn lint(text: &[u8], mode: Mode) -> Result<Report, ReadError> {
    let options = Options {
        mode,
        ..Options::default()
    };
    Ok(lint_document(&read(text)?, options))
}

/// As [`lint`], of a text that was read.
pub fn lint_document(document: &Document, options: Options<'_>) -> Report {
    let mut sink = Sink::default();
    syntax::lines(document, !options.from_xml, &mut sink);
    let mut lint = Lint {
        options,
        object: None,
    };
    syntax::walk(document, &mut lint, &mut sink);
    sink.report()
}

struct Lint<'a, 'o> {
    options: Options<'o>,
    /// The VCALENDAR that the walk is in.
    object: Option<Object<'a>>,
}

impl<'a> Visit<'a> for Lint<'a, '_> {
    fn calendar(&mut self, calendar: &'a Component) {
        self.object = Some(Object::new(calendar, self.options.mode));
    }

    fn component(&mut self, component: &'a Component, kind: Kind, counts: &[u32], sink: &mut Sink) {
        let Some(object) = &self.object else { return };
        presence::properties(object, component, kind, counts, sink);
        times::component(object, component, kind, sink);
        zones::component(object, component, kind, sink);
        message::component(object, component, kind, sink);
        if std::ptr::eq(component, object.calendar) {
            calendar(object, self.options.content_type, sink);
            self.object = None;
        }
    }
}

fn calendar(object: &Object<'_>, content_type: Option<&str>, sink: &mut Sink) {
    sink.applies(rule::OBJECT_COMPONENTS);
    // Of a message, its method says what is missing.
    let told = object.is_message() && object.method.is_some();
    if !told && object.calendar.components().next().is_none() {
        sink.breach(rule::OBJECT_COMPONENTS, || {
            Breach::absent(Spot::component(object.calendar), "VCALENDAR has no component")
        });
    }
    zones::zones(object, sink);
    times::overrides(object, sink);
    if object.is_message() {
        presence::calendar(object, sink);
        message::message(object, sink);
        if let Some(content_type) = content_type {
            message::content_type(object, content_type, sink);
        }
    } else {
        stored::stored(object, sink);
    }
}
