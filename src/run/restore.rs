//! Properties as they were before a scenario changed them.

use url::Url;

use crate::client::{Client, Context, Credentials, Request};
use crate::dav::{self, Element, Multistatus, QName, dav as name};
use crate::event::{Purpose, TransportFailure};

/// The properties of a resource that a PROPPATCH is about to change.
#[derive(Debug, Clone)]
pub(super) struct Before {
    pub url: Url,
    set: Vec<Element>,
    remove: Vec<QName>,
}

/// Asks for what a PROPPATCH is about to change; nothing when that cannot be found out.
pub(super) async fn before(
    client: &Client,
    context: Context<'_>,
    credentials: Option<&Credentials>,
    patch: &Request,
) -> Option<Before> {
    let root = dav::read(patch.body.as_ref()?).ok()?;
    let names: Vec<QName> = root
        .elements()
        .filter(|part| part.is(&name("set")) || part.is(&name("remove")))
        .flat_map(Element::elements)
        .filter(|part| part.is(&name("prop")))
        .flat_map(Element::elements)
        .map(Element::qname)
        .collect();
    let wanted = Element::new(name("prop")).with_children(names.iter().cloned().map(Element::new));
    let find = Element::new(name("propfind")).child(wanted);
    let request = Request::new("PROPFIND", patch.url.clone())
        .header("Depth", "0")
        .xml(dav::to_bytes(&find));
    let answer = client
        .send(context.purpose(Purpose::SetUp), credentials, request)
        .await
        .ok()?;
    let multistatus = Multistatus::read(&dav::read(&answer.body).ok()?).ok()?;
    let response = multistatus.responses.first()?;
    let (mut set, mut remove) = (Vec::new(), Vec::new());
    for name in names {
        match response.prop(&name) {
            Some(property) => set.push(property.clone()),
            None => remove.push(name),
        }
    }
    Some(Before {
        url: patch.url.clone(),
        set,
        remove,
    })
}

impl Before {
    /// Puts the properties back. Whether the target accepts that is its business.
    pub async fn put_back(
        &self,
        client: &Client,
        context: Context<'_>,
        credentials: Option<&Credentials>,
    ) -> Result<(), TransportFailure> {
        let part = |kind: &'static str, properties: Vec<Element>| {
            Element::new(name(kind)).child(Element::new(name("prop")).with_children(properties))
        };
        let mut update = Element::new(name("propertyupdate"));
        if !self.set.is_empty() {
            update.push(part("set", self.set.clone()));
        }
        if !self.remove.is_empty() {
            update.push(part(
                "remove",
                self.remove.iter().cloned().map(Element::new).collect(),
            ));
        }
        let request = Request::new("PROPPATCH", self.url.clone()).xml(dav::to_bytes(&update));
        client.send(context, credentials, request).await.map(drop)
    }
}
