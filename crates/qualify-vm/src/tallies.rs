//! What rules did, counted while programs run.

use crate::{TableColumn, TableColumns};
use qualify_model::Tally;
use qualify_plan::Plan;

/// Counts of rules, and of codes for the rules that look at a code only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tallies {
    /// Rules counted one by one.
    pub rules: Tally,
    /// For each of [`Plan::code_tallies`] how often each code was met; the last entry is unknown. They grow
    /// as codes are met.
    pub codes: Vec<Vec<u64>>,
    /// For each of them whether any code was counted since they were settled.
    pub are_counted: Vec<bool>,
}

impl Tallies {
    /// Nothing was counted yet. A code tally has room for the codes of its table.
    pub fn new(plan: &Plan, tables: &[TableColumns]) -> Tallies {
        let entries = |table: u32| {
            let outputs = tables.get(table as usize).and_then(|table| table.outputs.first());
            outputs.map_or(1, TableColumn::len)
        };
        Tallies {
            rules: Tally::new(plan.labels.rules.len()),
            codes: plan.code_tallies.iter().map(|tally| vec![0; entries(tally.table)]).collect(),
            are_counted: vec![false; plan.code_tallies.len()],
        }
    }

    /// Makes rules of the codes that were counted, with the outputs of the tables that they are codes of. The
    /// codes begin at nothing again: to be called before tables change, too.
    pub fn settle(&mut self, plan: &Plan, tables: &[TableColumns]) {
        let all = plan.code_tallies.iter().zip(&mut self.codes).zip(&mut self.are_counted);
        for ((tally, counts), are_counted) in all {
            if !std::mem::take(are_counted) {
                continue; // all are nothing
            }
            let Some(table) = tables.get(tally.table as usize) else { continue };
            for (rule, fired, points) in &tally.rules {
                let fired = table.outputs.get(*fired as usize);
                let points = table.outputs.get(*points as usize);
                let (Some(TableColumn::Truth(fired)), Some(TableColumn::Number { values, .. })) =
                    (fired, points)
                else {
                    continue;
                };
                let rule = rule.index();
                let (Some(leads), Some(sum)) =
                    (self.rules.leads.get_mut(rule), self.rules.points.get_mut(rule))
                else {
                    continue;
                };
                for ((count, fired), points) in counts.iter().zip(fired).zip(values) {
                    if *fired == 2 {
                        *leads += count;
                        *sum = sum.saturating_add((*points as i128).saturating_mul(*count as i128));
                    }
                }
            }
            let entries = table.outputs.first().map_or(1, TableColumn::len);
            counts.clear();
            counts.resize(entries, 0);
        }
    }

    /// Counts with room for the codes of these tables: to be called after tables have changed.
    pub fn make_room(&mut self, plan: &Plan, tables: &[TableColumns]) {
        *self = Tallies { rules: std::mem::take(&mut self.rules), ..Tallies::new(plan, tables) };
    }
}
