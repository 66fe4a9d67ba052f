//! Lets: named expressions, lowered when first asked for.

use crate::lower::{Hint, Lower, Scope};
use crate::walk::{self, EventTerms};
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{Expr, ExprKind, Let, LetId};
use std::marker::PhantomData;

/// More lets than this cannot lean on each other.
const DEEPEST: usize = 64;

/// The state of all lets.
#[derive(Default)]
pub(crate) struct Lets<'a> {
    states: Vec<State>,
    /// Those being lowered now, outermost first.
    open: Vec<LetId>,
    /// How many lets each leans on, one on the other.
    depths: Vec<usize>,
    /// The event terms of each.
    terms: Vec<EventTerms>,
    lifetime: PhantomData<&'a ()>,
}

enum State {
    Waiting,
    Open,
    Done(Option<Box<Let>>),
}

impl Lets<'_> {
    /// A let that was lowered without a mistake.
    pub fn value(&self, id: LetId) -> Option<&Let> {
        match self.states.get(id.index())? {
            State::Done(value) => value.as_deref(),
            _ => None,
        }
    }

    /// The event terms in a let.
    pub fn terms(&self, id: LetId) -> EventTerms {
        self.terms[id.index()]
    }

    /// All of them, if none has a mistake.
    pub fn take(&mut self) -> Option<Vec<Let>> {
        let states = std::mem::take(&mut self.states);
        states
            .into_iter()
            .map(|state| if let State::Done(Some(value)) = state { Some(*value) } else { None })
            .collect()
    }
}

impl Lower<'_> {
    /// Makes room for all lets.
    pub fn expect_lets(&mut self) {
        let count = self.outline.lets.len();
        self.lets.states = (0..count).map(|_| State::Waiting).collect();
        self.lets.depths = vec![0; count];
        self.lets.terms = vec![EventTerms::default(); count];
    }

    /// Lowers all lets that nothing asked for yet.
    pub fn lower_lets(&mut self) {
        for i in 0..self.outline.lets.len() {
            self.lower_let(LetId(i as u32));
        }
    }

    fn lower_let(&mut self, id: LetId) {
        if !matches!(self.lets.states[id.index()], State::Waiting) {
            return;
        }
        let (decl, block, span) = self.outline.lets[id.index()];
        let within = block.map(|block| self.names.blocks[block]);
        self.lets.states[id.index()] = State::Open;
        self.lets.open.push(id);
        let scope = Scope { score: within, ..Scope::default() };
        let value = self.within(scope, |lower| lower.value(&decl.value, &Hint::Any));
        self.lets.open.pop();
        if let Some(value) = &value {
            self.lets.terms[id.index()] = self.event_terms(value);
        }
        let done = value.map(|value| Box::new(Let { name: decl.name.text.clone(), value, within, span }));
        self.lets.states[id.index()] = State::Done(done);
    }

    /// Reads a let.
    pub fn let_named(&mut self, id: LetId, span: Span) -> Option<Expr> {
        if self.lets.open.len() >= DEEPEST {
            return self.too_deep(id, span);
        }
        self.lower_let(id);
        if let State::Open = self.lets.states[id.index()] {
            return self.let_loop(id, span);
        }
        if let Some(&user) = self.lets.open.last() {
            let depth = self.lets.depths[id.index()] + 1;
            if depth >= DEEPEST {
                return self.too_deep(id, span);
            }
            self.lets.depths[user.index()] = self.lets.depths[user.index()].max(depth);
        }
        let decl = self.lets.value(id)?;
        let ty = decl.value.ty.clone();
        if self.scope.hand.is_some_and(|hand| hand.filter) && walk::reads_lead(&decl.value) {
            let message =
                format!("`{}` reads more than the event: a filter reads the event alone", decl.name);
            return self.fail(Code::E0416, span, message);
        }
        Some(Expr { kind: ExprKind::Let(id), ty, span })
    }

    fn let_loop(&mut self, id: LetId, span: Span) -> Option<Expr> {
        let start = self.lets.open.iter().position(|&open| open == id).unwrap_or(0);
        let ids: Vec<LetId> = self.lets.open[start..].to_vec();
        let decls = |id: &LetId| &self.outline.lets[id.index()].0.name;
        let mut names: Vec<String> = ids.iter().map(|id| format!("`{}`", decls(id).text)).collect();
        names.push(names[0].clone());
        let message = format!("these names need each other: {}", names.join(" needs "));
        let mut diagnostic = Diagnostic::new(Code::E0209, span, message);
        for id in &ids {
            let name = decls(id);
            diagnostic = diagnostic.other(name.span, format!("`{}` is declared here", name.text));
        }
        self.report(diagnostic);
        None
    }

    fn too_deep(&mut self, id: LetId, span: Span) -> Option<Expr> {
        let name = &self.outline.lets[id.index()].0.name.text;
        let message = format!("more than {DEEPEST} lets lean on each other, `{name}` among them");
        self.fail(Code::E0424, span, message)
    }
}
