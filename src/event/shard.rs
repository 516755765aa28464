//! A run in parts, on several machines.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Part `index` of `of`: scenarios that no other part has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shard {
    /// From 1.
    pub index: u32,
    pub of: u32,
}

impl Shard {
    /// Is this scenario (without a row) in this part? What other scenarios there are makes no difference.
    pub fn has(self, scenario: &str) -> bool {
        fnv1a(scenario.as_bytes()) % u64::from(self.of) == u64::from(self.index - 1)
    }
}

/// Fowler, Noll and Vo, 64 bits; the same on every machine and in every version.
fn fnv1a(octets: &[u8]) -> u64 {
    octets.iter().fold(0xcbf2_9ce4_8422_2325, |hash, octet| {
        (hash ^ u64::from(*octet)).wrapping_mul(0x0100_0000_01b3)
    })
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;
    fn from_str(text: &str) -> Result<Shard, String> {
        let parts = text.split_once('/');
        let shard = parts.and_then(|(index, of)| {
            let (index, of) = (index.parse().ok()?, of.parse().ok()?);
            (1..=of).contains(&index).then_some(Shard { index, of })
        });
        shard.ok_or_else(|| "expected I/N, such as 1/3, with I from 1 to N".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_disjoint_and_complete() {
        for id in ["a", "b/c", "caldav-sched-10/organizer/create", ""] {
            let owners = (1..=5).filter(|index| Shard { index: *index, of: 5 }.has(id));
            assert_eq!(owners.count(), 1, "{id}");
        }
        assert!(Shard { index: 1, of: 1 }.has("anything"));
    }

    #[test]
    fn written_as_on_the_command_line() {
        assert_eq!("2/3".parse(), Ok(Shard { index: 2, of: 3 }));
        for wrong in ["", "3", "0/3", "4/3", "1/0", "a/b", "-1/2"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
