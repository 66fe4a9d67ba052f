//! Bars and the histogram of scores.

const WIDTH: usize = 40;

/// A bar for `part` of `most`; anything above zero is seen.
pub fn bar(part: usize, most: usize) -> String {
    let eighths = match most {
        0 => 0,
        _ => (part * WIDTH * 8 / most).max((part > 0) as usize),
    };
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
    format!("{}{rest}", "█".repeat(eighths / 8))
}

/// A class of a histogram: scores from `low` up to but not including `high`, in whole points; the last one
/// includes its `high`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Class {
    /// First score in it.
    pub low: i64,
    /// First score not in it.
    pub high: i64,
    /// How many leads.
    pub leads: usize,
}

/// Scores being counted. However many come, it stays small: whole points first, then classes of a power of ten,
/// which every wider class is made of.
#[derive(Debug)]
pub struct Histogram {
    /// Least and greatest score, in whole points.
    range: Option<(i64, i64)>,
    /// Whole points of a count: a power of ten.
    unit: i64,
    /// How many units lie before the first count.
    first: i64,
    counts: Vec<usize>,
}

impl Default for Histogram {
    fn default() -> Histogram {
        Histogram { range: None, unit: 1, first: 0, counts: Vec::new() }
    }
}

impl Histogram {
    /// Counts scores, which are in units of 0.0001 points.
    pub fn add(&mut self, scores: impl Iterator<Item = i64> + Clone) {
        const UNIT: i64 = 10_000;
        let (Some(least), Some(most)) = (scores.clone().min(), scores.clone().max()) else { return };
        self.widen(least.div_euclid(UNIT), most.div_euclid(UNIT));
        let (unit, first) = (UNIT.saturating_mul(self.unit), self.first);
        for score in scores {
            self.counts[(score.div_euclid(unit) - first) as usize] += 1;
        }
    }

    /// Makes room for scores from `least` to `most`.
    fn widen(&mut self, least: i64, most: i64) {
        let (low, high) = self.range.unwrap_or((least, most));
        let (least, most) = (least.min(low), most.max(high));
        self.range = Some((least, most));
        let unit = 10_i64.pow(width_of(least, most).ilog10());
        let first = least.div_euclid(unit);
        let mut counts = vec![0; (most.div_euclid(unit) - first + 1) as usize];
        for (i, count) in self.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let low = (self.first + i as i64) * self.unit;
            counts[(low.div_euclid(unit) - first) as usize] += count;
        }
        (self.unit, self.first, self.counts) = (unit, first, counts);
    }

    /// At most about 20 classes of a round width (1, 2, 5, 10, 20, 50 …) that hold all scores. No scores give no
    /// classes.
    pub fn classes(&self) -> Vec<Class> {
        let Some((least, most)) = self.range else { return Vec::new() };
        let width = width_of(least, most);
        let first = least.div_euclid(width);
        let class = |i| Class { low: (first + i) * width, high: (first + i + 1) * width, leads: 0 };
        let mut classes: Vec<Class> = (0..=most.div_euclid(width) - first).map(class).collect();
        for (i, count) in self.counts.iter().enumerate() {
            let low = (self.first + i as i64) * self.unit;
            classes[(low.div_euclid(width) - first).max(0) as usize].leads += count;
        }
        classes
    }
}

fn width_of(least: i64, most: i64) -> i64 {
    round_width(i128::from(most) - i128::from(least) + 1)
}

/// The least of 1, 2, 5, 10, 20, 50 … that cuts `range` into at most 20 parts.
fn round_width(range: i128) -> i64 {
    let mut width: i128 = 1;
    for factor in [2, 5, 10].iter().cycle() {
        if range <= width * 20 {
            break;
        }
        let decade = 10_i128.pow(width.ilog10());
        width = decade * factor;
    }
    width as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(scores: &[i64]) -> Vec<Class> {
        let mut all = Histogram::default();
        all.add(scores.iter().copied());
        let mut single = Histogram::default();
        scores.iter().for_each(|score| single.add([*score].into_iter()));
        assert_eq!(all.classes(), single.classes());
        all.classes()
    }

    #[test]
    fn classes_hold_all_scores() {
        assert_eq!(histogram(&[]), []);
        assert_eq!(histogram(&[5_0000, 5_9999]), [Class { low: 5, high: 6, leads: 2 }]);
        let classes = histogram(&[-1, 0, 99_0000, 100_0000]);
        assert_eq!(classes.iter().map(|c| c.leads).sum::<usize>(), 4);
        assert_eq!((classes[0].low, classes[0].high, classes[0].leads), (-10, 0, 1));
        assert_eq!(classes.last().map(|c| (c.low, c.leads)), Some((100, 1)));
        assert!(histogram(&[i64::MIN, i64::MAX]).len() <= 21);
        let classes = histogram(&(0..500).map(|i| i * i * 7_777 - 40_0000).collect::<Vec<_>>());
        assert!((10..=21).contains(&classes.len()), "{classes:?}");
        for class in classes {
            let within =
                |i: &i64| (class.low..class.high).contains(&(i * i * 7_777 - 40_0000).div_euclid(10_000));
            assert_eq!(class.leads, (0..500).filter(within).count(), "{class:?}");
        }
    }

    #[test]
    fn a_bar_is_seen_unless_it_is_nothing() {
        assert_eq!(bar(0, 100), "");
        assert_eq!(bar(1, 100_000), "▏");
        assert_eq!(bar(100, 100).chars().count(), WIDTH);
    }
}
