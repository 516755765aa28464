//! What a subcommand ends with.

use std::process::ExitCode;

use crate::corpus::DirectoryError;
use crate::event::{Ending, LogError};
use crate::scenario::SelectionError;

/// How a command that could do its work came out. The numbers are the process's exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything as expected; warnings are allowed.
    Expected = 0,
    /// An unexpected fail, error, pass or expectation.
    Unexpected = 1,
    /// Usage or configuration.
    Usage = 2,
    /// The target could not be reached or broke off.
    Unreachable = 3,
    /// Nothing was selected or nothing could be judged.
    NothingJudged = 4,
}

impl From<Ending> for Exit {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Expected => Exit::Expected,
            Ending::Unexpected => Exit::Unexpected,
            Ending::TargetLost => Exit::Unreachable,
            Ending::NothingJudged => Exit::NothingJudged,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Why a command could not do its work. The texts say what to do next.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    Unreachable(String),
    #[error("{0}")]
    NothingJudged(String),
    #[error(transparent)]
    Log(#[from] LogError),
    #[error(transparent)]
    Scenarios(#[from] DirectoryError),
    #[error(transparent)]
    Selection(#[from] SelectionError),
    #[error("cannot write the output: {0}")]
    Output(#[from] std::io::Error),
    #[error("cannot {action} {path}: {source}")]
    File {
        action: &'static str,
        path: String,
        source: std::io::Error,
    },
}

impl CliError {
    /// The exit code that goes with it.
    pub fn exit(&self) -> Exit {
        match self {
            CliError::Usage(_)
            | CliError::Log(_)
            | CliError::Scenarios(_)
            | CliError::Output(_)
            | CliError::File { .. } => Exit::Usage,
            CliError::Unreachable(_) => Exit::Unreachable,
            CliError::NothingJudged(_) | CliError::Selection(_) => Exit::NothingJudged,
        }
    }
}
