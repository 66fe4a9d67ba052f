//! What a service acts on.

use qualify_model::{ScoreColumns, Status};

/// The decisions of one lead: see [`LeadState::next_check`](crate::LeadState::next_check).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    status: Status,
    /// Grades, stage, its reason, route.
    places: Vec<u16>,
    /// Segments, and the reasons of the status.
    flags: Vec<u8>,
}

impl Decision {
    /// Of the first row.
    pub fn of(scores: &ScoreColumns) -> Decision {
        let status = scores.status[0];
        let mut places: Vec<u16> = scores.grades.iter().map(|column| column[0]).collect();
        places.extend([scores.stage[0], scores.stage_reason[0] as u16, scores.route[0]]);
        let reasons = match status {
            Status::Excluded => &scores.excluded,
            Status::Invalid => &scores.missing,
            Status::Disqualified | Status::Scored => &scores.disqualified,
        };
        let flags = scores.segments.iter().chain(reasons).map(|column| column[0]).collect();
        Decision { status, places, flags }
    }
}
