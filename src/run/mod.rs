//! Planning and executing: what applies to a target, the requests, the checks.

mod cleanup;
mod dates;
mod edit;
mod execute;
mod ischedule;
mod ledger;
pub mod lint;
pub mod matchers;
mod message;
mod objects;
mod observer;
mod outside;
mod plan;
mod poll;
mod restore;
#[expect(clippy::module_inception, reason = "it is what the room is named after")]
mod run;
mod session;
mod shelf;
mod template;
mod texts;
mod totals;

#[cfg(test)]
mod tests;

pub use dates::Shift;
pub use edit::{EditError, edit};
pub use observer::{Evaluated, Observer};
pub use plan::{Plan, Planned};
pub use run::{Options, Stop, run};
pub use session::{Job, RunError, Session, conduct};
pub use template::{FillError, Places, Scope};
