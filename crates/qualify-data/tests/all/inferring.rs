//! A drafted schema checks, and the drafted manifest reads the files that both were made from.

use crate::support::trimmed;
use qualify_data::{Quiet, ReadOptions, infer, open, read};
use qualify_diagnostics::Sources;
use qualify_model::Schema;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The schema of a text; panics with what the checker says.
fn schema(text: &str) -> Schema {
    let mut sources = Sources::new();
    let file = sources.add("schema.qualify", text);
    let nothing = |_: &str, _: &str| Err("no such file".to_string());
    let (schema, diagnostics) = qualify_check::check_schema(&mut sources, &[file], &nothing);
    let messages: Vec<_> = diagnostics.iter().map(|d| format!("{}: {}", d.code, d.message)).collect();
    schema.unwrap_or_else(|| panic!("{messages:#?}\n{text}"))
}

/// Drafts, checks and reads: leads, events, and how many warnings.
fn drafted(files: &[PathBuf], folder: &Path) -> (String, String, [usize; 3]) {
    let draft = infer(files, folder).expect("a draft");
    std::fs::write(folder.join("qualify.toml"), &draft.manifest).expect("a manifest");
    let schema = schema(&draft.schema);
    let project = open(folder).unwrap_or_else(|e| panic!("{e}\n{}", draft.manifest));
    // events without a lead are the only rows that a draft cannot take
    let options = ReadOptions { rejects: Some(folder.join("rejected.txt")), ..ReadOptions::default() };
    let set = read(&project, &schema, &mut Quiet, &options);
    let set = set.unwrap_or_else(|e| panic!("{e}\n{}\n{}", draft.schema, draft.manifest));
    let codes: Vec<_> = set.rejects.iter().map(|g| g.kind.code()).filter(|c| *c != "D0809").collect();
    assert!(codes.is_empty(), "{codes:?}\n{}\n{}", draft.schema, draft.manifest);
    (draft.schema, draft.manifest, [set.leads.len(), set.counts.events as usize, set.warnings.len()])
}

/// The files of an example, as they are, in a folder of their own.
fn example(name: &str) -> (TempDir, Vec<PathBuf>) {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name).join("data");
    let folder = TempDir::new().expect("a folder");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(data).expect("the example's data") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|e| e == "csv") {
            let copy = folder.path().join(path.file_name().expect("a name"));
            std::fs::copy(&path, &copy).expect("copied");
            files.push(copy);
        }
    }
    files.sort();
    (folder, files)
}

#[test]
fn the_leadforge_files() {
    let (folder, files) = example("leadforge");
    let (schema, manifest, counts) = drafted(&files, folder.path());
    assert_eq!(counts, [5000, 69_415, 0], "{manifest}");
    for part in ["related account key account_id", "event touch (", "seniority         one of (c_suite,"] {
        assert!(schema.contains(part), "{schema}");
    }
}

#[test]
fn the_bank_file() {
    let (folder, files) = example("bank");
    let (schema, manifest, counts) = drafted(&files, folder.path());
    assert_eq!(counts, [4521, 0, 0]);
    assert!(manifest.contains("row_numbers = true"), "{manifest}");
    for part in [
        "if -1 means missing: unknown if \"-1\"",
        "if \"unknown\" (38×) means missing: unknown if \"unknown\"",
        "blue_collar from \"blue-collar\"",
    ] {
        assert!(schema.contains(part), "{schema}");
    }
}

#[test]
fn the_quickstart_files() {
    let (folder, files) = example("quickstart");
    let (_, manifest, counts) = drafted(&files, folder.path());
    assert!(manifest.contains("type_column = \"event\""), "{manifest}");
    assert_eq!(counts[2], 0);
}

#[test]
fn names_types_and_formats() {
    let folder = TempDir::new().expect("a folder");
    let leads = "Lead ID;E-Mail;Company Size;Score;From;Web;Paid;Share;Zip;Lifecycle Stage;Created;Seen at;Tier;Empty\n\
                 1;a@b.c;10;yes;x \"y\";https://b.c;12.50;0.1234567;01234;MQL;31/01/2024;1706693400;Gold;\n\
                 2;c@d.e;N/A;no;;https://c.d;1.00;3;99999;SQL;28/02/2024;1706693401;gold;\n\
                 3;;200;no;z;;;;;MQL;01/03/2024;;Base Plan;\n\
                 4;f@g.h;-;yes;z;;;;;;;;Base Plan;\n\
                 5;i@j.k;7;yes;z;;;;;;;;Gold;\n\
                 6;l@m.n;8;yes;z;;;;;;;;Gold;\n";
    let visits = "lead_id,visitedAt,page,loaded_at\n1,2024-01-31T10:00:00Z,/a,2024-02-01\n9,2024-01-31T10:00:00Z,/b,2024-02-01\n1,2024-01-30T10:00:00Z,/a,2024-02-01\n";
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    };
    let files = [write("leads.csv", leads), write("visits_1.csv", visits), write("visits_2.csv", visits)];
    let (schema, manifest, counts) = drafted(&files, folder.path());
    assert_eq!(counts, [6, 4, 0]);
    let expected = r#"
lead key lead_id {
  e_mail       email   from "E-Mail"   personal   # known for 83 %
  # company_size: known for 66 %; does "-" (1×) mean missing?; does "N/A" (1×) mean missing?; seen 7 to 200
  company_size integer from 0 to 500   from "Company Size"   unknown if "-", "N/A"
  score_value  yes/no   from "Score"
  from_value   text   from "From"   # known for 83 %
  web          url   # known for 33 %
  paid         number   # known for 33 %
  share        number   # known for 33 %
  zip          text   # known for 33 %
  # stage: known for 50 %; the stage stored in the CRM, read as `current stage`?
  stage        stage   from "Lifecycle Stage"
  created      date   # known for 50 %
  seen_at      time   from "Seen at"   # known for 33 %
  tier         text
  # empty: always empty
}

event visit (
  page one of (a from "/a", b from "/b")
)
"#;
    let rest = schema.split_once("lead key").map(|(_, rest)| format!("lead key{rest}")).unwrap_or_default();
    assert_eq!(trimmed(&rest), trimmed(expected), "\n{schema}");
    let expected = r#"
[[leads]]
files = "leads.csv"
key = "Lead ID"
time_format = { "Created" = "%d/%m/%Y", "Seen at" = "epoch_seconds" }

[[events]]
files = ["visits_1.csv", "visits_2.csv"]
lead = "lead_id"
time = "visitedAt"
type = "visit"
received = "loaded_at"
unknown_leads = "ignore"   # some rows name leads that are not among the leads

[output]
file = "scores.csv"
"#;
    let rest =
        manifest.split_once("\n[[leads]]").map(|(_, rest)| format!("[[leads]]{rest}")).unwrap_or_default();
    assert_eq!(trimmed(&rest), trimmed(expected), "\n{manifest}");
}

#[test]
fn joined_tables_with_equal_column_names() {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    };
    let files = [
        write("leads.csv", "id,contact_id,created_at,name\n1,c1,2024-01-01,x\n2,c2,2024-01-02,y\n"),
        write("contacts.csv", "id,created_at,name,company_id\nc1,2023-01-01,Ann,k\nc2,2023-01-02,Bob,k\n"),
        write("companies.csv", "id,created_at,name\nk,2020-01-01,Corp\nl,2020-01-01,Other\n"),
        write("notes.csv", "text\nhello\nhello\n"),
    ];
    let (schema, manifest, counts) = drafted(&files, folder.path());
    assert_eq!(counts, [2, 0, 0], "{schema}\n{manifest}");
    assert!(
        manifest
            .contains("columns = { \"contact.created_at\" = \"created_at\", \"contact.name\" = \"name\" }"),
        "{manifest}"
    );
    assert!(
        manifest.contains("[account]\nfiles = \"companies.csv\"\nkey = \"id\"\njoin = \"company_id\""),
        "{manifest}"
    );
    assert!(manifest.contains("# not used: notes.csv"), "{manifest}");
}

#[test]
fn a_manifest_beside_the_files() {
    let folder = TempDir::new().expect("a folder");
    let (data, project) = (folder.path().join("data"), folder.path().join("project"));
    std::fs::create_dir_all(&data).expect("a folder");
    std::fs::create_dir_all(&project).expect("a folder");
    let file = data.join("leads.csv");
    std::fs::write(&file, "id,x\n1,5\n").expect("a file");
    let (_, manifest, counts) = drafted(&[file], &project);
    assert!(manifest.contains("files = \"../data/leads.csv\""), "{manifest}");
    assert_eq!(counts, [1, 0, 0]);
}

#[test]
fn files_that_cannot_be_read() {
    let folder = TempDir::new().expect("a folder");
    let errors = infer(&[folder.path().join("none.csv")], folder.path()).expect_err("no file");
    assert!(errors.to_string().contains("there is no such file"), "{errors}");
}

#[test]
fn anything_goes() {
    use rand::{RngExt, SeedableRng, rngs::StdRng};
    const NAMES: [&str; 30] = [
        "id", "lead_id", "from", "stage", "Total", "unknown", "É", "a.b", "a.b.c", "x y", "x-y", "x_y",
        "X Y", "1st", "%", "when", "not", "time", "date_at", "month", "days", "amount", "e\"q", "email",
        "list", "one", "type", "event", "key", "text",
    ];
    const VALUES: [&str; 36] = [
        "",
        "",
        "",
        "N/A",
        "unknown",
        "-",
        "yes",
        "no",
        "true",
        "1",
        "0",
        "-1",
        "007",
        "12.5",
        "1e5",
        "9223372036854775807",
        "99999999999999999999",
        "a",
        "b",
        "A",
        "add",
        "when",
        "1st",
        "a,b",
        "e\"q",
        "line\nbreak",
        "2024-01-31",
        "2024-01-31T10:00:00Z",
        "31/01/2024",
        "1706693400",
        "a@b.c",
        "https://x.y",
        "é",
        "100%",
        "10 EUR",
        "NaN",
    ];
    let seed = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0);
    #[allow(clippy::print_stdout)] // shown if it fails
    {
        println!("seed {seed}");
    }
    let mut random = StdRng::seed_from_u64(seed);
    for _ in 0..60 {
        let folder = TempDir::new().expect("a folder");
        let mut files = Vec::new();
        for name in ["leads.csv", "contacts.csv", "touches.csv"] {
            let mut names: Vec<&str> = Vec::new();
            for _ in 0..random.random_range(1..9) {
                let name = NAMES[random.random_range(0..NAMES.len())];
                if !names.iter().any(|n| n.eq_ignore_ascii_case(name)) {
                    names.push(name);
                }
            }
            let few = random.random_range(1..4);
            let palette: Vec<Vec<&str>> = names
                .iter()
                .map(|_| (0..few).map(|_| VALUES[random.random_range(0..VALUES.len())]).collect())
                .collect();
            let path = folder.path().join(name);
            let mut writer = csv::Writer::from_path(&path).expect("a file");
            writer.write_record(&names).expect("a header");
            for row in 0..random.random_range(0..12) {
                let cells = names.iter().zip(&palette).map(|(name, values)| match *name {
                    "id" | "lead_id" if name != &"id" || random.random_range(0..3) > 0 => row.to_string(),
                    _ => values[random.random_range(0..values.len())].to_string(),
                });
                let cells: Vec<_> = cells
                    .map(|c| if names.len() == 1 && c.is_empty() { "x".to_string() } else { c })
                    .collect();
                writer.write_record(&cells).expect("a row");
            }
            writer.flush().expect("written");
            files.push(path);
        }
        drafted(&files, folder.path());
    }
}

#[test]
fn personal_values_are_not_written_down() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("leads.csv");
    let mut csv = String::from("id,phone,first_name,birthday,ip,zip,Gender,age,page_views,has_phone,name\n");
    for i in 0..12 {
        let (name, gender) = if i % 2 == 0 { ("Bob", "male") } else { ("Eve", "female") };
        csv += &format!(
            "{i},+49301{},{name},1980-01-0{},10.0.0.{},k{},{gender},{},3{i},yes,{name}\n",
            i % 2,
            i % 2 + 1,
            i % 2,
            i % 2,
            30 + i
        );
    }
    std::fs::write(&file, csv).expect("a file");
    let (schema, _, counts) = drafted(&[file], folder.path());
    assert_eq!(counts, [12, 0, 0]);
    for gone in ["+49", "Bob", "10.0.0"] {
        assert!(!schema.contains(gone), "{schema}");
    }
    let lines: Vec<String> =
        schema.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for line in
        ["phone text personal", "first_name text personal", "birthday date personal", "ip text personal"]
    {
        assert!(lines.iter().any(|l| l.starts_with(line)), "{line}\n{schema}");
    }
    assert!(lines.iter().any(|l| l == "gender one of (female, male) protected"), "{schema}");
    assert!(lines.iter().any(|l| l.starts_with("age integer") && l.contains(" protected")), "{schema}");
    assert!(
        lines.iter().any(|l| l.starts_with("page_views integer") && !l.contains("protected")),
        "{schema}"
    );
    assert!(lines.iter().any(|l| l.starts_with("zip one of")), "{schema}");
    assert!(lines.iter().any(|l| l == "has_phone yes/no"), "{schema}");
}

#[test]
fn a_draft_reads_what_it_is_made_from() {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    };
    let leads = r#"{"id":"1","ts":1706693400,"created":1706693400500,"odd":{"a":1},"deep":[[1]],"day":"03/04/2026"}
{"id":"2","ts":1706693401,"created":1706693401500,"odd":5,"deep":[],"day":"04/05/2026"}
"#;
    let visits = "lead_id,when,page\n1,03/04/2026,a\n,04/04/2026,a\n1,05/06/2026,b\n";
    let files = [write("leads.jsonl", leads), write("visits.csv", visits)];
    let (schema, manifest, counts) = drafted(&files, folder.path());
    assert_eq!(counts, [2, 2, 0], "{schema}\n{manifest}");
    for part in ["# odd: left out: it holds an object", "# deep: left out"] {
        assert!(schema.contains(part), "{schema}");
    }
    for part in [
        "\"ts\" = \"epoch_seconds\"",
        "\"created\" = \"epoch_millis\"",
        "# day: day or month first? all values fit `%d/%m/%Y` and `%m/%d/%Y`",
        "# when: day or month first?",
        "# some rows name no lead",
    ] {
        assert!(manifest.contains(part), "{part}\n{manifest}");
    }
}

#[test]
fn the_schemas_on_the_pages_are_sound() {
    for kind in qualify_data::ProblemKind::ALL {
        for fence in kind.page().split("```qualify\n").skip(1) {
            schema(fence.split("```").next().unwrap_or_default());
        }
    }
}

#[test]
fn columns_that_no_attribute_can_be_are_left_out() {
    use arrow::array::*;
    use std::sync::Arc;
    let folder = TempDir::new().expect("a folder");
    let mut map = MapBuilder::new(None, StringBuilder::new(), Int32Builder::new());
    map.keys().append_value("k");
    map.values().append_value(1);
    map.append(true).expect("a map");
    map.append(true).expect("a map");
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int32Array::from(vec![1, 2]))),
        ("clock", Arc::new(Time32SecondArray::from(vec![1, 2]))),
        ("bytes", Arc::new(BinaryArray::from(vec![&b"\xff"[..], b"\xfe"]))),
        ("map", Arc::new(map.finish())),
        ("size", Arc::new(Int32Array::from(vec![7, 8]))),
    ];
    let write = |name: &str, columns: Vec<(&str, ArrayRef)>| {
        let path = folder.path().join(name);
        let fields: Vec<_> = columns
            .iter()
            .map(|(name, array)| arrow::datatypes::Field::new(*name, array.data_type().clone(), true))
            .collect();
        let schema = Arc::new(arrow::datatypes::Schema::new(fields));
        let arrays = columns.into_iter().map(|(_, array)| array).collect();
        let batch = RecordBatch::try_new(schema.clone(), arrays).expect("a batch");
        let file = std::fs::File::create(&path).expect("a file");
        let mut writer = parquet::arrow::ArrowWriter::try_new(file, schema, None).expect("a writer");
        writer.write(&batch).expect("written");
        writer.close().expect("closed");
        path
    };
    let leads = write("leads.parquet", columns);
    let (schema, _, counts) = drafted(&[leads], folder.path());
    assert_eq!(counts, [2, 0, 0]);
    for part in [
        "# clock: left out",
        "# bytes: left out: it holds binary data",
        "# map: left out: it holds a value of type Map,",
        "size  integer",
    ] {
        assert!(schema.contains(part), "{part}\n{schema}");
    }
    let ids = || Arc::new(Int32Array::from(vec![1])) as ArrayRef;
    let twice = write("twice.parquet", vec![("id", ids()), ("x", ids()), ("x", ids())]);
    let errors = infer(&[twice], folder.path()).expect_err("twice");
    assert!(errors.to_string().contains("the file has two columns named `x`"), "{errors}");
}
