//! Calendar user addresses.

/// Whether two calendar user addresses are the same.
pub(super) fn same(a: &str, b: &str) -> bool {
    a.trim().eq_ignore_ascii_case(b.trim())
}
