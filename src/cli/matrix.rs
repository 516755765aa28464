//! `calconform matrix`: runs of several targets side by side.

use std::collections::BTreeMap;
use std::io::Write;

use camino::{Utf8Path, Utf8PathBuf};

use super::report::{PACKED, log_file};
use super::{CliError, Exit, Term, counted};
use crate::event::{RunLog, merge, packed, read_log};
use crate::report::{Matrix, html_in_matrix};

/// Put the runs of several targets side by side, requirement by requirement
///
/// Writes index.html, matrix.md and matrix.json (described by `calconform schema matrix`), and for each target a directory
/// with the report of its run and its compressed log, into which the cells of index.html lead.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  calconform matrix cyrus/ davical/ xandikos/       three runs, each a directory with run.jsonl
  calconform matrix --out reports */run.jsonl       where everything is written to
  calconform matrix --out reports reports/*/        the same again from its own compressed logs

Exit codes: 0 the matrix is written, whatever the runs found; 2 a log cannot be read or a file cannot be written.")]
pub struct Args {
    /// A run's log, compressed or not, or the directory that has it: the columns, in this order. The parts of a run in parts
    /// (`run --shard`) become one column
    #[arg(value_name = "RUN.jsonl", required = true)]
    logs: Vec<Utf8PathBuf>,

    /// Directory for the files, made if need be; what is in it already and is not of this matrix stays
    #[arg(long, value_name = "DIR", default_value = "calconform-out/matrix")]
    out: Utf8PathBuf,
}

/// Writes the files.
///
/// # Errors
/// When a log cannot be read, or a file cannot be written.
pub fn main(args: &Args, term: &Term) -> Result<Exit, CliError> {
    let logs = columns(&args.logs)?;
    let matrix = Matrix::of(&logs);
    for (log, directory) in logs.iter().zip(matrix.directories()) {
        let directory = args.out.join(directory);
        write(&directory, "index.html", html_in_matrix(log).as_bytes())?;
        write(&directory, PACKED, &packed(log))?;
    }
    write(&args.out, "matrix.json", matrix.json().as_bytes())?;
    write(&args.out, "matrix.md", matrix.markdown().as_bytes())?;
    write(&args.out, "index.html", matrix.html().as_bytes())?;
    let targets = counted(logs.len(), "target");
    writeln!(
        term.err(),
        "{targets} side by side: {}",
        args.out.join("index.html")
    )?;
    Ok(Exit::Expected)
}

/// The runs, those in parts put together at the place of their first part.
fn columns(given: &[Utf8PathBuf]) -> Result<Vec<RunLog>, CliError> {
    let mut columns: Vec<Vec<(String, RunLog)>> = Vec::new();
    let mut in_parts: BTreeMap<String, usize> = BTreeMap::new();
    for argument in given {
        let file = log_file(argument);
        let log = read_log(file.as_std_path())?;
        let part_of = log.header().filter(|header| header.shard.is_some());
        let place = match part_of {
            Some(header) => *in_parts.entry(header.target.clone()).or_insert(columns.len()),
            None => columns.len(),
        };
        if place == columns.len() {
            columns.push(Vec::new());
        }
        columns[place].push((file.to_string(), log));
    }
    let merged = columns.into_iter().map(merge);
    merged
        .map(|merged| merged.map_err(|error| CliError::Usage(error.to_string())))
        .collect()
}

fn write(directory: &Utf8Path, name: &str, octets: &[u8]) -> Result<(), CliError> {
    let failed = |action, path: &Utf8Path| {
        let path = path.to_string();
        move |source| CliError::File { action, path, source }
    };
    std::fs::create_dir_all(directory).map_err(failed("make", directory))?;
    let file = directory.join(name);
    std::fs::write(&file, octets).map_err(failed("write", &file))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::testing::run_started;
    use crate::event::{Event, Record, RunFinished, Shard};

    fn log(target: &str, shard: Option<&str>) -> RunLog {
        let mut started = run_started();
        started.target = target.into();
        started.shard = shard.map(|shard| shard.parse::<Shard>().unwrap());
        let finished = RunFinished {
            exchanges: 0,
            wall_ms: 0,
        };
        let events = [Event::RunStarted(started), Event::RunFinished(finished)];
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

    /// A directory for each log, compressed.
    fn stored(logs: &[RunLog]) -> (tempfile::TempDir, Vec<Utf8PathBuf>) {
        let root = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(root.path()).unwrap();
        let directories: Vec<_> = (0..logs.len())
            .map(|number| path.join(number.to_string()))
            .collect();
        for (log, directory) in logs.iter().zip(&directories) {
            write(directory, PACKED, &packed(log)).unwrap();
        }
        (root, directories)
    }

    #[test]
    fn the_parts_of_a_run_are_one_column() {
        let logs = [
            log("a", Some("2/2")),
            log("b", None),
            log("a", Some("1/2")),
            log("b", None),
        ];
        let (_root, directories) = stored(&logs);
        let columns = columns(&directories).unwrap();
        let targets = columns.iter().map(|log| log.header().unwrap().target.as_str());
        assert_eq!(targets.collect::<Vec<_>>(), ["a", "b", "b"]);
        assert_eq!(columns[0].header().unwrap().shard, None);
    }

    #[test]
    fn a_missing_part_is_told() {
        let (_root, directories) = stored(&[log("a", Some("1/3")), log("b", None)]);
        // A part alone is a run of its own, as it is for `report`.
        assert_eq!(columns(&directories).unwrap().len(), 2);
        let (_root, directories) = stored(&[log("a", Some("1/3")), log("a", Some("3/3"))]);
        let error = columns(&directories).unwrap_err().to_string();
        assert!(error.contains("2/3"), "{error}");
    }
}
