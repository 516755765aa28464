//! What all value matchers share: what was selected, and whether it is as expected.

use super::super::template::FillError;
use super::{Finding, Scope, instant, meaning, show};
use crate::scenario::{Expectation, Kind, Quantifier};
use jiff::Timestamp;

/// What a path selected.
pub(in crate::run) struct Selection {
    /// What was looked for, in words: `header Schedule-Tag`, `ATTENDEE;PARTSTAT of VEVENT`.
    pub what: String,
    /// One for each parent that exists.
    pub slots: Vec<Slot>,
    /// Which parent is missing, where there is no slot.
    pub no_parent: String,
}

/// One parent, with the values of what was looked for in it.
pub(in crate::run) struct Slot {
    /// Where it is, in words; empty where there is only one place.
    pub place: String,
    pub values: Vec<Value>,
    /// What is there instead, where there is no value; empty if there is no more to say.
    pub none: String,
    /// What the want of a value means (RFC 5545: no PARTSTAT is NEEDS-ACTION).
    pub default: Option<&'static str>,
}

/// One value.
pub(in crate::run) struct Value {
    pub text: String,
    pub nature: Nature,
    /// It has neither text nor children.
    pub empty: bool,
    /// Said beside the text.
    pub note: String,
}

/// How a value compares with a wanted text.
#[derive(Debug, Clone)]
pub(in crate::run) enum Nature {
    Exact,
    /// Case does not matter.
    Token,
    /// A comma-separated list of tokens.
    List,
    Address,
    Href,
    /// A calendar address or an href if the wanted text looks like one.
    ByShape,
    MediaType,
    Integer,
    /// A date or date-time of iCalendar data; its instant, where it has one that is known.
    Date(Option<Timestamp>),
}

impl Selection {
    pub fn new(what: String, slots: Vec<Slot>) -> Selection {
        Selection {
            what,
            slots,
            no_parent: String::new(),
        }
    }
}

impl Slot {
    pub fn new(place: String, values: Vec<Value>) -> Slot {
        Slot {
            place,
            values,
            none: String::new(),
            default: None,
        }
    }
}

impl Value {
    pub fn new(text: impl Into<String>, nature: Nature) -> Value {
        let text = text.into();
        Value {
            empty: text.is_empty(),
            text,
            nature,
            note: String::new(),
        }
    }

    pub fn equals(&self, wanted: &str) -> bool {
        let wanted = wanted.trim();
        match &self.nature {
            Nature::Exact => self.text == wanted,
            Nature::Token => self.text.eq_ignore_ascii_case(wanted),
            Nature::List => meaning::same_list(&self.text, wanted),
            Nature::Address => meaning::same_address(&self.text, wanted),
            Nature::Href => meaning::same_href(&self.text, wanted),
            Nature::ByShape => {
                self.text == wanted
                    || meaning::looks_like_href(wanted) && meaning::same_href(&self.text, wanted)
                    || meaning::looks_like_address(wanted) && meaning::same_address(&self.text, wanted)
            }
            Nature::MediaType => meaning::same_media_type(&self.text, wanted),
            Nature::Integer => meaning::same_integer(&self.text, wanted),
            Nature::Date(instant) => {
                self.text == wanted || instant.is_some_and(|found| instant::utc(wanted) == Some(found))
            }
        }
    }

    /// The same date: as an instant where both have one, else as a text.
    pub fn same_date(&self, other: &Value) -> bool {
        match (&self.nature, &other.nature) {
            (Nature::Date(Some(a)), Nature::Date(Some(b))) => a == b,
            _ => self.text == other.text,
        }
    }

    fn contains(&self, wanted: &str) -> bool {
        match self.nature {
            Nature::List => meaning::has_token(&self.text, wanted),
            Nature::Token | Nature::MediaType => lower(&self.text).contains(&lower(wanted)),
            _ => self.text.contains(wanted),
        }
    }

    fn starts_with(&self, wanted: &str) -> bool {
        match self.nature {
            Nature::Token | Nature::MediaType => lower(&self.text).starts_with(&lower(wanted)),
            _ => self.text.starts_with(wanted),
        }
    }

    fn is(&self, kind: Kind) -> bool {
        match kind {
            Kind::Present => true,
            Kind::Absent => false,
            Kind::OpaqueTag | Kind::StrongEtag => meaning::is_opaque_tag(&self.text),
            Kind::Href => meaning::is_href(&self.text),
            Kind::UtcDateTime => instant::utc(&self.text).is_some(),
            Kind::Empty => self.empty,
        }
    }
}

fn lower(text: &str) -> String {
    text.to_lowercase()
}

/// An expectation with its texts filled.
#[derive(Debug, Clone)]
pub(super) enum Wanted {
    Is(Kind),
    Equals(Vec<String>),
    Not(String),
    Contains(String),
    StartsWith(String),
    AtMost(u64),
    Count(usize),
}

impl Wanted {
    pub fn new(expectation: Expectation<'_>, scope: &Scope) -> Result<Wanted, FillError> {
        Ok(if let Some(text) = expectation.equals {
            Wanted::Equals(vec![scope.fill(text)?])
        } else if let Some(texts) = expectation.one_of {
            Wanted::Equals(
                texts
                    .iter()
                    .map(|text| scope.fill(text))
                    .collect::<Result<_, _>>()?,
            )
        } else if let Some(text) = expectation.not {
            Wanted::Not(scope.fill(text)?)
        } else if let Some(text) = expectation.contains {
            Wanted::Contains(scope.fill(text)?)
        } else if let Some(text) = expectation.starts_with {
            Wanted::StartsWith(scope.fill(text)?)
        } else if let Some(number) = expectation.at_most {
            Wanted::AtMost(**number)
        } else if let Some(count) = expectation.count {
            Wanted::Count(**count as usize)
        } else {
            Wanted::Is(expectation.is.map_or(Kind::Present, |kind| **kind))
        })
    }

    /// Holds only where the parent exists: without it there is nothing to be told.
    fn is_negative(&self) -> bool {
        matches!(self, Wanted::Is(Kind::Absent) | Wanted::Not(_) | Wanted::Count(0))
    }

    /// Is this value, or the want of one, as it must be?
    pub fn accepts(&self, value: Option<&Value>, default: Option<&str>) -> bool {
        let Some(value) = value else {
            return match (self, default) {
                (Wanted::Equals(_) | Wanted::Not(_), Some(default)) => {
                    self.accepts(Some(&Value::new(default, Nature::Token)), None)
                }
                _ => matches!(self, Wanted::Is(Kind::Absent)),
            };
        };
        match self {
            Wanted::Is(kind) => value.is(*kind),
            Wanted::Equals(texts) => texts.iter().any(|text| value.equals(text)),
            Wanted::Not(text) => !value.equals(text),
            Wanted::Contains(text) => value.contains(text),
            Wanted::StartsWith(text) => value.starts_with(text),
            Wanted::AtMost(number) => value.text.trim().parse().is_ok_and(|found: u64| found <= *number),
            Wanted::Count(_) => true,
        }
    }

    fn describe(&self, what: &str) -> String {
        let shown = |texts: &[String]| texts.iter().map(|text| show::value(text)).collect::<Vec<_>>();
        match self {
            Wanted::Is(Kind::Present) => format!("{what} is there"),
            Wanted::Is(Kind::Absent) => format!("{what} is not there"),
            Wanted::Is(Kind::OpaqueTag) => {
                format!("{what} is a quoted string without `W/` (opaque-tag, RFC 2616 section 3.11)")
            }
            Wanted::Is(Kind::StrongEtag) => {
                format!(
                    "{what} is a strong entity tag, a quoted string without `W/` (RFC 9110 section 8.8.3)"
                )
            }
            Wanted::Is(Kind::Href) => format!("{what} is a URI or an absolute path"),
            Wanted::Is(Kind::UtcDateTime) => format!("{what} is a date-time in UTC, as `20260601T090000Z`"),
            Wanted::Is(Kind::Empty) => format!("{what} is there and is empty"),
            Wanted::Equals(texts) => format!("{what} is {}", show::join(&shown(texts), "or")),
            Wanted::Not(text) => format!("{what} is there and is not {}", show::value(text)),
            Wanted::Contains(text) => format!("{what} contains {}", show::value(text)),
            Wanted::StartsWith(text) => format!("{what} starts with {}", show::value(text)),
            Wanted::AtMost(number) => format!("{what} is a number not above {number}"),
            Wanted::Count(count) => format!("{what} is there {}", times(*count)),
        }
    }
}

fn times(count: usize) -> String {
    match count {
        0 => "not once".to_string(),
        1 => "once".to_string(),
        2 => "twice".to_string(),
        count => format!("{count} times"),
    }
}

/// Judges what was selected.
pub(super) fn judge(expectation: Expectation<'_>, selection: &Selection, scope: &Scope) -> Finding {
    let wanted = match Wanted::new(expectation, scope) {
        Ok(wanted) => wanted,
        Err(error) => return Finding::unfilled(&error),
    };
    let quantifier = expectation.of.map(|of| **of);
    let mut expected = wanted.describe(&selection.what);
    match quantifier {
        None => {}
        Some(Quantifier::Any) => expected.push_str(", in at least one place"),
        Some(Quantifier::All) => expected.push_str(", in all places"),
        Some(Quantifier::One) => expected.push_str(", in exactly one place"),
    }
    if selection.slots.is_empty() {
        return if wanted.is_negative() {
            Finding::blocked(expected, selection.no_parent.clone())
        } else {
            Finding::absent(expected, selection.no_parent.clone())
        };
    }
    let units: Vec<Unit> = selection.slots.iter().flat_map(units).collect();
    if let Wanted::Count(count) = wanted {
        let found = units.iter().filter(|unit| unit.value.is_some()).count();
        let finding = if found == 0 {
            Finding::absent
        } else {
            |e, a| Finding::of(false, e, a)
        };
        return if found == count {
            Finding::of(true, expected, actual(&selection.what, &units))
        } else {
            finding(
                expected,
                format!("{} {}", times(found), actual(&selection.what, &units)),
            )
        };
    }
    let (good, bad): (Vec<Unit>, Vec<Unit>) = units
        .into_iter()
        .partition(|unit| wanted.accepts(unit.value, unit.slot.default));
    let holds = match quantifier.unwrap_or(Quantifier::All) {
        Quantifier::All => bad.is_empty(),
        Quantifier::Any => !good.is_empty(),
        Quantifier::One => good.len() == 1,
    };
    let telling = if holds || bad.is_empty() { &good } else { &bad };
    let actual = actual(&selection.what, telling);
    if !holds && good.len() > 1 && bad.is_empty() {
        return Finding::of(false, expected, format!("in {} places: {actual}", good.len()));
    }
    if !holds && bad.iter().all(|unit| unit.value.is_none()) {
        return Finding::absent(expected, actual);
    }
    Finding::of(holds, expected, actual)
}

/// One value, or the want of one in a slot.
#[derive(Clone, Copy)]
struct Unit<'a> {
    slot: &'a Slot,
    value: Option<&'a Value>,
}

fn units(slot: &Slot) -> Vec<Unit<'_>> {
    if slot.values.is_empty() {
        return vec![Unit { slot, value: None }];
    }
    slot.values
        .iter()
        .map(|value| Unit {
            slot,
            value: Some(value),
        })
        .collect()
}

fn actual(what: &str, units: &[Unit]) -> String {
    let told: Vec<String> = units
        .iter()
        .map(|unit| {
            let found = match unit.value {
                Some(value) if value.note.is_empty() => show::value(&value.text),
                Some(value) if value.text.is_empty() => value.note.clone(),
                Some(value) => format!("{} {}", show::value(&value.text), value.note),
                None => {
                    let none = &unit.slot.none;
                    let none = if none.is_empty() {
                        format!("no {what}")
                    } else {
                        none.clone()
                    };
                    match unit.slot.default {
                        Some(default) => format!("{none}, which means {}", show::value(default)),
                        None => none,
                    }
                }
            };
            if unit.slot.place.is_empty() {
                found
            } else {
                format!("{found} ({})", unit.slot.place)
            }
        })
        .collect();
    show::join(&told, "and")
}
