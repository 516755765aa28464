//! What is in a collection: listed again and again, each resource fetched once.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;
use url::Url;

use super::message::Head;
use crate::client::{Answer, Client, Context, Credentials, Request};
use crate::dav::{caldav, dav};
use crate::event::TransportFailure;
use crate::target::propfind::{Listing, propfind};

/// A collection as it was when it was looked at last. Names may be reused: what counts is name and entity tag.
#[derive(Debug)]
pub(super) struct Shelf {
    url: Url,
    items: HashMap<Url, Item>,
}

/// A resource of a collection.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub url: Url,
    etag: Option<String>,
    /// The answer to GET.
    pub answer: Answer,
    /// Or why it cannot be read.
    pub head: Result<Head, String>,
}

/// Why a collection cannot be looked at.
#[derive(Debug)]
pub(super) enum Trouble {
    Transport(TransportFailure),
    /// Another answer than the one that is needed; in words.
    Answer(String),
}

impl From<TransportFailure> for Trouble {
    fn from(failure: TransportFailure) -> Self {
        Trouble::Transport(failure)
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Trouble::Transport(failure) => f.write_str(&failure.message),
            Trouble::Answer(why) => f.write_str(why),
        }
    }
}

/// Resources that are fetched from one collection at one look. What is not ours is fetched once a run.
const MOST: usize = 500;

impl Shelf {
    pub fn new(url: Url) -> Shelf {
        Shelf {
            url,
            items: HashMap::new(),
        }
    }

    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.values()
    }

    /// Looks at the collection: PROPFIND of depth 1, and GET of what is new or has changed.
    pub async fn look(
        &mut self,
        client: &Client,
        context: Context<'_>,
        credentials: Option<&Credentials>,
    ) -> Result<(), Trouble> {
        let properties = [dav("getetag"), dav("resourcetype")];
        let resources = match propfind(client, context, credentials, &self.url, "1", &properties).await? {
            Listing::Found(resources) => resources,
            Listing::Refused { why, .. } => return Err(Trouble::Answer(why)),
        };
        // RFC 4918 section 9.1: the collection is in its own listing. What lacks it lists something else.
        if !resources
            .iter()
            .any(|resource| same_collection(&resource.url, &self.url))
        {
            return Err(Trouble::Answer(
                "the listing lacks the collection itself".to_string(),
            ));
        }
        let mut before = std::mem::take(&mut self.items);
        let mut fetched = 0;
        for resource in resources {
            let is_self = same_collection(&resource.url, &self.url);
            if is_self || resource.is_a(&dav("collection")) || resource.is_a(&caldav("calendar")) {
                continue;
            }
            let etag = resource.text(&dav("getetag"));
            match before.remove(&resource.url) {
                Some(item) if etag.is_some() && item.etag == etag => {
                    self.items.insert(resource.url, item);
                    continue;
                }
                _ => {}
            }
            if fetched == MOST {
                continue;
            }
            fetched += 1;
            let answer = match client
                .send(context, credentials, Request::new("GET", resource.url.clone()))
                .await
            {
                Ok(answer) => answer,
                Err(failure) => {
                    self.items.extend(before);
                    return Err(failure.into());
                }
            };
            // It may have gone in between.
            if !answer.is_success() {
                continue;
            }
            let head = Head::read(&answer.body);
            self.items.insert(
                resource.url.clone(),
                Item {
                    url: resource.url,
                    etag,
                    answer,
                    head,
                },
            );
        }
        Ok(())
    }
}

fn same_collection(a: &Url, b: &Url) -> bool {
    let path = |url: &Url| percent_decode_str(url.path().trim_end_matches('/')).collect::<Vec<u8>>();
    path(a) == path(b)
}
