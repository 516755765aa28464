//! PUT.

use jiff::Timestamp;

use super::conditions;
use super::http::{Refusal, Reply, Request};
use super::object;
use super::path::Spot;
use super::policy::{Deviation, Variant};
use super::postman::{self, Change};
use super::props::schedule_tag;
use super::store::{Found, Kind, Object};
use super::world::World;
use crate::ical;

/// Stores a resource.
///
/// # Errors
/// 403 with a precondition, 405, 409, 412.
pub fn put(world: &mut World, request: &Request, spot: &Spot) -> Result<Reply, Refusal> {
    let kind = kind_of_parent(world, spot)?;
    let old = match world.store.find(spot) {
        Some(Found::Collection(_)) => return Err(Refusal::new(405, "this is a collection")),
        Some(Found::Object(object)) => Some(object),
        None => None,
    };
    conditions::check(request, old)?;
    let tag_matched = conditions::check_schedule_tag(world, request, old)?;
    if request.header("content-range").is_some() {
        return Err(Refusal::new(400, "parts of a resource cannot be put"));
    }
    let created = old.is_none();
    match kind {
        Kind::Plain => {
            let kind = request
                .header("content-type")
                .unwrap_or_else(|| "application/octet-stream".to_owned());
            let mut object = Object::new(request.body.clone(), &kind, Timestamp::now());
            if let Some(old) = old {
                object.created = old.created;
                object.props = old.props.clone();
            }
            object.etag = world.store.fresh();
            world.store.put(spot, object);
        }
        Kind::Calendar(components) => {
            postman::check_privileges(world, &request.user, spot, &request.body)?;
            object::check_type(request.content_type())?;
            let document = match world.policy.varies(Variant::MethodDropped) {
                true => object::read(&without_method(&request.body), &components, &world.limits)?,
                false => object::read(&request.body, &components, &world.limits)?,
            };
            check_uid(world, spot, &document, None)?;
            let change = Change {
                spot,
                new: Some((document, request.body.clone())),
                tag_matched,
                schedule_reply: true,
            };
            postman::write(world, &request.user, change)?;
        }
        Kind::Home | Kind::Inbox(_) | Kind::Outbox => {
            return Err(Refusal::new(403, "nothing can be put into this collection"));
        }
    }
    let stored = world.store.object(spot).ok_or_else(Refusal::not_found)?;
    let tag = schedule_tag(world, stored).filter(|_| !world.policy.deviates(Deviation::NoScheduleTagOnPut));
    // RFC 4791 section 5.3.4: no entity tag for other octets than those that were sent.
    let etag = (stored.octets == request.body).then(|| format!("\"{}\"", stored.etag));
    Ok(Reply::empty(if created { 201 } else { 204 })
        .with_some("etag", etag)
        .with_some("schedule-tag", tag))
}

/// [`Variant::MethodDropped`].
fn without_method(octets: &[u8]) -> Vec<u8> {
    let Ok(mut document) = ical::read(octets) else {
        return octets.to_vec();
    };
    if let Some(calendar) = document.calendar_mut() {
        calendar.remove_properties("METHOD");
    }
    document.to_bytes()
}

/// The kind of the collection that a resource is to be put into.
///
/// # Errors
/// 409 if there is none.
pub fn kind_of_parent(world: &World, spot: &Spot) -> Result<Kind, Refusal> {
    spot.parent()
        .and_then(|parent| world.store.collection(&parent))
        .map(|parent| parent.kind.clone())
        .ok_or_else(|| Refusal::new(409, "there is no collection to put it into"))
}

/// CALDAV:no-uid-conflict: the UID is new in the calendar, or that of the object it replaces. `leaving` is on its way out of
/// the calendar.
///
/// # Errors
/// 403 with the href of the resource that has the UID.
pub fn check_uid(
    world: &World,
    spot: &Spot,
    document: &crate::ical::Document,
    leaving: Option<&Spot>,
) -> Result<(), Refusal> {
    use super::props::href_element;
    use crate::dav::{Element, caldav};
    let uid = document
        .calendar()
        .and_then(|calendar| object::parts(calendar).find_map(|part| part.text("UID")));
    let conflict = |at: &Spot, why: &str| {
        let condition = Element::new(caldav("no-uid-conflict")).child(href_element(world.href(at)));
        Err(Refusal {
            may_be_409: true,
            ..Refusal::element(403, condition, why)
        })
    };
    if world
        .store
        .object(spot)
        .is_some_and(|old| old.calendar.is_some() && old.uid() != uid)
    {
        return conflict(spot, "the resource has another UID");
    }
    let Some(parent) = spot.parent() else {
        return Ok(());
    };
    let calendar = world.store.collection(&parent);
    for (name, other) in calendar.iter().flat_map(|calendar| calendar.objects()) {
        let at = parent.child(name);
        if at != *spot && Some(&at) != leaving && other.uid() == uid {
            return conflict(&at, "the UID is in use in this calendar");
        }
    }
    Ok(())
}
