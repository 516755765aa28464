use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rstest::rstest;

use super::*;

const PASSWORD: &str = r#"s3c&ret p%41"ss/w\nörd'<"#;

fn redactor() -> Redactor {
    Redactor::new([&Credentials::basic("alice", PASSWORD)])
}

fn percent(text: &str) -> String {
    text.bytes().map(|octet| format!("%{octet:02x}")).collect()
}

fn component(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn xml(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('"', "&quot;").replace('\'', "&#x27;")
}

fn json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string().replace('/', "\\/");
    quoted[1..quoted.len() - 1].to_owned()
}

fn ascii_json(text: &str) -> String {
    json(text).replace('ö', "\\u00f6")
}

fn debug(text: &str) -> String {
    let quoted = format!("{text:?}");
    quoted[1..quoted.len() - 1].to_owned()
}

fn folded(text: &str) -> String {
    let characters: Vec<String> = text.chars().map(String::from).collect();
    characters.join("\r\n ")
}

fn icalendar(text: &str) -> String {
    folded(&text.replace('\\', "\\\\").replace(',', "\\,"))
}

fn plain(text: &str) -> String {
    text.to_owned()
}

#[rstest]
fn it_goes_below_two_layers(
    #[values(plain, percent, component, xml, json, ascii_json, debug, icalendar)] inner: fn(&str) -> String,
    #[values(plain, percent, component, xml, json, debug, folded)] outer: fn(&str) -> String,
) {
    let text = format!("== {} ==", outer(&inner(PASSWORD)));
    let redactor = redactor();
    let clean = redactor.text(&text);
    assert_eq!(clean, format!("== {REMOVED} =="), "{text}");
    assert_eq!(redactor.octets(text.as_bytes()), clean.as_bytes());
}

#[rstest]
fn base64_of_any_pair_does_not_show_it(
    #[values("", "alice:", "bob:", "someone:", "no-one:")] before: &str,
    #[values("", ":end", " and more")] after: &str,
    #[values(STANDARD, URL_SAFE_NO_PAD)] engine: impl Engine,
    #[values(plain, component, json, folded)] outer: fn(&str) -> String,
) {
    let token = engine.encode(format!("{before}{PASSWORD}{after}"));
    let clean = redactor().text(&outer(&token)).into_owned();
    let own = token.len() - (before.len() + after.len()) * 4 / 3;
    let left = clean.replace(REMOVED, "").replace("\r\n ", "").len();
    assert!(clean.contains(REMOVED), "{clean}");
    assert!(
        left <= outer(&token).replace("\r\n ", "").len() - own + 4,
        "{clean}"
    );
}

#[rstest]
#[case(b"s3c&ret p%41\"ss/w\\n\xf6rd'<")]
#[case("s3c&ret p%41\"ss/w\\n\u{c3}\u{b6}rd'<".as_bytes())]
#[case("s3c&ret p%41\"ss/w\\n\u{fffd}rd'<".as_bytes())]
#[case(b"s3c%26ret+p%2541%22ss%2Fw%5cn%C3%B6rd%27%3c")]
fn other_characters(#[case] text: &[u8]) {
    assert_eq!(redactor().octets(text), REMOVED.as_bytes());
}

#[test]
fn what_was_cut_off_goes_too() {
    let redactor = redactor();
    assert_eq!(redactor.text("`x s3c&ret…`"), format!("`x {REMOVED}…`"));
    assert_eq!(redactor.text("s3c…"), "s3c…");
    assert_eq!(redactor.octets_cut(b"x s3c&r"), format!("x {REMOVED}").as_bytes());
    assert_eq!(
        redactor.octets_cut(b"x YWxpY2U6czN"),
        format!("x {REMOVED}").as_bytes()
    );
    assert_eq!(redactor.octets(b"x s3c&r"), b"x s3c&r".as_slice());
}

#[test]
fn ranges_end_between_characters() {
    // In Latin-1 it ends with an octet that begins a character in UTF-8.
    let redactor = Redactor::new([&Credentials::basic("alice", "caf\u{e9}")]);
    assert_eq!(redactor.text("caf\u{9800}!"), format!("{REMOVED}!"));
}

#[test]
fn what_is_no_secret_stays() {
    let redactor = Redactor::new([&Credentials::basic("user01", "user01")]);
    let text = "/dav/user/user01/ mailto:user01@example.com";
    assert_eq!(redactor.text(text), text);
    assert_eq!(
        redactor.text("Basic dXNlcjAxOnVzZXIwMQ=="),
        format!("Basic {REMOVED}")
    );
    assert_eq!(redactor.text("user01:user01"), REMOVED);
    assert_eq!(Redactor::default().text("anything…"), "anything…");
}
