//! Editing a list of entries in YAML by lines, so that everything else in the text stays.

use std::ops::Range;

use crate::event::{Expectation, Verdict};

/// The lines of a file, and what is to be done with them.
pub(super) struct Lines<'a> {
    /// Each with its end.
    lines: Vec<&'a str>,
    /// The end of new ones.
    end: &'static str,
    replaced: Vec<(usize, String)>,
    removed: Vec<Range<usize>>,
    appended: String,
}

/// What a new file begins with.
const HEAD: &str =
    "# Verdicts that are expected of this target; `calconform schema expectations` describes the format.";
/// Longest text of a requirement that is written beside an entry, in characters.
const ABOUT: usize = 160;

impl<'a> Lines<'a> {
    pub(super) fn of(source: &'a str) -> Lines<'a> {
        Lines {
            lines: source.split_inclusive('\n').collect(),
            end: if source.contains("\r\n") { "\r\n" } else { "\n" },
            replaced: Vec::new(),
            removed: Vec::new(),
            appended: String::new(),
        }
    }

    /// Puts another value at the place of a word or a list; line and column count from 1, the column in characters.
    pub(super) fn replace(&mut self, (line, column): (u32, u32), value: &str) {
        let at = line as usize - 1;
        let Some(text) = self.lines.get(at) else { return };
        let start: usize = text.chars().take(column as usize - 1).map(char::len_utf8).sum();
        let rest = &text[start..];
        let length = match rest.chars().next() {
            Some('[') => rest.find(']').map_or(0, |end| end + 1),
            Some(quote @ ('"' | '\'')) => rest[1..].find(quote).map_or(0, |end| end + 2),
            _ => rest
                .find(|character: char| !character.is_ascii_alphabetic())
                .unwrap_or(rest.len()),
        };
        let changed = format!("{}{value}{}", &text[..start], &rest[length..]);
        self.replaced.push((at, changed));
    }

    /// Removes the entry that has this line, with the comment right above it unless the file begins with that.
    pub(super) fn remove(&mut self, line: u32) {
        let Some(indent) = self.indent() else { return };
        let is_item = |line: &str| indent_of(line) == indent && line.trim_start().starts_with('-');
        let at = line as usize;
        let Some(first) = (0..at.min(self.lines.len()))
            .rev()
            .find(|&index| is_item(self.lines[index]))
        else {
            return;
        };
        let more = self.lines[first + 1..]
            .iter()
            .take_while(|line| line.trim().is_empty() || indent_of(line) > indent)
            .count();
        let is_comment = |line: &str| line.trim_start().starts_with('#');
        let comments = self.lines[..first]
            .iter()
            .rev()
            .take_while(|line| is_comment(line))
            .count();
        let start = match comments {
            comments if comments == first => first,
            comments => first - comments,
        };
        self.removed.push(start..first + 1 + more);
    }

    /// Columns before the dashes of the list.
    fn indent(&self) -> Option<usize> {
        let mut lines = self.lines.iter();
        let is_content = |line: &str| {
            !line.trim().is_empty() && !line.trim_start().starts_with('#') && line.trim() != "---"
        };
        let first = lines.find(|line| is_content(line))?;
        first.trim_start().starts_with('-').then(|| indent_of(first))
    }

    /// Adds an entry at the end, with a comment about it.
    pub(super) fn append(&mut self, entry: &Expectation, about: Option<&str>) {
        let indent = " ".repeat(self.indent().unwrap_or(0));
        let end = self.end;
        let mut add = |line: String| self.appended += &format!("{indent}{line}{end}");
        if let Some(about) = about {
            add(format!("# {}", comment(about)));
        }
        add(format!("- check: {}", scalar(&entry.check)));
        add(format!("  verdict: {}", verdicts(&entry.verdicts)));
        add(format!("  reason: {}", scalar(&entry.reason)));
        self.appended += end;
    }

    /// The text with everything done.
    pub(super) fn into_text(self) -> String {
        let mut text = String::new();
        for (at, line) in self.lines.iter().enumerate() {
            if self.removed.iter().any(|range| range.contains(&at)) {
                continue;
            }
            let changed = self.replaced.iter().find(|(replaced, _)| *replaced == at);
            text += changed.map_or(line, |(_, changed)| changed);
        }
        let is_cut = self.removed.iter().any(|range| range.end == self.lines.len());
        if self.appended.is_empty() && !is_cut {
            return text;
        }
        text.truncate(text.trim_end().len());
        if text.is_empty() {
            text += HEAD;
        }
        text += self.end;
        if !self.appended.is_empty() {
            text += self.end;
            text += self.appended.trim_end();
            text += self.end;
        }
        text
    }
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// `fail` or `[fail, pass]`.
pub(super) fn verdicts(verdicts: &[Verdict]) -> String {
    let words: Vec<&str> = verdicts.iter().map(|verdict| verdict.word()).collect();
    match words.as_slice() {
        [word] => (*word).to_owned(),
        words => format!("[{}]", words.join(", ")),
    }
}

/// One line that ends where a comment has to.
fn comment(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|character| {
            if character.is_control() || character.is_whitespace() {
                ' '
            } else {
                character
            }
        })
        .filter(|character| !matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}'))
        .take(ABOUT)
        .collect();
    match text.chars().count() > ABOUT {
        true => format!("{}…", line.trim_end()),
        false => line.trim().to_owned(),
    }
}

/// A text as YAML: plain where it can be nothing else, else in quotation marks.
fn scalar(text: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || " /#._~-[]()+,".contains(character);
    let is_plain = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(plain)
        && text.contains(['/', '-', ' ', 'T'])
        && !text.contains(" #")
        && !text.ends_with(' ');
    match is_plain {
        true => text.to_owned(),
        // YAML in quotation marks has all escapes of JSON.
        false => serde_json::Value::from(text).to_string(),
    }
}
