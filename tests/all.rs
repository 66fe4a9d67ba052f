//! every test that crosses crates
