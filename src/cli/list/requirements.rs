//! The list of requirements, each with what tests it, and the totals.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::{Value, json};

use super::Layout;
use crate::cli::CliError;
use crate::corpus::{Citation, Corpus};
use crate::event::Verdict;
use crate::itip::{self, Judged};
use crate::scenario::{SelectionError, Selector};
use crate::spec::{Level, Requirement, Specification};

/// A requirement, the steps that cite it, and where the lint judges it.
struct Line<'a> {
    requirement: &'a Requirement,
    citations: Vec<Citation>,
    linted: Option<Judged>,
}

impl Line<'_> {
    fn is_untested(&self) -> bool {
        self.citations.is_empty() && self.linted.is_none() && self.why_not().is_none()
    }

    /// Why nothing tests it, if that is known.
    fn why_not(&self) -> Option<Cow<'_, str>> {
        let by_lint = itip::why_not(&self.requirement.id).map(Cow::Borrowed);
        by_lint.or_else(|| self.requirement.why_untestable())
    }

    /// What tests it, one scenario once; or why nothing does.
    fn tested_by(&self) -> BTreeSet<&str> {
        self.citations
            .iter()
            .map(|citation| citation.scenario.as_str())
            .collect()
    }
}

/// Tested and testable requirements of a level.
#[derive(Clone, Copy, Default)]
struct Count {
    tested: usize,
    testable: usize,
}

pub(super) fn text(
    corpus: &Corpus,
    selection: &[String],
    untested: bool,
    layout: Layout,
) -> Result<String, CliError> {
    let lines = lines(corpus, selection)?;
    let styles = layout.styles;
    let (place, dim, bold) = (styles.place(), styles.dim(), styles.bold());
    let missing = styles.verdict(Verdict::Warn);
    let mut text = String::new();
    let mut section = None;
    for line in lines.iter().filter(|line| !untested || line.is_untested()) {
        let requirement = line.requirement;
        let here = (requirement.specification(), &requirement.section);
        if section != Some(here) {
            let gap = if text.is_empty() { "" } else { "\n" };
            let _ = writeln!(
                text,
                "{gap}{bold}{} section {}: {}{bold:#}",
                here.0, here.1, requirement.title
            );
            section = Some(here);
        }
        let _ = write!(text, "{place}{}{place:#}  {}", requirement.id, requirement.level);
        if line.citations.is_empty() && line.linted.is_none() {
            match line.why_not() {
                Some(why) => {
                    let _ = write!(text, "  {dim}{why}{dim:#}");
                }
                None => {
                    let _ = write!(text, "  {missing}untested{missing:#}: no scenario yet");
                }
            }
        }
        text.push('\n');
        for row in textwrap::wrap(&requirement.text, layout.width.saturating_sub(4)) {
            let _ = writeln!(text, "    {row}");
        }
        if let Some(linted) = line.linted {
            let _ = writeln!(text, "    {dim}{}{dim:#}", linted.words());
        }
        for scenario in line.tested_by() {
            let _ = writeln!(text, "    {dim}{scenario}{dim:#}");
        }
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&totals_text(&totals(&lines)));
    Ok(text)
}

pub(super) fn json(corpus: &Corpus, selection: &[String], untested: bool) -> Result<Value, CliError> {
    let lines = lines(corpus, selection)?;
    let requirements: Vec<Value> = lines
        .iter()
        .filter(|line| !untested || line.is_untested())
        .map(|line| {
            let requirement = line.requirement;
            let citations: Vec<Value> = line
                .citations
                .iter()
                .map(|citation| {
                    json!({"scenario": citation.scenario, "step": citation.step, "line": citation.line})
                })
                .collect();
            json!({
                "id": requirement.id,
                "specification": requirement.specification(),
                "section": requirement.section,
                "title": requirement.title,
                "level": requirement.level,
                "text": requirement.text,
                "implied": requirement.implied,
                "confirmed": requirement.confirmed,
                "rfc6638": requirement.rfc6638,
                "readings": requirement.readings,
                "testable": requirement.is_testable(),
                "tested-by": citations,
                "lint": line.linted.map(Judged::name),
                "why-not": if line.citations.is_empty() && line.linted.is_none() { line.why_not() } else { None },
            })
        })
        .collect();
    let totals: BTreeMap<&str, BTreeMap<&str, Value>> = totals(&lines)
        .into_iter()
        .map(|(specification, levels)| {
            let levels = levels.into_iter().map(|(level, count)| {
                (
                    level.as_str(),
                    json!({"tested": count.tested, "testable": count.testable}),
                )
            });
            (specification.as_str(), levels.collect())
        })
        .collect();
    Ok(json!({"requirements": requirements, "totals": totals}))
}

fn lines<'a>(corpus: &'a Corpus, selection: &[String]) -> Result<Vec<Line<'a>>, CliError> {
    let register = corpus.register();
    let mut wanted = BTreeSet::new();
    for argument in selection {
        let found: Vec<&str> = match Selector::parse(argument, register) {
            Selector::Requirement(id) => register
                .requirement(&id)
                .map(|entry| entry.id.as_str())
                .into_iter()
                .collect(),
            Selector::Section(at) => register.of_section(&at).map(|entry| entry.id.as_str()).collect(),
            Selector::Specification(specification) => register
                .of_specification(specification)
                .map(|entry| entry.id.as_str())
                .collect(),
            Selector::Path { .. } => Vec::new(),
        };
        if found.is_empty() {
            return Err(CliError::Selection(SelectionError {
                argument: argument.clone(),
                help: "with --requirements, expected a requirement, a section or a specification of the register"
                    .to_owned(),
            }));
        }
        wanted.extend(found);
    }
    let mut citations = corpus.citations();
    let lines = register
        .requirements()
        .filter(|entry| wanted.is_empty() || wanted.contains(entry.id.as_str()))
        .map(|requirement| Line {
            requirement,
            citations: citations
                .remove(&requirement.id)
                .unwrap_or_default()
                .into_iter()
                .collect(),
            linted: itip::judged(requirement),
        });
    Ok(lines.collect())
}

fn totals(lines: &[Line<'_>]) -> BTreeMap<Specification, BTreeMap<Level, Count>> {
    let mut totals: BTreeMap<Specification, BTreeMap<Level, Count>> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.requirement.is_testable()) {
        let levels = totals.entry(line.requirement.specification()).or_default();
        let count = levels.entry(line.requirement.level).or_default();
        count.testable += 1;
        count.tested += usize::from(!line.citations.is_empty() || line.linted.is_some());
    }
    totals
}

/// A row for each specification: tested of testable by level. Examples stand in no total.
fn totals_text(totals: &BTreeMap<Specification, BTreeMap<Level, Count>>) -> String {
    let mut text = String::from("Tested of testable:\n");
    for specification in Specification::ALL {
        let Some(levels) = totals.get(&specification) else {
            continue;
        };
        let rules = levels.iter().filter(|(level, _)| **level != Level::Example);
        let (tested, testable) = rules.fold((0, 0), |(tested, testable), (_, count)| {
            (tested + count.tested, testable + count.testable)
        });
        let by_level = Level::ALL
            .iter()
            .filter_map(|level| levels.get(level).map(|count| (level, count)));
        let by_level: Vec<String> = by_level
            .map(|(level, count)| format!("{level} {}/{}", count.tested, count.testable))
            .collect();
        let _ = writeln!(
            text,
            "  {specification:<16} {tested:>4} of {testable:>4}   {}",
            by_level.join(", ")
        );
    }
    text
}
