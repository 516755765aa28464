//! What the lint says, and the place where it collects it.

use std::collections::HashMap;

use super::rule::{Rule, Rules};
use crate::event::{Judgement, Verdict, judge_by};
use crate::ical::{Component, Position, Property, RawLine};
use crate::spec::Level;

/// Breaches of one requirement that are told in full; of further ones only the number is known.
pub const MOST_ALIKE: usize = 100;

/// One breach of one requirement, at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Id of the requirement that is broken.
    pub requirement: &'static str,
    /// Further requirements that say the same and are broken with it.
    pub also: Vec<&'static str>,
    pub level: Level,
    pub verdict: Verdict,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
    /// What is asked for is not there at all.
    pub absent: bool,
    /// The reading (`P15`) by which it is a warning at most.
    pub reading: Option<&'static str>,
    /// Why the verdict is not what the level alone gives.
    pub notes: Vec<String>,
    /// Physical line, from 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// Characters that it is about; they may end on a later physical line.
    pub length: u32,
    /// Name of the component, as the text has it; empty outside of any.
    pub component: String,
    /// Name of the property, if it is about one.
    pub property: Option<String>,
}

impl Finding {
    /// The requirements that it is about.
    pub fn requirements(&self) -> impl Iterator<Item = &'static str> + '_ {
        std::iter::once(self.requirement).chain(self.also.iter().copied())
    }
}

/// Octets of a message; only names that nobody would give are longer.
const MOST_MESSAGE: usize = 1000;

/// Octets of the name of a component or property in a finding.
const MOST_NAME: usize = 100;

/// What came of a lint.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// In the order of the text.
    pub findings: Vec<Finding>,
    /// The requirements that had something to say of the text.
    pub applied: Rules,
    /// Findings that were left out, as there were more than [`MOST_ALIKE`] of the requirement.
    pub omitted: usize,
    /// How often a rule was held against something: what the lint cost, apart from reading.
    pub steps: u64,
}

impl Report {
    /// The worst verdict of the findings; none where there are none.
    pub fn worst(&self) -> Option<Verdict> {
        self.findings.iter().map(|finding| finding.verdict).min()
    }

    /// Whether something breaks a requirement that must not be broken.
    pub fn fails(&self) -> bool {
        self.worst() == Some(Verdict::Fail)
    }

    /// Adds the findings of another look at the same text.
    pub fn merge(&mut self, other: Report) {
        self.findings.extend(other.findings);
        self.findings
            .sort_by_key(|finding| (finding.line, finding.column));
        other.applied.iter().for_each(|rule| {
            self.applied.insert(rule);
        });
        self.omitted += other.omitted;
        self.steps += other.steps;
    }

    /// The findings about a requirement, also those that name it beside another.
    pub fn of<'a>(&'a self, requirement: &'a str) -> impl Iterator<Item = &'a Finding> {
        self.findings
            .iter()
            .filter(move |finding| finding.requirements().any(|id| id == requirement))
    }
}

/// Where something is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    pub line: u32,
    pub column: u32,
    pub length: u32,
    pub component: String,
    pub property: Option<String>,
}

impl Spot {
    pub fn at(position: Option<Position>, length: usize) -> Spot {
        Spot {
            line: position.map_or(1, |position| position.line),
            column: position.map_or(1, |position| position.column),
            length: u32::try_from(length).unwrap_or(u32::MAX).max(1),
            component: String::new(),
            property: None,
        }
    }

    pub fn within(mut self, component: &Component) -> Spot {
        self.component = component.name.clone();
        self
    }

    /// The BEGIN line.
    pub fn component(component: &Component) -> Spot {
        let length = "BEGIN:".len() + component.name.chars().count();
        Spot::at(component.begin_position(), length).within(component)
    }

    /// The name of a property.
    pub fn property(component: &Component, property: &Property) -> Spot {
        Spot::at(property.position(), property.name.chars().count())
            .within(component)
            .named(property)
    }

    /// All of the value.
    pub fn value(component: &Component, property: &Property) -> Spot {
        Spot::part(component, property, 0, property.value.len())
    }

    /// So many octets of the value, from this one on.
    pub fn part(component: &Component, property: &Property, offset: usize, octets: usize) -> Spot {
        let rest = property.value.get(offset..).unwrap_or_default();
        let end = rest.floor_char_boundary(octets);
        Spot::at(property.position_of(offset), rest[..end].chars().count())
            .within(component)
            .named(property)
    }

    /// A parameter, by its place: name and values.
    pub fn param(component: &Component, property: &Property, index: usize) -> Spot {
        let param = &property.params[index];
        let values = param
            .values
            .iter()
            .map(|value| value.text.chars().count() + if value.quoted { 3 } else { 1 });
        let length = param.name.chars().count() + values.sum::<usize>();
        Spot::at(property.position_of_param(index), length)
            .within(component)
            .named(property)
    }

    /// A value of a parameter, by their places.
    pub fn param_value(component: &Component, property: &Property, param: usize, value: usize) -> Spot {
        let length = property.params[param].values[value].text.chars().count();
        Spot::at(property.position_of_param_value(param, value), length)
            .within(component)
            .named(property)
    }

    pub fn raw(line: &RawLine) -> Spot {
        Spot::at(Some(line.position()), line.text().trim_end().chars().count())
    }

    fn named(mut self, property: &Property) -> Spot {
        self.property = Some(property.name.to_ascii_uppercase());
        self
    }
}

/// A breach before it is judged.
#[derive(Debug)]
pub(super) struct Breach {
    pub spot: Spot,
    pub message: String,
    /// Something is not there at all.
    pub absent: bool,
}

impl Breach {
    pub fn new(spot: Spot, message: impl Into<String>) -> Breach {
        Breach {
            spot,
            message: message.into(),
            absent: false,
        }
    }

    pub fn absent(spot: Spot, message: impl Into<String>) -> Breach {
        Breach {
            absent: true,
            ..Breach::new(spot, message)
        }
    }
}

/// Collects findings.
#[derive(Debug, Default)]
pub(super) struct Sink {
    report: Report,
    alike: HashMap<(Rule, Option<&'static str>), usize>,
}

impl Sink {
    /// A requirement had something to say of what was looked at.
    pub fn applies(&mut self, rule: Rule) {
        self.report.steps += 1;
        self.report.applied.insert(rule);
    }

    /// A requirement is broken. The breach is only worked out where it will be told.
    pub fn breach(&mut self, rule: Rule, breach: impl FnOnce() -> Breach) {
        self.breach_by(rule, &[], None, breach);
    }

    /// As [`Sink::breach`], with requirements that say the same, and the reading by which it is a warning at most.
    pub fn breach_by(
        &mut self,
        rule: Rule,
        also: &[Rule],
        reading: Option<&'static str>,
        breach: impl FnOnce() -> Breach,
    ) {
        self.report.steps += 1;
        for rule in also.iter().chain([&rule]) {
            self.report.applied.insert(*rule);
        }
        let alike = self.alike.entry((rule, reading)).or_default();
        *alike += 1;
        if *alike > MOST_ALIKE {
            self.report.omitted += 1;
            return;
        }
        let Breach {
            spot,
            message,
            absent,
        } = breach();
        let judged = judge_by(rule.cited(), Judgement::Broken { absent }, reading);
        self.report.findings.push(Finding {
            requirement: rule.id(),
            also: also.iter().map(|rule| rule.id()).collect(),
            level: rule.cited().level,
            verdict: judged.verdict,
            message: tame(message, MOST_MESSAGE),
            absent,
            reading,
            notes: judged.notes,
            line: spot.line,
            column: spot.column,
            length: spot.length,
            component: tame(spot.component, MOST_NAME),
            property: spot.property.map(|name| tame(name, MOST_NAME)),
        });
    }

    /// What came of it, in the order of the text.
    pub fn report(mut self) -> Report {
        self.report
            .findings
            .sort_by_key(|finding| (finding.line, finding.column));
        self.report
    }
}

/// The text in which nothing moves a cursor or turns the direction of writing, cut where it is too long.
fn tame(text: String, most: usize) -> String {
    let is_wild = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let end = text.floor_char_boundary(most);
    if end == text.len() && !text.contains(is_wild) {
        return text;
    }
    let mut tame = text[..end].replace(is_wild, "\u{fffd}");
    if end < text.len() {
        tame.push('…');
    }
    tame
}

/// A text for a message: in quotes, without what could do harm to a terminal, and not too long.
pub(super) fn shown(text: &str) -> String {
    const MOST: usize = 60;
    let end = text.floor_char_boundary(MOST);
    if end < text.len() {
        format!("{:?}…", &text[..end])
    } else {
        format!("{text:?}")
    }
}
