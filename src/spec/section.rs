//! Section numbers: `5.2.1.1`, `A.1`.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Specification;

/// A section number, compared part by part: 5.2.1 comes before 5.2.10 and does not contain it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Section(String);

impl Section {
    /// Accepts parts of digits or of one capital letter (appendices), joined by dots.
    pub fn parse(text: &str) -> Option<Section> {
        let part = |part: &str| {
            (!part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
                || matches!(part.as_bytes(), [b'A'..=b'Z'])
        };
        text.split('.').all(part).then(|| Section(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Is `other` this section or one below it?
    pub fn contains(&self, other: &Section) -> bool {
        match other.0.strip_prefix(&self.0) {
            Some(rest) => rest.is_empty() || rest.starts_with('.'),
            None => false,
        }
    }
}

impl Ord for Section {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |part: &str| (part.parse::<u32>().unwrap_or(u32::MAX), part.to_owned());
        self.0.split('.').map(key).cmp(other.0.split('.').map(key))
    }
}

impl PartialOrd for Section {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A section of a document, written `caldav-sched-10-5.2.1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SectionRef {
    pub specification: Specification,
    pub section: Section,
}

impl SectionRef {
    pub fn parse(text: &str) -> Option<SectionRef> {
        let (specification, section) = Specification::split(text)?;
        Some(SectionRef {
            specification,
            section: Section::parse(section)?,
        })
    }
}

impl SectionRef {
    /// Does a requirement of this id belong to the section or to one below it?
    pub fn has_requirement(&self, id: &str) -> bool {
        let section = Specification::split(id)
            .filter(|(specification, _)| *specification == self.specification)
            .and_then(|(_, rest)| rest.rsplit_once('-'))
            .and_then(|(section, _)| Section::parse(section));
        section.is_some_and(|section| self.section.contains(&section))
    }
}

impl fmt::Display for SectionRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.specification, self.section)
    }
}

impl Serialize for SectionRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SectionRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        SectionRef::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "`{text}` is no section: expected one such as caldav-sched-10-5.2.1"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(text: &str) -> Section {
        Section::parse(text).unwrap()
    }

    #[test]
    fn contains_goes_by_whole_parts() {
        assert!(section("8").contains(&section("8")));
        assert!(section("8").contains(&section("8.1")));
        assert!(!section("5.2.1").contains(&section("5.2.10")));
        assert!(!section("8.1").contains(&section("8")));
        assert!(section("A").contains(&section("A.1")));
    }

    #[test]
    fn orders_by_number_with_appendices_last() {
        let mut sections: Vec<_> = ["B.1", "10", "9.2", "9.10", "A", "9"].map(section).into();
        sections.sort();
        assert_eq!(
            sections.iter().map(Section::as_str).collect::<Vec<_>>(),
            ["9", "9.2", "9.10", "10", "A", "B.1"]
        );
    }

    #[test]
    fn a_specification_number_is_no_section() {
        let section = SectionRef::parse("caldav-sched-10-8").unwrap();
        assert_eq!(
            (section.specification, section.section.as_str()),
            (Specification::CaldavSched10, "8")
        );
        assert!(SectionRef::parse("caldav-sched-10").is_none());
        assert!(SectionRef::parse("caldav-sched-10-8-7").is_none());
    }
}
