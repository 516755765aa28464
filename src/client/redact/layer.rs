//! Text below one layer of escaping, whatever the layer is.

/// What a text says when every escape in it is resolved once: `%2F`, `&amp;` and `&#x27;`, `\/` and `\u00f6`, folded lines of
/// iCalendar. What is resolved need not be what the sender meant: this is for finding, not for reading.
pub(super) struct Layer {
    pub(super) octets: Vec<u8>,
    /// Where an escape begins and where it ends: offset here, offset in the text above.
    places: Vec<(usize, usize)>,
}

/// An escape: what it stands for, and how many octets it is long.
struct Escape {
    octets: [u8; 4],
    kept: usize,
    length: usize,
}

impl Layer {
    /// Nothing when there is no escape in it.
    pub(super) fn below(above: &[u8]) -> Option<Layer> {
        let mut layer = Layer {
            octets: Vec::new(),
            places: Vec::new(),
        };
        let (mut copied, mut at) = (0, 0);
        while let Some(next) = above[at..]
            .iter()
            .position(|octet| matches!(octet, b'%' | b'&' | b'\\' | b'\r' | b'\n'))
        {
            at += next;
            let Some(escape) = escape(&above[at..]) else {
                at += 1;
                continue;
            };
            layer.octets.extend_from_slice(&above[copied..at]);
            layer.places.push((layer.octets.len(), at));
            layer.octets.extend_from_slice(&escape.octets[..escape.kept]);
            at += escape.length;
            copied = at;
            layer.places.push((layer.octets.len(), at));
        }
        if layer.places.is_empty() {
            return None;
        }
        layer.octets.extend_from_slice(&above[copied..]);
        Some(layer)
    }

    /// Where in the text above something begins that begins here.
    pub(super) fn start(&self, at: usize) -> usize {
        let after = self.places.partition_point(|(here, _)| *here <= at);
        self.above(after, at)
    }

    /// Where in the text above something ends that ends here.
    pub(super) fn end(&self, at: usize) -> usize {
        let before = self.places.partition_point(|(here, _)| *here < at);
        match self.places.get(before) {
            Some((here, above)) if *here == at => *above,
            _ => self.above(before, at),
        }
    }

    fn above(&self, places: usize, at: usize) -> usize {
        match places.checked_sub(1).map(|last| self.places[last]) {
            Some((here, above)) => above + (at - here),
            None => at,
        }
    }
}

fn escape(text: &[u8]) -> Option<Escape> {
    match text {
        [b'\r', b'\n', b' ' | b'\t', ..] => nothing(3),
        [b'\n', b' ' | b'\t', ..] => nothing(2),
        [b'%', high, low, ..] => octet(hex(&[*high, *low])?.try_into().ok()?, 3),
        [b'&', rest @ ..] => {
            let end = rest.iter().take(10).position(|octet| *octet == b';')?;
            reference(&rest[..end], end + 2)
        }
        [b'\\', b'u', b'{', rest @ ..] => {
            let end = rest.iter().take(7).position(|octet| *octet == b'}')?;
            character(hex(&rest[..end])?, end + 4)
        }
        [b'\\', b'u', a, b, c, d, ..] => character(hex(&[*a, *b, *c, *d])?, 6),
        [b'\\', b'n' | b'N', ..] => octet(b'\n', 2),
        [b'\\', b'r', ..] => octet(b'\r', 2),
        [b'\\', b't', ..] => octet(b'\t', 2),
        [b'\\', escaped, ..] if escaped.is_ascii_punctuation() => octet(*escaped, 2),
        _ => None,
    }
}

/// What stands between `&` and `;`.
fn reference(name: &[u8], length: usize) -> Option<Escape> {
    match name {
        b"amp" => octet(b'&', length),
        b"lt" => octet(b'<', length),
        b"gt" => octet(b'>', length),
        b"quot" => octet(b'"', length),
        b"apos" => octet(b'\'', length),
        [b'#', b'x' | b'X', digits @ ..] => character(hex(digits)?, length),
        [b'#', digits @ ..] => character(std::str::from_utf8(digits).ok()?.parse().ok()?, length),
        _ => None,
    }
}

fn hex(digits: &[u8]) -> Option<u32> {
    let all = !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit);
    all.then(|| u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok())?
}

fn nothing(length: usize) -> Option<Escape> {
    Some(Escape {
        octets: [0; 4],
        kept: 0,
        length,
    })
}

fn octet(octet: u8, length: usize) -> Option<Escape> {
    Some(Escape {
        octets: [octet, 0, 0, 0],
        kept: 1,
        length,
    })
}

fn character(code: u32, length: usize) -> Option<Escape> {
    let mut octets = [0; 4];
    let kept = char::from_u32(code)?.encode_utf8(&mut octets).len();
    Some(Escape { octets, kept, length })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("a%2Fb%zz%", "a/b%zz%")]
    #[case("&lt;&amp;amp;&#39;&#xF6;&nbsp;& &#x110000;", "<&amp;'ö&nbsp;& &#x110000;")]
    #[case(r#"\"\\\/\u00f6\u{e9}\,\nx\q\"#, "\"\\/öé,\nx\\q\\")]
    #[case("folded\r\n  line\n\tend\r\nnew", "folded lineend\r\nnew")]
    fn one_layer(#[case] above: &str, #[case] below: &str) {
        let layer = Layer::below(above.as_bytes()).expect("an escape");
        assert_eq!(String::from_utf8_lossy(&layer.octets), below);
    }

    #[rstest]
    #[case("nothing here")]
    #[case("100 % & more; C:\\q\r\nx")]
    #[case("")]
    fn no_layer(#[case] above: &str) {
        assert!(Layer::below(above.as_bytes()).is_none());
    }

    #[rstest]
    #[case("x&amp;y%41\r\n z", "&y", "&amp;y")]
    #[case("x&amp;y%41\r\n z", "A", "%41")]
    #[case("x&amp;y%41\r\n z", "yAz", "y%41\r\n z")]
    #[case("x&amp;y%41\r\n z", "x", "x")]
    #[case("a\r\n bc", "bc", "bc")]
    #[case("%41%42%43", "B", "%42")]
    fn places_lead_back(#[case] above: &str, #[case] wanted: &str, #[case] expected: &str) {
        let layer = Layer::below(above.as_bytes()).expect("an escape");
        let text = String::from_utf8(layer.octets.clone()).expect("text");
        let from = text.find(wanted).expect("what is looked for");
        let range = layer.start(from)..layer.end(from + wanted.len());
        assert_eq!(&above[range], expected);
    }
}
