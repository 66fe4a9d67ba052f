//! `qualify plan`: what a model is compiled to.

use crate::arguments::ShowPlan;
use crate::console::{Console, Format, Outcome};
use crate::report::plan::Sizes;
use crate::{Stop, compiled};
use serde_json::json;

/// Shows the plan.
pub fn run(arguments: &ShowPlan, console: &mut Console) -> Result<Outcome, Stop> {
    let plan = compiled::plan(&arguments.paths, &arguments.compile, console)?.plan;
    let listing = arguments.bytecode.then(|| qualify::listing(&plan));
    let text = match (console.format, listing) {
        (Format::Json, listing) => {
            let facts: Vec<&str> = plan.facts.iter().map(|fact| fact.text.as_str()).collect();
            let json = json!({
                "model": plan.labels.digest, "sizes": Sizes::of(&plan), "facts": facts, "bytecode": listing,
            });
            format!("{json:#}\n")
        }
        (Format::Human, Some(listing)) => listing,
        (Format::Human, None) => {
            format!("model      {}\n{}\n{}", plan.labels.digest, Sizes::of(&plan).render(), plan.describe())
        }
    };
    console.print(&text)?;
    Ok(Outcome::Fine)
}
