//! What is judged, and what is not: by examples.

use rstest::rstest;
use url::Url;

use super::*;

const ANN: usize = 1;
const BOB: usize = 2;

/// Ann invites Bob; so many revisions, all written and seen.
struct Talk {
    linter: Linter,
    exchange: u64,
}

fn url() -> Url {
    Url::parse("http://127.0.0.1/ann/work/u1.ics").unwrap()
}

/// A VEVENT with these lines in place of others of the same name.
fn event(method: &str, lines: &[&str]) -> String {
    let mut event = vec![
        "UID:u1",
        "SEQUENCE:0",
        "DTSTAMP:20260101T090000Z",
        "DTSTART:20270601T090000Z",
        "SUMMARY:Lunch",
        "ORGANIZER:mailto:ann@example.com",
        "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:bob@example.com",
    ];
    for line in lines {
        let name = line.split([':', ';']).next().unwrap();
        match event.iter_mut().find(|known| known.starts_with(name)) {
            Some(known) => *known = line,
            None => event.push(line),
        }
    }
    let event = event.join("\r\n");
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\n{method}BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

impl Talk {
    fn new() -> Talk {
        let player = |index, name: &str| Player {
            index,
            addresses: vec![format!("mailto:{name}@example.com")],
        };
        Talk {
            linter: Linter::new(vec![player(ANN, "ann"), player(BOB, "bob")]),
            exchange: 0,
        }
    }

    fn put(&mut self, actor: usize, lines: &[&str]) {
        self.linter.sends("PUT", &url(), event("", lines).as_bytes());
        self.linter.wrote(actor, "PUT", &url());
    }

    fn delete(&mut self) {
        self.linter.wrote(ANN, "DELETE", &url());
    }

    /// Ids of the rules that a message breaks.
    fn sees(&mut self, receiver: usize, method: &str, lines: &[&str]) -> Vec<&'static str> {
        self.exchange += 1;
        let data = event(&format!("METHOD:{method}\r\n"), lines);
        let sight = Sight {
            data: data.as_bytes(),
            mode: Mode::Message,
            from_xml: false,
            found: Some((receiver, self.exchange)),
            request: None,
            exchange: self.exchange,
        };
        broken(&self.linter.judge(&[sight], "u").0)
    }

    fn stored(&mut self, data: &str) -> Outcome {
        let sight = Sight {
            data: data.as_bytes(),
            mode: Mode::Stored,
            from_xml: false,
            found: None,
            request: None,
            exchange: 1,
        };
        self.linter.judge(&[sight], "u").0
    }
}

fn broken(outcome: &Outcome) -> Vec<&'static str> {
    outcome.broken.keys().map(|rule| rule.id()).collect()
}

const INVITED: [&str; 0] = [];
const CANCELLED: [&str; 2] = ["STATUS:CANCELLED", "SEQUENCE:1"];

#[test]
fn a_message_is_held_against_those_before_it() {
    let mut talk = Talk::new();
    talk.put(ANN, &[]);
    assert_eq!(talk.sees(BOB, "REQUEST", &[]), INVITED);
    talk.delete();
    let raises = talk.sees(BOB, "CANCEL", &["STATUS:CANCELLED"]);
    assert!(raises.contains(&"rfc5546-2.1.4-13"), "{raises:?}");
}

#[test]
fn a_conversation_by_the_rules_breaks_none() {
    let mut talk = Talk::new();
    let accepted = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@example.com";
    talk.put(ANN, &[]);
    assert_eq!(talk.sees(BOB, "REQUEST", &[]), INVITED);
    talk.put(BOB, &[accepted]);
    assert_eq!(talk.sees(ANN, "REPLY", &[accepted]), INVITED);
    talk.delete();
    assert_eq!(talk.sees(BOB, "CANCEL", &CANCELLED), INVITED);
}

/// The start moves and SEQUENCE stays: by the server, by the client, or where a message in between was not seen.
#[rstest]
#[case::server(&["SEQUENCE:1|DTSTART:20270602T090000Z"], true)]
#[case::client(&["DTSTART:20270602T090000Z"], false)]
#[case::gap(&["SEQUENCE:1|DTSTART:20270602T090000Z", "SEQUENCE:2|DTSTART:20270602T090000Z"], false)]
fn the_server_answers_for_what_it_did(#[case] updates: &[&str], #[case] blamed: bool) {
    let mut talk = Talk::new();
    talk.put(ANN, &[]);
    talk.sees(BOB, "REQUEST", &[]);
    for lines in updates {
        talk.put(ANN, &lines.split('|').collect::<Vec<_>>());
    }
    let found = talk.sees(BOB, "REQUEST", &["DTSTART:20270602T090000Z"]);
    assert_eq!(found.contains(&"rfc5546-2.1.4-1"), blamed, "{found:?}");
}

#[test]
fn a_message_that_is_seen_late_is_judged_by_itself() {
    let mut talk = Talk::new();
    talk.put(ANN, &["SEQUENCE:1"]);
    talk.exchange = 7;
    talk.sees(BOB, "REQUEST", &["SEQUENCE:1"]);
    talk.exchange = 3;
    assert_eq!(talk.sees(BOB, "REQUEST", &[]), INVITED);
}

#[test]
fn what_a_client_sent_as_a_message_is_held_against_none() {
    let mut talk = Talk::new();
    talk.put(ANN, &[]);
    talk.sees(BOB, "REQUEST", &[]);
    let forged = event("METHOD:CANCEL\r\n", &["SUMMARY:Forged"]);
    talk.linter.sends("POST", &url(), forged.as_bytes());
    assert_eq!(talk.sees(BOB, "CANCEL", &["STATUS:CANCELLED"]), INVITED);
}

/// What the client's own body breaks is not judged; what the server breaks beside it is.
#[test]
fn a_clients_own_breach_excuses_the_same_alone() {
    let mut talk = Talk::new();
    talk.put(ANN, &["PRIORITY:high"]);
    assert_eq!(talk.sees(BOB, "REQUEST", &["PRIORITY:high"]), INVITED);
    let found = talk.sees(BOB, "REQUEST", &["PRIORITY:high", "SEQUENCE:first"]);
    assert_eq!(found, ["rfc5545-3.3.8-1"]);
}

/// A server may hand on the lines of a client as they are.
#[test]
fn long_lines_of_a_client_stay_its_own() {
    let long = format!("DESCRIPTION:{}", "long ".repeat(20));
    let mut talk = Talk::new();
    talk.put(ANN, &[&long]);
    assert_eq!(talk.sees(BOB, "REQUEST", &["SEQUENCE:0", &long]), INVITED);
    let mut talk = Talk::new();
    talk.put(ANN, &[]);
    assert_eq!(talk.sees(BOB, "REQUEST", &[&long]), ["rfc5545-3.1-2"]);
}

/// Whose answer it is, nobody knows: it is held against no earlier one.
#[test]
fn an_answer_of_several_belongs_to_no_conversation() {
    let mut talk = Talk::new();
    let accepted = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@example.com";
    talk.put(ANN, &[]);
    talk.sees(BOB, "REQUEST", &[]);
    talk.put(BOB, &[accepted]);
    let several = format!("{accepted}\r\nATTENDEE;PARTSTAT=TENTATIVE:mailto:eve@example.com");
    let found = talk.sees(ANN, "REPLY", &["SEQUENCE:7", &several]);
    assert!(found.contains(&"rfc5546-3.2.3-9"), "{found:?}");
    assert!(!found.contains(&"rfc5546-3.2.3-8"), "{found:?}");
    let one = talk.sees(ANN, "REPLY", &["SEQUENCE:7", accepted]);
    assert!(!one.is_empty(), "no message had that SEQUENCE");
}

#[test]
fn what_a_client_wrote_and_gets_back_shows_nothing() {
    let mut talk = Talk::new();
    talk.put(ANN, &[]);
    assert_eq!(talk.stored(&event("", &[])).count, 0);
    let changed = event("", &["SEQUENCE:none"]);
    assert_eq!(broken(&talk.stored(&changed)), ["rfc5545-3.3.8-1"]);
    assert_eq!(talk.stored(&changed).count, 0, "judged once");
    assert_eq!(
        talk.stored(&changed.replace("UID:u1", "UID:other")).count,
        0,
        "another's"
    );
}

#[test]
fn damage_is_noticed() {
    for (mode, method) in [(Mode::Message, "METHOD:REQUEST\r\n"), (Mode::Stored, "")] {
        let document = ical::read(event(method, &[]).as_bytes()).unwrap();
        let (tried, unnoticed) = mutation::unnoticed(&document, mode);
        assert!(tried >= 9 && unnoticed.is_empty(), "{tried}: {unnoticed:?}");
    }
}
