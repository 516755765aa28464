//! Taking secrets out of what is written down.

use std::borrow::Cow;
use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

use super::credentials::Credentials;

/// What stands where a secret was.
pub const REMOVED: &str = "[secret removed]";

/// Knows every secret of a target in every spelling that an echo of it is likely to have.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    finder: Option<AhoCorasick>,
}

impl Redactor {
    /// A redactor for the secrets of these credentials.
    pub fn new<'a>(credentials: impl IntoIterator<Item = &'a Credentials>) -> Redactor {
        let mut spellings = BTreeSet::new();
        for credentials in credentials {
            for secret in &credentials.secrets {
                spell(secret, &mut spellings);
            }
        }
        spellings.remove("");
        if spellings.is_empty() {
            return Redactor::default();
        }
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&spellings)
            .expect("some hundred short patterns fit into an automaton");
        Redactor { finder: Some(finder) }
    }

    /// The text without secrets.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match &self.finder {
            Some(finder) if finder.is_match(text) => {
                let mut clean = String::with_capacity(text.len());
                finder.replace_all_with(text, &mut clean, |_, _, out| {
                    out.push_str(REMOVED);
                    true
                });
                Cow::Owned(clean)
            }
            _ => Cow::Borrowed(text),
        }
    }

    /// The octets without secrets.
    pub fn octets<'o>(&self, octets: &'o [u8]) -> Cow<'o, [u8]> {
        match &self.finder {
            Some(finder) if finder.is_match(octets) => {
                let mut clean = Vec::with_capacity(octets.len());
                finder.replace_all_with_bytes(octets, &mut clean, |_, _, out| {
                    out.extend_from_slice(REMOVED.as_bytes());
                    true
                });
                Cow::Owned(clean)
            }
            _ => Cow::Borrowed(octets),
        }
    }

    /// Takes secrets out of a text in place.
    pub fn clean(&self, text: &mut String) {
        if let Cow::Owned(clean) = self.text(text) {
            *text = clean;
        }
    }
}

fn spell(secret: &str, spellings: &mut BTreeSet<String>) {
    let octets = secret.as_bytes();
    spellings.insert(secret.to_string());
    for engine in [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD] {
        spellings.insert(engine.encode(octets));
        spellings.extend((1..=2).filter_map(|before| inner_base64(engine, octets, before)));
    }
    let encode = |byte: u8, upper: bool| {
        if upper {
            format!("%{byte:02X}")
        } else {
            format!("%{byte:02x}")
        }
    };
    for upper in [true, false] {
        for kept in ["-._~", "-._~!$&'()*+,;=:@", "-._*", "-_.!~*'()"] {
            for space in ["%20", "+"] {
                let spelled: String = octets
                    .iter()
                    .map(|&byte| match byte {
                        b' ' => space.to_string(),
                        _ if byte.is_ascii_alphanumeric() || kept.as_bytes().contains(&byte) => {
                            char::from(byte).to_string()
                        }
                        _ => encode(byte, upper),
                    })
                    .collect();
                spellings.insert(spelled);
            }
        }
        spellings.insert(octets.iter().map(|&byte| encode(byte, upper)).collect());
    }
    let xml = secret
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    spellings.insert(xml.replace('"', "&quot;").replace('\'', "&apos;"));
    spellings.insert(xml.replace('"', "&quot;").replace('\'', "&#39;"));
    spellings.insert(xml);
    let icalendar = secret
        .replace('\\', "\\\\")
        .replace(';', "\\;")
        .replace(',', "\\,");
    spellings.insert(icalendar);
    let json = serde_json::Value::from(secret).to_string();
    spellings.insert(json.trim_matches('"').to_string());
    spellings.insert(format!("{secret:?}").trim_matches('"').to_string());
}

/// The characters that the secret alone decides when `before` octets stand in front of it in a base64 group, as in
/// the base64 of `name:password` of somebody else's making. Nothing for secrets so short that it would hit others.
fn inner_base64(engine: &impl Engine, octets: &[u8], before: usize) -> Option<String> {
    if octets.len() < 6 {
        return None;
    }
    let mut padded = vec![0; before];
    padded.extend_from_slice(octets);
    let whole = padded.len() / 3 * 3;
    Some(engine.encode(&padded[..whole])[4..].to_string())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn redactor() -> Redactor {
        Redactor::new([&Credentials::basic("alice", "s3c&ret pass/wörd")])
    }

    #[rstest]
    #[case("s3c&ret pass/wörd")]
    #[case("YWxpY2U6czNjJnJldCBwYXNzL3fDtnJk")]
    #[case("czNjJnJldCBwYXNzL3fDtnJk")]
    #[case("x=s3c%26ret%20pass%2Fw%C3%B6rd&y")]
    #[case("x=s3c%26ret+pass%2fw%c3%b6rd&y")]
    #[case("<p>s3c&amp;ret pass/wörd</p>")]
    fn every_spelling_goes(#[case] text: &str) {
        let redactor = redactor();
        let clean = redactor.text(text);
        assert!(clean.contains(REMOVED), "{clean}");
        assert_eq!(redactor.octets(text.as_bytes()), clean.as_bytes());
        for part in ["s3c", "ret", "rd", "czN"] {
            assert!(!clean.replace(REMOVED, "").contains(part), "{clean}");
        }
    }

    #[rstest]
    #[case("bob:")]
    #[case("someone:")]
    #[case("no-one:")]
    fn base64_of_another_pair_does_not_show_it(#[case] before: &str) {
        let token = STANDARD.encode(format!("{before}s3c&ret pass/wörd"));
        assert!(redactor().text(&token).contains(REMOVED), "{token}");
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
        assert_eq!(Redactor::default().text("anything"), "anything");
    }
}
