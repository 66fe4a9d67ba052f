//! From instants to buckets: the stretches of time between all edges of windows.

use qualify_vm::{Task, run_task};

/// Stretches of time between the first edge and the last at most.
const MOST: u64 = 4096;

/// Stretches in all: one before the first edge, and one behind the last.
const STRETCHES: usize = MOST as usize + 2;

/// The edges of windows, and a table that finds the bucket of an instant without searching.
#[derive(Clone, Debug)]
pub(crate) struct Buckets {
    /// Rising; bucket `b` holds the instants from `edges[b - 1]` to before `edges[b]`. Padded at the end so that
    /// a step too far meets an edge that nothing reaches.
    edges: Vec<i64>,
    count: usize,
    /// The start of the first stretch. Each is `2^shift` microseconds long.
    base: i64,
    shift: u32,
    /// For each stretch the bucket at its start.
    starts: Box<[u32; STRETCHES]>,
    /// For each stretch the last instant before the first edge in it that is not its start.
    lasts: Box<[i64; STRETCHES]>,
    /// The most edges in one stretch.
    steps: usize,
}

impl Default for Buckets {
    /// One bucket.
    fn default() -> Buckets {
        Buckets::new(Vec::new())
    }
}

impl Buckets {
    /// Of edges in any order: an edge is the first instant of a bucket.
    pub fn new(mut edges: Vec<i64>) -> Buckets {
        edges.sort_unstable();
        edges.dedup();
        edges.retain(|edge| *edge != i64::MIN); // nothing lies before it
        let count = edges.len() + 1;
        let (mut starts, mut lasts) = (Box::new([0; STRETCHES]), Box::new([i64::MAX; STRETCHES]));
        let (Some(first), Some(last)) = (edges.first().copied(), edges.last().copied()) else {
            return Buckets { edges: vec![i64::MAX], count, base: 0, shift: 63, starts, lasts, steps: 0 };
        };
        let mut shift = 0;
        while last.abs_diff(first) >> shift >= MOST {
            shift += 1;
        }
        // the first edge starts the second stretch, unless there is no room for one before
        let base = first.saturating_sub(1 << shift);
        let mut within = vec![0usize; STRETCHES];
        for (before, edge) in edges.iter().enumerate() {
            let stretch = (edge.abs_diff(base) >> shift) as usize;
            // an edge at the very start of a stretch counts there
            let is_start = (stretch as u64) << shift == edge.abs_diff(base);
            let from = if is_start { stretch } else { stretch + 1 };
            starts[from..].fill(before as u32 + 1);
            if !is_start {
                lasts[stretch] = lasts[stretch].min(*edge - 1);
                within[stretch] += 1;
            }
        }
        let steps = within.into_iter().max().unwrap_or(0);
        edges.extend(std::iter::repeat_n(i64::MAX, steps + 1));
        Buckets { edges, count, base, shift, starts, lasts, steps }
    }

    /// How many buckets.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The bucket of an instant.
    #[inline(always)]
    pub fn of(&self, instant: i64) -> u32 {
        if self.steps <= 1 { self.step(instant) } else { self.walk(instant) }
    }

    /// For each class and instant the cell: `class * buckets + bucket`.
    pub fn refine(&self, classes: &[u32], instants: &[i64], cells: &mut Vec<u32>) {
        cells.resize(classes.len(), 0);
        run_task(Refine { buckets: self, classes, instants, cells });
    }

    #[inline(always)]
    fn stretch(&self, instant: i64) -> usize {
        let from_base = instant.max(self.base).wrapping_sub(self.base) as u64;
        ((from_base >> self.shift) as usize).min(STRETCHES - 1)
    }

    /// With one edge in a stretch at most.
    #[inline(always)]
    fn step(&self, instant: i64) -> u32 {
        let stretch = self.stretch(instant);
        self.starts[stretch] + (instant > self.lasts[stretch]) as u32
    }

    /// With several edges in a stretch.
    #[inline(always)]
    fn walk(&self, instant: i64) -> u32 {
        let mut bucket = self.starts[self.stretch(instant)];
        for _ in 0..self.steps {
            bucket += (instant >= self.edges[bucket as usize]) as u32;
        }
        bucket.min(self.count as u32 - 1)
    }

    /// The buckets from the one that starts at `first` to the one that ends with `last`, both of which must be
    /// edges (or the ends of time).
    pub fn range(&self, first: i64, last: i64) -> std::ops::Range<u32> {
        if first > last {
            return 0..0;
        }
        self.of(first)..self.of(last) + 1
    }
}

/// See [`Buckets::refine`].
struct Refine<'a> {
    buckets: &'a Buckets,
    classes: &'a [u32],
    instants: &'a [i64],
    cells: &'a mut [u32],
}

impl Task for Refine<'_> {
    #[inline(always)]
    fn run(self) {
        let Refine { buckets, classes, instants, cells } = self;
        let count = buckets.count as u32;
        let all = cells.iter_mut().zip(classes).zip(instants);
        if buckets.steps <= 1 {
            all.for_each(|((cell, class), instant)| *cell = class * count + buckets.step(*instant));
        } else {
            all.for_each(|((cell, class), instant)| *cell = class * count + buckets.walk(*instant));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(edges: &[i64]) {
        let buckets = Buckets::new(edges.to_vec());
        let near = edges.iter().flat_map(|edge| (-2..=2).map(|d| edge.saturating_add(d)));
        for instant in near.chain([i64::MIN, i64::MAX, 0, 12_345, -99_999]) {
            let expected = edges.iter().filter(|edge| **edge <= instant && **edge != i64::MIN).count();
            assert_eq!(buckets.of(instant) as usize, expected, "{instant} among {edges:?}");
        }
    }

    #[test]
    fn every_instant_has_its_bucket() {
        check(&[]);
        check(&[0]);
        check(&[i64::MIN, 5]);
        check(&[-7, 0, 1, 2, 3]);
        let day = 86_400_000_000;
        check(&[0, 1, day, 7 * day, 14 * day, 30 * day, 365 * day, 365 * day + 1]);
        check(&(0..300).map(|i| i * i * 1_000_003).collect::<Vec<_>>());
        check(&[i64::MIN + 1, -5, 0, 1_000, i64::MAX - 1]);
    }

    #[test]
    fn ranges_end_where_windows_end() {
        let buckets = Buckets::new(vec![10, 20, 30]);
        assert_eq!(buckets.range(10, 19), 1..2);
        assert_eq!(buckets.range(i64::MIN, 29), 0..3);
        assert_eq!(buckets.range(20, i64::MAX), 2..4);
        assert_eq!(buckets.range(5, 4), 0..0);
    }
}
