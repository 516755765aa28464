//! The restriction tables of RFC 5546, read from `tables/`, and what else is said of their rows.

use std::sync::{LazyLock, OnceLock};

use super::catalog::{self, lines};
use super::kind::{Kind, Method};
use super::rule::Rule;

/// How often something is there (RFC 5546, section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presence {
    pub least: u32,
    pub most: u32,
}

impl Presence {
    /// No restriction.
    pub const ANY: Presence = Presence {
        least: 0,
        most: u32::MAX,
    };

    /// As the tables of this room write it; `-` and anything else is none.
    pub(super) fn of(text: &str) -> Option<Presence> {
        let (least, most) = match text {
            "0" => (0, 0),
            "0-1" => (0, 1),
            "0+" => (0, u32::MAX),
            "1" => (1, 1),
            "1+" => (1, u32::MAX),
            _ => return None,
        };
        Some(Presence { least, most })
    }

    pub fn allows(self, count: u32) -> bool {
        (self.least..=self.most).contains(&count)
    }

    /// In words, for "has 2, may have …".
    pub(super) fn words(self) -> &'static str {
        match (self.least, self.most) {
            (0, 0) => "none",
            (0, 1) => "one at most",
            (1, 1) => "exactly one",
            (1, _) => "at least one",
            _ => "any number",
        }
    }
}

/// A row: something and how often it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    pub name: &'static str,
    /// None where the table has no such row.
    pub presence: Option<Presence>,
}

/// One table of RFC 5546, section 3: what a method's message with this kind of component has.
#[derive(Debug)]
pub struct Table {
    pub kind: Kind,
    /// None for the tables that hold whatever the method.
    pub method: Option<Method>,
    /// The id of its requirement.
    pub requirement: String,
    pub scopes: Vec<Scope>,
    pub(super) comments: Vec<Comment>,
}

/// The rows for VCALENDAR, for the component, or for one in it.
#[derive(Debug)]
pub struct Scope {
    /// Name of the component.
    pub name: &'static str,
    pub rows: Vec<Row>,
    /// Presence of properties by [`catalog::Known::index`].
    pub(super) properties: Vec<Option<Presence>>,
}

impl Table {
    /// The rows for `VCALENDAR` or for a component of this name, in any case.
    pub fn scope(&self, name: &str) -> Option<&Scope> {
        self.scopes
            .iter()
            .find(|scope| scope.name.eq_ignore_ascii_case(name))
    }

    /// What the table says of a row of this scope.
    pub fn presence(&self, scope: &str, name: &str) -> Option<Presence> {
        let rows = &self.scope(scope)?.rows;
        rows.iter().find(|row| row.name == name)?.presence
    }

    /// The rule of the table itself.
    pub(super) fn rule(&self) -> Option<Rule> {
        Rule::of(&self.requirement)
    }

    /// The comments of this rule.
    pub(super) fn comments_of(&self, rule: &str) -> impl Iterator<Item = (&Comment, Rule)> {
        self.comments
            .iter()
            .filter(move |comment| comment.rule == rule)
            .filter_map(|comment| Some((comment, comment.requirement_rule()?)))
    }

    /// The reading by which a breach of a row is a warning at most.
    pub(super) fn reading(&self, row: &str, missing: bool) -> Option<&'static str> {
        let breach = if missing { "missing" } else { "more" };
        let method = self.method?.name();
        READINGS
            .iter()
            .find(|reading| reading[..4] == [self.kind.name(), method, row, breach])
            .map(|reading| reading[4])
    }
}

/// What the comment column or the prose says of a row.
#[derive(Debug)]
pub(super) struct Comment {
    pub row: &'static str,
    pub requirement: String,
    /// The rule's name in `tables/comments.txt`.
    pub rule: &'static str,
    pub arguments: Vec<&'static str>,
    known: OnceLock<Option<Rule>>,
}

impl Comment {
    pub fn requirement_rule(&self) -> Option<Rule> {
        *self.known.get_or_init(|| Rule::of(&self.requirement))
    }
}

/// All tables.
pub fn tables() -> &'static [Table] {
    &TABLES
}

/// The table for a method and a kind of component; none where RFC 5546 does not define the two together.
pub fn table(kind: Kind, method: Method) -> Option<&'static Table> {
    TABLES
        .iter()
        .find(|table| table.kind == kind && table.method == Some(method))
}

/// The table of VCALENDAR, VTIMEZONE or VALARM.
pub(super) fn common(kind: Kind) -> Option<&'static Table> {
    TABLES
        .iter()
        .find(|table| table.kind == kind && table.method.is_none())
}

/// Ids of the requirements that the tables name, with repetitions.
pub(super) fn requirements() -> impl Iterator<Item = &'static str> {
    static OF_PARAMS: LazyLock<Vec<String>> = LazyLock::new(|| catalog::requirements().collect());
    let of_table = TABLES.iter().flat_map(|table| {
        let comments = table.comments.iter().map(|comment| comment.requirement.as_str());
        std::iter::once(table.requirement.as_str()).chain(comments)
    });
    of_table.chain(OF_PARAMS.iter().map(String::as_str))
}

static READINGS: LazyLock<Vec<[&'static str; 5]>> = LazyLock::new(|| {
    lines(include_str!("tables/readings.txt"))
        .skip(1)
        .filter_map(|line| line.split_whitespace().collect::<Vec<_>>().try_into().ok())
        .collect()
});

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    const FILES: [(Kind, &str); 7] = [
        (Kind::Calendar, include_str!("tables/vcalendar.txt")),
        (Kind::TimeZone, include_str!("tables/vtimezone.txt")),
        (Kind::Alarm, include_str!("tables/valarm.txt")),
        (Kind::Event, include_str!("tables/vevent.txt")),
        (Kind::Todo, include_str!("tables/vtodo.txt")),
        (Kind::Journal, include_str!("tables/vjournal.txt")),
        (Kind::FreeBusy, include_str!("tables/vfreebusy.txt")),
    ];
    let mut tables: Vec<Table> = FILES
        .into_iter()
        .flat_map(|(kind, text)| parse(kind, text))
        .collect();
    for line in lines(include_str!("tables/comments.txt")).skip(1) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [component, method, row, requirement, rule, arguments @ ..] = fields.as_slice() else {
            continue;
        };
        let of = |table: &&mut Table| {
            table.kind.name() == *component && table.method.is_some_and(|known| known.name() == *method)
        };
        if let Some(table) = tables.iter_mut().find(of) {
            table.comments.push(Comment {
                row,
                requirement: format!("rfc5546-{requirement}"),
                rule,
                arguments: arguments.to_vec(),
                known: OnceLock::new(),
            });
        }
    }
    tables
});

/// A table for each column of a file.
fn parse(kind: Kind, text: &'static str) -> Vec<Table> {
    let mut tables = Vec::new();
    for line in lines(text) {
        let mut fields = line.split_whitespace();
        let Some(name) = fields.next() else { continue };
        if name == "method" {
            tables.extend(fields.map(|method| Table {
                kind,
                method: Method::of(method),
                requirement: String::new(),
                scopes: Vec::new(),
                comments: Vec::new(),
            }));
            continue;
        }
        let scope = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        for table in &mut tables {
            if let Some(name) = scope {
                table.scopes.push(Scope {
                    name,
                    rows: Vec::new(),
                    properties: vec![None; catalog::properties_by_index().len()],
                });
                continue;
            }
            let field = fields.next().unwrap_or_default();
            if name == "requirement" {
                table.requirement = format!("rfc5546-{field}");
            } else if let Some(scope) = table.scopes.last_mut() {
                let presence = Presence::of(field);
                scope.rows.push(Row { name, presence });
                if let Some(known) = catalog::property(name) {
                    scope.properties[known.index] = presence;
                }
            }
        }
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Cell, EntryKind, Register};

    fn as_register_says(presence: Presence) -> &'static str {
        match (presence.least, presence.most) {
            (0, 0) => "0",
            (0, 1) => "0 or 1",
            (1, 1) => "1",
            (1, _) => "1+",
            _ => "0+",
        }
    }

    /// Row by row: nothing of the register is missing here, and nothing else is here.
    #[test]
    fn tables_are_those_of_the_register() {
        let mut rows = 0;
        for entry in Register::embedded().requirements() {
            if entry.kind != Some(EntryKind::RestrictionTable) {
                continue;
            }
            let table = tables()
                .iter()
                .find(|table| table.requirement == entry.id)
                .unwrap();
            let mut here: Vec<(String, String)> = Vec::new();
            for scope in &table.scopes {
                for row in &scope.rows {
                    let Some(presence) = row.presence else { continue };
                    let name = if ["STANDARD", "DAYLIGHT"].contains(&scope.name) {
                        format!("{}/{}", scope.name, row.name)
                    } else {
                        row.name.to_owned()
                    };
                    here.push((name, as_register_says(presence).to_owned()));
                }
            }
            let there = entry
                .rows
                .as_ref()
                .unwrap()
                .0
                .iter()
                .map(|(name, cell)| match cell {
                    Cell::Text(text) => (name.clone(), text.clone()),
                    other => panic!("{}: {name}: {other:?}", entry.id),
                });
            let mut there: Vec<_> = there.collect();
            here.sort();
            there.sort();
            assert_eq!(here, there, "{}", entry.id);
            rows += here.len();
        }
        assert_eq!(rows, 870);
    }

    #[test]
    fn every_comment_found_its_table_and_its_row() {
        let lines = lines(include_str!("tables/comments.txt")).skip(1).count();
        let comments: Vec<_> = tables()
            .iter()
            .flat_map(|table| table.comments.iter().map(move |comment| (table, comment)))
            .collect();
        assert_eq!(comments.len(), lines);
        for (table, comment) in comments {
            let known = ["*", "PARTSTAT"].contains(&comment.row)
                || table
                    .scopes
                    .iter()
                    .any(|scope| table.presence(scope.name, comment.row).is_some());
            assert!(known, "{comment:?}");
        }
    }

    #[test]
    fn every_reading_weakens_a_row_that_can_be_broken_so() {
        for [component, method, row, breach, reading] in READINGS.iter() {
            let table = table(Kind::of(component), Method::of(method).unwrap()).unwrap();
            let presence = table
                .presence(component, row)
                .or_else(|| table.presence("VCALENDAR", row));
            let presence = presence.unwrap_or_else(|| panic!("{component} {method} {row}"));
            match *breach {
                "missing" => assert!(presence.least > 0),
                "more" => assert!(presence.most < u32::MAX),
                other => panic!("{other}"),
            }
            assert!(Register::embedded().reading(reading).is_some(), "{reading}");
        }
        assert_eq!(READINGS.len(), 15);
    }
}
