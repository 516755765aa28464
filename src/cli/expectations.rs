//! The arguments that name a file of expectations, for every subcommand that runs scenarios.

use camino::Utf8PathBuf;

use super::diagnostics::render;
use super::{CliError, Term};
use crate::event::Expectations;
use crate::expect::{File, ReadError};
use crate::target::Target;

#[derive(Debug, Clone, Default, clap::Args)]
pub struct ExpectArgs {
    /// Which verdicts are expected, and why; expect.yaml beside the target file, if it is there and this is absent
    #[arg(long, value_name = "FILE")]
    pub expect: Option<Utf8PathBuf>,

    /// Expect nothing, whatever expect.yaml says
    #[arg(long, conflicts_with = "expect")]
    pub no_expect: bool,
}

impl ExpectArgs {
    /// What is expected of this target. The file beside a target file need not be there; one that was named has to be.
    ///
    /// # Errors
    /// When a file cannot be read, or is wrong: with the lines that are.
    pub fn read(&self, target: &Target, term: &Term) -> Result<Option<Expectations>, CliError> {
        let (path, named) = match (&self.expect, &target.expect) {
            _ if self.no_expect => return Ok(None),
            (Some(path), _) => (path, true),
            (None, Some(path)) => (path, false),
            (None, None) => return Ok(None),
        };
        let file = match path.exists() || named {
            true => File::load(path).map_err(|error| explained(error, term))?,
            false => File::empty(path),
        };
        Ok(Some(file.expectations))
    }
}

/// A file that cannot be used, with the lines that are wrong.
pub(super) fn explained(error: ReadError, term: &Term) -> CliError {
    match error {
        ReadError::Unreadable { path, source } => CliError::File {
            action: "read",
            path: path.into_string(),
            source,
        },
        ReadError::Wrong { path, text, problems } => {
            let shown = render(path.as_str(), &text, &problems, term.err_styles(), term.width());
            CliError::Usage(format!("{path} is not as it must be\n{}", shown.trim_end()))
        }
    }
}
