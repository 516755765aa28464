//! `expect.yaml`: verdicts that are expected of a target, with their reasons.

mod file;
mod text;
mod update;
mod verdicts;
mod write;

pub use file::{File, ReadError, json_schema};
pub use update::{Change, Options, Update, UpdateError, update};
pub use write::write;
