//! What the server answers, mostly asked without a network; its OpenAPI document judges the answers.

mod arrow;
mod limits;
mod network;
mod open_api;
mod reload;
mod scoring;
mod service;
