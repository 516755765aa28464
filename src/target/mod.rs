//! The server under test: its file, what can be found out about it, and who may use its calendar users when.

mod capability;
mod discover;
mod error;
mod file;
mod lease;
mod model;
pub(crate) mod propfind;
mod secret;

#[cfg(test)]
mod tests;

pub use capability::{Capabilities, Found};
pub(crate) use discover::calendars;
pub use discover::{CalendarUser, Collection, Discovered, DiscoveryError, discover};
pub use error::{Place, TargetError};
pub use lease::{Lease, Leases};
pub use model::{Profile, Target, TargetUser};
