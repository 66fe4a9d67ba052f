//! The bytes choose a model and leads; every engine must give what the reference gives.

#![no_main]

use libfuzzer_sys::fuzz_target;
use qualify_tests::agree::{Dice, SETTINGS, Trial, engine, reference};

fuzz_target!(|bytes: &[u8]| {
    let (trial, model) = Trial::random(&mut Dice::of_bytes(bytes), 6);
    let Ok(model) = model else { return };
    let wanted = reference(&model, &trial.leads, trial.as_of);
    for setting in SETTINGS {
        if let Err(found) = trial.hold(&model, &wanted, &*engine(*setting)) {
            panic!("{setting:?}:\n{found}");
        }
    }
});
