//! Texts: which of the texts that the models speak of it is, and how tests on all other texts come out.

use super::{Encoder, Here, Source, Sym};
use crate::proof::circuit::{FALSE, Lit, TRUE};
use crate::proof::int::Int;
use crate::proof::three::Num;
use qualify_model::*;
use std::sync::Arc;

/// More different texts than this are not told apart.
const MOST_TEXTS: i128 = 1 << 14;

/// A test on a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Test {
    /// Compares as equal.
    Is(String),
    /// Is this domain or one below it.
    Within(String),
    /// A test of the language.
    Other(TextTest, String),
}

impl Test {
    /// Whether a text passes.
    pub(crate) fn holds(&self, whole: &str) -> bool {
        match self {
            Test::Is(other) => text::equal(whole, other),
            Test::Within(entry) => text::domain_matches(entry, whole),
            Test::Other(TextTest::Contains, needle) => text::contains(whole, needle),
            Test::Other(TextTest::StartsWith, needle) => text::starts_with(whole, needle),
            Test::Other(TextTest::EndsWith, needle) => text::ends_with(whole, needle),
            Test::Other(TextTest::Mentions, needle) => text::mentions(whole, needle),
            Test::Other(TextTest::Matches, needle) => text::matches(whole, needle),
        }
    }

    /// A text that probably passes.
    pub(crate) fn sample(&self) -> String {
        match self {
            Test::Is(text) | Test::Within(text) => text.clone(),
            Test::Other(TextTest::Matches, needle) => needle.replace('*', "").replace('?', "x"),
            Test::Other(_, needle) => needle.clone(),
        }
    }
}

/// A text that is not known.
pub(crate) struct TextVariable {
    /// 0: none of the texts that were asked for; else its place among them, from 1.
    pub(crate) code: Int,
    /// Texts that were asked for, as first written.
    pub(crate) texts: Vec<String>,
    /// Other tests, each with its outcome.
    pub(crate) tests: Vec<(Test, Lit)>,
    /// For a part of a text: which part of whose.
    pub(crate) part: Option<(Part, Source)>,
    /// How many texts and tests were brought together.
    settled: (usize, usize),
}

impl TextVariable {
    fn new(code: Int) -> TextVariable {
        TextVariable { code, texts: Vec::new(), tests: Vec::new(), part: None, settled: (0, 0) }
    }
}

/// A text that an expression comes to.
#[derive(Clone, Debug)]
pub(crate) enum Spelled {
    /// Known to be this.
    Constant(Arc<str>),
    /// One of these, by literal; none of them: unknown.
    OneOf(Vec<(Lit, String)>),
    /// A text variable and whether it is known.
    Variable(Lit, usize),
}

impl Spelled {
    pub(super) fn flatten(&self, lits: &mut Vec<Lit>, numbers: &mut Vec<i128>) {
        match self {
            Spelled::Constant(text) => numbers.extend(text.chars().map(|c| i128::from(u32::from(c)))),
            Spelled::OneOf(all) => {
                for (lit, text) in all {
                    lits.push(*lit);
                    numbers.push(5);
                    numbers.extend(text.chars().map(|c| i128::from(u32::from(c))));
                }
            }
            Spelled::Variable(known, which) => {
                lits.push(*known);
                numbers.extend([3, *which as i128]);
            }
        }
    }
}

impl<'m> Encoder<'_, 'm> {
    pub(super) fn text_variable(&mut self) -> usize {
        let code = self.c.any_int(0, MOST_TEXTS - 1);
        self.texts.push(TextVariable::new(code));
        self.texts.len() - 1
    }

    /// The text that an expression comes to.
    pub(super) fn spelled(&mut self, expr: &'m Expr, here: Here) -> Spelled {
        let model = self.model(here);
        if let Some(source) = self.source(expr, here) {
            let variable = self.variable(source);
            if let super::Values::Text(which) = variable.values {
                return Spelled::Variable(variable.known, which);
            }
        }
        match &expr.kind {
            ExprKind::Constant(Value::Text(text) | Value::Stage(text)) => Spelled::Constant(text.clone()),
            ExprKind::Param(id) => match &model.params[id.index()].value {
                Value::Text(text) => Spelled::Constant(text.clone()),
                _ => Spelled::OneOf(Vec::new()),
            },
            ExprKind::Unknown => Spelled::OneOf(Vec::new()),
            ExprKind::Let(id) => match self.named(*id, here) {
                Sym::Text(spelled) => spelled,
                _ => Spelled::OneOf(Vec::new()),
            },
            ExprKind::Grade(id) => Spelled::OneOf(self.grade(*id, here.which)),
            ExprKind::Part(part, whole) => self.part(*part, whole, expr, here),
            _ => self.any_text(expr, here),
        }
    }

    /// A part of an attribute: a text of its own, which is unknown if the whole is.
    fn part(&mut self, part: Part, whole: &'m Expr, expr: &'m Expr, here: Here) -> Spelled {
        let whole = self.behind(whole, here);
        let Some(source) = self.source(whole, here) else { return self.any_text(expr, here) };
        let found = self.texts.iter().position(|text| text.part == Some((part, source)));
        let which = match found {
            Some(which) => which,
            None => {
                let which = self.text_variable();
                self.texts[which].part = Some((part, source));
                which
            }
        };
        let whole = self.variable(source).known;
        let has = self.element(source, format!("part {part:?}"));
        Spelled::Variable(self.c.and([whole, has]), which)
    }

    /// A text that is not looked into.
    fn any_text(&mut self, expr: &'m Expr, here: Here) -> Spelled {
        if let ExprKind::Aggregate(kind, property, term) = &expr.kind {
            let Num { known, int } = self.aggregate(expr, *kind, property, term, here);
            return self.numbered(known, int);
        }
        let (label, parts) = match &expr.kind {
            ExprKind::If(a, b, c) => ("if".into(), [a, b, c].map(|part| self.value(part, here)).into()),
            ExprKind::IfKnown(a, b) => ("if known".into(), [a, b].map(|part| self.value(part, here)).into()),
            _ => self.in_words(expr, here),
        };
        let label = format!("text {label}");
        let known = self.any_truth("a text that is worked out", expr.span, label.clone(), &parts, here);
        let number = self.any_number("a text that is worked out", expr, label, &parts, here);
        self.numbered(known.yes, number.int)
    }

    /// A text of which no more is known than that equal numbers are equal texts.
    fn numbered(&mut self, known: Lit, number: Int) -> Spelled {
        let which = self.texts.iter().position(|text| text.code == number);
        let which = which.unwrap_or_else(|| {
            self.texts.push(TextVariable::new(number));
            self.texts.len() - 1
        });
        Spelled::Variable(known, which)
    }

    /// Whether a text is known.
    pub(super) fn text_known(&mut self, spelled: &Spelled) -> Lit {
        match spelled {
            Spelled::Constant(_) => TRUE,
            Spelled::OneOf(all) => self.c.or(all.iter().map(|(lit, _)| *lit)),
            Spelled::Variable(known, _) => *known,
        }
    }

    /// Whether a text, if it is known, passes a test.
    pub(crate) fn passes(&mut self, spelled: &Spelled, test: &Test) -> Lit {
        match spelled {
            Spelled::Constant(text) => {
                if test.holds(text) {
                    TRUE
                } else {
                    FALSE
                }
            }
            Spelled::OneOf(all) => {
                self.c.or(all.iter().filter(|(_, text)| test.holds(text)).map(|(lit, _)| *lit))
            }
            Spelled::Variable(_, which) => self.variable_passes(*which, test),
        }
    }

    fn variable_passes(&mut self, which: usize, test: &Test) -> Lit {
        if let Test::Is(text) = test {
            let place = self.code_of(which, text);
            let code = self.texts[which].code.clone();
            return self.c.equals(&code, place as i128);
        }
        if let Some((_, lit)) = self.texts[which].tests.iter().find(|(other, _)| other == test) {
            return *lit;
        }
        let lit = self.c.input();
        self.texts[which].tests.push((test.clone(), lit));
        lit
    }

    /// The number of a text among those that were asked for.
    fn code_of(&mut self, which: usize, text: &str) -> usize {
        let texts = &mut self.texts[which].texts;
        let place = texts.iter().position(|other| text::equal(other, text)).unwrap_or_else(|| {
            texts.push(text.to_string());
            texts.len() - 1
        });
        place + 1
    }

    /// What follows from which text it is, for every test, and from one test for another. May be called again when
    /// more was asked.
    pub(crate) fn settle_texts(&mut self) {
        for which in 0..self.texts.len() {
            let (texts, tests) = (self.texts[which].texts.clone(), self.texts[which].tests.clone());
            let (old_texts, old_tests) = self.texts[which].settled;
            if (texts.len(), tests.len()) == (old_texts, old_tests) {
                continue;
            }
            let code = self.texts[which].code.clone();
            for (t, (test, lit)) in tests.iter().enumerate() {
                for (place, text) in texts.iter().enumerate() {
                    if t >= old_tests || place >= old_texts {
                        let is = self.c.equals(&code, place as i128 + 1);
                        self.c.fact([!is, if test.holds(text) { *lit } else { !*lit }]);
                    }
                }
                for (o, (other, implied)) in tests.iter().enumerate() {
                    if (t >= old_tests || o >= old_tests) && lit != implied && follows(test, other) {
                        self.c.fact([!*lit, *implied]);
                    }
                }
            }
            self.texts[which].settled = (texts.len(), tests.len());
        }
    }

    /// A free answer to a question about a list attribute or a part of a text.
    pub(super) fn element(&mut self, source: Source, question: String) -> Lit {
        if let Some(known) = self.elements.get(&(source, question.clone())) {
            return *known;
        }
        let lit = self.c.input();
        self.elements.insert((source, question), lit);
        lit
    }
}

/// Whether every text that passes `a` passes `b`.
fn follows(a: &Test, b: &Test) -> bool {
    use TextTest::*;
    match (a, b) {
        (Test::Within(x), Test::Within(y)) => text::domain_matches(y, x),
        (Test::Other(StartsWith, x), Test::Other(StartsWith, y)) => text::starts_with(x, y),
        (Test::Other(EndsWith, x), Test::Other(EndsWith, y)) => text::ends_with(x, y),
        (Test::Other(Contains | StartsWith | EndsWith, x), Test::Other(Contains, y)) => text::contains(x, y),
        (Test::Other(Mentions, x), Test::Other(Mentions, y)) => text::mentions(x, y),
        _ => false,
    }
}
