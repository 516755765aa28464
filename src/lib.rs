//! calconform: the conformance suite and interop harness for calendar scheduling.
//!
//! Rooms, in order of dependency: each uses only rooms above it.
//!
//! - [`ical`]: iCalendar text to components and back, positions kept (pure)
//! - [`dav`]: WebDAV, CalDAV and iSchedule XML (pure)
//! - [`spec`]: the register of requirements and its readings (pure)
//! - [`scenario`]: YAML to typed scenario, spans kept; JSON Schema (pure)
//! - [`corpus`]: register, scenarios and bodies, as the build embedded them or from a directory
//! - [`event`]: the run log: types, reading, writing, roll-up of verdicts, what was expected of them (pure)
//! - [`expect`]: the file of expected verdicts: reading it, bringing it up to date from a run
//! - [`itip`]: RFC 5546 restriction tables, message lint, threads (pure). It stands below register and verdicts because
//!   each of its findings is the verdict on a requirement; the rooms between do not use it
//! - [`client`]: one exchange: send, record, redact
//! - [`target`]: target file, discovery, capabilities, leases of users
//! - [`run`]: plan and execute; matchers
//! - [`report`]: console, JUnit and further reports, from events alone
//! - [`snapshot`]: what came back, normalised and kept by insta: from events alone
//! - [`reference`]: the reference server, its variants and deviations
//! - [`cli`]: one file per subcommand

pub mod cli;
pub mod client;
pub mod corpus;
pub mod dav;
pub mod event;
pub mod expect;
pub mod ical;
pub mod itip;
pub mod proof;
pub mod reference;
pub mod report;
pub mod run;
pub mod scenario;
pub mod snapshot;
pub mod spec;
pub mod target;

pub use cli::conformance;
