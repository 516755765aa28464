//! TEXT: what must be escaped, and what a backslash may stand before (RFC 5545, section 3.3.11).

use memchr::memchr3;

use super::super::finding::{Breach, Sink, Spot};
use super::super::rule;
use super::property::Here;

/// Looks at a TEXT, or at a list of them, in which commas are separators, that begins at `offset` of the value.
pub(super) fn text(here: Here<'_>, text: &str, offset: usize, list: bool, sink: &mut Sink) {
    let octets = text.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr3(b'\\', b',', b';', &octets[at..]) {
        at += found;
        let octet = octets[at];
        if octet == b'\\' {
            let next = octets.get(at + 1).copied();
            if !matches!(next, Some(b'\\' | b',' | b';' | b'n' | b'N')) {
                sink.breach(rule::BACKSLASH, || {
                    Breach::new(
                        Spot::part(here.component, here.property, offset + at, 2),
                        "a backslash stands before a backslash, a comma, a semicolon, n or N only",
                    )
                });
                at += 1;
            } else {
                at += 2;
            }
            continue;
        }
        if octet == b';' || !list {
            sink.breach(rule::SEPARATORS, || {
                let (name, escaped) = if octet == b',' {
                    ("comma", "\\,")
                } else {
                    ("semicolon", "\\;")
                };
                Breach::new(
                    Spot::part(here.component, here.property, offset + at, 1),
                    format!("a {name} in a text is written {escaped}"),
                )
            });
        }
        at += 1;
    }
}
