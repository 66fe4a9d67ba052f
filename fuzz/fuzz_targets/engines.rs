//! The bytes choose a model and leads; every engine must give what the reference gives.

#![no_main]

use libfuzzer_sys::fuzz_target;
use qualify_tests::agree::{Dice, SETTINGS, Trial, engine};

fuzz_target!(|bytes: &[u8]| {
    let (trial, model) = Trial::random(&mut Dice::of_bytes(bytes), 6);
    let Ok(model) = model else { return };
    for setting in SETTINGS {
        if let Err(found) = trial.hold(&model, &*engine(*setting)) {
            panic!("{setting:?}:\n{found}");
        }
    }
});
