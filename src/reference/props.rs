//! Live properties: which there are, and their values.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::dav::{Element, QName, caldav, calendarserver, dav};

use super::acl;
use super::path::{Place, Spot};
use super::policy::{Deviation, Variant};
use super::report;
use super::resource::Resource;
use super::store::{Collection, Found, Kind, Object};
use super::world::World;

/// Collations that text matches may ask for (RFC 4791 section 7.5).
pub const COLLATIONS: [&str; 2] = ["i;ascii-casemap", "i;octet"];

/// Live properties by name, and whether allprop returns them: those of RFC 4918 section 15 only.
static LIVE: [(QName, bool); 42] = [
    (dav("resourcetype"), true),
    (dav("displayname"), true),
    (dav("creationdate"), true),
    (dav("getcontentlength"), true),
    (dav("getcontenttype"), true),
    (dav("getetag"), true),
    (dav("getlastmodified"), true),
    (dav("current-user-principal"), false),
    (dav("principal-URL"), false),
    (dav("alternate-URI-set"), false),
    (dav("group-member-set"), false),
    (dav("group-membership"), false),
    (dav("owner"), false),
    (dav("supported-privilege-set"), false),
    (dav("current-user-privilege-set"), false),
    (dav("acl"), false),
    (dav("acl-restrictions"), false),
    (dav("inherited-acl-set"), false),
    (dav("principal-collection-set"), false),
    (dav("supported-report-set"), false),
    (dav("sync-token"), false),
    (calendarserver("getctag"), false),
    (caldav("calendar-home-set"), false),
    (caldav("calendar-user-address-set"), false),
    (caldav("calendar-user-type"), false),
    (caldav("schedule-inbox-URL"), false),
    (caldav("schedule-outbox-URL"), false),
    (caldav("schedule-default-calendar-URL"), false),
    (caldav("schedule-calendar-transp"), false),
    (caldav("schedule-tag"), false),
    (caldav("calendar-description"), false),
    (caldav("calendar-timezone"), false),
    (caldav("supported-calendar-component-set"), false),
    (caldav("supported-calendar-data"), false),
    (caldav("supported-collation-set"), false),
    (caldav("max-resource-size"), false),
    (caldav("min-date-time"), false),
    (caldav("max-date-time"), false),
    (caldav("max-instances"), false),
    (caldav("max-attendees-per-instance"), false),
    (dav("supportedlock"), true),
    (dav("lockdiscovery"), true),
];

/// What clients may set although the server gives it a meaning, on collections.
static SETTABLE: [QName; 5] = [
    dav("displayname"),
    caldav("calendar-description"),
    caldav("calendar-timezone"),
    caldav("schedule-calendar-transp"),
    caldav("schedule-default-calendar-URL"),
];

/// What the -10 properties are that allprop must not return.
static SCHEDULING: [QName; 6] = [
    caldav("calendar-user-address-set"),
    caldav("calendar-user-type"),
    caldav("schedule-inbox-URL"),
    caldav("schedule-outbox-URL"),
    caldav("schedule-calendar-transp"),
    caldav("schedule-default-calendar-URL"),
];

/// Does the server alone decide what this property is?
pub fn is_protected(world: &World, name: &QName) -> bool {
    if *name == caldav("schedule-tag") && world.policy.deviates(Deviation::ScheduleTagWritable) {
        return false;
    }
    if *name == caldav("schedule-default-calendar-URL") && !has_settable_default(world) {
        return true;
    }
    LIVE.iter().any(|(live, _)| live == name) && !SETTABLE.contains(name)
}

fn has_settable_default(world: &World) -> bool {
    !world.policy.varies(Variant::NoDefaultCalendarProperty)
        && !world.policy.varies(Variant::FixedDefaultCalendar)
}

/// The properties that a resource has: live ones first, then dead ones.
pub fn names(world: &World, me: &str, resource: &Resource<'_>) -> Vec<QName> {
    let mut names: Vec<QName> = LIVE
        .iter()
        .map(|(name, _)| name.clone())
        .filter(|name| value(world, me, resource, name).is_some())
        .collect();
    for name in resource.stored().iter().flat_map(|found| found.props().keys()) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// The properties that allprop returns (RFC 4918 section 9.1): dead ones, and the live ones of that document.
pub fn allprop(world: &World, me: &str, resource: &Resource<'_>) -> Vec<Element> {
    let tells_all = world.policy.deviates(Deviation::AllpropTellsAll);
    names(world, me, resource)
        .into_iter()
        .filter(|name| match LIVE.iter().find(|(live, _)| live == name) {
            Some((_, in_allprop)) => *in_allprop || (tells_all && SCHEDULING.contains(name)),
            None => true,
        })
        .filter_map(|name| value(world, me, resource, &name))
        .collect()
}

/// The property as an element; `None` if the resource has none of that name.
pub fn value(world: &World, me: &str, resource: &Resource<'_>, name: &QName) -> Option<Element> {
    live(world, me, resource, name).or_else(|| resource.stored()?.props().get(name).cloned())
}

fn live(world: &World, me: &str, resource: &Resource<'_>, name: &QName) -> Option<Element> {
    let element = || Element::new(name.clone());
    let href = |place: Place, is_collection| {
        Some(element().child(href_element(world.hrefs.of(&place, is_collection))))
    };
    let text = |text: String| Some(element().with_text(text));
    match (&*name.ns, &*name.name) {
        ("DAV:", "resourcetype") => {
            Some(element().with_children(resource_type(world, resource).into_iter().map(Element::new)))
        }
        ("DAV:", "current-user-principal") => href(Place::Principal(me.to_owned()), true),
        ("DAV:", "principal-collection-set") => href(Place::Principals, true),
        ("DAV:", "owner") => href(Place::Principal(resource.owner()?.to_owned()), true),
        ("DAV:", "supported-report-set") => Some(element().with_children(
            report::supported(resource).into_iter().map(|report| {
                Element::new(dav("supported-report"))
                    .child(Element::new(dav("report")).child(Element::new(report)))
            }),
        )),
        ("DAV:", "supportedlock" | "lockdiscovery") => Some(element()),
        (
            "DAV:",
            "acl"
            | "acl-restrictions"
            | "supported-privilege-set"
            | "current-user-privilege-set"
            | "inherited-acl-set",
        ) => acl::property(world, me, resource, name),
        _ => match resource {
            Resource::Principal(user) => match (&*name.ns, &*name.name) {
                ("DAV:", "displayname") => text(user.display_name.clone()),
                ("DAV:", "principal-URL") => href(Place::Principal(user.name.clone()), true),
                ("DAV:", "alternate-URI-set" | "group-membership") => Some(element()),
                (_, "calendar-home-set") => href(Place::Home(Spot::new(&user.name, &[])), true),
                (_, "schedule-inbox-URL") => href(Place::Home(World::inbox(&user.name)), true),
                (_, "schedule-outbox-URL") => href(Place::Home(World::outbox(&user.name)), true),
                (_, "calendar-user-type") => text(user.kind.clone()),
                (_, "calendar-user-address-set") => {
                    Some(element().with_children(world.addresses(&user.name).into_iter().map(href_element)))
                }
                _ => None,
            },
            Resource::Stored(spot, Found::Collection(collection)) => {
                of_collection(world, spot, collection, name)
            }
            Resource::Stored(_, Found::Object(object)) => of_object(world, object, name),
            Resource::Root | Resource::Context | Resource::Principals | Resource::Homes => None,
        },
    }
}

fn of_collection(world: &World, spot: &Spot, collection: &Collection, name: &QName) -> Option<Element> {
    let element = || Element::new(name.clone());
    let text = |text: String| Some(element().with_text(text));
    match (&*name.ns, &*name.name) {
        ("DAV:", "creationdate") => return text(timestamp(collection.created)),
        ("DAV:", "sync-token") => return text(report::sync_token(collection.revision)),
        (_, "getctag") => return text(report::sync_token(collection.revision)),
        _ => {}
    }
    let components = match &collection.kind {
        Kind::Calendar(components) => components.clone(),
        Kind::Inbox(_) => ["VEVENT", "VTODO"].map(str::to_owned).to_vec(),
        Kind::Outbox => vec!["VFREEBUSY".to_owned()],
        Kind::Home | Kind::Plain => return None,
    };
    let limits = &world.limits;
    match (&collection.kind, &*name.name) {
        (Kind::Calendar(_), "schedule-calendar-transp") => Some(
            collection
                .props
                .get(name)
                .cloned()
                .unwrap_or_else(|| element().child(Element::new(caldav("opaque")))),
        ),
        (Kind::Inbox(default), "schedule-default-calendar-URL")
            if !world.policy.varies(Variant::NoDefaultCalendarProperty) =>
        {
            let default = default.as_ref().map(|names| Spot {
                user: spot.user.clone(),
                names: names.clone(),
            });
            Some(
                element().with_children(
                    default.map(|spot| href_element(world.hrefs.of(&Place::Home(spot), true))),
                ),
            )
        }
        (Kind::Inbox(_), "calendar-timezone") if world.policy.varies(Variant::InboxSaysMore) => text(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//calconform//reference server//EN\r\nBEGIN:VTIMEZONE\r\n\
             TZID:Etc/UTC\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0000\r\n\
             TZOFFSETTO:+0000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nEND:VCALENDAR\r\n"
                .to_owned(),
        ),
        (Kind::Inbox(_), "max-instances") if world.policy.varies(Variant::InboxSaysMore) => {
            text("10000".to_owned())
        }
        (_, "supported-calendar-component-set") => Some(
            element().with_children(
                components
                    .into_iter()
                    .map(|name| Element::new(caldav("comp")).with_attr("name", name)),
            ),
        ),
        (_, "supported-calendar-data") => Some(
            element().child(
                Element::new(caldav("calendar-data"))
                    .with_attr("content-type", "text/calendar")
                    .with_attr("version", "2.0"),
            ),
        ),
        (_, "max-resource-size") => text(limits.resource_octets.to_string()),
        (_, "min-date-time") => text(limits.min_date_time.clone()),
        (_, "max-date-time") => text(limits.max_date_time.clone()),
        (_, "max-attendees-per-instance") => text(limits.attendees.to_string()),
        (Kind::Calendar(_) | Kind::Inbox(_), "max-instances") => text(limits.instances?.to_string()),
        (Kind::Calendar(_) | Kind::Inbox(_), "supported-collation-set") => Some(
            element().with_children(
                COLLATIONS
                    .iter()
                    .map(|name| Element::new(caldav("supported-collation")).with_text(*name)),
            ),
        ),
        _ => None,
    }
}

fn of_object(world: &World, object: &Object, name: &QName) -> Option<Element> {
    let text = |text: String| Some(Element::new(name.clone()).with_text(text));
    match (&*name.ns, &*name.name) {
        ("DAV:", "creationdate") => text(timestamp(object.created)),
        ("DAV:", "getlastmodified") => text(http_date(object.modified)),
        ("DAV:", "getetag") => text(format!("\"{}\"", object.etag)),
        ("DAV:", "getcontenttype") => text(object.content_type.clone()),
        ("DAV:", "getcontentlength") => text(object.octets.len().to_string()),
        (_, "schedule-tag") if !world.policy.deviates(Deviation::NoScheduleTagProperty) => {
            text(schedule_tag(world, object)?)
        }
        _ => None,
    }
}

/// The schedule tag as header and property show it (-10 section 11.2).
pub fn schedule_tag(world: &World, object: &Object) -> Option<String> {
    let tag = object.schedule_tag.as_ref()?;
    Some(match world.policy.deviates(Deviation::ScheduleTagUnquoted) {
        true => tag.clone(),
        false => format!("\"{tag}\""),
    })
}

fn resource_type(world: &World, resource: &Resource<'_>) -> Vec<QName> {
    let collection = dav("collection");
    match resource {
        Resource::Root | Resource::Context | Resource::Principals | Resource::Homes => vec![collection],
        Resource::Principal(_) => vec![collection, dav("principal")],
        Resource::Stored(_, Found::Object(_)) => Vec::new(),
        Resource::Stored(_, Found::Collection(found)) => match found.kind {
            Kind::Home | Kind::Plain => vec![collection],
            Kind::Calendar(_) => vec![collection, caldav("calendar")],
            Kind::Inbox(_) if world.policy.deviates(Deviation::InboxResourcetypeWrong) => vec![collection],
            Kind::Inbox(_) => vec![collection, caldav("schedule-inbox")],
            Kind::Outbox if world.policy.deviates(Deviation::OutboxResourcetypeWrong) => {
                vec![caldav("schedule-outbox")]
            }
            Kind::Outbox => vec![collection, caldav("schedule-outbox")],
        },
    }
}

/// DAV:href with this text.
pub fn href_element(href: impl Into<String>) -> Element {
    Element::new(dav("href")).with_text(href)
}

fn timestamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// An HTTP-date (RFC 9110 section 5.6.7).
pub fn http_date(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC)
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string()
}
