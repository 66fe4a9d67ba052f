//! `[lint]`: which lints a project allows or makes errors, and from where on they speak.

use super::section::Section;

/// What `[lint]` says. Lints are called by their names or their codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// Errors here.
    pub deny: Vec<String>,
    /// Warnings here, whatever `deny` and `allow` say of `warnings`.
    pub warn: Vec<String>,
    /// Allowed here.
    pub allow: Vec<String>,
    /// In so many statements a value is compared with the same number.
    pub magic_uses: u64,
    /// The share of what the rules of a score can move it that one rule may have, in millionths.
    pub dominant_share: u32,
    /// Rules that can give or take so many points say why.
    pub reason_from: u64,
    /// How many questions a condition may ask.
    pub conditions: u64,
    /// Further names of attributes by which no points should be given.
    pub protected: Vec<String>,
    /// A lead is close to a threshold if so few points lie between.
    pub near_points: u64,
    /// A threshold is crowded if so large a share of the leads is close to it, in millionths.
    pub near_share: u32,
    /// The end of a score is crowded if so large a share of the leads lies at it, in millionths.
    pub end_share: u32,
    /// Of fewer leads nothing is said.
    pub min_leads: u64,
}

impl Default for Lint {
    fn default() -> Lint {
        Lint {
            deny: Vec::new(),
            warn: Vec::new(),
            allow: Vec::new(),
            magic_uses: 2,
            dominant_share: 500_000,
            reason_from: 10,
            conditions: 8,
            protected: Vec::new(),
            near_points: 1,
            near_share: 100_000,
            end_share: 250_000,
            min_leads: 100,
        }
    }
}

/// Reads the section.
pub(super) fn lint(s: &mut Section<'_>) -> Lint {
    s.allow(
        &[
            "deny",
            "warn",
            "allow",
            "magic_uses",
            "dominant_share",
            "reason_from",
            "conditions",
            "protected",
            "near_points",
            "near_share",
            "end_share",
            "min_leads",
        ],
        "`[lint]`",
    );
    let usual = Lint::default();
    Lint {
        deny: s.texts("deny").unwrap_or_default(),
        warn: s.texts("warn").unwrap_or_default(),
        allow: s.texts("allow").unwrap_or_default(),
        magic_uses: s.count("magic_uses").unwrap_or(usual.magic_uses),
        dominant_share: s.share("dominant_share").unwrap_or(usual.dominant_share),
        reason_from: s.count("reason_from").unwrap_or(usual.reason_from),
        conditions: s.count("conditions").unwrap_or(usual.conditions),
        protected: s.texts("protected").unwrap_or_default(),
        near_points: s.count("near_points").unwrap_or(usual.near_points),
        near_share: s.share("near_share").unwrap_or(usual.near_share),
        end_share: s.share("end_share").unwrap_or(usual.end_share),
        min_leads: s.count("min_leads").unwrap_or(usual.min_leads),
    }
}
