//! Bytes as a file of leads and events; the first of them chooses the format.

#![no_main]

use libfuzzer_sys::fuzz_target;
use qualify_tests::hostile::{FORMATS, read_data};

fuzz_target!(|bytes: &[u8]| {
    if let [format, bytes @ ..] = bytes {
        read_data(FORMATS[usize::from(*format) % FORMATS.len()], bytes);
    }
});
