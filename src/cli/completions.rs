//! `calconform completions`: what a shell needs to complete the command line.

use std::io::Write;

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use super::{Cli, CliError, Exit, Term};

/// Print completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  calconform completions bash > ~/.local/share/bash-completion/completions/calconform
  calconform completions zsh > ~/.zfunc/_calconform
  calconform completions fish > ~/.config/fish/completions/calconform.fish")]
pub struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Writes the script to standard output.
///
/// # Errors
/// When standard output takes nothing; a reader that went away is none.
pub fn main(args: &Args, term: &Term) -> Result<Exit, CliError> {
    let mut script = Vec::new();
    generate(args.shell, &mut Cli::command(), "calconform", &mut script);
    let mut out = term.out();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Exit::Expected)
}
