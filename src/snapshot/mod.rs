//! What the steps of scenarios were answered, kept to be compared with the next run: a difference is news, not a verdict.
//!
//! [`take`] makes texts of the events of a log that are the same in each run in which the target does the same;
//! [`Store::compare`] holds them against files that `cargo insta review` accepts or rejects.

mod answer;
mod dates;
mod ical;
mod keep;
mod marks;
mod names;
mod place;
mod story;
mod text;
mod xml;

#[cfg(test)]
mod tests;

pub use keep::{Difference, Item, Kind, News, Store, StoreError, Update};
pub use story::{Snapshot, Taken, take};
