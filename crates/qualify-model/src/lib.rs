//! qualify-model
