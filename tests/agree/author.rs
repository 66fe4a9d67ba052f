//! Writes random models: every construct of the language, over a schema.
//!
//! The text is well typed as far as a writer that is not the checker can know; the few texts that the checker
//! refuses are thrown away by the caller. What a statement may read is said by its [`Place`], so that names form no
//! circle: rules read facts and earlier scores; grades, then segments, then stages, then routes read what stands
//! before them.
//!
//! Not in here: random leads.

mod condition;
mod names;
mod number;
mod outcomes;
mod rules;
mod table;
mod term;
mod test_of;

use super::Dice;
use names::{Names, Place};
use qualify_model::Schema;

/// The statements of a model, so that some can be left out.
#[derive(Clone, Default)]
pub struct Draft {
    /// In order.
    pub lines: Vec<Line>,
}

/// A statement.
#[derive(Clone)]
pub enum Line {
    /// One that stands for itself.
    One(String),
    /// The header of a score and the rules in its block.
    Block(String, Vec<String>),
}

impl Draft {
    /// The text of all statements.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for line in &self.lines {
            match line {
                Line::One(statement) => text += &format!("{statement}\n"),
                Line::Block(header, rules) => {
                    text += &format!("{header} {{\n");
                    rules.iter().for_each(|rule| text += &format!("  {rule}\n"));
                    text += "}\n";
                }
            }
        }
        text
    }
}

/// Writes one model.
pub struct Author<'a> {
    dice: &'a mut Dice,
    schema: &'a Schema,
    names: Names,
    draft: Draft,
}

impl<'a> Author<'a> {
    /// A writer over a schema.
    pub fn new(dice: &'a mut Dice, schema: &'a Schema) -> Author<'a> {
        Author { dice, schema, names: Names::default(), draft: Draft::default() }
    }

    /// The model, without its schema.
    pub fn write(mut self) -> Draft {
        self.heading();
        self.lists_and_params();
        self.early_lets();
        self.ignores();
        self.scores();
        self.total();
        self.grades();
        self.late_lets();
        self.segments();
        self.verdicts();
        self.stages();
        self.routes();
        self.draft
    }

    fn line(&mut self, statement: impl Into<String>) {
        self.draft.lines.push(Line::One(statement.into()));
    }

    fn heading(&mut self) {
        if self.dice.chance(30) {
            self.line("language 1");
        }
        if self.dice.chance(50) {
            let zone = self.dice.word(&["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC"]);
            self.line(format!("timezone \"{zone}\""));
        }
    }

    fn early_lets(&mut self) {
        for i in 0..self.dice.below(3) {
            let at = Place::facts();
            let condition = self.condition(at, 1);
            self.line(format!("let early_{i} = {condition}"));
            self.names.conditions.push(format!("early_{i}"));
        }
        for i in 0..self.dice.below(3) {
            let value = match self.dice.below(3) {
                0 => self.table_value(Place::facts()),
                _ => self.number(Place::facts(), 2),
            };
            self.line(format!("let amount_{i} = {value}"));
            self.names.numbers.push(format!("amount_{i}"));
        }
    }

    fn late_lets(&mut self) {
        if self.dice.chance(40) {
            let at = self.after_grades();
            let condition = self.condition(at, 1);
            self.line(format!("let late = {condition}"));
            self.names.late_conditions.push("late".into());
        }
        if self.dice.chance(30) {
            let at = self.after_grades();
            let value = if self.dice.chance(60) { self.table_value(at) } else { self.number(at, 1) };
            self.line(format!("let late_amount = {value}"));
            self.names.late_numbers.push("late_amount".into());
        }
    }

    /// What stands behind scores, total and grades may read them.
    fn after_grades(&self) -> Place {
        let names = &self.names;
        Place {
            scores: names.scores.len(),
            total: true,
            grades: names.grades.len(),
            late: true,
            ..Place::facts()
        }
    }

    /// What stands behind the segments may read them too.
    fn after_segments(&self) -> Place {
        Place { segments: self.names.segments.len(), ..self.after_grades() }
    }
}
