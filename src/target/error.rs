//! What can be wrong with a target file.

use std::fmt;
use std::ops::Range;

use camino::{Utf8Path, Utf8PathBuf};

/// A place in a file: 1-based, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub file: Utf8PathBuf,
    pub line: usize,
    pub column: usize,
}

impl Place {
    pub(super) fn of(file: &Utf8Path, text: &str, span: &Range<usize>) -> Place {
        let before = text.get(..span.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Place {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Why there is no target to test.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    #[error("cannot read {path}: {source}")]
    Unreadable {
        path: Utf8PathBuf,
        source: std::io::Error,
    },
    /// With what was expected there.
    #[error("{place}: {message}")]
    Wrong { place: Place, message: String },
    /// The command line, without a file.
    #[error("{0}")]
    Arguments(String),
}
