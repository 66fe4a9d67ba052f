//! How tables are scored, as C says it.

use std::ffi::c_char;

/// How tables are scored. All zero is right for most; NULL in its place means that.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How many threads; 0: as many as the machine has cores. Results do not depend on it.
    pub threads: u32,
    /// How much memory reading may use, in bytes; 0: a share of what the machine has free.
    pub memory: u64,
    /// The column of the events with the key of the lead; NULL: found by its usual names.
    pub lead: *const c_char,
    /// The column of the events with the time; NULL: found by its usual names.
    pub time: *const c_char,
    /// The column of the events with the type; NULL: found by its usual names.
    pub event: *const c_char,
    /// Events of leads that are not in the table of leads are left out, not errors.
    pub ignore_unknown_leads: bool,
    /// Events of types that the schema does not have are left out, not errors.
    pub ignore_unknown_types: bool,
    /// Values outside their range or vocabulary are errors, not unknown.
    pub strict_data: bool,
}
