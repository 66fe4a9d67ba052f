//! A part of a model by what it says: a tree whose nodes know neither the numbers nor the places of the model that
//! they came from, so that parts of two models compare.
//!
//! Not in here: how the tree of a condition or a rule is made (`forms.rs`).

use std::collections::HashMap;

/// One node.
#[derive(Clone, Debug, Default)]
pub(crate) struct Form {
    /// What it is, with what it holds itself: `compare >=`, `attribute firmographics.size`, `points 20`.
    pub kind: String,
    /// What it is made of.
    pub parts: Vec<Form>,
    /// The parts may stand in any order; they are sorted then.
    pub any_order: bool,
    /// It names something of the world, such as an event or an attribute: two forms that share it are alike.
    pub names: bool,
    /// A difference in a part without parts is told as a difference of this node.
    pub whole: bool,
    /// How people read it. Two nodes that differ in nothing else are equal.
    pub text: String,
}

impl PartialEq for Form {
    fn eq(&self, other: &Form) -> bool {
        self.kind == other.kind && self.parts == other.parts
    }
}

impl Form {
    /// A node without parts.
    pub fn leaf(kind: impl Into<String>, text: impl Into<String>) -> Form {
        Form { kind: kind.into(), text: text.into(), ..Form::default() }
    }

    /// A node without parts that reads as it is.
    pub fn word(kind: impl Into<String>) -> Form {
        let kind = kind.into();
        Form { text: kind.clone(), kind, ..Form::default() }
    }

    /// What is not there.
    pub fn none() -> Form {
        Form::leaf("none", "")
    }

    /// A node of parts in their order.
    pub fn of(kind: impl Into<String>, parts: Vec<Form>, text: impl Into<String>) -> Form {
        Form { kind: kind.into(), parts, text: text.into(), ..Form::default() }
    }

    /// A node of parts whose order means nothing.
    pub fn set(kind: impl Into<String>, mut parts: Vec<Form>, text: impl Into<String>) -> Form {
        parts.sort_by_cached_key(Form::key);
        Form { any_order: true, ..Form::of(kind, parts, text) }
    }

    /// The same, naming something.
    pub fn naming(self) -> Form {
        Form { names: true, ..self }
    }

    /// The same, told as a whole.
    pub fn told_whole(self) -> Form {
        Form { whole: true, ..self }
    }

    /// Whether it is what is not there.
    pub fn is_none(&self) -> bool {
        self.kind == "none"
    }

    /// A text that two forms share if and only if they are equal.
    pub fn key(&self) -> String {
        let mut out = String::new();
        self.write_key(&mut out);
        out
    }

    fn write_key(&self, out: &mut String) {
        out.push_str(&self.kind);
        if self.parts.is_empty() {
            return;
        }
        out.push('\u{1}');
        for part in &self.parts {
            part.write_key(out);
            out.push('\u{2}');
        }
        out.push('\u{3}');
    }

    /// How often each kind of node stands in it, with its weight.
    pub fn tokens(&self) -> Tokens {
        let mut tokens = Tokens::default();
        self.count(&mut tokens);
        tokens
    }

    fn count(&self, tokens: &mut Tokens) {
        let weight = if self.names { NAMING } else { 1 };
        tokens.weight += weight;
        tokens.names |= self.names;
        tokens.counts.entry(self.kind.clone()).or_insert((0, weight)).0 += 1;
        self.parts.iter().for_each(|part| part.count(tokens));
    }
}

/// A shared name counts as much as so many other nodes.
const NAMING: u32 = 6;

/// See [`Form::tokens`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens {
    counts: HashMap<String, (u32, u32)>,
    weight: u32,
    names: bool,
}

impl Tokens {
    /// How alike two forms are, from 0 to 1,000: twice what they share by what both have.
    pub fn alike(&self, other: &Tokens) -> u32 {
        let (mut shared, mut shared_name) = (0, false);
        for (kind, (n, weight)) in &self.counts {
            if let Some((m, _)) = other.counts.get(kind) {
                shared += (*n).min(*m) * weight;
                shared_name |= *weight == NAMING;
            }
        }
        if (self.names || other.names) && !shared_name {
            return 0;
        }
        2000 * shared / (self.weight + other.weight).max(1)
    }
}
