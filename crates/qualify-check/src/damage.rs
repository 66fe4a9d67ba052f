//! Where mistakes of syntax are: what the checker would say of the same statement follows from them, most often.

use qualify_diagnostics::{Diagnostic, Severity, Sources, Span};
use qualify_syntax::tree::{File, Member, StatementKind};

/// The statements of a file that hold a mistake of syntax, or end where one begins.
pub(crate) fn damaged(sources: &Sources, tree: &File, mistakes: &[Diagnostic]) -> Vec<Span> {
    let mut starts: Vec<u32> =
        mistakes.iter().filter(|d| d.severity == Severity::Error).map(|d| d.place.span.start).collect();
    starts.sort_unstable();
    if starts.is_empty() {
        return Vec::new();
    }
    let hit = |span: &Span| {
        let text = &sources.file(span.file).text[span.end as usize..];
        // what stands right behind a statement was meant to belong to it
        let blank = text.len() - text.trim_start_matches([' ', '\t']).len();
        let end = span.end + blank as u32;
        let first = starts.partition_point(|start| *start < span.start);
        starts.get(first).is_some_and(|start| *start <= end)
    };
    units(tree).into_iter().filter(hit).collect()
}

/// Whether the message is about one of the damaged statements.
pub(crate) fn follows(diagnostic: &Diagnostic, damaged: &[Span]) -> bool {
    let place = diagnostic.place.span;
    damaged.iter().any(|span| span.file == place.file && (span.start..=span.end).contains(&place.start))
}

/// The smallest parts of a file that are read for themselves: statements, rules of a score, attributes of a record.
fn units(tree: &File) -> Vec<Span> {
    let mut out = Vec::new();
    for statement in &tree.statements {
        match &statement.kind {
            StatementKind::Score(score) => {
                let end = score.rules.first().map_or(statement.span.end, |rule| rule.span.start);
                out.push(Span { end, ..statement.span });
                out.extend(score.rules.iter().map(|rule| rule.span));
            }
            StatementKind::Lead(record) | StatementKind::Related(record) => {
                for member in &record.members {
                    match member {
                        Member::Group { attributes, .. } => out.extend(attributes.iter().map(|a| a.span)),
                        Member::Attribute(attribute) => out.push(attribute.span),
                    }
                }
            }
            StatementKind::Test(test) => out.extend(test.steps.iter().map(|step| step.span)),
            _ => out.push(statement.span),
        }
    }
    out
}
