//! All types of the façade may be sent to other threads and shared by them.

use qualify::engine::{Engine, EngineOptions, Scorer, Worker};
use qualify::explanation::Explanation;
use qualify::inputs::Inputs;
use qualify::leads::{Lead, LeadReader, ReadLead};
use qualify::rules::{Compiled, Mistakes, Sources};
use qualify::states::{LeadState, StateError, StateModel, StateScorer, Transition, Unbounded};
use qualify::tables::{DataErrors, Project, Scored, TableOptions, Tables};
use qualify::{Model, Outcome};

fn shared<T: Send + Sync + 'static>() {}

#[test]
fn everything_is_send_and_sync() {
    shared::<Model>();
    shared::<Outcome>();
    shared::<Engine>();
    shared::<EngineOptions>();
    shared::<Scorer>();
    shared::<Worker<'static>>();
    shared::<Explanation>();
    shared::<Inputs>();
    shared::<Lead>();
    shared::<LeadReader>();
    shared::<ReadLead>();
    shared::<Compiled>();
    shared::<Mistakes>();
    shared::<Sources>();
    shared::<LeadState>();
    shared::<StateError>();
    shared::<StateModel>();
    shared::<StateScorer>();
    shared::<Transition>();
    shared::<Unbounded>();
    shared::<DataErrors>();
    shared::<Project>();
    shared::<Scored>();
    shared::<TableOptions>();
    shared::<Tables>();
}
