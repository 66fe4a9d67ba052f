//! `qualify plan`: what a model is compiled to.

use crate::arguments::ShowPlan;
use crate::console::{Console, Format, Outcome};
use crate::report::plan::Sizes;
use crate::{Stop, compiled};
use qualify::plan::Plan;
use qualify::{Backend, Engine, EngineOptions};
use serde_json::json;
use std::sync::Arc;

/// Shows the plan.
pub fn run(arguments: &ShowPlan, console: &mut Console) -> Result<Outcome, Stop> {
    let plan = compiled::plan(&arguments.paths, &arguments.compile, console)?.plan;
    let listing = match (arguments.bytecode, arguments.clif) {
        (true, _) => Some(qualify::listing(&plan)),
        (_, true) => Some(clif(&plan)?),
        _ => None,
    };
    let text = match (console.format, listing) {
        (Format::Json, listing) => {
            let facts: Vec<&str> = plan.facts.iter().map(|fact| fact.text.as_str()).collect();
            let json = json!({
                "model": plan.labels.digest, "sizes": Sizes::of(&plan), "facts": facts, "listing": listing,
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

/// Instants stand in the code as numbers: those of the first instant of 1970 will do for looking at it.
fn clif(plan: &Plan) -> Result<String, Stop> {
    let engine = Engine::of_plan(Arc::new(plan.clone()), 0, &EngineOptions { backend: Backend::Jit });
    engine.clif().ok_or_else(|| Stop::CouldNotRun("there is no machine code for this machine".to_string()))
}
