//! What the lowering knows while it goes through a model: the schema, the names, where it stands.

use crate::files::Files;
use crate::lets::Lets;
use crate::names::{Named, Names};
use crate::nearest::nearest;
use crate::outline::Outline;
use qualify_diagnostics::{Code, Diagnostic, Edit, FileId, Label, Sources, Span};
use qualify_model::{EventId, Expr, GradeId, List, Param, ParamId, Schema, ScoreId, Type, VocabularyId};
use std::collections::{HashMap, HashSet};

/// The state of the lowering. What could not be lowered is `None`; an error was reported then.
pub(crate) struct Lower<'a> {
    pub sources: &'a Sources,
    pub files: &'a Files,
    pub outline: &'a Outline<'a>,
    pub out: Vec<Diagnostic>,
    pub schema: Schema,
    pub names: Names,
    pub scope: Scope,
    pub params: Vec<Option<Param>>,
    pub lists: Vec<Option<List>>,
    pub lets: Lets<'a>,
    /// The labels of each grade set, before its conditions are lowered.
    pub labels: Vec<Vec<String>>,
    /// Names that something refers to.
    pub used: HashSet<Named>,
    /// Names whose declaration has a mistake: nothing more is said about them.
    pub lost: HashSet<String>,
    /// Params whose text is no word of a vocabulary that they are compared with.
    pub wrong_params: HashSet<(ParamId, VocabularyId)>,
    /// There is no schema: names are not looked for.
    pub blind: bool,
    /// The message about each unknown name of each file.
    unknown: HashMap<(FileId, String), usize>,
    /// The currency of the model and where it is first named.
    pub currency: Option<(String, Span)>,
}

/// Where an expression stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    /// In the block of that score.
    pub score: Option<ScoreId>,
    /// An event is in hand.
    pub hand: Option<Hand>,
    /// In the conditions of the stage with that place in the text.
    pub stage: Option<usize>,
    /// In `stays while`.
    pub stays_while: bool,
    /// In `expect` of a test.
    pub test: bool,
    /// `times` can be read.
    pub times: bool,
}

/// The event in hand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hand {
    /// Its type; none: any.
    pub kind: Option<EventId>,
    /// In a filter nothing else can be read.
    pub filter: bool,
}

/// What a constant at this place should be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Hint {
    /// Nothing is known.
    Any,
    /// Of that type.
    Type(Type),
    /// A label of that grade set.
    Label(GradeId),
    /// The other side has a mistake: words that are no names are passed over.
    Mistake,
}

impl<'a> Lower<'a> {
    /// Nothing known yet but the files.
    pub fn new(sources: &'a Sources, files: &'a Files, outline: &'a Outline<'a>) -> Lower<'a> {
        Lower {
            sources,
            files,
            outline,
            out: Vec::new(),
            schema: Schema::default(),
            names: Names::default(),
            scope: Scope::default(),
            params: Vec::new(),
            lists: Vec::new(),
            lets: Lets::default(),
            labels: Vec::new(),
            used: HashSet::new(),
            lost: files.lost.clone(),
            wrong_params: HashSet::new(),
            blind: false,
            unknown: HashMap::new(),
            currency: None,
        }
    }

    /// Adds a message.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.out.push(diagnostic);
    }

    /// Adds a message of one sentence, and gives the poison.
    pub fn fail<T>(&mut self, code: Code, span: Span, message: impl Into<String>) -> Option<T> {
        self.out.push(Diagnostic::new(code, span, message));
        None
    }

    /// The author's words on one line.
    pub fn words(&self, span: Span) -> String {
        self.sources.words(span)
    }

    /// Runs `work` with another scope.
    pub fn within<T>(&mut self, scope: Scope, work: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.scope, scope);
        let result = work(self);
        self.scope = outer;
        result
    }

    /// Reports a name that is not known, once for each file; further places are added to the message.
    /// Nothing is said of names whose declaration may be among what was not understood.
    pub fn unknown<'n, T>(
        &mut self,
        code: Code,
        name: &str,
        span: Span,
        message: String,
        known: impl IntoIterator<Item = &'n str>,
    ) -> Option<T> {
        // whoever loses a group loses what stands in it: the last part tells
        let lost = name.rsplit('.').next().is_some_and(|last| self.lost.contains(last));
        if lost || self.blind || self.files.missing {
            return None;
        }
        let near = if self.is_new(name, span) { nearest(name, known) } else { None };
        // a declaration lacks its name, and nothing is spelt alike: it is this one, most likely
        if self.files.nameless && near.is_none() && self.is_new(name, span) && !name.contains('.') {
            return None;
        }
        let mut diagnostic = Diagnostic::new(code, span, message);
        if let Some(near) = near {
            diagnostic = diagnostic.fix(format!("write `{near}`"), span, near);
        }
        self.once_for(name, span, diagnostic)
    }

    /// Whether nothing was said of this name yet. After many messages no nearest names are looked for: it takes long.
    pub fn is_new(&self, name: &str, span: Span) -> bool {
        self.unknown.len() < 200 && !self.unknown.contains_key(&(span.file, name.to_string()))
    }

    /// Adds a message about a name, or the place to the message that is there already for that name and file.
    pub fn once_for<T>(&mut self, name: &str, span: Span, diagnostic: Diagnostic) -> Option<T> {
        let key = (span.file, name.to_string());
        if let Some(&index) = self.unknown.get(&key) {
            let first = &mut self.out[index];
            first.others.push(Label { span, text: "here too".to_string() });
            // one fix mends all places
            for fix in &mut first.fixes {
                let replacement = fix.edits.first().map_or_else(String::new, |edit| edit.replacement.clone());
                fix.edits.push(Edit { span, replacement });
            }
            return None;
        }
        self.unknown.insert(key, self.out.len());
        self.out.push(diagnostic);
        None
    }

    /// What a constant that is compared with `expr` should be.
    pub fn hint(&self, expr: &Option<Expr>) -> Hint {
        match expr {
            None => Hint::Mistake,
            Some(expr) => match self.grade_of(expr) {
                Some(grade) => Hint::Label(grade),
                None => Hint::Type(expr.ty.clone()),
            },
        }
    }
}
