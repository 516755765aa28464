//! Which scenarios were asked for.

use crate::spec::{Register, SectionRef, Specification};

/// What one argument of the command line selects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// `caldav-sched-10/organizer`: scenarios by path, whole names only.
    Path(String),
    /// `caldav-sched-10-8`: scenarios that cite something of section 8 or below it.
    Section(SectionRef),
    /// `caldav-sched-10-8-1`: scenarios that cite it.
    Requirement(String),
    /// `caldav-sched-10`: scenarios of its directory, and those that cite something of it.
    Specification(Specification),
}

impl Selector {
    /// Reads an argument.
    ///
    /// # Errors
    /// When it is neither a path, a section nor a requirement.
    pub fn parse(text: &str, register: &Register) -> Result<Selector, String> {
        if register.requirement(text).is_some() {
            return Ok(Selector::Requirement(text.to_string()));
        }
        if let Ok(specification) = text.parse() {
            return Ok(Selector::Specification(specification));
        }
        if let Some(section) = SectionRef::parse(text) {
            return Ok(Selector::Section(section));
        }
        let path = text.strip_prefix("scenarios/").unwrap_or(text);
        let path = path.strip_suffix(".yaml").unwrap_or(path).trim_end_matches('/');
        if path.is_empty() || path.contains(char::is_whitespace) {
            return Err(format!(
                "`{text}` selects nothing: expected a path (caldav-sched-10/organizer), a section (caldav-sched-10-5.2) \
                 or a requirement (caldav-sched-10-5.2.1.1-1)"
            ));
        }
        Ok(Selector::Path(path.to_string()))
    }

    /// Is this scenario (its id without and with its row, and the requirements that it cites) selected?
    pub fn selects<'a>(
        &self,
        file: &str,
        id: &str,
        mut cites: impl Iterator<Item = &'a str>,
        register: &Register,
    ) -> bool {
        match self {
            Selector::Path(path) => {
                id == path || file.strip_prefix(path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }
            Selector::Requirement(wanted) => cites.any(|cited| cited == wanted),
            Selector::Specification(wanted) => {
                file.split('/').next() == Some(wanted.as_str())
                    || cites.any(|cited| {
                        Specification::split(cited).is_some_and(|(specification, _)| specification == *wanted)
                    })
            }
            Selector::Section(wanted) => cites.any(|cited| {
                register.requirement(cited).is_some_and(|requirement| {
                    requirement.specification() == wanted.specification
                        && wanted.section.contains(&requirement.section)
                })
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("caldav-sched-10/organizer", true)]
    #[case("caldav-sched-10/organizer/create", true)]
    #[case("scenarios/caldav-sched-10/organizer/create.yaml", true)]
    #[case("caldav-sched-10/organizer/create/absent", true)]
    #[case("caldav-sched-10/organizer/create/other", false)]
    #[case("caldav-sched-10/org", false)]
    #[case("caldav-sched-1", false)]
    #[case("caldav-sched-10", true)]
    #[case("caldav-sched-10-5.2.1", true)]
    #[case("caldav-sched-10-5", true)]
    #[case("caldav-sched-10-5.2.1.1-1", true)]
    #[case("caldav-sched-10-5.2.1.1-2", false)]
    #[case("caldav-sched-10-5.2.10", false)]
    #[case("caldav-sched-10-1", false)]
    #[case("rfc5546", false)]
    fn by_path_or_section_never_by_string(#[case] argument: &str, #[case] selected: bool) {
        let register = Register::embedded();
        let selector = Selector::parse(argument, register).unwrap();
        let (file, id) = ("caldav-sched-10/organizer/create", "caldav-sched-10/organizer/create/absent");
        let cites = ["caldav-sched-10-5.2.1.1-1"];
        assert_eq!(selector.selects(file, id, cites.into_iter(), register), selected, "{selector:?}");
    }
}
