//! What changed between two results of a lead, as JSON: points are decimal numbers, instants texts.

use qualify::results::Cell;
use qualify::states::{Responsible, Transition};
use qualify::typed::calendar::format_instant;
use serde_json::{Value as Json, json};

/// An array of objects, one for each change.
pub fn transitions_json(changed: &[Transition]) -> Json {
    changed.iter().map(transition).collect()
}

fn transition(transition: &Transition) -> Json {
    // an enum of plain records and a list of them: nothing in it cannot be written
    let mut json = serde_json::to_value(&transition.change).unwrap_or_default();
    if let Some(fields) = json.as_object_mut() {
        if let Some(instant) = fields.get_mut("respond_by")
            && let Some(units) = instant.as_i64()
        {
            *instant = format_instant(units).into();
        }
        fields.insert("rules".to_string(), transition.rules.iter().map(rule).collect());
    }
    json
}

fn rule(rule: &Responsible) -> Json {
    let [before, after] = [rule.before, rule.after].map(|units| Cell::Points(Some(units)));
    json!({ "text": rule.text, "before": before, "after": after })
}
