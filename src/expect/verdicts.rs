//! The value of `verdict`: one word, or several.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::StrDeserializer;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::event::Verdict;

/// A verdict that can be expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Word {
    Fail,
    Warn,
    Error,
    /// Only beside another: sometimes it passes.
    Pass,
}

impl From<Word> for Verdict {
    fn from(word: Word) -> Verdict {
        match word {
            Word::Fail => Verdict::Fail,
            Word::Warn => Verdict::Warn,
            Word::Error => Verdict::Error,
            Word::Pass => Verdict::Pass,
        }
    }
}

/// As written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Verdicts {
    pub(super) words: Vec<Word>,
    /// A single word that is none of them. It is kept because its place is known only to whoever asked for the value.
    pub(super) unknown: Option<String>,
}

impl<'de> Deserialize<'de> for Verdicts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore;
        impl<'de> Visitor<'de> for OneOrMore {
            type Value = Verdicts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("fail, warn, error, or a list of these such as [fail, pass]")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Verdicts, E> {
                let word: Result<Word, E> = Word::deserialize(StrDeserializer::new(text));
                let unknown = word.is_err().then(|| text.to_owned());
                Ok(Verdicts {
                    words: word.into_iter().collect(),
                    unknown,
                })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Verdicts, A::Error> {
                let mut words = Vec::new();
                while let Some(word) = list.next_element()? {
                    words.push(word);
                }
                Ok(Verdicts { words, unknown: None })
            }
        }
        deserializer.deserialize_any(OneOrMore)
    }
}

impl JsonSchema for Verdicts {
    fn schema_name() -> Cow<'static, str> {
        "Verdicts".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let word = generator.subschema_for::<Word>();
        json_schema!({
            "description": "What it is expected to come to; with several, any of them. `pass` stands only beside another.",
            "anyOf": [word, {"type": "array", "items": word, "minItems": 1, "uniqueItems": true}],
        })
    }
}
