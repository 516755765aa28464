//! The lint of what a step saw.

use url::Url;

use super::super::lint::{Outcome, Ruling, Sight};
use super::super::plan::{Cite, PlannedStep};
use super::judge::Said;
use super::{Actor, Story};
use crate::client::{Answer, Request};
use crate::dav::{self, Multistatus, ScheduleResponse, caldav};
use crate::event::{Event, Linted};
use crate::itip::{Mode, Rule};
use crate::scenario::Step;

impl Story<'_> {
    /// Judges messages that were found in the Inbox of a user.
    pub(super) fn lint_messages(
        &mut self,
        step: &Step,
        all: &PlannedStep,
        actor: &Actor,
        messages: &[&Answer],
    ) {
        let latest = self.latest.get(&actor.index).copied().unwrap_or(u64::MAX);
        let sights: Vec<Sight<'_>> = messages
            .iter()
            .map(|answer| Sight {
                found: Some((actor.index, latest)),
                ..whole(answer, Mode::Message)
            })
            .collect();
        self.lint(step, all, &sights);
    }

    /// Judges the iCalendar data of an answer to a GET.
    pub(super) fn lint_resource(&mut self, step: &Step, all: &PlannedStep, url: &Url, answer: &Answer) {
        if let Some(mode) = self.mode_of(url).filter(|_| answer.is_success() && !answer.cut) {
            self.lint(step, all, &[whole(answer, mode)]);
        }
    }

    /// Judges what the answer to a request of a step has in it.
    pub(super) fn lint_answer(&mut self, step: &Step, all: &PlannedStep, request: &Request, answer: &Answer) {
        match request.method.as_str() {
            "GET" => self.lint_resource(step, all, &request.url, answer),
            "REPORT" if answer.status == 207 && !answer.cut && asks_for_whole(request) => {
                let reported: Vec<(Mode, String)> = self.reported(answer);
                let sights: Vec<Sight<'_>> = reported
                    .iter()
                    .map(|(mode, data)| from_xml(data, *mode, answer.exchange))
                    .collect();
                self.lint(step, all, &sights);
            }
            "POST" if answer.is_success() && !answer.cut => {
                let replies = busy_replies(answer);
                let sights: Vec<Sight<'_>> = replies
                    .iter()
                    .map(|data| Sight {
                        request: request.body.as_deref(),
                        ..from_xml(data, Mode::FreeBusyReply, answer.exchange)
                    })
                    .collect();
                self.lint(step, all, &sights);
            }
            _ => {}
        }
    }

    /// Whether messages or calendar objects are kept at a place; none where it is neither.
    fn mode_of(&self, url: &Url) -> Option<Mode> {
        let within = |collection: &Url| {
            let path = collection.path().trim_end_matches('/');
            let rest = url.path().strip_prefix(path).filter(|rest| rest.len() > 1);
            collection.origin() == url.origin() && rest.is_some_and(|rest| rest.starts_with('/'))
        };
        let actors = || self.cast.values();
        if actors().filter_map(|actor| actor.user.inbox.as_ref()).any(within) {
            return Some(Mode::Message);
        }
        let calendars = actors().flat_map(|actor| self.calendars_of(actor));
        calendars
            .into_iter()
            .any(|calendar| within(&calendar))
            .then_some(Mode::Stored)
    }

    fn reported(&self, answer: &Answer) -> Vec<(Mode, String)> {
        let root = dav::read(&answer.body).ok();
        let multistatus = root.and_then(|root| Multistatus::read(&root).ok());
        let responses = multistatus
            .into_iter()
            .flat_map(|multistatus| multistatus.responses);
        let data = responses.filter_map(|response| {
            let origins = self.shared.client.origins();
            let url = origins.resolve(&answer.url, response.href()).ok()?;
            let data = response.prop(&caldav("calendar-data"))?.text();
            Some((self.mode_of(&url)?, data))
        });
        data.collect()
    }

    fn lint(&mut self, step: &Step, all: &PlannedStep, sights: &[Sight<'_>]) {
        let (outcome, judged) = self.linter.judge(sights, &self.uid);
        if outcome.count == 0 {
            return;
        }
        let id = format!("{}#{}.lint", self.planned.id, step.id.value);
        if let Some(observer) = &self.shared.observer {
            judged
                .iter()
                .for_each(|(mode, document)| observer.linted(&id, *mode, document));
        }
        let whole = all.all().next();
        let part_of = whole.map(|cite| cite.id.clone());
        let cites = self.broken(step, all, &outcome);
        let kept: Vec<Rule> = outcome.kept().collect();
        let linted = Linted {
            id,
            count: outcome.count,
            kept: self.shared.rules(kept),
            broken: cites.iter().map(|cite| cite.id.clone()).collect(),
            exchange: outcome.exchange,
            part_of: part_of.clone(),
            round: self.round,
        };
        let event = Event::Linted(Box::new(linted));
        self.shared.recorder().write(Some(&self.planned.id), event);
        for (cite, (ruling, exchange)) in cites.iter().zip(outcome.broken.into_values()) {
            let mut said = Said {
                exchange: Some(exchange),
                ..Said::default()
            };
            let judgement = said.take(ruling.finding, None);
            self.say_part(cite, part_of.as_deref(), judgement, said);
        }
    }

    /// The checks that the broken rules are.
    fn broken(&self, step: &Step, all: &PlannedStep, outcome: &Outcome) -> Vec<Cite> {
        let cite = |(rule, (ruling, _)): (&Rule, &(Ruling, u64))| {
            let others = all.all().filter(|cite| cite.requirement.id == rule.id()).count();
            let again = match others {
                0 => String::new(),
                others => format!("~{}", others + 1),
            };
            Cite {
                id: format!("{}#{}.{}{again}", self.planned.id, step.id.value, rule.id()),
                requirement: self.shared.told(*rule),
                warn_by: ruling.reading.map(str::to_owned),
                line: step.id.line,
            }
        };
        outcome.broken.iter().map(cite).collect()
    }
}

fn whole(answer: &Answer, mode: Mode) -> Sight<'_> {
    Sight {
        data: &answer.body,
        mode,
        from_xml: false,
        found: None,
        request: None,
        exchange: answer.exchange,
    }
}

fn from_xml(data: &str, mode: Mode, exchange: u64) -> Sight<'_> {
    Sight {
        data: data.as_bytes(),
        mode,
        from_xml: true,
        found: None,
        request: None,
        exchange,
    }
}

/// Whether a report asks for whole objects: CALDAV:calendar-data can ask for parts (RFC 4791 section 9.6).
fn asks_for_whole(request: &Request) -> bool {
    let root = request.body.as_deref().and_then(|body| dav::read(body).ok());
    let (prop, data) = (dav::dav("prop"), caldav("calendar-data"));
    root.is_some_and(|root| {
        root.all(&prop)
            .flat_map(|prop| prop.all(&data))
            .all(|data| data.elements().next().is_none())
    })
}

/// The calendar data of each recipient.
fn busy_replies(answer: &Answer) -> Vec<String> {
    let root = dav::read(&answer.body).ok();
    let response = root.and_then(|root| ScheduleResponse::read(&root).ok());
    let responses = response.into_iter().flat_map(|response| response.responses);
    responses.filter_map(|response| response.calendar_data).collect()
}
