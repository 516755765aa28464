//! Finding calendar object resources by UID.

use std::collections::HashMap;

use url::Url;

use super::message::Head;
use super::shelf::{Shelf, Trouble};
use crate::client::{Client, Context, Credentials, Request};
use crate::dav::{self, Element, Multistatus, QName, caldav};
use crate::target::propfind::{Listing, propfind};

/// An object with a UID that was asked for.
#[derive(Debug, Clone)]
pub(super) struct Object {
    pub url: Url,
    pub head: Head,
}

/// A user's calendars that had to be listed and fetched, because they cannot be searched.
pub(super) type Shelves = HashMap<Url, Shelf>;

/// The objects of a calendar whose UID begins with a text.
///
/// CALDAV:calendar-query with CALDAV:text-match (RFC 4791 section 9.7.5: it finds substrings); where the target does not
/// answer that, everything is listed and fetched, from then on.
pub(super) async fn by_uid(
    shelves: &mut Shelves,
    client: &Client,
    context: Context<'_>,
    credentials: Option<&Credentials>,
    calendar: &Url,
    components: &[&'static str],
    uid: &str,
) -> Result<Vec<Object>, Trouble> {
    if shelves.contains_key(calendar) {
        return by_looking(shelves, client, context, credentials, calendar, uid).await;
    }
    let mut found = Vec::new();
    for component in components {
        let query = Request::new("REPORT", calendar.clone())
            .header("Depth", "1")
            .xml(dav::to_bytes(&calendar_query(component, uid)));
        let answer = client.send(context, credentials, query).await?;
        let multistatus = (answer.status == 207 && !answer.cut)
            .then(|| dav::read(&answer.body).ok())
            .flatten()
            .and_then(|root| Multistatus::read(&root).ok());
        let Some(multistatus) = multistatus else {
            return by_looking(shelves, client, context, credentials, calendar, uid).await;
        };
        for response in multistatus.responses {
            let Ok(url) = client.origins().resolve(&answer.url, response.href()) else {
                continue;
            };
            let Some(data) = response.prop(&caldav("calendar-data")) else {
                continue;
            };
            if let Ok(head) = Head::read(data.text().as_bytes())
                && head.uid.starts_with(uid)
            {
                found.push(Object { url, head });
            }
        }
    }
    Ok(found)
}

/// The same without the help of a report.
pub(super) async fn by_looking(
    shelves: &mut Shelves,
    client: &Client,
    context: Context<'_>,
    credentials: Option<&Credentials>,
    calendar: &Url,
    uid: &str,
) -> Result<Vec<Object>, Trouble> {
    let shelf = shelves
        .entry(calendar.clone())
        .or_insert_with(|| Shelf::new(calendar.clone()));
    shelf.look(client, context, credentials).await?;
    let objects = shelf.items().filter_map(|item| {
        let head = item.head.as_ref().ok().filter(|head| head.uid.starts_with(uid))?;
        Some(Object {
            url: item.url.clone(),
            head: head.clone(),
        })
    });
    Ok(objects.collect())
}

fn calendar_query(component: &str, uid: &str) -> Element {
    let element = |name: QName| Element::new(name);
    let text_match = element(caldav("text-match"))
        .with_attr("collation", "i;octet")
        .with_text(uid);
    let uid_filter = element(caldav("prop-filter"))
        .with_attr("name", "UID")
        .child(text_match);
    let component_filter = element(caldav("comp-filter"))
        .with_attr("name", component)
        .child(uid_filter);
    let calendar_filter = element(caldav("comp-filter"))
        .with_attr("name", "VCALENDAR")
        .child(component_filter);
    let properties = [dav::dav("getetag"), caldav("calendar-data")].map(Element::new);
    element(caldav("calendar-query"))
        .child(element(dav::dav("prop")).with_children(properties))
        .child(element(caldav("filter")).child(calendar_filter))
}

/// Makes sure that this is a calendar collection.
pub(super) async fn expect_calendar(
    client: &Client,
    context: Context<'_>,
    credentials: Option<&Credentials>,
    url: &Url,
) -> Result<(), Trouble> {
    match propfind(
        client,
        context,
        credentials,
        url,
        "0",
        &[dav::dav("resourcetype")],
    )
    .await?
    {
        Listing::Found(resources)
            if resources
                .iter()
                .any(|resource| resource.is_a(&caldav("calendar"))) =>
        {
            Ok(())
        }
        Listing::Found(_) => Err(Trouble::Answer(format!("{} is no calendar", url.path()))),
        Listing::Refused { why, .. } => Err(Trouble::Answer(why)),
    }
}
