//! The manifest of a project, `qualify.toml`: which model, which files, how they join, where results go.
//!
//! Not in here: finding the files and looking at their columns.

mod check;
mod lint;
mod review;
mod section;

pub use check::Check;
pub use lint::Lint;
pub use review::{Most, Review};

use crate::clock::{TimeFormat, iso};
use crate::format::Format;
use crate::problem::{Problem, ProblemKind};
use qualify_model::calendar::Zone;
use section::Section;
use toml::de::{DeTable, DeValue};

/// The keys of every table that names files.
const FILE_KEYS: [&str; 5] = ["files", "format", "delimiter", "time_format", "null"];

/// What a manifest says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Manifest {
    /// Model files, relative to the manifest.
    pub model: Vec<String>,
    /// Files with tests of the model, relative to the manifest; scoring does not read them.
    pub tests: Vec<String>,
    /// The instant to score at, microseconds since 1970.
    pub as_of: Option<i64>,
    /// The zone of times in the data that have none; UTC if absent.
    pub timezone: Option<String>,
    /// Attributes that no file has, and that are unknown for every lead.
    pub absent: Vec<String>,
    /// The table with the lead key, then tables joined to it.
    pub leads: Vec<TableSource>,
    /// The table of account attributes.
    pub account: Option<TableSource>,
    /// Event files.
    pub events: Vec<EventSource>,
    /// Where results go.
    pub output: Option<Output>,
    /// What `qualify check` allows, and what it makes of the data.
    pub check: Check,
    /// What a change may do without somebody's mark.
    pub review: Option<Review>,
    /// What `qualify lint` allows, and from where on it speaks.
    pub lint: Lint,
}

/// Files and how to read them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Files {
    /// Globs, relative to the manifest.
    pub globs: Vec<String>,
    /// The format, if the names do not tell.
    pub format: Option<Format>,
    /// The delimiter of CSV; found out if absent.
    pub delimiter: Option<u8>,
    /// How times are written.
    pub time_formats: TimeFormats,
    /// Further spellings of missing.
    pub null: Vec<String>,
    /// The line of the manifest.
    pub line: u64,
}

/// How times are written: one format for all columns, others for some.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeFormats {
    /// For columns that are not named.
    pub usual: TimeFormat,
    /// Column and format.
    pub columns: Vec<(String, TimeFormat)>,
}

impl Default for TimeFormats {
    fn default() -> TimeFormats {
        TimeFormats { usual: TimeFormat::Iso, columns: Vec::new() }
    }
}

impl TimeFormats {
    /// The format of that column.
    pub(crate) fn of(&self, column: &str) -> &TimeFormat {
        let same = |c: &str| c.trim().to_lowercase() == column.to_lowercase();
        self.columns.iter().find(|(c, _)| same(c)).map_or(&self.usual, |(_, f)| f)
    }
}

/// A table of leads, or one joined to them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableSource {
    /// Its files.
    pub files: Files,
    /// Its key column; for the first table the schema's `lead key` if absent.
    pub key: Option<String>,
    /// The table has no key column: rows are numbered from 1.
    pub row_numbers: bool,
    /// The column of an earlier table that holds this table's key.
    pub join: Option<String>,
    /// Attribute path or name, and the column it is read from.
    pub columns: Vec<(String, String)>,
}

/// The event type of the rows of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventType {
    /// All are of this type.
    Constant(String),
    /// A column says.
    Column(String),
}

/// What to do with rows of unknown types or leads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unknown {
    /// They are errors.
    #[default]
    Error,
    /// They are counted and left out.
    Ignore,
}

/// An event file.
#[derive(Clone, Debug, PartialEq)]
pub struct EventSource {
    /// Its files.
    pub files: Files,
    /// The column with the lead's key; the schema's `lead key` if absent.
    pub lead: Option<String>,
    /// The column with the time.
    pub time: String,
    /// The type.
    pub kind: EventType,
    /// The column that says when the event became known.
    pub received: Option<String>,
    /// The column that identifies a delivery.
    pub id: Option<String>,
    /// Property and column.
    pub properties: Vec<(String, String)>,
    /// Properties that the files do not have.
    pub absent: Vec<String>,
    /// Rows of types that the schema does not have.
    pub unknown_types: Unknown,
    /// Rows of leads that the first table does not have.
    pub unknown_leads: Unknown,
}

/// Where results go.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// The file, relative to the manifest; `-` is standard output.
    pub file: String,
    /// The format, if the name does not tell.
    pub format: Option<Format>,
}

impl Manifest {
    /// Reads a manifest; `name` is what messages call it. All mistakes come at once.
    pub fn parse(name: &str, text: &str) -> Result<Manifest, Vec<Problem>> {
        let mut problems = Vec::new();
        let manifest = match DeTable::parse(text) {
            Ok(table) => {
                let mut top = Section::new(name, text, table.get_ref(), 1, &mut problems);
                manifest(&mut top)
            }
            Err(error) => {
                let line = error.span().map_or(1, |s| section::line(text, s.start));
                let first = error.message().lines().next().unwrap_or_default().to_string();
                problems.push(Problem::new(ProblemKind::Manifest, name, first).row(line));
                Manifest::default()
            }
        };
        problems.sort_by_key(|p| p.row);
        if problems.is_empty() { Ok(manifest) } else { Err(problems) }
    }
}

fn manifest(top: &mut Section<'_>) -> Manifest {
    top.allow(
        &[
            "model", "tests", "as_of", "timezone", "absent", "leads", "account", "events", "output", "check",
            "lint", "review",
        ],
        "the manifest",
    );
    let model = top.texts("model").unwrap_or_default();
    let tests = top.texts("tests").unwrap_or_default();
    let timezone = top.text("timezone");
    let zone = match timezone.as_deref().map(Zone::named) {
        Some(None) => {
            top.wrong("timezone", "expected the name of a time zone such as `Europe/Lisbon`");
            Zone::utc()
        }
        zone => zone.flatten().unwrap_or_else(Zone::utc),
    };
    let as_of = top.moment("as_of").and_then(|text| {
        let instant = iso(&text).and_then(|m| m.instant(&zone));
        if instant.is_none() {
            top.wrong("as_of", "expected a time such as `2024-01-31T00:00:00Z`");
        }
        instant
    });
    let absent = top.texts("absent").unwrap_or_default();
    let leads: Vec<_> = top.tables("leads", |i, s| table_source(s, i == 0));
    let account = top.table("account", |s| table_source(s, false));
    let events = top.tables("events", |_, s| event_source(s));
    let output = top.table("output", |s| {
        s.allow(&["file", "format"], "`[output]`");
        Output { file: s.required("file"), format: format(s) }
    });
    let check = top.table("check", check::check).unwrap_or_default();
    let lint = top.table("lint", lint::lint).unwrap_or_default();
    let review = top.table("review", review::review);
    top.missing("model", "model = \"model.qualify\"");
    top.missing("leads", "[[leads]]\nfiles = \"leads.csv\"");
    Manifest { model, tests, as_of, timezone, absent, leads, account, events, output, check, lint, review }
}

fn files(s: &mut Section<'_>) -> Files {
    let globs = s.texts("files").unwrap_or_default();
    s.missing("files", "files = \"data/file.csv\"");
    let delimiter = s.text("delimiter").and_then(|text| {
        let single = <[u8; 1]>::try_from(text.as_bytes()).ok();
        if single.is_none() {
            s.wrong("delimiter", "expected one character such as `;`");
        }
        single.map(|[byte]| byte)
    });
    let format = format(s);
    let time_formats = time_formats(s);
    Files {
        globs,
        format,
        delimiter,
        time_formats,
        null: s.texts("null").unwrap_or_default(),
        line: s.line(),
    }
}

fn format(s: &mut Section<'_>) -> Option<Format> {
    let name = s.text("format")?;
    let format = Format::named(&name);
    if format.is_none() {
        s.wrong("format", &format!("expected one of `{}`", Format::NAMES.join("`, `")));
    }
    format
}

fn time_formats(s: &mut Section<'_>) -> TimeFormats {
    const EXPECTED: &str =
        "expected `iso`, `epoch_seconds`, `epoch_millis` or a pattern such as `%d/%m/%Y %H:%M`";
    const POSSIBLE: &str = "no time can be read by this pattern; it needs day, month and year, and for a clock time \
                            the hour, as in `%d/%m/%Y %H:%M` or `%m/%d/%Y %I:%M %p`";
    let mut formats = TimeFormats::default();
    let mut impossible = false;
    let mut named = |text: &str| {
        let format = TimeFormat::named(text);
        impossible |= format.as_ref().is_some_and(|f| !f.possible());
        format
    };
    if let Some(DeValue::Table(_)) = s.value("time_format") {
        for (column, text) in s.map("time_format") {
            match named(&text) {
                Some(format) => formats.columns.push((column, format)),
                None => s.wrong("time_format", EXPECTED),
            }
        }
    } else if let Some(text) = s.text("time_format") {
        match named(&text) {
            Some(format) => formats.usual = format,
            None => s.wrong("time_format", EXPECTED),
        }
    }
    if impossible {
        s.wrong("time_format", POSSIBLE);
    }
    formats
}

fn table_source(s: &mut Section<'_>, first: bool) -> TableSource {
    let own = ["key", "row_numbers", "join", "columns"];
    s.allow(&[&own[..], &FILE_KEYS].concat(), "a table of leads");
    let row_numbers = s.flag("row_numbers");
    let source = TableSource {
        files: files(s),
        key: s.text("key"),
        row_numbers,
        join: s.text("join"),
        columns: s.map("columns"),
    };
    if first && source.join.is_some() {
        s.wrong("join", "the first table has the leads, nothing it could be joined to");
    }
    if !first && source.join.is_none() {
        let key = source.key.as_deref().unwrap_or("contact_id");
        s.missing("join", &format!("join = \"{key}\""));
    }
    if row_numbers && (!first || source.key.is_some()) {
        s.wrong("row_numbers", "only a first table without a key column can number its rows");
    }
    source
}

fn event_source(s: &mut Section<'_>) -> EventSource {
    let own = [
        "lead",
        "time",
        "type",
        "type_column",
        "received",
        "id",
        "properties",
        "absent",
        "unknown_types",
        "unknown_leads",
    ];
    s.allow(&[&own[..], &FILE_KEYS].concat(), "an event file");
    let kind = match (s.text("type"), s.text("type_column")) {
        (Some(name), None) => EventType::Constant(name),
        (None, Some(column)) => EventType::Column(column),
        (Some(name), Some(_)) => {
            s.wrong("type_column", "either `type` or `type_column`, not both");
            EventType::Constant(name)
        }
        (None, None) => {
            if !s.has("type_column") {
                s.missing("type", "type = \"visited\"");
            }
            EventType::Constant(String::new())
        }
    };
    EventSource {
        files: files(s),
        lead: s.text("lead"),
        time: s.required("time"),
        kind,
        received: s.text("received"),
        id: s.text("id"),
        properties: s.map("properties"),
        absent: s.texts("absent").unwrap_or_default(),
        unknown_types: unknown(s, "unknown_types"),
        unknown_leads: unknown(s, "unknown_leads"),
    }
}

fn unknown(s: &mut Section<'_>, key: &str) -> Unknown {
    match s.text(key).as_deref() {
        Some("ignore") => Unknown::Ignore,
        None | Some("error") => Unknown::Error,
        Some(_) => {
            s.wrong(key, "expected `ignore` or `error`");
            Unknown::Error
        }
    }
}
