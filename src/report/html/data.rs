//! What the page's script is given, beside the results.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::diff::{Diff, diff, uid};
use crate::event::{
    Body, CheckResult, CheckState, Direction, Exchange, FailureKind, Message, Purpose, RollUp, Verdict,
};
use crate::report::cards::{Card, Cause, cards};
use crate::report::curl::{curl, is_secret, without_userinfo};
use crate::report::excerpt::lines;
use crate::report::index::{Index, Placed};
use crate::report::results::{Results, Word};

/// Longest body that is put into the page, in characters.
const BODY: usize = 64 << 10;

#[derive(Serialize)]
pub(super) struct Data<'a> {
    pub(super) results: Results<'a>,
    causes: Vec<CauseData<'a>>,
    /// The lines of the file that state a check, by `file:line`.
    snippets: BTreeMap<String, &'a str>,
    stories: Vec<Story<'a>>,
    exchanges: Vec<ExchangeData<'a>>,
    bodies: BTreeMap<&'a str, BodyData>,
    /// By the number of the exchange.
    curls: BTreeMap<u64, String>,
    /// By the id of the check.
    diffs: BTreeMap<&'a str, Vec<Comparison>>,
}

/// One cause of fails, errors or warnings.
#[derive(Serialize)]
struct CauseData<'a> {
    verdict: Word,
    /// All of it was expected.
    expected: bool,
    /// Ids of the checks; those of one place stand together, the first place is shown.
    places: Vec<Vec<&'a str>>,
    /// Ids of scenarios that came to nothing although no check says so.
    scenarios: Vec<&'a str>,
    reason: &'a str,
}

#[derive(Serialize)]
struct Story<'a> {
    scenario: &'a str,
    round: u32,
    /// Role to name of the user.
    users: Option<&'a BTreeMap<String, String>>,
    messages: Vec<Told<'a>>,
}

/// A message of a story.
#[derive(Serialize)]
struct Told<'a> {
    step: &'a str,
    user: &'a str,
    direction: Direction,
    method: &'a str,
    sequence: Option<u64>,
    /// Role (or address) and PARTSTAT.
    attendees: Vec<(&'a str, &'a str)>,
    exchange: Option<u64>,
}

#[derive(Serialize)]
struct ExchangeData<'a> {
    id: u64,
    scenario: &'a str,
    round: u32,
    step: &'a str,
    purpose: Purpose,
    user: Option<&'a str>,
    method: &'a str,
    url: String,
    sent: Headers<'a>,
    sent_body: Option<&'a str>,
    status: Option<u16>,
    got: Headers<'a>,
    got_body: Option<&'a str>,
    failure: Option<(FailureKind, &'a str)>,
    micros: u64,
}

type Headers<'a> = Vec<&'a (String, String)>;

#[derive(Serialize)]
struct BodyData {
    text: String,
    /// Octets that were sent or received.
    length: u64,
    /// Not all of it is here.
    cut: bool,
}

/// Two objects of a check side by side.
#[derive(Serialize)]
struct Comparison {
    older: String,
    newer: String,
    #[serde(flatten)]
    diff: Diff,
}

impl<'a> Data<'a> {
    pub(super) fn of(results: Results<'a>, rolled: &RollUp<'a>, index: &Index<'a>) -> Data<'a> {
        let mut snippets = BTreeMap::new();
        let mut curls = BTreeMap::new();
        let mut diffs = BTreeMap::new();
        for check in &rolled.checks {
            let file = rolled.scenario(check.scenario).and_then(|state| state.planned);
            if let (Some(planned), Some(file)) = (check.planned, file) {
                snippets.insert(
                    format!("{}:{}", file.file, planned.line),
                    planned.snippet.as_str(),
                );
            }
            if !matches!(
                check.verdict,
                Some(Verdict::Fail | Verdict::Warn | Verdict::Error)
            ) {
                continue;
            }
            let Some(result) = check.decisive() else { continue };
            if let Some(exchange) = result.exchange.and_then(|id| index.exchange(id)) {
                let body = exchange.request.body.as_deref().and_then(|id| index.body(id));
                let command = || curl(exchange, body).join("\n");
                curls.entry(exchange.id).or_insert_with(command);
                let comparisons = comparisons(index, check, result, exchange);
                if !comparisons.is_empty() {
                    diffs.insert(check.id, comparisons);
                }
            }
        }
        let shown = |id: &'a str| Some((id, BodyData::of(index.body(id)?)));
        let bodies = index.exchanges().flat_map(|placed| {
            let response = placed.exchange.response.as_ref();
            let bodies = [
                placed.exchange.request.body.as_deref(),
                response.and_then(|response| response.body.as_deref()),
            ];
            bodies.into_iter().flatten().filter_map(shown)
        });
        Data {
            results,
            causes: cards(rolled).iter().map(CauseData::of).collect(),
            snippets,
            stories: index
                .rounds()
                .map(|(scenario, round)| Story::of(index, scenario, round))
                .collect(),
            exchanges: index.exchanges().map(ExchangeData::of).collect(),
            bodies: bodies.collect::<HashMap<_, _>>().into_iter().collect(),
            curls,
            diffs,
        }
    }
}

impl<'a> CauseData<'a> {
    fn of(card: &Card<'a>) -> CauseData<'a> {
        let verdict = Word(Some(card.verdict));
        match &card.cause {
            Cause::Checks(places) => CauseData {
                verdict,
                expected: card.expected,
                places: places
                    .iter()
                    .map(|place| {
                        let mut checks: Vec<_> = place.checks.iter().collect();
                        checks
                            .sort_by(|a, b| a.verdict.cmp(&b.verdict).then(crate::event::by_id(a.id, b.id)));
                        checks.into_iter().map(|check| check.id).collect()
                    })
                    .collect(),
                scenarios: Vec::new(),
                reason: "",
            },
            Cause::Scenarios { reason, scenarios } => CauseData {
                verdict,
                expected: card.expected,
                places: Vec::new(),
                scenarios: scenarios.iter().map(|scenario| scenario.id).collect(),
                reason,
            },
        }
    }
}

impl<'a> Story<'a> {
    fn of(index: &Index<'a>, scenario: &'a str, round: u32) -> Story<'a> {
        let told = |message: &'a Message| Told {
            step: &message.step,
            user: &message.user,
            direction: message.direction,
            method: &message.method,
            sequence: message.sequence,
            attendees: message
                .attendees
                .iter()
                .map(|(address, status)| (index.whose(scenario, round, address), status.as_str()))
                .collect(),
            exchange: message.exchange,
        };
        let state = index.round(scenario, round);
        Story {
            scenario,
            round,
            users: state.and_then(|round| round.users),
            messages: state.map_or_else(Vec::new, |round| round.messages().map(told).collect()),
        }
    }
}

impl<'a> ExchangeData<'a> {
    fn of(placed: &Placed<'a>) -> ExchangeData<'a> {
        let exchange = placed.exchange;
        let response = exchange.response.as_ref();
        let shown = |headers: &'a [(String, String)]| -> Headers<'a> {
            headers.iter().filter(|(name, _)| !is_secret(name)).collect()
        };
        ExchangeData {
            id: exchange.id,
            scenario: placed.scenario,
            round: placed.round,
            step: &exchange.step,
            purpose: exchange.purpose,
            user: exchange.user.as_deref(),
            method: &exchange.request.method,
            url: without_userinfo(&exchange.request.url),
            sent: shown(&exchange.request.headers),
            sent_body: exchange.request.body.as_deref(),
            status: response.map(|response| response.status),
            got: response.map_or_else(Vec::new, |response| shown(&response.headers)),
            got_body: response.and_then(|response| response.body.as_deref()),
            failure: exchange
                .failure
                .as_ref()
                .map(|failure| (failure.kind, failure.message.as_str())),
            micros: exchange.micros,
        }
    }
}

impl BodyData {
    fn of(body: &Body) -> BodyData {
        let mut text = lines(body).join("\n");
        let end = text.char_indices().nth(BODY).map(|(end, _)| end);
        if let Some(end) = end {
            text.truncate(end);
        }
        BodyData {
            text,
            length: body.length,
            cut: body.cut || end.is_some(),
        }
    }
}

/// What a check looked at, beside what was last written about the same object, and beside the message that the same user
/// had found before.
fn comparisons(
    index: &Index<'_>,
    check: &CheckState<'_>,
    result: &CheckResult,
    exchange: &Exchange,
) -> Vec<Comparison> {
    let Some(found) = found(index, exchange) else {
        return Vec::new();
    };
    let Some(uid) = uid(&found) else { return Vec::new() };
    let story = index.story(check.scenario, result);
    let other = |message: &&&Message| message.uid == uid && message.exchange != Some(exchange.id);
    let who = |user: &str| index.who(check.scenario, result.round, user);
    let newer = format!(
        "{} found in step {}",
        exchange.user.as_deref().map_or_else(String::new, who),
        exchange.step
    );
    let mut earlier = Vec::new();
    let wrote = story
        .iter()
        .rev()
        .filter(other)
        .find(|message| message.direction == Direction::Wrote);
    if let Some(message) = wrote {
        let written = message.exchange.and_then(|id| index.exchange(id));
        let body = written.and_then(|written| index.body(written.request.body.as_deref()?));
        earlier.extend(body.map(|body| (message, "wrote", body.text.clone())));
    }
    let received = story.iter().rev().filter(other).find(|message| {
        message.direction == Direction::Received && Some(message.user.as_str()) == exchange.user.as_deref()
    });
    if let Some(message) = received {
        let text = message.exchange.and_then(|id| index.exchange(id));
        let text = text.and_then(|exchange| self::found(index, exchange));
        earlier.extend(text.map(|text| (message, "found", text)));
    }
    earlier
        .into_iter()
        .filter_map(|(message, verb, text)| {
            Some(Comparison {
                older: format!("{} {verb} in step {}", who(&message.user), message.step),
                newer: newer.clone(),
                diff: diff(&text, &found)?,
            })
        })
        .collect()
}

/// The calendar object in an answer: its body, or the first in a multistatus.
fn found(index: &Index<'_>, exchange: &Exchange) -> Option<String> {
    let body = index.body(exchange.response.as_ref()?.body.as_deref()?)?;
    if body.base64 || body.cut {
        return None;
    }
    if !body.text.trim_start().starts_with('<') {
        return body.text.contains("BEGIN:VCALENDAR").then(|| body.text.clone());
    }
    let document = roxmltree::Document::parse(&body.text).ok()?;
    let data = document
        .descendants()
        .find(|node| node.tag_name().name() == "calendar-data")?;
    let text: String = data.descendants().filter_map(|node| node.text()).collect();
    Some(text)
}
