//! How we read statements that are contradictory or unclear.

use serde::{Deserialize, Serialize};

use super::SectionRef;

/// One contradiction, slip or ambiguity and what the suite makes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Reading {
    /// `T2`, `I22`: a letter for the group and a number.
    pub id: String,
    /// Where the texts disagree.
    pub sections: Vec<SectionRef>,
    pub problem: String,
    pub reading: String,
    pub status: ReadingStatus,
    /// Requirements that it concerns; a contested one limits their verdicts to warn.
    pub requirements: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadingStatus {
    /// Another text, the grammar or the reading itself (record, accept either) decides.
    Settled,
    /// A reasonable implementer could read otherwise.
    Contested,
}
