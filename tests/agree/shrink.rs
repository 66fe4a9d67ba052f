//! Making a disagreement small: one lead, few events, few statements, few words.
//!
//! Each step drops something and keeps the case if the text still checks and the engine still disagrees.
//!
//! Not in here: finding disagreements.

use super::trial::{Engine, Trial, compare, compile};
use super::{Draft, Line};
use qualify_model::Lead;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Words that are dropped at once, at most.
const PHRASE: usize = 12;

/// The smallest case that was found.
pub(super) fn shrunk(mut trial: Trial, engine: &Engine) -> Trial {
    if let Some(lead) = trial.leads.iter().find(|lead| fails(&with_lead(&trial, lead), engine)).cloned() {
        trial.leads = vec![lead];
    }
    loop {
        let before = size(&trial);
        statements(&mut trial, engine);
        words(&mut trial, engine);
        facts(&mut trial, engine);
        if size(&trial) >= before {
            return trial;
        }
    }
}

fn fails(trial: &Trial, engine: &Engine) -> bool {
    let Ok(model) = compile(&trial.text()) else { return false };
    // an engine that panics disagrees as well
    let run =
        catch_unwind(AssertUnwindSafe(|| !compare(&model, &trial.leads, trial.as_of, engine).is_empty()));
    run.unwrap_or(true)
}

fn with_lead(trial: &Trial, lead: &Lead) -> Trial {
    Trial { leads: vec![lead.clone()], ..trial.clone() }
}

fn size(trial: &Trial) -> usize {
    let facts: usize = trial.leads.iter().map(|lead| lead.events.len() + known(lead)).sum();
    trial.draft.text().len() + facts
}

fn known(lead: &Lead) -> usize {
    let of_events = lead.events.iter().flat_map(|event| &event.properties).flatten().count();
    lead.attributes.iter().flatten().count() + of_events
}

/// Keeps a smaller case if it still fails.
fn keep(trial: &mut Trial, engine: &Engine, smaller: Trial) -> bool {
    let fails = fails(&smaller, engine);
    if fails {
        *trial = smaller;
    }
    fails
}

/// Drops runs of statements, long runs first, then runs of the rules in blocks.
fn statements(trial: &mut Trial, engine: &Engine) {
    let mut run = trial.draft.lines.len().max(1);
    while run > 0 {
        let mut at = 0;
        while at < trial.draft.lines.len() {
            let mut smaller = trial.clone();
            let end = (at + run).min(smaller.draft.lines.len());
            smaller.draft.lines.drain(at..end);
            if !keep(trial, engine, smaller) {
                at += run;
            }
        }
        run /= 2;
    }
    for block in 0..trial.draft.lines.len() {
        let mut at = 0;
        while let Line::Block(_, rules) = &trial.draft.lines[block] {
            if at >= rules.len() {
                break;
            }
            let mut smaller = trial.clone();
            if let Line::Block(_, rules) = &mut smaller.draft.lines[block] {
                rules.remove(at);
            }
            if !keep(trial, engine, smaller) {
                at += 1;
            }
        }
    }
}

/// Drops words of statements: longer runs of words first.
fn words(trial: &mut Trial, engine: &Engine) {
    for place in 0..trial.draft.places() {
        for run in (1..=PHRASE).rev() {
            let mut at = 0;
            while at + run <= parts(trial.draft.statement(place)).len() {
                let mut left = parts(trial.draft.statement(place));
                left.drain(at..at + run);
                let mut smaller = trial.clone();
                *smaller.draft.statement_mut(place) = left.join(" ");
                if !keep(trial, engine, smaller) {
                    at += 1;
                }
            }
        }
    }
}

/// The words and signs of a statement; quoted text is one.
fn parts(statement: &str) -> Vec<String> {
    let mut parts: Vec<String> = vec![String::new()];
    let mut quoted = false;
    for c in statement.chars() {
        let bracket = !quoted && "(){},".contains(c);
        if bracket || (c.is_whitespace() && !quoted) {
            parts.push(String::new());
        }
        if quoted || !c.is_whitespace() {
            parts.last_mut().expect("there is one from the start").push(c);
        }
        if bracket {
            parts.push(String::new());
        }
        quoted ^= c == '"';
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Drops events, long runs first, then values.
fn facts(trial: &mut Trial, engine: &Engine) {
    for lead in 0..trial.leads.len() {
        let mut run = trial.leads[lead].events.len();
        while run > 0 {
            let mut at = 0;
            while at < trial.leads[lead].events.len() {
                let mut smaller = trial.clone();
                let events = &mut smaller.leads[lead].events;
                let end = (at + run).min(events.len());
                events.drain(at..end);
                if !keep(trial, engine, smaller) {
                    at += run;
                }
            }
            run /= 2;
        }
        for attribute in 0..trial.leads[lead].attributes.len() {
            if trial.leads[lead].attributes[attribute].is_some() {
                let mut smaller = trial.clone();
                smaller.leads[lead].attributes[attribute] = None;
                keep(trial, engine, smaller);
            }
        }
        for event in 0..trial.leads[lead].events.len() {
            for property in 0..trial.leads[lead].events[event].properties.len() {
                if trial.leads[lead].events[event].properties[property].is_some() {
                    let mut smaller = trial.clone();
                    smaller.leads[lead].events[event].properties[property] = None;
                    keep(trial, engine, smaller);
                }
            }
        }
    }
}

impl Draft {
    /// How many statements, headers of blocks and rules there are.
    fn places(&self) -> usize {
        self.lines.iter().map(|line| if let Line::Block(_, rules) = line { rules.len() + 1 } else { 1 }).sum()
    }

    fn statement(&self, place: usize) -> &String {
        self.lines.iter().flat_map(Line::texts).nth(place).expect("places are counted the same way")
    }

    fn statement_mut(&mut self, place: usize) -> &mut String {
        let texts = self.lines.iter_mut().flat_map(|line| match line {
            Line::One(text) => vec![text],
            Line::Block(header, rules) => std::iter::once(header).chain(rules).collect(),
        });
        texts.into_iter().nth(place).expect("places are counted the same way")
    }
}

impl Line {
    fn texts(&self) -> Vec<&String> {
        match self {
            Line::One(text) => vec![text],
            Line::Block(header, rules) => std::iter::once(header).chain(rules).collect(),
        }
    }
}
