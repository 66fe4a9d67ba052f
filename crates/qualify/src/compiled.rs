//! Compiled models: plans, their bytes and their listing.

use qualify_plan::Plan;

/// The bytes of a plan, to keep it in a file.
///
/// ```
/// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
/// let bytes = qualify::compiled::plan_to_bytes(&*model.plan()?);
/// assert_eq!(qualify::compiled::plan_from_bytes(&bytes)?, *model.plan()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn plan_to_bytes(plan: &Plan) -> Vec<u8> {
    qualify_vm::encode(plan)
}

/// A plan from the bytes of a compiled model, checked so that it can be run on any data; else a sentence that
/// says why these bytes are none.
///
/// ```
/// let why = qualify::compiled::plan_from_bytes(b"no compiled model").unwrap_err();
/// assert!(!why.is_empty());
/// ```
pub fn plan_from_bytes(bytes: &[u8]) -> Result<Plan, String> {
    let plan = qualify_vm::decode(bytes).map_err(|e| e.to_string())?;
    qualify_vm::verify(&plan).map_err(|e| e.to_string())?;
    Ok(plan)
}

/// All programs of a plan, instruction by instruction.
///
/// ```
/// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
/// assert!(qualify::compiled::listing(&*model.plan()?).contains("main"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn listing(plan: &Plan) -> String {
    qualify_vm::listing(plan)
}
