//! The vocabularies of two schemas as one list: those of the attributes and properties that have one name in both are
//! one, with the words of both.

use crate::proof::facts::Reading;
use qualify_model::*;
use std::collections::HashSet;

/// The vocabularies of both.
pub(super) struct Words {
    pub(super) vocabularies: Vec<Vocabulary>,
    /// Those whose order both sides do not agree on.
    pub(super) turned: HashSet<VocabularyId>,
    /// For each vocabulary of the old and of the new schema the one that it is here.
    of: [Vec<usize>; 2],
}

impl Words {
    pub(super) fn of(old: &Schema, new: &Schema) -> Words {
        let groups = groups(old, new);
        let mut names: Vec<usize> = Vec::new();
        let mut number = |group: usize| match names.iter().position(|other| *other == group) {
            Some(at) => at,
            None => {
                names.push(group);
                names.len() - 1
            }
        };
        // those of the new schema first
        let n = old.vocabularies.len();
        let of_new: Vec<usize> = (0..new.vocabularies.len()).map(|id| number(groups[n + id])).collect();
        let of_old: Vec<usize> = (0..n).map(|id| number(groups[id])).collect();
        let mut words = Words { vocabularies: Vec::new(), turned: HashSet::new(), of: [of_old, of_new] };
        for at in 0..names.len() {
            let of = |side: usize, schema: &'_ Schema| -> Vec<Vocabulary> {
                let all = schema.vocabularies.iter().zip(&words.of[side]);
                all.filter(|(_, group)| **group == at).map(|(vocabulary, _)| vocabulary.clone()).collect()
            };
            let (vocabulary, agreed) = together(&[of(1, new), of(0, old)].concat());
            words.vocabularies.push(vocabulary);
            if !agreed {
                words.turned.insert(VocabularyId(at as u32));
            }
        }
        words
    }

    /// A type of one side as it is here.
    pub(super) fn ty(&self, side: usize, ty: &Type) -> Type {
        match ty {
            Type::OneOf(id) => Type::OneOf(VocabularyId(self.of[side][id.index()] as u32)),
            Type::List(inner) => Type::List(Box::new(self.ty(side, inner))),
            other => other.clone(),
        }
    }

    /// For each vocabulary of one side its number here.
    pub(super) fn numbers(&self, side: usize) -> Vec<Option<u32>> {
        self.of[side].iter().map(|at| Some(*at as u32)).collect()
    }

    /// How one side reads the words of what is its vocabulary.
    pub(super) fn reading(&self, side: usize, schema: &Schema, id: VocabularyId) -> Reading {
        let (own, all) = (&schema.vocabulary(id).words, &self.vocabularies[self.of[side][id.index()]].words);
        let find = |word: &Word| own.iter().position(|other| same(other, word)).map(|at| at as u32);
        let places: Vec<Option<u32>> = all.iter().map(find).collect();
        let all_alike = places.iter().enumerate().all(|(at, place)| *place == Some(at as u32));
        if all_alike { Reading::All } else { Reading::Words(places) }
    }
}

fn same(a: &Word, b: &Word) -> bool {
    text::equal(&a.name, &b.name)
}

/// For each vocabulary of the old schema, then of the new one, its group: the least number of those that are one.
fn groups(old: &Schema, new: &Schema) -> Vec<usize> {
    let n = old.vocabularies.len();
    let mut groups: Vec<usize> = (0..n + new.vocabularies.len()).collect();
    let mut join = |a: &Attribute, b: &Attribute| {
        if let (Some(a), Some(b)) = (vocabulary(&a.ty), vocabulary(&b.ty)) {
            let (a, b) = (groups[a.index()], groups[n + b.index()]);
            let (low, high) = (a.min(b), a.max(b));
            groups.iter_mut().filter(|group| **group == high).for_each(|group| *group = low);
        }
    };
    for attribute in &old.attributes {
        let path = attribute.path();
        new.attributes.iter().filter(|other| other.path() == path).for_each(|other| join(attribute, other));
    }
    for event in &old.events {
        let Some(other) = new.events.iter().find(|other| other.name == event.name) else { continue };
        for property in &event.properties {
            let there = other.properties.iter().filter(|other| other.name == property.name);
            there.for_each(|other| join(property, other));
        }
    }
    groups
}

fn vocabulary(ty: &Type) -> Option<VocabularyId> {
    match ty {
        Type::OneOf(id) => Some(*id),
        Type::List(of) => vocabulary(of),
        _ => None,
    }
}

/// The words of all, each once, in an order that each ordered one agrees with; and whether there is such an order.
fn together(all: &[Vocabulary]) -> (Vocabulary, bool) {
    let mut words: Vec<Word> = Vec::new();
    for word in all.iter().flat_map(|vocabulary| &vocabulary.words) {
        if !words.iter().any(|other| same(other, word)) {
            words.push(word.clone());
        }
    }
    let ordered: Vec<&Vocabulary> = all.iter().filter(|vocabulary| vocabulary.ordered).collect();
    let at = |word: &Word| words.iter().position(|other| same(other, word));
    let mut before: Vec<(usize, usize)> = Vec::new();
    for two in ordered.iter().flat_map(|vocabulary| vocabulary.words.windows(2)) {
        before.extend(at(&two[0]).zip(at(&two[1])));
    }
    let mut left: Vec<usize> = (0..words.len()).collect();
    let mut order = Vec::new();
    while let Some(next) =
        left.iter().position(|word| !before.iter().any(|(a, b)| b == word && left.contains(a)))
    {
        order.push(left.remove(next));
    }
    let agreed = left.is_empty();
    order.extend(left);
    let words = order.into_iter().map(|at| words[at].clone()).collect();
    (Vocabulary { words, ordered: !ordered.is_empty() }, agreed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str], ordered: bool) -> Vocabulary {
        let word = |name: &&str| Word { name: name.to_string(), from: Vec::new() };
        Vocabulary { words: words.iter().map(word).collect(), ordered }
    }

    #[test]
    fn one_order_for_both() {
        let check = |a: &[&str], b: &[&str], ordered: bool, expected: &[&str], agreed: bool| {
            let (found, agrees) = together(&[of(a, ordered), of(b, ordered)]);
            assert_eq!((found, agrees), (of(expected, ordered), agreed), "{a:?} {b:?}");
        };
        check(&["a", "b"], &["b", "c", "a"], false, &["a", "b", "c"], true);
        check(&["low", "high"], &["low", "mid", "high"], true, &["low", "mid", "high"], true);
        check(&["low", "mid", "top"], &["no", "low", "top"], true, &["no", "low", "mid", "top"], true);
        check(&["low", "high"], &["high", "low"], true, &["low", "high"], false);
        check(&[], &[], true, &[], true);
    }
}
