//! Columns of properties. Types of events share one where their properties are read together, or are called and
//! typed the same, and no event would show a value that it does not have.

use super::uses::{Uses, property_type};
use qualify_model::{Property, PropertyColumn, Schema, Type};
use std::collections::HashMap;

/// Where properties are found.
#[derive(Default)]
pub(super) struct Columns {
    /// For each type of event and place the column.
    of_pair: HashMap<(u32, u32), u32>,
}

impl Columns {
    /// Gives each pair that is used a column.
    pub(super) fn new(schema: &Schema, uses: &Uses) -> (Columns, Vec<PropertyColumn>) {
        let mut columns: Vec<PropertyColumn> = Vec::new();
        let mut found = Columns::default();
        let mut alike: HashMap<(&Type, Vec<usize>, &str), Vec<u32>> = HashMap::new();
        for pair in &uses.pairs {
            let (kind, place) = (pair.0 as usize, pair.1 as usize);
            let Some(ty) = property_type(schema, *pair) else { continue };
            let holds = |set: &Vec<Option<u32>>| set.get(kind) == Some(&Some(pair.1));
            let sets: Vec<usize> = (0..uses.shared.len()).filter(|i| holds(&uses.shared[*i])).collect();
            let name = if sets.is_empty() { schema.events[kind].properties[place].name.as_str() } else { "" };
            let candidates = alike.entry((ty, sets, name)).or_default();
            let free = candidates.iter().copied().find(|c| columns[*c as usize].places[kind].is_none());
            let column = free.unwrap_or_else(|| {
                let places = vec![None; schema.events.len()];
                columns.push(PropertyColumn { ty: ty.clone(), places });
                candidates.push(columns.len() as u32 - 1);
                columns.len() as u32 - 1
            });
            columns[column as usize].places[kind] = Some(pair.1);
            found.of_pair.insert(*pair, column);
        }
        (found, columns)
    }

    /// The columns in which the values of a property stand, each once.
    pub(super) fn of(&self, property: &Property) -> Vec<u32> {
        let places = property.places.iter().enumerate();
        let pairs = places.filter_map(|(kind, place)| Some((kind as u32, (*place)?)));
        let mut columns: Vec<u32> = pairs.filter_map(|pair| self.of_pair.get(&pair).copied()).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }
}
