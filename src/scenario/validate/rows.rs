//! Parameter rows.

use std::collections::{BTreeMap, BTreeSet};

use super::Validation;
use super::text::Keys;
use crate::scenario::problem::suggest;
use crate::scenario::template::is_name;
use crate::scenario::{At, Piece, Place, Row, When, pieces};

impl Row {
    /// The value of `name`: what is appended to the scenario's id.
    pub fn name(&self) -> Option<&At<String>> {
        self.0.get("name")
    }
}

impl<'a> Validation<'a> {
    pub(super) fn rows(&mut self) {
        self.circles();
        let scenario = self.scenario;
        let mut names = BTreeSet::new();
        for row in &scenario.rows {
            match row.name() {
                None => match row.0.values().next() {
                    Some(value) => self.report(value, "a row without a name", Some("add `name: some-name`")),
                    None => self.report(
                        &scenario.title,
                        "an empty row",
                        Some("expected `name` and further keys"),
                    ),
                },
                Some(name) if !is_name(name) => self.report(
                    name,
                    format!("`{}` is no name of a row", name.value),
                    Some("expected small letters, digits and hyphens"),
                ),
                Some(name) if !names.insert(name.as_str()) => {
                    self.report(
                        name,
                        format!("a second row `{}`", name.value),
                        Some("rows need different names"),
                    );
                }
                Some(_) => {}
            }
            for (key, value) in &row.0 {
                if !is_name(key) {
                    self.report(
                        value,
                        format!("`{key}` is no key that `{{row.KEY}}` can name"),
                        Some("expected small letters, digits and hyphens"),
                    );
                }
            }
        }
    }

    /// Every row must have this key.
    pub(super) fn row_key(&mut self, at: &At<String>, key: &str) {
        let rows = &self.scenario.rows;
        let part = format!("row.{key}");
        if rows.is_empty() {
            self.report_part(
                at,
                &part,
                format!("`{part}`, but the scenario has no rows"),
                None::<&str>,
            );
            return;
        }
        let lacking = rows.iter().find(|row| !row.0.contains_key(key));
        if let Some(row) = lacking {
            let message = match row.name() {
                Some(name) => format!("the row `{}` has no `{key}`", name.value),
                None => format!("a row has no `{key}`"),
            };
            let keys: BTreeSet<&str> = rows
                .iter()
                .flat_map(|row| row.0.keys().map(String::as_str))
                .collect();
            let help = match keys.contains(key) {
                true => "every row has to have it".to_owned(),
                false => suggest(key, keys),
            };
            self.report_part(at, &part, message, Some(help));
        }
    }

    /// The texts that a text can become when its `{row.KEY}` are filled; just itself where there are none.
    pub(super) fn expanded(&self, text: &str) -> Vec<String> {
        let keys: Vec<&str> = pieces(text)
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Place(name) => name.strip_prefix("row."),
                _ => None,
            })
            .collect();
        if keys.is_empty() {
            return vec![text.to_owned()];
        }
        let fill = |row: &Row| {
            keys.iter().try_fold(text.to_owned(), |text, key| {
                let value = row.0.get(*key)?;
                Some(text.replace(&format!("{{row.{key}}}"), value))
            })
        };
        self.scenario.rows.iter().filter_map(fill).collect()
    }

    /// Looks at what the rows put in for this key, as if it stood in the text that names it; once a step.
    pub(super) fn row_values(&mut self, key: &str, keys: Keys<'_>) {
        for row in &self.scenario.rows {
            if let Some(value) = row.0.get(key)
                && self.looked_at.insert((value.line, value.column))
            {
                self.text_at(value, keys);
            }
        }
    }

    /// Values that name keys may not come back to their own.
    fn circles(&mut self) {
        let rows = &self.scenario.rows;
        let mut named: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (key, value) in rows.iter().flat_map(|row| &row.0) {
            let keys = place_names(value).filter_map(|(name, _)| name.strip_prefix("row."));
            named.entry(key).or_default().extend(keys);
        }
        for (key, value) in rows.iter().flat_map(|row| &row.0) {
            let mut reached = BTreeSet::new();
            let mut next = vec![key.as_str()];
            while let Some(key) = next.pop() {
                next.extend(
                    named
                        .get(key)
                        .into_iter()
                        .flatten()
                        .filter(|key| reached.insert(**key)),
                );
            }
            if reached.contains(key.as_str()) && value.contains("{row.") {
                self.report(value, "rows that name each other in a circle", None::<&str>);
            }
        }
    }

    /// A condition: `own` names the outcomes of the step itself, for its checks.
    pub(super) fn when(&mut self, when: Option<&At<String>>, own: Option<(&str, &[&str])>) {
        let Some(at) = when else { return };
        match When::parse(at) {
            Err(why) => self.report(at, why, None::<&str>),
            Ok(When::Row { key, value, .. }) => {
                self.row_key(at, key);
                let values: BTreeSet<&str> = self
                    .scenario
                    .rows
                    .iter()
                    .filter_map(|row| row.0.get(key))
                    .map(|value| value.as_str())
                    .collect();
                if !values.is_empty() && !values.contains(value) {
                    self.report(
                        at,
                        format!("no row has `{value}` as its `{key}`"),
                        Some(suggest(value, values)),
                    );
                }
            }
            Ok(When::Outcome { step, outcome }) => {
                let known: Vec<&str> = match own {
                    Some((id, outcomes)) if id == step => outcomes.to_vec(),
                    _ => match self.outcomes.get(step) {
                        Some(outcomes) => outcomes.clone(),
                        None => return self.unknown_step(at, step),
                    },
                };
                if known.is_empty() {
                    self.report(at, format!("the step `{step}` has no `outcomes`"), None::<&str>);
                } else if !known.contains(&outcome) {
                    let message = format!("the step `{step}` has no outcome `{outcome}`");
                    self.report(at, message, Some(suggest(outcome, known)));
                }
            }
        }
    }

    pub(super) fn unknown_step(&mut self, at: &At<String>, step: &str) {
        let exists = self.scenario.steps.iter().any(|other| other.id.as_str() == step);
        let (message, help) = if exists {
            (
                format!("the step `{step}` does not come before this"),
                "expected an earlier step".to_owned(),
            )
        } else {
            let earlier: Vec<&str> = self.outcomes.keys().copied().collect();
            (format!("there is no step `{step}`"), suggest(step, earlier))
        };
        self.report(at, message, Some(help));
    }
}

/// The places of a text, with what stands between the braces.
pub(super) fn place_names<'t>(text: &'t str) -> impl Iterator<Item = (&'t str, Result<Place<'t>, String>)> {
    pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Place(name) => Some((name, Place::parse(name))),
        _ => None,
    })
}
