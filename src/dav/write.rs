//! An element tree as bytes, always the same ones for the same tree.

use std::borrow::Cow;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::names::{PREFIXES, XML};
use super::tree::{Element, Node};

/// The document: declaration, every namespace declared on the root, prefixes of [`PREFIXES`] (others `ns1`, `ns2` in the order
/// in which they appear), no white space added. Carriage returns become character references, since a reader would otherwise
/// turn the CR LF of iCalendar data into LF; what XML cannot say becomes U+FFFD.
pub fn to_bytes(root: &Element) -> Vec<u8> {
    to_bytes_with(root, &PREFIXES)
}

/// [`to_bytes`] with other prefixes for well-known namespaces. An empty prefix makes the default namespace, unless there is an
/// element in no namespace.
pub fn to_bytes_with(root: &Element, prefixes: &[(&str, &str)]) -> Vec<u8> {
    let namespaces = namespaces(root, prefixes);
    let mut writer = Writer::new(Vec::new());
    let mut events = |event: Event<'_>| {
        // A Vec takes everything.
        writer.write_event(event).unwrap_or_default();
    };
    events(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)));
    element(root, &namespaces, true, &mut events);
    writer.into_inner()
}

fn element(
    item: &Element,
    namespaces: &[(String, String)],
    is_root: bool,
    events: &mut dyn FnMut(Event<'_>),
) {
    let name = prefixed(&item.ns, &item.name, namespaces);
    let mut start = BytesStart::new(name.as_str());
    if is_root {
        for (prefix, ns) in namespaces {
            let name = if prefix.is_empty() {
                "xmlns".to_owned()
            } else {
                format!("xmlns:{prefix}")
            };
            start.push_attribute((name.as_str(), ns.as_str()));
        }
    }
    for attr in &item.attrs {
        let name = prefixed(&attr.ns, &attr.name, namespaces);
        start.push_attribute((name.as_str(), sayable(&attr.value)));
    }
    if item.children.is_empty() {
        events(Event::Empty(start));
        return;
    }
    events(Event::Start(start));
    for child in &item.children {
        match child {
            Node::Element(child) => element(child, namespaces, false, events),
            Node::Text(text) => events(Event::Text(BytesText::from_escaped(escape(text)))),
        }
    }
    events(Event::End(BytesEnd::new(name)));
}

fn prefixed(ns: &str, name: &str, namespaces: &[(String, String)]) -> String {
    if ns == XML {
        return format!("xml:{name}");
    }
    match namespaces.iter().find(|(_, known)| known == ns) {
        Some((prefix, _)) if !prefix.is_empty() => format!("{prefix}:{name}"),
        _ => name.to_owned(),
    }
}

/// Prefix and namespace of everything in the tree, well-known ones first.
fn namespaces(root: &Element, prefixes: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut used: Vec<&str> = Vec::new();
    let mut default_is_free = true;
    for element in root.descendants() {
        // An attribute without a prefix is in no namespace, so the default one cannot serve attributes.
        default_is_free &= !element.ns.is_empty()
            && element.attrs.iter().all(|attr| {
                prefixes
                    .iter()
                    .all(|(prefix, ns)| !prefix.is_empty() || *ns != attr.ns)
            });
        for ns in std::iter::once(&element.ns).chain(element.attrs.iter().map(|attr| &attr.ns)) {
            if !ns.is_empty() && ns != XML && !used.contains(&ns.as_ref()) {
                used.push(ns);
            }
        }
    }
    let known = prefixes
        .iter()
        .filter(|(prefix, ns)| used.contains(ns) && (!prefix.is_empty() || default_is_free))
        .map(|(prefix, ns)| ((*prefix).to_owned(), (*ns).to_owned()));
    let others = used
        .iter()
        .filter(|ns| {
            prefixes
                .iter()
                .all(|(prefix, known)| known != *ns || (prefix.is_empty() && !default_is_free))
        })
        .enumerate()
        .map(|(index, ns)| (format!("ns{}", index + 1), (*ns).to_owned()));
    known.chain(others).collect()
}

fn escape(text: &str) -> Cow<'_, str> {
    match quick_xml::escape::minimal_escape(sayable(text)) {
        escaped if escaped.contains(['>', '\r']) => {
            Cow::Owned(escaped.replace('>', "&gt;").replace('\r', "&#13;"))
        }
        escaped => escaped,
    }
}

/// The text without what XML cannot say.
fn sayable(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_xml_char) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars()
            .map(|c| if is_xml_char(c) { c } else { '\u{FFFD}' })
            .collect(),
    )
}

/// XML 1.0 section 2.2, production Char.
fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dav::{QName, caldav, dav, read};

    #[test]
    fn what_is_written_reads_back() {
        let tree = Element::new(dav("prop"))
            .child(Element::new(caldav("calendar-data")).with_text("A:\"<&>]]>\"\r\nB:\té\r\n"))
            .child(Element::new(QName::new("urn:x", "y")).with_attr("z", "a\"b\r\n\t<&"))
            .child(Element::new(QName::new("", "bare")));
        let bytes = to_bytes(&tree);
        assert_eq!(read(&bytes).unwrap(), tree);
        assert_eq!(bytes, to_bytes(&tree));
    }

    #[test]
    fn prefixes_are_the_known_ones() {
        let tree = Element::new(caldav("a")).child(Element::new(dav("b")).with_text("x"));
        assert_eq!(
            String::from_utf8(to_bytes(&tree)).unwrap(),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><C:a xmlns:D=\"DAV:\" \
             xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><D:b>x</D:b></C:a>"
        );
    }

    #[test]
    fn other_prefixes_mean_the_same() {
        let tree = Element::new(dav("a"))
            .with_attr("x", "1")
            .child(Element::new(caldav("b")).with_text("x"));
        let bytes = to_bytes_with(&tree, &[("", crate::dav::names::DAV)]);
        assert_eq!(read(&bytes).unwrap(), tree);
        assert!(String::from_utf8(bytes).unwrap().contains("<a xmlns=\"DAV:\""));
        let tree = tree.child(Element::new(QName::new("", "bare")));
        assert_eq!(
            read(&to_bytes_with(&tree, &[("", crate::dav::names::DAV)])).unwrap(),
            tree
        );
    }

    #[test]
    fn what_xml_cannot_say_is_replaced() {
        let bytes = to_bytes(&Element::new(dav("a")).with_text("x\u{1}\u{FFFF}"));
        assert_eq!(read(&bytes).unwrap().text(), "x\u{FFFD}\u{FFFD}");
    }
}
