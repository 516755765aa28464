//! The syntax of texts with places to fill. Filling them is the runner's.

use std::fmt;

use super::Role;
use super::problem::nearest;

/// A stretch of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    /// What stands between the braces.
    Place(&'a str),
    /// A `{` whose `}` is missing, with the rest of the text.
    Unclosed(&'a str),
}

/// The stretches of a text, in order. `{{` is a brace.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        if rest[at + 1..].starts_with('{') {
            found.push(Piece::Text(&rest[..=at]));
            rest = &rest[at + 2..];
            continue;
        }
        if at > 0 {
            found.push(Piece::Text(&rest[..at]));
        }
        let Some(length) = rest[at..].find('}') else {
            found.push(Piece::Unclosed(&rest[at..]));
            return found;
        };
        found.push(Piece::Place(&rest[at + 1..at + length]));
        rest = &rest[at + length + 1..];
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest));
    }
    found
}

/// What a place stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<'a> {
    /// `{uid}`.
    Uid,
    /// `{uid.lunch}`: a further UID.
    NamedUid(&'a str),
    /// `{organizer.address}`.
    User(Role, Attribute),
    /// `{row.KEY}`.
    Row(&'a str),
    /// `{body.KEY}`.
    Body(&'a str),
    /// `{20090602}`, `{20090602T140000}` or `{20090602T180000Z}`.
    Date(&'a str),
    /// `{now-utc}`.
    NowUtc,
    /// `{target.ischedule}`: the URL of the target's iSchedule receiver.
    Receiver,
    /// A value that an earlier step captured.
    Capture(&'a str),
}

impl<'a> Place<'a> {
    /// Reads what stands between the braces.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(name: &'a str) -> Result<Place<'a>, String> {
        match name.split_once('.') {
            None if name == "uid" => Ok(Place::Uid),
            None if name == "now-utc" => Ok(Place::NowUtc),
            None if name.starts_with(|c: char| c.is_ascii_digit()) => match is_real_date(name) {
                true => Ok(Place::Date(name)),
                false => Err(
                    "no such date: expected one such as 20090602, 20090602T140000 or 20090602T180000Z".into(),
                ),
            },
            None if is_name(name) => Ok(Place::Capture(name)),
            Some(("target", "ischedule")) => Ok(Place::Receiver),
            Some(("uid", further)) if is_name(further) => Ok(Place::NamedUid(further)),
            Some(("row", key)) if is_name(key) => Ok(Place::Row(key)),
            Some(("body", key)) if is_name(key) => Ok(Place::Body(key)),
            Some((role, attribute)) => {
                let Ok(role) = role.parse::<Role>() else {
                    return Err(match nearest(role, Role::ALL.map(Role::as_str)) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!(
                            "`{role}` is neither uid, row, body nor a role ({})",
                            listed(Role::ALL.map(Role::as_str))
                        ),
                    });
                };
                let attribute = attribute.parse().map_err(|()| {
                    format!(
                        "a user has no `{attribute}`: expected {}",
                        listed(Attribute::ALL.map(Attribute::as_str))
                    )
                })?;
                Ok(Place::User(role, attribute))
            }
            None => Err("not a name: expected small letters, digits and hyphens".into()),
        }
    }
}

/// What `{ROLE.ATTRIBUTE}` can tell of a calendar user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribute {
    Address,
    Calendar,
    DefaultCalendar,
    Home,
    Inbox,
    Name,
    /// Another of the user's addresses, a URI in full; a target whose users have one only is not asked.
    OtherAddress,
    Outbox,
    Principal,
    /// The address with the name of its URI scheme in capital letters, which makes no difference (RFC 3986, section 3.1).
    UpperSchemeAddress,
}

impl Attribute {
    pub const ALL: [Attribute; 10] = [
        Attribute::Address,
        Attribute::Calendar,
        Attribute::DefaultCalendar,
        Attribute::Home,
        Attribute::Inbox,
        Attribute::Name,
        Attribute::OtherAddress,
        Attribute::Outbox,
        Attribute::Principal,
        Attribute::UpperSchemeAddress,
    ];

    /// As templates spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Attribute::Address => "address",
            Attribute::Calendar => "calendar",
            Attribute::DefaultCalendar => "default-calendar",
            Attribute::Home => "home",
            Attribute::Inbox => "inbox",
            Attribute::Name => "name",
            Attribute::OtherAddress => "other-address",
            Attribute::Outbox => "outbox",
            Attribute::Principal => "principal",
            Attribute::UpperSchemeAddress => "upper-scheme-address",
        }
    }
}

impl std::str::FromStr for Attribute {
    type Err = ();
    fn from_str(name: &str) -> Result<Self, ()> {
        Attribute::ALL
            .into_iter()
            .find(|attribute| attribute.as_str() == name)
            .ok_or(())
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Is it a name for a capture, a key, a step or a row: small letters, digits and hyphens?
pub fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Does a body name a shared file (of `fixtures/ical/` or `fixtures/xml/`) rather than being the text itself?
pub fn is_file_name(body: &str) -> bool {
    (body.ends_with(".ics") || body.ends_with(".xml")) && !body.contains(char::is_whitespace)
}

/// Is it written as a date is: eight digits, and perhaps `T`, six digits, and perhaps `Z`?
pub fn is_date(text: &str) -> bool {
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    match text.as_bytes() {
        date if date.len() == 8 => digits(date),
        [date @ .., b'Z'] if date.len() == 15 => digits(&date[..8]) && date[8] == b'T' && digits(&date[9..]),
        date if date.len() == 15 => digits(&date[..8]) && date[8] == b'T' && digits(&date[9..]),
        _ => false,
    }
}

/// [`is_date`], and there is such a day and such a time (a leap second is one).
fn is_real_date(text: &str) -> bool {
    if !is_date(text) {
        return false;
    }
    let number = |from: usize, to: usize| text[from..to].parse::<u16>().unwrap_or(u16::MAX);
    let (year, month, day) = (number(0, 4), number(4, 6), number(6, 8));
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    let time = text.len() == 8 || (number(9, 11) < 24 && number(11, 13) < 60 && number(13, 15) <= 60);
    (1..=days).contains(&day) && time
}

fn listed<const N: usize>(names: [&str; N]) -> String {
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn two_braces_are_one() {
        let found = pieces("a{{b}{uid}{");
        assert_eq!(
            found,
            [
                Piece::Text("a{"),
                Piece::Text("b}"),
                Piece::Place("uid"),
                Piece::Unclosed("{")
            ]
        );
    }

    #[rstest]
    #[case("uid", Place::Uid)]
    #[case("uid.lunch", Place::NamedUid("lunch"))]
    #[case(
        "attendee2.default-calendar",
        Place::User(Role::Attendee2, Attribute::DefaultCalendar)
    )]
    #[case("row.agent", Place::Row("agent"))]
    #[case("body.summary", Place::Body("summary"))]
    #[case("20090602", Place::Date("20090602"))]
    #[case("20080229T235960Z", Place::Date("20080229T235960Z"))]
    #[case("now-utc", Place::NowUtc)]
    #[case("etag", Place::Capture("etag"))]
    fn knows_a_place(#[case] name: &str, #[case] place: Place<'_>) {
        assert_eq!(Place::parse(name), Ok(place));
    }

    #[rstest]
    fn refuses_what_is_no_place(
        #[values(
            "",
            "UID",
            "a b",
            "uid.",
            "nobody.inbox",
            "organizer.mail",
            "20090230",
            "20090602T250000",
            "2009"
        )]
        name: &str,
    ) {
        assert!(Place::parse(name).is_err());
    }

    #[rstest]
    #[case("20090602T180000", true)]
    #[case("20090602T180000Z", true)]
    #[case("20090602Z", false)]
    #[case("2009060é", false)]
    #[case("20090602X180000", false)]
    fn knows_a_date(#[case] text: &str, #[case] is: bool) {
        assert_eq!(is_date(text), is);
    }
}
