//! The log of a run: its events, and what follows from them.

mod model;

pub use model::*;
