//! Constructs of event terms: steps, windows, lengths, counts.
//!
//! Not in here: other expressions.

use super::{Walk, of};
use qualify_model::{Anchor, Count, ExprKind, Length, ObjectTest, Quantity, Step, Term, Window};

impl Walk<'_> {
    pub(super) fn term(&mut self, term: &Term) {
        self.if_so(term.steps.len() > 1, "sequence");
        self.if_so(term.steps.len() > 2, "sequence of three");
        self.if_so(term.steps.len() > 1 && !term.counts.is_empty(), "a sequence with counts");
        self.if_so(term.counts.len() > 1, "several counts");
        let early = term.steps.split_last().map_or(&[][..], |(_, early)| early);
        self.if_so(early.iter().any(|step| !step.windows.is_empty()), "window of a step before");
        term.steps.iter().for_each(|step| self.step(step));
        for count in &term.counts {
            let quantity = match count {
                Count::Times(quantity) => {
                    self.is("times");
                    quantity
                }
                Count::TimesPerValue(quantity, _) => {
                    self.is("times per value");
                    quantity
                }
                Count::TimesPerPeriod(quantity, _) => {
                    self.is("times per period");
                    quantity
                }
                Count::DifferentDays(quantity) => {
                    self.is("different days");
                    quantity
                }
            };
            self.quantity(quantity);
        }
    }

    pub(super) fn step(&mut self, step: &Step) {
        self.if_so(step.gap.is_some(), "gap");
        self.if_so(step.kind.is_none(), "any event");
        self.if_so(step.silence.is_some(), "silence");
        self.if_so(step.windows.len() > 1, "several windows");
        self.if_so(!step.filters.is_empty(), "filter");
        self.if_so(!step.filters.is_empty() && step.kind.is_none(), "filter of any event");
        let objects = step.object.as_deref().unwrap_or_default();
        self.if_so(objects.len() > 1, "several objects");
        for object in objects {
            self.is(match object {
                ObjectTest::Is(qualify_model::Value::Word(_)) => "object: a word",
                ObjectTest::Is(qualify_model::Value::Text(_)) => "object: text",
                ObjectTest::Is(_) => "object: another type",
                ObjectTest::Glob(_) => "object: pattern",
                ObjectTest::Named(_) => "object: of any event",
            });
        }
        step.filters.iter().for_each(|filter| self.expr(filter));
        step.windows.iter().for_each(|window| self.window(window));
    }

    pub(super) fn window(&mut self, window: &Window) {
        match window {
            Window::Within(length) => {
                self.is("within");
                self.length(length);
            }
            Window::InTheNext(_) => self.is("in the next"),
            Window::Between(near, far) => {
                self.is("between ago");
                self.length(near);
                self.length(far);
            }
            Window::MoreThanAgo(length) => {
                self.is("more than ago");
                self.length(length);
            }
            Window::Since(Anchor::Value(value)) => {
                self.is("since an attribute");
                self.expr(value);
            }
            Window::Before(Anchor::Value(value)) => {
                self.is("before an attribute");
                self.expr(value);
            }
            Window::Since(Anchor::LastEvent(step)) => {
                self.is("since last");
                self.if_so(step.object.is_some(), "since last of an object");
                self.step(step);
            }
            Window::Before(Anchor::LastEvent(step)) => {
                self.is("before last");
                self.step(step);
            }
            Window::InPeriod { last, .. } => self.is(if *last { "in last period" } else { "in this period" }),
        }
    }

    pub(super) fn length(&mut self, length: &Length) {
        match length {
            Length::Exact(_) => {}
            Length::Calendar(..) => self.is("months"),
            Length::BusinessDays(_) => self.is("business days"),
            Length::BusinessHours(_) => self.is("business hours"),
            Length::Param(_) => self.is("length by a param"),
        }
    }

    pub(super) fn quantity(&mut self, quantity: &Quantity) {
        let (name, limit) = match quantity {
            Quantity::AtLeast(limit) => ("at least", limit),
            Quantity::AtMost(limit) => ("at most", limit),
            Quantity::Exactly(limit) => ("exactly", limit),
            Quantity::MoreThan(limit) => ("more than", limit),
            Quantity::FewerThan(limit) => ("fewer than", limit),
            Quantity::Between(limit, _) => ("between so many", limit),
        };
        self.is(name);
        self.if_so(matches!(of(limit), ExprKind::Param(_)), "a count by a param");
    }
}
