//! Tables of leads and events as Arrow streams.

use super::service::{Answer, Service};
use qualify::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use qualify::arrow::ipc::CompressionType;
use qualify::arrow::ipc::reader::StreamReader;
use qualify::arrow::ipc::writer::{IpcWriteOptions, StreamWriter};
use qualify::arrow::util::display::array_value_to_string;
use qualify_serve::{Limits, Options};
use std::sync::Arc;

const AS_OF: i64 = 1_769_817_600_000_000; // 2026-01-31T00:00:00Z

fn stream(batch: &RecordBatch) -> Vec<u8> {
    let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).expect("a stream");
    writer.write(batch).expect("a batch");
    writer.into_inner().expect("the bytes")
}

fn leads() -> RecordBatch {
    let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(0..1000));
    let sizes: ArrayRef = Arc::new(Int64Array::from_iter_values(1..=1000));
    RecordBatch::try_from_iter([
        ("id", ids),
        ("size", sizes),
        ("region", texts("emea")),
        ("email", texts("")),
        ("stage", texts("")),
    ])
    .expect("leads")
}

fn texts(text: &str) -> ArrayRef {
    Arc::new(StringArray::from_iter_values((0..1000).map(|_| text)))
}

fn events() -> RecordBatch {
    let ids: ArrayRef = Arc::new(Int64Array::from_iter_values((0..1000).rev()));
    let times = (0..1000).map(|n| AS_OF - n * 3_600_000_000);
    let times: ArrayRef = Arc::new(TimestampMicrosecondArray::from_iter_values(times).with_timezone("UTC"));
    RecordBatch::try_from_iter([
        ("id", ids),
        ("time", times),
        ("event", texts("visited")),
        ("page", texts("pricing")),
    ])
    .expect("events")
}

fn results(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.content_type(), "application/vnd.apache.arrow.stream");
    let reader = StreamReader::try_new(&answer.bytes[..], None).expect("a stream");
    assert!(reader.schema().metadata().contains_key("qualify.model_digest"));
    let mut rows = Vec::new();
    for batch in reader.map(|batch| batch.expect("a batch")) {
        let column = |name: &str| batch.column_by_name(name).expect("the column").clone();
        let (ids, scores) = (column("id"), column("score"));
        for row in 0..batch.num_rows() {
            let text = |array: &ArrayRef| array_value_to_string(array, row).expect("a value");
            rows.push((text(&ids), text(&scores)));
        }
    }
    rows
}

fn in_parts(service: &Service, path: &str, parts: &[(&str, &[u8])]) -> Answer {
    let mut body = Vec::new();
    for (name, bytes) in parts {
        let head =
            format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{name}\"\r\n\r\n");
        body.extend([head.as_bytes(), bytes, b"\r\n"].concat());
    }
    body.extend(b"--edge--\r\n");
    service.post_bytes(path, "multipart/form-data; boundary=edge", body)
}

#[test]
fn what_does_not_belong_together_is_refused_in_words_of_requests() {
    let service = Service::quiet();
    let (all, events) = (leads(), stream(&events()));
    let some = stream(&all.slice(0, 10));
    let twice = in_parts(&service, "/v1/score", &[("leads", &some), ("leads", &some)]);
    assert_eq!(twice.status, 400);
    assert!(twice.text().contains("two parts `leads`"), "{}", twice.text());
    let strangers = in_parts(&service, "/v1/score", &[("leads", &some), ("events", &events)]);
    assert_eq!(strangers.status, 422);
    assert!(strangers.text().contains("send the leads of all events"), "{}", strangers.text());
    let no_time = RecordBatch::try_from_iter([("id", texts("1"))]).expect("a batch");
    let no_time = in_parts(&service, "/v1/score", &[("leads", &some), ("events", &stream(&no_time))]);
    assert!(no_time.text().contains("call it `time`"), "{}", no_time.text());
}

#[test]
fn values_that_became_unknown_are_told_with_the_table() {
    let service = Service::quiet();
    let all = leads();
    let mut columns = all.columns().to_vec();
    columns[1] = Arc::new(Int64Array::from_iter_values((0..1000).map(|n| if n < 2 { 0 } else { n })));
    let odd = RecordBatch::try_new(all.schema(), columns).expect("leads");
    let answer = service.post_bytes("/v1/score", "application/vnd.apache.arrow.stream", stream(&odd));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let reader = StreamReader::try_new(&answer.bytes[..], None).expect("a stream");
    let warnings = reader.schema().metadata()["qualify.warnings"].clone();
    let warnings: serde_json::Value = serde_json::from_str(&warnings).expect("JSON");
    assert_eq!((&warnings[0]["code"], &warnings[0]["count"]), (&"D0820".into(), &2.into()), "{warnings}");
}

#[test]
fn a_table_of_leads_alone_or_with_events_in_parts() {
    let service = Service::quiet();
    let path = "/v1/score?as_of=2026-01-31T00:00:00Z";
    let alone = service.post_bytes(path, "application/vnd.apache.arrow.stream", stream(&leads()));
    let alone = results(&alone);
    assert_eq!(alone.len(), 1000);
    assert_eq!((&alone[99].1[..], &alone[100].1[..]), ("0.0000", "20.5000"));

    let (leads, events) = (stream(&leads()), stream(&events()));
    let with_events = results(&in_parts(&service, path, &[("leads", &leads), ("events", &events)]));
    for (id, (lead, score)) in with_events.iter().enumerate() {
        let hours = 999 - id as i64;
        let expected = if id >= 100 { 205_000 } else { 0 } + if hours < 7 * 24 { 300_000 } else { 0 };
        assert_eq!(
            (lead, score),
            (&id.to_string(), &format!("{}.{:04}", expected / 10_000, expected % 10_000))
        );
    }
}

#[test]
fn damaged_and_other_tables_are_refused() {
    let service = Service::quiet();
    let whole = stream(&leads());
    let ty = "application/vnd.apache.arrow.stream";
    for bytes in
        [Vec::new(), b"id,size\n1,2\n".to_vec(), whole[..100].to_vec(), whole[..whole.len() / 2].to_vec()]
    {
        let answer = service.post_bytes("/v1/score", ty, bytes);
        assert_eq!(answer.status, 422, "{}", answer.text());
    }
    let other = RecordBatch::try_from_iter([("key", texts("a"))]).expect("a batch");
    let answer = service.post_bytes("/v1/score", ty, stream(&other));
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("there is no column `id`"), "{}", answer.text());
    let (ids, sizes) = (leads().column(0).clone(), leads().column(1).clone());
    let few = RecordBatch::try_from_iter([("id", ids), ("size", sizes)]).expect("a batch");
    let answer = service.post_bytes("/v1/score", ty, stream(&few));
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("give a column `email`; where it has null"), "{}", answer.text());
    let answer = service.post_bytes("/v1/score", ty, [&whole[..], &whole[..]].concat());
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("stand behind its end mark"), "{}", answer.text());
    assert_eq!(service.post_bytes("/v1/score", "multipart/form-data", Vec::new()).status, 400);
}

#[test]
fn what_is_large_without_compression_is_refused() {
    let limits = Limits { body: 20_000, ..Limits::default() };
    let service = Service::new(Options { limits, log_requests: false, ..Options::default() });
    let zeros: ArrayRef = Arc::new(Int64Array::from_iter_values((0..1_000_000).map(|_| 0)));
    let batch = RecordBatch::try_from_iter([("id", zeros)]).expect("a batch");
    let options =
        IpcWriteOptions::default().try_with_compression(Some(CompressionType::ZSTD)).expect("a codec");
    let mut writer =
        StreamWriter::try_new_with_options(Vec::new(), &batch.schema(), options).expect("a stream");
    writer.write(&batch).expect("a batch");
    let bytes = writer.into_inner().expect("the bytes");
    assert!(bytes.len() < 20_000, "{}", bytes.len());
    let answer = service.post_bytes("/v1/score", "application/vnd.apache.arrow.stream", bytes);
    assert_eq!(answer.status, 413, "{}", answer.text());
    assert!(answer.text().contains("without compression"), "{}", answer.text());
}
