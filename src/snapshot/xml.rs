//! XML as an outline: prefixes of our own, children in one order where theirs carries no meaning.

use std::cmp::Ordering;

use super::ical::calendar;
use super::marks::{mark, unnumbered};
use super::text::Plain;
use crate::dav::names::{DAV, XML};
use crate::dav::{Element, Node, QName, caldav, calendarserver, dav};

/// The lines of an element and all that is in it.
pub(super) fn outline(element: &Element, plain: &Plain<'_>) -> Vec<String> {
    let head = head(element, plain);
    let has_elements = element.elements().next().is_some();
    if !has_elements {
        return leaf(element, head, plain);
    }
    let mut children: Vec<Vec<String>> = Vec::new();
    let mut is_mixed = false;
    for node in &element.children {
        match node {
            Node::Element(child) => children.push(outline(child, plain)),
            Node::Text(text) if text.trim().is_empty() => {}
            Node::Text(text) => {
                is_mixed = true;
                children.push(vec![plain.text(text.trim())]);
            }
        }
    }
    // RFC 3744 section 5.5: the order of access control entries may matter.
    let is_ordered = is_mixed || element.is(&dav("acl"));
    if !is_ordered {
        let mut keyed: Vec<_> = children
            .into_iter()
            .map(|child| (unnumbered(&child.join("\n")), child))
            .collect();
        keyed.sort_by(|a, b| in_order(&a.0, &b.0));
        children = keyed.into_iter().map(|(_, child)| child).collect();
    }
    let lines = children.into_iter().flatten();
    std::iter::once(head)
        .chain(lines.map(|line| format!("  {line}")))
        .collect()
}

/// Whom something is about stands before what is said.
fn in_order(a: &str, b: &str) -> Ordering {
    let is_last = |text: &str| {
        let subject = ["D:href", "C:recipient", "I:recipient", "D:principal"];
        !subject.iter().any(|name| {
            text.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with([' ', '\n']) || rest.is_empty())
        })
    };
    (is_last(a), a).cmp(&(is_last(b), b))
}

/// Name and attributes.
fn head(element: &Element, plain: &Plain<'_>) -> String {
    let mut attributes: Vec<String> = element
        .attrs
        .iter()
        .map(|attribute| {
            let name = match &*attribute.ns {
                "" => attribute.name.to_string(),
                XML => format!("xml:{}", attribute.name),
                ns => QName::owned(ns, attribute.name.as_ref()).to_string(),
            };
            format!(" {}=\"{}\"", plain.name(&name), plain.text(&attribute.value))
        })
        .collect();
    attributes.sort_by_key(|attribute| unnumbered(attribute));
    plain.name(&element.qname().to_string()) + &attributes.concat()
}

/// An element with nothing but text.
fn leaf(element: &Element, head: String, plain: &Plain<'_>) -> Vec<String> {
    let text = element.text();
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return vec![head];
    }
    if element.is(&caldav("calendar-data"))
        && let Some(lines) = calendar(&text, plain)
    {
        let lines = lines.into_iter().map(|line| format!("  {line}"));
        return std::iter::once(head).chain(lines).collect();
    }
    let value = value(element, trimmed, plain);
    match value.contains('\n') {
        true => std::iter::once(head)
            .chain(value.lines().map(|line| format!("  {}", line.trim_end())))
            .collect(),
        false => vec![format!("{head} {value}")],
    }
}

fn value(element: &Element, text: &str, plain: &Plain<'_>) -> String {
    let tags = [
        (dav("getetag"), "etag"),
        (caldav("schedule-tag"), "schedule-tag"),
        (calendarserver("getctag"), "ctag"),
        (dav("sync-token"), "sync-token"),
    ];
    if let Some((_, kind)) = tags.iter().find(|(name, _)| element.is(name)) {
        return tag(kind, text, plain);
    }
    if element.ns == DAV {
        match &*element.name {
            "href" => return plain.url(text),
            // RFC 4918 section 14.28; the words after the number carry no meaning.
            "status" => {
                return text
                    .split_whitespace()
                    .nth(1)
                    .map_or_else(|| plain.text(text), |code| plain.text(code));
            }
            "getlastmodified" | "creationdate" => return "[date]".to_owned(),
            "getcontentlength" | "quota-available-bytes" | "quota-used-bytes" => {
                return "[octets]".to_owned();
            }
            _ => {}
        }
    }
    plain.text(text)
}

/// A tag as a mark; quotes and `W/` around it stay.
pub(super) fn tag(kind: &str, text: &str, plain: &Plain<'_>) -> String {
    let text = plain.name(text).replace(char::is_control, "");
    let (weak, opaque) = match text.strip_prefix("W/") {
        Some(rest) => ("W/", rest),
        None => ("", text.as_str()),
    };
    match opaque.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(opaque) => format!("{weak}\"{}\"", mark(kind, opaque)),
        None => weak.to_owned() + &mark(kind, opaque),
    }
}
