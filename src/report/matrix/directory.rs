//! Names for directories, made from names of targets: those can be anything.

use std::collections::HashSet;

/// What stands in the directory of the matrix itself, and what Windows takes for devices.
const RESERVED: [&str; 7] = [
    "index.html",
    "matrix.md",
    "matrix.json",
    "con",
    "prn",
    "aux",
    "nul",
];
/// Characters of a name.
const LONGEST: usize = 60;

/// A name for each target: letters, digits, `-`, `_` and dots inside; no two are the same, on file systems either that do
/// not tell capitals apart.
pub(super) fn directories<'a>(targets: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken: HashSet<String> = RESERVED.map(str::to_owned).into();
    let mut free = |name: &String| taken.insert(name.to_ascii_lowercase());
    targets
        .map(|target| {
            let name = plain(target);
            // There are as many numbers as it takes.
            let numbered = (2..).map(|number| format!("{name}-{number}"));
            let mut names = std::iter::once(name.clone()).chain(numbered);
            names.find(&mut free).unwrap_or(name)
        })
        .collect()
}

fn plain(target: &str) -> String {
    let kept = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
    let mut name = String::new();
    for character in target.chars() {
        match character {
            _ if kept(character) => name.push(character),
            _ if name.ends_with('-') => {}
            _ => name.push('-'),
        }
        if name.len() == LONGEST {
            break;
        }
    }
    match name.trim_matches(['-', '.']) {
        "" => "target".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(&["cyrus", "cyrus", "Cyrus"], &["cyrus", "cyrus-2", "Cyrus-3"])]
    #[case(&["reference server", "calendar.example.com:8443"], &["reference-server", "calendar.example.com-8443"])]
    #[case(&["../../etc/passwd", "/", "..", ""], &["etc-passwd", "target", "target-2", "target-3"])]
    #[case(&["index.html", "NUL", ".git"], &["index.html-2", "NUL-2", "git"])]
    #[case(&["a\0\u{202e}b\r\nc", "x-2", "x", "x"], &["a-b-c", "x-2", "x", "x-3"])]
    fn names(#[case] targets: &[&str], #[case] expected: &[&str]) {
        assert_eq!(directories(targets.iter().copied()), expected);
    }

    #[test]
    fn no_name_is_long() {
        let name = directories(["é".repeat(10).as_str(), &"ab ".repeat(10_000)].into_iter());
        assert_eq!(name[0], "target");
        assert!(name[1].len() <= LONGEST);
    }
}
