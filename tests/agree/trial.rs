//! One model on some leads: an engine beside the reference, and what they disagree in.
//!
//! Not in here: engines, random models, making a disagreement small.

use super::shrink::shrunk;
use super::{Author, Dice, Draft, WORLDS, facts};
use qualify_check::{Options, check};
use qualify_diagnostics::{Diagnostic, Severity, Sources};
use qualify_model::calendar::format_instant;
use qualify_model::{Lead, Model, Outcome, Value, exact};
use qualify_reference::Interpreter;
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What scores leads at an instant: the outcomes in the order of the leads. A model that it cannot take is a message.
pub type Engine<'e> = dyn Fn(&Model, &[Lead], i64) -> Result<Vec<Outcome>, String> + 'e;

/// A model on some leads at an instant.
#[derive(Clone)]
pub struct Trial {
    /// The schema's text.
    pub world: String,
    /// The rules' text.
    pub draft: Draft,
    /// The leads.
    pub leads: Vec<Lead>,
    /// Microseconds since 1970.
    pub as_of: i64,
}

/// An engine gave something else than the reference, in the smallest case that was found.
pub struct Disagreement {
    /// The case.
    pub trial: Trial,
    /// What differs.
    pub differences: Vec<String>,
}

/// Checks a text. The messages are those of errors.
pub fn compile(text: &str) -> Result<Model, Vec<Diagnostic>> {
    let mut sources = Sources::new();
    let root = sources.add("model.qualify", text);
    let load = |path: &str, _: &str| Err(format!("there is no file `{path}`"));
    let checked = check(&mut sources, &[root], &load, &Options::default());
    let errors = checked.diagnostics.into_iter().filter(|d| d.severity == Severity::Error).collect();
    checked.model.ok_or(errors)
}

/// The reference's outcomes.
pub fn reference(model: &Model, leads: &[Lead], as_of: i64) -> Vec<Outcome> {
    let interpreter = Interpreter::new(model, as_of);
    leads.iter().map(|lead| interpreter.score(lead)).collect()
}

/// What differs between two outcomes, but for the ledger, which engines for many leads do not keep.
pub fn difference(wanted: &Outcome, got: &Outcome) -> Vec<String> {
    let mut out = Vec::new();
    macro_rules! compare {
        ($($field:ident)*) => {
            $(if wanted.$field != got.$field {
                out.push(format!("{}: {:?} is right, {:?} was given", stringify!($field), wanted.$field, got.$field));
            })*
        };
    }
    compare!(key status reasons score scores grades stage previous_stage unknown_current_stage stage_changed
             stage_reason segments route respond_by saturated);
    out
}

/// The leads on which an engine and the reference disagree, each with what differs.
pub fn compare(model: &Model, leads: &[Lead], as_of: i64, engine: &Engine) -> Vec<(usize, Vec<String>)> {
    compare_with(&reference(model, leads, as_of), engine(model, leads, as_of))
}

/// The same for what the reference and an engine gave.
pub fn compare_with(wanted: &[Outcome], got: Result<Vec<Outcome>, String>) -> Vec<(usize, Vec<String>)> {
    let got = match got {
        Ok(got) => got,
        Err(message) => return vec![(0, vec![message])],
    };
    if got.len() != wanted.len() {
        return vec![(0, vec![format!("{} leads, {} outcomes", wanted.len(), got.len())])];
    }
    let pairs = wanted.iter().zip(&got).map(|(wanted, got)| difference(wanted, got));
    pairs.enumerate().filter(|(_, differences)| !differences.is_empty()).collect()
}

impl Trial {
    /// A random model and so many leads; the messages if the checker refuses the text.
    pub fn random(dice: &mut Dice, leads: usize) -> (Trial, Result<Model, Vec<Diagnostic>>) {
        let world = *dice.one(WORLDS);
        Trial::random_in(world, dice, leads)
    }

    /// The same over a schema of the caller.
    pub fn random_in(world: &str, dice: &mut Dice, leads: usize) -> (Trial, Result<Model, Vec<Diagnostic>>) {
        let schema = compile(world).expect("the schemas are right").schema;
        let draft = Author::new(dice, &schema).write();
        let as_of = *dice.one(facts::instants());
        let leads = facts::leads(dice, &schema, as_of, leads);
        let trial = Trial { world: world.into(), draft, leads, as_of };
        let model = compile(&trial.text());
        (trial, model)
    }

    /// The text of schema and rules.
    pub fn text(&self) -> String {
        format!("{}{}", self.world, self.draft.text())
    }

    /// The leads on which the engine and the reference disagree, each with what differs. Empty if the text has a
    /// mistake.
    pub fn disagreements(&self, engine: &Engine) -> Vec<(usize, Vec<String>)> {
        match compile(&self.text()) {
            Ok(model) => compare(&model, &self.leads, self.as_of, engine),
            Err(_) => Vec::new(),
        }
    }

    /// Holds the engine against what the reference gave; a disagreement comes in the smallest case that still
    /// shows one.
    pub fn hold(&self, model: &Model, wanted: &[Outcome], engine: &Engine) -> Result<(), Box<Disagreement>> {
        let found = || compare_with(wanted, engine(model, &self.leads, self.as_of)).is_empty();
        // an engine that panics disagrees as well
        if catch_unwind(AssertUnwindSafe(found)).unwrap_or(false) {
            return Ok(());
        }
        let trial = shrunk(self.clone(), engine);
        let differences = match catch_unwind(AssertUnwindSafe(|| trial.disagreements(engine))) {
            Err(_) => vec!["the engine panics".into()],
            Ok(found) => match found.into_iter().next() {
                Some((_, differences)) => differences,
                None => vec!["only once: the engine does not give the same twice".into()],
            },
        };
        Err(Box::new(Disagreement { trial, differences }))
    }
}

impl std::fmt::Display for Disagreement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let trial = &self.trial;
        let world = trial.world.lines().next().unwrap_or_default();
        let rules = trial.draft.text();
        let mut text = format!("{world} … # of worlds.rs\n{rules}as of {}\n", format_instant(trial.as_of));
        if let Ok(model) = compile(&trial.text()) {
            for lead in &trial.leads {
                describe(&mut text, &model, lead, trial.as_of);
            }
        }
        write!(f, "{text}\n{}", self.differences.join("\n"))
    }
}

/// The lead, one fact a line.
fn describe(text: &mut String, model: &Model, lead: &Lead, as_of: i64) {
    let _ = writeln!(text, "lead {}", lead.key);
    for (attribute, value) in model.schema.attributes.iter().zip(&lead.attributes) {
        if let Some(value) = value {
            let _ = writeln!(text, "  {}: {}", attribute.path(), shown(value));
        }
    }
    for event in &lead.events {
        let kind = model.schema.event(event.kind);
        let age = exact::format((as_of - event.time).into(), 6);
        let _ = write!(text, "  {} {} ({age}s ago)", kind.name, format_instant(event.time));
        if let Some(received) = event.received {
            let _ = write!(text, ", received {}", format_instant(received));
        }
        for (property, value) in kind.properties.iter().zip(&event.properties) {
            if let Some(value) = value {
                let _ = write!(text, ", {}: {}", property.name, shown(value));
            }
        }
        text.push('\n');
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Time(time) => format!("{value:?} {}", format_instant(*time)),
        Value::Date(day) => format!("{value:?} {}", format_instant(i64::from(*day) * facts::DAY)),
        _ => format!("{value:?}"),
    }
}
