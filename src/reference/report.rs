//! REPORT: which reports there are, and what each needs.

use crate::dav::{Element, QName, caldav, dav};

use super::access::{self, Privilege};
use super::http::{Depth, Refusal, Reply, Request};
use super::path::Place;
use super::policy::Deviation;
use super::propfind::refuse_extensions;
use super::resource::Resource;
use super::store::{Found, Kind};
use super::world::World;
use super::{report_freebusy, report_objects, report_principals, report_sync};

const QUERY: QName = caldav("calendar-query");
const MULTIGET: QName = caldav("calendar-multiget");
const FREE_BUSY: QName = caldav("free-busy-query");
const SYNC: QName = dav("sync-collection");
const EXPAND: QName = dav("expand-property");
const SEARCH: QName = dav("principal-property-search");
const SEARCH_SET: QName = dav("principal-search-property-set");
const MATCH: QName = dav("principal-match");

/// The reports of a resource (DAV:supported-report-set).
pub fn supported(resource: &Resource<'_>) -> Vec<QName> {
    let mut reports = vec![EXPAND];
    match resource {
        Resource::Root | Resource::Context | Resource::Principals => {
            reports.extend([SEARCH, SEARCH_SET, MATCH]);
        }
        Resource::Principal(_) | Resource::Homes => reports.extend([SEARCH, SEARCH_SET]),
        Resource::Stored(_, Found::Object(object)) if object.calendar.is_some() => {
            reports.extend([QUERY, MULTIGET]);
        }
        Resource::Stored(_, Found::Object(_)) => {}
        Resource::Stored(_, Found::Collection(collection)) => {
            reports.extend([SEARCH, SEARCH_SET]);
            match collection.kind {
                Kind::Calendar(_) => reports.extend([QUERY, MULTIGET, FREE_BUSY, SYNC]),
                Kind::Inbox(_) => reports.extend([QUERY, MULTIGET, SYNC]),
                Kind::Home | Kind::Plain => reports.extend([QUERY, MULTIGET, FREE_BUSY, SYNC]),
                Kind::Outbox => {}
            }
        }
    }
    reports
}

/// # Errors
/// 400 for a body that is none, 403 with DAV:supported-report, and what the reports themselves refuse.
pub fn report(world: &World, request: &Request) -> Result<Reply, Refusal> {
    let root = request
        .xml()?
        .ok_or_else(|| Refusal::new(400, "REPORT needs a body"))?;
    let kind = root.qname();
    if let Place::Home(spot) = &request.place {
        let me = &request.user;
        if kind == FREE_BUSY {
            // RFC 4791 section 7.10: nobody learns of URLs by this report.
            let holds = world.users.contains_key(&spot.user)
                && access::holds(world, me, spot, Privilege::ReadFreeBusy);
            if !holds {
                return Err(Refusal::not_found());
            }
        } else {
            access::need(world, me, spot, Privilege::Read)?;
        }
    }
    let resource = Resource::at(world, &request.place)?;
    refuse_extensions(world, &root, &KNOWN_CHILDREN)?;
    let is_inbox =
        matches!(resource.stored(), Some(Found::Collection(found)) if matches!(found.kind, Kind::Inbox(_)));
    let misplaced = is_inbox && kind == FREE_BUSY && world.policy.deviates(Deviation::InboxFreeBusyQuery);
    if !supported(&resource).contains(&kind) && !misplaced {
        return Err(Refusal::condition(
            403,
            dav("supported-report"),
            format!("{kind} is not supported here"),
        ));
    }
    match (&*kind.ns, &*kind.name) {
        (_, "calendar-query") => report_objects::query(world, request, resource, &root),
        (_, "calendar-multiget") => report_objects::multiget(world, request, &resource, &root),
        (_, "free-busy-query") => report_freebusy::free_busy(world, request, resource, &root),
        (_, "sync-collection") => report_sync::sync(world, request, &resource, &root),
        (_, "expand-property") => report_principals::expand(world, request, &resource, &root),
        (_, "principal-property-search") => report_principals::search(world, request, &root),
        (_, "principal-search-property-set") => report_principals::search_set(world, request),
        _ => report_principals::matching(world, request, &resource, &root),
    }
}

const KNOWN_CHILDREN: [&str; 16] = [
    "prop",
    "allprop",
    "propname",
    "filter",
    "timezone",
    "href",
    "time-range",
    "sync-token",
    "sync-level",
    "limit",
    "property",
    "property-search",
    "apply-to-principal-collection-set",
    "self",
    "principal-property",
    "include",
];

/// The Depth of a report; 0 without the header (RFC 3253 section 3.6).
///
/// # Errors
/// 400 for another value.
pub fn depth(request: &Request) -> Result<Depth, Refusal> {
    request.depth(Depth::Zero)
}

/// The DAV:sync-token (RFC 6578) of a revision.
pub fn sync_token(revision: u64) -> String {
    format!("urn:x-calconform:sync:{revision}")
}

/// The element of this name.
///
/// # Errors
/// 400 without one.
pub fn needed<'a>(root: &'a Element, name: &QName) -> Result<&'a Element, Refusal> {
    root.first(name)
        .ok_or_else(|| Refusal::new(400, format!("{} without {name}", root.qname())))
}
