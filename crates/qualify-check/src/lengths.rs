//! Lengths of time: exact ones, calendar ones, business time, params.

use crate::lower::Lower;
use crate::names::Named;
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{CalendarUnit, Length, ParamId, Type, Value};
use qualify_syntax::tree::{self, Decimal, LengthKind, Name, Unit};

/// Microseconds of an exact unit.
fn micros(unit: Unit) -> Option<i128> {
    let seconds = match unit {
        Unit::Second => 1,
        Unit::Minute => 60,
        Unit::Hour => 3_600,
        Unit::Day => 86_400,
        Unit::Week => 604_800,
        Unit::Month | Unit::Quarter | Unit::Year => return None,
    };
    Some(seconds * 1_000_000)
}

/// The calendar period of that name.
pub(crate) fn calendar(unit: Unit) -> Option<CalendarUnit> {
    Some(match unit {
        Unit::Second | Unit::Minute => return None,
        Unit::Hour => CalendarUnit::Hour,
        Unit::Day => CalendarUnit::Day,
        Unit::Week => CalendarUnit::Week,
        Unit::Month => CalendarUnit::Month,
        Unit::Quarter => CalendarUnit::Quarter,
        Unit::Year => CalendarUnit::Year,
    })
}

fn whole(number: Decimal) -> Option<u32> {
    let factor = 10i128.checked_pow(u32::from(number.scale))?;
    (number.units % factor == 0).then(|| u32::try_from(number.units / factor).ok()).flatten()
}

impl Lower<'_> {
    /// A length of any kind.
    pub fn length(&mut self, length: &tree::Length) -> Option<Length> {
        match &length.kind {
            LengthKind::Duration(duration) => self.duration(duration, length.span),
            LengthKind::Name(name) => self.length_param(name).map(Length::Param),
        }
    }

    /// A length that is the same everywhere: no months, no business time.
    pub fn exact_length(&mut self, length: &tree::Length) -> Option<Length> {
        let found = self.length(length)?;
        let exact = match &found {
            Length::Exact(_) => true,
            Length::Param(id) => self.params[id.index()]
                .as_ref()
                .is_none_or(|p| p.length.as_ref().is_none_or(|l| matches!(l, Length::Exact(_)))),
            _ => false,
        };
        if exact {
            return Some(found);
        }
        let message = format!("`{}` has no fixed length, and one is needed here", self.words(length.span));
        let mut diagnostic = Diagnostic::new(Code::E0312, length.span, message);
        if let Length::Calendar(count, unit) = found {
            let days = match unit {
                CalendarUnit::Year => 365,
                CalendarUnit::Quarter => 90,
                _ => 30,
            } * u64::from(count);
            diagnostic = diagnostic.fix(format!("write `{days}d`"), length.span, format!("{days}d"));
        }
        self.report(diagnostic);
        None
    }

    /// A length as written.
    pub fn duration(&mut self, duration: &tree::Duration, span: Span) -> Option<Length> {
        let words = self.words(span);
        if duration.count.units <= 0 {
            return self.fail(
                Code::E0312,
                span,
                format!("`{words}` is no length of time: it must be above zero"),
            );
        }
        let parts = |code: Code, lower: &mut Self| -> Option<Length> {
            lower.fail(code, span, format!("`{words}` must be a whole number of its unit"))
        };
        if duration.business {
            let Some(count) = whole(duration.count) else { return parts(Code::E0312, self) };
            return match duration.unit {
                Unit::Day => Some(Length::BusinessDays(count)),
                Unit::Hour => Some(Length::BusinessHours(count)),
                _ => self.fail(
                    Code::E0312,
                    span,
                    format!("`{words}`: only days and hours are counted as business time"),
                ),
            };
        }
        let Some(unit) = micros(duration.unit) else {
            let Some(count) = whole(duration.count) else { return parts(Code::E0312, self) };
            return calendar(duration.unit).map(|unit| Length::Calendar(count, unit));
        };
        let factor = 10i128.checked_pow(u32::from(duration.count.scale));
        let product = duration.count.units.checked_mul(unit).zip(factor);
        match product {
            Some((product, factor)) if product % factor != 0 => {
                self.fail(Code::E0304, span, format!("`{words}` is finer than a microsecond"))
            }
            Some((product, factor)) if i64::try_from(product / factor).is_ok() => {
                Some(Length::Exact((product / factor) as i64))
            }
            _ => self.fail(Code::E0305, span, format!("`{words}` is longer than time is counted")),
        }
    }

    fn length_param(&mut self, name: &Name) -> Option<ParamId> {
        let Some(&(Named::Param(id), _)) = self.names.own.get(&name.text) else {
            let durations: Vec<String> = self
                .params
                .iter()
                .flatten()
                .filter(|p| p.ty == Type::Duration)
                .map(|p| p.name.clone())
                .collect();
            let message =
                format!("no param is called `{}`; a length of time is written like `7d`", name.text);
            return self.unknown(
                Code::E0201,
                &name.text,
                name.span,
                message,
                durations.iter().map(String::as_str),
            );
        };
        self.used.insert(Named::Param(id));
        let param = self.params[id.index()].as_ref()?;
        if param.ty == Type::Duration {
            return Some(id);
        }
        let (what, place) = (self.describe(&param.ty), param.span);
        let message = format!("the param `{}` is {what}, and a length of time is needed here", name.text);
        self.report(Diagnostic::new(Code::E0312, name.span, message).other(place, "declared here"));
        None
    }

    /// The microseconds of an exact length or param, if it is one.
    pub fn exact_micros(&self, length: &Length) -> Option<i64> {
        match length {
            Length::Exact(micros) => Some(*micros),
            Length::Param(id) => {
                let param = self.params[id.index()].as_ref()?;
                match (&param.value, &param.length) {
                    (Value::Duration(micros), None) => Some(*micros),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}
