//! A model made ready to keep states of leads.

use crate::record::Records;
use crate::retention::Retention;
use qualify_engine::{Backend, Engine};
use qualify_model::{EventId, Model};
use qualify_plan::{Plan, Unsupported};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// A model made ready to keep states of leads: what of their facts it reads, and how long that can matter. It never
/// changes; share it between threads, all states and all scorers.
///
/// ```
/// # use qualify_state::{StateModel, LeadState};
/// # let mut sources = qualify_diagnostics::Sources::new();
/// # let text = "lead key id { size integer } event visited when visited within 7d add 20";
/// # let root = sources.add("model.qualify", text);
/// # let load = |_: &str, _: &str| Err(String::new());
/// # let model = qualify_check::check(&mut sources, &[root], &load, &Default::default()).model.expect("it is right");
/// let model = StateModel::of(&model)?;
/// assert!(model.unbounded().is_empty()); // no visit matters for more than seven days
/// let state = LeadState::new(&model);
/// # Ok::<(), qualify_plan::Unsupported>(())
/// ```
#[derive(Debug)]
pub struct StateModel {
    pub(crate) plan: Arc<Plan>,
    /// Whose machine code all scorers share.
    pub(crate) engine: Engine,
    pub(crate) records: Records,
    pub(crate) retention: Retention,
    /// Of the model, and of what is written of leads and events.
    pub(crate) digest: [u8; DIGEST],
    pub(crate) keys: Vec<Option<Option<u32>>>,
}

/// Bytes of the digest that are written into a state.
pub(crate) const DIGEST: usize = 16;

impl StateModel {
    /// Of a checked model; an error names what no plan can hold.
    pub fn of(model: &Model) -> Result<Arc<StateModel>, Unsupported> {
        Ok(StateModel::new(Arc::new(Plan::of(model)?)))
    }

    /// Of a plan that comes from a model or was verified.
    pub fn new(plan: Arc<Plan>) -> Arc<StateModel> {
        let records = Records::new(&plan);
        let retention = Retention::new(&plan);
        let key = |event: &qualify_model::EventType| {
            let name = event.key.as_ref()?;
            Some(event.properties.iter().position(|property| property.name == *name).map(|at| at as u32))
        };
        let keys = plan.schema.events.iter().map(key).collect();
        let digest = digest(&plan, &records);
        let engine = Engine::new(plan.clone(), 0, Backend::Auto);
        Arc::new(StateModel { plan, engine, records, retention, digest, keys })
    }

    /// The plan.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// What a state carries to tell which model made it: the first 32 hexadecimal digits of a SHA-256 over the model's
    /// digest and the layout of what is kept.
    pub fn digest(&self) -> String {
        hexadecimal(&self.digest)
    }

    /// Whether a type of event is read at all.
    pub(crate) fn reads(&self, kind: EventId) -> bool {
        self.records.kinds.get(kind.index()).is_some_and(Option::is_some)
    }
}

fn digest(plan: &Plan, records: &Records) -> [u8; DIGEST] {
    let mut hash = Sha256::new();
    hash.update(plan.labels.digest.as_bytes());
    hash.update(format!("{records:?}").as_bytes());
    for attribute in &plan.schema.attributes {
        hash.update(format!("{} {:?}\n", attribute.path(), attribute.ty).as_bytes());
    }
    for event in &plan.schema.events {
        hash.update(format!("{}\n", event.name).as_bytes());
        for property in &event.properties {
            hash.update(format!("  {} {:?}\n", property.name, property.ty).as_bytes());
        }
    }
    hash.update(format!("{:?}", plan.schema.vocabularies).as_bytes());
    let all = hash.finalize();
    let mut digest = [0; DIGEST];
    digest.copy_from_slice(&all[..DIGEST]);
    digest
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
