//! The iSchedule receiver (CC/WD 51010, sections 7 and 8), for VEVENT and VTODO. It takes messages without a signature, from
//! the addresses of the configuration alone, and over plain HTTP on the loopback interface.

use axum::http::request::Parts;
use bytes::Bytes;

use crate::dav::names::{ISCHEDULE, QName};
use crate::dav::{Dialect, Element, RecipientResponse, ScheduleResponse};
use crate::ical::address::address_eq;
use crate::ical::{Component, Document};

use super::http::{Reply, media_type};
use super::object;
use super::policy::Deviation;
use super::postman;
use super::scheduling::{Delivery, Message};
use super::world::World;

/// Recipients of one message.
const MAX_RECIPIENTS: usize = 250;
const METHODS: [&str; 4] = ["REQUEST", "ADD", "REPLY", "CANCEL"];
const COMPONENTS: [&str; 2] = ["VEVENT", "VTODO"];

/// Answers a request at the receiver's URL.
pub fn handle(world: &mut World, head: &Parts, body: &Bytes) -> Reply {
    let reply = match head.method.as_str() {
        "GET" | "HEAD" => Reply::xml(200, capabilities(world)),
        "OPTIONS" => Reply::empty(200),
        "POST" => post(world, head, body).unwrap_or_else(|(code, why)| refusal(code, &why)),
        _ => Reply::empty(405).with("allow", "GET, HEAD, OPTIONS, POST"),
    };
    reply
        .with("cache-control", "no-cache, no-transform")
        .with("ischedule-version", "1.0")
        .with("ischedule-capabilities", "1")
}

/// The name of an error of section 8.3, and what is to be said of it.
type Refused = (&'static str, String);

fn post(world: &mut World, head: &Parts, body: &Bytes) -> Result<Reply, Refused> {
    let refuse = |code: &'static str, why: &str| -> Refused { (code, why.to_owned()) };
    let values = |name: &str| -> Vec<String> {
        let values = head.headers.get_all(name).iter();
        let texts = values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        texts.flat_map(|text| listed(&text)).collect()
    };
    if !values("ischedule-version").iter().any(|version| version == "1.0") {
        return Err(refuse("version-not-supported", "only iSchedule-Version 1.0 is"));
    }
    let originators = values("originator");
    let originator = match &originators[..] {
        [one] => one,
        [] => return Err(refuse("originator-missing", "there is no Originator")),
        _ => {
            return Err(refuse(
                "too-many-originators",
                "there is more than one Originator",
            ));
        }
    };
    if !world.peers.iter().any(|peer| address_eq(peer, originator))
        && !world.policy.deviates(Deviation::AnybodyTrusted)
    {
        let why = format!("{originator} is not among those who are trusted without a signature");
        return Err(("originator-denied", why));
    }
    let recipients = values("recipient");
    if recipients.is_empty() {
        return Err(refuse("recipient-missing", "there is no Recipient"));
    }
    if recipients.len() > MAX_RECIPIENTS {
        return Err(refuse("max-recipients", "there are too many recipients"));
    }
    if body.len() > world.limits.resource_octets {
        return Err(refuse("max-content-length", "the message is too long"));
    }
    let kind = head.headers.get("content-type");
    let kind = kind.and_then(|kind| media_type(&String::from_utf8_lossy(kind.as_bytes())));
    let Some((_, params)) = kind.filter(|(kind, _)| kind == "text/calendar") else {
        return Err(refuse(
            "invalid-calendar-data-type",
            "only text/calendar is taken",
        ));
    };
    if world.policy.only_stores() {
        let taken = |recipient: &String| RecipientResponse::new(recipient.as_str(), "2.0;Success");
        return Ok(response(recipients.iter().map(taken).collect()));
    }
    let document = object::valid_document(body).map_err(|why| ("invalid-calendar-data", why))?;
    let posted =
        Posted::read(&document, &params, originator).map_err(|why| ("invalid-scheduling-message", why))?;
    let responses = recipients.iter().map(|recipient| {
        let status = match posted.is_for(recipient) {
            true => posted.deliver(world, originator, recipient),
            false => "5.3;The message is not for this calendar user",
        };
        let mut response = RecipientResponse::new(recipient.as_str(), status);
        if posted.method == "REFRESH" && world.policy.deviates(Deviation::RefreshTellsAnybody) {
            response.calendar_data = postman::known(world, recipient, &document);
        }
        response
    });
    Ok(response(responses.collect()))
}

/// The members of a list in a header (sections 9.1 and 9.5).
fn listed(text: &str) -> Vec<String> {
    let members = text.split(',').map(|member| member.trim().to_owned());
    members.filter(|member| !member.is_empty()).collect()
}

/// A message that obeys section 8.1.
struct Posted<'a> {
    document: &'a Document,
    method: String,
    component: &'a Component,
}

impl<'a> Posted<'a> {
    fn read(
        document: &'a Document,
        params: &[(String, String)],
        originator: &str,
    ) -> Result<Posted<'a>, String> {
        let calendar = document.calendar().ok_or("there is no VCALENDAR")?;
        let method = calendar.text("METHOD").ok_or("there is no METHOD")?;
        let method = method.trim().to_ascii_uppercase();
        let component = object::parts(calendar).next().ok_or("there is no component")?;
        let says = |name: &str, value: &str| {
            params
                .iter()
                .any(|(param, said)| param == name && said.eq_ignore_ascii_case(value))
        };
        if !says("method", &method) || !says("component", &component.name) {
            return Err("component or method of the Content-Type are not those of the message".to_owned());
        }
        let uids: Vec<String> = object::parts(calendar)
            .map(|part| part.text("UID").unwrap_or_default())
            .collect();
        if uids.iter().any(|uid| uid.is_empty() || *uid != uids[0]) {
            return Err("the components of a message have one UID".to_owned());
        }
        let posted = Posted {
            document,
            method,
            component,
        };
        // Of what is supported the engine compares the two, component by component.
        if !posted.is_supported() && !posted.names(posted.sender(), originator) {
            return Err(format!("{originator} is no {} of it", posted.sender()));
        }
        Ok(posted)
    }

    fn is_supported(&self) -> bool {
        METHODS.contains(&self.method.as_str()) && COMPONENTS.iter().any(|name| self.component.is(name))
    }

    fn is_from_attendee(&self) -> bool {
        ["REPLY", "REFRESH", "COUNTER"].contains(&self.method.as_str())
    }

    fn sender(&self) -> &'static str {
        if self.is_from_attendee() {
            "ATTENDEE"
        } else {
            "ORGANIZER"
        }
    }

    fn names(&self, property: &str, who: &str) -> bool {
        let mut named = self.component.properties_named(property);
        named.any(|property| address_eq(&property.value, who))
    }

    /// Whether the message may go to this calendar user (table 2).
    fn is_for(&self, recipient: &str) -> bool {
        match self.method.as_str() {
            "PUBLISH" => true,
            _ if self.is_from_attendee() => self.names("ORGANIZER", recipient),
            _ => self.names("ATTENDEE", recipient),
        }
    }

    /// What came of it, as a REQUEST-STATUS (RFC 5546 section 3.6).
    fn deliver(&self, world: &mut World, originator: &str, recipient: &str) -> &'static str {
        if self.method == "PUBLISH" && world.policy.deviates(Deviation::PublicationOverwrites) {
            postman::overwrite(world, recipient, self.document);
        }
        let message = Message::from_document(self.document.clone(), originator, recipient);
        let Some(message) = message.filter(|_| self.is_supported()) else {
            return "3.14;Unsupported capability";
        };
        match postman::receive(world, message) {
            Delivery::Pending => "1.0;Pending",
            Delivery::Sent | Delivery::Delivered => "2.0;Success",
            Delivery::UnknownUser => "3.7;Invalid calendar user",
            Delivery::NoPrivilege => "3.8;No authority",
            Delivery::Failed => "5.1;Service unavailable",
            Delivery::NoRoute => "5.2;Invalid calendar service",
            Delivery::Rejected => "5.3;No scheduling support for user",
        }
    }
}

fn response(responses: Vec<RecipientResponse>) -> Reply {
    let response = ScheduleResponse {
        dialect: Dialect::ISchedule,
        responses,
    };
    Reply::xml(200, response.to_element())
}

fn refusal(code: &'static str, why: &str) -> Reply {
    let root = element("error")
        .child(element(code))
        .child(element("response-description").with_text(why));
    Reply::xml(403, root)
}

/// What senders may ask for (section 10.2).
fn capabilities(world: &World) -> Element {
    let limits = &world.limits;
    let messages = COMPONENTS.map(|component| {
        let methods = METHODS.map(|method| element("method").with_attr("name", method));
        element("component")
            .with_attr("name", component)
            .with_children(methods)
    });
    let data = element("calendar-data-type")
        .with_attr("content-type", "text/calendar")
        .with_attr("version", "2.0");
    let text = |name: &'static str, value: &str| element(name).with_text(value);
    element("query-result").child(
        element("capabilities")
            .child(text("serial-number", "1"))
            .child(element("versions").child(text("version", "1.0")))
            .child(element("scheduling-messages").with_children(messages))
            .child(element("calendar-data-types").child(data))
            .child(element("attachments").child(element("external")))
            .child(text("max-content-length", &limits.resource_octets.to_string()))
            .child(text("min-date-time", &limits.min_date_time))
            .child(text("max-date-time", &limits.max_date_time))
            .child(text("max-recipients", &MAX_RECIPIENTS.to_string()))
            .child(text("administrator", "mailto:administrator@calconform.invalid")),
    )
}

fn element(name: &'static str) -> Element {
    Element::new(QName::new(ISCHEDULE, name))
}
