//! The parser: tokens to tree, by recursive descent. One function for each rule of `grammar/qualify.pest`, with
//! the same name.
//!
//! It never fails: a function that cannot go on reports one diagnostic and gives [`Reported`] up to the nearest
//! place that can go on (a row, a rule, a statement), which skips to where the next one begins. Every choice is
//! made by looking a few tokens ahead; nothing is tried and taken back.

mod cursor;
mod decay;
mod expression;
mod literal;
mod messages;
mod outcome;
mod primary;
mod recovery;
mod rule;
mod schema;
mod score;
mod statement;
mod table;
mod term;
mod test_decl;

use crate::tokens::{Token, tokens};
use crate::tree;
use qualify_diagnostics::{Code, Diagnostic, FileId, Span};

/// The largest file that is read, in bytes.
pub const MOST_BYTES: usize = 16 << 20;
/// How deep brackets, `not` and `if` may stand inside each other.
pub const MOST_LEVELS: usize = 64;
/// How many `+ - * /` may stand in one expression.
pub const MOST_OPERATORS: usize = 200;

/// How many messages one file can give. One more is kept, to tell that there are more; what is found after it is
/// not reported.
pub const MOST_MESSAGES: usize = 1_000;

/// What [`parse`] gives.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// What could be understood.
    pub tree: tree::File,
    /// One for each mistake, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses a file. It takes time in proportion to the size of the text and always ends.
///
/// ```
/// let parsed = qualify_syntax::parse(Default::default(), "when visited pricing within 7d add 20");
/// assert!(parsed.diagnostics.is_empty());
/// ```
pub fn parse(file: FileId, text: &str) -> Parsed {
    if text.len() > MOST_BYTES {
        let message = format!("a file can hold at most {} MiB; this one is larger", MOST_BYTES >> 20);
        let diagnostic = Diagnostic::new(Code::E0123, Span::new(file, 0, 0), message)
            .note("split it into several files and name them with `use`");
        return Parsed { tree: tree::File { statements: Vec::new() }, diagnostics: vec![diagnostic] };
    }
    let found = tokens(file, text);
    let mut parser = Parser {
        file,
        source: text,
        tokens: found.tokens,
        at: 0,
        levels: 0,
        too_deep: false,
        operators: 0,
        diagnostics: found.diagnostics,
        muted: found.muted,
        start: 0,
        object: None,
        verb: None,
        compared: false,
        orphans: 0,
        blocks: 0,
    };
    let tree = parser.file();
    let mut diagnostics = parser.diagnostics;
    diagnostics.sort_by_key(|d| d.place.span.start);
    Parsed { tree, diagnostics }
}

/// Says that a diagnostic has been reported and this part could not be understood.
#[derive(Debug)]
struct Reported;

/// A part of the tree, or nothing with its reason reported.
type Got<T> = Result<T, Reported>;

/// Where the parser stands, and what it remembers for its messages.
struct Parser<'t> {
    file: FileId,
    source: &'t str,
    tokens: Vec<Token>,
    at: usize,
    levels: usize,
    /// Something was nested too deep: the brackets that were skipped with it are not missed.
    too_deep: bool,
    operators: usize,
    diagnostics: Vec<Diagnostic>,
    muted: Vec<Span>,
    /// Where the current statement, rule or step begins.
    start: usize,
    /// The last bare word that was taken as the object of an event.
    object: Option<usize>,
    /// The last action's verb.
    verb: Option<usize>,
    /// A comparison has just been read: for `1 < x < 5`.
    compared: bool,
    /// How many `{` have been missed: as many `}` close nothing, which is not worth a message.
    orphans: usize,
    /// How many `{` of blocks are open.
    blocks: usize,
}
