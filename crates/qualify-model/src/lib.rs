//! What a model is, once it is checked: types and values, the schema of leads and events, the typed model,
//! the facts of a lead, and the outcome of scoring it; both also in columns, for many leads. Beside them the exact means that every engine shares:
//! numbers without floating point, decay, time and calendars, text.
//!
//! Not in here: syntax (the tree is another room), evaluation (the engines'), IO.

mod batch;
pub mod calendar;
mod children;
pub mod decay;
pub mod exact;
mod expression;
mod facts;
mod labels;
mod model;
mod outcome;
mod roots;
mod rule;
mod schema;
mod term;
pub mod text;
mod truth;
mod types;

pub use batch::*;
pub use children::{
    Child, below, children, each_child, parts, table_children, table_parts, term_children, term_of,
    term_parts,
};
pub use expression::*;
pub use facts::{Event, Lead};
pub use labels::{Labels, Named};
pub use model::*;
pub use outcome::*;
pub use roots::{roots, rule_expressions};
pub use rule::*;
pub use schema::*;
pub use term::*;
pub use truth::Truth;
pub use types::{NumberKind, TextKind, Type, Value};
