//! All requirements and readings together.

use std::collections::{BTreeMap, HashMap};

use super::{Diff, Level, Reading, ReadingStatus, Requirement, Section, Specification};

/// What `requirements.yaml` and `readings.yaml` of one specification hold.
#[derive(Debug, Clone)]
pub struct SpecificationFiles {
    pub specification: Specification,
    pub requirements: Vec<Requirement>,
    pub readings: Vec<Reading>,
}

/// The register: every requirement and every reading, in the order of the files.
#[derive(Debug, Clone)]
pub struct Register {
    requirements: Vec<Requirement>,
    readings: Vec<Reading>,
    by_id: HashMap<String, usize>,
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
        let register = Register {
            by_id: HashMap::new(),
            requirements,
            readings,
        }
        .indexed()?;
        register.check_references()?;
        register.inherited()
    }

    /// Puts together what [`Register::parts`] gave, without checking it again.
    pub fn from_checked(requirements: Vec<Requirement>, readings: Vec<Reading>) -> Register {
        let by_id = requirements
            .iter()
            .enumerate()
            .map(|(index, entry)| (entry.id.clone(), index))
            .collect();
        Register {
            requirements,
            readings,
            by_id,
        }
    }

    /// What the embedded form stores.
    pub fn parts(&self) -> (&[Requirement], &[Reading]) {
        (&self.requirements, &self.readings)
    }

    pub fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }

    pub fn readings(&self) -> &[Reading] {
        &self.readings
    }

    pub fn requirement(&self, id: &str) -> Option<&Requirement> {
        self.by_id.get(id).map(|&index| &self.requirements[index])
    }

    pub fn reading(&self, id: &str) -> Option<&Reading> {
        self.readings.iter().find(|reading| reading.id == id)
    }

    /// The requirements of one document, in the order of the text.
    pub fn of_specification(&self, specification: Specification) -> impl Iterator<Item = &Requirement> {
        self.requirements
            .iter()
            .filter(move |requirement| requirement.specification() == specification)
    }

    /// The requirements of a section and of those below it.
    pub fn of_section(
        &self,
        specification: Specification,
        section: &Section,
    ) -> impl Iterator<Item = &Requirement> {
        self.of_specification(specification)
            .filter(move |entry| section.contains(&entry.section))
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
    pub fn denominators(&self) -> BTreeMap<Specification, BTreeMap<Level, usize>> {
        let mut counts: BTreeMap<Specification, BTreeMap<Level, usize>> = BTreeMap::new();
        for requirement in self.requirements.iter().filter(|entry| entry.is_testable()) {
            *counts
                .entry(requirement.specification())
                .or_default()
                .entry(requirement.level)
                .or_default() += 1;
        }
        counts
    }

    fn indexed(mut self) -> Result<Register, RegisterError> {
        for (index, requirement) in self.requirements.iter().enumerate() {
            if self.by_id.insert(requirement.id.clone(), index).is_some() {
                return Err(RegisterError::DuplicateRequirement(requirement.id.clone()));
            }
        }
        Ok(self)
    }

    fn check_references(&self) -> Result<(), RegisterError> {
        let mut readings = HashMap::new();
        for reading in &self.readings {
            if readings.insert(reading.id.as_str(), reading).is_some() {
                return Err(RegisterError::DuplicateReading(reading.id.clone()));
            }
            for id in &reading.requirements {
                let Some(requirement) = self.requirement(id) else {
                    return Err(RegisterError::UnknownRequirement {
                        id: id.clone(),
                        by: reading.id.clone(),
                    });
                };
                if !requirement.readings.contains(&reading.id) {
                    return Err(RegisterError::OneSided {
                        requirement: id.clone(),
                        reading: reading.id.clone(),
                    });
                }
            }
        }
        for requirement in &self.requirements {
            for id in requirement.same_as.iter().chain(&requirement.differs_from) {
                if self.requirement(id).is_none() {
                    return Err(RegisterError::UnknownRequirement {
                        id: id.clone(),
                        by: requirement.id.clone(),
                    });
                }
            }
            for id in &requirement.readings {
                let Some(reading) = readings.get(id.as_str()) else {
                    return Err(RegisterError::UnknownReading {
                        id: id.clone(),
                        by: requirement.id.clone(),
                    });
                };
                if !reading.requirements.contains(&requirement.id) {
                    return Err(RegisterError::OneSided {
                        requirement: requirement.id.clone(),
                        reading: id.clone(),
                    });
                }
            }
        }
        Ok(())
    }

    fn inherited(mut self) -> Result<Register, RegisterError> {
        for index in 0..self.requirements.len() {
            let heir = &self.requirements[index];
            if heir.diff == Some(Diff::Same)
                && let Some(source) = heir.same_as.as_ref().and_then(|id| self.requirement(id)).cloned()
            {
                let heir = &mut self.requirements[index];
                if heir.level != source.level {
                    let (id, level) = (heir.id.clone(), heir.level);
                    return Err(RegisterError::LevelDiffers {
                        id,
                        level,
                        same_as: source.id,
                    });
                }
                heir.text = source.text;
                heir.how = source.how;
                heir.confirmed = heir.confirmed.take().or(source.confirmed);
                heir.rfc6638 = heir.rfc6638.take().or(source.rfc6638);
                heir.readings.extend(source.readings);
            }
            let entry = &self.requirements[index];
            if entry.text.is_empty() {
                return Err(RegisterError::NoText(entry.id.clone()));
            }
        }
        Ok(self)
    }
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
