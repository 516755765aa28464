//! Requests and replies, as the methods see them.

use axum::http::HeaderMap;
use bytes::Bytes;

use crate::dav::{DavError, Element, Limits, QName, caldav, read_with};

use super::path::Place;

/// A request whose body is complete and whose sender is known.
#[derive(Debug)]
pub struct Request {
    pub method: String,
    pub place: Place,
    /// The Host header.
    pub host: String,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Login name of the authenticated user.
    pub user: String,
}

/// The Depth header (RFC 4918 section 10.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    Zero,
    One,
    Infinity,
}

impl Request {
    /// A header's only value; several are joined as one list (RFC 9110 section 5.3). `None` if it is absent.
    pub fn header(&self, name: &str) -> Option<String> {
        let values: Vec<String> = self
            .headers
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// The Depth header, or `default` without one.
    ///
    /// # Errors
    /// 400 for anything else than 0, 1 and infinity.
    pub fn depth(&self, default: Depth) -> Result<Depth, Refusal> {
        match self.header("depth") {
            None => Ok(default),
            Some(value) => match value.to_ascii_lowercase().as_str() {
                "0" => Ok(Depth::Zero),
                "1" => Ok(Depth::One),
                "infinity" => Ok(Depth::Infinity),
                _ => Err(Refusal::new(400, "Depth is none of 0, 1 and infinity")),
            },
        }
    }

    /// The body as XML; `None` if it is empty.
    ///
    /// # Errors
    /// 400 if it is not well-formed.
    pub fn xml(&self) -> Result<Option<Element>, Refusal> {
        if self.body.is_empty() {
            return Ok(None);
        }
        read_with(&self.body, Limits::REQUEST)
            .map(Some)
            .map_err(|error| Refusal::new(400, format!("the body is not well-formed XML: {error}")))
    }

    /// [`media_type`] of the body.
    pub fn content_type(&self) -> Option<MediaType> {
        media_type(&self.header("content-type")?)
    }
}

/// A media type, lower case and without parameters, and its parameters.
pub type MediaType = (String, Vec<(String, String)>);

/// Reads a Content-Type.
pub fn media_type(text: &str) -> Option<MediaType> {
    let mut parts = text.split(';').map(str::trim);
    let kind = parts.next()?.to_ascii_lowercase();
    let params = parts
        .filter_map(|part| part.split_once('='))
        .map(|(name, value)| {
            (
                name.trim().to_ascii_lowercase(),
                value.trim().trim_matches('"').to_owned(),
            )
        })
        .collect();
    Some((kind, params))
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Body,
}

#[derive(Debug, Clone)]
pub enum Body {
    Empty,
    Xml(Element),
    /// With its media type.
    Octets(Bytes, String),
}

impl Reply {
    pub fn empty(status: u16) -> Reply {
        Reply {
            status,
            headers: Vec::new(),
            body: Body::Empty,
        }
    }

    pub fn xml(status: u16, root: Element) -> Reply {
        Reply {
            status,
            headers: Vec::new(),
            body: Body::Xml(root),
        }
    }

    pub fn octets(status: u16, octets: impl Into<Bytes>, kind: impl Into<String>) -> Reply {
        Reply {
            status,
            headers: Vec::new(),
            body: Body::Octets(octets.into(), kind.into()),
        }
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Reply {
        self.headers.push((name, value.into()));
        self
    }

    #[must_use]
    pub fn with_some(self, name: &'static str, value: Option<impl Into<String>>) -> Reply {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
}

/// Why a request was not carried out.
#[derive(Debug, Clone)]
pub struct Refusal {
    pub status: u16,
    /// What goes into DAV:error.
    pub condition: Option<Box<Element>>,
    /// For people.
    pub why: String,
    /// RFC 4791 section 1.3 leaves 403 or 409 for it.
    pub may_be_409: bool,
}

impl Refusal {
    pub fn new(status: u16, why: impl Into<String>) -> Refusal {
        Refusal {
            status,
            condition: None,
            why: why.into(),
            may_be_409: false,
        }
    }

    /// With an empty precondition element.
    pub fn condition(status: u16, name: QName, why: impl Into<String>) -> Refusal {
        Refusal::element(status, Element::new(name), why)
    }

    pub fn element(status: u16, condition: Element, why: impl Into<String>) -> Refusal {
        Refusal {
            status,
            condition: Some(Box::new(condition)),
            why: why.into(),
            may_be_409: false,
        }
    }

    /// A precondition of RFC 4791, in the CalDAV namespace.
    pub fn access(name: &'static str, why: impl Into<String>) -> Refusal {
        Refusal {
            may_be_409: true,
            ..Refusal::condition(403, caldav(name), why)
        }
    }

    pub fn not_found() -> Refusal {
        Refusal::new(404, "there is no such resource")
    }

    /// Its DAV:error element.
    pub fn error(&self) -> Option<Element> {
        let conditions = vec![self.condition.as_deref()?.clone()];
        Some(DavError { conditions }.to_element())
    }
}
