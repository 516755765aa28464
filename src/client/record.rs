//! Writing exchanges (and everything else of a run) to the log, without secrets.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use super::exchange::{Answer, Context, Request};
use super::redact::{REMOVED, Redactor};
use crate::event::{
    Body, Event, Exchange, FailureKind, LogWriter, RequestSent, ResponseGot, TransportFailure,
};

/// Octets of a body that the log keeps.
const KEPT: usize = 1 << 20;

/// Where a run's events go: numbers the exchanges and takes the secrets out.
pub struct Recorder {
    log: Arc<LogWriter>,
    redactor: Redactor,
    next: AtomicU64,
    /// Exchanges without anybody answering since the last answer.
    lost: AtomicU32,
    /// Whether any answer was a success.
    accepted: AtomicBool,
}

impl Recorder {
    pub fn new(log: Arc<LogWriter>, redactor: Redactor) -> Recorder {
        Recorder {
            log,
            redactor,
            next: AtomicU64::new(1),
            lost: AtomicU32::new(0),
            accepted: AtomicBool::new(false),
        }
    }

    /// How many exchanges have been recorded.
    pub fn exchanges(&self) -> u64 {
        self.next.load(Ordering::Relaxed) - 1
    }

    /// How many exchanges in a row nobody has answered: no connection, or silence.
    pub fn lost_in_a_row(&self) -> u32 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Whether the target has answered anything with success (2xx).
    pub fn has_accepted(&self) -> bool {
        self.accepted.load(Ordering::Relaxed)
    }

    /// Something was accepted before this log began.
    pub fn accepted_before(&self) {
        self.accepted.store(true, Ordering::Relaxed);
    }

    /// Whether the log's file has refused something.
    pub fn broken(&self) -> bool {
        self.log.broken()
    }

    /// The text without secrets.
    pub fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// Writes an event. Texts that may repeat what the target said are cleaned of secrets.
    pub fn write(&self, scenario: Option<&str>, mut event: Event) {
        let clean = |text: &mut String| self.redactor.clean(text);
        match &mut event {
            Event::RunStarted(started) => {
                clean(&mut started.base_url);
                clean(&mut started.target);
            }
            Event::Check(check) => {
                clean(&mut check.expected);
                clean(&mut check.actual);
                check.notes.iter_mut().for_each(clean);
            }
            Event::ScenarioFinished(finished) => finished.reason.iter_mut().for_each(clean),
            Event::Capability(found) => clean(&mut found.evidence),
            Event::CalendarUser(user) => {
                clean(&mut user.principal);
                for place in [
                    &mut user.home,
                    &mut user.inbox,
                    &mut user.outbox,
                    &mut user.default_calendar,
                ] {
                    place.iter_mut().for_each(clean);
                }
                user.addresses.iter_mut().for_each(clean);
                user.display_name.iter_mut().for_each(clean);
            }
            Event::Message(message) => {
                clean(&mut message.uid);
                clean(&mut message.method);
                for (address, partstat) in &mut message.attendees {
                    clean(address);
                    clean(partstat);
                }
            }
            Event::Undo(undo) => {
                clean(&mut undo.url);
                clean(&mut undo.body);
            }
            Event::Undone(undone) => clean(&mut undone.url),
            Event::Residue(residue) => residue.urls.iter_mut().for_each(clean),
            Event::Differs(differs) => {
                clean(&mut differs.collection);
                for list in [&mut differs.added, &mut differs.removed, &mut differs.changed] {
                    list.iter_mut().for_each(clean);
                }
                differs.problem.iter_mut().for_each(clean);
            }
            Event::Interrupted { reason, .. } => clean(reason),
            _ => {}
        }
        self.log.write(scenario, event);
    }

    /// Takes the number for an exchange that is about to begin.
    pub(super) fn begin(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Writes an exchange and those of its bodies that the log does not have.
    pub(super) fn exchange(
        &self,
        id: u64,
        context: Context<'_>,
        request: &Request,
        result: Result<&Answer, &TransportFailure>,
        took: Duration,
    ) {
        match result {
            Err(TransportFailure {
                kind: FailureKind::Unreachable | FailureKind::Timeout,
                ..
            }) => {
                self.lost.fetch_add(1, Ordering::Relaxed);
            }
            _ => self.lost.store(0, Ordering::Relaxed),
        }
        if result.is_ok_and(Answer::is_success) {
            self.accepted.store(true, Ordering::Relaxed);
        }
        let scenario = context.scenario;
        let sent = RequestSent {
            method: request.method.clone(),
            url: self.redactor.text(request.url.as_str()).into_owned(),
            headers: self.headers(&request.headers),
            body: request.body.as_ref().map(|body| self.body(scenario, body, false)),
        };
        let response = result.ok().map(|answer| ResponseGot {
            status: answer.status,
            headers: self.headers(&answer.headers),
            body: (!answer.body.is_empty()).then(|| self.body(scenario, &answer.body, answer.cut)),
        });
        let failure = result.err().map(|failure| TransportFailure {
            kind: failure.kind,
            message: self.redactor.text(&failure.message).into_owned(),
        });
        let exchange = Exchange {
            id,
            step: context.step.to_string(),
            purpose: context.purpose,
            user: context.user.map(str::to_string),
            request: sent,
            response,
            failure,
            micros: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        };
        self.log.write(scenario, Event::Exchange(Box::new(exchange)));
    }

    fn body(&self, scenario: Option<&str>, octets: &[u8], cut: bool) -> String {
        let clean = match cut {
            true => self.redactor.octets_cut(octets),
            false => self.redactor.octets(octets),
        };
        let mut body = Body::of(&clean, KEPT);
        body.cut |= cut;
        self.log.body(scenario, body)
    }

    fn headers(&self, headers: &[(String, String)]) -> Vec<(String, String)> {
        let secret = |name: &str| {
            ["proxy-authorization", "cookie", "set-cookie"]
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known))
        };
        headers
            .iter()
            .map(|(name, value)| {
                let value = match value.split_once(' ') {
                    Some((scheme, _)) if name.eq_ignore_ascii_case("authorization") => {
                        format!("{scheme} {REMOVED}")
                    }
                    _ if secret(name) => REMOVED.to_string(),
                    _ => self.redactor.text(value).into_owned(),
                };
                (name.clone(), value)
            })
            .collect()
    }
}
