//! What the build embedded, and directories in its place.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use super::{Corpus, DirectoryError, directory};
use crate::scenario::{ScenarioFile, Surroundings};
use crate::spec::Register;

static REGISTER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/register.bin"));
static SCENARIOS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/scenarios.bin"));
static BODIES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/bodies.bin"));

impl Register {
    /// The register that was built into this program.
    pub fn embedded() -> &'static Register {
        static EMBEDDED: LazyLock<Register> = LazyLock::new(|| as_written(Register::unpack(REGISTER)));
        &EMBEDDED
    }
}

impl Corpus {
    /// Register, scenarios and bodies that were built into this program. The register is loaded when it is asked for.
    pub fn embedded() -> &'static Corpus {
        static EMBEDDED: LazyLock<Corpus> = LazyLock::new(|| Corpus {
            register: None,
            scenarios: as_written(ScenarioFile::unpack(SCENARIOS)),
            bodies: as_written(postcard::from_bytes(BODIES)),
        });
        &EMBEDDED
    }

    /// Scenarios from a directory instead, read and validated now. Where it has no register, or no `fixtures/` beside it,
    /// the embedded ones serve.
    ///
    /// # Errors
    /// When there is no such directory, it cannot be read, or its register has a mistake. Broken scenarios are no error.
    pub fn from_directory(root: &Path) -> Result<Corpus, DirectoryError> {
        let (register, bodies) = around(root)?;
        let surroundings = Surroundings {
            register: register.as_ref().unwrap_or_else(|| Register::embedded()),
            bodies: &bodies,
        };
        let prefix = format!("{}/", root.display().to_string().trim_end_matches('/'));
        let scenarios = directory::scenarios(root, &prefix, surroundings)?;
        Ok(Corpus {
            register,
            scenarios,
            bodies,
        })
    }

    /// The register and the bodies of a directory, without its scenarios.
    ///
    /// # Errors
    /// As [`Corpus::from_directory`].
    pub fn surroundings_of_directory(root: &Path) -> Result<Corpus, DirectoryError> {
        let (register, bodies) = around(root)?;
        Ok(Corpus {
            register,
            scenarios: Vec::new(),
            bodies,
        })
    }
}

fn around(root: &Path) -> Result<(Option<Register>, BTreeMap<String, String>), DirectoryError> {
    let root = &root.canonicalize().map_err(|source| DirectoryError::Io {
        path: root.display().to_string(),
        source,
    })?;
    let mut bodies: BTreeMap<String, String> = as_written(postcard::from_bytes(BODIES));
    if let Some(parent) = root.parent() {
        bodies.extend(directory::bodies(&parent.join("fixtures"))?);
    }
    Ok((directory::register(root)?, bodies))
}

#[expect(clippy::expect_used, reason = "the build wrote it with the same types")]
fn as_written<T>(read: Result<T, postcard::Error>) -> T {
    read.expect("the build wrote it with the same types")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Cell, Level, Specification};

    #[test]
    fn every_specification_is_there() {
        let denominators = Register::embedded().denominators();
        for specification in Specification::ALL {
            assert!(denominators[&specification][&Level::Must] > 0, "{specification}");
        }
    }

    #[test]
    fn what_is_the_same_as_in_10_says_the_same() {
        let register = Register::embedded();
        let heir = register.requirement("caldav-sched-06-1.2-1").unwrap();
        assert_eq!(
            heir.text,
            register.requirement("caldav-sched-10-1.5-4").unwrap().text
        );
        assert!(
            !register
                .requirement("caldav-sched-06-1.2-5")
                .unwrap()
                .is_testable(),
            "absent in -06"
        );
    }

    #[test]
    fn readings_decide_what_may_fail() {
        let register = Register::embedded();
        let invited = register.requirement("caldav-sched-10-5.2.1.1-1").unwrap();
        assert!(invited.implied && !invited.is_unconfirmed());
        let contested: Vec<_> = register
            .contested(register.requirement("caldav-sched-10-6.4-8").unwrap())
            .map(|reading| reading.id.as_str())
            .collect();
        assert_eq!(contested, ["T15"]);
    }

    #[test]
    fn tables_keep_their_rows_in_order() {
        let roles = Register::embedded()
            .requirement("rfc5546-1.4-1")
            .unwrap()
            .rows
            .clone()
            .unwrap();
        assert_eq!(roles.0[0].0, "Organizer");
        assert!(matches!(&roles.0[1].1, Cell::List(methods) if methods[0] == "REPLY"));
    }
}
