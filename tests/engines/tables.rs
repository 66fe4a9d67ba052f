//! Leads and their events as tables, in every form that data has: files of four formats and tables in memory, in small
//! groups of rows with dictionaries of their own; keys of all kinds; one table of events or one for each type; events
//! in the order of their leads or in none.
//!
//! Not in here: scoring, comparing.

use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use qualify_data::arrow::array::*;
use qualify_data::arrow::datatypes::{DataType, Field, Int32Type, Schema as TableSchema};
use qualify_data::{Project, Tables};
use qualify_model::calendar::{format_day, format_instant};
use qualify_model::{Event, EventType, Lead, NumberKind, Schema, Type, Value, exact};
use qualify_tests::agree::Dice;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

/// Where tables are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    /// Held by the caller.
    Memory,
    Parquet,
    Csv,
    JsonLines,
}

/// The keys that leads have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// `7, 8, 9`.
    Close,
    /// Whole numbers in no order, far from each other.
    Scattered,
    /// No numbers.
    Texts,
}

/// How leads become tables.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    pub store: Store,
    pub keys: Keys,
    /// A table of events for each type, with its own types of columns.
    pub of_each_type: bool,
    /// Events stand in no order.
    pub shuffled: bool,
    /// There are events of leads that are not there.
    pub strangers: bool,
    /// Rows of a group at most.
    pub group: usize,
    /// Of what is left to chance.
    pub seed: u64,
}

impl Form {
    /// Any form.
    pub fn random(dice: &mut Dice) -> Form {
        Form {
            store: *dice.one(&[Store::Memory, Store::Memory, Store::Parquet, Store::Csv, Store::JsonLines]),
            keys: *dice.one(&[Keys::Close, Keys::Close, Keys::Scattered, Keys::Texts]),
            of_each_type: dice.chance(50),
            shuffled: dice.chance(50),
            strangers: dice.chance(30),
            group: *dice.one(&[2, 3, 5, 20, 1000]),
            seed: dice.wild() as u64,
        }
    }

    /// The form for very many events.
    pub fn of_many(self) -> Form {
        Form { store: Store::Memory, group: 100_000, ..self }
    }

    /// The key of the lead of that number.
    pub fn key(self, number: usize) -> String {
        match self.keys {
            Keys::Close => (number + 7).to_string(),
            Keys::Scattered => (number as i64 * 7_919_000_003 % 1_000_003 * 1_000_000_007 - 3).to_string(),
            Keys::Texts => format!("key {number}"),
        }
    }

    /// The project of the leads; its files are put into the folder.
    pub fn project(self, folder: &Path, schema: &Schema, leads: &[Lead]) -> Project {
        let mut making =
            Making { form: self, dice: Dice::of_seed(self.seed), schema, folder, tables: Tables::default() };
        let mut manifest = String::from("model = \"model.qualify\"\n");
        let file = making.write("leads", making.leads(leads));
        let _ = writeln!(manifest, "[[leads]]\nfiles = \"{file}\"");
        let mut events: Vec<Row> = leads
            .iter()
            .flat_map(|lead| lead.events.iter().map(|event| Row { lead: &lead.key, event }))
            .collect();
        let stranger = self.key(leads.len() + 3);
        if let (true, Some(event)) = (self.strangers, events.first().map(|row| row.event)) {
            events.push(Row { lead: &stranger, event });
        }
        if self.shuffled {
            for place in (1..events.len()).rev() {
                events.swap(place, making.dice.below(place + 1));
            }
        }
        let groups: Vec<(String, Vec<&EventType>)> = match self.of_each_type {
            true => schema.events.iter().map(|event| (event.name.clone(), vec![event])).collect(),
            false => vec![("events".into(), schema.events.iter().collect())],
        };
        for (name, types) in groups.iter().filter(|(_, types)| !types.is_empty()) {
            let rows: Vec<&Row<'_>> =
                events.iter().filter(|row| types.contains(&schema.event(row.event.kind))).collect();
            let table = making.events(types, &rows);
            let file = making.write(name, table);
            let kind = match self.of_each_type {
                true => format!("type = \"{name}\""),
                false => "type_column = \"what\"".into(),
            };
            let _ = writeln!(
                manifest,
                "[[events]]\nfiles = \"{file}\"\nlead = \"of_lead\"\ntime = \"happened\"\n{kind}\nunknown_leads = \"ignore\""
            );
        }
        std::fs::write(folder.join("qualify.toml"), manifest).expect("the manifest can be written");
        let mut project = qualify_data::open(folder).unwrap_or_else(|errors| panic!("{errors}"));
        project.tables = making.tables;
        project
    }
}

/// An event and its lead's key.
struct Row<'r> {
    lead: &'r str,
    event: &'r Event,
}

/// A column: its name, its type, unless its values have several, and its values.
struct Column<'r> {
    name: String,
    ty: Option<Type>,
    values: Vec<Option<Cell<'r>>>,
}

/// A value, with the type that it has.
#[derive(Clone)]
enum Cell<'r> {
    Value(&'r Value, &'r Type),
    Own(Value),
    Key(&'r str),
}

struct Making<'m> {
    form: Form,
    dice: Dice,
    schema: &'m Schema,
    folder: &'m Path,
    tables: Tables,
}

const TIME: Type = Type::Time;
const TEXT: Type = Type::Text(qualify_model::TextKind::Plain);

impl<'m> Making<'m> {
    fn leads<'r>(&self, leads: &'r [Lead]) -> Vec<Column<'r>>
    where
        'm: 'r,
    {
        let keys = leads.iter().map(|lead| Some(Cell::Key(&lead.key))).collect();
        let mut columns = vec![Column { name: self.schema.lead_key.clone(), ty: None, values: keys }];
        for (place, attribute) in self.schema.attributes.iter().enumerate() {
            let name = attribute.from.first().cloned().unwrap_or_else(|| attribute.path());
            let ty = &attribute.ty;
            let value = |lead: &'r Lead| Some(Cell::Value(lead.attributes[place].as_ref()?, ty));
            let values = leads.iter().map(value).collect();
            add(&mut columns, Column { name, ty: Some(ty.clone()), values });
        }
        columns
    }

    fn events<'r>(&self, types: &[&'m EventType], rows: &[&Row<'r>]) -> Vec<Column<'r>>
    where
        'm: 'r,
    {
        let own = |value: Value| Some(Cell::Own(value));
        let kind = |row: &Row<'r>| self.schema.event(row.event.kind);
        let mut columns = vec![
            Column {
                name: "of_lead".into(),
                ty: None,
                values: rows.iter().map(|row| Some(Cell::Key(row.lead))).collect(),
            },
            Column {
                name: "happened".into(),
                ty: Some(TIME),
                values: rows.iter().map(|row| own(Value::Time(row.event.time))).collect(),
            },
            Column {
                name: "what".into(),
                ty: Some(TEXT),
                values: rows.iter().map(|row| own(Value::Text(Arc::from(kind(row).name.as_str())))).collect(),
            },
        ];
        let received: Vec<&String> = types.iter().filter_map(|event| event.received.as_ref()).collect();
        for name in received {
            let value = |row: &&Row<'r>| {
                let own_name = kind(row).received.as_ref() == Some(name);
                row.event.received.filter(|_| own_name).map(|time| Cell::Own(Value::Time(time)))
            };
            let values = rows.iter().map(value).collect();
            add(&mut columns, Column { name: name.clone(), ty: Some(TIME), values });
        }
        for event in types {
            for property in &event.properties {
                let named = |p: &&qualify_model::Attribute| column_of(p) == column_of(property);
                let value = |row: &&Row<'r>| {
                    let kind: &'m EventType = kind(row);
                    let place = kind.properties.iter().position(|p| named(&p))?;
                    let value: &'r Value = row.event.properties.get(place)?.as_ref()?;
                    Some(Cell::Value(value, &kind.properties[place].ty))
                };
                let all = types.iter().flat_map(|event| event.properties.iter().filter(named));
                let same = all.clone().all(|p| p.ty == property.ty);
                let column = Column {
                    name: column_of(property),
                    ty: same.then(|| property.ty.clone()),
                    values: rows.iter().map(value).collect(),
                };
                add(&mut columns, column);
            }
        }
        columns
    }

    /// Writes the table; gives what the manifest calls it.
    fn write(&mut self, name: &str, columns: Vec<Column<'_>>) -> String {
        let file = |ending: &str| format!("{name}.{ending}");
        match self.form.store {
            Store::Memory => {
                let (schema, batches) = self.batches(&columns, true);
                self.tables.add(name, schema, batches).expect("one schema");
                name.into()
            }
            Store::Parquet => {
                let (schema, batches) = self.batches(&columns, false);
                let limit = *self.dice.one(&[20, 1 << 20]);
                let properties = WriterProperties::builder().set_dictionary_page_size_limit(limit).build();
                let mut bytes = Vec::new();
                let mut writer =
                    ArrowWriter::try_new(&mut bytes, schema, Some(properties)).expect("a writer");
                for batch in &batches {
                    writer.write(batch).expect("written");
                    writer.flush().expect("a row group");
                }
                writer.close().expect("closed");
                self.put(file("parquet"), &bytes)
            }
            Store::Csv => {
                let quoted = |text: String| format!("\"{}\"", text.replace('"', "\"\""));
                let mut text = String::new();
                let names: Vec<_> = columns.iter().map(|column| quoted(column.name.clone())).collect();
                let _ = writeln!(text, "{}", names.join(","));
                for row in 0..columns[0].values.len() {
                    let cell = |column: &Column<'_>| {
                        column.values[row]
                            .as_ref()
                            .map_or(String::new(), |cell| quoted(self.text(column, cell)))
                    };
                    let _ = writeln!(text, "{}", columns.iter().map(cell).collect::<Vec<_>>().join(","));
                }
                self.put(file("csv"), text.as_bytes())
            }
            Store::JsonLines => {
                let mut text = String::new();
                for row in 0..columns[0].values.len() {
                    let field = |column: &Column<'_>| {
                        // a column that no row has would not be there at all
                        let value = column.values[row].as_ref();
                        let value =
                            value.map_or(serde_json::Value::Null, |cell| self.text(column, cell).into());
                        (column.name.clone(), value)
                    };
                    let fields: serde_json::Map<String, serde_json::Value> =
                        columns.iter().map(field).collect();
                    let _ = writeln!(text, "{}", serde_json::Value::Object(fields));
                }
                self.put(file("jsonl"), text.as_bytes())
            }
        }
    }

    fn put(&self, name: String, bytes: &[u8]) -> String {
        std::fs::write(self.folder.join(&name), bytes).expect("a file can be written");
        name
    }

    /// The table in batches of some rows, each with dictionaries of its own.
    fn batches(&mut self, columns: &[Column<'_>], in_memory: bool) -> (Arc<TableSchema>, Vec<RecordBatch>) {
        let rows = columns[0].values.len();
        let forms: Vec<usize> = columns.iter().map(|_| self.dice.below(6)).collect();
        let mut batches = Vec::new();
        let mut start = 0;
        loop {
            let end = rows.min(start + 1 + self.dice.below(self.form.group));
            let arrays = columns.iter().zip(&forms).map(|(column, form)| {
                let array = self.array(column, start..end, *form, in_memory);
                (column.name.clone(), array)
            });
            let arrays: Vec<(String, ArrayRef)> = arrays.collect();
            let field =
                |(name, array): &(String, ArrayRef)| Field::new(name, array.data_type().clone(), true);
            let schema = Arc::new(TableSchema::new(arrays.iter().map(field).collect::<Vec<_>>()));
            let arrays = arrays.into_iter().map(|(_, array)| array).collect();
            batches.push(RecordBatch::try_new(schema.clone(), arrays).expect("columns of one length"));
            start = end;
            if start == rows {
                return (schema, batches);
            }
        }
    }

    /// Some rows of a column; `form` chooses among the types that it may have.
    fn array(
        &mut self,
        column: &Column<'_>,
        rows: std::ops::Range<usize>,
        form: usize,
        in_memory: bool,
    ) -> ArrayRef {
        let cells = &column.values[rows];
        let value = |cell: &Option<Cell<'_>>| match cell {
            Some(Cell::Value(value, _)) => Some((*value).clone()),
            Some(Cell::Own(value)) => Some(value.clone()),
            _ => None,
        };
        let units = |cell: &Option<Cell<'_>>| match value(cell)? {
            Value::Number(units) | Value::Time(units) | Value::Duration(units) => Some(units),
            _ => None,
        };
        match &column.ty {
            None if column.values.iter().all(|cell| matches!(cell, Some(Cell::Key(_)))) => {
                if self.form.keys == Keys::Texts {
                    return self.texts(column, cells, form);
                }
                let key = |cell: &Option<Cell<'_>>| match cell {
                    Some(Cell::Key(key)) => key.parse::<i64>().expect("a number"),
                    _ => 0,
                };
                Arc::new(cells.iter().map(key).collect::<Int64Array>())
            }
            Some(Type::YesNo) if form > 0 => {
                let yes = |cell| value(cell).map(|value| value == Value::YesNo(true));
                Arc::new(cells.iter().map(yes).collect::<BooleanArray>())
            }
            Some(Type::Number(NumberKind::Integer)) if form > 1 => {
                Arc::new(cells.iter().map(units).collect::<Int64Array>())
            }
            Some(Type::Number(kind)) if form > 0 => {
                let array: Decimal128Array = cells.iter().map(|cell| units(cell).map(i128::from)).collect();
                let array = array.with_precision_and_scale(38, kind.decimals() as i8);
                Arc::new(array.expect("digits enough"))
            }
            Some(Type::Date) if form > 0 => {
                let day = |cell| match value(cell) {
                    Some(Value::Date(day)) => Some(day),
                    _ => None,
                };
                Arc::new(cells.iter().map(day).collect::<Date32Array>())
            }
            Some(Type::Time) if form > 0 => {
                let times: TimestampMicrosecondArray = cells.iter().map(units).collect();
                Arc::new(times.with_timezone("UTC"))
            }
            Some(Type::Duration) if form > 2 && in_memory => {
                Arc::new(cells.iter().map(units).collect::<DurationMicrosecondArray>())
            }
            _ => self.texts(column, cells, form),
        }
    }

    /// Texts, or places in a dictionary in any order, with entries that no row has.
    fn texts(&mut self, column: &Column<'_>, cells: &[Option<Cell<'_>>], form: usize) -> ArrayRef {
        let texts: Vec<Option<String>> =
            cells.iter().map(|cell| cell.as_ref().map(|cell| self.text(column, cell))).collect();
        if form.is_multiple_of(2) {
            return Arc::new(texts.iter().collect::<StringArray>());
        }
        let mut entries: Vec<String> = texts.iter().flatten().cloned().collect();
        entries.sort();
        entries.dedup();
        if self.dice.chance(30) {
            entries.extend(entries.first().cloned()); // twice
        }
        let turn = self.dice.below(entries.len() + 1);
        entries.rotate_left(turn);
        let place = |text: &Option<String>| {
            let place = entries.iter().position(|entry| Some(entry) == text.as_ref());
            place.map(|place| place as i32)
        };
        let keys: Int32Array = texts.iter().map(place).collect();
        let values: StringArray = entries.iter().map(Some).collect();
        let array = DictionaryArray::<Int32Type>::try_new(keys, Arc::new(values)).expect("places in range");
        debug_assert!(matches!(array.data_type(), DataType::Dictionary(..)));
        Arc::new(array)
    }

    /// As people write it.
    fn text(&self, column: &Column<'_>, cell: &Cell<'_>) -> String {
        match cell {
            Cell::Key(key) => key.to_string(),
            Cell::Own(value) => text(self.schema, column.ty.as_ref().unwrap_or(&TEXT), value),
            Cell::Value(value, ty) => text(self.schema, ty, value),
        }
    }
}

fn column_of(property: &qualify_model::Attribute) -> String {
    property.from.first().unwrap_or(&property.name).clone()
}

/// Adds a column, unless there is one of that name.
fn add<'r>(columns: &mut Vec<Column<'r>>, column: Column<'r>) {
    let same = |other: &Column<'_>| other.name.trim().to_lowercase() == column.name.trim().to_lowercase();
    if !columns.iter().any(same) {
        columns.push(column);
    }
}

fn text(schema: &Schema, ty: &Type, value: &Value) -> String {
    match (value, ty) {
        (Value::YesNo(yes), _) => if *yes { "yes" } else { "no" }.into(),
        (Value::Number(units), Type::Number(kind)) => exact::format(i128::from(*units), kind.decimals()),
        (Value::Text(text) | Value::Stage(text), _) => text.to_string(),
        (Value::Date(day), _) => format_day(*day),
        (Value::Time(time), _) => format_instant(*time),
        (Value::Duration(length), _) => format!("{}s", exact::format(i128::from(*length), 6)),
        (Value::Word(word), Type::OneOf(id)) => {
            schema.vocabulary(*id).words.get(*word as usize).map_or(String::new(), |word| word.name.clone())
        }
        (Value::List(values), Type::List(of)) => {
            let texts: Vec<String> = values.iter().map(|value| text(schema, of, value)).collect();
            serde_json::to_string(&texts).expect("texts are JSON")
        }
        (other, ty) => panic!("{other:?} is no {ty:?}"),
    }
}
