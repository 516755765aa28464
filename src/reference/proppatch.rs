//! PROPPATCH (RFC 4918 section 9.2), and setting properties when a collection is made.

use crate::dav::{Attribute, DavError, Element, Multistatus, Propstat, QName, Response, caldav, dav, names};
use crate::ical;

use super::http::{Refusal, Reply, Request};
use super::path::{Place, Spot};
use super::policy::Deviation;
use super::props;
use super::resource::Resource;
use super::store::{Found, Kind};
use super::world::World;

/// One instruction.
#[derive(Debug, Clone)]
pub enum Patch {
    Set(Element),
    Remove(QName),
}

impl Patch {
    pub fn name(&self) -> QName {
        match self {
            Patch::Set(element) => element.qname(),
            Patch::Remove(name) => name.clone(),
        }
    }
}

/// Why one instruction cannot be carried out: its status, and the condition if there is one.
pub type Objection = (u16, Option<QName>);

/// The instructions in DAV:propertyupdate, DAV:mkcol or CALDAV:mkcalendar, in order.
///
/// # Errors
/// 400 if a DAV:set or DAV:remove has no DAV:prop.
pub fn read(root: &Element) -> Result<Vec<Patch>, Refusal> {
    let mut patches = Vec::new();
    for instruction in root.elements() {
        let is_set = instruction.is(&dav("set"));
        if !is_set && !instruction.is(&dav("remove")) {
            continue;
        }
        let prop = instruction
            .first(&dav("prop"))
            .ok_or_else(|| Refusal::new(400, format!("line {}: no D:prop", instruction.line)))?;
        let lang = [root, instruction, prop]
            .iter()
            .rev()
            .find_map(|element| element.lang());
        for element in prop.elements() {
            patches.push(if is_set {
                Patch::Set(with_lang(element, lang))
            } else {
                Patch::Remove(element.qname())
            });
        }
    }
    Ok(patches)
}

/// The language in scope belongs to the value (RFC 4918 section 4.3).
fn with_lang(element: &Element, lang: Option<&str>) -> Element {
    let mut element = element.clone();
    if let (None, Some(lang)) = (element.lang(), lang) {
        element.attrs.push(Attribute {
            ns: names::XML.into(),
            name: "lang".into(),
            value: lang.to_owned(),
        });
    }
    element
}

/// # Errors
/// 400 for a body that is no DAV:propertyupdate.
pub fn proppatch(world: &mut World, request: &Request) -> Result<Reply, Refusal> {
    let root = request.xml()?.filter(|root| root.is(&dav("propertyupdate")));
    let root = root.ok_or_else(|| Refusal::new(400, "the body is no D:propertyupdate"))?;
    let patches = read(&root)?;
    if patches.is_empty() {
        return Err(Refusal::new(400, "D:propertyupdate holds no instruction"));
    }
    let resource = Resource::at(world, &request.place)?;
    let href = resource.href(world);
    let kind = match resource.stored() {
        Some(Found::Collection(collection)) => Some(collection.kind.clone()),
        _ => None,
    };
    let is_stored = resource.stored().is_some();
    let objections: Vec<Option<Objection>> = patches
        .iter()
        .map(|patch| match is_stored {
            true => objection(world, request, kind.as_ref(), patch),
            false => Some((403, Some(dav("cannot-modify-protected-property")))),
        })
        .collect();
    if objections.iter().all(Option::is_none)
        && let Place::Home(spot) = &request.place
    {
        for patch in patches.iter().cloned() {
            apply(world, request, spot, patch);
        }
    }
    let response = Response {
        hrefs: vec![href],
        propstats: outcome(&patches, &objections),
        ..Response::default()
    };
    Ok(Reply::xml(
        207,
        Multistatus {
            responses: vec![response],
            ..Multistatus::default()
        }
        .to_element(),
    ))
}

/// What speaks against an instruction on a stored resource of this kind (`None` for an object).
pub fn objection(world: &World, request: &Request, kind: Option<&Kind>, patch: &Patch) -> Option<Objection> {
    let name = patch.name();
    if props::is_protected(world, &name) {
        return Some((403, Some(dav("cannot-modify-protected-property"))));
    }
    if name == caldav("schedule-default-calendar-URL") && matches!(kind, Some(Kind::Inbox(_))) {
        return default_calendar_objection(world, request, patch);
    }
    if name == caldav("schedule-default-calendar-URL") {
        // Defined on Inboxes only (-10 section 12.2).
        return Some((403, Some(dav("cannot-modify-protected-property"))));
    }
    let Patch::Set(value) = patch else { return None };
    if !matches!(kind, Some(Kind::Calendar(_))) {
        return None;
    }
    match (&*name.ns, &*name.name) {
        (names::CALDAV, "calendar-timezone") if !is_time_zone(&value.text()) => {
            Some((403, Some(caldav("valid-calendar-data"))))
        }
        (names::CALDAV, "schedule-calendar-transp")
            if value.has(&caldav("opaque")) == value.has(&caldav("transparent")) =>
        {
            Some((409, None))
        }
        _ => None,
    }
}

fn default_calendar_objection(world: &World, request: &Request, patch: &Patch) -> Option<Objection> {
    let Patch::Set(value) = patch else {
        return Some((403, Some(caldav("default-calendar-needed"))));
    };
    if world.policy.deviates(Deviation::DefaultCalendarUnchecked) {
        return None;
    }
    match named_calendar(world, request, value) {
        Some(_) => None,
        None => Some((403, Some(caldav("valid-schedule-default-calendar-URL")))),
    }
}

/// The calendar of the Inbox's owner that the value names.
fn named_calendar(world: &World, request: &Request, value: &Element) -> Option<Spot> {
    let Place::Home(inbox) = &request.place else {
        return None;
    };
    let href = value.href()?;
    match Place::read(world.hrefs.path_of(&href, &request.host)?).ok()? {
        Place::Home(spot) if spot.user == inbox.user => world
            .store
            .collection(&spot)
            .is_some_and(|found| found.is_calendar())
            .then_some(spot),
        _ => None,
    }
}

/// Exactly one VTIMEZONE (RFC 4791 section 5.2.2).
fn is_time_zone(text: &str) -> bool {
    ical::read(text.trim_start().as_bytes()).is_ok_and(|document| {
        let Some(calendar) = document.calendar() else {
            return false;
        };
        let mut zones = calendar.components();
        let zone = zones.next();
        zones.next().is_none()
            && zone.is_some_and(|zone| {
                zone.is("VTIMEZONE") && zone.property("TZID").is_some() && zone.components().next().is_some()
            })
    })
}

fn apply(world: &mut World, request: &Request, spot: &Spot, patch: Patch) {
    if patch.name() == caldav("schedule-default-calendar-URL")
        && let Patch::Set(value) = &patch
    {
        let named = named_calendar(world, request, value).map(|spot| spot.names);
        if let Some(collection) = world.store.collection_mut(spot)
            && let Kind::Inbox(default) = &mut collection.kind
        {
            *default = named;
            world.store.touch(spot);
            return;
        }
    }
    if let Patch::Set(value) = &patch
        && value.is(&caldav("schedule-tag"))
        && let Some(object) = world.store.object_mut(spot)
    {
        // Only where it is not protected, see `props::is_protected`.
        object.schedule_tag = Some(value.trimmed().trim_matches('"').to_owned());
        return;
    }
    let props = match world.store.find(spot) {
        Some(Found::Collection(_)) => world.store.collection_mut(spot).map(|found| &mut found.props),
        _ => world.store.object_mut(spot).map(|found| &mut found.props),
    };
    if let Some(props) = props {
        match patch {
            Patch::Set(value) => props.insert(value.qname(), value),
            Patch::Remove(name) => props.remove(&name),
        };
    }
    world.store.touch(spot);
}

/// A propstat for each kind of outcome: if one instruction failed, all others have failed with it (424).
pub fn outcome(patches: &[Patch], objections: &[Option<Objection>]) -> Vec<Propstat> {
    let failed = objections.iter().any(Option::is_some);
    let mut propstats: Vec<Propstat> = Vec::new();
    for (patch, objection) in patches.iter().zip(objections) {
        let (status, condition) = match objection {
            Some((status, condition)) => (*status, condition.clone()),
            None if failed => (424, None),
            None => (200, None),
        };
        let error = condition.map(|name| DavError::new(name).to_element());
        let prop = Element::new(patch.name());
        match propstats
            .iter_mut()
            .find(|one| one.status == status && one.error == error)
        {
            Some(propstat) => propstat.props.push(prop),
            None => propstats.push(Propstat {
                error,
                ..Propstat::new(status, vec![prop])
            }),
        }
    }
    propstats
}
