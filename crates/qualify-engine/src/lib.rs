//! Batches of leads and events through a plan: one pass over the events, one over the leads.

mod pass;
