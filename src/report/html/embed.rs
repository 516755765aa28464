//! JSON inside of a script element, with every text made visible.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, Serializer};

use crate::report::visible;

/// JSON that cannot end the script element it stands in, and in whose texts nothing hides or reorders ([`visible`]).
pub(super) fn embedded(value: &impl Serialize) -> String {
    let mut json = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut json, Visible::default());
    // Texts, numbers and lists of them: nothing that JSON could refuse.
    if value.serialize(&mut serializer).is_err() {
        return "null".into();
    }
    String::from_utf8(json).unwrap_or_default()
}

#[derive(Default)]
struct Visible {
    /// A carriage return is pending: it is shown unless a line feed follows.
    carriage_return: bool,
}

impl Visible {
    fn settle<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        if std::mem::take(&mut self.carriage_return) {
            writer.write_all("␍".as_bytes())?;
        }
        Ok(())
    }
}

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        self.settle(writer)?;
        let shown = visible(fragment);
        let mut pieces = shown.split('<');
        if let Some(first) = pieces.next() {
            writer.write_all(first.as_bytes())?;
        }
        pieces.try_for_each(|piece| {
            writer.write_all(b"\\u003c")?;
            writer.write_all(piece.as_bytes())
        })
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        let octet = match escape {
            CharEscape::LineFeed => {
                self.carriage_return = false;
                return writer.write_all(b"\\n");
            }
            CharEscape::CarriageReturn => {
                self.settle(writer)?;
                self.carriage_return = true;
                return Ok(());
            }
            CharEscape::Backspace => 8,
            CharEscape::FormFeed => 12,
            CharEscape::AsciiControl(octet) => octet,
            CharEscape::Tab => b'\t',
            CharEscape::Quote => b'"',
            CharEscape::ReverseSolidus => b'\\',
            CharEscape::Solidus => b'/',
        };
        self.settle(writer)?;
        match octet {
            b'\t' => writer.write_all(b"\\t"),
            octet @ (b'"' | b'\\') => writer.write_all(&[b'\\', octet]),
            octet => writer.write_all(visible(char::from(octet).encode_utf8(&mut [0; 4])).as_bytes()),
        }
    }

    fn end_string<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.settle(writer)?;
        writer.write_all(b"\"")
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("</script><!--", r#""\u003c/script>\u003c!--""#)]
    #[case("a\r\nb\rc\r", r#""a\nb␍c␍""#)]
    #[case("\r\r\n", r#""␍\n""#)]
    #[case("\u{1b}[1m\u{8}\u{202e}\t\"\\", r#""␛[1m␈⟨U+202E⟩\t\"\\""#)]
    #[case("\u{7f}\u{2028}\0", r#""␡⟨U+2028⟩␀""#)]
    fn texts(#[case] text: &str, #[case] json: &str) {
        assert_eq!(embedded(&text), json);
        serde_json::from_str::<String>(json).unwrap();
    }
}
