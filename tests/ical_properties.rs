//! What holds for every text, whatever it is.

use calconform::ical::{Component, Document, Item, Param, ParamValue, Property, read, text};
use proptest::collection::vec;
use proptest::prelude::*;

/// Octets that make the reader work: structure, line ends, pieces of UTF-8 and anything else.
fn octets() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            &b"\r\n"[..], b"\n", b"\r", b"\r\n ", b"\n\t", b"BEGIN:", b"END:", b"VEVENT", b"X", b":", b";", b",", b"=",
            b"\"", b"\xC3", b"\xBC", b"\xEF\xBB\xBF", b"\\", b"^", b" ", b"A;B=", b"BEGIN:X\r\n", b"END:X\r\n",
        ]).prop_map(<[u8]>::to_vec),
        1 => vec(any::<u8>(), 0..6),
    ];
    vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn walk(items: &[Item], check: &mut impl FnMut(&Property)) {
    for item in items {
        match item {
            Item::Component(component) => walk(&component.items, check),
            Item::Property(property) => check(property),
            Item::Other(_) => {}
        }
    }
}

fn name() -> impl Strategy<Value = String> {
    "[A-Za-z][A-Za-z0-9-]{0,9}".prop_filter("not structure", |name| {
        !name.eq_ignore_ascii_case("BEGIN") && !name.eq_ignore_ascii_case("END")
    })
}

fn property() -> impl Strategy<Value = Property> {
    let value = (".{0,20}", any::<bool>());
    let param = (name(), vec(value, 1..3));
    (name(), vec(param, 0..3), "\\PC{0,120}").prop_map(|(name, params, value)| {
        let mut property = Property::new(name, value);
        property.params = params
            .into_iter()
            .map(|(name, values)| Param {
                name,
                values: values
                    .into_iter()
                    .map(|(text, quoted)| ParamValue {
                        text: text::encode_param(&text).into_owned(),
                        quoted: quoted || text.contains([':', ';', ',']),
                    })
                    .collect(),
            })
            .collect();
        property
    })
}

fn component() -> impl Strategy<Value = Component> {
    let leaf = (name(), vec(property(), 0..4)).prop_map(|(name, properties)| {
        let mut component = Component::new(name);
        properties
            .into_iter()
            .for_each(|property| component.push(property));
        component
    });
    leaf.prop_recursive(4, 12, 3, |inner| {
        (name(), vec(property(), 0..3), vec(inner, 0..3)).prop_map(|(name, properties, components)| {
            let mut component = Component::new(name);
            components
                .into_iter()
                .for_each(|inner| component.push_component(inner));
            properties
                .into_iter()
                .for_each(|property| component.push(property));
            component
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_octets_come_back(bytes in octets()) {
        let document = read(&bytes).unwrap();
        prop_assert_eq!(document.to_bytes(), &bytes[..]);
        let lines: Vec<u8> = document.physical_lines().flat_map(|line| line.octets.to_vec()).collect();
        let octets: Vec<u8> = bytes.iter().copied().filter(|octet| !matches!(octet, b'\r' | b'\n')).collect();
        prop_assert!(octets.ends_with(&lines));
    }

    #[test]
    fn positions_point_at_what_is_there(bytes in octets()) {
        let document = read(&bytes).unwrap();
        walk(&document.items, &mut |property| {
            let start = property.position().unwrap().offset;
            assert!(property.name.starts_with('\u{FFFD}') || property.name.as_bytes()[0] == bytes[start]);
            for (offset, character) in property.value.char_indices().filter(|(_, character)| character.is_ascii()) {
                let place = property.position_of(offset).unwrap();
                assert_eq!(char::from(bytes[place.offset]), character);
                let before = &bytes[..place.offset];
                let line_starts = document.physical_lines().filter(|line| line.offset <= place.offset).count();
                assert_eq!(place.line as usize, line_starts, "{before:?}");
            }
        });
    }

    #[test]
    fn edited_text_reads_the_same_again(bytes in octets()) {
        // A name that begins with a byte order mark is read as one where it comes first.
        if bytes.windows(3).any(|three| three == b"\xEF\xBB\xBF") { return Ok(()); }
        let mut document = read(&bytes).unwrap();
        fn rename(items: &mut [Item]) {
            for item in items {
                match item {
                    Item::Component(component) => { component.close(); rename(&mut component.items); }
                    Item::Property(property) => property.value.push('x'),
                    Item::Other(_) => {}
                }
            }
        }
        rename(&mut document.items);
        let mut read_values = Vec::new();
        walk(&read(&document.to_bytes()).unwrap().items, &mut |property| read_values.push(property.value.clone()));
        let mut values = Vec::new();
        walk(&document.items, &mut |property| values.push(property.value.clone()));
        prop_assert_eq!(read_values, values);
    }

    #[test]
    fn any_document_comes_back(component in component()) {
        let bytes = Document::new(component.clone()).to_bytes();
        let document = read(&bytes).unwrap();
        prop_assert_eq!(&document.items, &[Item::Component(component)]);
        for line in document.physical_lines() {
            prop_assert!(line.octets.len() <= 75);
        }
    }

    #[test]
    fn a_fold_at_any_octet_changes_nothing(property in property(), at in any::<prop::sample::Index>(), tab in any::<bool>()) {
        let mut line = property.to_bytes();
        let at = at.index(line.len() - 1).max(1);
        let fold = if tab { b"\r\n\t" } else { b"\r\n " };
        if line[at - 1] != b'\r' && line[at - 1] != b'\n' {
            line.splice(at..at, fold.iter().copied());
        }
        let document = read(&line).unwrap();
        prop_assert_eq!(document.items[0].as_property(), Some(&property));
    }

    #[test]
    fn escapes_are_undone(text in "[\\\\;,:nN^'\"a\nü]{0,20}") {
        let escaped = text::escape(&text);
        prop_assert_eq!(text::unescape(&escaped), text.as_str());
        let encoded = text::encode_param(&text);
        prop_assert_eq!(text::decode_param(&encoded), text.as_str());
        prop_assert_eq!(text::split(&escaped, ',').count(), 1);
    }
}
