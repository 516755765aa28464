//! free-busy-query (RFC 4791 section 7.10).

use jiff::Timestamp;

use crate::dav::{Element, caldav};
use crate::ical::Property;
use crate::ical::time::DateTime;

use super::access::{self, Privilege};
use super::filter::Range;
use super::freebusy;
use super::http::{Depth, Refusal, Reply, Request};
use super::instances::{FIRST, LAST};
use super::object::CALENDAR_TYPE;
use super::report;
use super::resource::Resource;
use super::store::Found;
use super::world::World;

/// # Errors
/// 400; CALDAV:valid-filter for a range that is none.
pub fn free_busy(
    world: &World,
    request: &Request,
    resource: Resource<'_>,
    root: &Element,
) -> Result<Reply, Refusal> {
    let range = Range::read(report::needed(root, &caldav("time-range"))?, &world.limits)?;
    let levels = match report::depth(request)? {
        Depth::Zero => 0,
        Depth::One => 1,
        Depth::Infinity => usize::MAX,
    };
    let Resource::Stored(target, Found::Collection(_)) = resource else {
        return Err(Refusal::new(403, "free-busy-query is for collections"));
    };
    let busy = world
        .store
        .calendars(&target.user)
        .into_iter()
        .filter(|(spot, calendar)| {
            // The objects are one level below their calendar.
            spot.is_within(&target)
                && spot.names.len() - target.names.len() < levels
                && freebusy::counts(calendar, &world.policy)
                && access::holds(world, &request.user, spot, Privilege::ReadFreeBusy)
        })
        .flat_map(|(_, calendar)| freebusy::of_calendar(calendar, range, &world.policy))
        .collect();
    let mut head = vec![freebusy::stamp()];
    let mut time = |name: &str, at: Timestamp| {
        if at != FIRST && at != LAST {
            head.push(Property::new(name, DateTime::from_instant(at).to_string()));
        }
    };
    time("DTSTART", range.start);
    time("DTEND", range.end);
    let document = freebusy::document(None, head, &freebusy::coalesce(busy, range));
    Ok(Reply::octets(200, document.to_bytes(), CALENDAR_TYPE))
}
