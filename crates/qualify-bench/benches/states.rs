//! States of leads of LS60 with twenty events each: what an event costs, a score, a search for the next check, and
//! how many bytes a state has. `cargo bench -p qualify-bench --bench states`.

use divan::{Bencher, black_box};
use qualify_bench::{AS_OF, DataSet, Parameters, batches, lead_of, many_rules, plan};
use qualify_model::Lead;
use qualify_state::{LeadState, StateModel, StateScorer};
use std::sync::{Arc, LazyLock};

const DAY: i64 = 86_400_000_000;

/// Kept among the system's temporary files for the next time.
static DATA: LazyLock<DataSet> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join("qualify-parts");
    let parameters = Parameters { leads: 20_000, events: 400_000, arrival: true, csv: true };
    DataSet::prepared(&folder, parameters, &mut |_| ()).expect("the data can be written")
});

/// Leads with twenty events.
static LEADS: LazyLock<(Arc<StateModel>, Vec<Lead>)> = LazyLock::new(|| {
    let plan = Arc::new(plan(many_rules::RULES).expect("the rules are right"));
    let mut leads = Vec::new();
    for batch in batches(&DATA, &plan).expect("the data are right") {
        let all = (0..batch.leads.rows).map(|row| lead_of(&batch, row, &plan));
        leads.extend(all.filter(|lead| lead.events.len() == 20));
    }
    leads.truncate(256);
    (StateModel::new(plan), leads)
});

fn states() -> Vec<LeadState> {
    let (model, leads) = &*LEADS;
    leads.iter().map(|lead| LeadState::of_lead(model, lead).expect("it is of the schema")).collect()
}

#[allow(clippy::print_stdout)] // it says the sizes
fn main() {
    let (model, _) = &*LEADS;
    let mut scorer = StateScorer::new(model);
    let (mut written, mut held, mut left, mut swept) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for mut state in states() {
        written.push(state.to_bytes().len());
        held.push(state.size());
        state.compact(&mut scorer, AS_OF).expect("it is later");
        left.push(state.held());
        swept.push(state.to_bytes().len());
    }
    let most = |of: &[usize]| of.iter().copied().max().unwrap_or(0);
    println!("bytes with 20 events, at most: {} written, {} in memory", most(&written), most(&held));
    println!("after a sweep: {} events and {} bytes at most", most(&left), most(&swept));
    divan::main();
}

/// One event more, of twenty.
#[divan::bench(sample_count = 2000, sample_size = 20)]
fn apply(bencher: Bencher) {
    let (model, leads) = &*LEADS;
    let mut next = leads.iter().cycle();
    let mut of_lead = [].iter();
    let mut state = LeadState::new(model);
    bencher.bench_local(|| {
        if let Some(event) = of_lead.next() {
            let _ = black_box(state.apply(black_box(event)));
            return;
        }
        if let Some(lead) = next.next() {
            state = LeadState::new(model);
            of_lead = lead.events.iter();
        }
    });
}

/// A score of a state, each time a little later.
#[divan::bench(sample_count = 5000)]
fn score(bencher: Bencher) {
    let mut scorer = StateScorer::new(&LEADS.0);
    let mut states = states();
    let (mut at, mut as_of) = (0, AS_OF);
    bencher.bench_local(|| {
        at = (at + 1) % states.len();
        as_of += 1_234_567;
        let _ = black_box(states[at].score(&mut scorer, as_of));
    });
}

/// The next check of a state, each time a day later.
#[divan::bench(sample_count = 500)]
fn next_check(bencher: Bencher) {
    let mut scorer = StateScorer::new(&LEADS.0);
    let mut states = states();
    let mut at = 0;
    bencher.bench_local(|| {
        at += 1;
        let as_of = AS_OF + (at / states.len()) as i64 * DAY;
        let place = at % states.len();
        let _ = black_box(states[place].next_check(&mut scorer, as_of));
    });
}

/// A state to bytes and back.
#[divan::bench(sample_count = 2000)]
fn bytes(bencher: Bencher) {
    let states = states();
    let mut at = 0;
    bencher.bench_local(|| {
        at = (at + 1) % states.len();
        black_box(LeadState::from_bytes(&LEADS.0, &states[at].to_bytes()).is_ok())
    });
}
