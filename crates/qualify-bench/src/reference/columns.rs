//! Leads and events in columns, as the rules read them.

use super::dictionary::Dictionary;

/// The code of an empty cell in a column of 32-bit codes.
pub const EMPTY: u32 = u32::MAX;
/// The code of an empty cell in a column of 8-bit codes.
pub const EMPTY_SHORT: u8 = u8::MAX;
/// The company size of an empty cell.
pub const NO_SIZE: i32 = i32::MIN;

/// A column of few different texts.
#[derive(Clone, Debug, Default)]
pub struct ShortCodes {
    pub codes: Vec<u8>,
    pub dictionary: Dictionary,
}

/// A column of many different texts.
#[derive(Clone, Debug, Default)]
pub struct LongCodes {
    pub codes: Vec<u32>,
    pub dictionary: Dictionary,
}

/// Leads in the order of their keys.
#[derive(Clone, Debug, Default)]
pub struct Leads {
    pub ids: Vec<i64>,
    pub country: ShortCodes,
    pub industry: ShortCodes,
    pub seniority: ShortCodes,
    pub source: ShortCodes,
    pub domain: LongCodes,
    pub job_title: LongCodes,
    /// Lead `i` has the bytes `email_offsets[i]..email_offsets[i + 1]`.
    pub email_offsets: Vec<u32>,
    pub email_bytes: Vec<u8>,
    pub company_size: Vec<i32>,
    /// Not a number where the cell is empty, as the next.
    pub annual_revenue: Vec<f64>,
    pub budget: Vec<f64>,
    /// 1 for yes, 0 for no and for empty cells, as the next three.
    pub consent: Vec<u8>,
    pub email_bounced: Vec<u8>,
    pub is_competitor: Vec<u8>,
    pub phone_valid: Vec<u8>,
    /// Microseconds since 1970.
    pub created_at: Vec<i64>,
}

impl Leads {
    /// How many.
    pub fn len(&self) -> usize {
        self.ids.len()
    }
}

/// Events; once grouped, those of a lead stand together in the order of time.
#[derive(Clone, Debug, Default)]
pub struct Events {
    /// The key of the lead; empty once grouped.
    pub lead_ids: Vec<i64>,
    /// Places in [`EVENT_TYPES`](crate::data_set::words::EVENT_TYPES).
    pub kinds: Vec<u8>,
    pub objects: ShortCodes,
    /// Microseconds since 1970.
    pub times: Vec<i64>,
    /// 0 where the cell is empty.
    pub values: Vec<f64>,
    /// Once grouped, lead `i` has the events `offsets[i]..offsets[i + 1]`.
    pub offsets: Vec<u32>,
}
