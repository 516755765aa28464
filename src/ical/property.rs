//! Properties and their parameters.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::lex::{self, Sink};
use super::place::{self, LineEnd, Origin, Position};
use super::text;

/// A content line: name, parameters and value as written, unfolded, no escapes undone. Octets that are not UTF-8 are
/// shown as U+FFFD.
///
/// The fields can be changed freely; the line is written anew only if it then differs from what was read. Two
/// properties are equal when these three are, wherever they stand.
#[derive(Clone)]
pub struct Property {
    pub name: String,
    pub params: Vec<Param>,
    /// The raw value. [`Property::text`] undoes the escapes of TEXT.
    pub value: String,
    pub(super) origin: Option<Origin>,
}

/// A parameter. One that was written without `=` has no values.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Param {
    pub name: String,
    pub values: Vec<ParamValue>,
}

/// One value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ParamValue {
    /// Without the quotes around it; the escapes of RFC 6868 are left in.
    pub text: String,
    /// Whether it was or is to be in quotes. Where they are needed they are written in any case.
    pub quoted: bool,
}

impl ParamValue {
    /// A value that is put in quotes where it needs them.
    pub fn new(text: impl Into<String>) -> Self {
        ParamValue {
            text: text.into(),
            quoted: false,
        }
    }

    /// The text without the escapes of RFC 6868.
    pub fn decoded(&self) -> Cow<'_, str> {
        text::decode_param(&self.text)
    }
}

impl Param {
    /// A parameter with one value.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Param {
            name: name.into(),
            values: vec![ParamValue::new(value)],
        }
    }

    /// Whether it has this name, in any case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Its first value.
    pub fn value(&self) -> Option<&str> {
        self.values.first().map(|value| value.text.as_str())
    }
}

impl Property {
    /// A new property; `value` is raw (see [`text::escape`] for TEXT, or [`Property::new_text`]).
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Property {
            name: name.into(),
            params: Vec::new(),
            value: value.into(),
            origin: None,
        }
    }

    /// A new property with a TEXT value, escaped here.
    pub fn new_text(name: impl Into<String>, text: &str) -> Self {
        Property::new(name, text::escape(text))
    }

    /// Whether it has this name, in any case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The first value of the first parameter of this name, quotes removed, escapes of RFC 6868 left in.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.find_param(name)?.value()
    }

    /// Like [`Property::param`], without the escapes of RFC 6868.
    pub fn param_text(&self, name: &str) -> Option<Cow<'_, str>> {
        self.param(name).map(text::decode_param)
    }

    /// The first parameter of this name, with all its values.
    pub fn find_param(&self, name: &str) -> Option<&Param> {
        self.params.iter().find(|param| param.is(name))
    }

    /// Gives the parameter one value: the first one of this name is replaced and further ones removed, else it is
    /// appended. Quotes are added where needed; double quotes and line ends in it are written as in RFC 6868.
    pub fn set_param(&mut self, name: &str, value: impl Into<String>) {
        let new = ParamValue::new(value);
        let Some(first) = self.params.iter().position(|param| param.is(name)) else {
            self.params.push(Param {
                name: name.to_owned(),
                values: vec![new],
            });
            return;
        };
        self.params[first].values = vec![new];
        let mut index = 0;
        self.params.retain(|param| {
            index += 1;
            index <= first + 1 || !param.is(name)
        });
    }

    /// Removes all parameters of this name; whether there was one.
    pub fn remove_param(&mut self, name: &str) -> bool {
        let before = self.params.len();
        self.params.retain(|param| !param.is(name));
        self.params.len() < before
    }

    /// Builder form of [`Property::set_param`].
    #[must_use]
    pub fn with_param(mut self, name: &str, value: impl Into<String>) -> Self {
        self.set_param(name, value);
        self
    }

    /// The value as TEXT, escapes undone.
    pub fn text(&self) -> String {
        text::unescape(&self.value).into_owned()
    }

    /// Sets the value to a TEXT, escaped here.
    pub fn set_text(&mut self, text: &str) {
        self.value = text::escape(text).into_owned();
    }

    /// The physical line it begins on, from 1; 0 when it was not read from a text.
    pub fn line(&self) -> u32 {
        self.origin.as_ref().map_or(0, |origin| origin.line)
    }

    /// The column it begins at: 1; 0 when it was not read from a text.
    pub fn column(&self) -> u32 {
        u32::from(self.origin.is_some())
    }

    /// Where it begins, if it was read from a text.
    pub fn position(&self) -> Option<Position> {
        Some(self.origin.as_ref()?.position(0))
    }

    /// Where the octet at `offset` of `value` stands in the text, folds considered. Of an edited property: where it
    /// stood in the value that was read.
    pub fn position_of(&self, offset: usize) -> Option<Position> {
        let origin = self.origin.as_ref()?;
        let line = origin.unfolded();
        let start = Spans::of(&line)?.value_start;
        Some(origin.position(start + place::octet_offset(&line[start..], offset)))
    }

    /// Where the parameter at this index (as it was read) begins.
    pub fn position_of_param(&self, index: usize) -> Option<Position> {
        let origin = self.origin.as_ref()?;
        let spans = Spans::of(&origin.unfolded())?;
        Some(origin.position(spans.params.get(index)?.0.start))
    }

    /// Where the value at this index of the parameter at that index begins, after its quote.
    pub fn position_of_param_value(&self, param: usize, value: usize) -> Option<Position> {
        let origin = self.origin.as_ref()?;
        let spans = Spans::of(&origin.unfolded())?;
        Some(origin.position(spans.params.get(param)?.1.get(value)?.start))
    }

    /// The octets it was read from, with folds and line end.
    pub fn raw(&self) -> Option<&[u8]> {
        self.origin.as_ref().map(Origin::raw)
    }

    /// How its last physical line ended, if it was read from a text.
    pub fn line_end(&self) -> Option<LineEnd> {
        self.origin.as_ref().map(Origin::line_end)
    }

    /// Whether it differs from what was read; true for a new one.
    pub fn is_edited(&self) -> bool {
        let Some(origin) = &self.origin else {
            return true;
        };
        let line = origin.unfolded();
        let mut same = Same {
            line: &line,
            params: &self.params,
            at: 0,
            value: 0,
            same: true,
        };
        let Ok(parts) = lex::lex(&line, &mut same) else {
            return true;
        };
        !(same.complete()
            && reads_as(&line[..parts.name_end], &self.name)
            && reads_as(&line[parts.value_start..], &self.value))
    }
}

impl PartialEq for Property {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.params == other.params && self.value == other.value
    }
}

impl Eq for Property {}

impl fmt::Debug for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Property")
            .field("line", &self.line())
            .field("name", &self.name)
            .field("params", &self.params)
            .field("value", &self.value)
            .finish()
    }
}

/// Whether the octets, read leniently, are this text.
pub(super) fn reads_as(octets: &[u8], text: &str) -> bool {
    octets == text.as_bytes() || (str::from_utf8(octets).is_err() && String::from_utf8_lossy(octets) == text)
}

/// Where the parts of a line are.
struct Spans {
    params: Vec<(Range<usize>, Vec<Range<usize>>)>,
    value_start: usize,
}

impl Spans {
    fn of(line: &[u8]) -> Option<Spans> {
        let mut spans = Spans {
            params: Vec::new(),
            value_start: 0,
        };
        spans.value_start = lex::lex(line, &mut spans).ok()?.value_start;
        Some(spans)
    }
}

impl Sink for Spans {
    fn param(&mut self, name: Range<usize>) {
        self.params.push((name, Vec::new()));
    }
    fn value(&mut self, at: Range<usize>, _quoted: bool) {
        if let Some((_, values)) = self.params.last_mut() {
            values.push(at);
        }
    }
}

/// Compares the parameters of a line with those of a property, without building any.
struct Same<'a> {
    line: &'a [u8],
    params: &'a [Param],
    /// How many parameters of the line, and how many values of the last one, were seen.
    at: usize,
    value: usize,
    same: bool,
}

impl Same<'_> {
    fn complete(&self) -> bool {
        self.same && self.at == self.params.len() && self.last_is_complete()
    }

    fn last_is_complete(&self) -> bool {
        self.at == 0
            || self
                .params
                .get(self.at - 1)
                .is_some_and(|param| param.values.len() == self.value)
    }
}

impl Sink for Same<'_> {
    fn param(&mut self, name: Range<usize>) {
        self.same &= self.last_is_complete();
        self.same &= self
            .params
            .get(self.at)
            .is_some_and(|param| reads_as(&self.line[name], &param.name));
        self.at += 1;
        self.value = 0;
    }

    fn value(&mut self, at: Range<usize>, quoted: bool) {
        let param = self.params.get(self.at.wrapping_sub(1));
        let value = param.and_then(|param| param.values.get(self.value));
        self.same &=
            value.is_some_and(|value| value.quoted == quoted && reads_as(&self.line[at], &value.text));
        self.value += 1;
    }
}
