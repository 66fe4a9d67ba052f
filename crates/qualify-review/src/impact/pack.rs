//! What several models found of a batch, in the one set of columns that a run hands on.

use super::side::Found;
use qualify_model::{PointColumn, ScoreColumns};

/// How many columns of each kind a side has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub named: usize,
    pub grades: usize,
    pub segments: usize,
    pub variants: usize,
    pub replays: usize,
}

/// Puts sides behind each other. Points go where points are, numbers where labels are, flags where segments are.
pub(crate) fn pack(rows: usize, sides: Vec<Found>, shapes: &[Shape]) -> ScoreColumns {
    let mut out = ScoreColumns { rows, ..ScoreColumns::default() };
    for (mut side, shape) in sides.into_iter().zip(shapes) {
        side.variants.resize_with(shape.variants, Default::default);
        let (totals, places): (Vec<PointColumn>, Vec<Vec<u16>>) = side.variants.into_iter().unzip();
        out.scores.push(side.total);
        out.scores.extend(side.named.into_iter().chain(totals));
        out.grades.extend([side.place, side.route]);
        out.grades.extend(side.grades.into_iter().chain(places).chain(side.replays));
        out.segments.extend(side.segments);
    }
    out
}

/// Takes them apart again.
pub(crate) fn unpack(columns: &ScoreColumns, shapes: &[Shape]) -> Vec<Found> {
    let mut points = columns.scores.iter();
    let mut numbers = columns.grades.iter();
    let mut flags = columns.segments.iter();
    let mut found = Vec::new();
    for shape in shapes {
        let mut next = || points.next().cloned().unwrap_or_default();
        let total = next();
        let named = (0..shape.named).map(|_| next()).collect();
        let totals: Vec<PointColumn> = (0..shape.variants).map(|_| next()).collect();
        let mut next = || numbers.next().cloned().unwrap_or_default();
        let (place, route) = (next(), next());
        let grades = (0..shape.grades).map(|_| next()).collect();
        let places: Vec<Vec<u16>> = (0..shape.variants).map(|_| next()).collect();
        let replays = (0..shape.replays).map(|_| next()).collect();
        let segments = flags.by_ref().take(shape.segments).cloned().collect();
        let variants = totals.into_iter().zip(places).collect();
        found.push(Found { total, place, route, named, grades, segments, variants, replays });
    }
    found
}
