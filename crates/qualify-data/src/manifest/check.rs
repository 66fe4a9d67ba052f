//! `[check]`: which messages a project allows or makes errors, and from where on the data say something.

use super::section::Section;

/// What `[check]` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Codes, or `warnings`, that are errors here.
    pub deny: Vec<String>,
    /// Codes, or `warnings`, that are allowed here.
    pub allow: Vec<String>,
    /// An attribute that is known in a smaller share of the leads is almost never known; in millionths.
    pub known_below: u32,
    /// Of fewer leads nothing is said about rules that never or always fire.
    pub min_leads: u64,
    /// Rules that fire together for fewer leads do so by chance.
    pub min_together: u64,
}

impl Default for Check {
    fn default() -> Check {
        Check { deny: Vec::new(), allow: Vec::new(), known_below: 50_000, min_leads: 30, min_together: 10 }
    }
}

/// Reads the section.
pub(super) fn check(s: &mut Section<'_>) -> Check {
    s.allow(&["deny", "allow", "known_below", "min_leads", "min_together"], "`[check]`");
    let usual = Check::default();
    Check {
        deny: s.texts("deny").unwrap_or_default(),
        allow: s.texts("allow").unwrap_or_default(),
        known_below: s.share("known_below").unwrap_or(usual.known_below),
        min_leads: s.count("min_leads").unwrap_or(usual.min_leads),
        min_together: s.count("min_together").unwrap_or(usual.min_together),
    }
}
