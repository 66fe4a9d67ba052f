//! qualify-grammar
