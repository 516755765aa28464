//! The command line: one file per subcommand, each with its `Args` and a `main`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod error;

pub use error::{CliError, Exit};

/// Conformance suite and interop harness for calendar scheduling.
#[derive(Debug, Parser)]
#[command(name = "calconform", version, about, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {}

/// Parses the arguments of the process, runs the subcommand and turns what came of it into an exit code.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome: Result<Exit, CliError> = match cli.command {
        None => Ok(Exit::Expected),
        Some(command) => match command {},
    };
    match outcome {
        Ok(exit) => exit.into(),
        Err(error) => {
            eprintln!("calconform: {error}");
            error.exit().into()
        }
    }
}
