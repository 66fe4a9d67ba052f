//! Types and values of facts and constants.

use crate::VocabularyId;
use std::sync::Arc;

/// The type of an attribute, a property or an expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Type {
    /// `yes/no`, and every condition.
    YesNo,
    /// `integer`, `number`, `money`, points.
    Number(NumberKind),
    /// `text`, `email`, `url`, and the domain or host in them.
    Text(TextKind),
    /// A calendar day.
    Date,
    /// An instant.
    Time,
    /// A length of exact time.
    Duration,
    /// `one of …`, `ordered one of …`.
    OneOf(VocabularyId),
    /// `list of T`.
    List(Box<Type>),
    /// A stage name as stored in the CRM.
    Stage,
}

/// The exact number types. Each value is a 64-bit count of its smallest unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum NumberKind {
    /// Whole numbers.
    Integer,
    /// Six decimals.
    Number,
    /// Four decimals.
    Money,
    /// Four decimals.
    Points,
}

impl NumberKind {
    /// Digits after the point.
    pub const fn decimals(self) -> u32 {
        match self {
            NumberKind::Integer => 0,
            NumberKind::Number => 6,
            NumberKind::Money | NumberKind::Points => 4,
        }
    }
}

/// What a text is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum TextKind {
    /// Any text.
    Plain,
    /// An e-mail address; has `domain` and `local part`.
    Email,
    /// A web address; has `host` and `path`.
    Url,
    /// The domain of an address or the host of a URL: in a list it matches its subdomains too.
    Domain,
}

/// A known value. An unknown one is `None` of an `Option<Value>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Value {
    /// `yes` is true.
    YesNo(bool),
    /// A number: the count of the smallest unit of its [`NumberKind`] (1, 1e-6, 1e-4, 1e-4).
    Number(i64),
    /// Text as it came, white space stripped at both ends.
    Text(Arc<str>),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since 1970-01-01T00:00:00Z.
    Time(i64),
    /// Microseconds.
    Duration(i64),
    /// The number of a word in its vocabulary; ordered vocabularies rise.
    Word(u32),
    /// Known values of one type, in the order of the data.
    List(Vec<Value>),
    /// The name of a stage as stored in the CRM.
    Stage(Arc<str>),
}
