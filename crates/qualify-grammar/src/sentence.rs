//! Random sentences of the grammar. Each way a rule can go is taken now and then; words are mostly ones that
//! a model would use, sometimes the language's own, sometimes random.
//!
//! Not in here: the rules (the outline reads them from the grammar).

use crate::outline::{Node, Outline};
use crate::specification;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::HashSet;
use std::sync::LazyLock;

/// From this depth on, only the shallowest way is taken.
const DEEP: usize = 22;
/// A part that the grammar rejects is made anew so often, then left to the check of the whole.
const TRIES: usize = 12;
/// Longer sentences are not worth their time.
const LONGEST: usize = 1_500;

/// What atoms are made of when a rule accepts it.
const SAMPLES: &str = r"visited requested opened purchased pricing demo docs fit engagement mql_line
    firmographics.size demographics.email.domain bant.budget_confirmed account.tier event.value created_at
    size score MQL SQL A B1 director vp c_level emea rival_com x _y Lead Recycled page free_mail
    0 1 5 20 100 0.5 2.25 10_000 007 1_0.5 7d 30d 1h 5m 90s 2w 12M 10% 0.5% 33.3%
    EUR USD = != < <= > >= + - * /";

/// The same, of what stands in quotes.
const QUOTED: &[&str] = &[
    r#""rival.com""#,
    r#""a b""#,
    r#""""#,
    r#""/docs/*""#,
    r#""Ünïcode ☃""#,
    r##""# no comment""##,
    r#""; add 5""#,
];

static OUTLINE: LazyLock<Outline> = LazyLock::new(|| Outline::read(specification::text()));

/// For each rule that is not spaced: the samples that it accepts, and the language's own words that it accepts.
static ATOMS: LazyLock<Vec<(Vec<String>, Vec<String>)>> = LazyLock::new(|| {
    let mut samples: Vec<String> = SAMPLES.split_whitespace().map(String::from).collect();
    samples.extend(QUOTED.iter().copied().map(String::from));
    let words = own_words();
    let accepted = |rule: &str, from: &[String]| -> Vec<String> {
        from.iter().filter(|text| specification::matches(rule, text)).cloned().collect()
    };
    OUTLINE
        .rules
        .iter()
        .map(|rule| match rule.spaced {
            true => (Vec::new(), Vec::new()),
            false => (accepted(&rule.name, &samples), accepted(&rule.name, &words)),
        })
        .collect()
});

/// A sentence of the grammar, always the same for the same seed.
pub fn sentence(seed: u64) -> String {
    whole(seed).0
}

/// `count` sentences, always the same for the same seed.
pub fn sentences(seed: u64, count: usize) -> impl Iterator<Item = String> {
    seeds(seed, count).map(sentence)
}

/// The ways that rules of the grammar can go but none of the `count` sentences goes, in words. Empty if the
/// sentences show all of the grammar.
pub fn unreached(seed: u64, count: usize) -> Vec<String> {
    let used = OUTLINE.used();
    let mut open: HashSet<usize> = (0..OUTLINE.alternatives.len()).collect();
    open.retain(|&i| used.contains(&OUTLINE.alternatives[i].rule));
    for seed in seeds(seed, count) {
        for taken in whole(seed).1 {
            open.remove(&taken);
        }
        if open.is_empty() {
            break;
        }
    }
    let mut open: Vec<usize> = open.into_iter().collect();
    open.sort_unstable();
    let show = |i: usize| {
        let alternative = &OUTLINE.alternatives[i];
        format!("{}: {}", OUTLINE.rules[alternative.rule].name, alternative.label)
    };
    open.into_iter().map(show).collect()
}

/// The names of the rules that a sentence is made of, without words, numbers and signs.
pub fn rules() -> Vec<&'static str> {
    let used = OUTLINE.used();
    let rules = OUTLINE.rules.iter().enumerate();
    let rules = rules.filter(|(i, rule)| used.contains(i) && rule.spaced && !rule.silent);
    rules.map(|(_, rule)| rule.name.as_str()).collect()
}

fn seeds(seed: u64, count: usize) -> impl Iterator<Item = u64> {
    let mut random = StdRng::seed_from_u64(seed);
    (0..count).map(move |_| random.random())
}

/// A sentence, and the ways it went.
fn whole(seed: u64) -> (String, Vec<usize>) {
    let mut maker = Maker { random: StdRng::seed_from_u64(seed), taken: Vec::new() };
    loop {
        maker.taken.clear();
        let pieces = maker.rule(OUTLINE.root, 0);
        let text = maker.join(&pieces);
        if text.len() <= LONGEST && specification::accepts(&text).is_ok() {
            return (text, maker.taken);
        }
    }
}

struct Maker {
    random: StdRng,
    /// The numbers of the ways gone.
    taken: Vec<usize>,
}

impl Maker {
    /// The pieces of a sentence of that rule, between which white space may stand.
    fn rule(&mut self, number: usize, depth: usize) -> Vec<String> {
        let rule = &OUTLINE.rules[number];
        let mark = self.taken.len();
        for _ in 0..TRIES {
            self.taken.truncate(mark);
            let mut pieces = Vec::new();
            if rule.spaced {
                self.node(&rule.body, depth + 1, &mut pieces);
            } else {
                pieces.push(self.atom(number));
            }
            let doubtful = (rule.checked || !rule.spaced) && !rule.silent;
            if !doubtful || specification::matches(&rule.name, &pieces.join(" ")) {
                return pieces;
            }
        }
        self.taken.truncate(mark);
        let mut pieces = Vec::new();
        self.node(&rule.body, DEEP, &mut pieces);
        pieces
    }

    fn node(&mut self, node: &Node, depth: usize, out: &mut Vec<String>) {
        match node {
            Node::Text(text) => out.push(text.clone()),
            Node::Characters(all) => out.push(self.pick(all).to_string()),
            Node::Rule(rule) => out.extend(self.rule(*rule, depth)),
            Node::Sequence(parts) => parts.iter().for_each(|part| self.node(part, depth, out)),
            Node::Choice(first, ways) => {
                let way = self.way(ways, depth);
                self.taken.push(first + way);
                self.node(&ways[way], depth, out);
            }
            Node::Optional(first, part) => {
                let present = self.more(depth);
                self.taken.push(first + usize::from(present));
                if present {
                    self.node(part, depth, out);
                }
            }
            Node::Repeated(first, least, most, part) => {
                // a file without statements shows nothing
                let mut times = if depth == 1 { self.random.random_range(0..=3) } else { *least };
                while times < *most && self.more(depth) {
                    times += 1;
                }
                if *first != usize::MAX {
                    self.taken.push(first + usize::from(times > 0));
                }
                (0..times).for_each(|_| self.node(part, depth, out));
            }
            Node::Nothing => {}
        }
    }

    /// Whether to make what may be left out: the less likely, the deeper.
    fn more(&mut self, depth: usize) -> bool {
        if depth == 1 {
            return self.random.random_ratio(1, 8);
        }
        depth < DEEP && self.random.random_ratio((DEEP - depth) as u32, 2 * DEEP as u32)
    }

    /// Which alternative to take: any, or one of the shallowest when it is deep enough already.
    fn way(&mut self, ways: &[Node], depth: usize) -> usize {
        let shallow = depth > DEEP || (depth > DEEP / 2 && self.random.random_bool(0.5));
        if !shallow {
            return self.any_way(ways);
        }
        let heights: Vec<usize> = ways.iter().map(|way| OUTLINE.height(way)).collect();
        let least = heights.iter().min().copied().unwrap_or(0);
        let lowest: Vec<usize> = (0..ways.len()).filter(|&i| heights[i] == least).collect();
        *self.pick(&lowest)
    }

    /// Any alternative; a bare sign such as `;` more seldom than what says something.
    fn any_way(&mut self, ways: &[Node]) -> usize {
        let weight = |way: &Node| if matches!(way, Node::Text(_)) { 1 } else { 4 };
        let mut luck = self.random.random_range(0..ways.iter().map(weight).sum::<u32>());
        for (i, way) in ways.iter().enumerate() {
            match luck.checked_sub(weight(way)) {
                Some(rest) => luck = rest,
                None => return i,
            }
        }
        0
    }

    /// A word, number, text or sign of that rule.
    fn atom(&mut self, rule: usize) -> String {
        let (samples, own) = &ATOMS[rule];
        let luck = self.random.random_range(0..100);
        match luck {
            0..65 if !samples.is_empty() => self.pick(samples).clone(),
            65..75 if !own.is_empty() => self.pick(own).clone(),
            _ => {
                let mut letters = Vec::new();
                self.letters(&OUTLINE.rules[rule].body, &mut letters);
                letters.concat()
            }
        }
    }

    /// The text of a rule without white space, letter by letter.
    fn letters(&mut self, node: &Node, out: &mut Vec<String>) {
        match node {
            Node::Rule(rule) => out.push(self.atom(*rule)),
            Node::Sequence(parts) => parts.iter().for_each(|part| self.letters(part, out)),
            Node::Choice(first, ways) => {
                let way = self.random.random_range(0..ways.len());
                self.taken.push(first + way);
                self.letters(&ways[way], out);
            }
            Node::Optional(first, part) => {
                let present = self.random.random_bool(0.5);
                self.taken.push(first + usize::from(present));
                if present {
                    self.letters(part, out);
                }
            }
            Node::Repeated(first, least, most, part) => {
                let times = self.random.random_range(*least..=*most);
                if *first != usize::MAX {
                    self.taken.push(first + usize::from(times > 0));
                }
                (0..times).for_each(|_| self.letters(part, out));
            }
            leaf => self.node(leaf, 0, out),
        }
    }

    /// The pieces as a text: a blank between them, sometimes a line break or a comment, sometimes nothing
    /// where nothing is needed.
    fn join(&mut self, pieces: &[String]) -> String {
        let mut text = String::new();
        for (i, piece) in pieces.iter().enumerate() {
            if i > 0 {
                let alone = |s: &str| matches!(s, "(" | ")" | "{" | "}" | "," | ";");
                text.push_str(match self.random.random_range(0..100) {
                    0..30 if alone(piece) || alone(&pieces[i - 1]) => "",
                    30..34 => "\n",
                    34..36 => "\r\n\t",
                    36..38 => " # a note; add 5 \"\n",
                    _ => " ",
                });
            }
            text.push_str(piece);
        }
        text
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.random.random_range(0..from.len())]
    }
}

/// The texts that stand in the grammar itself.
fn own_words() -> Vec<String> {
    fn gather(node: &Node, words: &mut HashSet<String>) {
        match node {
            Node::Text(text) => drop(words.insert(text.clone())),
            Node::Sequence(parts) | Node::Choice(_, parts) => parts.iter().for_each(|p| gather(p, words)),
            Node::Optional(_, part) | Node::Repeated(_, _, _, part) => gather(part, words),
            Node::Characters(_) | Node::Rule(_) | Node::Nothing => {}
        }
    }
    let mut words = HashSet::new();
    OUTLINE.rules.iter().for_each(|rule| gather(&rule.body, &mut words));
    let mut words: Vec<String> = words.into_iter().collect();
    words.sort();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_accepted_and_repeatable() {
        for (i, text) in sentences(1, 200).enumerate() {
            assert_eq!(specification::accepts(&text), Ok(()), "sentence {i}:\n{text}");
        }
        assert_eq!(sentence(7), sentence(7));
    }

    #[test]
    fn ten_thousand_sentences_go_every_way() {
        let unreached = unreached(20_260_101, 10_000);
        assert!(unreached.is_empty(), "never made:\n{}", unreached.join("\n"));
    }
}
