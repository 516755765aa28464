//! Levels of requirements.

use serde::{Deserialize, Serialize};

/// Level of a requirement, from the register. Scenarios never state one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    #[serde(rename = "MUST")]
    Must,
    #[serde(rename = "MUST NOT")]
    MustNot,
    #[serde(rename = "SHOULD")]
    Should,
    #[serde(rename = "SHOULD NOT")]
    ShouldNot,
    #[serde(rename = "MAY")]
    May,
    /// A lawful refusal names this element.
    #[serde(rename = "precondition")]
    Precondition,
    /// Name, namespace and content of an XML element, header or parameter.
    #[serde(rename = "element-definition")]
    ElementDefinition,
    /// A table of RFC 5546.
    #[serde(rename = "table")]
    Table,
    /// A sample message or fragment; never cited alone.
    #[serde(rename = "example")]
    Example,
}

impl Level {
    /// In the order of tables.
    pub const ALL: [Level; 9] = [
        Level::Must,
        Level::MustNot,
        Level::Should,
        Level::ShouldNot,
        Level::May,
        Level::Precondition,
        Level::ElementDefinition,
        Level::Table,
        Level::Example,
    ];

    /// As the register spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Must => "MUST",
            Level::MustNot => "MUST NOT",
            Level::Should => "SHOULD",
            Level::ShouldNot => "SHOULD NOT",
            Level::May => "MAY",
            Level::Precondition => "precondition",
            Level::ElementDefinition => "element-definition",
            Level::Table => "table",
            Level::Example => "example",
        }
    }
}

impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
