//! Sequences: events that follow each other, each strictly later than the one before and within its gap.

use crate::evaluation::{Evaluation, Scope};
use qualify_model::Step;

impl Evaluation<'_> {
    /// The events of the last step that are reached, from the oldest to the newest. Earlier events are not used
    /// up: one of them may stand before several. None if a window of any step is unknown.
    pub(crate) fn of_sequence(&self, steps: &[Step], scope: Scope) -> Option<Vec<u32>> {
        let mut each = Vec::with_capacity(steps.len());
        for step in steps {
            each.push(self.of_step(step, scope)?);
        }
        let mut each = steps.iter().zip(each);
        let (_, mut reached) = each.next()?;
        for (step, events) in each {
            reached = self.following(step, &reached, events);
        }
        Some(reached)
    }

    /// Those of the events that follow one of the reached ones. The nearest one before decides: any other lies
    /// further back.
    fn following(&self, step: &Step, reached: &[u32], events: Vec<u32>) -> Vec<u32> {
        let time = |index: u32| self.event(index).time;
        let mut earlier = 0; // so many of the reached lie before the event
        let follows = |index: &u32| {
            while earlier < reached.len() && time(reached[earlier]) < time(*index) {
                earlier += 1;
            }
            let Some(nearest) = reached[..earlier].last() else { return false };
            let in_gap = |gap| time(*nearest) > self.before(time(*index), gap);
            step.gap.as_ref().is_none_or(in_gap)
        };
        events.into_iter().filter(follows).collect()
    }
}
