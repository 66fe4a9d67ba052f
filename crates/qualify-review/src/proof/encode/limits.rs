//! Windows and objects: what one event must be like to match a step.

use super::text::{Spelled, Test};
use super::{Encoder, Here, Source, Sym};
use crate::proof::circuit::{FALSE, Lit, TRUE};
use crate::proof::int::Int;
use crate::proof::three::{Num, Three};
use qualify_diagnostics::Span;
use qualify_model::*;

impl<'m> Encoder<'_, 'm> {
    /// Whether something so long ago lies in a window; first, whether that is known.
    pub(super) fn window(&mut self, window: &'m Window, age: &Int, span: Span, here: Here) -> (Lit, Lit) {
        let params = &self.model(here).params;
        let exact = |length: &Length| match calendar::param_length(length, params) {
            Length::Exact(us) => Some(i128::from(us)),
            _ => None,
        };
        let between = |encoder: &mut Self, low: i128, high: Option<i128>| {
            let enough = encoder.c.at_least(age, low);
            let more = high.map_or(FALSE, |high| encoder.c.at_least(age, high));
            (TRUE, encoder.c.and([enough, !more]))
        };
        match window {
            Window::Within(length) => match exact(length) {
                Some(us) => between(self, 0, Some(us)),
                None => self.calendar_window(window, age, span, here),
            },
            Window::InTheNext(length) => match exact(length) {
                Some(us) => between(self, 1 - us, Some(1)),
                None => self.calendar_window(window, age, span, here),
            },
            Window::Between(near, far) => match (exact(near), exact(far)) {
                (Some(near), Some(far)) => between(self, near, Some(far)),
                _ => self.calendar_window(window, age, span, here),
            },
            Window::MoreThanAgo(length) => match exact(length) {
                Some(us) => between(self, us, None),
                None => self.calendar_window(window, age, span, here),
            },
            Window::InPeriod { .. } => self.calendar_window(window, age, span, here),
            Window::Since(anchor) => self.anchored(anchor, true, age, span, here),
            Window::Before(anchor) => self.anchored(anchor, false, age, span, here),
        }
    }

    /// A window whose bounds hang on the calendar: free, but the same for the same age.
    fn calendar_window(&mut self, window: &'m Window, age: &Int, span: Span, here: Here) -> (Lit, Lit) {
        let (label, _) = self.window_described(window, here);
        let part = Sym::Num(Num { known: TRUE, int: age.clone() });
        let what = "a window of the calendar";
        let inside = self.any_points(what, span, label, &[part], (0, 1), here).bits[0];
        if let Window::Within(_) | Window::Between(..) = window {
            let happened = self.c.at_least(age, 0);
            self.c.fact([!inside, happened]);
        }
        let source = self.ages.iter().find(|(_, known)| *known == age).map(|(source, _)| *source);
        let known = self.events.calendar.iter().any(|(lit, ..)| *lit == inside);
        if let (Some(source), false) = (source, known) {
            self.events.calendar.push((inside, source, window.clone(), here.which));
        }
        (TRUE, inside)
    }

    fn anchored(&mut self, anchor: &'m Anchor, since: bool, age: &Int, span: Span, here: Here) -> (Lit, Lit) {
        match anchor {
            Anchor::Value(value) => match self.aged(value, Here { event: None, ..here }) {
                // at the anchor or later is no longer ago than it
                Some(Num { known, int }) => {
                    let inside = self.c.not_less(&int, age);
                    (known, if since { inside } else { !inside })
                }
                None => {
                    let value = self.value(value, Here { event: None, ..here });
                    let known = self.is_known(&value);
                    let parts = [value, Sym::Num(Num { known: TRUE, int: age.clone() })];
                    let what = "a window that hangs on a time that is worked out";
                    let label = format!("since {since}");
                    (known, self.any_points(what, span, label, &parts, (0, 1), here).bits[0])
                }
            },
            Anchor::LastEvent(step) => {
                let (known, events, timeless) = self.step(step, Here { event: None, ..here });
                let mut parts = vec![Sym::Num(Num { known: TRUE, int: age.clone() })];
                parts.extend(events.iter().map(|lit| Sym::Three(Three::certain(*lit))));
                if let Some(silence) = &step.silence {
                    parts.push(Sym::Text(Spelled::Constant(format!("{silence:?}").into())));
                    parts.extend(timeless.iter().map(|lit| Sym::Three(Three::certain(*lit))));
                }
                let label = format!("since last {since}");
                let what = "a window that hangs on another event";
                let inside = self.any_points(what, span, label, &parts, (0, 1), here).bits[0];
                (known, inside)
            }
        }
    }

    /// A window in words that two models share if they mean the same, and what it hangs on.
    pub(super) fn window_described(&mut self, window: &'m Window, here: Here) -> (String, Vec<Sym>) {
        let model = self.model(here);
        let exact = |length: &Length| calendar::param_length(length, &model.params);
        let zone = &model.timezone;
        let text = match window {
            Window::Within(length) => format!("within {:?} {zone}", exact(length)),
            Window::InTheNext(length) => format!("next {:?} {zone}", exact(length)),
            Window::Between(near, far) => format!("between {:?} {:?} {zone}", exact(near), exact(far)),
            Window::MoreThanAgo(length) => format!("more than {:?} {zone}", exact(length)),
            Window::InPeriod { last, unit } => format!("period {last} {unit:?} {zone}"),
            Window::Since(Anchor::Value(value)) => return ("since".into(), vec![self.value(value, here)]),
            Window::Before(Anchor::Value(value)) => return ("before".into(), vec![self.value(value, here)]),
            Window::Since(Anchor::LastEvent(step)) | Window::Before(Anchor::LastEvent(step)) => {
                format!("other event {} {:?}", here.which, step.span)
            }
        };
        (text, Vec::new())
    }

    /// When the object of an event of that type is one that a step wants.
    pub(super) fn object(&mut self, step: &'m Step, kind: EventId, here: Here) -> Lit {
        let Some(tests) = &step.object else { return TRUE };
        let schema = &self.model(here).schema;
        let Some(property) = schema.event(kind).properties.first() else { return FALSE };
        let source = Source::Property(kind, 0);
        let known = self.seen(source, here.which).known;
        let mut any = Vec::new();
        for test in tests {
            let is = match (&property.ty, test) {
                (Type::OneOf(id), test) => {
                    let words = &schema.vocabulary(*id).words;
                    let Some(Num { int, .. }) = self.number_of(source, here) else { return FALSE };
                    let wanted = |place: usize| match test {
                        ObjectTest::Is(Value::Word(word)) => *word as usize == place,
                        ObjectTest::Is(Value::Text(other)) => text::equal(&words[place].name, other),
                        ObjectTest::Is(_) => false,
                        ObjectTest::Glob(pattern) => text::matches(&words[place].name, pattern),
                        ObjectTest::Named(name) => text::equal(&words[place].name, name),
                    };
                    let places: Vec<usize> = (0..words.len()).filter(|place| wanted(*place)).collect();
                    let each: Vec<Lit> =
                        places.into_iter().map(|place| self.c.equals(&int, place as i128)).collect();
                    self.c.or(each)
                }
                (Type::Text(_) | Type::Stage, test) => {
                    let super::Values::Text(which) = self.variable(source).values else { return FALSE };
                    let test = match test {
                        ObjectTest::Is(Value::Text(text) | Value::Stage(text)) => Test::Is(text.to_string()),
                        ObjectTest::Is(_) => return FALSE,
                        ObjectTest::Glob(pattern) => Test::Other(TextTest::Matches, pattern.clone()),
                        ObjectTest::Named(name) => Test::Is(name.clone()),
                    };
                    self.passes(&Spelled::Variable(known, which), &test)
                }
                (Type::List(_), test) => self.element(source, format!("object {test:?}")),
                (Type::YesNo, ObjectTest::Is(Value::YesNo(yes))) => {
                    let answer = self.yes_no(source, here);
                    if *yes { answer.yes } else { answer.no }
                }
                (_, ObjectTest::Is(value)) => {
                    let Some(Num { int, .. }) = self.number_of(source, here) else { return FALSE };
                    match value {
                        Value::Number(n) | Value::Time(n) | Value::Duration(n) => {
                            self.c.equals(&int, (*n).into())
                        }
                        Value::Date(n) => self.c.equals(&int, (*n).into()),
                        _ => FALSE,
                    }
                }
                _ => FALSE,
            };
            any.push(is);
        }
        let any = self.c.or(any);
        self.c.and([known, any])
    }
}
