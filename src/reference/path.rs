//! The URL space: places and their hrefs.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::policy::{Policy, Variant};

/// What a path stands for, whether or not there is anything.
///
/// ```text
/// /                                root of the server
/// /.well-known/ischedule           the iSchedule receiver
/// /caldav/                         this profile (also what /.well-known/caldav leads to)
/// /caldav/principals/user01/       a principal
/// /caldav/calendars/user01/        a calendar home; below it inbox/, outbox/, calendars and other collections
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    Root,
    WellKnown,
    /// The iSchedule receiver, at its well-known URL itself.
    Receiver,
    Context,
    Principals,
    Principal(String),
    Homes,
    Home(Spot),
    /// No resource is ever here.
    Nowhere,
}

/// A place in a calendar home.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot {
    pub user: String,
    /// Path segments below the home, decoded; none for the home itself.
    pub names: Vec<String>,
}

/// Names of the fixed collections in a home.
pub const INBOX: &str = "inbox";
pub const OUTBOX: &str = "outbox";
/// The calendar that everybody has from the start.
pub const DEFAULT_CALENDAR: &str = "default";

impl Spot {
    pub fn new(user: &str, names: &[&str]) -> Spot {
        Spot {
            user: user.to_owned(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    /// The collection that it is in; `None` for a home.
    pub fn parent(&self) -> Option<Spot> {
        let (_, rest) = self.names.split_last()?;
        Some(Spot {
            user: self.user.clone(),
            names: rest.to_vec(),
        })
    }

    pub fn name(&self) -> Option<&str> {
        self.names.last().map(String::as_str)
    }

    pub fn child(&self, name: &str) -> Spot {
        let mut names = self.names.clone();
        names.push(name.to_owned());
        Spot {
            user: self.user.clone(),
            names,
        }
    }

    /// Is this the other spot or somewhere below it?
    pub fn is_within(&self, other: &Spot) -> bool {
        self.user == other.user && self.names.starts_with(&other.names)
    }
}

impl Place {
    /// Reads the path of a URL.
    ///
    /// # Errors
    /// A segment that is not UTF-8, is empty in the middle, or is a dot segment or holds a slash or NUL when decoded.
    pub fn read(path: &str) -> Result<Place, &'static str> {
        let path = path
            .strip_prefix('/')
            .ok_or("the path does not start with a slash")?;
        let path = path.strip_suffix('/').unwrap_or(path);
        let mut names = Vec::new();
        if !path.is_empty() {
            for segment in path.split('/') {
                let name = percent_decode_str(segment)
                    .decode_utf8()
                    .map_err(|_| "a path segment is not UTF-8")?;
                if name.is_empty() || name == "." || name == ".." || name.contains(['/', '\0']) {
                    return Err("a path segment is empty or not allowed");
                }
                names.push(name.into_owned());
            }
        }
        let texts: Vec<&str> = names.iter().map(String::as_str).collect();
        Ok(match texts[..] {
            [] => Place::Root,
            [".well-known", "caldav"] => Place::WellKnown,
            [".well-known", "ischedule"] => Place::Receiver,
            ["caldav"] => Place::Context,
            ["caldav", "principals"] => Place::Principals,
            ["caldav", "principals", user] => Place::Principal(user.to_owned()),
            ["caldav", "calendars"] => Place::Homes,
            ["caldav", "calendars", user, ref rest @ ..] => Place::Home(Spot::new(user, rest)),
            _ => Place::Nowhere,
        })
    }

    fn segments(&self) -> Vec<&str> {
        match self {
            Place::Root | Place::Nowhere => vec![],
            Place::WellKnown => vec![".well-known", "caldav"],
            Place::Receiver => vec![".well-known", "ischedule"],
            Place::Context => vec!["caldav"],
            Place::Principals => vec!["caldav", "principals"],
            Place::Principal(user) => vec!["caldav", "principals", user],
            Place::Homes => vec!["caldav", "calendars"],
            Place::Home(spot) => {
                let mut segments = vec!["caldav", "calendars", &spot.user];
                segments.extend(spot.names.iter().map(String::as_str));
                segments
            }
        }
    }
}

/// How hrefs are written.
#[derive(Debug, Clone)]
pub struct Hrefs {
    /// `http://127.0.0.1:1234`, without a slash at its end.
    origin: String,
    absolute: bool,
    encode: &'static AsciiSet,
}

/// Everything but the unreserved characters of RFC 3986 and what is common in names.
const NEEDED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@');
const MORE: &AsciiSet = NON_ALPHANUMERIC;

impl Hrefs {
    pub fn new(origin: &str, policy: &Policy) -> Hrefs {
        Hrefs {
            origin: origin.to_owned(),
            absolute: policy.varies(Variant::AbsoluteHrefs),
            encode: if policy.varies(Variant::EncodedHrefs) {
                MORE
            } else {
                NEEDED
            },
        }
    }

    /// The href of a place; that of a collection ends in a slash.
    pub fn of(&self, place: &Place, is_collection: bool) -> String {
        let origin = if self.absolute { self.origin.as_str() } else { "" };
        self.after(origin, place, is_collection)
    }

    /// The hrefs of a collection as path and in full, however they are written otherwise.
    pub fn both(&self, place: &Place) -> [String; 2] {
        ["", self.origin.as_str()].map(|origin| self.after(origin, place, true))
    }

    fn after(&self, origin: &str, place: &Place, is_collection: bool) -> String {
        let mut href = origin.to_owned();
        for segment in place.segments() {
            href.push('/');
            href.extend(utf8_percent_encode(segment, self.encode));
        }
        if is_collection {
            href.push('/');
        }
        href
    }

    /// The path of an absolute URL on this server (under any name that leads to it) or of an absolute path.
    /// `None` for a URL of another server.
    pub fn path_of<'a>(&self, href: &'a str, host: &str) -> Option<&'a str> {
        let href = href.trim();
        if href.starts_with('/') && !href.starts_with("//") {
            return Some(href);
        }
        let (scheme, rest) = href.split_once("://")?;
        if !scheme.eq_ignore_ascii_case("http") {
            return None;
        }
        let end = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let ours = self.origin.strip_prefix("http://").unwrap_or(&self.origin);
        let known = authority.eq_ignore_ascii_case(host) || authority.eq_ignore_ascii_case(ours);
        known.then_some(if path.is_empty() { "/" } else { path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("/", Place::Root)]
    #[case("/caldav", Place::Context)]
    #[case("/.well-known/caldav", Place::WellKnown)]
    #[case("/.well-known/ischedule", Place::Receiver)]
    #[case("/caldav/principals/user01/", Place::Principal("user01".into()))]
    #[case("/caldav/calendars/user%301", Place::Home(Spot::new("user01", &[])))]
    #[case("/caldav/calendars/user01/a%20b/%C3%A9.ics", Place::Home(Spot::new("user01", &["a b", "é.ics"])))]
    #[case("/else", Place::Nowhere)]
    fn reads_paths(#[case] path: &str, #[case] place: Place) {
        assert_eq!(Place::read(path), Ok(place));
    }

    #[rstest]
    fn refuses_odd_paths(
        #[values("", "x", "/caldav//x", "/%2e%2e/x", "/a%2Fb", "/%FF", "/a%00")] path: &str,
    ) {
        assert!(Place::read(path).is_err());
    }

    #[test]
    fn hrefs_lead_back() {
        let place = Place::Home(Spot::new("user01", &["a b", "é-@.ics"]));
        for policy in [
            Policy::default(),
            Policy::default().with(Variant::EncodedHrefs),
            Policy::default().with(Variant::AbsoluteHrefs),
        ] {
            let hrefs = Hrefs::new("http://127.0.0.1:1", &policy);
            let href = hrefs.of(&place, false);
            let path = hrefs.path_of(&href, "localhost:1").unwrap();
            assert_eq!(Place::read(path), Ok(place.clone()), "{href}");
        }
        let hrefs = Hrefs::new("http://127.0.0.1:1", &Policy::default());
        assert_eq!(hrefs.path_of("http://LOCALHOST:1/x", "localhost:1"), Some("/x"));
        assert_eq!(hrefs.path_of("http://other/x", "localhost:1"), None);
        assert_eq!(hrefs.path_of("//other/x", "localhost:1"), None);
    }
}
