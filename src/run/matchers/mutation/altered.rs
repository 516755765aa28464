//! An answer that was changed, and where in its XML.

use super::super::Subject;
use crate::dav::{self, Element, Node};

/// The parts of an answer that a damage can change.
#[derive(Debug, Clone)]
pub(super) struct Altered {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Altered {
    pub fn copy(subject: &Subject) -> Altered {
        Altered {
            status: subject.status,
            headers: subject.headers.to_vec(),
            body: subject.body.to_vec(),
        }
    }

    pub fn body(subject: &Subject, body: Vec<u8>) -> Altered {
        Altered {
            body,
            ..Altered::copy(subject)
        }
    }

    /// With this tree as its body.
    pub fn xml(subject: &Subject, root: &Element) -> Altered {
        Altered::body(subject, dav::to_bytes(root))
    }

    /// The answer to the same request.
    pub fn subject<'a>(&'a self, original: &Subject<'a>) -> Subject<'a> {
        Subject {
            status: self.status,
            headers: &self.headers,
            body: &self.body,
            ..*original
        }
    }
}

/// Where an element is: an index into the children of each from the root on.
pub(super) type Place = Vec<usize>;

/// The place of an element of this very tree.
pub(super) fn place_of(root: &Element, wanted: &Element) -> Option<Place> {
    if std::ptr::eq(root, wanted) {
        return Some(Place::new());
    }
    root.children
        .iter()
        .enumerate()
        .find_map(|(index, node)| match node {
            Node::Element(child) => {
                let mut place = place_of(child, wanted)?;
                place.insert(0, index);
                Some(place)
            }
            Node::Text(_) => None,
        })
}

pub(super) fn element_mut<'a>(root: &'a mut Element, place: &[usize]) -> Option<&'a mut Element> {
    place
        .iter()
        .try_fold(root, |parent, index| match parent.children.get_mut(*index)? {
            Node::Element(child) => Some(child),
            Node::Text(_) => None,
        })
}

/// A copy of the tree in which these elements are changed; `change` gets the element and says whether it stays.
pub(super) fn changed(
    root: &Element,
    elements: &[&Element],
    mut change: impl FnMut(&mut Element) -> bool,
) -> Element {
    let mut places: Vec<Place> = elements
        .iter()
        .filter_map(|element| place_of(root, element))
        .collect();
    places.sort();
    places.dedup();
    let mut copy = root.clone();
    // From the end, so that what goes does not move what is still to come.
    for place in places.iter().rev() {
        let Some(element) = element_mut(&mut copy, place) else {
            continue;
        };
        let stays = change(element);
        let Some((index, parent)) = place.split_last().filter(|_| !stays) else {
            continue;
        };
        if let Some(parent) = element_mut(&mut copy, parent) {
            parent.children.remove(*index);
        }
    }
    copy
}
