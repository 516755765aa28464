//! `calconform run`: test a target, write the log and the reports.

use std::io::Write;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use tokio::signal;
use tokio::sync::watch;

use super::expectations::ExpectArgs;
use super::report::Output;
use super::target::{TargetArgs, quoted};
use super::{CliError, CorpusArgs, Exit, SnapshotArgs, Term};
use crate::event::{Event, Interruption, LogWriter, Record, RunLog, Shard, ending, read_log, roll_up};
use crate::report::{ProgressOptions, progress};
use crate::run::{Job, Options, RunError, Stop, conduct, outstanding};
use crate::target::DiscoveryError;

/// Test a server: run scenarios against it, write the log and the reports, and say what holds
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    target: TargetArgs,

    #[command(flatten)]
    expect: ExpectArgs,

    /// Which release of the product the target is, for reports; instead of what the target file says
    #[arg(long, value_name = "VERSION")]
    product_version: Option<String>,

    /// What to run: paths (caldav-sched-10/organizer), sections (caldav-sched-10-8) or requirements; everything if absent
    #[arg(value_name = "SELECTION")]
    selection: Vec<String>,

    /// Scenarios at once, at most; each has calendar users of its own, so these are another limit
    #[arg(long, short, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..))]
    jobs: u16,

    /// How often to run everything
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    repeat: u32,

    /// Shuffles the scenarios, always in the same way for the same number; 0: in the order of their names
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// Only part I of N of the scenarios, always the same ones; `calconform report` puts the parts together
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,

    /// Leave on the server what the scenarios made
    #[arg(long)]
    keep: bool,

    /// Directory for run.jsonl and the reports, made if need be; files of an earlier run are replaced
    #[arg(long, value_name = "DIR", default_value = "calconform-out")]
    out: Utf8PathBuf,

    #[command(flatten)]
    output: Output,

    #[command(flatten)]
    snapshots: SnapshotArgs,

    #[command(flatten)]
    corpus: CorpusArgs,

    /// No progress, no report: files and exit code only
    #[arg(long, short, conflicts_with = "verbose")]
    quiet: bool,

    /// Every exchange as it happens, and warnings with their exchanges
    #[arg(long, short)]
    verbose: bool,
}

const EXAMPLES: &str = "\
Examples:
  calconform run                                    the built-in reference server
  calconform run --target https://calendar.example.com/ --user ann --user bob
                                                    their password is in CALCONFORM_PASSWORD
  calconform run --target target.toml               the server that target.toml describes
  calconform run --target target.toml caldav-sched-10/organizer rfc6638-3.2
                                                    only those of a directory, or of a section
  calconform run --target target.toml --shard 1/3 --out part-1
                                                    one part of three, for `calconform report`
  calconform run --verbose --keep caldav-sched-10/methods/move
                                                    watch one scenario, and leave what it made

Exit codes:
  0  as expected (warnings are allowed)
  1  an unexpected fail or error, or the run was stopped
  2  usage or configuration
  3  the target could not be reached or broke off
  4  nothing was selected, or nothing could be judged";

/// What a shell calls a process that was ended by SIGINT.
const KILLED: i32 = 130;

/// Runs and reports.
///
/// # Errors
/// Wrong arguments or files, nothing selected, a target that cannot be reached.
pub fn main(args: &Args, term: &Term) -> Result<Exit, CliError> {
    let snapshots = args.snapshots.open()?;
    let (mut target, _server) = args.target.open()?;
    if let Some(version) = &args.product_version {
        target.product_version = Some(version.clone());
    }
    let expectations = args.expect.read(&target, term)?;
    let job = Job {
        target,
        corpus: args.corpus.corpus()?,
        selection: args.selection.clone(),
        options: Options {
            jobs: usize::from(args.jobs),
            repeat: args.repeat,
            seed: args.seed,
            shard: args.shard,
            keep: args.keep,
            expectations,
            observer: None,
        },
    };
    let failed = |action, path: &Utf8Path| {
        let path = path.to_string();
        move |source| CliError::File { action, path, source }
    };
    std::fs::create_dir_all(&args.out).map_err(failed("make", &args.out))?;
    let file = args.out.join("run.jsonl");
    let watch = ProgressOptions {
        quiet: args.quiet,
        verbose: args.verbose,
        interactive: term.is_interactive(),
        styles: term.err_styles(),
        width: term.width(),
    };
    let log = LogWriter::create(file.as_std_path()).map_err(failed("make", &file))?;
    let log = Arc::new(log.watched_by(progress(watch, term.err())));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let result = runtime.block_on(async {
        let (stop, stopping) = watch::channel(None);
        tokio::spawn(signals(stop, *term, args.clean_command()));
        conduct(job, log.clone(), stopping).await
    });
    log.finish().map_err(failed("write", &file))?;
    result?;
    let log = read_log(file.as_std_path())?;
    args.output.write(&log, &args.out)?;
    let news = snapshots.compare(&log)?;
    if !args.quiet {
        args.output.print(&log, term, args.verbose)?;
        let told = snapshots.tell(&news, args.verbose);
        writeln!(term.err(), "{told}log and reports: {}", args.out)?;
        if let Some(command) = args.clean_command().filter(|_| leaves_something(&log)) {
            writeln!(term.err(), "to remove what is left on the server: {command}")?;
        }
    }
    Ok(snapshots.exit(ending(&roll_up(&log.records)).into(), &news))
}

impl Args {
    /// What removes what this run has left, later. The built-in server leaves nothing.
    fn clean_command(&self) -> Option<String> {
        self.target.command_line().map(|target| {
            let out = quoted(self.out.as_str());
            format!("calconform clean {target} {out}")
        })
    }
}

/// Whether there is, or may be, something on the target that a run has made.
fn leaves_something(log: &RunLog) -> bool {
    let is_left = |record: &Record| match &record.event {
        Event::Residue(_) => true,
        Event::Differs(differs) => differs.problem.is_some() || !differs.added.is_empty(),
        _ => false,
    };
    log.records.iter().any(is_left) || !outstanding(&log.records).is_empty()
}

/// The first signal ends the run in order: clean-up, a closed log, reports. The second ends the process.
async fn signals(stop: watch::Sender<Option<Stop>>, term: Term, clean: Option<String>) {
    let Ok(mut signals) = Signals::new() else { return };
    let reason = format!("stopped by {}", signals.next().await);
    // Nobody is left to be told if this does not work.
    let say = |text: String| drop(writeln!(term.err(), "{text}"));
    say("\nstopping after this step, and cleaning up; once more to leave at once".to_owned());
    stop.send_replace(Some(Stop {
        reason,
        cause: Interruption::Stopped,
    }));
    signals.next().await;
    if let Some(command) = clean {
        say(format!(
            "\nleft at once; what is on the server still is removed by: {command}"
        ));
    }
    std::process::exit(KILLED);
}

#[cfg(unix)]
struct Signals {
    interrupt: signal::unix::Signal,
    terminate: signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Signals> {
        use signal::unix::{SignalKind, signal};
        let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(Signals { interrupt, terminate })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "SIGINT",
            _ = self.terminate.recv() => "SIGTERM",
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Signals> {
        Ok(Signals)
    }

    async fn next(&mut self) -> &'static str {
        let _ = signal::ctrl_c().await;
        "Ctrl-C"
    }
}

impl From<RunError> for CliError {
    fn from(error: RunError) -> Self {
        let text = error.to_string();
        match error {
            RunError::Selection(_) => CliError::NothingJudged(text),
            RunError::Discovery(DiscoveryError::Unreachable { .. }) => CliError::Unreachable(text),
            RunError::Discovery(_) | RunError::Configuration(_) => CliError::Usage(text),
        }
    }
}
