//! Lines to text: comments behind lines that follow each other, equally deep, stand below each other.

/// One line.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    /// With its indentation; empty for a blank line.
    pub text: String,
    /// What stands behind it.
    pub comment: Option<String>,
}

impl Line {
    fn depth(&self) -> usize {
        self.text.len() - self.text.trim_start_matches(' ').len()
    }
}

/// Comments are not moved farther to the right than this for the sake of a longer line.
const FARTHEST: usize = 72;
/// Blanks before a comment.
const APART: usize = 2;

/// The whole text.
pub(super) fn text(lines: Vec<Line>) -> String {
    let mut out = String::new();
    let mut rest = lines.as_slice();
    while let Some(first) = rest.first() {
        let length = match first.comment {
            Some(_) => {
                rest.iter().take_while(|line| line.comment.is_some() && line.depth() == first.depth()).count()
            }
            None => 1,
        };
        let (run, after) = rest.split_at(length);
        let widths: Vec<usize> = run.iter().map(|line| line.text.chars().count()).collect();
        let column = widths.iter().copied().filter(|width| *width <= FARTHEST).max().unwrap_or(0);
        for (line, width) in run.iter().zip(widths) {
            out.push_str(&line.text);
            if let Some(comment) = &line.comment {
                out.extend(std::iter::repeat_n(' ', column.saturating_sub(width) + APART));
                out.push_str(comment);
            }
            out.push('\n');
        }
        rest = after;
    }
    out
}
