//! Whatever the size of the blocks and the number of threads: blocks and rows give what the row-wise reader gives.

use super::{Blocks, Rows};
use crate::format::Compression;
use crate::table::delimited::Delimited;
use crate::table::{Row, Table, Visit};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Mutex;

fn shown(row: &dyn Row, columns: usize) -> String {
    let cells: Vec<_> = (0..columns).map(|c| format!("{:?}", row.cell(c))).collect();
    format!("{}: {} <- {:?}", row.number(), cells.join(" "), row.raw())
}

fn row_wise(content: &[u8], delimiter: Option<u8>) -> Vec<String> {
    let mut table = match Delimited::new(content.to_vec(), delimiter) {
        Ok(table) => table,
        Err(broken) => return vec![format!("{broken:?}")],
    };
    let columns = table.columns().len();
    let mut out = vec![table.columns().join(" ")];
    let visited = table.visit(&mut |visit| {
        out.push(match visit {
            Visit::Row(row) => shown(row, columns),
            Visit::Bad(bad) => format!("{bad:?}"),
        });
        ControlFlow::Continue(())
    });
    out.extend(visited.err().map(|broken| format!("{broken:?}")));
    out
}

fn in_blocks(
    path: &Path,
    compression: Compression,
    delimiter: Option<u8>,
    size: usize,
    threads: usize,
) -> Vec<String> {
    let blocks = match Blocks::open(path, compression, delimiter, size) {
        Ok(blocks) => blocks,
        Err(broken) => return vec![format!("{broken:?}")],
    };
    let head = blocks.head.clone();
    let (blocks, found) = (Mutex::new((blocks, 0)), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let (number, block) = {
                let mut blocks = blocks.lock().expect("no thread panics");
                blocks.1 += 1;
                (blocks.1, blocks.0.next(Vec::new()))
            };
            let Some(block) = block.expect("the file can be read") else { return };
            let rows = Rows::of(block, &head.shape());
            let mut bad = rows.bad.iter().peekable();
            let mut out = Vec::new();
            for row in 0..=rows.len() {
                while let Some((_, bad)) = bad.next_if(|(before, _)| *before == row) {
                    out.push(format!("{bad:?}"));
                }
                if row < rows.len() {
                    out.push(shown(&rows.row(row), head.columns.len()));
                }
            }
            found.lock().expect("no thread panics").push((number, out));
        }
    };
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    let mut found = found.into_inner().expect("no thread panics");
    found.sort();
    [vec![head.columns.join(" ")], found.into_iter().flat_map(|(_, out)| out).collect()].concat()
}

fn check(content: &[u8], delimiter: Option<u8>, what: &str) {
    let expected = row_wise(content, delimiter);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.csv");
    std::fs::write(&path, content).expect("a file");
    for size in [16, 17, 64, 100, 1000, 1 << 20] {
        for threads in [1, 2, 7] {
            if threads > 1 && size > 100 {
                continue; // one block
            }
            let found = in_blocks(&path, Compression::None, delimiter, size, threads);
            assert_eq!(found, expected, "{what}, {size} bytes, {threads} threads: {:?}", shown_text(content));
        }
    }
}

fn shown_text(content: &[u8]) -> String {
    String::from_utf8_lossy(&content[..content.len().min(3000)]).into_owned()
}

fn field(random: &mut StdRng, delimiter: char) -> String {
    let plain = |random: &mut StdRng, most: usize| -> String {
        let length = random.random_range(0..=most);
        (0..length).map(|_| ['a', '1', ' ', 'é', '-'][random.random_range(0..5)]).collect()
    };
    let long = random.random_bool(0.02);
    let text = plain(random, 6);
    let other = plain(random, if long { 300 } else { 4 });
    match random.random_range(0..60) {
        0..30 => text,
        30..36 => String::new(),
        36..42 => format!("\"{text}\""),
        42..46 => format!("\"{text}{delimiter}{other}\""),
        46..48 => format!("\"{text}\n{other}\""),
        48 => format!("\"{text}\r\n{other}\r{other}\""),
        49..51 => format!("\"{text}\"\"{other}\""),
        51 => format!("\"\"\"{text}\"\"\""),
        52 => "\"\"".to_string(),
        53 => format!("{text}\"{other}"),
        54 => format!(" \"{text}\""),
        55 => format!("\"{text}\"  "),
        56 => format!("\"{text}\" {other}"),
        57 => format!("\"{text}{delimiter}\" \"{other}\""),
        58 if random.random_bool(0.1) => format!("\"{text}"),
        _ => other,
    }
}

fn file(random: &mut StdRng) -> (Vec<u8>, Option<u8>) {
    let delimiter = [',', ';', '\t', '|', ' '][random.random_range(0..5)];
    let columns = random.random_range(1..6);
    let ends =
        if random.random_bool(0.5) { &["\n"][..] } else { &["\n", "\r\n", "\r", "\n\n", "\r\r\n"][..] };
    let end = ends[random.random_range(0..ends.len())];
    let mut out = String::new();
    if random.random_bool(0.1) {
        out.push('\u{feff}');
    }
    if random.random_bool(0.05) {
        out.push_str(&format!("sep={delimiter}{end}"));
    }
    let ragged = random.random_bool(0.5);
    let names: Vec<_> = (0..columns).map(|c| format!("c{c}")).collect();
    out.push_str(&names.join(&delimiter.to_string()));
    out.push_str(end);
    for _ in 0..random.random_range(0..40) {
        let width = if ragged && random.random_bool(0.1) { random.random_range(1..7) } else { columns };
        let empty = random.random_bool(0.05);
        let fields: Vec<_> =
            (0..width).map(|_| if empty { String::new() } else { field(random, delimiter) }).collect();
        out.push_str(&fields.join(&delimiter.to_string()));
        out.push_str(if random.random_bool(0.9) { end } else { ends[random.random_range(0..ends.len())] });
    }
    let mut bytes = out.into_bytes();
    if random.random_bool(0.1) {
        let at = random.random_range(0..bytes.len());
        bytes[at] = 0xe9; // not UTF-8
    }
    if random.random_bool(0.2) {
        bytes.truncate(random.random_range(0..=bytes.len()));
    }
    (bytes, random.random_bool(0.7).then_some(delimiter as u8))
}

#[test]
#[allow(clippy::print_stdout)] // the seed, to run a failure again
fn blocks_of_any_size_give_what_the_row_wise_reader_gives() {
    let seed = RandomState::new().hash_one(0);
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    for number in 0..150 {
        let (content, delimiter) = file(&mut random);
        check(&content, delimiter, &format!("seed {seed}, file {number}"));
    }
}

#[test]
fn edges() {
    for content in [
        "",
        "\n",
        "a",
        "a\n",
        "a,b",
        "a,b\r",
        "a,b\r\n1,2\r",
        "a,b\n\"1",
        "a,b\n\"1\"",
        "a,b\n\"\",\"\"\n1,2",
        "a,b\n\"\"x,\"\"\n",
        "a\n\"\"\n\"x\"\n",
        "a,b\n\"1\"\"",
        "\u{feff}a,b\n1,2",
        "sep=;\r\na;b\r\n1;2\r\n",
        "{\"a\": 1}\n",
        "a,a\n",
        "\"a\nb\",c\n1,2\n",
        "a,b\n1,\"2\r\n3\"\r\n4,5",
    ] {
        check(content.as_bytes(), None, "an edge");
        check(content.as_bytes(), Some(b','), "an edge");
    }
}

/// The header and the choice of the delimiter are those of the whole file, however far they reach.
#[test]
fn long_headers_and_rows() {
    let long = "x".repeat(300_000);
    check(format!("a,b\n\"{long}\n\",2\n1;1;1,2\n").as_bytes(), None, "a long row");
    check(format!("\"a{long}\",b\n1,2\n").as_bytes(), None, "a long header");
    check(format!("a,b\n1,2\n\"{long},3\n4,5\n").as_bytes(), None, "a mark that is never closed");
    let rows: String = (0..30).map(|i| format!("{i},\"{}\"\n", &long[..20_000])).collect();
    check(format!("a,b\n{rows}").as_bytes(), None, "rows of which few make a block");
}

#[test]
fn compressed_files() {
    let content: String = (0..20_000).map(|i| format!("{i},\"text, {i}\"\n")).collect();
    let content = format!("a,b\n{content}");
    let expected = row_wise(content.as_bytes(), None);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.csv.gz");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(content.as_bytes()).expect("memory takes everything");
    let packed = gzip.finish().expect("memory takes everything");
    std::fs::write(&path, &packed).expect("a file");
    assert_eq!(in_blocks(&path, Compression::Gzip, None, 10_000, 2), expected);
    let path = folder.path().join("a.csv.zst");
    std::fs::write(&path, zstd::encode_all(content.as_bytes(), 1).expect("memory takes everything"))
        .expect("a file");
    assert_eq!(in_blocks(&path, Compression::Zstd, None, 10_000, 2), expected);
    let cut = folder.path().join("cut.csv.gz");
    std::fs::write(&cut, &packed[..packed.len() - 20]).expect("a file");
    let mut blocks = Blocks::open(&cut, Compression::Gzip, None, 1000).expect("the start is sound");
    let error = loop {
        match blocks.next(Vec::new()) {
            Ok(Some(_)) => {}
            Ok(None) => panic!("the end of a truncated file was not noticed"),
            Err(broken) => break broken.message,
        }
    };
    assert_eq!(error, "truncated: the gzip data ends before its end");
}
