//! Changes of tests, which touch no result.

use super::{Both, Change, Edit, Effect, Kind, Side, Told};
use qualify_model::Test;

/// Tests by name.
pub(crate) fn compare(both: &Both<'_>, out: &mut Vec<Change>) {
    let (old, new) = (&both.old.model().tests, &both.new.model().tests);
    let told = |name: &str, sentence: String| Told {
        effect: Effect::Tests,
        ..Told::results(name, sentence, Edit::Nothing)
    };
    for test in new {
        match old.iter().find(|other| other.name == test.name) {
            None => {
                let told = told(&test.name, format!("new test \"{}\"", test.name));
                out.push(both.change(Kind::Test, None, Some(test.span), told));
            }
            Some(was) if !same(both, was, test) => {
                let told = told(&test.name, format!("test \"{}\" says something else", test.name));
                out.push(both.change(Kind::Test, Some(was.span), Some(test.span), told));
            }
            Some(_) => {}
        }
    }
    for test in old {
        if !new.iter().any(|other| other.name == test.name) {
            let told = told(&test.name, format!("test gone: \"{}\"", test.name));
            out.push(both.change(Kind::Test, Some(test.span), None, told));
        }
    }
}

/// Whether two tests say the same: facts by the names of the schema, expectations by meaning.
fn same(both: &Both<'_>, old: &Test, new: &Test) -> bool {
    let facts = |side: &Side<'_>, test: &Test| {
        let schema = &side.model().schema;
        let mut out: Vec<String> = schema
            .attributes
            .iter()
            .zip(&test.attributes)
            .filter_map(|(attribute, value)| {
                Some(format!("{} {}", attribute.path(), told(side, value.as_ref()?, &attribute.ty)))
            })
            .collect();
        for event in &test.events {
            let of = schema.event(event.kind);
            let properties = of.properties.iter().zip(&event.properties);
            let mut known: Vec<String> = properties
                .filter_map(|(property, value)| {
                    Some(format!("{} {}", property.name, told(side, value.as_ref()?, &property.ty)))
                })
                .collect();
            known.sort();
            let when = told(side, &event.when, &qualify_model::Type::Time);
            out.push(format!("{} {when} {}", of.name, known.join(" ")));
        }
        out.sort();
        (test.as_of, out)
    };
    let expects = |side: &Side<'_>, test: &Test| {
        let mut out: Vec<String> = test.expects.iter().map(|expect| side.meant.expr(expect).key()).collect();
        out.sort();
        out
    };
    facts(&both.old, old) == facts(&both.new, new) && expects(&both.old, old) == expects(&both.new, new)
}

fn told(side: &Side<'_>, value: &qualify_model::TestValue, ty: &qualify_model::Type) -> String {
    match value {
        qualify_model::TestValue::Value(value) => super::words::value(value, ty, side.model()),
        qualify_model::TestValue::Ago(length) => super::words::length(length, &side.model().params),
    }
}
