//! HTTP Basic authentication (RFC 7617).

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::http::Reply;
use super::path::Place;
use super::policy::Deviation;
use super::world::World;

/// The user that the credentials are of; `None` without credentials or with wrong ones.
pub fn authenticate(world: &World, place: &Place, headers: &HeaderMap) -> Option<String> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        let presumes = world.policy.deviates(Deviation::NobodyNeedsToAuthenticate);
        return presumed(world, place).filter(|_| presumes);
    };
    let (name, password) = value.to_str().ok().and_then(basic)?;
    (world.users.get(&name)?.password == password).then_some(name)
}

/// What those are answered whom nobody knows.
pub fn challenge() -> Reply {
    Reply::octets(401, "who are you?\n", "text/plain; charset=utf-8").with(
        "www-authenticate",
        "Basic realm=\"calconform reference server\", charset=\"UTF-8\"",
    )
}

fn basic(value: &str) -> Option<(String, String)> {
    let (scheme, token) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(token.trim()).ok()?).ok()?;
    let (name, password) = decoded.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

/// Whoever the place belongs to.
pub fn presumed(world: &World, place: &Place) -> Option<String> {
    let name = match place {
        Place::Principal(user) => user,
        Place::Home(spot) => &spot.user,
        _ => world.users.keys().next()?,
    };
    world.users.contains_key(name).then(|| name.clone())
}
