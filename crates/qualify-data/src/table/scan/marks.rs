//! Finding the bytes that structure delimited text: 64 bytes at a time, as bits.
//!
//! Not in here: what they mean.

/// The four bytes that matter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub delimiter: u8,
}

/// Goes through the marks of a text: its delimiters, line ends and quotation marks, in order.
pub(super) struct Marks<'a> {
    bytes: &'a [u8],
    wanted: Wanted,
    /// Where the 64 bytes at hand start.
    base: usize,
    /// Those of their marks that are still to come.
    bits: u64,
}

impl<'a> Marks<'a> {
    pub fn new(bytes: &'a [u8], wanted: Wanted) -> Marks<'a> {
        let mut marks = Marks { bytes, wanted, base: 0, bits: 0 };
        marks.bits = marks.look(0);
        marks
    }

    /// The place of the next mark.
    #[inline]
    pub fn next(&mut self) -> Option<usize> {
        while self.bits == 0 {
            self.base += 64;
            if self.base >= self.bytes.len() {
                return None;
            }
            self.bits = self.look(self.base);
        }
        let place = self.base + self.bits.trailing_zeros() as usize;
        self.bits &= self.bits - 1;
        Some(place)
    }

    /// Leaves out all marks before `at`.
    pub fn skip_to(&mut self, at: usize) {
        if at >= self.base + 64 {
            self.base = at & !63;
            self.bits = if self.base < self.bytes.len() { self.look(self.base) } else { 0 };
        }
        self.bits &= u64::MAX << (at - self.base);
    }

    #[inline]
    fn look(&self, base: usize) -> u64 {
        let rest = &self.bytes[base..];
        if let Some(whole) = rest.first_chunk::<64>() {
            return look(whole, self.wanted);
        }
        let mut padded = [0; 64];
        padded[..rest.len()].copy_from_slice(rest);
        look(&padded, self.wanted) & !(u64::MAX << rest.len())
    }
}

/// A bit for each mark, the first byte's is the lowest. The compiler makes vector instructions of the first
/// loop.
#[inline]
fn look(bytes: &[u8; 64], wanted: Wanted) -> u64 {
    /// Moves the lowest bit of each byte into the highest byte, side by side.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let mut hits = [0; 64];
    for (hit, byte) in hits.iter_mut().zip(bytes) {
        let end = (*byte == b'\n') | (*byte == b'\r');
        *hit = u8::from((*byte == wanted.delimiter) | (*byte == b'"') | end);
    }
    let mut bits = 0;
    for (place, eight) in hits.as_chunks::<8>().0.iter().enumerate() {
        bits |= (u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56) << (place * 8);
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(bytes: &[u8], delimiter: u8) -> Vec<usize> {
        (0..bytes.len()).filter(|i| [delimiter, b'\n', b'\r', b'"'].contains(&bytes[*i])).collect()
    }

    /// Every byte in every place, then texts of every length around the width of a look.
    #[test]
    fn every_mark_is_found_and_nothing_else() {
        for delimiter in [b',', b';', b'\t', b'|'] {
            let wanted = Wanted { delimiter };
            for byte in 0..=255u8 {
                for place in 0..64 {
                    let mut bytes = [b'a'; 64];
                    bytes[place] = byte;
                    bytes[63 - place] = byte;
                    let marks = expected(&bytes, delimiter).iter().fold(0u64, |bits, i| bits | 1 << i);
                    assert_eq!(look(&bytes, wanted), marks, "{byte} at {place}");
                }
            }
        }
        let text: Vec<u8> = (0..400u32).map(|i| b"a,b\"\n\rxyz;"[(i * i / 7 % 10) as usize]).collect();
        for length in 0..text.len() {
            let text = &text[..length];
            let mut marks = Marks::new(text, Wanted { delimiter: b',' });
            let found: Vec<_> = std::iter::from_fn(|| marks.next()).collect();
            assert_eq!(found, expected(text, b','));
        }
        for from in 0..text.len() {
            let mut marks = Marks::new(&text, Wanted { delimiter: b',' });
            marks.next();
            marks.skip_to(from);
            let found: Vec<_> = std::iter::from_fn(|| marks.next()).collect();
            let expected: Vec<_> = expected(&text, b',').into_iter().skip(1).filter(|i| *i >= from).collect();
            assert_eq!(found, expected, "from {from}");
        }
    }
}
