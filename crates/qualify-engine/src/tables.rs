//! The tables of a worker: what is computed once for each value of a column, made anew when a batch brings another
//! dictionary.

use crate::engine::Engine;
use qualify_model::{Column, LeadColumns, Value};
use qualify_plan::{Instruction, Plan, TableAt};
use qualify_vm::{Dictionary, Registers, TableColumns, Tallies};
use std::sync::Arc;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    columns: Vec<TableColumns>,
    /// What each table was computed for; held, so that its address stays its own.
    held: Vec<Option<Held>>,
}

#[derive(Debug)]
enum Held {
    Texts(Arc<Vec<Arc<str>>>),
    Lists(Arc<Vec<Vec<Value>>>),
}

impl Held {
    fn is(&self, column: &Column) -> bool {
        match (self, column) {
            (Held::Texts(held), Column::Text { dictionary, .. }) => Arc::ptr_eq(held, dictionary),
            (Held::Lists(held), Column::List { dictionary, .. }) => Arc::ptr_eq(held, dictionary),
            _ => false,
        }
    }
}

impl Tables {
    /// Of a plan, without data yet.
    pub fn new(plan: &Plan) -> Tables {
        let count = plan.tables.len();
        Tables { columns: vec![TableColumns::default(); count], held: (0..count).map(|_| None).collect() }
    }

    /// The outputs of all tables.
    pub fn columns(&self) -> &[TableColumns] {
        &self.columns
    }

    /// Makes the tables fit the dictionaries of these leads. What was tallied by codes of the old ones is made
    /// points of rules first.
    pub fn adopt(
        &mut self,
        engine: &Engine,
        leads: &LeadColumns,
        registers: &mut Registers,
        tallies: &mut Tallies,
    ) {
        let plan = &engine.plan;
        let column = |table: usize| leads.attributes.get(plan.tables[table].attribute as usize)?.as_ref();
        let is_stale = |table: &usize| match (&self.held[*table], column(*table)) {
            (Some(held), Some(column)) => !held.is(column),
            _ => true,
        };
        let stale: Vec<usize> = (0..plan.tables.len()).filter(is_stale).collect();
        if stale.is_empty() {
            return;
        }
        tallies.settle(plan, &self.columns);
        for table in stale {
            let none = Arc::default();
            let (dictionary, held) = match column(table) {
                Some(Column::Text { dictionary, .. }) => {
                    (Dictionary::Texts(dictionary), Some(Held::Texts(dictionary.clone())))
                }
                Some(Column::List { dictionary, .. }) => {
                    (Dictionary::Lists(dictionary), Some(Held::Lists(dictionary.clone())))
                }
                _ => (Dictionary::Texts(&none), None),
            };
            let of = (&**plan, &*engine.prepared, &engine.bound);
            self.columns[table].renew(of, TableAt(table as u32), dictionary, registers);
            self.columns[table].settle();
            self.held[table] = held;
        }
        tallies.make_room(plan, &self.columns);
    }

    /// Makes the tables fit the values of one lead, without holding them or tallying anything. Dictionaries of texts
    /// only grow from lead to lead; before they begin anew, see [`Tables::forget`].
    pub fn adopt_one(&mut self, engine: &Engine, leads: &LeadColumns, registers: &mut Registers) {
        let of = (&*engine.plan, &*engine.prepared, &engine.bound);
        for (at, table) in engine.plan.tables.iter().enumerate() {
            let (columns, at) = (&mut self.columns[at], TableAt(at as u32));
            match leads.attributes.get(table.attribute as usize) {
                Some(Some(Column::Text { dictionary, .. })) => {
                    columns.grow(of, at, Dictionary::Texts(dictionary), registers);
                }
                Some(Some(Column::List { dictionary, .. })) => {
                    columns.renew(of, at, Dictionary::Lists(dictionary), registers);
                }
                _ => {}
            }
        }
    }

    /// Forgets what depends on the instant.
    pub fn move_to(&mut self, plan: &Plan) {
        for (table, columns) in plan.tables.iter().zip(&mut self.columns) {
            if table.program.code.iter().any(Instruction::asks_instant) {
                *columns = TableColumns::default();
            }
        }
    }

    /// Forgets what was computed of a column.
    pub fn forget(&mut self, engine: &Engine, attribute: usize) {
        let of_column = engine.plan.tables.iter().zip(&mut self.columns);
        let of_column = of_column.filter(|(table, _)| table.attribute as usize == attribute);
        of_column.for_each(|(_, columns)| *columns = TableColumns::default());
    }
}
