//! Citations of requirements and readings.

use std::collections::BTreeSet;

use super::Validation;
use crate::scenario::At;
use crate::scenario::problem::nearest;
use crate::spec::{Level, Register, SectionRef, Specification};

impl<'a> Validation<'a> {
    /// What a check, an `await` or a `never` cites; `what` is told where it cites nothing.
    pub(super) fn cites(&mut self, cites: &'a [At<String>], what: &str, place: (u32, u32)) {
        if cites.is_empty() {
            let (line, column) = place;
            let help = "add `cites` with the ids of the requirements that it is evidence for";
            self.report_at(
                line,
                column,
                None,
                format!("{what} that cites nothing"),
                Some(help),
            );
            return;
        }
        self.known_cites(cites);
    }

    /// Citations may be missing here, but those that are there must be right.
    pub(super) fn known_cites(&mut self, cites: &'a [At<String>]) {
        let register = self.around.register;
        let mut seen = BTreeSet::new();
        let mut levels = Vec::new();
        for cite in cites {
            if !seen.insert(cite.as_str()) {
                self.report(cite, format!("`{}` is cited twice", cite.value), None::<&str>);
            }
            self.text(cite);
            for id in self.expanded(cite) {
                match register.requirement(&id) {
                    None => self.report(cite, format!("no requirement `{id}`"), Some(near(register, &id))),
                    Some(requirement) if requirement.is_absent() => {
                        let help = requirement.differs_from.clone().unwrap_or_default();
                        self.report(
                            cite,
                            format!("`{id}` says that this document has no such statement"),
                            Some(format!("the statement is {help}")),
                        );
                    }
                    Some(requirement) => levels.push(requirement.level),
                }
            }
        }
        if !levels.is_empty()
            && levels.iter().all(|level| *level == Level::Example)
            && let Some(first) = cites.first()
        {
            self.report(
                first,
                "an example is cited alone",
                Some("examples are no rules: cite the statement that the example illustrates too"),
            );
        }
    }

    pub(super) fn warn_by(&mut self, reading: Option<&At<String>>) {
        if let Some(reading) = reading
            && self.around.register.reading(reading).is_none()
        {
            let help = "expected the id of a reading, such as R12 or T18";
            self.report(reading, format!("no reading `{}`", reading.value), Some(help));
        }
    }
}

/// What may be meant by an id that is not in the register.
fn near(register: &Register, id: &str) -> String {
    let Some((specification, _)) = Specification::split(id) else {
        let names: Vec<&str> = Specification::ALL.iter().map(|name| name.as_str()).collect();
        return format!("ids begin with {}", crate::scenario::problem::either(&names));
    };
    let of = |section: &SectionRef| -> Vec<&str> {
        let all = register.of_specification(specification);
        all.filter(|entry| entry.section == section.section)
            .map(|entry| entry.id.as_str())
            .collect()
    };
    let section = SectionRef::parse(id).or_else(|| SectionRef::parse(id.rsplit_once('-')?.0));
    if let Some(section) = section {
        match of(&section).as_slice() {
            [] => {}
            [only] => return format!("section {} has only {only}", section.section),
            [first, .., last] => return format!("section {} has {first} to {last}", section.section),
        }
    }
    let all = register
        .of_specification(specification)
        .map(|entry| entry.id.as_str());
    match nearest(id, all) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("see `calconform list --requirements {specification}`"),
    }
}
