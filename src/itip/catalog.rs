//! Known properties and parameters, from `tables/properties.txt` and `tables/parameters.txt`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::kind::Kind;
use super::rule::Rule;
use super::table::Presence;

/// Type of a value, with what definitions make of TEXT and INTEGER.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Type {
    Binary,
    Boolean,
    Address,
    Date,
    DateTime,
    Duration,
    Float,
    Integer,
    Period,
    Recur,
    Text,
    Time,
    Uri,
    UtcOffset,
    Status,
    Transp,
    Version,
    Number,
    Percent,
    Priority,
    Geo,
    RequestStatus,
    /// Registered later, or an extension: not looked into.
    Other,
}

impl Type {
    /// The type that VALUE or a table names.
    pub fn of(name: &str) -> Type {
        const NAMES: [(&str, Type); 22] = [
            ("DATE", Type::Date),
            ("DATE-TIME", Type::DateTime),
            ("BINARY", Type::Binary),
            ("BOOLEAN", Type::Boolean),
            ("CAL-ADDRESS", Type::Address),
            ("DURATION", Type::Duration),
            ("FLOAT", Type::Float),
            ("INTEGER", Type::Integer),
            ("PERIOD", Type::Period),
            ("RECUR", Type::Recur),
            ("TEXT", Type::Text),
            ("TIME", Type::Time),
            ("URI", Type::Uri),
            ("UTC-OFFSET", Type::UtcOffset),
            ("STATUS", Type::Status),
            ("TRANSP", Type::Transp),
            ("VERSION", Type::Version),
            ("NUMBER", Type::Number),
            ("PERCENT", Type::Percent),
            ("PRIORITY", Type::Priority),
            ("GEO", Type::Geo),
            ("REQUEST-STATUS", Type::RequestStatus),
        ];
        let found = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or(Type::Other, |(_, kind)| *kind)
    }

    /// What VALUE would call it.
    pub fn general(self) -> Type {
        match self {
            Type::Status | Type::Transp | Type::Version | Type::RequestStatus => Type::Text,
            Type::Number | Type::Percent | Type::Priority => Type::Integer,
            Type::Geo => Type::Float,
            other => other,
        }
    }
}

/// A known property.
#[derive(Debug)]
pub(super) struct Known {
    pub name: &'static str,
    /// Place among the known ones.
    pub index: usize,
    /// The first is the default.
    pub types: Vec<Type>,
    /// Several values between commas.
    pub list: bool,
    /// How often it stands in a component by RFC 5545; of one registered later nothing is said.
    counts: Option<[Option<Presence>; 8]>,
}

impl Known {
    /// How often RFC 5545 has it in a component of this kind; `Err` where it does not belong there.
    pub fn count(&self, kind: Kind) -> Result<Presence, ()> {
        match (&self.counts, column(kind)) {
            (Some(counts), Some(column)) => counts[column].ok_or(()),
            _ => Ok(Presence::ANY),
        }
    }

    /// Whether it was registered after RFC 5545.
    pub fn is_extension(&self) -> bool {
        self.counts.is_none()
    }
}

fn column(kind: Kind) -> Option<usize> {
    const COLUMNS: [Kind; 8] = [
        Kind::Calendar,
        Kind::Event,
        Kind::Todo,
        Kind::Journal,
        Kind::FreeBusy,
        Kind::Alarm,
        Kind::TimeZone,
        Kind::Observance,
    ];
    COLUMNS.iter().position(|known| *known == kind)
}

/// What a parameter's value must be.
#[derive(Debug)]
pub(super) enum Form {
    Text,
    /// A URI in quotes.
    Uri,
    /// Calendar user addresses, each in quotes.
    Addresses,
    /// A mailto URI in quotes.
    Mailto,
    /// One of these words; others that are registered or begin with X- too, where it is open.
    Words {
        words: Vec<&'static str>,
        open: bool,
    },
}

/// Which properties a parameter stands on.
#[derive(Debug)]
pub(super) enum On {
    Any,
    /// TEXT of natural language.
    Texts,
    /// What can have a TZID.
    Dates,
    Named(Vec<&'static str>),
}

/// A known parameter.
#[derive(Debug)]
pub(super) struct KnownParam {
    pub name: &'static str,
    pub form: Form,
    /// The requirement for the form.
    pub rule: Option<Rule>,
    pub on: On,
}

impl KnownParam {
    pub fn stands_on(&self, property: &Known) -> bool {
        const DATES: [&str; 6] = ["DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "EXDATE", "RDATE"];
        match &self.on {
            On::Any => true,
            On::Texts => property.types.first() == Some(&Type::Text),
            On::Dates => DATES.contains(&property.name),
            On::Named(names) => names.contains(&property.name),
        }
    }
}

/// The longest known name.
const LONGEST: usize = 24;

/// Entries by name.
struct Catalog<T> {
    entries: Vec<T>,
    by_name: HashMap<&'static [u8], usize>,
}

impl<T> Catalog<T> {
    fn new(entries: Vec<T>, name: impl Fn(&T) -> &'static str) -> Self {
        let names = entries.iter().enumerate();
        Catalog {
            by_name: names
                .map(|(index, entry)| (name(entry).as_bytes(), index))
                .collect(),
            entries,
        }
    }

    fn find(&self, name: &str) -> Option<&T> {
        let mut buffer = [0; LONGEST];
        let upper = buffer.get_mut(..name.len())?;
        upper.copy_from_slice(name.as_bytes());
        upper.make_ascii_uppercase();
        Some(&self.entries[*self.by_name.get(&*upper)?])
    }
}

static PROPERTIES: LazyLock<Catalog<Known>> = LazyLock::new(|| {
    Catalog::new(properties(include_str!("tables/properties.txt")), |known| {
        known.name
    })
});

static PARAMS: LazyLock<Catalog<KnownParam>> =
    LazyLock::new(|| Catalog::new(params(include_str!("tables/parameters.txt")), |known| known.name));

/// The property of this name, in any case.
pub(super) fn property(name: &str) -> Option<&'static Known> {
    PROPERTIES.find(name)
}

/// All known properties, by index.
pub(super) fn properties_by_index() -> &'static [Known] {
    &PROPERTIES.entries
}

/// The parameter of this name, in any case.
pub(super) fn param(name: &str) -> Option<&'static KnownParam> {
    PARAMS.find(name)
}

/// Whether the name is one of an experimental thing.
pub(super) fn is_experimental(name: &str) -> bool {
    matches!(name.as_bytes(), [b'X' | b'x', b'-', ..])
}

fn properties(text: &'static str) -> Vec<Known> {
    let mut extensions = false;
    let mut known = Vec::new();
    for line in lines(text) {
        let mut fields = line.split_whitespace();
        match fields.next() {
            Some("name") | None => continue,
            Some("[extensions]") => extensions = true,
            Some(name) => known.push(Known {
                name,
                index: known.len(),
                types: fields
                    .next()
                    .unwrap_or_default()
                    .split(',')
                    .map(Type::of)
                    .collect(),
                list: !extensions && fields.next() == Some("list"),
                counts: (!extensions).then(|| std::array::from_fn(|_| fields.next().and_then(Presence::of))),
            }),
        }
    }
    known
}

fn params(text: &'static str) -> Vec<KnownParam> {
    let rows = lines(text).map(|line| line.split_whitespace().collect::<Vec<_>>());
    rows.filter_map(|row| match row.as_slice() {
        ["name", ..] => None,
        &[name, form, requirement, on] => Some(KnownParam {
            name,
            form: match form {
                "text" => Form::Text,
                "uri" => Form::Uri,
                "addresses" => Form::Addresses,
                "mailto" => Form::Mailto,
                words => Form::Words {
                    words: words.split('|').filter(|word| *word != "...").collect(),
                    open: words.ends_with("..."),
                },
            },
            rule: param_rule(requirement),
            on: match on {
                "any" => On::Any,
                "texts" => On::Texts,
                "dates" => On::Dates,
                names => On::Named(names.split(',').collect()),
            },
        }),
        _ => None,
    })
    .collect()
}

fn param_rule(requirement: &str) -> Option<Rule> {
    Rule::of(&format!("rfc5545-{requirement}"))
}

/// The ids that the table of parameters names.
pub(super) fn requirements() -> impl Iterator<Item = String> {
    lines(include_str!("tables/parameters.txt"))
        .filter_map(|line| line.split_whitespace().nth(2))
        .filter(|id| id.starts_with(|first: char| first.is_ascii_digit()))
        .map(|id| format!("rfc5545-{id}"))
}

/// The lines of a table that say something, comments cut off.
pub(super) fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines()
        .map(|line| line.split_once('#').map_or(line, |(line, _)| line).trim())
        .filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case() {
        assert_eq!(property("dtStart").unwrap().types, [Type::DateTime, Type::Date]);
        assert!(property("RESOURCES").unwrap().list);
        assert!(property("COLOR").unwrap().is_extension());
        assert!(property("X-FOO").is_none() && property(&"A".repeat(100)).is_none());
        assert!(param("delegated-TO").is_some());
    }

    #[test]
    fn every_row_is_whole() {
        let longest = properties_by_index().iter().map(|known| known.name.len()).max();
        assert!(longest <= Some(LONGEST));
        for known in properties_by_index() {
            assert!(!known.types.is_empty(), "{}", known.name);
        }
        for (line, known) in lines(include_str!("tables/parameters.txt"))
            .skip(1)
            .zip(&PARAMS.entries)
        {
            assert!(line.starts_with(known.name), "{line}");
            let names_rule = line.split_whitespace().nth(2).is_none_or(|id| id != "-");
            assert_eq!(known.rule.is_some(), names_rule, "{line}");
        }
    }

    #[test]
    fn counts_are_those_of_the_component() {
        let due = property("DUE").unwrap();
        assert!(due.count(Kind::Event).is_err());
        assert_eq!(due.count(Kind::Todo).unwrap().most, 1);
        assert_eq!(property("UID").unwrap().count(Kind::Event).unwrap().least, 1);
    }
}
