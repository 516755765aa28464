//! Where a snapshot lies: a tree for each target, a file for each scenario.

use std::fmt::Write;

use camino::{Utf8Path, Utf8PathBuf};

/// Octets of a name; file systems take 255, and `.snap.new` comes after it.
const LONGEST: usize = 200;

/// The directory of a target, whatever it is called.
pub(super) fn tree(directory: &Utf8Path, target: &str) -> Utf8PathBuf {
    let plain = |c: char| match c.is_ascii_alphanumeric() || matches!(c, '.' | '_') {
        true => c,
        false => '-',
    };
    let name: String = target.chars().take(LONGEST).map(plain).collect();
    match name.trim_start_matches(['.', '-']) {
        "" => directory.join("unnamed"),
        name => directory.join(name),
    }
}

/// The file of a scenario without its extension: `a/b/c[row]` is `a/b/c@row`, as insta writes suffixes. No two scenarios
/// have the same, and none leaves the tree.
pub(super) fn stem(tree: &Utf8Path, scenario: &str) -> Utf8PathBuf {
    let (id, row) = match scenario.strip_suffix(']').and_then(|id| id.split_once('[')) {
        Some((id, row)) => (id, Some(row)),
        None => (scenario, None),
    };
    let mut path = tree.to_owned();
    for part in id.split('/') {
        path.push(component(part));
    }
    if let Some(row) = row {
        let last = path.file_name().unwrap_or_default();
        let name = format!("{last}@{}", component(row));
        path.set_file_name(name);
    }
    path
}

/// A name of a file or directory: what is not plain is percent-encoded, what is too long ends with a checksum.
fn component(text: &str) -> String {
    let mut name = String::new();
    for (at, octet) in text.bytes().enumerate() {
        match octet {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => name.push(octet.into()),
            b'.' if at > 0 => name.push('.'),
            _ => {
                let _ = write!(name, "%{octet:02X}");
            }
        }
    }
    if name.len() > LONGEST {
        let sum = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, octet| {
            (sum ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3)
        });
        name.truncate(LONGEST - 17);
        let _ = write!(name, "-{sum:016x}");
    }
    match name.as_str() {
        "" => "%".to_owned(),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        "caldav-sched-10/organizer/create[client]",
        "caldav-sched-10/organizer/create@client"
    )]
    #[case("a/b/c", "a/b/c")]
    #[case("a/b/c[x/y]", "a/b/c@x%2Fy")]
    #[case("a/b/c[x y.z]", "a/b/c@x%20y.z")]
    #[case("../../etc/passwd", "%2E./%2E./etc/passwd")]
    #[case("/etc/passwd", "%/etc/passwd")]
    #[case("C:\\windows\\x\0", "C%3A%5Cwindows%5Cx%00")]
    #[case("a[..]", "a@%2E.")]
    #[case("", "%")]
    fn scenarios_stay_in_the_tree(#[case] scenario: &str, #[case] path: &str) {
        assert_eq!(stem(Utf8Path::new("t"), scenario), Utf8Path::new("t").join(path));
    }

    #[rstest]
    #[case("reference server", "reference-server")]
    #[case("127.0.0.1:8101", "127.0.0.1-8101")]
    #[case("../../x", "x")]
    #[case("/", "unnamed")]
    #[case("..", "unnamed")]
    fn targets_stay_in_the_directory(#[case] target: &str, #[case] name: &str) {
        assert_eq!(tree(Utf8Path::new("d"), target), Utf8Path::new("d").join(name));
    }

    #[test]
    fn long_names_are_bounded_and_differ() {
        let of = |end: &str| {
            stem(
                Utf8Path::new("t"),
                &format!("{}{end}[{}]", "ä".repeat(400), "r".repeat(400)),
            )
        };
        assert_ne!(of("a"), of("b"));
        let name = component(&"ä".repeat(400));
        assert!(name.len() <= LONGEST, "{name}");
    }
}
