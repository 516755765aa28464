//! Reading `requirements.yaml` and `readings.yaml`.

use serde::de::DeserializeOwned;

use super::{Reading, Requirement};

/// The entries of a `requirements.yaml`. The error says line and column.
pub fn parse_requirements(yaml: &str) -> Result<Vec<Requirement>, Box<serde_saphyr::Error>> {
    parse(yaml)
}

/// The entries of a `readings.yaml`. The error says line and column.
pub fn parse_readings(yaml: &str) -> Result<Vec<Reading>, Box<serde_saphyr::Error>> {
    parse(yaml)
}

fn parse<T: DeserializeOwned>(yaml: &str) -> Result<T, Box<serde_saphyr::Error>> {
    serde_saphyr::from_str(yaml).map_err(Box::new)
}
