//! DELETE.

use crate::dav::{Multistatus, Response, caldav};

use super::conditions;
use super::http::{Depth, Refusal, Reply, Request};
use super::path::Spot;
use super::policy::Deviation;
use super::postman::{self, Change};
use super::store::{Found, Kind};
use super::world::World;

/// Removes a resource or a collection with all its members.
///
/// # Errors
/// 403 with a precondition, 405, 412.
pub fn delete(world: &mut World, request: &Request, spot: &Spot) -> Result<Reply, Refusal> {
    match world.store.find(spot) {
        None => Err(Refusal::not_found()),
        Some(Found::Object(object)) => {
            conditions::check(request, Some(object))?;
            conditions::check_schedule_tag(world, request, Some(object))?;
            remove_object(world, request, spot)?;
            Ok(Reply::empty(204))
        }
        Some(Found::Collection(_)) => {
            if request.depth(Depth::Infinity)? != Depth::Infinity {
                return Err(Refusal::new(400, "a collection is removed with Depth infinity"));
            }
            remove_collection(world, request, spot)
        }
    }
}

/// Does the attendee's removal send a reply (-10 section 11.1)?
pub fn schedule_reply(world: &World, request: &Request) -> bool {
    world.policy.deviates(Deviation::ScheduleReplyIgnored)
        || request
            .header("schedule-reply")
            .is_none_or(|value| !value.eq_ignore_ascii_case("F"))
}

/// Removes an object, with the scheduling that belongs to it in a calendar.
///
/// # Errors
/// See [`postman::write`].
pub fn remove_object(world: &mut World, request: &Request, spot: &Spot) -> Result<(), Refusal> {
    let in_calendar = spot
        .parent()
        .and_then(|parent| world.store.collection(&parent))
        .is_some_and(|parent| parent.is_calendar());
    if !in_calendar {
        if world.policy.deviates(Deviation::InboxDeleteDeclines) {
            postman::send(world, spot, None);
        }
        world.store.remove(spot);
        return Ok(());
    }
    let schedule_reply = schedule_reply(world, request);
    postman::write(
        world,
        &request.user,
        Change {
            spot,
            new: None,
            tag_matched: false,
            schedule_reply,
        },
    )
}

/// Removes a collection and executes Remove for each scheduling object in it (-10 section 5.2.3.4). Members that have to stay
/// keep the collection.
///
/// # Errors
/// CALDAV:default-calendar-needed.
pub fn remove_collection(world: &mut World, request: &Request, spot: &Spot) -> Result<Reply, Refusal> {
    let default = default_calendar(world, &spot.user);
    if default.is_some_and(|default| default.is_within(spot))
        && !world.policy.deviates(Deviation::DefaultCalendarDeletable)
    {
        let why = "the default calendar cannot be deleted";
        return Err(Refusal::condition(403, caldav("default-calendar-needed"), why));
    }
    let mut failures = Vec::new();
    if !world.policy.deviates(Deviation::CollectionDeletedSilently) {
        let inside: Vec<Spot> = world
            .store
            .calendars(&spot.user)
            .into_iter()
            .filter(|(calendar, _)| calendar.is_within(spot))
            .flat_map(|(calendar, found)| {
                found
                    .objects()
                    .map(move |(name, _)| calendar.child(name))
                    .collect::<Vec<_>>()
            })
            .collect();
        for object in inside {
            if let Err(refusal) = remove_object(world, request, &object) {
                failures.push(Response {
                    hrefs: vec![world.href(&object)],
                    status: Some(refusal.status),
                    error: refusal.error(),
                    ..Response::default()
                });
            }
        }
    }
    if !failures.is_empty() {
        let answer = Multistatus {
            responses: failures,
            ..Multistatus::default()
        };
        return Ok(Reply::xml(207, answer.to_element()));
    }
    world.store.remove(spot);
    Ok(Reply::empty(204))
}

/// What the Inbox says is the default calendar.
pub fn default_calendar(world: &World, user: &str) -> Option<Spot> {
    match &world.store.collection(&World::inbox(user))?.kind {
        Kind::Inbox(Some(names)) => Some(Spot {
            user: user.to_owned(),
            names: names.clone(),
        }),
        _ => None,
    }
}
