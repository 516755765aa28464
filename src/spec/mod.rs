//! What the specifications say: the register of requirements, and how unclear statements are read.

mod files;
mod level;
mod model;
mod packed;
mod reading;
mod register;
mod section;
mod specification;
mod table;

pub use files::{parse_readings, parse_requirements};
pub use level::Level;
pub use model::*;
pub use reading::{Reading, ReadingStatus};
pub use register::{Register, RegisterError, SpecificationFiles};
pub use section::{Section, SectionRef};
pub use specification::Specification;
pub use table::{Cell, Table};
