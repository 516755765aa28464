//! MKCALENDAR (RFC 4791 section 5.3.1) and MKCOL, plain and extended (RFC 4918 section 9.3, RFC 5689).

use jiff::Timestamp;

use crate::dav::{Element, Multistatus, QName, Response, caldav, dav};

use super::http::{Refusal, Reply, Request};
use super::path::{Place, Spot};
use super::policy::{Deviation, Variant};
use super::proppatch::{self, Objection, Patch};
use super::store::{Collection, Kind};
use super::world::World;

/// Component types of a calendar that was made without naming any.
const COMPONENTS: [&str; 4] = ["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"];

/// Makes a calendar or a plain collection, with the properties of the body or not at all.
///
/// # Errors
/// 403, 405, 409, 415 as RFC 4791 section 5.3.1 and RFC 4918 section 9.3 say.
pub fn make(world: &mut World, request: &Request, spot: &Spot) -> Result<Reply, Refusal> {
    let is_mkcalendar = request.method == "MKCALENDAR";
    if is_mkcalendar && world.policy.varies(Variant::NoMkcalendar) {
        return Err(Refusal::new(405, "calendars cannot be made here"));
    }
    if world.store.find(spot).is_some() {
        return Err(match is_mkcalendar {
            true => Refusal {
                may_be_409: true,
                ..exists()
            },
            false => Refusal::new(405, "there is something already"),
        });
    }
    let root = request.xml().map_err(|refusal| match is_mkcalendar {
        true => refusal,
        // A body that is no XML at all is of an unknown type (RFC 4918 section 9.3.1).
        false => Refusal {
            status: 415,
            ..refusal
        },
    })?;
    let expected = if is_mkcalendar {
        caldav("mkcalendar")
    } else {
        dav("mkcol")
    };
    if let Some(root) = root.as_ref().filter(|root| !root.is(&expected)) {
        return Err(Refusal::new(
            415,
            format!("expected {expected}, found {}", root.qname()),
        ));
    }
    let mut patches = root
        .as_ref()
        .map(proppatch::read)
        .transpose()?
        .unwrap_or_default();
    let mut objections: Vec<Option<Objection>> = Vec::new();
    let types = take(&mut patches, &dav("resourcetype"));
    let is_calendar = is_mkcalendar || types.as_ref().is_some_and(|types| types.has(&caldav("calendar")));
    if let Some(types) = types {
        let known =
            |one: &Element| one.is(&dav("collection")) || (one.is(&caldav("calendar")) && is_calendar);
        let good = types.has(&dav("collection"))
            && types.elements().all(known)
            && !(is_calendar && world.policy.varies(Variant::NoMkcalendar));
        patches.insert(0, Patch::Set(types));
        objections.push((!good).then(|| (403, Some(dav("valid-resourcetype")))));
    }
    check_location(world, spot, is_calendar)?;
    let mut components: Vec<String> = COMPONENTS.map(str::to_owned).to_vec();
    let kind = if is_calendar {
        Kind::Calendar(components.clone())
    } else {
        Kind::Plain
    };
    for patch in patches.iter().skip(objections.len()) {
        let objection = match patch {
            Patch::Set(value) if is_calendar && value.is(&caldav("supported-calendar-component-set")) => {
                components = value
                    .all(&caldav("comp"))
                    .filter_map(|comp| comp.attr("name"))
                    .map(str::to_ascii_uppercase)
                    .collect();
                (components.is_empty() || components.iter().any(|name| !COMPONENTS.contains(&name.as_str())))
                    .then_some((403, None))
            }
            patch => proppatch::objection(world, request, Some(&kind), patch),
        };
        objections.push(objection);
    }
    if objections.iter().any(Option::is_some) {
        return Ok(failure(world, spot, is_mkcalendar, &patches, &objections));
    }
    let kind = if is_calendar {
        Kind::Calendar(components)
    } else {
        Kind::Plain
    };
    let mut collection = Collection::new(kind, Timestamp::now());
    for patch in patches {
        if let Patch::Set(value) = patch
            && ![dav("resourcetype"), caldav("supported-calendar-component-set")].contains(&value.qname())
        {
            collection.props.insert(value.qname(), value);
        }
    }
    world.store.put_collection(spot, collection);
    Ok(Reply::empty(201).with("cache-control", "no-cache"))
}

fn exists() -> Refusal {
    Refusal::condition(403, dav("resource-must-be-null"), "there is something already")
}

fn take(patches: &mut Vec<Patch>, name: &QName) -> Option<Element> {
    let index = patches
        .iter()
        .position(|patch| matches!(patch, Patch::Set(value) if value.is(name)))?;
    match patches.remove(index) {
        Patch::Set(value) => Some(value),
        Patch::Remove(_) => None,
    }
}

/// Calendars are made in homes and plain collections, other collections there too (RFC 4791 section 4.2, -10 section 4.2).
///
/// # Errors
/// 403 or 409.
pub fn check_location(world: &World, spot: &Spot, is_calendar: bool) -> Result<(), Refusal> {
    let parent = spot.parent().and_then(|parent| world.store.collection(&parent));
    let refuse = |why: &str| match is_calendar {
        true => Refusal::access("calendar-collection-location-ok", why),
        false => Refusal::new(403, why),
    };
    match parent.map(|parent| &parent.kind) {
        None => Err(Refusal::new(409, "there is no collection to make it in")),
        Some(Kind::Home | Kind::Plain) => Ok(()),
        Some(Kind::Calendar(_)) => Err(refuse("a calendar holds no collections")),
        Some(Kind::Inbox(_)) if world.policy.deviates(Deviation::InboxTakesCollections) => Ok(()),
        Some(Kind::Inbox(_) | Kind::Outbox) => Err(refuse("Inbox and Outbox hold no collections")),
    }
}

fn failure(
    world: &World,
    spot: &Spot,
    is_mkcalendar: bool,
    patches: &[Patch],
    objections: &[Option<Objection>],
) -> Reply {
    let propstats = proppatch::outcome(patches, objections);
    let reply = if is_mkcalendar {
        let href = world.hrefs.of(&Place::Home(spot.clone()), true);
        let response = Response {
            hrefs: vec![href],
            propstats,
            ..Response::default()
        };
        Reply::xml(
            207,
            Multistatus {
                responses: vec![response],
                ..Multistatus::default()
            }
            .to_element(),
        )
    } else {
        let statuses = Response {
            propstats,
            ..Response::default()
        };
        let whole = Multistatus {
            responses: vec![statuses],
            ..Multistatus::default()
        }
        .to_element();
        let propstats = whole.elements().flat_map(Element::elements).cloned();
        Reply::xml(403, Element::new(dav("mkcol-response")).with_children(propstats))
    };
    reply.with("cache-control", "no-cache")
}
