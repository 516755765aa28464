//! Properties as they were before a scenario changed them.

use url::Url;

use crate::client::{Answer, Client, Context, Credentials, Request};
use crate::dav::{self, Element, Multistatus, QName, dav as name};
use crate::event::{Event, Purpose, Record, Undo};

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
    /// The PROPPATCH that puts the properties back.
    pub fn undo(&self, user: &str) -> Undo {
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
        Undo {
            user: user.to_owned(),
            url: self.url.to_string(),
            body: String::from_utf8_lossy(&dav::to_bytes(&update)).into_owned(),
        }
    }
}

/// Sends what puts properties back.
///
/// # Errors
/// When there is no answer, or its URL is none of the target.
pub(super) async fn put_back(
    client: &Client,
    context: Context<'_>,
    credentials: Option<&Credentials>,
    undo: &Undo,
) -> Result<Answer, String> {
    let url = client.origins().resolve(client.origins().base(), &undo.url)?;
    let request = Request::new("PROPPATCH", url).xml(undo.body.clone());
    let answer = client.send(context, credentials, request).await;
    answer.map_err(|failure| failure.message)
}

/// Whether a PROPPATCH has come to all that it asked for.
pub(super) fn is_accepted(answer: &Answer) -> bool {
    if answer.status != 207 {
        return answer.is_success();
    }
    let multistatus = dav::read(&answer.body)
        .ok()
        .and_then(|root| Multistatus::read(&root).ok());
    multistatus.is_some_and(|multistatus| {
        let mut statuses = multistatus.responses.iter().flat_map(|response| {
            let of_properties = response.propstats.iter().map(|propstat| propstat.status);
            response.status.into_iter().chain(of_properties)
        });
        statuses.all(|status| status / 100 == 2)
    })
}

/// What a log tells of properties that were changed and not put back, the latest change first.
pub fn outstanding(records: &[Record]) -> Vec<Undo> {
    let mut open: Vec<(Option<&str>, &Undo)> = Vec::new();
    for record in records {
        let scenario = record.scenario.as_deref();
        match &record.event {
            Event::Undo(undo) => open.push((scenario, undo)),
            Event::Undone(done) => {
                let latest = open.iter().rposition(|(of, undo)| {
                    *of == scenario && undo.user == done.user && undo.url == done.url
                });
                if let Some(latest) = latest {
                    open.remove(latest);
                }
            }
            _ => {}
        }
    }
    open.into_iter().rev().map(|(_, undo)| undo.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Undone;

    #[test]
    fn what_a_log_leaves_to_be_undone() {
        let undo = |url: &str, body: &str| {
            Event::Undo(Undo {
                user: "user01".into(),
                url: url.into(),
                body: body.into(),
            })
        };
        let done = |url: &str| {
            Event::Undone(Undone {
                user: "user01".into(),
                url: url.into(),
            })
        };
        let events = [
            (Some("s1"), undo("/a", "1")),
            (Some("s1"), undo("/a", "2")),
            (Some("s2"), undo("/b", "3")),
            (Some("s2"), done("/a")),
            (Some("s1"), done("/a")),
        ];
        let records: Vec<Record> = (0..)
            .zip(events)
            .map(|(seq, (scenario, event))| Record {
                seq,
                ms: 0,
                scenario: scenario.map(str::to_owned),
                event,
            })
            .collect();
        let bodies: Vec<String> = outstanding(&records).into_iter().map(|undo| undo.body).collect();
        assert_eq!(bodies, ["3", "1"]);
    }
}
