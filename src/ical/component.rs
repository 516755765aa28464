//! The tree: document, components, items.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::lex::Fault;
use super::place::{Origin, PhysicalLines, Position};
use super::property::Property;

/// A text that was read, or one to be written. Two documents are equal when their items are.
#[derive(Clone, Default)]
pub struct Document {
    pub items: Vec<Item>,
    /// The octets it was read from.
    pub(super) source: Option<Arc<[u8]>>,
    pub(super) bom: bool,
}

/// One thing in a document or component, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    Component(Component),
    Property(Property),
    /// A line that is no content line, or an END line where no component is open.
    Other(RawLine),
}

/// A component. Two are equal when their names and items are, wherever they stand.
#[derive(Clone)]
pub struct Component {
    /// As in the BEGIN line.
    pub name: String,
    pub items: Vec<Item>,
    pub(super) begin: Option<Origin>,
    pub(super) end: Option<Origin>,
}

/// A line that was kept as it is.
#[derive(Clone)]
pub struct RawLine {
    pub(super) origin: Origin,
    pub(super) fault: Fault,
}

impl RawLine {
    /// Why it is no content line.
    pub fn fault(&self) -> Fault {
        self.fault
    }

    /// Its octets, with folds and line end.
    pub fn raw(&self) -> &[u8] {
        self.origin.raw()
    }

    /// Unfolded, without the line end; octets that are not UTF-8 as U+FFFD.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.origin.unfolded()).into_owned()
    }

    /// The physical line it begins on, from 1.
    pub fn line(&self) -> u32 {
        self.origin.line
    }

    /// Where it begins.
    pub fn position(&self) -> Position {
        self.origin.position(0)
    }
}

impl PartialEq for RawLine {
    fn eq(&self, other: &Self) -> bool {
        self.raw() == other.raw()
    }
}

impl Eq for RawLine {}

impl fmt::Debug for RawLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawLine")
            .field("line", &self.line())
            .field("fault", &self.fault)
            .field("text", &self.text())
            .finish()
    }
}

impl Document {
    /// A document with this one component.
    pub fn new(component: Component) -> Self {
        Document {
            items: vec![Item::Component(component)],
            source: None,
            bom: false,
        }
    }

    /// The first VCALENDAR.
    pub fn calendar(&self) -> Option<&Component> {
        self.components().find(|component| component.is("VCALENDAR"))
    }

    /// The first VCALENDAR, to be edited.
    pub fn calendar_mut(&mut self) -> Option<&mut Component> {
        let components = self.items.iter_mut().filter_map(Item::as_component_mut);
        components.into_iter().find(|component| component.is("VCALENDAR"))
    }

    /// The components on the outermost level.
    pub fn components(&self) -> impl Iterator<Item = &Component> {
        self.items.iter().filter_map(Item::as_component)
    }

    /// Whether the text began with a byte order mark; it is written again.
    pub fn has_bom(&self) -> bool {
        self.bom
    }

    /// The octets it was read from.
    pub fn source(&self) -> Option<&[u8]> {
        self.source.as_deref()
    }

    /// The physical lines of the text it was read from, without the byte order mark.
    pub fn physical_lines(&self) -> PhysicalLines<'_> {
        PhysicalLines::new(
            self.source.as_deref().unwrap_or_default(),
            if self.bom { 3 } else { 0 },
        )
    }
}

impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.items == other.items
    }
}

impl Eq for Document {}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").field("items", &self.items).finish()
    }
}

impl Item {
    pub fn as_component(&self) -> Option<&Component> {
        match self {
            Item::Component(component) => Some(component),
            _ => None,
        }
    }

    pub fn as_component_mut(&mut self) -> Option<&mut Component> {
        match self {
            Item::Component(component) => Some(component),
            _ => None,
        }
    }

    pub fn as_property(&self) -> Option<&Property> {
        match self {
            Item::Property(property) => Some(property),
            _ => None,
        }
    }

    pub fn as_property_mut(&mut self) -> Option<&mut Property> {
        match self {
            Item::Property(property) => Some(property),
            _ => None,
        }
    }
}

impl Component {
    /// A new component without items.
    pub fn new(name: impl Into<String>) -> Self {
        Component {
            name: name.into(),
            items: Vec::new(),
            begin: None,
            end: None,
        }
    }

    /// Whether it has this name, in any case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Its own properties, in order.
    pub fn properties(&self) -> impl DoubleEndedIterator<Item = &Property> {
        self.items.iter().filter_map(Item::as_property)
    }

    pub fn properties_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut Property> {
        self.items.iter_mut().filter_map(Item::as_property_mut)
    }

    /// Its own properties of this name.
    pub fn properties_named<'a>(&'a self, name: &'a str) -> impl DoubleEndedIterator<Item = &'a Property> {
        self.properties().filter(move |property| property.is(name))
    }

    pub fn properties_named_mut<'a>(
        &'a mut self,
        name: &'a str,
    ) -> impl DoubleEndedIterator<Item = &'a mut Property> {
        self.properties_mut().filter(move |property| property.is(name))
    }

    /// Its first property of this name.
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties().find(|property| property.is(name))
    }

    pub fn property_mut(&mut self, name: &str) -> Option<&mut Property> {
        self.properties_mut().find(|property| property.is(name))
    }

    /// The components directly in it, in order.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &Component> {
        self.items.iter().filter_map(Item::as_component)
    }

    pub fn components_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut Component> {
        self.items.iter_mut().filter_map(Item::as_component_mut)
    }

    /// The components of this name directly in it.
    pub fn components_named<'a>(&'a self, name: &'a str) -> impl DoubleEndedIterator<Item = &'a Component> {
        self.components().filter(move |component| component.is(name))
    }

    pub fn components_named_mut<'a>(
        &'a mut self,
        name: &'a str,
    ) -> impl DoubleEndedIterator<Item = &'a mut Component> {
        self.components_mut().filter(move |component| component.is(name))
    }

    /// The TEXT of its first property of this name, escapes undone.
    pub fn text(&self, name: &str) -> Option<String> {
        self.property(name).map(Property::text)
    }

    /// Sets the raw value of its first property of this name, keeping the parameters, or adds the property.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        match self.property_mut(name) {
            Some(property) => property.value = value.into(),
            None => self.push(Property::new(name, value)),
        }
    }

    /// Like [`Component::set`], with a TEXT that is escaped here.
    pub fn set_text(&mut self, name: &str, text: &str) {
        self.set(name, super::text::escape(text));
    }

    /// Adds a property after the others and before the components in it (the order of RFC 5545, section 3.6).
    pub fn push(&mut self, property: Property) {
        let place = self
            .items
            .iter()
            .position(|item| matches!(item, Item::Component(_)));
        self.items
            .insert(place.unwrap_or(self.items.len()), Item::Property(property));
    }

    /// Adds a component at the end.
    pub fn push_component(&mut self, component: Component) {
        self.items.push(Item::Component(component));
    }

    /// Removes its own properties of this name; how many there were.
    pub fn remove_properties(&mut self, name: &str) -> usize {
        let before = self.items.len();
        self.items
            .retain(|item| !item.as_property().is_some_and(|property| property.is(name)));
        before - self.items.len()
    }

    /// Keeps only those components directly in it for which `keep` holds.
    pub fn retain_components(&mut self, mut keep: impl FnMut(&Component) -> bool) {
        self.items
            .retain(|item| item.as_component().is_none_or(&mut keep));
    }

    /// The physical line of BEGIN, from 1; 0 when it was not read from a text.
    pub fn line(&self) -> u32 {
        self.begin.as_ref().map_or(0, |begin| begin.line)
    }

    /// Where its BEGIN line begins, if it was read from a text.
    pub fn begin_position(&self) -> Option<Position> {
        self.begin.as_ref().map(|begin| begin.position(0))
    }

    /// Where its END line begins, if there was one.
    pub fn end_position(&self) -> Option<Position> {
        self.end.as_ref().map(|end| end.position(0))
    }

    /// The octets of its BEGIN line, with folds and line end.
    pub fn begin_raw(&self) -> Option<&[u8]> {
        self.begin.as_ref().map(Origin::raw)
    }

    /// The octets of its END line, with folds and line end.
    pub fn end_raw(&self) -> Option<&[u8]> {
        self.end.as_ref().map(Origin::raw)
    }

    /// The name in the END line that closed it, which may be another than its own.
    pub fn end_name(&self) -> Option<String> {
        let line = self.end.as_ref()?.unfolded();
        value_of(&line).map(Cow::into_owned)
    }

    /// Whether it was read and no END line closed it. Nothing is written for it then, until [`Component::close`].
    pub fn is_unclosed(&self) -> bool {
        self.begin.is_some() && self.end.is_none()
    }

    /// Forgets the BEGIN and END lines that were read, so that proper ones are written.
    pub fn close(&mut self) {
        self.begin = None;
        self.end = None;
    }
}

/// The value of a BEGIN or END line.
pub(super) fn value_of(line: &[u8]) -> Option<Cow<'_, str>> {
    struct Ignore;
    impl super::lex::Sink for Ignore {
        fn param(&mut self, _: std::ops::Range<usize>) {}
        fn value(&mut self, _: std::ops::Range<usize>, _: bool) {}
    }
    let parts = super::lex::lex(line, &mut Ignore).ok()?;
    Some(String::from_utf8_lossy(&line[parts.value_start..]))
}

impl PartialEq for Component {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.items == other.items
    }
}

impl Eq for Component {}

impl fmt::Debug for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Component")
            .field("line", &self.line())
            .field("name", &self.name)
            .field("items", &self.items)
            .finish()
    }
}
