//! What stays of a message when lines above it are added or taken away: by it, a tool that keeps messages from run
//! to run knows one again.

use crate::Diagnostic;
use crate::lines::Lines;
use std::collections::HashMap;

/// Fingerprints of the messages of one run, in the order in which they are given.
pub(crate) struct Fingerprints {
    seen: HashMap<u64, u32>,
}

impl Fingerprints {
    pub fn new() -> Fingerprints {
        Fingerprints { seen: HashMap::new() }
    }

    /// The code, the file and the words on the lines of the place; of several that are equal, which one it is.
    pub fn of(&mut self, diagnostic: &Diagnostic, file: &str, lines: &mut Lines<'_>) -> String {
        let mut hash = Hash::new();
        hash.add(diagnostic.code.as_str());
        hash.add(file);
        lines.text(diagnostic.place.span).split_whitespace().for_each(|word| hash.add(word));
        let count = self.seen.entry(hash.0).or_default();
        *count += 1;
        format!("{:016x}:{count}", hash.0)
    }
}

/// FNV-1a with 64 bits: short, and the same for ever.
struct Hash(u64);

impl Hash {
    fn new() -> Hash {
        Hash(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, text: &str) {
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::ColumnKind;
    use crate::{Code, Sources, Span};

    fn of(text: &str, needles: &[&str]) -> Vec<String> {
        let mut sources = Sources::new();
        let file = sources.add("m.qualify", text);
        let mut lines = Lines::new(&sources, ColumnKind::Utf16);
        let (mut prints, mut from) = (Fingerprints::new(), 0);
        let mut found = Vec::new();
        for needle in needles {
            let at = from + text[from..].find(needle).unwrap();
            from = at + 1;
            let diagnostic = Diagnostic::new(Code::W0501, Span::new(file, at, at + needle.len()), "");
            found.push(prints.of(&diagnostic, "m.qualify", &mut lines));
        }
        found
    }

    #[test]
    fn they_survive_moved_and_indented_lines_and_tell_equals_apart() {
        let before = of("when a add 5\nwhen b add 5\nwhen b add 5\n", &["a add", "b add", "b add"]);
        let after =
            of("# new\n\n  when a   add 5\nwhen b add 5\n\nwhen b add 5\n", &["a ", "b add", "b add"]);
        assert_eq!(before, after);
        assert!(before[1].ends_with(":1") && before[2].ends_with(":2") && before[0] != before[1]);
        assert_ne!(before[0], of("when a add 6\n", &["a add"])[0]);
    }
}
