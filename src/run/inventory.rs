//! What is in a user's home, Inbox and default calendar: compared before and after a run.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use url::Url;

use crate::client::{Client, Context};
use crate::dav::{self, QName, caldav, dav as name};
use crate::event::Differs;
use crate::target::CalendarUser;
use crate::target::propfind::{Listing, Resource, propfind};

/// Members of one collection that are looked at.
const MOST: usize = 10_000;
/// Members that are named where something differs.
const NAMED: usize = 100;

/// The collections of a user at one time.
#[derive(Debug)]
pub(super) struct Inventory(Vec<(Url, Result<Members, String>)>);

/// By decoded path, what is compared of each member and of the collection itself: the entity tag of what is no collection,
/// and properties that users choose.
type Members = BTreeMap<String, BTreeMap<&'static str, String>>;

static COMPARED: [(QName, &str); 4] = [
    (name("displayname"), "D:displayname"),
    (caldav("schedule-calendar-transp"), "C:schedule-calendar-transp"),
    (
        caldav("schedule-default-calendar-URL"),
        "C:schedule-default-calendar-URL",
    ),
    (caldav("calendar-availability"), "C:calendar-availability"),
];

impl Inventory {
    /// Three requests: PROPFIND with Depth 1.
    pub async fn take(client: &Client, context: Context<'_>, user: &CalendarUser) -> Inventory {
        let mut collections: Vec<(Url, Result<Members, String>)> = Vec::new();
        for url in [&user.home, &user.inbox, &user.default_calendar]
            .into_iter()
            .flatten()
        {
            if !collections.iter().any(|(known, _)| path(known) == path(url)) {
                collections.push((url.clone(), members(client, context, user, url).await));
            }
        }
        Inventory(collections)
    }

    /// How each collection was different `before`, the same ones left out.
    pub fn since(&self, before: &Inventory, user: &str) -> Vec<Differs> {
        let mut all = Vec::new();
        for (url, before) in &before.0 {
            let after = self.0.iter().find(|(known, _)| path(known) == path(url));
            let mut differs = Differs {
                user: user.to_owned(),
                collection: url.to_string(),
                ..Differs::default()
            };
            match (before, after.map(|(_, members)| members)) {
                (Ok(before), Some(Ok(after))) => differs.compare(before, after),
                (Err(why), _) => differs.problem = Some(format!("before the run: {why}")),
                (_, Some(Err(why))) => differs.problem = Some(format!("after the run: {why}")),
                (_, None) => {}
            }
            if differs.problem.is_some() || differs.count() > 0 {
                all.push(differs);
            }
        }
        all
    }
}

async fn members(
    client: &Client,
    context: Context<'_>,
    user: &CalendarUser,
    url: &Url,
) -> Result<Members, String> {
    let compared = COMPARED.iter().map(|(name, _)| name.clone());
    let properties: Vec<QName> = [name("resourcetype"), name("getetag")]
        .into_iter()
        .chain(compared)
        .collect();
    let credentials = user.credentials.as_ref();
    let listing = propfind(client, context, credentials, url, "1", &properties)
        .await
        .map_err(|failure| failure.message)?;
    match listing {
        Listing::Refused { why, .. } => Err(why),
        Listing::Found(resources) if resources.len() > MOST => {
            Err(format!("there are more than {MOST} members"))
        }
        Listing::Found(resources) => Ok(resources.iter().map(of_resource).collect()),
    }
}

fn of_resource(resource: &Resource) -> (String, BTreeMap<&'static str, String>) {
    let is_collection = resource.is_a(&name("collection"));
    let etag = resource.text(&name("getetag")).filter(|_| !is_collection);
    let chosen = COMPARED.iter().filter_map(|(name, shown)| {
        let property = resource.prop(name).filter(|_| is_collection)?;
        Some((
            *shown,
            String::from_utf8_lossy(&dav::to_bytes(property)).into_owned(),
        ))
    });
    let all = etag.map(|etag| ("D:getetag", etag)).into_iter().chain(chosen);
    (path(&resource.url), all.collect())
}

/// Decoded, and without a slash at its end.
pub(super) fn path(url: &Url) -> String {
    percent_decode_str(url.path().trim_end_matches('/'))
        .decode_utf8_lossy()
        .into_owned()
}

impl Differs {
    fn compare(&mut self, before: &Members, after: &Members) {
        let gone = before.keys().filter(|path| !after.contains_key(*path));
        let (mut more, mut unlisted) = (self.count(), 0);
        let mut list = |into: &mut Vec<String>, text: String| {
            more += 1;
            if more > NAMED {
                unlisted += 1;
            } else {
                into.push(text);
            }
        };
        for path in gone {
            list(&mut self.removed, path.clone());
        }
        for (path, now) in after {
            let Some(then) = before.get(path) else {
                list(&mut self.added, path.clone());
                continue;
            };
            let names = then
                .keys()
                .chain(now.keys().filter(|name| !then.contains_key(*name)));
            let changed: Vec<&str> = names
                .copied()
                .filter(|name| then.get(name) != now.get(name))
                .collect();
            if !changed.is_empty() {
                list(&mut self.changed, format!("{path} ({})", changed.join(", ")));
            }
        }
        self.unlisted += unlisted;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(all: &[(&str, &str)]) -> Members {
        all.iter()
            .map(|(path, etag)| {
                (
                    (*path).to_owned(),
                    BTreeMap::from([("D:getetag", (*etag).to_owned())]),
                )
            })
            .collect()
    }

    #[test]
    fn what_came_went_and_changed() {
        let mut differs = Differs::default();
        let before = members(&[("/a", "1"), ("/b", "1"), ("/c", "1")]);
        differs.compare(&before, &members(&[("/a", "1"), ("/b", "2"), ("/d", "1")]));
        assert_eq!(differs.added, ["/d"]);
        assert_eq!(differs.removed, ["/c"]);
        assert_eq!(differs.changed, ["/b (D:getetag)"]);
        assert_eq!(differs.count(), 3);
    }

    #[test]
    fn lists_are_bounded() {
        let many: Vec<String> = (0..1000).map(|number| format!("/{number}")).collect();
        let many: Vec<(&str, &str)> = many.iter().map(|path| (path.as_str(), "1")).collect();
        let mut differs = Differs::default();
        differs.compare(&members(&[]), &members(&many));
        assert_eq!((differs.added.len(), differs.unlisted), (100, 900));
        assert_eq!(differs.count(), 1000);
    }
}
