//! When two spellings mean the same.

use percent_encoding::percent_decode_str;

use crate::ical::address::address_eq;

/// The same calendar user.
pub(super) fn same_address(a: &str, b: &str) -> bool {
    address_eq(a, b) || same_href(a, b)
}

/// The same resource: an absolute URL or an absolute path, percent-encoded or not. A collection may come without its
/// trailing slash.
pub(super) fn same_href(a: &str, b: &str) -> bool {
    let (Some((a_origin, a_path)), Some((b_origin, b_path))) = (split_href(a), split_href(b)) else {
        return a.trim() == b.trim();
    };
    let same_origin = match (a_origin, b_origin) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    };
    same_origin && a_path.strip_suffix('/').unwrap_or(&a_path) == b_path.strip_suffix('/').unwrap_or(&b_path)
}

/// The same path, whatever the origins: a server behind a proxy may know itself by another name.
pub(super) fn same_path(a: &str, b: &str) -> bool {
    match (split_href(a), split_href(b)) {
        (Some((_, a)), Some((_, b))) => {
            a.strip_suffix('/').unwrap_or(&a) == b.strip_suffix('/').unwrap_or(&b)
        }
        _ => a.trim() == b.trim(),
    }
}

/// Origin (where there is one) and the decoded path with its query.
fn split_href(href: &str) -> Option<(Option<String>, String)> {
    let href = href.trim();
    let is_path = href.starts_with('/') && !href.starts_with("//");
    let url = if is_path {
        url::Url::parse("http://path/").ok()?.join(href)
    } else {
        url::Url::parse(href)
    }
    .ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    // An encoded slash is no separator, so it stays encoded.
    let path = url.path().replace("%2f", "%2F").replace("%2F", "%252F");
    let mut path = percent_decode_str(&path).decode_utf8_lossy().into_owned();
    if let Some(query) = url.query() {
        path = format!("{path}?{query}");
    }
    Some(((!is_path).then(|| url.origin().ascii_serialization()), path))
}

pub(super) fn looks_like_href(text: &str) -> bool {
    let text = text.trim();
    text.starts_with('/')
        || starts_with_ignoring_case(text, "http://")
        || starts_with_ignoring_case(text, "https://")
}

pub(super) fn looks_like_address(text: &str) -> bool {
    let text = text.trim();
    starts_with_ignoring_case(text, "mailto:") || starts_with_ignoring_case(text, "urn:")
}

fn starts_with_ignoring_case(text: &str, start: &str) -> bool {
    text.get(..start.len())
        .is_some_and(|found| found.eq_ignore_ascii_case(start))
}

/// A URI (RFC 3986) or an absolute path, without spaces and control characters.
pub(super) fn is_href(text: &str) -> bool {
    let text = text.trim();
    let clean = !text.is_empty()
        && !text
            .chars()
            .any(|c| c.is_control() || c == ' ' || "<>\"{}|\\^`".contains(c));
    let has_scheme = text.split_once(':').is_some_and(|(scheme, rest)| {
        let mut letters = scheme.chars();
        letters.next().is_some_and(|c| c.is_ascii_alphabetic())
            && letters.all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
            && !rest.is_empty()
    });
    clean && (text.starts_with('/') || has_scheme)
}

/// A quoted string (RFC 2616 section 2.2) without a weakness prefix. RFC 9110 has no spaces and escapes in entity tags;
/// the CalDAV documents refer to RFC 2616, which has, so they are let pass.
pub(super) fn is_opaque_tag(text: &str) -> bool {
    let Some(inner) = text
        .trim()
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    else {
        return false;
    };
    let mut characters = inner.chars().peekable();
    while let Some(c) = characters.next() {
        let fine = match c {
            '"' => false,
            // A lone backslash is an etagc of RFC 9110; before a quote it is an escape of RFC 2616.
            '\\' => {
                characters.next_if_eq(&'"');
                true
            }
            c => !c.is_control() || c == '\t',
        };
        if !fine {
            return false;
        }
    }
    true
}

/// Is this one of the comma-separated tokens? A wanted text with a comma must be there as it is.
pub(super) fn has_token(list: &str, wanted: &str) -> bool {
    let wanted = wanted.trim();
    list.split(',')
        .any(|token| token.trim().eq_ignore_ascii_case(wanted))
        || wanted.contains(',') && list.contains(wanted)
}

/// The same tokens, in whatever order.
pub(super) fn same_list(a: &str, b: &str) -> bool {
    let tokens = |list: &str| {
        let tokens = list.split(',').map(|token| token.trim().to_ascii_lowercase());
        let mut tokens: Vec<String> = tokens.filter(|token| !token.is_empty()).collect();
        tokens.sort();
        tokens.dedup();
        tokens
    };
    tokens(a) == tokens(b)
}

/// The same type and subtype, and every parameter that is wanted; more parameters do no harm.
pub(super) fn same_media_type(found: &str, wanted: &str) -> bool {
    let parts = |text: &str| {
        let mut parts = text
            .split(';')
            .map(|part| part.trim().replace('"', "").to_ascii_lowercase());
        (parts.next().unwrap_or_default(), parts.collect::<Vec<_>>())
    };
    let (found_type, found_parameters) = parts(found);
    let (wanted_type, wanted_parameters) = parts(wanted);
    found_type == wanted_type
        && wanted_parameters
            .iter()
            .all(|wanted| found_parameters.contains(wanted))
}

/// The same number, however it is written.
pub(super) fn same_integer(a: &str, b: &str) -> bool {
    match (a.trim().parse::<i64>(), b.trim().parse::<i64>()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a.trim() == b.trim(),
    }
}
