//! `calconform explain`: a requirement, a reading or a scenario, with what belongs to it.

use std::fmt::Write as _;
use std::io::Write as _;

use super::{CliError, CorpusArgs, Exit, Term};
use crate::corpus::{Citation, Corpus};
use crate::event::Verdict;
use crate::itip::{Judged, judged};
use crate::report::Styles;
use crate::scenario::{Scenario, ScenarioFile};
use crate::spec::{Cell, Level, Reading, ReadingStatus, Requirement, SuccessorStatus, Table};

/// Tell what a requirement, a reading or a scenario is about
///
/// Of a requirement: its text and level, where it stands in RFC 6638, how it is read, and what tests it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  calconform explain caldav-sched-10-8-8                    a requirement
  calconform explain T2                                     a reading
  calconform explain caldav-sched-10/organizer/create       a scenario")]
pub struct Args {
    /// Requirement, reading or scenario
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,

    #[command(flatten)]
    corpus: CorpusArgs,
}

/// Writes the explanation to standard output.
///
/// # Errors
/// When nothing has this id.
pub fn main(args: &Args, term: &Term) -> Result<Exit, CliError> {
    let corpus = args.corpus.corpus()?;
    let mut page = Page {
        text: String::new(),
        styles: term.styles(),
        width: term.width(),
    };
    for id in &args.ids {
        page.explain(corpus, id)?;
    }
    let mut out = term.out();
    out.write_all(page.text.as_bytes())?;
    out.flush()?;
    Ok(Exit::Expected)
}

struct Page {
    text: String,
    styles: Styles,
    width: usize,
}

impl Page {
    fn explain(&mut self, corpus: &Corpus, id: &str) -> Result<(), CliError> {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let register = corpus.register();
        // As the ids of checks and rows begin: `scenario#step`, `scenario[row]`.
        let scenario = id.split(['#', '[']).next().unwrap_or(id);
        let scenario = scenario.strip_prefix("scenarios/").unwrap_or(scenario);
        let scenario = scenario.strip_suffix(".yaml").unwrap_or(scenario);
        if let Some(requirement) = register.requirement(id) {
            self.requirement(corpus, requirement);
        } else if let Some(reading) = register.reading(id) {
            self.reading(reading);
            self.list("Concerns", reading.requirements.iter().map(String::as_str));
        } else if let Some(file) = corpus.scenario(scenario) {
            self.scenario(corpus, file);
        } else {
            let help = "expected a requirement (caldav-sched-10-8-8), a reading (T2) or a scenario; \
                `calconform list` and `calconform list --requirements` have them all";
            return Err(CliError::NothingJudged(format!(
                "nothing is called `{id}`: {help}"
            )));
        }
        Ok(())
    }

    fn requirement(&mut self, corpus: &Corpus, requirement: &Requirement) {
        let section = format!(
            "{}, section {}: {}",
            requirement.specification().document(),
            requirement.section,
            requirement.title
        );
        self.heading(&requirement.id, requirement.level.as_str(), &section);
        self.paragraph(2, &requirement.text);
        self.text.push('\n');
        if requirement.is_absent() {
            let source = requirement.differs_from.as_deref().unwrap_or_default();
            self.field("Absent", &format!("only {source} says so"));
        } else if let Some(source) = requirement.same_as.as_ref().or(requirement.differs_from.as_ref()) {
            let how = if requirement.same_as.is_some() {
                "the same as"
            } else {
                "differs from"
            };
            self.field("Compare", &format!("{how} {source}"));
        }
        if let Some(successor) = &requirement.rfc6638 {
            let status = match successor.status {
                SuccessorStatus::Same => "the same",
                SuccessorStatus::Changed => "changed",
                SuccessorStatus::Dropped => "dropped",
            };
            let note = successor
                .note
                .iter()
                .map(|note| format!(". {note}"))
                .collect::<String>();
            self.field(
                "RFC 6638",
                &format!("section {}: {status}{note}", successor.section),
            );
        }
        if requirement.implied {
            let consequence = match (&requirement.confirmed, requirement.level) {
                (Some(text), _) => format!("; confirmed by {text}"),
                (None, Level::Must | Level::MustNot) => "; breaking it is a warning at most".to_owned(),
                _ => String::new(),
            };
            self.field(
                "Implied",
                &format!("stated without an RFC 2119 word{consequence}"),
            );
        }
        if requirement.level == Level::Example {
            self.field("Example", "never judged by itself");
        }
        if !requirement.how.is_empty() {
            self.field("To test", &requirement.how);
        }
        if let Some(table) = &requirement.rows {
            self.table(table, requirement);
        }
        self.list("Issues", requirement.issues.iter().map(String::as_str));
        for reading in corpus.register().readings_of(requirement) {
            self.reading(reading);
        }
        let citations = corpus.citations().remove(&requirement.id).unwrap_or_default();
        let linted = judged(requirement).map(Judged::words);
        if citations.is_empty() {
            let why = match (linted, requirement.why_untestable()) {
                (Some(linted), _) => linted.to_owned(),
                (None, None) => "nothing".to_owned(),
                (None, Some(why)) => format!("nothing: {why}"),
            };
            self.field("Tested by", &why);
        } else {
            let place = |citation: &Citation| {
                let file = corpus
                    .scenarios()
                    .iter()
                    .find(|file| citation.scenario.starts_with(&file.id));
                file.map_or(String::new(), |file| {
                    format!("  ({}:{})", file.path, citation.line)
                })
            };
            let cited = citations
                .iter()
                .map(|citation| format!("{citation}{}", place(citation)));
            let lines: Vec<String> = linted.into_iter().map(str::to_owned).chain(cited).collect();
            self.list("Tested by", lines.iter().map(String::as_str));
        }
    }

    fn reading(&mut self, reading: &Reading) {
        let (status, style) = match reading.status {
            ReadingStatus::Settled => ("settled", self.styles.dim()),
            ReadingStatus::Contested => (
                "contested: a check that hangs on it warns at most",
                self.styles.verdict(Verdict::Warn),
            ),
        };
        let sections: Vec<String> = reading.sections.iter().map(ToString::to_string).collect();
        let _ = writeln!(
            self.text,
            "  Reading {}, {style}{status}{style:#} ({})",
            reading.id,
            sections.join(", ")
        );
        self.paragraph(4, &format!("Problem: {}", reading.problem));
        self.paragraph(4, &format!("Reading: {}", reading.reading));
    }

    fn scenario(&mut self, corpus: &Corpus, file: &ScenarioFile) {
        match file.scenario() {
            Err(_) => {
                self.heading(&file.id, "broken", &file.path);
                let problems = super::render_problems(file, self.styles, self.width);
                self.text.push_str(&problems);
            }
            Ok(scenario) => {
                self.heading(&file.id, "a scenario", &file.path);
                self.paragraph(2, &scenario.title);
                if let Some(about) = &scenario.about {
                    self.paragraph(2, about);
                }
                self.text.push('\n');
                self.set_up(scenario);
                let cited: Vec<String> = scenario
                    .cited_at_all()
                    .into_iter()
                    .filter_map(|id| corpus.register().requirement(&id))
                    .map(|entry| format!("{}  {}: {}", entry.id, entry.level, entry.text))
                    .collect();
                self.list("Requirements", cited.iter().map(String::as_str));
            }
        }
    }

    fn set_up(&mut self, scenario: &Scenario) {
        let joined = |names: Vec<String>| {
            if names.is_empty() {
                "nothing".to_owned()
            } else {
                names.join(", ")
            }
        };
        let named = |capability: &crate::scenario::Capability| {
            serde_json::to_value(capability)
                .ok()
                .and_then(|value| value.as_str().map(str::to_owned))
                .unwrap_or_default()
        };
        self.field(
            "Needs",
            &joined(scenario.needs.iter().map(|need| named(&need.value)).collect()),
        );
        self.field(
            "Users",
            &joined(scenario.users.iter().map(|role| role.value.to_string()).collect()),
        );
        let rows = scenario
            .rows
            .iter()
            .filter_map(|row| row.name())
            .map(|name| name.value.clone());
        if !scenario.rows.is_empty() {
            self.field("Rows", &joined(rows.collect()));
        }
        let steps = scenario.steps.iter().map(|step| {
            let what = match (&step.request, &step.wait) {
                (Some(request), _) => request.value.clone(),
                (None, Some(_)) => "await".to_owned(),
                (None, None) => "never".to_owned(),
            };
            format!("{}  {} {what}", step.id.value, step.role.value)
        });
        let steps: Vec<String> = steps.collect();
        self.list("Steps", steps.iter().map(String::as_str));
    }

    fn table(&mut self, table: &Table, requirement: &Requirement) {
        let rows: Vec<String> = table
            .0
            .iter()
            .map(|(name, cell)| {
                let cell = match cell {
                    Cell::Text(text) => text.clone(),
                    Cell::List(items) => items.join(", "),
                    Cell::Columns(columns) => columns
                        .iter()
                        .map(|(name, text)| format!("{name} {text}"))
                        .collect::<Vec<_>>()
                        .join(", "),
                };
                let rule = requirement
                    .row_rules
                    .get(name)
                    .map(|rule| format!("  ({rule})"))
                    .unwrap_or_default();
                format!("{name}: {cell}{rule}")
            })
            .collect();
        self.list("Rows", rows.iter().map(String::as_str));
    }

    fn heading(&mut self, id: &str, what: &str, more: &str) {
        let (place, bold, dim) = (self.styles.place(), self.styles.bold(), self.styles.dim());
        let _ = writeln!(self.text, "{place}{id}{place:#}  {bold}{what}{bold:#}");
        if !more.is_empty() {
            let _ = writeln!(self.text, "{dim}{more}{dim:#}");
        }
    }

    fn field(&mut self, name: &str, value: &str) {
        self.hanging(&format!("  {:<11} ", format!("{name}:")), value);
    }

    fn list<'t>(&mut self, name: &str, items: impl Iterator<Item = &'t str>) {
        let mut items = items.peekable();
        if items.peek().is_some() {
            let _ = writeln!(self.text, "  {name}:");
        }
        for item in items {
            self.hanging("    ", item);
        }
    }

    fn paragraph(&mut self, indent: usize, text: &str) {
        let indent = " ".repeat(indent);
        self.filled(&indent, &indent, text);
    }

    fn hanging(&mut self, first: &str, text: &str) {
        // Items of a list stand out, what follows a name is indented below it.
        let rest = " ".repeat(first.len() + if first.trim().is_empty() { 2 } else { 0 });
        self.filled(first, &rest, text);
    }

    fn filled(&mut self, first: &str, rest: &str, text: &str) {
        let options = textwrap::Options::new(self.width)
            .initial_indent(first)
            .subsequent_indent(rest)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        let _ = writeln!(self.text, "{}", textwrap::fill(text.trim_end(), options));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(id: &str) -> Result<String, CliError> {
        let mut page = Page {
            text: String::new(),
            styles: Styles::plain(),
            width: 90,
        };
        page.explain(Corpus::embedded(), id)?;
        Ok(page.text)
    }

    #[test]
    fn requirements_readings_and_tables() {
        // None of them is tested by a scenario: the list of those changes with every new one.
        let ids = [
            "caldav-sched-06-8.1-15",
            "caldav-sched-10-A.2-6",
            "rfc5546-1.4-1",
            "N16",
        ];
        let pages: Result<Vec<String>, CliError> = ids.into_iter().map(explained).collect();
        insta::assert_snapshot!(pages.expect("they exist").join("---\n"));
    }

    #[test]
    fn a_scenario_by_any_of_its_names() {
        let id = "caldav-sched-10/organizer/create";
        let page = explained(id).expect("it exists");
        assert!(
            page.contains("scenarios/caldav-sched-10/organizer/create.yaml"),
            "{page}"
        );
        assert!(page.contains("caldav-sched-10-5.2.1.1-1  MUST:"), "{page}");
        for name in [
            "scenarios/caldav-sched-10/organizer/create.yaml",
            "caldav-sched-10/organizer/create[server]",
            "caldav-sched-10/organizer/create#create.caldav-sched-10-5.2.1.1-4",
        ] {
            assert_eq!(explained(name).expect(name), page);
        }
    }

    #[test]
    fn what_tests_a_requirement_is_told_with_its_place() {
        let page = explained("caldav-sched-10-5.2.1.1-1").expect("it exists");
        assert!(page.contains("create[server]#"), "{page}");
        let unwrapped = page.split_whitespace().collect::<String>();
        assert!(
            unwrapped.contains("(scenarios/caldav-sched-10/organizer/create.yaml:"),
            "{page}"
        );
    }

    #[test]
    fn nothing_of_that_name() {
        assert!(matches!(
            explained("caldav-sched-10-8-99"),
            Err(CliError::NothingJudged(_))
        ));
    }
}
