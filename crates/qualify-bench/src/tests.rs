//! Small data, generated and scored in all ways that need no other program.

use crate::comparison::{self, compare};
use crate::data_set::{DataSet, MODEL, Order, Parameters, project};
use crate::in_memory::model;
use crate::many_rules;
use crate::reference::{self, Design, Events, Leads};
use crate::usage::{Usage, median};
use qualify::{Backend, EngineOptions};
use qualify_data::{Quiet, RunOptions, Stamp, Target, Writer};
use qualify_model::Lead;
use qualify_state::{LeadState, StateModel};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// Some leads in a folder that goes away.
fn small(leads: usize, events: usize) -> (TempDir, DataSet) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let parameters = Parameters { leads, events, arrival: true, csv: true };
    let data = DataSet::prepared(folder.path(), parameters, &mut |_| ()).expect("the data can be written");
    (folder, data)
}

fn read(data: &DataSet, order: Order) -> (Leads, Events) {
    let leads = reference::read::leads(&data.leads_file()).expect("the leads were written");
    let events = reference::read::events(&data.events_file(order), 1).expect("the events were written");
    (leads, events)
}

/// Scores by hand into a file of the folder.
fn by_hand(
    data: &DataSet,
    name: &str,
    leads: &Leads,
    events: &Events,
    threads: usize,
    design: Design,
) -> PathBuf {
    let file = data.folder.join(name);
    let scores = reference::score::score(leads, events, threads, design);
    reference::write::scores(&file, &leads.ids, &scores).expect("the scores can be written");
    file
}

/// Scores a project of the data with a backend of `qualify`.
fn scored(data: &DataSet, way: &str, backend: Backend) -> PathBuf {
    let model = model(MODEL).expect("the rules are right");
    let project = qualify_data::open(&project(data, way)).expect("a project");
    let stamp = Stamp { as_of: project.manifest.as_of.expect("the project says it") };
    let engine = model.engine(stamp.as_of, &EngineOptions { backend });
    let file = data.folder.join(format!("{way}-{backend:?}.parquet"));
    let mut writer =
        Writer::open(&Target::of(&file), None, engine.labels(), &stamp).expect("it can be written");
    let worker = Mutex::new(engine.worker());
    let options = RunOptions { threads: 1, ..RunOptions::default() };
    let report = qualify_data::run(
        &project,
        engine.schema(),
        engine.needs(),
        &options,
        &mut Quiet,
        &|_, batch| worker.lock().expect("no other thread").score(batch),
        &mut |leads, scores| writer.write(leads, scores, engine.respond_by()).map_err(std::io::Error::other),
    );
    let report = report.unwrap_or_else(|why| panic!("{why:?}"));
    assert!(report.warnings.is_empty(), "{:?}", report.warnings);
    writer.finish().expect("it can be written");
    file
}

fn agree(expected: &Path, found: &Path) -> comparison::Agreement {
    compare(expected, found).unwrap_or_else(|difference| panic!("{difference}"))
}

#[test]
fn the_data_never_change() {
    let (_folder, data) = small(1_000, 20_000);
    let (leads, events) = read(&data, Order::Sorted);
    assert_eq!((leads.len(), events.times.len()), (1_000, 20_000));
    let sum =
        |numbers: &[i64]| numbers.iter().fold(0i64, |sum, number| sum.wrapping_mul(31).wrapping_add(*number));
    assert_eq!(sum(&leads.ids), IDS);
    assert_eq!(sum(&leads.created_at), CREATED);
    assert_eq!(sum(&events.times), TIMES);
    assert_eq!(events.values.iter().sum::<f64>(), VALUES);
    assert_eq!(leads.email_bytes.len(), EMAIL_BYTES);
    assert_eq!(leads.annual_revenue.iter().filter(|amount| !amount.is_nan()).sum::<f64>(), REVENUE);
}

/// As the first version of the generator made them.
const IDS: i64 = 4_574_057_300_174_499_648;
const CREATED: i64 = 4_223_487_924_049_414_216;
const TIMES: i64 = 2_767_579_765_656_156_520;
const VALUES: f64 = 1_528_789.5;
const EMAIL_BYTES: usize = 29_084;
const REVENUE: f64 = 62_860_526_000.0;

/// Ways of reading, beside the sorted one.
const OTHER_WAYS: [(&str, Backend); 2] = [("arrival", Backend::Auto), ("csv", Backend::Auto)];

#[test]
fn all_ways_say_the_same_of_every_lead() {
    let (_folder, data) = small(2_000, 40_000);
    let (leads, mut events) = read(&data, Order::Sorted);
    reference::group::sorted(&leads, &mut events);
    let expected = by_hand(&data, "one.parquet", &leads, &events, 1, Design::OnePass);
    let counted = by_hand(&data, "two.parquet", &leads, &events, 2, Design::Histogram);
    assert!(agree(&expected, &counted).difference < 1e-9);

    let (_, arrived) = read(&data, Order::Arrival);
    let partitioned = reference::group::partitioned(&leads, &arrived).expect("the keys are near each other");
    let scattered = reference::group::scattered(&leads, arrived);
    for (name, events) in [("three.parquet", partitioned), ("four.parquet", scattered)] {
        let found = by_hand(&data, name, &leads, &events, 1, Design::Histogram);
        assert_eq!(agree(&counted, &found).difference, 0.0);
    }
    let backends = [Backend::Reference, Backend::Interpreter, Backend::Jit];
    for (way, backend) in backends.map(|backend| ("sorted", backend)).into_iter().chain(OTHER_WAYS) {
        let agreement = agree(&expected, &scored(&data, way, backend));
        assert_eq!(agreement.leads, 2_000, "{way}");
    }
}

#[test]
fn a_difference_is_found() {
    let (_folder, data) = small(100, 2_000);
    let (leads, mut events) = read(&data, Order::Sorted);
    reference::group::sorted(&leads, &mut events);
    let expected = by_hand(&data, "right.parquet", &leads, &events, 1, Design::OnePass);
    let mut scores = reference::score::score(&leads, &events, 1, Design::OnePass);
    scores.fit[17] += 1;
    let wrong = data.folder.join("wrong.parquet");
    reference::write::scores(&wrong, &leads.ids, &scores).expect("the scores can be written");
    let difference = compare(&expected, &wrong).expect_err("they differ").to_string();
    assert!(difference.starts_with("1 of 100 leads differ:"), "{difference}");
    assert!(difference.contains(&format!("lead {}", leads.ids[17])), "{difference}");
}

#[test]
fn complete_data_are_used_again() {
    let (_folder, data) = small(100, 2_000);
    let parameters = Parameters { leads: 100, events: 2_000, arrival: false, csv: true };
    let mut told = Vec::new();
    let mut tell = |sentence: &str| told.push(sentence.to_string());
    DataSet::prepared(&data.folder, parameters, &mut tell).expect("they are there");
    assert!(told.is_empty(), "{told:?}");
    let more = Parameters { leads: 101, ..parameters };
    DataSet::prepared(&data.folder, more, &mut |_| ()).expect("they can be made");
    assert_eq!(read(&data, Order::Sorted).0.len(), 101);
}

#[test]
fn parameters_that_cannot_be_are_refused() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let parameters = Parameters { leads: 0, events: 5, arrival: false, csv: false };
    assert!(DataSet::prepared(folder.path(), parameters, &mut |_| ()).is_err());
    // leads without enough events between them to trim or pad: as near as can be
    let parameters = Parameters { leads: 3, events: 0, arrival: true, csv: true };
    assert!(DataSet::prepared(folder.path(), parameters, &mut |_| ()).is_ok());
}

#[test]
fn larger_models_check_and_differ_in_their_rules() {
    let checked = |text: &str| model(text).expect("the rules are right");
    let (sixty, many) = (checked(MODEL), checked(&many_rules::model(600)));
    assert_eq!(many_rules::model(60), MODEL);
    assert_eq!(many.typed().rules.len(), 10 * sixty.typed().rules.len());
    let text = many_rules::model(600);
    let mut lines: Vec<&str> = text.lines().filter(|line| line.starts_with("  when")).collect();
    let all = lines.len();
    lines.sort_unstable();
    lines.dedup();
    assert_eq!(lines.len(), all);
}

#[test]
fn usages_survive_being_told() {
    let usage = Usage { cpu: 1.25, wall: 0.5, peak: 12.5 };
    assert_eq!(Usage::parse(&format!("something\n{usage}\n")), Some(usage));
    assert_eq!(Usage::parse("nothing"), None);
    assert_eq!(median([3.0, 1.0, 2.0]), 2.0);
}

#[test]
#[allow(clippy::print_stdout)] // it says how many bytes
fn a_state_of_a_lead_with_twenty_events_has_a_kilobyte() {
    let (_folder, data) = small(1_000, 20_000);
    let plan = Arc::new(crate::plan(many_rules::RULES).expect("the rules are right"));
    let states = StateModel::new(plan.clone());
    let (mut leads, mut most) = (0, (0, 0));
    for batch in crate::batches(&data, &plan).expect("the data are right") {
        let all = (0..batch.leads.rows).map(|row| crate::lead_of(&batch, row, &plan));
        for lead in all.filter(|lead| lead.events.len() >= 20) {
            let first = Lead { events: lead.events[..20].to_vec(), ..lead };
            let state = LeadState::of_lead(&states, &first).expect("it is of the schema");
            assert_eq!(state.held(), 20);
            most = (most.0.max(state.to_bytes().len()), most.1.max(state.size()));
            leads += 1;
        }
    }
    println!("{leads} leads: at most {} bytes written, {} in memory", most.0, most.1);
    assert!(leads > 100 && most.0 <= 1024 && most.1 <= 1024, "{leads} leads, {most:?}");
}
