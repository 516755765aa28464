//! What a run as a whole came to.

use super::model::{Interruption, Verdict};
use super::rollup::{CheckState, RollUp, ScenarioState};

/// What the process that ran (or reported) it should end with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    /// Everything as expected; warnings are allowed.
    Expected,
    /// Something failed or could not be found out that was not expected to, something expected did not come, or something
    /// was left out because the run stopped.
    Unexpected,
    /// The target could not be reached or broke off.
    TargetLost,
    /// Nothing was selected or nothing could be judged.
    NothingJudged,
}

/// Decides how a run ended. A lost target comes first, since it explains all that follows it; a run in which
/// nothing was judged is never green; a run that was stopped, or whose log is cut off, is not as expected.
pub fn ending(rolled: &RollUp<'_>) -> Ending {
    let never_answered = rolled.unreachable > 0 && rolled.answered == 0;
    if never_answered || matches!(rolled.interrupted, Some((_, Interruption::TargetLost))) {
        return Ending::TargetLost;
    }
    let mut verdicts = rolled.checks.iter().filter_map(|check| check.verdict);
    if !verdicts.any(Verdict::is_judged) {
        Ending::NothingJudged
    } else if rolled.checks.iter().any(CheckState::is_unexpected)
        || rolled.scenarios.iter().any(ScenarioState::is_unexpected)
        || !rolled.news.is_empty()
        || rolled.interrupted.is_some()
        || !rolled.finished
    {
        Ending::Unexpected
    } else {
        Ending::Expected
    }
}
