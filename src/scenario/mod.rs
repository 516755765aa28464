//! Scenarios: YAML files to typed values, every place kept.

mod at;
mod model;
mod path;

pub use at::At;
pub use model::*;
pub use path::{ComponentSelector, ComponentStep, IcalPath, PropertyStep, XmlPath, XmlStep};
