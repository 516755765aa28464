//! `results.json`: what a run came to, for programs. Its JSON Schema is [`results_schema`].

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::curl::without_userinfo;
use super::index::Index;
use super::residue;
use crate::event::{
    CheckResult, CheckState, Differs, Ending, Event, Expectation, NewsKind, RequirementState, RollUp, RunLog,
    ScenarioState, Tally, Verdict, ending, roll_up,
};
use crate::spec::Specification;

/// Version of the format; raised with every change that an older reader could misread.
const FORMAT: u32 = 1;

/// What a run of calconform came to. Lists are ordered by id. Texts are as the target sent them, not escaped.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Results<'a> {
    /// Version of this format.
    pub(super) format: u32,
    pub(super) run: Run<'a>,
    pub(super) capabilities: Vec<Capability<'a>>,
    /// Verdicts of everything in the run.
    pub(super) totals: Totals,
    /// In the order of their names.
    pub(super) specifications: Vec<Specified<'a>>,
    pub(super) requirements: Vec<Requirement<'a>>,
    pub(super) scenarios: Vec<Scenario<'a>>,
    pub(super) checks: Vec<Check<'a>>,
    /// What was expected of the target, where there was a file of expectations.
    pub(super) expectations: Option<Expectations<'a>>,
    /// Resources on the target that clean-up could not remove.
    pub(super) residue: Vec<&'a str>,
    /// How homes, Inboxes and default calendars of the users that took part are not what they were before the run.
    pub(super) differences: Vec<Difference<'a>>,
    /// The run was to leave what it made.
    pub(super) keeps: bool,
    /// The same in words.
    #[serde(skip)]
    pub(super) difference_lines: Vec<String>,
}

/// How a collection of a user has changed.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Difference<'a> {
    pub(super) user: &'a str,
    /// URL; empty where the user as a whole could not be compared.
    pub(super) collection: &'a str,
    /// Paths of members, decoded; none of the lists is longer than a hundred.
    pub(super) added: &'a [String],
    pub(super) removed: &'a [String],
    /// With the properties that changed.
    pub(super) changed: &'a [String],
    /// How many more there are.
    pub(super) unlisted: usize,
    /// Why it could not be compared.
    pub(super) problem: Option<&'a str>,
}

/// What was run.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Run<'a> {
    /// Version of calconform.
    pub(super) version: &'a str,
    /// RFC 3339, UTC.
    pub(super) started: &'a str,
    /// Milliseconds.
    pub(super) duration: u64,
    pub(super) target: &'a str,
    /// What the target is and which release of it, as far as somebody said so.
    pub(super) product: Option<&'a str>,
    pub(super) product_version: Option<&'a str>,
    pub(super) base_url: String,
    /// The profile that was tested.
    pub(super) specification: &'a str,
    /// What was selected; empty for everything.
    pub(super) selection: &'a [String],
    pub(super) rounds: u32,
    pub(super) exchanges: usize,
    pub(super) ending: Ended,
    /// The log has its end.
    pub(super) complete: bool,
    /// Why the run was stopped, if it was.
    pub(super) interrupted: Option<&'a str>,
}

/// How the run ended, and the exit code that it had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Ended {
    /// Nothing failed that was not expected to; warnings are allowed. Exit code 0.
    Expected,
    /// Something failed or could not be found out unexpectedly, or something expected did not come. Exit code 1.
    Unexpected,
    /// The target could not be reached or broke off. Exit code 3.
    TargetLost,
    /// Nothing could be judged. Exit code 4.
    NothingJudged,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Capability<'a> {
    pub(super) name: &'a str,
    pub(super) advertised: bool,
    pub(super) evidence: &'a str,
}

/// A file of expectations and what came of them.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Expectations<'a> {
    /// Its path, as it was given.
    pub(super) file: &'a str,
    /// In the order of the file.
    pub(super) entries: Vec<Expected<'a>>,
    /// Entries that somebody has to look at.
    pub(super) news: Vec<News<'a>>,
}

/// A verdict that is expected.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Expected<'a> {
    pub(super) line: u32,
    /// A check, a scenario, a requirement, or one of these with `*`.
    pub(super) check: &'a str,
    /// Any of these.
    pub(super) verdicts: Vec<Word>,
    pub(super) reason: &'a str,
    pub(super) link: Option<&'a str>,
    /// The last day on which it holds.
    pub(super) expires: Option<&'a str>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct News<'a> {
    pub(super) kind: NewsWord,
    /// That of the entry.
    pub(super) line: u32,
    /// The check that came to something better.
    pub(super) check: Option<&'a str>,
    /// In words.
    pub(super) text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum NewsWord {
    /// A check came to something better than what is expected of it.
    Better,
    /// What was evaluated has nothing that comes to it.
    Unused,
    /// It held until a day before the run.
    Expired,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Totals {
    pub(super) requirements: Counts,
    pub(super) checks: Counts,
    pub(super) scenarios: Counts,
}

/// How many of each verdict; those with none are left out.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(super) struct Counts(
    #[schemars(with = "BTreeMap<String, usize>")] pub(super) BTreeMap<&'static str, usize>,
);

/// The requirements of one specification.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Specified<'a> {
    pub(super) id: &'a str,
    /// The document's name, where the id is known.
    pub(super) document: Option<&'static str>,
    /// Requirements that could be tested, by the register; 0 when the log does not say.
    pub(super) testable: usize,
    /// Requirements that at least one check has judged (pass, fail, warn, info).
    pub(super) judged: usize,
    pub(super) verdicts: Counts,
    pub(super) sections: Vec<Section<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Section<'a> {
    pub(super) section: &'a str,
    pub(super) title: &'a str,
    pub(super) verdicts: Counts,
}

/// A requirement that some check cites.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Requirement<'a> {
    pub(super) id: &'a str,
    pub(super) verdict: Word,
    /// Rounds differ.
    pub(super) unstable: bool,
    /// What makes the verdict bad is expected.
    pub(super) expected: bool,
    pub(super) specification: &'a str,
    pub(super) section: &'a str,
    /// Title of the section.
    pub(super) title: &'a str,
    /// An RFC 2119 word, or what stands for one.
    pub(super) level: &'a str,
    /// The statement, in our words.
    pub(super) text: &'a str,
    /// Where the section can be read.
    pub(super) url: Option<String>,
    /// Section of RFC 6638, where the statement stands there.
    pub(super) rfc6638: Option<&'a str>,
    pub(super) rfc6638_url: Option<String>,
    /// The document has no RFC 2119 word here.
    pub(super) implied: bool,
    /// A second reading of the text has confirmed what is implied.
    pub(super) confirmed: bool,
    /// Contested readings that it hangs on: never worse than a warning.
    pub(super) contested: &'a [String],
    /// Settled readings that apply.
    pub(super) readings: &'a [String],
}

/// A scenario, or one row of it.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Scenario<'a> {
    pub(super) id: &'a str,
    pub(super) verdict: Word,
    pub(super) unstable: bool,
    pub(super) title: &'a str,
    pub(super) file: &'a str,
    /// Why it is n/a, what failed in its set-up, or where it stopped.
    pub(super) reason: Option<&'a str>,
    /// Rounds that began.
    pub(super) rounds: usize,
    /// Line of the entry by which it is expected to fail by itself.
    pub(super) expected: Option<u32>,
}

/// One assertion with one requirement that it cites.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Check<'a> {
    pub(super) id: &'a str,
    pub(super) verdict: Word,
    pub(super) unstable: bool,
    pub(super) requirement: &'a str,
    pub(super) scenario: &'a str,
    /// In the scenario's file.
    pub(super) line: Option<u32>,
    /// Why there is a verdict without a result.
    pub(super) reason: Option<&'a str>,
    /// Line of the entry by which this verdict is expected.
    pub(super) expected: Option<u32>,
    pub(super) results: Vec<Round<'a>>,
}

/// What a check said in one round.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Round<'a> {
    pub(super) round: u32,
    pub(super) verdict: Word,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) expected: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) actual: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) notes: &'a [String],
    /// Number of the exchange in the log that shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) exchange: Option<u64>,
}

/// A verdict, or `untested`: the run did not come to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word(pub(super) Option<Verdict>);

impl Word {
    pub(super) fn as_str(self) -> &'static str {
        self.0.map_or("untested", Verdict::word)
    }
}

impl Serialize for Word {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl JsonSchema for Word {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Verdict".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let words: Vec<_> = Verdict::ALL
            .into_iter()
            .map(Some)
            .chain([None])
            .map(Word)
            .collect();
        schemars::json_schema!({
            "description": "What it came to; `untested`: the run did not come to it.",
            "enum": words,
        })
    }
}

impl From<&Tally> for Counts {
    fn from(tally: &Tally) -> Counts {
        Verdict::ALL
            .into_iter()
            .map(|verdict| (verdict.word(), tally.of(verdict)))
            .chain([("untested", tally.untested)])
            .filter(|(_, count)| *count > 0)
            .collect::<BTreeMap<_, _>>()
            .into()
    }
}

impl From<BTreeMap<&'static str, usize>> for Counts {
    fn from(counts: BTreeMap<&'static str, usize>) -> Counts {
        Counts(counts)
    }
}

/// The results of a run as a JSON document, as [`results_schema`] describes it.
pub fn results(log: &RunLog) -> String {
    let rolled = roll_up(&log.records);
    let index = Index::of(&log.records);
    // Texts, numbers and lists of them: nothing that JSON could refuse.
    let mut text = serde_json::to_string_pretty(&Results::of(log, &rolled, &index)).unwrap_or_default();
    text.push('\n');
    text
}

/// The JSON Schema of `results.json`, as it is committed at `src/report/results.schema.json`.
pub fn results_schema() -> String {
    schema::<Results<'static>>("calconform results")
}

/// The JSON Schema of a document that is written.
pub(super) fn schema<T: JsonSchema>(title: &str) -> String {
    let mut schema = schemars::generate::SchemaSettings::draft07()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    format!("{:#}\n", schema.to_value())
}

impl<'a> Results<'a> {
    pub(super) fn of(log: &'a RunLog, rolled: &RollUp<'a>, index: &Index<'a>) -> Results<'a> {
        let capabilities = log.records.iter().filter_map(|record| match &record.event {
            Event::Capability(found) => Some(Capability {
                name: &found.name,
                advertised: found.advertised,
                evidence: &found.evidence,
            }),
            _ => None,
        });
        let requirements: Tally = rolled.requirements.iter().map(|state| state.verdict).collect();
        Results {
            format: FORMAT,
            run: Run::of(log, rolled, index),
            capabilities: capabilities.collect(),
            totals: Totals {
                requirements: (&requirements).into(),
                checks: (&rolled.check_tally()).into(),
                scenarios: (&rolled.scenario_tally()).into(),
            },
            specifications: specifications(rolled),
            requirements: rolled.requirements.iter().map(Requirement::of).collect(),
            scenarios: rolled.scenarios.iter().map(Scenario::of).collect(),
            checks: rolled.checks.iter().map(Check::of).collect(),
            expectations: Expectations::of(rolled),
            residue: index
                .residues
                .iter()
                .flat_map(|residue| residue.urls.iter().map(String::as_str))
                .collect(),
            differences: index.differs.iter().copied().map(Difference::of).collect(),
            keeps: index.keeps,
            difference_lines: residue::lines(index),
        }
    }
}

impl<'a> Difference<'a> {
    fn of(differs: &'a Differs) -> Difference<'a> {
        Difference {
            user: &differs.user,
            collection: &differs.collection,
            added: &differs.added,
            removed: &differs.removed,
            changed: &differs.changed,
            unlisted: differs.unlisted,
            problem: differs.problem.as_deref(),
        }
    }
}

impl<'a> Expectations<'a> {
    fn of(rolled: &RollUp<'a>) -> Option<Expectations<'a>> {
        let file = rolled.expectations.filter(|file| !file.entries.is_empty())?;
        let entry = |entry: &'a Expectation| Expected {
            line: entry.line,
            check: &entry.check,
            verdicts: entry
                .verdicts
                .iter()
                .map(|verdict| Word(Some(*verdict)))
                .collect(),
            reason: &entry.reason,
            link: entry.link.as_deref(),
            expires: entry.expires.as_deref(),
        };
        let news = rolled.news.iter().map(|news| News {
            kind: match news.kind {
                NewsKind::Better { .. } => NewsWord::Better,
                NewsKind::Unused { .. } => NewsWord::Unused,
                NewsKind::Expired => NewsWord::Expired,
            },
            line: news.entry.line,
            check: match news.kind {
                NewsKind::Better { check, .. } => Some(check),
                NewsKind::Unused { .. } | NewsKind::Expired => None,
            },
            text: news.text(),
        });
        Some(Expectations {
            file: &file.file,
            entries: file.entries.iter().map(entry).collect(),
            news: news.collect(),
        })
    }
}

impl<'a> Run<'a> {
    pub(super) fn of(log: &'a RunLog, rolled: &RollUp<'a>, index: &Index<'a>) -> Run<'a> {
        let header = log.header();
        Run {
            version: header.map_or("", |header| &header.version),
            started: header.map_or("", |header| &header.started),
            duration: index.finished.map_or(index.ms, |finished| finished.wall_ms),
            target: header.map_or("", |header| &header.target),
            product: header.and_then(|header| header.product.as_deref()),
            product_version: header.and_then(|header| header.product_version.as_deref()),
            base_url: header.map_or_else(String::new, |header| without_userinfo(&header.base_url)),
            specification: header.map_or("", |header| &header.specification),
            selection: header.map_or(&[], |header| &header.selection),
            rounds: header.map_or(1, |header| header.repeat),
            exchanges: index.exchanges().len(),
            ending: match ending(rolled) {
                Ending::Expected => Ended::Expected,
                Ending::Unexpected => Ended::Unexpected,
                Ending::TargetLost => Ended::TargetLost,
                Ending::NothingJudged => Ended::NothingJudged,
            },
            complete: log.is_complete(),
            interrupted: rolled.interrupted.map(|(reason, _)| reason),
        }
    }
}

fn specifications<'a>(rolled: &RollUp<'a>) -> Vec<Specified<'a>> {
    let states = rolled.specifications.iter();
    let tested = states.filter(|(_, state)| state.tally.total() > 0);
    tested
        .map(|(&id, state)| {
            let known = id.parse::<Specification>().ok();
            // By id, so that sections stand in the order of the document.
            let mut sections: Vec<(&str, &str, Vec<Option<Verdict>>)> = Vec::new();
            for requirement in &rolled.requirements {
                let Some(cited) = requirement.cited.filter(|cited| cited.specification == id) else {
                    continue;
                };
                match sections
                    .iter_mut()
                    .find(|(section, ..)| *section == cited.section)
                {
                    Some((.., verdicts)) => verdicts.push(requirement.verdict),
                    None => sections.push((&cited.section, &cited.title, vec![requirement.verdict])),
                }
            }
            let sections = sections.into_iter().map(|(section, title, verdicts)| Section {
                section,
                title,
                verdicts: (&verdicts.into_iter().collect::<Tally>()).into(),
            });
            Specified {
                id,
                document: known.map(Specification::document),
                testable: state.testable,
                judged: state.touched,
                verdicts: (&state.tally).into(),
                sections: sections.collect(),
            }
        })
        .collect()
}

impl<'a> Requirement<'a> {
    pub(super) fn of(state: &RequirementState<'a>) -> Requirement<'a> {
        let cited = state.cited;
        let specification = cited.map_or("", |cited| cited.specification.as_str());
        let section = cited.map_or("", |cited| cited.section.as_str());
        let rfc6638 = cited.and_then(|cited| cited.rfc6638.as_deref());
        Requirement {
            id: state.id,
            verdict: Word(state.verdict),
            unstable: state.unstable,
            expected: state.expected,
            specification,
            section,
            title: cited.map_or("", |cited| &cited.title),
            level: cited.map_or("", |cited| cited.level.as_str()),
            text: cited.map_or("", |cited| &cited.text),
            url: specification
                .parse::<Specification>()
                .ok()
                .and_then(|specification| specification.url(section)),
            rfc6638,
            rfc6638_url: rfc6638.and_then(|section| Specification::Rfc6638.url(section)),
            implied: cited.is_some_and(|cited| cited.implied),
            confirmed: cited.is_some_and(|cited| cited.confirmed),
            contested: cited.map_or(&[], |cited| &cited.contested),
            readings: cited.map_or(&[], |cited| &cited.readings),
        }
    }
}

impl<'a> Scenario<'a> {
    fn of(state: &ScenarioState<'a>) -> Scenario<'a> {
        Scenario {
            id: state.id,
            verdict: Word(state.verdict),
            unstable: state.unstable,
            title: state.planned.map_or("", |planned| &planned.title),
            file: state.planned.map_or("", |planned| &planned.file),
            reason: state.reason,
            rounds: state.started,
            expected: state.expected.map(|entry| entry.line),
        }
    }
}

impl<'a> Check<'a> {
    fn of(state: &CheckState<'a>) -> Check<'a> {
        Check {
            id: state.id,
            verdict: Word(state.verdict),
            unstable: state.unstable,
            requirement: state.requirement,
            scenario: state.scenario,
            line: state.planned.map(|planned| planned.line),
            reason: state.reason,
            expected: state.expected.map(|entry| entry.line),
            results: state.results.iter().map(|result| Round::of(result)).collect(),
        }
    }
}

impl<'a> Round<'a> {
    fn of(result: &'a CheckResult) -> Round<'a> {
        Round {
            round: result.round,
            verdict: Word(Some(result.verdict)),
            expected: &result.expected,
            actual: &result.actual,
            notes: &result.notes,
            exchange: result.exchange,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_schema_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/results.schema.json");
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            committed == results_schema(),
            "the schema is stale: cargo run -- schema results > src/report/results.schema.json"
        );
    }
}
