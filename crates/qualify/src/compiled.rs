//! Compiled models: plans, their bytes and their listing.

use qualify_plan::Plan;

/// The bytes of a plan, to keep it in a file.
pub fn plan_to_bytes(plan: &Plan) -> Vec<u8> {
    qualify_vm::encode(plan)
}

/// A plan from the bytes of a compiled model, checked so that it can be run on any data; else a sentence that
/// says why these bytes are none.
pub fn plan_from_bytes(bytes: &[u8]) -> Result<Plan, String> {
    let plan = qualify_vm::decode(bytes).map_err(|e| e.to_string())?;
    qualify_vm::verify(&plan).map_err(|e| e.to_string())?;
    Ok(plan)
}

/// All programs of a plan, instruction by instruction.
pub fn listing(plan: &Plan) -> String {
    qualify_vm::listing(plan)
}
