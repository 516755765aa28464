//! `calconform prove`: the suite itself is tested.

use std::io::Write;

use super::{CliError, Exit, Term, counted};
use crate::proof::deviation::Breadth;
use crate::proof::product::{Case, prove};
use crate::report::bar;

/// Where there is no terminal for a progress bar: after so many servers, a line.
const SERVERS_A_LINE: usize = 50;

/// Prove the suite itself, with the built-in servers whose verdicts are known
///
/// The whole suite runs against the reference server, against each of its lawful variants alone and in pairs (nothing may
/// fail or warn), against each of its deviations (what it breaks must fail, and nothing else) and against each stub (next to
/// nothing may pass). It takes minutes. `calconform list --unproven` looks at single checks instead.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  calconform prove                                  everything
  calconform prove deviation                        only the deviations
  calconform prove 'variant no-mkcalendar'          what has this in its name, pairs too

Exit codes: 0 the suite is as it should be, 1 it is not, 4 no server has such a name.")]
pub struct Args {
    /// Only servers with one of these in their name
    #[arg(value_name = "NAME")]
    names: Vec<String>,

    /// Servers tried at once; most of a trial is waiting
    #[arg(long, short, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: u16,
}

/// Tries the servers and writes what is wrong to standard output.
///
/// # Errors
/// When no server has such a name.
pub fn main(args: &Args, term: &Term) -> Result<Exit, CliError> {
    let wanted = |case: &Case| {
        let name = case.name();
        args.names.is_empty() || args.names.iter().any(|part| name.contains(part.as_str()))
    };
    let cases: Vec<Case> = Case::all().into_iter().filter(wanted).collect();
    if cases.is_empty() {
        let names = args.names.join(", ");
        return Err(CliError::NothingJudged(format!(
            "no server has {names} in its name: see `calconform serve --switches`"
        )));
    }
    let bar = bar();
    bar.set_length(cases.len() as u64);
    let complaints = prove(&cases, Breadth::Whole, args.jobs.into(), &|tried, name| {
        bar.set_position(tried as u64);
        bar.set_message(name.to_owned());
        if !term.is_interactive() && tried.is_multiple_of(SERVERS_A_LINE) {
            // Whoever does not read progress misses nothing.
            let _ = writeln!(term.err(), "{tried} of {} servers; next: {name}", cases.len());
        }
    });
    bar.finish_and_clear();
    let mut out = term.out();
    for complaint in &complaints {
        writeln!(out, "{complaint}")?;
    }
    let verdict = match complaints.len() {
        0 => "as it should be".to_owned(),
        count => counted(count, "complaint"),
    };
    writeln!(out, "{} tried: {verdict}", counted(cases.len(), "server"))?;
    out.flush()?;
    Ok(match complaints.is_empty() {
        true => Exit::Expected,
        false => Exit::Unexpected,
    })
}
