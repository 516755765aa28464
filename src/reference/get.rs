//! GET and HEAD.

use super::conditions;
use super::http::{Refusal, Reply, Request};
use super::policy::Deviation;
use super::props::{http_date, schedule_tag};
use super::resource::Resource;
use super::store::Found;
use super::world::World;

/// An object, or the hrefs of a collection's members as plain text.
///
/// # Errors
/// 404, 412.
pub fn get(world: &World, request: &Request) -> Result<Reply, Refusal> {
    let resource = Resource::at(world, &request.place)?;
    let Some(Found::Object(object)) = resource.stored() else {
        let hrefs: String = resource
            .members(world, &request.user)
            .iter()
            .map(|member| format!("{}\n", member.href(world)))
            .collect();
        return Ok(Reply::octets(200, hrefs, "text/plain; charset=utf-8"));
    };
    conditions::check_match(request, Some(object))?;
    let tag = schedule_tag(world, object).filter(|_| !world.policy.deviates(Deviation::NoScheduleTagOnGet));
    let reply = if conditions::is_not_modified(request, object) {
        Reply::empty(304)
    } else {
        Reply::octets(200, object.octets.clone(), object.content_type.clone())
    };
    Ok(reply
        .with("etag", format!("\"{}\"", object.etag))
        .with("last-modified", http_date(object.modified))
        .with_some("schedule-tag", tag))
}
