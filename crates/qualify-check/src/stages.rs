//! Stages, segments, routes, and the verdicts that keep a lead from them.

use crate::lower::{Lower, Scope};
use qualify_diagnostics::{Code, Span};
use qualify_model::{Route, Segment, Stage, StageId, Verdict};
use qualify_syntax::tree::{self, Quoted};

impl Lower<'_> {
    /// Lowers all stages.
    pub fn lower_stages(&mut self) -> Vec<Option<Stage>> {
        let outline = self.outline;
        let mut out = Vec::new();
        for (i, &(decl, span)) in outline.stages.iter().enumerate() {
            let scope = Scope { stage: Some(i), ..Scope::default() };
            let condition = self.within(scope.clone(), |lower| lower.maybe(decl.condition.as_ref()));
            let staying = Scope { stays_while: true, ..scope };
            let stays_while = self.within(staying, |lower| lower.maybe(decl.stays_while.as_ref()));
            let stays_fine = match &decl.stays_while {
                None => Some(()),
                Some(stays) => self.needs_stage_attribute(stays.span),
            };
            let (Some(condition), Some(stays_while), Some(())) = (condition, stays_while, stays_fine) else {
                out.push(None);
                continue;
            };
            out.push(Some(Stage {
                name: decl.name.text.clone(),
                side: decl.side,
                condition,
                stays_while,
                because: text(&decl.because),
                span,
            }));
        }
        out
    }

    fn maybe(&mut self, condition: Option<&tree::Expr>) -> Option<Option<qualify_model::Expr>> {
        match condition {
            None => Some(None),
            Some(condition) => self.condition(condition).map(Some),
        }
    }

    /// `stages only move up except to X`. The outer none: a mistake was reported.
    pub fn lower_only_move_up(&mut self) -> Option<Option<Vec<StageId>>> {
        let outline = self.outline;
        let Some(((except, span), further)) = outline.only_move_up.split_first() else { return Some(None) };
        let mut fine = self.needs_stage_attribute(*span);
        for (_, again) in further {
            self.twice("rule", "stages only move up", *again, *span);
            fine = None;
        }
        let mut out = Vec::new();
        for name in *except {
            match self.names.stages.get(&name.text) {
                Some(&(id, _)) => out.push(id),
                None => {
                    let known: Vec<String> = self.names.stages.keys().cloned().collect();
                    let message = format!("no stage is called `{}`", name.text);
                    fine = self.unknown(
                        Code::E0208,
                        &name.text,
                        name.span,
                        message,
                        known.iter().map(String::as_str),
                    );
                }
            }
        }
        fine.map(|()| Some(out))
    }

    /// Lowers all segments.
    pub fn lower_segments(&mut self) -> Vec<Option<Segment>> {
        let outline = self.outline;
        let segment = |(decl, span): &(&tree::SegmentDecl, Span)| {
            let condition = self.condition(&decl.condition)?;
            Some(Segment {
                name: decl.name.text.clone(),
                condition,
                because: text(&decl.because),
                span: *span,
            })
        };
        outline.segments.iter().map(segment).collect()
    }

    /// Lowers all routes.
    pub fn lower_routes(&mut self) -> Vec<Option<Route>> {
        let outline = self.outline;
        let ends = self
            .otherwise_at_end(outline.routes.iter().map(|(decl, span)| (decl.condition.is_none(), *span)));
        let mut out = Vec::new();
        for (decl, span) in &outline.routes {
            let condition = self.maybe(decl.condition.as_ref());
            let respond_within = match &decl.respond_within {
                None => Some(None),
                Some(length) => self.length(length).map(Some),
            };
            let (Some(condition), Some(respond_within), Some(())) = (condition, respond_within, ends) else {
                out.push(None);
                continue;
            };
            let name = decl.name.text.clone();
            out.push(Some(Route {
                name,
                condition,
                respond_within,
                because: text(&decl.because),
                span: *span,
            }));
        }
        out
    }

    /// Lowers `exclude` and `disqualify`.
    pub fn lower_verdicts(&mut self, verdicts: &[(&tree::Verdict, Span)]) -> Vec<Option<Verdict>> {
        let mut out = Vec::new();
        for (decl, span) in verdicts {
            let condition = self.condition(&decl.condition);
            let because = text(&decl.because);
            let reason = because.clone().unwrap_or_else(|| self.words(decl.condition.span));
            out.push(condition.map(|condition| Verdict { condition, reason, because, span: *span }));
        }
        out
    }
}

fn text(quoted: &Option<Quoted>) -> Option<String> {
    quoted.as_ref().map(|quoted| quoted.text.clone())
}
