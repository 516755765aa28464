//! Calendar user addresses (RFC 5545, section 3.3.3): which of them are the same.
//!
//! Mail addresses are compared without regard to case, also before the `@`, as every scheduling server does, and with
//! percent-encoding undone (RFC 6068); URLs and URNs as RFC 3986, section 6.2 and RFC 8141, section 3 allow. A slash at
//! the end of a path makes no difference.

use std::fmt::Write;

use percent_encoding::percent_decode_str;
use url::{Host, Url};

/// Whether two addresses are the same calendar user's address.
pub fn address_eq(a: &str, b: &str) -> bool {
    a == b || normalize(a) == normalize(b)
}

/// The one form that stands for all spellings of an address. Meant for comparing, not for sending.
pub fn normalize(address: &str) -> String {
    let address = address.trim_matches(|character: char| character.is_ascii_whitespace());
    if address.starts_with('/') {
        let url = Url::parse("http://server").and_then(|server| server.join(address));
        return path(url.as_ref().map_or(address, Url::path));
    }
    let Some((scheme, rest)) = address.split_once(':') else {
        return address.to_owned();
    };
    let scheme = scheme.to_ascii_lowercase();
    match scheme.as_str() {
        "mailto" => format!("mailto:{}", mail(rest)),
        "http" | "https" => http(address).unwrap_or_else(|| format!("{scheme}:{}", percent(rest))),
        "urn" => urn(rest),
        _ => format!("{scheme}:{}", percent(rest)),
    }
}

/// The address with a path made a URL at this server, to compare it with a full one.
pub fn normalize_at(base: &Url, address: &str) -> String {
    let address = address.trim_matches(|character: char| character.is_ascii_whitespace());
    match base.join(address) {
        Ok(url) if address.starts_with('/') => normalize(url.as_str()),
        _ => normalize(address),
    }
}

/// The mail address of a `mailto:` address: decoded, header fields cut off, in the spelling it came in.
pub fn mail_address(address: &str) -> Option<String> {
    let (scheme, rest) = address.trim().split_once(':')?;
    scheme.eq_ignore_ascii_case("mailto").then(|| decoded(rest))
}

fn decoded(rest: &str) -> String {
    let without_fields = rest.split_once('?').map_or(rest, |(address, _)| address);
    percent_decode_str(without_fields)
        .decode_utf8_lossy()
        .into_owned()
}

fn mail(rest: &str) -> String {
    let address = decoded(rest);
    let Some((local, domain)) = address.rsplit_once('@') else {
        return address.to_lowercase();
    };
    let domain = match Host::parse(domain) {
        Ok(host) => host.to_string(),
        Err(_) => domain.to_lowercase(),
    };
    format!("{}@{domain}", local.to_lowercase())
}

fn http(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let mut normal = format!("{}://{}", url.scheme(), url.host_str()?);
    if let Some(port) = url.port() {
        let _ = write!(normal, ":{port}");
    }
    normal.push_str(&path(url.path()));
    if let Some(query) = url.query() {
        let _ = write!(normal, "?{}", percent(query));
    }
    Some(normal)
}

/// `uuid` is the one namespace whose strings are known to ignore case (RFC 9562, section 4).
fn urn(rest: &str) -> String {
    let Some((namespace, string)) = rest.split_once(':') else {
        return format!("urn:{}", rest.to_ascii_lowercase());
    };
    let namespace = namespace.to_ascii_lowercase();
    let string = match namespace.as_str() {
        "uuid" => string.to_ascii_lowercase(),
        _ => percent(string),
    };
    format!("urn:{namespace}:{string}")
}

fn path(path: &str) -> String {
    let mut normal = percent(path);
    let kept = normal.trim_end_matches('/').len();
    normal.truncate(kept);
    if normal.is_empty() { "/".to_owned() } else { normal }
}

/// The characters that never need encoding decoded, whatever must be encoded encoded, hexadecimal digits in upper case.
fn percent(text: &str) -> String {
    let octets = text.as_bytes();
    let mut normal = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&octet) = octets.get(at) {
        let encoded = match octets.get(at..at + 3) {
            Some(&[b'%', high, low]) => hex(high).zip(hex(low)).map(|(high, low)| high * 16 + low),
            _ => None,
        };
        at += if encoded.is_some() { 3 } else { 1 };
        match encoded {
            Some(octet) if is_unreserved(octet) => normal.push(char::from(octet)),
            None if octet.is_ascii_graphic() => normal.push(char::from(octet)),
            encoded => {
                let _ = write!(normal, "%{:02X}", encoded.unwrap_or(octet));
            }
        }
    }
    normal
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|digit| digit as u8)
}

/// RFC 3986, section 2.3.
fn is_unreserved(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b'_' | b'~')
}
