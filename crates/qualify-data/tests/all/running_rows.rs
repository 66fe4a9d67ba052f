//! Runs of what is read row by row, JSON Lines, Arrow files, joined tables, deliveries that count once: they say what
//! reading says, and put leads and events aside.

use crate::running::{all, check, check_runs};
use crate::support::*;
use arrow::array::*;
use arrow::ipc::writer::FileWriter;
use qualify_data::{Quiet, RunOptions, Way, open, run};
use qualify_model::{Schema, ScoreColumns, Type};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::sync::Arc;

fn schema() -> Schema {
    let mut schema = leads(&[
        ("count", INTEGER),
        ("name", TEXT),
        ("word", WORD),
        ("tags", Type::List(Box::new(TEXT))),
        ("who.mail", TEXT),
        ("who.size", WORD),
        ("account.open", INTEGER),
    ]);
    schema.events = vec![
        event("visited", &[("object", TEXT), ("value", NUMBER), ("tags", Type::List(Box::new(TEXT)))]),
        event("bought", &[("object", TEXT), ("size", WORD)]),
    ];
    schema
}

/// Tables of random rows; `odd` and `bad` values, in thousandths.
struct Rows {
    random: StdRng,
    odd: u32,
    bad: u32,
}

impl Rows {
    fn chance(&mut self, thousandths: u32) -> bool {
        self.random.random_range(0..1000) < thousandths
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.random.random_range(0..from.len())]
    }

    fn word(&mut self) -> &'static str {
        if self.chance(self.odd) { self.pick(&["huge", "tiny"]) } else { self.pick(&["small", "BIG", ""]) }
    }

    /// One row of JSON of these names and values; no value is left out or null.
    fn row(&mut self, values: &[(&str, String)]) -> String {
        let mut cells = Vec::new();
        for (name, value) in values {
            match value.as_str() {
                "" if self.chance(500) => cells.push(format!("\"{name}\":null")),
                "" => {}
                value => cells.push(format!("\"{name}\":{value}")),
            }
        }
        format!("{{{}}}\n", cells.join(","))
    }

    fn quoted(&mut self, from: &[&str]) -> String {
        match self.pick(from) {
            "" => String::new(),
            text => format!("\"{text}\""),
        }
    }

    fn project(&mut self, joined: bool, once: bool, ignoring: bool) -> Project {
        let count = [0, 1, 5, 40, 90][self.random.random_range(0..5)];
        let mut out = String::new();
        for lead in 0..count {
            let bad = self.chance(self.bad);
            let contact = if self.chance(800) {
                format!("\"c{}\"", self.random.random_range(0..30))
            } else {
                String::new()
            };
            let name = self.quoted(&["Ann", "Bob ", "", "Çelik"]);
            let word = self.word();
            let values = [
                ("id", if self.chance(self.bad / 2) { "\"k1\"".to_string() } else { format!("\"k{lead}\"") }),
                ("contact", contact),
                ("count", if bad { "\"many\"".into() } else { format!("{}", lead * 7 % 100) }),
                ("name", name),
                ("word", if word.is_empty() { String::new() } else { format!("\"{word}\"") }),
                ("tags", if self.chance(300) { "[\"a\",\"b c\"]".into() } else { String::new() }),
            ];
            out += &self.row(&values);
        }
        if count > 0 && self.bad > 0 && self.chance(150) {
            out += "{\"id\":\"k0\"}\n"; // a key stands twice
        }
        if count == 0 {
            out = "\n".into(); // no columns at all
        }
        let events = self.events(count);
        let mut manifest = "[[leads]]\nfiles = \"leads.jsonl\"\n\
                            [[leads]]\nfiles = \"contacts.csv\"\nkey = \"contact\"\njoin = \"contact\"\n"
            .to_string();
        if joined {
            manifest += "[account]\nfiles = \"accounts.jsonl\"\nkey = \"account\"\njoin = \"account\"\n";
        }
        manifest +=
            "[[events]]\nfiles = \"events.jsonl\"\nlead = \"lead\"\ntime = \"at\"\ntype_column = \"type\"\n";
        if once {
            manifest += "id = \"id\"\nreceived = \"got\"\n";
        }
        if ignoring {
            manifest += "unknown_leads = \"ignore\"\nunknown_types = \"ignore\"\n";
        }
        let mut contacts = "contact,account,mail,size,open\n".to_string();
        for contact in 0..25 {
            let contact = if self.chance(self.bad) { 3 } else { contact };
            let size = self.word();
            let open = if self.chance(self.bad) { "many".to_string() } else { contact.to_string() };
            contacts += &format!("c{contact},a{},m{contact}@x.com,{size},{open}\n", contact % 9);
        }
        let accounts: String =
            (0..7).map(|a| format!("{{\"account\":\"a{a}\",\"account.open\":{a},\"open\":{a}}}\n")).collect();
        Project::new(&manifest)
            .file("leads.jsonl", out)
            .file("contacts.csv", contacts)
            .file("accounts.jsonl", accounts)
            .file("events.jsonl", events)
    }

    fn events(&mut self, leads: usize) -> String {
        let mut rows = Vec::new();
        for number in 0..leads * 3 {
            let lead = self.random.random_range(0..leads + 3);
            let text = match self.chance(500) {
                true => format!("\"text {number}\""),
                false => self.quoted(&["pricing", "docs", ""]),
            };
            let value = match () {
                () if self.chance(self.odd) => "1e300".to_string(),
                () if self.chance(200) => String::new(),
                () => format!("{}.25", number % 50),
            };
            let word = self.word();
            let time = if self.chance(self.bad) {
                "\"soon\"".into()
            } else {
                format!("\"2025-11-{:02}T10:00:00Z\"", 1 + number % 28)
            };
            let values = [
                ("lead", format!("\"k{lead}\"")),
                ("type", self.quoted(&["visited", "bought", "visited", "nothing"][..3 + (leads % 2)])),
                ("at", time),
                (
                    "id",
                    if self.chance(700) {
                        format!("\"d{}\"", self.random.random_range(0..leads * 2))
                    } else {
                        String::new()
                    },
                ),
                ("got", if self.chance(500) { "\"2025-12-01T00:00:00Z\"".into() } else { String::new() }),
                ("object", text),
                ("value", value),
                ("size", if word.is_empty() { String::new() } else { format!("\"{word}\"") }),
                ("tags", if self.chance(300) { format!("[\"t{number}\",\"u\"]") } else { String::new() }),
            ];
            rows.push(self.row(&values));
        }
        rows.shuffle(&mut self.random);
        rows.concat()
    }
}

#[test]
fn rows_that_are_put_aside_say_what_rows_say() {
    let seed = std::env::var("QUALIFY_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_123);
    println!("seed {seed}, set by QUALIFY_SEED");
    let mut seeds = StdRng::seed_from_u64(seed);
    let (mut ways, mut found) = (Vec::new(), 0);
    for (odd, bad, times) in [(0, 0, 10), (80, 0, 16), (30, 5, 24), (30, 40, 16)] {
        for number in 0..times {
            let seed = seeds.random();
            let mut rows = Rows { random: StdRng::seed_from_u64(seed), odd, bad };
            let (once, ignoring) = (number % 2 == 0, number % 4 < 3);
            let mut project = rows.project(number % 3 > 0, once, ignoring);
            match number % 8 {
                6 => project = project.strict(),
                7 => project = project.rejects(),
                2..4 if bad > 0 => project = project.rejects(),
                _ => {}
            }
            let what = format!("seed {seed}, odd {odd}, bad {bad}, number {number}");
            found += usize::from(project.read(&schema()).is_ok_and(|set| set.counts.duplicates > 0));
            ways.extend(check(&project, &schema(), &what));
        }
    }
    let count = |way| ways.iter().filter(|w| **w == way).count();
    println!("{} put aside, {} twice, {found} with repeated deliveries", count(Way::Rows), count(Way::Twice));
}

#[test]
fn what_is_said_of_many_events_is_put_aside() {
    let mut schema = leads(&[]);
    schema.events = vec![event("bought", &[("size", WORD)])];
    let leads: String = (0..300).map(|lead| format!("{{\"id\":\"k{lead}\"}}\n")).collect();
    // each may turn out not to count: by its delivery, or as its lead is nobody's
    let event = |number: usize| {
        let (lead, day, key, odd) = (number * 7 % 301, 1 + number % 28, number % 50_021, number % 9);
        let id = if number.is_multiple_of(3) { String::new() } else { format!("\"once\":{key},") };
        format!("{{\"lead\":\"k{lead}\",\"at\":\"2025-11-{day:02}T10:00:00Z\",{id}\"size\":\"odd {odd}\"}}\n")
    };
    let events: String = (0..67_000).map(event).collect();
    let manifest = "[[leads]]\nfiles = \"leads.jsonl\"\nkey = \"id\"\n[[events]]\nfiles = \"events.jsonl\"\n\
         lead = \"lead\"\ntime = \"at\"\ntype = \"bought\"\nunknown_leads = \"ignore\"\nid = \"once\"\n";
    let project = Project::new(manifest).file("leads.jsonl", leads).file("events.jsonl", events);
    assert_eq!(check_runs(&project, &schema, "many odd events", [(2, Some(1))]), [Way::Rows]);
}

#[test]
fn most_rows_may_have_one_key() {
    let mut schema = leads(&[("who.mail", TEXT)]);
    schema.events = vec![event("visited", &[("value", NUMBER)])];
    let leads: String =
        (0..500).map(|lead| format!("{{\"id\":\"k{lead}\",\"who\":\"w{}\"}}\n", lead / 490)).collect();
    let event = |number: usize| {
        let (lead, day) = (if number.is_multiple_of(50) { number % 500 } else { 7 }, 1 + number % 28);
        let once = if number.is_multiple_of(20) { number } else { number % 2 };
        let id = if number < 4_000 { format!("\"once\":{once},") } else { String::new() };
        format!("{{\"lead\":\"k{lead}\",{id}\"at\":\"2025-11-{day:02}T10:00:00Z\",\"value\":{number}}}\n")
    };
    let events: String = (0..8_000).map(event).collect();
    let manifest = "[[leads]]\nfiles = \"leads.jsonl\"\nkey = \"id\"\n\
         [[leads]]\nfiles = \"people.csv\"\nkey = \"who\"\njoin = \"who\"\n[[events]]\nfiles = \"events.jsonl\"\n\
         lead = \"lead\"\ntime = \"at\"\ntype = \"visited\"\nid = \"once\"\n";
    let project = Project::new(manifest)
        .file("leads.jsonl", leads)
        .file("people.csv", "who,mail\nw0,a@x.com\nw1,b@x.com\n")
        .file("events.jsonl", events);
    let runs = [1, 2, 7].map(|threads| (threads, Some(1)));
    assert_eq!(check_runs(&project, &schema, "one key", runs), [Way::Rows; 3]);
    // of rows that are wide only some are in memory
    let wide = |who: usize| format!("w{who},{}\n", "wide ".repeat(4_000 * (who % 3)));
    let people: String = (0..60).map(wide).collect();
    let leads: String =
        (0..500).map(|lead| format!("{{\"id\":\"k{lead}\",\"who\":\"w{}\"}}\n", lead % 61)).collect();
    let project = project.file("people.csv", format!("who,mail\n{people}")).file("leads.jsonl", leads);
    assert_eq!(check_runs(&project, &schema, "wide rows", runs), [Way::Rows; 3]);
}

/// Bytes that a run puts into temporary files within no memory.
fn put_aside(project: &Project, schema: &Schema) -> u64 {
    let opened = open(project.folder.path()).expect("a project");
    let options = RunOptions { memory: Some(1), ..RunOptions::default() };
    let score = |_: usize, _: &_| ScoreColumns::default();
    let report = run(&opened, schema, &all(schema), &options, &mut Quiet, &score, &mut |_, _| Ok(()));
    let report = report.expect("the data is sound");
    assert_eq!(report.way, Way::Rows);
    report.spilled
}

#[test]
fn leads_are_put_aside() {
    let schema = leads(&[("name", TEXT)]);
    let names: Vec<String> = (0..2000).map(|n| format!("the name of number {n}")).collect();
    let bytes: u64 = names.iter().map(|name| name.len() as u64).sum();
    let lines =
        names.iter().enumerate().map(|(id, name)| format!("{{\"id\":\"k{id}\",\"name\":\"{name}\"}}\n"));
    let project =
        Project::new("[[leads]]\nfiles = \"leads.jsonl\"\n").file("leads.jsonl", lines.collect::<String>());
    assert!(put_aside(&project, &schema) > bytes);

    let ids = StringArray::from_iter_values((0..2000).map(|id| format!("k{id}")));
    let columns: [(&str, ArrayRef); 2] =
        [("id", Arc::new(ids)), ("name", Arc::new(StringArray::from_iter_values(&names)))];
    let batch = RecordBatch::try_from_iter(columns).expect("columns");
    let mut writer = FileWriter::try_new(Vec::new(), &batch.schema()).expect("a writer");
    writer.write(&batch).expect("written");
    let file = writer.into_inner().expect("closed");
    let project = Project::new("[[leads]]\nfiles = \"leads.arrow\"\n").file("leads.arrow", file);
    assert!(put_aside(&project, &schema) > bytes);
}
