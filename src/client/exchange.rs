//! What is sent and what comes back.

use bytes::Bytes;
use url::Url;

use crate::event::Purpose;

/// A request without the headers that every request has.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    pub url: Url,
    pub headers: Vec<(String, String)>,
    pub body: Option<Bytes>,
}

impl Request {
    /// A request without headers and body.
    pub fn new(method: impl Into<String>, url: Url) -> Request {
        Request {
            method: method.into(),
            url,
            headers: Vec::new(),
            body: None,
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Request {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, octets: impl Into<Bytes>) -> Request {
        self.body = Some(octets.into());
        self
    }

    /// Adds an XML body with its media type.
    #[must_use]
    pub fn xml(self, document: impl Into<Bytes>) -> Request {
        self.header("Content-Type", "application/xml; charset=utf-8")
            .body(document)
    }
}

/// Methods that change nothing.
pub fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS" | "PROPFIND" | "REPORT")
}

/// An answer as it was read.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The URL that was asked: the last one, where redirects were followed.
    pub url: Url,
    pub status: u16,
    /// Names in lower case, those that are alike side by side; octets that are no UTF-8 replaced.
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
    /// The body was longer than the target's limit; `body` is its beginning.
    pub cut: bool,
    /// Its id in the log.
    pub exchange: u64,
}

impl Answer {
    /// The first value of a header; the name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether the status is of class 2.
    pub fn is_success(&self) -> bool {
        self.status / 100 == 2
    }
}

/// What an exchange belongs to, for the log and for the `Calconform-Step` header.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The scenario with its row.
    pub scenario: Option<&'a str>,
    /// A step's id, `discovery`, `(clean-up)` and the like.
    pub step: &'a str,
    pub purpose: Purpose,
    /// Name of the user in the target file.
    pub user: Option<&'a str>,
}

impl<'a> Context<'a> {
    /// The same place, done for another reason.
    #[must_use]
    pub fn purpose(self, purpose: Purpose) -> Context<'a> {
        Context { purpose, ..self }
    }
}
