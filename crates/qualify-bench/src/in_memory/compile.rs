//! From the text of the rules to machine code.

use super::by_engine::model;
use super::repeated;
use crate::data_set::AS_OF;
use crate::failure::Failure;
use crate::many_rules;
use crate::usage::Usage;
use qualify_engine::{Backend, Engine};
use qualify_plan::Plan;
use std::hint::black_box;
use std::sync::Arc;

/// Text, tree, model, plan, machine code; of a model with so many rules.
pub fn compile(rules: usize, repeat: usize) -> Result<Usage, Failure> {
    let text = many_rules::model(rules);
    let once = || -> Result<bool, Failure> {
        let model = model(&text)?;
        let plan = Plan::of(model.typed()).map_err(|why| Failure::new(format!("{why:?}")))?;
        let engine = Engine::new(Arc::new(plan), AS_OF, Backend::Jit);
        Ok(black_box(&engine).has_machine_code())
    };
    if !once()? {
        return Err(Failure::new("there is no machine code for this model here"));
    }
    Ok(repeated(repeat, || black_box(once())))
}
