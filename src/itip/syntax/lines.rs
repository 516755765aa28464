//! Physical lines: ends, length, folds, characters.

use super::super::finding::{Breach, Sink, Spot, shown};
use super::super::rule;
use crate::ical::{Document, LineEnd, PhysicalLine, Position};

/// Octets of a line without its end.
const LONGEST: usize = 75;

/// Looks at the text line by line. `ends`: whether the line ends are those that were sent; XML, for one, changes them.
pub(in crate::itip) fn lines(document: &Document, ends: bool, sink: &mut Sink) {
    sink.applies(rule::LINE_LENGTH);
    sink.applies(rule::CONTROL);
    sink.applies(rule::UTF8);
    let (mut bare, mut long) = (Kind::default(), Kind::default());
    let mut count = 0;
    for line in document.physical_lines() {
        count += 1;
        if line.end != LineEnd::CrLf {
            bare.add(&line, 0);
        }
        if line.octets.len() > LONGEST {
            long.add(&line, line.octets.len());
        }
        if line.octets.iter().any(|octet| is_control(*octet)) {
            controls(&line, sink);
        }
    }
    if ends {
        sink.applies(rule::LINE_END);
        if let Some((line, end)) = bare.first {
            sink.breach(rule::LINE_END, || {
                let what = match end {
                    _ if bare.count == 1 && end == LineEnd::Missing => {
                        "the last line has no line end".to_owned()
                    }
                    LineEnd::Cr => format!(
                        "{} of {count} lines do not end in CRLF; this one ends in CR",
                        bare.count
                    ),
                    _ => format!("{} of {count} lines end in LF instead of CRLF", bare.count),
                };
                Breach::new(spot(line, 1, 1, 1), what)
            });
        }
    }
    if let Some((line, _)) = long.first {
        sink.breach(rule::LINE_LENGTH, || {
            let what = match long.count {
                1 => format!("the line has {} octets, more than {LONGEST}", long.longest),
                several => format!(
                    "{several} lines have more than {LONGEST} octets, up to {}",
                    long.longest
                ),
            };
            Breach::new(spot(line, LONGEST as u32 + 1, 1, 1), what)
        });
    }
    if document
        .source()
        .is_some_and(|source| str::from_utf8(source).is_err())
    {
        encoding(document, sink);
    }
}

/// Lines that have something in common.
#[derive(Default)]
struct Kind {
    first: Option<(u32, LineEnd)>,
    count: usize,
    longest: usize,
}

impl Kind {
    fn add(&mut self, line: &PhysicalLine<'_>, octets: usize) {
        self.first.get_or_insert((line.number, line.end));
        self.count += 1;
        self.longest = self.longest.max(octets);
    }
}

fn is_control(octet: u8) -> bool {
    (octet < 0x20 && octet != b'\t') || octet == 0x7F
}

fn controls(line: &PhysicalLine<'_>, sink: &mut Sink) {
    let mut column = 1;
    for octet in line.octets {
        if is_control(*octet) {
            sink.breach(rule::CONTROL, || {
                Breach::new(
                    spot(line.number, column, 1, line.offset),
                    format!("a control character (U+{octet:04X})"),
                )
            });
        }
        column += u32::from(*octet & 0xC0 != 0x80);
    }
}

/// Octets that are no UTF-8: of content lines as they are unfolded, and of folds that come between the octets of one
/// character.
fn encoding(document: &Document, sink: &mut Sink) {
    let mut unfolded = Vec::new();
    let mut lines = document.physical_lines().peekable();
    while let Some(first) = lines.next() {
        let mut split = None;
        unfolded.clear();
        unfolded.extend_from_slice(first.octets);
        while let Some(next) = lines.next_if(|next| matches!(next.octets.first(), Some(b' ' | b'\t'))) {
            if next.octets.get(1).is_some_and(|octet| octet & 0xC0 == 0x80) {
                split.get_or_insert(next.number);
            }
            unfolded.extend_from_slice(&next.octets[1..]);
        }
        match (str::from_utf8(&unfolded), split) {
            (Err(error), _) => sink.breach(rule::UTF8, || {
                let octet = unfolded[error.valid_up_to()];
                let before = String::from_utf8_lossy(&unfolded[..error.valid_up_to()]);
                let near: String = before.chars().rev().take(20).collect();
                let near: String = near.chars().rev().collect();
                Breach::new(
                    spot(first.number, 1, 1, first.offset),
                    format!("the octet 0x{octet:02X} after {} is no UTF-8", shown(&near)),
                )
            }),
            (Ok(_), Some(number)) => sink.breach(rule::FOLD, || {
                Breach::new(
                    spot(number, 1, 1, 0),
                    "the fold before this line comes between the octets of one character",
                )
            }),
            (Ok(_), None) => {}
        }
    }
    sink.applies(rule::FOLD);
}

fn spot(line: u32, column: u32, length: usize, offset: usize) -> Spot {
    Spot::at(Some(Position { line, column, offset }), length)
}
