//! From instants to buckets: the stretches of time between all edges of windows.
//!
//! For many events at one instant a table finds the bucket; for few events at ever other instants, as the table takes
//! longer to make, they are compared with all edges, or seek through many.

use qualify_vm::{Task, run_task};

/// Stretches of time between the first edge and the last at most.
const MOST: u64 = 4096;

/// Stretches in all: one before the first edge, and one behind the last.
const STRETCHES: usize = MOST as usize + 2;

/// Bits for places in a stretch, so many microseconds; those above them hold any bucket where no stretch has two edges.
const WITHIN: u32 = 64 - (STRETCHES as u32).next_power_of_two().ilog2();

/// All of these bits.
const ALL_WITHIN: u64 = (1 << WITHIN) - 1;

/// Among so many edges at most it is quicker to compare with all than to seek.
const FEW: usize = 64;

/// Events that are compared at once.
const MANY: usize = 16;

/// Where buckets begin.
#[derive(Clone, Debug)]
pub(crate) enum Buckets {
    /// With a table.
    Tabled(Table),
    /// The edges in their order; bucket `b` has so many at or before its instants.
    Sought(Vec<i64>),
}

/// The edges of windows, and a table that finds the bucket of an instant without searching.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// Rising; bucket `b` holds the instants from `edges[b - 1]` to before `edges[b]`. Padded at the end so that
    /// a step too far meets an edge that nothing reaches.
    edges: Vec<i64>,
    count: usize,
    /// The start of the first stretch. Each is `2^shift` microseconds long.
    base: i64,
    shift: u32,
    /// For each stretch the bucket at its start.
    starts: Box<[u32; STRETCHES]>,
    /// Where each stretch has one edge at most: that bucket again, and in the lowest [`WITHIN`] bits how far into the stretch the
    /// last instant is before the edge in it that is not its start; all of these bits if there is none. One look for both.
    stretches: Box<[u64; STRETCHES]>,
    /// The most edges in one stretch.
    steps: usize,
}

impl Default for Buckets {
    /// One bucket.
    fn default() -> Buckets {
        Buckets::Sought(Vec::new())
    }
}

impl Buckets {
    /// For each class and instant the cell: `class * count + bucket`, where `count` is that of the buckets.
    pub fn refine(&self, count: u32, classes: &[u32], instants: &[i64], cells: &mut Vec<u32>) {
        cells.resize(classes.len(), 0);
        match self {
            Buckets::Tabled(table) => run_task(Refine { table, classes, instants, cells }),
            Buckets::Sought(edges) if edges.len() <= FEW => {
                run_task(CountEdges { edges, count, classes, instants, cells });
            }
            Buckets::Sought(edges) => {
                for ((cell, class), instant) in cells.iter_mut().zip(classes).zip(instants) {
                    let bucket = edges.partition_point(|edge| edge <= instant);
                    *cell = class * count + bucket as u32;
                }
            }
        }
    }
}

impl Table {
    /// Of edges that rise: an edge is the first instant of a bucket.
    pub fn new(mut edges: Vec<i64>) -> Table {
        let count = edges.len() + 1;
        let (mut starts, mut lasts) = (Box::new([0; STRETCHES]), [ALL_WITHIN; STRETCHES]);
        let mut stretches = Box::new(lasts);
        let Some(first) = edges.first().copied() else {
            return Table {
                edges: vec![i64::MAX],
                count,
                base: 0,
                shift: WITHIN,
                starts,
                stretches,
                steps: 0,
            };
        };
        let shift = Table::shift(&edges);
        // the first edge starts the second stretch, unless there is no room for one before
        let base = first.saturating_sub(1 << shift);
        let mut within = vec![0usize; STRETCHES];
        for (before, edge) in edges.iter().enumerate() {
            let stretch = (edge.abs_diff(base) >> shift) as usize;
            // an edge at the very start of a stretch counts there
            let into = edge.abs_diff(base) & ((1 << shift) - 1);
            let from = if into == 0 { stretch } else { stretch + 1 };
            starts[from..].fill(before as u32 + 1);
            if into > 0 {
                lasts[stretch] = lasts[stretch].min(into - 1);
                within[stretch] += 1;
            }
        }
        for ((both, start), last) in stretches.iter_mut().zip(starts.iter()).zip(lasts) {
            *both = u64::from(*start) << WITHIN | last;
        }
        let steps = within.into_iter().max().unwrap_or(0);
        edges.extend(std::iter::repeat_n(i64::MAX, steps + 1));
        Table { edges, count, base, shift, starts, stretches, steps }
    }

    /// The longest stretches of which none has two edges, for the smaller the table the more of it is in the nearest
    /// cache; if there are none the shortest.
    fn shift(edges: &[i64]) -> u32 {
        let (first, last) = (edges[0], edges[edges.len() - 1]);
        let shortest = (0..).find(|shift| last.abs_diff(first) >> shift < MOST).unwrap_or(63);
        let are_apart = |shift: &u32| {
            let stretch = |edge: i64| edge.abs_diff(first.saturating_sub(1 << shift)) >> shift;
            edges.windows(2).all(|pair| stretch(pair[0]) != stretch(pair[1]))
        };
        (shortest..=WITHIN).rev().find(are_apart).unwrap_or(shortest)
    }

    /// The bucket of an instant.
    #[cfg(test)]
    fn of(&self, instant: i64) -> u32 {
        if self.has_single_edges() { self.single_edges().bucket(instant) } else { self.walk(instant) }
    }

    /// Whether each stretch has one edge at most, and places in it are told by few enough bits.
    pub fn has_single_edges(&self) -> bool {
        self.steps <= 1 && self.shift <= WITHIN
    }

    /// What finds buckets where each stretch has one edge at most.
    #[inline(always)]
    pub fn single_edges(&self) -> SingleEdges<'_> {
        let Table { count, base, shift, stretches, .. } = self;
        SingleEdges { base: *base, shift: *shift, count: *count as u32, stretches }
    }

    /// With several edges in a stretch.
    #[inline(always)]
    fn walk(&self, instant: i64) -> u32 {
        let mut bucket = self.starts[stretch(self.base, self.shift, instant)];
        for _ in 0..self.steps {
            bucket += (instant >= self.edges[bucket as usize]) as u32;
        }
        bucket.min(self.count as u32 - 1)
    }
}

#[inline(always)]
fn stretch(base: i64, shift: u32, instant: i64) -> usize {
    let from_base = instant.max(base).wrapping_sub(base) as u64;
    ((from_base >> shift) as usize).min(STRETCHES - 1)
}

/// A [`Table`] of which each stretch has one edge at most.
#[derive(Clone, Copy)]
pub(crate) struct SingleEdges<'a> {
    base: i64,
    shift: u32,
    /// How many buckets.
    pub count: u32,
    stretches: &'a [u64; STRETCHES],
}

impl SingleEdges<'_> {
    /// The bucket of an instant.
    #[inline(always)]
    pub fn bucket(&self, instant: i64) -> u32 {
        let from_base = instant.max(self.base).wrapping_sub(self.base) as u64;
        let into = from_base & ((1 << self.shift) - 1);
        let stretch = self.stretches[((from_base >> self.shift) as usize).min(STRETCHES - 1)];
        (stretch >> WITHIN) as u32 + (into > stretch & ALL_WITHIN) as u32
    }
}

/// See [`Buckets::refine`].
struct Refine<'a> {
    table: &'a Table,
    classes: &'a [u32],
    instants: &'a [i64],
    cells: &'a mut [u32],
}

impl Task for Refine<'_> {
    #[inline(always)]
    fn run(self) {
        let Refine { table, classes, instants, cells } = self;
        let count = table.count as u32;
        let all = cells.iter_mut().zip(classes).zip(instants);
        if table.has_single_edges() {
            let table = table.single_edges();
            all.for_each(|((cell, class), instant)| *cell = class * count + table.bucket(*instant));
        } else {
            all.for_each(|((cell, class), instant)| *cell = class * count + table.walk(*instant));
        }
    }
}

/// The same by comparing with all edges.
struct CountEdges<'a> {
    edges: &'a [i64],
    count: u32,
    classes: &'a [u32],
    instants: &'a [i64],
    cells: &'a mut [u32],
}

impl Task for CountEdges<'_> {
    #[inline(always)]
    fn run(self) {
        let CountEdges { edges, count, classes, instants, cells } = self;
        let (many, few) = cells.as_chunks_mut::<MANY>();
        let (many_classes, few_classes) = classes.as_chunks::<MANY>();
        let (many_instants, few_instants) = instants.as_chunks::<MANY>();
        for ((cells, classes), instants) in many.iter_mut().zip(many_classes).zip(many_instants) {
            let mut buckets = [0i64; MANY];
            for edge in edges {
                for i in 0..MANY {
                    buckets[i] += (instants[i] >= *edge) as i64;
                }
            }
            for i in 0..MANY {
                cells[i] = classes[i] * count + buckets[i] as u32;
            }
        }
        for ((cell, class), instant) in few.iter_mut().zip(few_classes).zip(few_instants) {
            let bucket = edges.iter().fold(0, |bucket, edge| bucket + (edge <= instant) as i64);
            *cell = class * count + bucket as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(edges: &[i64]) {
        check_some(edges, 1);
    }

    /// Looks near every so many edges.
    fn check_some(edges: &[i64], every: usize) {
        let table = Table::new(edges.to_vec());
        let sought = Buckets::Sought(edges.to_vec());
        let near = edges.iter().step_by(every).flat_map(|edge| (-2..=2).map(|d| edge.saturating_add(d)));
        for instant in near.chain([i64::MIN, i64::MAX, 0, 12_345, -99_999]) {
            let expected = edges.iter().filter(|edge| **edge <= instant).count();
            assert_eq!(table.of(instant) as usize, expected, "{instant} among {edges:?}");
            let (tabled, mut cells) = (Buckets::Tabled(table.clone()), Vec::new());
            for buckets in [&sought, &tabled] {
                let count = edges.len() + 1;
                for events in [1, MANY + 1] {
                    cells.clear();
                    buckets.refine(count as u32, &vec![2; events], &vec![instant; events], &mut cells);
                    let wanted = (2 * count + expected) as u32;
                    assert_eq!(cells, vec![wanted; events], "{instant} among {edges:?}");
                }
            }
        }
    }

    #[test]
    fn every_instant_has_its_bucket() {
        check(&[]);
        check(&[0]);
        check(&[-7, 0, 1, 2, 3]);
        let day = 86_400_000_000;
        check(&[0, 1, day, 7 * day, 14 * day, 30 * day, 365 * day, 365 * day + 1]);
        check(&(0..60).map(|i| i * 77).collect::<Vec<_>>());
        check(&(0..300).map(|i| i * i * 1_000_003).collect::<Vec<_>>());
        check_some(&(0..9_000).map(|i| i * 77).collect::<Vec<_>>(), 97);
        check(&[i64::MIN + 1, -5, 0, 1_000, i64::MAX - 1]);
    }
}
