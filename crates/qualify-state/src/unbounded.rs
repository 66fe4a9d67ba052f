//! Which terms of a model let a state grow without bound.

use crate::StateModel;
use crate::retention::{Keep, Use};
use qualify_diagnostics::{FileId, Sources, Span};
use qualify_model::{EventType, Type};
use qualify_plan::PlanObject;

/// A term whose events a state cannot forget, however old they are: the more of them there are, the larger it grows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unbounded {
    /// The events that are meant; see [`StateModel::unbounded_in`] for the author's words.
    pub term: String,
    /// Where it is written, in the files that the model was compiled from.
    pub place: Span,
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

impl Unbounded {
    /// File, line, term and reason as a sentence; `sources` are the files that the model was compiled from.
    ///
    /// ```
    /// # use qualify_state::StateModel;
    /// # let mut sources = qualify_diagnostics::Sources::new();
    /// # let text = "lead key id { size integer } event visited\nfor each visited add 1";
    /// # let root = sources.add("model.qualify", text);
    /// # let load = |_: &str, _: &str| Err(String::new());
    /// # let model = qualify_check::check(&mut sources, &[root], &load, &Default::default()).model.expect("it is right");
    /// let unbounded = StateModel::of(&model)?.unbounded_in(&sources);
    /// let said = unbounded[0].sentence(&sources);
    /// assert!(said.starts_with("model.qualify:2: `visited`: each of these events matters for ever"), "{said}");
    /// # Ok::<(), qualify_plan::Unsupported>(())
    /// ```
    pub fn sentence(&self, sources: &Sources) -> String {
        let Unbounded { term, place, why } = self;
        if !in_text(sources, *place) {
            return format!("`{term}`: {why}");
        }
        let (line, _) = sources.line_column(*place);
        format!("{}:{line}: `{term}`: {why}", sources.file(place.file).name)
    }
}

impl StateModel {
    /// The terms that let a state grow without bound, in the order of the plan; none: a state is bounded, given how
    /// many events come in the longest window.
    pub fn unbounded(&self) -> Vec<Unbounded> {
        let mut found: Vec<Unbounded> = Vec::new();
        let mut add = |term: String, place: Span, why: Growth| {
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
                add(event.name.clone(), event.span, Growth::EachDelivery);
            }
        }
        found
    }

    /// The same in the author's words; `sources` are the files that the model was compiled from.
    pub fn unbounded_in(&self, sources: &Sources) -> Vec<Unbounded> {
        let mut found = self.unbounded();
        for unbounded in found.iter_mut().filter(|unbounded| unbounded.why != Growth::EachDelivery) {
            if in_text(sources, unbounded.place) {
                unbounded.term = sources.words(unbounded.place);
            }
        }
        found
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
            Keep::All | Keep::AndBefore | Keep::Extreme { stays: false, .. } => Some(Growth::EachEvent),
            Keep::PerValue(column, _) => (!closed(*column)).then_some(Growth::EachValue),
            Keep::PerDay(_) | Keep::PerPeriod(..) => Some(Growth::EachPeriod),
            Keep::Newest(_) | Keep::NewestInstant(_) | Keep::OldestInstant(_) | Keep::Extreme { .. } => None,
        }
    }

    /// The events and the place of a fact.
    fn words(&self, fact: u32) -> (String, Span) {
        let Some(fact) = self.plan.facts.get(fact as usize) else { return Default::default() };
        let steps: Vec<String> = fact.steps.iter().map(|step| self.events(step.matcher)).collect();
        (steps.join(" followed by "), place(&fact.text).unwrap_or_default())
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
}

/// Whether the files hold the place: those of another model need not.
fn in_text(sources: &Sources, place: Span) -> bool {
    let file = sources.files().find(|(id, _)| *id == place.file);
    place.start < place.end
        && file.is_some_and(|(_, file)| file.text.get(place.start as usize..place.end as usize).is_some())
}

/// The place that a fact tells of itself.
fn place(text: &str) -> Option<Span> {
    let (file, range) = text.split_once(':').unwrap_or(("0", text));
    let (start, end) = range.split_once("..")?;
    Some(Span { file: FileId(file.parse().ok()?), start: start.parse().ok()?, end: end.parse().ok()? })
}
