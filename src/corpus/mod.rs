//! Register, scenarios and bodies together: as the build embedded them, or read from a directory.

mod citations;
mod directory;
mod embedded;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use citations::Citation;
pub use directory::{DirectoryError, bodies, register, scenario_file, scenarios};

use crate::scenario::{ScenarioFile, Surroundings};
use crate::spec::Register;

/// Everything that is tested, and by what.
#[derive(Debug, Clone)]
pub struct Corpus {
    /// `None` stands for the embedded register.
    register: Option<Register>,
    scenarios: Vec<ScenarioFile>,
    bodies: BTreeMap<String, String>,
}

impl Corpus {
    /// The scenarios in the order of their ids, broken ones among them.
    pub fn scenarios(&self) -> &[ScenarioFile] {
        &self.scenarios
    }

    /// The scenario of this id (without a row).
    pub fn scenario(&self, id: &str) -> Option<&ScenarioFile> {
        let index = self
            .scenarios
            .binary_search_by(|file| file.id.as_str().cmp(id))
            .ok()?;
        self.scenarios.get(index)
    }

    pub fn register(&self) -> &Register {
        self.register.as_ref().unwrap_or_else(|| Register::embedded())
    }

    /// The text of a shared body, by its name below `fixtures/ical/` or `fixtures/xml/`.
    pub fn body(&self, name: &str) -> Option<&str> {
        self.bodies.get(name).map(String::as_str)
    }

    /// What scenarios of this corpus are validated against.
    pub fn surroundings(&self) -> Surroundings<'_> {
        Surroundings {
            register: self.register(),
            bodies: &self.bodies,
        }
    }

    /// Shows paths from this directory on: temporary ones differ from run to run.
    #[cfg(test)]
    pub(crate) fn shorten_paths(&mut self, from: &std::path::Path) {
        for file in &mut self.scenarios {
            if let Ok(rest) = std::path::Path::new(&file.path).strip_prefix(from) {
                file.path = rest.display().to_string();
            }
        }
    }
}
