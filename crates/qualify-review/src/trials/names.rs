//! Which tests are wanted, by their names.

use qualify_model::text;

/// Names that contain one of some texts, or match it where it has `*` or `?`. Without any: all names. Case does not
/// count.
#[derive(Clone, Debug, Default)]
pub struct NameFilter {
    wanted: Vec<String>,
}

impl NameFilter {
    /// Of texts and patterns.
    pub fn new(wanted: &[String]) -> NameFilter {
        NameFilter { wanted: wanted.to_vec() }
    }

    /// Whether a name is wanted.
    pub fn takes(&self, name: &str) -> bool {
        let fits = |wanted: &String| match wanted.contains(['*', '?']) {
            true => text::matches(name, wanted),
            false => text::contains(name, wanted),
        };
        self.wanted.is_empty() || self.wanted.iter().any(fits)
    }
}
