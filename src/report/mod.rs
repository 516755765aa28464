//! Reports: each a function of a log's events alone.

mod style;

pub use style::Styles;
