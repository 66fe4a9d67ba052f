//! Tables: the first row that matches. Over a number a table is one piecewise constant function.

use super::truth::decimals;
use super::value::decimals_of;
use super::{Computed, Lowered, Lowering, Scope};
use crate::*;
use qualify_diagnostics::Span;
use qualify_model::{Comparison, Expr, Head, Set, Table, Type, exact};
use std::collections::BTreeSet;

/// What a table comes to.
pub(crate) struct Cell {
    /// The points of the matching row.
    pub(crate) points: N,
    /// Whether a rule of the table fires: a row matches, or the subject is unknown. Never unknown.
    pub(crate) fired: T,
}

/// The values that a row takes, from the first to the last; several for lists of values.
type Ranges = Vec<(i64, i64)>;

impl<'m> Lowering<'m> {
    pub(crate) fn table(&mut self, table: &'m Table, to: &Type, scope: Scope) -> Lowered<Cell> {
        let subject = self.value(&table.subject, scope)?;
        let cells = table.rows.iter().map(|row| self.cell(&row.points, to)).collect::<Lowered<Vec<_>>>()?;
        let otherwise = table.otherwise.as_ref().map(|cell| self.cell(cell, to)).transpose()?;
        let unknown = table.unknown.as_ref().map(|cell| self.cell(cell, to)).transpose()?.flatten();
        // the place of the row that matches; behind the last for every other known value
        let rows = cells.len() as i64;
        let all = |rest: Option<i64>| cells.iter().copied().chain([rest]).collect::<Vec<_>>();
        let fires = |rest: bool| {
            let each = cells.iter().map(|_| Some(1)).chain([rest.then_some(1)]);
            each.collect::<Vec<Option<i64>>>()
        };
        if let Computed::Number(number) = subject
            && let Some(ranges) = self.all_ranges(table)
        {
            let units = self.units(number);
            let (edges, places) = steps(&ranges);
            let values = |of: Vec<Option<i64>>| {
                places.iter().map(|place| of[place.map_or(rows as usize, |place| place)]).collect()
            };
            let points = Bins { edges: edges.clone(), values: values(all(otherwise.flatten())), unknown };
            let points = self.bins(units, points);
            let fired = Bins { edges, values: values(fires(otherwise.is_some())), unknown: Some(1) };
            let fired = self.bins(units, fired);
            return Ok(Cell { points, fired: self.known_number(fired) });
        }
        let mut conditions = Vec::new();
        for row in &table.rows {
            conditions.push(self.head(&row.head, (subject, &table.subject.ty), scope)?);
        }
        let place = self.first(conditions);
        let known = self.known(subject);
        let points = self.by_place(place, cells.clone(), otherwise.flatten());
        let of_unknown = match unknown {
            Some(points) => self.number_constant(points),
            None => self.unknown_number(),
        };
        // of an unknown subject no row matches
        let points =
            if unknown == otherwise.flatten() { points } else { self.select(known, points, of_unknown) };
        let fired = match otherwise {
            Some(_) => self.yes(),
            None => {
                let (matched, open) = (self.known_number(place), self.not(known));
                self.or(matched, open)
            }
        };
        Ok(Cell { points, fired })
    }

    /// A constant in the units of a type; none if it is unknown.
    fn cell(&mut self, cell: &'m Expr, to: &Type) -> Lowered<Option<i64>> {
        let number = self.number_as(cell, to, Scope::of(qualify_model::Target::Total))?;
        let units = self.units(number);
        match self.constant_of(units) {
            Some(units) => Ok(Some(units)),
            None if units == self.unknown_number() => Ok(None),
            None => self.unsupported("a cell that is not constant", cell.span),
        }
    }

    fn head(&mut self, head: &'m Head, subject: (Computed, &'m Type), scope: Scope) -> Lowered<T> {
        let mut against = |how: Comparison, bound: &'m Expr| {
            let value = self.value(bound, scope)?;
            self.compare_values(how, subject, (value, &bound.ty), bound.span)
        };
        match head {
            Head::Compare(how, bound) => against(*how, bound),
            Head::Range(low, high) => {
                let at_least = against(Comparison::GreaterOrEqual, low)?;
                let at_most = against(Comparison::LessOrEqual, high)?;
                Ok(self.and(at_least, at_most))
            }
            Head::In(set) => self.is_in(subject, set, self.span_of(set), scope),
            Head::Text(test, needles) => {
                let span = needles.first().map_or_else(Span::default, |needle| needle.span);
                self.text_test(*test, subject, needles, span, scope)
            }
        }
    }

    fn span_of(&self, set: &Set) -> Span {
        match set {
            Set::List(id) => self.model.lists[id.index()].span,
            Set::Attribute(list) => list.span,
            Set::Values(_) => Span::default(),
        }
    }

    /// For each row the values it takes, if all of them are constants; an empty range takes none.
    fn all_ranges(&mut self, table: &'m Table) -> Option<Vec<Ranges>> {
        let ty = &table.subject.ty;
        decimals_of(ty)?;
        table.rows.iter().map(|row| self.ranges(&row.head, ty)).collect()
    }

    fn ranges(&mut self, head: &'m Head, ty: &Type) -> Option<Ranges> {
        const MIN: i128 = i64::MIN as i128;
        const MAX: i128 = i64::MAX as i128;
        let range = |low: i128, high: i128| {
            let inside = low <= high && low <= MAX && high >= MIN;
            if inside { vec![(low.max(MIN) as i64, high.min(MAX) as i64)] } else { Vec::new() }
        };
        Some(match head {
            Head::Compare(how, bound) => {
                let (floor, ceiling) = self.bound_in(bound, ty)?;
                match how {
                    Comparison::Equal => range(ceiling, floor),
                    Comparison::NotEqual => {
                        let mut both = range(MIN, ceiling - 1);
                        both.extend(range(floor + 1, MAX));
                        both
                    }
                    Comparison::Less => range(MIN, ceiling - 1),
                    Comparison::LessOrEqual => range(MIN, floor),
                    Comparison::Greater => range(floor + 1, MAX),
                    Comparison::GreaterOrEqual => range(ceiling, MAX),
                }
            }
            Head::Range(low, high) => {
                let ((_, from), (to, _)) = (self.bound_in(low, ty)?, self.bound_in(high, ty)?);
                range(from, to)
            }
            Head::In(set) => {
                let (values, set_ty) = match set {
                    Set::Values(values) => (values, ty),
                    Set::List(id) => {
                        let list = &self.model.lists[id.index()];
                        (&list.values, &list.ty)
                    }
                    Set::Attribute(_) => return None,
                };
                decimals_of(set_ty)?;
                let numbers = self.set_of_numbers(values, set_ty, ty);
                numbers.into_iter().map(|number| (number, number)).collect()
            }
            Head::Text(test, needles) => {
                // tests on the words of a vocabulary
                let Type::OneOf(id) = ty else { return None };
                let mut texts = Vec::new();
                for needle in needles {
                    let value = self.value(needle, Scope::of(qualify_model::Target::Total)).ok()?;
                    let text = self.as_text(value, &needle.ty)?;
                    texts.push(self.constant_text(text)?);
                }
                let words = &self.model.schema.vocabulary(*id).words;
                let passing = words
                    .iter()
                    .enumerate()
                    .filter(|(_, word)| super::membership::passes(*test, &word.name, &texts));
                passing.map(|(place, _)| (place as i64, place as i64)).collect()
            }
        })
    }

    /// A constant between two units of a type: the greatest that is not above it, the least that is not below.
    fn bound_in(&mut self, bound: &'m Expr, ty: &Type) -> Option<(i128, i128)> {
        let value = self.value(bound, Scope::of(qualify_model::Target::Total)).ok()?;
        let Computed::Number(number) = value else { return None };
        let units = self.constant(number)?;
        Some(match (&bound.ty, ty) {
            (Type::Date, Type::Time) => {
                let start = self.zone.start_of_day(units as i32) as i128;
                (start, start)
            }
            (Type::Time, Type::Date) => {
                let day = self.zone.day(units as i64);
                let start = self.zone.start_of_day(day) as i128;
                let day = day as i128;
                match start.cmp(&units) {
                    std::cmp::Ordering::Less => (day, day + 1),
                    std::cmp::Ordering::Equal => (day, day),
                    std::cmp::Ordering::Greater => (day - 1, day),
                }
            }
            (from, to) if decimals(from) <= decimals(to) => {
                let exact = exact::rescale(units, decimals(from), decimals(to));
                (exact, exact)
            }
            (from, to) => {
                let unit = exact::power_of_ten(decimals(from) - decimals(to));
                (units.div_euclid(unit), -(-units).div_euclid(unit))
            }
        })
    }
}

/// Where the first row that takes a value changes, and which it is from there on: behind an edge stands one more
/// place than edges.
fn steps(rows: &[Ranges]) -> (Vec<i64>, Vec<Option<usize>>) {
    let mut changes: Vec<(i64, bool, usize)> = Vec::new(); // from there on a row begins or ends
    let mut open = BTreeSet::new();
    for (row, ranges) in rows.iter().enumerate() {
        // of a row with many ranges that overlap, each is an entry of its own
        for (low, high) in ranges {
            changes.push((*low, true, row));
            if *high < i64::MAX {
                changes.push((*high + 1, false, row));
            }
        }
    }
    changes.sort_unstable();
    let mut counts = vec![0usize; rows.len()];
    let (mut edges, mut places) = (Vec::new(), vec![None]);
    let mut changes = changes.into_iter().peekable();
    while let Some((at, begins, row)) = changes.next() {
        if begins {
            counts[row] += 1;
            open.insert(row);
        } else {
            counts[row] -= 1;
            if counts[row] == 0 {
                open.remove(&row);
            }
        }
        if changes.peek().is_some_and(|next| next.0 == at) {
            continue;
        }
        let place = open.first().copied();
        if places.last() != Some(&place) {
            edges.push(at);
            places.push(place);
        }
    }
    (edges, places)
}
