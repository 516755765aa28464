//! Every row of the restriction tables, broken once: its finding is there, and no other that `rows.txt` does not list.
//! Every row that allows any number, with two: no finding.

use std::collections::{BTreeMap, BTreeSet};

use calconform::event::Verdict;
use calconform::itip::{Kind, Method, Mode, Presence, Report, Row, Table, lint, tables};

use crate::crlf;

/// A content line for a property; a second one differs where one line could not stand twice.
fn property(kind: Kind, name: &str, second: bool) -> String {
    let n = if second { 2 } else { 1 };
    let free_busy = kind == Kind::FreeBusy;
    match name {
        "ATTENDEE" => format!("ATTENDEE:mailto:b{n}@example.com"),
        "ORGANIZER" => format!("ORGANIZER:mailto:a{n}@example.com"),
        "UID" => format!("UID:{n}@example.com"),
        "TZID" => format!("TZID:Zone{n}"),
        "DTSTAMP" => format!("DTSTAMP:2026010{n}T090000Z"),
        "DTSTART" if kind == Kind::Observance => "DTSTART:19700101T000000".into(),
        "DTSTART" => "DTSTART:20260601T090000Z".into(),
        "DTEND" | "DUE" => format!("{name}:2026060{n}T100000Z"),
        "DURATION" => format!("DURATION:PT{n}H"),
        "RRULE" if kind == Kind::Observance => "RRULE:FREQ=YEARLY".into(),
        "RRULE" => format!("RRULE:FREQ=DAILY;COUNT=1{n}"),
        "RDATE" if kind == Kind::Observance => format!("RDATE:1970010{n}T000000"),
        "RDATE" | "EXDATE" | "RECURRENCE-ID" => format!("{name}:2026060{n}T090000Z"),
        "COMPLETED" | "CREATED" | "LAST-MODIFIED" => format!("{name}:2026010{n}T090000Z"),
        "SEQUENCE" | "PRIORITY" | "PERCENT-COMPLETE" | "REPEAT" => format!("{name}:{n}"),
        "STATUS" => "STATUS:CANCELLED".into(),
        "TRANSP" => "TRANSP:OPAQUE".into(),
        "GEO" => "GEO:1.0;2.0".into(),
        "ATTACH" | "URL" | "TZURL" => format!("{name}:http://example.com/{n}"),
        "FREEBUSY" if free_busy => format!("FREEBUSY:20260601T09{n}000Z/PT5M"),
        "REQUEST-STATUS" => "REQUEST-STATUS:2.0;Success".into(),
        "TZOFFSETFROM" | "TZOFFSETTO" => format!("{name}:+0{n}00"),
        "ACTION" => "ACTION:AUDIO".into(),
        "TRIGGER" => format!("TRIGGER:-PT{n}M"),
        "IANA-PROPERTY" => format!("COLOR:{}", if second { "red" } else { "blue" }),
        "X-PROPERTY" => format!("X-ROW-{n}:1"),
        "METHOD" | "VERSION" | "PRODID" | "CALSCALE" => unreachable!("{name} is in the frame"),
        _ => format!("{name}:text {n}"),
    }
}

/// A component that is in order by itself.
fn component(name: &str, second: bool) -> String {
    let n = if second { 2 } else { 1 };
    match name {
        "VALARM" => format!("BEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT{n}M\nEND:VALARM"),
        "VTIMEZONE" => format!(
            "BEGIN:VTIMEZONE\nTZID:Zone{n}\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0100\n\
             TZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE"
        ),
        "STANDARD" | "DAYLIGHT" => format!(
            "BEGIN:{name}\nDTSTART:1970010{n}T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nEND:{name}"
        ),
        "IANA-COMPONENT" => "BEGIN:VLOCATION\nEND:VLOCATION".into(),
        "X-COMPONENT" => "BEGIN:X-ROW\nEND:X-ROW".into(),
        other => format!(
            "BEGIN:{other}\nUID:1@example.com\nDTSTAMP:20260101T090000Z\nDTSTART:20260601T090000Z\nEND:{other}"
        ),
    }
}

fn is_component(name: &str) -> bool {
    name.starts_with('V') && name != "VERSION"
        || name.ends_with("-COMPONENT")
        || ["STANDARD", "DAYLIGHT"].contains(&name)
}

/// One thing in a scope, once or twice.
fn line(kind: Kind, name: &str, second: bool) -> String {
    if is_component(name) {
        component(name, second)
    } else {
        property(kind, name, second)
    }
}

/// A message that a table describes: what it requires, once, and what a test changes.
struct Message<'a> {
    table: &'a Table,
    /// How many there are of the row that is tested, by scope and name.
    changed: (&'a str, &'a str, u32),
}

impl Message<'_> {
    fn count(&self, scope: &str, row: &Row) -> u32 {
        if self.changed.0 == scope && self.changed.1 == row.name {
            return self.changed.2;
        }
        row.presence.map_or(0, |presence| presence.least)
    }

    /// What the comments of the table ask for beyond its rows.
    fn commented(&self, lines: &mut Vec<String>) {
        let (component, method) = (self.table.kind.name(), self.table.method);
        if method == Some(Method::Reply) && self.table.kind != Kind::FreeBusy {
            for line in lines.iter_mut() {
                *line = line.replace("ATTENDEE:", "ATTENDEE;PARTSTAT=ACCEPTED:");
            }
        }
        let tested = self.changed.0 == component && self.changed.1 == "STATUS";
        if method == Some(Method::Cancel) && !tested {
            lines.insert(0, "STATUS:CANCELLED".into());
        }
    }

    fn rows(&self, scope: &str, kind: Kind, keep: impl Fn(&str) -> bool) -> Vec<String> {
        let rows = self.table.scope(scope).map_or(&[][..], |scope| &scope.rows);
        let mut lines = Vec::new();
        for row in rows.iter().filter(|row| keep(row.name)) {
            lines.extend((0..self.count(scope, row)).map(|n| line(kind, row.name, n > 0)));
        }
        if scope == self.table.kind.name() {
            self.commented(&mut lines);
        }
        // Properties come before components.
        lines.sort_by_key(|line| line.starts_with("BEGIN"));
        lines
    }

    fn text(&self) -> String {
        match self.table.method {
            Some(method) => self.of_method(method.name()),
            None => self.of_common(),
        }
    }

    fn of_method(&self, method: &str) -> String {
        let kind = self.table.kind;
        let name = kind.name();
        let calendar = self.table.scope("VCALENDAR").unwrap();
        let mut lines = vec![
            "BEGIN:VCALENDAR".to_owned(),
            "VERSION:2.0".into(),
            "PRODID:-//Rows//EN".into(),
        ];
        for row in &calendar.rows {
            let count = self.count("VCALENDAR", row);
            for n in 0..count {
                if row.name == "METHOD" {
                    lines.push(format!("METHOD:{method}"));
                } else if row.name == name {
                    lines.push(format!("BEGIN:{name}"));
                    lines.extend(self.rows(name, kind, |_| true));
                    lines.push(format!("END:{name}"));
                } else {
                    lines.push(component(row.name, n > 0));
                }
            }
        }
        lines.push("END:VCALENDAR".into());
        lines.join("\n") + "\n"
    }

    /// The tables of VCALENDAR, VTIMEZONE and VALARM are tried in a REQUEST.
    fn of_common(&self) -> String {
        let mut lines = vec!["BEGIN:VCALENDAR".to_owned(), "METHOD:REQUEST".into()];
        let calendar = [
            ("VERSION", "VERSION:2.0"),
            ("PRODID", "PRODID:-//Rows//EN"),
            ("CALSCALE", "CALSCALE:GREGORIAN"),
        ];
        let of_calendar = self.table.kind == Kind::Calendar;
        for (name, line) in calendar {
            let row = self
                .table
                .scope("VCALENDAR")
                .and_then(|scope| scope.rows.iter().find(|row| row.name == name));
            let count = match row {
                Some(row) if of_calendar => self.count("VCALENDAR", row),
                _ => u32::from(name != "CALSCALE"),
            };
            lines.extend((0..count).map(|_| line.to_owned()));
        }
        if of_calendar {
            let others = |name: &str| calendar.iter().all(|(known, _)| *known != name);
            lines.extend(self.rows("VCALENDAR", Kind::Calendar, others));
        }
        if self.table.kind == Kind::TimeZone {
            lines.push("BEGIN:VTIMEZONE".into());
            lines.extend(self.rows("VTIMEZONE", Kind::TimeZone, |name| !is_component(name)));
            for name in ["STANDARD", "DAYLIGHT"] {
                let row = self
                    .table
                    .scope("VTIMEZONE")
                    .unwrap()
                    .rows
                    .iter()
                    .find(|row| row.name == name)
                    .unwrap();
                for n in 0..self.count("VTIMEZONE", row).max(1) {
                    lines.push(format!("BEGIN:{name}"));
                    if n == 0 {
                        lines.extend(self.rows(name, Kind::Observance, |_| true));
                    } else {
                        lines.extend(
                            [
                                "DTSTART:19710101T000000",
                                "TZOFFSETFROM:+0100",
                                "TZOFFSETTO:+0100",
                            ]
                            .map(String::from),
                        );
                    }
                    lines.push(format!("END:{name}"));
                }
            }
            lines.push("END:VTIMEZONE".into());
        }
        lines.extend(
            [
                "BEGIN:VEVENT",
                "UID:1@example.com",
                "DTSTAMP:20260101T090000Z",
                "DTSTART:20260601T090000Z",
            ]
            .map(String::from),
        );
        lines.extend(
            [
                "SUMMARY:Rows",
                "ORGANIZER:mailto:a@example.com",
                "ATTENDEE:mailto:b@example.com",
            ]
            .map(String::from),
        );
        if self.table.kind == Kind::Alarm {
            let parent = self.table.scope("parent").unwrap();
            for n in 0..self.count("parent", &parent.rows[0]).max(1) {
                lines.push("BEGIN:VALARM".into());
                if n == 0 {
                    lines.extend(self.rows("VALARM", Kind::Alarm, |_| true));
                } else {
                    lines.extend(["ACTION:AUDIO", "TRIGGER:-PT9M"].map(String::from));
                }
                lines.push("END:VALARM".into());
            }
        }
        lines.extend(["END:VEVENT", "END:VCALENDAR"].map(String::from));
        lines.join("\n") + "\n"
    }
}

fn name_of(table: &Table) -> String {
    match table.method {
        Some(method) => format!("{} {method}", table.kind.name()),
        None => table.kind.name().to_owned(),
    }
}

/// What else a broken row breaks: `table row: requirements`.
fn listed() -> BTreeMap<String, BTreeSet<String>> {
    let lines = include_str!("rows.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let (row, requirements) = line.split_once(": ").unwrap_or_else(|| panic!("{line}"));
            (
                row.to_owned(),
                requirements.split_whitespace().map(str::to_owned).collect(),
            )
        })
        .collect()
}

/// The requirements that are broken, and the one of the table for this row.
fn broken(report: &Report, table: &Table, row: &str) -> (bool, BTreeSet<String>) {
    let mut others = BTreeSet::new();
    let mut own = false;
    for finding in report
        .findings
        .iter()
        .filter(|finding| finding.verdict != Verdict::Info)
    {
        let of_table =
            finding.requirement == table.requirement || finding.also.contains(&table.requirement.as_str());
        if of_table
            && finding
                .message
                .split(|c: char| !(c.is_alphanumeric() || c == '-'))
                .any(|word| word == row)
        {
            own = true;
        } else {
            others.insert(finding.requirement.to_owned());
        }
    }
    (own, others)
}

#[test]
fn every_row_that_can_be_broken_is_found_broken() {
    let listed = listed();
    let mut used = BTreeSet::new();
    let (mut breakable, mut free) = (0, 0);
    let mut wrong = Vec::new();
    for table in tables() {
        for (scope, row) in table
            .scopes
            .iter()
            .flat_map(|scope| scope.rows.iter().map(move |row| (scope.name, row)))
        {
            let Some(presence) = row.presence else { continue };
            let may_break = presence != Presence::ANY;
            let count = match (presence.least, presence.most) {
                // Without METHOD no table is meant; it breaks its row by standing twice.
                (1, 1) if row.name == "METHOD" => 2,
                (1, _) => 0,
                (0, 0) => 1,
                _ => 2,
            };
            let text = Message {
                table,
                changed: (scope, row.name, count),
            }
            .text();
            let report = lint(&crlf(&text), Mode::Message).unwrap();
            let (own, others) = broken(&report, table, row.name);
            let scope = if scope == table.kind.name() || scope == "parent" {
                String::new()
            } else {
                format!("{scope}/")
            };
            let place = format!("{} {scope}{}", name_of(table), row.name);
            let expected = listed.get(&place).cloned().unwrap_or_default();
            used.extend(listed.contains_key(&place).then(|| place.clone()));
            if own != may_break || others != expected {
                wrong.push(format!(
                    "{place}: found {own}, also {others:?}, listed {expected:?}\n{text}"
                ));
            }
            breakable += u32::from(may_break);
            free += u32::from(!may_break);
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
    let unused: Vec<_> = listed.keys().filter(|row| !used.contains(*row)).collect();
    assert!(unused.is_empty(), "listed, but no such row: {unused:?}");
    assert_eq!((breakable, free), (592, 278));
}
