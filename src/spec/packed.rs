//! The register as the build embeds it: everything that is asked for always beside requirements that wait, packed one by
//! one, until they are asked for.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::register::Entry;
use super::{Level, Reading, Register, Requirement, Specification};

#[derive(Serialize, Deserialize)]
struct Packed<'a> {
    #[serde(borrow)]
    entries: Vec<(&'a str, &'a [u8])>,
    by_id: Vec<u32>,
    readings: Vec<Reading>,
    denominators: BTreeMap<Specification, BTreeMap<Level, usize>>,
}

impl Register {
    /// The embedded form.
    ///
    /// # Errors
    /// None that this type can cause.
    pub fn pack(&self) -> Result<Vec<u8>, postcard::Error> {
        let requirements: Vec<Vec<u8>> = self
            .requirements()
            .map(postcard::to_allocvec)
            .collect::<Result<_, _>>()?;
        let entries = self
            .ids()
            .zip(&requirements)
            .map(|(id, packed)| (id, packed.as_slice()));
        postcard::to_allocvec(&Packed {
            entries: entries.collect(),
            by_id: self.by_id.clone(),
            readings: self.readings.clone(),
            denominators: self.denominators.clone(),
        })
    }

    /// What [`Register::pack`] made.
    ///
    /// # Errors
    /// When it is something else.
    pub fn unpack(octets: &'static [u8]) -> Result<Register, postcard::Error> {
        let packed: Packed<'static> = postcard::from_bytes(octets)?;
        let entries = packed.entries.into_iter().map(|(id, packed)| Entry {
            id: Cow::Borrowed(id),
            packed,
            requirement: OnceLock::new(),
        });
        Ok(Register {
            entries: entries.collect(),
            by_id: packed.by_id,
            readings: packed.readings,
            denominators: packed.denominators,
        })
    }
}

impl Entry {
    #[expect(clippy::expect_used, reason = "the build wrote it with the same types")]
    pub(super) fn requirement(&self) -> &Requirement {
        self.requirement.get_or_init(|| {
            postcard::from_bytes(self.packed).expect("the build wrote it with the same types")
        })
    }
}
