//! Tables of points: which row matches, and what it gives.

use super::{Encoder, Here, Sym};
use crate::proof::circuit::Lit;
use crate::proof::int::{Int, Sum};
use crate::proof::three::Num;
use qualify_model::*;

/// The cells of a table, exactly one of which is taken; an absent one is unknown.
pub(super) type Cells = Vec<(Lit, Option<Num>)>;

impl<'m> Encoder<'_, 'm> {
    /// When each cell is taken, and what it is as the type `to`.
    pub(super) fn cells(&mut self, table: &'m Table, to: &Type, here: Here) -> Option<Cells> {
        let subject = self.value(&table.subject, here);
        if let Sym::Num(num) = &subject {
            // a subject that may leave 64 bits is held there first
            if num.int.low < i64::MIN.into() || num.int.high > i64::MAX.into() {
                return None;
            }
        }
        let known = self.is_known(&subject);
        let (mut cells, mut free) = (Vec::new(), known);
        for row in &table.rows {
            let matches = self.head(&row.head, table, here);
            let taken = self.c.and([free, matches]);
            free = self.c.and([free, !matches]);
            cells.push((taken, Some(self.number_as(&row.points, to, here)?)));
        }
        for (lit, cell) in [(free, &table.otherwise), (!known, &table.unknown)] {
            let cell = match cell {
                Some(cell) => Some(self.number_as(cell, to, here)?),
                None => None,
            };
            cells.push((lit, cell));
        }
        Some(cells)
    }

    fn head(&mut self, head: &'m Head, table: &'m Table, here: Here) -> Lit {
        let subject = &table.subject;
        match head {
            Head::Compare(how, bound) => self.compare(subject, *how, subject, bound, here).yes,
            Head::Range(low, high) => {
                let low = self.compare(subject, Comparison::GreaterOrEqual, subject, low, here);
                let high = self.compare(subject, Comparison::LessOrEqual, subject, high, here);
                self.c.and([low.yes, high.yes])
            }
            Head::In(set) => self.is_in(subject, set, here).yes,
            Head::Text(test, needles) => self.text_test(*test, subject, needles, here).yes,
        }
    }

    /// A table as a value.
    pub(super) fn cell_value(&mut self, cells: &Cells) -> Num {
        let known: Vec<Lit> =
            cells.iter().filter_map(|(lit, cell)| Some(self.c.and([*lit, cell.as_ref()?.known]))).collect();
        let sum = self.cell_sum(cells);
        Num { known: self.c.or(known), int: self.c.total(&sum, None) }
    }

    /// The points of a table; unknown ones are 0.
    pub(super) fn cell_sum(&mut self, cells: &Cells) -> Sum {
        let (mut sum, mut low, mut high) = (Sum::default(), 0, 0);
        for (lit, cell) in cells {
            let Some(Num { known, int }) = cell else { continue };
            let taken = self.c.and([*lit, *known]);
            let points = self.if_so(taken, int);
            sum.add(&points, 1);
            (low, high) = (low.min(int.low), high.max(int.high));
        }
        sum.within(low, high)
    }

    /// The number where a literal holds, else 0; of a constant in one digit.
    pub(super) fn if_so(&mut self, lit: Lit, int: &Int) -> Int {
        match int.fixed() {
            Some(0) => int.clone(),
            Some(value) => Int::of_lit(lit, value),
            None => self.c.gated(lit, int),
        }
    }

    /// A table in words and by what it hangs on.
    pub(super) fn table_described(&mut self, table: &'m Table, here: Here) -> Option<(String, Vec<Sym>)> {
        let (mut label, mut parts) = (String::from("table"), vec![self.value(&table.subject, here)]);
        for row in &table.rows {
            match &row.head {
                Head::Compare(how, bound) => {
                    label += &format!(" {how:?}");
                    parts.push(self.value(bound, here));
                }
                Head::Range(low, high) => {
                    label += " range";
                    parts.extend([self.value(low, here), self.value(high, here)]);
                }
                Head::In(Set::Values(values)) => label += &format!(" {values:?}"),
                Head::In(Set::List(id)) => {
                    label += &format!(" {:?}", self.model(here).lists[id.index()].values);
                }
                Head::In(Set::Attribute(_)) => return None,
                Head::Text(test, needles) => {
                    label += &format!(" {test:?} {}", needles.len());
                    parts.extend(needles.iter().map(|needle| self.value(needle, here)));
                }
            }
            parts.push(self.value(&row.points, here));
        }
        for cell in [&table.otherwise, &table.unknown] {
            label += if cell.is_some() { " cell" } else { " none" };
            parts.extend(cell.iter().map(|cell| self.value(cell, here)));
        }
        Some((label, parts))
    }
}
