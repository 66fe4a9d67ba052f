//! From the registers of the main program to columns of results.

use qualify_model::{NONE, PointColumn, ScoreColumns, StageReason, Status};
use qualify_plan::{N, Outputs, Plan, T};
use qualify_vm::Registers;

/// Makes columns of no rows, as many of each kind as the plan has; room stays.
pub(crate) fn clear(plan: &Plan, scores: &mut ScoreColumns) {
    fn columns<C: Default>(all: &mut Vec<C>, count: usize, clear: impl Fn(&mut C)) {
        all.resize_with(count, C::default);
        all.iter_mut().for_each(clear);
    }
    let clear_points = |points: &mut PointColumn| {
        points.values.clear();
        points.known.clear();
    };
    let outputs = &plan.outputs;
    scores.rows = 0;
    scores.status.clear();
    clear_points(&mut scores.score);
    columns(&mut scores.scores, outputs.scores.len(), clear_points);
    columns(&mut scores.grades, outputs.grades.len(), Vec::clear);
    columns(&mut scores.segments, outputs.segments.len(), Vec::clear);
    columns(&mut scores.excluded, outputs.excluded.len(), Vec::clear);
    columns(&mut scores.missing, outputs.missing.len(), Vec::clear);
    columns(&mut scores.disqualified, outputs.disqualified.len(), Vec::clear);
    for column in [&mut scores.stage, &mut scores.route] {
        column.clear();
    }
    for column in [
        &mut scores.stage_reason,
        &mut scores.stage_changed,
        &mut scores.unknown_current_stage,
        &mut scores.saturated,
    ] {
        column.clear();
    }
}

/// Appends the results of a chunk.
pub(crate) fn append(outputs: &Outputs, registers: &Registers, rows: usize, scores: &mut ScoreColumns) {
    let start = scores.rows;
    scores.rows += rows;
    let holds = |registers_of: &[T], columns: &mut [Vec<u8>]| {
        for (register, column) in registers_of.iter().zip(columns) {
            append_truths(registers, *register, rows, column);
        }
    };
    holds(&outputs.excluded, &mut scores.excluded);
    holds(&outputs.missing, &mut scores.missing);
    holds(&outputs.disqualified, &mut scores.disqualified);
    holds(&outputs.segments, &mut scores.segments);
    append_truths(registers, outputs.stage_changed, rows, &mut scores.stage_changed);
    append_truths(registers, outputs.unknown_current_stage, rows, &mut scores.unknown_current_stage);
    append_truths(registers, outputs.saturated, rows, &mut scores.saturated);
    append_points(registers, outputs.score, rows, &mut scores.score);
    for (register, column) in outputs.scores.iter().zip(&mut scores.scores) {
        append_points(registers, *register, rows, column);
    }
    for (register, column) in outputs.grades.iter().zip(&mut scores.grades) {
        append_places(registers, *register, rows, column);
    }
    append_places(registers, outputs.stage, rows, &mut scores.stage);
    append_places(registers, outputs.route, rows, &mut scores.route);
    let (reasons, known) = number(registers, outputs.stage_reason, rows);
    scores.stage_reason.extend(reasons.iter().zip(known).map(|(reason, known)| *reason as u8 * known));
    append_status(start, scores);
    // the rare rows that were not scored, or only disqualified
    for row in start..scores.rows {
        match scores.status[row] {
            Status::Scored => {}
            Status::Disqualified => unstage(scores, row),
            Status::Invalid | Status::Excluded => {
                unstage(scores, row);
                unscore(scores, row);
            }
        }
    }
}

/// The first of: excluded, invalid, disqualified, scored.
fn append_status(start: usize, scores: &mut ScoreColumns) {
    let rows = scores.rows;
    scores.status.resize(rows, Status::Scored);
    let kinds = [
        (&scores.disqualified, Status::Disqualified),
        (&scores.missing, Status::Invalid),
        (&scores.excluded, Status::Excluded),
    ];
    for (columns, status) in kinds {
        for column in columns {
            for (of_row, holds) in scores.status[start..].iter_mut().zip(&column[start..]) {
                *of_row = if *holds != 0 { status } else { *of_row };
            }
        }
    }
}

/// No stage, no route.
fn unstage(scores: &mut ScoreColumns, row: usize) {
    scores.stage[row] = NONE;
    scores.route[row] = NONE;
    scores.stage_reason[row] = StageReason::None as u8;
    scores.stage_changed[row] = 0;
}

/// Nothing was evaluated.
fn unscore(scores: &mut ScoreColumns, row: usize) {
    for points in scores.scores.iter_mut().chain([&mut scores.score]) {
        points.values[row] = 0;
        points.known[row] = 0;
    }
    scores.grades.iter_mut().for_each(|grades| grades[row] = NONE);
    scores.segments.iter_mut().for_each(|segments| segments[row] = 0);
    scores.saturated[row] = 0;
}

fn number(registers: &Registers, register: N, rows: usize) -> (&[i64], &[u8]) {
    let register = register.index();
    (registers.numbers.column(register, rows), registers.known.column(register, rows))
}

fn append_truths(registers: &Registers, register: T, rows: usize, column: &mut Vec<u8>) {
    let truths = registers.truths.column(register.index(), rows);
    column.extend(truths.iter().map(|truth| (*truth == 2) as u8));
}

fn append_points(registers: &Registers, register: N, rows: usize, column: &mut PointColumn) {
    let (values, known) = number(registers, register, rows);
    column.values.extend_from_slice(values);
    column.known.extend_from_slice(known);
}

fn append_places(registers: &Registers, register: N, rows: usize, column: &mut Vec<u16>) {
    let (values, known) = number(registers, register, rows);
    let place = |(value, known): (&i64, &u8)| if *known != 0 { *value as u16 } else { NONE };
    column.extend(values.iter().zip(known).map(place));
}
