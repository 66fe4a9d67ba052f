//! Numbers as bytes: seven bits in each, the lowest first.

/// Appends a number.
pub(crate) fn put(out: &mut Vec<u8>, mut number: u128) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Appends a number that may be below zero: small ones on both sides take few bytes.
pub(crate) fn put_signed(out: &mut Vec<u8>, number: i64) {
    put(out, fold(number) as u128);
}

/// A number that may be below zero as one that is not.
pub(crate) fn fold(number: i64) -> u64 {
    (number << 1) as u64 ^ (number >> 63) as u64
}

fn unfold(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

/// Reads what was written; everything is none once something does not fit.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { bytes, at: 0 }
    }

    pub fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    pub fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    /// Below 2^70.
    pub fn number(&mut self) -> Option<u128> {
        let (mut number, mut shift) = (0u128, 0);
        loop {
            let byte = self.byte()?;
            number |= ((byte & 0x7f) as u128) << shift;
            if byte < 0x80 {
                return Some(number);
            }
            shift += 7;
            if shift >= 70 {
                return None;
            }
        }
    }

    pub fn signed(&mut self) -> Option<i64> {
        Some(unfold(u64::try_from(self.number()?).ok()?))
    }

    /// One more than a number, or 0 for none.
    pub fn optional(&mut self) -> Option<Option<i64>> {
        match self.number()? {
            0 => Some(None),
            more => Some(Some(unfold(u64::try_from(more - 1).ok()?))),
        }
    }

    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(count)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }
}

/// Appends one more than a number, or 0 for none.
pub(crate) fn put_optional(out: &mut Vec<u8>, number: Option<i64>) {
    put(out, number.map_or(0, |number| fold(number) as u128 + 1));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        for number in [0, 1, -1, 63, 64, -64, -65, 1 << 40, i64::MAX, i64::MIN] {
            let mut bytes = Vec::new();
            put_signed(&mut bytes, number);
            put_optional(&mut bytes, Some(number));
            put_optional(&mut bytes, None);
            let mut reader = Reader::new(&bytes);
            assert_eq!(reader.signed(), Some(number));
            assert_eq!(reader.optional(), Some(Some(number)));
            assert_eq!(reader.optional(), Some(None));
            assert!(reader.is_at_end() && reader.byte().is_none());
        }
    }
}
