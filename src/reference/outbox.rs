//! POST to an Outbox: busy time requests (-10 section 7, RFC 6638 section 5).

use crate::dav::{Dialect, Element, RecipientResponse, ScheduleResponse, caldav, names};
use crate::ical::time::{DateTime, Zone};
use crate::ical::{Component, Property};

use super::access::{self, Privilege};
use super::filter::Range;
use super::freebusy;
use super::http::{Refusal, Reply, Request};
use super::instances;
use super::object;
use super::path::Spot;
use super::policy::{Deviation, Variant};
use super::world::World;

/// Answers a busy time request for every attendee in it.
///
/// # Errors
/// The preconditions of section 7.2; the privilege has been looked at before.
pub fn post(world: &World, request: &Request, outbox: &Spot) -> Result<Reply, Refusal> {
    let body = &request.body;
    let is_too_big = body.len() > world.limits.resource_octets;
    if is_too_big && !world.policy.deviates(Deviation::OutboxSizeUnchecked) {
        let why = format!(
            "{} octets are more than {}",
            body.len(),
            world.limits.resource_octets
        );
        return Err(Refusal::condition(403, caldav("max-resource-size"), why));
    }
    let unchecked = world.policy.deviates(Deviation::CalendarDataUnchecked);
    if !unchecked && !world.policy.varies(Variant::AnyMediaType) {
        object::check_type(request.content_type()).map_err(|refusal| Refusal {
            status: 400,
            may_be_409: false,
            ..refusal
        })?;
    }
    let document = match object::valid_document(body) {
        Err(_) if unchecked => {
            let nobody = ScheduleResponse {
                dialect: Dialect::CalDav,
                responses: Vec::new(),
            };
            return Ok(Reply::xml(200, nobody.to_element()));
        }
        read => read.map_err(|why| Refusal::condition(400, caldav("valid-calendar-data"), why))?,
    };
    let calendar = document.calendar().ok_or_else(Refusal::not_found)?;
    let asked = Asked::read(calendar, world)?;
    let is_owner = world.owner(&outbox.user).has(&asked.organizer.value);
    if !is_owner && !world.policy.deviates(Deviation::ValidOrganizerUnchecked) {
        let why = "the ORGANIZER is not the owner of this Outbox";
        return Err(Refusal::condition(403, caldav("valid-organizer"), why));
    }
    let mut attendees: Vec<&Property> = Vec::new();
    for attendee in &asked.attendees {
        // One answer for each recipient, however often named.
        if !attendees.iter().any(|known| known.value == attendee.value) {
            attendees.push(attendee);
        }
    }
    if world.policy.deviates(Deviation::FirstRecipientOnly) {
        attendees.truncate(1);
    }
    let responses = attendees
        .into_iter()
        .map(|attendee| answer(world, &outbox.user, &asked, attendee))
        .collect();
    let mut root = ScheduleResponse {
        dialect: Dialect::CalDav,
        responses,
    }
    .to_element();
    if world.policy.deviates(Deviation::ScheduleResponseInDavNamespace) {
        root.ns = names::DAV.into();
    }
    if world.policy.deviates(Deviation::RecipientAsText) {
        flatten_recipients(&mut root);
    }
    Ok(Reply::xml(200, root))
}

/// A request that follows RFC 5546 section 3.3.2.
struct Asked<'a> {
    organizer: &'a Property,
    attendees: Vec<&'a Property>,
    uid: &'a Property,
    start: &'a Property,
    end: &'a Property,
    range: Range,
}

impl<'a> Asked<'a> {
    fn read(calendar: &'a Component, world: &World) -> Result<Asked<'a>, Refusal> {
        let unchecked = world.policy.deviates(Deviation::SchedulingMessageUnchecked);
        let refuse = |why: String| Refusal::condition(400, caldav("valid-scheduling-message"), why);
        let one = |component: &'a Component, name: &'static str| -> Result<&'a Property, Refusal> {
            match &component.properties_named(name).collect::<Vec<_>>()[..] {
                [property] => Ok(*property),
                [property, ..] if unchecked => Ok(*property),
                _ => Err(refuse(format!("there must be exactly one {name}"))),
            }
        };
        let method = one(calendar, "METHOD")?;
        if !method.value.trim().eq_ignore_ascii_case("REQUEST") && !unchecked {
            return Err(refuse(format!("METHOD is {}, not REQUEST", method.value)));
        }
        let mut requests = calendar.components_named("VFREEBUSY");
        let request = requests
            .next()
            .ok_or_else(|| refuse("there is no VFREEBUSY".to_owned()))?;
        let foreign = calendar.components().find(|part| {
            ["VEVENT", "VTODO", "VJOURNAL", "VTIMEZONE"]
                .iter()
                .any(|name| part.is(name))
        });
        if !unchecked {
            if requests.next().is_some() {
                return Err(refuse("there is more than one VFREEBUSY".to_owned()));
            }
            if let Some(part) = foreign.or_else(|| request.components().find(|part| part.is("VALARM"))) {
                return Err(refuse(format!("there may be no {}", part.name)));
            }
            for name in ["FREEBUSY", "DURATION", "REQUEST-STATUS", "URL"] {
                if request.property(name).is_some() {
                    return Err(refuse(format!("there may be no {name}")));
                }
            }
            if request.properties_named("CONTACT").count() > 1 {
                return Err(refuse("there is more than one CONTACT".to_owned()));
            }
        }
        one(request, "DTSTAMP")?;
        let time = |property: &'a Property| {
            let is_utc = DateTime::parse(&property.value, None).is_ok_and(|time| time.zone == Zone::Utc);
            instances::utc(&property.value)
                .filter(|_| is_utc)
                .ok_or_else(|| refuse(format!("{} is no UTC date-time", property.name)))
        };
        let (start, end) = (one(request, "DTSTART")?, one(request, "DTEND")?);
        let range = Range {
            start: time(start)?,
            end: time(end)?,
        };
        if range.start >= range.end {
            return Err(refuse("DTEND is not after DTSTART".to_owned()));
        }
        let attendees: Vec<&Property> = request.properties_named("ATTENDEE").collect();
        if attendees.is_empty() {
            return Err(refuse("there is no ATTENDEE".to_owned()));
        }
        let limits = &world.limits;
        let limit = |name: &'static str, why: &str| Err(Refusal::condition(400, caldav(name), why));
        if attendees.len() > limits.attendees {
            return limit("max-attendees-per-instance", "there are too many attendees");
        }
        if start.value < limits.min_date_time {
            return limit("min-date-time", "DTSTART is too early");
        }
        if end.value > limits.max_date_time {
            return limit("max-date-time", "DTEND is too late");
        }
        Ok(Asked {
            organizer: one(request, "ORGANIZER")?,
            attendees,
            uid: one(request, "UID")?,
            start,
            end,
            range,
        })
    }
}

fn answer(world: &World, asker: &str, asked: &Asked<'_>, attendee: &Property) -> RecipientResponse {
    let address = attendee.value.trim();
    let Some(user) = world.by_address(address) else {
        let mut response = RecipientResponse::new(address, "3.7;Invalid calendar user");
        response.calendar_data = world.policy.varies(Variant::EmptyCalendarData).then(String::new);
        return response;
    };
    if !access::holds(
        world,
        asker,
        &World::inbox(&user.name),
        Privilege::ScheduleQueryFreebusy,
    ) {
        return RecipientResponse::new(address, "3.8;No authority");
    }
    let busy = world
        .store
        .calendars(&user.name)
        .into_iter()
        .filter(|(_, calendar)| freebusy::counts(calendar, &world.policy))
        .flat_map(|(_, calendar)| freebusy::of_calendar(calendar, asked.range, &world.policy))
        .collect();
    let head = vec![
        bare(asked.uid),
        freebusy::stamp(),
        bare(asked.start),
        bare(asked.end),
        bare(asked.organizer),
        bare(attendee),
    ];
    let document = freebusy::document(Some("REPLY"), head, &freebusy::coalesce(busy, asked.range));
    let mut response = RecipientResponse::new(address, "2.0;Success");
    response.calendar_data = Some(String::from_utf8_lossy(&document.to_bytes()).into_owned());
    response
}

/// The property as it goes into a message: without the parameters of -10 section 10.
fn bare(property: &Property) -> Property {
    let mut property = property.clone();
    for name in ["SCHEDULE-AGENT", "SCHEDULE-STATUS", "SCHEDULE-FORCE-SEND"] {
        property.remove_param(name);
    }
    property
}

/// [`Deviation::RecipientAsText`].
fn flatten_recipients(root: &mut Element) {
    for response in &mut root.children {
        let crate::dav::Node::Element(response) = response else {
            continue;
        };
        for child in &mut response.children {
            if let crate::dav::Node::Element(recipient) = child
                && recipient.is(&caldav("recipient"))
            {
                *recipient =
                    Element::new(caldav("recipient")).with_text(recipient.href().unwrap_or_default());
            }
        }
    }
}
