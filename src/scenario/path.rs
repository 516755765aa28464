//! The paths in checks, captures and edits: which part of iCalendar or XML data is meant.

use crate::dav::QName;

/// `VEVENT/ATTENDEE[{attendee.address}];PARTSTAT`, relative to the VCALENDAR.
///
/// Selectors are still templates: filling them after the path was taken apart keeps a value with a bracket or a slash
/// from changing the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IcalPath {
    /// From the outside in; empty for the VCALENDAR itself.
    pub components: Vec<ComponentStep>,
    pub property: Option<PropertyStep>,
    /// In upper case.
    pub parameter: Option<String>,
}

/// Some components of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComponentStep {
    /// In upper case; `*` is any component but VTIMEZONE.
    pub name: String,
    pub selector: ComponentSelector,
}

/// Which of several components.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ComponentSelector {
    /// `[*]`, or nothing.
    All,
    /// `[master]`: without RECURRENCE-ID.
    Master,
    /// `[{20260601T090000Z}]`: with this RECURRENCE-ID. A template.
    RecurrenceId(String),
}

/// Some properties of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyStep {
    /// In upper case.
    pub name: String,
    /// Only those with this value; a template. All of them if absent.
    pub value: Option<String>,
}

/// Components whose names do not start with V, and those that do.
const COMPONENTS: [&str; 12] = [
    "VCALENDAR",
    "VEVENT",
    "VTODO",
    "VJOURNAL",
    "VFREEBUSY",
    "VTIMEZONE",
    "VALARM",
    "VAVAILABILITY",
    "AVAILABLE",
    "STANDARD",
    "DAYLIGHT",
    "*",
];

impl IcalPath {
    /// Reads a path as scenarios have it.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(text: &str) -> Result<IcalPath, String> {
        let wrong = |why: &str| {
            format!(
                "`{text}` is no path such as `VEVENT[master]/ATTENDEE[{{attendee.address}}];PARTSTAT`: {why}"
            )
        };
        let mut path = IcalPath {
            components: Vec::new(),
            property: None,
            parameter: None,
        };
        let (steps, parameter) = split(text).map_err(wrong)?;
        for (index, step) in steps.iter().enumerate() {
            let (name, selector) = match step.split_once('[') {
                None => (*step, None),
                Some((name, rest)) => {
                    let selector = rest
                        .strip_suffix(']')
                        .ok_or_else(|| wrong("nothing may follow a `]`"))?;
                    (name, Some(selector).filter(|selector| *selector != "*"))
                }
            };
            let name = name.to_ascii_uppercase();
            if COMPONENTS.contains(&name.as_str()) {
                if name == "VCALENDAR" {
                    if index > 0 || selector.is_some() {
                        return Err(wrong("VCALENDAR stands first and alone"));
                    }
                    continue;
                }
                let selector = match selector {
                    None => ComponentSelector::All,
                    Some("master") => ComponentSelector::Master,
                    Some("") => return Err(wrong("an empty selector")),
                    Some(date) => ComponentSelector::RecurrenceId(date.to_string()),
                };
                path.components.push(ComponentStep { name, selector });
            } else if index + 1 < steps.len() {
                return Err(wrong(&format!("`{name}` is no component that is known")));
            } else if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
                return Err(wrong(&format!("`{name}` is no name of a property")));
            } else if selector == Some("") {
                return Err(wrong("an empty selector"));
            } else {
                path.property = Some(PropertyStep {
                    name,
                    value: selector.map(str::to_string),
                });
            }
        }
        if let Some(parameter) = parameter {
            let is_name =
                !parameter.is_empty() && parameter.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            if !is_name || path.property.is_none() {
                return Err(wrong("a parameter is a name after a property and `;`"));
            }
            path.parameter = Some(parameter.to_ascii_uppercase());
        }
        Ok(path)
    }
}

/// The steps between slashes, and the parameter after the semicolon; selectors are passed over.
fn split(text: &str) -> Result<(Vec<&str>, Option<&str>), &'static str> {
    let mut steps = Vec::new();
    let mut start = 0;
    let mut in_selector = false;
    for (at, c) in text.char_indices() {
        match c {
            '[' if in_selector => return Err("a `[` in a selector"),
            '[' => in_selector = true,
            ']' if !in_selector => return Err("a `]` without its `[`"),
            ']' => in_selector = false,
            '/' if !in_selector => {
                steps.push(&text[start..at]);
                start = at + 1;
            }
            ';' if !in_selector => {
                steps.push(&text[start..at]);
                return Ok((steps, Some(&text[at + 1..])));
            }
            _ => {}
        }
    }
    if in_selector {
        return Err("a `[` without its `]`");
    }
    steps.push(&text[start..]);
    Ok((steps, None))
}

/// `D:multistatus/D:response/D:href` from the root element; `//C:recipient` at any depth; `D:response[D:href]` only
/// those with this path below them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlPath {
    /// At least one.
    pub steps: Vec<XmlStep>,
}

/// One element of an [`XmlPath`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlStep {
    pub name: QName,
    /// At any depth below the step before, rather than directly.
    pub deep: bool,
    /// Only those that have this path below them.
    pub having: Option<XmlPath>,
}

impl XmlPath {
    /// Reads a path as scenarios have it.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(text: &str) -> Result<XmlPath, String> {
        let wrong = |why: &str| {
            format!("`{text}` is no path such as `D:multistatus/D:response/D:href` or `//C:recipient`: {why}")
        };
        let mut steps = Vec::new();
        // A namespace in braces has slashes of its own.
        let mut rest = text;
        loop {
            let deep = rest.starts_with("//");
            rest = match (deep, steps.is_empty(), rest.strip_prefix('/')) {
                (true, ..) => &rest[2..],
                (false, true, None) => rest,
                (false, false, Some(rest)) => rest,
                _ => return Err(wrong("a path starts with the root element or with `//`")),
            };
            let after_namespace = if rest.starts_with('{') {
                rest.find('}').unwrap_or(0)
            } else {
                0
            };
            let end = rest[after_namespace..]
                .find(['/', '['])
                .map_or(rest.len(), |at| at + after_namespace);
            let name = rest[..end].parse().map_err(|error| wrong(&format!("{error}")))?;
            rest = &rest[end..];
            let having = match rest.strip_prefix('[') {
                None => None,
                Some(after) => {
                    let end = after.find(']').ok_or_else(|| wrong("a `[` without its `]`"))?;
                    rest = &after[end + 1..];
                    Some(XmlPath::parse(&after[..end])?)
                }
            };
            steps.push(XmlStep { name, deep, having });
            if rest.is_empty() {
                return Ok(XmlPath { steps });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("VCALENDAR", "")]
    #[case("VCALENDAR/METHOD", "METHOD")]
    #[case("METHOD", "METHOD")]
    #[case("vevent[*]/dtstart;tzid", "VEVENT/DTSTART;TZID")]
    #[case(
        "VEVENT[master]/ATTENDEE[{a.address}];PARTSTAT",
        "VEVENT[master]/ATTENDEE[{a.address}];PARTSTAT"
    )]
    #[case("VEVENT[{20260601}]", "VEVENT[{20260601}]")]
    #[case("*/ATTENDEE[/principals/a/;x]", "*/ATTENDEE[/principals/a/;x]")]
    #[case("VEVENT/VALARM/TRIGGER", "VEVENT/VALARM/TRIGGER")]
    fn reads_icalendar_paths(#[case] text: &str, #[case] shown: &str) {
        let path = IcalPath::parse(text).expect(text);
        let components = path.components.iter().map(|step| match &step.selector {
            ComponentSelector::All => step.name.clone(),
            ComponentSelector::Master => format!("{}[master]", step.name),
            ComponentSelector::RecurrenceId(date) => format!("{}[{date}]", step.name),
        });
        let property = path.property.iter().map(|step| match &step.value {
            None => step.name.clone(),
            Some(value) => format!("{}[{value}]", step.name),
        });
        let steps: Vec<String> = components.chain(property).collect();
        let parameter = path
            .parameter
            .iter()
            .map(|name| format!(";{name}"))
            .collect::<String>();
        assert_eq!(format!("{}{parameter}", steps.join("/")), shown);
    }

    #[rstest]
    fn refuses_what_is_no_icalendar_path(
        #[values(
            "",
            "VEVENT/",
            "VEVENT;X",
            "VEVENT/ATTENDEE;",
            "VEVENT/ATTENDEE[x",
            "VEVENT/ATTENDEE]",
            "SUMMARY/VEVENT",
            "VEVENT[]",
            "VEVENT/ATTENDEE[]",
            "VEVENT/ATTENDEE[a]b",
            "VEVENT/VCALENDAR",
            "VEVENT/A B",
            "VEVENT/X[a[b]]"
        )]
        text: &str,
    ) {
        assert!(IcalPath::parse(text).is_err());
    }

    #[rstest]
    #[case("D:error", "/D:error")]
    #[case("//C:recipient", "//C:recipient")]
    #[case("D:a/{http://x/y}b//C:c", "/D:a/{http://x/y}b//C:c")]
    #[case("//D:a[D:b/C:c]//C:d[//D:e]", "//D:a[/D:b/C:c]//C:d[//D:e]")]
    fn reads_xml_paths(#[case] text: &str, #[case] shown: &str) {
        let steps = XmlPath::parse(text).expect(text).steps;
        fn show(step: &XmlStep) -> String {
            let having = step.having.as_ref().map_or(String::new(), |path| {
                format!("[{}]", path.steps.iter().map(show).collect::<String>())
            });
            format!("{}{}{having}", if step.deep { "//" } else { "/" }, step.name)
        }
        assert_eq!(steps.iter().map(show).collect::<String>(), shown);
    }

    #[rstest]
    fn refuses_what_is_no_xml_path(
        #[values(
            "",
            "/D:a",
            "D:a/",
            "D:a//",
            "D:a///D:b",
            "//",
            "href",
            "D:a/X:b",
            "{x",
            "D:a[",
            "D:a[D:b",
            "D:a[]",
            "D:a[D:b]D:c"
        )]
        text: &str,
    ) {
        assert!(XmlPath::parse(text).is_err());
    }
}
