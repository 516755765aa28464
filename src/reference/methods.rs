//! Which methods a resource has, and who carries them out.

use crate::dav::caldav;

use super::access::{self, Privilege};
use super::http::{Refusal, Reply, Request};
use super::path::{Place, Spot};
use super::policy::{Deviation, Variant};
use super::store::{Found, Kind};
use super::world::World;
use super::{acl, copy_move, delete, get, mkcol, outbox, propfind, proppatch, put, report};

/// Carries out a request.
///
/// # Errors
/// Whatever speaks against it; nothing has changed then.
pub fn handle(world: &mut World, request: &Request) -> Result<Reply, Refusal> {
    let place = &request.place;
    let method = request.method.as_str();
    if method == "OPTIONS" {
        return Ok(options(world, place));
    }
    if !KNOWN.contains(&method) {
        return Err(Refusal::new(501, "no such method here"));
    }
    // A report needs what its kind needs, see there.
    if let Place::Home(spot) = place
        && method != "REPORT"
    {
        // Authorization comes before anything else can be learned (RFC 6638 section 11.4).
        let needed = needed_privilege(world, spot, method);
        let at = match needed {
            Privilege::Bind | Privilege::Unbind => spot.parent().unwrap_or_else(|| spot.clone()),
            _ => spot.clone(),
        };
        access::need(world, &request.user, &at, needed)?;
    }
    let exists = exists(world, place);
    if exists && !allowed(world, place).contains(&method) {
        match method {
            "MKCALENDAR" | "MKCOL" | "POST" => {}
            _ => return Err(Refusal::new(405, "this resource does not have that method")),
        }
    }
    if !exists && !["PUT", "MKCOL", "MKCALENDAR"].contains(&method) {
        return Err(Refusal::not_found());
    }
    match (method, place) {
        ("GET" | "HEAD", _) => get::get(world, request),
        ("PROPFIND", _) => propfind::propfind(world, request),
        ("REPORT", _) => report::report(world, request),
        ("PROPPATCH", _) => proppatch::proppatch(world, request),
        ("PUT", Place::Home(spot)) => put::put(world, request, spot),
        ("DELETE", Place::Home(spot)) => delete::delete(world, request, spot),
        ("COPY" | "MOVE", Place::Home(spot)) => copy_move::copy_move(world, request, spot),
        ("MKCOL" | "MKCALENDAR", Place::Home(spot)) => mkcol::make(world, request, spot),
        ("ACL", Place::Home(spot)) => acl::set(world, request, spot),
        ("POST", Place::Home(spot)) if is_outbox(world, spot) => outbox::post(world, request, spot),
        ("POST", _) => Err(Refusal::condition(
            400,
            caldav("supported-collection"),
            "POST is for Outboxes",
        )),
        _ => Err(Refusal::new(405, "nothing can be made or changed here")),
    }
}

const KNOWN: [&str; 14] = [
    "OPTIONS",
    "GET",
    "HEAD",
    "PUT",
    "DELETE",
    "POST",
    "PROPFIND",
    "PROPPATCH",
    "REPORT",
    "MKCOL",
    "MKCALENDAR",
    "COPY",
    "MOVE",
    "ACL",
];

fn is_outbox(world: &World, spot: &Spot) -> bool {
    world
        .store
        .collection(spot)
        .is_some_and(|collection| collection.kind == Kind::Outbox)
}

/// RFC 3744 appendix B; those of scheduling come on top where messages are sent.
fn needed_privilege(world: &World, spot: &Spot, method: &str) -> Privilege {
    let exists = world.store.find(spot).is_some();
    match method {
        "PUT" if exists => Privilege::WriteContent,
        "PUT" | "MKCOL" | "MKCALENDAR" => Privilege::Bind,
        "DELETE" | "MOVE" => Privilege::Unbind,
        "PROPPATCH" => Privilege::WriteProperties,
        "ACL" => Privilege::WriteAcl,
        "POST" if is_outbox(world, spot) => Privilege::ScheduleSendFreebusy,
        _ => Privilege::Read,
    }
}

fn exists(world: &World, place: &Place) -> bool {
    match place {
        Place::Nowhere | Place::WellKnown | Place::Receiver => false,
        Place::Principal(user) => world.users.contains_key(user),
        Place::Home(spot) => world.store.find(spot).is_some(),
        Place::Root | Place::Context | Place::Principals | Place::Homes => true,
    }
}

/// The methods of what is at a place, or could be put there.
fn allowed(world: &World, place: &Place) -> Vec<&'static str> {
    let mut methods = vec!["OPTIONS"];
    let reading = ["GET", "HEAD", "PROPFIND", "REPORT"];
    let Place::Home(spot) = place else {
        if exists(world, place) {
            methods.extend(reading);
        }
        if matches!(place, Place::Principal(_)) {
            methods.push("PROPPATCH");
        }
        return methods;
    };
    let making = || {
        let mkcalendar = !world.policy.varies(Variant::NoMkcalendar);
        std::iter::once("MKCOL").chain(mkcalendar.then_some("MKCALENDAR"))
    };
    match world.store.find(spot) {
        None => {
            methods.push("PUT");
            methods.extend(making());
        }
        Some(Found::Object(_)) => {
            methods.extend(reading);
            methods.extend(["PROPPATCH", "PUT", "DELETE", "COPY", "MOVE"]);
        }
        Some(Found::Collection(collection)) => {
            methods.extend(reading);
            methods.extend(["PROPPATCH", "ACL"]);
            match collection.kind {
                Kind::Home => methods.extend(making()),
                Kind::Plain => {
                    methods.extend(["DELETE", "COPY", "MOVE"]);
                    methods.extend(making());
                }
                Kind::Calendar(_) => methods.extend(["DELETE", "COPY", "MOVE"]),
                Kind::Inbox(_) if world.policy.deviates(Deviation::InboxDeletable) => methods.push("DELETE"),
                Kind::Inbox(_) => {}
                Kind::Outbox => methods.push("POST"),
            }
        }
    }
    methods
}

/// The Allow header of a place.
pub fn allow(world: &World, place: &Place) -> String {
    allowed(world, place).join(", ")
}

fn options(world: &World, place: &Place) -> Reply {
    let is_inbox = matches!(place, Place::Home(spot)
        if world.store.collection(spot).is_some_and(|collection| matches!(collection.kind, Kind::Inbox(_))));
    let mut tokens = vec!["1", "3", "access-control", "extended-mkcol"];
    if !world.policy.deviates(Deviation::NoCalendarAccessToken) {
        tokens.push("calendar-access");
    }
    if !(is_inbox && world.policy.deviates(Deviation::InboxWithoutToken)) {
        tokens.push("calendar-auto-schedule");
    }
    let status = if world.policy.varies(Variant::OptionsAnswers204) {
        204
    } else {
        200
    };
    Reply::empty(status)
        .with("allow", allow(world, place))
        .with("dav", tokens.join(", "))
}
