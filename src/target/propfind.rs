//! PROPFIND, and what its answer says.

use url::Url;

use crate::client::{Client, Context, Credentials, Request};
use crate::dav::{self, Element, Multistatus, QName, Response};
use crate::event::{FailureKind, TransportFailure};

/// A resource with the properties that were found.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    pub url: Url,
    response: Response,
    /// What hrefs in properties are relative to.
    asked: Url,
}

/// What came of a PROPFIND.
#[derive(Debug)]
pub(crate) enum Listing {
    Found(Vec<Resource>),
    /// Another answer than a multistatus; in words.
    Refused {
        status: u16,
        why: String,
    },
}

/// Asks for properties. Follows redirects; responses whose href leads elsewhere are left out.
pub(crate) async fn propfind(
    client: &Client,
    context: Context<'_>,
    credentials: Option<&Credentials>,
    url: &Url,
    depth: &str,
    properties: &[QName],
) -> Result<Listing, TransportFailure> {
    let names = properties.iter().map(|name| Element::new(name.clone()));
    let body = Element::new(dav::dav("propfind")).child(Element::new(dav::dav("prop")).with_children(names));
    let request = Request::new("PROPFIND", url.clone())
        .header("Depth", depth)
        .xml(dav::to_bytes(&body));
    let answer = client.send_following(context, credentials, request).await?;
    let refused = |why: String| {
        Ok(Listing::Refused {
            status: answer.status,
            why,
        })
    };
    if answer.status != 207 {
        return refused(format!(
            "PROPFIND {} was answered with {}",
            answer.url, answer.status
        ));
    }
    if answer.cut {
        return refused(format!(
            "the answer to PROPFIND {} is longer than we read",
            answer.url
        ));
    }
    let unreadable = |why: String| format!("the answer to PROPFIND {} cannot be read: {why}", answer.url);
    let root = match dav::read(&answer.body) {
        Ok(root) => root,
        Err(error) => return refused(unreadable(error.to_string())),
    };
    let multistatus = match Multistatus::read(&root) {
        Ok(multistatus) => multistatus,
        Err(error) => return refused(unreadable(error.to_string())),
    };
    let asked = answer.url.clone();
    let resources = multistatus.responses.into_iter().filter_map(|response| {
        let url = client.origins().resolve(&asked, response.href()).ok()?;
        Some(Resource {
            url,
            response,
            asked: asked.clone(),
        })
    });
    Ok(Listing::Found(resources.collect()))
}

impl Resource {
    /// A property that was found.
    pub fn prop(&self, name: &QName) -> Option<&Element> {
        self.response.prop(name)
    }

    /// The text of a property that was found and is not empty.
    pub fn text(&self, name: &QName) -> Option<String> {
        self.prop(name)
            .map(Element::trimmed)
            .filter(|text| !text.is_empty())
    }

    /// Whether DAV:resourcetype has this element.
    pub fn is_a(&self, kind: &QName) -> bool {
        self.prop(&dav::dav("resourcetype"))
            .is_some_and(|found| found.has(kind))
    }

    /// The URL of the first DAV:href of a property.
    ///
    /// # Errors
    /// When it leads to an origin that is not trusted, or is no URL.
    pub fn href(&self, client: &Client, name: &QName) -> Result<Option<Url>, TransportFailure> {
        let Some(href) = self.prop(name).and_then(Element::href) else {
            return Ok(None);
        };
        client
            .origins()
            .resolve(&self.asked, &href)
            .map(Some)
            .map_err(|why| TransportFailure {
                kind: FailureKind::Redirect,
                message: format!("the {name} of {} {why}", self.url),
            })
    }
}

impl Listing {
    /// The resource that was asked for, in an answer of depth 0.
    pub fn only(self) -> Result<Resource, String> {
        match self {
            Listing::Found(mut resources) if !resources.is_empty() => Ok(resources.swap_remove(0)),
            Listing::Found(_) => Err("the multistatus has no response".into()),
            Listing::Refused { why, .. } => Err(why),
        }
    }
}
