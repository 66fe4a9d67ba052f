//! Reading, writing, inferring and profiling, as a project meets them.
#![allow(clippy::print_stdout)] // the seeds of random tests

mod bad_input;
mod formats;
mod inferring;
mod peaks;
mod profiling;
mod reading;
mod running;
mod running_again;
mod running_long;
mod running_rows;
mod running_text;
mod running_wide;
mod running_wrong;
mod support;
mod writing;
