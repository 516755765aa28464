//! Planning and executing: what applies to a target, the requests, the checks.

mod dates;
mod edit;
pub mod matchers;
mod template;

pub use dates::Shift;
pub use edit::{EditError, edit};
pub use template::{FillError, Places, Scope};
