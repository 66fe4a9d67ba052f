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

/// At most about 20 classes of a round width (1, 2, 5, 10, 20, 50 …) that hold all scores, which are in units
/// of 0.0001 points. No scores give no classes.
pub fn histogram(scores: &[i64]) -> Vec<Class> {
    const UNIT: i64 = 10_000;
    let (Some(least), Some(most)) = (scores.iter().min(), scores.iter().max()) else { return Vec::new() };
    let (least, most) = (least.div_euclid(UNIT), most.div_euclid(UNIT));
    let width = round_width(i128::from(most) - i128::from(least) + 1);
    let first = least.div_euclid(width);
    let count = (most.div_euclid(width) - first + 1) as usize;
    let mut leads = vec![0; count];
    for score in scores {
        leads[(score.div_euclid(UNIT).div_euclid(width) - first) as usize] += 1;
    }
    let class = |(i, leads): (usize, usize)| {
        let low = (first + i as i64) * width;
        Class { low, high: low + width, leads }
    };
    leads.into_iter().enumerate().map(class).collect()
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

    #[test]
    fn classes_hold_all_scores() {
        assert_eq!(histogram(&[]), []);
        assert_eq!(histogram(&[5_0000, 5_9999]), [Class { low: 5, high: 6, leads: 2 }]);
        let classes = histogram(&[-1, 0, 99_0000, 100_0000]);
        assert_eq!(classes.iter().map(|c| c.leads).sum::<usize>(), 4);
        assert_eq!((classes[0].low, classes[0].high, classes[0].leads), (-10, 0, 1));
        assert_eq!(classes.last().map(|c| (c.low, c.leads)), Some((100, 1)));
        assert!(histogram(&[i64::MIN, i64::MAX]).len() <= 21);
    }

    #[test]
    fn a_bar_is_seen_unless_it_is_nothing() {
        assert_eq!(bar(0, 100), "");
        assert_eq!(bar(1, 100_000), "▏");
        assert_eq!(bar(100, 100).chars().count(), WIDTH);
    }
}
