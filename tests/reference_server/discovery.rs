use std::io::{Read, Write};
use std::net::TcpStream;

use calconform::reference::{Config, Limits, Server};
use rstest::rstest;

use crate::support::{Site, home, inbox, outbox, qname};

#[tokio::test]
async fn a_client_finds_its_calendars_from_the_well_known_url() {
    let site = Site::start();
    let answer = site.send("-", "PROPFIND", "/.well-known/caldav", &[], "").await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (301, Some("/caldav/"))
    );
    let principal = site
        .prop("user01", "/caldav/", "D:current-user-principal")
        .await
        .unwrap()
        .href()
        .unwrap();
    assert_eq!(principal, "/caldav/principals/user01/");
    for (name, expected) in [
        ("C:calendar-home-set", home("user01")),
        ("C:schedule-inbox-URL", inbox("user01")),
        ("C:schedule-outbox-URL", outbox("user01")),
        ("D:principal-URL", principal.clone()),
    ] {
        assert_eq!(
            site.prop("user01", &principal, name).await.unwrap().href(),
            Some(expected),
            "{name}"
        );
    }
    let kind = site
        .prop("user01", &principal, "C:calendar-user-type")
        .await
        .unwrap();
    assert_eq!(kind.text(), "INDIVIDUAL");
    let addresses = site
        .prop("user02", &principal, "C:calendar-user-address-set")
        .await
        .unwrap();
    let hrefs: Vec<String> = addresses.elements().map(|href| href.text()).collect();
    let expected = [
        "mailto:user01@example.com",
        "mailto:user01@calendar.example.com",
        "/caldav/principals/user01/",
    ];
    assert_eq!(hrefs, expected);
}

#[tokio::test]
async fn collections_tell_what_they_are() {
    let site = Site::start();
    let answer = site
        .propfind("user01", &home("user01"), "1", "D:resourcetype")
        .await;
    let kinds: Vec<(String, Vec<String>)> = answer
        .responses
        .iter()
        .map(|response| {
            let kind = response.prop(&qname("D:resourcetype")).unwrap();
            (
                response.href().to_owned(),
                kind.elements()
                    .map(|element| element.qname().to_string())
                    .collect(),
            )
        })
        .collect();
    let kind = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        kinds,
        [
            (home("user01"), kind(&["D:collection"])),
            (
                format!("{}default/", home("user01")),
                kind(&["D:collection", "C:calendar"])
            ),
            (inbox("user01"), kind(&["D:collection", "C:schedule-inbox"])),
            (outbox("user01"), kind(&["D:collection", "C:schedule-outbox"])),
        ]
    );
}

#[rstest]
#[case::home(&home("user01"), "MKCALENDAR")]
#[case::inbox(&inbox("user01"), "REPORT")]
#[case::outbox(&outbox("user01"), "POST")]
#[case::calendar("/caldav/calendars/user01/default/", "PROPPATCH")]
#[case::nothing("/caldav/calendars/user01/default/new.ics", "PUT")]
#[case::principal("/caldav/principals/user01/", "PROPFIND")]
#[tokio::test]
async fn options_advertises_scheduling_everywhere(#[case] path: &str, #[case] method: &str) {
    let site = Site::start();
    let answer = site.send("user01", "OPTIONS", path, &[], "").await;
    assert_eq!(answer.status, 200);
    let tokens: Vec<&str> = answer.header("dav").unwrap().split(", ").collect();
    for token in [
        "1",
        "3",
        "access-control",
        "calendar-access",
        "calendar-auto-schedule",
    ] {
        assert!(tokens.contains(&token), "{tokens:?}");
    }
    assert!(
        answer
            .header("allow")
            .unwrap()
            .split(", ")
            .any(|allowed| allowed == method),
        "{answer:?}"
    );
}

#[rstest]
#[case::nobody("-", None)]
#[case::unknown("user09", None)]
#[case::wrong_password("-", Some("Basic dXNlcjAxOndyb25n"))]
#[case::other_scheme("-", Some("Bearer dXNlcjAxOndyb25n"))]
#[case::not_base64("-", Some("Basic !!!"))]
#[tokio::test]
async fn who_is_not_known_is_asked(#[case] user: &str, #[case] header: Option<&str>) {
    let site = Site::start();
    let headers: Vec<(&str, &str)> = header.map(|value| ("authorization", value)).into_iter().collect();
    for method in ["GET", "PROPFIND", "PUT", "DELETE", "POST", "OPTIONS"] {
        let answer = site.send(user, method, &outbox("user01"), &headers, "").await;
        assert_eq!(answer.status, 401, "{method}");
        assert!(
            answer
                .header("www-authenticate")
                .unwrap()
                .starts_with("Basic realm=")
        );
    }
}

#[rstest]
#[case::no_host("GET / HTTP/1.1\r\n\r\n", "400")]
#[case::two_hosts("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400")]
#[case::old_without_host("GET / HTTP/1.0\r\n\r\n", "401")]
#[case::asterisk(
    "OPTIONS * HTTP/1.1\r\nHost: a\r\nAuthorization: Basic dXNlcjAxOnVzZXIwMQ==\r\n\r\n",
    "200"
)]
#[case::dot_segment("GET /caldav/../x HTTP/1.1\r\nHost: a\r\n\r\n", "400")]
#[case::encoded_slash("GET /caldav/a%2Fb HTTP/1.1\r\nHost: a\r\n\r\n", "400")]
fn odd_requests_are_refused(#[case] request: &str, #[case] status: &str) {
    let server = Server::start(Config::default()).unwrap();
    let authority = server
        .base_url
        .trim_start_matches("http://")
        .trim_end_matches('/');
    let mut stream = TcpStream::connect(authority).unwrap();
    stream
        .set_read_timeout(Some(std::time::Duration::from_secs(10)))
        .unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(std::str::from_utf8(&answer[9..]), Ok(status));
}

#[tokio::test]
async fn large_bodies_are_refused() {
    let limits = Limits {
        request_octets: 1000,
        ..Limits::default()
    };
    let site = Site::with(Config {
        limits,
        ..Config::default()
    });
    let answer = site
        .put(
            "user01",
            "/caldav/calendars/user01/default/x.ics",
            &"x".repeat(1001),
        )
        .await;
    assert_eq!(answer.status, 413);
}

#[tokio::test]
async fn methods_that_do_not_fit_are_refused() {
    let site = Site::start();
    for (method, path, status) in [
        ("DELETE", inbox("user01"), 405),
        ("DELETE", outbox("user01"), 405),
        ("DELETE", home("user01"), 405),
        ("PUT", home("user01"), 405),
        ("MKCOL", inbox("user01"), 405),
        ("BREW", home("user01"), 501),
        ("GET", format!("{}none", home("user01")), 404),
        ("PUT", format!("{}x.ics", inbox("user01")), 403),
        ("PUT", format!("{}x.ics", outbox("user01")), 403),
        ("PUT", format!("{}none/x.ics", home("user01")), 409),
        ("MKCALENDAR", format!("{}x/", inbox("user01")), 403),
        ("GET", "/else".to_owned(), 404),
    ] {
        let answer = site.send("user01", method, &path, &[], "").await;
        assert_eq!(answer.status, status, "{method} {path}");
        assert_eq!(answer.header("allow").is_some(), status == 405);
    }
}

#[test]
fn a_server_stops_when_it_is_dropped() {
    let server = Server::start(Config::default()).unwrap();
    let authority = server
        .base_url
        .trim_start_matches("http://")
        .trim_end_matches('/')
        .to_owned();
    drop(server);
    assert!(TcpStream::connect(authority).is_err());
}
