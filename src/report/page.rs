//! Building a page of text for a terminal: everything that is put on it is made visible first.

use std::fmt::Write;

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::style::Styles;
use super::text::{one_line, visible, wrap};

/// Lines of styled text, of a certain width.
pub(super) struct Page {
    text: String,
    pub(super) styles: Styles,
    pub(super) width: usize,
}

/// Longest text that is wrapped, in octets: a server's answer can be anything.
const LONGEST: usize = 2000;

impl Page {
    pub(super) fn new(styles: Styles, width: usize) -> Page {
        Page {
            text: String::new(),
            styles,
            width,
        }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// One line of pieces, one after the other; what does not fit into the width is cut off.
    pub(super) fn line(&mut self, pieces: &[(Style, &str)]) {
        self.pieces(pieces, self.width);
    }

    /// One line that is not cut: to be copied.
    pub(super) fn whole_line(&mut self, line: &str) {
        self.text.push_str(&visible(line).replace('\n', "␊"));
        self.text.push('\n');
    }

    /// Text with a label before its first line; further lines are indented as deep.
    pub(super) fn field(&mut self, indent: usize, label: (Style, &str), text: (Style, &str)) {
        let label_columns = label.1.width().max(9) + 2;
        let mut end = text.1.len().min(LONGEST);
        while !text.1.is_char_boundary(end) {
            end -= 1;
        }
        let mut lines = wrap(&text.1[..end], self.width.saturating_sub(indent + label_columns));
        if end < text.1.len() {
            lines.push(format!("… ({} octets)", text.1.len()));
        }
        for (number, line) in lines.iter().enumerate() {
            let shown = if number == 0 { label.1 } else { "" };
            let _ = write!(self.text, "{:indent$}", "");
            self.styled(label.0, &format!("{shown:label_columns$}"));
            self.styled(text.0, line);
            self.text.push('\n');
        }
    }

    /// Wrapped text at an indent.
    pub(super) fn paragraph(&mut self, indent: usize, style: Style, text: &str) {
        for line in wrap(text, self.width.saturating_sub(indent)) {
            let _ = write!(self.text, "{:indent$}", "");
            self.styled(style, &line);
            self.text.push('\n');
        }
    }

    fn pieces(&mut self, pieces: &[(Style, &str)], columns: usize) {
        let mut left = columns;
        for (style, text) in pieces {
            let shown = one_line_kept(text, left);
            left = left.saturating_sub(shown.width());
            self.styled(*style, &shown);
            if left == 0 {
                break;
            }
        }
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.text.push('\n');
    }

    fn styled(&mut self, style: Style, text: &str) {
        if style.is_plain() || text.trim().is_empty() {
            self.text.push_str(text);
        } else {
            let _ = write!(self.text, "{style}{text}{style:#}");
        }
    }
}

// Pieces keep the spaces at their end: they stand between columns.
fn one_line_kept(text: &str, columns: usize) -> String {
    let spaces = text.len() - text.trim_end_matches(' ').len();
    let mut line = one_line(text, columns);
    let free = columns.saturating_sub(line.width());
    line.extend(std::iter::repeat_n(' ', spaces.min(free)));
    line
}
