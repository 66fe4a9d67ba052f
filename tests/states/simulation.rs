//! A year of the leadforge example: a service that looks at a lead only when something happens to it and when its state
//! asks for it, beside one that scores everything that is known every hour.
//!
//! `QUALIFY_YEAR_OF=5000 cargo test --release -p qualify-tests states` takes so many leads, and a whole year of each.

use qualify_engine::{Backend, Scorer};
use qualify_model::{Lead, ScoreColumns};
use qualify_state::{LeadState, StateModel, StateScorer};
use std::sync::Arc;

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;

/// Leads of the ordinary test run.
const LEADS: usize = 3;

/// What is shown of a lead, as numbers.
fn decision(scores: &ScoreColumns) -> Vec<u16> {
    let mut all: Vec<u16> = vec![scores.status[0] as u16, scores.stage[0], scores.route[0]];
    all.push(u16::from(scores.stage_reason[0]));
    all.extend(scores.grades.iter().map(|column| column[0]));
    all.extend(scores.segments.iter().map(|column| u16::from(column[0])));
    all
}

/// What the service knows of a lead.
struct Service<'s> {
    state: LeadState,
    scorer: &'s mut StateScorer,
    shown: Vec<u16>,
    next: Option<i64>,
    looks: usize,
    bytes: usize,
}

impl Service<'_> {
    fn look(&mut self, at: i64) {
        self.shown = decision(self.state.score(self.scorer, at).expect("time moves on"));
        self.next = self.state.next_check(self.scorer, at).expect("it is now");
        self.looks += 1;
        self.bytes = self.bytes.max(self.state.to_bytes().len());
    }

    /// Looks whenever it asked to, up to an instant.
    fn until(&mut self, instant: i64) {
        while let Some(next) = self.next.filter(|next| *next <= instant) {
            self.look(next);
        }
    }
}

/// Follows a lead for some days; how often each service scored, the greatest state, and where the decisions differ.
fn follow(
    lead: &Lead,
    (created, days): (i64, i64),
    scorers: (&mut Scorer, &mut StateScorer),
) -> (usize, usize, usize, Vec<i64>) {
    let (hourly, scorer) = scorers;
    let mut events = lead.events.clone();
    events.sort_by_key(|event| event.time);
    let mut events = events.into_iter().peekable();
    let mut state = LeadState::new(scorer.model());
    state.set_attributes(&lead.attributes);
    let mut service = Service { state, scorer, shown: Vec::new(), next: None, looks: 0, bytes: 0 };
    let start = created.div_euclid(HOUR) * HOUR;
    service.look(start.min(events.peek().map_or(start, |event| event.time - 1)));
    let (mut hours, mut stale) = (0, Vec::new());
    for at in (start..start + days * DAY).step_by(HOUR as usize) {
        while let Some(event) = events.next_if(|event| event.time <= at) {
            service.until(event.time);
            service.state.apply(&event).expect("it is of the schema");
            service.look(event.time);
        }
        service.until(at);
        hours += 1;
        if decision(hourly.score_at(lead, at)) != service.shown {
            stale.push(at);
        }
    }
    (hours, service.looks, service.bytes, stale)
}

#[test]
fn a_service_that_looks_when_asked_is_never_stale() {
    let example = crate::examples::example("leadforge");
    let model = example.model.typed();
    let states = StateModel::of(model).expect("it can be planned");
    let asked = std::env::var("QUALIFY_YEAR_OF").ok().and_then(|text| text.parse::<usize>().ok());
    let whole = asked.is_some();
    let every = example.leads.len() / asked.unwrap_or(LEADS).clamp(1, example.leads.len());
    let created = model.schema.attributes.iter().position(|attribute| attribute.name == "created_at");
    let created = created.expect("the schema has it");
    let leads: Vec<&Lead> = example.leads.iter().step_by(every).collect();
    let threads = if whole { 2 } else { 1 };
    let follow_some = |first: usize| {
        let mut hourly = Scorer::new(states.plan().clone(), 0, Backend::Interpreter);
        let mut scorer = StateScorer::with(&Arc::clone(&states), Backend::Interpreter);
        let (mut hours, mut looks, mut bytes, mut stale) = (0, 0, 0, Vec::new());
        for lead in leads.iter().skip(first).step_by(threads) {
            let at = match lead.attributes[created] {
                Some(qualify_model::Value::Time(time)) => time,
                _ => example.as_of - 30 * DAY,
            };
            let (more_hours, more_looks, most, wrong) =
                follow(lead, (at, if whole { 365 } else { 60 }), (&mut hourly, &mut scorer));
            hours += more_hours;
            looks += more_looks;
            bytes = bytes.max(most);
            stale.extend(wrong.into_iter().map(|at| (lead.key.clone(), at)));
        }
        (hours, looks, bytes, stale)
    };
    let results: Vec<_> = std::thread::scope(|scope| {
        let follow_some = &follow_some;
        let threads: Vec<_> = (0..threads).map(|first| scope.spawn(move || follow_some(first))).collect();
        threads.into_iter().map(|thread| thread.join().expect("nothing panics")).collect()
    });
    for (hours, looks, bytes, stale) in results {
        println!("{} leads, {hours} hourly scorings, {looks} looks, states up to {bytes} bytes", leads.len());
        assert!(stale.is_empty(), "stale: {:?}", &stale[..stale.len().min(5)]);
        assert!(looks * 20 < hours, "{looks} looks are not much fewer than {hours} hours");
    }
}
