//! What differs between two calendar objects: by component, property and parameter, whatever their order.

use serde::Serialize;

use crate::ical::{self, Component, Document, Param, Property};

/// A comparison, line by line, in the order of the older object.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Diff {
    pub(super) lines: Vec<Line>,
    /// Lines that are not the same.
    pub(super) differences: usize,
}

/// A content line, or the beginning of a component.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Line {
    /// Components around it.
    pub(super) depth: usize,
    pub(super) mark: Mark,
    pub(super) pieces: Vec<Piece>,
}

/// A part of a line: a name, a parameter, a value.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Piece {
    pub(super) mark: Mark,
    pub(super) text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Mark {
    Same,
    /// Only in the older object.
    Gone,
    /// Only in the newer one.
    New,
    /// In both, with parts that differ.
    Changed,
}

/// Lines of one comparison.
const LINES: usize = 2000;
/// Longest value that is shown, in characters.
const VALUE: usize = 2000;

/// Compares the first calendar of two texts; None where one of them has none.
pub(super) fn diff(older: &str, newer: &str) -> Option<Diff> {
    let (older, newer) = (document(older)?, document(newer)?);
    let mut lines = Vec::new();
    pair(older.calendar()?, newer.calendar()?, 0, &mut lines);
    lines.truncate(LINES);
    let differences = lines.iter().filter(|line| line.mark != Mark::Same).count();
    Some(Diff { lines, differences })
}

/// The UID of the first component of a calendar that has one.
pub(super) fn uid(text: &str) -> Option<String> {
    let document = document(text)?;
    let mut components = document.calendar()?.components();
    components.find_map(|component| component.text("UID"))
}

fn document(text: &str) -> Option<Document> {
    ical::read(text.as_bytes()).ok()
}

fn pair(older: &Component, newer: &Component, depth: usize, lines: &mut Vec<Line>) {
    if lines.len() > LINES {
        return;
    }
    lines.push(begin(older, depth, Mark::Same));
    if older.is("VTIMEZONE") && older == newer {
        return;
    }
    properties(older, newer, depth + 1, lines);
    let mut left: Vec<&Component> = newer.components().collect();
    for component in older.components() {
        match left.iter().position(|other| is_counterpart(component, other)) {
            Some(at) => pair(component, left.remove(at), depth + 1, lines),
            None => whole(component, depth + 1, Mark::Gone, lines),
        }
    }
    for component in left {
        whole(component, depth + 1, Mark::New, lines);
    }
}

/// Whether two components of one object stand for the same thing.
fn is_counterpart(a: &Component, b: &Component) -> bool {
    let key = |component: &Component, name: &str| {
        let property = component.property(name);
        property.map(|property| property.value.trim().to_owned())
    };
    a.is(&b.name)
        && ["UID", "RECURRENCE-ID", "TZID"]
            .iter()
            .all(|name| key(a, name) == key(b, name))
}

fn whole(component: &Component, depth: usize, mark: Mark, lines: &mut Vec<Line>) {
    if lines.len() > LINES {
        return;
    }
    lines.push(begin(component, depth, mark));
    for property in component.properties() {
        lines.push(alone(property, depth + 1, mark));
    }
    for inner in component.components() {
        whole(inner, depth + 1, mark, lines);
    }
}

fn properties(older: &Component, newer: &Component, depth: usize, lines: &mut Vec<Line>) {
    let mut left: Vec<&Property> = newer.properties().collect();
    // What is equal first, so that it is no counterpart of something else.
    let mut pairs: Vec<(&Property, Option<&Property>)> = older
        .properties()
        .map(|property| {
            let equal = left.iter().position(|other| is_same(property, other));
            (property, equal.map(|at| left.remove(at)))
        })
        .collect();
    for (property, counterpart) in pairs.iter_mut().filter(|(_, other)| other.is_none()) {
        let same_value = |other: &&Property| {
            other.is(&property.name) && other.value.trim().eq_ignore_ascii_case(property.value.trim())
        };
        // Of several people none is another; of several other things the next one is.
        let people = property.is("ATTENDEE");
        let found = left
            .iter()
            .position(same_value)
            .or_else(|| left.iter().position(|other| !people && other.is(&property.name)));
        *counterpart = found.map(|at| left.remove(at));
    }
    for (property, counterpart) in pairs {
        lines.push(match counterpart {
            Some(other) => both(property, other, depth),
            None => alone(property, depth, Mark::Gone),
        });
    }
    lines.extend(left.into_iter().map(|property| alone(property, depth, Mark::New)));
}

fn is_same(a: &Property, b: &Property) -> bool {
    let same_params = |x: &Property, y: &Property| x.params.iter().all(|param| has(y, param));
    a.is(&b.name)
        && a.value == b.value
        && a.params.len() == b.params.len()
        && same_params(a, b)
        && same_params(b, a)
}

fn has(property: &Property, param: &Param) -> bool {
    let found = property.params.iter().find(|other| other.is(&param.name));
    found.is_some_and(|other| values(other).eq(values(param)))
}

fn values(param: &Param) -> impl Iterator<Item = &str> {
    param.values.iter().map(|value| value.text.as_str())
}

fn begin(component: &Component, depth: usize, mark: Mark) -> Line {
    let mut text = component.name.clone();
    if let Some(id) = component
        .property("TZID")
        .or_else(|| component.property("RECURRENCE-ID"))
    {
        text += &format!(" {}", shortened(&id.value));
    }
    Line {
        depth,
        mark,
        pieces: vec![Piece { mark, text }],
    }
}

fn alone(property: &Property, depth: usize, mark: Mark) -> Line {
    let params = property.params.iter().map(written);
    let text = format!(
        "{}{}:{}",
        property.name,
        params.collect::<String>(),
        shortened(&property.value)
    );
    Line {
        depth,
        mark,
        pieces: vec![Piece { mark, text }],
    }
}

fn both(older: &Property, newer: &Property, depth: usize) -> Line {
    let mut pieces = vec![Piece {
        mark: Mark::Same,
        text: older.name.to_ascii_uppercase(),
    }];
    let mut push = |mark, text| pieces.push(Piece { mark, text });
    for param in &older.params {
        let mark = if has(newer, param) { Mark::Same } else { Mark::Gone };
        push(mark, written(param));
        let other = newer.params.iter().find(|other| other.is(&param.name));
        if let (Mark::Gone, Some(other)) = (mark, other) {
            push(Mark::New, written(other));
        }
    }
    let added = newer
        .params
        .iter()
        .filter(|param| older.find_param(&param.name).is_none());
    added.for_each(|param| push(Mark::New, written(param)));
    push(Mark::Same, ":".into());
    if older.value == newer.value {
        push(Mark::Same, shortened(&older.value));
    } else {
        push(Mark::Gone, shortened(&older.value));
        push(Mark::New, shortened(&newer.value));
    }
    let changed = pieces.iter().any(|piece| piece.mark != Mark::Same);
    Line {
        depth,
        mark: if changed { Mark::Changed } else { Mark::Same },
        pieces,
    }
}

fn written(param: &Param) -> String {
    let values: Vec<_> = param
        .values
        .iter()
        .map(|value| {
            if value.quoted || value.text.contains([':', ';', ',']) {
                format!("\"{}\"", shortened(&value.text))
            } else {
                shortened(&value.text)
            }
        })
        .collect();
    format!(";{}={}", param.name.to_ascii_uppercase(), values.join(","))
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(VALUE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    fn event(lines: &[&str]) -> String {
        let lines = lines.join("\r\n");
        format!("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    }

    fn told(older: &[&str], newer: &[&str]) -> String {
        let diff = diff(&event(older), &event(newer)).unwrap();
        let mut text = String::new();
        for line in diff.lines.iter().filter(|line| line.mark != Mark::Same) {
            for piece in &line.pieces {
                let _ = match piece.mark {
                    Mark::Same | Mark::Changed => write!(text, "{}", piece.text),
                    Mark::Gone => write!(text, "[-{}-]", piece.text),
                    Mark::New => write!(text, "[+{}+]", piece.text),
                };
            }
            text.push('\n');
        }
        text
    }

    #[test]
    fn order_and_case_of_names_are_no_difference() {
        let older = [
            "SUMMARY:a",
            "ATTENDEE;CN=x;PARTSTAT=ACCEPTED:mailto:a@example.com",
        ];
        let newer = [
            "attendee;partstat=ACCEPTED;cn=x:mailto:a@example.com",
            "SUMMARY:a",
        ];
        assert_eq!(told(&older, &newer), "");
    }

    #[test]
    fn parameters_and_values_are_told_apart() {
        let older = [
            "SEQUENCE:0",
            "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:a@example.com",
        ];
        let newer = [
            "SEQUENCE:1",
            "ATTENDEE;SCHEDULE-STATUS=\"2.0\";PARTSTAT=ACCEPTED:MAILTO:a@example.com",
        ];
        insta::assert_snapshot!(told(&older, &newer), @r#"
        SEQUENCE:[-0-][+1+]
        ATTENDEE[-;PARTSTAT=NEEDS-ACTION-][+;PARTSTAT=ACCEPTED+][+;SCHEDULE-STATUS="2.0"+]:[-mailto:a@example.com-][+MAILTO:a@example.com+]
        "#);
    }

    #[test]
    fn attendees_are_not_taken_for_each_other() {
        let (older, newer) = (
            ["ATTENDEE:mailto:a@example.com"],
            ["ATTENDEE:mailto:b@example.com"],
        );
        insta::assert_snapshot!(told(&older, &newer), @"
        [-ATTENDEE:mailto:a@example.com-]
        [+ATTENDEE:mailto:b@example.com+]
        ");
    }

    #[test]
    fn instances_are_matched_by_their_recurrence_id() {
        let with = |instances: &[&str]| {
            let instances: String = instances
                .iter()
                .map(|id| format!("BEGIN:VEVENT\r\nUID:1\r\nRECURRENCE-ID:{id}\r\nEND:VEVENT\r\n"))
                .collect();
            format!("BEGIN:VCALENDAR\r\n{instances}END:VCALENDAR\r\n")
        };
        let diff = diff(&with(&["20260101", "20260102"]), &with(&["20260102", "20260103"])).unwrap();
        let marks: Vec<_> = diff
            .lines
            .iter()
            .filter(|line| line.depth == 1)
            .map(|line| (line.mark, line.pieces[0].text.as_str()))
            .collect();
        assert_eq!(
            marks,
            [
                (Mark::Gone, "VEVENT 20260101"),
                (Mark::Same, "VEVENT 20260102"),
                (Mark::New, "VEVENT 20260103")
            ]
        );
    }

    #[test]
    fn what_is_no_calendar_is_not_compared() {
        assert_eq!(diff("<a/>", &event(&[])), None);
        assert_eq!(uid(&event(&[])).as_deref(), Some("1"));
    }
}
