//! Facts, windows, curves and lengths in words.

use crate::{Ask, Fact, FixedWindow, GroupBy, Plan, PlanCurve, PlanObject, PlanStep, PlanWindow};
use qualify_model::{CalendarUnit, Length, PropertyColumn, calendar};

/// What turns parts of a plan into words.
pub(super) struct Words<'p> {
    pub(super) plan: &'p Plan,
}

impl Words<'_> {
    /// What a slot holds.
    pub(super) fn slot(&self, slot: usize) -> String {
        // the fact whose slots begin at it or before it
        let mut facts: Vec<&Fact> = self.plan.facts.iter().filter(|f| f.slot.index() <= slot).collect();
        facts.sort_by_key(|fact| fact.slot);
        let Some(fact) = facts.last() else { return String::new() };
        let part = match (&fact.ask, slot - fact.slot.index()) {
            (_, 0) => "",
            (Ask::Total(_), _) => "held: ",
            (Ask::Each(_), 2) => "held: ",
            _ => "number: ",
        };
        format!("{part}{}", self.fact(fact))
    }

    pub(super) fn fact(&self, fact: &Fact) -> String {
        let steps: Vec<String> = fact.steps.iter().map(|step| self.step(step)).collect();
        let events = steps.join(" followed by ");
        let view = if fact.view == 0 { String::new() } else { format!(" (of events {})", fact.view) };
        let column = |column: u32| match self.plan.needs.properties.get(column as usize) {
            Some(properties) => self.column(properties),
            None => "joined columns".to_owned(),
        };
        let asked = match &fact.ask {
            Ask::Count => format!("number of {events}"),
            Ask::Newest => format!("time of the last {events}"),
            Ask::Days => format!("days with {events}"),
            Ask::Different(of) => format!("number of different {} of {events}", column(*of)),
            Ask::Total(of) | Ask::Sum(of) => format!("total of {} of {events}", column(*of)),
            Ask::Choose(how, of) => format!("{how:?} {} of {events}", column(*of)).to_lowercase(),
            Ask::Groups { by, low, high } => {
                let by = match by {
                    GroupBy::Property(of) => column(*of),
                    GroupBy::Period(unit) => unit_word(*unit).to_owned(),
                };
                format!("{events} {} in one {by}", range(*low, *high))
            }
            Ask::Factors(curve) => {
                let curve = self.plan.constants.curves.get(*curve as usize).map(|curve| self.curve(curve));
                format!("sum of what is left of {events} {}", curve.unwrap_or_default())
            }
            Ask::Each(each) => {
                let mut text = format!("points of each {events} by event program {}", each.points);
                if let Some(of) = each.different {
                    text = format!(
                        "points of each different {} of {events} by event program {}",
                        column(of),
                        each.points
                    );
                }
                if let Some(curve) =
                    each.curve.and_then(|place| self.plan.constants.curves.get(place as usize))
                {
                    text = format!("{text} {}", self.curve(curve));
                }
                if let Some((most, per)) = each.limit {
                    let per = per.map_or(String::new(), |unit| format!(" per {}", unit_word(unit)));
                    text = format!("{text} up to {most} times{per}");
                }
                text
            }
            Ask::OfNewest(program) => format!("event program {program} of the last {events}"),
        };
        format!("{asked}{view}")
    }

    pub(super) fn step(&self, step: &PlanStep) -> String {
        let mut text = match self.plan.matchers.get(step.matcher as usize) {
            Some(matcher) => {
                let kind = matcher.kind.and_then(|kind| self.plan.schema.events.get(kind.index()));
                let mut text = kind.map_or("any event".to_owned(), |kind| kind.name.clone());
                if let Some(objects) = &matcher.object {
                    let mut all: Vec<String> =
                        objects.iter().flatten().map(|object| self.object(object)).collect();
                    all.dedup();
                    text = format!("{text} {}", all.join("|"));
                }
                for filter in &matcher.filters {
                    text = format!("{text} where program {filter}");
                }
                text
            }
            None => "?".to_owned(),
        };
        if let Some(gap) = &step.gap {
            text = format!("{text} (at most {} later)", length(gap));
        }
        for window in &step.windows {
            text = match window {
                PlanWindow::Fixed(window) => format!("{text} {}", self.window(window)),
                PlanWindow::Since(argument) => format!("{text} since argument {argument}"),
                PlanWindow::Before(argument) => format!("{text} before argument {argument}"),
                PlanWindow::SinceLast(step) => format!("{text} since last {}", self.step(step)),
                PlanWindow::BeforeLast(step) => format!("{text} before last {}", self.step(step)),
            };
        }
        match &step.silence {
            Some(silence) => format!("{text} after {} of silence", length(silence)),
            None => text,
        }
    }

    fn object(&self, object: &PlanObject) -> String {
        match object {
            PlanObject::Number(number) => number.to_string(),
            PlanObject::Text(text) => text.clone(),
            PlanObject::Glob(glob) => format!("{glob:?}"),
        }
    }

    /// The name of a property column: that of the first type that has it.
    pub(super) fn column(&self, column: &PropertyColumn) -> String {
        let found = column.places.iter().zip(&self.plan.schema.events).find_map(|(place, event)| {
            let property = event.properties.get((*place)? as usize)?;
            Some(property.name.clone())
        });
        found.unwrap_or_else(|| "nothing".to_owned())
    }

    pub(super) fn window(&self, window: &FixedWindow) -> String {
        match window {
            FixedWindow::Within(within) => format!("within {}", length(within)),
            FixedWindow::InTheNext(next) => format!("in the next {}", length(next)),
            FixedWindow::Between(near, far) => format!("between {} and {} ago", length(near), length(far)),
            FixedWindow::MoreThanAgo(ago) => format!("more than {} ago", length(ago)),
            FixedWindow::InPeriod { last, unit } => {
                format!("in {} {}", if *last { "last" } else { "this" }, unit_word(*unit))
            }
            FixedWindow::Since(instant) => format!("since {}", calendar::format_instant(*instant)),
            FixedWindow::Before(instant) => format!("before {}", calendar::format_instant(*instant)),
        }
    }

    pub(super) fn curve(&self, curve: &PlanCurve) -> String {
        match curve {
            PlanCurve::Halving { every, by_day } => {
                format!("halving every {}{}", length(every), if *by_day { " by day" } else { "" })
            }
            PlanCurve::Fading { over } => format!("fading over {}", length(over)),
            PlanCurve::LosingShare { share, every } => {
                format!("losing {} of a million every {}", share, length(every))
            }
            PlanCurve::LosingPoints { amount, every } => {
                format!("losing {} every {}", points(*amount as i128), length(every))
            }
            PlanCurve::Dropping { steps } => {
                let steps = steps
                    .iter()
                    .map(|(share, after)| format!("{share} of a million after {}", length(after)));
                format!("dropping to {}", steps.collect::<Vec<_>>().join(", "))
            }
            PlanCurve::Nothing => "to nothing".to_owned(),
        }
    }
}

/// Units of 1e-4 as points.
pub(super) fn points(units: i128) -> String {
    let (whole, rest) = (units.unsigned_abs() / 10_000, units.unsigned_abs() % 10_000);
    let sign = if units < 0 { "-" } else { "" };
    if rest == 0 {
        return format!("{sign}{whole} points");
    }
    let rest = format!("{rest:04}");
    format!("{sign}{whole}.{} points", rest.trim_end_matches('0'))
}

fn range(low: i64, high: i64) -> String {
    match (low, high) {
        (low, i64::MAX) => format!("at least {low} times"),
        (i64::MIN, high) => format!("at most {high} times"),
        (low, high) => format!("{low} to {high} times"),
    }
}

fn length(length: &Length) -> String {
    match length {
        Length::Exact(us) => {
            let units =
                [(calendar::DAY_US, "d"), (calendar::HOUR_US, "h"), (60_000_000, "m"), (1_000_000, "s")];
            let found = units.iter().find(|(unit, _)| us % unit == 0);
            found.map_or(format!("{us}us"), |(unit, name)| format!("{}{name}", us / unit))
        }
        Length::Calendar(n, unit) => format!("{n} {}s", unit_word(*unit)),
        Length::BusinessDays(n) => format!("{n} business days"),
        Length::BusinessHours(n) => format!("{n} business hours"),
        Length::Param(_) => "a param".to_owned(),
    }
}

fn unit_word(unit: CalendarUnit) -> &'static str {
    match unit {
        CalendarUnit::Hour => "hour",
        CalendarUnit::Day => "day",
        CalendarUnit::Week => "week",
        CalendarUnit::Month => "month",
        CalendarUnit::Quarter => "quarter",
        CalendarUnit::Year => "year",
    }
}
