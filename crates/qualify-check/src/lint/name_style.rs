//! `name-style`: a name that is spelled in another way than the names around it: `mqlLine` among `mql_line` and
//! `half_life`. Only names that the rules themselves declare; a schema follows its source.

use super::Lints;
use crate::analysis::words;
use qualify_diagnostics::{Code, Diagnostic, Span};

/// How the words of a name are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Style {
    /// `mql_line`.
    Strokes,
    /// `mqlLine`.
    Humps,
    /// `MqlLine`.
    Capitals,
    /// `MQL_LINE`.
    Shouted,
}

/// From so many names of one style on there is a style.
const FEWEST: usize = 3;

pub(super) fn check(lints: &mut Lints<'_>) {
    let model = lints.model;
    let mut names: Vec<(&str, Span)> = model.params.iter().map(|p| (p.name.as_str(), p.span)).collect();
    names.extend(model.lets.iter().map(|item| (item.name.as_str(), item.span)));
    names.extend(model.lists.iter().map(|list| (list.name.as_str(), list.span)));
    names.extend(model.scores.iter().map(|score| (score.name.as_str(), score.span)));
    let styled: Vec<_> = names.iter().filter_map(|(name, span)| Some((*name, *span, style(name)?))).collect();
    let count = |style| styled.iter().filter(|(_, _, other)| *other == style).count();
    let styles = [Style::Strokes, Style::Humps, Style::Capitals, Style::Shouted];
    let Some(usual) = styles.into_iter().max_by_key(|style| count(*style)) else { return };
    // two styles side by side in equal parts are no slip
    if count(usual) < FEWEST || count(usual) * 4 < styled.len() * 3 {
        return;
    }
    for (name, span, _) in styled.iter().filter(|(_, _, style)| *style != usual) {
        let place = within(lints.sources.text(*span), name, *span);
        let meant = spelled(name, usual);
        let message = format!(
            "{} is spelled in another way than the other names, which are like {}",
            words::quoted(name),
            words::quoted(&meant)
        );
        lints.out.push(Diagnostic::new(Code::W0806, place, message));
    }
}

/// The style of a name of several words; of one word, none.
fn style(name: &str) -> Option<Style> {
    let lower = name.bytes().any(|b| b.is_ascii_lowercase());
    let upper = name.bytes().any(|b| b.is_ascii_uppercase());
    let stroke = name.trim_matches('_').contains('_');
    let first = name.bytes().next().is_some_and(|b| b.is_ascii_uppercase());
    match (lower, upper, stroke) {
        (true, false, true) => Some(Style::Strokes),
        (true, true, false) if first => Some(Style::Capitals),
        (true, true, _) => Some(Style::Humps),
        (false, true, true) => Some(Style::Shouted),
        _ => None,
    }
}

/// The name in that style.
fn spelled(name: &str, style: Style) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut before_lower = false;
    for c in name.chars() {
        if c == '_' {
            before_lower = false;
            parts.push(String::new());
            continue;
        }
        if parts.is_empty() || (c.is_ascii_uppercase() && before_lower) {
            parts.push(String::new());
        }
        before_lower = !c.is_ascii_uppercase();
        if let Some(part) = parts.last_mut() {
            part.push(c.to_ascii_lowercase());
        }
    }
    parts.retain(|part| !part.is_empty());
    let capital = |part: &String| part[..1].to_ascii_uppercase() + &part[1..];
    match style {
        Style::Strokes => parts.join("_"),
        Style::Shouted => parts.join("_").to_ascii_uppercase(),
        Style::Capitals => parts.iter().map(capital).collect(),
        Style::Humps => {
            let humps =
                parts.iter().enumerate().map(|(i, part)| if i == 0 { part.clone() } else { capital(part) });
            humps.collect()
        }
    }
}

/// Where the name stands in its declaration.
fn within(text: &str, name: &str, span: Span) -> Span {
    match text.find(name) {
        Some(at) => Span::new(span.file, span.start as usize + at, span.start as usize + at + name.len()),
        None => span,
    }
}
