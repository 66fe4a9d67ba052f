//! Reading in columns gives what reading row by row gives: values, counts, warnings, errors.

use crate::support::*;
use arrow::array::*;
use arrow::datatypes::*;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use qualify_data::{Quiet, RunError, RunOptions, Way, open, read, run};
use qualify_model::{
    Batch, Event, EventColumns, EventId, Keys, Lead, LeadColumns, LongEvents, LongLead, Needs, PointColumn,
    PropertyColumn, Schema, ScoreColumns, TextKind, Type, Value,
};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::sync::{Arc, Mutex};

pub fn schema() -> Schema {
    let mut schema = leads(&[
        ("ok", Type::YesNo),
        ("count", INTEGER),
        ("share", NUMBER),
        ("money", MONEY),
        ("name", TEXT),
        ("mail", EMAIL),
        ("word", WORD),
        ("tags", Type::List(Box::new(TEXT))),
        ("day", Type::Date),
        ("seen", Type::Time),
    ]);
    schema.attributes[1].range = Some((Value::Number(-50), Value::Number(1000)));
    schema.attributes[1].unknown_if = vec!["7".to_string(), "none".to_string()];
    schema.attributes[4].unknown_if = vec!["N/A".to_string()];
    schema.events = vec![
        event("visited", &[("object", TEXT), ("value", NUMBER)]),
        event("bought", &[("object", TEXT), ("value", NUMBER), ("size", WORD)]),
        event("called", &[("value", NUMBER), ("object", TEXT), ("good", Type::YesNo)]),
    ];
    schema.events[1].properties[1].range = Some((Value::Number(0), Value::Number(5_000_000)));
    schema
}

/// Everything of a schema.
pub fn all(schema: &Schema) -> Needs {
    let mut properties: Vec<PropertyColumn> = Vec::new();
    for (kind, event) in schema.events.iter().enumerate() {
        for (place, property) in event.properties.iter().enumerate() {
            let fits = |p: &&mut PropertyColumn| p.ty == property.ty && p.places[kind].is_none();
            match properties.iter_mut().find(fits) {
                Some(column) => column.places[kind] = Some(place as u32),
                None => {
                    let mut places = vec![None; schema.events.len()];
                    places[kind] = Some(place as u32);
                    properties.push(PropertyColumn { ty: property.ty.clone(), places });
                }
            }
        }
    }
    let (attributes, events) = (vec![true; schema.attributes.len()], vec![true; schema.events.len()]);
    Needs { attributes, events, properties, received: true }
}

/// The leads of a batch, one by one.
fn one_by_one(batch: &Batch, schema: &Schema, needs: &Needs) -> Vec<Lead> {
    let events = &batch.events;
    assert_eq!(events.offsets.len(), batch.leads.rows + 1);
    let lead = |row: usize| {
        let own = events.offsets[row] as usize..events.offsets[row + 1] as usize;
        Lead {
            key: batch.leads.keys.text(row),
            attributes: (0..schema.attributes.len())
                .map(|a| {
                    batch.leads.attributes[a].as_ref().and_then(|c| c.value(row, &schema.attributes[a].ty))
                })
                .collect(),
            events: own.map(|at| event_of(events, at, schema, needs)).collect(),
        }
    };
    let mut leads: Vec<Lead> = (0..batch.leads.rows).map(lead).collect();
    assert!(events.long.is_sorted_by(|a, b| a.row < b.row));
    for LongLead { row, events } in &batch.events.long {
        assert!(leads[*row].events.is_empty(), "none of its events is in the columns");
        leads[*row].events = piece_by_piece(&**events, schema, needs);
        let again = piece_by_piece(&**events, schema, needs);
        assert_eq!(leads[*row].events, again, "they are the same each time");
    }
    leads
}

fn event_of(events: &EventColumns, at: usize, schema: &Schema, needs: &Needs) -> Event {
    let kind = events.kinds[at] as usize;
    let mut properties = vec![None; schema.events[kind].properties.len()];
    for (wanted, column) in needs.properties.iter().zip(&events.properties) {
        match wanted.places[kind] {
            Some(place) => properties[place as usize] = column.value(at, &wanted.ty),
            None => assert_eq!(column.value(at, &wanted.ty), None),
        }
    }
    let received = events.received.as_ref().map(|r| r[at]).filter(|r| *r != i64::MIN);
    Event { kind: EventId(kind as u32), time: events.times[at], received, properties }
}

/// The events of a lead that are never in memory all at once.
fn piece_by_piece(long: &dyn LongEvents, schema: &Schema, needs: &Needs) -> Vec<Event> {
    let mut all = Vec::new();
    long.each(&mut |piece| {
        let count = piece.kinds.len();
        assert!(count > 0 && count <= 32_768 && piece.offsets == [0, count as u32] && piece.long.is_empty());
        all.extend((0..count).map(|at| event_of(piece, at, schema, needs)));
    });
    assert_eq!(all.len() as u64, long.count());
    assert!(all.is_sorted_by_key(|event| event.time), "they come in the order of their times");
    all
}

fn in_order(mut leads: Vec<Lead>) -> Vec<Lead> {
    leads.iter_mut().for_each(|lead| lead.events.sort_by_cached_key(|e| format!("{e:?}")));
    leads
}

/// What a run of the project gives, as text: leads and everything that is said about the data, and whether the keys
/// are whole numbers.
fn ran(project: &Project, schema: &Schema, options: &RunOptions) -> (Vec<Lead>, String, Way, bool) {
    let needs = all(schema);
    let found = Mutex::new(Vec::new());
    let mut order = Vec::new();
    let mut whole = Vec::new();
    let opened = open(project.folder.path()).expect("a project");
    let score = |_: usize, batch: &Batch| {
        let mut found = found.lock().expect("a lock");
        // the scores of a lead say where it is found, as a batch may be scored and not be handed on
        let values = (found.len()..).map(|place| place as i64).take(batch.leads.rows).collect();
        found.extend(one_by_one(batch, schema, &needs));
        let score = PointColumn { values, known: Vec::new() };
        ScoreColumns { rows: batch.leads.rows, score, ..ScoreColumns::default() }
    };
    let mut done = |leads: &LeadColumns, scores: &ScoreColumns| {
        assert_eq!(leads.rows, scores.rows);
        if leads.rows > 0 {
            whole.push(matches!(leads.keys, Keys::Integers(_)));
        }
        let places = scores.score.values.iter().map(|place| *place as usize);
        order.extend(places.enumerate().map(|(row, place)| (leads.keys.text(row), place)));
        Ok(())
    };
    match run(&opened, schema, &needs, options, &mut Quiet, &score, &mut done) {
        Err(RunError::Data(errors)) => (Vec::new(), errors.to_string(), Way::Rows, false),
        Err(RunError::Output(error)) => panic!("{error}"),
        Ok(report) => {
            let found = found.into_inner().expect("a lock");
            let leads: Vec<Lead> = order.iter().map(|(_, place)| found[*place].clone()).collect();
            assert!(leads.iter().zip(&order).all(|(lead, (key, _))| lead.key == *key));
            let said = format!(
                "{:?} {:?} {:?} {:?}",
                report.counts, report.warnings, report.rejects, report.bindings
            );
            assert!(whole.windows(2).all(|two| two[0] == two[1]), "keys of one run are of one type");
            (in_order(leads), said, report.way, whole.first() == Some(&true))
        }
    }
}

/// The same of the row-wise reader.
fn expected(project: &Project, schema: &Schema) -> (Vec<Lead>, String, bool) {
    let opened = open(project.folder.path()).expect("a project");
    match read(&opened, schema, &mut Quiet, &project.options) {
        Err(errors) => (Vec::new(), errors.to_string(), false),
        Ok(set) => {
            let said = format!("{:?} {:?} {:?} {:?}", set.counts, set.warnings, set.rejects, set.bindings);
            let whole = set.whole_keys && !set.leads.is_empty();
            (in_order(set.leads), said, whole)
        }
    }
}

/// The file of rejected rows, if there is one; it is removed.
fn rejected(project: &Project) -> Option<String> {
    let path = project.options.rejects.as_ref()?;
    let content = std::fs::read_to_string(path).ok();
    if content.is_some() {
        std::fs::remove_file(path).expect("the file");
    }
    content
}

/// All ways of a run agree with the row-wise reader; gives those that were taken without and with a bound.
pub fn check(project: &Project, schema: &Schema, what: &str) -> [Way; 2] {
    let runs = [1, 2, 7].into_iter().flat_map(|threads| [(threads, None), (threads, Some(1))]);
    let ways = check_runs(project, schema, what, runs);
    [ways[4], ways[5]]
}

/// Runs with so many threads and so much memory agree with the row-wise reader; gives the way of each.
pub fn check_runs(
    project: &Project,
    schema: &Schema,
    what: &str,
    runs: impl IntoIterator<Item = (usize, Option<u64>)>,
) -> Vec<Way> {
    let (leads, said, whole) = expected(project, schema);
    let (rejects, mut ways) = (rejected(project), Vec::new());
    for (threads, memory) in runs {
        let read = project.options.clone();
        let options = RunOptions { threads, memory, read, batch_rows: 4, looked_at: None };
        let (found, told, way, are_whole) = ran(project, schema, &options);
        let what = format!("{what}, {threads} threads, memory {memory:?}, {way:?}");
        assert_eq!(told, said, "{what}");
        assert_eq!(rejected(project), rejects, "{what}");
        assert_eq!(found, leads, "{what}");
        assert_eq!(are_whole, whole, "{what}: type of the keys");
        ways.push(way);
    }
    ways
}

/// Random files.
struct Files {
    random: StdRng,
    /// How often values are odd, and unreadable, in thousandths.
    odd: u32,
    bad: u32,
    /// Rows of a row group, if that is not by chance.
    group: Option<usize>,
}

impl Files {
    fn chance(&mut self, thousandths: u32) -> bool {
        self.random.random_range(0..1000) < thousandths
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.random.random_range(0..from.len())].clone()
    }

    fn texts(&mut self, rows: usize, good: &[&str], odd: &[&str], bad: &[&str]) -> ArrayRef {
        let texts: Vec<Option<String>> = (0..rows)
            .map(|row| {
                let text = if !bad.is_empty() && self.chance(self.bad) {
                    self.pick(bad)
                } else if !odd.is_empty() && self.chance(self.odd) {
                    self.pick(odd)
                } else {
                    self.pick(good)
                };
                (!self.chance(150)).then(|| text.replace('#', &row.to_string()))
            })
            .collect();
        match self.random.random_range(0..3) {
            0 => Arc::new(LargeStringArray::from(texts)),
            1 => Arc::new(texts.iter().map(Option::as_deref).collect::<DictionaryArray<Int32Type>>()),
            _ => Arc::new(StringArray::from(texts)),
        }
    }

    fn whole(&mut self, rows: usize, nulls: u32) -> ArrayRef {
        let numbers: Vec<Option<i64>> = (0..rows)
            .map(|_| {
                let odd = self.chance(self.odd);
                let number =
                    if odd { self.random.random_range(900..1200) } else { self.random.random_range(-40..40) };
                (!self.chance(nulls)).then_some(number)
            })
            .collect();
        match self.random.random_range(0..4) {
            0 => Arc::new(numbers.iter().map(|n| n.map(|n| n as i16)).collect::<Int16Array>()),
            1 => Arc::new(numbers.iter().map(|n| n.map(|n| n as i32)).collect::<Int32Array>()),
            2 => Arc::new(numbers.iter().map(|n| n.map(|n| n.to_string())).collect::<StringArray>()),
            _ => Arc::new(Int64Array::from(numbers)),
        }
    }

    fn doubles(&mut self, rows: usize) -> ArrayRef {
        let odd = [f64::NAN, 1e300, f64::INFINITY, -1.0];
        let value = |files: &mut Files| match files.chance(files.odd) {
            true => files.pick(&odd),
            false => files.random.random_range(0..40_000) as f64 / files.pick(&[1.0, 4.0, 1e4, 3.0, 1e8]),
        };
        let values: Vec<Option<f64>> =
            (0..rows).map(|_| if self.chance(200) { None } else { Some(value(self)) }).collect();
        match self.random.random_range(0..4) {
            0 => Arc::new(values.iter().map(|v| v.map(|v| v as f32)).collect::<Float32Array>()),
            1 => Arc::new(values.iter().map(|v| v.map(|v| v.to_string())).collect::<StringArray>()),
            _ => Arc::new(Float64Array::from(values)),
        }
    }

    fn times(&mut self, rows: usize, nulls: u32) -> ArrayRef {
        let micros: Vec<Option<i64>> = (0..rows)
            .map(|_| {
                let beyond = self.chance(self.bad);
                let time = if beyond {
                    i64::MAX / 1000
                } else {
                    1_700_000_000_000 + self.random.random_range(0..50)
                };
                (!self.chance(nulls)).then_some(time * 1000)
            })
            .collect();
        let zone = self.pick(&[None, Some("UTC"), Some("+02:00")]).map(Arc::<str>::from);
        let millis = |m: &Option<i64>| m.map(|m| m / 1000);
        match self.random.random_range(0..3) {
            0 => Arc::new(
                micros.iter().map(millis).collect::<TimestampMillisecondArray>().with_timezone_opt(zone),
            ),
            1 => Arc::new(micros.iter().map(millis).collect::<Int64Array>()),
            _ => Arc::new(TimestampMicrosecondArray::from(micros).with_timezone_opt(zone)),
        }
    }

    fn keys(&mut self, keys: &[i64], texts: bool) -> ArrayRef {
        if texts {
            return Arc::new(keys.iter().map(|k| Some(format!(" key {k}"))).collect::<StringArray>());
        }
        Arc::new(Int64Array::from(keys.to_vec()))
    }

    fn leads(&mut self, keys: &[i64], texts: bool) -> Vec<u8> {
        let rows = keys.len();
        let days = (0..rows).map(|_| (!self.chance(100)).then(|| self.random.random_range(19_000..20_000)));
        let days: Date32Array = days.collect();
        let yes: BooleanArray =
            (0..rows).map(|_| (!self.chance(200)).then(|| self.random.random())).collect();
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("id", self.keys(keys, texts)),
            ("ok", Arc::new(yes)),
            ("count", self.whole(rows, 100)),
            ("share", self.doubles(rows)),
            ("money", self.doubles(rows)),
            ("name", self.texts(rows, &["Ann", " Bob ", "", "Jörg", "n/a", "c #"], &[], &[])),
            ("mail", self.texts(rows, &["a@b.c", "#@x.org"], &[], &["nobody", "@", "a b@c"])),
            ("word", self.texts(rows, &["small", "big", "Big One", ""], &["bigg", "tiny", "huge #"], &[])),
            ("tags", self.texts(rows, &["a;b", "", "c", "[\"d\", \"e\"]", " # ; "], &[], &["[1"])),
            ("day", Arc::new(days)),
            ("seen", self.times(rows, 100)),
        ];
        self.file(columns)
    }

    fn events(&mut self, leads: &[i64], texts: bool, kinds: &[&str]) -> Vec<u8> {
        let rows = leads.len();
        let kinds: StringArray = (0..rows).map(|_| Some(self.pick(kinds))).collect();
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("lead", self.keys(leads, texts)),
            ("type", Arc::new(kinds)),
            ("object", self.texts(rows, &["home", "pricing", "", "page #"], &[], &[])),
            ("value", self.doubles(rows)),
            ("size", self.texts(rows, &["small", "big"], &["tiny", "vast"], &[])),
            ("good", self.texts(rows, &["yes", "no", "true"], &[], &["perhaps"])),
            ("at", self.times(rows, 0)),
        ];
        self.file(columns)
    }

    fn file(&mut self, columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
        let columns = columns.into_iter().map(|(name, array)| (name, array, true));
        let batch = RecordBatch::try_from_iter_with_nullable(columns).expect("a batch");
        let group = self.random.random_range(3..40);
        let group = self.group.unwrap_or(group);
        let properties = WriterProperties::builder()
            .set_max_row_group_row_count(Some(group))
            .set_data_page_row_count_limit(self.random.random_range(2..30))
            .set_dictionary_page_size_limit(self.pick(&[20, 1 << 20]))
            .set_write_batch_size(4);
        let mut out = Vec::new();
        let mut writer =
            ArrowWriter::try_new(&mut out, batch.schema(), Some(properties.build())).expect("a writer");
        writer.write(&batch).expect("written");
        writer.close().expect("closed");
        out
    }
}

/// A random project of Parquet files.
fn project(files: &mut Files) -> Project {
    let texts = files.chance(250);
    let (lead_rows, sorted) = (files.random.random_range(1..150), files.chance(800));
    let mut keys: Vec<i64> = (0..lead_rows).collect();
    let factor = files.pick(&[1, 3, 1_000_000_007]);
    keys.iter_mut().for_each(|k| *k = *k * factor - 100);
    if files.chance(100) {
        keys.push(keys[files.random.random_range(0..keys.len())]);
    }
    if !sorted {
        keys.shuffle(&mut files.random);
    }
    let strangers = files.chance(300);
    let mut leads = Vec::new();
    for key in &keys {
        let events = files.pick(&[0, 0, 1, 2, 3, 20]);
        leads.extend(std::iter::repeat_n(*key, events));
    }
    if strangers {
        leads.extend([5 * factor - 99, -1_000_000_000_000, 1_000_000_000_000]);
    }
    if files.chance(700) {
        leads.sort_unstable();
    } else {
        leads.shuffle(&mut files.random);
    }
    let kinds: &[&str] = if files.chance(300) {
        &["visited", "bought", "nothing"]
    } else {
        &["visited", "bought", " Called "]
    };
    let ignoring = match files.chance(800) {
        true => "unknown_leads = \"ignore\"\nunknown_types = \"ignore\"\n",
        false => "",
    };
    let format = if files.chance(800) { "" } else { "null = [\"big\", \"3\"]\n" };
    let manifest = format!(
        "timezone = \"{}\"\n[[leads]]\nfiles = \"leads.parquet\"\ntime_format = \"epoch_millis\"\n{format}[[events]]\nfiles = \"events*.parquet\"\n\
         lead = \"lead\"\ntime = \"at\"\ntype_column = \"type\"\ntime_format = \"epoch_millis\"\n{ignoring}",
        files.pick(&["UTC", "Europe/Lisbon"]),
    );
    let cut = leads.len() / 3;
    let mut project = Project::new(&manifest)
        .file("leads.parquet", files.leads(&keys, texts))
        .file("events1.parquet", files.events(&leads[..cut], texts, kinds))
        .file("events2.parquet", files.events(&leads[cut..], texts, kinds));
    match files.random.random_range(0..4) {
        0 => project = project.strict(),
        1 => project = project.rejects(),
        _ => {}
    }
    project
}

#[test]
fn columns_say_what_rows_say() {
    let seed = std::env::var("QUALIFY_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_260_101);
    println!("seed {seed}, set by QUALIFY_SEED");
    let mut seeds = StdRng::seed_from_u64(seed);
    // a project that was once scored in part, and then again row by row
    let mut files =
        Files { random: StdRng::seed_from_u64(13_943_290_865_424_489_405), odd: 0, bad: 0, group: None };
    check(&project(&mut files), &schema(), "a second beginning");
    let mut ways = Vec::new();
    for (odd, bad, times) in [(0, 0, 14), (60, 0, 8), (30, 2, 3), (0, 60, 1)] {
        for _ in 0..times {
            let seed = seeds.random();
            let mut files = Files { random: StdRng::seed_from_u64(seed), odd, bad, group: None };
            ways.extend(check(
                &project(&mut files),
                &schema(),
                &format!("seed {seed}, odd {odd}, bad {bad}"),
            ));
        }
    }
    let count = |way| ways.iter().filter(|w| **w == way).count();
    println!("{} sorted, {} in arrival order of {}", count(Way::Sorted), count(Way::Arrival), ways.len());
}

/// Batches of sorted events are cut at keys within their row group, and scored before all of it is read.
#[test]
fn a_row_group_of_many_batches() {
    let manifest = "[[leads]]\nfiles = \"leads.parquet\"\ntime_format = \"epoch_millis\"\n[[events]]\n\
                    files = \"events.parquet\"\nlead = \"lead\"\ntime = \"at\"\ntype_column = \"type\"\n\
                    time_format = \"epoch_millis\"\nunknown_leads = \"ignore\"\n";
    let mut files = Files { random: StdRng::seed_from_u64(11), odd: 0, bad: 0, group: Some(10_000) };
    let keys: Vec<i64> = (0..400).map(|lead| lead * lead).filter(|key| key % 7 != 3).collect();
    // some of leads that nobody knows, most of the later ones
    let mut in_order: Vec<i64> = (0..5000).map(|event| (event * event / 62_500).min(399)).collect();
    in_order.iter_mut().for_each(|lead| *lead *= *lead);
    let mut broken = in_order.clone();
    let last = broken.len() - 1;
    (broken[last - 1], broken[last]) = (broken[last], broken[5]);
    let alone = vec![keys[100]; 3000];
    for (what, events, way) in [
        ("in order", &in_order, Way::Sorted),
        ("the last one out of order", &broken, Way::Rows),
        ("all of one lead", &alone, Way::Sorted),
    ] {
        for rows_of_leads in [10_000, 150] {
            files.group = Some(rows_of_leads);
            let leads = files.leads(&keys, false);
            files.group = Some(10_000);
            let events = files.events(events, false, &["visited", "bought"]);
            let project = Project::new(manifest).file("leads.parquet", leads).file("events.parquet", events);
            let found = check(&project, &schema(), what);
            assert_eq!(found, [way, Way::Arrival], "{what}, {rows_of_leads}");
        }
    }
}

#[test]
fn each_way_is_taken() {
    let taken = |project: &Project, schema: &Schema, what: &str, expected: [Way; 2]| {
        assert_eq!(check(project, schema, what), expected, "{what}");
    };
    let mut files = Files { random: StdRng::seed_from_u64(7), odd: 0, bad: 0, group: None };
    let manifest = |suffix: &str| {
        format!(
            "[[leads]]\nfiles = \"leads.{suffix}\"\ntime_format = \"epoch_millis\"\n[[events]]\n\
             files = \"events.{suffix}\"\nlead = \"lead\"\ntime = \"at\"\ntype_column = \"type\"\n\
             time_format = \"epoch_millis\"\n"
        )
    };
    let (keys, kinds) = (Vec::from_iter(0..100i64), ["visited", "bought"]);
    let in_order: Vec<i64> = (0..300).map(|event| event / 3).collect();
    let mixed: Vec<i64> = (0..300).map(|event| event * 7 % 100).collect();
    for (what, events, ways) in [
        ("sorted", &in_order, [Way::Sorted, Way::Arrival]), // not within so little memory
        ("in any order", &mixed, [Way::Arrival, Way::Arrival]),
    ] {
        let project = Project::new(&manifest("parquet"))
            .file("leads.parquet", files.leads(&keys, false))
            .file("events.parquet", files.events(events, false, &kinds));
        taken(&project, &schema(), what, ways);
    }
    let mut schema = leads(&[("ok", Type::YesNo), ("count", INTEGER)]);
    schema.events = vec![event("visited", &[("object", TEXT)])];
    let lead = |key: i64| format!("{key},yes,{}\n", key % 40);
    let leads: String = keys.iter().map(|key| lead(*key)).collect();
    let events: String = mixed.iter().map(|key| format!("{key},visited,1700000000000,home\n")).collect();
    let (leads, events) = (format!("id,ok,count\n{leads}"), format!("lead,type,at,object\n{events}"));
    let text =
        |leads: &str| Project::new(&manifest("csv")).file("leads.csv", leads).file("events.csv", &events);
    taken(&text(&leads), &schema, "text", [Way::Text; 2]);
    let wrong = text(&format!("{leads}100,perhaps,5\n")).rejects();
    taken(&wrong, &schema, "a wrong row", [Way::Rows, Way::Twice]);
    let again = text(&format!("{leads}{}", lead(5))).rejects();
    taken(&again, &schema, "a key that stands twice", [Way::Twice; 2]);
}

#[test]
fn files_of_text() {
    let csv = "id,ok,count,name\n1,yes,5,Ann\n2,,2000,\n3,no,,Bob\n";
    let schema = leads(&[("ok", Type::YesNo), ("count", INTEGER), ("name", Type::Text(TextKind::Plain))]);
    check(&Project::of_leads(csv), &schema, "csv");
}

#[test]
fn the_rest_of_the_results_is_void_when_they_cannot_be_taken() {
    let project = Project::of_leads("id,ok\n1,yes\n");
    let schema = leads(&[("ok", Type::YesNo)]);
    let opened = open(project.folder.path()).expect("a project");
    let full = || std::io::Error::other("full");
    let result = run(
        &opened,
        &schema,
        &all(&schema),
        &RunOptions::default(),
        &mut Quiet,
        &|_, _| ScoreColumns::default(),
        &mut |_, _| Err(full()),
    );
    assert!(matches!(result, Err(RunError::Output(_))));
}
