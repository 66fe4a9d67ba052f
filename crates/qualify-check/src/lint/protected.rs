//! `protected-name`: points hang on an attribute whose name says that it is protected in many places, while the
//! schema does not mark it. What the schema marks is the checker's business (W0660, W0661).

use super::Lints;
use crate::analysis::{personal, words};
use qualify_diagnostics::{Code, Diagnostic};
use qualify_model::{Attribute, Owner};

/// Parts of names, between strokes, that name what is protected.
const PROTECTED: &[&str] = &[
    "gender",
    "sex",
    "ethnicity",
    "ethnic",
    "race",
    "racial",
    "religion",
    "religious",
    "faith",
    "nationality",
    "citizenship",
    "birth",
    "birthday",
    "birthdate",
    "birthplace",
    "dob",
    "marital",
    "married",
    "disability",
    "disabled",
    "pregnant",
    "pregnancy",
    "orientation",
    "caste",
    "veteran",
    "union_member",
    "health",
    "political",
    "skin",
];
/// First parts of names: `age` and `age_group` are meant, `account_age` is not.
const FIRST: &[&str] = &["age", "salutation"];

pub(super) fn check(lints: &mut Lints<'_>) {
    let model = lints.model;
    for (id, places) in personal::attributes_behind_points(model) {
        let attribute = model.schema.attribute(id);
        let Some(first) = places.first() else { continue };
        let marked = attribute.protected || attribute.personal;
        if marked || attribute.owner != Owner::Lead || !names_it(attribute, &lints.settings.protected) {
            continue;
        }
        let name = words::quoted(&attribute.path());
        let message = format!("points hang on {name}, which is a protected attribute by its name");
        let diagnostic = Diagnostic::new(Code::W0802, *first, message)
            .other(attribute.span, "declared here, and not marked")
            .note("in many places nobody may be treated differently for it; score what people do instead")
            .fix("mark it in the schema", attribute.span.after(), " protected");
        lints.out.push(diagnostic);
    }
}

fn names_it(attribute: &Attribute, further: &[String]) -> bool {
    let name = attribute.name.to_ascii_lowercase();
    let mut parts = name.split('_');
    let first = parts.clone().next().is_some_and(|part| FIRST.contains(&part));
    first
        || parts.any(|part| PROTECTED.contains(&part))
        || further.iter().any(|word| name == word.to_ascii_lowercase() || attribute.path() == *word)
}
