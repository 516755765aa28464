//! Where things stand in the text: physical lines, folds, and the way back from an unfolded line to its octets.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// A place in the text that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Physical line, from 1.
    pub line: u32,
    /// Column in the physical line, from 1, in characters (an octet that continues a UTF-8 sequence has no column of
    /// its own). The space of a folded line is column 1.
    pub column: u32,
    /// Octets from the start of the text.
    pub offset: usize,
}

/// How a physical line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineEnd {
    CrLf,
    Lf,
    Cr,
    /// The text ends without a line end.
    Missing,
}

/// A physical line as it stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhysicalLine<'a> {
    /// Its number, from 1.
    pub number: u32,
    /// Octets from the start of the text to the start of the line.
    pub offset: usize,
    /// The octets without the line end, with the space of a fold.
    pub octets: &'a [u8],
    pub end: LineEnd,
}

/// The physical lines of a text. Lines end at CRLF, LF or CR.
#[derive(Debug, Clone)]
pub struct PhysicalLines<'a> {
    text: &'a [u8],
    offset: usize,
    number: u32,
}

impl<'a> PhysicalLines<'a> {
    pub(super) fn new(text: &'a [u8], offset: usize) -> Self {
        PhysicalLines {
            text,
            offset,
            number: 1,
        }
    }
}

impl<'a> Iterator for PhysicalLines<'a> {
    type Item = PhysicalLine<'a>;

    fn next(&mut self) -> Option<PhysicalLine<'a>> {
        if self.offset >= self.text.len() {
            return None;
        }
        let (end, next, kind) = line_end(self.text, self.offset);
        let line = PhysicalLine {
            number: self.number,
            offset: self.offset,
            octets: &self.text[self.offset..end],
            end: kind,
        };
        self.offset = next;
        self.number = self.number.saturating_add(1);
        Some(line)
    }
}

/// The end of the physical line that `start` is in, the start of the next one, and what stands between them.
pub(super) fn line_end(text: &[u8], start: usize) -> (usize, usize, LineEnd) {
    match memchr::memchr2(b'\r', b'\n', &text[start..]) {
        None => (text.len(), text.len(), LineEnd::Missing),
        Some(found) => {
            let end = start + found;
            if text[end] == b'\n' {
                (end, end + 1, LineEnd::Lf)
            } else if text.get(end + 1) == Some(&b'\n') {
                (end, end + 2, LineEnd::CrLf)
            } else {
                (end, end + 1, LineEnd::Cr)
            }
        }
    }
}

/// Whether the physical line that starts at `start` continues the one before it.
pub(super) fn continues(text: &[u8], start: usize) -> bool {
    matches!(text.get(start), Some(b' ' | b'\t'))
}

/// The octets of one content line (all its physical lines) in the text it was read from.
#[derive(Clone)]
pub(super) struct Origin {
    pub source: Arc<[u8]>,
    pub start: u32,
    pub len: u32,
    pub line: u32,
}

impl Origin {
    /// With folds and line ends.
    pub fn raw(&self) -> &[u8] {
        &self.source[self.start as usize..(self.start + self.len) as usize]
    }

    /// The raw ranges that unfolding joins, with the start and number of their physical lines.
    fn segments(&self) -> impl Iterator<Item = (Range<usize>, usize, u32)> + '_ {
        let raw = self.raw();
        let mut next = Some(0);
        let mut line = self.line;
        std::iter::from_fn(move || {
            let start = next?;
            let (end, after, _) = line_end(raw, start);
            next = (after < raw.len()).then_some(after);
            let number = line;
            line += 1;
            let content = if start == 0 { 0 } else { start + 1 };
            Some((content..end, start, number))
        })
    }

    /// The content line without folds and line end.
    pub fn unfolded(&self) -> Cow<'_, [u8]> {
        let raw = self.raw();
        let (end, after, _) = line_end(raw, 0);
        if after == raw.len() {
            return Cow::Borrowed(&raw[..end]);
        }
        let mut whole = Vec::with_capacity(raw.len());
        for (range, ..) in self.segments() {
            whole.extend_from_slice(&raw[range]);
        }
        Cow::Owned(whole)
    }

    /// Where the octet at `offset` of the unfolded line stands; past the end: where the line ends.
    pub fn position(&self, offset: usize) -> Position {
        let raw = self.raw();
        let mut passed = 0;
        let mut place = (0, 0, self.line);
        for (range, start, line) in self.segments() {
            let within = offset.saturating_sub(passed);
            place = (range.start + within.min(range.len()), start, line);
            if within < range.len() {
                break;
            }
            passed += range.len();
        }
        let (at, line_start, line) = place;
        let characters = raw[line_start..at]
            .iter()
            .filter(|octet| !is_continuation(**octet))
            .count();
        Position {
            line,
            column: characters as u32 + 1,
            offset: self.start as usize + at,
        }
    }

    pub fn line_end(&self) -> LineEnd {
        match self.raw() {
            [.., b'\r', b'\n'] => LineEnd::CrLf,
            [.., b'\n'] => LineEnd::Lf,
            [.., b'\r'] => LineEnd::Cr,
            _ => LineEnd::Missing,
        }
    }
}

/// Whether the octet continues a UTF-8 sequence.
fn is_continuation(octet: u8) -> bool {
    octet & 0xC0 == 0x80
}

/// The octet offset in `octets` of the character at `offset` of its lossy reading.
pub(super) fn octet_offset(octets: &[u8], offset: usize) -> usize {
    let (mut read, mut shown) = (0, 0);
    for chunk in octets.utf8_chunks() {
        let valid = chunk.valid().len();
        if offset <= shown + valid {
            return read + (offset - shown);
        }
        read += valid;
        shown += valid;
        if !chunk.invalid().is_empty() {
            if offset < shown + char::REPLACEMENT_CHARACTER.len_utf8() {
                return read;
            }
            read += chunk.invalid().len();
            shown += char::REPLACEMENT_CHARACTER.len_utf8();
        }
    }
    read
}
