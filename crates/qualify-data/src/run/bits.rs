//! Bitmaps as bytes, eight at a time.

use arrow::buffer::{BooleanBuffer, NullBuffer};

/// For each byte its bits as bytes, the lowest first.
const SPREAD: [u64; 256] = spread();

const ONES: u64 = 0x0101_0101_0101_0101;

const fn spread() -> [u64; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut bit = 0;
        while bit < 8 {
            if byte >> bit & 1 == 1 {
                table[byte] |= 1 << (8 * bit);
            }
            bit += 1;
        }
        byte += 1;
    }
    table
}

/// Appends 1 for known and 0 for unknown; `before` values stand in the column already. While all are known there
/// is nothing to hold.
pub(super) fn known(nulls: Option<&NullBuffer>, rows: usize, before: usize, out: &mut Option<Vec<u8>>) {
    match nulls.filter(|n| n.null_count() > 0) {
        None => {
            if let Some(out) = out {
                out.resize(before + rows, 1);
            }
        }
        Some(nulls) => {
            let out = out.get_or_insert_with(|| vec![1; before]);
            out.reserve(rows + 64);
            each(nulls.inner(), |_, word| out.extend_from_slice(&word.to_le_bytes()));
            out.truncate(before + rows);
        }
    }
}

/// Appends 0 for no, 1 for unknown, 2 for yes.
pub(super) fn truths(values: &BooleanBuffer, nulls: Option<&NullBuffer>, out: &mut Vec<u8>) {
    let start = out.len();
    each(values, |_, word| out.extend_from_slice(&(word << 1).to_le_bytes()));
    if let Some(nulls) = nulls.filter(|n| n.null_count() > 0) {
        each(nulls.inner(), |at, word| {
            for (byte, known) in out[start + at..].iter_mut().zip(word.to_le_bytes()) {
                *byte = *byte & (known << 1) | (known ^ 1);
            }
        });
    }
    out.truncate(start + values.len());
}

/// The bits of the buffer as bytes, eight at a time, those behind its end as 0.
fn each(bits: &BooleanBuffer, mut take: impl FnMut(usize, u64)) {
    let chunks = bits.bit_chunks();
    let mut at = 0;
    for word in chunks.iter().chain([chunks.remainder_bits()]) {
        for byte in word.to_le_bytes() {
            if at < bits.len() {
                take(at, SPREAD[usize::from(byte)] & ONES);
            }
            at += 8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_become_bytes() {
        for length in [0, 1, 7, 8, 63, 64, 65, 200] {
            let values: Vec<bool> = (0..length).map(|i| i % 3 == 0).collect();
            let nulls: Vec<bool> = (0..length).map(|i| i % 7 != 2).collect();
            let (bits, nulls_in) = (BooleanBuffer::from(values.clone()), NullBuffer::from(nulls.clone()));
            let mut out = vec![9];
            truths(&bits, Some(&nulls_in), &mut out);
            let expected = values.iter().zip(&nulls).map(|(v, k)| if *k { 2 * u8::from(*v) } else { 1 });
            assert_eq!(out[1..], expected.collect::<Vec<_>>());
            let mut out = None;
            known(Some(&nulls_in), length, 0, &mut out);
            known(None, 2, length, &mut out);
            let expected: Vec<u8> = nulls.iter().map(|k| u8::from(*k)).chain([1, 1]).collect();
            assert_eq!(out.unwrap_or(vec![1; length + 2]), expected);
        }
    }
}
