//! Reads the register once and embeds it in a form that loads fast.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

#[path = "src/spec/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "the library uses more of it than the build"
)]
mod spec;

use spec::{Register, Specification, SpecificationFiles};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=scenarios");
    println!("cargo::rerun-if-changed=src/spec");
    let out = env::var("OUT_DIR")?;
    let register = register(Path::new("scenarios"))?;
    fs::write(
        Path::new(&out).join("register.bin"),
        postcard::to_allocvec(&register.parts())?,
    )?;
    Ok(())
}

fn register(scenarios: &Path) -> Result<Register, Box<dyn Error>> {
    let mut files = Vec::new();
    for specification in Specification::ALL {
        let directory = scenarios.join(specification.as_str());
        let requirements = directory.join("requirements.yaml");
        let readings = directory.join("readings.yaml");
        files.push(SpecificationFiles {
            specification,
            requirements: spec::parse_requirements(&fs::read_to_string(&requirements)?)
                .map_err(|error| format!("{}: {error}", requirements.display()))?,
            readings: if readings.exists() {
                spec::parse_readings(&fs::read_to_string(&readings)?)
                    .map_err(|error| format!("{}: {error}", readings.display()))?
            } else {
                Vec::new()
            },
        });
    }
    Ok(Register::new(files)?)
}
