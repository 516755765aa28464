//! RFC 5546 (iTIP): messages judged one by one and as a conversation, and stored calendar objects.
//!
//! What the RFC has as tables is data here (`tables/`); each finding is the verdict on one requirement of the register.
//!
//! [`lint`] is `calconform lint` for Rust, and [`Thread`] its `--thread`:
//!
//! ```
//! use calconform::event::Verdict;
//! use calconform::itip::{Mode, lint};
//!
//! let invitation = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n\
//!     DTSTAMP:20260101T090000Z\r\nDTSTART:20260601T090000Z\r\nSUMMARY:Lunch\r\n\
//!     ORGANIZER:mailto:a@example.com\r\nATTENDEE:mailto:b@example.com\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
//! let report = lint(invitation, Mode::Message)?;
//! assert!(report.fails());
//! let finding = &report.findings[0];
//! assert_eq!((finding.line, finding.requirement, finding.verdict), (5, "rfc5546-3.2.2-6", Verdict::Fail));
//! assert_eq!(finding.message, "UID is missing: VEVENT of a REQUEST has exactly one");
//! # Ok::<(), calconform::ical::ReadError>(())
//! ```

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
