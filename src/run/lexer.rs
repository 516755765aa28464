//! Where the places of a text are.

/// A stretch of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    /// What stands between the braces.
    Place(&'a str),
    /// A `{` whose `}` is missing, with the rest of the text.
    Unclosed(&'a str),
}

/// The stretches of a text, in order. `{{` is a brace.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        if rest[at + 1..].starts_with('{') {
            found.push(Piece::Text(&rest[..=at]));
            rest = &rest[at + 2..];
            continue;
        }
        if at > 0 {
            found.push(Piece::Text(&rest[..at]));
        }
        let Some(length) = rest[at..].find('}') else {
            found.push(Piece::Unclosed(&rest[at..]));
            return found;
        };
        found.push(Piece::Place(&rest[at + 1..at + length]));
        rest = &rest[at + length + 1..];
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest));
    }
    found
}
