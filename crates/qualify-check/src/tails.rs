//! What follows an action: limits, decay, the reason.

use crate::lengths::calendar;
use crate::lower::Lower;
use crate::values::number_of;
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{Expr, Limit};
use qualify_syntax::tree::{DecayDecl, DecayKind, Literal, Quoted, Tail, TailKind, Unit};

/// The tails of a rule, each at most once.
#[derive(Default)]
pub(crate) struct Tails<'t> {
    pub up_to: Option<(&'t Literal, Span)>,
    /// `up to N times [per P]`, `once per P`.
    pub limit: Option<(Option<&'t Literal>, Option<Unit>, Span)>,
    /// A curve.
    pub decay: Option<&'t DecayDecl>,
    /// `without decay [if C]`.
    pub without: Option<&'t DecayDecl>,
    pub because: Option<&'t Quoted>,
}

impl Lower<'_> {
    /// Sorts the tails of a rule; what stands twice is reported, and the first counts.
    pub fn tails<'t>(&mut self, tails: &'t [Tail]) -> Tails<'t> {
        let mut out = Tails::default();
        for tail in tails {
            let first = match &tail.kind {
                TailKind::UpTo(literal) => {
                    let first = out.up_to.map(|(_, span)| span);
                    out.up_to = out.up_to.or(Some((literal, tail.span)));
                    first
                }
                TailKind::UpToTimes { count, per } => {
                    let first = out.limit.map(|(_, _, span)| span);
                    out.limit = out.limit.or(Some((Some(count), *per, tail.span)));
                    first
                }
                TailKind::OncePer(unit) => {
                    let first = out.limit.map(|(_, _, span)| span);
                    out.limit = out.limit.or(Some((None, Some(*unit), tail.span)));
                    first
                }
                TailKind::Decay(decay) => {
                    let without = matches!(decay.kind, DecayKind::Without(_));
                    let first = match (without, out.decay, out.without) {
                        (true, _, Some(first)) => Some(first.span),
                        (true, Some(curve), None) if matches!(decay.kind, DecayKind::Without(None)) => {
                            Some(curve.span)
                        }
                        (false, Some(first), _) => Some(first.span),
                        (false, None, Some(no)) if matches!(no.kind, DecayKind::Without(None)) => {
                            Some(no.span)
                        }
                        _ => None,
                    };
                    if first.is_none() && without {
                        out.without = Some(decay);
                    } else if first.is_none() {
                        out.decay = Some(decay);
                    }
                    first
                }
                TailKind::Because(text) => {
                    let first = out.because.map(|text| text.span);
                    out.because = out.because.or(Some(text));
                    first
                }
            };
            if let Some(first) = first {
                self.said_twice(tail.span, first);
            }
        }
        out
    }

    /// Reports what a rule says twice.
    pub fn said_twice(&mut self, span: Span, first: Span) {
        let words = self.words(span);
        let message = format!("`{words}` says the same kind of thing a second time");
        let diagnostic = Diagnostic::new(Code::E0414, span, message).other(first, "said here first");
        self.report(diagnostic.fix("remove it", span, ""));
    }

    /// `up to 15` in points; zero or more.
    pub fn up_to(&mut self, tails: &Tails) -> Option<Option<Expr>> {
        let Some((literal, _)) = tails.up_to else { return Some(None) };
        let points = self.points_literal(literal)?;
        if number_of(&points).is_some_and(|n| n < 0) {
            let words = self.words(literal.span);
            let positive = words.trim_start_matches('-').to_string();
            let message =
                format!("`up to {words}` would let nothing through: the limit counts before the sign");
            let diagnostic = Diagnostic::new(Code::E0401, literal.span, message);
            self.report(diagnostic.fix(format!("write `{positive}`"), literal.span, positive));
            return None;
        }
        Some(Some(points))
    }

    /// `up to 20 times per day`, `once per day`.
    pub fn limit(&mut self, tails: &Tails) -> Option<Option<Limit>> {
        let Some((count, per, span)) = tails.limit else { return Some(None) };
        let count = match count {
            Some(literal) => self.count_literal(literal),
            None => {
                let one = qualify_model::Value::Number(1);
                let integer = qualify_model::Type::Number(qualify_model::NumberKind::Integer);
                Some(crate::constants::constant(one, integer, span))
            }
        };
        let per = match per {
            None => None,
            Some(unit) => match calendar(unit) {
                Some(unit) => Some(unit),
                None => {
                    let message = "periods are hours, days, weeks, months, quarters and years";
                    return self.fail(Code::E0312, span, message);
                }
            },
        };
        Some(Some(Limit { count: count?, per }))
    }

    /// Reports a limit of events in a rule that counts once.
    pub fn no_limit(&mut self, tails: &Tails) -> Option<()> {
        let Some((_, _, span)) = tails.limit else { return Some(()) };
        let words = self.words(span);
        let message = format!("`{words}` limits events, and `when` counts once: write `for each … {words}`");
        let diagnostic = Diagnostic::new(Code::E0406, span, message);
        self.report(diagnostic.fix("remove it", span, ""));
        None
    }

    /// Reports what cannot follow `multiply`, `cap` and `set`.
    pub fn only_because(&mut self, tails: &Tails, verb: &str) -> Option<()> {
        let mut fine = Some(());
        for span in
            [tails.up_to.map(|(_, span)| span), tails.limit.map(|(_, _, span)| span)].into_iter().flatten()
        {
            let words = self.words(span);
            let message = format!("`{words}` limits points, and `{verb}` gives none");
            self.report(Diagnostic::new(Code::E0407, span, message).fix("remove it", span, ""));
            fine = None;
        }
        for decay in tails.decay.into_iter().chain(tails.without) {
            let words = self.words(decay.span);
            let message = format!("`{words}` is for points that fade, and `{verb}` gives none");
            self.report(Diagnostic::new(Code::E0403, decay.span, message).fix("remove it", decay.span, ""));
            fine = None;
        }
        fine
    }
}
