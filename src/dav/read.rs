//! Reading XML: strict about well-formedness and namespaces, bounded in size, nodes and depth.

use std::borrow::Cow;

use super::tree::{Attribute, Element, Node};

/// How much XML is read at most.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Octets of the document.
    pub octets: usize,
    /// Elements, texts, comments and processing instructions together.
    pub nodes: u32,
    /// Levels of elements.
    pub depth: u32,
}

impl Limits {
    /// For answers: a multiget of a whole calendar must fit.
    pub const ANSWER: Limits = Limits {
        octets: 32 << 20,
        nodes: 500_000,
        depth: 64,
    };
    /// For requests.
    pub const REQUEST: Limits = Limits {
        octets: 4 << 20,
        nodes: 50_000,
        depth: 64,
    };
}

/// Why a document could not be read. Line and column count from 1 (columns in characters); 0 where the reader cannot say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct XmlError {
    pub line: u32,
    pub column: u32,
    pub message: String,
}

/// Reads an answer, with [`Limits::ANSWER`].
///
/// # Errors
/// Ill-formed XML, undeclared prefixes, any DTD, an encoding other than UTF-8 and UTF-16, and anything above the limits.
pub fn read(bytes: &[u8]) -> Result<Element, XmlError> {
    read_with(bytes, Limits::ANSWER)
}

/// [`read`] with other limits.
///
/// # Errors
/// As for [`read`].
pub fn read_with(bytes: &[u8], limits: Limits) -> Result<Element, XmlError> {
    let nowhere = |message: String| XmlError {
        line: 0,
        column: 0,
        message,
    };
    if bytes.len() > limits.octets {
        return Err(nowhere(format!(
            "{} octets of XML: more than {} are not read",
            bytes.len(),
            limits.octets
        )));
    }
    let text = decode(bytes)?;
    let options = roxmltree::ParsingOptions {
        allow_dtd: false,
        nodes_limit: limits.nodes,
        entity_resolver: None,
    };
    let document = roxmltree::Document::parse_with_options(&text, options).map_err(|error| match error {
        roxmltree::Error::NodesLimitReached => nowhere(format!("more than {} nodes of XML", limits.nodes)),
        roxmltree::Error::DtdDetected => nowhere("a document type declaration is not accepted".to_owned()),
        error => {
            let pos = error.pos();
            XmlError {
                line: pos.row,
                column: pos.col,
                message: without_place(&error.to_string()),
            }
        }
    })?;
    let mut places = Places {
        text: &text,
        offset: 0,
        line: 1,
        column: 1,
    };
    take(document.root_element(), limits.depth, &mut places)
}

fn take(node: roxmltree::Node<'_, '_>, depth: u32, places: &mut Places<'_>) -> Result<Element, XmlError> {
    let (line, column) = places.of(node.range().start);
    if depth == 0 {
        return Err(XmlError {
            line,
            column,
            message: "elements are nested too deep".to_owned(),
        });
    }
    let tag = node.tag_name();
    let mut element = Element {
        ns: Cow::Owned(tag.namespace().unwrap_or_default().to_owned()),
        name: Cow::Owned(tag.name().to_owned()),
        attrs: node
            .attributes()
            .map(|attr| Attribute {
                ns: Cow::Owned(attr.namespace().unwrap_or_default().to_owned()),
                name: Cow::Owned(attr.name().to_owned()),
                value: attr.value().to_owned(),
            })
            .collect(),
        children: Vec::new(),
        line,
        column,
    };
    for child in node.children() {
        if child.is_element() {
            element
                .children
                .push(Node::Element(take(child, depth - 1, places)?));
        } else if let Some(text) = child.text().filter(|_| child.is_text()) {
            element.children.push(Node::Text(text.to_owned()));
        }
    }
    Ok(element)
}

/// Lines and columns of offsets that only grow, so that one pass over the text is enough.
struct Places<'a> {
    text: &'a str,
    offset: usize,
    line: u32,
    column: u32,
}

impl Places<'_> {
    fn of(&mut self, offset: usize) -> (u32, u32) {
        for c in self.text.get(self.offset..offset).unwrap_or_default().chars() {
            if c == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.offset = self.offset.max(offset);
        (self.line, self.column)
    }
}

/// UTF-8 and UTF-16, as every XML processor must (XML 1.0 section 4.3.3).
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, XmlError> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        if !rest.is_empty() {
            return None;
        }
        let text: String = char::decode_utf16(pairs.iter().copied().map(unit))
            .collect::<Result<_, _>>()
            .ok()?;
        Some(text)
    };
    let ill = |message: &str| XmlError {
        line: 0,
        column: 0,
        message: message.to_owned(),
    };
    match bytes {
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes)
            .map(Cow::Owned)
            .ok_or_else(|| ill("broken UTF-16")),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes)
            .map(Cow::Owned)
            .ok_or_else(|| ill("broken UTF-16")),
        _ => {
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
            let text = std::str::from_utf8(bytes).map_err(|error| {
                let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
                let mut places = Places {
                    text: &before,
                    offset: 0,
                    line: 1,
                    column: 1,
                };
                let (line, column) = places.of(before.len());
                XmlError {
                    line,
                    column,
                    message: "octets that are not UTF-8".to_owned(),
                }
            })?;
            match declared_encoding(text) {
                Some(name)
                    if !["utf-8", "utf8", "us-ascii", "ascii"]
                        .iter()
                        .any(|known| name.eq_ignore_ascii_case(known)) =>
                {
                    Err(XmlError {
                        line: 1,
                        column: 1,
                        message: format!("the encoding `{name}` is not read: expected UTF-8 or UTF-16"),
                    })
                }
                _ => Ok(Cow::Borrowed(text)),
            }
        }
    }
}

fn declared_encoding(text: &str) -> Option<&str> {
    let declaration = text.strip_prefix("<?xml")?.split_once("?>")?.0;
    let (_, rest) = declaration.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..].split_once(quote).map(|(name, _)| name)
}

/// roxmltree appends ` at 1:2`; we say it in front.
fn without_place(message: &str) -> String {
    match message.rsplit_once(" at ") {
        Some((before, place)) if place.bytes().all(|b| b.is_ascii_digit() || b == b':') => before.to_owned(),
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dav::{caldav, dav};
    use rstest::rstest;

    #[test]
    fn reads_names_texts_attributes_and_places() {
        let root = read(
            b"<?xml version=\"1.0\"?>\n<a xmlns=\"DAV:\" xmlns:c=\"urn:ietf:params:xml:ns:caldav\">\n  \
              <c:b x=\"1\" xml:lang=\"de\">t<![CDATA[<u>]]><!-- no -->v</c:b><href> /x/ </href></a>",
        )
        .unwrap();
        assert!(root.is(&dav("a")));
        assert_eq!((root.line, root.column), (2, 1));
        let b = root.first(&caldav("b")).unwrap();
        assert_eq!((b.line, b.column), (3, 3));
        assert_eq!(b.text(), "t<u>v");
        assert_eq!(b.attr("x"), Some("1"));
        assert_eq!(b.lang(), Some("de"));
        assert_eq!(root.href().as_deref(), Some("/x/"));
        assert!(root.first(&dav("b")).is_none());
    }

    #[rstest]
    #[case::unclosed(b"<a xmlns='DAV:'><b>", "")]
    #[case::prefix(b"<D:a/>", "D")]
    #[case::twice(b"<a x='1' x='2'/>", "x")]
    #[case::control(b"<a>\x01</a>", "")]
    #[case::dtd(b"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", "document type declaration")]
    #[case::entity(b"<a>&nbsp;</a>", "nbsp")]
    #[case::latin1(b"<a>\xE9</a>", "UTF-8")]
    #[case::encoding(b"<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "ISO-8859-1")]
    #[case::empty(b"", "")]
    #[case::trailing(b"<a/><b/>", "")]
    fn refuses_what_is_not_well_formed(#[case] bytes: &[u8], #[case] says: &str) {
        let error = read(bytes).unwrap_err();
        assert!(error.message.contains(says), "{error}");
    }

    #[test]
    fn the_place_of_an_error_is_said() {
        let error = read(b"<a>\n  <b></c>\n</a>").unwrap_err();
        assert_eq!(error.line, 2);
        let error = read(b"<a>\n  x\xFF</a>").unwrap_err();
        assert_eq!((error.line, error.column), (2, 4));
    }

    #[test]
    fn utf16_is_read() {
        for (bom, unit) in [
            ([0xFE, 0xFF], u16::to_be_bytes as fn(u16) -> [u8; 2]),
            ([0xFF, 0xFE], u16::to_le_bytes),
        ] {
            let mut bytes = bom.to_vec();
            bytes.extend("<a>\u{1F4C5}</a>".encode_utf16().flat_map(unit));
            assert_eq!(read(&bytes).unwrap().text(), "\u{1F4C5}");
        }
    }

    #[test]
    fn depth_nodes_and_size_are_bounded() {
        let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
        assert!(read(deep.as_bytes()).unwrap_err().message.contains("deep"));
        let wide = format!("<a>{}</a>", "<b/>".repeat(1000));
        assert!(
            read_with(
                wide.as_bytes(),
                Limits {
                    nodes: 500,
                    ..Limits::REQUEST
                }
            )
            .is_err()
        );
        assert!(
            read_with(
                wide.as_bytes(),
                Limits {
                    octets: 500,
                    ..Limits::REQUEST
                }
            )
            .is_err()
        );
        assert!(read_with(wide.as_bytes(), Limits::REQUEST).is_ok());
    }
}
