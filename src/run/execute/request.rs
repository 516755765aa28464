//! A step that sends a request.

use jiff::Timestamp;
use url::Url;

use super::super::edit::{EditError, edit};
use super::super::ischedule;
use super::super::matchers::{self, capture, evaluate};
use super::super::message::Head;
use super::super::outside::outsider;
use super::super::plan::PlannedStep;
use super::super::poll::Poll;
use super::super::restore;
use super::super::template::FillError;
use super::condition::Holds;
use super::judge::{Answered, Said, ids};
use super::{Actor, State, Story, context};
use crate::client::{Answer, Request, is_safe};
use crate::event::{Direction, Event, Judgement, Purpose, StepOutcome};
use crate::scenario::{Capture, Check, Outcome, Outcomes, Step};

/// Why a request cannot be put together.
enum Unready {
    /// Something that it needs is not there.
    Missing(String),
    /// The scenario is wrong, or what was captured cannot be used.
    Wrong(String),
}

impl Story<'_> {
    pub(super) async fn request(&mut self, step: &Step, cites: &PlannedStep) -> State {
        let id = step.id.value.as_str();
        let ready = self
            .actor(step.role.value)
            .map_err(Unready::Wrong)
            .and_then(|actor| {
                let request = self.prepare(step)?;
                Ok((actor, request))
            });
        let (actor, request) = match ready {
            Ok(ready) => ready,
            Err(unready) => {
                // What only reads leaves everything as it is.
                if !step
                    .request
                    .as_ref()
                    .is_some_and(|text| is_safe(method(&text.value)))
                {
                    self.halt(format!("step {id} was not carried out"));
                }
                match unready {
                    Unready::Missing(why) => self.all(cites, Judgement::Blocked, &why),
                    Unready::Wrong(why) => {
                        self.all(cites, Judgement::Error, &why);
                        self.set_up_failed(format!("step {id}: {why}"));
                    }
                }
                return State::Unknown;
            }
        };
        if let Some(body) = request.body.as_deref().filter(|body| is_icalendar(body)) {
            self.linter.sends(&request.method, &request.url, body);
        }
        let answer = match self.send_and_settle(step, &actor, &request).await {
            Ok(answer) => answer,
            Err(why) => {
                self.all(cites, Judgement::Error, &why);
                let why = format!(
                    "step {id}: {} {} was not answered: {why}",
                    request.method, request.url
                );
                self.set_up_failed(why.clone());
                self.halt(why);
                return State::Unknown;
            }
        };
        self.answered(step, &answer);
        self.tell_of(step, &actor, &request, &answer);
        self.judge_answer(step, cites, &request, &answer)
    }

    /// Sends a request. A GET that follows a message is repeated until its outcomes and checks hold, at most as long as the
    /// target's deadline: the server may fill the Inbox first and change the calendar right after.
    async fn send_and_settle(
        &mut self,
        step: &Step,
        actor: &Actor,
        request: &Request,
    ) -> Result<Answer, String> {
        let settles = request.method == "GET" && self.told.contains(&actor.index) && !self.shared.target.stub;
        if !is_safe(&request.method) {
            self.told.clear();
        }
        let mut poll = Poll::new(self.shared.target.delivery);
        loop {
            let answer = self.send(step, actor, request.clone()).await?;
            if !settles || self.is_as_wanted(step, request, &answer) || !poll.again().await {
                return Ok(answer);
            }
        }
    }

    /// Whether an outcome is taken, and all checks hold that apply then.
    fn is_as_wanted(&self, step: &Step, request: &Request, answer: &Answer) -> bool {
        let answered = Answered {
            answer,
            method: &request.method,
            url: request.url.as_str(),
            failed: None,
        };
        let subject = answered.subject();
        let holds = |check: &Check| evaluate(check, &subject, &self.scope).holds();
        let mut taken = None;
        if let Some(outcomes) = &step.outcomes {
            taken = outcomes
                .any_of
                .iter()
                .find(|outcome| outcome.matches.iter().all(holds));
            if taken.is_none() {
                return false;
            }
        }
        let this = Some((
            step.id.value.as_str(),
            taken.map(|outcome| outcome.name.value.as_str()),
        ));
        step.checks
            .iter()
            .filter(|check| self.condition(check.when.as_ref(), this) == Holds::Yes)
            .all(holds)
    }

    async fn send(&mut self, step: &Step, actor: &Actor, request: Request) -> Result<Answer, String> {
        let shared = self.shared;
        let client = &shared.client;
        let place = context(&self.planned.id, &step.id, Purpose::Step, actor);
        let credentials = actor.user.credentials.as_ref().filter(|_| !step.anonymous);
        if request.method == "PROPPATCH" {
            let before = restore::before(client, place, credentials, &request).await;
            if let Some(before) = self.ledger.restore(actor.index, before) {
                let undo = before.undo(&actor.user.name);
                client.recorder().write(Some(&self.planned.id), Event::Undo(undo));
            }
        }
        let (method, url) = (request.method.clone(), request.url.clone());
        let destination = request
            .headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("destination"))
            .and_then(|(_, value)| client.origins().resolve(&url, value).ok());
        if step.role.value.is_peer() {
            self.ledger.wrote = true;
            let answer = client.send(place, None, request).await;
            return answer.map_err(|failure| failure.message);
        }
        self.ledger.before(actor.index, &method, &url);
        let answer = client
            .send(place, credentials, request)
            .await
            .map_err(|failure| failure.message)?;
        self.ledger
            .after(actor.index, &method, &url, destination.as_ref(), &answer);
        if method == "DELETE" && answer.is_success() {
            // What comes to this place later is another message, whatever it says.
            self.seen.retain(|(_, place), _| *place != url);
        }
        Ok(answer)
    }

    fn judge_answer(
        &mut self,
        step: &Step,
        cites: &PlannedStep,
        request: &Request,
        answer: &Answer,
    ) -> State {
        let id = step.id.value.as_str();
        let mut answered = Answered {
            answer,
            method: &request.method,
            url: request.url.as_str(),
            failed: None,
        };
        let taken = step
            .outcomes
            .as_ref()
            .map(|outcomes| self.outcome(step, outcomes, cites, &answered));
        let outcome = taken
            .as_ref()
            .and_then(|taken| taken.as_ref().ok())
            .map(|outcome| outcome.name.value.as_str());
        let failed = self.failure(step, &answered, taken.as_ref().map(Result::is_ok), outcome);
        answered.failed = failed.as_deref();
        if let (Some(outcomes), Some(taken)) = (&step.outcomes, &taken) {
            self.say_outcome(step, outcomes, cites, taken, answer);
        }
        self.checks(step, cites, &answered, outcome);
        self.lint_answer(step, cites, request, answer);
        if let Some(why) = failed.clone() {
            let expected = step
                .outcomes
                .as_ref()
                .is_some_and(|outcomes| !outcomes.cites.is_empty())
                || step
                    .checks
                    .iter()
                    .any(|check| check.status.is_some() || check.precondition.is_some());
            if !expected {
                self.set_up_failed(why.clone());
            }
            // What only reads, or asks for busy time, leaves everything as it is.
            if !is_safe(&request.method) && (request.method != "POST" || step.role.value.is_peer()) {
                self.halt(why);
            }
            if !self.shared.target.stub {
                return outcome.map_or(State::Unknown, |name| State::Came(Some(name.to_string())));
            }
        }
        self.captures(id, step, &answered, None);
        State::Came(outcome.map(str::to_string))
    }

    /// Why the answer is not what the step itself allows, if it is not.
    fn failure(
        &self,
        step: &Step,
        answered: &Answered<'_>,
        outcome_taken: Option<bool>,
        outcome: Option<&str>,
    ) -> Option<String> {
        let status = answered.answer.status;
        let this = Some((step.id.value.as_str(), outcome));
        let applies = |when| self.condition(when, this) == Holds::Yes;
        let statuses: Vec<&Check> = step
            .checks
            .iter()
            .filter(|check| check.status.is_some() && applies(check.when.as_ref()))
            .collect();
        let holds = |check: &&Check| evaluate(check, &answered.subject(), &self.scope).holds();
        // What is a warning at most is not what the rest of the story hangs on.
        let strict = statuses.iter().any(|check| check.warn_by.is_none());
        let allowed = if let (Some(taken), false) = (outcome_taken, strict) {
            taken
        } else if !statuses.is_empty() {
            statuses.iter().any(holds) && outcome_taken != Some(false)
        } else if step.checks.iter().any(|check| check.precondition.is_some()) {
            status / 100 == 4
        } else if let (true, 2) = (step.role.value.is_peer(), status / 100) {
            return ischedule::refusal(&answered.answer.body)
                .map(|why| format!("step {}: {why}", step.id.value));
        } else {
            status / 100 == 2
        };
        (!allowed).then(|| format!("step {} was answered with {status}", step.id.value))
    }

    /// The first outcome whose matchers all hold, or why none does: blocked where none could be asked.
    fn outcome<'s>(
        &self,
        step: &Step,
        outcomes: &'s Outcomes,
        cites: &PlannedStep,
        answered: &Answered<'_>,
    ) -> Result<&'s Outcome, Miss> {
        let subject = answered.subject();
        let mut misses = Vec::new();
        let mut asked = false;
        for outcome in &outcomes.any_of {
            let miss = outcome.matches.iter().find_map(|check| {
                let finding = evaluate(check, &subject, &self.scope);
                (!finding.holds()).then_some(finding)
            });
            match miss {
                None => {
                    let ids = ids(&cites.outcomes);
                    for check in &outcome.matches {
                        self.evaluate(step, check, &ids, &subject);
                    }
                    return Ok(outcome);
                }
                Some(finding) => {
                    asked |= !matches!(finding.judgement, matchers::Judgement::Blocked(_));
                    misses.push(format!(
                        "not {}: expected {}, found {}",
                        outcome.name.value, finding.expected, finding.actual
                    ));
                }
            }
        }
        let judgement = match asked {
            true => Judgement::Broken { absent: false },
            false => Judgement::Blocked,
        };
        Err(Miss {
            judgement,
            why: misses.join("; "),
        })
    }

    fn say_outcome(
        &mut self,
        step: &Step,
        outcomes: &Outcomes,
        cites: &PlannedStep,
        taken: &Result<&Outcome, Miss>,
        answer: &Answer,
    ) {
        let names: Vec<&str> = outcomes
            .any_of
            .iter()
            .map(|outcome| outcome.name.value.as_str())
            .collect();
        let mut said = Said {
            expected: format!("one of: {}", names.join(", ")),
            exchange: Some(answer.exchange),
            ..Said::default()
        };
        let judgement = match taken {
            Ok(outcome) => {
                let event = StepOutcome {
                    step: step.id.value.clone(),
                    name: outcome.name.value.clone(),
                };
                self.shared
                    .recorder()
                    .write(Some(&self.planned.id), Event::Outcome(event));
                said.actual.clone_from(&outcome.name.value);
                self.weigh(Judgement::Holds, answer.status, &mut said)
            }
            Err(miss) => {
                said.actual.clone_from(&miss.why);
                miss.judgement
            }
        };
        for cite in &cites.outcomes {
            self.say(cite, judgement, said.clone());
        }
    }

    /// Keeps what later steps use. What cannot be captured blocks them, and only them.
    pub(super) fn captures(&mut self, step: &str, of: &Step, answered: &Answered<'_>, href: Option<&Url>) {
        for (name, what) in &of.capture {
            let value = match capture(&what.value, &answered.subject(), &self.scope) {
                Some(value) => value,
                None => match (&what.value, href) {
                    (Capture::Href(_), Some(href)) => Ok(href.to_string()),
                    _ => Err("only an await finds one".to_string()),
                },
            };
            match value {
                Ok(value) => self.scope.capture(name, value),
                Err(why) => self.forget(name, format!("step {step} did not capture it: {why}")),
            }
        }
    }

    fn fill(&self, text: &str) -> Result<String, Unready> {
        self.scope.fill(text).map_err(|error| self.unready(&error))
    }

    fn unready(&self, error: &FillError) -> Unready {
        let why = self.unfilled(error);
        match error {
            FillError::Missing(..) => Unready::Missing(why),
            FillError::Unknown(..) => Unready::Wrong(why),
        }
    }

    /// The request with all its places filled.
    fn prepare(&mut self, step: &Step) -> Result<Request, Unready> {
        self.scope.set_now(Timestamp::now());
        self.scope.set_body(
            step.with
                .iter()
                .map(|(key, text)| (key.clone(), text.value.clone())),
        );
        let line = step.request.as_ref().map_or("", |text| &text.value);
        let method = method(line);
        let href = self.fill(line.trim_start()[method.len()..].trim())?;
        let origins = self.shared.client.origins();
        let url = origins
            .resolve(origins.base(), &href)
            .map_err(|why| Unready::Wrong(format!("{href} {why}")))?;
        let mut request = Request::new(method, url);
        for (name, value) in &step.headers {
            request.headers.push((name.clone(), self.fill(&value.value)?));
        }
        if let Some(text) = &step.body {
            let text = self.planned.body(&text.value).unwrap_or(&text.value);
            let body = self.scope.fill_body(text).map_err(|error| self.unready(&error))?;
            let body = edit(&body, &step.edit, &self.scope).map_err(|error| match error {
                EditError::Fill(error) => self.unready(&error),
                EditError::Body(why) => Unready::Wrong(why),
            })?;
            let has_type = request
                .headers
                .iter()
                .any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
            let kind = match step.role.value.is_peer() {
                true => ischedule::media_type(&body),
                false => media_type(&body).map(str::to_owned),
            };
            if let (false, Some(kind)) = (has_type, kind) {
                request.headers.push(("Content-Type".into(), kind));
            }
            let outsider = outsider(&body, &self.shared.target, &self.shared.discovered);
            if let Some(address) = outsider.filter(|_| !is_safe(&request.method)) {
                return Err(Unready::Wrong(format!(
                    "not sent: the target could send mail to {address}; it is no user of the target, not below .invalid, \
                     and not among `external-addresses` or `peer-addresses` of the target file"
                )));
            }
            request.body = Some(body.into());
        }
        if step.role.value.is_peer() {
            let originator = self.fill(&format!("{{{}.address}}", step.role.value))?;
            ischedule::complete(
                &mut request,
                &originator,
                &format!("{}-{}", self.uid, step.id.value),
            );
        }
        Ok(request)
    }

    /// Adds to the story what was sent by a change.
    fn tell_of(&mut self, step: &Step, actor: &Actor, request: &Request, answer: &Answer) {
        let (step, role) = (step.id.value.as_str(), step.role.value);
        if is_safe(&request.method) || !answer.is_success() {
            return;
        }
        self.linter.wrote(actor.index, &request.method, &request.url);
        let Some(Ok(head)) = request
            .body
            .as_deref()
            .filter(|body| is_icalendar(body))
            .map(Head::read)
        else {
            return;
        };
        if !head.is_organized_by(&actor.user.addresses) {
            self.ledger.is_copy(&request.url);
        }
        let sent = head.method.as_ref().filter(|_| role.is_peer());
        let message = head.message(
            step,
            &actor.user.name,
            Direction::Wrote,
            sent.unwrap_or(&request.method),
            Some(answer.exchange),
        );
        self.shared
            .recorder()
            .write(Some(&self.planned.id), Event::Message(message));
    }
}

/// None of the outcomes.
struct Miss {
    judgement: Judgement,
    why: String,
}

fn method(line: &str) -> &str {
    line.split_whitespace().next().unwrap_or_default()
}

fn media_type(body: &[u8]) -> Option<&'static str> {
    if is_icalendar(body) {
        Some("text/calendar; charset=utf-8")
    } else if body.trim_ascii_start().starts_with(b"<") {
        Some("application/xml; charset=utf-8")
    } else {
        None
    }
}

fn is_icalendar(body: &[u8]) -> bool {
    body.get(..6)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"BEGIN:"))
}
