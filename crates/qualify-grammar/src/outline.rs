//! The grammar as data: its rules and their alternatives, numbered, read from the same file that pest runs.
//!
//! Not in here: choosing among them.

use pest_meta::ast::{Expr, RuleType};
use pest_meta::parser;
use std::collections::{HashMap, HashSet};

/// The name of the rule of a whole file.
const ROOT: &str = "file";

/// All rules.
pub(crate) struct Outline {
    pub rules: Vec<Rule>,
    pub root: usize,
    /// Every way that a sentence can go at a fork of a rule that sentences use.
    pub alternatives: Vec<Alternative>,
}

/// One rule.
pub(crate) struct Rule {
    pub name: String,
    /// White space may stand between its parts.
    pub spaced: bool,
    pub body: Node,
    /// What is made of it must be tried on the grammar: it excludes something, or stands below the root.
    pub checked: bool,
    /// Pest does not tell where it ends.
    pub silent: bool,
    /// How many rules deep its shallowest sentence is.
    pub height: usize,
}

/// A part of a rule.
pub(crate) enum Node {
    Text(String),
    /// One of these characters.
    Characters(Vec<char>),
    Rule(usize),
    Sequence(Vec<Node>),
    /// The number of the first alternative, and all of them.
    Choice(usize, Vec<Node>),
    /// The number of the alternative "nothing" (the next one is "something"), and the part.
    Optional(usize, Box<Node>),
    /// Least and greatest number of times, and the part. Numbered like an optional part if it may be absent.
    Repeated(usize, u32, u32, Box<Node>),
    /// Looks ahead or marks an end: makes nothing.
    Nothing,
}

/// One way to go.
pub(crate) struct Alternative {
    pub rule: usize,
    /// In words, for messages.
    pub label: String,
}

impl Outline {
    /// Reads the grammar. It is part of the program and has been through pest's own checks at compile time.
    pub fn read(text: &str) -> Outline {
        let pairs = parser::parse(parser::Rule::grammar_rules, text).expect("pest compiled this grammar");
        let parsed = parser::consume_rules(pairs).expect("pest compiled this grammar");
        let names = parsed.iter().enumerate().map(|(i, rule)| (rule.name.clone(), i)).collect();
        let mut reader = Reader { names, rule: 0, excludes: false, alternatives: Vec::new() };
        let mut rules = Vec::new();
        for (i, rule) in parsed.iter().enumerate() {
            (reader.rule, reader.excludes) = (i, false);
            let body = reader.node(&rule.expr);
            let spaced = matches!(rule.ty, RuleType::Normal | RuleType::Silent | RuleType::NonAtomic);
            rules.push(Rule {
                name: rule.name.clone(),
                spaced,
                body,
                checked: reader.excludes,
                silent: rule.ty == RuleType::Silent,
                height: usize::MAX,
            });
        }
        let root = reader.names[ROOT];
        let mut outline = Outline { rules, root, alternatives: reader.alternatives };
        outline.measure();
        for child in outline.rules[root].body.rules() {
            outline.rules[child].checked = true;
        }
        outline
    }

    /// Finds the height of every rule, by going round until nothing changes.
    fn measure(&mut self) {
        loop {
            let before: Vec<usize> = self.rules.iter().map(|rule| rule.height).collect();
            for rule in &mut self.rules {
                rule.height = rule.body.height(&|i| before[i]).saturating_add(1);
            }
            if self.rules.iter().map(|rule| rule.height).eq(before) {
                return;
            }
        }
    }

    /// The height of a part of a rule.
    pub fn height(&self, node: &Node) -> usize {
        node.height(&|rule| self.rules[rule].height)
    }

    /// The rules that sentences use: the root and all that it reaches, but not what is only looked ahead for.
    pub fn used(&self) -> HashSet<usize> {
        let mut used = HashSet::from([self.root]);
        let mut open = vec![self.root];
        while let Some(rule) = open.pop() {
            open.extend(self.rules[rule].body.rules().into_iter().filter(|&child| used.insert(child)));
        }
        used
    }
}

impl Node {
    fn height(&self, heights: &impl Fn(usize) -> usize) -> usize {
        match self {
            Node::Rule(rule) => heights(*rule),
            Node::Sequence(parts) => parts.iter().map(|part| part.height(heights)).max().unwrap_or(0),
            Node::Choice(_, ways) => ways.iter().map(|way| way.height(heights)).min().unwrap_or(0),
            Node::Repeated(_, least, _, part) if *least > 0 => part.height(heights),
            _ => 0,
        }
    }

    /// The rules named in it.
    fn rules(&self) -> Vec<usize> {
        match self {
            Node::Rule(rule) => vec![*rule],
            Node::Sequence(parts) | Node::Choice(_, parts) => parts.iter().flat_map(Node::rules).collect(),
            Node::Optional(_, part) | Node::Repeated(_, _, _, part) => part.rules(),
            Node::Text(_) | Node::Characters(_) | Node::Nothing => Vec::new(),
        }
    }
}

/// Turns pest's tree of a rule into ours.
struct Reader {
    names: HashMap<String, usize>,
    rule: usize,
    excludes: bool,
    alternatives: Vec<Alternative>,
}

impl Reader {
    fn node(&mut self, expr: &Expr) -> Node {
        match expr {
            Expr::Str(text) | Expr::Insens(text) => Node::Text(text.clone()),
            Expr::Range(low, high) => Node::Characters(range(low, high)),
            Expr::Ident(name) => self.ident(name),
            Expr::NegPred(_) => {
                self.excludes = true;
                Node::Nothing
            }
            // what must follow is not part of the rule, so the rule cannot be tried alone
            Expr::PosPred(_) => Node::Nothing,
            Expr::Seq(..) => Node::Sequence(flat_sequence(expr).into_iter().map(|e| self.node(e)).collect()),
            Expr::Choice(..) => {
                let ways = flat_choice(expr);
                let first = self.number(ways.iter().map(|way| show(way)));
                Node::Choice(first, ways.into_iter().map(|way| self.node(way)).collect())
            }
            Expr::Opt(part) => {
                let first = self.presence(part);
                Node::Optional(first, Box::new(self.node(part)))
            }
            Expr::Rep(part) => self.repeated(part, 0, 3),
            Expr::RepOnce(part) => self.repeated(part, 1, 4),
            Expr::RepExact(part, times) => self.repeated(part, *times, *times),
            Expr::RepMin(part, least) => self.repeated(part, *least, least + 3),
            Expr::RepMax(part, most) => self.repeated(part, 0, *most),
            Expr::RepMinMax(part, least, most) => self.repeated(part, *least, *most),
            Expr::Skip(_) | Expr::PeekSlice(..) => Node::Nothing,
            Expr::Push(part) => self.node(part),
        }
    }

    fn repeated(&mut self, part: &Expr, least: u32, most: u32) -> Node {
        let first = if least == 0 { self.presence(part) } else { usize::MAX };
        Node::Repeated(first, least, most, Box::new(self.node(part)))
    }

    /// Numbers "nothing" and "something".
    fn presence(&mut self, part: &Expr) -> usize {
        self.number([format!("without {}", show(part)), format!("with {}", show(part))])
    }

    fn number(&mut self, labels: impl IntoIterator<Item = String>) -> usize {
        let first = self.alternatives.len();
        let rule = self.rule;
        self.alternatives.extend(labels.into_iter().map(|label| Alternative { rule, label }));
        first
    }

    fn ident(&mut self, name: &str) -> Node {
        match (self.names.get(name), name) {
            (Some(rule), _) => Node::Rule(*rule),
            (None, "SOI" | "EOI") => Node::Nothing,
            (None, "ANY") => Node::Characters("abzAZ019 _-.,:;*?/@&'()äßé漢".chars().collect()),
            (None, "ASCII_DIGIT") => Node::Characters(('0'..='9').collect()),
            (None, "ASCII_NONZERO_DIGIT") => Node::Characters(('1'..='9').collect()),
            (None, "ASCII_ALPHA_LOWER") => Node::Characters(('a'..='z').collect()),
            (None, "ASCII_ALPHA_UPPER") => Node::Characters(('A'..='Z').collect()),
            (None, "ASCII_ALPHA") => Node::Characters(('a'..='z').chain('A'..='Z').collect()),
            (None, "ASCII_ALPHANUMERIC") => {
                Node::Characters(('a'..='z').chain('A'..='Z').chain('0'..='9').collect())
            }
            (None, "NEWLINE") => Node::Text("\n".into()),
            (None, other) => unreachable!("the grammar uses pest's `{other}`: teach it to the outline"),
        }
    }
}

fn range(low: &str, high: &str) -> Vec<char> {
    match (low.chars().next(), high.chars().next()) {
        (Some(low), Some(high)) => (low..=high).collect(),
        _ => Vec::new(),
    }
}

fn flat_sequence(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Seq(left, right) => [flat_sequence(left), flat_sequence(right)].concat(),
        other => vec![other],
    }
}

fn flat_choice(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Choice(left, right) => [flat_choice(left), flat_choice(right)].concat(),
        other => vec![other],
    }
}

/// A part in a few words, for messages.
fn show(expr: &Expr) -> String {
    match expr {
        Expr::Str(text) | Expr::Insens(text) => format!("{text:?}"),
        Expr::Ident(name) => name.clone(),
        Expr::Seq(..) => {
            let parts: Vec<String> = flat_sequence(expr).into_iter().map(show).collect();
            parts.join(" ~ ")
        }
        Expr::Choice(..) => {
            let ways: Vec<String> = flat_choice(expr).into_iter().map(show).collect();
            format!("({})", ways.join(" | "))
        }
        Expr::Opt(part) => format!("({})?", show(part)),
        Expr::Rep(part) => format!("({})*", show(part)),
        Expr::RepOnce(part) => format!("({})+", show(part)),
        Expr::PosPred(part) => format!("&({})", show(part)),
        Expr::NegPred(part) => format!("!({})", show(part)),
        other => format!("{other:?}"),
    }
}
