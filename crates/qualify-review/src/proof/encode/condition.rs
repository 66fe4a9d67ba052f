//! Conditions: true, false or unknown.

use super::text::{Spelled, Test};
use super::{Encoder, Here, Source, Sym};
use crate::proof::circuit::{FALSE, Lit, TRUE};
use crate::proof::int::{Int, Sum};
use crate::proof::three::{Num, Three};
use qualify_model::*;

impl<'m> Encoder<'_, 'm> {
    /// Whether a condition holds.
    pub(crate) fn truth(&mut self, expr: &'m Expr, here: Here) -> Three {
        use ExprKind::*;
        match &expr.kind {
            Constant(Value::YesNo(yes)) => {
                if *yes {
                    Three::TRUE
                } else {
                    Three::FALSE
                }
            }
            Unknown => Three::UNKNOWN,
            Param(id) => match self.model(here).params[id.index()].value {
                Value::YesNo(true) => Three::TRUE,
                Value::YesNo(false) => Three::FALSE,
                _ => Three::UNKNOWN,
            },
            Let(id) => match self.named(*id, here) {
                Sym::Three(three) => three,
                _ => Three::UNKNOWN,
            },
            And(parts) => {
                let parts = self.truths(parts, here);
                self.c.all_of(&parts)
            }
            Or(parts) => {
                let parts = self.truths(parts, here);
                self.c.one_of(&parts)
            }
            Not(part) => !self.truth(part, here),
            HowMany(quantity, parts) => {
                let parts = self.truths(parts, here);
                self.how_many(quantity, &parts, here)
            }
            Compare(how, a, b) => self.compare(expr, *how, a, b, here),
            Between(value, low, high) => {
                let low = self.compare(expr, Comparison::GreaterOrEqual, value, low, here);
                let high = self.compare(expr, Comparison::LessOrEqual, value, high, here);
                self.c.all_of(&[low, high])
            }
            In(value, set) => self.is_in(value, set, here),
            Text(test, value, needles) => self.text_test(*test, value, needles, here),
            Known(part) => {
                let value = self.value(part, here);
                Three::certain(self.is_known(&value))
            }
            Happens(term) => self.happens(term, here),
            InWindow(value, windows) => self.in_window(expr, value, windows, here),
            Segment(id) => self.segment(*id, here.which),
            StageIs(stages) => {
                let result = self.result_stage(here.which);
                Three::certain(self.c.or(stages.iter().map(|stage| result[stage.index()])))
            }
            StageAtLeast(stage) => {
                let at_least = self.ladder_from(*stage, here.which);
                let result = self.result_stage(here.which);
                Three::certain(self.c.or(at_least.iter().map(|stage| result[stage.index()])))
            }
            StageHolds(stage) => self.stage_holds(*stage, here.which),
            CurrentStageAtLeast(stage) => self.current_stage_at_least(*stage, here.which),
            If(condition, a, b) => {
                let condition = self.truth(condition, here);
                let (a, b) = (self.truth(a, here), self.truth(b, here));
                self.c.choose_three(condition, a, b)
            }
            IfKnown(a, b) => {
                let (a, b) = (self.truth(a, here), self.truth(b, here));
                let known = self.c.known(a);
                self.c.choose_three(Three::certain(known), a, b)
            }
            Attribute(_) | Property(_) => match self.source(expr, here) {
                Some(source) => self.yes_no(source, here),
                None => self.beyond(expr, here),
            },
            _ => self.beyond(expr, here),
        }
    }

    /// A condition of another kind, not looked into.
    fn beyond(&mut self, expr: &'m Expr, here: Here) -> Three {
        let (label, parts) = self.described(expr, here);
        self.any_truth("a condition of a kind that is not looked into", expr.span, label, &parts, here)
    }

    fn truths(&mut self, parts: &'m [Expr], here: Here) -> Vec<Three> {
        parts.iter().map(|part| self.truth(part, here)).collect()
    }

    pub(super) fn is_known(&mut self, value: &Sym) -> Lit {
        match value {
            Sym::Three(three) => self.c.known(*three),
            Sym::Num(num) => num.known,
            Sym::Text(spelled) => self.text_known(spelled),
            Sym::List(known, _) => *known,
        }
    }

    /// So many of the parts hold; unknown if that hangs on the unknown ones.
    fn how_many(&mut self, quantity: &'m Quantity, parts: &[Three], here: Here) -> Three {
        let Some((low, high)) = self.bounds_of(quantity, here) else {
            let parts: Vec<Sym> = parts.iter().map(|part| Sym::Three(*part)).collect();
            let label = format!("how many {} {quantity:?}", here.which);
            return self.any_truth("a count that is not constant", Default::default(), label, &parts, here);
        };
        let one = |c: Lit| Int { bits: vec![c, FALSE], scale: 1, low: 0, high: 1 };
        let hold: Vec<Int> = parts.iter().map(|part| one(part.yes)).collect();
        let may: Vec<Int> = parts.iter().map(|part| one(!part.no)).collect();
        let (hold, may) = (self.c.total(&Sum::of(&hold), None), self.c.total(&Sum::of(&may), None));
        if low > high {
            return Three::FALSE;
        }
        let yes = [self.c.at_least(&hold, low), !self.c.at_least(&may, high.saturating_add(1))];
        let no = [!self.c.at_least(&may, low), self.c.at_least(&hold, high.saturating_add(1))];
        Three { yes: self.c.and(yes), no: self.c.or(no) }
    }

    /// The least and greatest number of a quantity of constants.
    pub(super) fn bounds_of(&mut self, quantity: &'m Quantity, here: Here) -> Option<(i128, i128)> {
        let mut n = |expr: &'m Expr| {
            let Num { known, int } = self.number(expr, here);
            (known == TRUE).then(|| int.fixed()).flatten()
        };
        const MOST: i128 = 1 << 60;
        Some(match quantity {
            Quantity::AtLeast(low) => (n(low)?, MOST),
            Quantity::AtMost(high) => (-MOST, n(high)?),
            Quantity::Exactly(count) => (n(count)?, n(count)?),
            Quantity::MoreThan(low) => (n(low)? + 1, MOST),
            Quantity::FewerThan(high) => (-MOST, n(high)? - 1),
            Quantity::Between(low, high) => (n(low)?, n(high)?),
        })
    }

    pub(super) fn compare(
        &mut self,
        whole: &'m Expr,
        how: Comparison,
        a: &'m Expr,
        b: &'m Expr,
        here: Here,
    ) -> Three {
        let countable = |ty: &Type| matches!(ty, Type::Number(_) | Type::Date | Type::Time | Type::Duration);
        match (&a.ty, &b.ty) {
            (Type::Date, Type::Date) => self.compare_numbers(how, (a, 0), (b, 0), here),
            (x, y) if countable(x) && countable(y) => {
                let (x, y) = (decimals(x), decimals(y));
                match (self.operand(a, here), self.operand(b, here)) {
                    (Some(first), Some(second)) => self.compared(how, (first, x), (second, y)),
                    _ => self.compare_beyond(whole, how, a, b, here),
                }
            }
            (Type::OneOf(x), Type::OneOf(y)) if x == y => self.compare_numbers(how, (a, 0), (b, 0), here),
            (Type::YesNo, Type::YesNo) => {
                let (x, y) = (self.truth(a, here), self.truth(b, here));
                self.compare_answers(how, x, y)
            }
            (Type::OneOf(_) | Type::Text(_) | Type::Stage, Type::OneOf(_) | Type::Text(_) | Type::Stage) => {
                self.compare_texts(whole, how, a, b, here)
            }
            _ => self.compare_beyond(whole, how, a, b, here),
        }
    }

    fn compare_beyond(
        &mut self,
        whole: &'m Expr,
        how: Comparison,
        a: &'m Expr,
        b: &'m Expr,
        here: Here,
    ) -> Three {
        let parts = [self.value(a, here), self.value(b, here)];
        let label = format!("compare {how:?} {:?} {:?}", a.ty, b.ty);
        self.any_truth("a comparison of a kind that is not looked into", whole.span, label, &parts, here)
    }

    fn compare_numbers(
        &mut self,
        how: Comparison,
        a: (&'m Expr, u32),
        b: (&'m Expr, u32),
        here: Here,
    ) -> Three {
        let (x, y) = (self.number(a.0, here), self.number(b.0, here));
        self.compared(how, (x, a.1), (y, b.1))
    }

    /// Compares numbers of so many decimals.
    pub(super) fn compared(&mut self, how: Comparison, a: (Num, u32), b: (Num, u32)) -> Three {
        let finer = a.1.max(b.1);
        let (x, y) = (self.rescaled(&a.0.int, a.1, finer), self.rescaled(&b.0.int, b.1, finer));
        let known = self.c.and([a.0.known, b.0.known]);
        let holds = match how {
            Comparison::Equal => self.c.equal(&x, &y),
            Comparison::NotEqual => !self.c.equal(&x, &y),
            Comparison::Less => !self.c.not_less(&x, &y),
            Comparison::LessOrEqual => self.c.not_less(&y, &x),
            Comparison::Greater => !self.c.not_less(&y, &x),
            Comparison::GreaterOrEqual => self.c.not_less(&x, &y),
        };
        self.c.if_known(known, holds)
    }

    fn compare_answers(&mut self, how: Comparison, a: Three, b: Three) -> Three {
        for (one, other) in [(a, b), (b, a)] {
            // beside `yes` or `no` it is the answer itself, or its opposite
            match (how, other) {
                (Comparison::Equal, Three::TRUE) | (Comparison::NotEqual, Three::FALSE) => return one,
                (Comparison::Equal, Three::FALSE) | (Comparison::NotEqual, Three::TRUE) => return !one,
                _ => {}
            }
        }
        let known = [self.c.known(a), self.c.known(b)];
        let known = self.c.and(known);
        let (x, y) = (a.yes, b.yes);
        let holds = match how {
            Comparison::Equal => self.c.same(x, y),
            Comparison::NotEqual => self.c.xor(x, y),
            Comparison::Less => self.c.and([!x, y]),
            Comparison::LessOrEqual => self.c.or([!x, y]),
            Comparison::Greater => self.c.and([x, !y]),
            Comparison::GreaterOrEqual => self.c.or([x, !y]),
        };
        self.c.if_known(known, holds)
    }

    fn compare_texts(
        &mut self,
        whole: &'m Expr,
        how: Comparison,
        a: &'m Expr,
        b: &'m Expr,
        here: Here,
    ) -> Three {
        let turned = match how {
            Comparison::Equal => false,
            Comparison::NotEqual => true,
            _ => return self.compare_beyond(whole, how, a, b, here),
        };
        let (a, b) = (self.as_text(a, here), self.as_text(b, here));
        let (varied, fixed) = match (&a, &b) {
            (Some(a), Some(Spelled::Constant(text))) => (a.clone(), text.clone()),
            (Some(Spelled::Constant(text)), Some(b)) => (b.clone(), text.clone()),
            _ => {
                let parts = [a, b].map(|text| Sym::Text(text.unwrap_or(Spelled::OneOf(Vec::new()))));
                let label = format!("texts {how:?}");
                return self.any_truth("two texts compared", whole.span, label, &parts, here);
            }
        };
        let known = self.text_known(&varied);
        let is = self.passes(&varied, &Test::Is(fixed.to_string()));
        self.c.if_known(known, if turned { !is } else { is })
    }

    /// A text or a word of a vocabulary as text.
    pub(super) fn as_text(&mut self, expr: &'m Expr, here: Here) -> Option<Spelled> {
        let Type::OneOf(id) = &expr.ty else { return Some(self.spelled(expr, here)) };
        let words = &self.model(here).schema.vocabulary(*id).words;
        let Num { known, int } = self.number(expr, here);
        let each = words.iter().enumerate().map(|(place, word)| {
            let is = self.c.equals(&int, place as i128);
            (self.c.and([known, is]), word.name.clone())
        });
        let mut each: Vec<(Lit, String)> = each.collect();
        each.retain(|(lit, _)| *lit != FALSE);
        match each.as_slice() {
            [(TRUE, word)] => Some(Spelled::Constant(word.as_str().into())),
            _ => Some(Spelled::OneOf(each)),
        }
    }

    fn in_window(&mut self, whole: &'m Expr, value: &'m Expr, windows: &'m [Window], here: Here) -> Three {
        let Some(Num { known, int: age }) = self.aged(value, here) else {
            let mut parts = vec![self.value(value, here)];
            let mut label = "in".to_string();
            for window in windows {
                let (text, more) = self.window_described(window, here);
                label += &text;
                parts.extend(more);
            }
            let what = "a window around a time that is worked out";
            return self.any_truth(what, whole.span, label, &parts, here);
        };
        let mut all = vec![Three { yes: known, no: FALSE }];
        for window in windows {
            let (known, inside) = self.window(window, &age, whole.span, here);
            all.push(self.c.if_known(known, inside));
        }
        let inside = self.c.all_of(&all);
        // an unknown time is unknown, whatever the windows say
        Three { yes: inside.yes, no: self.c.and([known, inside.no]) }
    }

    /// A source that stands for the age of the event in hand.
    pub(super) fn event_age(&mut self) -> Int {
        self.age(Source::EventTime)
    }
}

/// Digits behind the point of a unit of the type.
pub(super) fn decimals(ty: &Type) -> u32 {
    match ty {
        Type::Number(kind) => kind.decimals(),
        _ => 0,
    }
}
