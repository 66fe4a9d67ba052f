//! A plan for people: what is read, what is asked of events, which tables and programs there are.

use super::numbers::thousands;
use super::table::{Align, table};
use qualify::plan::{Ask, Plan, Program, RegisterCounts};
use qualify::typed::Aggregate;
use serde::Serialize;
use std::fmt::Write;

/// How much a plan holds.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Sizes {
    /// Attributes that are read, of so many.
    pub attributes: (usize, usize),
    /// Types of events that are read, of so many.
    pub events: (usize, usize),
    /// Columns of event properties.
    pub properties: usize,
    /// Questions to events.
    pub facts: usize,
    /// Tables over the values of an attribute.
    pub tables: usize,
    /// Programs.
    pub programs: usize,
    /// Instructions of all programs.
    pub instructions: usize,
}

impl Sizes {
    /// Of a plan.
    pub fn of(plan: &Plan) -> Sizes {
        let read = |all: &[bool]| (all.iter().filter(|read| **read).count(), all.len());
        let programs: Vec<&Program> = programs(plan).map(|(_, program)| program).collect();
        Sizes {
            attributes: read(&plan.needs.attributes),
            events: read(&plan.needs.events),
            properties: plan.needs.properties.len(),
            facts: plan.facts.len(),
            tables: plan.tables.len(),
            programs: programs.len(),
            instructions: programs.iter().map(|program| program.code.len()).sum(),
        }
    }

    /// As lines.
    pub fn render(&self) -> String {
        let Sizes { attributes, events, properties, facts, tables, programs, instructions } = self;
        format!(
            "reads      {} of {} attributes, {} of {} types of events, {properties} columns of their properties\n\
             facts      {}\ntables     {}\nprograms   {}, {} instructions\n",
            attributes.0,
            attributes.1,
            events.0,
            events.1,
            thousands(*facts),
            thousands(*tables),
            thousands(*programs),
            thousands(*instructions),
        )
    }
}

/// All programs with their names.
fn programs(plan: &Plan) -> impl Iterator<Item = (String, &Program)> {
    let tables = plan.tables.iter().enumerate().map(|(i, table)| (format!("table {i}"), &table.program));
    let events = plan.event_programs.iter().enumerate().map(|(i, program)| (format!("events {i}"), program));
    tables.chain(events).chain([("main".to_string(), &plan.main)])
}

/// The whole plan as text.
pub fn render(plan: &Plan) -> String {
    let mut out = format!("model      {}\n", plan.labels.digest);
    out.push_str(&Sizes::of(plan).render());
    let facts: Vec<Vec<String>> = plan
        .facts
        .iter()
        .enumerate()
        .map(|(i, fact)| {
            let late = if fact.late { ", by the program" } else { "" };
            vec![i.to_string(), format!("{}{late}", asked(&fact.ask)), fact.text.clone()]
        })
        .collect();
    section(&mut out, &[("fact", Align::Right), ("asks", Align::Left), ("of", Align::Left)], &facts);
    let tables: Vec<Vec<String>> = plan
        .tables
        .iter()
        .enumerate()
        .map(|(i, of)| {
            let attribute = plan.schema.attributes.get(of.attribute as usize);
            let outputs = of.program.outputs.len().to_string();
            vec![i.to_string(), attribute.map(|a| a.path()).unwrap_or_default(), outputs]
        })
        .collect();
    let head = [("table", Align::Right), ("for each value of", Align::Left), ("gives", Align::Right)];
    section(&mut out, &head, &tables);
    let programs: Vec<Vec<String>> = programs(plan)
        .map(|(name, program)| {
            let RegisterCounts { truths, numbers, wides, texts, lists } = program.registers;
            let registers = [truths, numbers, wides, texts, lists].iter().map(|count| *count as usize).sum();
            vec![name, thousands(program.code.len()), thousands(registers)]
        })
        .collect();
    let head = [("program", Align::Left), ("instructions", Align::Right), ("registers", Align::Right)];
    section(&mut out, &head, &programs);
    out
}

fn section(out: &mut String, head: &[(&str, Align)], rows: &[Vec<String>]) {
    if !rows.is_empty() {
        let _ = write!(out, "\n{}", table(head, rows, 0, 90)); // writing to a String does not fail
    }
}

/// What is asked of the events, in a few words.
fn asked(ask: &Ask) -> &'static str {
    match ask {
        Ask::Count => "how many",
        Ask::Newest => "when the newest was",
        Ask::Days => "on how many days",
        Ask::Different(_) => "how many different",
        Ask::Total(_) | Ask::Sum(_) => "the sum",
        Ask::Choose(Aggregate::Largest, _) => "the largest",
        Ask::Choose(Aggregate::Smallest, _) => "the smallest",
        Ask::Choose(Aggregate::First, _) => "the first",
        Ask::Choose(_, _) => "the latest",
        Ask::Groups { .. } => "whether a group is so large",
        Ask::Factors(_) => "what decay leaves",
        Ask::Each(_) => "the points of each",
        Ask::OfNewest(_) => "what the newest says",
    }
}
