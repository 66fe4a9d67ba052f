//! The example does what its page says.

use std::fs::File;
use std::process::Command;

const SAID: &str = "\
2026-01-05T09:00:00Z L1 is now Lead
  when firmographics.size > 100 add 10: 10 points, were 0
2026-01-05T09:00:00Z L2 is now Lead
2026-01-07T08:03:00Z L1 is now MQL
  for each visited pricing within 7d add 20 up to 60: 40 points, were 20
2026-01-09T12:05:00Z L2 is now MQL
  for each visited pricing within 7d add 20 up to 60: 40 points, were 20
2026-01-12T10:12:00Z L1 is now Lead
  for each visited pricing within 7d add 20 up to 60: 20 points, were 40
2026-01-15T12:00:00Z L2 is now Lead
  for each visited pricing within 7d add 20 up to 60: 20 points, were 40
";

#[test]
fn each_change_is_told_once_when_it_happens() {
    let events = File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/events.jsonl")).expect("it lies here");
    let done = Command::new(env!("CARGO_BIN_EXE_embed-rust")).stdin(events).output().expect("it runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(String::from_utf8_lossy(&done.stdout), SAID);
}
