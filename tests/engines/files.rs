//! The whole way of many leads: they are written as tables, read back by several threads within a memory of nothing,
//! so that every event waits in a temporary file, and scored. The outcomes are those of the reference.

use super::tables::Form;
use super::{LEADS, MODELS, SEED, setting};
use qualify::{Backend, Engine, EngineOptions};
use qualify_data::{Project, Quiet, ReadOptions, RunError, RunOptions, Way};
use qualify_model::{Lead, LeadColumns, Model, Outcome, ScoreColumns, TextKind, Type, Value};
use qualify_tests::agree::{Dice, Trial, WORLDS, compare_with, plain, reference};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// One of so many random models goes this way.
const SHARE: u64 = 8;

/// How tables are run.
#[derive(Clone, Copy, Debug)]
struct Run {
    backend: Backend,
    threads: usize,
    /// Bytes; none: as the machine has.
    memory: Option<u64>,
    batch_rows: usize,
}

impl Run {
    /// Mostly in no memory at all.
    fn random(dice: &mut Dice) -> Run {
        Run {
            backend: *dice.one(&[Backend::Interpreter, Backend::Interpreter, Backend::Auto]),
            threads: *dice.one(&[1, 2, 7]),
            memory: *dice.one(&[Some(1), Some(1), None]),
            batch_rows: *dice.one(&[1, 2, 4, 4096]),
        }
    }
}

/// What was seen of the ways through the data.
#[derive(Default)]
struct Seen {
    runs: usize,
    /// Runs that had something in a temporary file.
    spilled: usize,
    /// Events in the results, and those of leads that are not there.
    events: u64,
    strangers: u64,
    ways: BTreeMap<String, usize>,
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} runs, {} of them spilled, {} events, {} without leads, {:?}",
            self.runs, self.spilled, self.events, self.strangers, self.ways
        )
    }
}

/// The leads as they come back from the tables; why not, if the data is refused.
fn as_read(form: Form, model: &Model, leads: &[Lead]) -> Result<Vec<Lead>, String> {
    let mut leads = leads.to_vec();
    for (number, lead) in leads.iter_mut().enumerate() {
        lead.key = form.key(number);
        for (value, attribute) in lead.attributes.iter_mut().zip(&model.schema.attributes) {
            readable(value, &attribute.ty);
        }
        for event in &mut lead.events {
            let kind = model.schema.event(event.kind);
            event.properties.iter_mut().zip(&kind.properties).for_each(|(value, p)| readable(value, &p.ty));
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let project = form.project(folder.path(), &model.schema, &leads);
    let set = qualify_data::read(&project, &model.schema, &mut Quiet, &ReadOptions::default());
    set.map(|set| set.leads).map_err(|errors| errors.to_string())
}

/// Leaves out what no reader takes: an address without a name.
fn readable(value: &mut Option<Value>, ty: &Type) {
    let address = *ty == Type::Text(TextKind::Email);
    if address && matches!(value, Some(Value::Text(text)) if text.starts_with('@')) {
        *value = None;
    }
}

/// Scores leads by way of their tables.
fn score(
    form: Form,
    run: Run,
    seen: &RefCell<Seen>,
    model: &Model,
    leads: &[Lead],
    as_of: i64,
) -> Result<Vec<Outcome>, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let project = form.project(folder.path(), &model.schema, leads);
    score_project(&project, run, seen, model, as_of)
}

fn score_project(
    project: &Project,
    run: Run,
    seen: &RefCell<Seen>,
    model: &Model,
    as_of: i64,
) -> Result<Vec<Outcome>, String> {
    let engine = Engine::of_typed(model, as_of, &EngineOptions { backend: run.backend });
    let Run { threads, memory, batch_rows, .. } = run;
    let options = RunOptions { threads, memory, batch_rows, ..RunOptions::default() };
    let workers: Vec<_> = (0..threads).map(|_| Mutex::new(engine.worker())).collect();
    let mut outcomes = Vec::new();
    let mut done = |leads: &LeadColumns, scores: &ScoreColumns| {
        outcomes.extend((0..leads.rows).map(|row| outcome(&engine, leads, scores, row)));
        Ok(())
    };
    let report = qualify_data::run(
        project,
        engine.schema(),
        engine.needs(),
        &options,
        &mut Quiet,
        &|number, batch| workers[number].lock().unwrap_or_else(PoisonError::into_inner).score(batch),
        &mut done,
    );
    let report = report.map_err(|error| match error {
        RunError::Data(errors) => errors.to_string(),
        RunError::Output(error) => error.to_string(),
    })?;
    let mut seen = seen.borrow_mut();
    seen.runs += 1;
    seen.spilled += usize::from(report.spilled > 0);
    seen.events += report.counts.events;
    seen.strangers += report.counts.ignored;
    *seen.ways.entry(format!("{:?}", report.way)).or_default() += 1;
    Ok(outcomes)
}

fn outcome(engine: &Engine, leads: &LeadColumns, scores: &ScoreColumns, row: usize) -> Outcome {
    let labels = engine.labels();
    let current = labels.current_stage.and_then(|place| leads.attributes[place as usize].as_ref());
    let previous = current.and_then(|column| match column.value(row, &Type::Stage) {
        Some(Value::Stage(name)) => Some(name.to_string()),
        _ => None,
    });
    labels.outcome(scores, row, leads.keys.text(row), previous, engine.respond_by())
}

/// Leads that are written by hand, by way of tables of several forms.
pub(super) struct Through {
    dice: Dice,
    seen: RefCell<Seen>,
    /// Leads whose values the data cannot say, and which were left out.
    unsaid: usize,
}

impl Through {
    pub(super) fn new(seed: u64) -> Through {
        Through { dice: Dice::of_seed(seed), seen: RefCell::default(), unsaid: 0 }
    }

    pub(super) fn spilled(&self) -> usize {
        self.seen.borrow().spilled
    }

    /// What so many forms of these leads give that the reference does not.
    pub(super) fn disagreements(
        &mut self,
        name: &str,
        model: &Model,
        leads: &[Lead],
        as_of: i64,
        forms: usize,
    ) -> Vec<String> {
        let mut wrong = Vec::new();
        for _ in 0..forms {
            let (mut form, run) = (Form::random(&mut self.dice), Run::random(&mut self.dice));
            if leads.iter().any(|lead| lead.events.len() > 100_000) {
                form = form.of_many();
            }
            let leads = match as_read(form, model, leads) {
                Ok(leads) => leads,
                Err(_) => {
                    self.unsaid += 1;
                    continue;
                }
            };
            let wanted = reference(model, &leads, as_of);
            let got = score(form, run, &self.seen, model, &leads, as_of);
            for (lead, differences) in compare_with(&wanted, got).into_iter().take(3) {
                wrong.push(format!("{name}, {form:?}, {run:?}, lead {lead}: {}", differences.join("; ")));
            }
        }
        wrong
    }
}

impl std::fmt::Display for Through {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, {} could not be said", self.seen.borrow(), self.unsaid)
    }
}

/// What a project on the disk gives with 1, 2 and 7 threads and no memory that is not wanted.
pub(super) fn in_every_run(folder: &Path, model: &Model, wanted: &[Outcome], as_of: i64) -> Vec<String> {
    let (mut wrong, seen) = (Vec::new(), RefCell::default());
    let runs = [(Backend::Interpreter, 1, Some(1)), (Backend::Jit, 2, Some(1)), (Backend::Auto, 7, Some(1))];
    for (backend, threads, memory) in runs {
        let run = Run { backend, threads, memory, batch_rows: 64 };
        let project = qualify_data::open(folder).unwrap_or_else(|errors| panic!("{errors}"));
        let got = score_project(&project, run, &seen, model, as_of);
        for (lead, differences) in compare_with(wanted, got).into_iter().take(3) {
            wrong.push(format!("{run:?}, lead {lead}: {}", differences.join("; ")));
        }
    }
    println!("{}", seen.borrow());
    wrong
}

#[test]
fn random_models_agree_through_files() {
    let (first, models) = (setting("QUALIFY_SEED", SEED), setting("QUALIFY_MODELS", MODELS) / SHARE);
    let seen = RefCell::default();
    let (mut held, mut refused, mut facts, mut kept) = (0, 0, 0, 0);
    for seed in first..first + models {
        let mut dice = Dice::of_seed(seed);
        let world = *dice.one(WORLDS);
        let world = if dice.chance(60) { plain(world) } else { world.to_string() };
        // the keys of many leads find no room in memory
        let leads = *dice.one(&[LEADS, LEADS, LEADS, 3 * LEADS]);
        let (mut trial, model) = Trial::random_in(&world, &mut dice, leads);
        let Ok(model) = model else { continue };
        let (form, run) = (Form::random(&mut dice), Run::random(&mut dice));
        let leads = match as_read(form, &model, &trial.leads) {
            Ok(leads) => leads,
            Err(why) => {
                refused += 1;
                if std::env::var_os("QUALIFY_SHOW").is_some() {
                    println!("seed {seed}, {form:?}: {why}");
                }
                continue;
            }
        };
        for (before, after) in trial.leads.iter().zip(&leads) {
            facts += before.attributes.len();
            kept += before.attributes.iter().zip(&after.attributes).filter(|(a, b)| a == b).count();
        }
        trial.leads = leads;
        held += 1;
        let wanted = reference(&model, &trial.leads, trial.as_of);
        let engine = |model: &Model, leads: &[Lead], as_of: i64| score(form, run, &seen, model, leads, as_of);
        if let Err(found) = trial.hold(&model, &wanted, &engine) {
            panic!("{form:?}, {run:?}, seed {seed}:\n{found}");
        }
    }
    let seen = seen.into_inner();
    println!("seed {first}: {held} models, {refused} refused; {seen}; {kept} of {facts} values as they were");
    assert!(held > 9 * refused, "{refused} of {held} were refused");
    assert!(kept * 100 > facts * 95, "{kept} of {facts} values came back");
    if models * SHARE >= MODELS {
        assert!(seen.spilled * 4 > seen.runs && seen.strangers > 0, "{seen}");
        for way in [Way::Rows, Way::Sorted, Way::Arrival, Way::Text] {
            assert!(seen.ways.contains_key(&format!("{way:?}")), "{seen}");
        }
    }
}
