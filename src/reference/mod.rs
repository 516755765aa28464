//! The reference server: CalDAV scheduling (draft -10 and RFC 6638), in process and in memory, with lawful variants and named
//! deviations. It is written from the specifications alone.

mod policy;
pub mod scheduling;

pub use policy::{Deviation, Policy, UnknownSwitch, Variant};
