//! Scenarios: YAML files to typed values, every place kept.

mod at;
mod model;

pub use at::At;
pub use model::*;
