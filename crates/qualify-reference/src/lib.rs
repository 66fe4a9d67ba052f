//! qualify-reference
