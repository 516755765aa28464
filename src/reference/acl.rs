//! Access control as WebDAV shows and sets it (RFC 3744 sections 5 and 8).

use crate::dav::{Attribute, Element, QName, dav, names};

use super::access::{self, Ace, Privilege, Who};
use super::http::{Refusal, Reply, Request};
use super::path::{Place, Spot};
use super::policy::Deviation;
use super::props::href_element;
use super::resource::Resource;
use super::store::{Found, Kind};
use super::world::World;

/// The properties of RFC 3744 section 5 that say who may do what.
pub fn property(world: &World, me: &str, resource: &Resource<'_>, name: &QName) -> Option<Element> {
    let element = Element::new(name.clone());
    match &*name.name {
        "supported-privilege-set" => Some(element.with_children(supported(world, resource, None))),
        "current-user-privilege-set" => Some(element.with_children(current(world, me, resource))),
        "acl-restrictions" => Some(element.child(Element::new(dav("no-invert")))),
        "inherited-acl-set" => {
            let around = match resource {
                Resource::Stored(spot, _) => spot.parent(),
                _ => None,
            };
            Some(element.with_children(around.map(|spot| href_element(world.href(&spot)))))
        }
        "acl" => {
            let may_read = match resource {
                Resource::Stored(spot, _) => access::holds(world, me, spot, Privilege::ReadAcl),
                _ => true,
            };
            may_read.then(|| element.with_children(entries(world, resource)))
        }
        _ => None,
    }
}

/// Which privileges mean something on this resource.
fn applies(resource: &Resource<'_>, privilege: Privilege) -> bool {
    let kind = resource
        .stored()
        .and_then(Found::collection)
        .map(|collection| &collection.kind);
    match privilege {
        one if one.is_for_inbox() => matches!(kind, Some(Kind::Inbox(_))),
        one if one.is_for_outbox() => matches!(kind, Some(Kind::Outbox)),
        _ => true,
    }
}

fn supported(world: &World, resource: &Resource<'_>, parent: Option<Privilege>) -> Vec<Element> {
    let policy = &world.policy;
    let is_scheduling = |one: Privilege| one.is_for_inbox() || one.is_for_outbox();
    Privilege::all()
        .filter(|one| applies(resource, *one))
        .filter(|one| !(is_scheduling(*one) && policy.deviates(Deviation::PrivilegesMissing)))
        .filter(|one| {
            let shown_in = match policy.deviates(Deviation::PrivilegesFlat) && is_scheduling(*one) {
                true => Some(Privilege::All),
                false => one.parent(),
            };
            shown_in == parent
        })
        .map(|one| {
            let mut description =
                Element::new(dav("description")).with_text(one.qname().name.replace('-', " "));
            description.attrs.push(Attribute {
                ns: names::XML.into(),
                name: "lang".into(),
                value: "en".to_owned(),
            });
            let mut element = Element::new(dav("supported-privilege")).child(one.element());
            if is_scheduling(one) && policy.deviates(Deviation::PrivilegesAbstract) {
                element.push(Element::new(dav("abstract")));
            }
            element
                .child(description)
                .with_children(supported(world, resource, Some(one)))
        })
        .collect()
}

fn current(world: &World, me: &str, resource: &Resource<'_>) -> Vec<Element> {
    Privilege::all()
        .filter(|one| applies(resource, *one))
        .filter(|one| match resource {
            Resource::Stored(spot, _) => access::holds(world, me, spot, *one),
            _ => matches!(one, Privilege::Read | Privilege::ReadCurrentUserPrivilegeSet),
        })
        .map(Privilege::element)
        .collect()
}

fn entries(world: &World, resource: &Resource<'_>) -> Vec<Element> {
    let protected = || Element::new(dav("protected"));
    let Resource::Stored(spot, _) = resource else {
        let ace = Ace {
            who: Who::Authenticated,
            grant: true,
            privileges: vec![Privilege::Read],
        };
        return vec![entry(world, &ace).child(protected())];
    };
    let all = Ace {
        who: Who::Owner,
        grant: true,
        privileges: vec![Privilege::All],
    };
    let mut entries = vec![entry(world, &all).child(protected())];
    let mut around = Some(spot.clone());
    while let Some(at) = around {
        for ace in world
            .store
            .collection(&at)
            .iter()
            .flat_map(|collection| &collection.acl)
        {
            let mut element = entry(world, ace);
            if at != *spot {
                element.push(Element::new(dav("inherited")).child(href_element(world.href(&at))));
            }
            entries.push(element);
        }
        around = at.parent();
    }
    entries
}

fn entry(world: &World, ace: &Ace) -> Element {
    let principal = match &ace.who {
        Who::User(user) => href_element(world.hrefs.of(&Place::Principal(user.clone()), true)),
        Who::All => Element::new(dav("all")),
        Who::Authenticated => Element::new(dav("authenticated")),
        Who::Unauthenticated => Element::new(dav("unauthenticated")),
        Who::Owner => Element::new(dav("property")).child(Element::new(dav("owner"))),
    };
    let effect = if ace.grant { dav("grant") } else { dav("deny") };
    Element::new(dav("ace"))
        .child(Element::new(dav("principal")).child(principal))
        .child(Element::new(effect).with_children(ace.privileges.iter().map(|privilege| privilege.element())))
}

/// The ACL method: the entries of the resource itself become these.
///
/// # Errors
/// 400 for another body, 403 with the preconditions of RFC 3744 section 8.1.1.
pub fn set(world: &mut World, request: &Request, spot: &Spot) -> Result<Reply, Refusal> {
    let body = request.xml()?.filter(|root| root.is(&dav("acl")));
    let body = body.ok_or_else(|| Refusal::new(400, "the body is no D:acl"))?;
    let acl = body
        .all(&dav("ace"))
        .map(|ace| read_entry(world, request, ace))
        .collect::<Result<_, _>>()?;
    if let Some(collection) = world.store.collection_mut(spot) {
        collection.acl = acl;
    }
    world.store.touch(spot);
    Ok(Reply::empty(200))
}

fn read_entry(world: &World, request: &Request, ace: &Element) -> Result<Ace, Refusal> {
    let refuse = |name, why: &str| Refusal::condition(403, dav(name), why);
    if ace.has(&dav("invert")) {
        return Err(refuse("no-invert", "principals cannot be inverted"));
    }
    if ace.has(&dav("protected")) {
        return Err(refuse(
            "no-protected-ace-conflict",
            "protected entries cannot be set",
        ));
    }
    if ace.has(&dav("inherited")) {
        return Err(refuse(
            "no-inherited-ace-conflict",
            "inherited entries cannot be set here",
        ));
    }
    let malformed = |what: &str| Refusal::new(400, format!("line {}: D:ace without {what}", ace.line));
    let principal = ace
        .first(&dav("principal"))
        .ok_or_else(|| malformed("D:principal"))?;
    let who = if let Some(href) = principal.href() {
        match world.hrefs.path_of(&href, &request.host).map(Place::read) {
            Some(Ok(Place::Principal(user))) if world.users.contains_key(&user) => Who::User(user),
            _ => return Err(refuse("recognized-principal", "there is no such principal")),
        }
    } else if principal.has(&dav("all")) {
        Who::All
    } else if principal.has(&dav("authenticated")) {
        Who::Authenticated
    } else if principal.has(&dav("unauthenticated")) {
        Who::Unauthenticated
    } else if principal
        .first(&dav("property"))
        .is_some_and(|property| property.has(&dav("owner")))
    {
        Who::Owner
    } else {
        return Err(refuse(
            "allowed-principal",
            "entries about such principals cannot be set",
        ));
    };
    let (grant, effect) = match (ace.first(&dav("grant")), ace.first(&dav("deny"))) {
        (Some(effect), None) => (true, effect),
        (None, Some(effect)) => (false, effect),
        _ => return Err(malformed("exactly one of D:grant and D:deny")),
    };
    let privilege = dav("privilege");
    let privileges = effect
        .all(&privilege)
        .flat_map(Element::elements)
        .map(Element::qname)
        .map(|name| {
            Privilege::named(&name)
                .ok_or_else(|| refuse("not-supported-privilege", &format!("{name} is no privilege here")))
        })
        .collect::<Result<Vec<_>, _>>()?;
    if privileges.is_empty() {
        return Err(malformed("D:privilege"));
    }
    Ok(Ace {
        who,
        grant,
        privileges,
    })
}
