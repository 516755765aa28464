//! The list of scenarios.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::{Value, json};

use super::Layout;
use crate::cli::{CliError, counted};
use crate::corpus::Corpus;
use crate::scenario::{Pick, Scenario, ScenarioFile, select};

/// A scenario with those of its rows that were selected.
struct Group<'a> {
    file: &'a ScenarioFile,
    scenario: &'a Scenario,
    picks: Vec<Pick<'a>>,
}

pub(super) fn text(corpus: &Corpus, selection: &[String], layout: Layout) -> Result<String, CliError> {
    let picks = select(selection, corpus.scenarios(), corpus.register())?;
    let groups = grouped(picks.scenarios);
    let styles = layout.styles;
    let (place, dim, warn) = (
        styles.place(),
        styles.dim(),
        styles.verdict(crate::event::Verdict::Fail),
    );
    let mut text = String::new();
    let mut requirements = BTreeSet::new();
    let (mut rows, mut checks) = (0, 0);
    for group in &groups {
        rows += group.picks.len();
        checks += group.picks.len() * checks_of(group.scenario);
        let cited: BTreeSet<String> = group
            .picks
            .iter()
            .flat_map(|pick| pick.scenario.cited(pick.row))
            .collect();
        let mut counts = vec![
            counted(checks_of(group.scenario), "check"),
            counted(cited.len(), "requirement"),
        ];
        if !group.scenario.rows.is_empty() {
            counts.push(counted(group.picks.len(), "row"));
        }
        requirements.extend(cited);
        let _ = writeln!(
            text,
            "{place}{}{place:#}  {dim}{}{dim:#}",
            group.file.id,
            counts.join(", ")
        );
        for line in textwrap::wrap(&group.scenario.title, layout.width.saturating_sub(2)) {
            let _ = writeln!(text, "  {line}");
        }
        if group.picks.len() < group.scenario.rows.len() {
            let names: Vec<&str> = group
                .picks
                .iter()
                .filter_map(|pick| pick.row?.name())
                .map(|name| name.as_str())
                .collect();
            let _ = writeln!(text, "  {dim}rows: {}{dim:#}", names.join(", "));
        }
    }
    for file in &picks.broken {
        let problems = file.problems().len();
        let problems = counted(problems, "problem");
        let _ = writeln!(
            text,
            "{place}{}{place:#}  {warn}broken{warn:#}: {problems}, see `calconform validate {}`",
            file.id, file.path
        );
    }
    if !text.is_empty() {
        text.push('\n');
    }
    let _ = write!(text, "{}", counted(groups.len(), "scenario"));
    if rows > groups.len() {
        let _ = write!(text, " ({} with all rows)", rows);
    }
    let _ = write!(
        text,
        ", {}, {} cited",
        counted(checks, "check"),
        counted(requirements.len(), "requirement")
    );
    if !picks.broken.is_empty() {
        let _ = write!(text, "; {} broken", picks.broken.len());
    }
    text.push('\n');
    Ok(text)
}

pub(super) fn json(corpus: &Corpus, selection: &[String]) -> Result<Value, CliError> {
    let picks = select(selection, corpus.scenarios(), corpus.register())?;
    let scenarios: Vec<Value> = grouped(picks.scenarios)
        .iter()
        .map(|group| {
            let rows: Vec<Value> = group
                .picks
                .iter()
                .filter(|pick| pick.row.is_some())
                .map(|pick| json!({"id": pick.id, "requirements": pick.scenario.cited(pick.row)}))
                .collect();
            let cited: BTreeSet<String> = group
                .picks
                .iter()
                .flat_map(|pick| pick.scenario.cited(pick.row))
                .collect();
            json!({
                "id": group.file.id,
                "file": group.file.path,
                "title": group.scenario.title,
                "needs": group.scenario.needs,
                "users": group.scenario.users,
                "steps": group.scenario.steps.len(),
                "checks": checks_of(group.scenario),
                "requirements": cited,
                "rows": rows,
            })
        })
        .collect();
    let broken: Vec<Value> = picks
        .broken
        .iter()
        .map(|file| json!({"id": file.id, "file": file.path, "problems": file.problems()}))
        .collect();
    Ok(json!({"scenarios": scenarios, "broken": broken}))
}

fn grouped(picks: Vec<Pick<'_>>) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for pick in picks {
        match groups.last_mut() {
            Some(group) if group.file.id == pick.file.id => group.picks.push(pick),
            _ => groups.push(Group {
                file: pick.file,
                scenario: pick.scenario,
                picks: vec![pick],
            }),
        }
    }
    groups
}

/// Checks of one run of the scenario: one for each matcher, `await`, `never` and choice of outcomes that cites.
fn checks_of(scenario: &Scenario) -> usize {
    let own = |step: &crate::scenario::Step| {
        let outcomes = step
            .outcomes
            .as_ref()
            .is_some_and(|outcomes| !outcomes.cites.is_empty());
        step.checks.len() + usize::from(!step.cites.is_empty()) + usize::from(outcomes)
    };
    scenario.steps.iter().map(own).sum()
}
