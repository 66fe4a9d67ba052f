//! Values on which something hangs in a model: its constants, and the edges of its windows.

use super::facts::Reading;
use super::pair::Pair;
use super::walk;
use qualify_model::calendar::DAY_US;
use qualify_model::*;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What two models compare facts with.
#[derive(Default)]
pub(super) struct Candidates {
    /// Numbers in millionths.
    numbers: BTreeSet<i128>,
    texts: BTreeSet<String>,
    /// Lengths of windows, gaps and silences in microseconds.
    lengths: BTreeSet<i64>,
    times: BTreeSet<i64>,
    stages: BTreeSet<String>,
}

impl Candidates {
    pub(super) fn of(models: &[&Model]) -> Candidates {
        let mut out = Candidates::default();
        out.lengths.insert(DAY_US);
        for model in models {
            walk::everything(model, &mut |expr| out.expr(model, expr));
            walk::steps(model, &mut |step| out.step(model, step));
            for list in &model.lists {
                list.values.iter().for_each(|value| out.value(value, &list.ty));
            }
            for param in &model.params {
                out.value(&param.value, &param.ty);
                out.length(model, param.length.as_ref());
            }
            out.stages.extend(model.stages.iter().map(|stage| stage.name.clone()));
        }
        out
    }

    fn expr(&mut self, model: &Model, expr: &Expr) {
        match &expr.kind {
            ExprKind::Constant(value) => self.value(value, &expr.ty),
            ExprKind::In(value, Set::Values(values)) => values.iter().for_each(|v| self.value(v, &value.ty)),
            ExprKind::InWindow(_, windows) => windows.iter().for_each(|window| self.window(model, window)),
            ExprKind::Table(table) => self.table(table),
            ExprKind::DaysSince(_) | ExprKind::DaysSinceLast(_) => {}
            _ => {}
        }
    }

    fn table(&mut self, table: &Table) {
        for row in &table.rows {
            if let Head::In(Set::Values(values)) = &row.head {
                values.iter().for_each(|value| self.value(value, &table.subject.ty));
            }
        }
    }

    fn step(&mut self, model: &Model, step: &Step) {
        self.length(model, step.gap.as_ref());
        self.length(model, step.silence.as_ref());
        step.windows.iter().for_each(|window| self.window(model, window));
        for test in step.object.iter().flatten() {
            match test {
                ObjectTest::Is(Value::Text(text)) => {
                    self.texts.insert(text.to_string());
                }
                ObjectTest::Glob(pattern) => {
                    self.texts.insert(pattern.replace('*', "").replace('?', "x"));
                }
                ObjectTest::Named(name) => {
                    self.texts.insert(name.clone());
                }
                ObjectTest::Is(_) => {}
            }
        }
    }

    fn window(&mut self, model: &Model, window: &Window) {
        match window {
            Window::Within(length) | Window::InTheNext(length) | Window::MoreThanAgo(length) => {
                self.length(model, Some(length));
            }
            Window::Between(near, far) => {
                self.length(model, Some(near));
                self.length(model, Some(far));
            }
            _ => {}
        }
    }

    fn length(&mut self, model: &Model, length: Option<&Length>) {
        let Some(length) = length else { return };
        self.lengths.insert(match calendar::param_length(length, &model.params) {
            Length::Exact(us) => us,
            Length::Calendar(n, unit) => i64::from(n) * days_of(unit) * DAY_US,
            Length::BusinessDays(n) => i64::from(n) * 2 * DAY_US,
            Length::BusinessHours(n) => i64::from(n) * 4 * calendar::HOUR_US,
            Length::Param(_) => return,
        });
    }

    fn value(&mut self, value: &Value, ty: &Type) {
        match (value, ty) {
            (Value::Number(units), Type::Number(kind)) => {
                self.numbers.insert(exact::rescale((*units).into(), kind.decimals(), 6));
            }
            (Value::Text(text), _) => {
                self.texts.insert(text.to_string());
            }
            (Value::Stage(name), _) => {
                self.stages.insert(name.to_string());
            }
            (Value::Duration(us), _) => {
                self.lengths.insert(*us);
            }
            (Value::Time(us), _) => {
                self.times.insert(*us);
            }
            (Value::Date(day), _) => {
                self.times.insert(i64::from(*day) * DAY_US);
            }
            (Value::List(values), Type::List(inner)) => {
                values.iter().for_each(|value| self.value(value, inner))
            }
            _ => {}
        }
    }

    /// Ages in microseconds: now, the edges of windows, whole days that are compared with, from the least to the
    /// greatest.
    pub(super) fn ages(&self) -> BTreeSet<i64> {
        let mut ages: BTreeSet<i64> = self.lengths.iter().copied().filter(|age| *age >= 0).collect();
        ages.insert(0);
        let days = self.numbers.iter().filter(|n| **n > 0 && **n % 1_000_000 == 0).map(|n| n / 1_000_000);
        let days: Vec<i64> = days.filter(|n| *n <= 400).map(|n| n as i64).collect();
        ages.extend(days.iter().flat_map(|n| [n * DAY_US, (n + 1) * DAY_US]));
        ages
    }

    /// Values of an attribute of a pair on which something may hang; `shared`: those that both sides accept.
    pub(super) fn of_attribute(&self, pair: &Pair<'_>, place: usize, as_of: i64, shared: bool) -> Vec<Value> {
        let attribute = &pair.schema.attributes[place];
        let mut values = self.values(pair.schema, attribute, as_of);
        let readings = [0, 1].map(|side| pair.attribute(side, place));
        edges(readings, attribute, &mut values);
        values.retain(|value| !shared || pair.shared_value(place, value));
        values
    }

    /// The same of a property of an event.
    pub(super) fn of_property(
        &self,
        pair: &Pair<'_>,
        kind: EventId,
        place: usize,
        as_of: i64,
        shared: bool,
    ) -> Vec<Value> {
        let property = &pair.schema.event(kind).properties[place];
        let mut values = self.values(pair.schema, property, as_of);
        edges([0, 1].map(|side| pair.property(side, kind, place)), property, &mut values);
        values.retain(|value| !shared || pair.shared_property(kind, place, value));
        values
    }

    /// Values of an attribute or property on which something may hang; unknown is not among them.
    pub(super) fn values(&self, schema: &Schema, attribute: &Attribute, as_of: i64) -> Vec<Value> {
        let values = self.of_type(schema, &attribute.ty, as_of);
        let Some((Value::Number(low), Value::Number(high))) = &attribute.range else { return values };
        let mut inside: Vec<Value> =
            values.into_iter().filter(|v| matches!(v, Value::Number(n) if low <= n && n <= high)).collect();
        inside.extend([Value::Number(*low), Value::Number(*high)]);
        inside
    }

    fn of_type(&self, schema: &Schema, ty: &Type, as_of: i64) -> Vec<Value> {
        let text = |text: &str| Value::Text(Arc::from(text));
        match ty {
            Type::YesNo => vec![Value::YesNo(true), Value::YesNo(false)],
            Type::Number(kind) => {
                let whole =
                    self.numbers.iter().map(|n| exact::hold(exact::rescale(*n, 6, kind.decimals())).0);
                let one = 10i64.pow(kind.decimals());
                let near = whole.flat_map(|n| [n, n.saturating_sub(1), n.saturating_add(1)]);
                near.chain([0, one]).collect::<BTreeSet<i64>>().into_iter().map(Value::Number).collect()
            }
            Type::Text(kind) => {
                let mut out: Vec<Value> = self.texts.iter().map(|t| text(t)).collect();
                match kind {
                    TextKind::Email => out.extend(self.texts.iter().map(|t| text(&format!("a@{t}")))),
                    TextKind::Url => {
                        out.extend(self.texts.iter().map(|t| text(&format!("https://a.com/{t}"))))
                    }
                    _ => {}
                }
                out.push(text("x"));
                out
            }
            Type::Date => {
                let each = self.instants(as_of).into_iter().map(|time| time.div_euclid(DAY_US) as i32);
                each.collect::<BTreeSet<i32>>().into_iter().map(Value::Date).collect()
            }
            Type::Time => self.instants(as_of).into_iter().map(Value::Time).collect(),
            Type::Duration => {
                self.lengths.iter().flat_map(|us| [*us, us - 1, us + 1]).map(Value::Duration).collect()
            }
            Type::OneOf(id) => (0..schema.vocabulary(*id).words.len() as u32).map(Value::Word).collect(),
            Type::List(inner) => {
                self.of_type(schema, inner, as_of).into_iter().map(|value| Value::List(vec![value])).collect()
            }
            Type::Stage => {
                let known = self.stages.iter().map(String::as_str).chain(["Elsewhere"]);
                known.map(|name| Value::Stage(Arc::from(name))).collect()
            }
        }
    }

    fn instants(&self, as_of: i64) -> BTreeSet<i64> {
        let mut out = self.times.clone();
        out.extend(self.times.iter().flat_map(|time| [time - 1, time + 1]));
        for age in self.ages() {
            out.extend([as_of - age, as_of - age + 1, as_of + age]);
        }
        out
    }
}

/// The values at which one side ceases to accept them.
fn edges(readings: [Option<&Reading>; 2], attribute: &Attribute, values: &mut Vec<Value>) {
    for reading in readings.into_iter().flatten() {
        let Reading::Range(low, high) = reading else { continue };
        for edge in [*low, low.saturating_sub(1), *high, high.saturating_add(1)] {
            let inside = match &attribute.range {
                Some((Value::Number(low), Value::Number(high))) => *low <= edge && edge <= *high,
                _ => true,
            };
            let edge = Value::Number(edge);
            if inside && !values.contains(&edge) {
                values.push(edge);
            }
        }
    }
}

fn days_of(unit: CalendarUnit) -> i64 {
    match unit {
        CalendarUnit::Hour | CalendarUnit::Day => 1,
        CalendarUnit::Week => 7,
        CalendarUnit::Month => 30,
        CalendarUnit::Quarter => 91,
        CalendarUnit::Year => 365,
    }
}
