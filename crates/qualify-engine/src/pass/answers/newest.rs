//! The newest event of each lead in a spot.

use super::Block;
use qualify_vm::{SlotColumn, Task};

/// Puts the instants into a number column; unknown where there is no event.
pub(super) struct Newest<'a, 'b> {
    pub block: &'b Block<'a>,
    pub spot: usize,
    pub column: &'b mut SlotColumn,
}

impl Task for Newest<'_, '_> {
    #[inline(always)]
    fn run(self) {
        let block = *self.block;
        let SlotColumn::Number { values, known } = self.column else { return };
        let (values, known) = (&mut values[..block.leads], &mut known[..block.leads]);
        let times = block.times;
        if let Some(means) = block.cells.asking(self.spot) {
            let is_meant = |event: &usize| means[block.cell_of[*event] as usize] != 0;
            for row in 0..block.leads {
                let mut events = block.events_of(row);
                let newest = match block.is_by_time {
                    true => events.rfind(is_meant).map(|event| times[event]),
                    false => events.filter(is_meant).map(|event| times[event]).max(),
                };
                known[row] = newest.is_some() as u8;
                values[row] = newest.unwrap_or(0);
            }
            return;
        }
        values.fill(i64::MIN);
        known.fill(0);
        for event in block.lists.in_spot(block.cells, self.spot).flatten() {
            let row = block.lists.rows[*event as usize] as usize;
            values[row] = values[row].max(times[*event as usize]);
            known[row] = 1;
        }
        values.iter_mut().zip(known).filter(|(_, known)| **known == 0).for_each(|(value, _)| *value = 0);
    }
}
