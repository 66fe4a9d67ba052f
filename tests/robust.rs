//! Nothing that is written can make the program fail: generated sentences and near misses of real models go
//! through checker, renderer, fixes and, when they check, the interpreter. `QUALIFY_SEED` chooses another seed.

use crate::grammar::{seed, written};
use qualify_grammar::{near_misses, sentences};
use qualify_tests::hostile::{go_through, read_data};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Texts of each kind.
const COUNT: usize = 1_500;

fn hold(texts: impl Iterator<Item = String>) {
    let mut models = 0;
    for text in texts {
        match catch_unwind(AssertUnwindSafe(|| go_through(&text))) {
            Ok(Ok(model)) => models += usize::from(model),
            Ok(Err(why)) => panic!("{why}\n{text}"),
            Err(_) => panic!("a panic on\n{text}"),
        }
    }
    println!("{models} of them are models");
}

#[test]
fn sentences_go_through() {
    hold(sentences(seed().wrapping_add(7), COUNT));
}

#[test]
fn what_people_write_goes_through_with_a_slip() {
    let seed = seed().wrapping_add(8);
    let texts = written();
    let rounds = (0u64..).zip(texts.iter().cycle()).take(COUNT / 5);
    hold(rounds.flat_map(|(round, (_, text))| near_misses(text, seed.wrapping_add(round))));
}

/// Comments that allow messages, or almost, at the ends of lines of what people write.
#[test]
fn comments_go_through() {
    const COMMENTS: [&str; 10] = [
        "# allow W0651: x",
        "#allow file W0501,W0502 , W0601:größe",
        "# allow W0651",
        "# allow E0201: é",
        "# allow W9999, X1, W0103: x\r",
        "# allow file",
        "\"# allow W0651: x",
        "# allow W0651 : \"x\" # allow W0652",
        "# allow 😀, W0601",
        "# allow w0703,",
    ];
    let mut number = seed().wrapping_add(9) as usize;
    let texts = written().into_iter().map(|(_, text)| {
        let lines = text.lines().map(|line| {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            match number >> 33 {
                n if n % 4 == 0 => format!("{line} {}\n", COMMENTS[n / 4 % COMMENTS.len()]),
                n if n % 4 == 1 => format!("{}\n{line}\n", COMMENTS[n / 4 % COMMENTS.len()]),
                _ => format!("{line}\n"),
            }
        });
        lines.collect::<String>()
    });
    hold(texts.collect::<Vec<_>>().into_iter());
}

/// Data files of every format, sound ones and with some damage.
#[test]
fn damaged_data_is_an_error_and_no_panic() {
    let mut random = StdRng::seed_from_u64(seed());
    let csv = "id,size,name,mail,tier,tags,rate,worth,ok,day,seen,wait\n\
        7,12,\"a, b\",a@b.c,low,x;y,1.5,20.25,yes,2026-01-01,2026-01-01T00:00:00Z,5s\n\
        8,2000,N/A,,H,\"[\"\"q\"\"]\",,-1,no,,2026-01-02 10:00,\n\
        7,x,\"\",b@c.d,mid,,1e3,1,maybe,2026-13-01,yesterday,5\n";
    let json = "{\"id\":7,\"size\":12,\"name\":\"visited\",\"tags\":[\"a\",1,null],\"seen\":\"2026-01-01T00:00:00Z\"}\n\
        {\"id\":\"8\",\"size\":1e99,\"nested\":{\"deep\":[[]]},\"seen\":\"2026-01-01T00:00:00Z\",\"name\":\"bought\"}\n";
    let sound = [("csv", csv.as_bytes()), ("jsonl", json.as_bytes())];
    for round in 0..400 {
        let (format, bytes) = sound[round % sound.len()];
        let mut bytes = bytes.to_vec();
        for _ in 0..round % 7 {
            let at = random.random_range(0..bytes.len());
            match random.random_range(0..4) {
                0 => bytes[at] ^= 1 << random.random_range(0..8),
                1 => drop(bytes.splice(at..at, *b"\"\n,")),
                2 => drop(bytes.drain(at..(at + 9).min(bytes.len() - 1).max(at))),
                _ => bytes[at] = *b"\",\n\r{}[]9-:".get(random.random_range(0..11)).unwrap_or(&0),
            }
        }
        let done = catch_unwind(AssertUnwindSafe(|| read_data(format, &bytes)));
        assert!(done.is_ok(), "round {round}, {format}:\n{}", String::from_utf8_lossy(&bytes));
    }
}
