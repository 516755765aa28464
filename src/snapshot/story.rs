//! From the log of a run to the texts that are kept.

use std::collections::{BTreeMap, HashMap};

use jiff::{Timestamp, ToSpan};

use super::answer::answer;
use super::dates::Dates;
use super::marks::numbered;
use super::names::{Cast, Names};
use super::text::Plain;
use crate::event::{
    Body, CalendarUserFound, Event, Exchange, Record, RunStarted, ScenarioFinished, ScenarioPlanned,
    ScenarioStarted, by_id,
};
use crate::report::cut;

/// The final answers of a scenario's steps, as they would be in any other run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Id of the scenario, with its row.
    pub scenario: String,
    /// The scenario's file.
    pub source: String,
    pub title: String,
    pub text: String,
}

/// What a log has to keep.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// By scenario.
    pub snapshots: Vec<Snapshot>,
    /// Scenarios that did not apply to the target, with the reason.
    pub left_out: Vec<(String, String)>,
}

/// Columns of a line.
const COLUMNS: usize = 1000;
/// Lines of one answer.
const LINES: usize = 2000;
/// Octets of a whole snapshot, about.
const OCTETS: usize = 1 << 20;

/// The snapshots of a run: of each scenario that came to its end, of its first round. Nothing in them depends on when the
/// run was, which users of the target played the roles, or what else ran at the same time.
pub fn take(records: &[Record]) -> Taken {
    let index = Index::of(records);
    let mut taken = Taken::default();
    for (id, seen) in &index.scenarios {
        let planned = seen.planned;
        if let Some(why) = planned.and_then(|planned| planned.not_applicable.as_ref()) {
            taken.left_out.push(((*id).to_owned(), why.clone()));
        }
        if let Some(text) = index.text(seen) {
            taken.snapshots.push(Snapshot {
                scenario: (*id).to_owned(),
                source: planned.map_or_else(String::new, |planned| planned.file.clone()),
                title: planned.map_or_else(String::new, |planned| planned.title.clone()),
                text,
            });
        }
    }
    taken.snapshots.sort_by(|a, b| by_id(&a.scenario, &b.scenario));
    taken.left_out.sort_by(|a, b| by_id(&a.0, &b.0));
    taken
}

#[derive(Default)]
struct Index<'a> {
    run: Option<&'a RunStarted>,
    users: Vec<&'a CalendarUserFound>,
    bodies: HashMap<&'a str, &'a Body>,
    /// With the milliseconds since the start of the run.
    exchanges: HashMap<u64, (u64, &'a Exchange)>,
    scenarios: BTreeMap<&'a str, Seen<'a>>,
}

/// The first round of a scenario.
#[derive(Default)]
struct Seen<'a> {
    planned: Option<&'a ScenarioPlanned>,
    started: Option<&'a ScenarioStarted>,
    finished: Option<&'a ScenarioFinished>,
}

impl<'a> Index<'a> {
    fn of(records: &'a [Record]) -> Index<'a> {
        let mut index = Index::default();
        for record in records {
            let scenario = record.scenario.as_deref().unwrap_or_default();
            match &record.event {
                Event::RunStarted(run) => index.run = Some(run),
                Event::CalendarUser(user) => index.users.push(user),
                Event::Body(body) => {
                    index.bodies.insert(&body.id, body);
                }
                Event::Exchange(exchange) => {
                    index.exchanges.insert(exchange.id, (record.ms, exchange));
                }
                Event::ScenarioPlanned(planned) => {
                    index.scenarios.entry(scenario).or_default().planned = Some(planned);
                }
                Event::ScenarioStarted(started) if started.round <= 1 => {
                    index.scenarios.entry(scenario).or_default().started = Some(started);
                }
                Event::ScenarioFinished(finished) if finished.round <= 1 => {
                    index.scenarios.entry(scenario).or_default().finished = Some(finished);
                }
                _ => {}
            }
        }
        index
    }

    fn text(&self, seen: &Seen<'a>) -> Option<String> {
        let (run, started) = (self.run?, seen.started?);
        let answers = seen.finished?.answers.as_ref()?;
        let names = Names::new(&Cast {
            base_url: &run.base_url,
            users: &self.users,
            roles: &started.users,
            uid: &started.uid,
        });
        let began: Timestamp = run.started.parse().ok()?;
        let mut text = String::new();
        for answered in answers {
            let Some((ms, exchange)) = self.exchanges.get(&answered.exchange) else {
                continue;
            };
            let ms = i64::try_from(*ms).unwrap_or(i64::MAX);
            let now = began.checked_add(ms.milliseconds()).unwrap_or(began);
            let plain = Plain {
                names: &names,
                dates: Dates::new(started.weeks, now),
            };
            let body = exchange
                .response
                .as_ref()
                .and_then(|response| response.body.as_deref());
            let body = body.and_then(|id| self.bodies.get(id).copied());
            if !text.is_empty() {
                text.push('\n');
            }
            text += &format!("# {}\n", plain.name(&answered.step));
            let lines = answer(exchange, body, &role(exchange, started, &plain), &plain);
            let left = lines.len().saturating_sub(LINES);
            for line in lines.into_iter().take(LINES) {
                text += line.trim_end();
                text.push('\n');
            }
            if left > 0 {
                text += &format!("… and {left} more lines\n");
            }
            if text.len() > OCTETS {
                text += "… and the rest\n";
                break;
            }
        }
        if text.is_empty() {
            text += "(no step was answered)\n";
        }
        let lines = numbered(&text);
        let lines: Vec<_> = lines.lines().map(|line| cut(line, COLUMNS)).collect();
        Some(lines.join("\n") + "\n")
    }
}

/// Who sent it, as the scenario calls them.
fn role(exchange: &Exchange, started: &ScenarioStarted, plain: &Plain<'_>) -> String {
    let Some(user) = &exchange.user else {
        return "nobody".to_owned();
    };
    let role = started.users.iter().find(|(_, name)| *name == user);
    role.map_or_else(|| plain.name(user), |(role, _)| plain.name(role))
}
