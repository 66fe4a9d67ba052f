//! Columns: the cells of rows that follow each other stand below each other.
//!
//! A blank line and a row of another kind end a column. A cell that is wider than its column may become, and a row
//! that would not fit in its line with all the padding, stand for themselves.

use super::pieces::{Blanks, Break, Columns, Piece};
use super::{WIDTH, fill::STEP};

/// A row as it stands in the pieces.
struct Row {
    columns: Columns,
    /// Where its columns begin: gaps among the pieces.
    gaps: Vec<usize>,
    /// The widths of its cells, one more than there are gaps.
    cells: Vec<usize>,
    /// How deep it stands, in blanks.
    depth: usize,
    /// No comment and no end of a line stands inside.
    plain: bool,
    /// Rows stand inside.
    nests: bool,
}

impl Row {
    /// How wide it is on one line, with its columns so wide.
    fn width(&self, columns: &[usize]) -> usize {
        let padded = |(i, cell): (usize, &usize)| match self.gaps.get(i) {
            Some(_) => columns.get(i).map_or(*cell, |column| *cell.max(column)) + 1,
            None => *cell,
        };
        self.depth + self.cells.iter().enumerate().map(padded).sum::<usize>()
    }

    fn fits(&self, columns: &[usize]) -> bool {
        self.plain && self.width(columns) <= WIDTH
    }

    /// The cell counts for its column, with the columns before it so wide.
    fn counts(&self, column: usize, before: &[usize]) -> bool {
        column < self.gaps.len()
            && self.cells[column] <= self.columns.widest[column]
            && (column == 0 && !self.columns.whole || self.fits(before))
    }
}

/// Sets the padding of every column.
pub(super) fn measure(pieces: &mut [Piece]) {
    let mut runs: Vec<Vec<Row>> = vec![Vec::new()]; // of this level, and of the rows around it
    let mut depths = vec![0];
    let mut at = 0;
    while at < pieces.len() {
        let depth = *depths.last().unwrap_or(&0);
        match &pieces[at] {
            Piece::Indent(steps) => depths.push(depth + STEP * steps),
            Piece::Align => depths.push(depth),
            Piece::Dedent => {
                depths.pop();
            }
            Piece::Row(columns) => {
                let (row, end) = read(pieces, at, *columns, depth);
                let nests = row.nests;
                if let Some(run) = runs.last_mut() {
                    if run.last().is_some_and(|last| last.columns != row.columns || last.depth != row.depth) {
                        pad(pieces, run);
                    }
                    run.push(row);
                }
                match nests {
                    true => runs.push(Vec::new()),
                    false => at = end,
                }
            }
            Piece::RowEnd => {
                if let Some(mut run) = runs.pop() {
                    pad(pieces, &mut run);
                }
            }
            Piece::Text(_) => end_run(pieces, &mut runs),
            Piece::Gap(gap) if blank_line(gap) => end_run(pieces, &mut runs),
            _ => {}
        }
        at += 1;
    }
    end_run(pieces, &mut runs);
}

fn end_run(pieces: &mut [Piece], runs: &mut [Vec<Row>]) {
    if let Some(run) = runs.last_mut() {
        pad(pieces, run);
    }
}

fn blank_line(gap: &super::Gap) -> bool {
    gap.blanks != Blanks::Drop && (gap.blank || gap.comments.iter().any(|comment| comment.blank))
}

/// The row that begins there, and where it ends.
fn read(pieces: &[Piece], start: usize, columns: Columns, depth: usize) -> (Row, usize) {
    let mut row = Row { columns, gaps: Vec::new(), cells: Vec::new(), depth, plain: true, nests: false };
    let (mut cell, mut inside, mut end) = (0, 0, start);
    for (at, piece) in pieces.iter().enumerate().skip(start + 1) {
        end = at;
        match piece {
            Piece::Text(text) => cell += text.chars().count(),
            Piece::Comma => cell += 1,
            Piece::Row(_) => {
                row.nests = true;
                inside += 1;
            }
            Piece::RowEnd if inside == 0 => break,
            Piece::RowEnd => inside -= 1,
            Piece::Gap(gap) => {
                row.plain &= gap.comments.is_empty() && gap.line != Break::Always;
                if gap.column && inside == 0 && row.gaps.len() < columns.widest.len() {
                    row.gaps.push(at);
                    row.cells.push(cell);
                    cell = 0;
                } else {
                    cell += usize::from(!gap.tight);
                }
            }
            _ => {}
        }
    }
    row.cells.push(cell);
    (row, end)
}

/// Pads the rows of a run, and begins a new one.
fn pad(pieces: &mut [Piece], run: &mut Vec<Row>) {
    let mut widths: Vec<usize> = Vec::new();
    for column in 0..2 {
        let cells = run.iter().filter(|row| row.counts(column, &widths)).map(|row| row.cells[column]);
        widths.push(cells.max().unwrap_or(0));
    }
    for row in run.drain(..) {
        for column in 0..row.gaps.len() {
            let fits = column == 0 && !row.columns.whole || row.fits(&widths[..=column]);
            if row.counts(column, &widths[..column])
                && fits
                && let Piece::Gap(gap) = &mut pieces[row.gaps[column]]
            {
                gap.pad = widths[column] - row.cells[column] + 1;
            }
        }
    }
}
