//! What each rule gives.

use super::events::{Asked, Matched, Shape};
use super::{Encoder, Here, Sym};
use crate::proof::circuit::{FALSE, Lit, TRUE};
use crate::proof::int::{Int, Sum};
use crate::proof::three::{Num, Three};
use qualify_diagnostics::Span;
use qualify_model::*;

const POINTS: Type = Type::Number(NumberKind::Points);

/// What happens to the points of a rule at its end.
struct End {
    negative: bool,
    up_to: Option<Num>,
}

impl<'m> Encoder<'_, 'm> {
    /// What a rule adds to its score.
    pub(super) fn rule_points(&mut self, rule: &'m Rule, here: Here) -> Sum {
        match &rule.kind {
            RuleKind::Add { condition, amount, decay, up_to } => {
                let fires = self.truth(condition, here).yes;
                let end = self.end(amount, up_to.as_ref(), here);
                let given = match decay {
                    None => self.amount(amount, here),
                    Some(decay) => self.faded_once(rule, condition, amount, decay, here),
                };
                self.ended(fires, given, &end)
            }
            RuleKind::ForEach { term, amount, limit, decay, up_to } => {
                let (known, matched) = self.matched(term, here);
                let end = self.end(amount, up_to.as_ref(), here);
                let given =
                    self.each(&matched, None, amount, limit.as_ref(), decay.as_ref(), rule.span, here);
                self.ended(known, given, &end)
            }
            RuleKind::ForEachDifferent { property, term, amount, limit, decay, up_to } => {
                let (known, matched) = self.matched(term, here);
                let end = self.end(amount, up_to.as_ref(), here);
                let (limit, decay) = (limit.as_ref(), decay.as_ref());
                let given = self.each(&matched, Some(property), amount, limit, decay, rule.span, here);
                self.ended(known, given, &end)
            }
            RuleKind::Table(table) => match self.cells(table, &POINTS, here) {
                Some(cells) => self.cell_sum(&cells),
                None => {
                    let described = self.table_described(table, here);
                    let place = || (format!("table {} {:?}", here.which, table.span), Vec::new());
                    let (label, parts) = described.unwrap_or_else(place);
                    let range = (i64::MIN.into(), i64::MAX.into());
                    let what = "a table that is not looked into";
                    Sum::of(&[self.any_points(what, table.span, label, &parts, range, here)])
                }
            },
            RuleKind::Multiply { .. } | RuleKind::Cap { .. } | RuleKind::Set { .. } => Sum::default(),
        }
    }

    fn end(&mut self, amount: &Points, up_to: Option<&'m Expr>, here: Here) -> End {
        let up_to = up_to.and_then(|most| self.number_as(most, &POINTS, here));
        End { negative: amount.negative, up_to }
    }

    /// Bounded, signed, and only given if the rule fires.
    fn ended(&mut self, fires: Lit, given: Int, end: &End) -> Sum {
        let bounded = match &end.up_to {
            Some(Num { known: TRUE, int }) => self.c.least(&given, int),
            Some(Num { known, int }) => {
                let least = self.c.least(&given, int);
                self.c.choose_int(*known, &least, &given)
            }
            None => given,
        };
        let signed = if end.negative { self.c.linear(&[(-1, &bounded)]) } else { bounded };
        let held = self.held(signed);
        Sum::of(&[self.if_so(fires, &held)])
    }

    /// Points; unknown ones are 0.
    fn amount(&mut self, amount: &'m Points, here: Here) -> Int {
        match self.number_as(&amount.value, &POINTS, here) {
            Some(Num { known, int }) => {
                let int = self.held(int);
                self.c.gated(known, &int)
            }
            None => {
                let label = format!("points {} {:?}", here.which, amount.value.span);
                let range = (i64::MIN.into(), i64::MAX.into());
                self.any_points(
                    "points of a kind that is not looked into",
                    amount.value.span,
                    label,
                    &[],
                    range,
                    here,
                )
            }
        }
    }

    /// Points that fade with the age of the newest event of the condition.
    fn faded_once(
        &mut self,
        rule: &'m Rule,
        condition: &'m Expr,
        amount: &'m Points,
        decay: &'m Decay,
        here: Here,
    ) -> Int {
        let points = self.amount(amount, here);
        let mut terms = Vec::new();
        happenings(self.model(here), condition, here.home, &mut terms, &mut Vec::new());
        let (mut newest, mut knowns) = (Vec::new(), Vec::new());
        for (term, home) in terms {
            let (known, matched) = self.matched(term, Here { home, ..here });
            newest.push(matched);
            knowns.push(known);
        }
        // events of a term that is unknown do not count
        if knowns.iter().any(|known| *known != TRUE) {
            return self.faded_somehow(rule, &points, decay, newest, &knowns, here);
        }
        newest.sort_by_key(|matched| format!("{matched:?}"));
        newest.dedup();
        let shape = self.shape(decay, here);
        let plain = decay.from.is_none() && decay.unless.as_ref().is_none_or(|unless| !reads_event(unless));
        match (shape, points.fixed()) {
            (Some(shape), Some(value)) if plain => {
                let asked = Asked::Newest(value, shape, newest);
                let left = self.tally(asked, (value.min(0), value.max(0)), here, rule.span);
                match &decay.unless {
                    Some(unless) => {
                        let unless = self.truth(unless, here).yes;
                        self.c.choose_int(unless, &points, &left)
                    }
                    None => left,
                }
            }
            _ => self.faded_somehow(rule, &points, decay, newest, &[], here),
        }
    }

    /// Points that fade in a way that is not looked into.
    fn faded_somehow(
        &mut self,
        rule: &'m Rule,
        points: &Int,
        decay: &'m Decay,
        newest: Vec<Matched>,
        knowns: &[Lit],
        here: Here,
    ) -> Int {
        let mut parts = vec![Sym::Num(Num { known: TRUE, int: points.clone() })];
        parts.extend(knowns.iter().map(|known| Sym::Three(Three::certain(*known))));
        let label = self.decay_described(decay, &mut parts, here);
        let (mut lits, mut numbers) = (Vec::new(), Vec::new());
        parts.iter().for_each(|part| self.flatten(part, &mut lits, &mut numbers));
        let range = (points.low.min(0), points.high.max(0));
        self.tally(Asked::Other(format!("newest {label}"), lits, numbers, newest), range, here, rule.span)
    }

    /// The points for each event, or for each different value.
    #[allow(clippy::too_many_arguments)] // what a `for each` is made of
    fn each(
        &mut self,
        matched: &Matched,
        different: Option<&Property>,
        amount: &'m Points,
        limit: Option<&'m Limit>,
        decay: Option<&'m Decay>,
        span: Span,
        here: Here,
    ) -> Int {
        let n = match different {
            Some(property) => self.different_of(property, matched, here, span),
            None => self.count_of(matched, here, span),
        };
        let most = limit.map(|limit| self.number(&limit.count, here).int.fixed());
        let kinds = kinds(matched);
        let event = (kinds.len() == 1).then(|| kinds[0]);
        let inside = Here { event, ..here };
        let points = if reads_event(&amount.value) { None } else { self.amount(amount, here).fixed() };
        let shape = decay.map(|decay| match decay {
            Decay { from: None, unless: None, .. } => self.shape(decay, here),
            _ => None,
        });
        let per = limit.and_then(|limit| limit.per).map(|unit| (self.model(here).timezone.clone(), unit));
        match (points, most, shape) {
            // every event gives the same: as many as count
            (Some(points), most, None) if per.is_none() && most != Some(None) => {
                let n = match most.flatten() {
                    Some(most) => self.c.least(&n, &Int::constant(most.max(0))),
                    None => n,
                };
                self.c.linear(&[(points, &n)])
            }
            (Some(points), most, shape)
                if different.is_none() && most != Some(None) && shape != Some(None) =>
            {
                let limit = most.flatten().map(|most| (most, per));
                let all = self.c.linear(&[(points, &n)]);
                let asked = Asked::Each(points, shape.flatten(), limit, matched.clone());
                let sum = self.tally(asked, (all.low.min(0), all.high.max(0)), here, span);
                // no more than all of them at their full points
                let fewer =
                    if points < 0 { self.c.not_less(&sum, &all) } else { self.c.not_less(&all, &sum) };
                self.c.fact([fewer]);
                sum
            }
            _ => {
                let mut parts = self.amounts(matched, &amount.value, here);
                let mut label = format!("each {limit:?} {per:?} {different:?}", limit = most);
                if let Some(decay) = decay {
                    label += &self.decay_described(decay, &mut parts, inside);
                }
                let (mut lits, mut numbers) = (Vec::new(), Vec::new());
                parts.iter().for_each(|part| self.flatten(part, &mut lits, &mut numbers));
                let range = sum_range(&parts);
                let sum =
                    self.tally(Asked::Other(label, lits, numbers, vec![matched.clone()]), range, here, span);
                // nothing for nothing
                let (some, zero) = (self.c.at_least(&n, 1), self.c.equals(&sum, 0));
                self.c.fact([some, zero]);
                sum
            }
        }
    }

    /// The points of an event of each type that matches.
    fn amounts(&mut self, matched: &Matched, value: &'m Expr, here: Here) -> Vec<Sym> {
        let each = kinds(matched).into_iter().map(|kind| {
            let inside = Here { event: Some(kind), ..here };
            match self.number_as(value, &POINTS, inside) {
                Some(num) => Sym::Num(num),
                None => self.value(value, inside),
            }
        });
        each.collect()
    }

    /// A decay of constants.
    fn shape(&mut self, decay: &'m Decay, here: Here) -> Option<Shape> {
        let params = &self.model(here).params;
        let exact = |length: &Length| match calendar::param_length(length, params) {
            Length::Exact(us) => Some(us),
            _ => None,
        };
        let mut constant = |expr: &'m Expr, kind: NumberKind| {
            let Num { known, int } = self.number_as(expr, &Type::Number(kind), here)?;
            (known == TRUE).then_some(i64::try_from(int.fixed()?).ok()?)
        };
        Some(match &decay.curve {
            Curve::Halving { every, by_day } => Shape::Halving { every: exact(every)?, by_day: *by_day },
            Curve::Fading { over } => Shape::Fading { over: exact(over)? },
            Curve::LosingShare { share, every } => {
                Shape::LosingShare { share: constant(share, NumberKind::Number)?, every: exact(every)? }
            }
            Curve::LosingPoints { amount, every } => {
                Shape::LosingPoints { amount: constant(amount, NumberKind::Points)?, every: exact(every)? }
            }
            Curve::Dropping { steps } => {
                let mut all = Vec::new();
                for (share, after) in steps {
                    all.push((constant(share, NumberKind::Number)?, exact(after)?));
                }
                Shape::Dropping { steps: all }
            }
        })
    }

    fn decay_described(&mut self, decay: &'m Decay, parts: &mut Vec<Sym>, here: Here) -> String {
        let shape = self.shape(decay, here);
        let label = match shape {
            Some(shape) => format!("{shape:?}"),
            None => format!("{} {:?}", here.which, decay.span),
        };
        for (name, part) in [("from", &decay.from), ("unless", &decay.unless)] {
            match part {
                Some(part) => {
                    parts.push(Sym::Text(super::Spelled::Constant(name.into())));
                    // what is said of the event in hand is told apart by place
                    if reads_event(part) && here.event.is_none() {
                        let place = format!("{} {:?}", here.which, part.span);
                        parts.push(Sym::Text(super::Spelled::Constant(place.into())));
                    } else {
                        parts.push(self.value(part, here));
                        if let Some(age) = self.aged(part, here) {
                            parts.push(Sym::Num(age));
                        }
                    }
                }
                None => parts.push(Sym::Num(Num { known: FALSE, int: Int::constant(0) })),
            }
        }
        label
    }
}

/// Event types of which an event can match the last step.
fn kinds(matched: &Matched) -> Vec<EventId> {
    let Some(step) = matched.steps.last() else { return Vec::new() };
    let each = step.events.iter().enumerate().filter(|(_, lit)| **lit != FALSE);
    each.map(|(kind, _)| EventId(kind as u32)).collect()
}

/// What points of these sizes can come to for any number of events, in 64 bits.
fn sum_range(parts: &[Sym]) -> (i128, i128) {
    let (mut low, mut high) = (0, 0);
    for part in parts {
        match part {
            Sym::Num(num) => {
                if num.int.low < 0 {
                    low = i64::MIN.into();
                }
                if num.int.high > 0 {
                    high = i64::MAX.into();
                }
            }
            _ => (low, high) = (i64::MIN.into(), i64::MAX.into()),
        }
    }
    (low, high)
}

/// Whether an expression speaks of the event in hand.
fn reads_event(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Property(_) | ExprKind::EventTime | ExprKind::Times)
        || qualify_model::parts(expr).into_iter().any(reads_event)
}

/// The event terms whose newest event gives the age of a condition; none below a `not`.
fn happenings<'m>(
    model: &'m Model,
    expr: &'m Expr,
    home: Target,
    out: &mut Vec<(&'m Term, Target)>,
    seen: &mut Vec<LetId>,
) {
    match &expr.kind {
        ExprKind::Happens(term) => out.push((term, home)),
        ExprKind::Let(id) if !seen.contains(id) => {
            seen.push(*id);
            let definition = &model.lets[id.index()];
            let home = definition.within.map_or(Target::Total, Target::Score);
            happenings(model, &definition.value, home, out, seen);
        }
        ExprKind::Not(_) => {}
        ExprKind::Count(_)
        | ExprKind::CountDifferent(..)
        | ExprKind::Aggregate(..)
        | ExprKind::DaysWith(_)
        | ExprKind::DaysSinceLast(_) => {}
        _ => {
            for part in qualify_model::parts(expr) {
                happenings(model, part, home, out, seen);
            }
        }
    }
}
