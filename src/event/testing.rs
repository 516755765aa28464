//! Shared by this room's tests and those of the reports.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use super::Verdict::Pass;
use super::*;

/// A file in memory that several hold.
#[derive(Debug, Clone, Default)]
pub struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    pub fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }
}

impl Write for Shared {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(octets);
        Ok(octets.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub fn run_started() -> RunStarted {
    RunStarted {
        schema: SCHEMA_VERSION,
        version: "0.1.0".into(),
        started: "2026-11-02T09:00:00Z".into(),
        target: "example".into(),
        product: None,
        product_version: None,
        base_url: "http://127.0.0.1:8080/".into(),
        specification: "caldav-sched-10".into(),
        selection: Vec::new(),
        seed: 1,
        jobs: 1,
        repeat: 1,
        shard: None,
        keep: false,
        expectations: None,
    }
}

/// Writes a log by hand, one event a call.
#[derive(Default)]
pub struct Log(pub Vec<Record>);

impl Log {
    pub fn new() -> Log {
        Log::default().with(None, Event::RunStarted(run_started()))
    }

    pub fn with(mut self, scenario: Option<&str>, event: Event) -> Log {
        let seq = self.0.len() as u64;
        self.0.push(Record {
            seq,
            ms: seq,
            scenario: scenario.map(str::to_owned),
            event,
        });
        self
    }

    pub fn planned(self, scenario: &str, requirements: &[&str]) -> Log {
        self.planned_unless(scenario, requirements, None)
    }

    pub fn planned_unless(self, scenario: &str, requirements: &[&str], not_applicable: Option<&str>) -> Log {
        let checks = requirements.iter().map(|requirement| PlannedCheck {
            id: format!("{scenario}#a.{requirement}"),
            requirement: (*requirement).into(),
            line: 1,
            snippet: String::new(),
        });
        let planned = ScenarioPlanned {
            title: "T".into(),
            file: "f.yaml".into(),
            checks: checks.collect(),
            not_applicable: not_applicable.map(str::to_owned),
        };
        self.with(Some(scenario), Event::ScenarioPlanned(planned))
    }

    pub fn started(self, scenario: &str, round: u32) -> Log {
        let started = ScenarioStarted {
            users: Default::default(),
            round,
            uid: String::new(),
            weeks: 0,
        };
        self.with(Some(scenario), Event::ScenarioStarted(started))
    }

    pub fn check(self, scenario: &str, requirement: &str, round: u32, verdict: Verdict) -> Log {
        let result = CheckResult {
            part_of: None,
            id: format!("{scenario}#a.{requirement}"),
            requirement: requirement.into(),
            verdict,
            expected: String::new(),
            actual: String::new(),
            notes: Vec::new(),
            exchange: None,
            round,
        };
        self.with(Some(scenario), Event::Check(Box::new(result)))
    }

    pub fn finished(self, scenario: &str, round: u32, verdict: Verdict) -> Log {
        let finished = ScenarioFinished {
            verdict,
            round,
            reason: None,
            answers: None,
        };
        self.with(Some(scenario), Event::ScenarioFinished(finished))
    }

    pub fn exchange(self, failure: Option<FailureKind>) -> Log {
        let response = ResponseGot {
            status: 200,
            headers: Vec::new(),
            body: None,
        };
        let exchange = Exchange {
            id: self.0.len() as u64,
            step: "a".into(),
            purpose: Purpose::Step,
            user: None,
            request: RequestSent {
                method: "GET".into(),
                url: "/".into(),
                headers: Vec::new(),
                body: None,
            },
            response: failure.is_none().then_some(response),
            failure: failure.map(|kind| TransportFailure {
                kind,
                message: String::new(),
            }),
            micros: 1,
        };
        self.with(None, Event::Exchange(Box::new(exchange)))
    }

    pub fn interrupted(self, cause: Interruption) -> Log {
        self.with(
            None,
            Event::Interrupted {
                reason: "stopped".into(),
                cause,
            },
        )
    }

    pub fn end(self) -> Log {
        self.with(
            None,
            Event::RunFinished(RunFinished {
                exchanges: 0,
                wall_ms: 0,
            }),
        )
    }

    /// One scenario with one check for each verdict, complete.
    pub fn of_verdicts(verdicts: &[Verdict]) -> Log {
        let names: Vec<String> = (0..verdicts.len()).map(|number| format!("r-{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut log = Log::new().planned("s", &names).started("s", 1);
        for (requirement, verdict) in names.iter().zip(verdicts) {
            log = log.check("s", requirement, 1, *verdict);
        }
        let scenario = worst(verdicts.iter().copied()).unwrap_or(Pass);
        log.finished("s", 1, scenario).end()
    }
}
