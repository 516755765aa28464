//! What changed between two runs.

use std::collections::BTreeMap;

use super::model::{Expectation, Verdict};
use super::order::by_id;
use super::rollup::{CheckState, RollUp};

/// One check whose verdict is not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change<'a> {
    /// `scenario#step.requirement`.
    pub check: &'a str,
    pub requirement: &'a str,
    /// None where the run did not come to it, or did not have it.
    pub old: Option<Verdict>,
    pub new: Option<Verdict>,
    pub scenario: &'a str,
    /// In the scenario's file.
    pub line: Option<u32>,
    /// By this the new run was expected to come to it.
    pub expected: Option<&'a Expectation>,
}

/// The changes between two runs, each list ordered by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diff<'a> {
    /// Judged in both, and further from a pass in the new one.
    pub worse: Vec<Change<'a>>,
    /// Judged in both, and nearer to a pass in the new one.
    pub better: Vec<Change<'a>>,
    /// Judged in the old run; in the new one blocked, n/a, or not come to.
    pub silent: Vec<Change<'a>>,
    /// Only the new run knows it.
    pub appeared: Vec<Change<'a>>,
    /// Only the old run knows it.
    pub disappeared: Vec<Change<'a>>,
    /// Judged only in the new run, though the old one knew it.
    pub found: Vec<Change<'a>>,
}

impl<'a> Diff<'a> {
    /// Compares what the checks of two runs came to.
    pub fn of(old: &RollUp<'a>, new: &RollUp<'a>) -> Diff<'a> {
        let mut states: BTreeMap<&str, [Option<&CheckState<'a>>; 2]> = BTreeMap::new();
        for (side, rolled) in [old, new].into_iter().enumerate() {
            for check in &rolled.checks {
                states.entry(check.id).or_default()[side] = Some(check);
            }
        }
        let mut states: Vec<_> = states.into_iter().collect();
        states.sort_by(|(a, _), (b, _)| by_id(a, b));
        let mut diff = Diff::default();
        for (check, [old, new]) in states {
            let Some(known) = new.or(old) else { continue };
            let change = Change {
                check,
                requirement: known.requirement,
                old: old.and_then(|state| state.verdict),
                new: new.and_then(|state| state.verdict),
                scenario: known.scenario,
                line: known.planned.map(|planned| planned.line),
                expected: new.and_then(|state| state.expected),
            };
            diff.sort_in(change, old.is_some(), new.is_some());
        }
        diff
    }

    fn sort_in(&mut self, change: Change<'a>, in_old: bool, in_new: bool) {
        let judged = |verdict: Option<Verdict>| verdict.filter(|verdict| is_finding(*verdict));
        let list = match (in_old, in_new) {
            (false, _) => &mut self.appeared,
            (_, false) => &mut self.disappeared,
            _ => match (judged(change.old), judged(change.new)) {
                (Some(old), Some(new)) if rank(new) > rank(old) => &mut self.worse,
                (Some(old), Some(new)) if rank(new) < rank(old) => &mut self.better,
                (Some(_), None) => &mut self.silent,
                (None, Some(_)) => &mut self.found,
                _ => return,
            },
        };
        list.push(change);
    }

    /// Is there anything that somebody has to look at: what got worse, what is new and bad, what is not heard of any more?
    /// What the new run was expected to come to is no news.
    pub fn is_bad(&self) -> bool {
        let bad = |change: &Change<'_>| {
            change
                .new
                .is_some_and(|verdict| rank(verdict) > rank(Verdict::Warn))
                && change.expected.is_none()
        };
        self.worse.iter().any(|change| change.expected.is_none())
            || !self.silent.is_empty()
            || !self.disappeared.is_empty()
            || self.appeared.iter().chain(&self.found).any(bad)
    }
}

/// Something was found out, or tried in vain.
fn is_finding(verdict: Verdict) -> bool {
    verdict.is_judged() || verdict == Verdict::Error
}

/// 0 is as it should be.
fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Pass | Verdict::Info | Verdict::NotApplicable | Verdict::Blocked => 0,
        Verdict::Warn => 1,
        Verdict::Error => 2,
        Verdict::Fail => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict::{Blocked, Error, Fail, Info, NotApplicable, Pass, Warn};
    use super::*;

    fn rolled(checks: &[(&'static str, Option<Verdict>)]) -> RollUp<'static> {
        let checks = checks.iter().map(|(id, verdict)| CheckState {
            id,
            requirement: "r",
            scenario: "s",
            planned: None,
            results: Vec::new(),
            verdict: *verdict,
            unstable: false,
            reason: None,
            expected: None,
        });
        RollUp {
            checks: checks.collect(),
            ..RollUp::default()
        }
    }

    fn ids<'a>(changes: &[Change<'a>]) -> Vec<&'a str> {
        changes.iter().map(|change| change.check).collect()
    }

    #[test]
    fn each_change_stands_where_it_belongs() {
        let old = rolled(&[
            ("gone", Some(Pass)),
            ("blocked-now", Some(Fail)),
            ("not-reached", Some(Pass)),
            ("better", Some(Fail)),
            ("better2", Some(Error)),
            ("worse", Some(Pass)),
            ("same", Some(Warn)),
            ("option", Some(Info)),
            ("heard", Some(NotApplicable)),
        ]);
        let new = rolled(&[
            ("blocked-now", Some(Blocked)),
            ("not-reached", None),
            ("better", Some(Warn)),
            ("better2", Some(Pass)),
            ("worse", Some(Fail)),
            ("same", Some(Warn)),
            ("option", Some(Info)),
            ("heard", Some(Pass)),
            ("new", Some(Pass)),
        ]);
        let diff = Diff::of(&old, &new);
        assert_eq!(ids(&diff.disappeared), ["gone"]);
        assert_eq!(ids(&diff.silent), ["blocked-now", "not-reached"]);
        assert_eq!(ids(&diff.better), ["better", "better2"]);
        assert_eq!(ids(&diff.worse), ["worse"]);
        assert_eq!(ids(&diff.appeared), ["new"]);
        assert_eq!(ids(&diff.found), ["heard"]);
        assert!(diff.is_bad());
        assert!(!Diff::of(&old, &old).is_bad());
    }

    #[test]
    fn new_checks_are_bad_when_they_fail() {
        let (none, one) = (rolled(&[]), |verdict| rolled(&[("new", Some(verdict))]));
        assert!(!Diff::of(&none, &one(Pass)).is_bad());
        assert!(!Diff::of(&none, &one(Warn)).is_bad());
        assert!(Diff::of(&none, &one(Fail)).is_bad());
    }
}
