//! What stands for what the target calls its places and users: the words of a scenario, `{organizer.inbox}`.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

use super::marks::mark;
use crate::event::CalendarUserFound;

/// Finds the names of one scenario's users and places in texts.
pub(super) struct Names {
    finder: AhoCorasick,
    /// By the finder's number.
    needles: Vec<Needle>,
}

struct Needle {
    becomes: String,
    /// Nothing that could belong to a longer name may stand before it.
    left: bool,
    /// Nor after it.
    right: bool,
}

/// Who takes part, and what the scenario is called on the target.
pub(super) struct Cast<'a> {
    pub base_url: &'a str,
    pub users: &'a [&'a CalendarUserFound],
    /// Role to name of the user.
    pub roles: &'a BTreeMap<String, String>,
    /// What its UIDs begin with.
    pub uid: &'a str,
}

/// Octets of a path that are commonly left as they are.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Names of one letter are words of every language.
const SHORTEST: usize = 2;

impl Names {
    pub fn new(cast: &Cast<'_>) -> Names {
        let mut found = Collected::default();
        if let Ok(base) = Url::parse(cast.base_url) {
            found.add(base.authority(), "[host]", true, true);
            found.add(base.host_str().unwrap_or_default(), "[host]", true, true);
        }
        let role_of = |user: &CalendarUserFound| {
            let role = cast.roles.iter().find(|(_, name)| **name == user.name);
            role.map(|(role, _)| role.as_str())
        };
        // Of two that say the same, the first counts.
        let (cast_in, others): (Vec<_>, Vec<_>) = cast.users.iter().partition(|user| role_of(user).is_some());
        for user in cast_in.into_iter().chain(others) {
            let role = role_of(user);
            let who = role.map_or_else(|| mark("user", &user.name), str::to_owned);
            found.user(user, &who);
            if let (Some(role), Some(home), false) = (role, &user.home, cast.uid.is_empty()) {
                let home = home.trim_end_matches('/');
                found.place(&format!("{home}/{}-{role}/", cast.uid), &who, "calendar");
            }
        }
        found.add(cast.uid, "{uid}", false, false);
        found.finish()
    }

    /// The text with everything that has a name replaced, the longest name first.
    pub fn fill(&self, text: &str) -> String {
        let mut matches: Vec<_> = self
            .finder
            .find_overlapping_iter(text)
            .filter(|found| {
                let needle = &self.needles[found.pattern().as_usize()];
                let before = text[..found.start()].chars().next_back();
                (!needle.left || !before.is_some_and(is_inner))
                    && (!needle.right || !goes_on(&text[found.end()..]))
            })
            .collect();
        matches.sort_by_key(|found| (found.start(), Reverse(found.end())));
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for found in matches {
            if found.start() >= at {
                out += &text[at..found.start()];
                out += &self.needles[found.pattern().as_usize()].becomes;
                at = found.end();
            }
        }
        out += &text[at..];
        out
    }
}

fn is_inner(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '-' | '_' | '.' | '%' | '+')
}

/// Whether a name may be the beginning of a longer one: a full stop that ends a sentence does not make it longer.
fn goes_on(rest: &str) -> bool {
    let mut rest = rest.chars();
    match rest.next() {
        Some('.') => rest.next().is_some_and(char::is_alphanumeric),
        Some(next) => is_inner(next),
        None => false,
    }
}

#[derive(Default)]
struct Collected {
    texts: Vec<String>,
    needles: Vec<Needle>,
    known: BTreeSet<String>,
}

impl Collected {
    fn add(&mut self, text: &str, becomes: &str, left: bool, right: bool) {
        if text.len() < SHORTEST || !self.known.insert(text.to_owned()) {
            return;
        }
        self.texts.push(text.to_owned());
        self.needles.push(Needle {
            becomes: becomes.to_owned(),
            left,
            right,
        });
    }

    fn user(&mut self, user: &CalendarUserFound, who: &str) {
        let places = [
            (user.inbox.as_deref(), "inbox"),
            (user.outbox.as_deref(), "outbox"),
            (user.default_calendar.as_deref(), "default-calendar"),
            (user.home.as_deref(), "home"),
            (Some(user.principal.as_str()), "principal"),
        ];
        for (url, attribute) in places {
            if let Some(url) = url {
                self.place(url, who, attribute);
            }
        }
        for (at, address) in user.addresses.iter().enumerate() {
            let attribute = match at {
                0 => "address".to_owned(),
                1 => "other-address".to_owned(),
                _ => format!("address-{}", at + 1),
            };
            self.address(address, who, &attribute);
        }
        if let Some(name) = &user.display_name {
            self.add(name, &format!("{{{who}.name}}"), true, true);
        }
        self.add(&user.name, &format!("{{{who}.user}}"), true, true);
    }

    /// A place by its URL and by its path, as they are told and as they may be written, with the last slash and without.
    fn place(&mut self, url: &str, who: &str, attribute: &str) {
        let Ok(parsed) = Url::parse(url) else { return };
        let origin = parsed.origin().ascii_serialization();
        let shown_origin = format!("{}://[host]", parsed.scheme());
        let path = parsed.path();
        let decoded = percent_decode_str(path).decode_utf8_lossy().into_owned();
        let encoded = utf8_percent_encode(&decoded, KEPT).to_string();
        for path in [path, &decoded, &encoded] {
            let bare = path.trim_end_matches('/');
            if bare.is_empty() {
                continue;
            }
            let slash = format!("{bare}/");
            let (with, without) = (
                format!("{{{who}.{attribute}}}"),
                format!("{{{who}.{attribute} without slash}}"),
            );
            // The principal is the only one that need not be a collection.
            let (with, without) = match path.ends_with('/') || attribute != "principal" {
                true => (with, without),
                false => (format!("{with}/"), with),
            };
            self.add(
                &format!("{origin}{slash}"),
                &format!("{shown_origin}{with}"),
                false,
                false,
            );
            self.add(
                &format!("{origin}{bare}"),
                &format!("{shown_origin}{without}"),
                false,
                true,
            );
            self.add(&slash, &with, true, false);
            self.add(bare, &without, true, true);
        }
    }

    /// An address, with the scheme in either case, escaped, and as a mailbox alone.
    fn address(&mut self, address: &str, who: &str, attribute: &str) {
        let becomes = format!("{{{who}.{attribute}}}");
        if Url::parse(address).is_err() || address.starts_with("http") {
            self.place(address, who, attribute);
        }
        self.add(address, &becomes, true, true);
        let scheme = address
            .get(..7)
            .filter(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
        let Some(mailbox) = scheme.map(|_| &address[7..]) else {
            return;
        };
        for scheme in ["mailto:", "MAILTO:", "Mailto:"] {
            self.add(&format!("{scheme}{mailbox}"), &becomes, true, true);
        }
        let escaped = utf8_percent_encode(mailbox, KEPT).to_string();
        self.add(&format!("mailto:{escaped}"), &becomes, true, true);
        let becomes = format!("{{{who}.{attribute} without scheme}}");
        self.add(mailbox, &becomes, true, true);
        self.add(&escaped, &becomes, true, true);
    }

    fn finish(self) -> Names {
        let finder = AhoCorasick::new(&self.texts).expect("some thousand short texts fit into an automaton");
        Names {
            finder,
            needles: self.needles,
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::marks::numbered;
    use super::*;

    pub fn user(name: &str) -> CalendarUserFound {
        let at = |place: &str| format!("http://127.0.0.1:8101/dav/{place}");
        CalendarUserFound {
            name: name.to_owned(),
            principal: at(&format!("principals/{name}")),
            home: Some(at(&format!("calendars/{name}%40x/"))),
            inbox: Some(at(&format!("calendars/{name}%40x/inbox/"))),
            outbox: None,
            default_calendar: Some(at(&format!("calendars/{name}%40x/personal/"))),
            addresses: vec![
                format!("mailto:{name}@example.com"),
                format!("/dav/principals/{name}/"),
            ],
            display_name: Some(format!("The {name}")),
        }
    }

    #[rstest]
    #[case("/dav/calendars/user1%40x/inbox/a.ics", "{organizer.inbox}a.ics")]
    #[case("/dav/calendars/user1@x/inbox/a.ics", "{organizer.inbox}a.ics")]
    #[case(
        "http://127.0.0.1:8101/dav/calendars/user1%40x/",
        "http://[host]{organizer.home}"
    )]
    #[case("http://127.0.0.1:8101/.well-known", "http://[host]/.well-known")]
    #[case("/dav/calendars/user1%40x", "{organizer.home without slash}")]
    #[case("/dav/calendars/user1%40xyz/", "/dav/calendars/user1%40xyz/")]
    #[case("/other/dav/calendars/user1%40x/", "/other/dav/calendars/user1%40x/")]
    #[case(
        "/dav/calendars/user1%40x/u-7-organizer/u-7.ics",
        "{organizer.calendar}{uid}.ics"
    )]
    #[case(
        "/dav/principals/user1 /dav/principals/user1/",
        "{organizer.principal} {organizer.principal}/"
    )]
    #[case("/dav/principals/user12", "/dav/principals/user12")]
    #[case("mailto:user1@example.com.", "{organizer.address}.")]
    #[case("MAILTO:user1@example.com", "{organizer.address}")]
    #[case("mailto:user1@example.com.au", "mailto:{organizer.user}@example.com.au")]
    #[case("EMAIL=user1@example.com", "EMAIL={organizer.address without scheme}")]
    #[case(
        "The user1, user1, user10, xuser1",
        "{organizer.name}, {organizer.user}, user10, xuser1"
    )]
    #[case("mailto:user2@example.com", "{[user-1].address}")]
    fn names_become_words_of_the_scenario(#[case] text: &str, #[case] shown: &str) {
        let (one, two) = (user("user1"), user("user2"));
        let names = Names::new(&Cast {
            base_url: "http://127.0.0.1:8101/dav/",
            users: &[&two, &one],
            roles: &[("organizer".to_owned(), "user1".to_owned())].into(),
            uid: "u-7",
        });
        assert_eq!(numbered(&names.fill(text)), shown);
    }
}
