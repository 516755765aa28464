//! XML as an owned tree of elements, for reading and for building.

use std::borrow::Cow;

use super::names::{self, QName};

/// Well-formed XML that is not what was expected, with the place of the element.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct ShapeError {
    pub line: u32,
    pub column: u32,
    pub message: String,
}

impl ShapeError {
    pub fn at(element: &Element, message: impl Into<String>) -> ShapeError {
        ShapeError {
            line: element.line,
            column: element.column,
            message: message.into(),
        }
    }
}

/// An element with everything in it. Comments and processing instructions are gone.
#[derive(Debug, Clone)]
pub struct Element {
    /// Empty for none.
    pub ns: Cow<'static, str>,
    pub name: Cow<'static, str>,
    pub attrs: Vec<Attribute>,
    pub children: Vec<Node>,
    /// Where it starts, from 1; 0 in trees that were not read.
    pub line: u32,
    pub column: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    Element(Element),
    Text(String),
}

/// An attribute; namespace declarations are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Empty for none.
    pub ns: Cow<'static, str>,
    pub name: Cow<'static, str>,
    pub value: String,
}

/// Equal in content; where it stood does not matter.
impl PartialEq for Element {
    fn eq(&self, other: &Element) -> bool {
        (&self.ns, &self.name, &self.attrs, &self.children)
            == (&other.ns, &other.name, &other.attrs, &other.children)
    }
}

impl Eq for Element {}

impl Element {
    pub fn new(name: QName) -> Element {
        Element {
            ns: name.ns,
            name: name.name,
            attrs: Vec::new(),
            children: Vec::new(),
            line: 0,
            column: 0,
        }
    }

    /// With one more child.
    pub fn child(mut self, child: Element) -> Element {
        self.children.push(Node::Element(child));
        self
    }

    pub fn with_children(mut self, children: impl IntoIterator<Item = Element>) -> Element {
        self.children.extend(children.into_iter().map(Node::Element));
        self
    }

    pub fn with_text(mut self, text: impl Into<String>) -> Element {
        self.children.push(Node::Text(text.into()));
        self
    }

    /// With one more attribute, in no namespace.
    pub fn with_attr(mut self, name: &'static str, value: impl Into<String>) -> Element {
        self.attrs.push(Attribute {
            ns: Cow::Borrowed(""),
            name: Cow::Borrowed(name),
            value: value.into(),
        });
        self
    }

    pub fn push(&mut self, child: Element) {
        self.children.push(Node::Element(child));
    }

    pub fn qname(&self) -> QName {
        QName {
            ns: self.ns.clone(),
            name: self.name.clone(),
        }
    }

    pub fn is(&self, name: &QName) -> bool {
        self.name == name.name && self.ns == name.ns
    }

    /// The child elements, in order.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The child elements of this name, in order.
    pub fn all<'a>(&'a self, name: &'a QName) -> impl Iterator<Item = &'a Element> {
        self.elements().filter(move |child| child.is(name))
    }

    /// The first child element of this name.
    pub fn first(&self, name: &QName) -> Option<&Element> {
        self.elements().find(|child| child.is(name))
    }

    /// Is there a child element of this name?
    pub fn has(&self, name: &QName) -> bool {
        self.first(name).is_some()
    }

    /// The texts directly in it, joined; those of child elements are not in it.
    pub fn text(&self) -> String {
        self.children
            .iter()
            .filter_map(|node| match node {
                Node::Text(text) => Some(text.as_str()),
                Node::Element(_) => None,
            })
            .collect()
    }

    /// [`Element::text`] without white space around it.
    pub fn trimmed(&self) -> String {
        self.text().trim().to_owned()
    }

    /// The trimmed text of the first DAV:href child.
    pub fn href(&self) -> Option<String> {
        self.first(&names::dav("href")).map(Element::trimmed)
    }

    /// The value of an attribute that is in no namespace.
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attrs
            .iter()
            .find(|attr| attr.ns.is_empty() && attr.name == name)
            .map(|attr| attr.value.as_str())
    }

    /// `xml:lang`, if it is on this very element.
    pub fn lang(&self) -> Option<&str> {
        self.attrs
            .iter()
            .find(|attr| attr.ns == names::XML && attr.name == "lang")
            .map(|attr| attr.value.as_str())
    }

    /// This element and all below it, in document order.
    pub fn descendants(&self) -> Vec<&Element> {
        let mut found = Vec::new();
        let mut waiting = vec![self];
        while let Some(element) = waiting.pop() {
            found.push(element);
            let mut children: Vec<&Element> = element.elements().collect();
            children.reverse();
            waiting.extend(children);
        }
        found
    }
}
