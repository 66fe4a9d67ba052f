//! Parts of one model in the numbers of another: attributes, events, names are found again by what they are called.
//!
//! Not in here: which parts a model is put together from (`impact/parts.rs`), and what two schemas share
//! (`proof/joined.rs`).

mod expressions;
mod statements;
mod values;

use qualify_model::*;
use std::collections::HashMap;

/// One of two models.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Which {
    Old,
    New,
}

/// Why a model cannot be put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// A list, param or let that can come along.
    Helper((Which, usize), &'static str),
    /// Something with a name that is not there.
    Name(String),
    /// Names would need each other.
    Loop,
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Missing::Helper(_, noun) => write!(f, "it needs a {noun} that is not there"),
            Missing::Name(name) => write!(f, "it needs {name}, which the old model does not have"),
            Missing::Loop => write!(f, "names would need each other"),
        }
    }
}

type Done = Result<(), Missing>;

/// For each number of the source the number in the target.
pub(crate) type Numbers = Vec<Option<u32>>;

/// The names of a model in the order of their numbers.
pub(crate) struct Names {
    pub lists: Vec<String>,
    pub params: Vec<String>,
    pub lets: Vec<String>,
    pub scores: Vec<String>,
    pub grades: Vec<String>,
    pub stages: Vec<String>,
    pub segments: Vec<String>,
    pub routes: Vec<String>,
}

impl Names {
    /// All names of a model.
    pub fn of(model: &Model) -> Names {
        fn each<T>(all: &[T], name: impl Fn(&T) -> String) -> Vec<String> {
            all.iter().map(name).collect()
        }
        Names {
            lists: each(&model.lists, |list| list.name.clone()),
            params: each(&model.params, |param| param.name.clone()),
            lets: each(&model.lets, |named| let_name(model, named)),
            scores: each(&model.scores, |score| score.name.clone()),
            grades: each(&model.grades, |set| set.name.clone()),
            stages: each(&model.stages, |stage| stage.name.clone()),
            segments: each(&model.segments, |segment| segment.name.clone()),
            routes: each(&model.routes, |route| route.name.clone()),
        }
    }
}

/// Lets of two scores may share a name.
fn let_name(model: &Model, named: &Let) -> String {
    let home = named.within.map_or("", |id| &model.scores[id.index()].name);
    format!("{} {home}", named.name)
}

/// Where each name of the source stands in the target; of equal names the first.
fn numbers(source: &[String], target: &[String]) -> Numbers {
    let places: HashMap<&String, u32> =
        target.iter().enumerate().rev().map(|(at, name)| (name, at as u32)).collect();
    source.iter().map(|name| places.get(name).copied()).collect()
}

/// Translates parts of a model.
pub(crate) struct Translate<'m> {
    source: &'m Model,
    schema: &'m Schema,
    which: Which,
    attributes: Numbers,
    events: Numbers,
    vocabularies: Numbers,
    lists: Numbers,
    params: Numbers,
    lets: Numbers,
    scores: Numbers,
    grades: Numbers,
    stages: Numbers,
    segments: Numbers,
    routes: Numbers,
}

impl<'m> Translate<'m> {
    /// From a model, called `which` in what is missing, to a schema and names.
    pub fn new(source: &'m Model, which: Which, schema: &'m Schema, target: &Names) -> Translate<'m> {
        let vocabularies = values::vocabularies(&source.schema, schema);
        Translate::with(source, which, schema, target, vocabularies)
    }

    /// The same with a schema of which it is known what each vocabulary is there.
    fn with(
        source: &'m Model,
        which: Which,
        schema: &'m Schema,
        target: &Names,
        vocabularies: Numbers,
    ) -> Translate<'m> {
        let own = Names::of(source);
        let event = |event: &EventType| {
            schema.events.iter().position(|other| other.name == event.name).map(|at| at as u32)
        };
        Translate {
            source,
            schema,
            which,
            attributes: source.schema.attributes.iter().map(|a| values::attribute(a, schema)).collect(),
            events: source.schema.events.iter().map(event).collect(),
            vocabularies,
            lists: numbers(&own.lists, &target.lists),
            params: numbers(&own.params, &target.params),
            lets: numbers(&own.lets, &target.lets),
            scores: numbers(&own.scores, &target.scores),
            grades: numbers(&own.grades, &target.grades),
            stages: numbers(&own.stages, &target.stages),
            segments: numbers(&own.segments, &target.segments),
            routes: numbers(&own.routes, &target.routes),
        }
    }

    fn found(&self, numbers: &Numbers, of: usize, noun: &str, name: &str) -> Result<u32, Missing> {
        numbers[of].ok_or_else(|| Missing::Name(format!("the {noun} `{name}`")))
    }

    fn helper(&self, numbers: &Numbers, of: usize, noun: &'static str) -> Result<u32, Missing> {
        numbers[of].ok_or(Missing::Helper((self.which, of), noun))
    }

    fn score_id(&self, id: ScoreId) -> Result<ScoreId, Missing> {
        let name = &self.source.scores[id.index()].name;
        self.found(&self.scores, id.index(), "score", name).map(ScoreId)
    }

    fn grade_id(&self, id: GradeId) -> Result<GradeId, Missing> {
        let name = &self.source.grades[id.index()].name;
        self.found(&self.grades, id.index(), "grade set", name).map(GradeId)
    }

    /// A stage.
    pub fn stage_id(&self, id: StageId) -> Result<StageId, Missing> {
        let name = &self.source.stages[id.index()].name;
        self.found(&self.stages, id.index(), "stage", name).map(StageId)
    }

    fn target(&self, target: Target) -> Result<Target, Missing> {
        match target {
            Target::Total => Ok(Target::Total),
            Target::Score(id) => self.score_id(id).map(Target::Score),
        }
    }
}

/// A whole model over another schema, in which each of its vocabularies has a number; without its tests.
pub(crate) fn over(model: &Model, schema: Schema, vocabularies: Numbers) -> Result<Model, Missing> {
    let names = Names::of(model);
    let to = Translate::with(model, Which::Old, &schema, &names, vocabularies);
    fn each<T>(all: &[T], to: impl Fn(&T) -> Result<T, Missing>) -> Result<Vec<T>, Missing> {
        all.iter().map(to).collect()
    }
    let out = Model {
        edition: model.edition,
        schema: Schema::default(),
        timezone: model.timezone.clone(),
        lists: each(&model.lists, |list| to.list(list))?,
        params: each(&model.params, |param| to.param(param))?,
        lets: each(&model.lets, |named| to.named(named))?,
        ignores: each(&model.ignores, |ignore| to.ignore(ignore))?,
        excludes: each(&model.excludes, |verdict| to.verdict(verdict))?,
        disqualifies: each(&model.disqualifies, |verdict| to.verdict(verdict))?,
        scores: each(&model.scores, |score| to.score(score))?,
        rules: each(&model.rules, |rule| to.rule(rule))?,
        total: to.total(&model.total)?,
        grades: each(&model.grades, |set| to.grades(set))?,
        only_move_up: model.only_move_up.clone(),
        stages: each(&model.stages, |stage| to.stage(stage))?,
        segments: each(&model.segments, |segment| to.segment(segment))?,
        routes: each(&model.routes, |route| to.route(route))?,
        tests: Vec::new(),
        digest: model.digest.clone(),
    };
    drop(to);
    Ok(Model { schema, ..out })
}
