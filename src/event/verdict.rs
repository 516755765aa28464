//! From what a matcher found to a verdict: the one place where levels turn into consequences.

use super::model::{CitedRequirement, Level, Verdict};

/// What a check found out about its subject, before the requirement's level is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Judgement {
    /// What the requirement asks for is so.
    Holds,
    /// It is not so.
    Broken {
        /// Something required is not there at all (or under another name or namespace), rather than there
        /// and wrong. Decides between fail and warn for element definitions.
        absent: bool,
    },
    /// Something that this check needs did not work.
    Blocked,
    /// We could not find out.
    Error,
    /// Not advertised, or not asked for.
    NotApplicable,
}

/// A verdict and why it is not what the level alone would give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub verdict: Verdict,
    pub notes: Vec<String>,
}

/// Applies the requirement's level, its confirmation and its readings to what was found.
pub fn judge(requirement: &CitedRequirement, judgement: Judgement) -> Judged {
    judge_by(requirement, judgement, None)
}

/// As [`judge`], for a check that names a reading (`warn-by`) by which a break is a warning at most.
pub fn judge_by(requirement: &CitedRequirement, judgement: Judgement, warn_by: Option<&str>) -> Judged {
    let absent = match judgement {
        Judgement::Broken { absent } => absent,
        Judgement::Holds if requirement.level == Level::May => return plain(Verdict::Info),
        Judgement::Holds => return plain(Verdict::Pass),
        Judgement::Blocked => return plain(Verdict::Blocked),
        Judgement::Error => return plain(Verdict::Error),
        Judgement::NotApplicable => return plain(Verdict::NotApplicable),
    };
    let by_level = match requirement.level {
        Level::Must | Level::MustNot | Level::Table | Level::Precondition => Verdict::Fail,
        Level::ElementDefinition if absent => Verdict::Fail,
        Level::ElementDefinition | Level::Should | Level::ShouldNot | Level::Example => Verdict::Warn,
        Level::May => {
            return Judged {
                verdict: Verdict::Info,
                notes: vec![OPTION_NOT_TAKEN.into()],
            };
        }
    };
    let mut notes = weakening(requirement);
    notes.extend(warn_by.map(|reading| format!("reading {reading} applies: at most a warning")));
    let verdict = if notes.is_empty() {
        by_level
    } else {
        by_level.max(Verdict::Warn)
    };
    Judged { verdict, notes }
}

/// The note on a MAY that was not found taken.
pub const OPTION_NOT_TAKEN: &str = "optional: the target does not take this option";

/// Why a break of this requirement is never worse than a warning, one reason a line; empty where it may fail.
pub fn weakening(requirement: &CitedRequirement) -> Vec<String> {
    let mut notes = Vec::new();
    if matches!(
        requirement.level,
        Level::May | Level::Should | Level::ShouldNot | Level::Example
    ) {
        if requirement.level == Level::Example {
            notes.push("shown by an example only: at most a warning".into());
        }
    } else if requirement.implied && !requirement.confirmed {
        notes.push(
            "implied: the document says so without an RFC 2119 keyword, and no second reading has confirmed it: \
             at most a warning"
                .into(),
        );
    }
    match requirement.contested.as_slice() {
        [] => {}
        [one] => notes.push(format!("contested reading {one}: at most a warning")),
        several => notes.push(format!(
            "contested readings {}: at most a warning",
            several.join(", ")
        )),
    }
    notes
}

/// The worst of several verdicts: fail, warn, error, blocked, pass, info, n/a.
pub fn worst(verdicts: impl IntoIterator<Item = Verdict>) -> Option<Verdict> {
    verdicts.into_iter().min()
}

impl Verdict {
    /// All of them, worst first.
    pub const ALL: [Verdict; 7] = [
        Verdict::Fail,
        Verdict::Warn,
        Verdict::Error,
        Verdict::Blocked,
        Verdict::Pass,
        Verdict::Info,
        Verdict::NotApplicable,
    ];

    /// The word for it in logs and reports.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Fail => "fail",
            Verdict::Warn => "warn",
            Verdict::Error => "error",
            Verdict::Blocked => "blocked",
            Verdict::Pass => "pass",
            Verdict::Info => "info",
            Verdict::NotApplicable => "n/a",
        }
    }

    /// Whether the target itself was judged: pass, fail, warn or info.
    pub fn is_judged(self) -> bool {
        matches!(
            self,
            Verdict::Fail | Verdict::Warn | Verdict::Pass | Verdict::Info
        )
    }
}

fn plain(verdict: Verdict) -> Judged {
    Judged {
        verdict,
        notes: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn requirement(level: Level, implied: bool, confirmed: bool, contested: &[&str]) -> CitedRequirement {
        CitedRequirement {
            id: "caldav-sched-10-8-1".into(),
            specification: "caldav-sched-10".into(),
            section: "8".into(),
            title: "Title".into(),
            level,
            text: "Text".into(),
            rfc6638: None,
            implied,
            confirmed,
            contested: contested.iter().map(ToString::to_string).collect(),
            readings: Vec::new(),
        }
    }

    #[rstest]
    #[case(Level::Must, Verdict::Fail, Verdict::Fail)]
    #[case(Level::MustNot, Verdict::Fail, Verdict::Fail)]
    #[case(Level::Table, Verdict::Fail, Verdict::Fail)]
    #[case(Level::Precondition, Verdict::Fail, Verdict::Fail)]
    #[case(Level::ElementDefinition, Verdict::Fail, Verdict::Warn)]
    #[case(Level::Should, Verdict::Warn, Verdict::Warn)]
    #[case(Level::ShouldNot, Verdict::Warn, Verdict::Warn)]
    #[case(Level::Example, Verdict::Warn, Verdict::Warn)]
    #[case(Level::May, Verdict::Info, Verdict::Info)]
    fn broken_by_level(#[case] level: Level, #[case] absent: Verdict, #[case] wrong: Verdict) {
        let requirement = requirement(level, false, false, &[]);
        assert_eq!(
            judge(&requirement, Judgement::Broken { absent: true }).verdict,
            absent
        );
        assert_eq!(
            judge(&requirement, Judgement::Broken { absent: false }).verdict,
            wrong
        );
    }

    #[rstest]
    #[case(Level::Must, true, false, &[], Verdict::Warn, "implied")]
    #[case(Level::MustNot, true, false, &[], Verdict::Warn, "implied")]
    #[case(Level::Must, true, true, &[], Verdict::Fail, "")]
    #[case(Level::Must, false, false, &["T2"], Verdict::Warn, "contested reading T2:")]
    #[case(Level::Must, true, true, &["T2", "I22"], Verdict::Warn, "contested readings T2, I22:")]
    #[case(Level::ElementDefinition, false, false, &["T2"], Verdict::Warn, "contested")]
    #[case(Level::Precondition, false, false, &["T2"], Verdict::Warn, "contested")]
    #[case(Level::Should, false, false, &["T2"], Verdict::Warn, "contested")]
    #[case(Level::May, true, false, &["T2"], Verdict::Info, "optional")]
    #[case(Level::Example, true, false, &[], Verdict::Warn, "example")]
    fn weakened(
        #[case] level: Level,
        #[case] implied: bool,
        #[case] confirmed: bool,
        #[case] contested: &[&str],
        #[case] verdict: Verdict,
        #[case] note: &str,
    ) {
        let judged = judge(
            &requirement(level, implied, confirmed, contested),
            Judgement::Broken { absent: true },
        );
        assert_eq!(judged.verdict, verdict);
        assert_eq!(judged.notes.is_empty(), note.is_empty());
        assert!(judged.notes.join("\n").contains(note), "{:?}", judged.notes);
    }

    #[test]
    fn a_check_can_name_the_reading_that_weakens_it() {
        let must = requirement(Level::Must, false, false, &[]);
        let judged = judge_by(&must, Judgement::Broken { absent: true }, Some("T18"));
        assert_eq!(judged.verdict, Verdict::Warn);
        assert_eq!(judged.notes, ["reading T18 applies: at most a warning"]);
        assert_eq!(judge_by(&must, Judgement::Holds, Some("T18")).notes, [""; 0]);
    }

    #[rstest]
    #[case(Judgement::Holds, Verdict::Pass)]
    #[case(Judgement::Blocked, Verdict::Blocked)]
    #[case(Judgement::Error, Verdict::Error)]
    #[case(Judgement::NotApplicable, Verdict::NotApplicable)]
    fn not_broken_needs_no_note(#[case] judgement: Judgement, #[case] verdict: Verdict) {
        let judged = judge(&requirement(Level::Must, true, false, &["T2"]), judgement);
        assert_eq!(
            judged,
            Judged {
                verdict,
                notes: vec![]
            }
        );
    }

    #[test]
    fn a_may_that_holds_is_info() {
        assert_eq!(
            judge(&requirement(Level::May, false, false, &[]), Judgement::Holds).verdict,
            Verdict::Info
        );
    }

    #[test]
    fn worst_of_order() {
        for (index, verdict) in Verdict::ALL.into_iter().enumerate() {
            assert_eq!(worst(Verdict::ALL[index..].iter().rev().copied()), Some(verdict));
        }
        assert_eq!(worst([]), None);
    }
}
