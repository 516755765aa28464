//! Namespaces, and names qualified by them.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// WebDAV (RFC 4918 section 21).
pub const DAV: &str = "DAV:";
/// CalDAV (RFC 4791 section 1).
pub const CALDAV: &str = "urn:ietf:params:xml:ns:caldav";
/// Extensions of calendarserver.org, such as `getctag`.
pub const CALENDARSERVER: &str = "http://calendarserver.org/ns/";
/// iSchedule (CC/WD 51010 section 10.1).
pub const ISCHEDULE: &str = "urn:ietf:params:xml:ns:ischedule";
/// The namespace that the prefix `xml` always stands for.
pub const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// The prefixes used in scenarios and in what we write.
pub const PREFIXES: [(&str, &str); 4] = [
    ("D", DAV),
    ("C", CALDAV),
    ("CS", CALENDARSERVER),
    ("I", ISCHEDULE),
];

/// A name with its namespace (empty for none). Displays and parses as `C:schedule-tag`, or as `{namespace}name` where the
/// namespace has no prefix in [`PREFIXES`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QName {
    pub ns: Cow<'static, str>,
    pub name: Cow<'static, str>,
}

impl QName {
    pub const fn new(ns: &'static str, name: &'static str) -> QName {
        QName {
            ns: Cow::Borrowed(ns),
            name: Cow::Borrowed(name),
        }
    }

    pub fn owned(ns: impl Into<String>, name: impl Into<String>) -> QName {
        QName {
            ns: Cow::Owned(ns.into()),
            name: Cow::Owned(name.into()),
        }
    }
}

/// A name in the namespace `DAV:`.
pub const fn dav(name: &'static str) -> QName {
    QName::new(DAV, name)
}

/// A name in the CalDAV namespace.
pub const fn caldav(name: &'static str) -> QName {
    QName::new(CALDAV, name)
}

/// A name in the namespace of calendarserver.org.
pub const fn calendarserver(name: &'static str) -> QName {
    QName::new(CALENDARSERVER, name)
}

impl fmt::Display for QName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match PREFIXES.iter().find(|(_, ns)| *ns == self.ns) {
            Some((prefix, _)) => write!(f, "{prefix}:{}", self.name),
            None => write!(f, "{{{}}}{}", self.ns, self.name),
        }
    }
}

/// Why a text is no [`QName`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no qualified name: expected a prefix (D, C, CS, I) and a name such as `C:schedule-tag`, or `{{namespace}}name`"
)]
pub struct QNameError(String);

impl FromStr for QName {
    type Err = QNameError;

    fn from_str(text: &str) -> Result<QName, QNameError> {
        let wrong = || QNameError(text.to_owned());
        let (ns, name) = match text.strip_prefix('{') {
            Some(rest) => {
                let (ns, name) = rest.rsplit_once('}').ok_or_else(wrong)?;
                (Cow::Owned(ns.to_owned()), name)
            }
            None => {
                let (prefix, name) = text.split_once(':').ok_or_else(wrong)?;
                let (_, ns) = PREFIXES
                    .iter()
                    .find(|(known, _)| *known == prefix)
                    .ok_or_else(wrong)?;
                (Cow::Borrowed(*ns), name)
            }
        };
        if !is_ncname(name) {
            return Err(wrong());
        }
        Ok(QName {
            ns,
            name: Cow::Owned(name.to_owned()),
        })
    }
}

/// Can this be the local part of an element name? Stricter than XML at the edges of Unicode, which no specification uses.
fn is_ncname(name: &str) -> bool {
    let mut chars = name.chars();
    chars
        .next()
        .is_some_and(|first| first == '_' || first.is_alphabetic())
        && chars.all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("D:href", DAV, "href")]
    #[case("C:schedule-tag", CALDAV, "schedule-tag")]
    #[case("CS:getctag", CALENDARSERVER, "getctag")]
    #[case("I:recipient", ISCHEDULE, "recipient")]
    #[case("{urn:x}y", "urn:x", "y")]
    fn reads_and_shows_prefixed_names(#[case] text: &str, #[case] ns: &str, #[case] name: &str) {
        let parsed: QName = text.parse().unwrap();
        assert_eq!((&*parsed.ns, &*parsed.name), (ns, name));
        assert_eq!(parsed.to_string(), text);
    }

    #[rstest]
    fn refuses_what_is_no_name(
        #[values("href", "X:href", "D:", "D:a b", "D:1a", "{urn:x", "D:a/D:b", "")] text: &str,
    ) {
        assert!(text.parse::<QName>().is_err());
    }
}
