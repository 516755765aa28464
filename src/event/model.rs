//! The events of a run log. One JSON object a line; the first is [`Event::RunStarted`], the last of a
//! complete log is [`Event::RunFinished`]. Reports are functions of these events alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::shard::Shard;
pub use crate::spec::Level;

/// Version of the log's format; raised with every change that an older reader could misread.
pub const SCHEMA_VERSION: u32 = 3;

/// The oldest version that is still read. Version 2 added [`Event::Rules`] and [`Event::Linted`], version 3
/// [`RunStarted::expectations`], [`Event::Undo`], [`Event::Undone`] and [`Event::Differs`].
pub const OLDEST_SCHEMA: u32 = 1;

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// From 0, without gaps.
    pub seq: u64,
    /// Milliseconds since the run started.
    pub ms: u64,
    /// The scenario (with its row) that this belongs to, if any: scenarios interleave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<String>,
    #[serde(flatten)]
    pub event: Event,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    RunStarted(RunStarted),
    /// Totals of the register, for coverage.
    Register(RegisterTotals),
    /// A requirement that some planned check cites: what cards and tables need of it.
    Requirement(CitedRequirement),
    Capability(CapabilityFound),
    CalendarUser(CalendarUserFound),
    ScenarioPlanned(ScenarioPlanned),
    ScenarioStarted(ScenarioStarted),
    /// A body, once; exchanges name it by `id`.
    Body(Body),
    Exchange(Box<Exchange>),
    /// A scheduling message that a user sent (by a change) or found in the Inbox: the story so far.
    Message(Message),
    /// Which of its named outcomes a step took.
    Outcome(StepOutcome),
    Check(Box<CheckResult>),
    /// Requirements that the lint judges, once; [`Linted`] names them by `id`.
    Rules(RuleSet),
    Linted(Box<Linted>),
    ScenarioFinished(ScenarioFinished),
    /// How to put back the properties that a scenario is about to change.
    Undo(Undo),
    Undone(Undone),
    /// What clean-up could not remove.
    Residue(Residue),
    /// What a user has after the run and did not have before it, or the other way round.
    Differs(Differs),
    /// The run was stopped from outside or gave up; what was not run is not judged.
    Interrupted {
        /// In words.
        reason: String,
        #[serde(default)]
        cause: Interruption,
    },
    RunFinished(RunFinished),
}

/// Why a run ended before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Interruption {
    /// A signal, a time limit, `--fail-fast`.
    #[default]
    Stopped,
    /// The target cannot be reached or is not there any more.
    TargetLost,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunStarted {
    pub schema: u32,
    /// Version of calconform.
    pub version: String,
    /// RFC 3339, UTC.
    pub started: String,
    pub target: String,
    /// What the target is, and which release of it, where the target file or whoever started it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_version: Option<String>,
    pub base_url: String,
    pub specification: String,
    pub selection: Vec<String>,
    pub seed: u64,
    pub jobs: usize,
    pub repeat: u32,
    /// The part of the run that this log is of, if it was run in parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// Whatever the scenarios make is left on the target.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub keep: bool,
    /// What was expected of the target; without entries where no file was found at that place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expectations: Option<Expectations>,
}

/// A file of expected verdicts, as the run read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expectations {
    /// Its path, as given.
    pub file: String,
    pub entries: Vec<Expectation>,
}

/// A verdict that is expected of the target, with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expectation {
    /// In the file, from 1.
    pub line: u32,
    /// A check (`scenario#step.requirement`), a scenario (which fails in its set-up, say), a requirement (any check of it), or
    /// one of these with `*` for any characters.
    pub check: String,
    /// Any of these; not empty.
    pub verdicts: Vec<Verdict>,
    pub reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The last day on which it holds, in UTC: `2027-01-31`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

/// How many requirements there are to test, by specification and level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegisterTotals {
    pub specifications: BTreeMap<String, BTreeMap<String, usize>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CitedRequirement {
    pub id: String,
    pub specification: String,
    pub section: String,
    /// Title of the section.
    pub title: String,
    pub level: Level,
    pub text: String,
    /// Section of RFC 6638, where the statement stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rfc6638: Option<String>,
    /// The document has no RFC 2119 word here; only confirmed ones fail.
    #[serde(default)]
    pub implied: bool,
    /// A second reading of the text has confirmed what is implied.
    #[serde(default)]
    pub confirmed: bool,
    /// Contested readings that it hangs on: never worse than a warning.
    #[serde(default)]
    pub contested: Vec<String>,
    /// Settled readings that apply.
    #[serde(default)]
    pub readings: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CapabilityFound {
    pub name: String,
    pub advertised: bool,
    /// What it was concluded from: a header, a property, a line of the target file.
    pub evidence: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CalendarUserFound {
    pub name: String,
    pub principal: String,
    pub home: Option<String>,
    pub inbox: Option<String>,
    pub outbox: Option<String>,
    pub default_calendar: Option<String>,
    pub addresses: Vec<String>,
    /// DAV:displayname of the principal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
}

/// A scenario (one row of it) that the run decided on before it began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScenarioPlanned {
    pub title: String,
    /// Path of the file as given, for cards: `scenarios/…/x.yaml`.
    pub file: String,
    pub checks: Vec<PlannedCheck>,
    /// Why it will not run, if it will not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_applicable: Option<String>,
}

/// One check and one requirement that it cites.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedCheck {
    /// `scenario#step.requirement`, with `~2` when a step cites the requirement again.
    pub id: String,
    pub requirement: String,
    pub line: u32,
    /// The lines of the file that state it.
    pub snippet: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScenarioStarted {
    /// Role to name of the user.
    pub users: BTreeMap<String, String>,
    /// 1 for the first, more with `--repeat`.
    pub round: u32,
    /// What all UIDs of the scenario begin with.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub uid: String,
    /// By how many weeks the dates of the scenario are moved.
    #[serde(default)]
    pub weeks: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Body {
    pub id: String,
    /// UTF-8 text, secrets removed; base64 when `base64` is set.
    pub text: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub base64: bool,
    /// Octets that were received or sent; more than `text` has if it was cut.
    pub length: u64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// Unique in the log.
    pub id: u64,
    /// `discovery`, a step's id, or `(clean-up)` and the like.
    pub step: String,
    pub purpose: Purpose,
    /// Name of the user in the target file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    pub request: RequestSent,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<ResponseGot>,
    /// Why there is no response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<TransportFailure>,
    /// Microseconds from sending to the end of the answer.
    pub micros: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    Discovery,
    SetUp,
    Step,
    Poll,
    Sentinel,
    CleanUp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequestSent {
    pub method: String,
    pub url: String,
    pub headers: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResponseGot {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TransportFailure {
    pub kind: FailureKind,
    pub message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// No connection.
    Unreachable,
    /// The connection broke.
    Reset,
    Timeout,
    /// Not HTTP, or more than we read.
    Unreadable,
    /// A redirect that we do not follow: to another origin, or in a circle.
    Redirect,
    /// The target says to come back later, again and again.
    Busy,
}

/// A scheduling message, as the story of a scenario tells it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub step: String,
    /// The user who wrote or found it.
    pub user: String,
    pub direction: Direction,
    /// METHOD for what was found; the HTTP method for what was written.
    pub method: String,
    pub uid: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// Calendar address and PARTSTAT of each ATTENDEE of the first component.
    pub attendees: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    Wrote,
    Received,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepOutcome {
    pub step: String,
    pub name: String,
}

/// What one check said of one requirement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckResult {
    /// As in [`PlannedCheck::id`].
    pub id: String,
    pub requirement: String,
    pub verdict: Verdict,
    /// In words: what the specification wants here.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub expected: String,
    /// In words: what was found.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub actual: String,
    /// Why the verdict is not what the level alone would give, what blocked it, attempts and deadline, a hint.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The exchange that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<u64>,
    /// The planned check of the step whose messages or objects the lint judged here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of: Option<String>,
    pub round: u32,
}

/// Requirements that held together at least once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleSet {
    /// Unique in the log.
    pub id: String,
    pub requirements: Vec<String>,
}

/// What the lint said of the messages and calendar objects that a step saw, taken together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Linted {
    /// `scenario#step.lint`.
    pub id: String,
    /// How many messages and objects were judged.
    pub count: usize,
    /// Id of the [`RuleSet`] of what all of them keep.
    pub kept: String,
    /// Ids of the [`CheckResult`]s of what one of them does not keep.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub broken: Vec<String>,
    /// The exchange that shows the first of them.
    pub exchange: u64,
    /// A planned check of the step, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of: Option<String>,
    pub round: u32,
}

/// What a check, a requirement or a scenario came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// A MUST is broken.
    #[serde(rename = "fail")]
    Fail,
    /// A SHOULD is broken.
    #[serde(rename = "warn")]
    Warn,
    /// We could not find out.
    #[serde(rename = "error")]
    Error,
    /// Something that this check needs did not work.
    #[serde(rename = "blocked")]
    Blocked,
    #[serde(rename = "pass")]
    Pass,
    /// A MAY: which option was taken.
    #[serde(rename = "info")]
    Info,
    /// Not advertised, or not asked for.
    #[serde(rename = "n/a")]
    NotApplicable,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScenarioFinished {
    pub verdict: Verdict,
    pub round: u32,
    /// A set-up failure or the like, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The final answers of the steps, in their order, if the scenario came to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<Vec<StepAnswer>>,
}

/// What the checks of a step looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepAnswer {
    pub step: String,
    /// Id of the [`Exchange`]; another step may have brought it up.
    pub exchange: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Residue {
    pub user: String,
    pub urls: Vec<String>,
}

/// A PROPPATCH that brings properties back to what they were. It stands in the log before the change, so that the log of
/// a process that was killed tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    pub user: String,
    pub url: String,
    /// DAV:propertyupdate, as XML.
    pub body: String,
}

/// The latest [`Undo`] of the same scenario for this user and URL was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    pub user: String,
    pub url: String,
}

/// How a collection of a user (home, Inbox or default calendar) after a run differs from what it was before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Differs {
    pub user: String,
    /// URL of the collection; empty where the user as a whole could not be compared.
    pub collection: String,
    /// Paths of members; none of the lists is longer than a hundred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// Members with another entity tag or other properties, with the name of what changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
    /// How many more there are that the lists have no room for.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unlisted: usize,
    /// Why it could not be compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

impl Differs {
    /// How many members differ.
    pub fn count(&self) -> usize {
        self.added.len() + self.removed.len() + self.changed.len() + self.unlisted
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunFinished {
    pub exchanges: u64,
    pub wall_ms: u64,
}
