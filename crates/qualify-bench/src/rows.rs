//! What is measured: one row for each program, way of reading and number of threads.

use crate::data_set::{DataSet, Order, project};
use crate::failure::Failure;
use crate::in_memory::Scorer;
use crate::many_rules;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The scripts that run other programs, and their queries.
const OTHERS: [(&str, &str); 4] = [
    ("duckdb_rows.py", include_str!("../other/duckdb_rows.py")),
    ("polars_rows.py", include_str!("../other/polars_rows.py")),
    ("plain.sql", include_str!("../other/plain.sql")),
    ("tuned.sql", include_str!("../other/tuned.sql")),
];

/// What a row belongs to, in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// The data in memory.
    Rules,
    /// Parquet sorted by lead, to a file of scores.
    Sorted,
    /// Parquet in the order of time.
    Arrival,
    /// CSV.
    Csv,
    /// Ten times the rules.
    ManyRules,
    /// From the text of rules to machine code.
    Compile,
    /// Leads one by one.
    OneLead,
    /// Ten times the data.
    Large,
}

impl Section {
    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Section::Rules => "Rules only, data in memory",
            Section::Sorted => "Parquet sorted by lead, to a file of scores",
            Section::Arrival => "Parquet in the order of time, to a file of scores",
            Section::Csv => "CSV sorted by lead",
            Section::ManyRules => "600 rules, Parquet sorted by lead",
            Section::Compile => "From the text of the rules to machine code",
            Section::OneLead => "One lead with twenty events, model in hand",
            Section::Large => "Ten times the data, Parquet sorted by lead",
        }
    }

    /// The row that the others are compared with.
    pub fn base(self) -> &'static str {
        match self {
            Section::Rules => "rules/by-hand",
            Section::Sorted | Section::ManyRules => "sorted/by-hand/1",
            Section::Arrival => "arrival/by-hand",
            Section::Csv => "csv/duckdb-read",
            Section::Compile => "compile/60",
            Section::OneLead => "one-lead",
            Section::Large => "large/by-hand",
        }
    }
}

/// How a row is measured.
#[derive(Clone, Debug)]
pub enum Work {
    /// A program, from its start to its end.
    Program(Vec<OsString>),
    /// A program that measures itself and tells.
    Tells(Vec<OsString>),
    /// It cannot be measured here; why.
    Missing(String),
}

/// One row.
#[derive(Clone, Debug)]
pub struct Row {
    /// A short name without blanks.
    pub id: String,
    /// Where it stands.
    pub section: Section,
    /// What is measured.
    pub name: String,
    /// How.
    pub work: Work,
    /// The scores that it writes, to be checked.
    pub scores: Option<PathBuf>,
}

/// What the rows are made for.
pub struct Wanted<'a> {
    /// The data.
    pub data: &'a DataSet,
    /// Ten times the data.
    pub large: Option<&'a DataSet>,
    /// Whether CSV files are there.
    pub csv: bool,
    /// Numbers of threads.
    pub threads: &'a [usize],
    /// Rows whose name contains one of these; all, if there are none.
    pub only: &'a [String],
    /// The Python with other programs.
    pub python: &'a Path,
    /// The program `qualify`.
    pub qualify: PathBuf,
    /// This program.
    pub bench: PathBuf,
}

/// All rows that are wanted.
pub fn all(wanted: &Wanted) -> Result<Vec<Row>, Failure> {
    let others = Others::new(wanted)?;
    let mut rows = rules(wanted);
    for (section, order, way) in
        [(Section::Sorted, Order::Sorted, "sorted"), (Section::Arrival, Order::Arrival, "arrival")]
    {
        rows.extend(by_hand(wanted, section, way));
        rows.extend(wanted.threads.iter().map(|threads| qualify(wanted, section, way, *threads, &[])));
        rows.extend(others.rows(wanted, section, order, way));
    }
    if wanted.csv {
        rows.push(others.csv(wanted));
        rows.extend(wanted.threads.iter().map(|threads| qualify(wanted, Section::Csv, "csv", *threads, &[])));
    }
    rows.push(many(wanted)?);
    rows.extend(small(wanted));
    rows.extend(large(wanted));
    let is_wanted = |row: &Row| {
        let said = |text: &String| row.id.contains(text.as_str()) || row.name.contains(text.as_str());
        wanted.only.is_empty() || wanted.only.iter().any(said)
    };
    rows.retain(is_wanted);
    Ok(rows)
}

/// A command line of this program or another.
fn command(program: &Path, arguments: &[&str], paths: &[(&str, &Path)]) -> Vec<OsString> {
    let mut command = vec![program.as_os_str().to_os_string()];
    command.extend(arguments.iter().map(OsString::from));
    for (flag, path) in paths {
        if !flag.is_empty() {
            command.push(flag.into());
        }
        command.push(path.as_os_str().to_os_string());
    }
    command
}

/// The file for the scores of a row.
pub fn scores_file(data: &DataSet, id: &str) -> PathBuf {
    data.folder.join("scores").join(format!("{}.parquet", id.replace('/', "-")))
}

fn rules(wanted: &Wanted) -> Vec<Row> {
    let row = |(id, name, scorer, rules): (&str, &str, Scorer, &str)| Row {
        id: format!("rules/{id}"),
        section: Section::Rules,
        name: name.to_string(),
        work: Work::Tells(command(
            &wanted.bench,
            &["rules", "--by", scorer.name(), "--rules", rules],
            &[("--data", &wanted.data.folder)],
        )),
        scores: None,
    };
    let scorers = [
        ("by-hand", "hand-written, by class and age", Scorer::Histogram, "60"),
        ("by-hand-one-pass", "hand-written, one pass", Scorer::OnePass, "60"),
        ("qualify", "qualify, default", Scorer::Qualify, "60"),
        ("qualify-interpreter", "qualify, interpreter", Scorer::Interpreter, "60"),
        ("qualify-jit", "qualify, machine code", Scorer::Jit, "60"),
        ("qualify-600", "qualify, default, 600 rules", Scorer::Qualify, "600"),
    ];
    scorers.into_iter().map(row).collect()
}

/// From text to machine code, and leads one by one.
fn small(wanted: &Wanted) -> Vec<Row> {
    let row = |section, id: &str, name: String, work| Row {
        id: id.to_string(),
        section,
        name,
        work: Work::Tells(work),
        scores: None,
    };
    let mut rows: Vec<Row> = [60, 600, 2_500, 5_000, 10_000]
        .map(|rules: usize| {
            let work = command(&wanted.bench, &["compile", &rules.to_string()], &[]);
            row(Section::Compile, &format!("compile/{rules}"), format!("{rules} rules"), work)
        })
        .into();
    let work = command(&wanted.bench, &["one-lead"], &[("--data", &wanted.data.folder)]);
    rows.push(row(Section::OneLead, "one-lead", "qualify, default".to_string(), work));
    rows
}

fn by_hand(wanted: &Wanted, section: Section, way: &str) -> Vec<Row> {
    let row = |id: String, name: &str, flags: &[&str]| {
        let scores = scores_file(wanted.data, &id);
        let mut arguments = vec!["reference", "--order", way];
        arguments.extend(flags);
        let paths = [("--data", wanted.data.folder.as_path()), ("--out", &scores)];
        let work = Work::Program(command(&wanted.bench, &arguments, &paths));
        Row { id, section, name: name.to_string(), work, scores: Some(scores) }
    };
    if section == Section::Arrival {
        return vec![
            row(format!("{way}/by-hand"), "hand-written", &[]),
            row(
                format!("{way}/by-hand-partitioned"),
                "hand-written, grouped by blocks of leads",
                &["--grouping", "partitioned"],
            ),
        ];
    }
    let threads = |threads: &usize| {
        let (count, plural) = (threads.to_string(), if *threads == 1 { "" } else { "s" });
        let name = format!("hand-written, {threads} thread{plural}");
        row(format!("{way}/by-hand/{threads}"), &name, &["--threads", &count])
    };
    wanted.threads.iter().map(threads).collect()
}

/// `qualify score` of a project of the data.
fn qualify(wanted: &Wanted, section: Section, way: &str, threads: usize, more: &[&str]) -> Row {
    let id = format!("{way}/qualify/{threads}");
    let data = if section == Section::Large { wanted.large.unwrap_or(wanted.data) } else { wanted.data };
    let scores = scores_file(data, &id);
    let (folder, count) =
        (project(data, if section == Section::Large { "sorted" } else { way }), threads.to_string());
    let mut arguments = vec!["score", "--threads", &count];
    arguments.extend(more);
    let work = command(&wanted.qualify, &arguments, &[("", &folder), ("--output", &scores)]);
    let plural = if threads == 1 { "" } else { "s" };
    let name = format!("qualify, {threads} thread{plural}");
    let scores = (section != Section::ManyRules).then_some(scores);
    Row { id, section, name, work: Work::Program(work), scores }
}

/// Ten times the rules on the same data.
fn many(wanted: &Wanted) -> Result<Row, Failure> {
    let (from, to) = (project(wanted.data, "sorted"), project(wanted.data, "600"));
    fs::create_dir_all(&to).map_err(Failure::at(&to))?;
    for file in ["qualify.toml", "schema.qualify"] {
        fs::copy(from.join(file), to.join(file)).map_err(Failure::at(&to))?;
    }
    fs::write(to.join("model.qualify"), many_rules::model(600)).map_err(Failure::at(&to))?;
    Ok(qualify(wanted, Section::ManyRules, "600", 1, &[]))
}

/// Ten times the data: by hand as a check, and within a bound of memory.
fn large(wanted: &Wanted) -> Vec<Row> {
    let Some(data) = wanted.large else { return Vec::new() };
    let id = "large/by-hand";
    let scores = scores_file(data, id);
    let work = command(&wanted.bench, &["reference"], &[("--data", &data.folder), ("--out", &scores)]);
    let mut rows = vec![Row {
        id: id.to_string(),
        section: Section::Large,
        name: "hand-written, 1 thread".to_string(),
        work: Work::Program(work),
        scores: Some(scores),
    }];
    let threads = *wanted.threads.last().unwrap_or(&1);
    let mut bounded = qualify(wanted, Section::Large, "large", threads, &["--memory", "1GiB"]);
    bounded.name.push_str(", --memory 1GiB");
    rows.push(bounded);
    rows
}

/// DuckDB and Polars, as far as the Python has them.
struct Others {
    scripts: PathBuf,
    duckdb: Result<String, String>,
    polars: Result<String, String>,
}

impl Others {
    fn new(wanted: &Wanted) -> Result<Others, Failure> {
        let scripts = wanted.data.folder.join("other");
        fs::create_dir_all(&scripts).map_err(Failure::at(&scripts))?;
        for (name, text) in OTHERS {
            fs::write(scripts.join(name), text).map_err(Failure::at(&scripts))?;
        }
        let version = |module: &str| {
            let code = format!("import {module}; print({module}.__version__)");
            let output = Command::new(wanted.python).args(["-c", &code]).output();
            match output {
                Ok(output) if output.status.success() => {
                    Ok(String::from_utf8_lossy(&output.stdout).trim().to_string())
                }
                _ => Err("not installed".to_string()),
            }
        };
        Ok(Others { scripts, duckdb: version("duckdb"), polars: version("polars") })
    }

    fn rows(&self, wanted: &Wanted, section: Section, order: Order, way: &str) -> Vec<Row> {
        let (leads, events) = (wanted.data.leads_file(), wanted.data.events_file(order));
        let make = |id: &str, name: String, work: &dyn Fn(&Path) -> Work| {
            let id = format!("{way}/{id}");
            let scores = scores_file(wanted.data, &id);
            Row { work: work(&scores), id, section, name, scores: Some(scores) }
        };
        let duckdb = |kind: &str| {
            let query = self.scripts.join(format!("{kind}.sql"));
            let version = self.duckdb.as_deref().unwrap_or("");
            make(&format!("duckdb-{kind}"), format!("DuckDB {version}, {kind} SQL, 1 thread"), &|scores| {
                let files = [("score", query.as_path()), ("", &leads), ("", &events)];
                let mut work = self.python(wanted, "duckdb_rows.py", &files);
                work.extend(["1".into(), scores.as_os_str().to_os_string()]);
                self.duckdb.as_ref().map_or_else(|why| Work::Missing(why.clone()), |_| Work::Tells(work))
            })
        };
        let version = self.polars.as_deref().unwrap_or("");
        let polars = make("polars", format!("Polars {version}, streaming, 1 thread"), &|scores| {
            let files = [("", leads.as_path()), ("", &events)];
            let mut work = self.python(wanted, "polars_rows.py", &files);
            work.extend(["1".into(), scores.as_os_str().to_os_string()]);
            self.polars.as_ref().map_or_else(|why| Work::Missing(why.clone()), |_| Work::Tells(work))
        });
        vec![duckdb("plain"), duckdb("tuned"), polars]
    }

    /// DuckDB reads the CSV files and does nothing with them.
    fn csv(&self, wanted: &Wanted) -> Row {
        let leads = wanted.data.leads_file().with_extension("csv");
        let events = wanted.data.events_file(Order::Sorted).with_extension("csv");
        let files = [("read", leads.as_path()), ("", &events)];
        let mut work = self.python(wanted, "duckdb_rows.py", &files);
        work.push("1".into());
        let version = self.duckdb.as_deref().unwrap_or("");
        Row {
            id: "csv/duckdb-read".to_string(),
            section: Section::Csv,
            name: format!("DuckDB {version}, reads every column and no more, 1 thread"),
            work: self.duckdb.as_ref().map_or_else(|why| Work::Missing(why.clone()), |_| Work::Tells(work)),
            scores: None,
        }
    }

    fn python(&self, wanted: &Wanted, script: &str, files: &[(&str, &Path)]) -> Vec<OsString> {
        let script = self.scripts.join(script);
        let mut paths = vec![("", script.as_path())];
        paths.extend_from_slice(files);
        command(wanted.python, &[], &paths)
    }
}
