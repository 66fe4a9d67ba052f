//! Bytes as the content of a compiled model: they are refused, or scoring with them does no harm.

#![no_main]

use libfuzzer_sys::fuzz_target;
use qualify_tests::agree::score_compiled;

fuzz_target!(|content: &[u8]| {
    score_compiled(content);
});
