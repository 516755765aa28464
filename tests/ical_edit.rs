//! Editing: what was touched is written properly, the rest as it was.

use calconform::ical::{Component, Document, Item, ParamValue, Property, read, text};
use rstest::rstest;

const OBJECT: &str = "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\r\nuid:1\r\nSUMMARY:fol\r\n ded\nATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:a@b\r\n\
                      BEGIN:VALARM\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn event(document: &mut Document) -> &mut Component {
    document.calendar_mut().unwrap().components_mut().next().unwrap()
}

fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn an_edited_property_is_rewritten_alone() {
    let mut document = read(OBJECT.as_bytes()).unwrap();
    event(&mut document)
        .property_mut("ATTENDEE")
        .unwrap()
        .set_param("PARTSTAT", "ACCEPTED");
    let expected = OBJECT.replace("NEEDS-ACTION", "ACCEPTED");
    assert_eq!(text_of(document.to_bytes()), expected);
}

#[test]
fn an_edit_taken_back_leaves_the_octets() {
    let mut document = read(OBJECT.as_bytes()).unwrap();
    for value in ["other", "folded"] {
        event(&mut document).set("SUMMARY", value);
        assert_eq!(text_of(document.to_bytes()) == OBJECT, value == "folded");
    }
}

#[test]
fn set_replaces_or_adds_before_components() {
    let mut document = read(OBJECT.as_bytes()).unwrap();
    let event = event(&mut document);
    event.set("UID", "2");
    event.set("SEQUENCE", "1");
    event.set_text("DESCRIPTION", "a, b\nc");
    let expected = OBJECT.replace("uid:1", "uid:2").replace(
        "BEGIN:VALARM",
        "SEQUENCE:1\r\nDESCRIPTION:a\\, b\\nc\r\nBEGIN:VALARM",
    );
    assert_eq!(text_of(document.to_bytes()), expected);
}

#[test]
fn set_keeps_parameters() {
    let mut document = read(OBJECT.as_bytes()).unwrap();
    event(&mut document).set("ATTENDEE", "mailto:c@d");
    assert_eq!(
        text_of(document.to_bytes()),
        OBJECT.replace("mailto:a@b", "mailto:c@d")
    );
}

#[test]
fn removing_and_retaining() {
    let mut document = read(OBJECT.as_bytes()).unwrap();
    let event = event(&mut document);
    assert_eq!(
        (event.remove_properties("Uid"), event.remove_properties("UID")),
        (1, 0)
    );
    event.retain_components(|component| !component.is("VALARM"));
    let expected = OBJECT
        .replace("uid:1\r\n", "")
        .replace("BEGIN:VALARM\r\nEND:VALARM\r\n", "");
    assert_eq!(text_of(document.to_bytes()), expected);
}

#[test]
fn set_param_leaves_one_of_that_name() {
    let mut property = read(b"X;A=1;B=2;a=3,4:v\r\n").unwrap().items[0]
        .as_property()
        .unwrap()
        .clone();
    property.set_param("A", "5");
    assert_eq!(text_of(property.to_bytes()), "X;A=5;B=2:v\r\n");
    assert!(property.remove_param("b") && !property.remove_param("b"));
    property.params[0].values.push(ParamValue::new("6,7"));
    assert_eq!(text_of(property.to_bytes()), "X;A=5,\"6,7\":v\r\n");
}

#[rstest]
#[case("plain", "plain")]
#[case("a:b", "\"a:b\"")]
#[case("a;b,c", "\"a;b,c\"")]
#[case("O\"Brien", "O\"Brien")]
#[case("\"quoted\"", "\"quoted\"")]
#[case("\"half", "\"^'half\"")]
#[case("a\r\nBEGIN:VEVENT", "\"a^nBEGIN:VEVENT\"")]
#[case("", "")]
fn parameters_are_quoted_where_needed(#[case] value: &str, #[case] written: &str) {
    let property = Property::new("X", "v").with_param("A", value);
    assert_eq!(text_of(property.to_bytes()), format!("X;A={written}:v\r\n"));
}

#[test]
fn a_value_cannot_forge_a_line() {
    let property = Property::new("SUMMARY", "a\r\nATTENDEE:mailto:a@b\nc\rd");
    assert_eq!(
        text_of(property.to_bytes()),
        "SUMMARY:a\\nATTENDEE:mailto:a@b\\nc\\nd\r\n"
    );
}

#[test]
fn new_components_are_written_whole() {
    let mut calendar = Component::new("VCALENDAR");
    calendar.push(Property::new("VERSION", "2.0"));
    let mut event = Component::new("VEVENT");
    event.push(Property::new_text("SUMMARY", "x"));
    calendar.push_component(event);
    calendar.push(Property::new("METHOD", "REQUEST"));
    let written = text_of(Document::new(calendar.clone()).to_bytes());
    assert_eq!(
        written,
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    assert_eq!(
        read(written.as_bytes()).unwrap().items,
        [Item::Component(calendar)]
    );
}

#[test]
fn long_lines_are_folded_between_characters() {
    for shift in 0..4 {
        let value = format!("{}{}", "a".repeat(shift), "ü€😀".repeat(40));
        let written = Property::new("SUMMARY", value.clone()).to_bytes();
        let lines: Vec<_> = written.split_inclusive(|octet| *octet == b'\n').collect();
        assert!(lines.len() > 4);
        for line in &lines {
            assert!(line.ends_with(b"\r\n") && line.len() <= 77 && str::from_utf8(line).is_ok());
        }
        let back = read(&written).unwrap();
        assert_eq!(back.items[0].as_property().unwrap().value, value);
    }
}

#[test]
fn a_line_of_exactly_75_octets_is_not_folded() {
    let fits = Property::new("X", "a".repeat(73)).to_bytes();
    assert_eq!(fits.len(), 77);
    let folded = Property::new("X", "a".repeat(74)).to_bytes();
    assert!(folded.ends_with(b"a\r\n a\r\n"));
}

#[test]
fn a_renamed_component_gets_new_begin_and_end() {
    let mut document = read(b"BEGIN:VEVENT\nUID:1\nEND:VEVNT\n").unwrap();
    let component = document.items[0].as_component_mut().unwrap();
    component.name = "VTODO".into();
    assert_eq!(
        text_of(document.to_bytes()),
        "BEGIN:VTODO\r\nUID:1\nEND:VTODO\r\n"
    );
}

#[test]
fn a_missing_last_line_end_is_supplied_when_something_follows() {
    let mut document = read(b"BEGIN:VEVENT\r\nUID:1").unwrap();
    let component = document.items[0].as_component_mut().unwrap();
    component.push(Property::new("SEQUENCE", "0"));
    assert_eq!(
        text_of(component.to_bytes()),
        "BEGIN:VEVENT\r\nUID:1\r\nSEQUENCE:0\r\n"
    );
    component.close();
    assert_eq!(
        text_of(component.to_bytes()),
        "BEGIN:VEVENT\r\nUID:1\r\nSEQUENCE:0\r\nEND:VEVENT\r\n"
    );
}

#[rstest]
#[case("plain", "plain")]
#[case("a\\nb\\Nc", "a\nb\nc")]
#[case("\\;\\,\\\\n", ";,\\n")]
#[case("\\x\\", "\\x\\")]
#[case("ü\\,€", "ü,€")]
fn text_is_unescaped(#[case] value: &str, #[case] expected: &str) {
    assert_eq!(text::unescape(value), expected);
}

#[rstest]
#[case("a;b,c\\d", "a\\;b\\,c\\\\d")]
#[case("a\r\nb\rc\nd", "a\\nb\\nc\\nd")]
fn text_is_escaped(#[case] value: &str, #[case] expected: &str) {
    assert_eq!(text::escape(value), expected);
}

#[rstest]
#[case("a,b", &["a", "b"])]
#[case("", &[""])]
#[case("a\\,b,c\\\\,d,", &["a\\,b", "c\\\\", "d", ""])]
fn lists_are_split(#[case] value: &str, #[case] expected: &[&str]) {
    assert_eq!(text::split(value, ',').collect::<Vec<_>>(), expected);
}
