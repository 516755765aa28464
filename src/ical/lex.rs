//! One unfolded content line: name, parameters, value (RFC 5545, section 3.1), read leniently.

use std::ops::Range;

use memchr::memchr;

/// Why a line is kept as [`Item::Other`](super::Item::Other).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Nothing but white space.
    Blank,
    /// No colon ends the name and its parameters.
    NoColon,
    /// The name is empty or holds a space, a control character or one of `",=`.
    BadName,
    /// A parameter's name is empty or holds a control character or one of `",`.
    BadParameter,
    /// A quoted parameter value does not end.
    UnclosedQuote,
    /// An END line where no component is open.
    StrayEnd,
}

impl Fault {
    /// In words, for a message.
    pub fn describe(self) -> &'static str {
        match self {
            Fault::Blank => "an empty line",
            Fault::NoColon => "a line without a colon after its name",
            Fault::BadName => "a line that does not begin with a property name",
            Fault::BadParameter => "a line with a malformed parameter",
            Fault::UnclosedQuote => "a line with a quoted parameter value that does not end",
            Fault::StrayEnd => "an END line where no component is open",
        }
    }
}

/// What becomes of the parameters that [`lex`] finds.
pub(super) trait Sink {
    fn param(&mut self, name: Range<usize>);
    /// A value of the last parameter; the range of a quoted one is without its quotes.
    fn value(&mut self, at: Range<usize>, quoted: bool);
}

/// The parts of a line around its parameters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts {
    pub name_end: usize,
    pub value_start: usize,
}

/// Takes a line apart. Characters are not judged where the structure is plain: `X_Y` is a name.
pub(super) fn lex(line: &[u8], sink: &mut impl Sink) -> Result<Parts, Fault> {
    let name_end = line.iter().position(|octet| STOPS_NAME[*octet as usize]);
    let Some(name_end) = name_end else {
        return Err(if line.is_empty() {
            Fault::Blank
        } else {
            Fault::NoColon
        });
    };
    match line[name_end] {
        b':' if name_end > 0 => {
            return Ok(Parts {
                name_end,
                value_start: name_end + 1,
            });
        }
        b';' if name_end > 0 => {}
        _ if line.iter().all(|octet| matches!(octet, b' ' | b'\t')) => return Err(Fault::Blank),
        _ if memchr(b':', line).is_none() => return Err(Fault::NoColon),
        _ => return Err(Fault::BadName),
    }
    let mut at = name_end;
    while line[at] == b';' {
        let start = at + 1;
        at = start + find(&line[start..], is_param_name_end)?;
        if at == start || !matches!(line[at], b'=' | b';' | b':') {
            return Err(Fault::BadParameter);
        }
        sink.param(start..at);
        if line[at] != b'=' {
            continue;
        }
        loop {
            let start = at + 1;
            let (end, quoted) = param_value_end(line, start)?;
            if end == line.len() {
                return Err(Fault::NoColon);
            }
            at = end;
            if quoted {
                sink.value(start + 1..end - 1, true);
            } else {
                sink.value(start..end, false);
            }
            if line[at] != b',' {
                break;
            }
        }
    }
    Ok(Parts {
        name_end,
        value_start: at + 1,
    })
}

/// Where the parameter value at `start` ends, and whether it is a quoted string as a whole. A quote counts only at the
/// start of a value.
pub(super) fn param_value_end(line: &[u8], start: usize) -> Result<(usize, bool), Fault> {
    let mut plain = start;
    if line.get(start) == Some(&b'"') {
        let closing = memchr(b'"', &line[start + 1..]).ok_or(Fault::UnclosedQuote)?;
        plain = start + 1 + closing + 1;
    }
    let rest = line[plain..]
        .iter()
        .position(|octet| matches!(octet, b',' | b';' | b':'));
    let end = rest.map_or(line.len(), |rest| plain + rest);
    Ok((end, plain > start && end == plain))
}

fn find(line: &[u8], wanted: fn(u8) -> bool) -> Result<usize, Fault> {
    line.iter().position(|octet| wanted(*octet)).ok_or(Fault::NoColon)
}

fn is_param_name_end(octet: u8) -> bool {
    matches!(octet, b'=' | b';' | b':' | b'"' | b',') || octet.is_ascii_control()
}

static STOPS_NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut octet = 0;
    while octet < 256 {
        table[octet] =
            octet <= 0x20 || octet == 0x7F || matches!(octet as u8, b'"' | b',' | b';' | b':' | b'=');
        octet += 1;
    }
    table
};
