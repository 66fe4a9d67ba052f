//! Text as the language compares it.

/// Whether two texts are equal after stripping white space at both ends and folding case.
pub fn equal(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}
