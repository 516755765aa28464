//! Which calendar user addresses are the same.

use calconform::ical::address::{address_eq, mail_address, normalize, normalize_at};
use rstest::rstest;
use url::Url;

#[rstest]
#[case("mailto:jane@example.com", "MAILTO:Jane@Example.COM")]
#[case("mailto:jane@example.com", " mailto:jane@example.com ")]
#[case("mailto:a+b@example.com", "mailto:a%2Bb@example.com")]
#[case("mailto:a+b@example.com", "mailto:a%2bb@example.com")]
#[case("mailto:jane@example.com", "mailto:%6Aane%40example.com")]
#[case("mailto:jane@example.com", "mailto:jane@example.com?subject=x")]
#[case("mailto:jürgen@bücher.example", "mailto:J%C3%BCrgen@xn--bcher-kva.example")]
#[case("http://example.com/a", "HTTP://EXAMPLE.com:80/a/")]
#[case("https://example.com/%7Ejane/%c3%bc", "https://example.com/~jane/%C3%BC")]
#[case("https://example.com/ü", "https://example.com/%C3%BC")]
#[case("https://example.com", "https://example.com/")]
#[case("https://example.com/b", "https://example.com/a/../b")]
#[case("/principals/users/jane", "/principals/users/%6Aane/")]
#[case("/principals/jane", "/principals/./jane/")]
#[case(
    "urn:uuid:F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6",
    "URN:UUID:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
)]
#[case("TEL:+1-201-555-0123", "tel:+1-201-555-0123")]
fn the_same(#[case] a: &str, #[case] b: &str) {
    assert!(address_eq(a, b), "{} {}", normalize(a), normalize(b));
    assert_eq!(normalize(&normalize(a)), normalize(a));
}

#[rstest]
#[case("mailto:jane@example.com", "mailto:jane@example.org")]
#[case("mailto:jane@example.com", "jane@example.com")]
#[case("mailto:jane@example.com", "mailto:jane+work@example.com")]
#[case("https://example.com/a", "http://example.com/a")]
#[case("https://example.com/a", "https://example.com:8443/a")]
#[case("https://example.com/a", "https://example.com/A")]
#[case("https://example.com/a%2Fb", "https://example.com/a/b")]
#[case("https://example.com/a?x", "https://example.com/a?y")]
#[case("/principals/jane", "/principals/Jane")]
#[case("urn:example:a", "urn:example:A")]
#[case("", "mailto:")]
fn not_the_same(#[case] a: &str, #[case] b: &str) {
    assert!(!address_eq(a, b), "{}", normalize(a));
}

#[test]
fn a_path_is_an_address_at_its_server() {
    let base = Url::parse("http://calendar.example:8008/inbox/").unwrap();
    let full = normalize("HTTP://Calendar.Example:8008/principals/jane/");
    assert_eq!(normalize_at(&base, "/principals/jane"), full);
    assert_eq!(
        normalize_at(&base, "mailto:Jane@example.com"),
        "mailto:jane@example.com"
    );
}

#[test]
fn the_mail_address_is_given_as_it_is_spelt() {
    assert_eq!(
        mail_address("MailTo:Jane%2Bx@Example.com?cc=b@c").as_deref(),
        Some("Jane+x@Example.com")
    );
    assert_eq!(mail_address("http://example.com/"), None);
}
