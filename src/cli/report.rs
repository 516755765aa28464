//! `calconform report`: the reports of a run again, from its log alone.

use std::io::Write;

use camino::{Utf8Path, Utf8PathBuf};

use super::{CliError, Exit, SnapshotArgs, Term};
use crate::event::{RunLog, ending, merge, packed, read_log, roll_up};
use crate::report::{ConsoleOptions, console, github, html, junit, markdown, results, sarif};

/// Make the reports of a run again from its log
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  calconform report calconform-out/                 what the run printed
  calconform report --verbose calconform-out/run.jsonl --out again/
  calconform report part-1/ part-2/ part-3/ --out whole/
                                                    the parts of `run --shard` as one run
  calconform report calconform-out/ --files sarif,junit --out ci/
  calconform report calconform-out/ --format github annotate the scenarios in a pull request

Exit codes: those of the run; 2 a log cannot be read, or parts do not belong together.")]
pub struct Args {
    /// A run's log, compressed or not, or the directory that has it; of a run in parts (`run --shard`), those of all parts
    #[arg(value_name = "RUN.jsonl", required = true)]
    logs: Vec<Utf8PathBuf>,

    /// Directory for the files, made if need be; without it only the console report is written
    #[arg(long, value_name = "DIR")]
    out: Option<Utf8PathBuf>,

    #[command(flatten)]
    output: Output,

    #[command(flatten)]
    snapshots: SnapshotArgs,

    /// A line for each scenario, and warnings with their exchanges
    #[arg(long, short)]
    verbose: bool,
}

/// Writes the reports and ends as the run itself did.
///
/// # Errors
/// When the log cannot be read or a report cannot be written.
pub fn main(args: &Args, term: &Term) -> Result<Exit, CliError> {
    let snapshots = args.snapshots.open()?;
    let log = load(&args.logs)?;
    args.output.print(&log, term, args.verbose)?;
    if let Some(directory) = &args.out {
        args.output.write(&log, directory)?;
    }
    let news = snapshots.compare(&log)?;
    write!(term.err(), "{}", snapshots.tell(&news, args.verbose))?;
    Ok(snapshots.exit(ending(&roll_up(&log.records)).into(), &news))
}

/// What a run or a log is turned into.
#[derive(Debug, clap::Args)]
pub struct Output {
    /// What is printed
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,

    /// Which files are written beside the log
    #[arg(long, value_enum, value_name = "FILES", value_delimiter = ',', default_values_t = File::DEFAULT)]
    files: Vec<File>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Failure cards and totals
    Human,
    /// Workflow commands that annotate the scenarios in a pull request
    Github,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum File {
    /// index.html, to be opened in a browser
    Html,
    /// results.json, described by `calconform schema results`
    Json,
    /// junit.xml
    Junit,
    /// report.md, for the summary of a job
    Markdown,
    /// results.sarif
    Sarif,
    /// run.jsonl.gz, the log itself, compressed for publishing
    Log,
}

impl File {
    const DEFAULT: [File; 4] = [File::Html, File::Json, File::Junit, File::Markdown];

    fn name(self) -> &'static str {
        match self {
            File::Html => "index.html",
            File::Json => "results.json",
            File::Junit => "junit.xml",
            File::Markdown => "report.md",
            File::Sarif => "results.sarif",
            File::Log => PACKED,
        }
    }

    fn content(self, log: &RunLog) -> Vec<u8> {
        let text = match self {
            File::Html => html(log),
            File::Json => results(log),
            File::Junit => junit(log),
            File::Markdown => markdown(log),
            File::Sarif => sarif(log),
            File::Log => return packed(log),
        };
        text.into_bytes()
    }
}

impl Output {
    /// Writes to standard output what is to be printed.
    ///
    /// # Errors
    /// When standard output takes nothing; a reader that went away is none.
    pub fn print(&self, log: &RunLog, term: &Term, verbose: bool) -> Result<(), CliError> {
        let text = match self.format {
            Format::Human => {
                let options = ConsoleOptions {
                    verbose,
                    styles: term.styles(),
                    width: term.width(),
                };
                console(log, options)
            }
            Format::Github => github(log),
        };
        let mut out = term.out();
        out.write_all(text.as_bytes())?;
        Ok(out.flush()?)
    }

    /// Writes the files into a directory, which is made if need be.
    ///
    /// # Errors
    /// When directory or file cannot be written.
    pub fn write(&self, log: &RunLog, directory: &Utf8Path) -> Result<(), CliError> {
        let failed = |action, path: &Utf8Path| {
            let path = path.to_string();
            move |source| CliError::File { action, path, source }
        };
        std::fs::create_dir_all(directory).map_err(failed("make", directory))?;
        for kind in &self.files {
            let file = directory.join(kind.name());
            std::fs::write(&file, kind.content(log)).map_err(failed("write", &file))?;
        }
        Ok(())
    }
}

/// The log of a run, or of all its parts.
///
/// # Errors
/// When one cannot be read, or they do not belong together.
pub(super) fn load(logs: &[Utf8PathBuf]) -> Result<RunLog, CliError> {
    let mut parts = Vec::new();
    for given in logs {
        let file = log_file(given);
        parts.push((file.to_string(), read_log(file.as_std_path())?));
    }
    merge(parts).map_err(|error| CliError::Usage(error.to_string()))
}

/// The log of a run in its directory, compressed.
pub(super) const PACKED: &str = "run.jsonl.gz";

/// The log that an argument means: a directory has it as `run.jsonl`, or compressed.
pub(super) fn log_file(given: &Utf8Path) -> Utf8PathBuf {
    if given.is_dir() {
        let file = given.join("run.jsonl");
        let packed = given.join(PACKED);
        if packed.is_file() && !file.exists() {
            packed
        } else {
            file
        }
    } else {
        given.to_owned()
    }
}
