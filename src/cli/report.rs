//! `calconform report`: the reports of a run again, from its log alone.

use camino::{Utf8Path, Utf8PathBuf};

use super::{CliError, Exit, Term};
use crate::event::{ending, read_log, roll_up};

/// Make the reports of a run again from its log
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A run's log, or the directory that has it as run.jsonl
    #[arg(value_name = "RUN.jsonl")]
    log: Utf8PathBuf,
}

/// Reads the log and ends as the run itself did.
///
/// # Errors
/// When the log cannot be read.
pub fn main(args: &Args, _term: &Term) -> Result<Exit, CliError> {
    let log = read_log(log_file(&args.log).as_std_path())?;
    Ok(ending(&roll_up(&log.records)).into())
}

fn log_file(given: &Utf8Path) -> Utf8PathBuf {
    if given.is_dir() {
        given.join("run.jsonl")
    } else {
        given.to_owned()
    }
}
