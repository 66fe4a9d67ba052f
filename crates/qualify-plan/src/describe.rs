//! A plan for people to read: what it reads, what it asks of events, its tables, and the program line by line.

mod line;
mod words;

use crate::{CodeTable, Plan, Program, RegisterType};
use std::fmt::Write;
use words::Words;

impl Plan {
    /// The listing.
    pub fn describe(&self) -> String {
        let mut out = String::new();
        let words = Words { plan: self };
        self.describe_reading(&mut out);
        self.describe_facts(&words, &mut out);
        for (place, table) in self.tables.iter().enumerate() {
            self.describe_table(place, table, &words, &mut out);
        }
        let _ = writeln!(out, "\nleads: {}", size(&self.main)); // writing to a String does not fail
        let names: Vec<String> = self.schema.attributes.iter().map(|attribute| attribute.path()).collect();
        words.program(&self.main, &names, &mut out);
        self.describe_outputs(&mut out);
        out
    }

    fn describe_reading(&self, out: &mut String) {
        let named = |wanted: &[bool], names: Vec<String>| {
            let read: Vec<String> = wanted.iter().zip(names).filter(|(w, _)| **w).map(|(_, n)| n).collect();
            if read.is_empty() { "nothing".to_owned() } else { read.join(", ") }
        };
        let attributes = self.schema.attributes.iter().map(|attribute| attribute.path()).collect();
        let _ = writeln!(out, "reads of leads: {}", named(&self.needs.attributes, attributes));
        let events = self.schema.events.iter().map(|event| event.name.clone()).collect();
        let _ = writeln!(out, "reads events: {}", named(&self.needs.events, events));
    }

    fn describe_facts(&self, words: &Words, out: &mut String) {
        for (place, view) in self.views.iter().enumerate() {
            for step in &view.ignores {
                let _ = writeln!(out, "events {place} without {}", words.step(step));
            }
        }
        if !self.facts.is_empty() {
            let _ = writeln!(out, "\nfacts:");
        }
        for fact in &self.facts {
            let late = if fact.late { "  (when its values are known)" } else { "" };
            let _ = writeln!(out, "  s{:<3} {}{late}", fact.slot.0, words.fact(fact));
        }
        let columns = self.needs.properties.iter().map(|column| words.column(column)).collect::<Vec<_>>();
        for (place, program) in self.event_programs.iter().enumerate() {
            let _ = writeln!(out, "\nevent program {place}: {}", size(program));
            words.program(program, &columns, out);
            let _ = writeln!(out, "  gives {}", registers(program));
        }
    }

    fn describe_table(&self, place: usize, table: &CodeTable, words: &Words, out: &mut String) {
        let name = self.schema.attributes.get(table.attribute as usize).map(|attribute| attribute.path());
        let name = name.unwrap_or_default();
        let _ = writeln!(out, "\ntable {place}, once for each {name}: {}", size(&table.program));
        words.program(&table.program, &[name], out);
        let _ = writeln!(out, "  gives {}", registers(&table.program));
        for tally in self.code_tallies.iter().filter(|tally| tally.table as usize == place) {
            for (rule, ..) in &tally.rules {
                let rule = self.labels.rules.get(rule.index()).map_or("", String::as_str);
                let _ = writeln!(out, "  holds {rule}");
            }
        }
    }

    fn describe_outputs(&self, out: &mut String) {
        let outputs = &self.outputs;
        let mut all: Vec<(String, String)> = Vec::new();
        let mut truths = |what: &str, names: &[String], registers: &[crate::T]| {
            all.extend(
                registers.iter().zip(names).map(|(t, name)| (format!("t{}", t.0), format!("{what}: {name}"))),
            );
        };
        truths("excluded", &self.labels.excludes, &outputs.excluded);
        truths("missing", &self.labels.missing, &outputs.missing);
        truths("disqualified", &self.labels.disqualifies, &outputs.disqualified);
        let segments: Vec<String> = self.labels.segments.iter().map(|segment| segment.name.clone()).collect();
        truths("segment", &segments, &outputs.segments);
        for (n, name) in outputs.scores.iter().zip(&self.labels.scores) {
            all.push((format!("n{}", n.0), format!("score {name}")));
        }
        all.push((format!("n{}", outputs.score.0), "score".to_owned()));
        for (n, (name, _)) in outputs.grades.iter().zip(&self.labels.grades) {
            all.push((format!("n{}", n.0), format!("grade {name}")));
        }
        all.push((format!("n{}", outputs.stage.0), "stage".to_owned()));
        all.push((format!("n{}", outputs.stage_reason.0), "why this stage".to_owned()));
        all.push((format!("t{}", outputs.stage_changed.0), "stage changed".to_owned()));
        all.push((format!("t{}", outputs.unknown_current_stage.0), "unknown current stage".to_owned()));
        all.push((format!("n{}", outputs.route.0), "route".to_owned()));
        all.push((format!("t{}", outputs.saturated.0), "saturated".to_owned()));
        let _ = writeln!(out, "gives:");
        for (register, what) in all {
            let _ = writeln!(out, "  {register:<5} {what}");
        }
    }
}

fn size(program: &Program) -> String {
    let counts = program.registers;
    let each = [
        (counts.truths, "truths"),
        (counts.numbers, "numbers"),
        (counts.wides, "wide numbers"),
        (counts.texts, "texts"),
        (counts.lists, "lists"),
    ];
    let each = each.iter().filter(|(count, _)| *count > 0).map(|(count, name)| format!("{count} {name}"));
    format!("{} lines, {}", program.code.len(), each.collect::<Vec<_>>().join(", "))
}

fn registers(program: &Program) -> String {
    let all = program.outputs.iter().map(|register| format!("{}{}", letter(register.0), register.1));
    all.collect::<Vec<_>>().join(", ")
}

fn letter(ty: RegisterType) -> char {
    match ty {
        RegisterType::Truth => 't',
        RegisterType::Number => 'n',
        RegisterType::Wide => 'w',
        RegisterType::Text => 'x',
        RegisterType::List => 'l',
    }
}
