//! What will be run: selection by scenarios by what the target can do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::template::other_address;
use super::texts;
use super::totals::totals;
use crate::client::Recorder;
use crate::corpus::Corpus;
use crate::event::{
    CitedRequirement, Event, PlannedCheck, ScenarioFinished, ScenarioPlanned, Verdict, by_id,
};
use crate::scenario::{
    At, Attribute, Await, Capability, Pick, Picks, Piece, Place, Role, Row, Scenario, ScenarioFile, Step,
    in_row, pieces, row_filled,
};
use crate::target::{CalendarUser, Discovered, Profile};

/// What will be run, and what not and why.
pub struct Plan {
    /// By id; one for each row.
    pub scenarios: Vec<Arc<Planned>>,
    /// Files that were selected and cannot be read.
    pub broken: Vec<&'static ScenarioFile>,
    corpus: &'static Corpus,
}

/// A scenario (one row of it) on one target.
pub struct Planned {
    /// With the row's name.
    pub id: String,
    pub file: &'static ScenarioFile,
    pub scenario: &'static Scenario,
    pub row: Option<&'static Row>,
    pub(super) steps: Vec<PlannedStep>,
    /// Indices of the target's users that have what any role of it needs.
    pub(super) among: Vec<usize>,
    /// Roles whose `{role.calendar}` is used.
    pub(super) calendars: BTreeSet<Role>,
    /// Why it will not run, if it will not.
    pub not_applicable: Option<String>,
    corpus: &'static Corpus,
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
    pub line: u32,
}

impl Planned {
    /// May a user be left without an Inbox by it?
    pub(super) fn is_destructive(&self) -> bool {
        let needs = &self.scenario.needs;
        needs.iter().any(|needed| needed.value == Capability::Expendable)
    }

    /// The text of a shared body.
    pub(super) fn body(&self, name: &str) -> Option<&'static str> {
        self.corpus.body(name)
    }
}

impl PlannedStep {
    pub fn all(&self) -> impl Iterator<Item = &Cite> {
        self.own
            .iter()
            .chain(&self.outcomes)
            .chain(self.checks.iter().flatten())
    }
}

impl Plan {
    /// Decides what to run of what was selected.
    ///
    /// A cite of a requirement that the register does not have is left out: validation reports it.
    pub fn new(
        corpus: &'static Corpus,
        picks: &Picks<'static>,
        discovered: &Discovered,
        profile: Option<Profile>,
    ) -> Plan {
        let mut requirements = Requirements {
            corpus,
            known: BTreeMap::new(),
        };
        let on = Ground { discovered, profile };
        let mut scenarios: Vec<Arc<Planned>> = picks
            .scenarios
            .iter()
            .map(|pick| Arc::new(planned(corpus, pick, &mut requirements, &on)))
            .collect();
        scenarios.sort_by(|a, b| by_id(&a.id, &b.id));
        Plan {
            scenarios,
            broken: picks.broken.clone(),
            corpus,
        }
    }

    /// Writes the plan to the log.
    pub fn record(&self, recorder: &Recorder) {
        recorder.write(None, Event::Register(totals(self.corpus.register())));
        let mut written = BTreeSet::new();
        for scenario in &self.scenarios {
            for cite in scenario.steps.iter().flat_map(PlannedStep::all) {
                if written.insert(&cite.requirement.id) {
                    recorder.write(None, Event::Requirement((*cite.requirement).clone()));
                }
            }
        }
        for scenario in &self.scenarios {
            let checks = scenario
                .steps
                .iter()
                .flat_map(PlannedStep::all)
                .map(|cite| PlannedCheck {
                    id: cite.id.clone(),
                    requirement: cite.requirement.id.clone(),
                    line: cite.line,
                    snippet: scenario.file.snippet(cite.line),
                });
            let event = ScenarioPlanned {
                title: scenario.scenario.title.value.clone(),
                file: scenario.file.path.clone(),
                checks: checks.collect(),
                not_applicable: scenario.not_applicable.clone(),
            };
            recorder.write(Some(&scenario.id), Event::ScenarioPlanned(event));
        }
        for file in &self.broken {
            record_broken(file, recorder);
        }
    }
}

/// A broken file fails by itself, and hides no other.
fn record_broken(file: &ScenarioFile, recorder: &Recorder) {
    let planned = ScenarioPlanned {
        title: file.id.clone(),
        file: file.path.clone(),
        checks: Vec::new(),
        not_applicable: None,
    };
    recorder.write(Some(&file.id), Event::ScenarioPlanned(planned));
    let reason = file.problems().first().map(|problem| {
        format!(
            "{}:{}:{}: {}",
            file.path, problem.line, problem.column, problem.message
        )
    });
    let finished = ScenarioFinished {
        verdict: Verdict::Error,
        round: 1,
        reason,
        answers: None,
    };
    recorder.write(Some(&file.id), Event::ScenarioFinished(finished));
}

/// What scenarios are planned for.
struct Ground<'a> {
    discovered: &'a Discovered,
    profile: Option<Profile>,
}

/// Each requirement once.
struct Requirements {
    corpus: &'static Corpus,
    known: BTreeMap<String, Arc<CitedRequirement>>,
}

fn planned(
    corpus: &'static Corpus,
    pick: &Pick<'static>,
    requirements: &mut Requirements,
    on: &Ground<'_>,
) -> Planned {
    let scenario = pick.scenario;
    let wants = Wants::of(
        corpus,
        scenario,
        pick.row,
        on.discovered.capabilities.has(Capability::Mkcalendar),
    );
    let users = on.discovered.users.iter().enumerate();
    let among: Vec<usize> = users
        .filter(|(_, user)| wants.missing(user).is_none())
        .map(|(index, _)| index)
        .collect();
    let not_applicable = out_of_profile(&pick.file.id, on)
        .or_else(|| lacks(scenario, on.discovered))
        .or_else(|| too_few(scenario, &wants, among.len(), on.discovered));
    Planned {
        steps: scenario
            .steps
            .iter()
            .map(|step| requirements.step(&pick.id, step, pick.row))
            .collect(),
        id: pick.id.clone(),
        file: pick.file,
        scenario,
        row: pick.row,
        among,
        calendars: wants.calendars,
        not_applicable,
        corpus,
    }
}

impl Requirements {
    fn step(&mut self, scenario: &str, step: &Step, row: Option<&Row>) -> PlannedStep {
        if !in_row(step.when.as_ref(), row) {
            return PlannedStep::default();
        }
        let mut ids = BTreeMap::new();
        let mut cites = |list: &[At<String>], warn_by: Option<&At<String>>, line: Option<u32>| {
            let mut planned = Vec::new();
            for at in list {
                let name = row_filled(&at.value, row);
                let Some(requirement) = self.get(&name) else {
                    continue;
                };
                let count = ids
                    .entry(name.clone())
                    .and_modify(|count| *count += 1)
                    .or_insert(1);
                let again = if *count > 1 {
                    format!("~{count}")
                } else {
                    String::new()
                };
                planned.push(Cite {
                    id: format!("{scenario}#{}.{name}{again}", step.id.value),
                    requirement,
                    warn_by: warn_by.map(|at| at.value.clone()),
                    line: line.unwrap_or(at.line),
                });
            }
            planned
        };
        // What the step itself cites is shown with the whole step.
        let own = cites(&step.cites, step.warn_by.as_ref(), Some(step.id.line));
        let outcomes = match &step.outcomes {
            Some(outcomes) => cites(&outcomes.cites, step.warn_by.as_ref(), Some(step.id.line)),
            None => Vec::new(),
        };
        let checks = step.checks.iter().map(|check| {
            if !in_row(check.when.as_ref(), row) {
                return Vec::new();
            }
            cites(&check.cites, check.warn_by.as_ref(), Some(check.place().0))
        });
        PlannedStep {
            own,
            outcomes,
            checks: checks.collect(),
        }
    }

    fn get(&mut self, id: &str) -> Option<Arc<CitedRequirement>> {
        if let Some(known) = self.known.get(id) {
            return Some(known.clone());
        }
        let register = self.corpus.register();
        let requirement = Arc::new(CitedRequirement::of(register, register.requirement(id)?));
        self.known.insert(id.to_string(), requirement.clone());
        Some(requirement)
    }
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
    OtherAddress,
}

impl Wants {
    fn of(corpus: &'static Corpus, scenario: &Scenario, row: Option<&Row>, mkcalendar: bool) -> Wants {
        let calendars = texts::sentinels(scenario).collect();
        let mut wants = Wants {
            attributes: BTreeSet::new(),
            calendars,
            mkcalendar,
        };
        if !wants.calendars.is_empty() {
            wants.attributes.extend([Wanted::Calendar, Wanted::Address]);
        }
        let mut see = |text: &str| {
            for piece in pieces(text) {
                let Piece::Place(name) = piece else { continue };
                if let Ok(Place::User(role, attribute)) = Place::parse(name)
                    && !role.is_peer()
                {
                    wants.attribute(role, attribute);
                }
            }
        };
        texts::each(scenario, row, |name| corpus.body(name), &mut see);
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
            Attribute::Address | Attribute::UpperSchemeAddress => Wanted::Address,
            Attribute::OtherAddress => Wanted::OtherAddress,
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
            Wanted::DefaultCalendar => user
                .default_calendar
                .is_none()
                .then_some("C:schedule-default-calendar-URL"),
            Wanted::Inbox => user.inbox.is_none().then_some("C:schedule-inbox-URL"),
            Wanted::Outbox => user.outbox.is_none().then_some("C:schedule-outbox-URL"),
            Wanted::Address => user.addresses.is_empty().then_some("C:calendar-user-address-set"),
            Wanted::OtherAddress => other_address(&user.addresses)
                .is_none()
                .then_some("second address in C:calendar-user-address-set"),
        };
        self.attributes
            .iter()
            .find_map(lacks)
            .map(|what| format!("no {what} was found for {}", user.name))
    }
}

fn out_of_profile(id: &str, on: &Ground<'_>) -> Option<String> {
    let specification = id.split('/').next()?;
    let advertised = |capability| on.discovered.capabilities.has(capability);
    let tested = match on.profile {
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
    if tested
        || ![
            "caldav-sched-10",
            "caldav-sched-06",
            "caldav-sched-03",
            "rfc6638",
            "ischedule",
        ]
        .contains(&specification)
    {
        return None;
    }
    Some(match on.profile {
        Some(profile) => format!("the target is tested as {}", profile.specification()),
        None if specification == "caldav-sched-06" => {
            "caldav-sched-06 has to be asked for: profile = \"caldav-sched-06\" in the target file".into()
        }
        None => format!("the target does not advertise {specification}"),
    })
}

fn lacks(scenario: &Scenario, discovered: &Discovered) -> Option<String> {
    let capabilities = &discovered.capabilities;
    let missing = scenario
        .needs
        .iter()
        .find(|needed| !capabilities.has(needed.value))?;
    let evidence = capabilities
        .get(missing.value)
        .map(|found| found.evidence.as_str())
        .unwrap_or_default();
    Some(format!(
        "the target does not have {}: {evidence}",
        missing.value.word()
    ))
}

fn too_few(scenario: &Scenario, wants: &Wants, eligible: usize, discovered: &Discovered) -> Option<String> {
    let needed = scenario.users.len();
    if eligible >= needed {
        return None;
    }
    let users = &discovered.users;
    if users.len() < needed {
        return Some(format!(
            "needs {needed} calendar users, the target has {}",
            users.len()
        ));
    }
    let reason = users.iter().find_map(|user| {
        let missing = wants.missing(user)?;
        let why = user
            .problems
            .first()
            .map(|problem| format!(" ({problem})"))
            .unwrap_or_default();
        Some(format!("{missing}{why}"))
    });
    reason.or_else(|| Some("no user has what it needs".into()))
}
