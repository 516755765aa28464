//! COPY and MOVE (sections 5.2.3.2 and 5.2.3.3).

use crate::reference::policy::{Deviation, Policy, Variant};

/// What a COPY or MOVE of one resource is for scheduling. Source and destination are of one owner; across owners a COPY
/// is as PUT and a MOVE as PUT and DELETE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transfer {
    /// Nothing is sent. A scheduling object takes its memory and, as the server likes, its Schedule-Tag along.
    Plain,
    /// The destination is treated as by PUT: [`plan_write`](super::plan_write) with what was there.
    AsPut,
    /// The source is treated as by DELETE: [`plan_write`](super::plan_write) without a new object.
    AsDelete,
    /// As `Plain`, unless the object is a scheduling object, whose UID the source keeps: refused with
    /// unique-scheduling-object-resource.
    MayRefuse,
}

/// What a COPY is, by whether its source and destination are in calendar collections (5.2.3.2).
pub fn copy_transfer(from_calendar: bool, to_calendar: bool, policy: &Policy) -> Transfer {
    match (from_calendar, to_calendar) {
        (true, false) if policy.deviates(Deviation::CopyOutMoves) => Transfer::AsDelete,
        (false | true, false) => Transfer::Plain,
        (false, true) => Transfer::AsPut,
        (true, true) if policy.varies(Variant::RefuseDuplicateUid) => Transfer::MayRefuse,
        (true, true) => Transfer::Plain,
    }
}

/// What a MOVE is, by whether its source and destination are in calendar collections (5.2.3.3).
pub fn move_transfer(from_calendar: bool, to_calendar: bool) -> Transfer {
    match (from_calendar, to_calendar) {
        (false, false) | (true, true) => Transfer::Plain,
        (false, true) => Transfer::AsPut,
        (true, false) => Transfer::AsDelete,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(false, false, Transfer::Plain, Transfer::Plain)]
    #[case(false, true, Transfer::AsPut, Transfer::AsPut)]
    #[case(true, false, Transfer::Plain, Transfer::AsDelete)]
    #[case(true, true, Transfer::Plain, Transfer::Plain)]
    fn tables(#[case] from: bool, #[case] to: bool, #[case] copy: Transfer, #[case] moved: Transfer) {
        let policy = Policy::default();
        assert_eq!(copy_transfer(from, to, &policy), copy);
        assert_eq!(move_transfer(from, to), moved);
    }
}
