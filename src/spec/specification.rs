//! The documents that requirements come from.

use serde::{Deserialize, Serialize};

/// A document that the register covers. Its name begins every id of its requirements and names its directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Specification {
    #[serde(rename = "rfc5546")]
    Rfc5546,
    #[serde(rename = "caldav-sched-10")]
    CaldavSched10,
    #[serde(rename = "rfc6638")]
    Rfc6638,
    #[serde(rename = "caldav-sched-06")]
    CaldavSched06,
    #[serde(rename = "caldav-sched-03")]
    CaldavSched03,
    #[serde(rename = "ischedule")]
    Ischedule,
    /// What the lint of messages needs of it.
    #[serde(rename = "rfc5545")]
    Rfc5545,
    /// What the lint of stored objects needs of it.
    #[serde(rename = "rfc4791")]
    Rfc4791,
}

impl Specification {
    /// In the order of tables.
    pub const ALL: [Specification; 8] = [
        Specification::Rfc5546,
        Specification::CaldavSched10,
        Specification::Rfc6638,
        Specification::CaldavSched06,
        Specification::CaldavSched03,
        Specification::Ischedule,
        Specification::Rfc5545,
        Specification::Rfc4791,
    ];

    /// The name in ids and directories.
    pub fn as_str(self) -> &'static str {
        match self {
            Specification::Rfc5546 => "rfc5546",
            Specification::CaldavSched10 => "caldav-sched-10",
            Specification::Rfc6638 => "rfc6638",
            Specification::CaldavSched06 => "caldav-sched-06",
            Specification::CaldavSched03 => "caldav-sched-03",
            Specification::Ischedule => "ischedule",
            Specification::Rfc5545 => "rfc5545",
            Specification::Rfc4791 => "rfc4791",
        }
    }

    /// The document, for people.
    pub fn document(self) -> &'static str {
        match self {
            Specification::Rfc5546 => "RFC 5546 (iTIP)",
            Specification::CaldavSched10 => "draft-desruisseaux-caldav-sched-10",
            Specification::Rfc6638 => "RFC 6638 (CalDAV Scheduling), beyond -10",
            Specification::CaldavSched06 => "draft-desruisseaux-caldav-sched-06",
            Specification::CaldavSched03 => "draft-desruisseaux-caldav-sched-03",
            Specification::Ischedule => "CC/WD 51010:2017 (iSchedule)",
            Specification::Rfc5545 => "RFC 5545 (iCalendar)",
            Specification::Rfc4791 => "RFC 4791 (CalDAV)",
        }
    }

    /// Where a section of the document can be read; None where no public copy has sections to link to.
    pub fn url(self, section: &str) -> Option<String> {
        let page = match self {
            Specification::Rfc5546 => "https://www.rfc-editor.org/rfc/rfc5546",
            Specification::CaldavSched10 => {
                "https://datatracker.ietf.org/doc/html/draft-desruisseaux-caldav-sched-10"
            }
            Specification::Rfc6638 => "https://www.rfc-editor.org/rfc/rfc6638",
            Specification::CaldavSched06 => {
                "https://datatracker.ietf.org/doc/html/draft-desruisseaux-caldav-sched-06"
            }
            Specification::CaldavSched03 => {
                "https://datatracker.ietf.org/doc/html/draft-desruisseaux-caldav-sched-03"
            }
            Specification::Ischedule => return None,
            Specification::Rfc5545 => "https://www.rfc-editor.org/rfc/rfc5545",
            Specification::Rfc4791 => "https://www.rfc-editor.org/rfc/rfc4791",
        };
        let numbers = |text: &str| {
            text.chars()
                .all(|character| character.is_ascii_alphanumeric() || character == '.')
        };
        if section.is_empty() || !numbers(section) {
            return Some(page.to_owned());
        }
        let kind = if section.starts_with(|first: char| first.is_ascii_alphabetic()) {
            "appendix"
        } else {
            "section"
        };
        Some(format!("{page}#{kind}-{section}"))
    }

    /// Splits `rfc5546-3.2.1-4` into the specification and `3.2.1-4`; the rest is empty for a name alone.
    pub fn split(id: &str) -> Option<(Specification, &str)> {
        Specification::ALL.into_iter().find_map(|specification| {
            let rest = id.strip_prefix(specification.as_str())?;
            match rest.strip_prefix('-') {
                Some(rest) if !rest.is_empty() => Some((specification, rest)),
                None if rest.is_empty() => Some((specification, rest)),
                _ => None,
            }
        })
    }
}

impl std::str::FromStr for Specification {
    type Err = ();
    fn from_str(name: &str) -> Result<Self, ()> {
        Specification::ALL
            .into_iter()
            .find(|specification| specification.as_str() == name)
            .ok_or(())
    }
}

impl std::fmt::Display for Specification {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
