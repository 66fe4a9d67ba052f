//! A model put together from parts of two others: the old one with some changes of the new one applied.
//!
//! Which part comes from where is a list of picks; [`Parts::assemble`] makes a model of them, in which every name means
//! what has that name now. Not in here: finding the changes.

use crate::change::Edit;
pub(crate) use crate::translate::Which;
use crate::translate::{Missing, Names, Translate};
use qualify_model::{Model, Target};

/// A part: whose, and its place there.
type Pick = (Which, usize);

/// Where every part of a model comes from.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    schema: Which,
    settings: Which,
    lists: Vec<Pick>,
    params: Vec<Pick>,
    lets: Vec<Pick>,
    ignores: Vec<Pick>,
    excludes: Vec<Pick>,
    disqualifies: Vec<Pick>,
    scores: Vec<Pick>,
    rules: Vec<Pick>,
    total: Which,
    grades: Vec<Pick>,
    stages: Vec<Pick>,
    only_move_up: Which,
    segments: Vec<Pick>,
    routes: Vec<Pick>,
}

/// Two models to take parts from.
#[derive(Clone, Copy)]
pub(crate) struct Both<'m> {
    pub old: &'m Model,
    pub new: &'m Model,
}

impl<'m> Both<'m> {
    pub fn of(&self, which: Which) -> &'m Model {
        match which {
            Which::Old => self.old,
            Which::New => self.new,
        }
    }
}

fn all(which: Which, len: usize) -> Vec<Pick> {
    (0..len).map(|i| (which, i)).collect()
}

impl Parts {
    /// All of one model, over the schema of one.
    pub fn of(which: Which, model: &Model, schema: Which) -> Parts {
        Parts {
            schema,
            settings: which,
            lists: all(which, model.lists.len()),
            params: all(which, model.params.len()),
            lets: all(which, model.lets.len()),
            ignores: all(which, model.ignores.len()),
            excludes: all(which, model.excludes.len()),
            disqualifies: all(which, model.disqualifies.len()),
            scores: all(which, model.scores.len()),
            rules: all(which, model.rules.len()),
            total: which,
            grades: all(which, model.grades.len()),
            stages: all(which, model.stages.len()),
            only_move_up: which,
            segments: all(which, model.segments.len()),
            routes: all(which, model.routes.len()),
        }
    }

    /// The old model with one change; `rules` are the rules of both in pairs.
    pub fn apply(&mut self, edit: &Edit, both: Both<'_>, rules: &[(usize, usize)]) {
        let new = both.new;
        let whole = |len: usize| all(Which::New, len);
        match edit {
            Edit::Nothing => {}
            Edit::Schema => self.schema = Which::New,
            Edit::Settings => self.settings = Which::New,
            Edit::List(i, j) => swap(&mut self.lists, *i, *j),
            Edit::Param(i, j) => swap(&mut self.params, *i, *j),
            Edit::Let(i, j) => swap(&mut self.lets, *i, *j),
            Edit::Ignore(i, j) => swap(&mut self.ignores, *i, *j),
            Edit::Exclude(i, j) => swap(&mut self.excludes, *i, *j),
            Edit::Disqualify(i, j) => swap(&mut self.disqualifies, *i, *j),
            Edit::Score(i, j, fading) => {
                swap(&mut self.scores, Some(*i), Some(*j));
                fading.iter().for_each(|(i, j)| swap(&mut self.rules, Some(*i), Some(*j)));
            }
            Edit::Scores => self.take_scores(both, rules),
            Edit::Rule(i, j) => swap(&mut self.rules, *i, *j),
            Edit::RuleOrder => {
                // rules that set stand in the order of the new model, each as it was
                let old_of = |j: usize| rules.iter().find(|(_, other)| *other == j).map(|(i, _)| *i);
                let is_set = |i: usize| matches!(both.old.rules[i].kind, qualify_model::RuleKind::Set { .. });
                let order: Vec<Pick> = (0..new.rules.len())
                    .filter_map(old_of)
                    .filter(|i| is_set(*i))
                    .map(|i| (Which::Old, i))
                    .collect();
                self.rules.retain(|pick| !order.contains(pick));
                self.rules.extend(order);
            }
            Edit::Total => self.total = Which::New,
            Edit::Grades => self.grades = whole(new.grades.len()),
            Edit::Stage(i, j) => swap(&mut self.stages, Some(*i), Some(*j)),
            Edit::Stages => {
                self.stages = whole(new.stages.len());
                self.only_move_up = Which::New;
            }
            Edit::Segment(i, j) => swap(&mut self.segments, *i, *j),
            Edit::Route(i, j) => swap(&mut self.routes, Some(*i), Some(*j)),
            Edit::Routes => self.routes = whole(new.routes.len()),
        }
    }

    /// The scores of the new model with the rules in those that are new; rules of scores in both stay as they were.
    fn take_scores(&mut self, both: Both<'_>, rules: &[(usize, usize)]) {
        let (old, new) = (both.old, both.new);
        let stays = |target: Target| match target {
            Target::Total => true,
            Target::Score(id) => {
                let name = &old.scores[id.index()].name;
                new.scores.iter().any(|score| score.name == *name)
            }
        };
        let arrives = |target: Target| match target {
            Target::Total => false,
            Target::Score(id) => {
                let name = &new.scores[id.index()].name;
                !old.scores.iter().any(|score| score.name == *name)
            }
        };
        self.rules.retain(|(_, i)| stays(old.rules[*i].home));
        let kept = |j: usize| {
            let pair = rules.iter().find(|(_, other)| *other == j);
            pair.is_some_and(|(i, _)| stays(old.rules[*i].home))
        };
        let come = (0..new.rules.len()).filter(|j| arrives(new.rules[*j].home) && !kept(*j));
        self.rules.extend(come.map(|j| (Which::New, j)));
        let same = |j: usize| old.scores.iter().position(|score| score.name == new.scores[j].name);
        let pick = |j: usize| same(j).map_or((Which::New, j), |i| (Which::Old, i));
        self.scores = (0..new.scores.len()).map(pick).collect();
        self.total = Which::New;
    }

    /// The model.
    pub fn assemble(mut self, both: Both<'_>) -> Result<Model, Missing> {
        loop {
            match self.try_assemble(both) {
                // a list, param or let that only the new model has comes along with what reads it
                Err(Missing::Helper(pick, noun)) => match noun {
                    "list" => self.lists.push(pick),
                    "param" => self.params.push(pick),
                    _ => self.lets.push(pick),
                },
                done => return done,
            }
        }
    }

    /// What everything is called that is picked.
    fn names(&self, both: Both<'_>) -> Names {
        let (old, new) = (Names::of(both.old), Names::of(both.new));
        let of = |picks: &[Pick], names: fn(&Names) -> &Vec<String>| -> Vec<String> {
            let name = |(which, i): &Pick| names(if *which == Which::Old { &old } else { &new })[*i].clone();
            picks.iter().map(name).collect()
        };
        Names {
            lists: of(&self.lists, |names| &names.lists),
            params: of(&self.params, |names| &names.params),
            lets: of(&self.lets, |names| &names.lets),
            scores: of(&self.scores, |names| &names.scores),
            grades: of(&self.grades, |names| &names.grades),
            stages: of(&self.stages, |names| &names.stages),
            segments: of(&self.segments, |names| &names.segments),
            routes: of(&self.routes, |names| &names.routes),
        }
    }

    fn try_assemble(&self, both: Both<'_>) -> Result<Model, Missing> {
        let names = self.names(both);
        let schema = &both.of(self.schema).schema;
        let translate = |which: Which| Translate::new(both.of(which), which, schema, &names);
        let (old, new) = (translate(Which::Old), translate(Which::New));
        let of = |which: Which| if which == Which::Old { &old } else { &new };
        let mut model = Model {
            schema: both.of(self.schema).schema.clone(),
            edition: both.of(self.settings).edition,
            timezone: both.of(self.settings).timezone.clone(),
            tests: Vec::new(),
            digest: String::new(),
            ..both.old.clone()
        };
        let m = |which: Which| both.of(which);
        model.lists = taken(&self.lists, |w, i| of(w).list(&m(w).lists[i]))?;
        model.params = taken(&self.params, |w, i| of(w).param(&m(w).params[i]))?;
        model.lets = taken(&self.lets, |w, i| of(w).named(&m(w).lets[i]))?;
        model.ignores = taken(&self.ignores, |w, i| of(w).ignore(&m(w).ignores[i]))?;
        model.excludes = taken(&self.excludes, |w, i| of(w).verdict(&m(w).excludes[i]))?;
        model.disqualifies = taken(&self.disqualifies, |w, i| of(w).verdict(&m(w).disqualifies[i]))?;
        model.scores = taken(&self.scores, |w, i| of(w).score(&m(w).scores[i]))?;
        model.rules = taken(&self.rules, |w, i| of(w).rule(&m(w).rules[i]))?;
        model.total = of(self.total).total(&m(self.total).total)?;
        model.grades = taken(&self.grades, |w, i| of(w).grades(&m(w).grades[i]))?;
        model.stages = taken(&self.stages, |w, i| of(w).stage(&m(w).stages[i]))?;
        let falls = &m(self.only_move_up).only_move_up;
        model.only_move_up = match falls {
            None => None,
            Some(ids) => {
                Some(ids.iter().map(|id| of(self.only_move_up).stage_id(*id)).collect::<Result<_, _>>()?)
            }
        };
        model.segments = taken(&self.segments, |w, i| of(w).segment(&m(w).segments[i]))?;
        model.routes = taken(&self.routes, |w, i| of(w).route(&m(w).routes[i]))?;
        if super::loops::has_loop(&model) {
            return Err(Missing::Loop);
        }
        Ok(model)
    }
}

fn taken<T>(picks: &[Pick], take: impl Fn(Which, usize) -> Result<T, Missing>) -> Result<Vec<T>, Missing> {
    picks.iter().map(|(which, i)| take(*which, *i)).collect()
}

fn swap(picks: &mut Vec<Pick>, old: Option<usize>, new: Option<usize>) {
    match (old, new) {
        (Some(i), Some(j)) => {
            picks.iter_mut().filter(|pick| **pick == (Which::Old, i)).for_each(|pick| *pick = (Which::New, j))
        }
        (Some(i), None) => picks.retain(|pick| *pick != (Which::Old, i)),
        (None, Some(j)) => picks.push((Which::New, j)),
        (None, None) => {}
    }
}
