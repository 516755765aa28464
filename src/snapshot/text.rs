//! Any text of an answer, without what is of this run alone.

use super::dates::Dates;
use super::marks::{between, mark};
use super::names::Names;
use crate::report::visible;

/// What texts of one answer are looked at with.
pub(super) struct Plain<'a> {
    pub names: &'a Names,
    pub dates: Dates,
}

impl Plain<'_> {
    /// Names, UUIDs and dates replaced, control characters made visible.
    pub fn text(&self, text: &str) -> String {
        let named = self.name(text);
        between(&named, |piece| self.dates.fill(&uuids(piece)))
    }

    /// Names and UUIDs alone.
    pub fn name(&self, text: &str) -> String {
        let named = self.names.fill(&visible(text));
        between(&named, uuids)
    }

    /// A URL. What the target itself calls a resource in a user's place is a mark: `{attendee.inbox}[name-1].ics`.
    pub fn url(&self, url: &str) -> String {
        let named = self.name(url.trim());
        let Some(end) = named.rfind(['}', '/']) else {
            return named;
        };
        let (place, name) = named.split_at(end + 1);
        let segment = place.rfind('/').map_or(place, |start| &place[start + 1..]);
        if name.is_empty()
            || !place.starts_with(['{', 'h'])
            || !place.contains('}')
            || segment.contains("{uid}")
        {
            return named;
        }
        match name.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() && extension.len() < 5 => {
                format!("{place}{}.{extension}", mark("name", stem))
            }
            _ => format!("{place}{}", mark("name", name)),
        }
    }
}

/// The text with UUIDs as marks.
fn uuids(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_hexdigit()) {
        let word = &rest[start..];
        let end = word
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
            .unwrap_or(word.len());
        out += &rest[..start];
        match is_uuid(&word[..end]) {
            true => out += &mark("uuid", &word[..end]),
            false => out += &word[..end],
        }
        rest = &word[end..];
    }
    out + rest
}

fn is_uuid(text: &str) -> bool {
    let mut parts = text.split('-');
    text.len() == 36
        && [8, 4, 4, 4, 12].iter().all(|length| {
            parts.next().is_some_and(|part| {
                part.len() == *length && part.bytes().all(|octet| octet.is_ascii_hexdigit())
            })
        })
}
