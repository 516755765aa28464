//! The log of a run: its events, and what follows from them.

mod cited;
mod diff;
mod exit;
mod expected;
mod memory;
mod merge;
mod model;
mod order;
mod packed;
mod progress;
mod reader;
mod rollup;
mod shard;
mod verdict;
mod writer;

#[cfg(test)]
pub(crate) mod testing;

#[cfg(test)]
mod merge_tests;
#[cfg(test)]
mod rollup_tests;

pub use diff::{Change, Diff};
pub use exit::{Ending, ending};
pub use expected::{News, NewsKind};
pub use memory::Memory;
pub use merge::{MergeError, merge};
pub use model::*;
pub use order::by_id;
pub use packed::packed;
pub use progress::{Progress, Silent};
pub use reader::{Limits, LogError, RunLog, read_log, read_log_from};
pub use rollup::{
    CheckState, LintState, RequirementState, RollUp, ScenarioState, SpecificationState, Tally, roll_up,
    roll_up_expecting,
};
pub use shard::Shard;
pub use verdict::{Judged, Judgement, OPTION_NOT_TAKEN, judge, judge_by, weakening, worst};
pub use writer::LogWriter;
