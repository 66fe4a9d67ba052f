//! qualify-cli
