//! Scenarios: YAML files to typed values, every place kept.

mod at;
mod model;
mod path;
mod template;

pub use at::At;
pub use model::*;
pub use path::{ComponentSelector, ComponentStep, IcalPath, PropertyStep, XmlPath, XmlStep};
pub use template::{Attribute, Piece, Place, is_date, is_name, pieces};
