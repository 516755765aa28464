//! Answers as text: what counts stays, what does not goes.

use rstest::rstest;
use serde_json::{Value, json};

use super::{Snapshot, Taken, take};
use crate::event::{Body, RunLog, read_log_from};

/// A run that differs from every other in all that does not count.
#[derive(Clone, Copy)]
struct Run {
    base: &'static str,
    started: &'static str,
    weeks: i64,
    uid: &'static str,
    /// Who plays organizer and attendee.
    users: [&'static str; 2],
}

const ONE: Run = Run {
    base: "http://127.0.0.1:8101/",
    started: "2026-11-20T12:00:00Z",
    weeks: 939,
    uid: "calconform-0123456789ab-00007",
    users: ["user1", "user2"],
};

const OTHER: Run = Run {
    base: "http://dav.example.com:8080/",
    started: "2027-06-02T23:59:58Z",
    weeks: 991,
    uid: "calconform-fedcba987654-00123",
    users: ["user3", "user1"],
};

/// Request, status, headers and body.
type Answered<'a> = (&'a str, u16, &'a [(&'a str, &'a str)], &'a str);

impl Run {
    /// A text of this run: `$NAME` is what is of this run in it.
    fn fill(&self, text: &str) -> String {
        let date = |date: &str| {
            crate::run::Shift::by_weeks(self.weeks)
                .apply(date)
                .expect("a date")
        };
        let now = self.started.replace(['-', ':'], "");
        text.replace("$BASE", self.base.trim_end_matches('/'))
            .replace("$NOW", &now)
            .replace("$UID", self.uid)
            .replace("$ORGANIZER", self.users[0])
            .replace("$ATTENDEE", self.users[1])
            .replace(
                "$OTHER",
                if self.users.contains(&"user2") {
                    "user3"
                } else {
                    "user2"
                },
            )
            .replace("$DATE", &date("20090602"))
            .replace("$TAG", &format!("{:x}", self.weeks * 7919))
            .replace("$UUID", &format!("01234567-89ab-cdef-0123-{:012x}", self.weeks))
    }

    fn log(&self, answers: &[Answered<'_>]) -> RunLog {
        let mut lines: Vec<Value> = vec![
            json!({"event": "run-started", "schema": 2, "version": "0.1.0", "started": self.started, "target": "t",
                "base_url": self.base, "specification": "caldav-sched-10", "selection": [], "seed": 0, "jobs": 1,
                "repeat": 1}),
        ];
        for name in ["user1", "user2", "user3"] {
            let at = |place: &str| format!("{}dav/{place}", self.base);
            lines.push(json!({"event": "calendar-user", "name": name, "principal": at(&format!("principals/{name}/")),
                "home": at(&format!("{name}/")), "inbox": at(&format!("{name}/inbox/")),
                "outbox": at(&format!("{name}/outbox/")), "default_calendar": at(&format!("{name}/calendar/")),
                "addresses": [format!("mailto:{name}@example.com")], "display_name": format!("The {name}")}));
        }
        let scenario = "caldav-sched-10/a/b[row]";
        lines.push(json!({"event": "scenario-planned", "scenario": scenario, "title": "T", "file": "scenarios/b.yaml",
            "checks": []}));
        lines.push(
            json!({"event": "scenario-started", "scenario": scenario, "round": 1, "uid": self.uid,
            "weeks": self.weeks, "users": {"organizer": self.users[0], "attendee": self.users[1]}}),
        );
        let mut seen = Vec::new();
        for (at, (request, status, headers, body)) in answers.iter().enumerate() {
            let (method, url) = request.split_once(' ').expect("a request");
            let body = (!body.is_empty()).then(|| Body::of(self.fill(body).as_bytes(), 1 << 20));
            lines.extend(body.iter().map(|body| {
                json!({"event": "body", "id": body.id, "text": body.text, "length": body.length, "base64": body.base64,
                    "cut": body.cut})
            }));
            let body = body.map(|body| body.id);
            let headers: Vec<_> = headers
                .iter()
                .map(|(name, value)| json!([name, self.fill(value)]))
                .collect();
            lines.push(json!({"event": "exchange", "scenario": scenario, "id": at, "step": format!("s{at}"),
                "purpose": "step", "user": self.users[0], "micros": 1,
                "request": {"method": method, "url": self.fill(url), "headers": [["authorization", "Basic secret"]]},
                "response": {"status": status, "headers": headers, "body": body}}));
            seen.push(json!({"step": format!("s{at}"), "exchange": at}));
        }
        lines.push(
            json!({"event": "scenario-finished", "scenario": scenario, "verdict": "pass", "round": 1,
            "answers": seen}),
        );
        let mut text = String::new();
        for (seq, line) in lines.iter_mut().enumerate() {
            line["seq"] = seq.into();
            line["ms"] = 5.into();
            text += &format!("{line}\n");
        }
        read_log_from(text.as_bytes(), "run.jsonl").expect("a log")
    }

    fn taken(&self, answers: &[Answered<'_>]) -> Snapshot {
        let Taken { mut snapshots, .. } = take(&self.log(answers).records);
        assert_eq!(snapshots.len(), 1);
        snapshots.remove(0)
    }
}

/// What follows the request and the status.
fn shown(run: Run, headers: &[(&str, &str)], body: &str) -> String {
    let text = run.taken(&[("GET $BASE/dav/x", 200, headers, body)]).text;
    let rest = text
        .strip_prefix("# s0\norganizer: GET /dav/x\n200\n")
        .expect(&text);
    rest.trim().to_owned()
}

const EVENT: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//Server 3.6.1-beta//EN\r\nBEGIN:VEVENT\r\n\
    UID:$UID-lunch\r\nDTSTAMP:$NOW\r\nDTSTART:$DATET160000Z\r\nATTENDEE;PARTSTAT=ACCEPTED;CN=\"The $ATTENDEE\":\r\n \
    mailto:$ATTENDEE@example.com\r\nATTENDEE;CN=X:mailto:$OTHER@example.com\r\nX-ID:$UUID\r\nEND:VEVENT\r\n\
    END:VCALENDAR\r\n";

#[test]
fn another_day_other_users_another_host_are_no_news() {
    let multistatus = "<?xml version=\"1.0\"?><x:multistatus xmlns:x=\"DAV:\"><x:response>\
        <x:href>$BASE/dav/$ATTENDEE/inbox/$TAG.ics</x:href><x:propstat><x:prop><x:getetag>\"$TAG\"</x:getetag>\
        <x:owner><x:href>/dav/principals/$OTHER/</x:href></x:owner></x:prop>\
        <x:status>HTTP/1.1 200 OK</x:status></x:propstat></x:response></x:multistatus>";
    let etag: &[_] = &[("ETag", "\"$TAG\""), ("Date", "$NOW"), ("Set-Cookie", "$UUID")];
    let answers: [Answered<'_>; 3] = [
        ("PUT $BASE/dav/$ORGANIZER/$UID-organizer/$UID.ics", 201, etag, ""),
        (
            "PROPFIND $BASE/dav/$ATTENDEE/inbox/",
            207,
            &[("DAV", "1, calendar-access")],
            multistatus,
        ),
        ("GET $BASE/dav/$ATTENDEE/inbox/$TAG.ics", 200, etag, EVENT),
    ];
    let one = ONE.taken(&answers);
    assert_eq!(one, OTHER.taken(&answers));
    insta::assert_snapshot!("three-answers", one.text);
}

#[rstest]
#[case::dates("DTSTART:$DATET160000Z", "DTSTART:20090602T170000Z")]
#[case::parameters("PARTSTAT=ACCEPTED", "PARTSTAT=DECLINED")]
#[case::who("mailto:$ATTENDEE@", "mailto:$ORGANIZER@")]
#[case::uid("UID:$UID-lunch", "UID:$UID-dinner")]
#[case::product("Example//Server", "Example//Client")]
#[case::a_property("X-ID:$UUID\r\n", "")]
#[case::twice("X-ID:$UUID\r\n", "X-ID:$UUID\r\nX-ID:$UUID\r\n")]
#[case::line_ends("VERSION:2.0\r\n", "VERSION:2.0\n")]
#[case::stamped_by_nobody("DTSTAMP:$NOW", "DTSTAMP:20200101T000000Z")]
fn what_counts_is_news(#[case] before: &str, #[case] after: &str) {
    let changed = EVENT.replacen(before, after, 1);
    assert_ne!(changed, EVENT);
    assert_ne!(shown(ONE, &[], EVENT), shown(ONE, &[], &changed));
}

#[rstest]
#[case::order(
    "VERSION:2.0\r\nPRODID:-//Example//Server 3.6.1-beta//EN\r\n",
    "PRODID:-//Example//Server 3.6.1-beta//EN\r\nVERSION:2.0\r\n"
)]
#[case::folds("VERSION:2.0\r\n", "VERS\r\n ION:2.0\r\n")]
#[case::version("3.6.1-beta", "3.7.0")]
#[case::names_in_any_case("UID:", "uid:")]
#[case::parameters(
    "PARTSTAT=ACCEPTED;CN=\"The $ATTENDEE\"",
    "CN=The $ATTENDEE;PARTSTAT=ACCEPTED"
)]
#[case::escaped_mailbox("mailto:$ATTENDEE@", "mailto:$ATTENDEE%40")]
fn what_does_not_count_is_no_news(#[case] before: &str, #[case] after: &str) {
    let changed = EVENT.replacen(before, after, 1);
    assert_ne!(changed, EVENT);
    assert_eq!(shown(ONE, &[], EVENT), shown(ONE, &[], &changed));
}

#[rstest]
// Other prefixes, white space, another order.
#[case(
    "<b xmlns=\"DAV:\"><c/><d x=\"1\" y=\"2\"/></b>",
    "<q:b xmlns:q=\"DAV:\">\n <q:d y=\"2\" x=\"1\"/>\n <q:c/></q:b>",
    true
)]
#[case("<b xmlns=\"DAV:\"/>", "<b xmlns=\"DAV\"/>", false)]
#[case("<b xmlns=\"DAV:\"><c>1</c></b>", "<b xmlns=\"DAV:\"><c>2</c></b>", false)]
#[case(
    "<acl xmlns=\"DAV:\"><c/><d/></acl>",
    "<acl xmlns=\"DAV:\"><d/><c/></acl>",
    false
)]
#[case("<b xmlns=\"DAV:\">x<c/></b>", "<b xmlns=\"DAV:\"><c/>x</b>", false)]
#[case(
    "<status xmlns=\"DAV:\">HTTP/1.1 404 Not Found</status>",
    "<status xmlns=\"DAV:\">HTTP/1.0 404 Gone</status>",
    true
)]
#[case(
    "<status xmlns=\"DAV:\">HTTP/1.1 404 Not Found</status>",
    "<status xmlns=\"DAV:\">HTTP/1.1 403 Not Found</status>",
    false
)]
#[case(
    "<getetag xmlns=\"DAV:\">\"a\"</getetag>",
    "<getetag xmlns=\"DAV:\">\"b\"</getetag>",
    true
)]
#[case(
    "<getetag xmlns=\"DAV:\">\"a\"</getetag>",
    "<getetag xmlns=\"DAV:\">a</getetag>",
    false
)]
#[case(
    "<getetag xmlns=\"DAV:\">\"a\"</getetag>",
    "<getetag xmlns=\"DAV:\">W/\"a\"</getetag>",
    false
)]
#[case("<a>", "<a></b>", false)]
fn xml_in_one_form(#[case] one: &str, #[case] other: &str, #[case] is_same: bool) {
    let [one, other] = [one, other].map(|body| shown(ONE, &[], body));
    assert_eq!(one == other, is_same, "{one}\n{other}");
}

#[rstest]
#[case(&[("Allow", "PUT, GET"), ("allow", "DELETE")], "allow: DELETE, GET, PUT")]
#[case(&[("Server", "x"), ("Date", "$NOW"), ("Content-Length", "7"), ("Set-Cookie", "s=1")], "")]
#[case(&[("WWW-Authenticate", "Digest realm=\"r\", nonce=\"$UUID\""), ("WWW-Authenticate", "Basic realm=\"r\"")], "www-authenticate: Basic\nwww-authenticate: Digest")]
#[case(&[("ETag", "W/\"$TAG\""), ("Schedule-Tag", "$TAG")], "etag: W/\"[etag-1]\"\nschedule-tag: [schedule-tag-1]")]
#[case(&[("Location", "$BASE/dav/$ORGANIZER/inbox/")], "location: http://[host]{organizer.inbox}")]
#[case(&[("Retry-After", "17")], "retry-after: [present]")]
fn headers_that_carry_meaning(#[case] given: &[(&str, &str)], #[case] text: &str) {
    assert_eq!(shown(ONE, given, ""), text);
}

#[test]
fn tags_that_are_the_same_have_the_same_number() {
    let answer = |tag| ("GET /x", 200, tag, "");
    let (one, two): (&[_], &[_]) = (&[("ETag", "\"1\"")], &[("ETag", "\"2\"")]);
    let changed = ONE.taken(&[answer(one), answer(two), answer(one)]);
    let (kept, renamed) = (
        ONE.taken(&[answer(one), answer(one), answer(one)]),
        ONE.taken(&[answer(two), answer(one), answer(two)]),
    );
    assert_ne!(changed.text, kept.text);
    assert_eq!(changed.text, renamed.text);
}

#[rstest]
#[case("\u{1}etag\u{2}x\u{3} \u{1b}[31m \u{202e}")]
#[case("BEGIN:VCALENDAR\r\nX\u{1}\u{2}\u{3}:\u{1}etag\u{2}x\u{3}\u{7f}\r\nEND:VCALENDAR\r\n")]
#[case("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n\u{0}\r\n")]
fn nothing_hostile_gets_through(#[case] body: &str) {
    let text = shown(
        ONE,
        &[
            ("Content-Type", "text/plain\u{1b}[2J"),
            ("DAV", "1\u{1}x\u{3}\r\n# s1"),
        ],
        body,
    );
    let is_odd = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
    assert!(!text.contains(is_odd), "{text:?}");
    assert!(!text.contains("[etag-1]"), "a mark can be forged: {text}");
    assert!(
        text.lines().all(|line| line != "# s1"),
        "a step can be forged: {text}"
    );
}

#[test]
fn the_size_is_bounded() {
    let long = format!(
        "BEGIN:VCALENDAR\r\n{}END:VCALENDAR\r\n",
        "X:1\r\n".repeat(100_000)
    );
    let wide = format!(
        "BEGIN:VCALENDAR\r\nX:{}\r\nEND:VCALENDAR\r\n",
        "ä".repeat(100_000)
    );
    let answer = |body| ("GET /x", 200, &[][..], body);
    let snapshot = ONE.taken(&[answer(long.as_str()), answer(wide.as_str())]);
    assert!(snapshot.text.len() < 20_000, "{} octets", snapshot.text.len());
    assert!(snapshot.text.contains("more lines\n"));
}

#[test]
fn nothing_of_the_request_but_its_line() {
    let snapshot = ONE.taken(&[("GET $BASE/x", 401, &[("Set-Cookie", "id=secret")], "")]);
    assert!(!snapshot.text.contains("secret"), "{}", snapshot.text);
}

#[test]
fn what_did_not_come_to_its_end_is_not_kept() {
    let mut log = ONE.log(&[("GET /x", 200, &[], "")]);
    for record in &mut log.records {
        if let crate::event::Event::ScenarioFinished(finished) = &mut record.event {
            finished.answers = None;
        }
    }
    assert_eq!(take(&log.records), Taken::default());
}

#[rstest]
#[case("1.0", "1.2", true)]
#[case("1.2", "2.0", false)]
#[case("1.2", "3.7", false)]
fn how_far_a_delivery_has_come_is_no_news(#[case] one: &str, #[case] other: &str, #[case] is_same: bool) {
    let [one, other] = [one, other].map(|status| {
        let param = format!("ATTENDEE;SCHEDULE-STATUS={status};");
        shown(ONE, &[], &EVENT.replacen("ATTENDEE;", &param, 1))
    });
    assert_eq!(one == other, is_same, "{one}\n{other}");
}
