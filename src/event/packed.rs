//! A log as it is published: compressed.

use std::io::Write;

use flate2::{Compression, GzBuilder};

use super::reader::RunLog;

/// The log compressed with gzip; equal logs become equal octets. [`super::read_log`] reads it.
pub fn packed(log: &RunLog) -> Vec<u8> {
    // Neither name nor time of a file.
    let mut packer = GzBuilder::new().write(Vec::new(), Compression::best());
    for record in &log.records {
        // Memory takes everything, and events are what JSON can say.
        if serde_json::to_writer(&mut packer, record).is_ok() {
            let _ = packer.write_all(b"\n");
        }
    }
    packer.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::model::{Event, Record, RunFinished};
    use super::super::reader::{LogError, read_log};
    use super::*;
    use crate::event::testing::run_started;

    fn log() -> RunLog {
        let finished = RunFinished {
            exchanges: 0,
            wall_ms: 3,
        };
        let events = [Event::RunStarted(run_started()), Event::RunFinished(finished)];
        let record = |(seq, event)| Record {
            seq,
            ms: 0,
            scenario: None,
            event,
        };
        RunLog {
            records: (0..).zip(events).map(record).collect(),
            cut_in_line: None,
        }
    }

    fn read(octets: &[u8]) -> Result<RunLog, LogError> {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("any-name");
        std::fs::write(&file, octets).unwrap();
        read_log(&file)
    }

    #[test]
    fn reads_back_as_it_was() {
        assert_eq!(read(&packed(&log())).unwrap(), log());
        assert_eq!(packed(&log()), packed(&log()));
    }

    #[test]
    fn without_its_end_it_is_incomplete() {
        let octets = packed(&log());
        let part = read(&octets[..octets.len() - 4]).unwrap();
        assert!(!part.is_complete());
        assert_eq!(part.header(), log().header());
    }

    #[test]
    fn what_unpacks_to_very_much_is_given_up() {
        let mut octets = packed(&log());
        let mut packer = GzBuilder::new().write(Vec::new(), Compression::best());
        packer.write_all(&[b' '; 4 << 20]).unwrap();
        octets.extend(packer.finish().unwrap());
        assert!(matches!(read(&octets), Err(LogError::TooLong { line: 3, .. })));
    }

    #[test]
    fn what_is_damaged_is_refused() {
        let mut octets = packed(&log());
        octets[20] ^= 0xff;
        let error = read(&octets).unwrap_err().to_string();
        assert!(error.contains("any-name"), "{error}");
    }
}
