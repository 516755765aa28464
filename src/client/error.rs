//! From the errors of the HTTP client to the kinds of failure that the log knows.

use std::error::Error;
use std::io;
use std::time::Duration;

use crate::event::{FailureKind, TransportFailure};

pub(super) fn failure(kind: FailureKind, message: impl Into<String>) -> TransportFailure {
    TransportFailure {
        kind,
        message: message.into(),
    }
}

pub(super) fn timeout(what: &str, after: Duration) -> TransportFailure {
    failure(
        FailureKind::Timeout,
        format!("{what} within {} s", after.as_secs_f32()),
    )
}

/// Parse errors hide behind several `source()`; the message has all of them.
pub(super) fn from_reqwest(error: &reqwest::Error) -> TransportFailure {
    let mut kind = if error.is_connect() || error.is_dns() {
        FailureKind::Unreachable
    } else if error.is_timeout() {
        FailureKind::Timeout
    } else {
        FailureKind::Unreadable
    };
    let mut parts: Vec<String> = Vec::new();
    let mut source = error.source();
    while let Some(cause) = source {
        if kind == FailureKind::Unreadable && is_reset(cause) {
            kind = FailureKind::Reset;
        }
        let text = cause.to_string();
        if parts.last().is_none_or(|last| !last.contains(&text)) {
            parts.push(text);
        }
        source = cause.source();
    }
    if parts.is_empty() {
        parts.push(error.to_string());
    }
    failure(kind, parts.join(": "))
}

fn is_reset(cause: &(dyn Error + 'static)) -> bool {
    if let Some(hyper) = cause.downcast_ref::<hyper::Error>() {
        return hyper.is_incomplete_message() || hyper.is_closed() || hyper.is_canceled();
    }
    cause.downcast_ref::<io::Error>().is_some_and(|error| {
        use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof};
        matches!(
            error.kind(),
            BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof
        )
    })
}
