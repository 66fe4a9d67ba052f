//! The reasons of results as numbers of words: as [`Labels::reasons`] gives them, for whole columns.

use super::batch::texts;
use arrow::array::ArrayRef;
use qualify_model::{Labels, Named, ScoreColumns, StageReason, Status};

/// All reasons that a result of a model can have; each kind has its numbers.
pub(super) struct Reasons {
    words: ArrayRef,
    /// The number of the first.
    excludes: u32,
    missing: u32,
    disqualifies: u32,
    /// For each stage, segment and route the number of its reason.
    stages: Vec<Option<u32>>,
    segments: Vec<Option<u32>>,
    routes: Vec<Option<u32>>,
}

impl Reasons {
    pub fn of(labels: &Labels) -> Reasons {
        let mut words = List::default();
        let (excludes, missing) = (words.all(&labels.excludes), words.all(&labels.missing));
        let disqualifies = words.all(&labels.disqualifies);
        let stages = words.because(&labels.stages);
        let segments = words.because(&labels.segments);
        let routes = words.because(&labels.routes);
        Reasons {
            words: texts(words.0.into_iter()),
            excludes,
            missing,
            disqualifies,
            stages,
            segments,
            routes,
        }
    }

    /// The dictionary.
    pub fn words(&self) -> &ArrayRef {
        &self.words
    }

    /// Where the reasons of each row end, and their numbers.
    pub fn of_rows(&self, scores: &ScoreColumns) -> (Vec<usize>, Vec<u32>) {
        let (mut ends, mut numbers) = (Vec::with_capacity(scores.rows + 1), Vec::new());
        ends.push(0);
        let segments: Vec<_> = self.segments.iter().zip(&scores.segments).collect();
        let segments: Vec<_> = segments.into_iter().filter_map(|(n, column)| Some(((*n)?, column))).collect();
        let nothing_to_say =
            self.stages.iter().chain(&self.routes).all(Option::is_none) && segments.is_empty();
        for row in 0..scores.rows {
            match scores.status[row] {
                Status::Scored if nothing_to_say => {}
                Status::Excluded => holding(&mut numbers, self.excludes, &scores.excluded, row),
                Status::Invalid => holding(&mut numbers, self.missing, &scores.missing, row),
                status => {
                    if status == Status::Disqualified {
                        holding(&mut numbers, self.disqualifies, &scores.disqualified, row);
                    }
                    let by_condition = [StageReason::Condition as u8, StageReason::Side as u8];
                    if by_condition.contains(&scores.stage_reason[row]) {
                        numbers.extend(number(&self.stages, scores.stage[row]));
                    }
                    numbers.extend(segments.iter().filter(|(_, column)| column[row] != 0).map(|(n, _)| *n));
                    numbers.extend(number(&self.routes, scores.route[row]));
                }
            }
            ends.push(numbers.len());
        }
        (ends, numbers)
    }
}

fn number(of: &[Option<u32>], place: u16) -> Option<u32> {
    of.get(usize::from(place)).copied().flatten()
}

fn holding(numbers: &mut Vec<u32>, first: u32, columns: &[Vec<u8>], row: usize) {
    let held = columns.iter().zip(first..).filter(|(column, _)| column[row] != 0);
    numbers.extend(held.map(|(_, number)| number));
}

/// Words in the making.
#[derive(Default)]
struct List<'l>(Vec<&'l str>);

impl<'l> List<'l> {
    /// Adds them; gives the number of the first.
    fn all(&mut self, reasons: &'l [String]) -> u32 {
        let first = self.0.len() as u32;
        self.0.extend(reasons.iter().map(String::as_str));
        first
    }

    fn because(&mut self, named: &'l [Named]) -> Vec<Option<u32>> {
        let add = |named: &'l Named| {
            let number = self.0.len() as u32;
            self.0.push(named.because.as_deref()?);
            Some(number)
        };
        named.iter().map(add).collect()
    }
}
