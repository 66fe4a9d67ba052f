//! Scoring over HTTP: a model that is loaded once, replaced when its files change, and asked by other services.
//!
//! ```text
//! request ── guard (token, limits, time) ── read as JSON or Arrow ── the model in force ── answer with its digest
//!                                                                          ^
//!                                              files change ── compile ────┘  (one that does not check is refused)
//! ```
//!
//! What compiles a model comes from the caller, and so does the address. Nothing of a lead is logged: no key, no value.

mod answer;
mod check;
mod connections;
mod describe;
mod explain;
mod guard;
mod load;
mod log;
mod metrics;
mod openapi;
mod reload;
mod request;
mod routes;
mod score;
mod served;
mod server;
mod tables;

pub use connections::run;
pub use load::{Load, Loaded};
pub use routes::{ROUTES, router};
pub use server::{Limits, Options, Server};
