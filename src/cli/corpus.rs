//! Which scenarios a command is about.

use camino::Utf8PathBuf;

use super::CliError;
use crate::corpus::Corpus;

/// The option that puts a directory of scenarios in place of the built-in ones.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct CorpusArgs {
    /// Take scenarios from this directory instead of the built-in ones; also bodies from `fixtures/` beside it, and
    /// the register, if it has them
    #[arg(long, value_name = "DIR")]
    pub scenarios: Option<Utf8PathBuf>,
}

impl CorpusArgs {
    /// The built-in corpus, or the one of the directory.
    ///
    /// # Errors
    /// When there is no such directory or it cannot be read. Broken scenario files are no error here.
    pub fn corpus(&self) -> Result<&'static Corpus, CliError> {
        Ok(match &self.scenarios {
            None => Corpus::embedded(),
            // Once for the process, which needs it to its end.
            Some(root) => Box::leak(Box::new(Corpus::from_directory(root.as_std_path())?)),
        })
    }
}
