//! Codes of texts in their dictionary, for leads that come one by one: most of what a lead takes before it is scored is
//! to find them.

use std::collections::HashMap;
use std::sync::Arc;

/// The codes of the texts of one dictionary.
#[derive(Clone, Debug, Default)]
pub(crate) struct Codes {
    /// Of texts that are short enough to be numbers: those are hashed and compared at once.
    short: HashMap<u128, u32, foldhash::fast::RandomState>,
    long: HashMap<Arc<str>, u32, foldhash::fast::RandomState>,
}

impl Codes {
    /// The code of a text.
    #[inline(always)]
    pub fn get(&self, text: &str) -> Option<u32> {
        match short(text) {
            Some(short) => self.short.get(&short).copied(),
            None => self.long.get(text).copied(),
        }
    }

    /// Gives a text a code.
    pub fn insert(&mut self, text: Arc<str>, code: u32) {
        match short(&text) {
            Some(short) => _ = self.short.insert(short, code),
            None => _ = self.long.insert(text, code),
        }
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.short.clear();
        self.long.clear();
    }
}

/// A text of at most 15 bytes as a number: its bytes, and its length in the last one.
#[inline(always)]
fn short(text: &str) -> Option<u128> {
    let bytes = text.as_bytes();
    let length = bytes.len();
    // the last bytes lie over the first ones where they meet, and are the same there
    let behind = |last: u128, width: usize| last << (8 * (length - width));
    let held = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) if length <= 15 => {
            u64::from_le_bytes(*first) as u128 | behind(u64::from_le_bytes(*last) as u128, 8)
        }
        (Some(_), _) => return None,
        _ => match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (Some(first), Some(last)) => {
                u32::from_le_bytes(*first) as u128 | behind(u32::from_le_bytes(*last) as u128, 4)
            }
            _ => bytes.iter().rev().fold(0, |held, byte| held << 8 | *byte as u128),
        },
    };
    Some(held | (length as u128) << 120)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_has_its_code() {
        let letters = "abcdefghijklmnopqrst";
        let mut texts: Vec<String> = vec![String::new(), "\0".into(), "\0\0".into(), "a\0".into()];
        for length in 1..=20 {
            texts.push(letters[..length].into());
            texts.push(letters[20 - length..].into());
            // as the one before but for one byte
            for at in 0..length {
                let mut other = letters[..length].to_string();
                other.replace_range(at..at + 1, "-");
                texts.push(other);
            }
        }
        texts.sort();
        texts.dedup();
        let mut codes = Codes::default();
        for (code, text) in texts.iter().enumerate() {
            assert_eq!(codes.get(text), None, "{text:?} was not met");
            codes.insert(text.as_str().into(), code as u32);
        }
        for (code, text) in texts.iter().enumerate() {
            assert_eq!(codes.get(text), Some(code as u32), "{text:?}");
        }
    }
}
