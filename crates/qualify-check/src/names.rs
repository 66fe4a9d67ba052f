//! Every declared name and what it stands for.

use crate::lower::Lower;
use crate::outline::GradeStatement;
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{
    AttributeId, EventId, GradeId, LetId, ListId, Owner, ParamId, RouteId, ScoreId, SegmentId, StageId,
};
use qualify_syntax::tree::Name;
use std::collections::HashMap;

/// What a name that the model declares stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Named {
    Param(ParamId),
    List(ListId),
    Let(LetId),
    Score(ScoreId),
    Grade(GradeId),
    Segment(SegmentId),
}

impl Named {
    /// What it is, in words.
    pub fn noun(self) -> &'static str {
        match self {
            Named::Param(_) => "param",
            Named::List(_) => "list",
            Named::Let(_) => "let",
            Named::Score(_) => "score",
            Named::Grade(_) => "grade",
            Named::Segment(_) => "segment",
        }
    }
}

/// See the module.
#[derive(Default)]
pub(crate) struct Names {
    /// Params, lists, lets outside scores, scores, grade sets, segments: one name, one meaning.
    pub own: HashMap<String, (Named, Span)>,
    /// Lets inside a score.
    pub local: HashMap<(ScoreId, String), (LetId, Span)>,
    /// Attributes by their full name, and the account's also without their group.
    pub attributes: HashMap<String, Vec<AttributeId>>,
    /// Attributes of the lead by their own name.
    pub bare: HashMap<String, Vec<AttributeId>>,
    /// Event types.
    pub events: HashMap<String, EventId>,
    /// Stages.
    pub stages: HashMap<String, (StageId, Span)>,
    /// Routes; several may lead to the same place.
    pub routes: HashMap<String, Vec<RouteId>>,
    /// For each score block of the text its score, which an earlier block of the same name may have made.
    pub blocks: Vec<ScoreId>,
}

impl Lower<'_> {
    /// Enters the names of the schema.
    pub fn enter_schema(&mut self) {
        for (i, attribute) in self.schema.attributes.iter().enumerate() {
            let id = AttributeId(i as u32);
            let path = attribute.path();
            if attribute.owner == Owner::Lead {
                self.names.bare.entry(attribute.name.clone()).or_default().push(id);
            } else if attribute.group.is_some() {
                let short = format!("account.{}", attribute.name);
                self.names.attributes.entry(short).or_default().push(id);
            }
            self.names.attributes.entry(path).or_default().push(id);
        }
    }

    /// Enters the names that the model declares, and reports those declared twice.
    pub fn enter_names(&mut self) {
        let outline = self.outline;
        for (i, (param, _)) in outline.params.iter().enumerate() {
            self.enter(&param.name, Named::Param(ParamId(i as u32)));
        }
        for (i, (list, _)) in outline.lists.iter().enumerate() {
            self.enter(&list.name, Named::List(ListId(i as u32)));
        }
        for (i, (score, _)) in outline.scores.iter().enumerate() {
            let id = ScoreId(i as u32);
            self.enter(&score.name, Named::Score(id));
            self.names.blocks.push(id);
        }
        for (i, (segment, _)) in outline.segments.iter().enumerate() {
            self.enter(&segment.name, Named::Segment(SegmentId(i as u32)));
        }
        self.enter_grades();
        self.enter_lets();
        // the CRM may spell a stage in another case: two that differ in case only are one
        let mut stages: HashMap<String, Span> = HashMap::new();
        for (i, (stage, _)) in outline.stages.iter().enumerate() {
            let (name, span) = (&stage.name.text, stage.name.span);
            self.names.stages.insert(name.clone(), (StageId(i as u32), span));
            if let Some(first) = stages.insert(qualify_model::text::fold(name), span) {
                self.twice("stage", name, span, first);
            }
        }
        for (i, (route, _)) in outline.routes.iter().enumerate() {
            self.names.routes.entry(route.name.text.clone()).or_default().push(RouteId(i as u32));
        }
    }

    fn enter(&mut self, name: &Name, named: Named) {
        if ["score", "stage", "event"].contains(&name.text.as_str()) {
            let message = format!("the name `{}` has a meaning of its own in the language", name.text);
            self.report(Diagnostic::new(Code::E0203, name.span, message).note("take another name"));
            return;
        }
        if let Some(&(first, span)) = self.names.own.get(&name.text) {
            self.taken(name, first.noun(), span);
            return;
        }
        if let Some(&event) = self.names.events.get(&name.text) {
            let span = self.schema.event(event).span;
            return self.taken(name, "event", span);
        }
        // an attribute in a group keeps its full name; one without a group would be out of reach
        let attribute = self.names.attributes.get(&name.text).and_then(|ids| ids.first());
        if let Some(&id) = attribute {
            let span = self.schema.attribute(id).span;
            return self.taken(name, "attribute", span);
        }
        self.names.own.insert(name.text.clone(), (named, name.span));
    }

    fn taken(&mut self, name: &Name, noun: &str, first: Span) {
        let message = format!("the name `{}` is already taken by {} {noun}", name.text, article(noun));
        self.report(Diagnostic::new(Code::E0203, name.span, message).other(first, "declared here first"));
    }

    /// Reports a second declaration.
    pub fn twice(&mut self, noun: &str, name: &str, span: Span, first: Span) {
        let message = format!("the {noun} `{name}` is declared twice");
        self.report(Diagnostic::new(Code::E0203, span, message).other(first, "declared here first"));
    }

    /// Grade sets get their numbers in the order of their first line.
    fn enter_grades(&mut self) {
        let mut sets: HashMap<&str, (bool, Span)> = HashMap::new();
        for (statement, span) in &self.outline.grades {
            let (text, name_span, matrix) = match statement {
                GradeStatement::Line(line) => match &line.set {
                    Some(set) => (set.text.as_str(), set.span, false),
                    None => ("grade", line.label.span, false),
                },
                GradeStatement::Matrix(matrix) => (matrix.name.text.as_str(), matrix.name.span, true),
            };
            match sets.get(text) {
                Some(&(true, first)) => self.twice("grade", text, name_span, first),
                Some(&(false, first)) if matrix => self.twice("grade", text, name_span, first),
                Some(_) => {}
                None => {
                    sets.insert(text, (matrix, *span));
                    let id = GradeId(self.labels.len() as u32);
                    self.labels.push(Vec::new());
                    self.enter(&Name { text: text.to_string(), span: name_span }, Named::Grade(id));
                }
            }
        }
    }

    fn enter_lets(&mut self) {
        for (i, (decl, within, _)) in self.outline.lets.iter().enumerate() {
            let id = LetId(i as u32);
            match within {
                None => self.enter(&decl.name, Named::Let(id)),
                Some(block) => {
                    let key = (self.names.blocks[*block], decl.name.text.clone());
                    if let Some((_, first)) = self.names.local.insert(key, (id, decl.name.span)) {
                        self.twice("let", &decl.name.text, decl.name.span, first);
                    }
                }
            }
        }
    }
}

/// `a` or `an`.
pub(crate) fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}
