//! Engines that show whether the harness works: the reference on events in another order, which must agree, and one
//! that forgets the newest event, which must be found out.
//!
//! Not in here: real engines.

use super::trial::reference;
use qualify_model::{Lead, Model, Outcome};

/// The reference on the events the other way round.
pub fn backwards(model: &Model, leads: &[Lead], as_of: i64) -> Result<Vec<Outcome>, String> {
    let mut turned = leads.to_vec();
    turned.iter_mut().for_each(|lead| lead.events.reverse());
    Ok(reference(model, &turned, as_of))
}

/// The reference without the newest event of each lead.
pub fn forgetful(model: &Model, leads: &[Lead], as_of: i64) -> Result<Vec<Outcome>, String> {
    let mut leads = leads.to_vec();
    for lead in &mut leads {
        let past = lead.events.iter().enumerate().filter(|(_, event)| event.time <= as_of);
        if let Some((newest, _)) = past.max_by_key(|(_, event)| event.time) {
            lead.events.remove(newest);
        }
    }
    Ok(reference(model, &leads, as_of))
}
