//! Delimited text read in blocks gives what reading row by row gives: values, counts, warnings, errors.

use crate::running::{check, schema};
use crate::support::Project;
use qualify_data::Way;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::io::Write;

/// Random files.
struct Files {
    random: StdRng,
    /// How often values are odd, and unreadable, in thousandths.
    odd: u32,
    bad: u32,
    delimiter: char,
}

impl Files {
    fn chance(&mut self, thousandths: u32) -> bool {
        self.random.random_range(0..1000) < thousandths
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.random.random_range(0..from.len())]
    }

    fn value(&mut self, good: &[&str], odd: &[&str], bad: &[&str]) -> String {
        let from = match () {
            () if !bad.is_empty() && self.chance(self.bad) => bad,
            () if !odd.is_empty() && self.chance(self.odd) => odd,
            () if self.chance(150) => &[""],
            () => good,
        };
        let number = self.random.random_range(0..2000).to_string();
        self.pick(from).replace('#', &number)
    }

    fn number(&mut self) -> String {
        let good = ["#", "#", "#.5", "-#.25", "0.#", "#.#", "# ", "1e3", "1,234.5", "+#", "7"];
        self.value(&good, &["1e30", "NaN", "-#"], &["five", "1,5"])
    }

    fn whole(&mut self) -> String {
        self.value(
            &["5", "17", "-3", "007", "7", "None", " 12", "1e2"],
            &["#000", "999999999999999999999"],
            &["1.5", "x"],
        )
    }

    fn time(&mut self, good: &[&str]) -> String {
        let day = self.random.random_range(10..28).to_string();
        let time = self.value(good, &[], &["yesterday", "2024-02-30", "9999-12-31"]);
        time.replace('@', &day)
    }

    fn moment(&mut self) -> String {
        self.time(&[
            "2024-03-@T10:00:00Z",
            "2024-03-@T10:00:00.123Z",
            "2024-03-@ 02:30:15",
            "2024-10-@T02:30",
            "2024-03-@",
            "1901-03-@T10:00:00.5+02:00",
            "1833-03-@ 10:00:00.1234567 UTC",
        ])
    }

    fn lead(&mut self, key: &str) -> Vec<String> {
        vec![
            key.to_string(),
            self.value(&["yes", "no", "TRUE", "0", " y "], &[], &["perhaps"]),
            self.whole(),
            self.number(),
            self.number(),
            self.value(
                &["Ann", " Bob ", "Jörg", "n/a", "c #", "say \"so\"", "two\nlines", "a;b,c"],
                &[],
                &[],
            ),
            self.value(&["a@b.c", "#@x.org"], &[], &["nobody", "@", "a b@c"]),
            self.value(&["small", "big", "Big One"], &["bigg", "tiny", "huge #"], &[]),
            self.value(&["a;b", "c", "[\"d\", \"e\"]", " # ; "], &[], &["[1"]),
            self.time(&["2024-03-@", "2024-03-@T23:59:59Z", "1700-01-@"]),
            self.moment(),
        ]
    }

    fn event(&mut self, lead: &str, kinds: &[&str]) -> Vec<String> {
        vec![
            lead.to_string(),
            self.pick(kinds).to_string(),
            self.value(&["home", "pricing", "page #"], &[], &[]),
            self.number(),
            self.value(&["small", "big"], &["tiny", "vast"], &[]),
            self.value(&["yes", "no", "true"], &[], &["perhaps"]),
            match self.moment() {
                time if time.is_empty() => "2024-03-15T10:00:00.25Z".to_string(),
                time => time,
            },
        ]
    }

    fn file(&mut self, head: &[&str], rows: Vec<Vec<String>>) -> Vec<u8> {
        let end = self.pick(&["\n", "\n", "\r\n", "\r"]);
        let quote = if self.chance(300) { 1000 } else { self.random.random_range(0..200) };
        let mut out = head.join(&self.delimiter.to_string());
        for row in rows {
            out.push_str(end);
            if self.chance(20) {
                out.push_str(end);
            }
            let fields: Vec<String> = row.into_iter().map(|field| self.field(field, quote)).collect();
            out.push_str(&fields.join(&self.delimiter.to_string()));
            if self.chance(self.bad / 4) {
                out.push_str(self.pick(&[",x,;,|", "\"", ";\"x"]));
            }
        }
        if self.chance(800) {
            out.push_str(end);
        }
        out.into_bytes()
    }

    fn field(&mut self, field: String, quote: u32) -> String {
        let must = field.contains([self.delimiter, '"', '\n', '\r']);
        if must || self.chance(quote) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
    }
}

/// A random project of delimited text.
fn project(files: &mut Files) -> Project {
    let count = files.random.random_range(1..150);
    let form = files.pick(&["#", "#", "1000000007#", " key #", "00#"]);
    let mut keys: Vec<String> = (1..=count).map(|k| form.replace('#', &k.to_string())).collect();
    if files.chance(400) {
        keys.shuffle(&mut files.random);
    }
    if files.chance(100) {
        keys.push(keys[files.random.random_range(0..keys.len())].clone());
    }
    let mut leads = Vec::new();
    for key in &keys {
        let events = [0, 0, 1, 2, 3, 20][files.random.random_range(0..6)];
        leads.extend(std::iter::repeat_n(key.clone(), events));
    }
    if files.chance(300) {
        leads.extend(["5555".to_string(), "nobody".to_string()]);
    }
    if files.chance(300) {
        leads.shuffle(&mut files.random);
    }
    let kinds = [&["visited", "bought", " Called "][..], &["visited", "bought", "nothing"]];
    let kinds = kinds[usize::from(files.chance(200))];
    let ignoring = match files.chance(800) {
        true => "unknown_leads = \"ignore\"\nunknown_types = \"ignore\"\n",
        false => "",
    };
    let null = if files.chance(800) { "" } else { "null = [\"big\", \"3\"]\n" };
    let packed = files.chance(150);
    let suffix = if packed { ".gz" } else { "" };
    let zone = files.pick(&["UTC", "Europe/Lisbon"]);
    let manifest = format!(
        "timezone = \"{zone}\"\n[[leads]]\nfiles = \"leads.csv{suffix}\"\n{null}[[events]]\nfiles = \"events*.csv\"\n\
         lead = \"lead\"\ntime = \"at\"\ntype_column = \"type\"\n{ignoring}",
    );
    let head = ["id", "ok", "count", "share", "money", "name", "mail", "word", "tags", "day", "seen"];
    let rows = keys.iter().map(|key| files.lead(key)).collect();
    let mut lead_file = files.file(&head, rows);
    if packed {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&lead_file).expect("memory takes everything");
        lead_file = gzip.finish().expect("memory takes everything");
    }
    let mut project = Project::new(&manifest).file(&format!("leads.csv{suffix}"), lead_file);
    let cut = leads.len() / 3;
    for (name, leads) in [("events1.csv", &leads[..cut]), ("events2.csv", &leads[cut..])] {
        let rows = leads.iter().map(|lead| files.event(lead, kinds)).collect();
        let file = files.file(&["lead", "type", "object", "value", "size", "good", "at"], rows);
        project = project.file(name, file);
    }
    match files.random.random_range(0..4) {
        0 => project.strict(),
        1 => project.rejects(),
        _ => project,
    }
}

#[test]
fn blocks_say_what_rows_say() {
    let seed = std::env::var("QUALIFY_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_260_102);
    println!("seed {seed}, set by QUALIFY_SEED");
    let mut seeds = StdRng::seed_from_u64(seed);
    let mut ways = Vec::new();
    for (odd, bad, times) in [(0, 0, 14), (60, 0, 8), (30, 2, 5), (0, 60, 2)] {
        for number in 0..times {
            let seed = seeds.random();
            let delimiter = [',', ';', '\t'][number % 3];
            let mut files = Files { random: StdRng::seed_from_u64(seed), odd, bad, delimiter };
            let what = format!("seed {seed}, odd {odd}, bad {bad}");
            ways.extend(check(&project(&mut files), &schema(), &what));
        }
    }
    let count = ways.iter().filter(|way| **way == Way::Text).count();
    println!("{count} in blocks of {}", ways.len());
}
