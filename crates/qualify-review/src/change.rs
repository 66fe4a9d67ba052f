//! What a change of rules says, in sentences: two models compared by meaning, not by text.
//!
//! Statements may stand in another order, be laid out otherwise, read a `let` under another name or have the same
//! condition written out: none of this is a change. Each thing that did change is one [`Change`] with its sentence,
//! its old and new text and their places. Not in here: what a change does to leads ([`crate::impact`]).

mod difference;
mod form;
mod forms;
mod names;
mod ordered;
mod outcomes;
mod pairs;
mod project;
mod rules;
mod schema;
mod scores;
mod tests_of;
pub(crate) mod words;

pub use forms::Read;
pub use names::read_attributes;
pub use project::{ProjectChange, project};
pub use rules::RulePoints;
pub(crate) use rules::target_name;

use forms::{Forms, Known};
use qualify_diagnostics::Span;
use serde::Serialize;

/// All changes between two models.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Changes {
    /// In the order of the language: schema, names, scores, rules, outcomes, tests.
    pub changes: Vec<Change>,
    /// Of a project: on which data leads are scored, and when; [`project`] tells it.
    pub project: Vec<ProjectChange>,
    /// Which rule of the new model is which of the old one: their places, old and new.
    #[serde(skip)]
    pub rules: Vec<(usize, usize)>,
    /// The same of scores.
    #[serde(skip)]
    pub scores: Vec<(usize, usize)>,
    /// Rules whose points are not what they were: they are new or gone, or they or what they read changed.
    #[serde(skip)]
    pub rule_points: Vec<RulePoints>,
}

impl Changes {
    /// Nothing that anybody could see in a result has changed.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.project.is_empty()
    }

    /// Those that can change a status, score, grade, stage, segment or route.
    pub fn of_results(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.effect == Effect::Results)
    }
}

/// One thing that changed.
#[derive(Clone, Debug, Serialize)]
pub struct Change {
    /// What it is.
    pub kind: Kind,
    /// What happened to it.
    pub action: Action,
    /// What it is called, or how it begins.
    pub name: String,
    /// The change in a sentence, without a full stop; names and words of the language stand in backticks.
    pub sentence: String,
    /// What it can touch.
    pub effect: Effect,
    /// The largest change of points that a rule, a row of a table or a param of points gives, in units of 1e-4 points;
    /// 0 where no points changed or they are no constants.
    pub points: i64,
    /// It stood here.
    pub old: Option<Seen>,
    /// It stands here.
    pub new: Option<Seen>,
    /// Which parts of the models it is made of.
    #[serde(skip)]
    pub edit: Edit,
}

/// A part of a rule file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// The author's words on one line.
    pub text: String,
    /// The file.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// `language 1`, `timezone`.
    Setting,
    /// Keys, attributes and events.
    Schema,
    /// `list`.
    List,
    /// `param`.
    Param,
    /// `let`.
    Let,
    /// `ignore`.
    Ignore,
    /// `exclude`.
    Exclude,
    /// `disqualify`.
    Disqualify,
    /// A score and its bounds.
    Score,
    /// A rule.
    Rule,
    /// `score = …`.
    Total,
    /// `grade`.
    Grade,
    /// `stage`.
    Stage,
    /// `segment`.
    Segment,
    /// `route`.
    Route,
    /// `test`.
    Test,
}

impl Kind {
    /// The word of the language.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Setting => "setting",
            Kind::Schema => "schema",
            Kind::List => "list",
            Kind::Param => "param",
            Kind::Let => "let",
            Kind::Ignore => "ignore",
            Kind::Exclude => "exclude",
            Kind::Disqualify => "disqualify",
            Kind::Score => "score",
            Kind::Rule => "rule",
            Kind::Total => "total",
            Kind::Grade => "grade",
            Kind::Stage => "stage",
            Kind::Segment => "segment",
            Kind::Route => "route",
            Kind::Test => "test",
        }
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It says something else.
    Changed,
    /// It has another name.
    Renamed,
    /// It stands at another place where order counts.
    Moved,
}

/// What a change can touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Statuses, scores, grades, stages, segments, routes.
    Results,
    /// Reasons and names that are shown, but no number and no decision.
    Words,
    /// Tests alone.
    Tests,
}

/// Which parts of two models a change is made of: what must be taken from the new model to have it. Changes that
/// can only be made together have equal edits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Edit {
    /// Nothing that a result depends on.
    Nothing,
    /// The schema.
    Schema,
    /// Edition or zone.
    Settings,
    /// A list, param or let of the old model, by its number, and of the new.
    List(Option<usize>, Option<usize>),
    /// See above.
    Param(Option<usize>, Option<usize>),
    /// See above.
    Let(Option<usize>, Option<usize>),
    /// An ignore.
    Ignore(Option<usize>, Option<usize>),
    /// An exclude.
    Exclude(Option<usize>, Option<usize>),
    /// A disqualify.
    Disqualify(Option<usize>, Option<usize>),
    /// A score that is in both models: its header. Rules whose fading comes from it are replaced too.
    Score(usize, usize, Vec<(usize, usize)>),
    /// Which scores there are, how they are called and how the total is made of them.
    Scores,
    /// A rule.
    Rule(Option<usize>, Option<usize>),
    /// The order of rules that set a score.
    RuleOrder,
    /// The total.
    Total,
    /// All grade sets.
    Grades,
    /// A stage that is in both models: its condition.
    Stage(usize, usize),
    /// All stages.
    Stages,
    /// A segment.
    Segment(Option<usize>, Option<usize>),
    /// A route that is in both models.
    Route(usize, usize),
    /// All routes.
    Routes,
}

/// Compares two models.
///
/// ```
/// use qualify::{Model, Sources};
/// let compile = |rules: &str| {
///     let mut sources = Sources::new();
///     let text = format!("lead key id {{ size integer }} event visited (page text)\n{rules}");
///     let file = sources.add("model.qualify", text);
///     Model::compile(sources, &[file], &|path, _| Err(format!("no file {path}")), &[])
/// };
/// let old = compile("when visited within 7d add 15");
/// let new = compile("when visited within 7d add 20   # more");
/// let read = |compiled: &'static qualify::Compiled| qualify_review::change::Read {
///     model: compiled.model.as_ref().expect("the rules above are right").typed(),
///     sources: &compiled.sources,
/// };
/// let changes = qualify_review::change::compare(read(Box::leak(Box::new(old))), read(Box::leak(Box::new(new))));
/// assert_eq!(changes.changes[0].sentence, "`visited within 7d`: 20 points, was 15");
/// ```
pub fn compare(old: Read<'_>, new: Read<'_>) -> Changes {
    let plain = Known::of(old.model);
    let mut known = Known::of(new.model);
    known.names = names::renamed(&forms(old, false, &plain), &forms(new, false, &known));
    let scores = scores::pair(&side(old, &plain), &side(new, &known));
    for (i, j) in &scores.both {
        let (was, is) = (&old.model.scores[*i].name, &new.model.scores[*j].name);
        if was != is {
            known.scores.insert(is.clone(), was.clone());
        }
    }
    let both = Both { old: side(old, &plain), new: side(new, &known), scores };
    let mut changes = Vec::new();
    schema::compare(&both, &mut changes);
    names::compare(&both, &mut changes);
    outcomes::compare_ignores(&both, &mut changes);
    outcomes::compare_verdicts(&both, &mut changes);
    let rules = rules::pair(&both);
    scores::compare(&both, &rules, &mut changes);
    let rule_points = rules::compare(&both, &rules, &mut changes);
    ordered::compare_grades(&both, &mut changes);
    ordered::compare_stages(&both, &mut changes);
    outcomes::compare_segments(&both, &mut changes);
    ordered::compare_routes(&both, &mut changes);
    tests_of::compare(&both, &mut changes);
    Changes { changes, project: Vec::new(), rules: rules.both, scores: both.scores.both, rule_points }
}

fn side<'m>(read: Read<'m>, known: &'m Known) -> Side<'m> {
    Side { written: forms(read, false, known), meant: forms(read, true, known) }
}

fn forms<'m>(read: Read<'m>, deep: bool, known: &'m Known) -> Forms<'m> {
    Forms { read, deep, known, own: None }
}

/// A model in its two readings.
pub(crate) struct Side<'m> {
    /// As written.
    pub written: Forms<'m>,
    /// With names replaced by what they stand for.
    pub meant: Forms<'m>,
}

impl<'m> Side<'m> {
    pub fn model(&self) -> &'m qualify_model::Model {
        self.written.read.model
    }

    /// What stands at a place.
    pub fn seen(&self, span: Span) -> Option<Seen> {
        let sources = self.written.read.sources;
        if span.end == 0 {
            return None;
        }
        let (line, column) = sources.line_column(span);
        let text = sources.words(span);
        Some(Seen { text, file: sources.file(span.file).name.clone(), line, column })
    }
}

/// Two models.
pub(crate) struct Both<'m> {
    pub old: Side<'m>,
    pub new: Side<'m>,
    /// Which score is which.
    scores: pairs::Pairs,
}

impl Both<'_> {
    /// What a score of the new model is called in the old one.
    pub fn old_score(&self, name: &str) -> String {
        let renamed = &self.new.written.known.scores;
        renamed.get(name).map_or(name, String::as_str).to_string()
    }

    /// A change of something that stands at these places.
    pub fn change(&self, kind: Kind, old: Option<Span>, new: Option<Span>, told: Told) -> Change {
        let action = match (old, new) {
            (None, _) => Action::Added,
            (_, None) => Action::Removed,
            _ => told.action,
        };
        Change {
            kind,
            action,
            name: told.name,
            sentence: told.sentence,
            effect: told.effect,
            points: 0,
            old: old.and_then(|span| self.old.seen(span)),
            new: new.and_then(|span| self.new.seen(span)),
            edit: told.edit,
        }
    }
}

/// What is told of a change beside its places.
pub(crate) struct Told {
    pub action: Action,
    pub name: String,
    pub sentence: String,
    pub effect: Effect,
    pub edit: Edit,
}

impl Told {
    /// A change that can touch results.
    pub fn results(name: impl Into<String>, sentence: impl Into<String>, edit: Edit) -> Told {
        let (name, sentence) = (name.into(), sentence.into());
        Told { action: Action::Changed, name, sentence, effect: Effect::Results, edit }
    }

    /// A change of words.
    pub fn words(name: impl Into<String>, sentence: impl Into<String>) -> Told {
        Told { effect: Effect::Words, ..Told::results(name, sentence, Edit::Nothing) }
    }

    /// The same, with another action.
    pub fn action(self, action: Action) -> Told {
        Told { action, ..self }
    }
}
