//! Reports: each a function of a log's events alone.

mod card;
mod cards;
mod console;
mod curl;
mod diff;
mod excerpt;
mod exchange;
mod expected;
mod github;
mod html;
mod index;
mod junit;
mod markdown;
mod matrix;
mod page;
mod progress;
mod residue;
mod results;
mod sarif;
mod style;
mod text;

pub use console::{ConsoleOptions, console};
pub use diff::{DiffForm, diff};
pub use github::{annotation, github};
pub use html::{html, html_in_matrix};
pub use junit::junit;
pub use markdown::markdown;
pub use matrix::{Matrix, matrix_schema};
pub use progress::{ProgressOptions, bar, progress};
pub use results::{results, results_schema};
pub use sarif::sarif;
pub use style::Styles;
pub use text::{cut, visible};
