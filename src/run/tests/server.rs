//! A calendar server small enough to be wrong on purpose.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::ical::{self, Component, Document, Property};

/// What it does with invitations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    AtOnce,
    /// When an Inbox has been looked at so often.
    AfterLooks(u32),
    Never,
}

/// How it behaves.
#[derive(Debug, Clone, Copy)]
pub struct Manners {
    pub delivery: Delivery,
    /// The answer to PUT, instead of 201.
    pub put: Option<u16>,
    /// The answer to DELETE, instead of 204.
    pub delete: Option<u16>,
    /// So many GETs of a new calendar object are answered 404.
    pub hidden_for: u32,
    /// A cut connection is not possible here; a slow answer is.
    pub get_after_ms: u64,
}

impl Default for Manners {
    fn default() -> Manners {
        Manners {
            delivery: Delivery::AtOnce,
            put: None,
            delete: None,
            hidden_for: 0,
            get_after_ms: 0,
        }
    }
}

/// What it has: path to content and entity tag.
#[derive(Default)]
pub struct Store {
    pub resources: BTreeMap<String, (Vec<u8>, u32)>,
    pub requests: Vec<(String, String, Option<String>)>,
    waiting: Vec<(String, Vec<u8>)>,
    looks: u32,
    missed: u32,
    next: u32,
}

impl Store {
    /// The paths of what is there now.
    pub fn paths(&self) -> Vec<&str> {
        self.resources.keys().map(String::as_str).collect()
    }

    pub fn put(&mut self, path: &str, content: &[u8]) {
        self.next += 1;
        self.resources
            .insert(path.to_string(), (content.to_vec(), self.next));
    }
}

struct Small {
    manners: Manners,
    store: Arc<Mutex<Store>>,
}

/// Starts a server; users are path segments, `mailto:NAME@example.com` is the address.
pub async fn serve(manners: Manners) -> (MockServer, Arc<Mutex<Store>>) {
    let store = Arc::new(Mutex::new(Store::default()));
    let server = MockServer::start().await;
    let small = Small {
        manners,
        store: store.clone(),
    };
    Mock::given(any()).respond_with(small).mount(&server).await;
    (server, store)
}

impl Respond for Small {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut store = self.store.lock().unwrap();
        let (method, path) = (request.method.as_str(), request.url.path().to_string());
        let reply = request.headers.get("schedule-reply");
        let reply = reply.map(|value| value.to_str().unwrap().to_string());
        store.requests.push((method.to_string(), path.clone(), reply));
        match method {
            "MKCALENDAR" => {
                store.put(&path, b"");
                ResponseTemplate::new(201)
            }
            "PUT" => {
                if let Some(status) = self.manners.put {
                    return ResponseTemplate::new(status);
                }
                store.put(&path, &request.body);
                self.deliver(&mut store, &path, &request.body);
                ResponseTemplate::new(201)
            }
            "GET" if store.missed < self.manners.hidden_for && !path.contains("/in/") => {
                store.missed += 1;
                ResponseTemplate::new(404)
            }
            "GET" => {
                let answer = match store.resources.get(&path) {
                    Some((content, tag)) => ResponseTemplate::new(200)
                        .insert_header("ETag", format!("\"{tag}\""))
                        .set_body_bytes(content.clone()),
                    None => ResponseTemplate::new(404),
                };
                answer.set_delay(std::time::Duration::from_millis(self.manners.get_after_ms))
            }
            "DELETE" => match self.manners.delete {
                Some(status) => ResponseTemplate::new(status),
                None => {
                    let below =
                        |name: &String| *name == path || (path.ends_with('/') && name.starts_with(&path));
                    store.resources.retain(|name, _| !below(name));
                    ResponseTemplate::new(204)
                }
            },
            "PROPFIND" => {
                if path.ends_with("/in/") {
                    store.looks += 1;
                    self.catch_up(&mut store);
                }
                listing(&store, &path)
            }
            _ => ResponseTemplate::new(501),
        }
    }
}

impl Small {
    fn deliver(&self, store: &mut Store, path: &str, body: &[u8]) {
        let Ok(document) = ical::read(body) else { return };
        let Some(event) = document
            .calendar()
            .and_then(|calendar| calendar.components().next())
        else {
            return;
        };
        let sender = path.split('/').nth(1).unwrap_or_default();
        for attendee in event.properties_named("ATTENDEE") {
            let name = attendee.value.strip_prefix("mailto:").unwrap();
            let Some(name) = name.strip_suffix("@example.com").filter(|name| *name != sender) else {
                continue;
            };
            let message = (format!("/{name}/in/{}.ics", store.next), invitation(event));
            let copy = (format!("/{name}/work/{}.ics", store.next), body.to_vec());
            store.waiting.extend([message, copy]);
        }
        self.catch_up(store);
    }

    fn catch_up(&self, store: &mut Store) {
        let due = match self.manners.delivery {
            Delivery::AtOnce => true,
            Delivery::AfterLooks(looks) => store.looks >= looks,
            Delivery::Never => false,
        };
        if due {
            for (path, content) in std::mem::take(&mut store.waiting) {
                store.put(&path, &content);
            }
        }
    }
}

fn invitation(event: &Component) -> Vec<u8> {
    let mut calendar = Component::new("VCALENDAR");
    calendar.push(Property::new("VERSION", "2.0"));
    calendar.push(Property::new("PRODID", "-//calconform//small server//EN"));
    calendar.push(Property::new("METHOD", "REQUEST"));
    calendar.push_component(event.clone());
    Document::new(calendar).to_bytes()
}

fn listing(store: &Store, path: &str) -> ResponseTemplate {
    let responses: String = store
        .resources
        .iter()
        .filter(|(name, _)| name.strip_prefix(path).is_some_and(|rest| !rest.is_empty() && !rest.contains('/')))
        .map(|(name, (_, tag))| {
            format!(
                "<D:response><D:href>{name}</D:href><D:propstat><D:prop><D:getetag>\"{tag}\"</D:getetag></D:prop>\
                 <D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
            )
        })
        .collect();
    let itself = format!(
        "<D:response><D:href>{path}</D:href><D:propstat><D:prop><D:resourcetype><D:collection/>\
         <C:calendar xmlns:C=\"urn:ietf:params:xml:ns:caldav\"/></D:resourcetype></D:prop>\
         <D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
    );
    ResponseTemplate::new(207).set_body_string(format!(
        "<D:multistatus xmlns:D=\"DAV:\">{itself}{responses}</D:multistatus>"
    ))
}
