//! Conditional requests: If-Match, If-None-Match (RFC 9110 section 13) and If-Schedule-Tag-Match (-10 sections 8 and 11.3).

use super::http::{Refusal, Request};
use super::policy::Deviation;
use super::store::Object;
use super::world::World;

/// If-Match and, for methods that change something, If-None-Match.
///
/// # Errors
/// 412.
pub fn check(request: &Request, object: Option<&Object>) -> Result<(), Refusal> {
    check_match(request, object)?;
    if let (Some(header), Some(object)) = (request.header("if-none-match"), object)
        && tags(&header).any(|tag| tag == "*" || opaque(tag) == object.etag)
    {
        return Err(Refusal::new(
            412,
            "If-None-Match: there is a resource with that entity tag",
        ));
    }
    Ok(())
}

/// If-Match alone.
///
/// # Errors
/// 412.
pub fn check_match(request: &Request, object: Option<&Object>) -> Result<(), Refusal> {
    let Some(header) = request.header("if-match") else {
        return Ok(());
    };
    // Strong comparison: a weak tag never matches.
    let holds = |object: &Object| {
        tags(&header).any(|tag| tag == "*" || (tag.starts_with('"') && opaque(tag) == object.etag))
    };
    match object {
        Some(object) if holds(object) => Ok(()),
        _ => Err(Refusal::new(
            412,
            "If-Match: there is no resource with that entity tag",
        )),
    }
}

/// If-None-Match of GET and HEAD.
pub fn is_not_modified(request: &Request, object: &Object) -> bool {
    request
        .header("if-none-match")
        .is_some_and(|header| tags(&header).any(|tag| tag == "*" || opaque(tag) == object.etag))
}

/// Was there an If-Schedule-Tag-Match? It applies to the resource at the Request-URI, which must have that schedule tag.
///
/// # Errors
/// 412 if it has not, 400 if the header is no opaque-tag.
pub fn check_schedule_tag(
    world: &World,
    request: &Request,
    object: Option<&Object>,
) -> Result<bool, Refusal> {
    let Some(header) = request.header("if-schedule-tag-match") else {
        return Ok(false);
    };
    if world.policy.deviates(Deviation::IfScheduleTagMatchIgnored) {
        return Ok(false);
    }
    let current = object.and_then(|object| object.schedule_tag.as_deref());
    let unquoted = world.policy.deviates(Deviation::ScheduleTagUnquoted);
    match current {
        Some(current) if is_opaque(&header) && opaque(&header) == current => Ok(true),
        // What is handed out without quotes must be taken back without them.
        Some(current) if unquoted && header == current => Ok(true),
        _ if !is_opaque(&header) && !unquoted => {
            Err(Refusal::new(400, "If-Schedule-Tag-Match takes one quoted tag"))
        }
        _ => Err(Refusal::new(
            412,
            "If-Schedule-Tag-Match: the resource does not have that schedule tag",
        )),
    }
}

fn is_opaque(tag: &str) -> bool {
    tag.len() >= 2 && tag.starts_with('"') && tag.ends_with('"') && !tag[1..tag.len() - 1].contains('"')
}

/// The entity tags of a list. Commas may be inside the quotes.
fn tags(header: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    header
        .split(move |c| {
            quoted ^= c == '"';
            c == ',' && !quoted
        })
        .map(str::trim)
        .filter(|tag| !tag.is_empty())
}

fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_tags_are_split_outside_quotes() {
        assert_eq!(
            tags(r#""a,b", W/"c" ,*"#).collect::<Vec<_>>(),
            [r#""a,b""#, r#"W/"c""#, "*"]
        );
    }
}
