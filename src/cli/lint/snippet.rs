//! The line that a finding is about, and a mark under what is meant.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::itip::Finding;
use crate::report::visible;

/// Characters that are shown before what is meant, where a line is too long.
const BEFORE: usize = 20;

/// The physical lines of a text.
pub(super) struct Lines<'a> {
    text: &'a [u8],
    /// Where each begins; a thousand and first finding should not look for it anew.
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub fn of(text: &'a [u8]) -> Lines<'a> {
        let mut starts = vec![if text.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 }];
        let mut at = starts[0];
        while let Some(end) = memchr::memchr2(b'\r', b'\n', &text[at..]) {
            at += end + 1;
            if text[at - 1] == b'\r' && text.get(at) == Some(&b'\n') {
                at += 1;
            }
            starts.push(at);
        }
        Lines { text, starts }
    }

    /// The line and the mark, in so many columns.
    pub fn snippet(&self, finding: &Finding, columns: usize) -> Option<(String, String)> {
        let index = (finding.line as usize).checked_sub(1)?;
        let start = *self.starts.get(index)?;
        let end = self.starts.get(index + 1).copied().unwrap_or(self.text.len());
        let line = String::from_utf8_lossy(&self.text[start..end]);
        let line = line.trim_end_matches(['\r', '\n']);
        let skipped = (finding.column as usize).saturating_sub(1);
        let first = if line.width() <= columns {
            0
        } else {
            skipped.saturating_sub(BEFORE)
        };
        let shown = |characters: &mut dyn Iterator<Item = char>| {
            let text: String = characters
                .map(|character| if character == '\t' { ' ' } else { character })
                .collect();
            visible(&text).into_owned()
        };
        let ellipsis = if first > 0 { "…" } else { "" };
        let before = shown(&mut line.chars().skip(first).take(skipped - first));
        let meant = shown(&mut line.chars().skip(skipped).take(finding.length as usize));
        let rest = shown(&mut line.chars().skip(skipped).skip(finding.length as usize));
        let whole = fit(&format!("{ellipsis}{before}{meant}{rest}"), columns);
        let indent = ellipsis.width() + before.width();
        let marks = meant.width().clamp(1, columns.saturating_sub(indent).max(1));
        Some((whole, format!("{}{}", " ".repeat(indent), "^".repeat(marks))))
    }
}

fn fit(line: &str, columns: usize) -> String {
    if line.width() <= columns {
        return line.to_owned();
    }
    let mut left = columns.saturating_sub(1);
    let taken = line.chars().take_while(|character| {
        let width = character.width().unwrap_or(0).max(1);
        let fits = width <= left;
        left = left.saturating_sub(width);
        fits
    });
    taken.chain(['…']).collect()
}
