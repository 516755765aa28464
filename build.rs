//! Reads register, scenarios and bodies once and embeds them in a form that loads fast.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

// What the library reads scenarios with, compiled into the build as well. It names its modules as the library does.
#[path = "src/dav/names.rs"]
#[expect(dead_code, reason = "the library uses more of it than the build")]
mod dav;
#[path = "src/corpus/directory.rs"]
mod directory;
#[path = "src/scenario/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "the library uses more of it than the build"
)]
mod scenario;
#[path = "src/spec/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "the library uses more of it than the build"
)]
mod spec;

use scenario::{ScenarioFile, Surroundings};

fn main() -> Result<(), Box<dyn Error>> {
    for input in [
        "build.rs",
        "scenarios",
        "fixtures/ical",
        "fixtures/xml",
        "src/corpus/directory.rs",
        "src/dav/names.rs",
        "src/scenario",
        "src/spec",
    ] {
        println!("cargo::rerun-if-changed={input}");
    }
    let out = env::var("OUT_DIR")?;
    let write = |name: &str, octets: Vec<u8>| fs::write(Path::new(&out).join(name), octets);

    let root = Path::new("scenarios");
    let register = directory::register(root)?.ok_or("scenarios/ has no register")?;
    let bodies = directory::bodies(Path::new("fixtures"))?;
    let around = Surroundings {
        register: &register,
        bodies: &bodies,
    };
    let scenarios = directory::scenarios(root, "scenarios/", around)?;
    write("register.bin", register.pack()?)?;
    write("bodies.bin", postcard::to_allocvec(&bodies)?)?;
    write("scenarios.bin", ScenarioFile::pack(&scenarios)?)?;
    Ok(())
}
