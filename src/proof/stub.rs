//! Stubs: servers that do nothing, of which the suite must not say that they do something.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use tokio::net::TcpListener;

use super::trial::{Trial, TrialError, reference, trial};
use crate::corpus::Corpus;
use crate::event::{RollUp, Verdict};
use crate::reference::Policy;
use crate::scenario::{Await, Capability, Role, Step};
use crate::target::{Target, TargetUser};

/// A server that knows one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Canned {
    /// 200 and nothing else.
    Empty,
    /// 207 with a multistatus of one resource and no property.
    Multistatus,
    /// 200 with an invitation, as to a GET in an Inbox.
    Invitation,
    /// 200 with a schedule-response for one recipient, as to a POST to an Outbox.
    ScheduleResponse,
    /// 403 with a DAV:error that names nothing.
    Forbidden,
}

const MULTISTATUS: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<D:multistatus xmlns:D="DAV:"><D:response><D:href>/</D:href><D:propstat><D:prop/><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>
"#;

const INVITATION: &str = include_str!("invitation.ics");
const SCHEDULE_RESPONSE: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<C:schedule-response xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><C:response><C:recipient><D:href>mailto:stub01@calconform.invalid</D:href></C:recipient><C:request-status>2.0;Success</C:request-status></C:response></C:schedule-response>
"#;
const FORBIDDEN: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<D:error xmlns:D="DAV:"/>
"#;

impl Canned {
    /// All of them.
    pub const ALL: [Canned; 5] = [
        Canned::Empty,
        Canned::Multistatus,
        Canned::Invitation,
        Canned::ScheduleResponse,
        Canned::Forbidden,
    ];

    /// A word for it.
    pub fn name(self) -> &'static str {
        match self {
            Canned::Empty => "empty",
            Canned::Multistatus => "multistatus",
            Canned::Invitation => "invitation",
            Canned::ScheduleResponse => "schedule-response",
            Canned::Forbidden => "forbidden",
        }
    }

    async fn answer(self) -> impl IntoResponse {
        let xml = [(header::CONTENT_TYPE, "application/xml; charset=utf-8")];
        let calendar = [(header::CONTENT_TYPE, "text/calendar; charset=utf-8")];
        let tag = [(header::ETAG, "\"1\"")];
        match self {
            Canned::Empty => StatusCode::OK.into_response(),
            Canned::Multistatus => (StatusCode::MULTI_STATUS, xml, MULTISTATUS).into_response(),
            Canned::Invitation => (StatusCode::OK, calendar, tag, INVITATION).into_response(),
            Canned::ScheduleResponse => (StatusCode::OK, xml, SCHEDULE_RESPONSE).into_response(),
            Canned::Forbidden => (StatusCode::FORBIDDEN, xml, FORBIDDEN).into_response(),
        }
    }
}

/// How long a stub is waited for, at each delivery that never comes.
const DELIVERY: Duration = Duration::from_millis(100);

/// Runs the whole suite against a canned answer.
///
/// # Errors
/// When nothing could be run.
pub async fn canned(answer: Canned) -> Result<Trial, TrialError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let service = Router::new().fallback(move || answer.answer());
    let serving = tokio::spawn(async move { axum::serve(listener, service).await });
    let outcome = trial(told(address)?, Corpus::embedded(), Vec::new(), None).await;
    serving.abort();
    outcome
}

/// Runs the whole suite against a server that advertises scheduling, stores calendars, and delivers nothing.
///
/// # Errors
/// When nothing could be run.
pub async fn storing() -> Result<Trial, TrialError> {
    let (_server, mut target) = reference(Policy::stores_only())?;
    target.stub = true;
    target.delivery = DELIVERY;
    trial(target, Corpus::embedded(), Vec::new(), None).await
}

/// A target of which everything is told that discovery would ask for.
fn told(address: SocketAddr) -> Result<Target, TrialError> {
    let mut target = Target::at(&format!("http://{address}/"))?;
    let at = |path: &str| target.base.join(path).ok();
    let user = |number: usize| {
        let name = format!("stub{number:02}");
        TargetUser {
            addresses: vec![format!("mailto:{name}@calconform.invalid")],
            principal: at(&format!("principals/{name}/")),
            home: at(&format!("calendars/{name}/")),
            inbox: at(&format!("calendars/{name}/inbox/")),
            outbox: at(&format!("calendars/{name}/outbox/")),
            default_calendar: at(&format!("calendars/{name}/default/")),
            name,
            credentials: None,
        }
    };
    let users = (1..=40).map(user).collect();
    target.users = users;
    target.ischedule = at("ischedule");
    target.peers = ["peer", "peer2"]
        .map(|name| format!("mailto:{name}@calconform.invalid"))
        .to_vec();
    target.stub = true;
    target.delivery = DELIVERY;
    target.capabilities = Some(vec![
        Capability::CalendarAccess,
        Capability::CalendarAutoSchedule,
        Capability::DefaultCalendar,
        Capability::Mkcalendar,
        Capability::Vtodo,
        Capability::Ischedule,
        Capability::TrustedPeer,
    ]);
    Ok(target)
}

/// How many checks were evaluated (came to pass, fail, warn, or an answer that cannot be read), and which of them passed.
pub fn passed<'a>(rolled: &RollUp<'a>) -> (usize, Vec<&'a str>) {
    let judged = |verdict| {
        matches!(
            verdict,
            Some(Verdict::Pass | Verdict::Fail | Verdict::Warn | Verdict::Error)
        )
    };
    let evaluated: Vec<_> = rolled
        .checks
        .iter()
        .filter(|check| judged(check.verdict))
        .collect();
    let passed = evaluated
        .iter()
        .filter(|check| check.verdict == Some(Verdict::Pass));
    (evaluated.len(), passed.map(|check| check.id).collect())
}

/// Is this the check of an `await` for something that the server delivers to somebody?
pub fn is_delivery(id: &str) -> bool {
    let Some((scenario, rest)) = id.split_once('#') else {
        return false;
    };
    let scenario = scenario.split('[').next().unwrap_or(scenario);
    let Some((step, _)) = rest.split_once('.') else {
        return false;
    };
    let file = Corpus::embedded().scenario(scenario);
    let steps = file
        .and_then(|file| file.scenario().ok())
        .map(|scenario| &scenario.steps);
    steps
        .into_iter()
        .flatten()
        .any(|candidate| candidate.id.value == step && delivers(candidate))
}

fn delivers(step: &Step) -> bool {
    match &step.wait {
        Some(Await::Inbox(_)) => true,
        Some(Await::Calendar(_)) => step.role.value != Role::Organizer,
        _ => false,
    }
}
