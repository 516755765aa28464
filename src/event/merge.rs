//! The parts of one run, as one log.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Event, Exchange, Expectation, Record, RunFinished, RunStarted};
use super::reader::RunLog;
use super::shard::Shard;

/// Why logs are not the parts of one run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    #[error("{name} has no beginning: it is no log of a run")]
    Headless { name: String },
    #[error("{name} is a whole run, not a part of one (`run --shard I/N` makes parts)")]
    Whole { name: String },
    #[error("{name} is not of the same run as {first}: {what} is {found} there and {wanted} here")]
    Other {
        name: String,
        first: String,
        what: &'static str,
        wanted: String,
        found: String,
    },
    #[error("{name} and {other} are both part {shard}")]
    Twice {
        name: String,
        other: String,
        shard: Shard,
    },
    #[error("{} missing: {}", match .parts.len() { 1 => "a part is", _ => "parts are" }, .parts.join(", "))]
    Missing { parts: Vec<String> },
}

/// Makes one log of the logs of all shards of a run, each with its name for errors. A single log is what it is.
///
/// # Errors
/// When they do not belong together, or when one of them is missing.
pub fn merge(mut parts: Vec<(String, RunLog)>) -> Result<RunLog, MergeError> {
    if parts.len() == 1
        && let Some((_, log)) = parts.pop()
    {
        return Ok(log);
    }
    let mut shards: BTreeMap<Shard, usize> = BTreeMap::new();
    let mut first: Option<(&str, &RunStarted)> = None;
    for (at, (name, log)) in parts.iter().enumerate() {
        let header = log
            .header()
            .ok_or_else(|| MergeError::Headless { name: name.clone() })?;
        let shard = header
            .shard
            .ok_or_else(|| MergeError::Whole { name: name.clone() })?;
        let (first_name, wanted) = *first.get_or_insert((name, header));
        if let Some((what, wanted, found)) = difference(wanted, header) {
            return Err(MergeError::Other {
                name: name.clone(),
                first: first_name.to_owned(),
                what,
                wanted,
                found,
            });
        }
        if let Some(other) = shards.insert(shard, at) {
            return Err(MergeError::Twice {
                name: name.clone(),
                other: parts[other].0.clone(),
                shard,
            });
        }
    }
    let of = first
        .and_then(|(_, header)| header.shard)
        .map_or(0, |shard| shard.of);
    let absent: Vec<String> = (1..=of)
        .map(|index| Shard { index, of })
        .filter(|shard| !shards.contains_key(shard))
        .map(|shard| shard.to_string())
        .collect();
    if !absent.is_empty() {
        return Err(MergeError::Missing { parts: absent });
    }
    let order: Vec<usize> = shards.into_values().collect();
    Ok(joined(&parts, &order))
}

/// What two parts of one run have to have in common: name, wanted, found.
fn difference(wanted: &RunStarted, found: &RunStarted) -> Option<(&'static str, String, String)> {
    let of = |header: &RunStarted| header.shard.map_or(String::new(), |shard| shard.of.to_string());
    [
        (
            "the version of calconform",
            wanted.version.clone(),
            found.version.clone(),
        ),
        ("the target", wanted.target.clone(), found.target.clone()),
        (
            "the specification",
            wanted.specification.clone(),
            found.specification.clone(),
        ),
        (
            "the selection",
            wanted.selection.join(" "),
            found.selection.join(" "),
        ),
        (
            "the number of repeats",
            wanted.repeat.to_string(),
            found.repeat.to_string(),
        ),
        ("the number of parts", of(wanted), of(found)),
    ]
    .into_iter()
    .find(|(_, wanted, found)| wanted != found)
    .or_else(|| expecting_otherwise(wanted, found))
}

/// The first place in which two parts expect something different.
fn expecting_otherwise(wanted: &RunStarted, found: &RunStarted) -> Option<(&'static str, String, String)> {
    let entries = |header: &RunStarted| -> Vec<Option<Expectation>> {
        let entries = header.expectations.iter().flat_map(|file| &file.entries);
        entries.cloned().map(Some).collect()
    };
    let (mut here, mut there) = (entries(wanted), entries(found));
    let longest = here.len().max(there.len());
    here.resize(longest, None);
    there.resize(longest, None);
    let said = |entry: Option<Expectation>| {
        entry.map_or_else(
            || "nothing".to_owned(),
            |entry| format!("{} of {} (line {})", entry.words(), entry.check, entry.line),
        )
    };
    here.into_iter()
        .zip(there)
        .find(|(here, there)| here != there)
        .map(|(here, there)| ("what is expected", said(here), said(there)))
}

/// One beginning, one end, everything between with numbers, bodies and sets of rules of its own.
fn joined(parts: &[(String, RunLog)], order: &[usize]) -> RunLog {
    let mut records: Vec<Record> = Vec::new();
    let mut told = BTreeSet::new();
    let (mut exchanges, mut wall_ms, mut complete) = (0, 0, true);
    for (number, at) in order.iter().enumerate() {
        let log = &parts[*at].1;
        let offset = exchanges;
        complete &= log.is_complete();
        for record in &log.records {
            let mut event = record.event.clone();
            match &mut event {
                Event::RunStarted(started) => {
                    if number > 0 {
                        continue;
                    }
                    started.shard = None;
                }
                Event::Register(_) | Event::Capability(_) | Event::CalendarUser(_) if number > 0 => continue,
                Event::Requirement(requirement) if !told.insert(requirement.id.clone()) => continue,
                Event::RunFinished(finished) => {
                    exchanges += finished.exchanges;
                    wall_ms = wall_ms.max(finished.wall_ms);
                    continue;
                }
                Event::Body(body) => body.id = own(&body.id, number),
                Event::Exchange(exchange) => renumber(exchange, offset, number),
                Event::Message(message) => message.exchange = message.exchange.map(|id| id + offset),
                Event::Rules(set) => set.id = own(&set.id, number),
                Event::Linted(linted) => {
                    linted.exchange += offset;
                    linted.kept = own(&linted.kept, number);
                }
                Event::Check(check) => check.exchange = check.exchange.map(|id| id + offset),
                Event::ScenarioFinished(finished) => {
                    let answers = finished.answers.iter_mut().flatten();
                    answers.for_each(|answer| answer.exchange += offset);
                }
                _ => {}
            }
            records.push(Record {
                seq: records.len() as u64,
                event,
                ..record.clone()
            });
        }
    }
    if complete {
        records.push(Record {
            seq: records.len() as u64,
            ms: wall_ms,
            scenario: None,
            event: Event::RunFinished(RunFinished { exchanges, wall_ms }),
        });
    }
    RunLog {
        records,
        cut_in_line: None,
    }
}

fn own(id: &str, number: usize) -> String {
    format!("{}.{id}", number + 1)
}

fn renumber(exchange: &mut Exchange, offset: u64, number: usize) {
    exchange.id += offset;
    let sent = exchange.request.body.iter_mut();
    let got = exchange
        .response
        .iter_mut()
        .filter_map(|response| response.body.as_mut());
    for body in sent.chain(got) {
        *body = own(body, number);
    }
}
