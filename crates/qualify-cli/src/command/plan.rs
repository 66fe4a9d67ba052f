//! `qualify plan`: what a model is compiled to.

use crate::arguments::ShowPlan;
use crate::console::{Console, Format, Outcome};
use crate::report::plan::{Sizes, events};
use crate::{Stop, compiled};
use qualify::inputs::Inputs;
use qualify::plan::Plan;
use qualify::{Backend, Engine, EngineOptions};
use serde_json::json;
use std::sync::Arc;

/// Shows the plan.
pub fn run(arguments: &ShowPlan, console: &mut Console) -> Result<Outcome, Stop> {
    let plan = compiled::plan(&arguments.paths, &arguments.compile, console)?.plan;
    let bytecode = arguments.bytecode.then(|| qualify::listing(&plan));
    let clif = if arguments.clif { Some(clif(&plan)?) } else { None };
    let text = match console.format {
        Format::Json => {
            let facts: Vec<&str> = plan.facts.iter().map(|fact| fact.text.as_str()).collect();
            let json = json!({
                "model": plan.labels.digest, "sizes": Sizes::of(&plan), "inputs": Inputs::of_plan(&plan), "facts": facts, "bytecode": bytecode,
                "clif": clif,
            });
            format!("{json:#}\n")
        }
        Format::Human => bytecode.or(clif).unwrap_or_else(|| {
            let (sizes, read) = (Sizes::of(&plan).render(), events(&Inputs::of_plan(&plan)));
            format!("model      {}\n{sizes}{read}\n{}", plan.labels.digest, plan.describe())
        }),
    };
    console.print(&text)?;
    Ok(Outcome::Fine)
}

/// Instants stand in the code as numbers: those of the first instant of 1970 will do for looking at it.
fn clif(plan: &Arc<Plan>) -> Result<String, Stop> {
    let engine = Engine::of_plan(Arc::clone(plan), 0, &EngineOptions { backend: Backend::Jit });
    engine.clif().ok_or_else(|| Stop::CouldNotRun("there is no machine code for this machine".to_string()))
}
