//! DAV:error (RFC 4918 section 14.5): the element that carries preconditions and postconditions.

use super::names::{QName, dav};
use super::tree::{Element, ShapeError};

/// The conditions in a DAV:error element, in order, each with whatever it has inside.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DavError {
    pub conditions: Vec<Element>,
}

impl DavError {
    /// With one condition, which has nothing inside.
    pub fn new(condition: QName) -> DavError {
        DavError {
            conditions: vec![Element::new(condition)],
        }
    }

    /// Reads it from the root element of an answer.
    ///
    /// # Errors
    /// Another root.
    pub fn read(root: &Element) -> Result<DavError, ShapeError> {
        if !root.is(&dav("error")) {
            return Err(ShapeError::at(
                root,
                format!("expected D:error, found {}", root.qname()),
            ));
        }
        Ok(DavError {
            conditions: root.elements().cloned().collect(),
        })
    }

    /// Is this condition among them?
    pub fn has(&self, condition: &QName) -> bool {
        self.get(condition).is_some()
    }

    pub fn get(&self, condition: &QName) -> Option<&Element> {
        self.conditions.iter().find(|element| element.is(condition))
    }

    pub fn to_element(&self) -> Element {
        Element::new(dav("error")).with_children(self.conditions.iter().cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dav::{caldav, read, to_bytes};

    #[test]
    fn finds_a_condition_by_its_namespace() {
        let error = DavError::read(
            &read(
                b"<error xmlns='DAV:'><valid-organizer/><x xmlns='urn:ietf:params:xml:ns:caldav'/></error>",
            )
            .unwrap(),
        )
        .unwrap();
        assert!(error.has(&dav("valid-organizer")) && !error.has(&caldav("valid-organizer")));
        assert!(error.has(&caldav("x")));
        assert!(DavError::read(&Element::new(caldav("error"))).is_err());
    }

    #[test]
    fn writes_what_it_reads() {
        let error = DavError::new(caldav("valid-organizer"));
        assert_eq!(
            DavError::read(&read(&to_bytes(&error.to_element())).unwrap()).unwrap(),
            error
        );
    }
}
