//! Constants of a plan made ready to be asked: folded texts, sets as bits, bins as columns. Made once for each
//! plan.

use qualify_model::text;
use qualify_plan::{Bins, Plan};
use std::collections::HashMap;

/// See the module. Places are those of [`Constants`](qualify_plan::Constants).
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    /// Lists of texts.
    pub texts: Vec<PreparedTexts>,
    /// Sets of numbers.
    pub numbers: Vec<PreparedNumbers>,
    /// Piecewise constant functions.
    pub bins: Vec<PreparedBins>,
}

/// A list of texts.
#[derive(Clone, Debug, Default)]
pub struct PreparedTexts {
    /// Folded, in their order.
    pub folded: Vec<String>,
    /// The first place of each folded text.
    pub places: HashMap<String, u32>,
    /// Bits of marks of folded texts: what has none of them need not be looked up.
    marks: [u64; 4],
    /// Bits of the first bytes of texts that may begin with one of them.
    firsts: [u64; 4],
}

/// For each byte a bit: whether a text that begins with it may, folded, begin with one of these.
fn firsts(folded: &[String]) -> [u64; 4] {
    let begins = |byte: u8, text: &String| text.bytes().next().is_none_or(|first| first == byte);
    let may = |byte: &u8| {
        // folding may make ASCII of what is not, and takes white space away
        !byte.is_ascii_graphic() || folded.iter().any(|text| begins(byte.to_ascii_lowercase(), text))
    };
    let mut firsts = [0; 4];
    (0..=255).filter(may).for_each(|byte| firsts[byte as usize >> 6] |= 1 << (byte & 63));
    firsts
}

/// A mark of a text: equal texts have the same, most others another.
fn mark(folded: &str) -> (usize, u64) {
    let bytes = folded.as_bytes();
    let (first, last) = (bytes.first().copied().unwrap_or(0), bytes.last().copied().unwrap_or(0));
    mark_of(first, last, bytes.len())
}

#[inline(always)]
fn mark_of(first: u8, last: u8, length: usize) -> (usize, u64) {
    let mark = first.wrapping_mul(29).wrapping_add(last.wrapping_mul(7)).wrapping_add(length as u8);
    (mark as usize >> 6, 1 << (mark & 63))
}

/// A set of numbers.
#[derive(Clone, Debug)]
pub enum PreparedNumbers {
    /// All lie less than 64 apart: bit `i` stands for `least + i`.
    Bits {
        /// The least of them.
        least: i64,
        /// Which are in it.
        bits: u64,
    },
    /// Rising.
    Sorted(Vec<i64>),
}

/// A piecewise constant function in columns.
#[derive(Clone, Debug, Default)]
pub struct PreparedBins {
    /// Where values change, rising.
    pub edges: Vec<i64>,
    /// One more than edges; unknown ones hold 0.
    pub values: Vec<i64>,
    /// For each value 1 if it is known, else 0.
    pub known: Vec<u8>,
    /// Whether all values are known.
    pub all_known: bool,
    /// For each edge what the value behind it is more than that before it; it wraps around.
    pub changes: Vec<i64>,
    /// The value of an unknown number; 0 if it is unknown.
    pub unknown: i64,
    /// 1 if that is known, else 0.
    pub unknown_known: u8,
}

impl Prepared {
    /// Of a plan.
    pub fn new(plan: &Plan) -> Prepared {
        let constants = &plan.constants;
        Prepared {
            texts: constants.texts.iter().map(|texts| PreparedTexts::new(texts)).collect(),
            numbers: constants.numbers.iter().map(|numbers| PreparedNumbers::new(numbers)).collect(),
            bins: constants.bins.iter().map(PreparedBins::new).collect(),
        }
    }
}

impl PreparedBins {
    fn new(bins: &Bins) -> PreparedBins {
        let values: Vec<i64> = bins.values.iter().map(|value| value.unwrap_or(0)).collect();
        PreparedBins {
            edges: bins.edges.clone(),
            changes: values.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect(),
            values,
            known: bins.values.iter().map(|value| value.is_some() as u8).collect(),
            all_known: bins.values.iter().all(Option::is_some),
            unknown: bins.unknown.unwrap_or(0),
            unknown_known: bins.unknown.is_some() as u8,
        }
    }
}

impl PreparedTexts {
    fn new(texts: &[String]) -> PreparedTexts {
        let folded: Vec<String> = texts.iter().map(|text| text::fold(text)).collect();
        let (mut places, mut marks) = (HashMap::with_capacity(folded.len()), [0; 4]);
        for (place, text) in folded.iter().enumerate() {
            places.entry(text.clone()).or_insert(place as u32);
            let (word, bit) = mark(text);
            marks[word] |= bit;
        }
        let firsts = firsts(&folded);
        PreparedTexts { folded, places, marks, firsts }
    }

    /// Whether a text may begin with one of these: one of which this is the first byte; none: an empty one.
    #[inline(always)]
    pub fn may_begin(&self, first: Option<u8>) -> bool {
        first.is_none_or(|byte| self.firsts[byte as usize >> 6] >> (byte & 63) & 1 != 0)
    }

    /// The first place of a folded text.
    #[inline]
    pub fn place(&self, folded: &str) -> Option<u32> {
        let (word, bit) = mark(folded);
        if self.marks[word] & bit == 0 { None } else { self.places.get(folded).copied() }
    }

    /// Whether a text is not in it, as a domain none of its parents either, as far as that can be told without folding
    /// it.
    #[inline]
    pub fn lacks(&self, text: &str, domain: bool) -> bool {
        let bytes = text.as_bytes();
        // what begins or ends with white space, or folds to other letters, is not looked at here
        let are_ends_plain = |ends: [Option<&u8>; 2]| ends.into_iter().flatten().all(u8::is_ascii_graphic);
        if !are_ends_plain([bytes.first(), bytes.last()]) || !text.is_ascii() {
            return false;
        }
        let folded = |byte: Option<&u8>| byte.map_or(0, u8::to_ascii_lowercase);
        let is_marked = |part: &[u8]| {
            let (word, bit) = mark_of(folded(part.first()), folded(part.last()), part.len());
            self.marks[word] & bit != 0
        };
        let parents = bytes.iter().enumerate().filter(|(_, byte)| domain && **byte == b'.');
        !is_marked(bytes) && !parents.map(|(dot, _)| &bytes[dot + 1..]).any(is_marked)
    }

    /// Whether a folded text is in it, as a domain also one of its parents.
    pub fn contains(&self, folded: &str, domain: bool) -> bool {
        if domain {
            text::domain_and_parents(folded).any(|parent| self.place(parent).is_some())
        } else {
            self.place(folded).is_some()
        }
    }
}

impl PreparedNumbers {
    fn new(numbers: &[i64]) -> PreparedNumbers {
        let least = numbers.iter().copied().min().unwrap_or(0);
        let place = |number: &i64| number.wrapping_sub(least) as u64;
        if numbers.iter().all(|number| place(number) < 64) {
            let bits = numbers.iter().fold(0, |bits, number| bits | 1 << place(number));
            return PreparedNumbers::Bits { least, bits };
        }
        let mut sorted = numbers.to_vec();
        sorted.sort_unstable();
        PreparedNumbers::Sorted(sorted)
    }

    /// Whether the number is in it.
    pub fn contains(&self, number: i64) -> bool {
        match self {
            PreparedNumbers::Bits { least, bits } => {
                let place = number.wrapping_sub(*least) as u64;
                place < 64 && bits >> place & 1 == 1
            }
            PreparedNumbers::Sorted(numbers) => numbers.binary_search(&number).is_ok(),
        }
    }
}
