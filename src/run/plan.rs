//! What will be run: selection by scenarios by what the target can do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::cited::{cited, totals};
use super::selection::Selector;
use super::texts;
use crate::client::Recorder;
use crate::event::{CitedRequirement, Event, PlannedCheck, ScenarioPlanned, by_id};
use crate::scenario::{
    At, Attribute, Await, Capability, Check, Piece, Place, Role, Row, Scenario, Step, pieces,
};
use crate::spec::Register;
use crate::target::{CalendarUser, Discovered, Profile};

/// A scenario as it was loaded, before anything is known of a target.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its path under `scenarios/` without `.yaml`.
    pub id: String,
    /// As given, for cards.
    pub file: String,
    /// The YAML.
    pub text: Arc<str>,
    pub scenario: Arc<Scenario>,
    /// Texts of the body files that it names.
    pub bodies: Arc<BTreeMap<String, String>>,
}

/// What will be run, and what not and why.
pub struct Plan {
    /// By id; one for each row.
    pub scenarios: Vec<Arc<Planned>>,
    requirements: BTreeMap<String, Arc<CitedRequirement>>,
    register: &'static Register,
}

/// A scenario (one row of it) on one target.
pub struct Planned {
    /// With the row's name.
    pub id: String,
    pub source: Source,
    /// Index into the scenario's rows.
    pub row: Option<usize>,
    pub(super) steps: Vec<PlannedStep>,
    /// Indices of the target's users that have what any role of it needs.
    pub(super) among: Vec<usize>,
    /// Roles whose `{role.calendar}` is used.
    pub(super) calendars: BTreeSet<Role>,
    pub not_applicable: Option<String>,
}

/// The checks of a step, each with its id.
#[derive(Debug, Default)]
pub(super) struct PlannedStep {
    /// Of `cites`.
    pub own: Vec<Cite>,
    pub outcomes: Vec<Cite>,
    /// In the order of `checks`.
    pub checks: Vec<Vec<Cite>>,
}

/// One requirement that a check is evidence for.
#[derive(Debug, Clone)]
pub(super) struct Cite {
    /// `scenario#step.requirement`.
    pub id: String,
    pub requirement: Arc<CitedRequirement>,
    /// The reading by which it is a warning at most.
    pub warn_by: Option<String>,
    first_line: u32,
    last_line: u32,
}

impl PlannedStep {
    pub fn all(&self) -> impl Iterator<Item = &Cite> {
        self.own.iter().chain(&self.outcomes).chain(self.checks.iter().flatten())
    }
}

/// Longest part of a file that a card shows.
const SNIPPET_LINES: u32 = 16;

impl Plan {
    /// Decides what to run.
    ///
    /// A cite of a requirement that the register does not have is left out: validation reports it.
    pub fn new(
        sources: &[Source],
        register: &'static Register,
        selection: &[Selector],
        discovered: &Discovered,
        profile: Option<Profile>,
    ) -> Plan {
        let mut plan = Plan { scenarios: Vec::new(), requirements: BTreeMap::new(), register };
        for source in sources {
            let rows = source.scenario.rows.len();
            let rows: Vec<Option<usize>> = if rows == 0 { vec![None] } else { (0..rows).map(Some).collect() };
            for row in rows {
                plan.add(source, row, selection, discovered, profile);
            }
        }
        plan.scenarios.sort_by(|a, b| by_id(&a.id, &b.id));
        plan
    }

    /// Writes the plan to the log.
    pub fn record(&self, recorder: &Recorder) {
        recorder.write(None, Event::Register(totals(self.register)));
        let mut written = BTreeSet::new();
        for scenario in &self.scenarios {
            for cite in scenario.steps.iter().flat_map(PlannedStep::all) {
                if written.insert(&cite.requirement.id) {
                    recorder.write(None, Event::Requirement((*cite.requirement).clone()));
                }
            }
        }
        for scenario in &self.scenarios {
            let lines: Vec<&str> = scenario.source.text.lines().collect();
            let checks = scenario.steps.iter().flat_map(PlannedStep::all).map(|cite| PlannedCheck {
                id: cite.id.clone(),
                requirement: cite.requirement.id.clone(),
                line: cite.first_line,
                snippet: snippet(&lines, cite.first_line, cite.last_line),
            });
            let event = ScenarioPlanned {
                title: scenario.source.scenario.title.value.clone(),
                file: scenario.source.file.clone(),
                checks: checks.collect(),
                not_applicable: scenario.not_applicable.clone(),
            };
            recorder.write(Some(&scenario.id), Event::ScenarioPlanned(event));
        }
    }

    fn add(
        &mut self,
        source: &Source,
        row: Option<usize>,
        selection: &[Selector],
        discovered: &Discovered,
        profile: Option<Profile>,
    ) {
        let scenario = &source.scenario;
        let texts = row.and_then(|row| scenario.rows.get(row));
        let id = match texts.and_then(|row| row.0.get("name")) {
            Some(name) => format!("{}/{}", source.id, name.value),
            None => source.id.clone(),
        };
        let steps: Vec<PlannedStep> = scenario.steps.iter().map(|step| self.step(&id, step, texts)).collect();
        let cites = || steps.iter().flat_map(PlannedStep::all).map(|cite| cite.requirement.id.as_str());
        let selected = selection.is_empty()
            || selection.iter().any(|selector| selector.selects(&source.id, &id, cites(), self.register));
        if !selected {
            return;
        }
        let wants = Wants::of(source, texts, discovered.capabilities.has(Capability::Mkcalendar));
        let among: Vec<usize> = discovered
            .users
            .iter()
            .enumerate()
            .filter(|(_, user)| wants.missing(user).is_none())
            .map(|(index, _)| index)
            .collect();
        let not_applicable = out_of_profile(source, discovered, profile)
            .or_else(|| lacks(scenario, discovered))
            .or_else(|| too_few(scenario, &wants, among.len(), discovered));
        self.scenarios.push(Arc::new(Planned {
            id,
            source: source.clone(),
            row,
            steps,
            among,
            calendars: wants.calendars,
            not_applicable,
        }));
    }

    fn step(&mut self, scenario: &str, step: &Step, row: Option<&Row>) -> PlannedStep {
        let mut ids = BTreeMap::new();
        let mut cites = |list: &[At<String>], warn_by: Option<&At<String>>, first: u32| {
            let mut planned = Vec::new();
            for at in list {
                let name = filled(&at.value, row);
                let Some(requirement) = self.requirement(&name) else { continue };
                let count = ids.entry(name.clone()).and_modify(|count| *count += 1).or_insert(1);
                let again = if *count > 1 { format!("~{count}") } else { String::new() };
                let lines: Vec<u32> = [Some(first), Some(at.line), warn_by.map(|at| at.line)]
                    .into_iter()
                    .flatten()
                    .collect();
                planned.push(Cite {
                    id: format!("{scenario}#{}.{name}{again}", step.id.value),
                    requirement,
                    warn_by: warn_by.map(|at| at.value.clone()),
                    first_line: lines.iter().copied().min().unwrap_or(first),
                    last_line: lines.iter().copied().max().unwrap_or(first),
                });
            }
            planned
        };
        let first = step.id.line;
        let own = cites(&step.cites, step.warn_by.as_ref(), first);
        let outcomes = match &step.outcomes {
            Some(outcomes) => cites(&outcomes.cites, step.warn_by.as_ref(), first),
            None => Vec::new(),
        };
        let checks = step.checks.iter().map(|check| {
            let first = line(check).unwrap_or(first);
            cites(&check.cites, check.warn_by.as_ref(), first)
        });
        PlannedStep { own, outcomes, checks: checks.collect() }
    }

    fn requirement(&mut self, id: &str) -> Option<Arc<CitedRequirement>> {
        if let Some(known) = self.requirements.get(id) {
            return Some(known.clone());
        }
        let requirement = Arc::new(cited(self.register, self.register.requirement(id)?));
        self.requirements.insert(id.to_string(), requirement.clone());
        Some(requirement)
    }
}

/// A cite may name a key of the row.
fn filled(text: &str, row: Option<&Row>) -> String {
    let mut filled = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) | Piece::Unclosed(text) => filled.push_str(text),
            Piece::Place(name) => {
                let key = name.strip_prefix("row.").unwrap_or(name);
                filled.push_str(row.and_then(|row| row.0.get(key)).map_or("", |at| &at.value));
            }
        }
    }
    filled
}

/// Where a check begins.
fn line(check: &Check) -> Option<u32> {
    let matchers = [
        check.status.as_ref().map(|at| at.line),
        check.header.as_ref().map(|at| at.line),
        check.xml.as_ref().map(|at| at.line),
        check.prop.as_ref().map(|at| at.line),
        check.precondition.as_ref().map(|at| at.line),
        check.ical.as_ref().map(|at| at.line),
        check.schedule_response.as_ref().map(|at| at.line),
        check.relation.as_ref().map(|at| at.line),
    ];
    matchers.into_iter().flatten().min()
}

fn snippet(lines: &[&str], first: u32, last: u32) -> String {
    let begin = (first.max(1) - 1) as usize;
    let end = (last.min(first.saturating_add(SNIPPET_LINES)) as usize).min(lines.len());
    lines.get(begin..end.max(begin)).unwrap_or_default().join("\n")
}

/// What a scenario wants of each of its users.
struct Wants {
    attributes: BTreeSet<Wanted>,
    calendars: BTreeSet<Role>,
    /// A calendar is made in the home, so none has to be there.
    mkcalendar: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Wanted {
    Principal,
    Home,
    Calendar,
    DefaultCalendar,
    Inbox,
    Outbox,
    Address,
}

impl Wants {
    fn of(source: &Source, row: Option<&Row>, mkcalendar: bool) -> Wants {
        let scenario = &source.scenario;
        let calendars = texts::sentinels(scenario).collect();
        let mut wants = Wants { attributes: BTreeSet::new(), calendars, mkcalendar };
        if !wants.calendars.is_empty() {
            wants.attributes.extend([Wanted::Calendar, Wanted::Address]);
        }
        let mut see = |text: &str| {
            for piece in pieces(text) {
                let Piece::Place(name) = piece else { continue };
                if let Ok(Place::User(role, attribute)) = Place::parse(name) {
                    wants.attribute(role, attribute);
                }
            }
        };
        texts::each(scenario, |name| source.bodies.get(name).map(String::as_str), &mut see);
        row.into_iter().flat_map(|row| row.0.values()).for_each(|text| see(text));
        for step in &scenario.steps {
            match step.wait {
                Some(Await::Inbox(_)) => drop(wants.attributes.insert(Wanted::Inbox)),
                Some(Await::Calendar(_) | Await::Removed(_)) => drop(wants.attributes.insert(Wanted::Home)),
                _ => {}
            }
            if step.never.is_some() {
                wants.attributes.insert(Wanted::Inbox);
            }
        }
        wants
    }

    fn attribute(&mut self, role: Role, attribute: Attribute) {
        let wanted = match attribute {
            Attribute::Calendar => {
                self.calendars.insert(role);
                Wanted::Calendar
            }
            Attribute::DefaultCalendar => Wanted::DefaultCalendar,
            Attribute::Home => Wanted::Home,
            Attribute::Inbox => Wanted::Inbox,
            Attribute::Outbox => Wanted::Outbox,
            Attribute::Principal => Wanted::Principal,
            Attribute::Address => Wanted::Address,
            Attribute::Name => return,
        };
        self.attributes.insert(wanted);
    }

    /// What this user does not have, in words.
    fn missing(&self, user: &CalendarUser) -> Option<String> {
        let lacks = |wanted: &Wanted| match wanted {
            Wanted::Principal => user.principal.is_none().then_some("principal"),
            Wanted::Home => user.home.is_none().then_some("C:calendar-home-set"),
            Wanted::Calendar if self.mkcalendar => user.home.is_none().then_some("C:calendar-home-set"),
            Wanted::Calendar => user.working_calendar.is_none().then_some("calendar"),
            Wanted::DefaultCalendar => user.default_calendar.is_none().then_some("C:schedule-default-calendar-URL"),
            Wanted::Inbox => user.inbox.is_none().then_some("C:schedule-inbox-URL"),
            Wanted::Outbox => user.outbox.is_none().then_some("C:schedule-outbox-URL"),
            Wanted::Address => user.addresses.is_empty().then_some("C:calendar-user-address-set"),
        };
        self.attributes.iter().find_map(lacks).map(|what| format!("no {what} was found for {}", user.name))
    }
}

fn out_of_profile(source: &Source, discovered: &Discovered, profile: Option<Profile>) -> Option<String> {
    let specification = source.id.split('/').next()?;
    let advertised = |capability| discovered.capabilities.has(capability);
    let tested = match profile {
        Some(profile) => {
            specification == profile.specification()
                || (specification == "rfc6638" && profile == Profile::CaldavSched10)
        }
        None => match specification {
            "caldav-sched-06" => false,
            "caldav-sched-03" => advertised(Capability::CalendarSchedule),
            "ischedule" => advertised(Capability::Ischedule),
            _ => true,
        },
    };
    if tested || !["caldav-sched-10", "caldav-sched-06", "caldav-sched-03", "rfc6638", "ischedule"].contains(&specification) {
        return None;
    }
    Some(match profile {
        Some(profile) => format!("the target is tested as {}", profile.specification()),
        None if specification == "caldav-sched-06" => {
            "caldav-sched-06 has to be asked for: profile = \"caldav-sched-06\" in the target file".into()
        }
        None => format!("the target does not advertise {specification}"),
    })
}

fn lacks(scenario: &Scenario, discovered: &Discovered) -> Option<String> {
    let capabilities = &discovered.capabilities;
    let missing = scenario.needs.iter().find(|needed| !capabilities.has(needed.value))?;
    let evidence = capabilities.get(missing.value).map(|found| found.evidence.as_str()).unwrap_or_default();
    Some(format!("the target does not have {}: {evidence}", missing.value.word()))
}

fn too_few(scenario: &Scenario, wants: &Wants, eligible: usize, discovered: &Discovered) -> Option<String> {
    let needed = scenario.users.len();
    if eligible >= needed {
        return None;
    }
    let users = &discovered.users;
    if users.len() < needed {
        return Some(format!("needs {needed} calendar users, the target has {}", users.len()));
    }
    let reason = users.iter().find_map(|user| {
        let missing = wants.missing(user)?;
        let why = user.problems.first().map(|problem| format!(" ({problem})")).unwrap_or_default();
        Some(format!("{missing}{why}"))
    });
    reason.or_else(|| Some("no user has what it needs".into()))
}
