//! An event with attendees, and what becomes of it.

use crate::support::{Answer, NAMESPACES, Site, event, home};

pub const INVITED: &str = "ORGANIZER:mailto:user01@example.com|ATTENDEE;PARTSTAT=ACCEPTED:mailto:user01@example.com\
    |ATTENDEE:mailto:user02@example.com|ATTENDEE:mailto:user03@example.com|SUMMARY:Lunch";

pub fn invitation(uid: &str) -> String {
    event(uid, INVITED)
}

/// The user's calendar objects: their hrefs and texts.
pub async fn objects(site: &Site, user: &str) -> Vec<(String, Answer)> {
    let body = format!(
        "<C:calendar-query {NAMESPACES}><D:prop/><C:filter><C:comp-filter name='VCALENDAR'/></C:filter></C:calendar-query>"
    );
    let answer = site
        .send(
            user,
            "REPORT",
            &format!("{}default/", home(user)),
            &[("depth", "1")],
            &body,
        )
        .await;
    let mut found = Vec::new();
    for response in answer.multistatus().responses {
        let get = site.get(user, response.href()).await;
        found.push((response.href().to_owned(), get));
    }
    found
}

/// The one calendar object of the user.
pub async fn object(site: &Site, user: &str) -> (String, Answer) {
    let mut found = objects(site, user).await;
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

/// Lines of a text, unfolded.
pub fn lines(text: &str) -> Vec<String> {
    text.replace("\r\n ", "").lines().map(str::to_owned).collect()
}

#[track_caller]
pub fn has(text: &str, line: &str) {
    assert!(
        lines(text).iter().any(|found| found == line),
        "no {line} in {text}"
    );
}

pub async fn methods(site: &Site, user: &str) -> Vec<String> {
    let mut found = Vec::new();
    for href in site.inbox(user).await {
        let text = site.get(user, &href).await.body;
        found.extend(
            lines(&text)
                .into_iter()
                .filter_map(|line| line.strip_prefix("METHOD:").map(str::to_owned)),
        );
    }
    found.sort();
    found
}
