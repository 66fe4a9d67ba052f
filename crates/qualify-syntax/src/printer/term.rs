//! Event terms.

use super::literal::{length, literal, literals, path, unit};
use crate::layout::{Break, Pieces};
use crate::tree::*;
use crate::words::is_object;

impl Pieces {
    pub(super) fn term(&mut self, term: &Term) {
        for (i, one) in term.steps.iter().enumerate() {
            if i > 0 {
                self.may_break(Break::WhenFull);
                self.text("followed ");
                if let Some(gap) = &one.gap {
                    self.text(&format!("within {} ", length(gap)));
                }
                self.text("by ");
            }
            let any = if one.any { "any " } else { "" };
            self.text(&format!("{any}{}", path(&one.event)));
            if let Some(on) = &one.object {
                self.text(&object(on));
            }
            self.qualifiers(&one.qualifiers);
        }
    }

    /// Each with its gap before it.
    pub(super) fn qualifiers(&mut self, qualifiers: &[Qualifier]) {
        for one in qualifiers {
            self.may_break(Break::WhenFull);
            match &one.kind {
                QualifierKind::Where(condition) => {
                    self.text("where (");
                    self.aligned(|p| p.group(|p| p.whole(condition)));
                    self.text(")");
                }
                kind => self.text(&qualifier(kind)),
            }
        }
    }
}

/// The object with a blank before it.
fn object(object: &Object) -> String {
    let on = if object.on { " on" } else { "" };
    let bare = match object.values.as_slice() {
        [Literal { kind: LiteralKind::Text(_), .. }] => true,
        [Literal { kind: LiteralKind::Word(word), .. }] => {
            word.parts.len() == 1 && is_object(&word.parts[0].text)
        }
        _ => false,
    };
    match bare {
        true => format!("{on} {}", literals(&object.values)),
        false => format!("{on} ({})", literals(&object.values)),
    }
}

fn qualifier(kind: &QualifierKind) -> String {
    match kind {
        QualifierKind::Where(_) => String::new(), // printed above
        QualifierKind::AfterSilence(silence) => format!("after {} of silence", length(silence)),
        QualifierKind::Times { quantity: count, in_one } => {
            let key = match in_one {
                Some(InOne::Property(property)) => format!(" in one {}", path(property)),
                Some(InOne::Period(period, _)) => format!(" in one {}", unit(*period)),
                None => String::new(),
            };
            format!("{} times{key}", quantity(count))
        }
        QualifierKind::DifferentDays(count) => format!("on {} different days", quantity(count)),
        QualifierKind::Within(window) => format!("within {}", length(window)),
        QualifierKind::InTheNext(window) => format!("in the next {}", length(window)),
        QualifierKind::BetweenAgo(near, far) => format!("between {} and {} ago", length(near), length(far)),
        QualifierKind::MoreThanAgo(far) => format!("more than {} ago", length(far)),
        QualifierKind::Since(since) => format!("since {}", anchor(since)),
        QualifierKind::Before(before) => format!("before {}", anchor(before)),
        QualifierKind::InPeriod { last, unit: period } => {
            format!("in {} {}", if *last { "last" } else { "this" }, unit(*period))
        }
    }
}

fn anchor(anchor: &Anchor) -> String {
    match anchor {
        Anchor::Attribute(attribute) => path(attribute),
        Anchor::LastEvent { event, object: on, .. } => {
            format!("last {}{}", path(event), on.as_ref().map_or(String::new(), object))
        }
    }
}

pub(super) fn quantity(quantity: &Quantity) -> String {
    match &quantity.kind {
        QuantityKind::AtLeast(count) => format!("at least {}", literal(count)),
        QuantityKind::AtMost(count) => format!("at most {}", literal(count)),
        QuantityKind::Exactly(count) => format!("exactly {}", literal(count)),
        QuantityKind::MoreThan(count) => format!("more than {}", literal(count)),
        QuantityKind::FewerThan(count) => format!("fewer than {}", literal(count)),
        QuantityKind::Between(low, high) => format!("between {} and {}", literal(low), literal(high)),
    }
}
