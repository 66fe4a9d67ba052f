//! The run itself: one reading for both models, or one for each, joined in the order of the rows.

use super::Options;
use super::attribution::Groups;
use super::gather::{At, Gather};
use super::movers::{Top, rank};
use super::needs::Union;
use super::pack::{Shape, pack, unpack};
use super::parts::{Both, Parts, Which};
use super::places::Places;
use super::schemas::serves;
use super::side::{Found, Hands, Side};
use crate::change::Changes;
use qualify_data::{Progress, Project, Quiet, RunError, RunOptions};
use qualify_model::{
    AttributeId, Batch, Column, Keys, Lead, LeadColumns, Model, Needs, Owner, Schema, ScoreColumns, Type,
};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// So many single changes are tried on all leads of large data; of more, each on a sample.
const ON_ALL: usize = 3;

/// A lead as the old and the new model read it.
pub(crate) struct TwoLeads {
    pub old: Lead,
    pub new: Lead,
}

/// Places in the old and the new model.
pub(crate) type Ends = (Option<usize>, Option<usize>);

/// What is run.
pub(crate) struct Setting<'m> {
    /// As they are.
    pub both: Both<'m>,
    pub places: Places,
    pub groups: Groups,
    /// Named scores by the name that is shown, and their places in both; a score under another name is one.
    pub scores: Vec<(String, Ends)>,
    /// Both models over one schema, if one reading serves both.
    joint: Option<(Model, Model)>,
    /// Of so many batches one is in the sample on which single changes are tried.
    one_of: u64,
    /// When leads were created, in the schema of the old model (or the joint one).
    pub created: Option<AttributeId>,
}

impl<'m> Setting<'m> {
    pub fn new(both: Both<'m>, changes: &Changes, large: bool) -> Setting<'m> {
        let places = Places::of(both.old, both.new);
        let mut groups = Groups::of(both, changes);
        let joint = joint(both, &mut groups);
        let variants = groups.models.iter().flatten().count();
        let one_of = if large { variants.div_ceil(ON_ALL).max(1) as u64 } else { 1 };
        let schema = joint.as_ref().map_or(&both.old.schema, |(old, _)| &old.schema);
        let created = created(schema);
        Setting { both, places, groups, scores: scores(both, changes), joint, one_of, created }
    }

    /// The models whose schemas the leads of [`TwoLeads`] follow.
    pub fn readers(&self) -> (&Model, &Model) {
        match &self.joint {
            Some((old, new)) => (old, new),
            None => (self.both.old, self.both.new),
        }
    }

    fn sides(&self, as_of: i64, earlier: &[i64]) -> (Side, Side) {
        let (old, new) = self.readers();
        let variants: Vec<Model> = self.groups.models.iter().flatten().cloned().collect();
        (
            Side::new(old, as_of, earlier, &variants, &self.places),
            Side::new(new, as_of, earlier, &[], &self.places),
        )
    }
}

/// Named scores in the order of the new model, then those that are gone.
fn scores(both: Both<'_>, changes: &Changes) -> Vec<(String, Ends)> {
    let old_of = |j: usize| changes.scores.iter().find(|(_, new)| *new == j).map(|(i, _)| *i);
    let gone = |i: &usize| !changes.scores.iter().any(|(old, _)| old == i);
    let is = both.new.scores.iter().enumerate().map(|(j, score)| (score.name.clone(), (old_of(j), Some(j))));
    let was = (0..both.old.scores.len()).filter(gone);
    is.chain(was.map(|i| (both.old.scores[i].name.clone(), (Some(i), None)))).collect()
}

/// Both models and all variants over the schema that serves both, if one does.
fn joint(both: Both<'_>, groups: &mut Groups) -> Option<(Model, Model)> {
    let over = |which: Which, model: &Model, schema: Which| {
        let parts = Parts::of(which, model, schema);
        parts.assemble(both).ok().map(|over| Model { digest: model.digest.clone(), ..over })
    };
    if both.old.schema == both.new.schema || serves(both.new, &both.old.schema) {
        return Some((both.old.clone(), over(Which::New, both.new, Which::Old)?));
    }
    if serves(both.old, &both.new.schema) {
        let old = over(Which::Old, both.old, Which::New)?;
        for model in groups.models.iter_mut() {
            if let Ok(variant) = model {
                let whole = Parts::of(Which::Old, variant, Which::New);
                let moved = whole.assemble(Both { old: variant, new: both.new });
                *model = moved.map_err(|missing| missing.to_string());
            }
        }
        return Some((old, both.new.clone()));
    }
    None
}

/// The attribute that says when a lead was created.
fn created(schema: &Schema) -> Option<AttributeId> {
    let times =
        || schema.attributes.iter().enumerate().filter(|(_, a)| a.ty == Type::Time && a.owner == Owner::Lead);
    let named = times().find(|(_, a)| ["created_at", "created"].contains(&a.name.as_str()));
    let found = named.or_else(|| times().find(|(_, a)| a.required));
    found.map(|(at, _)| AttributeId(at as u32))
}

/// Runs and gathers; gives the leads that moved most.
pub(crate) fn run(
    setting: &Setting<'_>,
    project: &Project,
    options: &Options,
    earlier: &[i64],
    gather: &mut Gather,
    progress: &mut dyn Progress,
) -> Result<HashMap<String, TwoLeads>, RunError> {
    let (mut old, mut new) = setting.sides(options.as_of, earlier);
    if setting.joint.is_some() {
        let mut union = Union::of(old.main.needs());
        old.players().chain(new.players()).for_each(|player| union.add(player.needs()));
        if !union.clash {
            old.players().chain(new.players()).for_each(|player| player.look(&union));
            return together(setting, project, options, (&old, &new), union, gather, progress);
        }
    }
    let each = |side: &mut Side| -> Option<Union> {
        let mut union = Union::of(side.main.needs());
        side.players().for_each(|player| union.add(player.needs()));
        side.players().for_each(|player| player.look(&union));
        (!union.clash).then_some(union)
    };
    let unions = match (each(&mut old), each(&mut new)) {
        (Some(a), Some(b)) => (a, b),
        // changes that join properties in other ways are not tried alone
        _ => {
            (old, new) = (Side::new(setting.readers().0, options.as_of, earlier, &[], &setting.places), new);
            (
                each(&mut old).unwrap_or_else(|| Union::of(old.main.needs())),
                each(&mut new).unwrap_or_else(|| Union::of(new.main.needs())),
            )
        }
    };
    apart(setting, project, options, (&old, &new), unions, gather, progress)
}

fn shape(side: &Side) -> Shape {
    let labels = side.labels();
    Shape {
        named: labels.scores.len(),
        grades: labels.grades.len(),
        segments: labels.segments.len(),
        variants: side.variants.len(),
        replays: side.replays.len(),
    }
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a batch is in the sample: by its first lead, so that every run takes the same ones.
fn sampled(batch: &Batch, one_of: u64) -> bool {
    if one_of <= 1 || batch.leads.rows == 0 {
        return true;
    }
    let mut hasher = DefaultHasher::new(); // its keys are fixed
    batch.leads.keys.text(0).hash(&mut hasher);
    hasher.finish().is_multiple_of(one_of)
}

/// When the lead of a row was created, if that is known.
fn created_of(leads: &LeadColumns, id: Option<AttributeId>, row: usize) -> Option<i64> {
    match leads.attributes.get(id?.index())?.as_ref()? {
        Column::Number { values, known } if known.as_ref().is_none_or(|known| known[row] != 0) => {
            Some(values[row])
        }
        _ => None,
    }
}

/// What one thread of a joint run holds.
struct Workplace<'s> {
    old: Hands<'s>,
    new: Hands<'s>,
    top: Top<Lead>,
}

/// One reading for both.
fn together(
    setting: &Setting<'_>,
    project: &Project,
    options: &Options,
    (old, new): (&Side, &Side),
    mut union: Union,
    gather: &mut Gather,
    progress: &mut dyn Progress,
) -> Result<HashMap<String, TwoLeads>, RunError> {
    if let Some(id) = setting.created {
        union.needs.attributes[id.index()] = true;
    }
    let needs = &union.needs;
    let schema = &setting.readers().0.schema;
    let workplace = || Mutex::new(Workplace { old: old.hands(), new: new.hands(), top: Top::default() });
    let places: Vec<_> = (0..options.run.worker_count()).map(|_| workplace()).collect();
    let shapes = [shape(old), shape(new)];
    qualify_data::run(
        project,
        schema,
        needs,
        &options.run,
        progress,
        &|number, batch| {
            let work = &mut *locked(&places[number]);
            let found = [work.old.score(batch, sampled(batch, setting.one_of)), work.new.score(batch, false)];
            for row in 0..batch.leads.rows {
                let rank = rank(At { found: &found[0], row }, At { found: &found[1], row });
                if work.top.may_hold(rank) {
                    let lead = || qualify::lead_of(schema, needs, batch, row).unwrap_or_default();
                    work.top.offer(rank, batch.leads.keys.text(row), lead);
                }
            }
            pack(batch.leads.rows, found.into(), &shapes)
        },
        &mut |leads: &LeadColumns, columns: &ScoreColumns| {
            let found = unpack(columns, &shapes);
            for row in 0..columns.rows {
                let created = created_of(leads, setting.created, row);
                let (a, b) = (At { found: &found[0], row }, At { found: &found[1], row });
                gather.add(a, b, &|| leads.keys.text(row), created);
            }
            Ok(())
        },
    )?;
    let held = places
        .into_iter()
        .flat_map(|place| place.into_inner().unwrap_or_else(PoisonError::into_inner).top.into_held());
    Ok(held.map(|(key, lead)| (key, TwoLeads { old: lead.clone(), new: lead })).collect())
}

/// What the reading of one model hands to the other.
struct Handed {
    keys: Keys,
    created: Vec<Option<i64>>,
    found: Found,
    rows: usize,
}

/// A reading for each, at the same time; that of the old model hands its results to that of the new one.
fn apart(
    setting: &Setting<'_>,
    project: &Project,
    options: &Options,
    sides: (&Side, &Side),
    mut unions: (Union, Union),
    gather: &mut Gather,
    progress: &mut dyn Progress,
) -> Result<HashMap<String, TwoLeads>, RunError> {
    if let Some(id) = setting.created {
        unions.0.needs.attributes[id.index()] = true;
    }
    let (send, receive) = sync_channel::<Handed>(2);
    let models = setting.readers();
    std::thread::scope(|scope| {
        let first = scope.spawn(|| {
            let send = send; // closed when this reading ends
            let shapes = [shape(sides.0)];
            read(
                project,
                &models.0.schema,
                &unions.0.needs,
                &options.run,
                &mut Quiet,
                sides.0,
                setting.one_of,
                &mut |leads, columns| {
                    let found = unpack(columns, &shapes).swap_remove(0);
                    let created =
                        (0..columns.rows).map(|row| created_of(leads, setting.created, row)).collect();
                    let handed = Handed { keys: leads.keys.clone(), created, found, rows: columns.rows };
                    send.send(handed).map_err(|_| std::io::Error::other("the other reading ended"))
                },
            )
        });
        let mut other = Other { receive, held: None, at: 0 };
        let shapes = [shape(sides.1)];
        let second = read(
            project,
            &models.1.schema,
            &unions.1.needs,
            &options.run,
            progress,
            sides.1,
            1,
            &mut |leads, columns| {
                let found = unpack(columns, &shapes).swap_remove(0);
                for row in 0..columns.rows {
                    let Some((held, at)) = other.next() else { return Err(std::io::Error::other(DIFFERENT)) };
                    let key = leads.keys.text(row);
                    if held.keys.text(at) != key {
                        return Err(std::io::Error::other(DIFFERENT));
                    }
                    gather.add(
                        At { found: &held.found, row: at },
                        At { found: &found, row },
                        &|| key.clone(),
                        held.created[at],
                    );
                }
                Ok(())
            },
        );
        let more = second.is_ok() && other.next().is_some();
        drop(other); // lets the other reading end
        let first = first.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        // that the other one ended is a consequence; why it did is the reason
        match (first, second) {
            (Err(RunError::Data(errors)), _) => return Err(RunError::Data(errors)),
            (_, Err(error)) => return Err(error),
            (Err(error), _) if !more => return Err(error),
            _ => {}
        }
        if more { Err(RunError::Output(std::io::Error::other(DIFFERENT))) } else { Ok(()) }
    })?;
    let keys: Vec<String> = gather.top.keys().cloned().collect();
    let mut old = collect(project, &models.0.schema, &unions.0.needs, &options.run, &keys)?;
    let mut new = collect(project, &models.1.schema, &unions.1.needs, &options.run, &keys)?;
    let pair = |key: &String| Some((key.clone(), TwoLeads { old: old.remove(key)?, new: new.remove(key)? }));
    Ok(keys.iter().filter_map(pair).collect())
}

const DIFFERENT: &str = "the two versions read different leads from the data, so they cannot be compared";

/// The results of the other reading, row by row.
struct Other {
    receive: Receiver<Handed>,
    held: Option<Handed>,
    at: usize,
}

impl Other {
    fn next(&mut self) -> Option<(&Handed, usize)> {
        while self.held.as_ref().is_none_or(|held| self.at >= held.rows) {
            self.held = Some(self.receive.recv().ok()?);
            self.at = 0;
        }
        self.at += 1;
        self.held.as_ref().map(|held| (held, self.at - 1))
    }
}

#[allow(clippy::too_many_arguments)] // those of a run
fn read(
    project: &Project,
    schema: &Schema,
    needs: &Needs,
    options: &RunOptions,
    progress: &mut dyn Progress,
    side: &Side,
    one_of: u64,
    done: qualify_data::Done<'_>,
) -> Result<(), RunError> {
    let hands: Vec<_> = (0..options.worker_count()).map(|_| Mutex::new(side.hands())).collect();
    let shapes = [shape(side)];
    let score = |number: usize, batch: &Batch| {
        let found = locked(&hands[number]).score(batch, sampled(batch, one_of));
        pack(batch.leads.rows, vec![found], &shapes)
    };
    qualify_data::run(project, schema, needs, options, progress, &score, done).map(drop)
}

/// The leads of some keys.
fn collect(
    project: &Project,
    schema: &Schema,
    needs: &Needs,
    options: &RunOptions,
    keys: &[String],
) -> Result<HashMap<String, Lead>, RunError> {
    let found = Mutex::new(HashMap::new());
    let score = |_: usize, batch: &Batch| {
        for row in 0..batch.leads.rows {
            let key = batch.leads.keys.text(row);
            if keys.contains(&key) {
                let lead = qualify::lead_of(schema, needs, batch, row).unwrap_or_default();
                locked(&found).insert(key, lead);
            }
        }
        ScoreColumns { rows: batch.leads.rows, ..ScoreColumns::default() }
    };
    qualify_data::run(project, schema, needs, options, &mut Quiet, &score, &mut |_, _| Ok(()))?;
    Ok(found.into_inner().unwrap_or_else(PoisonError::into_inner))
}
