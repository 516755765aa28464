//! What a scenario that parses can still have wrong: every reference must resolve, and every step and check must say
//! one thing.

mod check;
mod cites;
mod rows;
mod step;
#[cfg(test)]
mod tests;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use super::{At, Capability, Problem, Role, Scenario};
use crate::spec::Register;

/// What a scenario refers to beside itself.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    pub register: &'a Register,
    /// Texts of `fixtures/ical/` and `fixtures/xml/` by file name.
    pub bodies: &'a BTreeMap<String, String>,
}

/// Reads and validates a scenario file.
///
/// # Errors
/// Everything that is wrong with it, in the order of the file; only the first thing where it is no YAML or has a key
/// or a word that is not known.
pub fn read(source: &str, around: Surroundings<'_>) -> Result<Scenario, Vec<Problem>> {
    let scenario = super::parse::parse(source).map_err(|problem| vec![problem])?;
    let problems = validate(&scenario, source, around);
    if problems.is_empty() {
        Ok(scenario)
    } else {
        Err(problems)
    }
}

fn validate(scenario: &Scenario, source: &str, around: Surroundings<'_>) -> Vec<Problem> {
    let mut validation = Validation {
        scenario,
        lines: source.lines().collect(),
        around,
        captured: BTreeMap::new(),
        outcomes: BTreeMap::new(),
        looked_at: BTreeSet::new(),
        problems: BTreeSet::new(),
    };
    validation.head();
    validation.rows();
    validation.steps();
    validation.problems.into_iter().collect()
}

/// The state of one validation: what the steps so far have set.
struct Validation<'a> {
    scenario: &'a Scenario,
    lines: Vec<&'a str>,
    around: Surroundings<'a>,
    /// Names that earlier steps have captured; true where it is a whole body.
    captured: BTreeMap<&'a str, bool>,
    /// Names of the outcomes of earlier steps.
    outcomes: BTreeMap<&'a str, Vec<&'a str>>,
    /// Places of row values that this step has looked at.
    looked_at: BTreeSet<(u32, u32)>,
    /// A set, since a row or a body that several steps use is looked at by each.
    problems: BTreeSet<Problem>,
}

impl<'a> Validation<'a> {
    fn head(&mut self) {
        if self.scenario.title.trim().is_empty() {
            self.report(
                &self.scenario.title,
                "an empty title",
                Some("expected the rule that is tested, as a sentence"),
            );
        }
        let mut seen = BTreeSet::new();
        for role in &self.scenario.users {
            if role.value.is_peer() {
                let help = "it is somebody outside of the target: `as` may name it without that";
                self.report(
                    role,
                    format!("`{}` among the target's users", role.value),
                    Some(help),
                );
            }
            if !seen.insert(role.value) {
                self.report(role, format!("`{}` occurs twice", role.value), None::<&str>);
            }
        }
    }

    /// Is this role among `users`, or a peer that the scenario needs?
    fn role(&mut self, role: &At<Role>) {
        if let Err((message, help)) = self.known_role(role.value) {
            self.report(role, message, Some(help));
        }
    }

    fn known_role(&self, role: Role) -> Result<(), (String, String)> {
        if role.is_peer() {
            return match self.needs(Capability::TrustedPeer) {
                true => Ok(()),
                false => Err((
                    format!("`{role}` without the capability"),
                    "add trusted-peer to `needs`".to_owned(),
                )),
            };
        }
        if self.scenario.users.iter().any(|user| user.value == role) {
            return Ok(());
        }
        let users: Vec<&str> = self
            .scenario
            .users
            .iter()
            .map(|user| user.value.as_str())
            .collect();
        Err((
            format!("`{role}` is not among the scenario's users"),
            format!("`users` has {}", super::problem::either(&users)),
        ))
    }

    fn needs(&self, capability: Capability) -> bool {
        self.scenario.needs.iter().any(|need| need.value == capability)
    }

    /// Notes a problem with the value at a place.
    fn report<T>(&mut self, at: &At<T>, message: impl Into<String>, help: Option<impl Into<String>>) {
        self.report_at(at.line, at.column, None, message, help);
    }

    /// Notes a problem with a part of a text: where `part` is found first from the text's beginning on.
    fn report_part(
        &mut self,
        at: &At<String>,
        part: &str,
        message: impl Into<String>,
        help: Option<impl Into<String>>,
    ) {
        let (line, column, length) = self.find(at, part).unwrap_or((at.line, at.column, None));
        self.report_at(line, column, length, message, help);
    }

    fn report_at(
        &mut self,
        line: u32,
        column: u32,
        length: Option<u32>,
        message: impl Into<String>,
        help: Option<impl Into<String>>,
    ) {
        self.problems.insert(Problem {
            line: line.max(1),
            column: column.max(1),
            length: length.unwrap_or_else(|| self.length(line, column)),
            message: message.into(),
            help: help.map(Into::into),
        });
    }

    fn find(&self, at: &At<String>, part: &str) -> Option<(u32, u32, Option<u32>)> {
        let first = usize::try_from(at.line).ok()?.checked_sub(1)?;
        let most = at.value.lines().count().max(1) + 1;
        let lines = self.lines.iter().enumerate().skip(first).take(most);
        lines.into_iter().find_map(|(index, line)| {
            let skipped = if index == first {
                usize::try_from(at.column).ok()?.saturating_sub(1)
            } else {
                0
            };
            let start = line
                .char_indices()
                .nth(skipped)
                .map_or(line.len(), |(start, _)| start);
            let offset = line[start..].find(part)? + start;
            let column = line[..offset].chars().count() + 1;
            let length = part.chars().count().max(1);
            Some((
                u32::try_from(index + 1).ok()?,
                u32::try_from(column).ok()?,
                u32::try_from(length).ok(),
            ))
        })
    }

    /// Characters of the scalar that begins at a place, as far as a look at the line can tell.
    fn length(&self, line: u32, column: u32) -> u32 {
        let line = self
            .lines
            .get((line as usize).saturating_sub(1))
            .copied()
            .unwrap_or_default();
        let skipped = (column as usize).saturating_sub(1);
        let before: String = line.chars().take(skipped).collect();
        let rest: Vec<char> = line.chars().skip(skipped).collect();
        let end = match rest.first() {
            Some(quote @ ('"' | '\'')) => rest.iter().skip(1).position(|c| c == quote).map(|at| at + 2),
            Some('{' | '[') => Some(1),
            // Inside of brackets or braces a scalar ends with its item.
            _ if before.contains(['{', '[']) => rest.iter().position(|c| matches!(c, ',' | ']' | '}')),
            _ => rest.windows(2).position(|pair| pair == [' ', '#']),
        };
        let text: String = rest[..end.unwrap_or(rest.len())].iter().collect();
        u32::try_from(text.trim_end().chars().count()).unwrap_or(1).max(1)
    }
}
