//! From findings to verdicts in the log.

use super::super::matchers::{self, Finding, Subject, evaluate};
use super::super::observer::Evaluated;
use super::super::plan::{Cite, PlannedStep};
use super::Story;
use super::condition::Holds;
use crate::client::Answer;
use crate::event::{CheckResult, Event, Judged, Judgement, judge_by};
use crate::scenario::{Check, Step};

pub(super) fn ids(cites: &[Cite]) -> Vec<&str> {
    cites.iter().map(|cite| cite.id.as_str()).collect()
}

/// What is said with a judgement.
#[derive(Debug, Default, Clone)]
pub(super) struct Said {
    pub expected: String,
    pub actual: String,
    pub notes: Vec<String>,
    pub exchange: Option<u64>,
}

impl Said {
    pub fn why(why: &str) -> Said {
        Said {
            notes: vec![why.to_string()],
            ..Said::default()
        }
    }
}

/// Whether the answer is one that a kind of check can judge.
pub(super) struct Answered<'a> {
    pub answer: &'a Answer,
    pub method: &'a str,
    pub url: &'a str,
    /// Why the step did not come out as it should, if so.
    pub failed: Option<&'a str>,
}

impl<'a> Answered<'a> {
    pub fn subject(&self) -> Subject<'a> {
        Subject {
            method: self.method,
            url: self.url,
            status: self.answer.status,
            headers: &self.answer.headers,
            body: &self.answer.body,
            cut: self.answer.cut,
        }
    }

    /// Why this check says nothing about this answer. What does not depend on the answer's kind is always judged.
    fn blocks(&self, step: &Step, check: &Check) -> Option<String> {
        let status = self.answer.status;
        let is_strict = |check: &Check| check.status.is_some() && check.warn_by.is_none();
        if check.status.is_some() {
            // Which of several statuses would be best is no question where none of them came.
            let secondary = check.warn_by.is_some() && step.checks.iter().any(is_strict);
            return self.failed.filter(|_| secondary).map(str::to_string);
        }
        let alone = step.outcomes.is_none() && step.checks.iter().all(|check| check.status.is_none());
        if check.precondition.is_some() {
            // Nothing else in the step says that a refusal is wanted: then an acceptance is what breaks it.
            // A multistatus may hold a refusal, of which the matcher knows more.
            let judged = status / 100 == 4 || status == 207 || (alone && status / 100 == 2);
            return (!judged).then(|| format!("nothing was refused: the answer is {status}"));
        }
        if let Some(why) = self.failed {
            return Some(why.to_string());
        }
        // Where the step names the statuses or outcomes that it allows, this is one of them.
        let success = status / 100 == 2;
        (alone && check.header.is_none() && !success).then(|| format!("the answer is {status}"))
    }
}

impl Story<'_> {
    /// Evaluates the step's checks and writes what they say.
    pub(super) fn checks(
        &mut self,
        step: &Step,
        all: &PlannedStep,
        answered: &Answered<'_>,
        outcome: Option<&str>,
    ) {
        for (check, cites) in step.checks.iter().zip(&all.checks) {
            let this = Some((step.id.value.as_str(), outcome));
            let mut said = Said {
                exchange: Some(answered.answer.exchange),
                ..Said::default()
            };
            let judgement = match self.condition(check.when.as_ref(), this) {
                Holds::No(why) => {
                    said.notes.push(why);
                    Judgement::NotApplicable
                }
                Holds::Unknown(why) => {
                    said.notes.push(why);
                    Judgement::Blocked
                }
                Holds::Yes => match answered.blocks(step, check) {
                    Some(why) if !self.shared.target.stub => {
                        said.notes.push(why);
                        Judgement::Blocked
                    }
                    _ => {
                        let finding = self.evaluate(step, check, &ids(cites), &answered.subject());
                        let judgement = said.take(finding, check.hint.as_deref());
                        self.weigh(judgement, answered.answer.status, &mut said)
                    }
                },
            };
            for cite in cites {
                self.say(cite, judgement, said.clone());
            }
        }
    }

    /// A refusal says nothing of a target that has not accepted anything.
    pub(super) fn weigh(&self, judgement: Judgement, status: u16, said: &mut Said) -> Judgement {
        let refused = status >= 400 && judgement == Judgement::Holds;
        if refused && !self.shared.recorder().has_accepted() {
            said.notes
                .push("the target has accepted nothing so far, so that it refuses this says nothing".into());
            return Judgement::Blocked;
        }
        judgement
    }

    /// Asks the matcher of a check, and shows the observer.
    pub(super) fn evaluate(
        &self,
        step: &Step,
        check: &Check,
        ids: &[&str],
        subject: &Subject<'_>,
    ) -> Finding {
        let finding = evaluate(check, subject, &self.scope);
        if let Some(observer) = &self.shared.observer {
            observer.evaluated(&Evaluated {
                scenario: &self.planned.id,
                step: &step.id.value,
                check,
                ids,
                subject,
                scope: &self.scope,
                finding: &finding,
            });
        }
        finding
    }

    /// The same for everything that a step cites.
    pub(super) fn all(&mut self, cites: &PlannedStep, judgement: Judgement, why: &str) {
        for cite in cites.all() {
            self.say(cite, judgement, Said::why(why));
        }
    }

    /// The same for the step's checks, not for what the step itself cites.
    pub(super) fn all_checks(&mut self, cites: &PlannedStep, judgement: Judgement, why: &str) {
        for cite in cites.checks.iter().flatten() {
            self.say(cite, judgement, Said::why(why));
        }
    }

    /// Writes what one check says of one requirement.
    pub(super) fn say(&mut self, cite: &Cite, judgement: Judgement, said: Said) {
        self.say_part(cite, None, judgement, said);
    }

    pub(super) fn say_part(&mut self, cite: &Cite, part_of: Option<&str>, judgement: Judgement, said: Said) {
        let Judged { verdict, mut notes } = judge_by(&cite.requirement, judgement, cite.warn_by.as_deref());
        notes.extend(said.notes);
        self.worst = self.worst.into_iter().chain([verdict]).min();
        let result = CheckResult {
            id: cite.id.clone(),
            requirement: cite.requirement.id.clone(),
            verdict,
            expected: said.expected,
            actual: said.actual,
            notes,
            exchange: said.exchange,
            part_of: part_of.map(str::to_owned),
            round: self.round,
        };
        self.shared
            .recorder()
            .write(Some(&self.planned.id), Event::Check(Box::new(result)));
    }
}

impl Said {
    /// Takes over the words of a finding; the hint is for who has to mend it.
    pub fn take(&mut self, finding: Finding, hint: Option<&str>) -> Judgement {
        self.expected = finding.expected;
        self.actual = finding.actual;
        match finding.judgement {
            matchers::Judgement::Holds => Judgement::Holds,
            matchers::Judgement::Broken { absent } => {
                self.notes.extend(hint.map(str::to_string));
                Judgement::Broken { absent }
            }
            matchers::Judgement::Blocked(why) => {
                self.notes.push(why);
                Judgement::Blocked
            }
            matchers::Judgement::Unreadable(why) => {
                self.notes.push(why);
                Judgement::Error
            }
        }
    }
}
