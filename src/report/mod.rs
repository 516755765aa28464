//! Reports: each a function of a log's events alone.

mod card;
mod cards;
mod console;
mod curl;
mod excerpt;
mod exchange;
mod index;
mod junit;
mod page;
mod progress;
mod style;
mod text;

pub use console::{ConsoleOptions, console};
pub use junit::junit;
pub use progress::{ProgressOptions, bar, progress};
pub use style::Styles;
pub use text::visible;
