//! The grammar run by pest: is a text a sentence of it.
//!
//! Not in here: making sentences.

use pest::Parser;
use pest::error::{ErrorVariant, LineColLocation};
use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

/// What pest makes of the grammar.
#[allow(missing_docs)]
mod machine {
    #[derive(pest_derive::Parser)]
    #[grammar = "../../../grammar/qualify.pest"]
    pub struct Machine;
}
use machine::{Machine, Rule};

/// Where and why the grammar does not accept a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// Names of the grammar's rules that could have stood there.
    pub expected: Vec<String>,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: expected {}", self.line, self.column, self.expected.join(", "))
    }
}

/// The grammar as text.
pub fn text() -> &'static str {
    include_str!("../../../grammar/qualify.pest")
}

/// Whether `text` is a whole file in the language.
pub fn accepts(text: &str) -> Result<(), Rejection> {
    Machine::parse(Rule::file, text).map(drop).map_err(|error| {
        let (line, column) = match error.line_col {
            LineColLocation::Pos(place) | LineColLocation::Span(place, _) => place,
        };
        let expected = match error.variant {
            ErrorVariant::ParsingError { positives, .. } => {
                positives.iter().map(|variant| format!("{variant:?}")).collect()
            }
            ErrorVariant::CustomError { message } => vec![message],
        };
        Rejection { line, column, expected }
    })
}

/// Whether the rule called `name` matches the whole of `text`. Not for silent rules, which do not tell.
pub(crate) fn matches(name: &str, text: &str) -> bool {
    static RULES: LazyLock<HashMap<String, Rule>> = LazyLock::new(|| {
        Rule::all_rules().iter().map(|variant| (format!("{variant:?}"), *variant)).collect()
    });
    let state = RULES.get(name).map(|variant| Machine::parse(*variant, text));
    match state {
        Some(Ok(pairs)) => end(pairs) == text.len(),
        _ => false,
    }
}

/// How far the rule reached.
fn end(pairs: pest::iterators::Pairs<'_, Rule>) -> usize {
    pairs.last().map_or(0, |pair| pair.as_span().end())
}
