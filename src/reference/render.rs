//! Replies and refusals as HTTP responses. The switches about how answers look are consulted here.

use axum::body::Body as HttpBody;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};

use crate::dav::names::{CALDAV, CALENDARSERVER, DAV};
use crate::dav::{Attribute, Element, Node, QName, dav, to_bytes, to_bytes_with};

use super::http::{Body, Refusal, Reply};
use super::policy::{Deviation, Policy, Variant};

/// What a refusal looks like.
pub fn refusal(refusal: &Refusal, policy: &Policy) -> Reply {
    let status = match refusal.status {
        403 if refusal.may_be_409 && policy.varies(Variant::Preconditions409) => 409,
        status => status,
    };
    if policy.deviates(Deviation::BareRefusals) {
        return Reply::empty(status);
    }
    match refusal.error() {
        Some(mut error) => {
            if policy.deviates(Deviation::ConditionsInDavNamespace) {
                for child in &mut error.children {
                    if let Node::Element(condition) = child {
                        condition.ns = DAV.into();
                    }
                }
            }
            error.push(Element::new(dav("responsedescription")).with_text(&refusal.why));
            Reply::xml(status, error)
        }
        None => Reply::octets(status, format!("{}\n", refusal.why), "text/plain; charset=utf-8"),
    }
}

/// The response of a reply. `head` leaves the body out and its headers in.
pub fn response(reply: Reply, policy: &Policy, head: bool) -> Response<HttpBody> {
    let status = match reply.status {
        204 if policy.varies(Variant::UpdatesAnswer200) => 200,
        status => status,
    };
    let mut response = Response::new(HttpBody::empty());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    for (name, value) in reply.headers {
        if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
            headers.append(HeaderName::from_static(name), value);
        }
    }
    if policy.varies(Variant::ConnectionClose) {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let (octets, kind) = match reply.body {
        Body::Empty => return response,
        Body::Octets(octets, kind) => (octets, kind),
        Body::Xml(root) => (
            xml(root, policy).into(),
            "application/xml; charset=utf-8".to_owned(),
        ),
    };
    if let Ok(kind) = HeaderValue::from_str(&kind) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    if head {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(octets.len()));
    } else {
        *response.body_mut() = HttpBody::from(octets);
    }
    response
}

fn xml(mut root: Element, policy: &Policy) -> Vec<u8> {
    if policy.varies(Variant::ForeignElements) {
        extend(&mut root);
    }
    if policy.varies(Variant::OtherPrefixes) {
        to_bytes_with(&root, &[("", DAV), ("cal", CALDAV), ("x", CALENDARSERVER)])
    } else {
        to_bytes(&root)
    }
}

const EXTENSION: &str = "urn:x-calconform:extension";

/// Adds what readers must pass over (RFC 4918 section 17) to the frame of an answer, not to what it carries.
fn extend(element: &mut Element) {
    let frame = ["multistatus", "response", "propstat", "error"].contains(&element.name.as_ref())
        && element.ns == DAV
        || ["schedule-response", "response", "recipient"].contains(&element.name.as_ref())
            && element.ns == CALDAV;
    if !frame {
        return;
    }
    for child in &mut element.children {
        if let Node::Element(child) = child {
            extend(child);
        }
    }
    element.attrs.push(Attribute {
        ns: EXTENSION.into(),
        name: "marked".into(),
        value: "yes".to_owned(),
    });
    let extra = Element::new(QName::new(EXTENSION, "href")).with_text("unknown");
    element.children.insert(0, Node::Element(extra));
}
