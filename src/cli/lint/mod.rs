//! `calconform lint`: iTIP messages and stored calendar objects against RFC 5546.

mod files;
mod format;
mod snippet;

use std::io::Write;

use camino::Utf8PathBuf;
use clap::ValueEnum;

use self::files::{Input, inputs};
use self::format::Printer;
use super::{CliError, Exit, Term};
use crate::event::Verdict;
use crate::ical;
use crate::itip::{self, Mode, Options, Report};

/// Judge iTIP messages by RFC 5546, each finding with its requirement
///
/// A message is judged by itself: what its METHOD needs, allows and forbids, and RFC 5545 below it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  calconform lint invite.ics
  calconform lint --thread conversation/            messages in the order of their names
  calconform lint --stored calendar/                objects as a CalDAV server stores them
  cat invite.ics | calconform lint --format json -

Exit codes:
  0  nothing fails (warnings are allowed)
  1  something fails
  2  usage, or a file that cannot be read")]
pub struct Args {
    /// Files, directories to look for *.ics in, or - for standard input
    #[arg(value_name = "FILE or DIR", required = true)]
    paths: Vec<Utf8PathBuf>,

    /// The files are calendar object resources of CalDAV, not messages
    #[arg(long, conflicts_with = "thread")]
    stored: bool,

    /// The files are the messages of conversations, in the order in which they were sent
    #[arg(long)]
    thread: bool,

    /// How findings are written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Also tell which options (MAY) were not taken
    #[arg(long)]
    info: bool,
}

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// With the lines that they are about
    Human,
    /// One JSON object a line
    Json,
    /// Annotations of GitHub Actions
    Github,
}

/// Writes the findings to standard output, and what could not be read to standard error.
///
/// # Errors
/// When standard output takes nothing.
pub fn main(args: &Args, term: &Term) -> Result<Exit, CliError> {
    let mut out = term.out();
    let mut printer = Printer::new(args.format, args.info, term.styles(), term.width());
    let mut unreadable = 0;
    let mut complain = |problem: &str| -> Result<(), CliError> {
        unreadable += 1;
        writeln!(term.err(), "calconform: {problem}")?;
        Ok(())
    };
    let mut thread = args.thread.then(itip::Thread::default);
    for input in inputs(&args.paths) {
        let read = input.and_then(|input| {
            let document =
                ical::read(&input.text).map_err(|error| format!("cannot read {}: {error}", input.name))?;
            Ok((input, document))
        });
        match read {
            Ok((input, document)) => {
                let report = judge(args, &document, thread.as_mut());
                printer.report(&mut out, &input, &report)?;
            }
            Err(problem) => complain(&problem)?,
        }
    }
    printer.summary(&mut out)?;
    out.flush()?;
    Ok(if unreadable > 0 {
        Exit::Usage
    } else if printer.worst() == Some(Verdict::Fail) {
        Exit::Unexpected
    } else {
        Exit::Expected
    })
}

fn judge(args: &Args, document: &ical::Document, thread: Option<&mut itip::Thread>) -> Report {
    let options = Options {
        mode: if args.stored { Mode::Stored } else { Mode::Message },
        ..Options::default()
    };
    let mut report = itip::lint_document(document, options);
    if let Some(thread) = thread {
        report.merge(thread.next(document));
    }
    report
}

impl Input {
    fn new(name: impl Into<String>, text: Vec<u8>) -> Input {
        Input {
            name: name.into(),
            text,
        }
    }
}
