//! RFC 5546 (iTIP): messages judged one by one and as a conversation, and stored calendar objects.
//!
//! What the RFC has as tables is data here (`tables/`); each finding is the verdict on one requirement of the register.

mod busy;
mod catalog;
mod coverage;
mod delegation;
mod finding;
mod kind;
mod lint;
mod message;
mod object;
mod presence;
mod request_status;
mod rule;
mod scheduling;
mod stored;
mod syntax;
mod table;
mod thread;
mod times;
mod zones;

pub use coverage::{Judged, judged, why_not};
pub use finding::{Finding, MOST_ALIKE, Report};
pub use kind::{Kind, Method};
pub use lint::{Options, lint, lint_document};
pub use object::Mode;
pub use rule::{Rule, Rules};
pub use table::{Presence, Row, Scope, Table, table, tables};
pub use thread::Thread;
