//! Who watches a run while it goes on.

use super::model::Record;

/// Is shown each record as it is written to the log, in order.
///
/// It is called while the log is locked: it must be quick and must not write to the log.
pub trait Progress: Send + Sync {
    fn record(&self, record: &Record);
    /// The log is closed; nothing more comes.
    fn finish(&self) {}
}

/// Watches nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn record(&self, _: &Record) {}
}
