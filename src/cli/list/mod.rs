//! `calconform list`: scenarios, and requirements with what tests them.

mod requirements;
mod scenarios;
#[cfg(test)]
mod tests;
mod unproven;

use std::io::Write;

use clap::ValueEnum;

use super::{CliError, CorpusArgs, Exit, Term};
use crate::report::Styles;

/// List scenarios, or requirements with what tests them
///
/// SELECTION: a scenario or a directory of them (caldav-sched-10/organizer), a row in brackets (…/create[client]), a
/// requirement (caldav-sched-10-8-7), a section with those below it (caldav-sched-10-8), or a specification
/// (rfc5546, caldav-sched-10, rfc6638, caldav-sched-06, caldav-sched-03, ischedule).
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  calconform list                                    every scenario
  calconform list caldav-sched-10/organizer          those of a directory
  calconform list caldav-sched-10-8                  those that test section 8 and what is below it
  calconform list --requirements                     requirements, what tests each, and totals
  calconform list --requirements --untested caldav-sched-10
  calconform list --requirements --format json rfc5546-3.2
  calconform list --unproven                         checks that nothing has failed yet (minutes)")]
pub struct Args {
    /// Scenario, directory, requirement, section or specification
    #[arg(value_name = "SELECTION")]
    selection: Vec<String>,

    /// Requirements instead of scenarios
    #[arg(long, short)]
    requirements: bool,

    /// Only requirements that could be tested and are not
    #[arg(long, requires = "requirements")]
    untested: bool,

    /// Only checks that no mutation and no deviation of the reference server fails; tries them all, which takes minutes
    #[arg(long, conflicts_with = "requirements")]
    unproven: bool,

    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    #[command(flatten)]
    corpus: CorpusArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// How text is laid out.
#[derive(Debug, Clone, Copy)]
struct Layout {
    styles: Styles,
    width: usize,
}

/// Writes the list to standard output.
///
/// # Errors
/// When the selection selects nothing or the scenarios cannot be read.
pub fn main(args: &Args, term: &Term) -> Result<Exit, CliError> {
    if args.unproven {
        return unproven::main(args, term);
    }
    let corpus = args.corpus.corpus()?;
    let layout = Layout {
        styles: term.styles(),
        width: term.width(),
    };
    let text = match (args.requirements, args.format) {
        (false, Format::Text) => scenarios::text(corpus, &args.selection, layout)?,
        (false, Format::Json) => json(&scenarios::json(corpus, &args.selection)?),
        (true, Format::Text) => requirements::text(corpus, &args.selection, args.untested, layout)?,
        (true, Format::Json) => json(&requirements::json(corpus, &args.selection, args.untested)?),
    };
    let mut out = term.out();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(Exit::Expected)
}

fn json(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}
