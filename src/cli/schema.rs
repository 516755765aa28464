//! `calconform schema`: JSON Schema of scenario files, of expectations, of results and of a matrix.

use std::io::Write;

use super::{CliError, Exit, Term};

/// Print the JSON Schema of scenario files, of expect.yaml, of results.json or of matrix.json
///
/// Editors take that of scenarios from a comment in the first line of a file:
/// # yaml-language-server: $schema=../../scenario.schema.json
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  calconform schema > scenarios/scenario.schema.json
  calconform schema expectations > src/expect/expect.schema.json
  calconform schema results > src/report/results.schema.json
  calconform schema matrix > src/report/matrix/matrix.schema.json")]
pub struct Args {
    /// What is described
    #[arg(value_enum, default_value_t = Described::Scenario)]
    of: Described,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Described {
    /// A scenario file
    Scenario,
    /// expect.yaml, which verdicts are expected of a target
    Expectations,
    /// results.json
    Results,
    /// matrix.json
    Matrix,
}

/// Writes the schema to standard output.
///
/// # Errors
/// When standard output takes nothing; a reader that went away is none.
pub fn main(args: &Args, term: &Term) -> Result<Exit, CliError> {
    let mut out = term.out();
    let schema = match args.of {
        Described::Scenario => crate::scenario::json_schema(),
        Described::Expectations => crate::expect::json_schema(),
        Described::Results => crate::report::results_schema(),
        Described::Matrix => crate::report::matrix_schema(),
    };
    out.write_all(schema.as_bytes())?;
    out.flush()?;
    Ok(Exit::Expected)
}
