//! What is asked of events: matchers, views, facts.

use super::{Verified, VerifyError, ensure, programs, register_type};
use qualify_model::{Aggregate, Type};
use qualify_plan::{Ask, Fact, GroupBy, Plan, PlanStep, PlanWindow, Program, RegisterType};

/// How many truths, numbers and texts of the lead something sees.
type Arguments = (u32, u32, u32, u32);

pub(super) fn verify(plan: &Plan) -> Verified {
    for (number, matcher) in plan.matchers.iter().enumerate() {
        let place = format!("matcher {number}");
        let events = plan.schema.events.len();
        ensure(matcher.kind.is_none_or(|kind| kind.index() < events), &place, "an event that is not there")?;
        let object = matcher.object.as_ref();
        ensure(object.is_none_or(|tests| tests.len() == events), &place, "not one test for each event type")?;
        for filter in &matcher.filters {
            ensure(gives(plan, *filter, &[RegisterType::Truth]), &place, "a filter that gives no truth")?;
        }
    }
    let mut views = Vec::with_capacity(plan.views.len());
    for (number, view) in plan.views.iter().enumerate() {
        let place = format!("view {number}");
        // a view stands behind the one that it is part of, so that none is part of itself
        ensure(
            view.within.is_none_or(|within| (within as usize) < number),
            &place,
            "it is not within one before it",
        )?;
        let mut needed: Arguments = view.within.map_or((0, 0, 0, 0), |within| views[within as usize]);
        for step in &view.ignores {
            needed = most(needed, step_arguments(plan, step, &place)?);
        }
        views.push(needed);
    }
    let mut owned = vec![false; plan.slots.len()];
    for (number, fact) in plan.facts.iter().enumerate() {
        let place = format!("fact {number}");
        let Some(mut needed) = views.get(fact.view as usize).copied() else {
            return ensure(false, place, "its view is not there");
        };
        ensure(!fact.steps.is_empty(), &place, "it has no step")?;
        for step in &fact.steps {
            needed = most(needed, step_arguments(plan, step, &place)?);
        }
        for program in asked_programs(&fact.ask).into_iter().flatten() {
            needed = most(needed, program_arguments(plan, program, &place)?);
        }
        let given = fact.arguments;
        let enough = needed.0 <= given.0 && needed.1 <= given.1 && needed.2 <= given.2 && needed.3 <= given.3;
        ensure(enough, &place, "it has fewer arguments than it uses")?;
        ensure(fact.late || given == (0, 0, 0, 0), &place, "it has arguments before the program starts")?;
        for (at, ty) in (fact.slot.index()..).zip(answer_types(plan, fact)?) {
            ensure(plan.slots.get(at) == Some(&ty), &place, "a slot that is not there or of another type")?;
            ensure(!std::mem::replace(&mut owned[at], true), &place, "a slot of another fact")?;
        }
    }
    Ok(())
}

fn most(a: Arguments, b: Arguments) -> Arguments {
    (a.0.max(b.0), a.1.max(b.1), a.2.max(b.2), a.3.max(b.3))
}

/// Whether an event program exists and gives this.
fn gives(plan: &Plan, program: u32, types: &[RegisterType]) -> bool {
    let program = plan.event_programs.get(program as usize);
    program.is_some_and(|program| program.outputs.iter().map(|output| output.0).eq(types.iter().copied()))
}

fn asked_programs(ask: &Ask) -> [Option<u32>; 3] {
    match ask {
        Ask::Each(each) => [Some(each.points), each.from, each.unless],
        Ask::OfNewest(program) => [Some(*program), None, None],
        _ => [None; 3],
    }
}

fn program_arguments(plan: &Plan, program: u32, place: &str) -> Result<Arguments, VerifyError> {
    let program: Option<&Program> = plan.event_programs.get(program as usize);
    ensure(program.is_some(), place, "an event program that is not there")?;
    Ok(program.map_or((0, 0, 0, 0), programs::arguments))
}

/// The arguments that a step uses; an error if it refers to what is not there.
fn step_arguments(plan: &Plan, step: &PlanStep, place: &str) -> Result<Arguments, VerifyError> {
    let Some(matcher) = plan.matchers.get(step.matcher as usize) else {
        ensure(false, place, "a matcher that is not there")?;
        return Ok((0, 0, 0, 0));
    };
    let mut needed = (0, 0, 0, 0);
    for filter in &matcher.filters {
        needed = most(needed, program_arguments(plan, *filter, place)?);
    }
    for window in &step.windows {
        needed = most(
            needed,
            match window {
                PlanWindow::Fixed(_) => (0, 0, 0, 0),
                PlanWindow::Since(argument) | PlanWindow::Before(argument) => {
                    (0, argument.saturating_add(1), 0, 0)
                }
                // as deep as decoding lets them be
                PlanWindow::SinceLast(step) | PlanWindow::BeforeLast(step) => {
                    step_arguments(plan, step, place)?
                }
            },
        );
    }
    Ok(needed)
}

/// The type of a property column; of a joined one, text.
fn column_type(plan: &Plan, column: u32) -> Option<RegisterType> {
    let properties = plan.needs.properties.len();
    match plan.needs.properties.get(column as usize) {
        Some(column) => Some(register_type(&column.ty)),
        None => (column as usize - properties < plan.joined.len()).then_some(RegisterType::Text),
    }
}

/// See [`answer_types`](super::answer_types).
pub(super) fn answer_types(plan: &Plan, fact: &Fact) -> Result<Vec<RegisterType>, VerifyError> {
    use RegisterType::{Number, Truth, Wide};
    let wrong = |what: &str| VerifyError { place: format!("`{}`", fact.text), what: what.to_owned() };
    let column = |column: u32| column_type(plan, column).ok_or_else(|| wrong("a property that is not there"));
    let number = |at: u32| match plan.needs.properties.get(at as usize).map(|column| &column.ty) {
        Some(Type::Number(_) | Type::Duration) => Ok(()),
        _ => Err(wrong("a property that is no number")),
    };
    let curve = |curve: u32| match plan.constants.curves.get(curve as usize) {
        Some(_) => Ok(()),
        None => Err(wrong("a curve that is not there")),
    };
    Ok(match &fact.ask {
        Ask::Count | Ask::Newest | Ask::Days => vec![Number],
        Ask::Different(at) => {
            column(*at)?;
            vec![Number]
        }
        Ask::Total(at) => {
            number(*at)?;
            vec![Number, Truth]
        }
        Ask::Sum(at) => {
            number(*at)?;
            vec![Wide, Number]
        }
        Ask::Choose(Aggregate::Total | Aggregate::Average, _) => return Err(wrong("a choice that is none")),
        Ask::Choose(_, at) => vec![column(*at)?],
        Ask::Groups { by, .. } => {
            if let GroupBy::Property(at) = by {
                column(*at)?;
            }
            vec![Truth]
        }
        Ask::Factors(at) => {
            curve(*at)?;
            vec![Number, Number]
        }
        Ask::Each(each) => {
            if let Some(at) = each.different {
                column(at)?;
            }
            if let Some(at) = each.curve {
                curve(at)?;
            }
            let from = each.from.is_none_or(|from| gives(plan, from, &[Number]));
            let unless = each.unless.is_none_or(|unless| gives(plan, unless, &[Truth]));
            if !gives(plan, each.points, &[Number, Truth]) || !from || !unless {
                return Err(wrong("an event program that gives something else"));
            }
            vec![Wide, Number, Truth]
        }
        Ask::OfNewest(program) => match plan.event_programs.get(*program as usize) {
            Some(program) => program.outputs.iter().map(|output| output.0).collect(),
            None => return Err(wrong("an event program that is not there")),
        },
    })
}
