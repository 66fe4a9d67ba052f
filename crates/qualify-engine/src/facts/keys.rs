//! Keys of property values: two values have the same key exactly if they count as equal. Texts and lists are
//! looked at once for each entry of a dictionary.

use super::values::{hash_list, hash_text, same_lists};
use qualify_model::{Column, EventColumns, Type, UNKNOWN, Value, text};
use qualify_plan::{Ask, GroupBy, Plan};
use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;

const OPEN: u32 = u32::MAX;

/// The property columns of a plan, and behind them the joined ones.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    columns: Vec<Source>,
}

/// Where the values of a column stand.
#[derive(Clone, Debug, Default)]
struct Source {
    parts: Vec<Part>,
    /// Words are read as texts.
    as_text: bool,
    /// Keys are asked for.
    keyed: bool,
    pool: Pool,
}

#[derive(Clone, Debug, Default)]
struct Part {
    column: usize,
    /// The words of a vocabulary that are read as texts.
    words: Option<Arc<Vec<Arc<str>>>>,
    held: Held,
    /// For each code the number of its key in the pool.
    known: Vec<u32>,
}

/// The dictionary that keys were made for; holding it keeps its address its own.
#[derive(Clone, Debug, Default)]
enum Held {
    #[default]
    Nothing,
    Texts(Arc<Vec<Arc<str>>>),
    Lists(Arc<Vec<Vec<Value>>>),
}

/// Different values, each once: a table with open addresses.
#[derive(Clone, Debug, Default)]
struct Pool {
    /// Hash, part and code of the first that was met.
    entries: Vec<(u64, u32, u32)>,
    table: Vec<u32>,
}

/// A value of a property.
pub(crate) enum Read<'a> {
    Truth(u8),
    Number(i64),
    Text(&'a Arc<str>),
    List(&'a Arc<Vec<Vec<Value>>>, u32),
}

impl Keys {
    pub fn new(plan: &Plan) -> Keys {
        let properties = &plan.needs.properties;
        let words = |column: u32| match properties.get(column as usize).map(|property| &property.ty) {
            Some(Type::OneOf(id)) => {
                let words = plan.schema.vocabularies.get(id.index()).map_or(&[][..], |v| &v.words);
                Some(Arc::new(words.iter().map(|word| Arc::from(word.name.as_str())).collect::<Vec<_>>()))
            }
            _ => None,
        };
        let own = (0..properties.len())
            .map(|column| Source { parts: vec![Part { column, ..Part::default() }], ..Source::default() });
        let joined = plan.joined.iter().map(|columns| {
            let ty = |column: &u32| properties.get(*column as usize).map(|property| &property.ty);
            let as_text = columns.iter().any(|column| ty(column) != columns.first().and_then(ty));
            let part = |column: &u32| Part {
                column: *column as usize,
                words: if as_text { words(*column) } else { None },
                ..Part::default()
            };
            Source { parts: columns.iter().map(part).collect(), as_text, ..Source::default() }
        });
        let mut keys = Keys { columns: own.chain(joined).collect() };
        for fact in &plan.facts {
            let column = match &fact.ask {
                Ask::Different(column) => Some(*column),
                Ask::Groups { by: GroupBy::Property(column), .. } => Some(*column),
                Ask::Each(each) => each.different,
                _ => None,
            };
            if let Some(source) = column.and_then(|column| keys.columns.get_mut(column as usize)) {
                source.keyed = true;
            }
        }
        keys
    }

    /// Makes ready for the dictionaries of a batch.
    pub fn adopt(&mut self, events: &EventColumns) {
        self.columns.iter_mut().filter(|source| source.keyed).for_each(|source| source.adopt(events));
    }

    /// The key of an event of the batch; none if the value is unknown.
    pub fn key(&mut self, column: u32, events: &EventColumns, event: usize) -> Option<i64> {
        let Source { parts, pool, as_text, .. } = self.columns.get_mut(column as usize)?;
        for place in 0..parts.len() {
            let code = match events.properties.get(parts[place].column) {
                Some(Column::YesNo(values)) if values[event] != 1 => return Some(values[event] as i64),
                Some(Column::Number { values, known }) => {
                    if known.as_ref().is_some_and(|known| known[event] == 0) {
                        continue;
                    }
                    if !*as_text {
                        return Some(values[event]);
                    }
                    values[event] as u32
                }
                Some(Column::Text { codes, .. } | Column::List { codes, .. }) if codes[event] != UNKNOWN => {
                    codes[event]
                }
                _ => continue,
            };
            if let Some(known) = parts[place].known.get(code as usize) {
                return Some(match *known {
                    OPEN => pool.number(parts, place, code) as i64,
                    known => known as i64,
                });
            }
        }
        None
    }

    /// The value of an event of the batch, if it is known.
    pub fn read<'a>(&'a self, column: u32, events: &'a EventColumns, event: usize) -> Option<Read<'a>> {
        let source = self.columns.get(column as usize)?;
        source.parts.iter().find_map(|part| match events.properties.get(part.column)? {
            Column::YesNo(values) => (values[event] != 1).then_some(Read::Truth(values[event])),
            Column::Number { values, known } => {
                if known.as_ref().is_some_and(|known| known[event] == 0) {
                    return None;
                }
                match &part.words {
                    Some(words) => words.get(values[event] as usize).map(Read::Text),
                    None => Some(Read::Number(values[event])),
                }
            }
            Column::Text { codes, dictionary } => dictionary.get(codes[event] as usize).map(Read::Text),
            Column::List { codes, dictionary } => {
                let code = codes[event];
                ((code as usize) < dictionary.len()).then_some(Read::List(dictionary, code))
            }
        })
    }
}

impl Source {
    fn adopt(&mut self, events: &EventColumns) {
        let stale = self.parts.iter().any(|part| !part.holds(events.properties.get(part.column)));
        if !stale {
            return;
        }
        self.pool.entries.clear();
        self.pool.table.fill(OPEN);
        self.parts.iter_mut().for_each(|part| part.hold(events.properties.get(part.column)));
    }
}

impl Part {
    fn holds(&self, column: Option<&Column>) -> bool {
        match (column, &self.held) {
            (Some(Column::Text { dictionary, .. }), Held::Texts(held)) => Arc::ptr_eq(dictionary, held),
            (Some(Column::List { dictionary, .. }), Held::Lists(held)) => Arc::ptr_eq(dictionary, held),
            (Some(Column::Text { .. } | Column::List { .. }), _) => false,
            (_, Held::Nothing) => self.words.is_none(),
            (_, _) => self.words.is_some(),
        }
    }

    fn hold(&mut self, column: Option<&Column>) {
        let entries;
        (self.held, entries) = match (column, &self.words) {
            (Some(Column::Text { dictionary, .. }), _) => (Held::Texts(dictionary.clone()), dictionary.len()),
            (Some(Column::List { dictionary, .. }), _) => (Held::Lists(dictionary.clone()), dictionary.len()),
            (_, Some(words)) => (Held::Texts(words.clone()), words.len()),
            _ => (Held::Nothing, 0),
        };
        self.known.clear();
        self.known.resize(entries, OPEN);
    }

    fn hash(&self, code: u32) -> u64 {
        let mut hasher = DefaultHasher::new();
        match &self.held {
            Held::Texts(texts) => hash_text(&texts[code as usize], &mut hasher),
            Held::Lists(lists) => hash_list(&lists[code as usize], &mut hasher),
            Held::Nothing => {}
        }
        hasher.finish()
    }

    fn same(&self, code: u32, other: &Part, other_code: u32) -> bool {
        match (&self.held, &other.held) {
            (Held::Texts(a), Held::Texts(b)) => text::equal(&a[code as usize], &b[other_code as usize]),
            (Held::Lists(a), Held::Lists(b)) => same_lists(&a[code as usize], &b[other_code as usize]),
            _ => false,
        }
    }
}

impl Pool {
    /// The number of a value that was not met with this code before.
    fn number(&mut self, parts: &mut [Part], place: usize, code: u32) -> u32 {
        if self.table.len() < (self.entries.len() + 1) * 2 {
            self.grow();
        }
        let hash = parts[place].hash(code);
        let mask = self.table.len() - 1;
        let mut at = hash as usize & mask;
        let number = loop {
            let number = self.table[at];
            if number == OPEN {
                let number = self.entries.len() as u32;
                self.table[at] = number;
                self.entries.push((hash, place as u32, code));
                break number;
            }
            let (other_hash, other, other_code) = self.entries[number as usize];
            if other_hash == hash && parts[place].same(code, &parts[other as usize], other_code) {
                break number;
            }
            at = (at + 1) & mask;
        };
        parts[place].known[code as usize] = number;
        number
    }

    fn grow(&mut self) {
        let size = ((self.entries.len() + 1) * 4).next_power_of_two().max(64);
        self.table.clear();
        self.table.resize(size, OPEN);
        for (number, (hash, ..)) in self.entries.iter().enumerate() {
            let mut at = *hash as usize & (size - 1);
            while self.table[at] != OPEN {
                at = (at + 1) & (size - 1);
            }
            self.table[at] = number as u32;
        }
    }
}
