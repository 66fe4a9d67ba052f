//! What matchers mean by type and object: for each event type a table from the object's code to the class,
//! made once for each dictionary.

use super::classes::Classes;
use qualify_model::{Column, EventColumns, Type, Value, text};
use qualify_plan::{Plan, PlanObject};
use qualify_vm::{Task, run_task};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// The tables of all event types.
#[derive(Clone, Debug, Default)]
pub(crate) struct Objects {
    kinds: Vec<Kind>,
    /// The dictionaries that tables were made for, held so that their addresses stay theirs.
    texts: Vec<Option<Arc<Vec<Arc<str>>>>>,
    lists: Vec<Option<Arc<Vec<Vec<Value>>>>>,
    /// The one property column that holds all objects that are tested, if it is one.
    shared: Option<usize>,
    /// The tables of all types, each of `stride` entries, if that column is of texts and they are small together.
    flat: Vec<u32>,
    stride: usize,
}

/// Entries of all tables together at most: 256 KiB.
const FLAT: usize = 1 << 16;

/// One event type.
#[derive(Clone, Debug, Default)]
struct Kind {
    /// The matchers that mean it, with their tests on its object.
    matchers: Vec<(u32, Option<Vec<PlanObject>>)>,
    /// The property column that holds the object, if a matcher tests it.
    column: Option<usize>,
    /// For each code (text, list) or number (word, yes/no) the class; the last entry is that of others and of
    /// the unknown object.
    table: Vec<u32>,
    /// For numbers without a table.
    numbers: HashMap<i64, u32>,
    /// The class of an unknown or any other object.
    other: u32,
}

/// Words up to this number are looked up in a table.
const TABLED: i64 = 1024;

impl Objects {
    /// Of a plan, without data yet.
    pub fn new(plan: &Plan) -> Objects {
        let kinds = (0..plan.schema.events.len()).map(|kind| {
            let means =
                plan.matchers.iter().enumerate().filter(|(_, m)| m.kind.is_none_or(|k| k.index() == kind));
            let tests = |m: &qualify_plan::Matcher| {
                m.object.as_ref().map(|all| all.get(kind).cloned().unwrap_or_default())
            };
            let matchers: Vec<_> = means.map(|(number, m)| (number as u32, tests(m))).collect();
            let tested =
                matchers.iter().any(|(_, tests)| tests.as_ref().is_some_and(|tests| !tests.is_empty()));
            let column = plan.needs.properties.iter().position(|p| p.places.get(kind) == Some(&Some(0)));
            Kind { matchers, column: column.filter(|_| tested), ..Kind::default() }
        });
        let kinds: Vec<Kind> = kinds.collect();
        let holding: BTreeSet<usize> = kinds.iter().filter_map(|kind| kind.column).collect();
        let shared = holding.first().copied().filter(|_| holding.len() == 1);
        let columns = plan.needs.properties.len();
        Objects {
            kinds,
            shared,
            texts: vec![None; columns],
            lists: vec![None; columns],
            ..Objects::default()
        }
    }
}

impl Classes {
    /// Makes the tables fit the dictionaries of these events.
    pub fn adopt(&mut self, plan: &Plan, events: &EventColumns) {
        let is_ready = !self.objects.kinds.iter().any(|kind| kind.table.is_empty());
        if is_ready && !events.properties.iter().enumerate().any(|(i, c)| self.objects.is_new(i, c)) {
            return;
        }
        let mut objects = std::mem::take(&mut self.objects);
        let fresh: Vec<bool> =
            events.properties.iter().enumerate().map(|(i, c)| objects.is_new(i, c)).collect();
        events.properties.iter().enumerate().for_each(|(i, column)| objects.hold(i, column));
        let mut is_flat = true;
        for (kind, entry) in objects.kinds.iter_mut().enumerate() {
            let stale = entry.column.is_some_and(|column| fresh.get(column).copied().unwrap_or(false));
            if stale || entry.table.is_empty() {
                let column = entry.column.and_then(|column| events.properties.get(column));
                let ty = plan.schema.events[kind].properties.first().map(|property| &property.ty);
                entry.tabulate(self, column, ty);
                is_flat = false;
            }
        }
        if !is_flat {
            objects.flatten(events);
        }
        self.objects = objects;
    }

    /// The classes by type and object as one table, if they are one for these events.
    pub fn flat<'a>(&'a self, events: &'a EventColumns) -> Option<FlatClasses<'a>> {
        let Objects { flat, stride, shared, .. } = &self.objects;
        let column = shared.and_then(|column| events.properties.get(column));
        match column {
            Some(Column::Text { codes, .. }) if !flat.is_empty() => {
                Some(FlatClasses { flat, stride: *stride as u32, kinds: &events.kinds, codes })
            }
            _ => None,
        }
    }

    /// The classes of the events of a range by their types and objects.
    pub fn assign(&self, events: &EventColumns, range: std::ops::Range<usize>, classes: &mut Vec<u32>) {
        classes.clear();
        if let Some(table) = self.flat(events) {
            classes.resize(range.len(), 0);
            return run_task(LookUp { table: table.of(range), classes });
        }
        let kinds = &self.objects.kinds;
        classes.extend(range.map(|event| kinds[events.kinds[event] as usize].class(events, event)));
    }
}

/// The classes of events by their types and codes of their objects.
#[derive(Clone, Copy)]
pub(crate) struct FlatClasses<'a> {
    flat: &'a [u32],
    stride: u32,
    pub kinds: &'a [u16],
    pub codes: &'a [u32],
}

impl FlatClasses<'_> {
    /// For some of the events.
    pub fn of(self, range: std::ops::Range<usize>) -> Self {
        FlatClasses { kinds: &self.kinds[range.clone()], codes: &self.codes[range], ..self }
    }

    #[inline(always)]
    pub fn class(&self, kind: u16, code: u32) -> u32 {
        let place = (kind as u32 * self.stride + code.min(self.stride - 1)) as usize;
        // there is no place beyond the table; to say it this way lets many be looked up at once
        if place < self.flat.len() { self.flat[place] } else { 0 }
    }
}

/// Looks classes up.
struct LookUp<'a> {
    table: FlatClasses<'a>,
    classes: &'a mut [u32],
}

impl Task for LookUp<'_> {
    #[inline(always)]
    fn run(self) {
        let LookUp { table, classes } = self;
        for ((class, kind), code) in classes.iter_mut().zip(table.kinds).zip(table.codes) {
            *class = table.class(*kind, *code);
        }
    }
}

impl Objects {
    /// Puts the tables of all types one behind the other, where that can be done.
    fn flatten(&mut self, events: &EventColumns) {
        self.flat.clear();
        let column = self.shared.and_then(|column| events.properties.get(column));
        self.stride = self.kinds.iter().map(|kind| kind.table.len()).max().unwrap_or(0);
        if matches!(column, Some(Column::Text { .. })) && self.stride * self.kinds.len() <= FLAT {
            for kind in &self.kinds {
                self.flat.extend_from_slice(&kind.table);
                self.flat.resize(self.flat.len() + self.stride - kind.table.len(), kind.other);
            }
        }
    }

    /// Whether the dictionary of a column is another than the one that tables were made for.
    fn is_new(&self, at: usize, column: &Column) -> bool {
        match column {
            Column::Text { dictionary, .. } => {
                !self.texts[at].as_ref().is_some_and(|held| Arc::ptr_eq(held, dictionary))
            }
            Column::List { dictionary, .. } => {
                !self.lists[at].as_ref().is_some_and(|held| Arc::ptr_eq(held, dictionary))
            }
            _ => false,
        }
    }

    /// Holds the dictionary of a column.
    fn hold(&mut self, at: usize, column: &Column) {
        match column {
            Column::Text { dictionary, .. } => self.texts[at] = Some(dictionary.clone()),
            Column::List { dictionary, .. } => self.lists[at] = Some(dictionary.clone()),
            _ => {}
        }
    }
}

impl Kind {
    fn class(&self, events: &EventColumns, event: usize) -> u32 {
        let last = self.table.len() - 1;
        match self.column.and_then(|column| events.properties.get(column)) {
            None => self.other,
            Some(Column::Text { codes, .. } | Column::List { codes, .. }) => {
                self.table[(codes[event] as usize).min(last)]
            }
            Some(Column::YesNo(values)) => match values[event] {
                1 => self.other,
                value => self.table[value as usize / 2],
            },
            Some(Column::Number { values, known }) => {
                if known.as_ref().is_some_and(|known| known[event] == 0) {
                    return self.other;
                }
                match values[event] {
                    small @ 0..TABLED => self.table[(small as usize).min(last)],
                    large => self.numbers.get(&large).copied().unwrap_or(self.other),
                }
            }
        }
    }

    fn tabulate(&mut self, classes: &mut Classes, column: Option<&Column>, ty: Option<&Type>) {
        self.other = self.set(classes, |_| false);
        let objects: Vec<u32> = match (column, ty) {
            (Some(Column::Text { dictionary, .. }), _) => self.texts(classes, dictionary),
            (Some(Column::List { dictionary, .. }), Some(Type::List(_))) => {
                let each =
                    dictionary.iter().map(|list| self.set(classes, |test| list.iter().any(|v| is(v, test))));
                each.collect()
            }
            (Some(_), _) => self.numbers(classes),
            (None, _) => Vec::new(),
        };
        self.table = objects;
        self.table.push(self.other);
    }

    /// The class of events of this type whose object passes the tests that `passes` says.
    fn set(&self, classes: &mut Classes, passes: impl Fn(&PlanObject) -> bool) -> u32 {
        let means =
            |tests: &Option<Vec<PlanObject>>| tests.as_ref().is_none_or(|tests| tests.iter().any(&passes));
        let meant = self.matchers.iter().filter(|(_, tests)| means(tests)).map(|(number, _)| *number);
        classes.of_matchers(meant)
    }

    /// One class for each text. Equal texts are found by their folded form, globs are tried.
    fn texts(&self, classes: &mut Classes, dictionary: &[Arc<str>]) -> Vec<u32> {
        let mut exact: HashMap<String, Vec<u32>> = HashMap::new();
        let (mut globs, mut always) = (Vec::new(), Vec::new());
        for (number, tests) in &self.matchers {
            match tests {
                None => always.push(*number),
                Some(tests) => {
                    for test in tests {
                        match test {
                            PlanObject::Text(wanted) => {
                                exact.entry(text::fold(wanted)).or_default().push(*number)
                            }
                            PlanObject::Glob(pattern) => globs.push((*number, pattern)),
                            PlanObject::Number(_) => {}
                        }
                    }
                }
            }
        }
        let class = |object: &Arc<str>| {
            let equal = exact.get(&text::fold(object)).into_iter().flatten().copied();
            let matching =
                globs.iter().filter(|(_, pattern)| text::matches(object, pattern)).map(|(n, _)| *n);
            classes.of_matchers(always.iter().copied().chain(equal).chain(matching))
        };
        dictionary.iter().map(class).collect()
    }

    /// Classes of small numbers as a table, of others by their value.
    fn numbers(&mut self, classes: &mut Classes) -> Vec<u32> {
        let tested = self.matchers.iter().filter_map(|(_, tests)| tests.as_ref()).flatten();
        let mut wanted: Vec<i64> = tested
            .filter_map(|test| match test {
                PlanObject::Number(number) => Some(*number),
                _ => None,
            })
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        let is = |n: i64| move |test: &PlanObject| *test == PlanObject::Number(n);
        let classed: Vec<(i64, u32)> = wanted.into_iter().map(|n| (n, self.set(classes, is(n)))).collect();
        self.numbers = classed.iter().copied().filter(|(n, _)| !(0..TABLED).contains(n)).collect();
        let small = classed.iter().filter(|(n, _)| (0..TABLED).contains(n));
        let mut table =
            vec![self.other; small.clone().map(|(n, _)| *n as usize + 1).max().unwrap_or(0).max(2)];
        small.for_each(|(n, class)| table[*n as usize] = *class);
        table
    }
}

impl Classes {
    fn of_matchers(&mut self, matchers: impl Iterator<Item = u32>) -> u32 {
        let mut set = self.empty();
        matchers.for_each(|number| set[number as usize / 64] |= 1 << (number % 64));
        self.number(set)
    }
}

/// Whether an element of a list passes a test.
fn is(value: &Value, test: &PlanObject) -> bool {
    match (value, test) {
        (Value::Text(value) | Value::Stage(value), PlanObject::Text(wanted)) => text::equal(value, wanted),
        (Value::Text(value) | Value::Stage(value), PlanObject::Glob(pattern)) => {
            text::matches(value, pattern)
        }
        (Value::Number(n) | Value::Time(n) | Value::Duration(n), PlanObject::Number(wanted)) => n == wanted,
        (Value::Date(day), PlanObject::Number(wanted)) => *day as i64 == *wanted,
        (Value::Word(word), PlanObject::Number(wanted)) => *word as i64 == *wanted,
        (Value::YesNo(yes), PlanObject::Number(wanted)) => *yes as i64 == *wanted,
        _ => false,
    }
}
