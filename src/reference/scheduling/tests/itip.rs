//! Whether messages are what RFC 5546 allows: its restriction tables, and what this server adds to them.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::world::{World, meeting};
use crate::ical::{Component, Document};
use crate::reference::policy::{Deviation, Policy};
use crate::reference::scheduling::Message;

const VEVENT: &str = include_str!("../../../itip/tables/vevent.txt");
const VTODO: &str = include_str!("../../../itip/tables/vtodo.txt");

/// What is wrong with the message; empty when nothing is.
pub fn faults(message: &Message) -> Vec<String> {
    let calendar = message.document.calendar().unwrap();
    let kind = calendar
        .components()
        .find(|c| !c.is("VTIMEZONE"))
        .map(|c| c.name.clone())
        .unwrap_or_default();
    let table = if kind == "VTODO" { VTODO } else { VEVENT };
    let mut faults = Vec::new();
    for (section, name, presence) in rows(table, message.method.as_str()) {
        for component in described(&message.document, &section) {
            let found = component.properties_named(&name).count() + component.components_named(&name).count();
            let allowed = match presence.as_str() {
                "0" => found == 0,
                "1" => found == 1,
                "0-1" => found <= 1,
                "1+" => found >= 1,
                _ => true,
            };
            if !allowed {
                faults.push(format!("{section}: {found} {name}, expected {presence}"));
            }
        }
    }
    let used: BTreeSet<String> = described(&message.document, &kind)
        .flat_map(|component| component.properties())
        .filter_map(|property| property.param("TZID").map(str::to_owned))
        .collect();
    let defined: BTreeSet<String> = calendar
        .components_named("VTIMEZONE")
        .filter_map(|c| c.text("TZID"))
        .collect();
    if used != defined {
        faults.push(format!("time zones {used:?} are used, {defined:?} defined"));
    }
    let text = String::from_utf8_lossy(&message.document.to_bytes()).replace("\r\n ", "");
    if text.contains(";SCHEDULE-") {
        faults.push("a SCHEDULE- parameter".to_owned());
    }
    faults
}

/// Section, name and presence, for one method.
fn rows(table: &str, method: &str) -> Vec<(String, String, String)> {
    let mut lines = table
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let head: Vec<&str> = lines.next().unwrap().split_whitespace().collect();
    let column = head.iter().position(|name| *name == method).unwrap();
    let mut section = String::new();
    let mut rows = Vec::new();
    for line in lines.filter(|line| !line.starts_with("requirement")) {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(name) => section = name.to_owned(),
            None => {
                let cells: Vec<&str> = line.split_whitespace().collect();
                rows.push((section.clone(), cells[0].to_owned(), cells[column].to_owned()));
            }
        }
    }
    rows
}

fn described<'a>(document: &'a Document, name: &'a str) -> impl Iterator<Item = &'a Component> {
    let calendar = document.calendar();
    let inner = calendar.into_iter().flat_map(|calendar| calendar.components());
    calendar
        .into_iter()
        .chain(inner)
        .filter(move |component| component.is(name))
}

#[test]
fn the_tables_are_read() {
    let by_section: BTreeMap<String, usize> =
        rows(VEVENT, "REPLY")
            .into_iter()
            .fold(BTreeMap::new(), |mut counts, (section, ..)| {
                *counts.entry(section).or_default() += 1;
                counts
            });
    assert!(
        by_section["VEVENT"] > 20 && by_section["VCALENDAR"] > 3,
        "{by_section:?}"
    );
}

#[test]
fn faults_are_found() {
    let mut world = World::with(Policy::default().deviating(Deviation::ReplyListsEveryone));
    world.put("o", meeting(&["o", "a"])).unwrap();
    let accepted = world.edited(
        "a",
        &[("ATTENDEE:mailto:a", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a")],
    );
    let reply = &world.put("a", accepted).unwrap()[0];
    assert_eq!(faults(reply), ["VEVENT: 2 ATTENDEE, expected 1"]);
}
