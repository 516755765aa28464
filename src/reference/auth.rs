//! HTTP Basic authentication (RFC 7617).

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::http::Reply;
use super::path::Place;
use super::policy::Deviation;
use super::world::World;

/// The user that the credentials are of.
///
/// # Errors
/// 401 without credentials or with wrong ones.
pub fn authenticate(world: &World, place: &Place, headers: &HeaderMap) -> Result<String, Reply> {
    let challenge = || {
        Reply::octets(401, "who are you?\n", "text/plain; charset=utf-8").with(
            "www-authenticate",
            "Basic realm=\"calconform reference server\", charset=\"UTF-8\"",
        )
    };
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        if world.policy.deviates(Deviation::NobodyNeedsToAuthenticate) {
            return presumed(world, place).ok_or_else(challenge);
        }
        return Err(challenge());
    };
    let (name, password) = value.to_str().ok().and_then(basic).ok_or_else(challenge)?;
    match world.users.get(&name) {
        Some(user) if user.password == password => Ok(name),
        _ => Err(challenge()),
    }
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

fn presumed(world: &World, place: &Place) -> Option<String> {
    let name = match place {
        Place::Principal(user) => user,
        Place::Home(spot) => &spot.user,
        _ => world.users.keys().next()?,
    };
    world.users.contains_key(name).then(|| name.clone())
}
