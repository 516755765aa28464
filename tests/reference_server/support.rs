//! A server, and requests to it.

use std::sync::OnceLock;

use calconform::dav::{DavError, Element, Multistatus, QName, Response, read};
use calconform::reference::{Config, Policy, Server};

/// A server that runs as long as the test.
pub struct Site {
    pub server: Server,
    client: reqwest::Client,
}

/// An answer, its body complete.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: String,
}

impl Site {
    pub fn start() -> Site {
        Site::with(Config::default())
    }

    pub fn with_policy(policy: Policy) -> Site {
        Site::with(Config {
            policy,
            ..Config::default()
        })
    }

    pub fn with(config: Config) -> Site {
        static PROVIDER: OnceLock<()> = OnceLock::new();
        PROVIDER.get_or_init(|| {
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .tls_certs_only([])
            .build()
            .unwrap();
        Site {
            server: Server::start(config).unwrap(),
            client,
        }
    }

    /// A request of a user; `user` is `-` for one without credentials.
    pub async fn send(
        &self,
        user: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let url = match path.strip_prefix('/') {
            Some(path) => format!("{}{path}", self.server.base_url),
            None => path.to_owned(),
        };
        let mut request = self.client.request(method.parse().unwrap(), url);
        if user != "-" {
            request = request.basic_auth(user, Some(user));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !body.is_empty() {
            request = request.body(body.to_owned());
        }
        let response = request.send().await.unwrap();
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().await.unwrap(),
        }
    }

    pub async fn get(&self, user: &str, path: &str) -> Answer {
        self.send(user, "GET", path, &[], "").await
    }

    pub async fn put(&self, user: &str, path: &str, body: &str) -> Answer {
        self.send(
            user,
            "PUT",
            path,
            &[("content-type", "text/calendar; charset=utf-8")],
            body,
        )
        .await
    }

    pub async fn delete(&self, user: &str, path: &str) -> Answer {
        self.send(user, "DELETE", path, &[], "").await
    }

    /// PROPFIND of these properties, such as `D:displayname C:schedule-tag`.
    pub async fn propfind(&self, user: &str, path: &str, depth: &str, names: &str) -> Multistatus {
        let props: String = names
            .split_whitespace()
            .map(|name| format!("<{name}/>"))
            .collect();
        let body = format!("<D:propfind {NAMESPACES}><D:prop>{props}</D:prop></D:propfind>");
        self.send(user, "PROPFIND", path, &[("depth", depth)], &body)
            .await
            .multistatus()
    }

    /// One property of one resource.
    pub async fn prop(&self, user: &str, path: &str, name: &str) -> Option<Element> {
        let answer = self.propfind(user, path, "0", name).await;
        answer.responses[0].prop(&qname(name)).cloned()
    }

    /// The hrefs of what is in the user's Inbox.
    pub async fn inbox(&self, user: &str) -> Vec<String> {
        let answer = self.propfind(user, &inbox(user), "1", "D:getetag").await;
        answer
            .responses
            .iter()
            .skip(1)
            .map(|response| response.href().to_owned())
            .collect()
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn xml(&self) -> Element {
        read(self.body.as_bytes()).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub fn multistatus(&self) -> Multistatus {
        assert_eq!(self.status, 207, "{self:?}");
        Multistatus::read(&self.xml()).unwrap()
    }

    /// Asserts a refusal with this precondition.
    #[track_caller]
    pub fn refuses(&self, status: u16, condition: &str) -> Element {
        assert_eq!(self.status, status, "{self:?}");
        let error = DavError::read(&self.xml()).unwrap();
        error
            .get(&qname(condition))
            .unwrap_or_else(|| panic!("no {condition}: {self:?}"))
            .clone()
    }
}

pub const NAMESPACES: &str = "xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav' \
     xmlns:CS='http://calendarserver.org/ns/'";

pub fn qname(name: &str) -> QName {
    name.parse().unwrap()
}

pub fn find<'a>(answer: &'a Multistatus, end: &str) -> &'a Response {
    answer
        .responses
        .iter()
        .find(|response| response.href().ends_with(end))
        .unwrap_or_else(|| panic!("no {end} in {answer:?}"))
}

pub fn home(user: &str) -> String {
    format!("/caldav/calendars/{user}/")
}

pub fn inbox(user: &str) -> String {
    format!("{}inbox/", home(user))
}

pub fn outbox(user: &str) -> String {
    format!("{}outbox/", home(user))
}

/// A path in the default calendar of user01.
pub fn mine(name: &str) -> String {
    format!("{}default/{name}", home("user01"))
}

/// A VCALENDAR with these lines in it, separated by line ends or spaces around `|`.
pub fn calendar(lines: &str) -> String {
    let lines: String = lines
        .split('|')
        .map(|line| format!("{}\r\n", line.trim()))
        .collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//test//EN\r\n{lines}END:VCALENDAR\r\n")
}

/// A VEVENT of one hour from 1 June 2026, 9:00 UTC, with these lines in it.
pub fn event(uid: &str, lines: &str) -> String {
    let more = if lines.is_empty() {
        String::new()
    } else {
        format!("|{lines}")
    };
    calendar(&format!(
        "BEGIN:VEVENT|UID:{uid}|DTSTAMP:20260101T000000Z|DTSTART:20260601T090000Z|DTEND:20260601T100000Z{more}|END:VEVENT"
    ))
}
