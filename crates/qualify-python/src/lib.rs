//! The Python module `qualify._qualify`: the façade for Python, tables through the Arrow PyCapsule interface.
//!
//! The package around it, with its names and stubs, stands in `python/qualify/`. Not in here: anything that another
//! language needs too (`qualify-embed`).

mod arguments;
mod convert;
mod errors;
mod model;
mod module;
mod scores;
mod state;
