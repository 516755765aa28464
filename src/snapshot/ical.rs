//! iCalendar, unfolded, in one order, without what is of this run alone.

use super::marks::{mark, unnumbered};
use super::text::Plain;
use crate::ical::{Component, Item, LineEnd, Property, read};

/// The lines of iCalendar text; `None` if it is none.
pub(super) fn calendar(text: &str, plain: &Plain<'_>) -> Option<Vec<String>> {
    let begins = text.trim_start().get(..6)?.eq_ignore_ascii_case("BEGIN:");
    let document = read(text.as_bytes()).ok().filter(|_| begins)?;
    document.calendar()?;
    let mut lines = Vec::new();
    items(&document.items, plain, false, &mut lines);
    Some(lines)
}

/// Whether a line of it ends in another way than RFC 5545 wants.
pub(super) fn has_odd_ends(text: &str) -> bool {
    read(text.as_bytes()).is_ok_and(|document| {
        let mut lines = document.physical_lines().peekable();
        std::iter::from_fn(|| lines.next().map(|line| (line.end, lines.peek().is_none())))
            .any(|(end, is_last)| !(end == LineEnd::CrLf || is_last && end == LineEnd::Missing))
    })
}

/// Properties, then what cannot be read, then components, each in the order of their texts: theirs carries no meaning.
fn items(items: &[Item], plain: &Plain<'_>, in_zone: bool, lines: &mut Vec<String>) {
    let (mut properties, mut others, mut components) = (Vec::new(), Vec::new(), Vec::new());
    for item in items {
        match item {
            Item::Property(read) => {
                let line = property(read, plain, in_zone);
                properties.push((unnumbered(&line), line));
            }
            Item::Other(raw) => others.push(plain.text(&raw.text())),
            Item::Component(read) => {
                let shown = component(read, plain, in_zone);
                components.push((rank(read), unnumbered(&shown.join("\n")), shown));
            }
        }
    }
    properties.sort_by(|a, b| a.0.cmp(&b.0));
    components.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    lines.extend(properties.into_iter().map(|(_, line)| line));
    lines.extend(others);
    lines.extend(components.into_iter().flat_map(|(_, _, shown)| shown));
}

/// Zones first, a series before its overrides.
fn rank(component: &Component) -> (bool, bool) {
    (
        !component.is("VTIMEZONE"),
        component.property("RECURRENCE-ID").is_some(),
    )
}

fn component(component: &Component, plain: &Plain<'_>, in_zone: bool) -> Vec<String> {
    let name = plain.text(&component.name.to_ascii_uppercase());
    let mut inner = Vec::new();
    items(
        &component.items,
        plain,
        in_zone || component.is("VTIMEZONE"),
        &mut inner,
    );
    let mut lines = vec![format!("BEGIN:{name}")];
    lines.extend(inner.into_iter().map(|line| format!("  {line}")));
    lines.push(match component.is_unclosed() {
        true => "(not closed)".to_owned(),
        false => format!("END:{name}"),
    });
    lines
}

fn property(property: &Property, plain: &Plain<'_>, in_zone: bool) -> String {
    let mut params: Vec<String> = property
        .params
        .iter()
        .map(|param| {
            let values = param.values.iter().map(|value| {
                let shown = match &*value.text {
                    // RFC 6638 section 3.2.9: pending, sent, delivered. Which of them it is yet is a matter of time.
                    "1.0" | "1.1" | "1.2" if param.is("SCHEDULE-STATUS") => "[sent]".to_owned(),
                    text => plain.text(text),
                };
                match value.text.contains([',', ';', ':']) {
                    true => format!("\"{shown}\""),
                    false => shown,
                }
            });
            let values = values.collect::<Vec<_>>().join(",");
            format!(";{}={values}", plain.text(&param.name.to_ascii_uppercase()))
        })
        .collect();
    params.sort_by_key(|param| unnumbered(param));
    let value = if property.is("UID") {
        let named = plain.name(&property.value);
        match named.contains("{uid}") {
            true => named,
            false => mark("uid", &named.replace(char::is_control, "")),
        }
    } else if property.is("PRODID") {
        versionless(&plain.name(&property.value))
    } else if in_zone {
        // The rules of a zone do not move with the dates of the scenario.
        plain.name(&property.value)
    } else {
        plain.text(&property.value)
    };
    let name = plain.text(&property.name.to_ascii_uppercase());
    format!("{name}{}:{value}", params.concat())
}

/// `-//Example//Server 3.6.1//EN` without the version: each new one would be news everywhere.
fn versionless(product: &str) -> String {
    let is_version = |word: &str| {
        let digits = word.trim_start_matches('v');
        digits.starts_with(|c: char| c.is_ascii_digit())
            && digits.contains('.')
            && digits
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '~'))
    };
    let words = product.split_inclusive(['/', ' ']).map(|word| {
        let bare = word.trim_end_matches(['/', ' ']);
        match is_version(bare) {
            true => format!("[version]{}", &word[bare.len()..]),
            false => word.to_owned(),
        }
    });
    words.collect()
}
