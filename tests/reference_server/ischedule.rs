use calconform::dav::{ScheduleResponse, read};
use calconform::reference::{Policy, Variant};
use rstest::rstest;

use crate::support::{Answer, Site, calendar};

const URL: &str = "/.well-known/ischedule";
const INVITATION: &str = "METHOD:REQUEST|BEGIN:VEVENT|UID:far|SEQUENCE:1|DTSTAMP:20260101T000000Z|DTSTART:20260601T090000Z\
    |SUMMARY:Far|ORGANIZER:mailto:peer@calconform.invalid|ATTENDEE:mailto:user01@example.com|END:VEVENT";

/// A message as it ought to be, with other headers in the place of those of the same name; empty ones are left out.
async fn post(site: &Site, other: &[(&str, &str)], lines: &str) -> Answer {
    let usual = [
        ("ischedule-version", "1.0"),
        ("originator", "mailto:peer@calconform.invalid"),
        ("recipient", "mailto:user01@example.com"),
        ("content-type", "text/calendar; component=VEVENT; method=REQUEST"),
    ];
    let named = |name: &str| other.iter().any(|(known, _)| *known == name);
    let headers: Vec<(&str, &str)> = usual
        .into_iter()
        .filter(|(name, _)| !named(name))
        .chain(other.iter().copied().filter(|(_, value)| !value.is_empty()))
        .collect();
    site.send("-", "POST", URL, &headers, &calendar(lines)).await
}

fn statuses(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{answer:?}");
    let response = ScheduleResponse::read(&read(answer.body.as_bytes()).unwrap()).unwrap();
    response
        .responses
        .into_iter()
        .map(|one| one.request_status)
        .collect()
}

#[tokio::test]
async fn who_is_invited_gets_the_event_and_others_are_told_of() {
    let site = Site::start();
    let recipients = "mailto:user01@example.com, mailto:user02@example.com,mailto:nobody@example.invalid";
    let lines = INVITATION.replace(
        "|END:VEVENT",
        "|ATTENDEE:mailto:nobody@example.invalid|END:VEVENT",
    );
    let answer = post(&site, &[("recipient", recipients)], &lines).await;
    let found = statuses(&answer);
    assert_eq!(found[0], "2.0;Success");
    assert!(found[1].starts_with("5.3"), "not in the message: {found:?}");
    assert!(found[2].starts_with("3.7"), "{found:?}");
    assert_eq!(answer.headers["cache-control"], "no-cache, no-transform");
    assert_eq!(answer.headers["ischedule-version"], "1.0");
    assert_eq!(site.inbox("user01").await.len(), 1);
    assert!(site.inbox("user02").await.is_empty());
}

#[rstest]
#[case::version(("ischedule-version", "2.0"), "version-not-supported")]
#[case::no_originator(("originator", ""), "originator-missing")]
#[case::stranger(("originator", "mailto:else@example.net"), "originator-denied")]
#[case::own_user(("originator", "mailto:user02@example.com"), "originator-denied")]
#[case::no_recipient(("recipient", ""), "recipient-missing")]
#[case::other_type(("content-type", "text/plain"), "invalid-calendar-data-type")]
#[case::other_method(("content-type", "text/calendar; component=VEVENT; method=CANCEL"), "invalid-scheduling-message")]
#[tokio::test]
async fn what_breaks_the_rules_is_refused(#[case] header: (&str, &str), #[case] error: &str) {
    let site = Site::start();
    let answer = post(&site, &[header], INVITATION).await;
    assert_eq!(answer.status, 403, "{answer:?}");
    assert!(answer.body.contains(error), "{}", answer.body);
}

#[rstest]
#[case::forged("mailto:peer2@calconform.invalid", "REQUEST", "5.3")]
#[case::not_supported("mailto:peer@calconform.invalid", "DECLINECOUNTER", "3.14")]
#[tokio::test]
async fn what_is_not_processed_is_told(#[case] originator: &str, #[case] method: &str, #[case] status: &str) {
    let site = Site::start();
    let kind = format!("text/calendar; component=VEVENT; method={method}");
    let lines = INVITATION.replace("REQUEST", method);
    let answer = post(
        &site,
        &[("originator", originator), ("content-type", &kind)],
        &lines,
    )
    .await;
    assert!(statuses(&answer)[0].starts_with(status), "{answer:?}");
    assert!(site.inbox("user01").await.is_empty());
}

#[tokio::test]
async fn what_is_delivered_later_is_pending() {
    let site = Site::with_policy(Policy::default().with(Variant::AsynchronousDelivery));
    assert_eq!(statuses(&post(&site, &[], INVITATION).await), ["1.0;Pending"]);
}

#[tokio::test]
async fn capabilities_are_told() {
    let site = Site::start();
    let answer = site
        .send("-", "GET", &format!("{URL}?action=capabilities"), &[], "")
        .await;
    assert_eq!(answer.status, 200);
    let root = read(answer.body.as_bytes()).unwrap();
    assert_eq!(root.name, "query-result");
    assert_eq!(answer.headers["ischedule-capabilities"], "1");
}
