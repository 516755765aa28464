//! `calconform expect`: writes down what a run came to as expected, or brings what is written up to date.

use std::io::Write;

use camino::{Utf8Path, Utf8PathBuf};

use super::expectations::explained;
use super::report::load;
use super::{CliError, Exit, Term};
use crate::event::{Ending, RunLog, ending, roll_up};
use crate::expect::{Change, File, Options, Update, update, write};
use crate::report::visible;

/// Write down as expected what failed in a run, or bring expect.yaml up to date
///
/// What still holds stays as it is, with its reasons and comments. New entries are added at the end; their reasons are to be
/// written by you. Entries that no longer hold are named, and removed with --prune.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  calconform expect calconform-out/                            expect.yaml beside the target file of that run
  calconform expect calconform-out/run.jsonl -o expect.yaml    a file that `run --expect expect.yaml` takes
  calconform expect calconform-out/ --dry-run --prune          what would be written and removed
  calconform expect part-1 part-2 part-3 -o expect.yaml        a run in parts

Exit codes: 0 the file is up to date, 2 it cannot be read or written, 4 the run has nothing to be expected.")]
pub struct Args {
    /// A run's log, or the directory that has it as run.jsonl; of a run in parts (`run --shard`), those of all parts
    #[arg(value_name = "RUN.jsonl", required = true)]
    logs: Vec<Utf8PathBuf>,

    /// The file to write; that of the run if absent
    #[arg(long, short, value_name = "FILE")]
    output: Option<Utf8PathBuf>,

    /// Warnings too, although they are allowed: so that it is told when one goes away
    #[arg(long)]
    warnings: bool,

    /// What a new entry is for; one for a requirement holds while any of its checks does not pass
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = By::Check)]
    by: By,

    /// Remove entries that no longer hold
    #[arg(long)]
    prune: bool,

    /// The reason of new entries
    #[arg(long, value_name = "TEXT", default_value = "TODO", value_parser = reason)]
    reason: String,

    /// Say what would be changed, and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum By {
    Check,
    Requirement,
}

fn reason(text: &str) -> Result<String, &'static str> {
    match text.trim() {
        "" => Err("a reason has words"),
        text => Ok(text.to_owned()),
    }
}

/// Writes the file, and what is different in it to standard output.
///
/// # Errors
/// When log or file cannot be read, or the file cannot be edited or written.
pub fn main(args: &Args, term: &Term) -> Result<Exit, CliError> {
    let log = load(&args.logs)?;
    if matches!(
        ending(&roll_up(&log.records)),
        Ending::TargetLost | Ending::NothingJudged
    ) {
        return Err(CliError::NothingJudged(
            "nothing was judged in this run: there is nothing to be expected of the target".to_owned(),
        ));
    }
    let path = place(args, &log)?;
    let file = match path.exists() {
        true => File::load(&path).map_err(|error| explained(error, term))?,
        false => File::empty(&path),
    };
    let options = Options {
        warnings: args.warnings,
        by_requirement: args.by == By::Requirement,
        prune: args.prune,
        reason: args.reason.clone(),
    };
    let update = update(&file, &log.records, &options).map_err(|error| CliError::Usage(error.to_string()))?;
    if !args.dry_run && file.source() != update.text {
        write(&path, &update.text).map_err(|source| CliError::File {
            action: "write",
            path: path.to_string(),
            source,
        })?;
    }
    tell(&update, &path, args, term)
}

/// Where the file is: as told, or where the run looked for it.
fn place(args: &Args, log: &RunLog) -> Result<Utf8PathBuf, CliError> {
    let of_run = log.header().and_then(|header| header.expectations.as_ref());
    let of_run = of_run.map(|expectations| Utf8PathBuf::from(&expectations.file));
    args.output.clone().or(of_run).ok_or_else(|| {
        CliError::Usage(
            "this run had no target file, so there is no place beside one: say where to write with -o FILE"
                .to_owned(),
        )
    })
}

fn tell(update: &Update, path: &Utf8Path, args: &Args, term: &Term) -> Result<Exit, CliError> {
    let mut out = term.out();
    let mut stale = 0;
    for change in &update.changes {
        let (word, text) = match change {
            Change::Added { check, verdict } => ("added", format!("{check}  {verdict}")),
            Change::Changed { check, verdict } => ("changed", format!("{check}  {verdict}")),
            Change::Removed { why, .. } => ("removed", why.clone()),
            Change::Stale { why, .. } => {
                stale += 1;
                ("stale", why.clone())
            }
        };
        writeln!(out, "{word:8} {}", visible(&text).replace('\n', " "))?;
    }
    let count = |wanted: fn(&Change) -> bool| update.changes.iter().filter(|change| wanted(change)).count();
    let added = count(|change| matches!(change, Change::Added { .. }));
    let changed = count(|change| matches!(change, Change::Changed { .. }));
    let removed = count(|change| matches!(change, Change::Removed { .. }));
    let mut said = format!(
        "{path}: {added} added, {changed} changed, {removed} removed, {} as before",
        update.kept
    );
    match (stale, args.prune) {
        (0, _) => {}
        (_, false) => said += &format!(", {stale} no longer holding (--prune removes what can go)"),
        (_, true) => said += &format!(", {stale} expired, for you to decide"),
    }
    if args.dry_run {
        said += "; nothing is written (--dry-run)";
    } else if added > 0 && args.reason == "TODO" {
        said += "; write their reasons now";
    }
    writeln!(out, "{said}")?;
    out.flush()?;
    Ok(Exit::Expected)
}
