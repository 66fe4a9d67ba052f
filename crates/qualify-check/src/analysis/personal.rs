//! Personal and protected attributes that points hang on: once for each attribute.

use super::Lint;
use super::visit;
use super::words;
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::*;
use std::collections::BTreeMap;

/// Looks at everything that rules read, through names too.
pub(super) fn check(lint: &mut Lint<'_, '_>) {
    let model = lint.model;
    for (id, spans) in attributes_behind_points(model) {
        let attribute = model.schema.attribute(id);
        let name = words::quoted(&attribute.path());
        let (code, what) = match (attribute.protected, attribute.personal) {
            (true, _) => (Code::W0661, "a protected attribute"),
            (false, true) => (Code::W0660, "personal data"),
            (false, false) => continue,
        };
        let Some((first, more)) = spans.split_first() else { continue };
        let mut diagnostic = Diagnostic::new(code, *first, format!("points hang on {name}, which is {what}"))
            .other(attribute.span, "declared here");
        for span in more.iter().take(3) {
            diagnostic = diagnostic.other(*span, "and here");
        }
        lint.say(diagnostic);
    }
}

/// The attributes that rules read, through names too, with the first places where each is read.
pub(crate) fn attributes_behind_points(model: &Model) -> BTreeMap<AttributeId, Vec<Span>> {
    let mut uses: BTreeMap<AttributeId, Vec<Span>> = BTreeMap::new();
    let mut seen_lets = vec![false; model.lets.len()];
    for rule in &model.rules {
        for part in visit::rule_parts(rule) {
            gather(model, part, &mut seen_lets, &mut uses);
        }
    }
    uses
}

fn gather(model: &Model, expr: &Expr, seen: &mut [bool], uses: &mut BTreeMap<AttributeId, Vec<Span>>) {
    match &expr.kind {
        ExprKind::Attribute(id) => {
            let spans = uses.entry(*id).or_default();
            if !spans.contains(&expr.span) && spans.len() < 8 {
                spans.push(expr.span);
            }
        }
        // the domain of an address names a company, not a person; whether something is known says nothing of it
        ExprKind::Part(Part::Domain | Part::Host, _) | ExprKind::Known(_) => {}
        ExprKind::Let(id) if !seen[id.index()] => {
            seen[id.index()] = true;
            gather(model, &model.lets[id.index()].value, seen, uses);
        }
        _ => qualify_model::parts(expr).into_iter().for_each(|part| gather(model, part, seen, uses)),
    }
}
