//! Pieces to lines, from left to right: a group stands on one line if it fits, else its gaps break as they say.

use super::WIDTH;
use super::lines::Line;
use super::pieces::{Blanks, Break, Gap, Piece};

/// Blanks of one step of indentation.
pub(super) const STEP: usize = 2;
/// Lines are not aligned below a word farther to the right than this.
const FARTHEST: usize = 60;

/// The lines of the pieces.
pub(super) fn fill(pieces: &[Piece]) -> Vec<Line> {
    let mut filler = Filler {
        pieces,
        lines: Vec::new(),
        line: Line::default(),
        width: 0,
        depths: vec![0],
        begun: 0,
        groups: Vec::new(),
        columns: true,
    };
    for (at, piece) in pieces.iter().enumerate() {
        filler.piece(at, piece);
    }
    filler.end_line();
    filler.lines
}

/// A group that is open.
struct Group {
    /// All of it stands on one line.
    flat: bool,
    /// The line on which it begins.
    line: usize,
}

struct Filler<'p> {
    pieces: &'p [Piece],
    /// Those that are full.
    lines: Vec<Line>,
    /// The one that is being filled.
    line: Line,
    /// Its width in characters.
    width: usize,
    /// How deep lines stand, in blanks.
    depths: Vec<usize>,
    /// How deep they stood when the last line ended.
    begun: usize,
    groups: Vec<Group>,
    /// The columns of this row are padded.
    columns: bool,
}

impl Filler<'_> {
    fn piece(&mut self, at: usize, piece: &Piece) {
        match piece {
            Piece::Text(text) => self.text(text),
            Piece::Comma if self.flat() => self.text(","),
            Piece::Gap(gap) if gap.comments.is_empty() => self.gap(at, gap),
            Piece::Gap(gap) => self.comments(gap),
            Piece::Open => {
                let flat = self.flat() || self.fits(at + 1, true);
                self.groups.push(Group { flat, line: self.lines.len() });
            }
            Piece::Close => {
                self.groups.pop();
            }
            Piece::Indent(steps) => self.depths.push(self.depth() + STEP * steps),
            Piece::Align => {
                let column = if self.width == 0 { self.start() } else { self.width };
                self.depths.push(if column <= FARTHEST { column } else { self.depth() + 2 * STEP });
            }
            Piece::Dedent => {
                self.depths.pop();
            }
            Piece::Row(_) => self.columns = !self.flat(),
            Piece::Comma | Piece::RowEnd | Piece::Nothing => {}
        }
    }

    fn depth(&self) -> usize {
        self.depths.last().copied().unwrap_or(0)
    }

    /// How deep the line stands that is begun: what goes deeper with its first word counts for the lines after it.
    fn start(&self) -> usize {
        self.depth().min(self.begun)
    }

    fn flat(&self) -> bool {
        self.groups.last().is_some_and(|group| group.flat)
    }

    fn text(&mut self, text: &str) {
        if self.width == 0 {
            self.blanks(self.start());
        }
        self.line.text.push_str(text);
        self.width += text.chars().count();
    }

    fn blanks(&mut self, count: usize) {
        self.line.text.extend(std::iter::repeat_n(' ', count));
        self.width += count;
    }

    /// White space without comments.
    fn gap(&mut self, at: usize, gap: &Gap) {
        let flat = self.flat();
        let ends = match gap.line {
            Break::Never => false,
            Break::Always => true,
            Break::WithGroup => !flat,
            Break::WhenFull => !flat && !self.fits(at + 1, false),
            Break::AfterLines => {
                let several = self.groups.last().is_some_and(|group| group.line != self.lines.len());
                !flat && (several || !self.fits(at + 1, false))
            }
        };
        if ends {
            self.end_line();
            if gap.blank && gap.blanks != Blanks::Drop {
                self.blank_line();
            }
        } else if !gap.tight {
            self.blanks(if self.columns { gap.pad } else { 1 });
        }
    }

    /// Comments end their lines.
    fn comments(&mut self, gap: &Gap) {
        for (i, comment) in gap.comments.iter().enumerate() {
            if i == 0 && comment.behind && self.width > 0 {
                self.line.comment = Some(comment.text.clone());
                continue;
            }
            self.end_line();
            if comment.blank && gap.blanks != Blanks::Drop {
                self.blank_line();
            }
            self.text(&comment.text);
        }
        self.end_line();
        if gap.blank && gap.blanks != Blanks::Drop {
            self.blank_line();
        }
    }

    fn end_line(&mut self) {
        if self.width > 0 {
            self.lines.push(std::mem::take(&mut self.line));
            self.width = 0;
        }
        self.begun = self.depth();
    }

    /// A blank line, but none at the beginning of the text.
    fn blank_line(&mut self) {
        if !self.lines.is_empty() {
            self.lines.push(Line::default());
        }
    }

    /// What stands from there on fits in the line: the rest of a group and what stands behind it, or what comes up
    /// to the next gap that may break.
    fn fits(&self, from: usize, group: bool) -> bool {
        let start = if self.width == 0 { self.start() } else { self.width + usize::from(!group) };
        let Some(room) = WIDTH.checked_sub(start) else { return false };
        let (mut width, mut depth, mut rows) = (0, i32::from(group), false);
        for piece in &self.pieces[from..] {
            match piece {
                Piece::Text(text) => width += text.chars().count(),
                Piece::Comma => width += usize::from(depth > 0),
                Piece::Open => depth += 1,
                Piece::Close => depth -= 1,
                Piece::Row(_) => rows = true,
                Piece::Gap(gap) => {
                    if !gap.comments.is_empty() || gap.line == Break::Always {
                        return !(group && depth > 0);
                    }
                    if depth <= 0 && gap.line != Break::Never {
                        return true;
                    }
                    width += match gap.tight {
                        true => 0,
                        false if rows || !self.columns => 1,
                        false => gap.pad,
                    };
                }
                _ => {}
            }
            if width > room {
                return false;
            }
        }
        true
    }
}
