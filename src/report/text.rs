//! Texts that came from outside, made fit to be shown.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Makes every character visible that could do something to a terminal or an XML document: controls become
/// their pictures (`␛`), others that reorder, hide or are not allowed become `⟨U+202E⟩`. CRLF becomes LF; line
/// ends and tabs stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(needs_picture) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\r' if rest.peek() == Some(&'\n') => {}
            '\0'..='\u{1f}' if needs_picture(character) => {
                shown.extend(char::from_u32(0x2400 + u32::from(character)));
            }
            '\u{7f}' => shown.push('\u{2421}'),
            _ if needs_picture(character) => {
                let _ = write!(shown, "⟨U+{:04X}⟩", u32::from(character));
            }
            _ => shown.push(character),
        }
    }
    Cow::Owned(shown)
}

/// As [`visible`], on one line: line ends are shown too, and no more than `columns` are taken.
pub fn one_line(text: &str, columns: usize) -> String {
    let shown = visible(text.trim_end());
    let line = if shown.contains(['\n', '\t']) {
        Cow::Owned(shown.replace('\n', "␊").replace('\t', " "))
    } else {
        shown
    };
    cut(&line, columns).into_owned()
}

/// The beginning of a line that fits into so many columns, with `…` where something is left out.
pub fn cut(line: &str, columns: usize) -> Cow<'_, str> {
    // A column at least for each character: some have none, and a million of them should not pass for short.
    if line.width() <= columns && line.chars().count() <= 4 * columns.max(1) {
        return Cow::Borrowed(line);
    }
    let mut left = columns.saturating_sub(1);
    let mut end = 0;
    for character in line.chars() {
        let width = character.width().unwrap_or(0).max(1);
        if width > left {
            break;
        }
        left -= width;
        end += character.len_utf8();
    }
    Cow::Owned(format!("{}…", &line[..end]))
}

/// Text broken into lines of at most so many columns; its own line ends stay.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let shown = visible(text.trim_end());
    textwrap::wrap(&shown, columns.max(16))
        .into_iter()
        .map(|line| line.replace('\t', " "))
        .collect()
}

fn needs_picture(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        '\u{200b}'..='\u{200f}' // zero width, left-to-right and right-to-left marks
        | '\u{2028}'..='\u{202e}' // line and paragraph separators, embeddings and overrides
        | '\u{2060}'..='\u{206f}' // joiners, isolates
        | '\u{061c}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{fffe}'
        | '\u{ffff}'
        | '\u{e0000}'..='\u{e007f}' => true,
        _ => character.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("plain ü 漢\n\ttext", "plain ü 漢\n\ttext")]
    #[case("a\r\nb\rc", "a\nb␍c")]
    #[case("\u{1b}[31mred\u{1b}]0;title\u{7}", "␛[31mred␛]0;title␇")]
    #[case("\0\u{7f}\u{9b}2J", "␀␡⟨U+009B⟩2J")]
    #[case("\u{202e}gpj.exe\u{feff}\u{ffff}", "⟨U+202E⟩gpj.exe⟨U+FEFF⟩⟨U+FFFF⟩")]
    fn controls_are_shown(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(visible(text), shown);
    }

    #[rstest]
    #[case("short", 10, "short")]
    #[case("exactly ten", 11, "exactly ten")]
    #[case("longer than ten", 10, "longer th…")]
    #[case("漢字漢字漢字", 6, "漢字…")]
    #[case("a\nb\n", 10, "a␊b")]
    fn lines_are_cut_by_columns(#[case] text: &str, #[case] columns: usize, #[case] line: &str) {
        assert_eq!(one_line(text, columns), line);
    }

    #[test]
    fn combining_characters_do_not_pass_for_short() {
        let zalgo = format!("a{}", "\u{301}".repeat(10_000));
        assert!(one_line(&zalgo, 20).chars().count() <= 20);
    }
}
