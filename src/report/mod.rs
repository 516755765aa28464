//! Reports: each a function of a log's events alone.

mod progress;
mod style;
mod text;

pub use progress::{ProgressOptions, progress};
pub use style::Styles;
pub use text::visible;
