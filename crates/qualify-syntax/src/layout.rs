//! Pieces to text: where lines end, how deep they stand, what stands in columns, and where comments go.
//!
//! The printer says in pieces what stands where and where a line may end; comments of a source are put into the
//! gaps between the pieces; columns are measured; then lines are filled from left to right. Each step takes time in
//! proportion to the text. Nothing in here knows what the pieces mean.

mod columns;
mod comments;
mod fill;
mod lines;
mod pieces;

pub(crate) use pieces::{Blanks, Break, Columns, Gap, Piece, Pieces};

/// Lines are kept shorter where they can be broken.
pub(crate) const WIDTH: usize = 100;

/// The text of the pieces; the comments and blank lines of `source` are kept.
pub(crate) fn text(pieces: Pieces, source: Option<&str>) -> String {
    let mut pieces = pieces.finish();
    if let Some(source) = source {
        comments::put_back(&mut pieces, source);
    }
    comments::settle_blank_lines(&mut pieces);
    columns::measure(&mut pieces);
    lines::text(fill::fill(&pieces))
}
