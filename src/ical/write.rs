//! A [`Document`] to octets: what was not edited as it was, the rest with CRLF and folds.

use super::component::{Component, Document, Item, value_of};
use super::lex::param_value_end;
use super::property::{Param, ParamValue, Property};
use super::text::quotable;

/// Octets of a physical line without its line end (RFC 5545, section 3.1).
const LINE: usize = 75;

impl Document {
    /// The text: octet for octet what was read, except for what was edited or is new.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.source.as_ref().map_or(1024, |source| source.len() + 64));
        if self.bom {
            out.extend_from_slice(b"\xEF\xBB\xBF");
        }
        write_items(&self.items, &mut out);
        out
    }
}

impl Component {
    /// The component alone, as in [`Document::to_bytes`].
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        write_component(self, &mut out);
        out
    }
}

impl Property {
    /// The property alone, as in [`Document::to_bytes`].
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        write_property(self, &mut out);
        out
    }
}

fn write_items(items: &[Item], out: &mut Vec<u8>) {
    for item in items {
        match item {
            Item::Component(component) => write_component(component, out),
            Item::Property(property) => write_property(property, out),
            Item::Other(line) => write_raw(line.raw(), out),
        }
    }
}

fn write_component(component: &Component, out: &mut Vec<u8>) {
    let begin = component.begin.as_ref().filter(|begin| {
        let line = begin.unfolded();
        value_of(&line).is_some_and(|name| name == component.name)
    });
    match begin {
        Some(begin) => write_raw(begin.raw(), out),
        None => write_line(&format!("BEGIN:{}", one_line(&component.name)), out),
    }
    write_items(&component.items, out);
    match (begin, &component.end) {
        (Some(_), Some(end)) => write_raw(end.raw(), out),
        (Some(_), None) => {}
        (None, _) => write_line(&format!("END:{}", one_line(&component.name)), out),
    }
}

fn write_property(property: &Property, out: &mut Vec<u8>) {
    if let (Some(raw), false) = (property.raw(), property.is_edited()) {
        return write_raw(raw, out);
    }
    let mut line = one_line(&property.name);
    for param in &property.params {
        write_param(param, &mut line);
    }
    line.push(':');
    line.push_str(&one_line(&property.value));
    write_line(&line, out);
}

fn write_param(param: &Param, line: &mut String) {
    line.push(';');
    line.push_str(&one_line(&param.name));
    for (index, value) in param.values.iter().enumerate() {
        line.push(if index == 0 { '=' } else { ',' });
        if !value.quoted && is_plain(value) {
            line.push_str(&value.text);
        } else {
            line.push('"');
            line.push_str(&quotable(&value.text));
            line.push('"');
        }
    }
}

/// Whether the value, written without quotes, is read back as one value.
fn is_plain(value: &ParamValue) -> bool {
    let text = value.text.as_bytes();
    !text.contains(&b'\r')
        && !text.contains(&b'\n')
        && param_value_end(text, 0).is_ok_and(|(end, _)| end == text.len())
}

/// A line end within a line would let a value forge further lines: it is written as TEXT has it.
fn one_line(part: &str) -> String {
    part.replace("\r\n", "\\n").replace(['\r', '\n'], "\\n")
}

/// Lines that were read follow one another; only the last one may lack its line end.
fn write_raw(raw: &[u8], out: &mut Vec<u8>) {
    end_last_line(out);
    out.extend_from_slice(raw);
}

fn end_last_line(out: &mut Vec<u8>) {
    const BOM: &[u8] = b"\xEF\xBB\xBF";
    if !matches!(out.last(), None | Some(b'\r' | b'\n')) && out != BOM {
        out.extend_from_slice(b"\r\n");
    }
}

/// Writes a content line folded at character boundaries.
fn write_line(line: &str, out: &mut Vec<u8>) {
    end_last_line(out);
    let mut rest = line;
    let mut room = LINE;
    while rest.len() > room {
        let end = rest.floor_char_boundary(room);
        out.extend_from_slice(&rest.as_bytes()[..end]);
        out.extend_from_slice(b"\r\n ");
        rest = &rest[end..];
        room = LINE - 1;
    }
    out.extend_from_slice(rest.as_bytes());
    out.extend_from_slice(b"\r\n");
}
