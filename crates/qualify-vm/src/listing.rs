//! A plan in words: every program instruction by instruction, with the places of the code in the compiled model
//! counted from the beginning of its program.

use crate::encode::encode_instruction;
use qualify_plan::{Instruction, Operand, PlaceKind, Plan, Program, Register, RegisterType};
use std::fmt::Write;

/// The listing of all programs of a plan, and of the facts that they read.
pub fn listing(plan: &Plan) -> String {
    let mut out = String::new();
    let name = |attribute: usize| plan.schema.attributes.get(attribute).map(|a| a.path()).unwrap_or_default();
    for (place, table) in plan.tables.iter().enumerate() {
        let heading = format!("table {place}: for each value of {}", name(table.attribute as usize));
        list(&mut out, plan, &heading, &table.program, &|_| "the value".to_owned());
    }
    for (place, fact) in plan.facts.iter().enumerate() {
        let late = if fact.late { ", computed by the program" } else { "" };
        line(&mut out, format_args!("fact {place}: slot {}{late}: {}", fact.slot.0, fact.text));
    }
    if !plan.facts.is_empty() {
        out.push('\n');
    }
    let property = |input: usize| {
        let places = plan.needs.properties.get(input).map(|column| &column.places);
        let first = places.and_then(|places| {
            places.iter().zip(&plan.schema.events).find_map(|(place, event)| {
                let property = event.properties.get((*place)? as usize)?;
                Some(format!("{}.{}", event.name, property.name))
            })
        });
        first.unwrap_or_default()
    };
    for (place, program) in plan.event_programs.iter().enumerate() {
        list(&mut out, plan, &format!("events {place}"), program, &property);
    }
    list(&mut out, plan, "main: for each lead", &plan.main, &name);
    out
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = writeln!(out, "{text}"); // writing to a text cannot fail
}

fn list(out: &mut String, plan: &Plan, heading: &str, program: &Program, input: &dyn Fn(usize) -> String) {
    let outputs: Vec<String> = program.outputs.iter().map(|Register(ty, at)| register(*ty, *at)).collect();
    let gives = if outputs.is_empty() { String::new() } else { format!(" -> {}", outputs.join(" ")) };
    line(out, format_args!("{heading}{gives}"));
    let mut code = Vec::new();
    for instruction in &program.code {
        let at = code.len();
        encode_instruction(&mut code, instruction);
        let (written, read, note) = operands(plan, instruction, input);
        let to = if written.is_empty() { String::new() } else { format!("{written} = ") };
        let text = format!("  {at:06x}  {to:>7}{:<18}{read}", instruction.word());
        let note = if note.is_empty() { note } else { format!("  # {note}") };
        line(out, format_args!("{}{note}", text.trim_end()));
    }
    out.push('\n');
}

/// What is written, what is read, and what a place means.
fn operands(
    plan: &Plan,
    instruction: &Instruction,
    input: &dyn Fn(usize) -> String,
) -> (String, String, String) {
    let (mut written, mut read, mut note) = (String::new(), Vec::new(), Vec::new());
    for operand in instruction.operands() {
        match operand {
            Operand::Write(ty, number) => written = register(ty, number),
            Operand::Read(ty, number) => read.push(register(ty, number)),
            Operand::ReadAll(ty, numbers) => {
                let all: Vec<String> = numbers.iter().map(|number| register(ty, *number)).collect();
                read.push(format!("[{}]", all.join(" ")));
            }
            Operand::Number(number) => read.push(number.to_string()),
            Operand::Wide(number) => read.push(number.to_string()),
            Operand::Place(kind, place) => {
                read.push(format!("{}:{place}", format!("{kind:?}").to_lowercase()));
                note.extend(meaning(plan, kind, place as usize, input));
            }
            Operand::Small(small, greatest) => read.push(choice(small, greatest)),
        }
    }
    (written, read.join(" "), note.join(", "))
}

fn register(ty: RegisterType, number: u32) -> String {
    let letter = match ty {
        RegisterType::Truth => 't',
        RegisterType::Number => 'n',
        RegisterType::Wide => 'w',
        RegisterType::Text => 'x',
        RegisterType::List => 'l',
    };
    format!("{letter}{number}")
}

/// The word of a small operand: its greatest value tells what it is.
fn choice(small: u8, greatest: u8) -> String {
    let words: &[&str] = match greatest {
        1 => &["-", "domain"],
        3 => &["domain", "local-part", "host", "path"],
        4 => &["contains", "starts-with", "ends-with", "mentions", "matches"],
        5 => &["=", "is-not", "<", "<=", ">", ">="],
        _ => &[],
    };
    words.get(small as usize).map_or_else(|| small.to_string(), |word| (*word).to_owned())
}

fn meaning(plan: &Plan, kind: PlaceKind, place: usize, input: &dyn Fn(usize) -> String) -> Option<String> {
    let constants = &plan.constants;
    let some = |texts: &[String]| {
        let more = if texts.len() > 4 { format!(" and {} more", texts.len() - 4) } else { String::new() };
        format!(
            "{}{more}",
            texts[..texts.len().min(4)].iter().map(|t| format!("{t:?}")).collect::<Vec<_>>().join(" ")
        )
    };
    let numbers =
        |numbers: &[i64]| some(&numbers.iter().map(i64::to_string).collect::<Vec<_>>()).replace('"', "");
    match kind {
        PlaceKind::Input => Some(input(place)).filter(|name| !name.is_empty()),
        PlaceKind::Table => {
            let attribute = plan.tables.get(place)?.attribute as usize;
            Some(plan.schema.attributes.get(attribute)?.path())
        }
        PlaceKind::Slot => {
            let fact = plan.facts.iter().rev().find(|fact| fact.slot.index() <= place)?;
            Some(fact.text.clone())
        }
        PlaceKind::Fact => plan.facts.get(place).map(|fact| fact.text.clone()),
        PlaceKind::Texts => constants.texts.get(place).map(|texts| some(texts)),
        PlaceKind::Numbers => constants.numbers.get(place).map(|set| numbers(set)),
        PlaceKind::Bins => constants.bins.get(place).map(|bins| format!("edges {}", numbers(&bins.edges))),
        PlaceKind::Windows => constants.windows.get(place).map(|windows| format!("{windows:?}")),
        PlaceKind::Curve => constants.curves.get(place).map(|curve| format!("{curve:?}")),
        PlaceKind::Rule => plan.labels.rules.get(place).cloned(),
        PlaceKind::Output | PlaceKind::CodeTally | PlaceKind::Argument => None,
    }
}
