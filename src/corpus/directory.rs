//! Reading register, scenarios and bodies from directories. The build uses it too.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::scenario::{ScenarioFile, Surroundings};
use crate::spec::{self, Register, Specification, SpecificationFiles};

/// The longest file that is read, in octets.
const LONGEST: u64 = 4 << 20;
/// How deep directories may nest.
const DEEPEST: usize = 16;

/// Why a directory could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    #[error("cannot read {path}: {source}")]
    Io { path: String, source: io::Error },
    #[error("{path}: {problem}")]
    Register { path: String, problem: String },
}

/// The register below `scenarios`: `<specification>/requirements.yaml` and `readings.yaml`. `None` if there are none.
///
/// # Errors
/// A file that cannot be read or has a mistake: there is no half a register.
pub fn register(scenarios: &Path) -> Result<Option<Register>, DirectoryError> {
    let mut files = Vec::new();
    for specification in Specification::ALL {
        let directory = scenarios.join(specification.as_str());
        let requirements = directory.join("requirements.yaml");
        if !requirements.is_file() {
            continue;
        }
        let readings = directory.join("readings.yaml");
        let wrong = |path: &Path, error: Box<serde_saphyr::Error>| DirectoryError::Register {
            path: shown(path),
            problem: error.to_string(),
        };
        files.push(SpecificationFiles {
            specification,
            requirements: spec::parse_requirements(&text(&requirements)?)
                .map_err(|error| wrong(&requirements, error))?,
            readings: if readings.is_file() {
                spec::parse_readings(&text(&readings)?).map_err(|error| wrong(&readings, error))?
            } else {
                Vec::new()
            },
        });
    }
    if files.is_empty() {
        return Ok(None);
    }
    let register = Register::new(files).map_err(|error| DirectoryError::Register {
        path: shown(scenarios),
        problem: error.to_string(),
    })?;
    Ok(Some(register))
}

/// The bodies below `fixtures`: `ical/**/*.ics` and `xml/**/*.xml`, by their path below `ical/` or `xml/`.
pub fn bodies(fixtures: &Path) -> Result<BTreeMap<String, String>, DirectoryError> {
    let mut bodies = BTreeMap::new();
    for (kind, extension) in [("ical", "ics"), ("xml", "xml")] {
        let root = fixtures.join(kind);
        for path in files(&root, extension)? {
            bodies.insert(below(&root, &path), text(&path)?);
        }
    }
    Ok(bodies)
}

/// The scenario files below `root`, in the order of their ids. Paths are shown with `prefix` before the id.
///
/// # Errors
/// Only a directory that cannot be read: a broken file is among the scenarios, with what is wrong with it.
pub fn scenarios(
    root: &Path,
    prefix: &str,
    around: Surroundings<'_>,
) -> Result<Vec<ScenarioFile>, DirectoryError> {
    let mut found = Vec::new();
    for path in files(root, "yaml")? {
        let below = below(root, &path);
        if is_register(&below) {
            continue;
        }
        let id = below.strip_suffix(".yaml").unwrap_or(&below).to_owned();
        found.push(scenario_file(&path, id, format!("{prefix}{below}"), around));
    }
    found.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(found)
}

/// One scenario file; one that cannot be read is a broken one.
pub fn scenario_file(path: &Path, id: String, shown: String, around: Surroundings<'_>) -> ScenarioFile {
    match text(path) {
        Ok(source) => ScenarioFile::read(id, shown, source, around),
        Err(error) => ScenarioFile::unreadable(id, shown, error.to_string()),
    }
}

fn is_register(below: &str) -> bool {
    let name = below
        .split_once('/')
        .filter(|(directory, _)| directory.parse::<Specification>().is_ok());
    matches!(name, Some((_, "requirements.yaml" | "readings.yaml")))
}

/// All files with this extension, sorted; hidden ones are passed over. No directory, no files.
fn files(root: &Path, extension: &str) -> Result<Vec<PathBuf>, DirectoryError> {
    let mut found = Vec::new();
    if root.is_dir() {
        walk(root, extension, DEEPEST, &mut found)?;
    }
    found.sort();
    Ok(found)
}

fn walk(
    directory: &Path,
    extension: &str,
    depth: usize,
    found: &mut Vec<PathBuf>,
) -> Result<(), DirectoryError> {
    let wrong = |source| DirectoryError::Io {
        path: shown(directory),
        source,
    };
    for entry in fs::read_dir(directory).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        if path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'))
        {
            continue;
        }
        if path.is_dir() {
            if depth > 0 {
                walk(&path, extension, depth - 1, found)?;
            }
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    Ok(())
}

fn below(root: &Path, path: &Path) -> String {
    let rest = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = rest
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}

fn text(path: &Path) -> Result<String, DirectoryError> {
    let wrong = |source| DirectoryError::Io {
        path: shown(path),
        source,
    };
    if fs::metadata(path).map_err(wrong)?.len() > LONGEST {
        return Err(wrong(io::Error::other("the file is too long")));
    }
    fs::read_to_string(path).map_err(wrong)
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
