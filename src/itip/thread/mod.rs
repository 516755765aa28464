//! Messages as a conversation.

use super::finding::Report;
use crate::ical::Document;

/// What was said so far.
#[derive(Debug, Default)]
pub struct Thread {}

impl Thread {
    /// Judges the next message by those before it.
    pub fn next(&mut self, _document: &Document) -> Report {
        Report::default()
    }
}
