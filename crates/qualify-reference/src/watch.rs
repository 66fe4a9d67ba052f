//! Watching an evaluation: which conditions were looked at and what came of them, which rows and lines were chosen.
//! Coverage counts what is told here; nothing in an outcome depends on it.

use qualify_model::{Expr, GradeLine, Ignore, Route, Row, Stage, Truth};

/// Is told of an evaluation while it goes on. By need alone: what nobody asks for is never told. Parts are the
/// model's own, so they can be known by their address.
pub trait Watch {
    /// A condition, or a part of one, was looked at.
    fn condition(&self, condition: &Expr, truth: Truth);

    /// One of several was chosen.
    fn chosen(&self, what: Chosen);
}

/// What was chosen.
#[derive(Clone, Copy, Debug)]
pub enum Chosen<'m> {
    /// The first row of a table that matches.
    Row(&'m Row),
    /// The points of `otherwise` or `unknown` of a table.
    Cell(&'m Expr),
    /// The first line of a grade set that holds.
    Grade(&'m GradeLine),
    /// The stage of the outcome.
    Stage(&'m Stage),
    /// The route of the outcome.
    Route(&'m Route),
    /// An event was left out for it.
    Ignore(&'m Ignore),
}
