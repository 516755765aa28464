//! iCalendar (RFC 5545): text to components and back, positions kept, nothing judged.
//!
//! [`read`] keeps everything that was there, well-formed or not; [`Document::to_bytes`] gives it back octet for octet
//! except for what was edited. Names are kept as written and compared without regard to case.

pub mod address;
mod component;
mod extent;
mod lex;
mod observance;
mod place;
mod property;
mod read;
pub mod recur;
pub mod rule;
mod scan;
mod series;
mod span;
pub mod text;
pub mod time;
mod write;
pub mod zone;

pub use component::{Component, Document, Item, RawLine};
pub use lex::Fault;
pub use place::{LineEnd, PhysicalLine, PhysicalLines, Position};
pub use property::{Param, ParamValue, Property};
pub use read::{Limits, MAX_DEPTH, ReadError, ReadErrorKind, read, read_with};
