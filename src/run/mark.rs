//! The names by which the suite knows again what it has made.
//!
//! Every UID of a run begins with `calconform-`, twelve hexadecimal digits, `-` and five decimal digits or more; so do
//! the names of the collections and objects that scenarios make. Nothing else does.

/// The beginning of all of them.
pub(super) const PREFIX: &str = "calconform-";
/// What discovery names a calendar that it makes to see whether it can.
const TRIAL: &str = "calconform-trial-";

/// Whether a UID, or the name of a resource, is one of a run.
pub(super) fn is_of_a_run(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(PREFIX) else {
        return false;
    };
    let rest = rest.as_bytes();
    let lower_hex = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    rest.len() >= 18
        && rest[..12].iter().all(lower_hex)
        && rest[12] == b'-'
        && rest[13..18].iter().all(u8::is_ascii_digit)
}

/// Whether a collection's name is one that a run or discovery gives.
pub(super) fn is_collection_of_a_run(name: &str) -> bool {
    let trial = |rest: &str| rest.len() >= 8 && rest.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_of_a_run(name) || name.strip_prefix(TRIAL).is_some_and(trial)
}

/// Whether octets that cannot be read have the UID of a run in them.
pub(super) fn stands_in(octets: &[u8]) -> bool {
    let text = String::from_utf8_lossy(octets);
    text.match_indices(PREFIX).any(|(at, _)| is_of_a_run(&text[at..]))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("calconform-0123456789ab-00000", true)]
    #[case("calconform-0123456789ab-00012-lunch", true)]
    #[case("calconform-0123456789ab-123456.ics", true)]
    #[case("calconform-0123456789ab", false)]
    #[case("calconform-0123456789AB-00000", false)]
    #[case("calconform-0123456789ab-000", false)]
    #[case("calconform-meeting-of-the-developers@example.com", false)]
    #[case("x-calconform-0123456789ab-00000", false)]
    #[case("calconform", false)]
    fn what_is_of_a_run(#[case] text: &str, #[case] ours: bool) {
        assert_eq!(is_of_a_run(text), ours);
        assert_eq!(is_collection_of_a_run(text), ours);
    }

    #[rstest]
    #[case("calconform-trial-18a2b3c4d5e6f708", true)]
    #[case("calconform-trial-run", false)]
    #[case("calconform-trial-", false)]
    fn what_is_of_discovery(#[case] name: &str, #[case] ours: bool) {
        assert_eq!(is_collection_of_a_run(name), ours);
    }

    #[test]
    fn in_the_middle_of_something() {
        assert!(stands_in(b"\xff UID:calconform-x calconform-0123456789ab-00000"));
        assert!(!stands_in(b"UID:calconform-0123456789ab"));
    }
}
