//! What a register file says, as types. The YAML keys are the field names in kebab-case.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Level, Section, Specification, Table};

/// One statement of a specification, paraphrased.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Requirement {
    /// `<specification>-<section>-<n>`; stable.
    pub id: String,
    pub section: Section,
    /// Title of the section.
    pub title: String,
    pub level: Level,
    /// Empty in the file where `same_as` supplies it.
    #[serde(default)]
    pub text: String,
    /// Whom the statement binds. RFC 5546 has `checked_by` instead.
    #[serde(default)]
    pub actor: Option<Actor>,
    #[serde(default)]
    pub testable: Option<Testable>,
    /// How a check can find out. O is the organizer, A, B, C are local users, P is O's delegate, U is unknown.
    #[serde(default)]
    pub how: String,
    /// Stated without an RFC 2119 word; the level is our reading.
    #[serde(default)]
    pub implied: bool,
    /// The text that confirms the level of an implied requirement.
    #[serde(default)]
    pub confirmed: Option<String>,
    /// Ids of readings that concern it.
    #[serde(default)]
    pub readings: Vec<String>,
    /// Where the statement stands in RFC 6638.
    #[serde(default)]
    pub rfc6638: Option<Successor>,
    /// Request-response pairs of an example.
    #[serde(default)]
    pub pairs: Option<u32>,
    /// How an entry of -06 differs from -10.
    #[serde(default)]
    pub diff: Option<Diff>,
    #[serde(default)]
    pub same_as: Option<String>,
    #[serde(default)]
    pub differs_from: Option<String>,
    /// RFC 5546: components and methods that it applies to.
    #[serde(default)]
    pub applies: Option<Applies>,
    #[serde(default)]
    pub checked_by: Option<CheckedBy>,
    /// Why it is not testable, for who looks at the list.
    #[serde(default)]
    pub why_not: Option<String>,
    #[serde(default)]
    pub keyword: Option<Keyword>,
    /// Line of the statement in the plain-text RFC.
    #[serde(default)]
    pub line: Option<u32>,
    #[serde(default)]
    pub kind: Option<EntryKind>,
    #[serde(default)]
    pub rows: Option<Table>,
    /// Comment column of a restriction table, by row.
    #[serde(default)]
    pub row_rules: BTreeMap<String, String>,
    /// The row of a restriction table whose comment this entry states.
    #[serde(default)]
    pub rule_of: Option<String>,
    /// REQUEST-STATUS code, its phrase and its exception data.
    #[serde(default)]
    pub code: Option<String>,
    #[serde(default)]
    pub phrase: Option<String>,
    #[serde(default)]
    pub extdata: Option<String>,
    /// Messages of an example, as printed.
    #[serde(default)]
    pub messages: Vec<SampleMessage>,
    /// Is the example in order as printed?
    #[serde(default)]
    pub as_printed: Option<AsPrinted>,
    /// Defects of the text.
    #[serde(default)]
    pub issues: Vec<String>,
    /// Steps of a flow of examples.
    #[serde(default)]
    pub steps: Option<u32>,
}

impl Requirement {
    /// The document that states it. The register accepts no id that names none.
    pub fn specification(&self) -> Specification {
        Specification::split(&self.id).map_or(Specification::Rfc6638, |(specification, _)| specification)
    }

    /// Can the suite test it? Not what only clients can break, nor what the register calls untestable, nor an
    /// entry that says that -06 lacks the statement. Such entries are outside every denominator.
    pub fn is_testable(&self) -> bool {
        !self.is_absent()
            && !matches!(self.testable, Some(Testable::ClientOnly | Testable::Untestable))
            && !matches!(
                self.checked_by,
                Some(CheckedBy::ClientOnly | CheckedBy::Untestable)
            )
    }

    /// Why the suite cannot test it, if it cannot.
    pub fn why_untestable(&self) -> Option<Cow<'_, str>> {
        if self.is_absent() {
            return Some("not in this document".into());
        }
        let kind = match (self.testable, self.checked_by) {
            (Some(Testable::ClientOnly), _) | (_, Some(CheckedBy::ClientOnly)) => "binds clients only",
            _ if !self.is_testable() => "not testable",
            _ => return None,
        };
        Some(match &self.why_not {
            Some(reason) => format!("{kind}: {reason}").into(),
            None => kind.into(),
        })
    }

    /// Does the entry only say that this document lacks the statement?
    pub fn is_absent(&self) -> bool {
        self.diff == Some(Diff::Absent)
    }

    /// Implied and not confirmed by a second text: a check of it is never worse than warn.
    pub fn is_unconfirmed(&self) -> bool {
        self.implied && self.confirmed.is_none()
    }
}

/// Whom a statement binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    Server,
    Client,
    /// iSchedule: who gets the POST.
    Receiver,
    /// iSchedule: who sends it.
    Sender,
    /// iSchedule: the zone of a domain.
    Dns,
}

/// What it takes to test a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Testable {
    BlackBox,
    /// Privileges or limits have to be set first.
    NeedsConfig,
    /// A second iSchedule host is needed.
    NeedsPeer,
    ClientOnly,
    Untestable,
}

/// RFC 5546: what shows a breach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckedBy {
    /// One message.
    MessageLint,
    /// Two messages of one thread.
    MessagePair,
    ServerBehaviour,
    ClientOnly,
    Untestable,
}

/// How RFC 5546 words the level, where it is not an RFC 2119 word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keyword {
    Lowercase,
}

/// Where a statement of -10 stands in RFC 6638.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Successor {
    pub section: Section,
    pub status: SuccessorStatus,
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SuccessorStatus {
    /// The same duty, wording aside.
    Same,
    /// Level, code, scope or form differs.
    Changed,
    /// No such statement; the section is where the matter is treated.
    Dropped,
}

/// How an entry of -06 relates to -10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Diff {
    Same,
    Changed,
    Added,
    Absent,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Applies {
    pub component: String,
    pub method: String,
}

/// Kinds of entries of RFC 5546 other than plain rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    RestrictionTable,
    FallbackTable,
    RoleTable,
    Matrix,
    Legend,
    Registry,
    StatusCode,
    Example,
    Flow,
}

/// A message in an example of RFC 5546.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SampleMessage {
    pub line: u32,
    pub method: String,
    pub component: String,
    pub count: u32,
    pub uid: Option<String>,
    pub sequence: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AsPrinted {
    #[serde(rename = "clean")]
    Clean,
    #[serde(rename = "violates")]
    Violates,
    /// Clean alone, at odds with the message before it.
    #[serde(rename = "pair-issue")]
    PairIssue,
    #[serde(rename = "n/a")]
    NotApplicable,
}
