//! Steps of terms, the events that blocks see, and what is looked at of events.

use super::objects::Objects;
use crate::lower::{Arguments, Lowered, Lowering};
use crate::{FixedWindow, Matcher, PlanObject, PlanStep, PlanWindow, View};
use qualify_model::calendar::param_length;
use qualify_model::{Anchor, EventId, Expr, ExprKind, Length, ScoreId, Step, Target, Type, Value, Window};

/// What makes matchers equal.
pub(super) type MatcherKey = (Option<EventId>, Option<Vec<Vec<PlanObject>>>, Vec<u32>);

/// The events of a block.
#[derive(Clone, Default)]
pub(super) struct Sight {
    /// Its place among the views.
    pub(super) view: u32,
    /// What its ignores read of the lead: the first arguments of all its facts.
    pub(super) arguments: Arguments,
}

/// How far a view is.
#[derive(Clone, Default)]
pub(super) enum Seen {
    #[default]
    NotYet,
    Busy,
    Done(Sight),
}

/// A step, and whether one of its windows may be unknown.
pub(super) struct Stepped {
    pub(super) step: PlanStep,
    pub(super) unknown: bool,
}

impl<'m> Lowering<'m> {
    /// The events that a block sees. One without ignores shares the view around it.
    pub(super) fn sight(&mut self, home: Target) -> Lowered<Sight> {
        let within = match home {
            Target::Total => None,
            Target::Score(score) => Some(score),
        };
        let model = self.model;
        if within.is_some() && !model.ignores.iter().any(|ignore| ignore.within == within) {
            return self.sight(Target::Total);
        }
        let place = within.map_or(0, |score| score.index() + 1);
        match &self.events.seen[place] {
            Seen::Done(sight) => return Ok(sight.clone()),
            Seen::Busy => {
                let span = model.ignores.iter().find(|ignore| ignore.within == within).map(|i| i.span);
                return self.unsupported("an ignore that depends on itself", span.unwrap_or_default());
            }
            Seen::NotYet => self.events.seen[place] = Seen::Busy,
        }
        let sight = self.look(within)?;
        self.events.seen[place] = Seen::Done(sight.clone());
        Ok(sight)
    }

    fn look(&mut self, within: Option<ScoreId>) -> Lowered<Sight> {
        let model = self.model;
        let home = within.map_or(Target::Total, Target::Score);
        let around = match within {
            Some(_) => Some(self.sight(Target::Total)?),
            None => None,
        };
        let mut view = View { within: around.as_ref().map(|around| around.view), ignores: Vec::new() };
        let mut arguments = around.map(|around| around.arguments).unwrap_or_default();
        for ignore in model.ignores.iter().filter(|ignore| ignore.within == within) {
            for step in &ignore.term.steps {
                view.ignores.push(self.lower_step(step, &mut arguments, home)?.step);
            }
        }
        if within.is_none() {
            self.plan.views[0] = view;
            return Ok(Sight { view: 0, arguments });
        }
        self.plan.views.push(view);
        Ok(Sight { view: self.plan.views.len() as u32 - 1, arguments })
    }

    pub(super) fn lower_steps(
        &mut self,
        steps: &'m [Step],
        arguments: &mut Arguments,
        home: Target,
    ) -> Lowered<(Vec<PlanStep>, bool)> {
        let mut unknown = false;
        let mut lowered = Vec::with_capacity(steps.len());
        for step in steps {
            let Stepped { step, unknown: of_step } = self.lower_step(step, arguments, home)?;
            lowered.push(step);
            unknown |= of_step;
        }
        Ok((lowered, unknown))
    }

    pub(super) fn lower_step(
        &mut self,
        step: &'m Step,
        arguments: &mut Arguments,
        home: Target,
    ) -> Lowered<Stepped> {
        let matcher = self.lower_matcher(step, home)?;
        let mut unknown = false;
        let mut windows = Vec::with_capacity(step.windows.len());
        for window in &step.windows {
            windows.push(self.lower_window(window, arguments, home, &mut unknown)?);
        }
        let gap = step.gap.as_ref().map(|gap| self.lower_length(gap));
        let silence = step.silence.as_ref().map(|silence| self.lower_length(silence));
        Ok(Stepped { step: PlanStep { matcher, gap, windows, silence }, unknown })
    }

    /// Which events a step means; equal ones are one.
    fn lower_matcher(&mut self, step: &'m Step, home: Target) -> Lowered<u32> {
        let objects = Objects::of(&self.model.schema, step);
        for kind in objects.possible() {
            self.plan.needs.events[kind as usize] = true;
        }
        let mut filters = Vec::with_capacity(step.filters.len());
        for filter in &step.filters {
            let mut arguments = Arguments::default();
            let program = self.event_program(&mut arguments, &mut |lowering| {
                if let Some(event) = &mut lowering.event {
                    event.filter = true;
                }
                Ok(vec![lowering.event_truth(filter, home)?.register()])
            })?;
            if !arguments.is_empty() {
                return self.unsupported("a filter that reads more than the event", filter.span);
            }
            filters.push(program);
        }
        let key: MatcherKey = (step.kind, objects.tests(), filters);
        if let Some(known) = self.events.matchers.get(&key) {
            return Ok(*known);
        }
        let (kind, object, filters) = key.clone();
        let number = self.plan.matchers.len() as u32;
        self.plan.matchers.push(Matcher { kind, object, filters, text: String::new() });
        self.events.matchers.insert(key, number);
        Ok(number)
    }

    fn lower_window(
        &mut self,
        window: &'m Window,
        arguments: &mut Arguments,
        home: Target,
        unknown: &mut bool,
    ) -> Lowered<PlanWindow> {
        let fixed = |window| Ok(PlanWindow::Fixed(window));
        let (anchor, since) = match window {
            Window::Within(length) => return fixed(FixedWindow::Within(self.lower_length(length))),
            Window::InTheNext(length) => return fixed(FixedWindow::InTheNext(self.lower_length(length))),
            Window::MoreThanAgo(length) => return fixed(FixedWindow::MoreThanAgo(self.lower_length(length))),
            Window::Between(near, far) => {
                return fixed(FixedWindow::Between(self.lower_length(near), self.lower_length(far)));
            }
            Window::InPeriod { last, unit } => {
                return fixed(FixedWindow::InPeriod { last: *last, unit: *unit });
            }
            Window::Since(anchor) => (anchor, true),
            Window::Before(anchor) => (anchor, false),
        };
        match anchor {
            Anchor::Value(value) => {
                if let Some(instant) = self.constant_instant(value) {
                    return fixed(if since {
                        FixedWindow::Since(instant)
                    } else {
                        FixedWindow::Before(instant)
                    });
                }
                let instant = self.lead_instant(value, home)?;
                *unknown |= self.leads.extent(instant.0).unknown;
                let argument = arguments.number(instant).0;
                Ok(if since { PlanWindow::Since(argument) } else { PlanWindow::Before(argument) })
            }
            Anchor::LastEvent(step) => {
                let Stepped { step, unknown: of_step } = self.lower_step(step, arguments, home)?;
                *unknown |= of_step;
                let step = Box::new(step);
                Ok(if since { PlanWindow::SinceLast(step) } else { PlanWindow::BeforeLast(step) })
            }
        }
    }

    /// The instant of a constant.
    fn constant_instant(&self, expr: &Expr) -> Option<i64> {
        let value = match &expr.kind {
            ExprKind::Constant(value) => value,
            ExprKind::Param(id) => &self.model.params[id.index()].value,
            _ => return None,
        };
        match (value, &expr.ty) {
            (Value::Time(instant), Type::Time) => Some(*instant),
            (Value::Date(day), Type::Date | Type::Time) => Some(self.model.zone().start_of_day(*day)),
            _ => None,
        }
    }

    /// With the value of a param put in.
    pub(super) fn lower_length(&self, length: &Length) -> Length {
        param_length(length, &self.model.params)
    }
}
