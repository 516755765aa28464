//! Calendar user addresses.

/// Whether two calendar user addresses are the same.
pub(super) fn same(a: &str, b: &str) -> bool {
    normal(a) == normal(b)
}

/// The form in which equal addresses are equal texts.
pub(super) fn normal(address: &str) -> String {
    address.trim().to_ascii_lowercase()
}
