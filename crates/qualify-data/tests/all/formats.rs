//! The same leads in every format, whole and damaged.

use crate::support::*;
use arrow::array::*;
use arrow::buffer::NullBuffer;
use arrow::datatypes::*;
use arrow::ipc::CompressionType;
use arrow::ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use parquet::arrow::ArrowWriter;
use qualify_model::{Schema, Type};
use std::io::Write;
use std::sync::Arc;

/// Two leads with a value of every type, then without.
fn batch() -> RecordBatch {
    let mut tags = ListBuilder::new(StringBuilder::new());
    tags.append_value([Some("a"), None, Some("b")]);
    tags.append_null();
    let words: DictionaryArray<Int8Type> = vec![Some("big"), None].into_iter().collect();
    let money =
        Decimal128Array::from(vec![Some(123_450), None]).with_precision_and_scale(10, 3).expect("decimals");
    let size = Arc::new(Field::new("size", DataType::Float64, true));
    let sizes: ArrayRef = Arc::new(Float64Array::from(vec![Some(0.1 + 0.2), Some(7.0)]));
    let firm = StructArray::new(vec![size].into(), vec![sizes], Some(NullBuffer::from(vec![true, false])));
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int32Array::from(vec![1, 2]))),
        ("ok", Arc::new(BooleanArray::from(vec![Some(true), None]))),
        ("count", Arc::new(UInt64Array::from(vec![Some(42), None]))),
        ("share", Arc::new(Float32Array::from(vec![Some(0.1), Some(f32::NAN)]))),
        ("money", Arc::new(money)),
        ("name", Arc::new(LargeStringArray::from(vec![Some("Ann"), Some("")]))),
        ("word", Arc::new(words)),
        ("tags", Arc::new(tags.finish())),
        ("day", Arc::new(Date32Array::from(vec![Some(19_753), None]))),
        ("seen", Arc::new(TimestampNanosecondArray::from(vec![Some(1_706_693_400_000_000_999), None]))),
        (
            "made",
            Arc::new(TimestampSecondArray::from(vec![Some(1_706_693_400), None]).with_timezone("+02:00")),
        ),
        ("took", Arc::new(DurationMillisecondArray::from(vec![Some(1500), None]))),
        ("firm", Arc::new(firm)),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))
        .expect("a batch")
}

fn schema() -> Schema {
    leads(&[
        ("ok", Type::YesNo),
        ("count", INTEGER),
        ("share", NUMBER),
        ("money", MONEY),
        ("name", TEXT),
        ("word", WORD),
        ("tags", Type::List(Box::new(TEXT))),
        ("day", Type::Date),
        ("seen", Type::Time),
        ("made", Type::Time),
        ("took", Type::Duration),
        ("firm.size", NUMBER),
    ])
}

const EXPECTED: &str = "\
1 ok=yes count=42 share=100000 money=1234500 name=Ann word=big tags=(a,b) day=2024-01-31 \
seen=2024-01-31T08:30:00Z made=2024-01-31T09:30:00Z took=1500000us size=300000
2 ok=? count=? share=? money=? name=? word=? tags=? day=? seen=? made=? took=? size=?
[D0822] `share`: numbers that are not finite or too large: 1 (expected a number)
";

fn parquet_file() -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut out, batch().schema(), None).expect("a writer");
    writer.write(&batch()).expect("written");
    writer.close().expect("closed");
    out
}

fn ipc_file() -> Vec<u8> {
    let mut writer = FileWriter::try_new(Vec::new(), &batch().schema()).expect("a writer");
    writer.write(&batch()).expect("written");
    writer.into_inner().expect("closed")
}

fn ipc_stream() -> Vec<u8> {
    let mut writer = StreamWriter::try_new(Vec::new(), &batch().schema()).expect("a writer");
    writer.write(&batch()).expect("written");
    writer.into_inner().expect("closed")
}

fn compressed_stream(by: CompressionType) -> Vec<u8> {
    let options = IpcWriteOptions::default().try_with_compression(Some(by)).expect("a way to compress");
    let schema = batch().schema();
    let mut writer = StreamWriter::try_new_with_options(Vec::new(), &schema, options).expect("a writer");
    writer.write(&batch()).expect("written");
    writer.into_inner().expect("closed")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("written");
    encoder.finish().expect("finished")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 0).expect("encoded")
}

const CSV: &str = "id,ok,count,share,money,name,word,tags,day,seen,made,took,firm.size\n\
    1,yes,42,0.1,123.45,Ann,big,a;b,2024-01-31,2024-01-31T09:30:00,2024-01-31T11:30:00+02:00,1.5s,0.3\n\
    2,,,NaN,,,,,,,,,\n";

const JSONL: &str = concat!(
    r#"{"id":1,"ok":true,"count":42,"share":0.1,"money":123.45,"name":"Ann","word":"big","tags":["a","b"],"day":"2024-01-31","#,
    r#""seen":"2024-01-31T09:30:00","made":"2024-01-31T11:30:00+02:00","took":"1.5s","firm":{"size":0.3000000000000000444}}"#,
    "\n\n",
    r#"{"id":"2","share":"NaN","name":"","tags":[],"firm":null}"#,
    "\n"
);

/// All files, by name.
fn all() -> Vec<(&'static str, Vec<u8>)> {
    let csv = CSV.as_bytes().to_vec();
    vec![
        ("leads.parquet", parquet_file()),
        ("leads.parquet.gz", gzip(&parquet_file())),
        ("leads.arrow", ipc_file()),
        ("leads.ipc", ipc_stream()),
        ("lz4.ipc", compressed_stream(CompressionType::LZ4_FRAME)),
        ("zstd.ipc", compressed_stream(CompressionType::ZSTD)),
        ("leads.feather.zst", zstd(&ipc_file())),
        ("leads.csv.gz", gzip(&csv)),
        ("leads.csv.zst", zstd(&csv)),
        ("leads.jsonl", JSONL.as_bytes().to_vec()),
        ("leads.ndjson.gz", gzip(JSONL.as_bytes())),
        ("leads.csv", csv),
    ]
}

fn project(name: &str, bytes: &[u8]) -> Project {
    let manifest = format!("timezone = \"Europe/Berlin\"\n[[leads]]\nfiles = \"{name}\"\n");
    Project::new(&manifest).file(name, bytes)
}

#[test]
fn every_format_gives_the_same_leads() {
    for (name, bytes) in all() {
        let shown = project(name, &bytes).show(&schema());
        let leads: String = shown.lines().take(3).map(|line| format!("{line}\n")).collect();
        assert_eq!(leads, EXPECTED, "{name}\n{shown}");
    }
}

#[test]
fn the_last_line_may_end_without_a_mark() {
    let expected = project("leads.jsonl", JSONL.as_bytes()).show(&schema());
    for text in [JSONL.trim_end().to_string(), format!("{}\r\n\n", JSONL.trim_end()), format!("{JSONL} ")] {
        assert_eq!(project("leads.jsonl", text.as_bytes()).show(&schema()), expected);
        let packed = gzip(text.as_bytes());
        assert_eq!(project("leads.jsonl.gz", &packed).show(&schema()).replace(".gz", ""), expected);
    }
}

#[test]
fn a_declared_format_wins_over_the_name() {
    let manifest = "timezone = \"Europe/Berlin\"\n[[leads]]\nfiles = \"leads.dat\"\nformat = \"parquet\"\n";
    let shown = Project::new(manifest).file("leads.dat", parquet_file()).show(&schema());
    assert!(shown.starts_with("1 ok=yes"), "{shown}");
}

#[test]
fn truncated_files_are_errors() {
    for (name, bytes) in all() {
        if name == "leads.csv" || name == "leads.jsonl" {
            continue; // a text that ends early may be a whole text
        }
        for length in (0..bytes.len()).step_by(7.max(bytes.len() / 60)) {
            let result = project(name, &bytes[..length]).read(&schema());
            // a stream or gzip may be whole at a border of its parts, but then it has no rows; a stream that lacks
            // nothing but its end mark of eight bytes is whole
            if let Ok(set) = result {
                let is_whole = name.ends_with(".ipc") && length + 8 >= bytes.len();
                assert!(set.leads.is_empty() || is_whole, "{name} cut at {length}");
            }
        }
    }
}

#[test]
fn damaged_files_never_panic() {
    use rand::{RngExt, SeedableRng, rngs::StdRng};
    let seed = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0);
    #[allow(clippy::print_stdout)] // shown if it fails
    {
        println!("seed {seed}");
    }
    let mut random = StdRng::seed_from_u64(seed);
    for (name, bytes) in all() {
        for _ in 0..30 {
            let mut bytes = bytes.clone();
            for _ in 0..random.random_range(1..4) {
                let at = random.random_range(0..bytes.len());
                bytes[at] ^= 1 << random.random_range(0..8);
            }
            let _ = project(name, &bytes).rejects().read(&schema());
        }
    }
}

#[test]
fn rejected_rows_of_typed_files_are_shown_as_objects() {
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
    let sizes: ArrayRef = Arc::new(StringArray::from(vec![Some("x"), None]));
    let batch = RecordBatch::try_from_iter([("id", ids), ("size", sizes)]).expect("a batch");
    let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).expect("a writer");
    writer.write(&batch).expect("written");
    let project = project("leads.arrow", &writer.into_inner().expect("closed")).rejects();
    let set = project.read(&leads(&[("size", INTEGER)])).expect("reads");
    assert_eq!((set.leads.len(), set.counts.rejected), (1, 1));
    assert_eq!(
        set.rejects[0].first[0].to_string(),
        "leads.arrow, row 1, column `size`: `x`: expected a whole number for `size`"
    );
    let rejects = std::fs::read_to_string(project.path("rejects.csv")).expect("rejects");
    assert!(rejects.ends_with("\"{\"\"id\"\":\"\"1\"\",\"\"size\"\":\"\"x\"\"}\"\n"), "{rejects}");
}

#[test]
fn lines_that_are_no_objects() {
    let text = "{\"id\":1}\n[1]\n{\"id\":2,\n{\"id\":3} x\nnull\n";
    let shown = project("leads.jsonl", text.as_bytes()).show(&leads(&[]));
    let expected = "\
[D0804] rows that are malformed: 4
  leads.jsonl, line 2: the row is no JSON object
  leads.jsonl, line 3: the JSON object ends in the middle: the file may be truncated; it starts with `{\"id\":2,`
  leads.jsonl, line 4: the row is not JSON: trailing characters at character 10, the end of `{\"id\":3} x`
  leads.jsonl, line 5: the row is no JSON object
";
    assert_eq!(shown, expected);
    let shown = project("leads.jsonl", b"[{\"id\":1}]").show(&leads(&[]));
    assert!(shown.contains("the file is one JSON list, not JSON Lines"), "{shown}");
}

#[test]
fn sparse_columns_are_looked_for_in_all_files() {
    let manifest = "[[leads]]\nfiles = \"leads.jsonl\"\n[[events]]\nfiles = \"e*.jsonl\"\nlead = \"id\"\ntime = \"at\"\ntype = \"visited\"\n";
    let mut schema = leads(&[]);
    schema.events = vec![event("visited", &[("page", TEXT)])];
    let project = Project::new(manifest)
        .file("leads.jsonl", "{\"id\":1}\n")
        .file("e1.jsonl", "{\"id\":1,\"at\":\"2024-01-01\"}\n")
        .file("e2.jsonl", "")
        .file("e3.jsonl", "{\"id\":1,\"at\":\"2024-01-02\",\"page\":\"docs\"}\n");
    assert_eq!(
        project.show(&schema),
        "1 [visited 2024-01-01T00:00:00Z page=?] [visited 2024-01-02T00:00:00Z page=docs]\n"
    );
    let project = project.file("e3.jsonl", "{\"id\":1,\"at\":\"2024-01-02\",\"pages\":\"docs\"}\n");
    assert!(project.show(&schema).contains("there is no column `page`"), "{}", project.show(&schema));
}
