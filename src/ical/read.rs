//! Octets to a [`Document`].

use std::ops::Range;
use std::sync::Arc;

use super::component::{Component, Document, Item, RawLine};
use super::lex::{self, Fault, Sink};
use super::place::{Origin, continues, line_end};
use super::property::{Param, ParamValue, Property};

/// The deepest nesting that any [`Limits`] allow: trees are walked and dropped recursively.
pub const MAX_DEPTH: usize = 256;

/// What a text may cost at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Octets of the text; at most 4 GiB in any case.
    pub octets: usize,
    /// Components in one another; at most [`MAX_DEPTH`] in any case.
    pub depth: usize,
    /// Octets of a content line with its folds.
    pub content_line: usize,
    /// Physical lines.
    pub lines: u32,
    /// Parameters and their values, in the whole text.
    pub params: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            octets: 256 << 20,
            depth: 32,
            content_line: 1 << 20,
            lines: 1_000_000,
            params: 4_000_000,
        }
    }
}

/// A text that exceeds the limits. Nothing else about a text is an error here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {kind}")]
pub struct ReadError {
    /// Physical line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    pub kind: ReadErrorKind,
}

/// Which limit is exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadErrorKind {
    #[error("more than {0} octets of iCalendar text")]
    TooLarge(usize),
    #[error("components nested more than {0} deep")]
    TooDeep(usize),
    #[error("a content line of more than {0} octets")]
    LineTooLong(usize),
    #[error("more than {0} lines")]
    TooManyLines(u32),
    #[error("more than {0} parameters and parameter values")]
    TooManyParams(usize),
}

/// Reads iCalendar text with the default [`Limits`].
///
/// # Errors
/// Only where a limit is exceeded; everything else is kept as it is.
pub fn read(bytes: &[u8]) -> Result<Document, ReadError> {
    read_with(bytes, &Limits::default())
}

/// Reads iCalendar text within these limits.
///
/// # Errors
/// Only where a limit is exceeded; everything else is kept as it is.
pub fn read_with(bytes: &[u8], limits: &Limits) -> Result<Document, ReadError> {
    let most = limits.octets.min(u32::MAX as usize);
    if bytes.len() > most {
        return Err(ReadError {
            line: 1,
            column: 1,
            kind: ReadErrorKind::TooLarge(most),
        });
    }
    let bom = bytes.starts_with(b"\xEF\xBB\xBF");
    let mut reader = Reader {
        source: bytes.into(),
        limits: *limits,
        lines: 0,
        params: 0,
        scratch: Vec::new(),
        open: Vec::new(),
        items: Vec::new(),
    };
    reader.limits.depth = limits.depth.min(MAX_DEPTH);
    let mut at = if bom { 3 } else { 0 };
    while at < bytes.len() {
        at = reader.content_line(bytes, at)?;
    }
    while reader.close(None) {}
    Ok(Document {
        items: reader.items,
        source: Some(reader.source),
        bom,
    })
}

struct Reader {
    source: Arc<[u8]>,
    limits: Limits,
    /// Physical lines and parameters so far.
    lines: u32,
    params: usize,
    /// The unfolded line, where it had folds.
    scratch: Vec<u8>,
    /// Components whose END has not come yet, outermost first.
    open: Vec<Component>,
    items: Vec<Item>,
}

impl Reader {
    /// Reads the content line at `start` and returns where the next one begins.
    fn content_line(&mut self, text: &[u8], start: usize) -> Result<usize, ReadError> {
        let line = self.lines + 1;
        self.count_line(text, start)?;
        let (end, mut next, _) = line_end(text, start);
        let mut length = end - start;
        let folded = continues(text, next);
        if folded {
            self.scratch.clear();
            self.scratch.extend_from_slice(&text[start..end]);
            while continues(text, next) && length <= self.limits.content_line {
                self.count_line(text, next)?;
                let (end, after, _) = line_end(text, next);
                self.scratch.extend_from_slice(&text[next + 1..end]);
                length += end - next;
                next = after;
            }
        }
        if length > self.limits.content_line {
            return Err(error(line, ReadErrorKind::LineTooLong(self.limits.content_line)));
        }
        let origin = Origin {
            source: Arc::clone(&self.source),
            start: start as u32,
            len: (next - start) as u32,
            line,
        };
        if folded {
            let unfolded = std::mem::take(&mut self.scratch);
            let result = self.line(&unfolded, origin);
            self.scratch = unfolded;
            result?;
        } else {
            self.line(&text[start..end], origin)?;
        }
        Ok(next)
    }

    fn count_line(&mut self, text: &[u8], start: usize) -> Result<(), ReadError> {
        debug_assert!(start < text.len());
        self.lines += 1;
        if self.lines > self.limits.lines {
            return Err(error(self.lines, ReadErrorKind::TooManyLines(self.limits.lines)));
        }
        Ok(())
    }

    fn line(&mut self, line: &[u8], origin: Origin) -> Result<(), ReadError> {
        let mut build = Build {
            line,
            params: Vec::new(),
            count: 0,
        };
        let parts = match lex::lex(line, &mut build) {
            Ok(parts) => parts,
            Err(fault) => {
                self.add(Item::Other(RawLine { origin, fault }));
                return Ok(());
            }
        };
        self.params += build.count;
        if self.params > self.limits.params {
            return Err(error(
                origin.line,
                ReadErrorKind::TooManyParams(self.limits.params),
            ));
        }
        let (name, value) = (&line[..parts.name_end], &line[parts.value_start..]);
        if name.eq_ignore_ascii_case(b"BEGIN") {
            if self.open.len() >= self.limits.depth {
                return Err(error(origin.line, ReadErrorKind::TooDeep(self.limits.depth)));
            }
            self.open.push(Component {
                name: lossy(value),
                items: Vec::new(),
                begin: Some(origin),
                end: None,
            });
        } else if name.eq_ignore_ascii_case(b"END") {
            self.end(&String::from_utf8_lossy(value), origin);
        } else {
            self.add(Item::Property(Property {
                name: lossy(name),
                params: build.params,
                value: lossy(value),
                origin: Some(origin),
            }));
        }
        Ok(())
    }

    /// An END line closes the innermost open component of its name, and leaves those in it without an END. If there is
    /// none of its name it closes the innermost of all: a misspelt END is likelier than a stray one.
    fn end(&mut self, name: &str, origin: Origin) {
        if self.open.is_empty() {
            let fault = Fault::StrayEnd;
            return self.add(Item::Other(RawLine { origin, fault }));
        }
        if let Some(own) = self.open.iter().rposition(|component| component.is(name)) {
            while self.open.len() > own + 1 {
                self.close(None);
            }
        }
        self.close(Some(origin));
    }

    /// Takes the innermost open component off; whether there was one.
    fn close(&mut self, end: Option<Origin>) -> bool {
        let Some(mut component) = self.open.pop() else {
            return false;
        };
        component.end = end;
        self.add(Item::Component(component));
        true
    }

    fn add(&mut self, item: Item) {
        match self.open.last_mut() {
            Some(component) => component.items.push(item),
            None => self.items.push(item),
        }
    }
}

fn error(line: u32, kind: ReadErrorKind) -> ReadError {
    ReadError {
        line,
        column: 1,
        kind,
    }
}

fn lossy(octets: &[u8]) -> String {
    match str::from_utf8(octets) {
        Ok(text) => text.to_owned(),
        Err(_) => String::from_utf8_lossy(octets).into_owned(),
    }
}

struct Build<'a> {
    line: &'a [u8],
    params: Vec<Param>,
    count: usize,
}

impl Sink for Build<'_> {
    fn param(&mut self, name: Range<usize>) {
        self.count += 1;
        self.params.push(Param {
            name: lossy(&self.line[name]),
            values: Vec::with_capacity(1),
        });
    }

    fn value(&mut self, at: Range<usize>, quoted: bool) {
        self.count += 1;
        if let Some(param) = self.params.last_mut() {
            let text = lossy(&self.line[at]);
            param.values.push(ParamValue { text, quoted });
        }
    }
}
