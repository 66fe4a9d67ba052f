//! What is declared and never used.

use crate::lower::Lower;
use crate::names::Named;
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{LetId, ListId, Model, ParamId, ScoreId};

impl Lower<'_> {
    /// Warns of lists, params and lets that nothing uses, and of scores that a formula leaves out.
    pub fn report_unused(&mut self, model: &Model) {
        let outline = self.outline;
        let mut unused: Vec<(Named, &str, Span)> = Vec::new();
        for (i, (list, _)) in outline.lists.iter().enumerate() {
            unused.push((Named::List(ListId(i as u32)), &list.name.text, list.name.span));
        }
        for (i, (param, _)) in outline.params.iter().enumerate() {
            unused.push((Named::Param(ParamId(i as u32)), &param.name.text, param.name.span));
        }
        for (i, (decl, ..)) in outline.lets.iter().enumerate() {
            unused.push((Named::Let(LetId(i as u32)), &decl.name.text, decl.name.span));
        }
        for (named, name, span) in unused.into_iter().filter(|(named, ..)| !self.used.contains(named)) {
            let message = format!("the {} `{name}` is never used", named.noun());
            self.out.push(Diagnostic::new(Code::W0601, span, message));
        }
        let Some(formula) = &model.total.formula else { return };
        for (i, (score, _)) in outline.scores.iter().enumerate() {
            if !self.used.contains(&Named::Score(ScoreId(i as u32))) {
                let name = &score.name.text;
                let message =
                    format!("the score `{name}` is not part of the total, and nothing else uses it");
                let diagnostic = Diagnostic::new(Code::W0602, score.name.span, message);
                self.out.push(diagnostic.other(formula.span, "the total is made here"));
            }
        }
    }
}
