//! Comments and blank lines of a source go into the gaps between the pieces.
//!
//! The printer writes the words of a source in their order, but drops brackets and signs that are not needed, adds
//! some, and writes some words in another way. So the words of both texts are paired from the left: what a comment
//! stood behind or before says which gap it belongs to. No comment can be lost or doubled, since every one of them
//! is put somewhere once; and since a comment is white space, none can change what the text says.

use super::pieces::{Blanks, Comment, Gap, Piece};
use crate::tokens::{Kind, Token, tokens};

/// White space of the source between two of its tokens.
#[derive(Default)]
struct Space {
    comments: Vec<Comment>,
    /// A blank line stands before the next token, after the comments.
    blank: bool,
}

/// Puts comments and blank lines where they belong.
pub(super) fn put_back(pieces: &mut [Piece], source: &str) {
    let written = tokens(Default::default(), source).tokens;
    let printed = Printed::of(pieces);
    let pairs = pairs(source, &written, &printed);
    let next = next_pairs(&pairs, printed.tokens.len());
    let mut spaces: Vec<Space> = Vec::new();
    spaces.resize_with(printed.gaps + 1, Space::default);
    let (mut end, mut behind) = (0, 0);
    for (i, token) in written.iter().enumerate() {
        let space = space(&source[end..token.start as usize], i > 0);
        end = token.end as usize;
        if !space.comments.is_empty() || space.blank {
            let gap = printed.gap(behind, next[i]);
            add(&mut spaces[gap], space);
        }
        behind = pairs[i].map_or(behind, |pair| pair + 1);
    }
    let gaps = pieces.iter_mut().filter_map(|piece| match piece {
        Piece::Gap(gap) => Some(gap),
        _ => None,
    });
    for (gap, space) in gaps.zip(spaces) {
        gap.comments = space.comments;
        gap.blank = space.blank;
    }
}

/// Which blank lines stay.
pub(super) fn settle_blank_lines(pieces: &mut [Piece]) {
    for piece in pieces {
        if let Piece::Gap(gap) = piece {
            settle(gap);
        }
    }
}

fn settle(gap: &mut Gap) {
    let put = gap.blanks == Blanks::Put && !gap.blank && gap.comments.iter().all(|comment| !comment.blank);
    let first = put || matches!(gap.blanks, Blanks::AfterOpening | Blanks::Inside);
    match gap.comments.iter_mut().find(|comment| !comment.behind) {
        Some(comment) if first => comment.blank = put,
        None if first => gap.blank = put,
        _ => {}
    }
    if matches!(gap.blanks, Blanks::BeforeClosing | Blanks::Inside) {
        gap.blank = false;
    }
}

/// Adds what stood at another place of the source that is the same gap now.
fn add(gap: &mut Space, mut more: Space) {
    if let Some(first) = more.comments.first_mut() {
        first.blank |= gap.blank;
        first.behind &= gap.comments.is_empty() && !gap.blank;
        gap.blank = more.blank;
    } else {
        gap.blank |= more.blank;
    }
    gap.comments.append(&mut more.comments);
}

/// The comments and blank lines in white space, which stands behind a token or at the beginning of the text.
fn space(text: &str, behind_token: bool) -> Space {
    let mut space = Space::default();
    let mut breaks = 0;
    let mut rest = text;
    while let Some(at) = rest.find(['\n', '#']) {
        if rest[at..].starts_with('\n') {
            breaks += 1;
            rest = &rest[at + 1..];
            continue;
        }
        let end = rest[at..].find('\n').map_or(rest.len(), |length| at + length);
        let behind = behind_token && breaks == 0 && space.comments.is_empty();
        let text = rest[at..end].trim_end().to_string();
        space.comments.push(Comment { text, behind, blank: breaks > 1 });
        breaks = 0;
        rest = &rest[end..];
    }
    space.blank = breaks > 1;
    space
}

/// The text of the pieces as tokens.
struct Printed {
    text: String,
    tokens: Vec<Token>,
    /// Before each token and at the end: how many gaps there are.
    before: Vec<usize>,
    /// How many gaps there are.
    gaps: usize,
}

impl Printed {
    fn of(pieces: &[Piece]) -> Printed {
        let mut text = String::new();
        let mut places = Vec::new(); // where each gap stands
        for piece in pieces {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Comma => text.push(','),
                Piece::Gap(_) => {
                    text.push(' ');
                    places.push(text.len());
                }
                _ => {}
            }
        }
        let mut found = tokens(Default::default(), &text).tokens;
        found.pop(); // the end
        let before = |token: &Token| places.partition_point(|place| *place <= token.start as usize);
        let mut before: Vec<usize> = found.iter().map(before).collect();
        before.push(places.len());
        Printed { text, tokens: found, before, gaps: places.len() }
    }

    /// The gap for what stood behind the token before `behind` and before the token `next`. Signs of ours that stand
    /// between the two are left before it if they close something.
    fn gap(&self, behind: usize, next: usize) -> usize {
        let closes = |i: &usize| {
            let kind = self.tokens[*i].kind;
            matches!(kind, Kind::CloseParen | Kind::CloseBrace | Kind::Comma | Kind::Semicolon | Kind::Colon)
        };
        let at = (behind..next).take_while(closes).count() + behind;
        let unit = self.before[at];
        // inside text that has no gap: behind it if only such signs follow, else before it
        let inside = at > 0 && at < self.tokens.len() && self.before[at - 1] == unit;
        let end = self.before.partition_point(|before| *before <= unit);
        if inside && (at..end.min(self.tokens.len())).all(|i| closes(&i)) { unit } else { unit - 1 }
    }
}

/// For each token of the source, the printed one that is the same.
fn pairs(source: &str, written: &[Token], printed: &Printed) -> Vec<Option<usize>> {
    let word = |i: usize| {
        let token = written.get(i).copied().unwrap_or(Token { kind: Kind::End, start: 0, end: 0 });
        &source[token.start as usize..token.end as usize]
    };
    let mut pairs = vec![None; written.len()];
    let (mut w, mut p) = (0, 0);
    while w < written.len() && p < printed.tokens.len() {
        let (theirs, ours) = (written[w].kind, printed.tokens[p]);
        match (may_go(theirs), may_go(ours.kind)) {
            _ if theirs == Kind::End => break,
            (true, _) if theirs != ours.kind => w += 1,
            (false, true) => p += 1,
            _ => {
                let short = &printed.text[ours.start as usize..ours.end as usize] == "within";
                let long = word(w) == "in" && word(w + 1) == "the" && word(w + 2) == "last";
                pairs[w] = Some(p);
                w += if short && long { 3 } else { 1 };
                p += 1;
            }
        }
    }
    pairs
}

/// Signs that the printer drops or adds.
fn may_go(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Semicolon
            | Kind::Comma
            | Kind::OpenParen
            | Kind::CloseParen
            | Kind::OpenBrace
            | Kind::CloseBrace
            | Kind::Minus
    )
}

/// For each token of the source: the printed token that the first paired one from it on is paired with.
fn next_pairs(pairs: &[Option<usize>], none: usize) -> Vec<usize> {
    let mut next = none;
    let mut all: Vec<usize> = pairs
        .iter()
        .rev()
        .map(|pair| {
            next = pair.unwrap_or(next);
            next
        })
        .collect();
    all.reverse();
    all
}
