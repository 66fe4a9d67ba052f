//! One line of a program: the register written, the word, the operands with constants shown inline.

use super::letter;
use super::words::{Words, points};
use crate::{Instruction, Operand, PlaceKind, Program};
use std::fmt::Write;

impl Words<'_> {
    /// All lines; `inputs` are the names of the columns of the domain.
    pub(super) fn program(&self, program: &Program, inputs: &[String], out: &mut String) {
        for instruction in &program.code {
            let (written, line) = self.line(instruction, inputs);
            let _ = writeln!(out, "  {written:<5} {line}"); // writing to a String does not fail
        }
    }

    fn line(&self, instruction: &Instruction, inputs: &[String]) -> (String, String) {
        let mut written = String::new();
        let mut parts = vec![format!("{:<18}", instruction.word())];
        let names = Instruction::TABLE.iter().find(|entry| entry.0 == instruction.code());
        let names = names.map_or(&[][..], |entry| entry.2);
        for (operand, (name, _)) in instruction.operands().into_iter().zip(names) {
            match operand {
                Operand::Write(ty, number) => written = format!("{}{number}", letter(ty)),
                Operand::Read(ty, number) => parts.push(format!("{}{number}", letter(ty))),
                Operand::ReadAll(ty, all) => {
                    let all: Vec<String> =
                        all.iter().map(|number| format!("{}{number}", letter(ty))).collect();
                    if !all.is_empty() {
                        parts.push(format!("({})", all.join(" ")));
                    }
                }
                Operand::Number(number) if *name == "points" => parts.push(points(number as i128)),
                Operand::Number(i64::MIN) => parts.push("least".to_owned()),
                Operand::Number(i64::MAX) => parts.push("most".to_owned()),
                Operand::Number(number) => parts.push(number.to_string()),
                Operand::Wide(number) => parts.push(number.to_string()),
                Operand::Small(small, _) => parts.push(small_word(instruction, name, small)),
                Operand::Place(kind, place) => parts.push(self.place(kind, place as usize, inputs)),
            }
        }
        (written, parts.join(" ").trim_end().to_owned())
    }

    fn place(&self, kind: PlaceKind, place: usize, inputs: &[String]) -> String {
        let constants = &self.plan.constants;
        let found = match kind {
            PlaceKind::Input => inputs.get(place).cloned(),
            PlaceKind::Table => Some(format!("table {place}")),
            PlaceKind::Output => Some(format!("output {place}")),
            PlaceKind::Slot => Some(format!("s{place}  {}", self.slot(place))),
            PlaceKind::Fact => self.plan.facts.get(place).map(|fact| self.fact(fact)),
            PlaceKind::Windows => {
                let windows = constants.windows.get(place);
                windows.map(|all| all.iter().map(|w| self.window(w)).collect::<Vec<_>>().join(" "))
            }
            PlaceKind::Curve => constants.curves.get(place).map(|curve| self.curve(curve)),
            PlaceKind::Numbers => constants.numbers.get(place).map(|numbers| {
                let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
                few(&numbers)
            }),
            PlaceKind::Texts => constants.texts.get(place).map(|texts| {
                let texts: Vec<String> = texts.iter().map(|text| format!("{text:?}")).collect();
                few(&texts)
            }),
            PlaceKind::Bins => constants.bins.get(place).map(|bins| {
                let value =
                    |value: &Option<i64>| value.map_or("unknown".to_owned(), |value| value.to_string());
                let mut all = vec![bins.values.first().map(value).unwrap_or_default()];
                let edges = bins.edges.iter().zip(bins.values.iter().skip(1));
                all.extend(edges.map(|(edge, of)| format!("from {edge}: {}", value(of))));
                all.push(format!("unknown: {}", value(&bins.unknown)));
                few(&all)
            }),
            PlaceKind::CodeTally => {
                let tally = self.plan.code_tallies.get(place);
                tally.map(|tally| format!("table {}, {} rules", tally.table, tally.rules.len()))
            }
            PlaceKind::Rule => self.plan.labels.rules.get(place).map(|rule| format!("`{}`", short(rule))),
            PlaceKind::Argument => Some(format!("argument {place}")),
        };
        found.unwrap_or_else(|| format!("? {place}"))
    }
}

fn small_word(instruction: &Instruction, name: &str, small: u8) -> String {
    match (name, instruction) {
        ("how", _) => ["=", "!=", "<", "<=", ">", ">="].get(small as usize).unwrap_or(&"?").to_string(),
        ("test", _) => {
            let words = ["contains", "starts with", "ends with", "mentions", "matches"];
            words.get(small as usize).unwrap_or(&"?").to_string()
        }
        ("part", _) => {
            ["domain", "local part", "host", "path"].get(small as usize).unwrap_or(&"?").to_string()
        }
        ("domain", _) => if small == 1 { "as a domain" } else { "" }.to_owned(),
        (name, _) => format!("{}={small}", name.replace('_', " ")),
    }
}

/// The first few, and how many more there are.
fn few(all: &[String]) -> String {
    const MOST: usize = 6;
    let more = all.len().saturating_sub(MOST);
    let shown = all.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{{{shown}, {more} more}}") } else { format!("{{{shown}}}") }
}

fn short(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
