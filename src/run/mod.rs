//! Planning and executing: what applies to a target, the requests, the checks.

mod dates;
pub mod matchers;
mod template;

pub use dates::Shift;
pub use template::{FillError, Places, Scope};
