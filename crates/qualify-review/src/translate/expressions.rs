//! Expressions, event terms, windows, tables.

use super::{Done, Missing, Translate};
use qualify_model::*;

impl Translate<'_> {
    pub(super) fn expr(&self, expr: &mut Expr) -> Done {
        let ty = expr.ty.clone();
        self.ty(&mut expr.ty)?;
        match &mut expr.kind {
            ExprKind::Constant(value) => self.value(value, &ty),
            ExprKind::Param(id) => {
                id.0 = self.helper(&self.params, id.index(), "param")?;
                Ok(())
            }
            ExprKind::Let(id) => {
                id.0 = self.helper(&self.lets, id.index(), "let")?;
                Ok(())
            }
            ExprKind::Attribute(id) => {
                let path = self.source.schema.attribute(*id).path();
                id.0 = self.found(&self.attributes, id.index(), "attribute", &path)?;
                Ok(())
            }
            ExprKind::Property(property) => self.property(property),
            ExprKind::Score(id) => {
                *id = self.score_id(*id)?;
                Ok(())
            }
            ExprKind::Grade(id) => {
                *id = self.grade_id(*id)?;
                Ok(())
            }
            ExprKind::StageIs(ids) => ids.iter_mut().try_for_each(|id| {
                *id = self.stage_id(*id)?;
                Ok(())
            }),
            ExprKind::StageAtLeast(id) | ExprKind::StageHolds(id) | ExprKind::CurrentStageAtLeast(id) => {
                *id = self.stage_id(*id)?;
                Ok(())
            }
            ExprKind::Segment(id) => {
                let name = &self.source.segments[id.index()].name;
                id.0 = self.found(&self.segments, id.index(), "segment", name)?;
                Ok(())
            }
            ExprKind::RouteIs(ids) => ids.iter_mut().try_for_each(|id| {
                let name = &self.source.routes[id.index()].name;
                id.0 = self.found(&self.routes, id.index(), "route", name)?;
                Ok(())
            }),
            ExprKind::Unknown
            | ExprKind::EventTime
            | ExprKind::Times
            | ExprKind::Total
            | ExprKind::StatusIs(_) => Ok(()),
            ExprKind::Part(_, a)
            | ExprKind::Not(a)
            | ExprKind::Known(a)
            | ExprKind::Negate(a)
            | ExprKind::Round(a)
            | ExprKind::Convert(a)
            | ExprKind::DaysSince(a) => self.expr(a),
            ExprKind::And(all)
            | ExprKind::Or(all)
            | ExprKind::Min(all)
            | ExprKind::Max(all)
            | ExprKind::AggregateOf(_, all) => self.all(all),
            ExprKind::HowMany(quantity, all) => {
                self.quantity(quantity)?;
                self.all(all)
            }
            ExprKind::Compare(_, a, b) | ExprKind::Arithmetic(_, a, b) | ExprKind::IfKnown(a, b) => {
                self.expr(a)?;
                self.expr(b)
            }
            ExprKind::Between(a, b, c) | ExprKind::Clamp(a, b, c) | ExprKind::If(a, b, c) => {
                self.expr(a)?;
                self.expr(b)?;
                self.expr(c)
            }
            ExprKind::In(a, set) => {
                let ty = a.ty.clone();
                self.expr(a)?;
                self.set(set, &ty)
            }
            ExprKind::Text(_, a, needles) => {
                self.expr(a)?;
                self.all(needles)
            }
            ExprKind::Weighted(parts) => parts.iter_mut().try_for_each(|(weight, value)| {
                self.expr(weight)?;
                self.expr(value)
            }),
            ExprKind::Table(table) => self.table(table),
            ExprKind::Happens(term)
            | ExprKind::Count(term)
            | ExprKind::DaysSinceLast(term)
            | ExprKind::DaysWith(term) => self.term(term),
            ExprKind::CountDifferent(property, term) | ExprKind::Aggregate(_, property, term) => {
                self.property(property)?;
                self.term(term)
            }
            ExprKind::InWindow(a, windows) => {
                self.expr(a)?;
                self.windows(windows)
            }
        }
    }

    pub(super) fn quantity(&self, quantity: &mut Quantity) -> Done {
        match quantity {
            Quantity::AtLeast(n)
            | Quantity::AtMost(n)
            | Quantity::Exactly(n)
            | Quantity::MoreThan(n)
            | Quantity::FewerThan(n) => self.expr(n),
            Quantity::Between(a, b) => {
                self.expr(a)?;
                self.expr(b)
            }
        }
    }

    pub(super) fn set(&self, set: &mut Set, ty: &Type) -> Done {
        match set {
            Set::Values(values) => self.values(values, ty),
            Set::List(id) => {
                id.0 = self.helper(&self.lists, id.index(), "list")?;
                Ok(())
            }
            Set::Attribute(a) => self.expr(a),
        }
    }

    pub(super) fn table(&self, table: &mut Table) -> Done {
        let ty = table.subject.ty.clone();
        self.expr(&mut table.subject)?;
        for row in &mut table.rows {
            match &mut row.head {
                Head::Compare(_, a) => self.expr(a)?,
                Head::Range(a, b) => {
                    self.expr(a)?;
                    self.expr(b)?;
                }
                Head::In(set) => self.set(set, &ty)?,
                Head::Text(_, needles) => self.all(needles)?,
            }
            self.expr(&mut row.points)?;
        }
        self.maybe(&mut table.otherwise)?;
        self.maybe(&mut table.unknown)
    }

    pub(super) fn term(&self, term: &mut Term) -> Done {
        term.steps.iter_mut().try_for_each(|step| self.step(step))?;
        term.counts.iter_mut().try_for_each(|count| match count {
            Count::Times(q) | Count::TimesPerPeriod(q, _) | Count::DifferentDays(q) => self.quantity(q),
            Count::TimesPerValue(q, property) => {
                self.quantity(q)?;
                self.property(property)
            }
        })
    }

    fn step(&self, step: &mut Step) -> Done {
        let object =
            step.kind.and_then(|id| self.source.schema.event(id).properties.first()).map(|p| p.ty.clone());
        if let (Some(tests), Some(ty)) = (&mut step.object, &object) {
            for test in tests {
                if let ObjectTest::Is(value) = test {
                    self.value(value, ty)?;
                }
            }
        }
        if let Some(id) = &mut step.kind {
            let name = &self.source.schema.event(*id).name;
            id.0 = self.found(&self.events, id.index(), "event", name)?;
        }
        self.all(&mut step.filters)?;
        self.windows(&mut step.windows)?;
        for length in [&mut step.gap, &mut step.silence].into_iter().flatten() {
            self.length(length)?;
        }
        Ok(())
    }

    fn windows(&self, windows: &mut [Window]) -> Done {
        windows.iter_mut().try_for_each(|window| match window {
            Window::Within(d) | Window::InTheNext(d) | Window::MoreThanAgo(d) => self.length(d),
            Window::Between(a, b) => {
                self.length(a)?;
                self.length(b)
            }
            Window::Since(anchor) | Window::Before(anchor) => match anchor {
                Anchor::Value(value) => self.expr(value),
                Anchor::LastEvent(step) => self.step(step),
            },
            Window::InPeriod { .. } => Ok(()),
        })
    }

    pub(super) fn length(&self, length: &mut Length) -> Done {
        if let Length::Param(id) = length {
            id.0 = self.helper(&self.params, id.index(), "param")?;
        }
        Ok(())
    }

    pub(super) fn property(&self, property: &mut Property) -> Done {
        self.ty(&mut property.ty)?;
        let mut places = vec![None; self.schema.events.len()];
        for (kind, place) in property.places.iter().enumerate() {
            let Some(place) = place else { continue };
            let event = &self.source.schema.events[kind];
            let Some(at) = self.events[kind] else { continue };
            let name = &event.properties[*place as usize].name;
            let there = self.schema.events[at as usize].properties.iter().position(|p| p.name == *name);
            let there =
                there.ok_or_else(|| Missing::Name(format!("the property `{name}` of `{}`", event.name)))?;
            places[at as usize] = Some(there as u32);
        }
        property.places = places;
        Ok(())
    }
}
