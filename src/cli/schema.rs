//! `calconform schema`: JSON Schema of scenario files.

use std::io::Write;

use super::{CliError, Exit, Term};

/// Print the JSON Schema of scenario files
///
/// Editors take it from a comment in the first line of a file:
/// # yaml-language-server: $schema=../../scenario.schema.json
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  calconform schema > scenarios/scenario.schema.json")]
pub struct Args {}

/// Writes the schema to standard output.
///
/// # Errors
/// When standard output takes nothing; a reader that went away is none.
pub fn main(_: &Args, term: &Term) -> Result<Exit, CliError> {
    let mut out = term.out();
    out.write_all(crate::scenario::json_schema().as_bytes())?;
    out.flush()?;
    Ok(Exit::Expected)
}
