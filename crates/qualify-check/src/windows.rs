//! What narrows an event term: windows of time, filters, silence, counts.

use crate::lengths::calendar;
use crate::lower::Lower;
use crate::paths::{Found, Meaning, joined};
use crate::terms::is_window;
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{Anchor, Count, EventId, Expr, Length, Step, Window};
use qualify_syntax::tree::{self, InOne, Path, Qualifier, QualifierKind};

/// The qualifiers of a step, sorted.
#[derive(Default)]
pub(crate) struct Qualified {
    pub filters: Vec<Expr>,
    pub windows: Vec<Window>,
    pub silence: Option<Length>,
    pub counts: Vec<Count>,
}

/// What may stand only once.
fn once_key(kind: &QualifierKind) -> u8 {
    match kind {
        QualifierKind::Where(_) => 0,
        QualifierKind::AfterSilence(_) => 1,
        QualifierKind::Times { in_one: None, .. } => 2,
        QualifierKind::Times { in_one: Some(_), .. } => 3,
        QualifierKind::DifferentDays(_) => 4,
        QualifierKind::Within(_) => 5,
        QualifierKind::InTheNext(_) => 6,
        QualifierKind::BetweenAgo(..) => 7,
        QualifierKind::MoreThanAgo(_) => 8,
        QualifierKind::Since(_) => 9,
        QualifierKind::Before(_) => 10,
        QualifierKind::InPeriod { .. } => 11,
    }
}

impl Lower<'_> {
    /// Lowers the qualifiers of a step. The type is none if the event is not known.
    pub fn qualifiers(
        &mut self,
        qualifiers: &[Qualifier],
        kind: Option<Option<EventId>>,
        last: bool,
        counts_allowed: bool,
    ) -> Option<Qualified> {
        let mut out = Qualified::default();
        let mut fine = self.each_once(qualifiers);
        for qualifier in qualifiers {
            let done = match &qualifier.kind {
                QualifierKind::Where(condition) => match kind {
                    None => None,
                    Some(kind) => self.filter(condition, kind).map(|filter| out.filters.push(filter)),
                },
                QualifierKind::AfterSilence(length) => {
                    self.exact_length(length).map(|length| out.silence = Some(length))
                }
                QualifierKind::Times { .. } | QualifierKind::DifferentDays(_) => {
                    let allowed = self.count_allowed(qualifier.span, last, counts_allowed);
                    let count = self.count(&qualifier.kind, kind);
                    allowed.and(count).map(|count| out.counts.push(count))
                }
                QualifierKind::InTheNext(_) => {
                    let message = "events lie in the past: `in the next` is for attributes";
                    self.fail(Code::E0421, qualifier.span, message)
                }
                _ => match self.looks_at_hand(&qualifier.kind) {
                    true => None,
                    false => self.window(qualifier).map(|window| out.windows.push(window)),
                },
            };
            fine &= done.is_some();
        }
        fine.then_some(out)
    }

    /// Reports a window of events whose edge is a property of another event, the one in hand: events are looked for
    /// once for each lead, and not once for each event.
    fn looks_at_hand(&mut self, window: &QualifierKind) -> bool {
        let (QualifierKind::Since(tree::Anchor::Attribute(path))
        | QualifierKind::Before(tree::Anchor::Attribute(path))) = window
        else {
            return false;
        };
        let Found::One(Meaning::Property(_) | Meaning::EventTime) = self.look_up(path) else { return false };
        let message = format!(
            "`{}` belongs to the event in hand, and a window of other events cannot look at it",
            joined(path)
        );
        let note = "`visited docs followed by requested demo` says which of two events comes first";
        self.report(Diagnostic::new(Code::E0418, path.span, message).note(note));
        true
    }

    fn each_once(&mut self, qualifiers: &[Qualifier]) -> bool {
        let mut seen: Vec<(u8, Span)> = Vec::new();
        let mut fine = true;
        for qualifier in qualifiers {
            let key = once_key(&qualifier.kind);
            if let Some((_, first)) = seen.iter().find(|(k, _)| *k == key) {
                let (words, first) = (self.words(qualifier.span), *first);
                let message = format!("`{words}` says the same kind of thing a second time");
                let diagnostic =
                    Diagnostic::new(Code::E0414, qualifier.span, message).other(first, "said here first");
                self.report(diagnostic.fix("remove it", qualifier.span, ""));
                fine = false;
            } else {
                seen.push((key, qualifier.span));
            }
        }
        fine
    }

    fn count_allowed(&mut self, span: Span, last: bool, counts_allowed: bool) -> Option<()> {
        let words = self.words(span);
        if !counts_allowed {
            let message = format!("`{words}` cannot stand here: the events are taken one by one");
            return self.fail(Code::E0415, span, message);
        }
        if !last {
            let message = format!("`{words}` can stand behind the last event of a sequence only");
            return self.fail(Code::E0415, span, message);
        }
        Some(())
    }

    fn count(&mut self, kind: &QualifierKind, event: Option<Option<EventId>>) -> Option<Count> {
        match kind {
            QualifierKind::Times { quantity, in_one } => {
                let quantity = self.quantity(quantity);
                match in_one {
                    None => quantity.map(Count::Times),
                    Some(InOne::Period(unit, span)) => match calendar(*unit) {
                        Some(unit) => quantity.map(|quantity| Count::TimesPerPeriod(quantity, unit)),
                        None => self.fail(
                            Code::E0312,
                            *span,
                            "periods are hours, days, weeks, months, quarters and years",
                        ),
                    },
                    Some(InOne::Property(path)) => {
                        let property = event.and_then(|event| self.own_property(path, event));
                        Some(Count::TimesPerValue(quantity?, property?))
                    }
                }
            }
            QualifierKind::DifferentDays(quantity) => self.quantity(quantity).map(Count::DifferentDays),
            _ => None,
        }
    }

    /// `session`, `visited.session`, of that event.
    fn own_property(&mut self, path: &Path, event: Option<EventId>) -> Option<qualify_model::Property> {
        let name = match path.parts.as_slice() {
            [name] => name,
            [of, name] if self.event_named(&of.text, of.span)? == event => name,
            _ => {
                let message = format!("`{}` is not a property of this event", joined(path));
                return self.fail(Code::E0205, path.span, message);
            }
        };
        self.property(event, name)
    }

    fn window(&mut self, qualifier: &Qualifier) -> Option<Window> {
        Some(match &qualifier.kind {
            QualifierKind::Within(length) => Window::Within(self.length(length)?),
            QualifierKind::InTheNext(length) => Window::InTheNext(self.length(length)?),
            QualifierKind::MoreThanAgo(length) => Window::MoreThanAgo(self.length(length)?),
            QualifierKind::BetweenAgo(near, far) => {
                let (from, to) = (self.length(near), self.length(far));
                let (from, to) = (from?, to?);
                if let (Some(a), Some(b)) = (self.exact_micros(&from), self.exact_micros(&to))
                    && a >= b
                {
                    return self.upside_down(near.span, far.span);
                }
                Window::Between(from, to)
            }
            QualifierKind::Since(anchor) => Window::Since(self.anchor(anchor)?),
            QualifierKind::Before(anchor) => Window::Before(self.anchor(anchor)?),
            QualifierKind::InPeriod { last, unit } => match calendar(*unit) {
                Some(unit) => Window::InPeriod { last: *last, unit },
                None => {
                    let message = "periods are hours, days, weeks, months, quarters and years";
                    return self.fail(Code::E0312, qualifier.span, message);
                }
            },
            QualifierKind::Where(_)
            | QualifierKind::AfterSilence(_)
            | QualifierKind::Times { .. }
            | QualifierKind::DifferentDays(_) => return None,
        })
    }

    fn anchor(&mut self, anchor: &tree::Anchor) -> Option<Anchor> {
        match anchor {
            tree::Anchor::Attribute(path) => self.moment(path).map(|value| Anchor::Value(Box::new(value))),
            tree::Anchor::LastEvent { event, object, span } => {
                if let Found::One(Meaning::Attribute(_)) = self.look_up(event) {
                    let name = joined(event);
                    let message = format!("`{name}` is an attribute, and `last` stands before events");
                    let whole = *span;
                    let diagnostic = Diagnostic::new(Code::E0204, whole, message);
                    self.report(diagnostic.fix(format!("write `{name}`"), whole, name));
                    return None;
                }
                let step = tree::Step {
                    gap: None,
                    any: false,
                    event: event.clone(),
                    object: object.clone(),
                    qualifiers: Vec::new(),
                    span: *span,
                };
                let term = self.event_term(&tree::Term { steps: vec![step], span: *span })?;
                let step: Step = term.steps.into_iter().next()?;
                Some(Anchor::LastEvent(Box::new(step)))
            }
        }
    }

    /// The windows of an attribute; nothing else can narrow it.
    pub fn moment_windows(&mut self, qualifiers: &[Qualifier], name: &str) -> Option<Vec<Window>> {
        let mut windows = Vec::new();
        let mut fine = self.each_once(qualifiers);
        for qualifier in qualifiers {
            if !is_window(&qualifier.kind) {
                let words = self.words(qualifier.span);
                let message =
                    format!("`{name}` is one moment, and no event: `{words}` cannot stand behind it");
                fine = self.fail(Code::E0421, qualifier.span, message).unwrap_or(false);
                continue;
            }
            match self.window(qualifier) {
                Some(window) => windows.push(window),
                None => fine = false,
            }
        }
        fine.then_some(windows)
    }
}
