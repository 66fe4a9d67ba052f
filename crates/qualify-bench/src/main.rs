//! `cargo run --release -p qualify-bench -- ls60`.

use clap::Parser;
use qualify_bench::{Arguments, start};
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    match start(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "{failure}");
            ExitCode::FAILURE
        }
    }
}
