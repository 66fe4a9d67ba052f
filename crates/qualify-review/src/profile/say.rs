//! What was found, as messages with their numbers.

use super::fired::Fired;
use super::mentions::{Mentions, Named, places};
use super::seen::Seen;
use crate::budget::thousands;
use qualify_data::Check;
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{EventId, Expr, ExprKind, Model, Rule, RuleKind, Target, Type, Value, Vocabulary};

/// So many further places of one message are shown.
const PLACES: usize = 3;
/// So many values that do occur are named.
const VALUES: usize = 6;

/// What was counted, and what it was counted of.
pub(super) struct Counted<'w> {
    pub model: &'w Model,
    pub mentions: &'w Mentions,
    pub seen: &'w Seen<'w>,
    pub fired: &'w Fired,
    pub limits: &'w Check,
    /// What the checker says.
    pub known: &'w [Diagnostic],
}

/// Makes messages of it.
pub(super) struct Words<'w> {
    counted: Counted<'w>,
    /// Values that do not occur, with their places.
    missing: Vec<(&'w Named, Vec<Span>)>,
    /// Attributes that rules read and that are almost never known, with their places.
    rare: Vec<(usize, Vec<Span>)>,
    /// Rules that fire for no lead, and the places that they consist of.
    silent: Vec<(usize, Vec<Span>)>,
}

impl<'w> std::ops::Deref for Words<'w> {
    type Target = Counted<'w>;

    fn deref(&self) -> &Counted<'w> {
        &self.counted
    }
}

impl<'w> Words<'w> {
    /// Of what was counted.
    pub fn of(counted: Counted<'w>) -> Words<'w> {
        let rules = counted.model.rules.iter().enumerate();
        let silent = rules
            .filter(|(number, _)| counted.fired.fired(*number) == 0 && counted.fired.leads_of(*number) > 0)
            .map(|(number, rule)| (number, places(counted.model, rule)));
        let silent = silent.collect();
        let mut rare: Vec<(usize, Vec<Span>)> = Vec::new();
        let limit = u128::from(counted.fired.leads) * u128::from(counted.limits.known_below);
        for (id, span) in &counted.mentions.attributes {
            let known = u128::from(counted.seen.known[id.index()]);
            if counted.model.schema.attribute(*id).required || known * 1_000_000 >= limit {
                continue;
            }
            match rare.iter_mut().find(|(place, _)| *place == id.index()) {
                Some((_, places)) => places.push(*span),
                None => rare.push((id.index(), vec![*span])),
            }
        }
        Words { missing: counted.seen.missing(), rare, silent, counted }
    }

    /// All messages, sorted by place.
    pub fn all(&self) -> Vec<Diagnostic> {
        let mut out = self.rarely_known();
        out.extend(self.never_seen());
        out.extend(self.never_and_always());
        out.extend(self.together());
        out.sort_by_key(|d| (d.place.span.file, d.place.span.start, d.place.span.end, d.code));
        out
    }

    /// Attributes that rules read and that are almost never known.
    fn rarely_known(&self) -> Vec<Diagnostic> {
        let message = |(place, uses): &(usize, Vec<Span>)| {
            let attribute = &self.model.schema.attributes[*place];
            let known = of_leads(self.seen.known[*place], self.fired.leads);
            let message = format!("`{}` is known in {known}", attribute.path());
            let mut diagnostic =
                Diagnostic::new(Code::W0901, attribute.span, message).label("almost never known");
            if let Some(first) = uses.first() {
                diagnostic = diagnostic.other(*first, "read here");
            }
            diagnostic.notes.extend(self.rules_that_never_fire(uses));
            diagnostic
        };
        self.rare.iter().map(message).collect()
    }

    /// Values that rules name and that no lead or event has.
    fn never_seen(&self) -> Vec<Diagnostic> {
        let mut out = Vec::new();
        for (named, places) in &self.missing {
            let Some((first, others)) = places.split_first() else { continue };
            let mut diagnostic =
                Diagnostic::new(Code::W0902, *first, self.not_seen(named)).label("never seen");
            for other in others.iter().take(PLACES) {
                diagnostic = diagnostic.other(*other, "and here");
            }
            diagnostic.notes.extend(self.what_is_seen(named));
            diagnostic.notes.extend(self.rules_that_never_fire(places));
            out.push(diagnostic);
        }
        out
    }

    fn not_seen(&self, named: &Named) -> String {
        let schema = &self.model.schema;
        let events = |event: &EventId| {
            let name = &schema.event(*event).name;
            format!("{} `{name}` events", thousands(self.seen.events[event.index()]))
        };
        match named {
            Named::Word(id, word) => {
                let attribute = schema.attribute(*id);
                let known = of_leads(self.seen.known[id.index()], self.fired.leads);
                let word = self.word(&attribute.ty, *word);
                format!("`{}` is never `{word}`: it is known in {known}", attribute.path())
            }
            Named::Event(event) => {
                let name = &schema.event(*event).name;
                format!("no `{name}` event is in the data of {} leads", thousands(self.fired.leads))
            }
            Named::Property { event, place, word, .. } => {
                let property = &schema.event(*event).properties[*place];
                let word = self.word(&property.ty, *word);
                format!("none of {} has the {} `{word}`", events(event), property.name)
            }
            Named::Object { event, text, glob, .. } => {
                let property = schema.event(*event).properties.first().map_or("object", |p| &p.name);
                let like = if *glob { "like" } else { "called" };
                format!("none of {} has a {property} {like} `{text}`", events(event))
            }
        }
    }

    /// Which words occur instead, the most frequent first.
    fn what_is_seen(&self, named: &Named) -> Option<String> {
        let schema = &self.model.schema;
        let (counts, ty) = match named {
            Named::Word(id, _) => (&self.seen.words[id.index()], &schema.attribute(*id).ty),
            Named::Property { column, event, place, .. } => {
                let ty = &schema.event(*event).properties[*place].ty;
                (&self.seen.properties[*column][event.index()], ty)
            }
            Named::Event(_) | Named::Object { .. } => return None,
        };
        let mut seen: Vec<(u64, usize)> =
            counts.iter().enumerate().filter(|(_, n)| **n > 0).map(|(word, n)| (*n, word)).collect();
        seen.sort_by_key(|(count, word)| (std::cmp::Reverse(*count), *word));
        let more = if seen.len() > VALUES { ", …" } else { "" };
        let shown = seen.iter().take(VALUES);
        let shown = shown.map(|(n, word)| format!("`{}` ({})", self.word(ty, *word as u32), thousands(*n)));
        let shown: Vec<String> = shown.collect();
        (!shown.is_empty()).then(|| format!("what occurs is {}{more}", shown.join(", ")))
    }

    fn word(&self, ty: &Type, word: u32) -> String {
        let Type::OneOf(id) = ty else { return word.to_string() };
        let vocabulary: &Vocabulary = self.model.schema.vocabulary(*id);
        vocabulary.words.get(word as usize).map_or(String::new(), |word| word.name.clone())
    }

    /// Rules that fire for no lead, or for all, unless something else that is said explains it.
    fn never_and_always(&self) -> Vec<Diagnostic> {
        let mut out = Vec::new();
        for (number, rule) in self.model.rules.iter().enumerate() {
            let (fired, leads) = (self.fired.fired(number), self.fired.leads_of(number));
            if leads < self.limits.min_leads || self.is_known(rule) {
                continue;
            }
            if let Some((_, places)) = self.silent.iter().find(|(silent, _)| *silent == number) {
                if self.is_explained(places) {
                    continue;
                }
                let message = format!("this rule fires for none of {}", self.leads_of(rule, leads));
                out.push(Diagnostic::new(Code::W0903, rule.span, message).label("never fires"));
            } else if fired == leads && is_choice(rule) {
                let message = format!("this rule fires for all {}", self.leads_of(rule, leads));
                let diagnostic = Diagnostic::new(Code::W0904, rule.span, message).label("always fires");
                out.push(diagnostic.note("if all are meant to get it, write `when always`"));
            }
        }
        out
    }

    /// `4,988 leads`, `969 leads of partner`.
    fn leads_of(&self, rule: &Rule, leads: u64) -> String {
        let score = match rule.home {
            Target::Score(id) => self.model.scores.get(id.index()),
            Target::Total => None,
        };
        match score.filter(|score| score.population.is_some()) {
            Some(score) => format!("{} leads that `{}` is for", thousands(leads), score.name),
            None => format!("{} leads", thousands(leads)),
        }
    }

    /// The checker says of this rule that it cannot be otherwise.
    fn is_known(&self, rule: &Rule) -> bool {
        let says = |code| matches!(code, Code::W0501 | Code::W0502 | Code::W0508);
        self.known.iter().any(|d| says(d.code) && within(d.place.span, rule.span))
    }

    /// It never fires because of a value that never occurs or an attribute that is almost never known.
    fn is_explained(&self, places: &[Span]) -> bool {
        let inside = |at: &Span| places.iter().any(|place| within(*at, *place));
        self.missing.iter().any(|(_, at)| at.iter().any(inside))
            || self.rare.iter().any(|(_, at)| at.iter().any(inside))
    }

    /// The rules with one of these places in them that never fire.
    fn rules_that_never_fire(&self, uses: &[Span]) -> Option<String> {
        let has = |places: &[Span]| uses.iter().any(|at| places.iter().any(|place| within(*at, *place)));
        let rules = self.silent.iter().filter(|(_, places)| has(places));
        let rules: Vec<String> =
            rules.map(|(rule, _)| format!("`{}`", head(&self.model.rules[*rule].text))).collect();
        let more = match rules.len().saturating_sub(PLACES) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let shown = rules.iter().take(PLACES).cloned().collect::<Vec<_>>().join(", ");
        (!rules.is_empty()).then(|| format!("so never fires: {shown}{more}"))
    }

    /// Rules that fire for the same leads.
    fn together(&self) -> Vec<Diagnostic> {
        let mut out = Vec::new();
        for (rules, leads) in self.fired.together(self.limits.min_together) {
            let spans: Vec<Span> = rules.iter().map(|rule| self.model.rules[*rule].span).collect();
            let [first, rest @ ..] = &spans[..] else { continue };
            let how_many = if rest.len() == 1 { "two".to_string() } else { spans.len().to_string() };
            let message = format!(
                "these {how_many} rules always fire together: for the same {}",
                of_leads(leads, self.fired.evaluated)
            );
            let mut diagnostic = Diagnostic::new(Code::W0905, rest[0], message)
                .label("fires for the same leads")
                .other(*first, "as this one");
            for other in rest.iter().skip(1).take(PLACES) {
                diagnostic = diagnostic.other(*other, "and this one");
            }
            out.push(diagnostic.note("if one fact is behind them, its points are given several times"));
        }
        out
    }
}

/// A rule that could leave leads out: neither a table nor `when always`.
fn is_choice(rule: &Rule) -> bool {
    let always = |condition: &Expr| matches!(condition.kind, ExprKind::Constant(Value::YesNo(true)));
    match &rule.kind {
        RuleKind::Table(_) => false,
        RuleKind::Add { condition, .. }
        | RuleKind::Multiply { condition, .. }
        | RuleKind::Cap { condition, .. }
        | RuleKind::Set { condition, .. } => !always(condition),
        RuleKind::ForEach { .. } | RuleKind::ForEachDifferent { .. } => true,
    }
}

/// The rule without its rows and its reason.
fn head(rule: &str) -> &str {
    let head = rule.split('{').next().unwrap_or(rule);
    head.split(" because \"").next().unwrap_or(head).trim()
}

fn within(inner: Span, outer: Span) -> bool {
    inner.file == outer.file && outer.start <= inner.start && inner.end <= outer.end
}

/// `31 of 1,000 leads (3.1 %)`.
fn of_leads(part: u64, whole: u64) -> String {
    let tenths = if whole == 0 { 0 } else { u128::from(part) * 1000 / u128::from(whole) };
    let share = format!("{}.{} %", tenths / 10, tenths % 10);
    format!("{} of {} leads ({share})", thousands(part), thousands(whole))
}
