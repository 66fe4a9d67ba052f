//! Whether a plan can be run: every place in range and of the right type, every register written before it is
//! read, nothing divided by zero, nothing that waits for itself. What passes runs without panic for any data,
//! though a hostile plan may of course say anything: its numbers wrap around.

mod events;
mod programs;
mod tables;

use qualify_model::Type;
use qualify_plan::{Fact, N, Outputs, Plan, RegisterType, T};
use std::fmt::Display;

/// Why a plan cannot be run: where, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the compiled model cannot be run ({place}: {what}): compile it again")]
pub struct VerifyError {
    /// Such as `main program, instruction 12`.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

pub(crate) type Verified = Result<(), VerifyError>;

/// Checks a plan; see the module.
pub fn verify(plan: &Plan) -> Verified {
    tables::schema(plan)?;
    tables::constants(plan)?;
    tables::tables(plan)?;
    for place in 0..plan.event_programs.len() {
        programs::events(plan, place)?;
    }
    events::verify(plan)?;
    programs::main(plan)?;
    outputs(plan)
}

pub(crate) fn ensure(holds: bool, place: impl Display, what: impl Display) -> Verified {
    if holds { Ok(()) } else { Err(VerifyError { place: place.to_string(), what: what.to_string() }) }
}

/// The type of register that values of a type are loaded into.
pub(crate) fn register_type(ty: &Type) -> RegisterType {
    match ty {
        Type::YesNo => RegisterType::Truth,
        Type::Text(_) | Type::Stage => RegisterType::Text,
        Type::List(_) => RegisterType::List,
        Type::Number(_) | Type::Date | Type::Time | Type::Duration | Type::OneOf(_) => RegisterType::Number,
    }
}

/// The types of the slots of a fact's answer; an error if what it asks about does not exist or does not fit.
pub(crate) fn answer_types(plan: &Plan, fact: &Fact) -> Result<Vec<RegisterType>, VerifyError> {
    events::answer_types(plan, fact)
}

/// The registers of results exist and there are as many as names for them.
fn outputs(plan: &Plan) -> Verified {
    let Outputs {
        excluded,
        missing,
        disqualified,
        score,
        scores,
        grades,
        segments,
        stage,
        stage_reason,
        stage_changed,
        unknown_current_stage,
        route,
        saturated,
    } = &plan.outputs;
    let labels = &plan.labels;
    let counts = [
        (excluded.len(), labels.excludes.len(), "reasons to exclude"),
        (missing.len(), labels.missing.len(), "required attributes"),
        (disqualified.len(), labels.disqualifies.len(), "reasons to disqualify"),
        (scores.len(), labels.scores.len(), "scores"),
        (grades.len(), labels.grades.len(), "grades"),
        (segments.len(), labels.segments.len(), "segments"),
    ];
    for (registers, names, what) in counts {
        ensure(registers == names, "results", format_args!("{registers} columns for {names} {what}"))?;
    }
    let truths = [excluded, missing, disqualified, segments].into_iter().flatten();
    let truths = truths.chain([stage_changed, unknown_current_stage, saturated]);
    let numbers = scores.iter().chain(grades).chain([score, stage, stage_reason, route]);
    programs::results(plan, &truths.copied().collect::<Vec<T>>(), &numbers.copied().collect::<Vec<N>>())
}
