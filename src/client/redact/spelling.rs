//! What a secret may look like.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

use super::layer::Layer;

/// How many layers of escaping are looked below.
pub(super) const LAYERS: usize = 4;

/// Secrets shorter than this have no part that would not be found in other base64 by chance.
const SHORTEST_INNER: usize = 6;

/// Octets to look for, in a text and below its layers.
#[derive(Debug, Default)]
pub(super) struct Spellings {
    /// The secrets themselves.
    pub(super) plain: BTreeSet<Vec<u8>>,
    /// In base64; what stands beside it may belong to it.
    pub(super) base64: BTreeSet<Vec<u8>>,
}

impl Spellings {
    pub(super) fn add(&mut self, secret: &str) {
        if secret.is_empty() {
            return;
        }
        for form in forms(secret) {
            for engine in [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD] {
                self.base64.insert(engine.encode(&form).into_bytes());
                let inner = (0..=2).filter_map(|before| inner_base64(engine, &form, before));
                self.base64.extend(inner);
            }
            // A secret that itself has an escape in it looks another way below each layer.
            let mut form = Some(form);
            for _ in 0..=LAYERS {
                let Some(octets) = form else { break };
                form = Layer::below(&octets).map(|layer| layer.octets);
                if !octets.is_empty() {
                    self.plain.insert(octets);
                }
            }
        }
    }
}

/// The secret in UTF-8 and in the ways in which it may come back from who reads it otherwise.
fn forms(secret: &str) -> BTreeSet<Vec<u8>> {
    let mut forms = BTreeSet::from([
        secret.as_bytes().to_vec(),
        // As a form of HTML sends it.
        secret.replace(' ', "+").into_bytes(),
    ]);
    if !secret.is_ascii() {
        let latin: Option<Vec<u8>> = secret.chars().map(|c| u8::try_from(c).ok()).collect();
        forms.extend(latin);
        // UTF-8 taken for Latin-1, and Latin-1 taken for UTF-8.
        let taken: String = secret.bytes().map(char::from).collect();
        forms.insert(taken.into_bytes());
        let replaced = secret.chars().map(|c| if c.is_ascii() { c } else { '\u{fffd}' });
        forms.insert(replaced.collect::<String>().into_bytes());
    }
    forms
}

/// The characters that the secret alone decides when `before` octets stand in front of it in a base64 group, as in
/// the base64 of `name:password` of somebody else's making. Nothing for secrets so short that it would hit others.
fn inner_base64(engine: &impl Engine, octets: &[u8], before: usize) -> Option<Vec<u8>> {
    if octets.len() < SHORTEST_INNER {
        return None;
    }
    let mut padded = vec![0; before];
    padded.extend_from_slice(octets);
    let whole = padded.len() / 3 * 3;
    let skipped = if before == 0 { 0 } else { 4 };
    Some(engine.encode(&padded[..whole]).as_bytes()[skipped..].to_vec())
}
