//! calendar-query and calendar-multiget (RFC 4791 sections 7.8 and 7.9), also on Inboxes (-10 section 4.3).

use jiff::tz::TimeZone;

use crate::dav::{Element, Response, caldav, dav};
use crate::ical;

use super::access::{self, Privilege};
use super::calendar_data::Selection;
use super::filter::{Filter, Scope};
use super::http::{Refusal, Reply, Request};
use super::instances;
use super::object::parts;
use super::path::{Place, Spot};
use super::policy::Deviation;
use super::propfind::{Wanted, describe, multistatus, walk};
use super::report;
use super::resource::Resource;
use super::store::{Found, Kind, Object};
use super::world::World;

/// # Errors
/// 400, and the preconditions of section 7.8.
pub fn query<'a>(
    world: &'a World,
    request: &Request,
    resource: Resource<'a>,
    root: &Element,
) -> Result<Reply, Refusal> {
    let depth = report::depth(request)?;
    let asked = Asked::read(root)?;
    let filter = Filter::read(report::needed(root, &caldav("filter"))?, &world.limits)?;
    let zone = root.first(&caldav("timezone")).map(time_zone).transpose()?;
    let mut responses = Vec::new();
    walk(world, &request.user, resource, depth, &mut |one| {
        let Resource::Stored(spot, Found::Object(object)) = one else {
            return;
        };
        let Some(place) = container(world, spot) else {
            return;
        };
        if place.is_inbox && world.policy.deviates(Deviation::InboxNotQueried) {
            return;
        }
        let Some(stored) = &object.calendar else { return };
        let zone = zone.clone().unwrap_or_else(|| place.zone.clone());
        let scope = Scope {
            document: &stored.document,
            zone: &zone,
            is_inbox: place.is_inbox && !world.policy.deviates(Deviation::StartlessNotMatched),
        };
        if filter.matches(&scope) {
            responses.push(asked.describe(world, request, one, object, &zone));
        }
    });
    Ok(multistatus(responses))
}

/// # Errors
/// 400, and the preconditions of section 7.9.
pub fn multiget(
    world: &World,
    request: &Request,
    resource: &Resource<'_>,
    root: &Element,
) -> Result<Reply, Refusal> {
    let asked = Asked::read(root)?;
    let Resource::Stored(target, _) = resource else {
        return Err(Refusal::not_found());
    };
    let hrefs: Vec<String> = root.all(&dav("href")).map(Element::trimmed).collect();
    if hrefs.is_empty() {
        return Err(Refusal::new(400, "calendar-multiget names no D:href"));
    }
    let responses = hrefs.into_iter().map(|href| {
        let missing = |status| Response {
            hrefs: vec![href.clone()],
            status: Some(status),
            ..Response::default()
        };
        let path = world.hrefs.path_of(&href, &request.host).map(Place::read);
        let Some(Ok(Place::Home(spot))) = path else {
            return missing(404);
        };
        if !spot.is_within(target) {
            return missing(404);
        }
        if !access::holds(world, &request.user, &spot, Privilege::Read) {
            return missing(403);
        }
        let Some(object) = world.store.object(&spot) else {
            return missing(404);
        };
        let Some(place) = container(world, &spot) else {
            return missing(404);
        };
        let one = Resource::Stored(spot, Found::Object(object));
        let mut response = asked.describe(world, request, &one, object, &place.zone);
        // Readers match the answer with what they asked for.
        response.hrefs = vec![href.clone()];
        response
    });
    Ok(multistatus(responses.collect()))
}

/// The calendar or Inbox around an object.
struct Container {
    is_inbox: bool,
    /// What floating times are on.
    zone: TimeZone,
}

fn container(world: &World, spot: &Spot) -> Option<Container> {
    let collection = world.store.collection(&spot.parent()?)?;
    let is_inbox = matches!(collection.kind, Kind::Inbox(_));
    (is_inbox || collection.is_calendar()).then(|| Container {
        is_inbox,
        zone: instances::zone_of(collection),
    })
}

/// CALDAV:timezone of a query.
fn time_zone(element: &Element) -> Result<TimeZone, Refusal> {
    let refuse = || Refusal::access("valid-calendar-data", "CALDAV:timezone is no single VTIMEZONE");
    let document = ical::read(element.text().trim_start().as_bytes()).map_err(|_| refuse())?;
    let calendar = document.calendar().ok_or_else(refuse)?;
    if parts(calendar).next().is_some() || calendar.components().count() != 1 {
        return Err(refuse());
    }
    Ok(instances::zone_in(&document))
}

/// What a report returns of each object: properties, and perhaps CALDAV:calendar-data.
struct Asked {
    wanted: Wanted,
    data: Option<Selection>,
}

impl Asked {
    fn read(root: &Element) -> Result<Asked, Refusal> {
        let mut wanted = Wanted::read(root)?.unwrap_or(Wanted::Props(Vec::new()));
        let mut data = None;
        if let Wanted::Props(props) = &mut wanted {
            // CALDAV:calendar-data only looks like a property.
            if let Some(index) = props.iter().position(|prop| prop.is(&caldav("calendar-data"))) {
                data = Some(Selection::read(&props.remove(index))?);
            }
        }
        Ok(Asked { wanted, data })
    }

    fn describe(
        &self,
        world: &World,
        request: &Request,
        resource: &Resource<'_>,
        object: &Object,
        zone: &TimeZone,
    ) -> Response {
        let mut response = describe(world, &request.user, resource, &self.wanted);
        if let Some(selection) = &self.data
            && let Some(stored) = &object.calendar
        {
            let text = selection.apply(&stored.document, &object.octets, zone);
            let data = Element::new(caldav("calendar-data")).with_text(text);
            match response
                .propstats
                .iter_mut()
                .find(|propstat| propstat.status == 200)
            {
                Some(propstat) => propstat.props.push(data),
                None => response
                    .propstats
                    .insert(0, crate::dav::Propstat::new(200, vec![data])),
            }
        }
        response
    }
}
