//! Writing the log while the run goes on.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use base64::Engine;

use super::model::{Body, Event, Record};
use super::progress::{Progress, Silent};

/// Writes a run log. Shared between tasks by reference or in an [`Arc`]; each record gets the next number.
///
/// The buffer is handed on only at line ends, and after every record that others wait for (exchanges, ends of
/// scenarios, what is to be undone, interruption), so that what a killed process leaves is readable. The first error of the file is
/// kept and returned by [`LogWriter::finish`]; [`LogWriter::broken`] tells a long run to give up early.
pub struct LogWriter {
    state: Mutex<State>,
    progress: Arc<dyn Progress>,
    started: Instant,
}

struct State {
    sink: BufWriter<Box<dyn Write + Send>>,
    next: u64,
    bodies: HashSet<String>,
    error: Option<io::Error>,
}

const BUFFER: usize = 1 << 16;

impl LogWriter {
    /// Starts a log in a new file; an older one of the same name is replaced.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn create(path: &Path) -> io::Result<LogWriter> {
        Ok(LogWriter::new(File::create(path)?))
    }

    /// Starts a log in anything that can be written to.
    pub fn new(sink: impl Write + Send + 'static) -> LogWriter {
        let state = State {
            sink: BufWriter::with_capacity(BUFFER, Box::new(sink)),
            next: 0,
            bodies: HashSet::new(),
            error: None,
        };
        LogWriter {
            state: Mutex::new(state),
            progress: Arc::new(Silent),
            started: Instant::now(),
        }
    }

    /// Shows every record to `progress` as well.
    #[must_use]
    pub fn watched_by(mut self, progress: Arc<dyn Progress>) -> LogWriter {
        self.progress = progress;
        self
    }

    /// Writes one event; `scenario` is the id (with its row) that it belongs to. Returns its number.
    pub fn write(&self, scenario: Option<&str>, event: Event) -> u64 {
        self.append(&mut self.lock(), scenario, event)
    }

    /// Writes a body unless the log has it already. Returns the id for exchanges to name it by.
    pub fn body(&self, scenario: Option<&str>, body: Body) -> String {
        let id = body.id.clone();
        let mut state = self.lock();
        if state.bodies.insert(id.clone()) {
            self.append(&mut state, scenario, Event::Body(body));
        }
        id
    }

    /// Whether the file has refused something; the rest of the log is lost.
    pub fn broken(&self) -> bool {
        self.lock().error.is_some()
    }

    /// Hands on what is buffered and closes the log.
    ///
    /// # Errors
    /// The first error that the file gave since the start.
    pub fn finish(&self) -> io::Result<()> {
        let mut state = self.lock();
        let flushed = state.sink.flush();
        self.progress.finish();
        match state.error.take() {
            Some(error) => Err(error),
            None => flushed,
        }
    }

    fn append(&self, state: &mut State, scenario: Option<&str>, event: Event) -> u64 {
        let seq = state.next;
        state.next += 1;
        let ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let record = Record {
            seq,
            ms,
            scenario: scenario.map(str::to_owned),
            event,
        };
        if state.error.is_none()
            && let Err(error) = state.put(&record)
        {
            state.error = Some(error);
        }
        self.progress.record(&record);
        seq
    }

    // A panic elsewhere leaves at worst an unwritten record: the log of everything else is still wanted.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn put(&mut self, record: &Record) -> io::Result<()> {
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        self.sink.write_all(&line)?;
        match record.event {
            Event::RunStarted(_)
            | Event::Exchange(_)
            | Event::ScenarioFinished(_)
            | Event::Undo(_)
            | Event::Undone(_)
            | Event::Interrupted { .. }
            | Event::RunFinished(_) => self.sink.flush(),
            _ => Ok(()),
        }
    }
}

impl Body {
    /// A body for the log, from octets without secrets; no more than `limit` of them are kept.
    ///
    /// `id` is taken from the content, so that equal bodies have equal ids.
    pub fn of(octets: &[u8], limit: usize) -> Body {
        let kept = &octets[..octets.len().min(limit)];
        let cut = kept.len() < octets.len();
        let text = match std::str::from_utf8(kept) {
            Ok(text) => Some(text),
            // A character that only the limit has split is no reason for base64.
            Err(error) if cut && error.error_len().is_none() => {
                std::str::from_utf8(&kept[..error.valid_up_to()]).ok()
            }
            Err(_) => None,
        };
        Body {
            id: content_id(octets),
            text: text.map_or_else(
                || base64::engine::general_purpose::STANDARD.encode(kept),
                str::to_owned,
            ),
            base64: text.is_none(),
            length: octets.len() as u64,
            cut,
        }
    }
}

fn content_id(octets: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, octets);
    let half: Vec<String> = digest.as_ref()[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    half.concat()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::super::model::{RunFinished, StepOutcome};
    use super::super::reader::read_log_from;
    use super::*;
    use crate::event::testing::{Shared, run_started};

    #[test]
    fn tasks_share_it_and_bodies_stand_once() {
        let file = Shared::default();
        let log = LogWriter::new(file.clone());
        log.write(None, Event::RunStarted(run_started()));
        std::thread::scope(|scope| {
            for task in 0..4 {
                let log = &log;
                scope.spawn(move || {
                    for step in 0..50 {
                        let scenario = format!("s{task}");
                        log.body(Some(&scenario), Body::of(format!("body {step}").as_bytes(), 100));
                        let outcome = StepOutcome {
                            step: step.to_string(),
                            name: "n".into(),
                        };
                        log.write(Some(&scenario), Event::Outcome(outcome));
                    }
                });
            }
        });
        log.write(
            None,
            Event::RunFinished(RunFinished {
                exchanges: 0,
                wall_ms: 0,
            }),
        );
        log.finish().unwrap();

        let read = read_log_from(file.bytes().as_slice(), "log").unwrap();
        assert!(read.is_complete());
        let mut bodies = HashMap::<&str, usize>::new();
        for record in &read.records {
            if let Event::Body(body) = &record.event {
                *bodies.entry(&body.text).or_default() += 1;
            }
        }
        assert_eq!(bodies.len(), 50);
        assert!(bodies.values().all(|&count| count == 1));
        assert_eq!(read.records.len(), 1 + 50 + 200 + 1);
    }

    #[test]
    fn what_a_killed_process_leaves_ends_with_the_last_exchange_or_scenario() {
        let file = Shared::default();
        let log = LogWriter::new(file.clone());
        log.write(None, Event::RunStarted(run_started()));
        log.write(
            Some("s"),
            Event::Outcome(StepOutcome {
                step: "a".into(),
                name: "n".into(),
            }),
        );
        std::mem::forget(log);
        let read = read_log_from(file.bytes().as_slice(), "log").unwrap();
        assert_eq!(read.records.len(), 1);
        assert!(!read.is_complete());
    }

    #[test]
    fn the_first_error_is_kept() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let log = LogWriter::new(Full);
        log.write(None, Event::RunStarted(run_started()));
        assert!(log.broken());
        log.write(
            None,
            Event::RunFinished(RunFinished {
                exchanges: 0,
                wall_ms: 0,
            }),
        );
        assert_eq!(log.finish().unwrap_err().kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn bodies_that_are_cut_or_binary() {
        let body = Body::of("aé".as_bytes(), 2);
        assert_eq!(
            (body.text.as_str(), body.base64, body.length, body.cut),
            ("a", false, 3, true)
        );
        let body = Body::of(&[0xff, 0x00], 10);
        assert_eq!((body.text.as_str(), body.base64, body.cut), ("/wA=", true, false));
        assert_eq!(Body::of(b"x", 9).id, Body::of(b"x", 9).id);
        assert_ne!(Body::of(b"xy", 1).id, Body::of(b"xz", 1).id);
    }
}
