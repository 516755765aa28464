//! Target files, discovery against small servers, leases.

use std::sync::Arc;
use std::time::Duration;

use camino::Utf8Path;
use rstest::rstest;
use tokio::time::timeout;
use url::Url;
use wiremock::matchers::{any, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::lease::Leases;
use super::*;
use crate::client::{Client, Recorder, Redactor};
use crate::event::LogWriter;
use crate::scenario::Capability;

const WHOLE: &str = r#"
name = "example"
url = "https://dav.example.com:8443/dav/"
connect-to = "127.0.0.1:8443"
profile = "caldav-sched-10"
trusted-origins = ["https://p01.example.com"]
ischedule = "/ischedule"
peer-addresses = ["mailto:peer@cal.invalid", "mailto:peer2@cal.invalid"]
reset = ["./reset", "--hard"]

[deadlines]
connect = 1
delivery = 2.5

[limits]
body = 4096

[[users]]
name = "alice"
password = "a"
addresses = ["mailto:alice@example.com"]
inbox = "/dav/alice/in/"

[[users]]
name = "bob"
password-command = ["printf", "two\nlines"]
"#;

fn read(text: &str) -> Result<Target, TargetError> {
    Target::read(Utf8Path::new("dir/target.toml"), text)
}

#[test]
fn a_whole_file() {
    let target = read(WHOLE).unwrap();
    assert_eq!(target.name, "example");
    assert_eq!(target.profile, Some(Profile::CaldavSched10));
    assert_eq!(target.deadlines.connect, Duration::from_secs(1));
    assert_eq!(target.delivery, Duration::from_millis(2500));
    assert_eq!(target.body_limit, 4096);
    assert_eq!(
        target.ischedule.as_ref().unwrap().as_str(),
        "https://dav.example.com:8443/ischedule"
    );
    assert_eq!(
        target.peers,
        ["mailto:peer@cal.invalid", "mailto:peer2@cal.invalid"]
    );
    assert_eq!(target.reset.unwrap(), ["dir/./reset", "--hard"]);
    assert_eq!(target.trusted[0].ascii_serialization(), "https://p01.example.com");
    assert_eq!(
        target.users[0].inbox.as_ref().unwrap().as_str(),
        "https://dav.example.com:8443/dav/alice/in/"
    );
    assert_eq!(target.users[1].credentials.as_ref().unwrap().scheme(), "Basic");
}

#[rstest]
#[case("url = \"http://x/\"\nurll = 1", "dir/target.toml:2:1: unknown field `urll`")]
#[case("name = \"x\"", "dir/target.toml:1:1: missing field `url`")]
#[case(
    "url = \"ftp://x/\"",
    "dir/target.toml:1:7: `ftp://x/`: expected a URL that begins with http"
)]
#[case("url = \"http://a:secret@x/\"", "1:7: a URL with a password in it")]
#[case(
    "url = \"http://x/\"\n[deadlines]\nconnect = 0",
    "3:11: expected a number of seconds, more than 0"
)]
#[case(
    "url = \"http://x/\"\n[[users]]\nname = \"a\"",
    "2:1: this user has no password"
)]
#[case(
    "url = \"http://x/\"\n[[users]]\nname = \"a\"\npassword-env = \"CALCONFORM_NO_SUCH\"",
    "4:16: the environment has no readable variable CALCONFORM_NO_SUCH"
)]
#[case(
    "url = \"http://x/\"\n[[users]]\nname = \"a\"\npassword = \"p\"\npassword-env = \"E\"",
    "expected one of password, password-env, not several"
)]
#[case(
    "url = \"http://x/\"\npeer-addresses = [\"mailto:peer@cal.invalid\"]",
    "2:18: expected two calendar user addresses"
)]
#[case(
    "url = \"http://x/\"\npeer-addresses = [\"mailto:peer@cal.invalid\", \"MAILTO:peer@cal.invalid\"]",
    "2:18: expected two calendar user addresses that differ"
)]
#[case("url = \"http://x/\"\nca = [\"none.pem\"]", "2:7: cannot read dir/none.pem")]
#[case("url = \"http://x/\"\nprofile = \"caldav\"", "2:11: unknown variant `caldav`")]
#[case(
    "url = \"http://x/\"\nauth = \"digest\"",
    "2:8: unknown variant `digest`, expected one of"
)]
fn wrong_files(#[case] text: &str, #[case] message: &str) {
    let error = read(text).unwrap_err().to_string();
    assert!(error.contains(message), "{error}");
    assert!(!error.contains("secret"), "{error}");
}

#[test]
fn a_wrong_password_is_not_repeated() {
    let error = read("url = \"http://x/\"\n[[users]]\nname = \"a\"\npassword = 271828")
        .unwrap_err()
        .to_string();
    assert!(error.contains(":4:"), "{error}");
    assert!(!error.contains("271828"), "{error}");
}

fn client(target: &Target) -> Arc<Client> {
    let log = Arc::new(LogWriter::new(std::io::sink()));
    let recorder = Arc::new(Recorder::new(log, Redactor::default()));
    Arc::new(Client::new(target.client_config(), recorder).unwrap())
}

fn multistatus(href: &str, props: &str) -> ResponseTemplate {
    ResponseTemplate::new(207).set_body_string(format!(
        r#"<D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:response><D:href>{href}</D:href>
        <D:propstat><D:prop>{props}</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>"#
    ))
}

async fn serve(server: &MockServer, at: &str, depth: &str, props: &str) {
    Mock::given(method("PROPFIND"))
        .and(path(at))
        .and(header("Depth", depth))
        .respond_with(multistatus(at, props))
        .mount(server)
        .await;
}

#[tokio::test]
async fn discovers_by_the_well_known_url() {
    let server = MockServer::start().await;
    Mock::given(path("/.well-known/caldav"))
        .respond_with(ResponseTemplate::new(301).insert_header("Location", "/dav/"))
        .mount(&server)
        .await;
    let principal = "<D:current-user-principal><D:href>/p/alice/</D:href></D:current-user-principal>";
    serve(&server, "/dav/", "0", principal).await;
    let urls = r#"<C:calendar-home-set><D:href>/c/alice/</D:href></C:calendar-home-set>
        <C:schedule-inbox-URL><D:href>/c/alice/in/</D:href></C:schedule-inbox-URL>
        <C:calendar-user-address-set><D:href>/p/alice/</D:href>
        <D:href preferred="1">mailto:alice@example.com</D:href></C:calendar-user-address-set>"#;
    serve(&server, "/p/alice/", "0", urls).await;
    let default =
        r"<C:schedule-default-calendar-URL><D:href>/c/alice/work/</D:href></C:schedule-default-calendar-URL>";
    serve(&server, "/c/alice/in/", "0", default).await;
    let work = r#"<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>
        <C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>"#;
    serve(&server, "/c/alice/", "1", work).await;
    Mock::given(method("OPTIONS"))
        .and(path("/c/alice/in/"))
        .respond_with(
            ResponseTemplate::new(200).insert_header("DAV", "1, calendar-access,calendar-auto-schedule"),
        )
        .mount(&server)
        .await;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(404))
        .mount(&server)
        .await;

    let target = Target::at(&server.uri()).unwrap().with_user("alice", "a");
    let found = discover(&client(&target), &target).await.unwrap();
    let alice = &found.users[0];
    assert_eq!(alice.inbox.as_ref().unwrap().path(), "/c/alice/in/");
    assert_eq!(alice.outbox, None);
    assert_eq!(alice.default_calendar.as_ref().unwrap().path(), "/c/alice/work/");
    assert_eq!(alice.addresses[0], "mailto:alice@example.com");
    assert!(
        alice
            .problems
            .iter()
            .any(|problem| problem.contains("C:schedule-outbox-URL")),
        "{:?}",
        alice.problems
    );
    let has = |capability| found.capabilities.has(capability);
    assert!(has(Capability::CalendarAutoSchedule) && has(Capability::DefaultCalendar));
    assert!(
        !has(Capability::Mkcalendar) && !has(Capability::CalendarSchedule) && !has(Capability::Ischedule)
    );
    let evidence = &found
        .capabilities
        .get(Capability::CalendarAutoSchedule)
        .unwrap()
        .evidence;
    assert!(evidence.contains("/c/alice/in/"), "{evidence}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_no_error_but_a_wrong_password_is() {
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(200))
        .mount(&server)
        .await;
    let target = Target::at(&server.uri()).unwrap().with_user("alice", "a");
    let found = discover(&client(&target), &target).await.unwrap();
    assert!(found.users[0].principal.is_none());
    assert!(found.users[0].problems.len() >= 2);

    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(401))
        .mount(&server)
        .await;
    let target = Target::at(&server.uri())
        .unwrap()
        .with_user("alice", "open sesame");
    let error = discover(&client(&target), &target).await.unwrap_err().to_string();
    assert!(error.contains("alice") && !error.contains("sesame"), "{error}");
}

#[tokio::test]
async fn hrefs_to_other_origins_stop_with_their_name() {
    let server = MockServer::start().await;
    let principal =
        "<D:current-user-principal><D:href>https://evil.example/p/</D:href></D:current-user-principal>";
    serve(&server, "/", "0", principal).await;
    let target = Target::at(&server.uri()).unwrap().with_user("alice", "a");
    let error = discover(&client(&target), &target).await.unwrap_err();
    assert!(matches!(&error, DiscoveryError::Origin(_)));
    assert!(error.to_string().contains("https://evil.example"), "{error}");
}

#[tokio::test]
async fn what_the_file_tells_is_not_asked_for() {
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(500))
        .mount(&server)
        .await;
    let text = format!(
        "url = \"{}\"\nstub = true\ncapabilities = [\"calendar-auto-schedule\"]\n[[users]]\nname = \"a\"\npassword = \"a\"\n\
         addresses = [\"mailto:a@example.com\"]\nprincipal = \"/p/\"\nhome = \"/h/\"\ninbox = \"/i/\"\noutbox = \"/o/\"\n\
         default-calendar = \"/h/c/\"",
        server.uri()
    );
    let target = read(&text).unwrap();
    let found = discover(&client(&target), &target).await.unwrap();
    assert_eq!(found.users[0].working_calendar.as_ref().unwrap().path(), "/h/c/");
    assert!(found.capabilities.has(Capability::CalendarAutoSchedule));
    assert!(!found.capabilities.has(Capability::Mkcalendar));
    let asked: Vec<String> = server
        .received_requests()
        .await
        .unwrap()
        .iter()
        .map(|request| request.url.path().to_string())
        .collect();
    assert_eq!(asked, ["/h/"]);
}

/// Long enough for what must happen, short enough for what must not.
async fn soon<T>(future: impl Future<Output = T>) -> Option<T> {
    timeout(Duration::from_millis(200), future).await.ok()
}

#[tokio::test]
async fn leases_are_exclusive() {
    let directory = tempfile::tempdir().unwrap();
    let base = Url::parse("http://dav.example/").unwrap();
    let make = || Leases::in_directory(directory.path(), &base, ["a", "b", "c"]).unwrap();
    let (here, elsewhere) = (make(), make());

    let two = here.acquire(2, &[0, 1, 2]).await;
    assert_eq!(two.users(), [0, 1]);
    let one = here.acquire(1, &[0, 1, 2]).await;
    assert_eq!(one.users(), [2]);
    assert!(soon(here.acquire(1, &[0, 1, 2])).await.is_none(), "all are taken");
    drop(two);
    assert!(
        soon(here.acquire(1, &[2])).await.is_none(),
        "the only one that will do is taken"
    );

    let other = soon(elsewhere.acquire(2, &[0, 1, 2]))
        .await
        .expect("free in another process");
    assert_eq!(other.users(), [0, 1]);
    assert!(
        soon(here.acquire(2, &[0, 1, 2])).await.is_none(),
        "another process has them"
    );
    drop((one, other));
    assert_eq!(
        soon(here.acquire(3, &[0, 1, 2]))
            .await
            .expect("all are free")
            .users()
            .len(),
        3
    );
}

#[tokio::test]
async fn who_needs_many_users_is_not_passed_over() {
    let directory = tempfile::tempdir().unwrap();
    let base = Url::parse("http://dav.example/").unwrap();
    let leases = Arc::new(Leases::in_directory(directory.path(), &base, ["a", "b"]).unwrap());
    let first = leases.acquire(1, &[0, 1]).await;
    let both = tokio::spawn({
        let leases = leases.clone();
        async move { leases.acquire(2, &[0, 1]).await.users().len() }
    });
    tokio::task::yield_now().await;
    assert!(
        soon(leases.acquire(1, &[0, 1])).await.is_none(),
        "it must wait behind the one that needs both"
    );
    drop(first);
    assert_eq!(both.await.unwrap(), 2);
}
