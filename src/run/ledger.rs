//! What a scenario made, so that it can be removed.

use url::Url;

use super::restore::Before;
use crate::client::{Answer, is_safe};

/// Something that a scenario made, or may have made.
#[derive(Debug, Clone)]
pub(super) struct Made {
    /// Index of the user who made it.
    pub user: usize,
    pub url: Url,
    pub kind: Kind,
    /// It is an attendee's copy: removing it is to tell nobody.
    pub is_copy: bool,
    /// The target has said so; else it was asked to, and may have done it.
    certain: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Collection,
}

/// What one scenario made, and whether it can have caused anything at all.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    made: Vec<Made>,
    /// Something was sent that may have changed something beside making a collection.
    pub wrote: bool,
    /// The beginning of the scenario's UIDs: what has it in its name is ours.
    uid: String,
    changed: Vec<(usize, Before)>,
}

impl Ledger {
    pub fn new(uid: &str) -> Ledger {
        Ledger {
            uid: uid.to_string(),
            ..Ledger::default()
        }
    }

    pub fn made(&self, kind: Kind) -> impl DoubleEndedIterator<Item = &Made> {
        self.made.iter().filter(move |made| made.kind == kind)
    }

    /// Remembers properties that a user is about to change; returns what is to be put back.
    pub fn restore(&mut self, user: usize, before: Option<Before>) -> Option<&Before> {
        let before = before.filter(|before| !self.is_ours(&before.url))?;
        self.changed.push((user, before));
        self.changed.last().map(|(_, before)| before)
    }

    /// Properties to put back, by user; the last change first.
    pub fn changed(&self) -> impl Iterator<Item = &(usize, Before)> {
        self.changed.iter().rev()
    }

    /// Collections that a user made.
    pub fn collections_of(&self, user: usize) -> impl Iterator<Item = &Url> {
        self.made(Kind::Collection)
            .filter(move |made| made.user == user)
            .map(|made| &made.url)
    }

    /// Before a request is sent: it may be cut off. Only what has a name of ours is counted then.
    pub fn before(&mut self, user: usize, method: &str, url: &Url) {
        let kind = match method {
            "MKCALENDAR" | "MKCOL" => Kind::Collection,
            _ => {
                self.wrote |= !is_safe(method);
                if method != "PUT" {
                    return;
                }
                Kind::Object
            }
        };
        if self.is_ours(url) {
            self.add(user, url, kind, false);
        }
    }

    /// After it was answered. What was there before is not ours, unless its name says so.
    pub fn after(
        &mut self,
        user: usize,
        method: &str,
        url: &Url,
        destination: Option<&Url>,
        answer: &Answer,
    ) {
        if !answer.is_success() {
            // A refusal has made nothing; an error of the server may have.
            if answer.status / 100 == 4 {
                self.made.retain(|made| made.certain || made.url != *url);
            }
            return;
        }
        let created = answer.status == 201;
        match method {
            "PUT" if created || self.is_ours(url) => self.add(user, url, Kind::Object, true),
            "MKCALENDAR" | "MKCOL" => self.add(user, url, Kind::Collection, true),
            "DELETE" => self.remove(url),
            "COPY" | "MOVE" => {
                let known = self.made.iter().find(|made| made.url == *url);
                let kind = known.map_or(Kind::Object, |made| made.kind);
                if method == "MOVE" {
                    self.remove(url);
                }
                if let Some(destination) = destination.filter(|url| created || self.is_ours(url)) {
                    self.add(user, destination, kind, true);
                }
            }
            "POST" => {
                if let Some(url) = answer.header("location").and_then(|text| member(url, text)) {
                    self.add(user, &url, Kind::Object, true);
                }
            }
            _ => {}
        }
    }

    /// What was put there has another organizer than the user.
    pub fn is_copy(&mut self, url: &Url) {
        self.made
            .iter_mut()
            .filter(|made| made.url == *url)
            .for_each(|made| made.is_copy = true);
    }

    fn is_ours(&self, url: &Url) -> bool {
        let below = |made: &Made| made.kind == Kind::Collection && url.path().starts_with(made.url.path());
        url.path().contains(&self.uid) || self.made.iter().any(below)
    }

    fn add(&mut self, user: usize, url: &Url, kind: Kind, certain: bool) {
        match self.made.iter_mut().find(|made| made.url == *url) {
            Some(made) => made.certain |= certain,
            None => self.made.push(Made {
                user,
                url: url.clone(),
                kind,
                is_copy: false,
                certain,
            }),
        }
    }

    fn remove(&mut self, url: &Url) {
        self.made.retain(|made| made.url != *url);
    }
}

/// What a Location says was made in a collection. Some servers write its path with two slashes at the beginning, which
/// would be a host.
fn member(collection: &Url, location: &str) -> Option<Url> {
    let path = location.strip_prefix("//").map(|path| format!("/{path}"));
    let texts = [Some(location), path.as_deref()];
    let mut urls = texts
        .into_iter()
        .flatten()
        .filter_map(|text| collection.join(text).ok());
    urls.find(|url| {
        let below = url.path().strip_prefix(collection.path());
        url.origin() == collection.origin() && below.is_some_and(|name| !name.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("/home/1.ics", Some("/home/1.ics"))]
    #[case("1.ics", Some("/home/1.ics"))]
    #[case("//home/1.ics", Some("/home/1.ics"))]
    #[case("/home/", None)]
    #[case("/elsewhere/1.ics", None)]
    #[case("http://other.example/home/1.ics", None)]
    fn what_a_post_made(#[case] location: &str, #[case] path: Option<&str>) {
        let home = Url::parse("http://dav.example/home/").unwrap();
        let made = member(&home, location);
        assert_eq!(made.as_ref().map(Url::path), path);
    }

    #[rstest]
    #[case("PUT", "/default/u-1.ics", 201, true)]
    #[case("PUT", "/default/u-1.ics", 204, true)]
    #[case("PUT", "/default/u-1.ics", 403, false)]
    #[case("PUT", "/default/u-1.ics", 500, true)]
    #[case("PUT", "/default/other.ics", 201, true)]
    #[case("PUT", "/default/other.ics", 204, false)]
    #[case("PUT", "/default/other.ics", 403, false)]
    #[case("DELETE", "/default/other.ics", 204, false)]
    #[case("PROPPATCH", "/default/", 207, false)]
    fn only_what_was_made(
        #[case] method: &str,
        #[case] path: &str,
        #[case] status: u16,
        #[case] counted: bool,
    ) {
        let url = Url::parse("http://dav.example").unwrap().join(path).unwrap();
        let answer = Answer {
            url: url.clone(),
            status,
            headers: vec![],
            body: Bytes::new(),
            cut: false,
            exchange: 1,
        };
        let mut ledger = Ledger::new("u-1");
        ledger.before(0, method, &url);
        ledger.after(0, method, &url, None, &answer);
        assert_eq!(ledger.made(Kind::Object).count() == 1, counted);
        assert!(ledger.wrote);
    }
}
