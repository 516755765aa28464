//! Marks for values that are others in each run. Only which of them are the same carries meaning, so each gets a number
//! in the order in which a reader meets it: `"[etag-1]"`.

use std::collections::HashMap;

/// Texts that marks stand in have no control characters of their own.
const OPEN: char = '\u{1}';
const BETWEEN: char = '\u{2}';
const CLOSE: char = '\u{3}';

/// A mark that is not numbered yet.
pub(super) fn mark(kind: &str, value: &str) -> String {
    format!("{OPEN}{kind}{BETWEEN}{value}{CLOSE}")
}

/// The text with marks as `[kind]`: what to sort by, since values and numbers do not count.
pub(super) fn unnumbered(text: &str) -> String {
    replaced(text, |kind, _| format!("[{kind}]"))
}

/// The text with marks as `[kind-1]`.
pub(super) fn numbered(text: &str) -> String {
    let mut known: HashMap<(&str, &str), usize> = HashMap::new();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    replaced(text, |kind, value| {
        let number = *known.entry((kind, value)).or_insert_with(|| {
            let count = counts.entry(kind).or_default();
            *count += 1;
            *count
        });
        format!("[{kind}-{number}]")
    })
}

/// Changes what stands between marks.
pub(super) fn between(text: &str, change: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    for (piece, marked) in pieces(text) {
        out += &change(piece);
        out.extend(marked.map(|(kind, value)| mark(kind, value)));
    }
    out
}

fn replaced<'t>(text: &'t str, mut show: impl FnMut(&'t str, &'t str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    for (piece, marked) in pieces(text) {
        out += piece;
        out.extend(marked.map(|(kind, value)| show(kind, value)));
    }
    out
}

type Mark<'t> = (&'t str, &'t str);

/// Texts, each with the mark that follows it.
fn pieces(text: &str) -> impl Iterator<Item = (&str, Option<Mark<'_>>)> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let left = rest.take()?;
        let Some((before, after)) = left.split_once(OPEN) else {
            return Some((left, None));
        };
        let (inside, after) = after.split_once(CLOSE).unwrap_or((after, ""));
        rest = Some(after);
        Some((before, Some(inside.split_once(BETWEEN).unwrap_or((inside, "")))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_equal_numbers_and_each_kind_counts_for_itself() {
        let (one, two, name) = (mark("etag", "x"), mark("etag", "y"), mark("name", "x"));
        let text = format!("{two} {one} {name} {two}");
        assert_eq!(numbered(&text), "[etag-1] [etag-2] [name-1] [etag-1]");
        assert_eq!(unnumbered(&text), "[etag] [etag] [name] [etag]");
        assert_eq!(
            between(&text, |piece| piece.replace(' ', "_")),
            text.replace(' ', "_")
        );
    }
}
