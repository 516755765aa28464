//! Reading a log back.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use serde::Deserialize;

use super::model::{Event, OLDEST_SCHEMA, Record, RunStarted, SCHEMA_VERSION};

/// How much of a log is read before it is given up.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Octets of one line.
    pub line: u64,
    /// Octets of the whole log.
    pub total: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            line: 64 << 20,
            total: 1 << 30,
        }
    }
}

/// A log that was read: at least its first event.
#[derive(Debug, Clone, PartialEq)]
pub struct RunLog {
    pub records: Vec<Record>,
    /// The line in whose middle the log stops.
    pub cut_in_line: Option<usize>,
}

impl RunLog {
    /// Whether it goes on to its [`Event::RunFinished`].
    pub fn is_complete(&self) -> bool {
        self.cut_in_line.is_none()
            && matches!(
                self.records.last(),
                Some(Record {
                    event: Event::RunFinished(_),
                    ..
                })
            )
    }

    /// What the run was about.
    pub fn header(&self) -> Option<&RunStarted> {
        match self.records.first() {
            Some(Record {
                event: Event::RunStarted(started),
                ..
            }) => Some(started),
            _ => None,
        }
    }
}

/// Why a log cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error("cannot read {file}: {source}")]
    Io { file: String, source: std::io::Error },
    #[error("{file}: the log is empty: not even its first event was written")]
    Empty { file: String },
    #[error("{file}:{line}:{column}: not an event of a run log: {message}")]
    NotAnEvent {
        file: String,
        line: usize,
        column: usize,
        message: String,
    },
    #[error(
        "{file}:{line}: expected the event run-started first: not a run log, or its beginning is missing"
    )]
    NoHeader { file: String, line: usize },
    #[error(
        "{file}:{line}: the log has schema version {found}, this calconform reads {SCHEMA_VERSION}: use the \
         calconform that wrote it"
    )]
    Schema { file: String, line: usize, found: u32 },
    #[error("{file}:{line}: expected event number {expected}, found {found}: lines are missing or doubled")]
    Gap {
        file: String,
        line: usize,
        expected: u64,
        found: u64,
    },
    #[error("{file}:{line}: the line is longer than {limit} octets")]
    LineTooLong { file: String, line: usize, limit: u64 },
    #[error("{file}:{line}: the log is longer than {limit} octets")]
    TooLong { file: String, line: usize, limit: u64 },
}

/// What every gzip member begins with (RFC 1952 section 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// How many octets a compressed log may have for each octet of its file. Logs have about fifteen; a file that was made to
/// fill memory has a thousand.
const MOST_PER_OCTET: u64 = 200;
/// A compressed log of a few events may be of any ratio.
const SMALL: u64 = 1 << 20;

/// Reads a log from a file, compressed with gzip or not: its first octets tell.
///
/// # Errors
/// When it cannot be read, has another schema version, or a line of it is no event; a last line that stops in
/// its middle is no error, see [`RunLog::cut_in_line`].
pub fn read_log(path: &Path) -> Result<RunLog, LogError> {
    let name = path.display().to_string();
    let failed = |source| LogError::Io {
        file: name.clone(),
        source,
    };
    let file = File::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    let mut source = BufReader::new(file);
    if !source.fill_buf().map_err(failed)?.starts_with(&GZIP) {
        return read_log_from(source, &name);
    }
    let limits = Limits::default();
    let limits = Limits {
        total: limits.total.min(size.saturating_mul(MOST_PER_OCTET).max(SMALL)),
        ..limits
    };
    read_within(BufReader::new(MultiGzDecoder::new(source)), &name, limits)
}

/// Reads a log from anything, uncompressed; `name` is what errors call it.
///
/// # Errors
/// As [`read_log`].
pub fn read_log_from(source: impl BufRead, name: &str) -> Result<RunLog, LogError> {
    read_within(source, name, Limits::default())
}

fn read_within(mut source: impl BufRead, name: &str, limits: Limits) -> Result<RunLog, LogError> {
    let file = || name.to_owned();
    let mut records = Vec::new();
    let mut buffer = Vec::new();
    let mut total = 0;
    let mut number = 0;
    loop {
        buffer.clear();
        let line = (&mut source).take(limits.line + 1).read_until(b'\n', &mut buffer);
        let got = match line {
            Ok(got) => got as u64,
            // The end of a compressed file is missing.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof && number > 0 => {
                return Ok(RunLog {
                    records,
                    cut_in_line: Some(number + 1),
                });
            }
            Err(source) => return Err(LogError::Io { file: file(), source }),
        };
        if got == 0 {
            break;
        }
        number += 1;
        total += got;
        if got > limits.line {
            return Err(LogError::LineTooLong {
                file: file(),
                line: number,
                limit: limits.line,
            });
        }
        if total > limits.total {
            return Err(LogError::TooLong {
                file: file(),
                line: number,
                limit: limits.total,
            });
        }
        let whole = buffer.ends_with(b"\n");
        if number == 1 {
            check_schema(&buffer, name)?;
        }
        let record: Record = match serde_json::from_slice(&buffer) {
            Ok(record) => record,
            Err(_) if !whole && number > 1 => {
                return Ok(RunLog {
                    records,
                    cut_in_line: Some(number),
                });
            }
            Err(_) if !whole && looks_like_an_event(&buffer) => return Err(LogError::Empty { file: file() }),
            Err(error) => {
                let (column, message) = (error.column().max(1), without_place(&error));
                return Err(LogError::NotAnEvent {
                    file: file(),
                    line: number,
                    column,
                    message,
                });
            }
        };
        if number == 1 && !matches!(record.event, Event::RunStarted(_)) {
            return Err(LogError::NoHeader {
                file: file(),
                line: number,
            });
        }
        let expected = records.len() as u64;
        if record.seq != expected {
            return Err(LogError::Gap {
                file: file(),
                line: number,
                expected,
                found: record.seq,
            });
        }
        records.push(record);
    }
    if records.is_empty() {
        return Err(LogError::Empty { file: file() });
    }
    Ok(RunLog {
        records,
        cut_in_line: None,
    })
}

// Before the event itself is looked at: another version may have other fields.
fn check_schema(line: &[u8], name: &str) -> Result<(), LogError> {
    #[derive(Deserialize)]
    struct Schema {
        schema: u32,
    }
    match serde_json::from_slice::<Schema>(line) {
        Ok(Schema { schema }) if !(OLDEST_SCHEMA..=SCHEMA_VERSION).contains(&schema) => {
            Err(LogError::Schema {
                file: name.to_owned(),
                line: 1,
                found: schema,
            })
        }
        _ => Ok(()),
    }
}

fn looks_like_an_event(line: &[u8]) -> bool {
    let beginning = br#"{"seq":0"#;
    beginning.starts_with(&line[..line.len().min(beginning.len())])
}

fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const HEADER: &str = r#"{"seq":0,"ms":0,"event":"run-started","schema":1,"version":"0.1.0","started":"2026-11-02T09:00:00Z","target":"t","base_url":"http://127.0.0.1/","specification":"caldav-sched-10","selection":[],"seed":1,"jobs":1,"repeat":1}"#;
    const OUTCOME: &str = r#"{"seq":1,"ms":2,"scenario":"s","event":"outcome","step":"a","name":"é"}"#;
    const END: &str = r#"{"seq":2,"ms":3,"event":"run-finished","exchanges":1,"wall_ms":3}"#;

    fn read(text: &[u8]) -> Result<RunLog, LogError> {
        read_log_from(text, "run.jsonl")
    }

    #[test]
    fn a_log_cut_anywhere_still_reads_and_says_so() {
        let log = format!("{HEADER}\n{OUTCOME}\n{END}\n").into_bytes();
        assert!(read(&log).unwrap().is_complete());
        let last = log.len() - 1;
        assert!(
            read(&log[..last]).unwrap().is_complete(),
            "only the last line end is missing"
        );
        for end in HEADER.len() + 1..last {
            let part = read(&log[..end]).unwrap();
            assert!(!part.is_complete(), "cut after {end}");
            assert_eq!(part.header().unwrap().target, "t");
        }
        for end in 0..HEADER.len() {
            assert!(
                matches!(read(&log[..end]), Err(LogError::Empty { .. })),
                "cut after {end}"
            );
        }
    }

    #[rstest]
    #[case::text("hello\n".into(), "run.jsonl:1:1: not an event of a run log: expected value")]
    #[case::unterminated_text("hello".into(), "run.jsonl:1:1: not an event")]
    #[case::other_version(HEADER.replace("\"schema\":1", "\"schema\":7,\"new\":[]") + "\n", "run.jsonl:1: the log has schema version 7")]
    #[case::later(format!("{}\n", END.replace("\"seq\":2", "\"seq\":0")), "run.jsonl:1: expected the event run-started first")]
    #[case::unknown_event(format!("{HEADER}\n{}\n", OUTCOME.replace("outcome", "outcry")), "run.jsonl:2:")]
    #[case::unknown_event_named(format!("{HEADER}\n{}\n", OUTCOME.replace("outcome", "outcry")), "unknown variant `outcry`")]
    #[case::blank_line(format!("{HEADER}\n\n{OUTCOME}\n"), "run.jsonl:2:")]
    #[case::missing(format!("{HEADER}\n{END}\n"), "run.jsonl:2: expected event number 1, found 2")]
    #[case::doubled(format!("{HEADER}\n{OUTCOME}\n{OUTCOME}\n"), "run.jsonl:3: expected event number 2, found 1")]
    fn what_is_no_log_is_refused_with_its_place(#[case] text: String, #[case] message: &str) {
        let error = read(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }

    #[test]
    fn bounded() {
        let log = format!("{HEADER}\n{OUTCOME}\n{END}\n");
        let limits = |line, total| read_within(log.as_bytes(), "x", Limits { line, total });
        assert!(matches!(
            limits(50, 1000),
            Err(LogError::LineTooLong { line: 1, .. })
        ));
        assert!(matches!(
            limits(1000, HEADER.len() as u64 + 20),
            Err(LogError::TooLong { line: 2, .. })
        ));
        assert!(limits(1000, 1000).is_ok());
    }
}
