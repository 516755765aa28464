//! The register's totals as the log needs them.

use crate::event::RegisterTotals;
use crate::spec::Register;

/// How many requirements there are to test.
pub(super) fn totals(register: &Register) -> RegisterTotals {
    let specifications = register.denominators().iter().map(|(specification, levels)| {
        let levels = levels
            .iter()
            .map(|(level, count)| (level.as_str().to_string(), *count))
            .collect();
        (specification.as_str().to_string(), levels)
    });
    RegisterTotals {
        specifications: specifications.collect(),
    }
}
