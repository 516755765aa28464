//! Taking secrets out of what is written down.

mod layer;
mod spelling;

use std::borrow::Cow;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use self::layer::Layer;
use self::spelling::{LAYERS, Spellings};
use super::credentials::Credentials;

/// What stands where a secret was.
pub const REMOVED: &str = "[secret removed]";

/// The beginning of a secret, where a text was cut off in it, is one from so many octets on.
const SHORTEST_BEGINNING: usize = 4;

/// Knows every secret of a target, and finds it in every spelling that an echo of it is likely to have: plain, in base64, both
/// below several layers of escaping, or cut off.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    finder: Option<AhoCorasick>,
    spellings: Vec<Vec<u8>>,
    /// So many of the spellings, the first ones, are not base64.
    plain: usize,
}

impl Redactor {
    /// A redactor for the secrets of these credentials.
    pub fn new<'a>(credentials: impl IntoIterator<Item = &'a Credentials>) -> Redactor {
        let mut known = Spellings::default();
        for credentials in credentials {
            for secret in &credentials.secrets {
                known.add(secret);
            }
        }
        if known.plain.is_empty() {
            return Redactor::default();
        }
        let plain = known.plain.len();
        let spellings: Vec<Vec<u8>> = known.plain.into_iter().chain(known.base64).collect();
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&spellings)
            .expect("some hundred short patterns fit into an automaton");
        Redactor {
            finder: Some(finder),
            spellings,
            plain,
        }
    }

    /// The text without secrets.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut found = self.find(text.as_bytes());
        // What was shortened for a person ends with this.
        for (at, _) in text.match_indices('…') {
            found.push(at - self.beginning(&text.as_bytes()[..at])..at);
        }
        for range in &mut found {
            range.start = text.floor_char_boundary(range.start);
            range.end = text.ceil_char_boundary(range.end);
        }
        match without(text.as_bytes(), found) {
            // Nothing is lost: ranges end between characters.
            Some(clean) => Cow::Owned(String::from_utf8_lossy(&clean).into_owned()),
            None => Cow::Borrowed(text),
        }
    }

    /// The octets without secrets.
    pub fn octets<'o>(&self, octets: &'o [u8]) -> Cow<'o, [u8]> {
        match without(octets, self.find(octets)) {
            Some(clean) => Cow::Owned(clean),
            None => Cow::Borrowed(octets),
        }
    }

    /// As [`Redactor::octets`], of something that was cut off at the end, perhaps in a secret.
    pub fn octets_cut<'o>(&self, octets: &'o [u8]) -> Cow<'o, [u8]> {
        let mut found = self.find(octets);
        found.push(octets.len() - self.beginning(octets)..octets.len());
        match without(octets, found) {
            Some(clean) => Cow::Owned(clean),
            None => Cow::Borrowed(octets),
        }
    }

    /// Takes secrets out of a text in place.
    pub fn clean(&self, text: &mut String) {
        if let Cow::Owned(clean) = self.text(text) {
            *text = clean;
        }
    }

    /// Where secrets stand, in no order.
    fn find(&self, octets: &[u8]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let Some(finder) = &self.finder else { return found };
        self.search(finder, octets, &mut found);
        let mut layers: Vec<Layer> = Vec::new();
        for _ in 0..LAYERS {
            let above = layers.last().map_or(octets, |layer| &layer.octets);
            let Some(layer) = Layer::below(above) else { break };
            layers.push(layer);
            let mut below = Vec::new();
            self.search(finder, &layers[layers.len() - 1].octets, &mut below);
            found.extend(below.into_iter().map(|range| {
                let start = layers.iter().rev().fold(range.start, |at, layer| layer.start(at));
                let end = layers.iter().rev().fold(range.end, |at, layer| layer.end(at));
                start..end
            }));
        }
        found
    }

    fn search(&self, finder: &AhoCorasick, octets: &[u8], found: &mut Vec<Range<usize>>) {
        found.extend(finder.find_iter(octets).map(|hit| {
            if hit.pattern().as_usize() < self.plain {
                return hit.range();
            }
            // Groups that the secret shares with others, and what fills the last one up.
            let is_base64 = |octet: &&u8| octet.is_ascii_alphanumeric() || b"+/-_".contains(*octet);
            let is_end = |octet: &&u8| is_base64(octet) || **octet == b'=';
            let before = octets[..hit.start()].iter().rev().take(4).take_while(is_base64);
            let after = octets[hit.end()..].iter().take(4).take_while(is_end);
            hit.start() - before.count()..hit.end() + after.count()
        }));
    }

    /// How many octets at the end are the beginning of a secret.
    fn beginning(&self, octets: &[u8]) -> usize {
        let longest = |spelling: &Vec<u8>| {
            let mut lengths = SHORTEST_BEGINNING..spelling.len();
            lengths.rfind(|length| octets.ends_with(&spelling[..*length]))
        };
        self.spellings.iter().filter_map(longest).max().unwrap_or(0)
    }
}

/// The octets with [`REMOVED`] in place of each range; nothing when there is none.
fn without(octets: &[u8], mut found: Vec<Range<usize>>) -> Option<Vec<u8>> {
    found.retain(|range| !range.is_empty());
    if found.is_empty() {
        return None;
    }
    found.sort_by_key(|range| range.start);
    let mut clean = Vec::with_capacity(octets.len());
    let mut copied = 0;
    for range in found {
        if range.start >= copied {
            clean.extend_from_slice(&octets[copied..range.start]);
            clean.extend_from_slice(REMOVED.as_bytes());
        }
        copied = copied.max(range.end);
    }
    clean.extend_from_slice(&octets[copied..]);
    Some(clean)
}

#[cfg(test)]
mod tests;
