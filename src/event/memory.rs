//! A log that is kept in memory.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use super::model::Record;
use super::progress::Progress;
use super::writer::LogWriter;

/// The records of a run that has no file.
#[derive(Default)]
pub struct Memory(Mutex<Vec<Record>>);

impl Memory {
    /// A log, and where its records are.
    pub fn log() -> (Arc<LogWriter>, Arc<Memory>) {
        let memory = Arc::new(Memory::default());
        let log = LogWriter::new(io::sink()).watched_by(memory.clone());
        (Arc::new(log), memory)
    }

    /// What has been written so far; it is forgotten here.
    pub fn take(&self) -> Vec<Record> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Progress for Memory {
    fn record(&self, record: &Record) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(record.clone());
    }
}
