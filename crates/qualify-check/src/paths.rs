//! What a word or a dotted path stands for, and the value it gives.

use crate::lower::{Hint, Lower};
use crate::names::Named;
use crate::properties::FoundProperty;
use qualify_diagnostics::{Code, Diagnostic, Edit, Span};
use qualify_model::{
    AttributeId, EventId, Expr, ExprKind, GradeId, NumberKind, Part, Property, StageId, Term, TextKind, Type,
    Value,
};
use qualify_syntax::tree::{self, Path};

/// What a path can stand for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Meaning {
    Named(Named),
    Total,
    ResultStage,
    /// In tests.
    Route,
    /// In tests.
    Status,
    Attribute(AttributeId),
    Property(Property),
    EventTime,
    Times,
    Event(Option<EventId>),
    Stage(StageId),
    /// A property of an event where no event is in hand.
    EventOutside,
}

/// What was found for a path.
pub(crate) enum Found {
    Nothing,
    One(Meaning),
    /// Several full names; each with what could be written for it.
    Several(Vec<String>),
}

pub(crate) fn joined(path: &Path) -> String {
    path.parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(".")
}

impl Lower<'_> {
    /// What the path stands for at this place. Nothing is reported.
    pub fn look_up(&self, path: &Path) -> Found {
        match path.parts.as_slice() {
            [name] => self.look_up_name(&name.text),
            _ => self.look_up_dotted(path),
        }
    }

    fn look_up_name(&self, name: &str) -> Found {
        if let Some(hand) = self.scope.hand
            && hand.filter
            && let FoundProperty::One(property) = self.find_property(hand.kind, name)
        {
            return Found::One(Meaning::Property(property));
        }
        if name == "times" && self.scope.times {
            return Found::One(Meaning::Times);
        }
        let mut found = self.own_or_attribute(name);
        if let (Found::Nothing, Some(hand)) = (&found, self.scope.hand)
            && let FoundProperty::One(property) = self.find_property(hand.kind, name)
        {
            found = Found::One(Meaning::Property(property));
        }
        let Some(&(stage, _)) = self.names.stages.get(name) else { return found };
        match found {
            Found::Nothing => Found::One(Meaning::Stage(stage)),
            Found::One(other) if self.scope.stage.is_some() => {
                let other = match other {
                    Meaning::Attribute(id) => self.schema.attribute(id).path(),
                    Meaning::Event(_) => format!("any {name}"),
                    _ => name.to_string(),
                };
                Found::Several(vec![other, format!("stage {name}")])
            }
            found => found,
        }
    }

    fn own_or_attribute(&self, name: &str) -> Found {
        if let Some(score) = self.scope.score
            && let Some(&(id, _)) = self.names.local.get(&(score, name.to_string()))
        {
            return Found::One(Meaning::Named(Named::Let(id)));
        }
        if let Some(&(named, _)) = self.names.own.get(name) {
            return Found::One(Meaning::Named(named));
        }
        let outcome = match name {
            "score" => return Found::One(Meaning::Total),
            "stage" if self.means_result_stage() => return Found::One(Meaning::ResultStage),
            "event" => return Found::One(Meaning::Event(None)),
            "route" => Some(Meaning::Route),
            "status" => Some(Meaning::Status),
            _ => None,
        };
        // outside tests an attribute may have such a name
        if let (Some(outcome), true) = (&outcome, self.scope.test) {
            return Found::One(outcome.clone());
        }
        let event = self.names.events.get(name).copied();
        let attributes = match self.names.attributes.get(name) {
            Some(exact) => exact.as_slice(),
            None => self.names.bare.get(name).map_or(&[][..], Vec::as_slice),
        };
        match (attributes, event) {
            ([], None) => outcome.map_or(Found::Nothing, Found::One),
            ([], Some(event)) => Found::One(Meaning::Event(Some(event))),
            ([one], None) => Found::One(Meaning::Attribute(*one)),
            (several, event) => {
                let mut names: Vec<String> =
                    several.iter().map(|&id| self.schema.attribute(id).path()).collect();
                names.extend(event.map(|_| format!("any {name}")));
                Found::Several(names)
            }
        }
    }

    /// `stage` is what the model finds, unless it has no stages and an attribute of another type has that name.
    fn means_result_stage(&self) -> bool {
        if !self.outline.stages.is_empty() {
            return true;
        }
        let same = self.names.bare.get("stage").map_or(&[][..], Vec::as_slice);
        same.iter().all(|id| self.schema.attribute(*id).ty == Type::Stage)
    }

    fn look_up_dotted(&self, path: &Path) -> Found {
        let full = joined(path);
        match self.names.attributes.get(&full).map(Vec::as_slice) {
            Some([one]) => return Found::One(Meaning::Attribute(*one)),
            Some(several) => {
                return Found::Several(several.iter().map(|&id| self.schema.attribute(id).path()).collect());
            }
            None => {}
        }
        let [event, property] = path.parts.as_slice() else { return Found::Nothing };
        let kind = match (event.text.as_str(), self.names.events.get(&event.text)) {
            ("event", _) => None,
            (_, Some(&id)) => Some(id),
            _ => return Found::Nothing,
        };
        let Some(hand) = self.scope.hand else { return Found::One(Meaning::EventOutside) };
        if kind.is_some() && kind != hand.kind {
            return Found::One(Meaning::EventOutside);
        }
        match self.find_property(hand.kind, &property.text) {
            FoundProperty::One(property) => Found::One(Meaning::Property(property)),
            FoundProperty::Nothing if property.text == "time" => Found::One(Meaning::EventTime),
            _ => Found::Nothing,
        }
    }

    /// The value of a path. A bare word is first what `hint` asks for: a word of the vocabulary, a label, yes or no.
    pub fn path_value(&mut self, path: &Path, hint: &Hint) -> Option<Expr> {
        if let ([_], Hint::Mistake) = (path.parts.as_slice(), hint) {
            // what the word means depends on the other side, of which nothing is known
            if let Found::One(Meaning::Named(named)) = self.look_up(path) {
                self.used.insert(named);
            }
            return None;
        }
        if let [word] = path.parts.as_slice()
            && let Some(expr) = self.word_for(&word.text, path, hint)
        {
            return Some(expr);
        }
        match self.look_up(path) {
            Found::One(meaning) => self.meaning(meaning, path, hint),
            Found::Several(names) => self.ambiguous(path, &names),
            Found::Nothing => match self.part_of_text(path) {
                Some(result) => result,
                None => self.no_such_name(path, hint),
            },
        }
    }

    fn word_for(&self, word: &str, path: &Path, hint: &Hint) -> Option<Expr> {
        let constant = |value, ty| Some(crate::constants::constant(value, ty, path.span));
        match hint {
            Hint::Type(Type::OneOf(id)) => {
                let number = self.schema.vocabulary(*id).find(word)?;
                constant(Value::Word(number), Type::OneOf(*id))
            }
            Hint::Label(grade) => {
                self.labels[grade.index()].iter().any(|label| label == word).then_some(())?;
                constant(Value::Text(word.into()), Type::Text(TextKind::Plain))
            }
            Hint::Type(Type::YesNo) | Hint::Any if word == "yes" || word == "no" => {
                constant(Value::YesNo(word == "yes"), Type::YesNo)
            }
            Hint::Type(Type::Text(_)) if !self.names_text(path) => {
                constant(Value::Text(word.into()), Type::Text(TextKind::Plain))
            }
            _ => None,
        }
    }

    /// Whether a bare word is the name of something that can be text; if not, it is text itself.
    fn names_text(&self, path: &Path) -> bool {
        match self.look_up(path) {
            Found::Nothing => false,
            Found::Several(_) => true,
            Found::One(meaning) => match meaning {
                Meaning::Attribute(id) => matches!(self.schema.attribute(id).ty, Type::Text(_)),
                Meaning::Property(property) => matches!(property.ty, Type::Text(_)),
                Meaning::Named(Named::Param(id)) => {
                    self.params[id.index()].as_ref().is_none_or(|p| matches!(p.ty, Type::Text(_)))
                }
                Meaning::Named(Named::Let(_) | Named::Grade(_)) => true,
                _ => false,
            },
        }
    }

    fn ambiguous(&mut self, path: &Path, names: &[String]) -> Option<Expr> {
        let name = joined(path);
        let list = crate::nearest::enumerate(names.iter().map(String::as_str));
        let message = format!("`{name}` can be {list}");
        let mut diagnostic = Diagnostic::new(Code::E0202, path.span, message);
        for full in names.iter().filter(|full| **full != name && !full.starts_with("stage ")) {
            let edit = Edit { span: path.span, replacement: full.clone() };
            diagnostic = diagnostic.fix_all(format!("write `{full}`"), vec![edit]);
        }
        self.report(diagnostic);
        None
    }

    /// `email.domain`, `website.host`: the part of a text that is not a name by itself.
    fn part_of_text(&mut self, path: &Path) -> Option<Option<Expr>> {
        let (last, before) = path.parts.split_last()?;
        let part = match last.text.as_str() {
            "domain" => Part::Domain,
            "local_part" => Part::LocalPart,
            "host" => Part::Host,
            "path" => Part::Path,
            _ => return None,
        };
        let (first, end) = (before.first()?, before.last()?);
        let base = Path { parts: before.to_vec(), span: first.span.to(end.span) };
        if matches!(self.look_up(&base), Found::Nothing) {
            return None;
        }
        let Some(text) = self.path_value(&base, &Hint::Any) else { return Some(None) };
        let (wanted, kind) = match part {
            Part::Domain => (TextKind::Email, TextKind::Domain),
            Part::LocalPart => (TextKind::Email, TextKind::Plain),
            Part::Host => (TextKind::Url, TextKind::Domain),
            Part::Path => (TextKind::Url, TextKind::Plain),
        };
        if text.ty != Type::Text(wanted) {
            let (whole, have, want) =
                (joined(&base), self.describe(&text.ty), self.describe(&Type::Text(wanted)));
            let message = format!("only {want} has a `{}`, and `{whole}` is {have}", last.text);
            return Some(self.fail(Code::E0309, path.span, message));
        }
        Some(Some(Expr { kind: ExprKind::Part(part, Box::new(text)), ty: Type::Text(kind), span: path.span }))
    }

    fn no_such_name(&mut self, path: &Path, hint: &Hint) -> Option<Expr> {
        let name = joined(path);
        let single = path.parts.len() == 1;
        if let Some(property) = self.property_meant(path) {
            return self.property(property.0, &property.1).and(None);
        }
        match hint {
            Hint::Type(Type::YesNo) | Hint::Any if name == "true" || name == "false" => {
                let word = if name == "true" { "yes" } else { "no" };
                let diagnostic =
                    Diagnostic::new(Code::E0206, path.span, format!("`{name}` is written `{word}` here"));
                self.report(diagnostic.fix(format!("write `{word}`"), path.span, word));
                None
            }
            Hint::Type(Type::OneOf(id)) if single => self.vocabulary_word(*id, &name, path.span),
            Hint::Label(grade) if single => self.label(*grade, &name, path.span),
            _ if name == "times" => {
                let message =
                    "`times` is how many events had a value: it stands in `for each different … add …`";
                self.fail(Code::E0422, path.span, message)
            }
            _ => {
                let known = if self.is_new(&name, path.span) { self.known_names() } else { Vec::new() };
                let message = format!("nothing is called `{name}`");
                self.unknown(Code::E0201, &name, path.span, message, known.iter().map(String::as_str))
            }
        }
    }

    /// The property that a path names, right or wrong: `event.x`, `visited.x`, or `x` where several types share it.
    fn property_meant(&self, path: &Path) -> Option<(Option<EventId>, tree::Name)> {
        let hand = self.scope.hand?;
        match path.parts.as_slice() {
            [name] => match self.find_property(hand.kind, &name.text) {
                FoundProperty::Mixed(..) => Some((hand.kind, name.clone())),
                _ => None,
            },
            [event, name] if event.text == "event" || self.names.events.contains_key(&event.text) => {
                Some((hand.kind, name.clone()))
            }
            _ => None,
        }
    }

    /// All names that can stand for a value or a condition here, for the nearest one.
    fn known_names(&self) -> Vec<String> {
        let mut known: Vec<String> = self.names.own.keys().cloned().collect();
        known.extend(self.names.attributes.keys().cloned());
        known.extend(self.names.bare.iter().filter(|(_, ids)| ids.len() == 1).map(|(name, _)| name.clone()));
        known.extend(self.names.events.keys().cloned());
        for (name, ids) in self.names.attributes.iter().chain(&self.names.bare) {
            let parts: &[&str] = match ids.as_slice() {
                [one] => match self.schema.attribute(*one).ty {
                    Type::Text(TextKind::Email) => &["domain", "local_part"],
                    Type::Text(TextKind::Url) => &["host", "path"],
                    _ => &[],
                },
                _ => &[],
            };
            known.extend(parts.iter().map(|part| format!("{name}.{part}")));
        }
        known.extend(["score".to_string(), "stage".to_string()]);
        let score = self.scope.score;
        known.extend(
            self.names.local.keys().filter(|(at, _)| Some(*at) == score).map(|(_, name)| name.clone()),
        );
        if let Some(hand) = self.scope.hand {
            known.extend(self.property_names(hand.kind));
        }
        if self.scope.stage.is_some() {
            known.extend(self.names.stages.keys().cloned());
        }
        known
    }

    fn meaning(&mut self, meaning: Meaning, path: &Path, hint: &Hint) -> Option<Expr> {
        let span = path.span;
        let of = |kind, ty| Some(Expr { kind, ty, span });
        if self.scope.hand.is_some_and(|hand| hand.filter) && reads_more(&meaning) {
            return self.filter_reads_more(path);
        }
        match meaning {
            Meaning::Named(named) => self.named(named, path, hint),
            Meaning::Total => of(ExprKind::Total, Type::Number(NumberKind::Points)),
            Meaning::Attribute(id) => match self.schema.attribute(id).ty.clone() {
                Type::Stage => {
                    let message = format!("`{}` is the stage that the CRM stores", joined(path));
                    let note =
                        "it is read as `current stage at least X`; the stage that the model finds is `stage`";
                    self.report(Diagnostic::new(Code::E0411, span, message).note(note));
                    None
                }
                ty => of(ExprKind::Attribute(id), ty),
            },
            Meaning::Property(property) => {
                let ty = property.ty.clone();
                of(ExprKind::Property(property), ty)
            }
            Meaning::EventTime => of(ExprKind::EventTime, Type::Time),
            Meaning::Times => of(ExprKind::Times, Type::Number(NumberKind::Integer)),
            Meaning::Event(kind) => of(ExprKind::Happens(bare_event(kind, span)), Type::YesNo),
            Meaning::Stage(id) => self.stage_alone(id, path),
            Meaning::ResultStage | Meaning::Route | Meaning::Status => {
                let name = joined(path);
                let message = format!("`{name}` alone says nothing: write `{name} is …`");
                self.fail(Code::E0410, span, message)
            }
            Meaning::EventOutside => self.event_outside(path),
        }
    }

    fn named(&mut self, named: Named, path: &Path, hint: &Hint) -> Option<Expr> {
        let span = path.span;
        let of = |kind, ty| Some(Expr { kind, ty, span });
        self.used.insert(named);
        match named {
            Named::Param(id) => self.param_named(id, span, hint),
            Named::Let(id) => self.let_named(id, span),
            Named::Score(id) => of(ExprKind::Score(id), Type::Number(NumberKind::Points)),
            Named::Grade(id) => of(ExprKind::Grade(id), Type::Text(TextKind::Plain)),
            Named::Segment(id) => of(ExprKind::Segment(id), Type::YesNo),
            Named::List(_) => {
                let name = joined(path);
                self.fail(Code::E0314, span, format!("`{name}` is a list: write `… in {name}`"))
            }
        }
    }

    fn event_outside(&mut self, path: &Path) -> Option<Expr> {
        let name = joined(path);
        let message = format!("`{name}` belongs to one event, and no event is in hand here");
        let note = format!(
            "it can stand in `for each … add {name}` and in `where (…)`; `latest of {name}` is a value of the lead"
        );
        let fix = format!("latest of {name}");
        let diagnostic = Diagnostic::new(Code::E0418, path.span, message).note(note);
        let (kind, known) = match path.parts.as_slice() {
            [event, property] => {
                let kind = self.names.events.get(&event.text).copied();
                (kind, matches!(self.find_property(kind, &property.text), FoundProperty::One(_)))
            }
            _ => (None, true),
        };
        if !known && kind.is_some() {
            self.report(diagnostic);
            return None;
        }
        self.report(diagnostic.fix(format!("write `{fix}`"), path.span, fix));
        None
    }

    fn filter_reads_more(&mut self, path: &Path) -> Option<Expr> {
        let message =
            format!("`{}` is not a property of the event: a filter reads the event alone", joined(path));
        let note = "put it beside the event: `when … and visited pricing`";
        self.report(Diagnostic::new(Code::E0416, path.span, message).note(note));
        None
    }

    /// The grade set that an expression reads, also through a `let`.
    pub fn grade_of(&self, expr: &Expr) -> Option<GradeId> {
        match &expr.kind {
            ExprKind::Grade(id) => Some(*id),
            ExprKind::Let(id) => self.grade_of(&self.lets.value(*id)?.value),
            _ => None,
        }
    }

    /// Whether a tree is a word that is no name: the other side says what it means.
    pub fn is_word(&self, expr: &tree::Expr) -> bool {
        match &expr.kind {
            tree::ExprKind::Literal(_) => true,
            tree::ExprKind::Negate(inner) => self.is_word(inner),
            tree::ExprKind::Path(path) => {
                path.parts.len() == 1
                    && matches!(self.look_up(path), Found::Nothing | Found::One(Meaning::Stage(_)))
            }
            _ => false,
        }
    }
}

/// Whether the meaning reads more than the event in hand. Lets are judged by their value.
fn reads_more(meaning: &Meaning) -> bool {
    matches!(
        meaning,
        Meaning::Total
            | Meaning::ResultStage
            | Meaning::Attribute(_)
            | Meaning::Event(_)
            | Meaning::Stage(_)
            | Meaning::EventOutside
            | Meaning::Named(Named::Score(_) | Named::Grade(_) | Named::Segment(_))
    )
}

/// The term of an event's name alone.
pub(crate) fn bare_event(kind: Option<EventId>, span: Span) -> Term {
    let step = qualify_model::Step {
        gap: None,
        kind,
        object: None,
        filters: Vec::new(),
        windows: Vec::new(),
        silence: None,
        span,
    };
    Term { steps: vec![step], counts: Vec::new(), span }
}
