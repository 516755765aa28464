//! Scenarios: YAML files to typed values, every place kept.

mod at;
mod cited;
mod file;
mod model;
mod parse;
mod path;
mod problem;
mod schema;
mod select;
mod template;
mod validate;
mod when;

pub use at::At;
pub use cited::row_filled;
pub use file::{ScenarioFile, row_id};
pub use model::*;
pub use parse::parse_yaml;
pub use path::{ComponentSelector, ComponentStep, IcalPath, PropertyStep, XmlPath, XmlStep};
pub use problem::Problem;
pub use schema::json_schema;
pub use select::{Pick, Picks, SelectionError, Selector, select};
pub use template::{Attribute, Piece, Place, is_date, is_file_name, is_name, pieces};
pub use validate::{Surroundings, read};
pub use when::{When, in_row};
