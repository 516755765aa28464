//! PROPFIND (RFC 4918 section 9.1), and the part of it that reports share.

use crate::dav::{Element, Multistatus, Propstat, QName, Response, caldav, dav};

use super::http::{Depth, Refusal, Reply, Request};
use super::policy::{Deviation, Variant};
use super::props;
use super::resource::Resource;
use super::world::World;

/// Which properties are asked for.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// Those of allprop, and these.
    AllProp(Vec<QName>),
    PropName,
    /// As they stand in the request.
    Props(Vec<Element>),
}

impl Wanted {
    /// Reads the children of DAV:propfind or of a report. `None` if none of the three is there.
    ///
    /// # Errors
    /// 400 if more than one is there.
    pub fn read(parent: &Element) -> Result<Option<Wanted>, Refusal> {
        let prop = parent.first(&dav("prop"));
        let found = [
            prop.is_some(),
            parent.has(&dav("allprop")),
            parent.has(&dav("propname")),
        ];
        match found {
            [false, false, false] => Ok(None),
            [true, false, false] => Ok(Some(Wanted::Props(
                prop.into_iter().flat_map(Element::elements).cloned().collect(),
            ))),
            [false, true, false] => {
                let include = parent.first(&dav("include"));
                let names = include
                    .into_iter()
                    .flat_map(Element::elements)
                    .map(Element::qname);
                Ok(Some(Wanted::AllProp(names.collect())))
            }
            [false, false, true] => Ok(Some(Wanted::PropName)),
            _ => Err(Refusal::new(
                400,
                "only one of D:prop, D:allprop and D:propname is possible",
            )),
        }
    }
}

/// # Errors
/// 400 for a body that is none, 403 with propfind-finite-depth, 404.
pub fn propfind(world: &World, request: &Request) -> Result<Reply, Refusal> {
    let wanted = match request.xml()? {
        None => Wanted::AllProp(Vec::new()),
        Some(root) => {
            refuse_extensions(world, &root, &["prop", "allprop", "propname", "include"])?;
            if !root.is(&dav("propfind")) {
                return Err(Refusal::new(
                    400,
                    format!("expected D:propfind, found {}", root.qname()),
                ));
            }
            Wanted::read(&root)?
                .ok_or_else(|| Refusal::new(400, "D:propfind holds none of D:prop, D:allprop, D:propname"))?
        }
    };
    let depth = request.depth(Depth::Infinity)?;
    let resource = Resource::at(world, &request.place)?;
    if depth == Depth::Infinity && resource.is_collection() && world.policy.varies(Variant::FiniteDepthOnly) {
        return Err(Refusal::condition(
            403,
            dav("propfind-finite-depth"),
            "Depth infinity is not served",
        ));
    }
    let mut responses = Vec::new();
    walk(world, &request.user, resource, depth, &mut |resource| {
        responses.push(describe(world, &request.user, resource, &wanted));
    });
    Ok(multistatus(responses))
}

/// Calls `visit` for the resource and as far below as `depth` says.
pub fn walk<'a>(
    world: &'a World,
    me: &str,
    resource: Resource<'a>,
    depth: Depth,
    visit: &mut dyn FnMut(&Resource<'a>),
) {
    visit(&resource);
    let below = match depth {
        Depth::Zero => return,
        Depth::One => Depth::Zero,
        Depth::Infinity => Depth::Infinity,
    };
    for member in resource.members(world, me) {
        walk(world, me, member, below, visit);
    }
}

/// The DAV:response of one resource.
pub fn describe(world: &World, me: &str, resource: &Resource<'_>, wanted: &Wanted) -> Response {
    let (found, missing) = match wanted {
        Wanted::PropName => (
            props::names(world, me, resource)
                .into_iter()
                .map(Element::new)
                .collect(),
            Vec::new(),
        ),
        Wanted::AllProp(more) => {
            let mut found = props::allprop(world, me, resource);
            for name in more {
                if !found.iter().any(|prop| prop.is(name)) {
                    found.extend(props::value(world, me, resource, name));
                }
            }
            (found, Vec::new())
        }
        Wanted::Props(props) => {
            let mut found = Vec::new();
            let mut missing = Vec::new();
            for prop in props {
                match props::value(world, me, resource, &prop.qname()) {
                    Some(value) => found.push(value),
                    None => missing.push(Element::new(prop.qname())),
                }
            }
            (found, missing)
        }
    };
    response(resource.href(world), found, missing)
}

/// A DAV:response with a propstat for each non-empty list; an empty one with 200 if both are empty.
pub fn response(href: String, found: Vec<Element>, missing: Vec<Element>) -> Response {
    let mut propstats = Vec::new();
    if !found.is_empty() || missing.is_empty() {
        propstats.push(Propstat::new(200, found));
    }
    if !missing.is_empty() {
        propstats.push(Propstat::new(404, missing));
    }
    Response {
        hrefs: vec![href],
        propstats,
        ..Response::default()
    }
}

pub fn multistatus(responses: Vec<Response>) -> Reply {
    Reply::xml(
        207,
        Multistatus {
            responses,
            ..Multistatus::default()
        }
        .to_element(),
    )
}

/// [`Deviation::ExtensionElementsRefused`]: what RFC 4918 section 17 forbids.
///
/// # Errors
/// 400 for a child whose name is none of these.
pub fn refuse_extensions(world: &World, root: &Element, known: &[&str]) -> Result<(), Refusal> {
    let strict = world.policy.deviates(Deviation::ExtensionElementsRefused);
    let is_known = |child: &Element| {
        known.iter().any(|name| child.name == *name) && [dav("").ns, caldav("").ns].contains(&child.ns)
    };
    match root.elements().find(|child| strict && !is_known(child)) {
        Some(child) => Err(Refusal::new(400, format!("unexpected {}", child.qname()))),
        None => Ok(()),
    }
}
