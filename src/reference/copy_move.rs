//! COPY and MOVE (RFC 4918 sections 9.8 and 9.9; for scheduling -10 sections 5.2.3.2 and 5.2.3.3).

use crate::dav::{Element, caldav};
use crate::ical;

use super::access::{self, Privilege};
use super::conditions;
use super::delete;
use super::http::{self, Depth, Refusal, Reply, Request};
use super::mkcol;
use super::object;
use super::path::{Place, Spot};
use super::policy::Deviation;
use super::postman::{self, Change};
use super::props::{href_element, schedule_tag};
use super::put;
use super::scheduling::{self, Transfer};
use super::store::{Found, Kind, Member, Object};
use super::world::World;

/// # Errors
/// 400, 403, 409, 412, 502 as RFC 4918 says, and the preconditions of PUT.
pub fn copy_move(world: &mut World, request: &Request, from: &Spot) -> Result<Reply, Refusal> {
    let is_move = request.method == "MOVE";
    let to = destination(world, request)?;
    let into = to
        .parent()
        .ok_or_else(|| Refusal::new(403, "a home cannot be replaced"))?;
    access::need(world, &request.user, &into, Privilege::Bind)?;
    let source = world.store.find(from).ok_or_else(Refusal::not_found)?;
    conditions::check(request, source.object())?;
    conditions::check_schedule_tag(world, request, source.object())?;
    if to.is_within(from) || from.is_within(&to) {
        return Err(Refusal::new(
            403,
            "source and destination are the same or inside each other",
        ));
    }
    let kind = put::kind_of_parent(world, &to)?;
    let overwritten = world.store.find(&to).is_some();
    if overwritten {
        if is_move && world.policy.deviates(Deviation::IfScheduleTagMatchOnDestination) {
            conditions::check_schedule_tag(world, request, world.store.object(&to))?;
        }
        access::need(world, &request.user, &into, Privilege::Unbind)?;
        if request
            .header("overwrite")
            .is_some_and(|value| value.eq_ignore_ascii_case("F"))
        {
            return Err(Refusal::new(
                412,
                "Overwrite: there is something at the destination",
            ));
        }
    }
    match source {
        Found::Object(object) => {
            let object = object.clone();
            object_to(world, request, (from, object), (&to, kind), is_move)?;
        }
        Found::Collection(found) => {
            let is_calendar = found.is_calendar();
            collection_to(world, request, from, &to, is_calendar, is_move)?;
        }
    }
    let tag = world
        .store
        .object(&to)
        .and_then(|object| schedule_tag(world, object))
        .filter(|_| !world.policy.deviates(Deviation::NoScheduleTagOnMove));
    Ok(Reply::empty(if overwritten { 204 } else { 201 }).with_some("schedule-tag", tag))
}

fn destination(world: &World, request: &Request) -> Result<Spot, Refusal> {
    let header = request
        .header("destination")
        .ok_or_else(|| Refusal::new(400, "there is no Destination"))?;
    let path = world
        .hrefs
        .path_of(&header, &request.host)
        .ok_or_else(|| Refusal::new(502, "Destination is on another server"))?;
    let path = path.split(['?', '#']).next().unwrap_or(path);
    match Place::read(path).map_err(|why| Refusal::new(400, format!("Destination: {why}")))? {
        Place::Home(spot) => Ok(spot),
        _ => Err(Refusal::new(403, "nothing can be put at the destination")),
    }
}

fn object_to(
    world: &mut World,
    request: &Request,
    (from, object): (&Spot, Object),
    (to, kind): (&Spot, Kind),
    is_move: bool,
) -> Result<(), Refusal> {
    if world.store.collection(to).is_some() {
        return Err(Refusal::new(403, "an object cannot replace a collection"));
    }
    let from_calendar = matches!(put::kind_of_parent(world, from)?, Kind::Calendar(_));
    let components = match kind {
        Kind::Calendar(components) => Some(components),
        Kind::Plain => None,
        Kind::Home | Kind::Inbox(_) | Kind::Outbox => {
            return Err(Refusal::new(403, "nothing can be put into this collection"));
        }
    };
    let to_calendar = components.is_some();
    let document = match components {
        Some(components) => {
            object::check_type(http::media_type(&object.content_type))?;
            let document = object::read(&object.octets, &components, &world.limits)?;
            put::check_uid(world, to, &document, Some(from).filter(|_| is_move))?;
            Some(document)
        }
        None => None,
    };
    let schedule_reply = delete::schedule_reply(world, request);
    let put_there = |world: &mut World| {
        let new = document.clone().map(|document| (document, object.octets.clone()));
        let change = Change {
            spot: to,
            new,
            tag_matched: false,
            schedule_reply: true,
        };
        postman::write(world, &request.user, change)
    };
    let remove_here = |world: &mut World| {
        let change = Change {
            spot: from,
            new: None,
            tag_matched: false,
            schedule_reply,
        };
        postman::write(world, &request.user, change)
    };
    // Between users it is a PUT and a DELETE: nobody's calendar takes another's scheduling object as it is.
    let as_put_and_delete = from_calendar
        && to_calendar
        && (from.user != to.user
            || world.policy.deviates(match is_move {
                true => Deviation::MoveBetweenCalendarsCancels,
                false => Deviation::CopyBetweenCalendarsInvites,
            }));
    if as_put_and_delete {
        if is_move {
            remove_here(world)?;
        }
        return put_there(world);
    }
    let transfer = match is_move {
        true => scheduling::move_transfer(from_calendar, to_calendar),
        false => scheduling::copy_transfer(from_calendar, to_calendar, &world.policy),
    };
    match transfer {
        Transfer::AsPut
            if world.policy.deviates(match is_move {
                true => Deviation::MoveInSilent,
                false => Deviation::CopyInSilent,
            }) =>
        {
            if is_move {
                world.store.remove(from);
            }
            let calendar = document.map(scheduling::Stored::new);
            carry(world, to, Object { calendar, ..object }, to_calendar);
        }
        Transfer::AsPut => {
            put_there(world)?;
            if is_move {
                world.store.remove(from);
            }
        }
        Transfer::MayRefuse if object.schedule_tag.is_some() => {
            let condition = Element::new(caldav("unique-scheduling-object-resource"))
                .child(href_element(world.href(from)));
            return Err(Refusal::element(
                403,
                condition,
                "the UID is in use in another calendar",
            ));
        }
        Transfer::Plain | Transfer::MayRefuse => {
            let outside = !from_calendar && !to_calendar;
            if outside && world.policy.deviates(Deviation::OutsideInvites) {
                postman::send(world, to, ical::read(&object.octets).ok());
            }
            if is_move {
                world.store.remove(from);
            }
            carry(world, to, object, to_calendar);
        }
        Transfer::AsDelete => {
            remove_here(world)?;
            carry(world, to, object, to_calendar);
        }
    }
    Ok(())
}

/// The object as it is, without scheduling. Its schedule tag goes along, unless another scheduling object is replaced.
fn carry(world: &mut World, to: &Spot, mut object: Object, to_calendar: bool) {
    object.etag = world.store.fresh();
    if !to_calendar {
        object.schedule_tag = None;
        object.calendar = None;
    } else if object.schedule_tag.is_some() && world.store.find(to).is_some() {
        object.schedule_tag = Some(world.store.fresh());
    }
    world.store.put(to, object);
}

fn collection_to(
    world: &mut World,
    request: &Request,
    from: &Spot,
    to: &Spot,
    is_calendar: bool,
    is_move: bool,
) -> Result<(), Refusal> {
    let depth = request.depth(Depth::Infinity)?;
    if depth == Depth::One || (is_move && depth == Depth::Zero) {
        return Err(Refusal::new(400, "Depth does not fit"));
    }
    mkcol::check_location(world, to, is_calendar)?;
    if from.user != to.user {
        return Err(Refusal::new(403, "collections stay in their home"));
    }
    if world.store.find(to).is_some() {
        delete::remove_collection(world, request, to)?;
    }
    if is_move {
        let default = delete::default_calendar(world, &from.user).filter(|default| default.is_within(from));
        if let Some(Member::Collection(collection)) = world.store.remove(from) {
            world.store.put_collection(to, collection);
        }
        if let Some(default) = default {
            // The default calendar stays the default calendar under its new name.
            let names: Vec<String> = to
                .names
                .iter()
                .chain(&default.names[from.names.len()..])
                .cloned()
                .collect();
            if let Some(inbox) = world.store.collection_mut(&World::inbox(&from.user)) {
                inbox.kind = Kind::Inbox(Some(names));
            }
        }
    } else {
        world.store.copy_collection(from, to, depth == Depth::Infinity);
    }
    if world.policy.deviates(Deviation::TransparencyLost)
        && let Some(collection) = world.store.collection_mut(to)
    {
        collection.props.remove(&caldav("schedule-calendar-transp"));
    }
    Ok(())
}
