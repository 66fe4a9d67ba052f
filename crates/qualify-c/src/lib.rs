//! The C library `qualify_c`: the façade behind functions that C can call, tables through the Arrow C stream
//! interface. The header is `include/qualify.h`, made from [`interface`] by cbindgen.
//!
//! Not in here: anything that another language needs too (`qualify-embed`).

pub mod interface;

mod border;
mod failure;
mod options;
mod state;
mod tables;
