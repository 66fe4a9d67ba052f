//! Bytes as the text of rules: whatever is wrong with it is a message, and what checks can be planned and tested.

#![no_main]

use libfuzzer_sys::fuzz_target;
use qualify_tests::hostile::go_through;

fuzz_target!(|text: &str| {
    if let Err(why) = go_through(text) {
        panic!("{why}");
    }
});
