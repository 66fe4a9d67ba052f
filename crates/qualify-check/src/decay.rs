//! Decay: its shapes, and which rules of a decaying score fade.

use crate::lower::{Hand, Hint, Lower, Scope};
use crate::names::Named;
use crate::rules::Home;
use crate::tails::Tails;
use crate::values::number_of;
use crate::walk::EventTerms;
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{Curve, Decay, EventId, Expr, Length};
use qualify_syntax::tree::{DecayDecl, DecayKind, Literal, LiteralKind, Path};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// The decay of a score's header.
pub(crate) struct ScoreDecay<'t> {
    pub curve: Curve,
    pub from: Option<&'t Path>,
    pub span: Span,
}

impl<'a> Lower<'a> {
    /// The decays of all score blocks; a mistake in one is said once, and its rules are taken not to fade.
    pub fn score_decays(&mut self) -> Vec<Option<ScoreDecay<'a>>> {
        let outline = self.outline;
        let mut out = Vec::new();
        for (score, _) in &outline.scores {
            let decay = score.decay.as_ref().and_then(|decay| {
                let curve = self.curve(decay)??;
                Some(ScoreDecay { curve, from: decay.from.as_ref(), span: decay.span })
            });
            out.push(decay);
        }
        out
    }

    /// The shape; the inner none: `without decay`.
    fn curve(&mut self, decay: &DecayDecl) -> Option<Option<Curve>> {
        Some(Some(match &decay.kind {
            DecayKind::Halving { every, by_day } => {
                let length = self.exact_length(every)?;
                if *by_day && self.exact_micros(&length).is_some_and(|micros| micros % DAY != 0) {
                    let words = self.words(every.span);
                    let message =
                        format!("`by day` counts whole days, and `{words}` is not a number of days");
                    return self.fail(Code::E0404, every.span, message);
                }
                Curve::Halving { every: length, by_day: *by_day }
            }
            DecayKind::Fading(over) => Curve::Fading { over: self.exact_length(over)? },
            DecayKind::Losing { amount, every } => {
                let every = self.exact_length(every);
                if self.is_share(amount) {
                    let share = self.share(amount);
                    Curve::LosingShare { share: share?, every: every? }
                } else {
                    let amount = self.points_literal(amount);
                    Curve::LosingPoints { amount: self.above_zero(amount?)?, every: every? }
                }
            }
            DecayKind::Dropping(steps) => Curve::Dropping { steps: self.steps(steps)? },
            DecayKind::Without(_) => return Some(None),
        }))
    }

    fn above_zero(&mut self, amount: Expr) -> Option<Expr> {
        if number_of(&amount).is_none_or(|n| n > 0) {
            return Some(amount);
        }
        let words = self.words(amount.span);
        self.fail(
            Code::E0401,
            amount.span,
            format!("`losing {words}` loses nothing: the points lost are above zero"),
        )
    }

    /// A percentage, or a param that is declared as one.
    fn is_share(&self, literal: &Literal) -> bool {
        match &literal.kind {
            LiteralKind::Percent(_) => true,
            LiteralKind::Word(path) => match self.names.own.get(&path.parts[0].text) {
                Some((Named::Param(id), _)) => {
                    matches!(self.outline.params[id.index()].0.value.kind, LiteralKind::Percent(_))
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// A share from 0 % to 100 %.
    fn share(&mut self, literal: &Literal) -> Option<Expr> {
        let words = self.words(literal.span);
        if !self.is_share(literal) {
            let message = format!("`{words}` is not a share: write a percentage, such as `50%`");
            return self.fail(Code::E0425, literal.span, message);
        }
        let share = self.literal(literal, &Hint::Any)?;
        let share = self.as_number(share)?;
        if number_of(&share).is_some_and(|n| !(0..=1_000_000).contains(&n)) {
            return self.fail(
                Code::E0425,
                literal.span,
                format!("`{words}` is not a share from `0%` to `100%`"),
            );
        }
        Some(share)
    }

    fn steps(&mut self, steps: &[(Literal, qualify_syntax::tree::Length)]) -> Option<Vec<(Expr, Length)>> {
        let mut out: Vec<(Expr, Length)> = Vec::new();
        let mut fine = true;
        let mut before: Option<(i64, Span)> = None;
        for (share, age) in steps {
            let (share, length) = (self.share(share), self.exact_length(age));
            let (Some(share), Some(length)) = (share, length) else {
                fine = false;
                continue;
            };
            if let Some(micros) = self.exact_micros(&length) {
                if let Some((least, first)) = before
                    && micros <= least
                {
                    let message = format!("`{}` must be longer than the age before it", self.words(age.span));
                    self.report(
                        Diagnostic::new(Code::E0405, age.span, message).other(first, "the age before it"),
                    );
                    fine = false;
                }
                before = Some((micros, age.span));
            }
            out.push((share, length));
        }
        fine.then_some(out)
    }

    /// How a rule fades: as it says itself, or as its score says if it reads events. `kind` is the type of the one
    /// event that gives the age. The outer none: a mistake was reported.
    pub fn rule_decay(
        &mut self,
        tails: &Tails,
        home: Home,
        terms: EventTerms,
        kind: Option<Option<EventId>>,
    ) -> Option<Option<Decay>> {
        let unless = match tails.without.map(|decay| (&decay.kind, decay.span)) {
            Some((DecayKind::Without(None), _)) => return Some(None),
            Some((DecayKind::Without(Some(condition)), span)) => Some((self.condition(condition)?, span)),
            _ => None,
        };
        let own = match tails.decay {
            None => None,
            Some(decay) => Some((self.curve(decay)??, decay.from.as_ref(), decay.span)),
        };
        let fades = match (own, home.decay) {
            (Some(own), _) => Some(own),
            (None, Some(score)) if terms.any() => Some((score.curve.clone(), score.from, score.span)),
            _ => None,
        };
        let Some((curve, from, span)) = fades else {
            // a header with a mistake may have said how
            if unless.is_some() && self.files.incomplete {
                return None;
            }
            if let Some((_, span)) = unless {
                let message = "nothing fades here: neither the rule nor its score says how";
                self.report(Diagnostic::new(Code::E0403, span, message).fix("remove it", span, ""));
                return None;
            }
            return Some(None);
        };
        let Some(kind) = kind else { return self.no_age(tails, home, terms, span) };
        let from = match from {
            None => None,
            Some(path) => {
                let scope = Scope { hand: Some(Hand { kind, filter: false }), ..self.scope.clone() };
                Some(self.within(scope, |lower| lower.moment(path))?)
            }
        };
        let unless = unless.map(|(condition, _)| condition);
        Some(Some(Decay { curve, from, unless, span }))
    }

    /// Reports a rule that fades and has no event that gives the age.
    fn no_age<T>(&mut self, tails: &Tails, home: Home, terms: EventTerms, decay: Span) -> Option<T> {
        if tails.decay.is_some() && !terms.any() {
            let message = "a rule without an event never fades: there is no age to count";
            let diagnostic = Diagnostic::new(Code::E0403, decay, message);
            self.report(diagnostic.fix("remove it", decay, ""));
            return None;
        }
        let message = match terms.positive {
            0 => "this rule fades, and no event in its condition gives the age".to_string(),
            n => format!("this rule fades, and {n} events in its condition could give the age"),
        };
        let mut diagnostic =
            Diagnostic::new(Code::E0402, home.span, message).other(decay, "it fades because of this");
        diagnostic = if tails.decay.is_some() {
            diagnostic.note("write one rule for each event, or leave the decay out")
        } else {
            diagnostic.fix("add `without decay`", home.span.after(), " without decay")
        };
        self.report(diagnostic);
        None
    }
}
