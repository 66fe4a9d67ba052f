//! Rules: what gives points, and what multiplies, caps or sets a score.

use crate::decay::ScoreDecay;
use crate::lower::{Hand, Lower, Scope};
use crate::names::Named;
use crate::tails::Tails;
use crate::walk::EventTerms;
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{EventId, Expr, ExprKind, Ignore, Points, Rule, RuleKind, ScoreId, Target, Value};
use qualify_syntax::tree::{self, Action, ActionKind, Name, Over, Quoted};

/// Where a rule stands.
#[derive(Clone, Copy)]
pub(crate) struct Home<'d> {
    pub target: Target,
    /// The decay of the score's header.
    pub decay: Option<&'d ScoreDecay<'d>>,
    /// The whole rule.
    pub span: Span,
}

impl<'a> Lower<'a> {
    /// Lowers all rules and ignores, in the order of the text.
    pub fn lower_rules(
        &mut self,
        decays: &[Option<ScoreDecay<'a>>],
    ) -> (Vec<Option<Rule>>, Vec<Option<Ignore>>) {
        let (mut rules, mut ignores) = (Vec::new(), Vec::new());
        for &(rule, block) in &self.outline.rules {
            let score = block.map(|block| self.names.blocks[block]);
            let target = score.map_or(Target::Total, Target::Score);
            let decay = block.and_then(|block| decays[block].as_ref());
            let home = Home { target, decay, span: rule.span };
            let scope = Scope { score, ..Scope::default() };
            if let tree::RuleKind::Ignore { term, because } = &rule.kind {
                ignores
                    .push(self.within(scope, |lower| lower.ignore(term, because.as_ref(), score, rule.span)));
            } else {
                rules.push(self.within(scope, |lower| lower.rule(rule, home)));
            }
        }
        (rules, ignores)
    }

    fn ignore(
        &mut self,
        term: &tree::Term,
        because: Option<&Quoted>,
        within: Option<ScoreId>,
        span: Span,
    ) -> Option<Ignore> {
        if term.steps.len() > 1 {
            let message = "`ignore` takes single events: a sequence cannot be ignored";
            return self.fail(Code::E0415, term.span, message);
        }
        let term = self.event_term(term)?;
        Some(Ignore { term, within, because: because.map(|text| text.text.clone()), span })
    }

    fn rule(&mut self, rule: &tree::Rule, home: Home) -> Option<Rule> {
        let (kind, because) = match &rule.kind {
            tree::RuleKind::When { condition, action, tails } => {
                let tails = self.tails(tails);
                (self.when(condition, action, &tails, home), tails.because)
            }
            tree::RuleKind::ForEach { over, action, tails } => {
                let tails = self.tails(tails);
                (self.for_each(over, action, &tails, home), tails.because)
            }
            tree::RuleKind::Table(table) => (self.points_table(table).map(RuleKind::Table), None),
            tree::RuleKind::Ignore { .. } | tree::RuleKind::Let(_) => return None,
        };
        Some(Rule {
            home: home.target,
            kind: kind?,
            because: because.map(|text| text.text.clone()),
            text: self.words(rule.span),
            span: rule.span,
        })
    }

    fn when(
        &mut self,
        condition: &tree::Expr,
        action: &Action,
        tails: &Tails,
        home: Home,
    ) -> Option<RuleKind> {
        let condition = self.condition(condition);
        match &action.kind {
            ActionKind::Add(value) | ActionKind::Subtract(value) => {
                self.no_limit(tails)?;
                let negative = matches!(action.kind, ActionKind::Subtract(_));
                let amount = self.amount(value, negative, action.span);
                let up_to = self.up_to(tails);
                let condition = condition?;
                let terms = self.event_terms(&condition);
                let kind = self.sole_event(&condition);
                let decay = self.rule_decay(tails, home, terms, kind);
                Some(RuleKind::Add { condition, amount: amount?, decay: decay?, up_to: up_to? })
            }
            ActionKind::Multiply { score, by } => {
                let target = self.target(score.as_ref(), home);
                let by = self.value(by, &crate::lower::Hint::Any).and_then(|by| self.as_number(by));
                self.only_because(tails, "multiply")?;
                Some(RuleKind::Multiply { condition: condition?, target: target?, by: by? })
            }
            ActionKind::Cap { score, at } => {
                let target = self.target(score.as_ref(), home);
                let at = self.points(at);
                self.only_because(tails, "cap")?;
                Some(RuleKind::Cap { condition: condition?, target: target?, at: at? })
            }
            ActionKind::Set { score, to } => {
                let target = self.target(score.as_ref(), home);
                let to = self.points(to);
                self.only_because(tails, "set")?;
                Some(RuleKind::Set { condition: condition?, target: target?, to: to? })
            }
        }
    }

    /// What a `multiply`, `cap` or `set` acts on.
    fn target(&mut self, score: Option<&Name>, home: Home) -> Option<Target> {
        let Some(name) = score else { return Some(home.target) };
        if name.text == "score" {
            return Some(Target::Total);
        }
        if let Some(&(Named::Score(id), _)) = self.names.own.get(&name.text) {
            return Some(Target::Score(id));
        }
        let known: Vec<String> =
            self.outline.scores.iter().map(|(score, _)| score.name.text.clone()).collect();
        let message = format!("no score is called `{}`", name.text);
        self.unknown(Code::E0201, &name.text, name.span, message, known.iter().map(String::as_str))
    }

    /// The points of an action. Points below zero are the other verb.
    fn amount(&mut self, value: &tree::Expr, negative: bool, action: Span) -> Option<Points> {
        let points = self.points(value)?;
        if matches!(points.kind, ExprKind::Constant(Value::Number(n)) if n < 0) {
            let (verb, other) = if negative { ("subtract", "add") } else { ("add", "subtract") };
            let words = self.words(value.span);
            let positive = words.trim_start_matches(['-', ' ', '(']).trim_end_matches(')').to_string();
            let message = format!("`{verb} {words}` is said the wrong way round: write `{other} {positive}`");
            let fix = format!("{other} {positive}");
            let diagnostic = Diagnostic::new(Code::E0401, action, message);
            self.report(diagnostic.fix(format!("write `{fix}`"), action, fix));
            return None;
        }
        Some(Points { negative, value: points })
    }

    fn for_each(&mut self, over: &Over, action: &Action, tails: &Tails, home: Home) -> Option<RuleKind> {
        let (value, negative) = match &action.kind {
            ActionKind::Add(value) => (value, false),
            ActionKind::Subtract(value) => (value, true),
            _ => {
                let words = self.words(action.span);
                let message = format!(
                    "`for each` adds or subtracts points; `{words}` acts once: write `when … {words}`"
                );
                return self.fail(Code::E0408, action.span, message);
            }
        };
        let (property, term) = match over {
            Over::Events(term) => (None, self.event_term(term)),
            Over::Different { path, qualifiers } => {
                let span = qualifiers.last().map_or(path.span, |last| path.span.to(last.span));
                match self.events_with(path, qualifiers, span) {
                    Some((property, term)) => (Some(property), Some(term)),
                    None => (None, None),
                }
            }
        };
        // without its event nothing can be said of the points that read it
        let term = match term {
            Some(term) => term,
            None => {
                self.limit(tails);
                self.up_to(tails);
                return None;
            }
        };
        let kind = term.steps.last().and_then(|step| step.kind);
        let times = property.is_some();
        let hand = Some(Hand { kind, filter: false });
        let scope = Scope { hand, times, ..self.scope.clone() };
        let amount = self.within(scope, |lower| lower.amount(value, negative, action.span));
        let limit = self.limit(tails);
        let up_to = self.up_to(tails);
        let terms = EventTerms { positive: 1, ..EventTerms::default() };
        let decay = self.rule_decay(tails, home, terms, Some(kind));
        let (amount, limit, up_to, decay) = (amount?, limit?, up_to?, decay?);
        Some(match property {
            None => RuleKind::ForEach { term, amount, limit, decay, up_to },
            Some(property) => RuleKind::ForEachDifferent { property, term, amount, limit, decay, up_to },
        })
    }

    /// The event terms of a condition.
    pub fn event_terms(&self, expr: &Expr) -> EventTerms {
        let mut terms = EventTerms::default();
        self.count_terms(expr, true, &mut terms);
        terms
    }

    fn count_terms(&self, expr: &Expr, positive: bool, terms: &mut EventTerms) {
        match &expr.kind {
            ExprKind::Happens(_) if positive => terms.positive = terms.positive.saturating_add(1),
            ExprKind::Happens(_) => terms.negative = terms.negative.saturating_add(1),
            ExprKind::Count(_)
            | ExprKind::CountDifferent(..)
            | ExprKind::Aggregate(..)
            | ExprKind::DaysSinceLast(_)
            | ExprKind::DaysWith(_) => terms.values = terms.values.saturating_add(1),
            ExprKind::Not(inner) => self.count_terms(inner, !positive, terms),
            ExprKind::Let(id) => {
                let inner = self.lets.terms(*id);
                let (yes, no) = if positive {
                    (inner.positive, inner.negative)
                } else {
                    (inner.negative, inner.positive)
                };
                terms.positive = terms.positive.saturating_add(yes);
                terms.negative = terms.negative.saturating_add(no);
                terms.values = terms.values.saturating_add(inner.values);
            }
            _ => qualify_model::children(expr, &mut |child| self.count_terms(child, positive, terms)),
        }
    }

    /// The type of the event of the one positive term, of a sequence its last; none: there is not exactly one.
    fn sole_event(&self, condition: &Expr) -> Option<Option<EventId>> {
        let mut found = Vec::new();
        self.positive_events(condition, true, &mut found);
        if let [one] = found.as_slice() { Some(*one) } else { None }
    }

    fn positive_events(&self, expr: &Expr, positive: bool, found: &mut Vec<Option<EventId>>) {
        match &expr.kind {
            ExprKind::Happens(term) if positive => found.push(term.steps.last().and_then(|step| step.kind)),
            ExprKind::Happens(_) => {}
            ExprKind::Not(inner) => self.positive_events(inner, !positive, found),
            ExprKind::Let(id) => {
                let inner = self.lets.terms(*id);
                let here = if positive { inner.positive } else { inner.negative };
                // more than one is too many already; going on could take long
                if here == 1
                    && let Some(decl) = self.lets.value(*id)
                {
                    self.positive_events(&decl.value, positive, found);
                } else if here > 1 {
                    found.extend([None, None]);
                }
            }
            _ => qualify_model::children(expr, &mut |child| self.positive_events(child, positive, found)),
        }
    }
}
