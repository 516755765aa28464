//! The command line: one file per subcommand, each with its `Args` and a `main(&Args, &Term)`.

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod clean;
mod completions;
mod conformance;
mod corpus;
mod diagnostics;
mod diff;
mod discover;
mod error;
mod expect;
mod expectations;
mod explain;
mod lint;
mod list;
mod man;
mod matrix;
mod panic;
mod prove;
mod report;
mod run;
mod schema;
mod serve;
mod snapshots;
mod target;
mod term;
mod validate;

pub use conformance::conformance;
pub use corpus::CorpusArgs;
pub use diagnostics::render_problems;
pub use error::{CliError, Exit};
pub use snapshots::SnapshotArgs;
pub use term::{Color, Quiet, Term};

/// Conformance suite and interop harness for calendar scheduling: CalDAV scheduling, iTIP, iSchedule.
#[derive(Debug, Parser)]
#[command(name = "calconform", version, propagate_version = true, after_help = EXAMPLES)]
pub struct Cli {
    /// When to use colour; `auto` is on a terminal unless NO_COLOR is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,

    #[command(subcommand)]
    command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  calconform                                        test the built-in reference server
  calconform run --target target.toml               test the server that target.toml describes
  calconform run --target target.toml caldav-sched-10-8
                                                    only what belongs to section 8 of that draft
  calconform discover http://127.0.0.1:8101/ --user ann:secret --user bob:secret
                                                    what a server has, and a target file for it
  calconform clean --target target.toml             remove what a run that was killed has left
  calconform list                                   every scenario
  calconform explain caldav-sched-10-8-1            what a requirement says, and who tests it
  calconform validate my-scenarios/                 check scenario files
  calconform lint invite.ics                        judge an iTIP message by RFC 5546
  calconform report calconform-out/                 make the reports again from a run's log
  calconform matrix one-server/ another-server/     several targets side by side
  calconform diff before/ after/                    what got better and what got worse
  calconform expect calconform-out/                 write down what failed as expected
  calconform report calconform-out/ --format github annotate the scenarios in a pull request

Exit codes:
  0  as expected (warnings are allowed)
  1  an unexpected fail, error, pass or expectation, or the run was stopped
  2  usage or configuration
  3  the target could not be reached or broke off
  4  nothing was selected, or nothing could be judged";

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Args),
    List(list::Args),
    Explain(explain::Args),
    Validate(validate::Args),
    Lint(lint::Args),
    Schema(schema::Args),
    Report(report::Args),
    Matrix(matrix::Args),
    Serve(serve::Args),
    Prove(prove::Args),
    Diff(diff::Args),
    Expect(expect::Args),
    Discover(discover::Args),
    Clean(clean::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Parses the arguments of the process, runs the subcommand (`run`, if none is named) and turns what came of it
/// into an exit code.
pub fn main() -> ExitCode {
    panic::tell_without_secrets();
    let mut cli = Cli::parse();
    if cli.command.is_none() {
        cli = Cli::parse_from(std::env::args_os().chain(["run".into()]));
    }
    let term = Term::new(cli.color);
    let outcome = match cli.command {
        None => Ok(Exit::Usage),
        Some(Command::Run(args)) => run::main(&args, &term),
        Some(Command::List(args)) => list::main(&args, &term),
        Some(Command::Explain(args)) => explain::main(&args, &term),
        Some(Command::Validate(args)) => validate::main(&args, &term),
        Some(Command::Lint(args)) => lint::main(&args, &term),
        Some(Command::Schema(args)) => schema::main(&args, &term),
        Some(Command::Report(args)) => report::main(&args, &term),
        Some(Command::Matrix(args)) => matrix::main(&args, &term),
        Some(Command::Serve(args)) => serve::main(&args, &term),
        Some(Command::Diff(args)) => diff::main(&args, &term),
        Some(Command::Expect(args)) => expect::main(&args, &term),
        Some(Command::Discover(args)) => discover::main(&args, &term),
        Some(Command::Clean(args)) => clean::main(&args, &term),
        Some(Command::Prove(args)) => prove::main(&args, &term),
        Some(Command::Completions(args)) => completions::main(&args, &term),
        Some(Command::Man(args)) => man::main(&args, &term),
    };
    match outcome {
        Ok(exit) => exit.into(),
        Err(error) => {
            // Nobody is left to be told if this does not work.
            let _ = writeln!(term.err(), "calconform: {error}");
            error.exit().into()
        }
    }
}

/// "1 check", "2 checks".
fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

#[cfg(test)]
mod tests;
