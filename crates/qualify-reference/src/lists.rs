//! Named lists, prepared for looking values up.

use crate::value::key;
use qualify_model::{List, Type, Value, text};
use std::collections::HashSet;

/// The values of a list as [keys](key).
pub(crate) struct Lookup<'m> {
    /// The type of the values.
    pub(crate) ty: &'m Type,
    keys: HashSet<Value>,
}

impl<'m> Lookup<'m> {
    pub(crate) fn new(list: &'m List) -> Lookup<'m> {
        Lookup { ty: &list.ty, keys: list.values.iter().map(key).collect() }
    }

    /// Whether the value, of the list's type, is in the list.
    pub(crate) fn contains(&self, value: &Value) -> bool {
        self.keys.contains(&key(value))
    }

    /// Whether the domain or one that it is a subdomain of is in the list.
    pub(crate) fn contains_domain(&self, domain: &str) -> bool {
        let folded = text::fold(domain);
        text::domain_and_parents(&folded).any(|domain| self.keys.contains(&Value::Text(domain.into())))
    }
}
