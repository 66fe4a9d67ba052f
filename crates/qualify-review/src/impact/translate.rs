//! Parts of one model in the numbers of another: attributes, events, names are found again by what they are called.

use super::parts::{Both, Parts, Which};
use qualify_model::*;

/// Why a model cannot be put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// A list, param or let that can come along.
    Helper((Which, usize), &'static str),
    /// Something with a name that is not there.
    Name(String),
    /// Names would need each other.
    Loop,
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Missing::Helper(_, noun) => write!(f, "it needs a {noun} that is not there"),
            Missing::Name(name) => write!(f, "it needs {name}, which the old model does not have"),
            Missing::Loop => write!(f, "names would need each other"),
        }
    }
}

type Done = Result<(), Missing>;

/// For each number of the source the number in the target.
type Numbers = Vec<Option<u32>>;

/// Translates parts of one of two models.
pub(crate) struct Translate<'m> {
    source: &'m Model,
    schema: &'m Schema,
    which: Which,
    attributes: Numbers,
    events: Numbers,
    vocabularies: Numbers,
    lists: Numbers,
    params: Numbers,
    lets: Numbers,
    scores: Numbers,
    grades: Numbers,
    stages: Numbers,
    segments: Numbers,
    routes: Numbers,
}

impl<'m> Translate<'m> {
    /// From the model of `which` to what `parts` name.
    pub fn new(parts: &Parts, both: Both<'m>, which: Which) -> Translate<'m> {
        let source = both.of(which);
        let schema = &both.of(parts.schema).schema;
        let find =
            |own: Vec<String>, picks: &[(Which, usize)], name: &dyn Fn(&Model, usize) -> String| -> Numbers {
                let targets: Vec<String> = picks.iter().map(|(w, i)| name(both.of(*w), *i)).collect();
                own.iter()
                    .map(|name| targets.iter().position(|other| other == name).map(|at| at as u32))
                    .collect()
            };
        macro_rules! numbers {
            ($field:ident, $name:expr) => {
                find((0..source.$field.len()).map(|i| $name(source, i)).collect(), &parts.$field, &$name)
            };
        }
        let let_name = |m: &Model, i: usize| {
            let home = m.lets[i].within.map_or("", |id| &m.scores[id.index()].name);
            format!("{} {home}", m.lets[i].name)
        };
        Translate {
            source,
            schema,
            which,
            attributes: source.schema.attributes.iter().map(|a| attribute(a, schema)).collect(),
            events: source
                .schema
                .events
                .iter()
                .map(|event| {
                    schema.events.iter().position(|other| other.name == event.name).map(|at| at as u32)
                })
                .collect(),
            vocabularies: vocabularies(&source.schema, schema),
            lists: numbers!(lists, |m: &Model, i: usize| m.lists[i].name.clone()),
            params: numbers!(params, |m: &Model, i: usize| m.params[i].name.clone()),
            lets: numbers!(lets, let_name),
            scores: numbers!(scores, |m: &Model, i: usize| m.scores[i].name.clone()),
            grades: numbers!(grades, |m: &Model, i: usize| m.grades[i].name.clone()),
            stages: numbers!(stages, |m: &Model, i: usize| m.stages[i].name.clone()),
            segments: numbers!(segments, |m: &Model, i: usize| m.segments[i].name.clone()),
            routes: numbers!(routes, |m: &Model, i: usize| m.routes[i].name.clone()),
        }
    }

    fn found(&self, numbers: &Numbers, of: usize, noun: &str, name: &str) -> Result<u32, Missing> {
        numbers[of].ok_or_else(|| Missing::Name(format!("the {noun} `{name}`")))
    }

    fn helper(&self, numbers: &Numbers, of: usize, noun: &'static str) -> Result<u32, Missing> {
        numbers[of].ok_or(Missing::Helper((self.which, of), noun))
    }

    fn score_id(&self, id: ScoreId) -> Result<ScoreId, Missing> {
        let name = &self.source.scores[id.index()].name;
        self.found(&self.scores, id.index(), "score", name).map(ScoreId)
    }

    fn grade_id(&self, id: GradeId) -> Result<GradeId, Missing> {
        let name = &self.source.grades[id.index()].name;
        self.found(&self.grades, id.index(), "grade set", name).map(GradeId)
    }

    /// A stage.
    pub fn stage_id(&self, id: StageId) -> Result<StageId, Missing> {
        let name = &self.source.stages[id.index()].name;
        self.found(&self.stages, id.index(), "stage", name).map(StageId)
    }

    fn target(&self, target: Target) -> Result<Target, Missing> {
        match target {
            Target::Total => Ok(Target::Total),
            Target::Score(id) => self.score_id(id).map(Target::Score),
        }
    }

    /// A list.
    pub fn list(&self, list: &List) -> Result<List, Missing> {
        let mut out = list.clone();
        self.values(&mut out.values, &list.ty)?;
        self.ty(&mut out.ty)?;
        Ok(out)
    }

    /// A param.
    pub fn param(&self, param: &Param) -> Result<Param, Missing> {
        let mut out = param.clone();
        self.value(&mut out.value, &param.ty)?;
        if let Some((low, high)) = &mut out.range {
            self.value(low, &param.ty)?;
            self.value(high, &param.ty)?;
        }
        if let Some(length) = &mut out.length {
            self.length(length)?;
        }
        self.ty(&mut out.ty)?;
        Ok(out)
    }

    /// A `let`.
    pub fn named(&self, named: &Let) -> Result<Let, Missing> {
        let mut out = named.clone();
        self.expr(&mut out.value)?;
        out.within = out.within.map(|id| self.score_id(id)).transpose()?;
        Ok(out)
    }

    /// An ignore.
    pub fn ignore(&self, ignore: &Ignore) -> Result<Ignore, Missing> {
        let mut out = ignore.clone();
        self.term(&mut out.term)?;
        out.within = out.within.map(|id| self.score_id(id)).transpose()?;
        Ok(out)
    }

    /// An exclude or disqualify.
    pub fn verdict(&self, verdict: &Verdict) -> Result<Verdict, Missing> {
        let mut out = verdict.clone();
        self.expr(&mut out.condition)?;
        Ok(out)
    }

    /// A score.
    pub fn score(&self, score: &Score) -> Result<Score, Missing> {
        let mut out = score.clone();
        self.maybe(&mut out.population)?;
        self.bounds(&mut out.bounds)?;
        Ok(out)
    }

    /// The total.
    pub fn total(&self, total: &Total) -> Result<Total, Missing> {
        let mut out = total.clone();
        self.maybe(&mut out.formula)?;
        self.bounds(&mut out.bounds)?;
        Ok(out)
    }

    /// A grade set.
    pub fn grades(&self, set: &GradeSet) -> Result<GradeSet, Missing> {
        let mut out = set.clone();
        match &mut out.kind {
            GradeKind::Lines(lines) => {
                lines.iter_mut().try_for_each(|line| self.maybe(&mut line.condition))?
            }
            GradeKind::Matrix(a, b) => (*a, *b) = (self.grade_id(*a)?, self.grade_id(*b)?),
        }
        Ok(out)
    }

    /// A stage.
    pub fn stage(&self, stage: &Stage) -> Result<Stage, Missing> {
        let mut out = stage.clone();
        self.maybe(&mut out.condition)?;
        self.maybe(&mut out.stays_while)?;
        Ok(out)
    }

    /// A segment.
    pub fn segment(&self, segment: &Segment) -> Result<Segment, Missing> {
        let mut out = segment.clone();
        self.expr(&mut out.condition)?;
        Ok(out)
    }

    /// A route.
    pub fn route(&self, route: &Route) -> Result<Route, Missing> {
        let mut out = route.clone();
        self.maybe(&mut out.condition)?;
        out.respond_within.as_mut().map_or(Ok(()), |length| self.length(length))?;
        Ok(out)
    }

    /// A rule.
    pub fn rule(&self, rule: &Rule) -> Result<Rule, Missing> {
        let mut out = rule.clone();
        out.home = self.target(out.home)?;
        match &mut out.kind {
            RuleKind::Add { condition, amount, decay, up_to } => {
                self.expr(condition)?;
                self.expr(&mut amount.value)?;
                self.decay(decay)?;
                self.maybe(up_to)?;
            }
            RuleKind::ForEach { term, amount, limit, decay, up_to } => {
                self.term(term)?;
                self.expr(&mut amount.value)?;
                limit.as_mut().map_or(Ok(()), |limit| self.expr(&mut limit.count))?;
                self.decay(decay)?;
                self.maybe(up_to)?;
            }
            RuleKind::ForEachDifferent { property, term, amount, limit, decay, up_to } => {
                self.property(property)?;
                self.term(term)?;
                self.expr(&mut amount.value)?;
                limit.as_mut().map_or(Ok(()), |limit| self.expr(&mut limit.count))?;
                self.decay(decay)?;
                self.maybe(up_to)?;
            }
            RuleKind::Table(table) => self.table(table)?,
            RuleKind::Multiply { condition, target, by: value }
            | RuleKind::Cap { condition, target, at: value }
            | RuleKind::Set { condition, target, to: value } => {
                self.expr(condition)?;
                self.expr(value)?;
                *target = self.target(*target)?;
            }
        }
        Ok(out)
    }

    fn decay(&self, decay: &mut Option<Decay>) -> Done {
        let Some(decay) = decay else { return Ok(()) };
        match &mut decay.curve {
            Curve::Halving { every, .. } => self.length(every)?,
            Curve::Fading { over } => self.length(over)?,
            Curve::LosingShare { share: value, every } | Curve::LosingPoints { amount: value, every } => {
                self.expr(value)?;
                self.length(every)?;
            }
            Curve::Dropping { steps } => {
                for (share, age) in steps {
                    self.expr(share)?;
                    self.length(age)?;
                }
            }
        }
        self.maybe(&mut decay.from)?;
        self.maybe(&mut decay.unless)
    }

    fn bounds(&self, bounds: &mut Bounds) -> Done {
        self.maybe(&mut bounds.low)?;
        self.maybe(&mut bounds.high)
    }

    fn maybe(&self, expr: &mut Option<Expr>) -> Done {
        expr.as_mut().map_or(Ok(()), |expr| self.expr(expr))
    }

    fn all(&self, all: &mut [Expr]) -> Done {
        all.iter_mut().try_for_each(|expr| self.expr(expr))
    }

    fn expr(&self, expr: &mut Expr) -> Done {
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

    fn quantity(&self, quantity: &mut Quantity) -> Done {
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

    fn set(&self, set: &mut Set, ty: &Type) -> Done {
        match set {
            Set::Values(values) => self.values(values, ty),
            Set::List(id) => {
                id.0 = self.helper(&self.lists, id.index(), "list")?;
                Ok(())
            }
            Set::Attribute(a) => self.expr(a),
        }
    }

    fn table(&self, table: &mut Table) -> Done {
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

    fn term(&self, term: &mut Term) -> Done {
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

    fn length(&self, length: &mut Length) -> Done {
        if let Length::Param(id) = length {
            id.0 = self.helper(&self.params, id.index(), "param")?;
        }
        Ok(())
    }

    fn property(&self, property: &mut Property) -> Done {
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

    fn ty(&self, ty: &mut Type) -> Done {
        match ty {
            Type::OneOf(id) => {
                id.0 = self.vocabularies[id.index()]
                    .ok_or_else(|| Missing::Name("a list of words".to_string()))?;
                Ok(())
            }
            Type::List(of) => self.ty(of),
            _ => Ok(()),
        }
    }

    fn values(&self, values: &mut [Value], ty: &Type) -> Done {
        values.iter_mut().try_for_each(|value| self.value(value, ty))
    }

    /// A value of a type of the source.
    fn value(&self, value: &mut Value, ty: &Type) -> Done {
        match (value, ty) {
            (Value::Word(word), Type::OneOf(id)) => self.word(word, *id),
            (Value::Word(word), Type::List(of)) => match **of {
                Type::OneOf(id) => self.word(word, id),
                _ => Ok(()),
            },
            (Value::List(values), Type::List(of)) => self.values(values, of),
            _ => Ok(()),
        }
    }

    fn word(&self, word: &mut u32, id: VocabularyId) -> Done {
        let words = &self.source.schema.vocabulary(id).words;
        let Some(name) = words.get(*word as usize).map(|word| &word.name) else { return Ok(()) };
        let missing = || Missing::Name(format!("the word `{name}`"));
        let there = self.vocabularies[id.index()].ok_or_else(missing)?;
        let there = &self.schema.vocabularies[there as usize].words;
        *word = there.iter().position(|other| other.name == *name).ok_or_else(missing)? as u32;
        Ok(())
    }
}

/// The attribute of the same path and a like type.
fn attribute(attribute: &Attribute, schema: &Schema) -> Option<u32> {
    let path = attribute.path();
    let found =
        schema.attributes.iter().position(|other| other.path() == path && like(&attribute.ty, &other.ty));
    found.map(|at| at as u32)
}

fn like(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::OneOf(_), Type::OneOf(_)) => true,
        (Type::List(a), Type::List(b)) => like(a, b),
        _ => a == b,
    }
}

/// For each vocabulary the one that has the same words, or else that of the attribute or property of the same name.
fn vocabularies(source: &Schema, target: &Schema) -> Numbers {
    let mut out: Numbers = source
        .vocabularies
        .iter()
        .map(|own| {
            let same = |other: &Vocabulary| {
                let names = |v: &Vocabulary| v.words.iter().map(|w| w.name.clone()).collect::<Vec<_>>();
                other.ordered == own.ordered && names(other) == names(own)
            };
            target.vocabularies.iter().position(same).map(|at| at as u32)
        })
        .collect();
    let mut like = |a: &Type, b: &Type| {
        if let (Some(a), Some(b)) = (vocabulary(a), vocabulary(b)) {
            let slot = &mut out[a.index()];
            if slot.is_none() && source.vocabulary(a).ordered == target.vocabulary(b).ordered {
                *slot = Some(b.0);
            }
        }
    };
    for attribute in &source.attributes {
        if let Some(other) = target.attributes.iter().find(|other| other.path() == attribute.path()) {
            like(&attribute.ty, &other.ty);
        }
    }
    for event in &source.events {
        let Some(other) = target.events.iter().find(|other| other.name == event.name) else { continue };
        for property in &event.properties {
            if let Some(there) = other.properties.iter().find(|p| p.name == property.name) {
                like(&property.ty, &there.ty);
            }
        }
    }
    out
}

fn vocabulary(ty: &Type) -> Option<VocabularyId> {
    match ty {
        Type::OneOf(id) => Some(*id),
        Type::List(of) => vocabulary(of),
        _ => None,
    }
}
