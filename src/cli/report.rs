//! `calconform report`: the reports of a run again, from its log alone.

use std::io::Write;

use camino::{Utf8Path, Utf8PathBuf};

use super::{CliError, Exit, Term};
use crate::event::{RunLog, ending, read_log, roll_up};
use crate::report::{ConsoleOptions, console, junit};

/// Make the reports of a run again from its log
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A run's log, or the directory that has it as run.jsonl
    #[arg(value_name = "RUN.jsonl")]
    log: Utf8PathBuf,

    /// Directory for junit.xml, made if need be; without it only the console report is written
    #[arg(long, value_name = "DIR")]
    out: Option<Utf8PathBuf>,

    /// A line for each scenario, and warnings with their exchanges
    #[arg(long, short)]
    verbose: bool,
}

/// Writes the reports and ends as the run itself did.
///
/// # Errors
/// When the log cannot be read or a report cannot be written.
pub fn main(args: &Args, term: &Term) -> Result<Exit, CliError> {
    let log = read_log(log_file(&args.log).as_std_path())?;
    write_console(&log, term, args.verbose)?;
    if let Some(directory) = &args.out {
        write_junit(&log, directory)?;
    }
    Ok(ending(&roll_up(&log.records)).into())
}

/// Writes the console report to standard output.
///
/// # Errors
/// When standard output takes nothing; a reader that went away is none.
pub fn write_console(log: &RunLog, term: &Term, verbose: bool) -> Result<(), CliError> {
    let options = ConsoleOptions {
        verbose,
        styles: term.styles(),
        width: term.width(),
    };
    let mut out = term.out();
    out.write_all(console(log, options).as_bytes())?;
    Ok(out.flush()?)
}

/// Writes `junit.xml` into a directory, which is made if need be.
///
/// # Errors
/// When directory or file cannot be written.
pub fn write_junit(log: &RunLog, directory: &Utf8Path) -> Result<(), CliError> {
    let failed = |action, path: &Utf8Path| {
        let path = path.to_string();
        move |source| CliError::File { action, path, source }
    };
    std::fs::create_dir_all(directory).map_err(failed("make", directory))?;
    let file = directory.join("junit.xml");
    std::fs::write(&file, junit(log)).map_err(failed("write", &file))
}

fn log_file(given: &Utf8Path) -> Utf8PathBuf {
    if given.is_dir() {
        given.join("run.jsonl")
    } else {
        given.to_owned()
    }
}
