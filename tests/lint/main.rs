//! The lint of iTIP messages and stored calendar objects.

mod cli;
mod hostile;
mod message;
mod printed;
mod rows;
mod senders;
mod size;
mod thread;

use calconform::event::Verdict;
use calconform::itip::{Finding, Report};

/// Findings that are not mere options, as `line:column verdict requirement`.
fn told(report: &Report) -> Vec<String> {
    let findings = report
        .findings
        .iter()
        .filter(|finding| finding.verdict != Verdict::Info);
    findings
        .map(
            |Finding {
                 verdict,
                 requirement,
                 line,
                 column,
                 ..
             }| { format!("{line}:{column} {} {requirement}", verdict.word()) },
        )
        .collect()
}

/// A text with the line ends of iCalendar.
fn crlf(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}
