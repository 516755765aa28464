//! Shared by this room's tests and those of the reports.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use super::model::{RunStarted, SCHEMA_VERSION};

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
        base_url: "http://127.0.0.1:8080/".into(),
        specification: "caldav-sched-10".into(),
        selection: Vec::new(),
        seed: 1,
        jobs: 1,
        repeat: 1,
        shard: None,
    }
}
