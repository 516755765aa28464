//! Reading and writing iCalendar text: nothing lost, nothing judged, everything with its place.

use std::time::{Duration, Instant};

use calconform::ical::{
    Component, Document, Fault, Item, Limits, LineEnd, Position, Property, ReadErrorKind, read, read_with,
};
use rstest::rstest;

fn first(text: &[u8]) -> Item {
    read(text).unwrap().items.remove(0)
}

fn property(text: &[u8]) -> Property {
    match first(text) {
        Item::Property(property) => property,
        other => panic!("not a property: {other:?}"),
    }
}

fn place(position: Option<Position>) -> (u32, u32, usize) {
    let position = position.unwrap();
    (position.line, position.column, position.offset)
}

#[test]
fn a_property_is_taken_apart() {
    let line = property(b"ATTENDEE;CN=\"Doe, Jane\";MEMBER=\"mailto:a@b\",\"mailto:c@d\";RSVP=TRUE:mailto:jane@example.com\r\n");
    assert!(line.is("attendee"));
    assert_eq!(line.value, "mailto:jane@example.com");
    assert_eq!(line.param("cn"), Some("Doe, Jane"));
    assert_eq!(line.param("RSVP"), Some("TRUE"));
    let member = line.find_param("MEMBER").unwrap();
    let values: Vec<_> = member
        .values
        .iter()
        .map(|value| (value.text.as_str(), value.quoted))
        .collect();
    assert_eq!(values, [("mailto:a@b", true), ("mailto:c@d", true)]);
    assert_eq!(line.param("ROLE"), None);
}

#[rstest]
#[case::no_equals(b"X;A:v", "A", &[])]
#[case::empty(b"X;A=:v", "A", &[""])]
#[case::empty_quoted(b"X;A=\"\":v", "A", &[""])]
#[case::empty_list(b"X;A=,b:v", "A", &["", "b"])]
#[case::space_in_name(b"X; A=b:v", " A", &["b"])]
#[case::quote_inside(b"X;A=O\"Brien:v", "A", &["O\"Brien"])]
#[case::text_after_quote(b"X;A=\"O;\"Brien:v", "A", &["\"O;\"Brien"])]
#[case::caret(b"X;A=a^nb:v", "A", &["a^nb"])]
fn odd_parameters(#[case] line: &[u8], #[case] name: &str, #[case] values: &[&str]) {
    let mut property = property(line);
    let read: Vec<_> = property.params[0]
        .values
        .iter()
        .map(|value| value.text.as_str())
        .collect();
    assert_eq!(
        (property.params[0].name.as_str(), read.as_slice()),
        (name, values)
    );
    assert_eq!(property.to_bytes(), line);
    property.value = "w".into();
    let mut expected = line[..line.len() - 1].to_vec();
    expected.extend_from_slice(b"w\r\n");
    assert_eq!(property.to_bytes(), expected);
}

#[test]
fn rfc_6868_is_decoded_on_demand() {
    let property = property(b"ATTENDEE;CN=George ^'Babe^' Ruth^nx^^y^z:mailto:a@b");
    assert_eq!(property.param_text("CN").unwrap(), "George \"Babe\" Ruth\nx^y^z");
}

#[rstest]
#[case(b"\r\n", Fault::Blank)]
#[case(b" \t\r\n", Fault::Blank)]
#[case(b"no colon", Fault::NoColon)]
#[case(b"X;A=b", Fault::NoColon)]
#[case(b"X;A=\"b\"", Fault::NoColon)]
#[case(b":value", Fault::BadName)]
#[case(b";A=b:value", Fault::BadName)]
#[case(b"<a href=\"http://x\">", Fault::BadName)]
#[case(b"X;=b:value", Fault::BadParameter)]
#[case(b"X;:value", Fault::BadParameter)]
#[case(b"X;A,B=c:value", Fault::BadParameter)]
#[case(b"X;A=\"b:value", Fault::UnclosedQuote)]
#[case(b"END:VEVENT", Fault::StrayEnd)]
fn lines_that_are_none(#[case] line: &[u8], #[case] fault: Fault) {
    let Item::Other(raw) = first(line) else {
        panic!("read as something");
    };
    assert_eq!(raw.fault(), fault);
    assert_eq!(raw.raw(), line);
}

#[rstest]
#[case::crlf(b"A:1\r\nB:2\r\n", &[LineEnd::CrLf, LineEnd::CrLf])]
#[case::lf(b"A:1\nB:2\n", &[LineEnd::Lf, LineEnd::Lf])]
#[case::cr(b"A:1\rB:2\r", &[LineEnd::Cr, LineEnd::Cr])]
#[case::missing(b"A:1\r\nB:2", &[LineEnd::CrLf, LineEnd::Missing])]
#[case::bom(b"\xEF\xBB\xBFA:1\nB:2\r\n", &[LineEnd::Lf, LineEnd::CrLf])]
fn line_ends(#[case] text: &[u8], #[case] ends: &[LineEnd]) {
    let document = read(text).unwrap();
    let read: Vec<_> = document
        .items
        .iter()
        .filter_map(|item| item.as_property()?.line_end())
        .collect();
    assert_eq!(read, ends);
    assert_eq!(document.items[0].as_property().unwrap().name, "A");
    assert_eq!(
        document.physical_lines().map(|line| line.end).collect::<Vec<_>>(),
        ends
    );
    assert_eq!(document.to_bytes(), text);
}

#[test]
fn positions_point_into_folded_lines() {
    let text = "BEGIN:X\r\nSUMM\r\n ARY;LANG\r\n\tUAGE=\"e\r\n n\":über\r\n alles\r\nEND:X\r\n";
    let document = read(text.as_bytes()).unwrap();
    let component = document.components().next().unwrap();
    let summary = component.property("SUMMARY").unwrap();
    assert_eq!(summary.value, "überalles");
    assert_eq!((summary.line(), summary.column()), (2, 1));
    assert_eq!(place(summary.position_of_param(0)), (3, 6, 20));
    assert_eq!(place(summary.position_of_param_value(0, 0)), (4, 8, 33));
    assert_eq!(place(summary.position_of(0)), (5, 5, 40));
    assert_eq!(place(summary.position_of(2)), (5, 6, 42));
    assert_eq!(place(summary.position_of(5)), (6, 2, 48));
    assert_eq!(place(summary.position_of(10)), (6, 7, 53));
    assert_eq!(place(summary.position_of(1000)), (6, 7, 53));
    assert_eq!(component.end_position().unwrap().line, 7);
}

#[test]
fn folds_may_split_characters() {
    let property = property(b"SUMMARY:\xC3\r\n \xBCber\xE2\n\t\x82\r\n \xAC");
    assert_eq!(property.value, "über€");
    assert_eq!(place(property.position_of(2)).0, 2);
    assert!(!property.is_edited());
}

#[test]
fn octets_that_are_not_utf8_survive_and_are_located() {
    let text = b"SUMMARY:a\xFFb\xE2\x82c\r\n";
    let property = property(text);
    assert_eq!(property.value, "a\u{FFFD}b\u{FFFD}c");
    assert_eq!(property.to_bytes(), text);
    assert_eq!(
        property
            .position_of(property.value.find('b').unwrap())
            .unwrap()
            .offset,
        10
    );
    assert_eq!(
        property
            .position_of(property.value.find('c').unwrap())
            .unwrap()
            .offset,
        13
    );
}

#[test]
fn components_nest_and_names_match_in_any_case() {
    let text = b"begin:vcalendar\r\nBEGIN:VEVENT\r\nUID:1\r\nBEGIN:VALARM\r\nEND:VALARM\r\nEND:vevent\r\nEND:VCALENDAR\r\n";
    let document = read(text).unwrap();
    let calendar = document.calendar().unwrap();
    assert_eq!(calendar.name, "vcalendar");
    let event = calendar.components_named("vEvent").next().unwrap();
    assert_eq!((event.line(), event.text("uid").as_deref()), (2, Some("1")));
    assert_eq!(event.end_name().as_deref(), Some("vevent"));
    assert!(!event.is_unclosed());
    assert_eq!(document.to_bytes(), text);
}

#[test]
fn an_end_of_an_outer_component_leaves_the_inner_unclosed() {
    let text = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nBEGIN:VALARM\nUID:1\nEND:VCALENDAR\nX:1\n";
    let document = read(text).unwrap();
    let calendar = document.calendar().unwrap();
    let event = calendar.components().next().unwrap();
    assert!(!calendar.is_unclosed());
    assert!(event.is_unclosed() && event.components().next().unwrap().is_unclosed());
    assert_eq!(document.items.len(), 2);
    assert_eq!(document.to_bytes(), text);
}

#[test]
fn a_misspelt_end_closes_and_a_missing_one_does_not() {
    let text = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nEND:VEVNT\nBEGIN:VTODO";
    let document = read(text).unwrap();
    let calendar = document.calendar().unwrap();
    let [event, todo] = calendar.components().collect::<Vec<_>>()[..] else {
        panic!("two components");
    };
    assert_eq!(event.end_name().as_deref(), Some("VEVNT"));
    assert!(calendar.is_unclosed() && todo.is_unclosed() && !event.is_unclosed());
    assert_eq!(document.to_bytes(), text);
}

#[test]
fn ten_thousand_nested_components_are_an_error_with_a_place() {
    let text = "BEGIN:X\r\n".repeat(10_000);
    let error = read(text.as_bytes()).unwrap_err();
    assert_eq!((error.line, error.kind), (33, ReadErrorKind::TooDeep(32)));
    let limits = Limits {
        depth: usize::MAX,
        ..Limits::default()
    };
    let error = read_with(text.as_bytes(), &limits).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 257, column 1: components nested more than 256 deep"
    );
}

#[rstest]
#[case(Limits { lines: 3, ..Limits::default() }, 4, ReadErrorKind::TooManyLines(3))]
#[case(Limits { octets: 10, ..Limits::default() }, 1, ReadErrorKind::TooLarge(10))]
#[case(Limits { content_line: 10, ..Limits::default() }, 2, ReadErrorKind::LineTooLong(10))]
#[case(Limits { params: 3, ..Limits::default() }, 5, ReadErrorKind::TooManyParams(3))]
fn limits_hold(#[case] limits: Limits, #[case] line: u32, #[case] kind: ReadErrorKind) {
    let error = read_with(b"A:1\r\nB:123456\r\n 78901\r\nC;A=1:1\r\nD;A=1:1\r\n", &limits).unwrap_err();
    assert_eq!((error.line, error.kind), (line, kind));
}

#[test]
fn time_grows_with_the_text_not_faster() {
    let folds = format!("DESCRIPTION:{}\r\n", "a\r\n ".repeat(250_000));
    let params = format!("X{}:v\r\n", ";A=b".repeat(200_000));
    let stray = "END:VEVENT\r\n".repeat(400_000);
    let quotes = "X;A=\"b\r\n".repeat(400_000);
    let short = "A:\r\n".repeat(900_000);
    for text in [folds, params, stray, quotes, short] {
        let start = Instant::now();
        let document = read(text.as_bytes()).unwrap();
        assert_eq!(document.to_bytes(), text.as_bytes());
        assert!(start.elapsed() < Duration::from_secs(20), "{}...", &text[..10]);
    }
}

#[test]
fn an_empty_text_is_an_empty_document() {
    let document = read(b"").unwrap();
    assert!(document.items.is_empty() && document.calendar().is_none());
    assert_eq!(document, Document::default());
    assert_ne!(document, Document::new(Component::new("VCALENDAR")));
}
