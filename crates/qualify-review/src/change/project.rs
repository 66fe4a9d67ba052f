//! What changed in the manifest of a project, as far as results hang on it: when and on which data leads are scored, and
//! how these data are read.
//!
//! Not in here: what the rules say, where results go, what checks and budgets allow.

use super::words::enumerate;
use qualify_data::{EventSource, EventType, Files, Manifest, TableSource, TimeFormat, Unknown};
use qualify_model::calendar::format_instant;
use serde::Serialize;

/// So many columns or names a sentence tells.
const NAMES: usize = 6;

/// One thing that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProjectChange {
    /// The key of the manifest: `as_of`, `leads`, `events`.
    pub key: String,
    /// The change in a sentence, without a full stop; names stand in backticks.
    pub sentence: String,
}

/// The changes of a manifest, in the order of its keys.
pub fn project(old: &Manifest, new: &Manifest) -> Vec<ProjectChange> {
    let mut out = Vec::new();
    let mut tell = |key: &str, sentence: String| out.push(ProjectChange { key: key.to_string(), sentence });
    if old.model != new.model {
        tell("model", format!("the model is read from {}, was {}", names(&new.model), names(&old.model)));
    }
    if old.as_of != new.as_of {
        let instant = |at: Option<i64>| {
            at.map_or_else(|| "the moment of the run".to_string(), |at| format!("`{}`", format_instant(at)))
        };
        tell("as_of", format!("leads are scored as of {}, was {}", instant(new.as_of), instant(old.as_of)));
    }
    let zone = |manifest: &Manifest| manifest.timezone.clone().unwrap_or_else(|| "UTC".to_string());
    if zone(old) != zone(new) {
        tell("timezone", format!("times without a zone are those of `{}`, was `{}`", zone(new), zone(old)));
    }
    let (more, less) = (without(&new.absent, &old.absent), without(&old.absent, &new.absent));
    if !more.is_empty() {
        tell("absent", format!("now in no file, and unknown for every lead: {}", names(&more)));
    }
    if !less.is_empty() {
        tell(
            "absent",
            format!("now looked for in the files, before unknown for every lead: {}", names(&less)),
        );
    }
    tables(&old.leads, &new.leads, &mut |sentence| tell("leads", sentence));
    match (&old.account, &new.account) {
        (Some(a), Some(b)) => told("accounts", table(a, b), &mut |sentence| tell("account", sentence)),
        (None, Some(b)) => tell("account", format!("accounts are now read, from {}", files_of(&b.files))),
        (Some(a), None) => {
            tell("account", format!("accounts are no longer read, was {}", files_of(&a.files)))
        }
        (None, None) => {}
    }
    events(&old.events, &new.events, &mut |sentence| tell("events", sentence));
    out
}

type Tell<'t> = dyn FnMut(String) + 't;

fn told(subject: &str, said: Vec<String>, tell: &mut Tell<'_>) {
    if !said.is_empty() {
        tell(format!("{subject}: {}", said.join("; ")));
    }
}

fn names(all: &[String]) -> String {
    let quoted: Vec<String> = all.iter().map(|name| format!("`{name}`")).collect();
    if quoted.is_empty() { "nothing".to_string() } else { enumerate(&quoted, NAMES) }
}

fn files_of(files: &Files) -> String {
    names(&files.globs)
}

fn without(all: &[String], of: &[String]) -> Vec<String> {
    all.iter().filter(|name| !of.contains(name)).cloned().collect()
}

/// Which of the new is which of the old: those of equal files, then the first of those that are left on both sides.
fn pairs<T>(old: &[T], new: &[T], same: impl Fn(&T, &T) -> bool, alike: impl Fn(&T, &T) -> bool) -> Paired {
    let mut of_new: Vec<Option<usize>> = vec![None; new.len()];
    let mut taken = vec![false; old.len()];
    for like in [&same as &dyn Fn(&T, &T) -> bool, &alike] {
        for (j, other) in new.iter().enumerate() {
            let free = |i: &usize| !taken[*i] && like(&old[*i], other);
            if of_new[j].is_none()
                && let Some(i) = (0..old.len()).find(free)
            {
                (of_new[j], taken[i]) = (Some(i), true);
            }
        }
    }
    Paired { of_new, gone: (0..old.len()).filter(|i| !taken[*i]).collect() }
}

struct Paired {
    of_new: Vec<Option<usize>>,
    gone: Vec<usize>,
}

fn tables(old: &[TableSource], new: &[TableSource], tell: &mut Tell<'_>) {
    // the first table has the leads, the others are joined to it
    let role = |table: &TableSource| table.join.is_some();
    let paired = pairs(old, new, |a, b| a.files.globs == b.files.globs, |a, b| role(a) == role(b));
    let subject = |table: &TableSource| match table.join {
        None => "leads".to_string(),
        Some(_) => format!("leads, joined table {}", files_of(&table.files)),
    };
    for (j, i) in paired.of_new.iter().enumerate() {
        match i {
            Some(i) => told(&subject(&new[j]), table(&old[*i], &new[j]), tell),
            None => tell(format!("leads are now also read from {}", files_of(&new[j].files))),
        }
    }
    for i in paired.gone {
        tell(format!("leads are no longer read from {}", files_of(&old[i].files)));
    }
}

/// What differs in a table.
fn table(old: &TableSource, new: &TableSource) -> Vec<String> {
    let mut out = Vec::new();
    files(&old.files, &new.files, &mut out);
    column("the key is", &old.key, &new.key, "that of the schema", &mut out);
    if old.row_numbers != new.row_numbers {
        out.push(
            (if new.row_numbers { "rows are numbered now, instead of a key" } else { "rows have a key now" })
                .into(),
        );
    }
    column("joined by", &old.join, &new.join, "nothing", &mut out);
    columns(&old.columns, &new.columns, &mut out);
    out
}

fn events(old: &[EventSource], new: &[EventSource], tell: &mut Tell<'_>) {
    let same = |a: &EventSource, b: &EventSource| a.files.globs == b.files.globs && a.kind == b.kind;
    let alike = |a: &EventSource, b: &EventSource| a.kind == b.kind || a.files.globs == b.files.globs;
    let paired = pairs(old, new, same, alike);
    let subject = |events: &EventSource| match &events.kind {
        EventType::Constant(name) => format!("events `{name}`"),
        EventType::Column(_) => format!("events of {}", files_of(&events.files)),
    };
    for (j, i) in paired.of_new.iter().enumerate() {
        match i {
            Some(i) => told(&subject(&new[j]), event(&old[*i], &new[j]), tell),
            None => tell(format!("{} are now read, from {}", subject(&new[j]), files_of(&new[j].files))),
        }
    }
    for i in paired.gone {
        tell(format!("{} are no longer read, was {}", subject(&old[i]), files_of(&old[i].files)));
    }
}

/// What differs in events.
fn event(old: &EventSource, new: &EventSource) -> Vec<String> {
    let mut out = Vec::new();
    files(&old.files, &new.files, &mut out);
    if old.kind != new.kind {
        let kind = |kind: &EventType| match kind {
            EventType::Constant(name) => format!("`{name}`"),
            EventType::Column(name) => format!("what the column `{name}` says"),
        };
        out.push(format!("their type is {}, was {}", kind(&new.kind), kind(&old.kind)));
    }
    column("the lead is in", &old.lead, &new.lead, "the column of the lead key", &mut out);
    if old.time != new.time {
        out.push(format!("the time is in `{}`, was `{}`", new.time, old.time));
    }
    column("received is", &old.received, &new.received, "not told", &mut out);
    column("deliveries are told apart by", &old.id, &new.id, "nothing", &mut out);
    columns(&old.properties, &new.properties, &mut out);
    let (more, less) = (without(&new.absent, &old.absent), without(&old.absent, &new.absent));
    if !more.is_empty() {
        out.push(format!("now in no file, and unknown: {}", names(&more)));
    }
    if !less.is_empty() {
        out.push(format!("now looked for in the files, before unknown: {}", names(&less)));
    }
    let unknown = |what: &str, was: Unknown, is: Unknown, out: &mut Vec<String>| match (was, is) {
        (Unknown::Error, Unknown::Ignore) => {
            out.push(format!("events of {what} are now left out, before an error"))
        }
        (Unknown::Ignore, Unknown::Error) => {
            out.push(format!("events of {what} are now an error, before left out"))
        }
        _ => {}
    };
    unknown("a type that the schema does not have", old.unknown_types, new.unknown_types, &mut out);
    unknown("a lead that is not known", old.unknown_leads, new.unknown_leads, &mut out);
    out
}

/// What differs in files.
fn files(old: &Files, new: &Files, out: &mut Vec<String>) {
    if old.globs != new.globs {
        out.push(format!("read from {}, was {}", files_of(new), files_of(old)));
    }
    if old.format != new.format {
        let name =
            |files: &Files| files.format.map_or("what the name of the file says", |format| format.name());
        out.push(format!("the format is {}, was {}", name(new), name(old)));
    }
    if old.delimiter != new.delimiter {
        let sign = |files: &Files| match files.delimiter {
            None => "found out".to_string(),
            Some(b'\t') => "a tab".to_string(),
            Some(sign) => format!("`{}`", char::from(sign)),
        };
        out.push(format!("the delimiter is {}, was {}", sign(new), sign(old)));
    }
    let format = |format: &TimeFormat| match format {
        TimeFormat::Iso => "iso".to_string(),
        TimeFormat::EpochSeconds => "epoch_seconds".to_string(),
        TimeFormat::EpochMillis => "epoch_millis".to_string(),
        TimeFormat::Pattern(pattern) => pattern.clone(),
    };
    let (was, is) = (&old.time_formats, &new.time_formats);
    if was.usual != is.usual {
        out.push(format!("times are written as `{}`, was `{}`", format(&is.usual), format(&was.usual)));
    }
    let of = |formats: &[(String, TimeFormat)], usual: &TimeFormat, column: &String| {
        let found = formats.iter().find(|(name, _)| name == column);
        format(found.map_or(usual, |(_, format)| format))
    };
    let mut seen: Vec<&String> = Vec::new();
    for (column, _) in is.columns.iter().chain(&was.columns) {
        let (a, b) = (of(&was.columns, &was.usual, column), of(&is.columns, &is.usual, column));
        if a != b && !seen.contains(&column) {
            out.push(format!("times of `{column}` are written as `{b}`, was `{a}`"));
        }
        seen.push(column);
    }
    let (more, less) = (without(&new.null, &old.null), without(&old.null, &new.null));
    if !more.is_empty() {
        out.push(format!("now means unknown: {}", names(&more)));
    }
    if !less.is_empty() {
        out.push(format!("no longer means unknown: {}", names(&less)));
    }
}

fn column(word: &str, old: &Option<String>, new: &Option<String>, none: &str, out: &mut Vec<String>) {
    if old != new {
        let name = |name: &Option<String>| name.as_ref().map_or(none.to_string(), |name| format!("`{name}`"));
        out.push(format!("{word} {}, was {}", name(new), name(old)));
    }
}

/// What is read from which column.
fn columns(old: &[(String, String)], new: &[(String, String)], out: &mut Vec<String>) {
    let of = |all: &[(String, String)], what: &String| {
        let found = all.iter().find(|(name, _)| name == what);
        found.map_or("the column of its own name".to_string(), |(_, column)| format!("`{column}`"))
    };
    let mut seen: Vec<&String> = Vec::new();
    for (what, _) in new.iter().chain(old) {
        let (a, b) = (of(old, what), of(new, what));
        if a != b && !seen.contains(&what) {
            out.push(format!("`{what}` is read from {b}, was {a}"));
        }
        seen.push(what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = r#"
model = "model.qualify"
as_of = "2026-01-31T00:00:00Z"

[[leads]]
files = "leads.csv"

[[leads]]
files = "contacts.csv"
key = "contact_id"
join = "contact_id"

[account]
files = "accounts.csv"
join = "account_id"

[[events]]
type = "touch"
files = "touches.csv"
time = "at"
"#;

    fn manifest(text: &str) -> Manifest {
        Manifest::parse("qualify.toml", text).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"))
    }

    #[test]
    fn each_in_a_sentence() {
        let check = |from: &str, to: &str, expected: &[&str]| {
            assert!(OLD.contains(from), "{from}");
            let found = project(&manifest(OLD), &manifest(&OLD.replacen(from, to, 1)));
            let found: Vec<&str> = found.iter().map(|change| change.sentence.as_str()).collect();
            assert_eq!(found, expected, "{from} -> {to}");
        };
        check("as_of", "# a comment\n\nas_of", &[]);
        check("[[events]]", "[output]\nfile = \"scores.csv\"\n[[events]]", &[]);
        check(
            "2026-01-31",
            "2026-02-28",
            &["leads are scored as of `2026-02-28T00:00:00Z`, was `2026-01-31T00:00:00Z`"],
        );
        check(
            "as_of = \"2026-01-31T00:00:00Z\"\n",
            "timezone = \"Europe/Paris\"\nabsent = [\"phone\"]\n",
            &[
                "leads are scored as of the moment of the run, was `2026-01-31T00:00:00Z`",
                "times without a zone are those of `Europe/Paris`, was `UTC`",
                "now in no file, and unknown for every lead: `phone`",
            ],
        );
        check(
            "files = \"leads.csv\"",
            "files = \"leads-2.csv\"",
            &["leads: read from `leads-2.csv`, was `leads.csv`"],
        );
        check(
            "files = \"leads.csv\"",
            "files = \"leads.csv\"\nnull = [\"n/a\"]\ntime_format = \"%d/%m/%Y\"\n[leads.columns]\nsize = \"Employees\"",
            &[
                "leads: times are written as `%d/%m/%Y`, was `iso`; now means unknown: `n/a`; `size` is read from `Employees`, was the column of its own name",
            ],
        );
        check(
            "key = \"contact_id\"\njoin = \"contact_id\"",
            "key = \"id\"\njoin = \"contact\"",
            &[
                "leads, joined table `contacts.csv`: the key is `id`, was `contact_id`; joined by `contact`, was `contact_id`",
            ],
        );
        check(
            "[[leads]]\nfiles = \"contacts.csv\"\nkey = \"contact_id\"\njoin = \"contact_id\"\n",
            "",
            &["leads are no longer read from `contacts.csv`"],
        );
        check(
            "[account]\nfiles = \"accounts.csv\"\njoin = \"account_id\"\n",
            "",
            &["accounts are no longer read, was `accounts.csv`"],
        );
        check(
            "time = \"at\"",
            "time = \"seen\"\nunknown_types = \"ignore\"\nunknown_leads = \"ignore\"\nid = \"nr\"",
            &[
                "events `touch`: the time is in `seen`, was `at`; deliveries are told apart by `nr`, was nothing; events of a type that the schema does not have are now left out, before an error; events of a lead that is not known are now left out, before an error",
            ],
        );
        check(
            "time = \"at\"",
            "time = \"at\"\n[[events]]\ntype = \"call\"\nfiles = \"calls.csv\"\ntime = \"at\"",
            &["events `call` are now read, from `calls.csv`"],
        );
    }
}
