//! Tables of RFC 5546 as the register has them: rows by name, in the order of the text.

use std::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Rows in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table(pub Vec<(String, Cell)>);

/// What stands in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    List(Vec<String>),
    Columns(Vec<(String, String)>),
}

/// The same, in the embedded form: formats that do not describe themselves need to be told the variant.
#[derive(Serialize, Deserialize)]
enum Tagged {
    Text(String),
    List(Vec<String>),
    Columns(Vec<(String, String)>),
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return self.0.serialize(serializer);
        }
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, cell) in &self.0 {
            map.serialize_entry(name, cell)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Table {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return Deserialize::deserialize(deserializer).map(Table);
        }
        struct Rows;
        impl<'de> Visitor<'de> for Rows {
            type Value = Table;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("rows by name")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Table, A::Error> {
                let mut rows = Vec::new();
                while let Some(row) = map.next_entry()? {
                    rows.push(row);
                }
                Ok(Table(rows))
            }
        }
        deserializer.deserialize_map(Rows)
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return match self.clone() {
                Cell::Text(text) => Tagged::Text(text),
                Cell::List(items) => Tagged::List(items),
                Cell::Columns(columns) => Tagged::Columns(columns),
            }
            .serialize(serializer);
        }
        match self {
            Cell::Text(text) => serializer.serialize_str(text),
            Cell::List(items) => items.serialize(serializer),
            Cell::Columns(columns) => serializer.collect_map(columns.iter().map(|(name, text)| (name, text))),
        }
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return Ok(match Tagged::deserialize(deserializer)? {
                Tagged::Text(text) => Cell::Text(text),
                Tagged::List(items) => Cell::List(items),
                Tagged::Columns(columns) => Cell::Columns(columns),
            });
        }
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Cell;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a list of texts, or texts by name")
            }
            fn visit_str<E>(self, text: &str) -> Result<Cell, E> {
                Ok(Cell::Text(text.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Cell, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Cell::List(items))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cell, A::Error> {
                let mut columns = Vec::new();
                while let Some(column) = map.next_entry()? {
                    columns.push(column);
                }
                Ok(Cell::Columns(columns))
            }
        }
        deserializer.deserialize_any(Any)
    }
}
