//! helpers of the tests
