//! Looking for a lead that a model and its mutant score differently: the leads of tests and those found before, changed
//! by what the changed part of the model asks about; then, where the score itself is asked about, by climbing to it.

use super::pool::{all_tweaks, tweaks_at};
use super::text::Seen;
use super::tweaks::Tweak;
use crate::proof::{self, Limits, Verdict};
use qualify_diagnostics::Span;
use qualify_model::*;
use qualify_reference::Interpreter;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Leads that are tried with chance changes, for each mutant.
const CHANCE: usize = 2_000;
/// Steps of a climb.
const STEPS: usize = 2_000;
/// Leads to begin with.
const BASES: usize = 12;

/// What a proof may cost where trying found nothing.
const LIMITS: Limits = Limits { conflicts: 2_000, leads: 200, seed: 1 };

/// What came of looking for a lead.
pub(super) enum Found {
    /// This lead is scored differently at this instant.
    Lead(Lead, i64),
    /// No lead can be: proved.
    Same,
    /// Neither.
    Nothing,
}

/// Finds leads for one mutant after another.
pub(super) struct Search<'m> {
    model: &'m Model,
    now: &'m Interpreter<'m>,
    /// Leads of tests, then those that were found.
    known: Vec<Lead>,
    everything: Vec<Tweak>,
    rng: StdRng,
}

/// A model and its mutant.
struct Pair<'a> {
    model: &'a Model,
    now: &'a Interpreter<'a>,
    changed: &'a Interpreter<'a>,
}

impl Pair<'_> {
    fn differs(&self, lead: &Lead) -> bool {
        !Seen::of(self.model, &self.now.score(lead), &self.changed.score(lead)).is_empty()
    }
}

impl<'m> Search<'m> {
    pub(super) fn new(model: &'m Model, now: &'m Interpreter<'m>) -> Search<'m> {
        let mut known: Vec<Lead> = vec![plain(model, now.as_of())];
        // at their own instants tests may lie elsewhere: only those at ours can be compared
        known.extend(model.tests.iter().filter(|test| test.as_of.is_none()).map(|test| now.lead_of(test)));
        let everything = all_tweaks(model, now.as_of());
        Search { model, now, known, everything, rng: StdRng::seed_from_u64(1) }
    }

    /// A small lead that is scored differently, or a proof that there is none.
    pub(super) fn lead(&mut self, mutant: &Model, changed: &Interpreter, place: Span) -> Found {
        if let Some(lead) = self.tried(mutant, changed, place) {
            return Found::Lead(lead, self.now.as_of());
        }
        match proof::compare(self.model, mutant, &LIMITS).verdict {
            Verdict::Same { .. } => Found::Same,
            Verdict::Differs(example) => {
                let seen = Seen::of(self.model, &example.before, &example.after);
                if seen.is_empty() { Found::Nothing } else { Found::Lead(example.lead, example.as_of) }
            }
            Verdict::Unknown { .. } => Found::Nothing,
        }
    }

    fn tried(&mut self, mutant: &Model, changed: &Interpreter, place: Span) -> Option<Lead> {
        let pair = Pair { model: self.model, now: self.now, changed };
        let found = self.known.iter().find(|lead| pair.differs(lead)).cloned();
        let found = found.or_else(|| self.tweaked(&pair, place))?;
        let small = proof::made_small(self.model, mutant, found.clone(), self.now.as_of())?;
        // the smallest may differ in what no expectation can say
        let lead = if pair.differs(&small) { small } else { found };
        self.known.push(lead.clone());
        Some(lead)
    }

    fn tweaked(&mut self, pair: &Pair, place: Span) -> Option<Lead> {
        let tweaks = tweaks_at(self.model, self.now.as_of(), place);
        let recent = self.known.len().saturating_sub(BASES / 2);
        let bases: Vec<Lead> =
            self.known.iter().take(BASES / 2).chain(&self.known[recent..]).cloned().collect();
        for base in &bases {
            for tweak in &tweaks {
                let lead = with(base, [tweak]);
                if pair.differs(&lead) {
                    return Some(lead);
                }
            }
        }
        self.by_chance(pair, &bases, &tweaks).or_else(|| self.climbed(pair, &bases, place))
    }

    /// Several tweaks at once.
    fn by_chance(&mut self, pair: &Pair, bases: &[Lead], tweaks: &[Tweak]) -> Option<Lead> {
        if tweaks.is_empty() {
            return None;
        }
        for _ in 0..CHANCE {
            let base = &bases[self.rng.random_range(0..bases.len())];
            let count = self.rng.random_range(2..=5);
            let some: Vec<&Tweak> =
                (0..count).map(|_| &tweaks[self.rng.random_range(0..tweaks.len())]).collect();
            let lead = with(base, some);
            if pair.differs(&lead) {
                return Some(lead);
            }
        }
        None
    }

    /// Goes where a number that is compared with a constant comes nearer to it.
    fn climbed(&mut self, pair: &Pair, bases: &[Lead], place: Span) -> Option<Lead> {
        let goals = goals(self.model, place);
        for base in bases {
            let mut lead = base.clone();
            let mut best = self.distance(&goals, &lead);
            for _ in 0..STEPS / bases.len() {
                let tweak = &self.everything[self.rng.random_range(0..self.everything.len())];
                let mut next = with(&lead, [tweak]);
                if next.events.len() > 30 || self.rng.random_range(0..4) == 0 {
                    drop_one(&mut next, &mut self.rng);
                }
                let distance = self.distance(&goals, &next);
                if distance > best {
                    continue;
                }
                (lead, best) = (next, distance);
                if pair.differs(&lead) {
                    return Some(lead);
                }
            }
        }
        None
    }

    /// How far a lead is from the goals, in millionths; without goals all leads are as good.
    fn distance(&self, goals: &[(&Expr, &Expr)], lead: &Lead) -> i128 {
        if goals.is_empty() {
            return 0;
        }
        let outcome = self.now.score(lead);
        let facts = self.now.hindsight(lead, &outcome);
        let number = |expr: &Expr| match (facts.value(expr), &expr.ty) {
            (Some(Value::Number(units)), Type::Number(kind)) => {
                Some(exact::rescale(units as i128, kind.decimals(), 6))
            }
            _ => None,
        };
        let one = |(a, b): &(&Expr, &Expr)| match (number(a), number(b)) {
            (Some(a), Some(b)) => (a - b).abs(),
            _ => 1_000_000_000_000,
        };
        goals.iter().map(one).min().unwrap_or_default()
    }
}

/// A lead of which nothing is known but what must be.
fn plain(model: &Model, as_of: i64) -> Lead {
    let value = |attribute: &Attribute| {
        let fact = match &attribute.ty {
            Type::Time => Value::Time(as_of - 10 * calendar::DAY_US),
            Type::Date => Value::Date(model.zone().day(as_of) - 10),
            Type::YesNo => Value::YesNo(false),
            Type::Number(kind) => Value::Number(10i64.pow(kind.decimals())),
            Type::OneOf(_) => Value::Word(0),
            Type::Duration => Value::Duration(calendar::DAY_US),
            Type::Text(TextKind::Email) => Value::Text("a@corp.com".into()),
            Type::Text(_) | Type::Stage => Value::Text("x".into()),
            Type::List(_) => return None,
        };
        attribute.required.then_some(fact)
    };
    let attributes = model.schema.attributes.iter().map(value).collect();
    Lead { key: "lead".to_string(), attributes, events: Vec::new() }
}

fn with<'t>(base: &Lead, tweaks: impl IntoIterator<Item = &'t Tweak>) -> Lead {
    let mut lead = base.clone();
    tweaks.into_iter().for_each(|tweak| tweak.apply(&mut lead));
    lead
}

fn drop_one(lead: &mut Lead, rng: &mut StdRng) {
    if !lead.events.is_empty() {
        lead.events.swap_remove(rng.random_range(0..lead.events.len()));
    }
}

/// The comparisons of numbers at a place: each side is to come near the other.
fn goals(model: &Model, place: Span) -> Vec<(&Expr, &Expr)> {
    let mut out = Vec::new();
    let stages = model.stages.iter().flat_map(|stage| stage.condition.iter().chain(&stage.stays_while));
    let lines = model.grades.iter().flat_map(|set| match &set.kind {
        GradeKind::Lines(lines) => lines.as_slice(),
        GradeKind::Matrix(..) => &[],
    });
    let lines = lines.filter_map(|line| line.condition.as_ref());
    let routes = model.routes.iter().filter_map(|route| route.condition.as_ref());
    let segments = model.segments.iter().map(|segment| &segment.condition);
    for condition in stages.chain(lines).chain(routes).chain(segments) {
        near_place(condition, model, place, &mut out);
    }
    out
}

fn near_place<'m>(expr: &'m Expr, model: &Model, place: Span, out: &mut Vec<(&'m Expr, &'m Expr)>) {
    let touches = |span: Span| span.file == place.file && span.start <= place.end && place.start <= span.end;
    if let ExprKind::Compare(_, a, b) = &expr.kind {
        let param = |side: &Expr| match &side.kind {
            ExprKind::Param(id) => touches(model.params[id.index()].span),
            ExprKind::Convert(inner) => {
                matches!(&inner.kind, ExprKind::Param(id) if touches(model.params[id.index()].span))
            }
            _ => false,
        };
        if touches(expr.span) || param(a) || param(b) {
            out.push((a, b));
        }
    }
    parts(expr).into_iter().for_each(|part| near_place(part, model, place, out));
}
