//! RFC 5545, sections 3.1 to 3.4: lines, names, parameters, values; each by itself.

mod lines;
mod param;
mod property;
mod recur;
mod structure;
mod text;
mod value;

pub(super) use lines::lines;
pub(super) use recur::part as recur_part;
pub(super) use structure::{Visit, walk};
pub(super) use value::{is_status_code, statuses};
