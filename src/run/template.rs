//! Texts with places to fill: what a place stands for, and how bodies go out.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::dates::Shift;
use crate::ical::address::address_eq;
use crate::scenario::{Attribute, Piece, Place, Role, pieces};

/// What a filled text may be long at most, in octets: rows and bodies may name each other.
const LONGEST: usize = 1 << 20;
/// How deep rows, `with` texts and bodies may name each other.
const DEEPEST: u8 = 4;

/// What places in texts can be filled with while one scenario (one row of it) runs.
///
/// Values from the target (captures, discovered URLs) are never filled again, whatever braces they have.
#[derive(Debug, Clone)]
pub struct Scope {
    now: Timestamp,
    shift: Shift,
    uid: String,
    users: BTreeMap<Role, Places>,
    /// URL of the target's iSchedule receiver.
    ischedule: Option<String>,
    captures: BTreeMap<String, String>,
    row: BTreeMap<String, String>,
    body: BTreeMap<String, String>,
}

/// The URLs and names of one calendar user. `None` is what the target did not tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    pub principal: Option<String>,
    pub home: Option<String>,
    /// The calendar collection that the scenario works in.
    pub calendar: Option<String>,
    pub default_calendar: Option<String>,
    pub inbox: Option<String>,
    pub outbox: Option<String>,
    /// Calendar user addresses; the first `mailto:` is the preferred one.
    pub addresses: Vec<String>,
    pub name: Option<String>,
}

/// Why a place could not be filled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FillError {
    /// Nothing is called so: the scenario is wrong.
    #[error("`{{{0}}}` stands for nothing: {1}")]
    Unknown(String, String),
    /// The scenario is right, but the value is not there: an earlier step did not come to it, or the target did not
    /// tell it. What needs it is blocked.
    #[error("nothing to fill in for `{{{0}}}`: {1}")]
    Missing(String, String),
}

impl Scope {
    /// A scope without users and captures. `uid` is what `{uid}` stands for; `{uid.x}` is `uid` with `-x` appended.
    pub fn new(now: Timestamp, shift: Shift, uid: impl Into<String>) -> Scope {
        Scope {
            now,
            shift,
            uid: uid.into(),
            users: BTreeMap::new(),
            ischedule: None,
            captures: BTreeMap::new(),
            row: BTreeMap::new(),
            body: BTreeMap::new(),
        }
    }

    /// What `{now-utc}` stands for from here on.
    pub fn set_now(&mut self, now: Timestamp) {
        self.now = now;
    }

    /// Binds a role to a calendar user.
    pub fn set_user(&mut self, role: Role, places: Places) {
        self.users.insert(role, places);
    }

    /// What `{target.ischedule}` stands for.
    pub fn set_ischedule(&mut self, url: Option<String>) {
        self.ischedule = url;
    }

    /// Keeps a value from an answer as `{name}`; a later one of the same name replaces it.
    pub fn capture(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.captures.insert(name.into(), value.into());
    }

    /// Takes a captured value away.
    pub fn forget(&mut self, name: &str) {
        self.captures.remove(name);
    }

    /// A captured value.
    pub fn captured(&self, name: &str) -> Option<&str> {
        self.captures.get(name).map(String::as_str)
    }

    /// The texts of this parameter row, as written: places in them are filled when they are used.
    pub fn set_row<K: Into<String>, V: Into<String>>(&mut self, row: impl IntoIterator<Item = (K, V)>) {
        self.row = row
            .into_iter()
            .map(|(key, text)| (key.into(), text.into()))
            .collect();
    }

    /// The texts for `{body.KEY}` of the step at hand, as written; they replace those of the step before.
    pub fn set_body<K: Into<String>, V: Into<String>>(&mut self, with: impl IntoIterator<Item = (K, V)>) {
        self.body = with
            .into_iter()
            .map(|(key, text)| (key.into(), text.into()))
            .collect();
    }

    /// By how much the scenario's dates are moved.
    pub fn shift(&self) -> Shift {
        self.shift
    }

    /// The text with every place filled.
    pub fn fill(&self, text: &str) -> Result<String, FillError> {
        let mut filled = String::with_capacity(text.len());
        self.fill_into(&mut filled, text, 0, |value| value)?;
        Ok(filled)
    }

    /// The octets of a request body. What starts with `BEGIN:` is iCalendar: lines end with CRLF and are folded at 75
    /// octets (RFC 5545 section 3.1). Values filled into XML are escaped. Everything else goes out as it is.
    pub fn fill_body(&self, text: &str) -> Result<Vec<u8>, FillError> {
        if text.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
            let mut filled = String::with_capacity(text.len());
            self.fill_into(&mut filled, text, 0, |value| escape_xml(&value))?;
            return Ok(filled.into_bytes());
        }
        let filled = self.fill(text)?;
        let is_icalendar = filled
            .get(..6)
            .is_some_and(|start| start.eq_ignore_ascii_case("BEGIN:"));
        Ok(if is_icalendar {
            to_icalendar(&filled)
        } else {
            filled
        }
        .into_bytes())
    }

    fn fill_into(
        &self,
        out: &mut String,
        text: &str,
        depth: u8,
        escape: fn(String) -> String,
    ) -> Result<(), FillError> {
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Place(name) => {
                    let place = Place::parse(name).map_err(|why| unknown(name, &why))?;
                    if let Some(written) = self.written(name, place)? {
                        if depth == DEEPEST {
                            return Err(unknown(name, "texts that name each other in a circle"));
                        }
                        self.fill_into(out, written, depth + 1, escape)?;
                    } else {
                        out.push_str(&escape(self.value(name, place)?));
                    }
                }
                Piece::Unclosed(_) => {
                    return Err(unknown(text, "a `{` without its `}`; write `{{` for a brace"));
                }
            }
            if out.len() > LONGEST {
                return Err(unknown(text, "the filled text is too long"));
            }
        }
        Ok(())
    }

    /// The text that the scenario's author wrote for a place, itself with places.
    fn written(&self, name: &str, place: Place<'_>) -> Result<Option<&str>, FillError> {
        let (text, hint) = match place {
            Place::Row(key) => (self.row.get(key), "the row has no such key"),
            Place::Body(key) => (self.body.get(key), "the step has no such key under `with`"),
            _ => return Ok(None),
        };
        text.map(|text| Some(text.as_str()))
            .ok_or_else(|| unknown(name, hint))
    }

    fn value(&self, name: &str, place: Place<'_>) -> Result<String, FillError> {
        match place {
            Place::Uid => Ok(self.uid.clone()),
            Place::NamedUid(further) => Ok(format!("{}-{further}", self.uid)),
            Place::NowUtc => {
                let now = self.now.to_zoned(TimeZone::UTC);
                Ok(now.strftime("%Y%m%dT%H%M%SZ").to_string())
            }
            Place::Receiver => self.ischedule.clone().ok_or_else(|| {
                FillError::Missing(
                    name.to_string(),
                    "the target has no iSchedule receiver".to_string(),
                )
            }),
            Place::Date(date) => self
                .shift
                .apply(date)
                .ok_or_else(|| unknown(name, "a date out of every calendar")),
            Place::User(role, attribute) => self.attribute(name, role, attribute),
            Place::Capture(name) | Place::Row(name) | Place::Body(name) => {
                self.captures.get(name).cloned().ok_or_else(|| {
                    FillError::Missing(name.to_string(), "no step has captured it".to_string())
                })
            }
        }
    }

    fn attribute(&self, name: &str, role: Role, attribute: Attribute) -> Result<String, FillError> {
        let user = self.users.get(&role).ok_or_else(|| match role.is_peer() {
            true => FillError::Missing(
                name.to_string(),
                "the target file has no `peer-addresses`".to_string(),
            ),
            false => unknown(name, "the scenario has no such user"),
        })?;
        let value = match attribute {
            Attribute::Calendar => user.calendar.as_deref().map(with_slash),
            Attribute::DefaultCalendar => user.default_calendar.as_deref().map(with_slash),
            Attribute::Home => user.home.as_deref().map(with_slash),
            Attribute::Inbox => user.inbox.as_deref().map(with_slash),
            Attribute::Outbox => user.outbox.as_deref().map(with_slash),
            Attribute::Principal => user.principal.clone(),
            Attribute::Address => preferred(&user.addresses).map(str::to_string),
            Attribute::UpperSchemeAddress => preferred(&user.addresses).map(upper_scheme),
            Attribute::OtherAddress => other_address(&user.addresses).map(str::to_string),
            Attribute::Name => user.name.as_deref().map(plain),
        };
        value.ok_or_else(|| {
            FillError::Missing(
                name.to_string(),
                format!("the target has told no {attribute} of this user"),
            )
        })
    }
}

fn unknown(name: &str, hint: &str) -> FillError {
    FillError::Unknown(name.chars().take(60).collect(), hint.to_string())
}

fn with_slash(url: &str) -> String {
    if url.ends_with('/') {
        url.to_string()
    } else {
        format!("{url}/")
    }
}

fn upper_scheme(address: &str) -> String {
    match address.split_once(':') {
        Some((scheme, rest)) => format!("{}:{rest}", scheme.to_ascii_uppercase()),
        None => address.to_string(),
    }
}

fn preferred(addresses: &[String]) -> Option<&str> {
    let is_mailto = |address: &&String| {
        address
            .get(..7)
            .is_some_and(|s| s.eq_ignore_ascii_case("mailto:"))
    };
    addresses
        .iter()
        .find(is_mailto)
        .or(addresses.first())
        .map(String::as_str)
}

/// The first address besides the preferred one that is a URI in full.
pub(super) fn other_address(addresses: &[String]) -> Option<&str> {
    let first = preferred(addresses)?;
    let others = addresses.iter().map(String::as_str);
    others
        .filter(|other| url::Url::parse(other).is_ok())
        .find(|other| !address_eq(other, first))
}

/// A display name without what would end a parameter value or a line.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_control() && !matches!(c, '"' | ';' | ':' | ',' | '\\'))
        .collect()
}

fn escape_xml(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// CRLF at every line end, and no line longer than 75 octets; folds do not split characters.
pub(super) fn to_icalendar(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 32);
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\r', '\n']);
        let mut room = 75;
        for c in content.chars() {
            if c.len_utf8() > room {
                out.push_str("\r\n ");
                room = 74;
            }
            room -= c.len_utf8();
            out.push(c);
        }
        if content.len() < line.len() {
            out.push_str("\r\n");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    pub fn scope() -> Scope {
        let now: Timestamp = "2026-11-20T10:00:00Z".parse().expect("a timestamp");
        let shift = Shift::of_texts(["{20090602T180000Z}"], now);
        let mut scope = Scope::new(now, shift, "u1");
        scope.set_user(
            Role::Organizer,
            Places {
                calendar: Some("/dav/cal/x".to_string()),
                addresses: vec!["/principals/a/".to_string(), "MAILTO:a&b@example.com".to_string()],
                name: Some("Ann; \"the\r\nboss\"".to_string()),
                ..Places::default()
            },
        );
        scope.set_row([
            ("method", "CANCEL"),
            ("circle", "{row.circle}"),
            ("at", "{uid.x} {row.method}"),
        ]);
        scope.set_body([("summary", "{row.at}")]);
        scope.capture("tag", "\"{uid}\"");
        scope
    }

    #[rstest]
    #[case("PUT {organizer.calendar}{uid}.ics", "PUT /dav/cal/x/u1.ics")]
    #[case("{organizer.address}", "MAILTO:a&b@example.com")]
    #[case("{organizer.name}", "Ann theboss")]
    #[case("{body.summary}", "u1-x CANCEL")]
    #[case("{tag}", "\"{uid}\"")] // what a server sent is not filled again
    #[case("{{uid} }", "{uid} }")]
    #[case("{now-utc}", "20261120T100000Z")]
    #[case(
        "{20090602T180000Z} {20090602T140000} {20090609}",
        "20270601T180000Z 20270601T140000 20270608"
    )]
    fn fills(#[case] text: &str, #[case] filled: &str) {
        assert_eq!(scope().fill(text).as_deref(), Ok(filled));
    }

    #[rstest]
    #[case("{organizer.inbox}", false)]
    #[case("{nothing}", false)]
    #[case("{organizer.shoe-size}", true)]
    #[case("{attendee.address}", true)]
    #[case("{row.none}", true)]
    #[case("{row.circle}", true)]
    #[case("{20091302}", true)]
    #[case("{unclosed", true)]
    fn says_what_it_cannot_fill(#[case] text: &str, #[case] wrong_scenario: bool) {
        let error = scope().fill(text).expect_err("not filled");
        assert_eq!(matches!(error, FillError::Unknown(..)), wrong_scenario, "{error}");
    }

    #[test]
    fn an_icalendar_body_has_crlf_and_folds() {
        let summary = "é".repeat(80);
        let text = format!("BEGIN:VEVENT\nSUMMARY:{summary}\nUID:{{uid}}\nEND:VEVENT\n");
        let body = String::from_utf8(scope().fill_body(&text).expect("filled")).expect("UTF-8");
        assert!(
            body.split("\r\n")
                .all(|line| line.len() <= 75 && !line.contains('\n')),
            "{body}"
        );
        assert!(body.ends_with("UID:u1\r\nEND:VEVENT\r\n"), "{body}");
        assert!(
            body.replace("\r\n ", "")
                .contains(&format!("SUMMARY:{summary}\r\n")),
            "{body}"
        );
    }

    #[test]
    fn an_icalendar_body_that_has_crlf_keeps_it() {
        let body = scope()
            .fill_body("BEGIN:VCALENDAR\r\nEND:VCALENDAR")
            .expect("filled");
        assert_eq!(body, b"BEGIN:VCALENDAR\r\nEND:VCALENDAR");
    }

    #[test]
    fn values_in_an_xml_body_are_escaped() {
        let body = scope().fill_body("<a>{organizer.address}</a>\n").expect("filled");
        assert_eq!(body, b"<a>MAILTO:a&amp;b@example.com</a>\n");
    }
}
