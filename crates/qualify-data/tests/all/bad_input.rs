//! What is wrong with data is said with its place; nothing is lost, nothing is guessed.

use crate::support::*;
use qualify_model::{Schema, Type, Value};

fn check(project: Project, schema: &Schema, expected: &str) {
    let shown = project.show(schema);
    assert_eq!(trimmed(&shown), trimmed(expected), "\n{shown}");
}

#[test]
fn every_kind_of_bad_row_in_one_run() {
    let mut schema = leads(&[("size", INTEGER), ("at", Type::Time)]);
    schema.events = vec![event("visited", &[("page", TEXT)]), event("opened", &[])];
    let manifest = r#"
[[leads]]
files = "leads.csv"
[[events]]
files = "events.csv"
lead = "id"
time = "when"
type_column = "what"
"#;
    let project = Project::new(manifest)
        .file("leads.csv", "id,size,at\n1,N/A,2024-01-01\n,5,\n3,5,31/12/2023\n4,5\n5,1,\n5,2,\n6,7,\n")
        .file("events.csv", b"id,what,when,page\n9,visited,2024-01-01,/\n6,visted,2024-01-01,/\n6,opened,,/\n1,opened,2024-01-01,/\n6,opened,2024-01-01,\xff\n");
    let expected = r#"
[D0804] rows that are malformed: 1
  leads.csv, line 5: the row has 2 fields, the header has 3
[D0805] rows that are not UTF-8: 1
  events.csv, line 6: the row is not UTF-8
    help: save the file as UTF-8
[D0807] values that cannot be read: 1
  leads.csv, line 2, column `size`: `N/A`: expected a whole number for `size`
    help: unknown if "N/A"
[D0808] times that cannot be read: 2
  leads.csv, line 4, column `at`: `31/12/2023`: expected a time such as `2024-01-31T09:30:00Z` or a date such as `2024-01-31` for `at`
    help: time_format = "%d/%m/%Y"
  events.csv, line 4, column `when`: ``: expected a time such as `2024-01-31T09:30:00Z` or a date such as `2024-01-31`
[D0809] rows without a key: 1
  leads.csv, line 3, column `id`: the key is empty
[D0810] keys that occur twice: 1
  leads.csv, line 7, column `id`: `5`: the key stands in leads.csv, line 6 already
[D0811] events of unknown leads: 1
  events.csv, line 2, column `id`: `9`: no lead has this key
    help: `unknown_leads = "ignore"` leaves such events out
[D0812] events of unknown types: 1
  events.csv, line 3, column `what`: `visted`: no event of the schema has this name
    help: did you mean `visited`? `event visited from "visted"`
"#;
    check(project, &schema, expected);
}

#[test]
fn the_first_ten_and_the_count() {
    let rows: String = (1..=25).map(|i| format!("{i},x{i}\n")).collect();
    let errors =
        Project::of_leads(&format!("id,size\n{rows}")).read(&leads(&[("size", INTEGER)])).expect_err("bad");
    assert_eq!((errors.count(), errors.groups[0].first.len()), (25, 10));
    assert!(errors.to_string().ends_with("  … and 15 more\n"), "{errors}");
    let json = serde_json::to_value(&errors).expect("json");
    assert_eq!(json["groups"][0]["code"], "D0807");
    assert_eq!(json["groups"][0]["first"][0]["row"], 2);
    assert_eq!(json["groups"][0]["first"][0]["value"], "x1");
}

#[test]
fn rejected_rows_are_written_and_the_rest_is_read() {
    let mut schema = leads(&[("size", INTEGER)]);
    schema.events = vec![event("opened", &[])];
    let manifest = "[[leads]]\nfiles = \"leads.csv\"\n[[events]]\nfiles = \"events.csv\"\nlead = \"id\"\ntime = \"t\"\ntype = \"opened\"\n";
    let project = Project::new(manifest)
        .file("leads.csv", "id,size\n1,5\n2,\"a \"\"b\"\"\"\n3\n")
        .file("events.csv", "id,t\n1,2024-01-01\n2,2024-01-01\n1,soon\n")
        .rejects();
    let set = project.read(&schema).expect("reads");
    assert_eq!((set.leads.len(), set.counts.events, set.counts.rejected), (1, 1, 4));
    let codes: Vec<_> = set.rejects.iter().map(|g| (g.kind.code(), g.count)).collect();
    assert_eq!(codes, [("D0804", 1), ("D0807", 1), ("D0808", 1), ("D0813", 1)]);
    let rejects = std::fs::read_to_string(project.path("rejects.csv")).expect("rejects");
    let expected = r#"
file,row,column,value,code,problem,raw row
leads.csv,3,size,"a ""b""",D0807,expected a whole number for `size`,"2,""a """"b"""""""
leads.csv,4,,,D0804,"the row has 1 field, the header has 2",3
events.csv,3,id,2,D0813,the row of this lead was rejected,"2,2024-01-01"
events.csv,4,t,soon,D0808,expected a time such as `2024-01-31T09:30:00Z` or a date such as `2024-01-31`,"1,soon"
"#;
    assert_eq!(trimmed(&rejects), trimmed(expected));
}

#[test]
fn values_that_are_not_allowed_are_warnings() {
    let mut schema = leads(&[("size", INTEGER), ("word", WORD)]);
    schema.attributes[0].range = Some((Value::Number(1), Value::Number(100)));
    let csv = "id,size,word\n1,0,smal\n2,101,smal\n3,100,huge\n";
    let expected = "
1 size=? word=?
2 size=? word=?
3 size=100 word=?
[D0820] `size`: values outside their range: 2 (expected 1 to 100)
  `0` in leads.csv, line 2
  `101` in leads.csv, line 3
[D0821] `word`: values outside their vocabulary: 3 (expected one of small, big)
  `smal` 2 times, first in leads.csv, line 2: `small`?
  `huge` in leads.csv, line 4
";
    check(Project::of_leads(csv), &schema, expected);
    let expected = "
[D0820] values outside their range: 2
  leads.csv, line 2, column `size`: `0`: expected 1 to 100
  leads.csv, line 3, column `size`: `101`: expected 1 to 100
[D0821] values outside their vocabulary: 3
  leads.csv, line 2, column `word`: `smal`: expected one of small, big; did you mean `small`?
  leads.csv, line 3, column `word`: `smal`: expected one of small, big; did you mean `small`?
  leads.csv, line 4, column `word`: `huge`: expected one of small, big
";
    check(Project::of_leads(csv).strict(), &schema, expected);
}

#[test]
fn missing_columns_and_files() {
    let schema = leads(&[("firm.size", INTEGER), ("city", TEXT)]);
    let expected = r#"
[D0806] columns that are missing: 2
  leads.csv, column `size`: there is no column `size` for `firm.size`
    help: `columns = { "firm.size" = "company_size" }`, or `absent = ["firm.size"]` if the data does not have it
  leads.csv, column `city`: there is no column `city` for `city`
    help: `columns = { "city" = "…" }` with one of `id`, `company_size`; or `absent = ["city"]` if the data does not have it
"#;
    check(Project::of_leads("id,company_size\n1,5\n"), &schema, expected);
    check(
        Project::of_leads("leadid,size,city\n"),
        &leads(&[]),
        "[D0806] columns that are missing: 1
  leads.csv, column `id`: there is no column `id` (key)
    help: the file has `leadid`, `size`, `city`; name the key column: `key = \"…\"`",
    );
    check(
        Project::new(
            "[[leads]]\nfiles = [\"none.csv\", \"x*.csv\"]\n[[events]]\nfiles = \"gone.csv\"\ntype = \"opened\"\ntime = \"t\"\n",
        ),
        &Schema { events: vec![event("opened", &[])], ..leads(&[]) },
        "[D0802] files that cannot be opened: 2
  qualify.toml, line 2: no file matches `x*.csv`
  gone.csv: there is no such file",
    );
    let absent = "absent = [\"firm.size\"]\n[[leads]]\nfiles = \"leads.csv\"\n";
    check(Project::new(absent).file("leads.csv", "id,city\n1,Rome\n"), &schema, "1 size=? city=Rome");
}

#[test]
fn mistakes_in_the_manifest() {
    let manifest = r#"
as_of = "yesterday"
timezone = "Mars/Base"
[[lead]]
[[leads]]
file = "leads.csv"
delimiter = ";;"
[[leads]]
files = "x.csv"
[[events]]
files = 5
type = "a"
type_column = "b"
unknown_types = "drop"
"#;
    let project = Project::new(manifest);
    let path = project.path("qualify.toml").display().to_string();
    let shown = project.show(&leads(&[])).replace(&path, "qualify.toml");
    let expected = r#"
[D0801] mistakes in the manifest: 10
  qualify.toml, line 3: `as_of`: expected a time such as `2024-01-31T00:00:00Z`
  qualify.toml, line 4: `timezone`: expected the name of a time zone such as `Europe/Lisbon`
  qualify.toml, line 5: the manifest has no key `lead`
    help: did you mean `leads`?
  qualify.toml, line 7: a table of leads has no key `file`
    help: did you mean `files`?
  qualify.toml, line 8: `delimiter`: expected one character such as `;`
  qualify.toml, line 9: `join` is missing
    help: join = "contact_id"
  qualify.toml, line 11: `time` is missing
    help: time = "…"
  qualify.toml, line 12: `files`: expected a text in quotation marks, or a list of them
  qualify.toml, line 14: `type_column`: either `type` or `type_column`, not both
  qualify.toml, line 15: `unknown_types`: expected `ignore` or `error`
"#;
    assert_eq!(trimmed(&shown), trimmed(expected), "\n{shown}");
    let project = Project::new("[[leads]\n");
    assert!(project.show(&leads(&[])).contains("qualify.toml, line 2: "), "{}", project.show(&leads(&[])));
}

#[test]
fn quotation_marks_that_are_not_closed() {
    let csv = "id,name\n1,\"Ann\n2,Bob\n3,Cid\n";
    let expected = "[D0804] rows that are malformed: 1
  leads.csv, line 2: a quotation mark is opened and never closed: the file may be truncated";
    check(Project::of_leads(csv), &leads(&[("name", TEXT)]), expected);
}

#[test]
fn files_that_are_not_what_they_seem() {
    let schema = leads(&[]);
    check(
        Project::of_leads(""),
        &schema,
        "[D0803] files that are truncated or malformed: 1
  leads.csv: the file is empty: not even a header line",
    );
    check(
        Project::of_leads("id,x,x\n"),
        &schema,
        "[D0803] files that are truncated or malformed: 1
  leads.csv: the header has two columns named `x`",
    );
    let utf16 = Project::new("[[leads]]\nfiles = \"leads.csv\"\n").file("leads.csv", b"\xff\xfei\0d\0");
    check(
        utf16,
        &schema,
        "[D0803] files that are truncated or malformed: 1
  leads.csv: the file is in UTF-16, not UTF-8
    help: save it as UTF-8",
    );
    let folder = Project::new("[[leads]]\nfiles = \".\"\nformat = \"parquet\"\n");
    assert!(folder.read(&schema).is_err());
    let unknown = Project::new("[[leads]]\nfiles = \"leads.xlsx\"\n").file("leads.xlsx", "PK");
    check(
        unknown,
        &schema,
        "[D0802] files that cannot be opened: 1
  leads.xlsx: its name does not tell the format
    help: add `format = \"…\"` with one of `csv`, `jsonl`, `parquet`, `arrow`",
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_device_is_never_replaced() {
    use std::os::unix::fs::FileTypeExt;
    let mut project = Project::of_leads("id,size\n1,x\n");
    project.options.rejects = Some("/dev/full".into());
    let errors = project.read(&leads(&[("size", INTEGER)])).expect_err("full");
    assert!(errors.to_string().contains("the rejected rows cannot be written"), "{errors}");
    let metadata = std::fs::metadata("/dev/full").expect("a device");
    assert!(metadata.file_type().is_char_device());
}

const EVENTS: &str =
    "[[events]]\nfiles = [\"e/*.csv\", \"e/new.csv\"]\nlead = \"id\"\ntime = \"t\"\ntype = \"opened\"\n";

fn with_events(more: &str) -> Project {
    let project = Project::new(&format!("[[leads]]\nfiles = \"leads.csv\"\n{EVENTS}{more}"));
    std::fs::create_dir(project.path("e")).expect("a folder");
    project
}

fn opened(attributes: &[(&str, Type)]) -> Schema {
    Schema { events: vec![event("opened", &[])], ..leads(attributes) }
}

#[test]
fn a_file_that_two_globs_find_counts_once() {
    let project = with_events("").file("leads.csv", "id\n1\n").file("e/new.csv", "id,t\n1,2024-01-01\n");
    let detour = std::fs::read_to_string(project.path("qualify.toml")).expect("a manifest");
    let project = project.file("qualify.toml", detour.replace("\"e/new.csv\"", "\"e/../e/new.csv\""));
    assert_eq!(project.read(&opened(&[])).expect("reads").counts.events, 1);
}

#[test]
fn only_unknown_leads_are_ignored() {
    let events = "id,t\n1,2024-01-01\n2,2024-01-01\n,2024-01-01\n9,2024-01-01\n";
    let project = with_events("unknown_leads = \"ignore\"\n")
        .file("leads.csv", "id,size\n1,5\n2,x\n")
        .file("e/new.csv", events)
        .rejects();
    let set = project.read(&opened(&[("size", INTEGER)])).expect("reads");
    let codes: Vec<_> = set.rejects.iter().map(|g| (g.kind.code(), g.count)).collect();
    assert_eq!(codes, [("D0807", 1), ("D0809", 1), ("D0813", 1)]);
    assert_eq!((set.counts.events, set.counts.ignored, set.counts.rejected), (1, 1, 3));
}

#[test]
fn what_is_read_is_not_written_over() {
    let project =
        with_events("").file("leads.csv", "id\n1\n").file("e/new.csv", "id,t\n").file("a.qualify", "");
    let opened_project = qualify_data::open(project.folder.path()).expect("opens");
    for (name, expected) in [
        ("leads.csv", true),
        ("e/../leads.csv", true),
        ("e/new.csv", true),
        ("qualify.toml", true),
        ("a.qualify", true),
        ("scores.csv", false),
        ("e/none.csv", false),
    ] {
        assert_eq!(opened_project.reads(&project.path(name)), expected, "{name}");
    }
    let (plain, detour) = (project.path("scores.csv"), project.path("e/../scores.csv"));
    assert!(qualify_data::same_file(&plain, &detour));
    let mut project = project;
    project.options.rejects = Some(project.path("leads.csv"));
    let errors = project.read(&opened(&[])).expect_err("refused");
    assert!(errors.to_string().contains("over a file that the project reads"), "{errors}");
    assert_eq!(std::fs::read_to_string(project.path("leads.csv")).expect("kept"), "id\n1\n");
}

#[test]
fn json_that_would_lose_something() {
    let schema = leads(&[("size", INTEGER), ("word", WORD), ("tags", Type::List(Box::new(TEXT)))]);
    let jsonl = r#"{"id":"1","size":5,"word":"small","tags":["a"]}
{"id":"2","size":{"a":1}}
{"id":"3","size":1,"size":2}
{"id":"4","word":{"a":1}}
{"id":"5","tags":[["a"]]}
{"id":"6","size":[[5]]}
{"id":{"a":1}}
"#;
    let expected = "
[D0804] rows that are malformed: 1
  leads.jsonl, line 3: the object has `size` twice
[D0807] values that cannot be read: 4
  leads.jsonl, line 2, column `size`: `{…}`: expected a whole number for `size`
  leads.jsonl, line 4, column `word`: `{…}`: expected a word for `word`
  leads.jsonl, line 5, column `tags`: `a`: expected a list of single values, not a list of lists for `tags`
  leads.jsonl, line 6, column `size`: `5`: expected a single value, not a list for `size`
[D0809] rows without a key: 1
  leads.jsonl, line 7, column `id`: the key is empty
";
    let project = Project::new("[[leads]]\nfiles = \"leads.jsonl\"\n").file("leads.jsonl", jsonl);
    check(project, &schema, expected);
}

#[test]
fn times_beyond_the_calendar() {
    let expected = "
[D0808] times that cannot be read: 2
  leads.csv, line 2, column `at`: `9999-12-31T23:59:59-15:00`: expected a time such as `2024-01-31T09:30:00Z` or a date such as `2024-01-31` for `at`
    help: if it means that there is none: `unknown if \"9999-12-31T23:59:59-15:00\"`, or `null` in the manifest
  leads.csv, line 3, column `at`: `0000-01-01`: expected a time such as `2024-01-31T09:30:00Z` or a date such as `2024-01-31` for `at`
    help: if it means that there is none: `unknown if \"0000-01-01\"`, or `null` in the manifest
";
    let csv = "id,at\n1,9999-12-31T23:59:59-15:00\n2,0000-01-01\n";
    check(Project::of_leads(csv), &leads(&[("at", Type::Time)]), expected);
}

#[test]
fn rejected_rows_warn_of_nothing() {
    let project = Project::of_leads("id,word,size\n1,huge,5\n2,smal,x\n").rejects();
    let set = project.read(&leads(&[("word", WORD), ("size", INTEGER)])).expect("reads");
    let counts: Vec<_> = set.warnings.iter().map(|w| (w.count, w.examples[0].value.as_str())).collect();
    assert_eq!(counts, [(1, "huge")]);
}

/// The file `name` with that content cannot be read, and these words are part of why.
fn check_content(name: &str, content: impl AsRef<[u8]>, words: &[&str]) {
    let project = Project::new(&format!("[[leads]]\nfiles = \"{name}\"\n")).file(name, content);
    let shown = project.show(&leads(&[("size", INTEGER)]));
    assert!(shown.contains("D0803") && shown.contains(": 1\n"), "{shown}");
    words.iter().for_each(|word| assert!(shown.contains(word), "{word}: {shown}"));
}

#[test]
fn content_that_the_name_does_not_promise() {
    check_content("leads.csv", b"PAR1\x15\x04", &["it is a Parquet file", "`format = \"parquet\"`"]);
    check_content("leads.csv", b"\x1f\x8b\x08\0", &["packed with gzip", "`.gz`"]);
    check_content("leads.jsonl", b"PK\x03\x04\0", &["a zip archive or an Excel file", "CSV (UTF-8)"]);
    check_content("leads.csv", b"i\0d\0,\0a\0\n\0", &["in UTF-16", "UTF-8"]);
    check_content("leads.jsonl", b"\xff\xfe{\0", &["in UTF-16"]);
    check_content("leads.csv", b"id,size\n1,2\0\n3,4\n", &["bytes that no text has"]);
    check_content("leads.csv", "<!doctype html><p>", &["a web page"]);
    check_content("leads.csv", "{\"id\":1}\n", &["JSON Lines", "`format = \"jsonl\"`"]);
    check_content("leads.jsonl", "{\n  \"id\": 1\n}\n{\n}\n", &["over several lines", "`{`", "jq -c"]);
}

/// The help of the first problem.
fn help(project: &Project, schema: &Schema) -> String {
    let errors = project.read(schema).expect_err("bad");
    errors.groups[0].first[0].help.clone().unwrap_or_default()
}

#[test]
fn help_can_be_pasted() {
    let schema = leads(&[("company_size", INTEGER)]);
    let newline = Project::of_leads("id,\"company\n \"\"size\"\"\"\n1,5\n");
    let text = help(&newline, &schema);
    let pasted = text.split('`').nth(1).expect("something to paste");
    assert_eq!(pasted, r#"columns = { "company_size" = "company\n \"size\"" }"#);
    let manifest = format!("[[leads]]\nfiles = \"leads.csv\"\n{pasted}\n");
    let newline = Project::new(&manifest).file("leads.csv", "id,\"company\n \"\"size\"\"\"\n1,5\n");
    assert_eq!(newline.show(&schema), "1 company_size=5\n");
    let wrong = Project::new("[[leads]]\nfiles = \"leads.csv\"\ndelimiter = \";\"\n")
        .file("leads.csv", "id,company_size\n1,5\n");
    assert!(help(&wrong, &schema).contains("is the delimiter `,`?"), "{}", help(&wrong, &schema));
    let money = leads(&[("paid", MONEY)]);
    for (text, plain) in [("1.234,56", "`1234.56`"), ("1.234.567", "`1234567`")] {
        let help = help(&Project::of_leads(&format!("id;paid\n1;{text}\n")), &money);
        assert!(help.ends_with(plain), "{help}");
    }
    check(Project::of_leads("sep=;\r\nid;paid\r\n1;x,y\r\n"), &leads(&[("paid", TEXT)]), "1 paid=x,y");
    let bad = Project::of_leads("sep=|\nid|company_size\n1|x\n").show(&schema);
    assert!(bad.contains("leads.csv, line 3, column `company_size`"), "{bad}");
}

#[test]
fn patterns_that_no_time_fits() {
    let schema = leads(&[("at", Type::Time)]);
    for (pattern, possible) in [
        ("%Q", false),
        ("%H:%M", false),
        ("%Y-%m", false),
        ("%d/%m/%Y %I:%M", false),
        ("%d/%m/%Y %I:%M %p", true),
        ("%d/%m/%y", true),
        ("%d.%m.%Y %H", true),
        ("%b %d, %Y", true),
        ("%Y-%m-%dT%H:%M:%S%z", true),
        ("%F %T", true),
        ("%s", true),
    ] {
        let manifest = format!("[[leads]]\nfiles = \"leads.csv\"\ntime_format = \"{pattern}\"\n");
        let shown = Project::new(&manifest).file("leads.csv", "id,at\n").show(&schema);
        assert_eq!(shown.is_empty(), possible, "{pattern}: {shown}");
        assert_eq!(shown.contains("mistakes in the manifest: 1"), !possible, "{pattern}: {shown}");
    }
}

#[test]
fn dates_that_can_be_read_in_two_ways() {
    let project = Project::of_leads("id,at\n1,03/04/2026\n");
    let expected =
        "day or month first? both fit: `time_format = \"%d/%m/%Y\"` or `time_format = \"%m/%d/%Y\"`";
    assert_eq!(help(&project, &leads(&[("at", Type::Date)])), expected);
}

#[test]
fn every_kind_has_a_page() {
    use qualify_data::ProblemKind;
    for kind in ProblemKind::ALL {
        let heading = format!("# {}: {}\n\n", kind.code(), kind.title());
        assert!(kind.page().starts_with(&heading), "{heading}{}", kind.page());
        assert!(kind.page().matches("```").count() >= 2 && kind.page().lines().count() >= 8, "{heading}");
        assert_eq!(ProblemKind::parse(&kind.code().to_lowercase()), Some(*kind));
    }
    assert_eq!(ProblemKind::parse("D0899"), None);
}

#[test]
fn a_join_that_finds_nothing_names_the_table_when_data_is_strict() {
    let manifest = "[[leads]]\nfiles = \"leads.csv\"\n[[leads]]\nfiles = \"people.csv\"\nkey = \"who\"\njoin = \"who\"\n";
    let project = Project::new(manifest)
        .file("leads.csv", "id,who\n1,c9\n")
        .file("people.csv", "who,title\nc1,CEO\n")
        .strict();
    let expected = "
[D0823] keys without a row in the joined table: 1
  leads.csv, line 2, column `who`: `c9`: expected a key of people.csv";
    check(project, &leads(&[("title", TEXT)]), expected);
}

#[test]
fn rejected_rows_keep_their_number() {
    let project = Project::new("[[leads]]\nfiles = \"leads.csv\"\nrow_numbers = true\n")
        .file("leads.csv", "size,name\n1,a\n2\nx,c\n4,d\n")
        .rejects();
    let set = project.read(&leads(&[("size", INTEGER)])).expect("reads");
    let keys: Vec<_> = set.leads.iter().map(|l| l.key.as_str()).collect();
    assert_eq!(keys, ["1", "4"]);
}
