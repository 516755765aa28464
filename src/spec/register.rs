//! All requirements and readings together.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use super::{Diff, Level, Reading, ReadingStatus, Requirement, Section, SectionRef, Specification};

/// What `requirements.yaml` and `readings.yaml` of one specification hold.
#[derive(Debug, Clone)]
pub struct SpecificationFiles {
    pub specification: Specification,
    pub requirements: Vec<Requirement>,
    pub readings: Vec<Reading>,
}

/// The register: every requirement and every reading, in the order of the files.
///
/// One that was embedded takes a requirement apart when it is first asked for.
#[derive(Debug, Clone)]
pub struct Register {
    pub(super) entries: Vec<Entry>,
    /// Indexes of the entries, sorted by id.
    pub(super) by_id: Vec<u32>,
    pub(super) readings: Vec<Reading>,
    pub(super) denominators: BTreeMap<Specification, BTreeMap<Level, usize>>,
}

/// A requirement, perhaps still packed.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub id: Cow<'static, str>,
    pub packed: &'static [u8],
    pub requirement: OnceLock<Box<Requirement>>,
}

/// Why entries do not make a register.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    #[error("requirement `{0}` occurs twice")]
    DuplicateRequirement(String),
    #[error("reading `{0}` occurs twice")]
    DuplicateReading(String),
    #[error(
        "`{id}` stands in {specification}/requirements.yaml under section {section}: expected an id such as {specification}-{section}-1"
    )]
    WrongId {
        id: String,
        specification: Specification,
        section: Section,
    },
    #[error("`{by}` names the requirement `{id}`, which does not exist")]
    UnknownRequirement { id: String, by: String },
    #[error("`{by}` names the reading `{id}`, which does not exist")]
    UnknownReading { id: String, by: String },
    #[error("requirement `{requirement}` and reading `{reading}` do not name each other")]
    OneSided { requirement: String, reading: String },
    #[error("`{0}` has no text: expected one, or `same-as`")]
    NoText(String),
    #[error("`{id}` is {level}, and `{same_as}`, which it is the same as, is not")]
    LevelDiffers {
        id: String,
        level: Level,
        same_as: String,
    },
}

impl Register {
    /// Joins the files, fills entries that are the same as others, and checks that ids are unique and that every
    /// reference resolves.
    pub fn new(files: Vec<SpecificationFiles>) -> Result<Register, RegisterError> {
        let mut requirements = Vec::new();
        let mut readings: Vec<Reading> = Vec::new();
        for file in files {
            for requirement in file.requirements {
                check_id(&requirement, file.specification)?;
                requirements.push(requirement);
            }
            readings.extend(file.readings);
        }
        check_unique(&requirements)?;
        check_references(&requirements, &readings)?;
        inherit(&mut requirements)?;
        Ok(Register::of(requirements, readings))
    }

    fn of(requirements: Vec<Requirement>, readings: Vec<Reading>) -> Register {
        let mut denominators: BTreeMap<Specification, BTreeMap<Level, usize>> = BTreeMap::new();
        for requirement in requirements.iter().filter(|entry| entry.is_testable()) {
            let levels = denominators.entry(requirement.specification()).or_default();
            *levels.entry(requirement.level).or_default() += 1;
        }
        let entry = |requirement: Requirement| Entry {
            id: Cow::Owned(requirement.id.clone()),
            packed: &[],
            requirement: OnceLock::from(Box::new(requirement)),
        };
        let entries: Vec<Entry> = requirements.into_iter().map(entry).collect();
        let mut by_id: Vec<u32> = (0..).take(entries.len()).collect();
        by_id.sort_by_key(|&index| &entries[index as usize].id);
        Register {
            entries,
            by_id,
            readings,
            denominators,
        }
    }

    /// All requirements, specification by specification, in the order of the text.
    pub fn requirements(&self) -> impl Iterator<Item = &Requirement> {
        self.entries.iter().map(Entry::requirement)
    }

    /// The ids of [`Register::requirements`].
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| &*entry.id)
    }

    pub fn readings(&self) -> &[Reading] {
        &self.readings
    }

    pub fn requirement(&self, id: &str) -> Option<&Requirement> {
        let found = self
            .by_id
            .binary_search_by(|&index| (*self.entries[index as usize].id).cmp(id))
            .ok()?;
        Some(self.entries[self.by_id[found] as usize].requirement())
    }

    pub fn reading(&self, id: &str) -> Option<&Reading> {
        self.readings.iter().find(|reading| reading.id == id)
    }

    /// The requirements of one document, in the order of the text.
    pub fn of_specification(&self, specification: Specification) -> impl Iterator<Item = &Requirement> {
        self.entries
            .iter()
            .filter(move |entry| entry.specification() == Some(specification))
            .map(Entry::requirement)
    }

    /// The requirements of a section and of those below it.
    pub fn of_section(&self, at: &SectionRef) -> impl Iterator<Item = &Requirement> {
        self.entries
            .iter()
            .filter(|entry| at.has_requirement(&entry.id))
            .map(Entry::requirement)
    }

    /// The contested readings that a requirement hangs on. With any, its checks are never worse than warn.
    pub fn contested<'a>(&'a self, requirement: &'a Requirement) -> impl Iterator<Item = &'a Reading> {
        self.readings_of(requirement)
            .filter(|reading| reading.status == ReadingStatus::Contested)
    }

    /// The readings that concern a requirement.
    pub fn readings_of<'a>(&'a self, requirement: &'a Requirement) -> impl Iterator<Item = &'a Reading> {
        requirement.readings.iter().filter_map(|id| self.reading(id))
    }

    /// How many requirements there are to test, by document and level: [`Requirement::is_testable`] decides.
    /// Examples are counted under their own level only; a total of requirements leaves them out, since an example
    /// is never judged by itself.
    pub fn denominators(&self) -> &BTreeMap<Specification, BTreeMap<Level, usize>> {
        &self.denominators
    }
}

impl Entry {
    fn specification(&self) -> Option<Specification> {
        Specification::split(&self.id).map(|(specification, _)| specification)
    }
}

fn check_unique(requirements: &[Requirement]) -> Result<(), RegisterError> {
    let mut seen = HashSet::new();
    match requirements
        .iter()
        .find(|requirement| !seen.insert(&requirement.id))
    {
        Some(twice) => Err(RegisterError::DuplicateRequirement(twice.id.clone())),
        None => Ok(()),
    }
}

fn check_references(requirements: &[Requirement], readings: &[Reading]) -> Result<(), RegisterError> {
    let by_id: HashMap<&str, &Requirement> = requirements
        .iter()
        .map(|entry| (entry.id.as_str(), entry))
        .collect();
    let unknown = |id: &String, by: &String| RegisterError::UnknownRequirement {
        id: id.clone(),
        by: by.clone(),
    };
    let one_sided = |requirement: &String, reading: &String| RegisterError::OneSided {
        requirement: requirement.clone(),
        reading: reading.clone(),
    };
    let mut known = HashMap::new();
    for reading in readings {
        if known.insert(&reading.id, reading).is_some() {
            return Err(RegisterError::DuplicateReading(reading.id.clone()));
        }
        for id in &reading.requirements {
            let requirement = by_id.get(id.as_str()).ok_or_else(|| unknown(id, &reading.id))?;
            if !requirement.readings.contains(&reading.id) {
                return Err(one_sided(id, &reading.id));
            }
        }
    }
    for requirement in requirements {
        for id in requirement.same_as.iter().chain(&requirement.differs_from) {
            if !by_id.contains_key(id.as_str()) {
                return Err(unknown(id, &requirement.id));
            }
        }
        for id in &requirement.readings {
            let reading = known.get(id).ok_or_else(|| RegisterError::UnknownReading {
                id: id.clone(),
                by: requirement.id.clone(),
            })?;
            if !reading.requirements.contains(&requirement.id) {
                return Err(one_sided(&requirement.id, id));
            }
        }
    }
    Ok(())
}

/// Fills what entries have from those that they are the same as.
fn inherit(requirements: &mut [Requirement]) -> Result<(), RegisterError> {
    let sources: HashMap<String, Requirement> = {
        let named: HashSet<&String> = requirements
            .iter()
            .filter_map(|entry| entry.same_as.as_ref())
            .collect();
        let sources = requirements.iter().filter(|entry| named.contains(&entry.id));
        sources.map(|entry| (entry.id.clone(), entry.clone())).collect()
    };
    for heir in requirements {
        if heir.diff == Some(Diff::Same)
            && let Some(source) = heir.same_as.as_ref().and_then(|id| sources.get(id))
        {
            if heir.level != source.level {
                return Err(RegisterError::LevelDiffers {
                    id: heir.id.clone(),
                    level: heir.level,
                    same_as: source.id.clone(),
                });
            }
            heir.text.clone_from(&source.text);
            heir.how.clone_from(&source.how);
            heir.confirmed = heir.confirmed.take().or_else(|| source.confirmed.clone());
            heir.rfc6638 = heir.rfc6638.take().or_else(|| source.rfc6638.clone());
            heir.readings.extend(source.readings.iter().cloned());
        }
        if heir.text.is_empty() {
            return Err(RegisterError::NoText(heir.id.clone()));
        }
    }
    Ok(())
}

fn check_id(requirement: &Requirement, specification: Specification) -> Result<(), RegisterError> {
    let number = requirement
        .id
        .strip_prefix(specification.as_str())
        .and_then(|rest| rest.strip_prefix('-'))
        .and_then(|rest| rest.strip_prefix(requirement.section.as_str()))
        .and_then(|rest| rest.strip_prefix('-'));
    match number.map(str::parse::<u32>) {
        Some(Ok(_)) => Ok(()),
        _ => Err(RegisterError::WrongId {
            id: requirement.id.clone(),
            specification,
            section: requirement.section.clone(),
        }),
    }
}
