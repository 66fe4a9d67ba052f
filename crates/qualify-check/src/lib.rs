//! qualify-check
