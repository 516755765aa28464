//! sync-collection (RFC 6578).

use crate::dav::{Element, Multistatus, Response, dav};

use super::http::{Refusal, Reply, Request};
use super::propfind::{Wanted, describe};
use super::report::{needed, sync_token};
use super::resource::Resource;
use super::store::Found;
use super::world::World;

/// # Errors
/// 400, 403 with DAV:valid-sync-token or DAV:sync-traversal-supported, 507 for a limit that is too low.
pub fn sync(
    world: &World,
    request: &Request,
    resource: &Resource<'_>,
    root: &Element,
) -> Result<Reply, Refusal> {
    let Resource::Stored(spot, Found::Collection(collection)) = resource else {
        return Err(Refusal::not_found());
    };
    if needed(root, &dav("sync-level"))?.trimmed() != "1" {
        let why = "only the members themselves are synchronized";
        return Err(Refusal::condition(403, dav("sync-traversal-supported"), why));
    }
    let token = root
        .first(&dav("sync-token"))
        .map(Element::trimmed)
        .unwrap_or_default();
    let since = match token.as_str() {
        "" => 0,
        token => token
            .strip_prefix("urn:x-calconform:sync:")
            .and_then(|number| number.parse::<u64>().ok())
            .filter(|revision| *revision <= world.store.revision())
            .ok_or_else(|| Refusal::condition(403, dav("valid-sync-token"), "this is no token of ours"))?,
    };
    let wanted = Wanted::read(root)?.unwrap_or(Wanted::Props(Vec::new()));
    let mut responses = Vec::new();
    for member in resource.members(world, &request.user) {
        let revision = match member.stored() {
            Some(Found::Object(object)) => object.revision,
            Some(Found::Collection(inner)) => inner.revision,
            None => continue,
        };
        if token.is_empty() || revision > since {
            responses.push(describe(world, &request.user, &member, &wanted));
        }
    }
    if !token.is_empty() {
        responses.extend(collection.removed_since(since).map(|name| Response {
            hrefs: vec![world.href(&spot.child(name))],
            status: Some(404),
            ..Response::default()
        }));
    }
    let limit = root
        .first(&dav("limit"))
        .and_then(|limit| limit.first(&dav("nresults")))
        .and_then(|number| number.trimmed().parse::<usize>().ok());
    if limit.is_some_and(|limit| responses.len() > limit) {
        let why = "more has changed than the limit allows";
        return Err(Refusal::condition(
            507,
            dav("number-of-matches-within-limits"),
            why,
        ));
    }
    let answer = Multistatus {
        responses,
        sync_token: Some(sync_token(world.store.revision())),
        description: None,
    };
    Ok(Reply::xml(207, answer.to_element()))
}
