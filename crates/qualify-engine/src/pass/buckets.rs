//! From instants to buckets: the stretches of time between all edges of windows.

/// Entries of the table at most: 64 KiB.
const MOST: u64 = 4096;

/// The edges of windows, and a table that finds the bucket of an instant without searching.
#[derive(Clone, Debug, Default)]
pub(crate) struct Buckets {
    /// Rising; bucket `b` holds the instants from `edges[b - 1]` to before `edges[b]`. Padded at the end so that
    /// a step too far meets an edge that nothing reaches.
    edges: Vec<i64>,
    count: usize,
    /// The bucket at the start of each stretch of `2^shift` microseconds from the first edge on.
    starts: Vec<u32>,
    shift: u32,
    /// The most edges in one stretch.
    steps: usize,
}

impl Buckets {
    /// Of edges in any order: an edge is the first instant of a bucket.
    pub fn new(mut edges: Vec<i64>) -> Buckets {
        edges.sort_unstable();
        edges.dedup();
        edges.retain(|edge| *edge != i64::MIN); // nothing lies before it
        let count = edges.len() + 1;
        let (Some(first), Some(last)) = (edges.first().copied(), edges.last().copied()) else {
            return Buckets { edges: vec![i64::MAX], count, starts: vec![0], shift: 63, steps: 0 };
        };
        let range = last.abs_diff(first);
        let mut shift = 0;
        while range >> shift >= MOST {
            shift += 1;
        }
        let mut starts = vec![0u32; (range >> shift) as usize + 2];
        let mut within = vec![0usize; starts.len()];
        for edge in &edges {
            let stretch = (edge.abs_diff(first) >> shift) as usize;
            within[stretch] += 1;
            // the edge counts at the start of every later stretch, and of its own if it stands right there
            let at_start = (stretch as u64) << shift == edge.abs_diff(first);
            let from = if at_start { stretch } else { stretch + 1 };
            starts[from..].iter_mut().for_each(|start| *start += 1);
        }
        let steps = within.into_iter().max().unwrap_or(0);
        edges.extend(std::iter::repeat_n(i64::MAX, steps + 1));
        Buckets { edges, count, starts, shift, steps }
    }

    /// How many buckets.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The bucket of an instant.
    #[inline(always)]
    pub fn of(&self, instant: i64) -> u32 {
        let first = self.edges[0];
        if instant < first {
            return 0;
        }
        let stretch = (instant.abs_diff(first) >> self.shift) as usize;
        let mut bucket = self.starts[stretch.min(self.starts.len() - 1)];
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
