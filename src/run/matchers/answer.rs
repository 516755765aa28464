//! The body of an answer as what it must be.

use super::meaning::same_path;
use super::{Subject, show};
use crate::dav::{self, Element, QName};

const RESPONSE: QName = dav::dav("response");
const PROPSTAT: QName = dav::dav("propstat");
const HREF: QName = dav::dav("href");

/// The body as XML, or why it is none, with the place.
pub(super) fn xml(subject: &Subject) -> Result<Element, String> {
    whole(subject)?;
    if subject.body.is_empty() {
        return Err("expected XML, got an empty body".to_string());
    }
    dav::read(subject.body).map_err(|error| {
        if error.line == 0 {
            format!(
                "no well-formed XML: {}; got {}",
                error.message,
                show::body(subject.body)
            )
        } else {
            format!("no well-formed XML: {error}; got {}", show::body(subject.body))
        }
    })
}

/// Nothing is said of a body whose end was not read.
pub(super) fn whole(subject: &Subject) -> Result<(), String> {
    if subject.cut {
        return Err(format!(
            "the answer is longer than the {} octets that were read",
            subject.body.len()
        ));
    }
    Ok(())
}

/// The properties that a multistatus reports of one resource.
pub(super) struct Reported<'a> {
    /// The DAV:prop elements and the status of each.
    groups: Vec<(u16, &'a Element)>,
}

/// Why there is nothing reported of a resource.
pub(super) enum Unreported {
    Unreadable(String),
    /// No response for it, or one without properties.
    Missing(String),
}

impl<'a> Reported<'a> {
    /// Finds the DAV:response elements of this resource. The others are not looked at.
    pub fn of(root: &'a Element, url: &str) -> Result<Reported<'a>, Unreported> {
        if !root.is(&dav::dav("multistatus")) {
            return Err(Unreported::Missing(format!(
                "expected D:multistatus, got {}",
                root.qname()
            )));
        }
        let hrefs = |response: &Element| {
            children(response, &HREF)
                .into_iter()
                .map(Element::trimmed)
                .collect::<Vec<_>>()
        };
        let of_it: Vec<&Element> = children(root, &RESPONSE)
            .into_iter()
            .filter(|response| hrefs(response).iter().any(|href| same_path(href, url)))
            .collect();
        if of_it.is_empty() {
            let others: Vec<String> = children(root, &RESPONSE)
                .into_iter()
                .flat_map(hrefs)
                .map(|href| show::value(&href))
                .collect();
            let others = if others.is_empty() {
                "none".to_string()
            } else {
                show::join(&others, "and")
            };
            return Err(Unreported::Missing(format!(
                "no D:response for {} (D:href found: {others})",
                show::value(url)
            )));
        }
        let propstats: Vec<&Element> = of_it
            .iter()
            .flat_map(|response| children(response, &PROPSTAT))
            .collect();
        if propstats.is_empty() {
            let status = of_it
                .iter()
                .find_map(|response| response.first(&dav::dav("status")));
            let status = status.map_or("no D:propstat".to_string(), |status| {
                show::value(&status.trimmed())
            });
            return Err(Unreported::Missing(format!(
                "the D:response for {} has {status}",
                show::value(url)
            )));
        }
        let groups = propstats
            .into_iter()
            .map(group)
            .collect::<Result<_, _>>()
            .map_err(Unreported::Unreadable)?;
        Ok(Reported { groups })
    }

    /// The property, where it is reported with a status of the class 2xx.
    pub fn found(&self, name: &QName) -> Option<&'a Element> {
        let good = self.groups.iter().filter(|(status, _)| status / 100 == 2);
        good.flat_map(|(_, prop)| prop.elements())
            .find(|element| element.is(name))
    }

    /// The status that the property is reported with, if it is reported.
    pub fn status(&self, name: &QName) -> Option<u16> {
        self.groups
            .iter()
            .find(|(_, prop)| prop.has(name))
            .map(|(status, _)| *status)
    }

    /// An element of this local name in another namespace or place that could be meant.
    pub fn similar(&self, name: &QName) -> Option<QName> {
        let elements = self.groups.iter().flat_map(|(_, prop)| prop.elements());
        elements
            .filter(|element| element.name == name.name && !element.is(name))
            .map(Element::qname)
            .next()
    }
}

/// The child elements of this name, borrowed from their parent alone.
pub(super) fn children<'a>(parent: &'a Element, name: &QName) -> Vec<&'a Element> {
    parent.elements().filter(|child| child.is(name)).collect()
}

fn group(propstat: &Element) -> Result<(u16, &Element), String> {
    let place = |what: &str| format!("line {}, column {}: {what}", propstat.line, propstat.column);
    let prop = propstat
        .first(&dav::dav("prop"))
        .ok_or_else(|| place("D:propstat without D:prop"))?;
    let status = propstat
        .first(&dav::dav("status"))
        .map(Element::trimmed)
        .unwrap_or_default();
    let mut words = status.split_ascii_whitespace();
    let code = words
        .next()
        .filter(|version| version.starts_with("HTTP/"))
        .and_then(|_| words.next()?.parse().ok())
        .filter(|code| (100..600).contains(code));
    let code = code.ok_or_else(|| place(&format!("D:status is no status line: {}", show::value(&status))))?;
    Ok((code, prop))
}
