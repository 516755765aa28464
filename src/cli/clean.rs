//! `calconform clean`: bring back what was before runs that could not clean up.

use std::collections::BTreeMap;
use std::io::Write;

use camino::{Utf8Path, Utf8PathBuf};

use super::report::log_file;
use super::target::TargetArgs;
use super::{CliError, Exit, Term, counted};
use crate::event::{RunLog, Undo, Verdict, read_log};
use crate::report::visible;
use crate::run::{Cleaned, ThingKind, clean, outstanding};
use crate::target::Target;

/// Remove from a server what runs have left, and put back the properties that they changed
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    target: TargetArgs,

    /// Logs (or directories with a run.jsonl) of runs that were cut off: they tell which properties to put back.
    /// calconform-out, if it is there and of this target
    #[arg(value_name = "RUN.jsonl")]
    logs: Vec<Utf8PathBuf>,

    /// Only say what would be done
    #[arg(long, short = 'n')]
    dry_run: bool,
}

const EXAMPLES: &str = "\
Examples:
  calconform clean --target target.toml             after a run that was killed, or whose server was
  calconform clean --target target.toml --dry-run
  calconform clean --target http://127.0.0.1:8101/ --user user01:user01 --user user02:user02 my-run/

What has a UID or a collection's name of a run (calconform-, twelve hexadecimal digits, -, five digits) is removed, whichever
run it was: attendees' copies first and silently, then organizers' objects, Inbox items and collections. Everything else stays.
Exit codes: 0 nothing is left, 1 something is, 2 usage, 3 the server could not be reached.";

/// The log of `calconform run` without --out.
const USUAL: &str = "calconform-out";

/// Cleans and says what was done.
///
/// # Errors
/// Wrong arguments, a log that cannot be read or is of another target, a server that cannot be reached.
pub fn main(args: &Args, term: &Term) -> Result<Exit, CliError> {
    let Some(target) = args.target.read()? else {
        let message = "clean needs --target: the built-in server keeps nothing".to_owned();
        return Err(CliError::Usage(message));
    };
    let logs = logs(args, &target)?;
    let undo: Vec<Undo> = logs.iter().flat_map(Noted::undo).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let cleaned = runtime.block_on(clean(target, undo, args.dry_run))?;
    show(&cleaned, args.dry_run, term)?;
    let is_undone = !cleaned
        .left
        .iter()
        .any(|thing| thing.kind == ThingKind::Properties);
    if !args.dry_run && is_undone {
        logs.iter().try_for_each(Noted::remember)?;
    }
    match cleaned.left.is_empty() && cleaned.problems.is_empty() {
        true => Ok(Exit::Expected),
        false => Ok(Exit::Unexpected),
    }
}

/// A log, and whether what it tells was undone before.
struct Noted {
    path: Utf8PathBuf,
    log: RunLog,
}

impl Noted {
    /// What is noted beside the log when it is undone, so that a later clean-up does not undo what was chosen since.
    fn note(&self) -> (Utf8PathBuf, String) {
        let started = self.log.header().map_or("", |header| header.started.as_str());
        let note = format!("undone: run of {started}, {} records\n", self.log.records.len());
        (Utf8PathBuf::from(format!("{}.undone", self.path)), note)
    }

    fn undo(&self) -> Vec<Undo> {
        let (file, note) = self.note();
        match std::fs::read_to_string(file) {
            Ok(found) if found == note => Vec::new(),
            _ => outstanding(&self.log.records),
        }
    }

    fn remember(&self) -> Result<(), CliError> {
        if self.undo().is_empty() {
            return Ok(());
        }
        let (file, note) = self.note();
        std::fs::write(&file, note).map_err(|source| CliError::File {
            action: "write",
            path: file.to_string(),
            source,
        })
    }
}

fn logs(args: &Args, target: &Target) -> Result<Vec<Noted>, CliError> {
    let is_of = |log: &RunLog| {
        log.header()
            .is_some_and(|header| header.base_url == target.base.as_str())
    };
    let usual = log_file(Utf8Path::new(USUAL));
    if args.logs.is_empty() {
        // Whatever is wrong with it: nobody has asked for it.
        let log = read_log(usual.as_std_path()).ok().filter(is_of);
        return Ok(log
            .into_iter()
            .map(|log| Noted {
                path: usual.clone(),
                log,
            })
            .collect());
    }
    let mut logs = Vec::new();
    for given in &args.logs {
        let path = log_file(given);
        let log = read_log(path.as_std_path())?;
        if !is_of(&log) {
            let other = log.header().map_or("", |header| header.base_url.as_str());
            let message = format!("{path} is of {}, not of {}", visible(other), target.base);
            return Err(CliError::Usage(message));
        }
        logs.push(Noted { path, log });
    }
    Ok(logs)
}

fn show(cleaned: &Cleaned, dry_run: bool, term: &Term) -> Result<(), CliError> {
    let styles = term.styles();
    let (bad, dim) = (styles.verdict(Verdict::Fail), styles.dim());
    let mut out = term.out();
    let verb = |kind| match (kind, dry_run) {
        (ThingKind::Properties, false) => "put back",
        (ThingKind::Properties, true) => "would put back",
        (_, false) => "removed",
        (_, true) => "would remove",
    };
    let mut counts: BTreeMap<ThingKind, usize> = BTreeMap::new();
    for thing in &cleaned.done {
        *counts.entry(thing.kind).or_default() += 1;
        let [what, _] = thing.kind.words();
        let (user, url) = (visible(&thing.user), visible(&thing.url));
        writeln!(out, "{dim}{user}  {} {what}{dim:#} {url}", verb(thing.kind))?;
    }
    for thing in &cleaned.left {
        let [what, _] = thing.kind.words();
        let (user, url) = (visible(&thing.user), visible(&thing.url));
        writeln!(out, "{user}  {bad}left{bad:#} {what} {url}")?;
    }
    for problem in &cleaned.problems {
        writeln!(out, "{bad}not looked at{bad:#} {}", visible(problem))?;
    }
    let done = counts.iter().map(|(kind, count)| match kind {
        ThingKind::Properties => format!("properties of {}", counted(*count, "resource")),
        _ => format!("{count} {}", kind.words()[usize::from(*count != 1)]),
    });
    let done: Vec<String> = done.collect();
    match (done.is_empty(), dry_run) {
        (true, _) if cleaned.left.is_empty() => writeln!(out, "nothing of calconform's is there")?,
        (true, _) => {}
        (false, true) => writeln!(out, "to be done: {}", done.join(", "))?,
        (false, false) => writeln!(out, "done: {}", done.join(", "))?,
    }
    Ok(out.flush()?)
}
