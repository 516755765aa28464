//! Reports about principals (RFC 3744 section 9), and expand-property (RFC 3253 section 3.8).

use crate::dav::{Element, Node, QName, Response, caldav, dav};

use super::http::{Depth, Refusal, Reply, Request};
use super::path::Place;
use super::policy::Deviation;
use super::propfind::{Wanted, describe, multistatus, response};
use super::props;
use super::report;
use super::resource::Resource;
use super::world::World;

/// What principals can be searched by, and what it is called.
fn searchable(world: &World) -> Vec<(QName, &'static str)> {
    let mut found = vec![
        (dav("displayname"), "Display name"),
        (caldav("calendar-user-address-set"), "Calendar user address"),
        (caldav("calendar-user-type"), "Calendar user type"),
    ];
    if world.policy.deviates(Deviation::TypeNotSearchable) {
        found.remove(2);
    }
    if world.policy.deviates(Deviation::AddressNotSearchable) {
        found.remove(1);
    }
    found
}

fn depth_zero(request: &Request) -> Result<(), Refusal> {
    match report::depth(request)? {
        Depth::Zero => Ok(()),
        _ => Err(Refusal::new(400, "this report has Depth 0")),
    }
}

/// principal-property-search.
///
/// # Errors
/// 400.
pub fn search(world: &World, request: &Request, root: &Element) -> Result<Reply, Refusal> {
    depth_zero(request)?;
    let any = root.attr("test").is_some_and(|test| test == "anyof");
    let searches = root
        .all(&dav("property-search"))
        .map(|search| {
            let prop = report::needed(search, &dav("prop"))?;
            let text = report::needed(search, &dav("match"))?.trimmed().to_lowercase();
            Ok((prop.elements().map(Element::qname).collect::<Vec<_>>(), text))
        })
        .collect::<Result<Vec<_>, Refusal>>()?;
    if searches.is_empty() {
        return Err(Refusal::new(400, "there is no D:property-search"));
    }
    let wanted = Wanted::read(root)?.unwrap_or(Wanted::Props(Vec::new()));
    let searchable = searchable(world);
    let within = root.has(&dav("apply-to-principal-collection-set"))
        || matches!(request.place, Place::Root | Place::Context | Place::Principals);
    let holds = |principal: &Resource<'_>, names: &[QName], text: &str| {
        names.iter().all(|name| {
            searchable.iter().any(|(known, _)| known == name)
                && props::value(world, &request.user, principal, name).is_some_and(|value| {
                    texts(&value)
                        .iter()
                        .any(|found| found.to_lowercase().contains(text))
                })
        })
    };
    let found = world
        .users
        .values()
        .filter(|_| within)
        .map(Resource::Principal)
        .filter(|principal| match any {
            true => searches.iter().any(|(names, text)| holds(principal, names, text)),
            false => searches.iter().all(|(names, text)| holds(principal, names, text)),
        })
        .map(|principal| describe(world, &request.user, &principal, &wanted))
        .collect();
    Ok(multistatus(found))
}

/// The texts in an element, each by itself.
fn texts(element: &Element) -> Vec<String> {
    let texts = element.descendants().into_iter().map(Element::trimmed);
    texts.filter(|text| !text.is_empty()).collect()
}

/// principal-search-property-set.
///
/// # Errors
/// 400.
pub fn search_set(world: &World, request: &Request) -> Result<Reply, Refusal> {
    depth_zero(request)?;
    let properties = searchable(world).into_iter().map(|(name, description)| {
        Element::new(dav("principal-search-property"))
            .child(Element::new(dav("prop")).child(Element::new(name)))
            .child(Element::new(dav("description")).with_text(description))
    });
    Ok(Reply::xml(
        200,
        Element::new(dav("principal-search-property-set")).with_children(properties),
    ))
}

/// principal-match: the user's own principal among those of the collection.
///
/// # Errors
/// 400.
pub fn matching(
    world: &World,
    request: &Request,
    resource: &Resource<'_>,
    root: &Element,
) -> Result<Reply, Refusal> {
    depth_zero(request)?;
    if !root.has(&dav("self")) {
        return Err(Refusal::new(400, "only D:self is supported"));
    }
    let wanted = Wanted::read(root)?.unwrap_or(Wanted::Props(Vec::new()));
    let own = Place::Principal(request.user.clone());
    let found = Resource::at(world, &own)
        .ok()
        .filter(|_| resource.is_collection());
    Ok(multistatus(
        found
            .iter()
            .map(|own| describe(world, &request.user, own, &wanted))
            .collect(),
    ))
}

/// expand-property: as PROPFIND, with the resources that hrefs lead to in place of the hrefs.
///
/// # Errors
/// 400.
pub fn expand(
    world: &World,
    request: &Request,
    resource: &Resource<'_>,
    root: &Element,
) -> Result<Reply, Refusal> {
    depth_zero(request)?;
    Ok(multistatus(vec![expanded(world, request, resource, root)]))
}

fn expanded(world: &World, request: &Request, resource: &Resource<'_>, asked: &Element) -> Response {
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for property in asked.all(&dav("property")) {
        let name = QName::owned(
            property.attr("namespace").unwrap_or("DAV:"),
            property.attr("name").unwrap_or_default(),
        );
        if name.name.is_empty() {
            continue;
        }
        match props::value(world, &request.user, resource, &name) {
            None => missing.push(Element::new(name)),
            Some(mut value) => {
                if property.has(&dav("property")) {
                    for child in &mut value.children {
                        if let Node::Element(href) = child
                            && href.is(&dav("href"))
                            && let Some(inner) = follow(world, request, &href.trimmed())
                        {
                            let answer = expanded(world, request, &inner, property).to_element();
                            *child = Node::Element(answer);
                        }
                    }
                }
                found.push(value);
            }
        }
    }
    response(resource.href(world), found, missing)
}

/// What the href leads to, if the user may read it.
fn follow<'a>(world: &'a World, request: &Request, href: &str) -> Option<Resource<'a>> {
    let place = Place::read(world.hrefs.path_of(href, &request.host)?).ok()?;
    if let Place::Home(spot) = &place
        && !super::access::holds(world, &request.user, spot, super::access::Privilege::Read)
    {
        return None;
    }
    Resource::at(world, &place).ok()
}
