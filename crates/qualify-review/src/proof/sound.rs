//! The circuit allows every lead: random leads are put into it, with what the reference interpreter makes of them.

use super::candidates::Candidates;
use super::circuit::{Lit, TRUE};
use super::decide::Decision;
use super::encode::{Source, Values};
use super::pair::Pair;
use super::pool::Pool;
use super::solver::Answer;
use super::{PlaceKind, search};
use qualify_check::{Options, check};
use qualify_diagnostics::Sources;
use qualify_model::*;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

const SEED: u64 = 20_260_102;
const LEADS: usize = 40;

/// An example: its model, and the files that it uses.
struct Example {
    model: &'static str,
    files: &'static [(&'static str, &'static str)],
}

const LEADFORGE: Example = Example {
    model: include_str!("../../../../examples/leadforge/model.qualify"),
    files: &[
        ("schema.qualify", include_str!("../../../../examples/leadforge/schema.qualify")),
        ("buying-titles.txt", include_str!("../../../../examples/leadforge/buying-titles.txt")),
    ],
};

const BANK: Example = Example {
    model: include_str!("../../../../examples/bank/model.qualify"),
    files: &[("schema.qualify", include_str!("../../../../examples/bank/schema.qualify"))],
};

impl Example {
    /// The model as it is, and with one text in place of another.
    fn changed(&self, from: &str, to: &str) -> (Model, Model) {
        assert!(self.model.contains(from), "{from} stands in the example");
        (self.compiled(self.model), self.compiled(&self.model.replace(from, to)))
    }

    fn compiled(&self, text: &str) -> Model {
        let mut sources = Sources::new();
        let root = sources.add("model.qualify", text);
        let load = |path: &str, _: &str| {
            let file = self.files.iter().find(|(name, _)| *name == path);
            let (name, text) = file.ok_or_else(|| format!("there is no file `{path}`"))?;
            Ok((name.to_string(), text.to_string()))
        };
        check(&mut sources, &[root], &load, &Options::default()).model.expect("the example checks")
    }
}

/// What the circuit must allow for a lead: its facts.
fn facts(decision: &mut Decision<'_, '_>, pool: &Pool, lead: &Lead, chosen: &[bool]) -> Vec<(String, Lit)> {
    let mut out = vec![("pool".to_string(), pool.only)];
    for (possible, chosen) in pool.events.iter().zip(chosen) {
        let what = format!("{:?}", possible.event);
        out.push((what, if *chosen { possible.there } else { !possible.there }));
    }
    let sources: Vec<_> = decision.encoder.sources.iter().map(|(s, v)| (*s, v.clone())).collect();
    for (source, variable) in sources {
        let Source::Attribute(place) = source else { continue };
        let value = &lead.attributes[place];
        let what = decision.encoder.pair.schema.attributes[place].path();
        out.push((what.clone(), if value.is_some() { variable.known } else { !variable.known }));
        let Some(value) = value else { continue };
        match (&variable.values, value) {
            (Values::Number(int), value) => {
                let n = super::pool::number(value);
                out.push((what, decision.encoder.c.equals(int, n)));
            }
            (Values::Text(which), Value::Text(own) | Value::Stage(own)) => {
                let text = &decision.encoder.texts[*which];
                let code = text.texts.iter().position(|other| text::equal(other, own)).map_or(0, |p| p + 1);
                let (int, tests) = (text.code.clone(), text.tests.clone());
                out.push((what.clone(), decision.encoder.c.equals(&int, code as i128)));
                for (test, lit) in tests {
                    out.push((format!("{what} {test:?}"), if test.holds(own) { lit } else { !lit }));
                }
            }
            _ => {}
        }
    }
    out
}

/// What the reference interpreter makes of it.
fn results(decision: &mut Decision<'_, '_>, old: &Outcome, new: &Outcome) -> Vec<(String, Lit)> {
    let mut out = Vec::new();
    for (which, outcome) in [(0, old), (1, new)] {
        let ends = decision.encoder.ends(which);
        let model = decision.encoder.sides[which].model;
        let mut number = |what: String, num: &super::three::Num, value: Option<i64>| {
            out.push((format!("{which} {what} known"), if value.is_some() { num.known } else { !num.known }));
            if let Some(value) = value {
                out.push((
                    format!("{which} {what} = {value}"),
                    decision.encoder.c.equals(&num.int, value.into()),
                ));
            }
        };
        number("total".into(), &ends.total, outcome.score);
        for ((name, num), value) in ends.scores.iter().zip(&outcome.scores) {
            number(name.clone(), num, *value);
        }
        for (place, lit) in &ends.places {
            let is = match place.kind {
                PlaceKind::Stage => outcome.stage.as_ref() == Some(&place.name),
                PlaceKind::Route => outcome.route.as_ref() == Some(&place.name),
                PlaceKind::Segment => outcome.segments.contains(&place.name),
                PlaceKind::Grade => {
                    let set = model.grades.iter().position(|set| Some(&set.name) == place.set.as_ref());
                    set.is_some_and(|set| outcome.grades[set].as_ref() == Some(&place.name))
                }
            };
            out.push((format!("{which} {place:?} {is}"), if is { *lit } else { !*lit }));
        }
    }
    out
}

fn allows_every_lead(example: &Example, from: &str, to: &str) {
    let (old, new) = example.changed(from, to);
    let joined = None;
    let pair = Pair::new(&old, &new, &joined);
    let mut decision = Decision::new(&pair);
    decision.tighten();
    let as_of = search::INSTANTS[0];
    let pool = Pool::new(&mut decision, &pair, as_of, true);
    pool.link(&mut decision);
    let candidates = Candidates::of(&[&old, &new]);
    let mut rng = StdRng::seed_from_u64(SEED);
    for number in 0..LEADS {
        let most = [0, 1, 3, 8, 20][rng.random_range(0..5)];
        let mut chosen = vec![false; pool.events.len()];
        for _ in 0..most.min(pool.events.len()) {
            let place = rng.random_range(0..chosen.len());
            chosen[place] = true;
        }
        let unknown = [0, 20, 60][rng.random_range(0..3)];
        let attributes = new.schema.attributes.iter().map(|attribute| {
            let values = candidates.values(&new.schema, attribute, as_of);
            let known = attribute.required || rng.random_range(0..100) >= unknown;
            (known && !values.is_empty()).then(|| values[rng.random_range(0..values.len())].clone())
        });
        let attributes = attributes.collect();
        let events =
            pool.events.iter().zip(&chosen).filter(|(_, chosen)| **chosen).map(|(p, _)| p.event.clone());
        let lead = Lead { key: format!("lead {number}"), attributes, events: events.collect() };
        let (before, after) = pair.at(as_of).score(&lead);
        let known = facts(&mut decision, &pool, &lead, &chosen);
        let found = results(&mut decision, &before, &after);
        let mut asked: Vec<Lit> = known.iter().chain(&found).map(|(_, lit)| *lit).collect();
        asked.retain(|lit| *lit != TRUE);
        if decision.solver.ask(&decision.encoder.c, &asked, 1_000_000) == Answer::Yes {
            continue;
        }
        let mut so_far: Vec<Lit> = Vec::new();
        for (what, lit) in known.iter().chain(&found) {
            so_far.push(*lit);
            let answer = decision.solver.ask(&decision.encoder.c, &so_far, 1_000_000);
            assert_eq!(answer, Answer::Yes, "seed {SEED}: {what} is not allowed for {lead:#?}");
        }
    }
}

#[test]
fn leads_of_leadforge_are_allowed() {
    allows_every_lead(&LEADFORGE, "touch at least 3 times within 7d", "touch at least 3 times within 8d");
}

#[test]
fn clients_of_the_bank_are_allowed() {
    allows_every_lead(&BANK, "campaign.calls > 20", "campaign.calls > 19");
}
