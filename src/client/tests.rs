//! The client against servers that answer, mislead, stall and break off.

use std::sync::Arc;
use std::time::Duration;

use rstest::rstest;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::event::testing::{Shared, run_started};
use crate::event::{Event, FailureKind, LogWriter, Purpose, read_log_from};

const PLACE: Context<'static> = Context {
    scenario: Some("spec/theme/slug"),
    step: "create",
    purpose: Purpose::Step,
    user: Some("alice"),
};

fn client(config: ClientConfig, credentials: &[&Credentials]) -> (Client, Shared) {
    let file = Shared::default();
    let log = Arc::new(LogWriter::new(file.clone()));
    let recorder = Recorder::new(log, Redactor::new(credentials.iter().copied()));
    recorder.write(None, Event::RunStarted(run_started()));
    (Client::new(config, Arc::new(recorder)).unwrap(), file)
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

/// Answers each connection with these octets, then does as told.
async fn raw(answer: &'static [u8], then_close: bool) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = url(&format!("http://{}/", listener.local_addr().unwrap()));
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut buffer = [0; 4096];
            let _ = stream.read(&mut buffer).await;
            let _ = stream.write_all(answer).await;
            if !then_close {
                open.push(stream);
            }
        }
    });
    base
}

#[tokio::test]
async fn every_request_says_who_and_where_and_the_log_has_no_secret() {
    let server = MockServer::start().await;
    let alice = Credentials::basic("alice", "open sesame/7");
    Mock::given(method("PUT"))
        .and(path("/cal/x.ics"))
        .and(header("Calconform-Step", "spec/theme/slug#create"))
        .and(header("Authorization", "Basic YWxpY2U6b3BlbiBzZXNhbWUvNw=="))
        .respond_with(
            ResponseTemplate::new(201)
                .insert_header("X-Echo", "open%20sesame%2F7")
                .insert_header("Set-Cookie", "session=1234")
                .set_body_string("you are YWxpY2U6b3BlbiBzZXNhbWUvNw== with open+sesame%2f7"),
        )
        .mount(&server)
        .await;
    let (client, file) = client(ClientConfig::new(url(&server.uri())), &[&alice]);
    let target = url(&server.uri()).join("/cal/x.ics").unwrap();
    let request = Request::new("PUT", target)
        .header("If-None-Match", "*")
        .body("my password: open sesame/7");
    let answer = client.send(PLACE, Some(&alice), request).await.unwrap();
    assert_eq!(answer.status, 201);
    assert!(
        answer.body.starts_with(b"you are YWxp"),
        "checks see the answer as it came"
    );

    let log = String::from_utf8(file.bytes()).unwrap();
    for secret in ["open sesame", "open%20sesame", "open+sesame", "YWxpY2U6", "1234"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    assert!(log.contains("Basic [secret removed]"));
    assert!(log.contains("spec/theme/slug"));
}

#[rstest]
#[case("/elsewhere", Ok(200))]
#[case("http://other.example/x", Err("http://other.example"))]
#[case("//other.example:81/x", Err("http://other.example:81"))]
#[case("/loop", Err("more than 5 redirects"))]
#[tokio::test]
async fn redirects(#[case] location: &str, #[case] outcome: Result<u16, &str>) {
    let server = MockServer::start().await;
    let moved = |to: &str| ResponseTemplate::new(301).insert_header("Location", to);
    Mock::given(path("/start"))
        .respond_with(moved(location))
        .mount(&server)
        .await;
    Mock::given(path("/loop"))
        .respond_with(moved("/loop"))
        .mount(&server)
        .await;
    Mock::given(path("/elsewhere"))
        .respond_with(ResponseTemplate::new(200))
        .mount(&server)
        .await;
    let base = url(&server.uri());
    let (client, _) = client(ClientConfig::new(base.clone()), &[]);
    let request = Request::new("PROPFIND", base.join("/start").unwrap());
    match (client.send_following(PLACE, None, request).await, outcome) {
        (Ok(answer), Ok(status)) => {
            assert_eq!(answer.status, status);
            assert_eq!(answer.url.path(), location);
        }
        (Err(failure), Err(words)) => {
            assert_eq!(failure.kind, FailureKind::Redirect);
            assert!(failure.message.contains(words), "{}", failure.message);
        }
        (got, wanted) => panic!("{got:?}, not {wanted:?}"),
    }
}

#[tokio::test]
async fn a_trusted_origin_is_followed_and_no_other_is_ever_asked() {
    let other = MockServer::start().await;
    Mock::given(path("/x"))
        .respond_with(ResponseTemplate::new(207))
        .expect(1)
        .mount(&other)
        .await;
    let server = MockServer::start().await;
    let moved = ResponseTemplate::new(307).insert_header("Location", format!("{}/x", other.uri()));
    Mock::given(path("/start"))
        .respond_with(moved)
        .mount(&server)
        .await;
    let base = url(&server.uri());
    let mut config = ClientConfig::new(base.clone());
    config.origins = Origins::new(base.clone(), vec![url(&other.uri()).origin()]);
    let (client, _) = client(config, &[]);
    let answer = client
        .send_following(PLACE, None, Request::new("GET", base.join("/start").unwrap()))
        .await;
    assert_eq!(answer.unwrap().status, 207);
    let refused = client
        .send(PLACE, None, Request::new("GET", url("http://third.example/")))
        .await
        .unwrap_err();
    assert_eq!(refused.kind, FailureKind::Redirect);
}

#[tokio::test]
async fn a_step_sees_the_redirect_itself() {
    let server = MockServer::start().await;
    Mock::given(path("/"))
        .respond_with(ResponseTemplate::new(302).insert_header("Location", "/x"))
        .mount(&server)
        .await;
    let (client, _) = client(ClientConfig::new(url(&server.uri())), &[]);
    let answer = client
        .send(PLACE, None, Request::new("GET", url(&server.uri())))
        .await
        .unwrap();
    assert_eq!((answer.status, answer.header("location")), (302, Some("/x")));
}

#[rstest]
#[case(1000, 1000, false)]
#[case(1001, 1000, true)]
#[case(500_000, 1000, true)]
#[tokio::test]
async fn bodies_are_bounded(#[case] sent: usize, #[case] limit: usize, #[case] cut: bool) {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(200).set_body_bytes(vec![b'x'; sent]))
        .mount(&server)
        .await;
    let mut config = ClientConfig::new(url(&server.uri()));
    config.body_limit = limit;
    let (client, file) = client(config, &[]);
    let answer = client
        .send(PLACE, None, Request::new("GET", url(&server.uri())))
        .await
        .unwrap();
    assert_eq!((answer.body.len(), answer.cut), (sent.min(limit), cut));
    let log = read_log_from(file.bytes().as_slice(), "log").unwrap();
    let logged = log.records.iter().find_map(|record| match &record.event {
        Event::Body(body) => Some(body.cut),
        _ => None,
    });
    assert_eq!(logged, Some(cut));
}

#[rstest]
#[case(b"", false, FailureKind::Timeout)]
#[case(b"HTTP/1.1 200 OK\r\n", false, FailureKind::Timeout)]
#[case(
    b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
    false,
    FailureKind::Timeout
)]
#[case(b"", true, FailureKind::Reset)]
#[case(
    b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
    true,
    FailureKind::Reset
)]
#[case(b"220 mail.example ESMTP\r\n", true, FailureKind::Unreadable)]
#[tokio::test]
async fn no_answer_is_a_failure(
    #[case] answer: &'static [u8],
    #[case] then_close: bool,
    #[case] kind: FailureKind,
) {
    let base = raw(answer, then_close).await;
    let mut config = ClientConfig::new(base.clone());
    config.deadlines.header = Duration::from_millis(60);
    config.deadlines.exchange = Duration::from_millis(120);
    let (client, file) = client(config, &[]);
    let failure = client
        .send(PLACE, None, Request::new("PUT", base))
        .await
        .unwrap_err();
    assert_eq!(failure.kind, kind, "{}", failure.message);
    let log = read_log_from(file.bytes().as_slice(), "log").unwrap();
    let logged = log.records.iter().any(|record| {
        matches!(&record.event, Event::Exchange(exchange) if exchange.failure.as_ref() == Some(&failure))
    });
    assert!(logged);
}

#[tokio::test]
async fn nobody_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = url(&format!("http://{}/", listener.local_addr().unwrap()));
    drop(listener);
    let (client, _) = client(ClientConfig::new(base.clone()), &[]);
    let failure = client
        .send(PLACE, None, Request::new("GET", base))
        .await
        .unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unreachable, "{}", failure.message);
    assert_eq!(client.recorder().lost_in_a_row(), 1);
}

#[tokio::test]
async fn what_changes_nothing_is_sent_again_when_the_connection_broke() {
    let base = raw(b"", true).await;
    let (client, _) = client(ClientConfig::new(base.clone()), &[]);
    assert!(
        client
            .send(PLACE, None, Request::new("GET", base.clone()))
            .await
            .is_err()
    );
    assert_eq!(client.recorder().exchanges(), 2);
    assert!(
        client
            .send(PLACE, None, Request::new("DELETE", base))
            .await
            .is_err()
    );
    assert_eq!(client.recorder().exchanges(), 3);
}

#[tokio::test]
async fn what_cannot_be_a_header_is_not_sent() {
    let base = raw(b"", true).await;
    let (client, _) = client(ClientConfig::new(base.clone()), &[]);
    let request = Request::new("GET", base).header("If-Match", "\"a\"\r\nX-Smuggled: 1");
    let failure = client.send(PLACE, None, request).await.unwrap_err();
    assert!(failure.message.contains("If-Match"), "{}", failure.message);
}

#[rstest]
#[case::once(1, Ok(200))]
#[case::for_ever(100, Err(FailureKind::Busy))]
#[tokio::test]
async fn a_target_that_says_later_is_asked_again(
    #[case] busy: u64,
    #[case] outcome: Result<u16, FailureKind>,
) {
    let server = MockServer::start().await;
    Mock::given(method("PUT"))
        .respond_with(ResponseTemplate::new(429).insert_header("Retry-After", "0"))
        .up_to_n_times(busy)
        .mount(&server)
        .await;
    Mock::given(method("PUT"))
        .respond_with(ResponseTemplate::new(200))
        .mount(&server)
        .await;
    let (client, _) = client(ClientConfig::new(url(&server.uri())), &[]);
    let request = Request::new("PUT", url(&server.uri()));
    let answer = client.send(PLACE, None, request).await;
    assert_eq!(
        answer.map(|answer| answer.status).map_err(|failure| failure.kind),
        outcome
    );
}
