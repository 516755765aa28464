//! `calconform diff`: what changed between two runs.

use std::io::Write;

use camino::Utf8PathBuf;

use super::report::log_file;
use super::{CliError, Exit, Term};
use crate::event::read_log;
use crate::report::{DiffForm, diff};

/// Tell what changed between two runs: better, worse, appeared, disappeared, no longer found out
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  calconform diff before/run.jsonl calconform-out/run.jsonl
  calconform diff --format markdown before/ after/ >> \"$GITHUB_STEP_SUMMARY\"

Exit codes:
  0  nothing got worse
  1  something did, or is not found out any more
  2  a log cannot be read")]
pub struct Args {
    /// Log of the earlier run, or the directory that has it as run.jsonl
    #[arg(value_name = "OLD.jsonl")]
    old: Utf8PathBuf,

    /// Log of the later run
    #[arg(value_name = "NEW.jsonl")]
    new: Utf8PathBuf,

    /// How it is written
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Lists for a terminal
    Human,
    /// Tables for the summary of a job
    Markdown,
    /// Workflow commands that annotate
    Github,
}

/// Writes the difference to standard output.
///
/// # Errors
/// When a log cannot be read.
pub fn main(args: &Args, term: &Term) -> Result<Exit, CliError> {
    let old = read_log(log_file(&args.old).as_std_path())?;
    let new = read_log(log_file(&args.new).as_std_path())?;
    let form = match args.format {
        Format::Human => DiffForm::Console {
            styles: term.styles(),
            width: term.width(),
        },
        Format::Markdown => DiffForm::Markdown,
        Format::Github => DiffForm::Github,
    };
    let (text, bad) = diff(&old, &new, form);
    let mut out = term.out();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(match bad {
        true => Exit::Unexpected,
        false => Exit::Expected,
    })
}
