//! Kinds of values that expressions are lowered to.

use crate::{L, N, T, W, X};

/// The value of an expression. Words of vocabularies are their numbers; stages are texts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Computed {
    Truth(T),
    Number(Number),
    Text(X),
    List(L),
}

/// A number in the units of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    /// In 64 bits, and never held at their ends.
    Plain(N),
    /// In 64 bits; it was held at their ends where the truth is true. The truth is never unknown, and false where
    /// the number is unknown.
    Held(N, T),
    /// In 128 bits, with its own flag.
    Wide(W),
}
