//! Where the reference server leaves the common path: lawful variants, and deviations that break named requirements.
//!
//! Each switch is consulted in one place of the server. A new one is a line in a table below and that place.

use std::collections::BTreeSet;

/// The switches of one server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    variants: BTreeSet<Variant>,
    deviations: BTreeSet<Deviation>,
    stores_only: bool,
}

impl Policy {
    /// A stub: it advertises scheduling and stores calendars, and to it no object is a scheduling object.
    pub fn stores_only() -> Policy {
        Policy {
            stores_only: true,
            ..Policy::default()
        }
    }

    /// Is every calendar object a plain one?
    pub fn only_stores(&self) -> bool {
        self.stores_only
    }

    /// Is this lawful choice taken?
    pub fn varies(&self, variant: Variant) -> bool {
        self.variants.contains(&variant)
    }

    /// Is this violation asked for?
    pub fn deviates(&self, deviation: Deviation) -> bool {
        self.deviations.contains(&deviation)
    }

    #[must_use]
    pub fn with(mut self, variant: Variant) -> Policy {
        self.variants.insert(variant);
        self
    }

    #[must_use]
    pub fn deviating(mut self, deviation: Deviation) -> Policy {
        self.deviations.insert(deviation);
        self
    }

    pub fn variants(&self) -> impl Iterator<Item = Variant> {
        self.variants.iter().copied()
    }

    pub fn deviations(&self) -> impl Iterator<Item = Deviation> {
        self.deviations.iter().copied()
    }
}

/// A name that no variant or deviation has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is no {kind}: expected one of {}", .known.join(", "))]
pub struct UnknownSwitch {
    pub name: String,
    pub kind: &'static str,
    pub known: Vec<&'static str>,
}

macro_rules! switches {
    ($(#[$doc:meta])* pub enum $kind:ident as $called:literal {
        $($case:ident = $name:literal, $describe:literal $(, breaks [$($id:literal),* $(,)?])?;)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $kind {
            $(#[doc = $describe] $case,)*
        }

        impl $kind {
            /// All of them, in the order of the table.
            pub const ALL: &[$kind] = &[$($kind::$case),*];

            /// The kebab-case name, as on the command line.
            pub fn name(self) -> &'static str {
                match self { $($kind::$case => $name,)* }
            }

            /// What the server does, in a sentence.
            pub fn describe(self) -> &'static str {
                match self { $($kind::$case => $describe,)* }
            }

            switches!(@breaks $($($case [$($id),*])?)*);
        }

        impl FromStr for $kind {
            type Err = UnknownSwitch;
            fn from_str(name: &str) -> Result<$kind, UnknownSwitch> {
                $kind::ALL.iter().copied().find(|switch| switch.name() == name).ok_or_else(|| UnknownSwitch {
                    name: name.to_owned(),
                    kind: $called,
                    known: $kind::ALL.iter().map(|switch| switch.name()).collect(),
                })
            }
        }
    };
    (@breaks) => {};
    (@breaks $($case:ident [$($id:literal),*])+) => {
        /// Ids of the requirements that it breaks.
        pub fn breaks(self) -> &'static [&'static str] {
            match self { $(Self::$case => &[$($id),*],)+ }
        }
    };
}

mod deviation;
mod variant;

pub use deviation::Deviation;
pub use variant::Variant;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kebab_case_and_lead_back() {
        for variant in Variant::ALL {
            assert_eq!(variant.name().parse(), Ok(*variant));
        }
        for deviation in Deviation::ALL {
            assert_eq!(deviation.name().parse(), Ok(*deviation));
            assert!(!deviation.breaks().is_empty(), "{}", deviation.name());
            assert!(
                deviation
                    .name()
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            );
        }
        let error = "no-such".parse::<Variant>().unwrap_err().to_string();
        assert!(
            error.contains("no-such") && error.contains("connection-close"),
            "{error}"
        );
    }
}
