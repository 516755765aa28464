//! Planning and executing: what applies to a target, the requests, the checks.

mod clean;
mod cleanup;
mod dates;
mod edit;
mod execute;
mod inventory;
mod ischedule;
mod ledger;
pub mod lint;
mod mark;
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

pub use clean::{Cleaned, Thing, ThingKind, clean};
pub use dates::Shift;
pub use edit::{EditError, edit};
pub use observer::{Evaluated, Observer};
pub use plan::{Plan, Planned};
pub use restore::outstanding;
pub use run::{Options, Stop, run};
pub use session::{Job, RunError, Session, conduct};
pub use template::{FillError, Places, Scope};
