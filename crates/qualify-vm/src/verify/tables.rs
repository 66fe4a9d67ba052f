//! Schema, constants and tables.

use super::{Verified, ensure, programs, register_type};
use qualify_model::Type;
use qualify_plan::{Plan, RegisterType};

pub(super) fn schema(plan: &Plan) -> Verified {
    let (schema, needs, labels) = (&plan.schema, &plan.needs, &plan.labels);
    let has_words = |ty: &Type| match innermost(ty) {
        Type::OneOf(vocabulary) => vocabulary.index() < schema.vocabularies.len(),
        _ => true,
    };
    let properties = schema.events.iter().flat_map(|event| &event.properties);
    for attribute in schema.attributes.iter().chain(properties) {
        ensure(has_words(&attribute.ty), &attribute.name, "it has words that are not there")?;
    }
    ensure(needs.attributes.len() == schema.attributes.len(), "needs", "not one for each attribute")?;
    ensure(needs.events.len() == schema.events.len(), "needs", "not one for each event type")?;
    for (number, column) in needs.properties.iter().enumerate() {
        let place = format!("property column {number}");
        ensure(has_words(&column.ty), &place, "it has words that are not there")?;
        ensure(column.places.len() == schema.events.len(), &place, "not one place for each event type")?;
        for (at, event) in column.places.iter().zip(&schema.events) {
            let fits = at.is_none_or(|at| {
                let property = event.properties.get(at as usize);
                property.is_some_and(|property| register_type(&property.ty) == register_type(&column.ty))
            });
            ensure(fits, &place, "a property that is not there or of another type")?;
        }
    }
    for (number, joined) in plan.joined.iter().enumerate() {
        let text = |column: &u32| {
            let column = needs.properties.get(*column as usize);
            column.is_some_and(|column| matches!(column.ty, Type::Text(_) | Type::Stage | Type::OneOf(_)))
        };
        let place = format!("joined column {number}");
        ensure(joined.iter().all(text), place, "a column that is not there or of another type")?;
    }
    let stage = labels.current_stage.is_none_or(|at| {
        schema.attributes.get(at as usize).is_some_and(|attribute| attribute.ty == Type::Stage)
    });
    ensure(stage, "labels", "the current stage is no attribute")?;
    ensure(labels.respond_within.len() == labels.routes.len(), "labels", "not one answer for each route")
}

/// The type of the elements of elements.
fn innermost(ty: &Type) -> &Type {
    let mut ty = ty;
    while let Type::List(element) = ty {
        ty = element;
    }
    ty
}

fn rising(numbers: &[i64]) -> bool {
    numbers.windows(2).all(|pair| pair[0] < pair[1])
}

pub(super) fn constants(plan: &Plan) -> Verified {
    let constants = &plan.constants;
    ensure(constants.numbers.iter().all(|set| rising(set)), "constants", "a set does not rise")?;
    for (number, bins) in constants.bins.iter().enumerate() {
        let place = format!("bins {number}");
        ensure(rising(&bins.edges), &place, "edges do not rise")?;
        ensure(bins.values.len() == bins.edges.len() + 1, &place, "not one value for each bin")?;
    }
    Ok(())
}

pub(super) fn tables(plan: &Plan) -> Verified {
    for (number, table) in plan.tables.iter().enumerate() {
        let place = format!("table {number}");
        let attribute = plan.schema.attributes.get(table.attribute as usize);
        let coded = attribute.map(|attribute| register_type(&attribute.ty));
        let coded = matches!(coded, Some(RegisterType::Text | RegisterType::List));
        ensure(coded, &place, "its attribute is not there or has no codes")?;
        let small =
            |output: &qualify_plan::Register| matches!(output.0, RegisterType::Truth | RegisterType::Number);
        ensure(table.program.outputs.iter().all(small), &place, "an output of another type")?;
        programs::table(plan, number)?;
    }
    for (number, tally) in plan.code_tallies.iter().enumerate() {
        let place = format!("code tally {number}");
        let Some(table) = plan.tables.get(tally.table as usize) else {
            return ensure(false, place, "its table is not there");
        };
        let output = |at: u32| table.program.outputs.get(at as usize).map(|output| output.0);
        for (rule, fired, points) in &tally.rules {
            ensure(rule.index() < plan.labels.rules.len(), &place, "a rule that is not there")?;
            let fits =
                output(*fired) == Some(RegisterType::Truth) && output(*points) == Some(RegisterType::Number);
            ensure(fits, &place, "an output that is not there or of another type")?;
        }
    }
    Ok(())
}
