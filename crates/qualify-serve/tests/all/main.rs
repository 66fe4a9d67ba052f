//! What the server answers, asked without a network; `openapi.json` judges the answers.

mod arrow;
mod limits;
mod open_api;
mod reload;
mod scoring;
mod service;
