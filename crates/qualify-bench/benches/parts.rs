//! Parts of the way from rules and data to scores, each by itself: `cargo bench -p qualify-bench`. The data are
//! 20,000 leads of LS60; a part whose name ends in a number of rules takes a larger model.

use divan::{Bencher, black_box};
use qualify_bench::{AS_OF, DataSet, Parameters, batches, lead_of, many_rules, model, plan, project};
use qualify_data::{Quiet, RunOptions};
use qualify_engine::{Backend, Engine};
use qualify_model::{Batch, Lead, ScoreColumns};
use qualify_plan::Plan;
use std::sync::{Arc, LazyLock};

const LEADS: usize = 20_000;

/// Backends of the engine.
const BACKENDS: [Backend; 2] = [Backend::Interpreter, Backend::Jit];

/// Kept among the system's temporary files for the next time.
static DATA: LazyLock<DataSet> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join("qualify-parts");
    let parameters = Parameters { leads: LEADS, events: 20 * LEADS, arrival: true, csv: true };
    DataSet::prepared(&folder, parameters, &mut |_| ()).expect("the data can be written")
});

fn main() {
    divan::main();
}

/// Source text to a checked model.
#[divan::bench(args = [60, 600])]
fn check(bencher: Bencher, rules: usize) {
    let text = many_rules::model(rules);
    bencher.bench(|| model(&text).expect("the rules are right"));
}

/// A checked model to a plan.
#[divan::bench(args = [60, 600])]
fn lower(bencher: Bencher, rules: usize) {
    let model = model(&many_rules::model(rules)).expect("the rules are right");
    bencher.bench(|| Plan::of(model.typed()).expect("it can be planned"));
}

/// A plan to machine code.
#[divan::bench(args = [60, 600])]
fn machine_code(bencher: Bencher, rules: usize) {
    let plan = Arc::new(plan(rules).expect("the rules are right"));
    bencher.bench(|| Engine::new(plan.clone(), AS_OF, Backend::Jit).has_machine_code());
}

/// All rules on data in memory.
#[divan::bench(args = BACKENDS)]
fn all_rules(bencher: Bencher, backend: Backend) {
    score(bencher, backend, &|batch| batch);
}

/// All rules on leads without events: those on attributes, and what no event means.
#[divan::bench(args = BACKENDS)]
fn without_events(bencher: Bencher, backend: Backend) {
    score(bencher, backend, &|mut batch| {
        batch.events.offsets = vec![0; batch.leads.rows + 1];
        batch.events.long.clear();
        batch
    });
}

fn score(bencher: Bencher, backend: Backend, change: &dyn Fn(Batch) -> Batch) {
    let plan = Arc::new(plan(many_rules::RULES).expect("the rules are right"));
    let batches = batches(&DATA, &plan).expect("the data are right");
    let batches: Vec<Batch> = batches.into_iter().map(change).collect();
    let engine = Engine::new(plan, AS_OF, backend);
    let mut worker = engine.worker();
    let mut scores = ScoreColumns::default();
    bencher.counter(divan::counter::ItemsCount::new(LEADS)).bench_local(|| {
        for batch in &batches {
            worker.score_into(black_box(batch), &mut scores);
        }
    });
}

/// One lead after the other.
#[divan::bench(args = BACKENDS)]
fn one_lead(bencher: Bencher, backend: Backend) {
    let plan = Arc::new(plan(many_rules::RULES).expect("the rules are right"));
    let batches = batches(&DATA, &plan).expect("the data are right");
    let leads: Vec<Lead> = (0..256).map(|row| lead_of(&batches[0], row, &plan)).collect();
    let engine = Engine::new(plan, AS_OF, backend);
    let mut scorer = engine.scorer();
    let mut next = leads.iter().cycle();
    bencher.bench_local(|| {
        if let Some(lead) = next.next() {
            black_box(scorer.score(black_box(lead)));
        }
    });
}

/// One lead after the other, each at another instant.
#[divan::bench(args = BACKENDS)]
fn one_lead_moving(bencher: Bencher, backend: Backend) {
    let plan = Arc::new(plan(many_rules::RULES).expect("the rules are right"));
    let batches = batches(&DATA, &plan).expect("the data are right");
    let leads: Vec<Lead> = (0..256).map(|row| lead_of(&batches[0], row, &plan)).collect();
    let mut scorer = Engine::new(plan, AS_OF, backend).scorer();
    let mut next = leads.iter().cycle();
    let mut as_of = AS_OF;
    bencher.bench_local(|| {
        if let Some(lead) = next.next() {
            as_of += 1_234_567;
            black_box(scorer.score_at(black_box(lead), as_of));
        }
    });
}

/// Files to batches: decoding, and in the order of time bringing the events of each lead together.
#[divan::bench(args = ["sorted", "arrival", "csv"])]
fn read(bencher: Bencher, way: &str) {
    let plan = plan(many_rules::RULES).expect("the rules are right");
    let project = qualify_data::open(&project(&DATA, way)).expect("a project");
    let options = RunOptions { threads: 1, ..RunOptions::default() };
    bencher.bench_local(|| {
        let score = |_: usize, batch: &Batch| {
            black_box(batch);
            ScoreColumns::default()
        };
        let (schema, needs) = (&plan.schema, &plan.needs);
        qualify_data::run(&project, schema, needs, &options, &mut Quiet, &score, &mut |_, _| Ok(()))
            .expect("the data are right")
    });
}
