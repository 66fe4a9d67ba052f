//! A model made ready to keep states of leads.

use crate::record::Records;
use crate::retention::{Keep, Retention, Use};
use qualify_diagnostics::{Sources, Span};
use qualify_engine::{Backend, Engine};
use qualify_model::{EventId, EventType, Model, Type};
use qualify_plan::{Plan, PlanObject, Unsupported};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// A model made ready to keep states of leads: what of their facts it reads, and how long that can matter. It never
/// changes; share it between threads, all states and all scorers.
///
/// ```
/// # use qualify_state::{StateModel, LeadState};
/// # let mut sources = qualify_diagnostics::Sources::new();
/// # let text = "lead key id { size integer } event visited when visited within 7d add 20";
/// # let root = sources.add("model.qualify", text);
/// # let load = |_: &str, _: &str| Err(String::new());
/// # let model = qualify_check::check(&mut sources, &[root], &load, &Default::default()).model.expect("it is right");
/// let model = StateModel::of(&model)?;
/// assert!(model.unbounded().is_empty()); // no visit matters for more than seven days
/// let state = LeadState::new(&model);
/// # Ok::<(), qualify_plan::Unsupported>(())
/// ```
#[derive(Debug)]
pub struct StateModel {
    pub(crate) plan: Arc<Plan>,
    /// Whose machine code all scorers share.
    pub(crate) engine: Engine,
    pub(crate) records: Records,
    pub(crate) retention: Retention,
    /// Of the model, and of what is written of leads and events.
    pub(crate) digest: [u8; DIGEST],
    pub(crate) keys: Vec<Option<Option<u32>>>,
}

/// Bytes of the digest that are written into a state.
pub(crate) const DIGEST: usize = 16;

/// A term whose events a state cannot forget, however old they are: the more of them there are, the larger it grows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unbounded {
    /// The events that are meant; see [`StateModel::unbounded_in`] for the author's words.
    pub term: String,
    /// Where it is written: bytes from the start of its file to behind its end.
    pub place: (u32, u32),
    /// Why.
    pub why: Growth,
}

/// Why a state grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Growth {
    /// Each such event matters for ever: there is no window, the points do not fade to nothing, and it is told how
    /// many there are or what they hold.
    EachEvent,
    /// One for each different value matters for ever.
    EachValue,
    /// One for each day or calendar period matters for ever.
    EachPeriod,
    /// An earlier step of a sequence may be followed at any time.
    UnfinishedSequence,
    /// The keys of deliveries are remembered, so that none counts twice.
    EachDelivery,
}

impl std::fmt::Display for Growth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Growth::EachEvent => "each of these events matters for ever: a window (`within 90d`) bounds that",
            Growth::EachValue => "one event of each different value matters for ever: a window bounds that",
            Growth::EachPeriod => "one event of each day or period matters for ever: a window bounds that",
            Growth::UnfinishedSequence => {
                "an earlier step may be followed at any time: a window and a gap (`followed within 7d by`) bound that"
            }
            Growth::EachDelivery => "the key of each delivery is remembered, so that none counts twice",
        })
    }
}

impl StateModel {
    /// Of a checked model; an error names what no plan can hold.
    pub fn of(model: &Model) -> Result<Arc<StateModel>, Unsupported> {
        Ok(StateModel::new(Arc::new(Plan::of(model)?)))
    }

    /// Of a plan that comes from a model or was verified.
    pub fn new(plan: Arc<Plan>) -> Arc<StateModel> {
        let records = Records::new(&plan);
        let retention = Retention::new(&plan);
        let key = |event: &qualify_model::EventType| {
            let name = event.key.as_ref()?;
            Some(event.properties.iter().position(|property| property.name == *name).map(|at| at as u32))
        };
        let keys = plan.schema.events.iter().map(key).collect();
        let digest = digest(&plan, &records);
        let engine = Engine::new(plan.clone(), 0, Backend::Auto);
        Arc::new(StateModel { plan, engine, records, retention, digest, keys })
    }

    /// The plan.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// What a state carries to tell which model made it: the first 32 hexadecimal digits of a SHA-256 over the model's
    /// digest and the layout of what is kept.
    pub fn digest(&self) -> String {
        hexadecimal(&self.digest)
    }

    /// The terms that let a state grow without bound, in the order of the plan; none: a state is bounded, given how
    /// many events come in the longest window.
    pub fn unbounded(&self) -> Vec<Unbounded> {
        let mut found: Vec<Unbounded> = Vec::new();
        let mut add = |term: String, place: (u32, u32), why: Growth| {
            let new = Unbounded { term, place, why };
            if !found.contains(&new) {
                found.push(new);
            }
        };
        for of in &self.retention.uses {
            if let Some(why) = self.growth(of) {
                let (term, place) = self.words(of.fact);
                add(term, place, why);
            }
        }
        for chains in self.retention.sequences.iter().filter(|chains| chains.count > 0) {
            let (term, place) = self.words(chains.fact);
            add(term, place, Growth::UnfinishedSequence);
        }
        for (kind, event) in self.plan.schema.events.iter().enumerate() {
            if event.key.is_some() && self.records.kinds.get(kind).is_some_and(Option::is_some) {
                add(event.name.clone(), (event.span.start, event.span.end), Growth::EachDelivery);
            }
        }
        found
    }

    /// The same in the author's words, with places in the files of the model; those that are not found there keep the
    /// words of the plan and have no place.
    pub fn unbounded_in(&self, model: &Model, sources: &Sources) -> Vec<(Unbounded, Option<Span>)> {
        let spans: Vec<Span> = model
            .rules
            .iter()
            .map(|rule| rule.span)
            .chain(model.lets.iter().map(|of| of.span))
            .chain(model.ignores.iter().map(|of| of.span))
            .chain(model.excludes.iter().chain(&model.disqualifies).map(|of| of.span))
            .chain(model.scores.iter().map(|of| of.span))
            .chain(model.stages.iter().map(|of| of.span))
            .chain(model.segments.iter().map(|of| of.span))
            .chain(model.routes.iter().map(|of| of.span))
            .chain(model.schema.events.iter().map(|of| of.span))
            .collect();
        let place = |unbounded: &Unbounded| {
            let (start, end) = unbounded.place;
            let around = spans.iter().filter(|span| span.start <= start && end <= span.end);
            let nearest = around.min_by_key(|span| span.end - span.start)?;
            Some(Span { file: nearest.file, start, end })
        };
        let found = self.unbounded().into_iter().map(|mut unbounded| {
            let place = place(&unbounded);
            let words = place.and_then(|span| {
                let (_, file) = sources.files().find(|(id, _)| *id == span.file)?;
                file.text.get(span.start as usize..span.end as usize)?;
                Some(sources.words(span))
            });
            if let Some(words) = words.filter(|_| unbounded.why != Growth::EachDelivery) {
                unbounded.term = words;
            }
            (unbounded, place)
        });
        found.collect()
    }

    fn growth(&self, of: &Use) -> Option<Growth> {
        if of.reach.is_bounded() {
            return None;
        }
        let closed = |column: u32| match self.plan.needs.properties.get(column as usize).map(|p| &p.ty) {
            Some(Type::OneOf(_) | Type::YesNo) => true,
            _ => self
                .plan
                .joined
                .get((column as usize).wrapping_sub(self.plan.needs.properties.len()))
                .is_some_and(|parts| {
                    let ty = |part: &u32| self.plan.needs.properties.get(*part as usize).map(|p| &p.ty);
                    parts.iter().all(|part| matches!(ty(part), Some(Type::OneOf(_))))
                }),
        };
        let in_sequence = self.plan.facts.get(of.fact as usize).is_some_and(|fact| fact.steps.len() > 1);
        match &of.keep {
            Keep::All | Keep::AndBefore if in_sequence => Some(Growth::UnfinishedSequence),
            Keep::All | Keep::AndBefore => Some(Growth::EachEvent),
            Keep::PerValue(column, _) => (!closed(*column)).then_some(Growth::EachValue),
            Keep::PerDay(_) | Keep::PerPeriod(..) => Some(Growth::EachPeriod),
            Keep::Newest(_) | Keep::NewestInstant(_) | Keep::OldestInstant(_) => None,
        }
    }

    /// The events and the place of a fact.
    fn words(&self, fact: u32) -> (String, (u32, u32)) {
        let Some(fact) = self.plan.facts.get(fact as usize) else { return Default::default() };
        let steps: Vec<String> = fact.steps.iter().map(|step| self.events(step.matcher)).collect();
        let place = fact.text.split_once("..");
        let place = place.and_then(|(start, end)| Some((start.parse().ok()?, end.parse().ok()?)));
        (steps.join(" followed by "), place.unwrap_or_default())
    }

    /// What a matcher means, as it could be written.
    fn events(&self, matcher: u32) -> String {
        let Some(matcher) = self.plan.matchers.get(matcher as usize) else { return String::new() };
        let kind = matcher.kind.and_then(|kind| self.plan.schema.events.get(kind.index()));
        let mut text = kind.map_or("event".to_owned(), |kind| kind.name.clone());
        let own =
            matcher.object.iter().zip(matcher.kind).filter_map(|(objects, kind)| objects.get(kind.index()));
        let objects: Vec<String> = own.flatten().map(|object| self.object(kind, object)).collect();
        match &objects[..] {
            [] => {}
            [one] => text = format!("{text} {one}"),
            more => text = format!("{text} ({})", more.join(", ")),
        }
        if !matcher.filters.is_empty() {
            text.push_str(" where (…)");
        }
        text
    }

    fn object(&self, kind: Option<&EventType>, object: &PlanObject) -> String {
        let ty = kind.and_then(|kind| kind.properties.first()).map(|property| &property.ty);
        match (object, ty) {
            (PlanObject::Text(text) | PlanObject::Glob(text), _) => text.clone(),
            (PlanObject::Number(number), Some(Type::OneOf(vocabulary))) => {
                let words = self.plan.schema.vocabularies.get(vocabulary.index()).map(|all| &all.words);
                let word = words.zip(usize::try_from(*number).ok()).and_then(|(words, at)| words.get(at));
                word.map_or_else(|| number.to_string(), |word| word.name.clone())
            }
            (PlanObject::Number(number), _) => number.to_string(),
        }
    }

    /// Whether a type of event is read at all.
    pub(crate) fn reads(&self, kind: EventId) -> bool {
        self.records.kinds.get(kind.index()).is_some_and(Option::is_some)
    }
}

fn digest(plan: &Plan, records: &Records) -> [u8; DIGEST] {
    let mut hash = Sha256::new();
    hash.update(plan.labels.digest.as_bytes());
    hash.update(format!("{records:?}").as_bytes());
    for attribute in &plan.schema.attributes {
        hash.update(format!("{} {:?}\n", attribute.path(), attribute.ty).as_bytes());
    }
    for event in &plan.schema.events {
        hash.update(format!("{}\n", event.name).as_bytes());
        for property in &event.properties {
            hash.update(format!("  {} {:?}\n", property.name, property.ty).as_bytes());
        }
    }
    hash.update(format!("{:?}", plan.schema.vocabularies).as_bytes());
    let all = hash.finalize();
    let mut digest = [0; DIGEST];
    digest.copy_from_slice(&all[..DIGEST]);
    digest
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
