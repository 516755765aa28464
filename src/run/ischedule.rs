//! A message from a peer to the target's iSchedule receiver (CC/WD 51010 section 8).

use crate::client::Request;
use crate::dav::{self, ScheduleResponse};
use crate::ical;

/// Adds the headers that every iSchedule POST has (sections 8.1 and 9), as far as the scenario does not give them itself.
/// Recipient and Content-Type are not among them.
pub(super) fn complete(request: &mut Request, originator: &str, message_id: &str) {
    let headers = [
        ("iSchedule-Version", "1.0".to_owned()),
        ("iSchedule-Message-ID", message_id.to_owned()),
        ("Cache-Control", "no-cache, no-transform".to_owned()),
        ("Originator", originator.to_owned()),
    ];
    for (name, value) in headers {
        let is_given = |(given, _): &(String, String)| given.eq_ignore_ascii_case(name);
        if !request.headers.iter().any(is_given) {
            request.headers.push((name.to_owned(), value));
        }
    }
}

/// The media type of an iTIP message, which names its component and its method.
pub(super) fn media_type(body: &[u8]) -> Option<String> {
    let document = ical::read(body).ok()?;
    let calendar = document.calendar()?;
    let method = calendar.text("METHOD")?;
    let component = calendar.components().find(|part| !part.is("VTIMEZONE"))?;
    Some(format!(
        "text/calendar; charset=utf-8; component={}; method={}",
        component.name,
        method.trim()
    ))
}

/// Why a message was not taken by an answer that otherwise is a success: some recipient's request-status begins with 3, 4
/// or 5 (RFC 5546 section 3.6), or there is none.
pub(super) fn refusal(answer: &[u8]) -> Option<String> {
    let response = dav::read(answer)
        .map_err(|error| error.to_string())
        .and_then(|root| ScheduleResponse::read(&root).map_err(|error| error.message));
    let responses = match response {
        Ok(response) => response.responses,
        Err(why) => return Some(format!("the answer is no I:schedule-response: {why}")),
    };
    if responses.is_empty() {
        return Some("the answer tells of no recipient".to_owned());
    }
    responses
        .iter()
        .find(|response| !response.request_status.starts_with(['1', '2']))
        .map(|response| {
            format!(
                "the message was not taken for {}: {}",
                response.recipient, response.request_status
            )
        })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use url::Url;

    use super::*;

    const REPLY: &[u8] = b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VTODO\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";

    #[test]
    fn what_the_scenario_says_stays() {
        let url = Url::parse("http://cal.example/ischedule").unwrap();
        let mut request = Request::new("POST", url).header("originator", "mailto:else@cal.invalid");
        complete(&mut request, "mailto:peer@cal.invalid", "m1");
        let values = |name: &str| -> Vec<&str> {
            let named = |(given, _): &&(String, String)| given.eq_ignore_ascii_case(name);
            let headers = request.headers.iter().filter(named);
            headers.map(|(_, value)| value.as_str()).collect()
        };
        assert_eq!(values("Originator"), ["mailto:else@cal.invalid"]);
        assert_eq!(values("iSchedule-Version"), ["1.0"]);
    }

    #[test]
    fn the_media_type_names_component_and_method() {
        let kind = media_type(REPLY);
        assert_eq!(
            kind.as_deref(),
            Some("text/calendar; charset=utf-8; component=VTODO; method=REPLY")
        );
        assert_eq!(media_type(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"), None);
    }

    #[rstest]
    #[case("2.0;Success", true)]
    #[case("1.2", true)]
    #[case("3.7;Invalid calendar user", false)]
    #[case("5.3", false)]
    fn a_message_is_taken_or_not(#[case] status: &str, #[case] taken: bool) {
        let answer = format!(
            "<schedule-response xmlns='urn:ietf:params:xml:ns:ischedule'><response><recipient>mailto:a@b</recipient>\
             <request-status>{status}</request-status></response></schedule-response>"
        );
        assert_eq!(refusal(answer.as_bytes()).is_none(), taken);
        assert!(refusal(b"").is_some());
    }
}
