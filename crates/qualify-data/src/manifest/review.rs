//! `[review]`: what a change of the rules may do without somebody's mark.

use super::section::Section;
use qualify_model::{NumberKind, exact};

/// A limit on how many leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Most {
    /// A share, in millionths.
    Share(u32),
    /// So many.
    Leads(u64),
}

/// What `[review]` says. What is not there is not limited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Review {
    /// Leads at another stage, or scored, disqualified, excluded otherwise.
    pub max_stage_change: Option<Most>,
    /// Leads with another route.
    pub max_route_change: Option<Most>,
    /// Leads with another label of any one grade set.
    pub max_grade_change: Option<Most>,
    /// Leads that enter or leave a segment.
    pub max_segment_change: Option<Most>,
    /// Leads that become disqualified, or no longer are.
    pub max_disqualified_change: Option<Most>,
    /// Leads that reach any one stage in a week: more or fewer.
    pub max_volume_change: Option<Most>,
    /// Points of a rule, in units of 1e-4.
    pub max_points_change: Option<i64>,
    /// The mean of the score, in units of 1e-4 points.
    pub max_score_shift: Option<i64>,
    /// The score of any one lead, in units of 1e-4 points.
    pub max_lead_change: Option<i64>,
    /// No stage may become one that no lead can reach.
    pub forbid_unreachable_stage: bool,
    /// No personal or protected attribute may be read that was not read before.
    pub forbid_new_personal: bool,
    /// New and changed rules must say why.
    pub require_because: bool,
}

impl Review {
    /// The names of all budgets.
    pub const NAMES: [&'static str; 12] = [
        "max_stage_change",
        "max_route_change",
        "max_grade_change",
        "max_segment_change",
        "max_disqualified_change",
        "max_volume_change",
        "max_points_change",
        "max_score_shift",
        "max_lead_change",
        "forbid_unreachable_stage",
        "forbid_new_personal",
        "require_because",
    ];
}

/// Reads the section.
pub(super) fn review(s: &mut Section<'_>) -> Review {
    s.allow(&Review::NAMES, "`[review]`");
    Review {
        max_stage_change: most(s, "max_stage_change"),
        max_route_change: most(s, "max_route_change"),
        max_grade_change: most(s, "max_grade_change"),
        max_segment_change: most(s, "max_segment_change"),
        max_disqualified_change: most(s, "max_disqualified_change"),
        max_volume_change: most(s, "max_volume_change"),
        max_points_change: points(s, "max_points_change"),
        max_score_shift: points(s, "max_score_shift"),
        max_lead_change: points(s, "max_lead_change"),
        forbid_unreachable_stage: s.flag("forbid_unreachable_stage"),
        forbid_new_personal: s.flag("forbid_new_personal"),
        require_because: s.flag("require_because"),
    }
}

/// A share of the leads in quotation marks, or a number of them.
fn most(s: &mut Section<'_>, key: &str) -> Option<Most> {
    if s.value(key)?.as_str().is_some() {
        return s.share(key).map(Most::Share);
    }
    let number = s.number(key).and_then(|text| text.parse().ok());
    if number.is_none() {
        s.wrong(key, "expected a share such as \"5%\", or a number of leads such as 20");
    }
    number.map(Most::Leads)
}

/// A number of points, 0 or more.
fn points(s: &mut Section<'_>, key: &str) -> Option<i64> {
    s.value(key)?;
    let text = s.number(key);
    let units =
        text.and_then(|text| exact::parse(&text, NumberKind::Points.decimals()).ok()).filter(|n| *n >= 0);
    if units.is_none() {
        s.wrong(key, "expected a number of points such as 10 or 2.5");
    }
    units
}
