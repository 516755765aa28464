//! `calconform list --unproven`.

use std::io::Write;

use super::{Args, Format, json};
use crate::cli::{CliError, Exit, Term};
use crate::proof::TrialError;
use crate::proof::unproven::unproven;
use crate::report::bar;

/// Tries every mutation and deviation and writes what none of them fails to standard output.
///
/// # Errors
/// When the selection selects nothing, or the reference server cannot be started.
pub fn main(args: &Args, term: &Term) -> Result<Exit, CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let bar = bar();
    let account = runtime.block_on(unproven(
        args.corpus.corpus()?,
        &args.selection,
        &mut |tried, total, what| {
            bar.set_length(total as u64);
            bar.set_position(tried as u64);
            bar.set_message(what.to_owned());
        },
    ));
    bar.finish_and_clear();
    let account = account?;
    let mut out = term.out();
    match args.format {
        Format::Json => out.write_all(
            json(&serde_json::json!({"checks": account.checks, "unproven": account.unproven})).as_bytes(),
        )?,
        Format::Text => {
            for id in &account.unproven {
                writeln!(out, "{id}")?;
            }
            let unproven = account.unproven.len();
            writeln!(out, "{unproven} of {} checks are unproven", account.checks)?;
        }
    }
    out.flush()?;
    Ok(Exit::Expected)
}

impl From<TrialError> for CliError {
    fn from(error: TrialError) -> Self {
        match error {
            TrialError::Run(error) => error.into(),
            TrialError::Server(_) | TrialError::Target(_) => CliError::Usage(error.to_string()),
        }
    }
}
