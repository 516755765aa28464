//! Findings as people, programs and GitHub want them.

use std::io::{self, Write};

use serde_json::json;

use super::Format;
use super::files::Input;
use super::snippet::Lines;
use crate::cli::counted;
use crate::event::Verdict;
use crate::itip::{Finding, Report, Rule};
use crate::report::{Styles, annotation, visible};

/// Writes reports one after the other.
pub(super) struct Printer {
    format: Format,
    info: bool,
    styles: Styles,
    width: usize,
    files: usize,
    fails: usize,
    warnings: usize,
    worst: Option<Verdict>,
}

impl Printer {
    pub fn new(format: Format, info: bool, styles: Styles, width: usize) -> Printer {
        Printer {
            format,
            info,
            styles,
            width,
            files: 0,
            fails: 0,
            warnings: 0,
            worst: None,
        }
    }

    /// The worst verdict so far.
    pub fn worst(&self) -> Option<Verdict> {
        self.worst
    }

    pub fn report(&mut self, out: &mut impl Write, input: &Input, report: &Report) -> io::Result<()> {
        self.files += 1;
        self.worst = self.worst.into_iter().chain(report.worst()).min();
        let lines = Lines::of(&input.text);
        for finding in &report.findings {
            match finding.verdict {
                Verdict::Fail => self.fails += 1,
                Verdict::Warn => self.warnings += 1,
                _ if !self.info => continue,
                _ => {}
            }
            match self.format {
                Format::Human => self.human(out, &input.name, &lines, finding)?,
                Format::Json => json_line(out, &input.name, finding)?,
                Format::Github => github(out, &input.name, finding)?,
            }
        }
        if report.omitted > 0 && self.format == Format::Human {
            writeln!(
                out,
                "{}: and {} more of the same kinds\n",
                input.name, report.omitted
            )?;
        }
        Ok(())
    }

    /// How many there were, for people.
    pub fn summary(&self, out: &mut impl Write) -> io::Result<()> {
        if self.format != Format::Human {
            return Ok(());
        }
        let files = counted(self.files, "message");
        match (self.fails, self.warnings) {
            (0, 0) => writeln!(out, "{files}: nothing to report"),
            (0, warnings) => writeln!(out, "{files}: {}", counted(warnings, "warning")),
            (fails, warnings) => writeln!(
                out,
                "{files}: {}, {}",
                counted(fails, "fail"),
                counted(warnings, "warning")
            ),
        }
    }

    fn human(
        &self,
        out: &mut impl Write,
        file: &str,
        lines: &Lines<'_>,
        finding: &Finding,
    ) -> io::Result<()> {
        let style = self.styles.verdict(finding.verdict);
        let (place, dim) = (self.styles.place(), self.styles.dim());
        writeln!(
            out,
            "{style}{}{style:#}: {}",
            finding.verdict.word(),
            visible(&finding.message)
        )?;
        let number = finding.line.to_string();
        let margin = " ".repeat(number.len());
        writeln!(
            out,
            "{margin}{dim}-->{dim:#} {place}{}:{}:{}{place:#}",
            visible(file),
            finding.line,
            finding.column
        )?;
        let room = self.width.saturating_sub(number.len() + 3);
        if let Some((text, caret)) = lines.snippet(finding, room) {
            writeln!(out, "{number} {dim}|{dim:#} {text}")?;
            writeln!(out, "{margin} {dim}|{dim:#} {style}{caret}{style:#}")?;
        }
        let says = |id: &str| {
            let rule = Rule::of(id);
            rule.map_or(String::new(), |rule| {
                format!(" {}: {}", rule.cited().level, rule.cited().text)
            })
        };
        writeln!(
            out,
            "{margin} {dim}={dim:#} {place}{}{place:#}{}",
            finding.requirement,
            says(finding.requirement)
        )?;
        if !finding.also.is_empty() {
            writeln!(out, "{margin} {dim}= also{dim:#} {}", finding.also.join(", "))?;
        }
        for note in &finding.notes {
            writeln!(out, "{margin} {dim}= {note}{dim:#}")?;
        }
        writeln!(out)
    }
}

fn json_line(out: &mut impl Write, file: &str, finding: &Finding) -> io::Result<()> {
    let object = json!({
        "file": file,
        "line": finding.line,
        "column": finding.column,
        "length": finding.length,
        "requirement": finding.requirement,
        "also": finding.also,
        "level": finding.level,
        "verdict": finding.verdict.word(),
        "message": finding.message,
        "component": finding.component,
        "property": finding.property,
        "notes": finding.notes,
    });
    writeln!(out, "{object}")
}

fn github(out: &mut impl Write, file: &str, finding: &Finding) -> io::Result<()> {
    let place = format!(
        "line={},col={},endColumn={}",
        finding.line,
        finding.column,
        finding.column.saturating_add(finding.length)
    );
    let line = annotation(
        finding.verdict,
        file,
        &place,
        finding.requirement,
        &finding.message,
    );
    writeln!(out, "{line}")
}
