//! Escapes of TEXT values (RFC 5545, section 3.3.11) and of parameter values (RFC 6868).

use std::borrow::Cow;

use memchr::{memchr, memchr3};

/// TEXT without its escapes: `\n` and `\N` are a line feed, `\;`, `\,` and `\\` the character. Any other backslash
/// stays as it is.
pub fn unescape(value: &str) -> Cow<'_, str> {
    let Some(first) = memchr(b'\\', value.as_bytes()) else {
        return Cow::Borrowed(value);
    };
    let mut text = String::with_capacity(value.len());
    text.push_str(&value[..first]);
    let mut rest = value[first..].chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            text.push(character);
            continue;
        }
        let mut ahead = rest.clone();
        match ahead.next() {
            Some('n' | 'N') => text.push('\n'),
            Some(escaped @ (';' | ',' | '\\')) => text.push(escaped),
            _ => {
                text.push('\\');
                continue;
            }
        }
        rest = ahead;
    }
    Cow::Owned(text)
}

/// The text as a TEXT value. CRLF, CR and LF become `\n`.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', ';', ',', '\n', '\r']) {
        return Cow::Borrowed(text);
    }
    let mut value = String::with_capacity(text.len() + 8);
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\\' | ';' | ',' => value.extend(['\\', character]),
            '\r' => {
                rest.next_if_eq(&'\n');
                value.push_str("\\n");
            }
            '\n' => value.push_str("\\n"),
            _ => value.push(character),
        }
    }
    Cow::Owned(value)
}

/// The parts of a value between separators that no backslash precedes, escapes left in: `,` for lists of values, `;`
/// for structured ones.
pub fn split(value: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut rest = Some(value);
    std::iter::from_fn(move || {
        let value = rest?;
        let mut escaped = false;
        let end = value.find(|character| {
            let found = character == separator && !escaped;
            escaped = character == '\\' && !escaped;
            found
        });
        let Some(end) = end else {
            return rest.take();
        };
        rest = Some(&value[end + separator.len_utf8()..]);
        Some(&value[..end])
    })
}

/// A parameter value without the escapes of RFC 6868, section 3.1: `^n` is a line feed, `^^` a circumflex, `^'` a double
/// quote. Any other circumflex stays as it is.
pub fn decode_param(value: &str) -> Cow<'_, str> {
    let Some(first) = memchr(b'^', value.as_bytes()) else {
        return Cow::Borrowed(value);
    };
    let mut text = String::with_capacity(value.len());
    text.push_str(&value[..first]);
    let mut rest = value[first..].chars();
    while let Some(character) = rest.next() {
        if character != '^' {
            text.push(character);
            continue;
        }
        let mut ahead = rest.clone();
        match ahead.next() {
            Some('n') => text.push('\n'),
            Some('^') => text.push('^'),
            Some('\'') => text.push('"'),
            _ => {
                text.push('^');
                continue;
            }
        }
        rest = ahead;
    }
    Cow::Owned(text)
}

/// The text as a parameter value with the escapes of RFC 6868. CRLF, CR and LF become `^n`.
pub fn encode_param(text: &str) -> Cow<'_, str> {
    if memchr(b'^', text.as_bytes()).is_none() {
        return quotable(text);
    }
    Cow::Owned(quotable(&text.replace('^', "^^")).into_owned())
}

/// The value with double quotes and line ends in the form of RFC 6868, circumflexes as they are.
pub(super) fn quotable(value: &str) -> Cow<'_, str> {
    if memchr3(b'"', b'\r', b'\n', value.as_bytes()).is_none() {
        return Cow::Borrowed(value);
    }
    let value = value.replace("\r\n", "^n").replace(['\r', '\n'], "^n");
    Cow::Owned(value.replace('"', "^'"))
}
