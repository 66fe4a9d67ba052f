//! All statements of all files, sorted by kind, each kind in the order of the text.

use qualify_diagnostics::{FileId, Span};
use qualify_syntax::tree::{
    EventDecl, File, GradeDecl, ListDecl, Literal, MatrixDecl, Name, ParamDecl, Quoted, Record, RouteDecl,
    Rule, RuleKind, ScoreDecl, SegmentDecl, StageDecl, StatementKind, TestDecl, TotalDecl, Verdict,
};
use qualify_syntax::tree::{LetDecl, Statement};

/// A line of a grade set, or a matrix.
#[derive(Clone, Copy)]
pub(crate) enum GradeStatement<'t> {
    Line(&'t GradeDecl),
    Matrix(&'t MatrixDecl),
}

/// See the module.
#[derive(Default)]
pub(crate) struct Outline<'t> {
    pub languages: Vec<&'t Literal>,
    pub timezones: Vec<&'t Quoted>,
    pub lists: Vec<(&'t ListDecl, Span)>,
    pub params: Vec<(&'t ParamDecl, Span)>,
    /// With the place among `scores` of the block they stand in.
    pub lets: Vec<(&'t LetDecl, Option<usize>, Span)>,
    pub leads: Vec<(&'t Record, Span)>,
    pub related: Vec<(&'t Record, Span)>,
    pub events: Vec<(&'t EventDecl, Span)>,
    pub excludes: Vec<(&'t Verdict, Span)>,
    pub disqualifies: Vec<(&'t Verdict, Span)>,
    /// With the place among `scores` of the block they stand in.
    pub rules: Vec<(&'t Rule, Option<usize>)>,
    pub scores: Vec<(&'t ScoreDecl, Span)>,
    pub totals: Vec<(&'t TotalDecl, Span)>,
    pub grades: Vec<(GradeStatement<'t>, Span)>,
    pub only_move_up: Vec<(&'t [Name], Span)>,
    pub stages: Vec<(&'t StageDecl, Span)>,
    pub segments: Vec<(&'t SegmentDecl, Span)>,
    pub routes: Vec<(&'t RouteDecl, Span)>,
    pub tests: Vec<(&'t TestDecl, Span)>,
    pub per_record: Vec<(&'t Name, Span)>,
    /// The first statement that needs a schema.
    pub first_rule: Option<Span>,
}

/// Sorts the statements of `trees`.
pub(crate) fn outline(trees: &[(FileId, File)]) -> Outline<'_> {
    let mut outline = Outline::default();
    for statement in trees.iter().flat_map(|(_, tree)| &tree.statements) {
        outline.add(statement);
    }
    outline
}

impl<'t> Outline<'t> {
    fn add(&mut self, statement: &'t Statement) {
        let span = statement.span;
        if needs_schema(&statement.kind) && self.first_rule.is_none() {
            self.first_rule = Some(span);
        }
        match &statement.kind {
            StatementKind::Language(edition) => self.languages.push(edition),
            StatementKind::Use(_) => {}
            StatementKind::Timezone(zone) => self.timezones.push(zone),
            StatementKind::List(list) => self.lists.push((list, span)),
            StatementKind::Param(param) => self.params.push((param, span)),
            StatementKind::Let(decl) => self.lets.push((decl, None, span)),
            StatementKind::Lead(record) => self.leads.push((record, span)),
            StatementKind::Related(record) => self.related.push((record, span)),
            StatementKind::Event(event) => self.events.push((event, span)),
            StatementKind::Exclude(verdict) => self.excludes.push((verdict, span)),
            StatementKind::Disqualify(verdict) => self.disqualifies.push((verdict, span)),
            StatementKind::Rule(rule) => self.rule(rule, None),
            StatementKind::Score(score) => {
                let place = self.scores.len();
                self.scores.push((score, span));
                for rule in &score.rules {
                    self.rule(rule, Some(place));
                }
            }
            StatementKind::Total(total) => self.totals.push((total, span)),
            StatementKind::Grade(line) => self.grades.push((GradeStatement::Line(line), span)),
            StatementKind::Matrix(matrix) => self.grades.push((GradeStatement::Matrix(matrix), span)),
            StatementKind::StagesOnlyMoveUp { except } => self.only_move_up.push((except, span)),
            StatementKind::Stage(stage) => self.stages.push((stage, span)),
            StatementKind::Segment(segment) => self.segments.push((segment, span)),
            StatementKind::Route(route) => self.routes.push((route, span)),
            StatementKind::PerRecord { record, .. } => self.per_record.push((record, span)),
            StatementKind::Test(test) => self.tests.push((test, span)),
        }
    }

    fn rule(&mut self, rule: &'t Rule, within: Option<usize>) {
        match &rule.kind {
            RuleKind::Let(decl) => self.lets.push((decl, within, rule.span)),
            _ => self.rules.push((rule, within)),
        }
    }
}

fn needs_schema(kind: &StatementKind) -> bool {
    !matches!(
        kind,
        StatementKind::Language(_)
            | StatementKind::Use(_)
            | StatementKind::Timezone(_)
            | StatementKind::List(_)
            | StatementKind::Param(_)
            | StatementKind::Lead(_)
            | StatementKind::Related(_)
            | StatementKind::Event(_)
    )
}
